"""One member's totals over a period: what PALMS summaries, traffic lights and their cousins all come to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from data import clean
from data.draft import staging_frame
from data.layouts import bni
from data.layouts.banner import chapter_name
from data.layouts.fields import Table
from data.layouts.periods import Period
from data.layouts.values import amounts_and_currencies

COUNTS = (
    "p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "ceu", "testimonials",
    "official_score",
)  # fmt: skip
FIELDS = (*COUNTS, "amount")
TARGETS = ("name", "first_name", "last_name", *COUNTS, "tyfcb")
PUBLIC = {"amount": "tyfcb"}  # where the machinery for money looks, and the column of snapshots
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)")
_MEETINGS = ("p", "a", "l", "m", "s")  # of the row Visitors they count meetings, not people


def columns(table: Table, names: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """The columns of `snapshots` without period and group; rejects rows that name nobody or hold no number."""
    table.refuse_rows(pd.isna(names), "the row names nobody")
    amount, currency = amounts_and_currencies(table, corrections=True)
    found: dict[str, Any] = {target: bni.counts(table, target) for target in COUNTS}
    blank = np.isnan(np.array([*found.values()])).all(axis=0)
    table.refuse_rows(blank & pd.isna(amount) & pd.isna(labels), "the row holds no figure")
    return {
        **found,
        "row_no": table.rows,
        "name": bni.blanked(names, ~pd.isna(labels)),
        "row_label": labels,
        "tyfcb": amount,
        "currency": currency,
    }


def frame(table: Table, found: Mapping[str, Any], period: Period | None, **more: Any) -> pd.DataFrame:
    """The staging frame of the rows that load. `more`: columns beside those of `columns`, and a period of their own."""
    days = {
        "period_from": bni.days_64(period and period.first, len(table)),
        "period_to": bni.days_64(period and period.last, len(table)),
    }
    made = staging_frame("snapshots", {**found, **days, **more}, len(table))
    return made[table.kept()].reset_index(drop=True)


def split_chapters(names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Names without the chapter in brackets behind them, as in "Ada Larch (BNI Sample)", and that chapter or None.

    Brackets that do not say BNI are a chapter where all names have them and share some; else they are part of a name.
    """
    people, chapters = names.copy(), np.full(len(names), None, dtype=object)
    parts = [_IN_BRACKETS.fullmatch(name) if name else None for name in names]
    inside = [part[2] for part in parts if part]
    shared = len(inside) == (~pd.isna(names)).sum() and len(set(inside)) < len(inside)
    for i, part in enumerate(parts):
        if part and (shared or re.match(r"BNI\b", part[2], re.IGNORECASE)):
            people[i], chapters[i] = clean.clean_name(part[1]), chapter_name(part[2])
    return people, chapters


def note_total(table: Table, found: Mapping[str, Any]) -> None:
    """Say by how much the row Total differs from the rows above it: it does in real exports, and is never the truth."""
    labels = found["row_label"]
    total = np.flatnonzero(labels == "Total")
    if not len(total):
        return
    people, others = pd.isna(labels), (labels == "BNI") | (labels == "Visitors")
    parts = []
    for target in (t for t in FIELDS if t in table.match.columns and t != "official_score"):
        values = found["tyfcb" if target == "amount" else target]
        rows = people if target in _MEETINGS else people | others
        stated, summed = _sum(values[total[-1:]]), _sum(values[rows])
        if not pd.isna(values[total[-1]]) and stated != summed:
            parts.append(f"{table.match.header_of(target)} {stated - summed:+,}")
    if parts:
        table.notes.append(
            f"The row Total (row {int(table.rows[total[-1]])}) is not the sum of the rows above it: "
            f"{', '.join(parts)}. The rows are used, the total is only kept."
        )


def _sum(values: np.ndarray) -> Decimal:
    """Exact: counts as whole as they are, amounts to the cent."""
    return sum((Decimal(f"{v:g}" if isinstance(v, float) else v) for v in values if not pd.isna(v)), Decimal(0))
