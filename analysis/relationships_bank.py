"""The bank of each relationship: what one gave another before asking something of him.

Deposits are help, introductions, testimonials and referrals given, one each; withdrawals are asks. A one-to-one counts
nothing. The balance of a day holds what lies in the year before it, as claim D3 counts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.claims.asking import DEPOSITS, WITHDRAWALS
from analysis.intervals import Floats
from analysis.population import View, month_start, months, prepare, to_date, to_day
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT

REFERRAL, ASK = "referral", "ask"
KINDS = (REFERRAL, *DEPOSITS, ASK)


@dataclass(frozen=True)
class Early:
    """Asks of somebody to whom the asker had given nothing before, ever. share with its 95 % interval over askers (NaN
    where too few ask); n asks by `members`; members: person_id, name, asks, early. skipped: asks of the log's first
    year, for which nobody knows what went before."""

    share: float
    low95: float
    high95: float
    n: int
    early: int
    members: pd.DataFrame = field(repr=False, compare=False)
    skipped: int = 0


@dataclass(frozen=True)
class Bank:
    """since: the first covered day; as_of: the day after the last record.

    entries, by day: day, from_id, to_id, kind, n, group_id, id (of the referral, else ""): what one person put in or
    took out of his account with another. accounts: from_id, from_name, to_id, to_name, deposits, asks, balance (of the
    last year), ever (deposits since the log began), last (day of the last entry); most overdrawn first.
    asked, helped: such contacts are recorded at all. early: None without an ask.
    """

    since: date
    as_of: date
    entries: pd.DataFrame = field(repr=False, compare=False)
    accounts: pd.DataFrame = field(repr=False, compare=False)
    asked: bool
    helped: bool
    early: Early | None
    names: dict[str, str] = field(repr=False, compare=False)


def build(frames: Frames, scope: Scope) -> Bank | None:
    """None where neither a referral nor a contact between two people has a day."""
    log = prepare(frames)
    day = log.default_day
    chosen = [to_day(d) for d in (scope.end, scope.as_of) if d]
    if day is None:
        return None
    view = log.at(min([day, *chosen]))
    entries = _entries(view)
    if entries.empty:
        return None
    names = {p: log.names.get(p, p) for p in {*entries["from_id"], *entries["to_id"]}}
    kinds = set(entries["kind"])
    since = int(entries["day"].min())
    return Bank(to_date(since), to_date(view.day), entries, _accounts(entries, names, view.day),
                ASK in kinds, bool(kinds & set(DEPOSITS)), _early(entries, names, since), names)  # fmt: skip


def _entries(view: View) -> pd.DataFrame:
    """A referral is an entry of its giver's account with the receiver; an ask one of the asker's with the one asked."""
    rows, met = view.group_rows, view.touches
    named = rows[~rows["source_id"].str.startswith("?")]
    given = pd.DataFrame({"day": named["given"], "from_id": named["source_id"], "to_id": named["receiver_id"],
                          "kind": REFERRAL, "n": 1.0, "group_id": named["group_id"],
                          "id": named["referral_id"]})  # fmt: skip
    met = met[met["kind"].isin((*DEPOSITS, *WITHDRAWALS)) & met["from_id"].notna() & met["to_id"].notna()]
    met = met.assign(kind=met["kind"].where(~met["kind"].isin(WITHDRAWALS), ASK), id="", n=1.0)
    if view.log.receiver:
        who = view.log.receiver
        given, met = (t[(t["from_id"] == who) | (t["to_id"] == who)] for t in (given, met))
    out = pd.concat([given, met[list(given.columns)]], ignore_index=True)
    return out.sort_values(["day", "from_id", "to_id", "kind"], kind="stable", ignore_index=True)


def _accounts(entries: pd.DataFrame, names: dict[str, str], day: int) -> pd.DataFrame:
    """Of whoever ever helped or asked: a customer who once sent somebody keeps no account here."""
    holders = set(entries.loc[entries["kind"] != REFERRAL, "from_id"])
    entries = entries[entries["from_id"].isin(holders)]
    year = entries["day"] >= day - DEFAULT.capital_balance_days
    ask = entries["kind"] == ASK
    marked = entries.assign(deposits=(year & ~ask).astype(int), asks=(year & ask).astype(int), ever=(~ask).astype(int))
    sums = {"deposits": ("deposits", "sum"), "asks": ("asks", "sum"), "ever": ("ever", "sum"), "last": ("day", "max")}
    out = marked.groupby(["from_id", "to_id"], sort=True).agg(**sums).reset_index()
    out = out[(out["deposits"] > 0) | (out["asks"] > 0)]
    out["balance"] = out["deposits"] - out["asks"]
    out.insert(1, "from_name", [names[p] for p in out["from_id"]])
    out.insert(3, "to_name", [names[p] for p in out["to_id"]])
    order = ["balance", "asks", "from_name", "to_name"]
    return out.sort_values(order, ascending=[True, False, True, True], kind="stable").reset_index(drop=True)


def _early(entries: pd.DataFrame, names: dict[str, str], since: int) -> Early | None:
    """Asks before any deposit of the asker with the one asked: one of the same day is none before it."""
    asks = entries[entries["kind"] == ASK]
    if asks.empty:
        return None
    gave = entries[entries["kind"] != ASK].groupby(["from_id", "to_id"])["day"].min().rename("first").reset_index()
    asks = asks.merge(gave, how="left", on=["from_id", "to_id"])
    asks = asks.assign(early=~(asks["first"] < asks["day"]))
    known = asks["day"] >= since + DEFAULT.capital_balance_days
    kept = asks[known]
    if kept.empty:
        return Early(float("nan"), float("nan"), float("nan"), 0, 0, pd.DataFrame(), len(asks))
    by = kept.groupby("from_id", sort=True)["early"].agg(asks="size", early="sum").reset_index()
    figure = estimators.share(by["early"].to_numpy(float), by["asks"].to_numpy(float))
    low, high = figure.bounds(0.95)
    by.insert(1, "name", [names[p] for p in by["from_id"]])
    by = by.rename(columns={"from_id": "person_id"}).sort_values(["name", "person_id"], kind="stable")
    return Early(float(figure.theta), float(low), float(high), len(kept), int(kept["early"].sum()),
                 by.reset_index(drop=True), int((~known).sum()))  # fmt: skip


@dataclass(frozen=True)
class Account:
    """One account over time. months: first day of each month (a date), one column a kind (n), balance (of the year
    before the month's end). ids: the referrals in it. deposits, asks: since the log began."""

    months: pd.DataFrame = field(repr=False, compare=False)
    ids: tuple[str, ...] = field(repr=False)
    deposits: int
    asks: int

    @property
    def balance(self) -> int:
        """Of the last year."""
        return int(self.months["balance"].iloc[-1]) if len(self.months) else 0


def account(bank: Bank, person: str, other: str | None = None) -> Account:
    """What a person put in and took out, with one other or with everybody, by month from the log's first."""
    rows = bank.entries[bank.entries["from_id"] == person]
    if other is not None:
        rows = rows[rows["to_id"] == other]
    last = to_day(bank.as_of) - 1
    span = np.arange(months(np.array([to_day(bank.since)]))[0], months(np.array([last]))[0] + 1)
    at = months(rows["day"].to_numpy()) - span[0]
    table = {kind: np.bincount(at[(rows["kind"] == kind).to_numpy()], minlength=len(span)) for kind in KINDS}
    ends = np.minimum(month_start(span + 1), last + 1)
    ask = (rows["kind"] == ASK).to_numpy()
    balance = _year(rows["day"].to_numpy()[~ask], ends) - _year(rows["day"].to_numpy()[ask], ends)
    out = pd.DataFrame({"month": [to_date(int(d)) for d in month_start(span)], **table, "balance": balance})
    return Account(out, tuple(rows.loc[rows["id"] != "", "id"]), int((~ask).sum()), int(ask.sum()))


def _year(days: Floats, ends: Floats) -> Floats:
    """How many days lie in the year before each end."""
    ordered = np.sort(days)
    return np.asarray(np.searchsorted(ordered, ends) - np.searchsorted(ordered, ends - DEFAULT.capital_balance_days))


def people(bank: Bank) -> list[str]:
    """Who put in or took out anything, by name."""
    return sorted(set(bank.accounts["from_id"]), key=lambda p: (bank.names[p], p))


def partners(bank: Bank, person: str) -> list[str]:
    """With whom a person has an account, or who has one with him, by name."""
    a = bank.accounts
    found = {*a.loc[a["from_id"] == person, "to_id"], *a.loc[a["to_id"] == person, "from_id"]}
    return sorted(found, key=lambda p: (bank.names[p], p))
