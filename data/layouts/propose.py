"""A proposal for a file that no layout knows, column by column with its reason, and a look at what a mapping makes of
the rows.

Nothing here decides: the user sees the proposal, changes it, and the layout itself cleans the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data import layouts
from data.draft import Answers, Question, Reject
from data.layouts import member_list, periods, referral_log
from data.layouts.crm import HELPERS
from data.layouts.fields import Context
from data.layouts.guess import Looks, looks
from data.layouts.headers import AMBIGUOUS, LOG_STRONG, MEMBER_STRONG
from data.layouts.learned import Learned
from data.layouts.matching import Match, header_key
from data.readers.extent import find_extent
from data.readers.raw import Column, RawFile, Sheet

BY_HAND = (referral_log.NAME, member_list.NAME)
_SAMPLE = 2_000  # rows that show what a column holds
_PREVIEW = 20_000  # rows that a preview cleans: a longer file is judged by its beginning
_CELLS = 3
# What values look like → columns of ours that they may be, first come first served. Yes and no is never proposed: of
# what it is an answer, values cannot tell.
_BY_VALUES = {
    referral_log.NAME: {
        "day": ("given_on", "closed_on"),
        "status": ("status",),
        "kind": ("source_kind",),
        "tier": ("tier",),
        "currency": ("currency",),
        "number": ("ref",),
        "amount": ("amount",),
        "names that recur": ("source", "receiver"),
        "name": ("prospect",),
    },
    member_list.NAME: {"day": ("joined_on", "left_on"), "name": ("name",)},
}
_FITS = {
    **dict.fromkeys(("given_on", "closed_on", "joined_on", "left_on"), ("day",)),
    **dict.fromkeys(("source", "receiver", "name", "first_name", "last_name"), ("name", "names that recur")),
    **dict.fromkeys(("prospect", "group", "profession", "via", "heat"), ("name", "names that recur", "text")),
    **dict.fromkeys(("receiver_present", "asked"), ("yes or no",)),
    "source_kind": ("kind",),
    "status": ("status",),
    "tier": ("tier",),
    "currency": ("currency",),
    "amount": ("amount", "number"),
    "ref": ("number", "text"),
}


@dataclass(frozen=True)
class ColumnProposal:
    """header: as shown, made unique; cells: the first distinct ones as read; target: our column, "" = leave out;
    confidence: 0 to 1; taken: the layout takes it so by itself.
    """

    header: str
    cells: tuple[str, ...]
    target: str
    reason: str
    confidence: float
    taken: bool = False


@dataclass(frozen=True)
class Proposal:
    """header_row: as a spreadsheet numbers it; targets: the columns that `layout` fills."""

    layout: str
    reason: str
    header_row: int
    columns: tuple[ColumnProposal, ...]
    targets: tuple[str, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """Their header → our column, as proposed."""
        return {column.header: column.target for column in self.columns if column.header}


@dataclass(frozen=True)
class MappingPreview:
    """What a mapping makes of the first rows: typed frames by table, the rows among them that fail, and what is asked.

    rows_read, rows_failed: of all rows that were looked at.
    """

    frames: dict[str, pd.DataFrame]
    failed: tuple[Reject, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    rows_read: int
    rows_failed: int


def propose(
    raw: RawFile,
    sheet: Sheet,
    answers: Answers,
    settings: Mapping[str, str],
    *,
    today: dt.date | None = None,
    learned: Sequence[Learned] = (),
) -> Proposal | None:
    """Propose a layout and a column of ours for each column of one sheet; None for a sheet without rows.

    A file that a layout knows comes back as that layout reads it, for correcting.
    """
    today = today or dt.date.today()
    found = layouts.find(raw, sheet, answers, settings, today, learned)
    if found is not None:
        layout, context, match = found
        why = "the headers are those of this export" if layout.NAME not in BY_HAND else _why(layout.NAME)
        return _proposal(layout, why, context, match)
    filled = np.flatnonzero(sheet.filled()) + 1
    if not len(filled):
        return None
    row = sheet.header_row or int(filled[0])
    placed = replace(sheet, extent=find_extent(sheet, row))
    proposals = []
    for name in BY_HAND:
        context = Context(raw, placed, answers, layouts.effective(settings, name), today, row)
        layout = layouts.LAYOUTS[name]
        proposals.append(_proposal(layout, _why(name), context, layout.match(context)))
    return max(proposals, key=_likelihood)  # the log where both are as likely


def _why(name: str) -> str:
    if name == member_list.NAME:
        return "a row tells of a person and a profession or a membership"
    return "a row tells of a day and of who gave or received"


def _likelihood(proposal: Proposal) -> float:
    return sum(column.confidence for column in proposal.columns if column.target)


def _proposal(layout: layouts.Layout, why: str, context: Context, match: Match) -> Proposal:
    by_index = {index: target for target, index in match.columns.items()}
    taken = set(by_index.values())
    columns = []
    for index, header in enumerate(match.headers):
        column = _cells(context, index)
        if not header and not column.texts:
            continue
        shown = looks(column, context.today, context.raw.date_system)
        cells = tuple(column.texts[:_CELLS])
        if index in by_index:
            columns.append(_by_header(layout, header, cells, by_index[index], shown, match, context))
            continue
        target, reason, confidence = _by_values(layout.NAME, header, shown, taken, match)
        taken.add(target)
        columns.append(ColumnProposal(header, cells, target, reason, confidence))
    return Proposal(layout.NAME, why, context.header_row, tuple(columns), layout.TARGETS)


def _cells(context: Context, index: int) -> Column:
    first, last = context.sheet.first_row, context.sheet.last_row
    return context.sheet.column(index, np.arange(first, min(last, first + _SAMPLE - 1) + 1))


def _by_header(
    layout: layouts.Layout,
    header: str,
    cells: tuple[str, ...],
    target: str,
    shown: Looks,
    match: Match,
    context: Context,
) -> ColumnProposal:
    """A column that the layout takes by its header."""
    public = HELPERS.get(target, target)
    said = {" ".join(theirs.casefold().split()) for theirs in context.answers.mapping}
    if header.casefold() in said:
        return ColumnProposal(header, cells, public, "as you said", 1.0, taken=True)
    rivals = next((q.choices for q in match.questions if q.target == target and header in q.choices), ())
    if rivals:
        others = " and ".join(f"'{other}'" for other in rivals if other != header)
        return ColumnProposal(header, cells, public, f"{others} could be {public} as well: choose one", 0.3)
    weak = any(note.startswith(f"'{header}' was taken") for note in match.notes)
    sure = 0.6 if weak else 0.95
    reason = f"the header {'is close to one' if weak else 'is'} known for {public}"
    if cells and target in _FITS and shown.like not in _FITS[target] and shown.like in ("day", "amount", "address"):
        return ColumnProposal(header, cells, public, f"{reason}, but {shown.said}: look again", 0.4, taken=True)
    return ColumnProposal(header, cells, public, reason, sure, taken=True)


def _by_values(name: str, header: str, shown: Looks, taken: set[str], match: Match) -> tuple[str, str, float]:
    """(target, reason, confidence) of a column whose header alone names nothing."""
    if asked := next((q for q in match.questions if header and header in (q.header, *q.choices)), None):
        return "", asked.text, 0.0
    key = header_key(header)
    if key in AMBIGUOUS:
        return "", f"'{header}' means different things in different systems: say what it is here", 0.0
    if not header:
        return "", "it has no header: give it one in the file to use it", 0.0
    if name not in BY_HAND:
        return "", "not one of the columns of this export that are used", 0.0
    if shown.like in ("nothing", "address"):
        return "", shown.said, 0.0
    return _hinted(name, key, shown, taken)


def _hinted(name: str, key: str, shown: Looks, taken: set[str]) -> tuple[str, str, float]:
    """By a known word inside the header if the values agree with it, else by the values alone."""
    strong = LOG_STRONG if name == referral_log.NAME else MEMBER_STRONG
    open_words = [w for w, t in strong.items() if t not in taken | {"first_name", "last_name"}]
    inside = [w for w in open_words if f" {w} " in f" {key} " and shown.like in _FITS[strong[w]]]
    if inside:
        word = max(inside, key=len)
        return strong[word], f"the header holds '{word}', and {shown.said}", 0.6
    target = next((t for t in _BY_VALUES[name].get(shown.like, ()) if t not in taken), "")
    if not target:
        return "", f"{shown.said}; the header says nothing that is known", 0.0
    doubt = "; which side it is, only you know" if shown.like == "names that recur" else ""
    return target, f"{shown.said}{doubt}", 0.3 if doubt else 0.5


def chosen(proposal: Proposal, choices: Mapping[str, str]) -> dict[str, str]:
    """The `Answers.mapping` that says `choices` (their header → our column, "" = leave out): whole for a hand-kept
    table, and only what differs for an export, whose layout makes one of our columns of several of theirs.
    """
    wanted = {**proposal.mapping, **choices}
    if proposal.layout in BY_HAND:
        return wanted
    by_itself = {column.header: column.target if column.taken else "" for column in proposal.columns}
    return {header: target for header, target in wanted.items() if target != by_itself.get(header, "")}


def preview(
    raw: RawFile,
    sheet: Sheet,
    layout: str,
    mapping: Mapping[str, str],
    answers: Answers,
    settings: Mapping[str, str],
    *,
    header_row: int,
    today: dt.date | None = None,
    rows: int = 20,
) -> MappingPreview:
    """Clean the sheet as `layout` would with this mapping (an `Answers.mapping`, see `chosen`) and show the first rows.

    Raises:
        UsageError: the mapping names a layout or a column of ours that does not exist.
    """
    said = replace(answers, layout=layout, mapping=dict(mapping))
    layouts.check_answers(said, layouts.LAYOUTS)
    placed = replace(sheet, extent=find_extent(sheet, header_row))
    short = placed.last_row - header_row > _PREVIEW
    if short:
        placed = replace(placed, extent=replace(placed.extent, last_row=header_row + _PREVIEW))
    made_by = layouts.LAYOUTS[layout]
    context = Context(raw, placed, said, layouts.effective(settings, layout), today or dt.date.today(), header_row)
    draft = periods.by_rule(context, made_by.match(context), made_by.build)
    last = header_row + rows
    notes = [f"Only the first {_PREVIEW} rows were looked at."] if short else []
    return MappingPreview(
        {name: _filled(frame[frame["row_no"] <= last], draft.mapping) for name, frame in draft.frames.items()},
        tuple(reject for reject in draft.rejects if (reject.row_no or 0) <= last),
        tuple(draft.questions),
        (*notes, *draft.notes),
        draft.rows_read,
        len({reject.row_no for reject in draft.rejects}),
    )


def _filled(frame: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    """The columns that are mapped or hold something."""
    used = {"row_no", *mapping.values()}
    return frame[[c for c in frame.columns if c in used or frame[c].notna().any()]].reset_index(drop=True)
