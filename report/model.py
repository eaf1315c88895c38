"""What a report is made of, whatever its format: sections with a finding each, their charts and their tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from charts.theme import Drawing


@dataclass(frozen=True)
class Table:
    """A table behind a section: real numbers and dates; names are already masked where the report is."""

    key: str
    title: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Section:
    """One finding. All texts are plain: each format escapes them in its own way.

    title: the finding in a sentence. badge: the verdict in words, or "". lines: interval, n, what it would take to
    know, caveats. how: how it is computed. footer: source, grade and the day of the verdict. own, note: what the
    author of a story says instead of the title and beside it; "" without.
    """

    key: str
    title: str
    badge: str = ""
    lines: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[Table, ...] = ()
    how: tuple[str, ...] = ()
    footer: str = ""
    own: str = ""
    note: str = ""

    @property
    def heading(self) -> str:
        """What stands largest: the author's own title, else the finding's sentence."""
        return self.own or self.title

    @property
    def said(self) -> tuple[str, ...]:
        """What stands under the heading: the finding where the author titled it, his note, then the lines."""
        return (*((self.title,) if self.own else ()), *self.note.splitlines(), *self.lines)


@dataclass(frozen=True)
class Content:
    """A whole report. subtitle: the scope in words. method: which judgements are in force."""

    title: str
    subtitle: str
    made_on: date
    store_version: int
    method: str
    masked: bool
    sections: tuple[Section, ...]
