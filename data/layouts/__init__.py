"""Which export a sheet is, which of its columns are ours, and what must be asked before it can load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from data.draft import Answers, Draft
from data.layouts import (
    affinity,
    assessment_list,
    attendance,
    clio_grow,
    dues,
    hubspot_contacts,
    hubspot_deals,
    leads_club,
    member_list,
    membership_length,
    pagisto,
    palms,
    periods,
    pipedrive,
    r2y,
    referral_log,
    referral_rock,
    roster,
    salesforce,
    slips_audit,
    touch_list,
    traffic_lights,
    visitors,
)
from data.layouts.fields import Context
from data.layouts.headers import KNOWN
from data.layouts.matching import Match, header_key
from data.layouts.signatures import SIGNATURES, Signature, find_signature, row_words
from data.readers.extent import find_extent
from data.readers.raw import RawFile, Sheet
from errors import FileRefusedError, UsageError


class Layout(Protocol):
    """What a module of this package, or a layout that the workspace learned, offers."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 modules have constants

    @property
    def TARGETS(self) -> tuple[str, ...]: ...  # noqa: N802

    def match(self, context: Context) -> Match:
        """The columns that the header row at context.header_row names."""

    def complete(self, found: Match) -> bool:
        """Whether these columns suffice to take the table for this layout."""

    def build(self, context: Context, found: Match) -> Draft:
        """Clean the table under the header; what it lacks stays a question."""


class Learned(Layout, Protocol):
    """A layout of the workspace: told by the words that stood on its header row when it was learned."""

    @property
    def signature(self) -> Signature: ...


LAYOUTS: dict[str, Layout] = {
    layout.NAME: layout
    for layout in (
        referral_log,
        member_list,
        slips_audit,
        palms,
        hubspot_contacts,
        hubspot_deals,
        salesforce,
        pipedrive,
        referral_rock,
        clio_grow,
        leads_club,
        affinity,
        attendance,
        membership_length,
        roster,
        dues,
        visitors,
        traffic_lights,
        r2y,
        pagisto,
        touch_list,
        assessment_list,
    )
}
_BY_HAND = (referral_log.NAME, member_list.NAME)  # told by what their headers mean, not by exact words
_SEARCH = 40  # rows in which a header is looked for
_DEEP = 1_000  # rows in which an exact header is looked for: a report may hold a shorter table above its own
_FOOT = 5  # last rows in which a report may name itself
_Found = tuple[Layout, Context, Match]


def recognise(
    raw: RawFile,
    answers: Answers,
    settings: Mapping[str, str],
    *,
    today: dt.date | None = None,
    learned: Sequence[Learned] = (),
) -> list[Draft]:
    """One draft per sheet that a layout knows. `settings`: what the workspace remembers, `<layout>.<answer>` before
    `<answer>`. `learned`: the workspace's own layouts; they go before the built-in ones.

    Raises FileRefusedError where no sheet is known, UsageError for an answer that names a layout or column of ours
    that does not exist. What the file cannot say is in Draft.questions.
    """
    layouts = {**LAYOUTS, **{layout.NAME: layout for layout in learned}}
    check_answers(answers, layouts)
    today = today or dt.date.today()
    finder = _Finder(raw, answers, settings, today, layouts, [layout.signature for layout in learned])
    drafts, others = [], []
    for sheet in raw.sheets:
        found = finder.best(sheet)
        if found is None:
            others.append(sheet)
            continue
        layout, context, match = found
        drafts.append(periods.by_rule(context, match, layout.build))
    if not drafts:
        raise _nothing_found(raw)
    drafts[0].notes[:0] = raw.notes
    drafts[0].notes.extend(
        f"Sheet '{s.name}' holds no table that is known, and was left out." for s in others if s.height
    )
    for draft in drafts:
        draft.questions = [replace(q, file=draft.name) for q in draft.questions]
    return drafts


def find(
    raw: RawFile,
    sheet: Sheet,
    answers: Answers,
    settings: Mapping[str, str],
    today: dt.date,
    learned: Sequence[Learned] = (),
) -> tuple[Layout, Context, Match] | None:
    """The layout, header row and columns of one sheet as `recognise` takes them; None if no layout knows it."""
    layouts = {**LAYOUTS, **{layout.NAME: layout for layout in learned}}
    return _Finder(raw, answers, settings, today, layouts, [layout.signature for layout in learned]).best(sheet)


def effective(settings: Mapping[str, str], layout: str) -> dict[str, str]:
    """The settings as one layout sees them: its own (`slips_audit.date_order`) in place of the plain ones."""
    own = f"{layout}."
    plain = {key: value for key, value in settings.items() if "." not in key}
    return plain | {key.removeprefix(own): value for key, value in settings.items() if key.startswith(own)}


def check_answers(answers: Answers, layouts: Mapping[str, Layout]) -> None:
    """Raise UsageError for an answer that names a layout, column, order or period that does not exist."""
    if answers.layout and answers.layout not in layouts:
        raise UsageError(f"There is no layout '{answers.layout}'.", f"Choose {', '.join(layouts)}.")
    targets = dict.fromkeys(t for layout in layouts.values() for t in layout.TARGETS)
    for theirs, ours in answers.mapping.items():
        if ours and ours not in targets:
            raise UsageError(
                f"'{theirs}' cannot be mapped to '{ours}': there is no such column.",
                f"Choose from {', '.join(targets)}.",
            )
    if answers.date_order and answers.date_order not in ("dmy", "mdy", "ymd"):
        raise UsageError(f"There is no date order '{answers.date_order}'.", "Choose dmy, mdy or ymd.")
    if answers.period:
        periods.check(answers.period)


class _Finder:
    """Finds the layout and the header row of each sheet of one file."""

    def __init__(
        self,
        raw: RawFile,
        answers: Answers,
        settings: Mapping[str, str],
        today: dt.date,
        layouts: Mapping[str, Layout],
        learned: Sequence[Signature],
    ) -> None:
        self.raw, self.answers, self.settings, self.today, self.layouts = raw, answers, settings, today, layouts
        self.signatures = (*learned, *SIGNATURES)

    def best(self, sheet: Sheet) -> _Found | None:
        """The layout that the user named, else the one whose exact words stand here, else the hand-kept one that
        fits best: complete before incomplete, then most strong headers.
        """
        filled = np.flatnonzero(sheet.filled()) + 1
        rows = filled[:_SEARCH].tolist()
        signatures = [s for s in self.signatures if self.answers.layout in (None, "", s.layout)]
        seen = [
            (row, row_words(sheet.row(row)))
            for row in dict.fromkeys([*filled[:_DEEP].tolist(), *filled[-_FOOT:].tolist()])
        ]
        if exact := find_signature(seen, signatures):
            signature, row = exact
            layout, context, match = self._try(self.layouts[signature.layout], sheet, row)
            return (layout, context, match) if self.answers.layout or layout.complete(match) else None
        best: tuple[tuple[bool, int, int, int], _Found] | None = None
        for name in [self.answers.layout] if self.answers.layout else _BY_HAND:
            for row in rows if name not in _BY_HAND else _likely_headers(sheet, rows, self.answers):
                layout, context, match = found = self._try(self.layouts[name], sheet, row)
                # the first row of equals: later ones repeat it
                rank = (layout.complete(match), match.strong, len(match.columns), -context.header_row)
                if best is None or rank > best[0]:
                    best = (rank, found)
        if best is None or not (self.answers.layout or best[0][0] or _nearly(best[1][2])):
            return None
        return best[1]

    def _try(self, layout: Layout, sheet: Sheet, row: int) -> _Found:
        placed = sheet if row == sheet.header_row else replace(sheet, extent=find_extent(sheet, row))
        settings = effective(self.settings, layout.NAME)
        context = Context(self.raw, placed, self.answers, settings, self.today, row)
        return layout, context, layout.match(context)


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
    name, or two of a referral's own and a question.
    """
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
        rows = [int(r) for r in np.flatnonzero(sheet.filled())[:_SEARCH] + 1]
        if exact := find_signature([(row, row_words(sheet.row(row))) for row in rows]):
            return FileRefusedError(
                f"{raw.name} looks like a known export ({exact[0].title}), but columns that it cannot do without are "
                "missing.",
                f"Export it again with all its columns, or name them: --layout {exact[0].layout} --map 'Their "
                "header=our_column'. If it is a list that you keep yourself, say --layout referral_log or "
                "--layout member_list.",
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
