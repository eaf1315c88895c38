"""The styles of a SpreadsheetML file, as far as they carry meaning: bold."""

from __future__ import annotations


class Styles:
    """Which styles are bold: a style says so itself, or its parent does."""

    def __init__(self) -> None:
        self.own: dict[str, bool | None] = {}
        self.parents: dict[str, str] = {}
        self._known: dict[str, bool] = {}

    def declare(self, name: str, parent: str) -> None:
        self.own[name] = None
        if parent:
            self.parents[name] = parent

    def bold(self, name: str) -> bool:
        """Cells without a style of their own carry "Default", which a file may make bold as a whole."""
        if name not in self._known:
            at, seen = name, set[str]()
            while at not in seen and self.own.get(at) is None and at in self.parents:
                seen.add(at)
                at = self.parents[at]
            self._known[name] = bool(self.own.get(at))
        return self._known[name]
