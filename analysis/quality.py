"""How far the data can be trusted: which weeks are covered, what is unknown, and which findings that holds back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.claims.registry import registry
from analysis.result import Frames

WEEK = 7  # a week begins on Monday: 1970-01-05 was day 4
# field → (what it is, its column, which rows could have it)
_ALL: Callable[[pd.DataFrame], pd.Series] = lambda rows: pd.Series(True, index=rows.index)  # noqa: E731
_WON: Callable[[pd.DataFrame], pd.Series] = lambda rows: rows["status"].eq("won")  # noqa: E731
_SETTLED: Callable[[pd.DataFrame], pd.Series] = lambda rows: rows["status"].isin(["won", "lost"])  # noqa: E731
FIELDS = {
    "given": ("the day on which it was given", "given", _ALL),
    "source": ("who gave it", "source_id", _ALL),
    "receiver": ("who received it", "receiver_id", _ALL),
    "present": ("whether the receiver was there", "present", _ALL),
    "kind": ("what kind of source gave it", "source_kind", _ALL),
    "status": ("what became of it", "status", _ALL),
    "closed": ("when it was won or lost", "closed", _SETTLED),
    "amount": ("what a won one brought", "amount", _WON),
    "asked": ("whether it was asked for", "asked", _ALL),
    "via": ("which earlier referral it came through", "via_referral_id", _ALL),
    "prospect": ("who was referred", "prospect", _ALL),
}


@dataclass(frozen=True)
class Quality:
    """unknown: field, what, rows (that could have it), missing, share, holds_back (claim ids).
    weeks: group_id, record_kind, week (Monday, datetime64), share of its days covered; from the first covered week of
    the group to the last. spans: group_id, record_kind, start, end (exclusive), days, gaps (days not covered between).
    """

    unknown: pd.DataFrame
    weeks: pd.DataFrame
    spans: pd.DataFrame


def build(frames: Frames) -> Quality:
    return Quality(_unknown(frames.referrals), *_coverage(frames.coverage))


def _unknown(rows: pd.DataFrame) -> pd.DataFrame:
    found = []
    for field, (what, column, could) in FIELDS.items():
        mask = could(rows).fillna(False).to_numpy(bool) if len(rows) else np.zeros(0, bool)
        missing = int(rows[column].isna().to_numpy()[mask].sum()) if column in rows else int(mask.sum())
        held = tuple(claim for claim, made in registry.items() if field in made.needs)
        n = int(mask.sum())
        found.append((field, what, n, missing, missing / n if n else float("nan"), held))
    return pd.DataFrame(found, columns=["field", "what", "rows", "missing", "share", "holds_back"])


def _coverage(coverage: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    weeks, spans = [], []
    for (group, kind), rows in coverage.groupby(["group_id", "record_kind"], sort=True):
        start, end = int(rows["start"].min()), int(rows["end"].max())
        days = np.zeros(end - start, bool)
        for first, last in zip(rows["start"].astype(int), rows["end"].astype(int), strict=True):
            days[first - start : last - start] = True
        spans.append((group, kind, start, end, int(days.sum()), int((~days).sum())))
        week = (np.arange(start, end) - 4) // WEEK
        first_week = int(week[0])
        share = np.bincount(week - first_week, days) / np.bincount(week - first_week)
        monday = ((np.arange(len(share)) + first_week) * WEEK + 4).astype("datetime64[D]").astype("datetime64[us]")
        weeks.append(pd.DataFrame({"group_id": group, "record_kind": kind, "week": monday, "share": share}))
    columns = ["group_id", "record_kind", "week", "share"]
    made = pd.concat(weeks, ignore_index=True) if weeks else pd.DataFrame(columns=columns)
    return made, pd.DataFrame(spans, columns=["group_id", "record_kind", "start", "end", "days", "gaps"])
