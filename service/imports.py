"""Files on their way into a workspace: read, recognised, asked about; what the answers are worth remembering."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data import layouts, readers
from data.draft import Answers, Draft, Question
from data.readers.raw import RawFile
from errors import NetEffectError

# Answers that the next file of the same layout will need too; the first three also hold for other layouts.
_REMEMBERED = ("currency", "date_order", "decimal", "group")
_ANYWHERE = frozenset({"currency", "date_order", "decimal"})
PERIOD_RULES = ("name-day", "name-week")


@dataclass(frozen=True)
class Preview:
    """What an import would do, before anything is stored. unknown: files that were read and that no layout knows."""

    drafts: tuple[Draft, ...]
    questions: tuple[Question, ...]
    errors: tuple[tuple[str, NetEffectError], ...]
    unknown: Mapping[str, RawFile] = field(default_factory=dict, compare=False)
    folder: Path | None = field(default=None, compare=False)  # uploads wait here until they are committed or dropped

    @property
    def ready(self) -> bool:
        return bool(self.drafts) and not self.questions and not self.errors

    def drop(self) -> None:
        """Delete the copies of what was uploaded."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def preview(
    files: Sequence[Path | tuple[str, bytes]], answers: Answers | Mapping[str, Answers], settings: Mapping[str, str],
    learned: Sequence[Any] = (),
) -> Preview:  # fmt: skip
    """Read the files and say what an import would do. The copies of uploads stay until `Preview.drop`."""
    folder = Path(tempfile.mkdtemp(prefix="net-effect-upload-"))
    drafts: list[Draft] = []
    failed: list[tuple[str, NetEffectError]] = []
    unknown: dict[str, RawFile] = {}
    for name, path in _unpacked(files, folder, failed):
        try:
            raw = readers.read(path, display_name=name)
        except NetEffectError as error:
            failed.append((name, error))
            continue
        try:
            drafts += layouts.recognise(raw, _for(name, answers), settings)
        except NetEffectError as error:
            failed.append((name, error))
            if any(sheet.height for sheet in raw.sheets):
                unknown[name] = raw
    questions = tuple(q for draft in drafts for q in draft.questions)
    return Preview(tuple(drafts), questions, tuple(failed), unknown, folder)


def _unpacked(
    files: Sequence[Path | tuple[str, bytes]], folder: Path, failed: list[tuple[str, NetEffectError]]
) -> list[tuple[str, Path]]:
    """Every file by its name, those in archives too."""
    found: list[tuple[str, Path]] = []
    for position, item in enumerate(files):
        if isinstance(item, tuple):
            name, content = item
            path = folder / f"{position:04d}"  # never the uploader's file name: it may hold a path
            path.write_bytes(content)
        else:
            name, path = item.name, item
        inside = folder / f"{position:04d}.d"
        try:
            found.append((name, path))
        except NetEffectError as error:
            failed.append((name, error))
    return found


def _for(name: str, answers: Answers | Mapping[str, Answers]) -> Answers:
    """The answers that hold for a file: by its name, by its name without the archive's, else those for every file."""
    if isinstance(answers, Answers):
        return answers
    last = name.rsplit("/", 1)[-1]
    return answers.get(name) or answers.get(last) or answers.get("*") or Answers()


def remembered(drafts: Sequence[Draft]) -> dict[str, str]:
    """What the user said about these files that the next file like them will need too, as settings.

    Where two files got different answers, neither speaks for the next. Days are never remembered, a rule for them is.
    """
    found: dict[str, set[str]] = {}
    for draft in drafts:
        for name in _REMEMBERED:
            if value := getattr(draft.answers, name):
                found.setdefault(f"{draft.layout}.{name}", set()).add(value)
                if name in _ANYWHERE:
                    found.setdefault(name, set()).add(value)
        if draft.answers.period in PERIOD_RULES:
            found.setdefault(f"{draft.layout}.period", set()).add(draft.answers.period)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def columns_of(layout: str) -> tuple[str, ...]:
    """Our columns that a column of such a file can be read as."""
    return layouts.LAYOUTS[layout].TARGETS


def peek(path: Path) -> tuple[dict[str, Any], Any]:
    """What a file is and holds, before any mapping: the description, and the raw file for its tables."""
    raw = readers.read(path)
    return readers.peek(raw), raw
