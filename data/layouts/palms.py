"""BNI Connect's Chapter Summary PALMS Report: a member's totals over a period. A snapshot, not events.

Header (any row of the first 40, blank spacer columns anywhere): `First Name | Last Name | P | A | L | M | S | RGI |
RGO | RRI | RRO | V | 1-2-1 | TYFCB | CEU | T`, or one column with the whole name; German, French, Portuguese, Chinese
and Japanese labels: data.layouts.bni.PALMS. `Custom` is left out, as is any column that no label names.
Banner (or none): `From:`, `To:` with a day each and `Chapter:`, the value any number of cells to the right, as a date,
a serial or text. `Run At` is never the period. Without both days the period is asked (id "period"); without a chapter
the rows are the home group's.

Each member's row → snapshots: p … testimonials as numbers, tyfcb as exact text with its currency (asked), period,
group = the chapter without "BNI". Null: official_score. The rows Visitors, BNI and Total (來賓, 總數) → snapshots
with row_label Visitors, BNI or Total and no name; they are not counted as rows read. Covers snapshots for its period.
"""

from __future__ import annotations

import pandas as pd

from data.draft import Draft
from data.layouts import bni, periods, snapshots
from data.layouts.banner import Banner, chapter_name, chapter_of
from data.layouts.fields import Context
from data.layouts.matching import Match

NAME = "palms"
TARGETS = snapshots.TARGETS
LABELS = bni.labels(bni.NAMES, bni.PALMS)


def match(context: Context) -> Match:
    """Match the header row by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return bni.named(found) and len(set(snapshots.FIELDS) & found.columns.keys()) >= 4


def build(context: Context, found: Match) -> Draft:
    """One snapshot a member, and the pseudo rows for reconciliation."""
    table = bni.without_footer(bni.open_table(context, found, "name"))
    banner = Banner.read(table.context)
    chapter = banner.values.get("chapter")
    group = chapter_of(table, chapter_name(chapter.text) if chapter else None)
    period = periods.settle(
        table,
        banner.period,
        "The file does not say which period its totals are of. From which day to which?",
        span=True,
    )
    names = bni.names_of(table)
    labels = bni.pseudo_rows(names)
    values = snapshots.columns(table, names, labels)
    snapshots.note_total(table, values)
    frame = snapshots.frame(table, values, period, group=[group] * len(table))
    draft = table.draft(NAME, {"snapshots": frame}, snapshots.PUBLIC)
    draft.rows_read = int(pd.isna(labels).sum())
    if period:
        draft.covers = {"snapshots": (period.first, period.last)}
    return draft
