"""Files on their way into a workspace: read, recognised, asked about; what the answers are worth remembering."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from data import layouts, readers
from data.draft import Answers, Draft, Question
from data.layouts import learned
from data.layouts import propose as proposing
from data.layouts.learned import Learned
from data.layouts.propose import MappingPreview, Proposal
from data.layouts.signatures import SIGNATURES
from data.readers.raw import RawFile, Sheet
from errors import NetEffectError

# Answers that the next file of the same layout will need too; the first three also hold for other layouts.
_REMEMBERED = ("currency", "date_order", "decimal", "group", "receiver")
_ANYWHERE = frozenset({"currency", "date_order", "decimal"})
LARGE = 200_000  # rows of a file above which its columns are not mapped by hand
LAYOUT_FOLDER = "layouts"  # of the workspace
_AT_ONCE = min(4, os.cpu_count() or 1)  # files being read at a time, each in a process that may take 1 GB


@dataclass(frozen=True)
class Preview:
    """What an import would do, before anything is stored.

    raws: the files as read, for mapping their columns by hand (not those of more than LARGE rows). unknown: those of
    them that no layout knows.
    """

    drafts: tuple[Draft, ...]
    questions: tuple[Question, ...]
    errors: tuple[tuple[str, NetEffectError], ...]
    raws: Mapping[str, RawFile] = field(default_factory=dict, compare=False)
    unknown: tuple[str, ...] = ()
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
    known: Sequence[Learned] = (), before: Preview | None = None,
) -> Preview:  # fmt: skip
    """Read the files and say what an import would do. The copies of uploads stay until `Preview.drop`.

    before: an earlier preview; what it read of the same files, under other answers, is not read again.
    """
    folder = Path(tempfile.mkdtemp(prefix="net-effect-upload-"))
    drafts: list[Draft] = []
    failed: list[tuple[str, NetEffectError]] = []
    raws: dict[str, RawFile] = {}
    unknown: list[str] = []
    for name, raw in _read(_unpacked(files, folder, failed), before.raws if before else {}):
        if isinstance(raw, NetEffectError):
            failed.append((name, raw))
            continue
        if max((sheet.height for sheet in raw.sheets), default=0) <= LARGE:
            raws[name] = raw
        try:
            drafts += layouts.recognise(raw, _for(name, answers), settings, learned=known)
        except NetEffectError as error:
            failed.append((name, error))
            if name in raws and any(sheet.height and sheet.filled().sum() > 1 for sheet in raw.sheets):
                unknown.append(name)
    _note_same_days(drafts)
    questions = tuple(q for draft in drafts for q in draft.questions)
    return Preview(tuple(drafts), questions, tuple(failed), raws, tuple(unknown), folder)


def _note_same_days(drafts: Sequence[Draft]) -> None:
    """Two files that were said to be of the same days keep one of each row that is the same: say so."""
    seen: dict[tuple[Any, ...], Draft] = {}
    for draft in drafts:
        key = (draft.layout, draft.answers.group, frozenset(draft.frames.groups()), frozenset(draft.covers.items()))
        other = seen.setdefault(key, draft)
        if draft.answers.period and other.sha256 != draft.sha256:
            draft.notes.append(
                f"It is said to be of the same days as {other.name}: rows that are the same in both are kept once. If "
                "it is of other days, correct them before you import."
            )


def _read(
    files: Sequence[tuple[str, Path]], before: Mapping[str, RawFile]
) -> Iterator[tuple[str, RawFile | NetEffectError]]:
    """Each file as read, or why it cannot be, in order; several at a time, since each waits for its own process."""

    def one(file: tuple[str, Path]) -> RawFile | NetEffectError:
        name, path = file
        try:
            if (same := before.get(name)) and same.sha256 == readers.sha256(path):
                return replace(same, path=path)
            return readers.read(path, display_name=name)
        except NetEffectError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from zip([name for name, _ in files], pool.map(one, files), strict=True)


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
        try:
            found += readers.unpack(path, name, folder)
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
        if draft.period_rule:
            found.setdefault(f"{draft.layout}.period", set()).add(draft.period_rule)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


@dataclass(frozen=True)
class Mapper:
    """One table of one file while its columns are named by hand."""

    raw: RawFile
    sheet: Sheet
    proposal: Proposal
    answers: Answers
    settings: Mapping[str, str]

    def head(self, rows: int = 5) -> list[list[str | None]]:
        """The first rows under the header, as read."""
        first = self.proposal.header_row + 1
        return list(self.sheet.rows_between(first, min(self.sheet.height, first + rows - 1)))

    def chosen(self, choices: Mapping[str, str]) -> dict[str, str]:
        """The mapping that answers say for these choices (their header → our column, "" = leave out)."""
        return proposing.chosen(self.proposal, choices)

    def typed(self, choices: Mapping[str, str], rows: int = 12) -> MappingPreview:
        """What these choices make of the first rows."""
        answers = replace(self.answers, mapping={})
        return proposing.preview(
            self.raw, self.sheet, self.proposal.layout, self.chosen(choices), answers, self.settings,
            header_row=self.proposal.header_row, rows=rows,
        )  # fmt: skip

    def learned(self, name: str, mapping: Mapping[str, str], answers: Answers) -> Learned:
        """The layout that reads the next file with these headers by itself."""
        row = self.sheet.row(self.proposal.header_row)
        return learned.learn(name, layouts.LAYOUTS[self.proposal.layout], row, mapping, answers)


def mapper(raw: RawFile, answers: Answers, settings: Mapping[str, str], known: Sequence[Learned]) -> Mapper | None:
    """A proposal for the file's largest table; None where there is nothing to map."""
    sheet = max(raw.sheets, key=lambda one: int(one.filled().sum()) if one.height else 0, default=None)
    proposal = proposing.propose(raw, sheet, answers, settings, learned=known) if sheet else None
    return Mapper(raw, sheet, proposal, answers, settings) if sheet and proposal else None


def learned_in(workspace: Path) -> tuple[Learned, ...]:
    """The layouts that a workspace has learned."""
    return learned.load(workspace / LAYOUT_FOLDER, layouts.LAYOUTS)


def learn(workspace: Path, layout: Learned) -> Path:
    """Keep a layout in the workspace, as a file that can be carried to another."""
    return learned.save(workspace / LAYOUT_FOLDER, layout, layouts.LAYOUTS)


def text_of(layout: Learned) -> str:
    return learned.dumps(layout)


def forget(workspace: Path, name: str) -> None:
    learned.delete(workspace / LAYOUT_FOLDER, name)


def peek(path: Path) -> tuple[dict[str, Any], Any]:
    """What a file is and holds, before any mapping: the description, and the raw file for its tables."""
    raw = readers.read(path)
    return readers.peek(raw), raw


def title_of(layout: str) -> str:
    """A layout in words: the export's name, or the name under which this workspace learned it."""
    by_hand = {
        "referral_log": "referral log",
        "member_list": "member list",
        "touch_list": "list of contacts",
        "assessment_list": "list of assessments",
    }
    return by_hand.get(layout) or next((s.title for s in SIGNATURES if s.layout == layout), layout)
