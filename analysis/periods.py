"""Calendar periods, what of them has happened by the as-of date, and which of their days imports cover."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

EPOCH = date(1970, 1, 1)
COVERED_ENOUGH = 0.9  # share of a period's days below which its totals are not compared


@dataclass(frozen=True)
class Window:
    """A period and how much of it is known. `seen` ends what has happened by the as-of date (exclusive)."""

    start: date
    end: date
    seen: date
    covered: int  # days of [start, seen) that imports cover

    @property
    def days(self) -> int:
        return max(0, (self.seen - self.start).days)

    @property
    def partial(self) -> bool:
        return self.seen < self.end

    @property
    def complete(self) -> bool:
        """Whether imports cover enough of it for its totals to be compared."""
        return self.days > 0 and self.covered >= COVERED_ENOUGH * self.days


def day_number(d: date) -> int:
    return (d - EPOCH).days


def day_of(day: float) -> date:
    return EPOCH + timedelta(days=int(day))


def shift(d: date, months: int) -> date:
    """The same day so many months later (earlier if negative); the month's last day where there is none such."""
    year, month = divmod(d.year * 12 + d.month - 1 + months, 12)
    return date(year, month + 1, min(d.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def covered_days(coverage: pd.DataFrame, given: pd.Series, as_of: date) -> np.ndarray:
    """Day numbers, sorted, on which every group that has begun is covered by an import.

    Without any coverage on record, the days from the first of `given` on.
    """
    c = coverage
    c = c[c["record_kind"] == "referrals"] if len(c) else c
    if c.empty:
        return np.arange(given.min(), day_number(as_of)) if len(given) else np.array([], dtype=int)
    first, last = int(c["start"].min()), min(int(c["end"].max()), day_number(as_of))
    missing = np.zeros(max(0, last - first), dtype=int)
    for _, spans in c.groupby("group_id"):
        mine = np.zeros(len(missing), dtype=bool)
        begun = int(spans["start"].min()) - first
        for start, end in zip(spans["start"], spans["end"], strict=True):
            mine[int(start) - first : max(0, int(end) - first)] = True
        missing[begun:] += ~mine[begun:]
    return first + np.flatnonzero(missing == 0)
