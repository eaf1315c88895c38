"""What can be turned in a simulated world, and the named worlds: null traps, true twins, the sample."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from errors import UsageError


@dataclass(frozen=True)
class Knobs:
    """Every parameter of a world. Rates are a month, `sd_*` and `log_*` on the log or logit scale."""

    members: int = 35  # typical size of one chapter
    months: int = 60  # length of the log
    groups: int = 1
    burn_in: int = 48  # months of joining before the log begins
    # who joins and leaves
    leave_first_year: float = -4.6  # logit of leaving in a month, first year
    leave_later: float = -3.6
    frailty: float = 0.0  # λ: those who receive little leave first
    rejoin: float = 0.12  # chance that somebody who left comes back for another spell
    # how much is referred, and by whom
    base_rate: float = 0.65
    sd_receive: float = 0.6
    sd_give: float = 0.6
    corr: float = 0.5  # between a member's receiving and giving
    sd_affinity: float = 0.8  # symmetric taste of a pair of members for one another
    share_member: float = 0.40
    share_customer: float = 0.35
    share_partner: float = 0.20
    share_personal: float = 0.05
    customers: int = 6  # per receiver
    partners: int = 4
    personals: int = 1
    silent: int = 3  # known customers who refer almost never: at most .1 a year
    source_shape: float = 1.5  # Gamma shape of the rates of sources
    season: float = 0.25
    log_drift: float = 0.0  # calendar growth of everybody's rate, per year
    log_tenure: float = 0.0  # growth with a member's own tenure, per year
    further_ratio: float = 1.0  # rate after a first referral made in absence ÷ after one made in presence
    top_two: float | None = None  # set: two best partners' total ÷ all customers' total, fixed rates, no members
    others: float = 1.0  # with top_two: rate of each further partner ÷ rate of one of the two
    # presence
    away: float = 0.0  # logit of "the receiver was not there"
    sd_away: float = 0.8
    away_drift: float = 0.0  # logits per year
    # closing: chances are of a win within 180 days
    close: float = 0.40
    sd_close_receiver: float = 0.7
    sd_close_giver: float = 0.5
    diff_away: float = 0.0  # risk difference of a referral made in absence
    diff_professional: float = 0.0  # risk difference of a member or partner against a customer
    days_customer: float = 25.0  # median days to a win
    days_professional: float = 70.0
    days_lost: float = 60.0
    # trades differ (±1 per receiver)
    trade_kind: float = 0.0  # log odds of professional against customer sources
    trade_close: float = 0.0  # logits of closing
    trade_away: float = 0.0  # logits of being away
    # money
    amount_customer: float = 1200.0  # median
    amount_professional: float = 1200.0
    sd_amount: float = 1.2
    whole_amounts: float = 0.0  # share of amounts in whole tens, as people write them down
    currency: str = "EUR"
    # what the log says
    chain: float = 0.08  # share of referrals that name an earlier one they came from
    presence_missing: float = 0.0
    presence_from: int = 0  # months into the log at which presence begins to be recorded
    prospect_missing: float = 0.0
    asked_recorded: bool = True
    meeting_weekday: int | None = None  # 0 = Monday: part of what members hand over is dated on the meeting
    gaps: tuple[int, ...] = ()  # months (0 = first) that nobody imported
    late: tuple[int, ...] = ()  # per group: months by which its log starts later than its members joined
    script: str = "world"  # or "western": every name fits in cp1252

    def to_json(self) -> dict[str, Any]:
        return {f.name: list(v) if isinstance(v := getattr(self, f.name), tuple) else v for f in fields(self)}


@dataclass(frozen=True)
class Recipe:
    """One named world: what it is, the knobs that make it, the claims it is a null or a true twin of."""

    what: str
    knobs: Mapping[str, Any]
    null_for: tuple[str, ...] = ()
    true_for: tuple[str, ...] = ()


_MIX = {"trade_kind": 1.0, "trade_close": 1.0, "trade_away": 1.2, "share_member": 0.25, "share_customer": 0.5}
_PICKS = {
    "members": 60, "months": 48, "base_rate": 2.0, "share_member": 0.0, "share_customer": 0.4,
    "share_partner": 0.55,    "sd_close_giver": 0.0,
}  # fmt: skip
_LONG = {"months": 72, "base_rate": 0.9}
_TREND = math.log(1.08)
_ALL_BUT_S1 = ("L1", "L5", "L9", "S4", "T1")  # which two sources are best is not set in a plain world

WORLDS: dict[str, Recipe] = {
    "base": Recipe("every effect that the claims look for is zero", {}, null_for=_ALL_BUT_S1),
    "all-null": Recipe(
        "every effect is zero, the two best partners and all customers included",
        {**_PICKS, "top_two": 1.0, "partners": 10, "months": 60},
        null_for=("L1", "L5", "L9", "S1", "S4", "T1"),
    ),
    "away": Recipe("65 of 100 referrals are made in absence", {"away": 0.7046}, true_for=("L1",)),
    "mix": Recipe(
        "trades differ in their sources, in presence and in closing; inside a trade nothing matters",
        _MIX,
        null_for=("L5", "S4"),
    ),
    "absence-pays": Recipe(
        "as mix, and a referral made in absence closes 10 points better",
        {**_MIX, "diff_away": 0.10},
        true_for=("L5",),
    ),
    "partners-pay": Recipe(
        "as mix, and a professional's referral closes 10 points better",
        {**_MIX, "diff_professional": 0.10},
        true_for=("S4",),
    ),
    "slow": Recipe(
        "professionals' referrals close as often and take much longer",
        {"days_customer": 20.0, "days_professional": 110.0},
        null_for=("S4",),
    ),
    "equal-totals": Recipe(
        "any two professionals bring as much as all customers together",
        {**_PICKS, "top_two": 1.0, "partners": 10},
        null_for=("S1",),
    ),
    "top-two": Recipe(
        "two professionals bring twice as much as all customers together",
        {**_PICKS, "top_two": 2.0, "partners": 4, "others": 0.1},
        true_for=("S1",),
    ),
    "frail": Recipe(
        "tenure does nothing, but those who receive little leave first",
        {**_LONG, "members": 60, "frailty": 1.2},
        null_for=("T1",),
    ),
    "trend": Recipe(
        "tenure does nothing, but the whole chapter grows by 8 % a year",
        {**_LONG, "log_drift": _TREND},
        null_for=("T1",),
    ),
    "grows": Recipe(
        "a member receives 10 % more with every year of tenure, in a chapter that grows by 8 %",
        {**_LONG, "log_drift": _TREND, "log_tenure": math.log(1.10)},
        true_for=("T1",),
    ),
    "volume": Recipe(
        "sources differ a great deal in how often they refer; presence means nothing",
        {"source_shape": 0.7},
        null_for=("L9",),
    ),
    "presence-drift": Recipe(
        "the share of referrals in absence rises by one logit a year; presence means nothing",
        {"away_drift": 1.0},
        null_for=("L9",),
    ),
    "further": Recipe(
        "who first refers in absence goes on 1.5 times as often", {"further_ratio": 1.5}, true_for=("L9",)
    ),
    "gap": Recipe(
        "whole months were not imported, and two of three groups start late",
        {**_LONG, "groups": 3, "members": 25, "gaps": (4, 5, 6, 17, 18, 30), "late": (0, 12, 24)},
        null_for=_ALL_BUT_S1,
    ),
    "harbour": Recipe(
        "an ordinary chapter that grew to 34 members: the sample data",
        {
            "members": 28, "months": 60, "base_rate": 0.82, "away": 0.75, "trade_close": 0.5,
            "trade_kind": 0.3, "diff_away": 0.05, "diff_professional": 0.11, "further_ratio": 1.25,
            "log_drift": 0.02, "log_tenure": 0.05, "frailty": 0.5, "close": 0.33,
            "days_customer": 24.0, "days_professional": 58.0,
            "share_member": 0.56, "share_customer": 0.25, "share_partner": 0.14, "share_personal": 0.05,
            "amount_customer": 780.0, "amount_professional": 1350.0, "sd_amount": 1.15, "whole_amounts": 0.7,
            "presence_missing": 0.02, "presence_from": 13, "prospect_missing": 0.04, "meeting_weekday": 3,
        },
    ),
}  # fmt: skip


def knobs_of(name: str, **changes: Any) -> Knobs:
    """The knobs of a named world, some of them changed. Raises UsageError for an unknown world or knob."""
    if name not in WORLDS:
        raise UsageError(f"There is no world named “{name}”.", f"The worlds are {', '.join(WORLDS)}.")
    unknown = set(changes) - {f.name for f in fields(Knobs)}
    if unknown:
        raise UsageError(f"A world has no knob named {', '.join(sorted(unknown))}.")
    return Knobs(**{**WORLDS[name].knobs, **{k: v for k, v in changes.items() if v is not None}})
