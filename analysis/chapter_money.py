"""Closed business: the total with and without its largest slip, the median, who it was thanked to. Each currency is
counted alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis import chapter_intervals as intervals
from analysis.chapter_rows import Records
from analysis.population import to_date

THANKS, TALLY, WON = "thanks", "palms", "won"


@dataclass(frozen=True)
class Money:
    """One currency ("" = none was named), from start to end (exclusive).

    basis: slips of thanks, PALMS totals (no single slip is known: n and what rests on it is None), or won referrals of
    a log. members: person_id, name, n, total, largest. amounts: id, who, amount of each slip, the largest first;
    corrections (below zero) are in the total alone. top_tenth: share of the money in the largest tenth of the slips.
    """

    currency: str
    basis: str
    start: date
    end: date
    total: float
    n: int | None
    median: float | None
    median_low95: float | None
    median_high95: float | None
    largest: float | None
    largest_who: str | None
    top_tenth: float | None
    corrections: float
    members: pd.DataFrame
    amounts: pd.DataFrame

    @property
    def without_largest(self) -> float | None:
        return None if self.largest is None else self.total - self.largest


def closed_business(records: Records) -> tuple[Money, ...]:
    """By currency, the one with most slips first. Slips of thanks and PALMS totals stand beside one another, the one
    that covers more days first, and are never added; without either, what the log's won referrals brought."""
    t, s, r = records.thanks, records.snapshots, records.referrals
    slips = t[t["inside"] & t["amount"].notna() & (t["amount"] != 0)].rename(columns={"thank_id": "id", "to_id": "who"})
    tallies = s[s["tyfcb"].fillna(0) != 0].assign(id="").rename(columns={"person_id": "who", "tyfcb": "amount"})
    palms = s.drop_duplicates(["group_id", "first", "last"])
    palms_days = int((palms["last"] - palms["first"] + 1).sum())
    window = np.array([records.start]), np.array([records.end])
    slip_days = sum(int(records.covered(group, "thanks", *window)[0]) for group in records.home)
    found = _by_currency(slips, THANKS, records)
    if palms_days > slip_days:
        found = _by_currency(tallies, TALLY, records) + found
    if found:
        return found
    closed = r["closed"]
    won = r[(r["status"] == "won") & (closed >= records.start) & (closed < records.end) & ~r["copy"]]
    won = won[won["amount"].fillna(0) != 0].rename(columns={"referral_id": "id", "source_id": "who"})
    return _by_currency(won.assign(first=won["closed"], last=won["closed"]), WON, records)


def _by_currency(rows: pd.DataFrame, basis: str, records: Records) -> tuple[Money, ...]:
    rows = rows.assign(currency=rows["currency"].astype(object).where(rows["currency"].notna(), ""))
    found = [_one(str(currency), part, basis, records) for currency, part in rows.groupby("currency", sort=True)]
    return tuple(sorted(found, key=lambda m: (-len(m.amounts), -len(m.members), m.currency)))


def _one(currency: str, rows: pd.DataFrame, basis: str, records: Records) -> Money:
    total = float(rows["amount"].sum())
    who = rows["who"].astype(object).where(rows["who"].notna(), "?")
    rows = rows.assign(who=who)
    by = rows.groupby("who", sort=True)["amount"].agg(n="size", total="sum", largest="max").reset_index()
    by = by.rename(columns={"who": "person_id"})
    by.insert(1, "name", [records.names.get(p, "not named") for p in by["person_id"]])
    by = by.sort_values(["total", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    paid = rows[rows["amount"] > 0].sort_values(["amount", "id"], ascending=[False, True], kind="stable")
    days = to_date(int(rows["first"].min())), to_date(int(rows["last"].max()) + 1)
    corrections = float(rows.loc[rows["amount"] < 0, "amount"].sum())
    if basis == TALLY or paid.empty:
        none = pd.DataFrame(columns=["id", "who", "amount"])
        return Money(currency, basis, *days, total, None, None, None, None, None, None, None, corrections, by, none)
    amounts = paid["amount"].to_numpy(float)
    cluster = np.unique(paid["who"].astype(str), return_inverse=True)[1]
    low, high = intervals.median_interval(amounts, cluster, _seed(currency, records))
    tenth = max(1, -(-len(amounts) // 10))
    first = paid.iloc[0]
    return Money(
        currency, basis, *days, total, len(paid), float(np.median(amounts)), _known(low), _known(high),
        float(amounts[0]), records.names.get(first["who"]), float(amounts[:tenth].sum() / amounts.sum()), corrections,
        by, paid[["id", "who", "amount"]].reset_index(drop=True),
    )  # fmt: skip


def _seed(currency: str, records: Records) -> int:
    text = f"closed business {currency}|{','.join(records.home)}|{to_date(records.as_of).isoformat()}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
