"""One member: what he gave and received by tier, with whom he exchanges, and what his membership brought him in money.

The period is the scope's, or the last year. Money stands by currency and never as a cause: it was received while a
member.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from analysis import chapter_meetings, chapter_rows
from analysis.chapter_rows import Records
from analysis.intervals import Floats
from analysis.population import FOREVER, to_date
from analysis.result import Frames
from analysis.scope import Scope

WON, THANKS = "won", "thanks"


@dataclass(frozen=True)
class Received:
    """Money of one currency ("" = none was named). basis: won referrals of the log, or his own slips of thanks.

    low95, high95: what luck in the number and size of the amounts leaves open (Fay & Feuer 1997); largest: one amount.
    """

    currency: str
    basis: str
    n: int
    total: float
    low95: float
    high95: float
    largest: float


@dataclass(frozen=True)
class Person:
    """start, end: the period (half-open). joined, renews: days, None = unknown.

    tiers: way (gave | received), inside, outside, unknown, basis (slips | palms). partners: with_id, name, gave,
    got, met, by name. money: by currency, most amounts first; None where no record says what he earned. waiting:
    referrals received whose outcome is open. ids: the referrals behind it.
    """

    person_id: str
    start: date
    end: date
    joined: date | None
    years: float | None
    renews: date | None
    tiers: pd.DataFrame = field(repr=False, compare=False)
    partners: pd.DataFrame = field(repr=False, compare=False)
    money: tuple[Received, ...] | None
    waiting: int
    ids: tuple[str, ...] = field(repr=False)


def build(frames: Frames, scope: Scope, person: str) -> Person | None:
    """None where nothing is recorded in the period."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return None
    rows = records.referrals
    rows = rows[rows["inside"] & ~rows["copy"]]
    gave, got = rows[rows["source_id"] == person], rows[rows["receiver_id"] == person]
    joined, renews = _membership(frames, person, records.end)
    years = (records.end - joined) / 365.25 if joined is not None else None
    return Person(
        person, to_date(records.start), to_date(records.end), None if joined is None else to_date(joined), years,
        None if renews is None else to_date(renews), _tiers(records, gave, got, person),
        _partners(records, gave, got, person), _money(records, person), int((got["status"] == "open").sum()),
        tuple(dict.fromkeys([*gave["referral_id"], *got["referral_id"]])),
    )  # fmt: skip


def _membership(frames: Frames, person: str, day: int) -> tuple[int | None, int | None]:
    """The latest joining before a day, and the next renewal from that day on."""
    mine = frames.memberships[frames.memberships["person_id"] == person]
    joined = mine["joined"].dropna()
    joined = joined[joined < day]
    renews = mine["renews"].dropna() if "renews" in mine else mine["joined"].head(0)
    due = renews[renews >= day]
    known = int(joined.max()) if len(joined) else None
    return (known if known is not None and known > -FOREVER else None), (int(due.min()) if len(due) else None)


def _tiers(records: Records, gave: pd.DataFrame, got: pd.DataFrame, person: str) -> pd.DataFrame:
    """From slips; of PALMS totals where no slip has a tier."""
    tallied = records.snapshots[records.snapshots["person_id"] == person]
    rows = []
    for way, part, columns in (("gave", gave, ["rgi", "rgo"]), ("received", got, ["rri", "rro"])):
        inside, outside = int((part["tier"] == 1).sum()), int((part["tier"] > 1).sum())
        sums = tallied[columns].sum(min_count=1)
        if not inside + outside and sums.notna().all():
            rows.append((way, int(sums.iloc[0]), int(sums.iloc[1]), 0, "palms"))
        else:
            rows.append((way, inside, outside, int(part["tier"].isna().sum()), "slips"))
    return pd.DataFrame(rows, columns=["way", "inside", "outside", "unknown", "basis"])


def _partners(records: Records, gave: pd.DataFrame, got: pd.DataFrame, person: str) -> pd.DataFrame:
    met = chapter_meetings.meetings(records)
    met = met[met["inside"].astype(bool) & ((met["a"] == person) | (met["b"] == person))]
    other = met["b"].where(met["a"] == person, met["a"])
    counts = {
        "gave": gave["receiver_id"].value_counts(), "got": got["source_id"].value_counts(),
        "met": met["meetings"].astype(float).groupby(other).sum(),
    }  # fmt: skip
    table = pd.DataFrame(counts).fillna(0).astype(int).rename_axis("with_id").reset_index()
    table.insert(1, "name", [records.names.get(p, "not named") for p in table["with_id"]])
    return table.sort_values(["name", "with_id"], kind="stable").reset_index(drop=True)


def _money(records: Records, person: str) -> tuple[Received, ...] | None:
    """Won amounts where the log holds any, else his own thanks; the two tell of the same money and are never added."""
    r, t = records.referrals, records.thanks
    won = r[(r["status"] == "won") & (r["closed"] >= records.start) & (r["closed"] < records.end) & ~r["copy"]]
    if r["amount"].notna().any():
        return _by_currency(won[(won["receiver_id"] == person) & (won["amount"].fillna(0) > 0)], WON)
    if t["from_id"].notna().any():
        return _by_currency(t[t["inside"] & (t["from_id"] == person) & (t["amount"].fillna(0) > 0)], THANKS)
    return None


def _by_currency(rows: pd.DataFrame, basis: str) -> tuple[Received, ...]:
    named = rows["currency"].astype(object).where(rows["currency"].notna(), "")
    made = [_received(str(currency), basis, part["amount"].to_numpy(float)) for currency, part in rows.groupby(named)]
    return tuple(sorted(made, key=lambda m: (-m.n, m.currency)))


def _received(currency: str, basis: str, amounts: Floats) -> Received:
    low, high = sum_interval(amounts)
    return Received(currency, basis, len(amounts), float(amounts.sum()), low, high, float(amounts.max()))


def sum_interval(amounts: Floats) -> tuple[float, float]:
    """95 % interval of a sum whose parts come as Poisson counts: the gamma method of Fay & Feuer 1997."""
    total, square, largest = float(amounts.sum()), float(np.sum(amounts**2)), float(amounts.max())
    low = stats.gamma.ppf(0.025, total**2 / square, scale=square / total)
    more, spread = total + largest, square + largest**2
    high = stats.gamma.ppf(0.975, more**2 / spread, scale=spread / more)
    return float(low), float(high)
