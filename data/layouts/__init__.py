"""Which export a sheet is, which of its columns are ours, and what must be asked before it can load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType

import numpy as np

from data.draft import Answers, Draft
from data.layouts import member_list, referral_log
from data.layouts.fields import Context
from data.layouts.foreign import foreign_export
from data.layouts.headers import KNOWN
from data.layouts.matching import Match, header_key
from data.readers.extent import find_extent
from data.readers.raw import RawFile, Sheet
from errors import FileRefusedError, UsageError

LAYOUTS: dict[str, ModuleType] = {referral_log.NAME: referral_log, member_list.NAME: member_list}
_SEARCH = 40  # rows in which a header is looked for


def recognise(
    raw: RawFile, answers: Answers, settings: Mapping[str, str], *, today: dt.date | None = None
) -> list[Draft]:
    """One draft per sheet that holds referrals or members.

    Raises FileRefusedError where no sheet does, UsageError for an answer that names a layout or column of ours that
    does not exist. What the file cannot say is in Draft.questions.
    """
    _check_answers(answers)
    today = today or dt.date.today()
    drafts, others = [], []
    for sheet in raw.sheets:
        found = _best(raw, sheet, answers, settings, today)
        if found is None:
            others.append(sheet)
            continue
        layout, context, match = found
        drafts.append(layout.build(context, match))
    if not drafts:
        raise _nothing_found(raw)
    drafts[0].notes[:0] = raw.notes
    drafts[0].notes.extend(
        f"Sheet '{s.name}' holds no referrals and no members, and was left out." for s in others if s.height
    )
    for draft in drafts:
        draft.questions = [replace(q, file=draft.name) for q in draft.questions]
    return drafts


def _check_answers(answers: Answers) -> None:
    if answers.layout and answers.layout not in LAYOUTS:
        raise UsageError(f"There is no layout '{answers.layout}'.", f"Choose {' or '.join(LAYOUTS)}.")
    targets = dict.fromkeys(t for layout in LAYOUTS.values() for t in layout.TARGETS)
    for theirs, ours in answers.mapping.items():
        if ours and ours not in targets:
            raise UsageError(
                f"'{theirs}' cannot be mapped to '{ours}': there is no such column.",
                f"Choose from {', '.join(targets)}.",
            )
    if answers.date_order and answers.date_order not in ("dmy", "mdy", "ymd"):
        raise UsageError(f"There is no date order '{answers.date_order}'.", "Choose dmy, mdy or ymd.")
    if answers.period:
        try:
            for day in answers.period.split(":"):
                dt.date.fromisoformat(day)
        except ValueError as error:
            raise UsageError(f"'{answers.period}' is not a period.", "Write it as 2026-01-01:2026-06-30.") from error


def _best(
    raw: RawFile, sheet: Sheet, answers: Answers, settings: Mapping[str, str], today: dt.date
) -> tuple[ModuleType, Context, Match] | None:
    """The layout and header row that fit the sheet best: complete before incomplete, then most strong
    headers.
    """
    rows = [int(r) for r in np.flatnonzero(sheet.filled())[:_SEARCH] + 1]
    if not answers.layout and foreign_export(sheet.row(r) for r in rows):
        return None
    best: tuple[tuple[bool, int, int, int], ModuleType, Context, Match] | None = None
    for row_no in _likely_headers(sheet, rows, answers):
        for name, layout in LAYOUTS.items():
            if answers.layout and name != answers.layout:
                continue
            placed = sheet if row_no == sheet.header_row else replace(sheet, extent=find_extent(sheet, row_no))
            context = Context(raw, placed, answers, settings, today, row_no)
            match = layout.match(context)
            rank = (
                layout.complete(match),
                match.strong,
                len(match.columns),
                -row_no,
            )  # the first of equals: later ones repeat it
            if best is None or rank > best[0]:
                best = (rank, layout, context, match)
    if best is None or not (answers.layout or best[0][0] or _nearly(best[3])):
        return None
    return best[1:]


def _likely_headers(sheet: Sheet, rows: list[int], answers: Answers) -> list[int]:
    """The rows worth matching in full: the one that looks like a header, and those with the most words that
    are known.
    """
    mapped = {header_key(theirs) for theirs in answers.mapping}
    hits = {
        row: sum(header_key(cell) in KNOWN or header_key(cell) in mapped for cell in sheet.row(row) if cell)
        for row in rows
    }
    best = sorted((row for row in rows if hits[row]), key=lambda row: -hits[row])[:3]
    return list(dict.fromkeys([*([sheet.header_row] if sheet.header_row else []), *best]))


def _nearly(match: Match) -> bool:
    """Close enough to a log or a list to ask about the rest rather than to refuse: three headers known by
    name, or two
    of a referral's own and a question."""
    own = {
        "given_on",
        "source",
        "receiver",
        "receiver_present",
        "asked",
        "source_kind",
        "prospect",
        "status",
    } & match.columns.keys()
    return match.strong >= 3 or (len(own) >= 2) or (bool(match.questions) and bool(own))


def _nothing_found(raw: RawFile) -> FileRefusedError:
    for sheet in raw.sheets:
        rows = np.flatnonzero(sheet.filled())[:_SEARCH] + 1
        if export := foreign_export(sheet.row(int(r)) for r in rows):
            return FileRefusedError(
                f"{raw.name} is a known export ({export}) that cannot be imported yet.",
                ("If it is a list that you keep yourself, say so with --layout referral_log or --layout member_list."),
            )
    filled = [s for s in raw.sheets if s.height and s.filled().any()]
    if not filled:
        return FileRefusedError(f"{raw.name} has no cells with anything in them.", "Export it again.")
    sheet = filled[0]
    header = [
        cell
        for cell in sheet.row(sheet.header_row or int(np.flatnonzero(sheet.filled())[0]) + 1)
        if cell and cell.strip()
    ]
    shown = ", ".join(" ".join(cell.split())[:40] for cell in header[:12])
    where = f"Sheet '{sheet.name}'" if sheet.name else "It"
    return FileRefusedError(
        f"No table of referrals or members was found in {raw.name}. {where} starts with: {shown}.",
        "If it is one, say which with --layout referral_log or --layout member_list, and "
        "name its columns with "
        "--map 'Their header=given_on' (or source, receiver, name …).",
    )
