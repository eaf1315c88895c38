"""A workspace's own layouts: how the user mapped a file's columns, for the next file with the same headers.

One TOML file each, `<workspace>/layouts/NAME.toml`; it may be carried to another workspace as it is:

    layout = "referral_log"
    headers = ["wann", "wer", "fuer wen"]      # folded, in the order of the file

    [mapping]
    "Wer" = "source"

    [answers]
    date_order = "dmy"
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.clean import fold
from data.dates import ORDERS
from data.draft import Answers, Draft
from data.layouts import periods
from data.layouts.fields import Context
from data.layouts.matching import Match
from data.layouts.signatures import Signature, cells_mark
from errors import UsageError

if TYPE_CHECKING:
    from data.layouts import Layout

# What a layout remembers beside its columns. `period` only as a rule: the period of one file is not that of the next.
ANSWERS = ("date_order", "decimal", "currency", "group", "receiver", "period")
_NAME = re.compile(r"[^\W_](?:[\w .()-]{0,78}[\w)])?")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no file names on Windows
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Learned:
    """headers: folded headers of the file it was made for; mapping: their header → our column ("" = leave out);
    answers: of ANSWERS, used like the workspace's own settings; base: the built-in layout that cleans the table.
    """

    name: str
    base: Layout
    headers: tuple[str, ...]
    mapping: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def NAME(self) -> str:  # noqa: N802 as the layouts that are modules call it
        return self.name

    @property
    def TARGETS(self) -> tuple[str, ...]:  # noqa: N802
        return self.base.TARGETS

    @property
    def signature(self) -> Signature:
        """The headers, all of them and no other, in any order."""
        words = "|".join((*dict.fromkeys(self.headers), cells_mark(len(self.headers))))
        return Signature(self.name, f"your layout '{self.name}'", words)

    def match(self, context: Context) -> Match:
        return self.base.match(self._taught(context))

    def complete(self, found: Match) -> bool:
        return self.base.complete(found)

    def build(self, context: Context, found: Match) -> Draft:
        """The base layout's draft. What the layout remembers is used as a setting, so that each use is noted."""
        draft = periods.by_rule(self._taught(context), found, self.base.build)
        draft.notes.insert(0, f"Read by this workspace's own layout '{self.name}'.")
        return draft

    def _taught(self, context: Context) -> Context:
        mapping = {**self.mapping, **context.answers.mapping}
        answers = replace(context.answers, mapping=mapping)
        return replace(context, answers=answers, settings={**context.settings, **self.answers})


def fingerprint(row: Sequence[str | None]) -> tuple[str, ...]:
    """The folded headers of a header row, in its order; what folds to nothing is left out."""
    return tuple(key for cell in row if cell and (key := fold(cell)))


def learn(
    name: str, base: Layout, row: Sequence[str | None], mapping: Mapping[str, str], answers: Answers | None = None
) -> Learned:
    """A layout from a header row, the mapping chosen for it and the answers given beside it."""
    given = (answers or Answers()).to_json()
    kept = {key: str(given[key]) for key in ANSWERS if given.get(key)}
    if kept.get("period") not in periods.RULES:
        kept.pop("period", None)
    return Learned(name, base, fingerprint(row), dict(mapping), kept)


def load(folder: Path, layouts: Mapping[str, Layout]) -> tuple[Learned, ...]:
    """The usable layouts in a folder, by name; none if there is no such folder. `layouts`: the built-in ones."""
    return tuple(entry for entry in _read(folder, layouts) if isinstance(entry, Learned))


def problems(folder: Path, layouts: Mapping[str, Layout]) -> tuple[str, ...]:
    """A sentence for each layout file that `load` leaves out."""
    return tuple(entry for entry in _read(folder, layouts) if isinstance(entry, str))


def _read(folder: Path, layouts: Mapping[str, Layout]) -> Iterator[Learned | str]:
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            yield loads(path.stem, path.read_bytes().decode("utf-8-sig"), layouts)
        except UsageError as error:
            yield error.message
        except (OSError, UnicodeDecodeError) as error:
            yield f"The layout file {path.name} cannot be used: it cannot be read ({error})."


def loads(name: str, text: str, layouts: Mapping[str, Layout]) -> Learned:
    """A layout from its TOML text.

    Raises:
        UsageError: it is no TOML, or no layout that this version knows.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _bad(name, f"it is not TOML ({error})") from error
    base, headers = content.get("layout"), content.get("headers")
    mapping, answers = content.get("mapping", {}), content.get("answers", {})
    if name in layouts:
        raise _bad(name, "a built-in layout has this name")
    if not isinstance(base, str) or base not in layouts:
        raise _bad(name, f"there is no layout {base!r}")
    if not isinstance(headers, list) or not headers or not all(isinstance(h, str) and h for h in headers):
        raise _bad(name, "'headers' must be a list of the file's headers")
    for table, values in (("mapping", mapping), ("answers", answers)):
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            raise _bad(name, f"[{table}] must hold words in quotes")
    if wrong := sorted({v for v in mapping.values() if v} - set(layouts[base].TARGETS)):
        raise _bad(name, f"{base} has no column {', '.join(map(repr, wrong))}")
    if wrong := sorted(set(answers) - set(ANSWERS)):
        raise _bad(name, f"there is no answer called {', '.join(map(repr, wrong))}")
    if answers.get("date_order", "dmy") not in ORDERS or answers.get("decimal", ".") not in (".", ","):
        raise _bad(name, "its date order or decimal mark is none")
    if answers.get("period", periods.RULES[0]) not in periods.RULES:
        raise _bad(name, f"a period is remembered as {' or '.join(periods.RULES)} only")
    return Learned(name, layouts[base], tuple(headers), mapping, answers)


def _bad(name: str, reason: str) -> UsageError:
    return UsageError(f"The layout file {name}.toml cannot be used: {reason}.", "Mend it, or delete it.")


def save(folder: Path, entry: Learned, layouts: Mapping[str, Layout]) -> Path:
    """Write a layout to `folder`/NAME.toml in one step; a layout of the same name is replaced.

    Raises:
        UsageError: the name makes no file name, another layout reads the same headers already, or the layout would
            not load again.
    """
    loads(entry.name, dumps(entry), layouts)
    if not _NAME.fullmatch(entry.name) or _RESERVED.fullmatch(entry.name):
        raise UsageError(
            f"'{entry.name}' cannot be the name of a layout.",
            "Use up to 80 letters, digits, spaces, hyphens and brackets.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.toml")):
        if path.stem != entry.name and _same_headers(path, entry):
            raise UsageError(
                f"The layout '{path.stem}' reads files with these headers already.",
                f"Save under the name '{path.stem}' to replace it, or delete it first.",
            )
    target = folder / f"{entry.name}.toml"
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(dumps(entry))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def _same_headers(path: Path, entry: Learned) -> bool:
    try:
        headers = tomllib.loads(path.read_bytes().decode("utf-8-sig")).get("headers")
    except (OSError, ValueError):
        return False
    return isinstance(headers, list) and sorted(map(str, headers)) == sorted(entry.headers)


def delete(folder: Path, name: str) -> None:
    """Forget a layout.

    Raises:
        UsageError: there is none of this name.
    """
    path = folder / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UsageError(f"There is no layout called '{name}'.")
    path.unlink()


def dumps(entry: Learned) -> str:
    """The layout as TOML; `loads` gives the same layout back."""
    listed = "".join(f"    {_string(header)},\n" for header in entry.headers)
    parts = [f"layout = {_string(entry.base.NAME)}\nheaders = [\n{listed}]\n"]
    parts += [
        f"\n[{table}]\n" + "".join(f"{_key(key)} = {_string(value)}\n" for key, value in values.items())
        for table, values in (("mapping", entry.mapping), ("answers", entry.answers))
        if values
    ]
    return "".join(parts)


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _string(text)


def _string(text: str) -> str:
    """A TOML basic string: quotes, backslashes and control characters escaped."""
    plain = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return (
        '"' + "".join(plain.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in text) + '"'
    )
