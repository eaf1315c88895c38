"""Reporting2You (Thailand): one CSV row a member with totals over a period that the file does not name.

Header: `Member | RG | RR | Visitor | TYFCB_THB | OneToOne | CEU | BNI Days`, any order. Names end in the chapter:
`Ada Larch (BNI Sample)` → name "Ada Larch", group "Sample"; brackets without "BNI" only where all names have them and
share some. The period is always asked (id "period"); one day is a period of one day.

Each member → snapshots: visitors, one_to_ones, ceu, tyfcb with the currency of its header. Null: RG and RR add inside
and outside together, which no column holds; p a l m s are not in the file. Each member with BNI Days → a row of
`members` with joined_on = the period's last day less that many days (noted: the export may be from a later day).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.draft import Draft, staging_frame
from data.layouts import bni, periods, snapshots
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.layouts.periods import Period

NAME = "r2y"
_COUNTS = ("visitors", "one_to_ones", "amount", "ceu", "testimonials")
TARGETS = ("name", "visitors", "one_to_ones", "tyfcb", "ceu", "testimonials", "days")
LABELS = bni.labels(bni.NAMES, {key: bni.PALMS[key] for key in _COUNTS}, {"days": "bni days"})


def match(context: Context) -> Match:
    """Match the header row by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return "name" in found.columns and bool(set(_COUNTS) & found.columns.keys())


def build(context: Context, found: Match) -> Draft:
    """One snapshot a member, and the day on which each joined."""
    table = bni.without_footer(bni.open_table(context, found, "name"))
    names, chapters = snapshots.split_chapters(bni.names_of(table))
    if table.context.answers.group:
        chapters[:] = None
    labels = bni.pseudo_rows(names)
    period = periods.settle(
        table, [], "The file does not say which period its totals are of. From which day to which?", span=True
    )
    tenure = bni.counts(table, "days")
    values = snapshots.columns(table, names, labels)
    frames = {"snapshots": snapshots.frame(table, values, period, group=chapters)}
    if period and (joined := _joined(table, values["name"], chapters, tenure, period)) is not None:
        frames["members"] = joined
    draft = table.draft(NAME, frames, snapshots.PUBLIC)
    draft.rows_read = int(pd.isna(labels).sum())
    if period:
        draft.covers = {"snapshots": (period.first, period.last)}
    return draft


def _joined(
    table: Table, names: np.ndarray, chapters: np.ndarray, tenure: np.ndarray, period: Period
) -> pd.DataFrame | None:
    known = ~np.isnan(tenure) & ~pd.isna(names) & table.kept()
    if not known.any():
        return None
    table.notes.append(
        f"The days of joining are reckoned back from {period.last}, the last day of the period, by "
        f"'{table.match.header_of('days')}'; an export of a later day makes them that much too early."
    )
    days = np.where(known, tenure, 0).astype("timedelta64[D]")
    joined = np.datetime64(period.last, "us") - days
    columns = {"row_no": table.rows, "name": names, "group": chapters, "joined_on": joined}
    return staging_frame("members", columns, len(table))[known].reset_index(drop=True)
