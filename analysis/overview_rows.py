"""What the overview reads from the frames: dated referrals, closed business, the days it covers, and seats."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis import tidying
from analysis.chapter_rows import home_groups
from analysis.intervals import Floats
from analysis.periods import covered_days, day_number
from analysis.result import Frames
from analysis.scope import UNKNOWN, Filter, Scope
from analysis.settings import Settings

WON, THANKS = "won", "thanks"


def numbers(column: pd.Series) -> Floats:
    return pd.to_numeric(column).astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def rows_of(frames: Frames) -> pd.DataFrame:
    """Dated referrals with plain numbers; a self-referral is not one."""
    r = frames.referrals
    own = (r["source_id"] == r["receiver_id"]).fillna(False).astype(bool)
    r = r[r["given"].notna() & ~own]
    return pd.DataFrame(
        {
            "id": r["referral_id"].astype(object),
            "given": r["given"].astype("int64"),
            "closed": numbers(r["closed"]),
            "won": (r["status"] == "won").fillna(False).astype(bool),
            "status": tidying.text(r["status"]).to_numpy(),
            "source": tidying.text(r["source_id"]).to_numpy(),
            "receiver": tidying.text(r["receiver_id"]).to_numpy(),
            "kind": tidying.text(r["source_kind"]).to_numpy() if "source_kind" in r else None,
            "group": tidying.text(r["group_id"]).to_numpy(),
            "amount": numbers(r["amount"]),
            "currency": tidying.text(r["currency"]).to_numpy(),
        }
    )


def ripened(rows: pd.DataFrame, as_of: date, settings: Settings) -> pd.DataFrame:
    """With mature, in_time: whether the horizon has been observed, and whether it was won within it."""
    taken, horizon = rows.closed - rows.given, settings.horizon_days
    in_time = rows.won & (taken >= 0) & (taken <= horizon)
    return rows.assign(mature=rows.given + horizon <= day_number(as_of) - 1, in_time=in_time.astype(float))


def money_of(frames: Frames, scope: Scope, rows: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame, str | None]:
    """Closed business in the order of what is surest: won referrals; thanks, where no referral says what became of it.
    The two are never added: a thank-you may be for a referral that is marked as won."""
    columns = ["id", "day", "amount", "currency", "source", "receiver", "group"]
    won = rows[rows.won & rows.closed.notna()].assign(day=rows.closed)[columns]
    everything = frames.referrals
    if everything["status"].notna().any() or everything["amount"].notna().any():
        return won, WON if rows.amount.notna().any() else None
    t = frames.thanks
    t = t[t["given"].notna() & t["amount"].notna()]
    asked = {field for field, _ in scope.filters} | ({"receiver"} if scope.receiver else set())
    hidden = "receiver" in asked and t["from_id"].isna().all()  # a Slips Audit does not say who earned
    if t.empty or hidden or not asked <= set(_THANKED):
        return won, None
    for field in {field for field, _ in scope.filters}:
        t = t[_matches(t[_THANKED[field]], field, scope.filters)]
    if scope.receiver:
        t = t[t["from_id"] == scope.receiver]
    money = pd.DataFrame(
        {"id": t["thank_id"].astype(object), "day": numbers(t["given"]), "amount": numbers(t["amount"]),
         "currency": tidying.text(t["currency"]).to_numpy(), "source": tidying.text(t["to_id"]).to_numpy(),
         "receiver": tidying.text(t["from_id"]).to_numpy(), "group": tidying.text(t["group_id"]).to_numpy()}
    )  # fmt: skip
    return money[money.day < day_number(as_of)], THANKS


_THANKED = {"source": "to_id", "receiver": "from_id", "tier": "tier"}  # the earner thanks whoever referred


def _matches(column: pd.Series, field: str, filters: tuple[Filter, ...]) -> pd.Series:
    values = {value for name, value in filters if name == field}
    return column.astype("str").where(column.notna(), UNKNOWN).isin(values)


def paid_days(frames: Frames, first: pd.Series, as_of: date) -> np.ndarray:
    """Sorted days on which thanks for closed business are covered."""
    kinds = frames.coverage["record_kind"] if len(frames.coverage) else pd.Series(dtype=str)
    own = frames.coverage[(kinds == "thanks").to_numpy()]
    return covered_days(own.assign(record_kind="referrals") if len(own) else frames.coverage, first, as_of)


def seats_of(frames: Frames, scope: Scope, settings: Settings) -> pd.DataFrame | None:
    """Spells in the groups that the log speaks for; of one receiver his own."""
    m = frames.memberships
    if m.empty:
        return None
    spells = tidying.spells(m[m["group_id"].isin(home_groups(frames))], settings.spell_gap_days)
    if spells.empty:
        return None
    people = {value for field, value in scope.filters if field == "receiver"}
    people |= {scope.receiver} if scope.receiver else set()
    return spells[spells["person_id"].isin(people)] if people else spells
