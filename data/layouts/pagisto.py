"""Pagisto (German): a member's figures as of a day.

Header: `Datum | Mitglied | Platzierung | Abwesenheit | Empfehlungen | Umsatzdanke | Besucher | 121s | Testimonials |
CTE | Punkte`, any order; Datum and Mitglied must be there. Each row → snapshots: a = Abwesenheit, tyfcb = Umsatzdanke,
visitors, one_to_ones, testimonials, ceu, official_score = Punkte; group null (the home group). Null: Empfehlungen adds
inside and outside together, which no column holds; Platzierung only ranks the points; p l m s are not in the file.

period_to is the row's Datum. Where nobody misses more than one meeting in a row, the figures are those of a week:
period_from is six days before (noted). Where somebody does, they cannot be a week's and the first day is asked (id
"period"): the figures of every row then count from the first day of the answer to the row's Datum. Such an answer also
overrules the week.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from data.draft import Draft, Question
from data.layouts import bni, periods, snapshots
from data.layouts.fields import Context, Table
from data.layouts.matching import Match

NAME = "pagisto"
_COUNTS = ("a", "visitors", "one_to_ones", "amount", "ceu", "testimonials")
TARGETS = ("period_to", "name", "a", "visitors", "one_to_ones", "tyfcb", "ceu", "testimonials", "official_score")
LABELS = bni.labels(
    bni.NAMES,
    {key: bni.PALMS[key] for key in _COUNTS},
    {"period_to": "datum", "official_score": "punkte"},
)
_WEEK = np.timedelta64(6, "D")


def match(context: Context) -> Match:
    """Match the header row by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return {"period_to", "name"} <= found.columns.keys()


def build(context: Context, found: Match) -> Draft:
    """One snapshot a member and day."""
    table = bni.without_footer(bni.open_table(context, found, "name", "period_to"))
    names = bni.names_of(table)
    labels = bni.pseudo_rows(names)
    until = table.dates("period_to").get("period_to", bni.days_64(None, len(table)))
    if not table.waiting_for("period_to"):
        table.refuse_rows(np.isnat(until), "there is no day", "period_to")
    values = snapshots.columns(table, names, labels)
    since = _since(table, until, values["a"])
    frame = snapshots.frame(table, values, None, period_from=since, period_to=until)
    draft = table.draft(NAME, {"snapshots": frame}, snapshots.PUBLIC)
    draft.rows_read = int(pd.isna(labels).sum())
    if frame.period_from.notna().any():
        draft.covers = {"snapshots": (frame.period_from.min().date(), frame.period_to.max().date())}
    return draft


def _since(table: Table, until: np.ndarray, absences: np.ndarray) -> np.ndarray:
    """The first day that each row counts from."""
    answer = table.context.answers.period
    if answer:
        first = np.datetime64(periods.parse(answer).first, "us")
        table.refuse_rows(
            until < first, f"its day lies before {answer[:10]}, from which the figures count", "period_to"
        )
        return np.full(len(table), first)
    if np.nanmax(absences, initial=0) <= 1:
        table.notes.append("Each row is taken as one week's figures: the seven days that end on its day.")
        return until - _WEEK
    worst = int(np.nanargmax(absences))
    last = pd.Series(until).max()
    table.ask(
        Question(
            "period",
            f"The figures are more than one week's (row {int(table.rows[worst])}: absent {absences[worst]:g} times). "
            "From which day do they count?",
            _offers(None if pd.isna(last) else last.date()),
            "--period FROM:TO",
            free=True,
        )
    )
    return bni.days_64(None, len(table))


def _offers(last: dt.date | None) -> tuple[str, ...]:
    if last is None:
        return ()
    half = last.replace(month=1 if last.month <= 6 else 7, day=1)
    starts = dict.fromkeys([last.replace(day=1), half, last.replace(month=1, day=1)])
    return tuple(f"{start}:{last}" for start in starts)
