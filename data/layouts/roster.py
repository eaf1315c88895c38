"""BNI Connect's Chapter Roster: who is a member, of which classification, and ninety days of counts.

Header over two rows (any of the first 40): `Member Name | Company Name | Classification | Phone`, and under it, over
columns of their own, `G | R | V | 121 | Late | Absence`; or all on one row. Banner or none; a `Chapter:` in it names
the group.

Each member → a row of `members`: name, group, profession = Classification without its first part (`Accounting >
Bookkeeper > Bookkeeper` → "Bookkeeper", `Legal > Attorney > Estate` → "Attorney > Estate", a single part as it is);
days unknown. Company and phone are left out.
The counts → snapshots (l = Late, a = Absence, visitors = V, one_to_ones = 121) only where the last of their ninety days
is known: from `To:` in the banner, or the last day of the answered period; else they are left out with a note, never
asked for. G and R add inside and outside together, which no column holds: null.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, staging_frame
from data.layouts import bni, periods, snapshots
from data.layouts.banner import Banner, chapter_name, chapter_of
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.layouts.periods import Period

NAME = "roster"
TARGETS = ("name", "first_name", "last_name", "profession", "visitors", "one_to_ones", "l", "a")
_COUNTS = {key: bni.PALMS[key] for key in ("visitors", "one_to_ones", "l", "a")}
LABELS = bni.labels(
    bni.NAMES, _COUNTS, {"profession": "classification|profession|speciality|specialty|fachgebiet|métier|especialidade"}
)
_SUB_HEADER = clean.table({"x": "g|r|v|121|1-2-1|late|absence|absences"})
_SPAN = dt.timedelta(days=89)


def match(context: Context) -> Match:
    """Match the header row by label, with the second header row under it, if there is one."""
    return bni.match_labels(_below(context), LABELS, _headers(context))


def complete(found: Match) -> bool:
    return bni.named(found) and "profession" in found.columns


def _has_second(context: Context) -> bool:
    row = context.header_row + 1
    cells = context.sheet.row(row) if row <= context.sheet.height else []
    return sum(clean.fold(text) in _SUB_HEADER for text in cells if text) >= 3


def _headers(context: Context) -> list[str | None]:
    """The headers of both rows, column by column."""
    upper = context.sheet.row(context.header_row)
    if not _has_second(context):
        return upper
    lower = context.sheet.row(context.header_row + 1)
    return [above if above and above.strip() else below for above, below in zip(upper, lower, strict=True)]


def _below(context: Context) -> Context:
    """The table as it stands under its last header row."""
    second = _has_second(context)
    return Context(context.raw, context.sheet, context.answers, context.settings, context.today,
                   context.header_row + second)  # fmt: skip


def build(context: Context, found: Match) -> Draft:
    """The members with their professions, and their counts where their days are known."""
    table = bni.without_footer(bni.open_table(_below(context), found, "name"))
    names = bni.names_of(table)
    pseudo = ~pd.isna(bni.pseudo_rows(names))
    table, names = bni.without(table, pseudo), names[~pseudo]
    banner = Banner.read(context)
    chapter = banner.values.get("chapter")
    group = chapter_of(table, chapter_name(chapter.text) if chapter else None)
    table.refuse_rows(pd.isna(names), "the row names nobody")
    period = _ninety_days(table, banner)
    counts = snapshots.columns(table, names, np.full(len(table), None, dtype=object)) if period else None
    members = {
        "row_no": table.rows,
        "name": names,
        "group": [group] * len(table),
        "profession": table.texts("profession", profession),
    }
    frames = {"members": staging_frame("members", members, len(table))[table.kept()].reset_index(drop=True)}
    if counts:
        frames["snapshots"] = snapshots.frame(table, counts, period, group=[group] * len(table))
    draft = table.draft(NAME, frames)
    if period:
        draft.covers = {"snapshots": (period.first, period.last)}
    return draft


def profession(classification: str) -> str | None:
    """`A > B > C` without A, and without repeating itself; a single part as it is."""
    parts = [" ".join(part.split()) for part in classification.split(">")]
    parts = list(dict.fromkeys(part for part in parts if part))
    return " > ".join(parts[1:] or parts) or None


def _ninety_days(table: Table, banner: Banner) -> Period | None:
    """The days of the counts, where their last day is known; None, and a note, where it is not."""
    if not set(_COUNTS) & table.match.columns.keys():
        return None
    answer = table.context.answers.period
    known = bool(answer or banner.period)
    period = periods.settle(table, banner.period, "", span=True) if known else None
    if period is None:
        if not known:
            table.notes.append(
                "The ninety-day counts were left out: the file does not say when they end. An answered period brings "
                "them in."
            )
        return None
    table.notes.append(f"The counts are taken as those of the ninety days that end on {period.last}.")
    return Period(period.last - _SPAN, period.last)
