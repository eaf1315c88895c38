"""The named worlds: null traps, true twins, the sample."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from errors import UsageError
from sample.knobs import RECORDS, Knobs


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
_MEMBERS = {"share_member": 1.0, "share_customer": 0.0, "share_partner": 0.0, "share_personal": 0.0, "base_rate": 0.9}
# A pair's own pace, whoever else is there: otherwise the true share would be another in every chapter.
_STARTS = {**_MEMBERS, "fellows": 34, "sd_affinity": 0.0, "sd_give": 0.3, "rejoin": 0.0}
_TALK = {"records": ("touches",), "base_rate": 0.4, "months": 48}
_SOURCES = {
    "records": ("touches",), "all_known": True, "start_recorded": 0.6, "share_member": 0.0, "share_personal": 0.0,
    "silent": 0,
}  # fmt: skip
_RATED = {
    "records": ("assessments",),
    "all_known": True,
    "silent": 0,
    "share_member": 0.2,
    "share_customer": 0.4,
    "share_partner": 0.4,
    "base_rate": 1.0,
    "rated": 1.0,
    "months": 48,
    "members": 35,
}
_HOP = {**_MEMBERS, "groups": 6, "members": 35, "move": 1.0, "rejoin": 0.35, "frailty": 0.0}
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
    "members-only": Recipe(
        "members refer members without preferring any; nothing is returned", {**_MEMBERS, "sd_affinity": 0.0},
        null_for=("R7", "R8", "S5"),
    ),
    "affinity": Recipe(
        "trades suit one another both ways, and nothing is returned", _MEMBERS, null_for=("R7", "R8"), true_for=("S5",)
    ),
    "answered-some": Recipe(
        "15 of 100 referrals between members are answered with one back",
        {**_MEMBERS, "sd_affinity": 0.0, "returned": 0.15}, true_for=("R6",),
    ),
    "answered-few": Recipe("5 of 100 referrals are answered", {**_MEMBERS, "returned": 0.05}, true_for=("R6",)),
    "answered-most": Recipe("8 of 10 referrals are answered", {**_MEMBERS, "returned": 0.8}, null_for=("R6",)),
    "answered-all": Recipe(
        "every referral is answered, after two months on average", {**_MEMBERS, "returned": 1.0}, null_for=("R6",)
    ),
    "answered-late": Recipe(
        "every referral is answered, after five months on average",
        {**_MEMBERS, "returned": 1.0, "return_days": 150.0}, null_for=("R6",),
    ),
    "engaged": Recipe(
        "busy times bring more giving and more receiving; giving itself brings nothing",
        {**_MEMBERS, "engage_sd": 0.6}, null_for=("R7", "R8"),
    ),
    "feedback": Recipe(
        "who receives gives more afterwards; giving itself brings nothing", {**_MEMBERS, "feedback": 0.3},
        null_for=("R7",),
    ),
    "giving-pays": Recipe(
        "who gives twice as much receives about 1.2 times as much in the half-year after",
        {**_MEMBERS, "give_elasticity": 0.3}, true_for=("R7", "R8"),
    ),
    "hop": Recipe("changing groups changes nothing but the tenure", _HOP, null_for=("T2",)),
    "hop-grows": Recipe(
        "a member receives 10 % more with every year in a group; changing groups in itself does nothing",
        {**_HOP, "log_tenure": math.log(1.10)}, null_for=("T2",),
    ),
    "hop-costs": Recipe(
        "every further group brings 0.7 of the one before", {**_HOP, "hop_ratio": 0.7}, true_for=("T2",)
    ),
    "likeable": Recipe(
        "likeable people give more and are helped more often; what they gave counts for nothing",
        {**_TALK, "likeable": 1.6, "ask_rate": 0.6}, null_for=("D3",),
    ),
    "balance-pays": Recipe(
        "as likeable, and an ask after more given than taken is met 19 points more often",
        {**_TALK, "likeable": 1.6, "ask_rate": 0.6, "diff_balance": 0.19}, true_for=("D3",),
    ),
    "rating-echo": Recipe(
        "ratings follow what a source referred in the year before", {**_RATED, "rating_echo": 1.5},
        null_for=("D4", "Q2", "Q3"),
    ),
    "rating-style": Recipe(
        "some rate everybody high, which means nothing", {**_RATED, "rating_style": 2.0, "rating_noise": 2.0},
        null_for=("Q2", "Q3"),
    ),
    "rating-halo": Recipe(
        "who receives much rates everybody high", {**_RATED, "rating_halo": 2.5}, null_for=("Q2", "Q3")
    ),
    "depth-pays": Recipe(
        "a source with most of the thirteen refers 1.6 times as often in the half-year after",
        {**_RATED, "depth_ratio": 1.6}, true_for=("D4",),
    ),
    "value-pays": Recipe(
        "every point of value that a source sees makes its first referral come 1.14 times as fast",
        {**_RATED, "value_ratio": 1.14, "source_shape": 1e6, "rating_noise": 0.0}, true_for=("Q2",),
    ),
    "rating-tells": Recipe(
        "who sees more value refers sooner and more, and members can tell",
        {**_RATED, "value_ratio": 1.35, "rating_noise": 0.8}, true_for=("Q3",),
    ),
    "together": Recipe(
        "two members refer one another 1.6 times as often after a year together",
        {**_MEMBERS, "age_ratio": 1.6, "rejoin": 0.0}, true_for=("D5",),
    ),
    "together-null": Recipe(
        "how long two members know one another changes nothing, in a chapter that grows by 8 % a year",
        {**_MEMBERS, "rejoin": 0.0, "log_drift": _TREND}, null_for=("D5",),
    ),
    "met-later": Recipe(
        "all outside sources refer alike, but customers are met one after another over eight years",
        {**_SOURCES, "met_months": 96.0, "met_at_once": "professionals", "base_rate": 1.6,
         "share_customer": 0.6, "share_partner": 0.4}, null_for=("S2", "S3"),
    ),
    "met-earlier": Recipe(
        "all outside sources refer alike, but professionals are met one after another over eight years",
        {**_SOURCES, "records": (), "met_months": 96.0, "met_at_once": "customers", "base_rate": 1.6,
         "share_customer": 0.6, "share_partner": 0.4}, null_for=("S2", "S3"),
    ),
    "partners-refer": Recipe(
        "a partner refers twice as often as a customer",
        {**_SOURCES, "records": (), "source_shape": 1e6, "share_customer": 0.43, "share_partner": 0.57},
        true_for=("S2", "S3"),
    ),
    "quick-starts": Recipe(
        "about one new pair of members in five refers within three months",
        {**_STARTS, "base_rate": 2.5}, true_for=("Q1",),
    ),
    "slow-starts": Recipe(
        "about one new pair of members in ten refers within three months",
        {**_STARTS, "base_rate": 1.06}, null_for=("Q1",),
    ),
    "brokers": Recipe(
        "who stands between others receives more at second hand only as he receives more altogether", {"chain": 0.3},
        null_for=("R13", "R14"),
    ),
    "declining": Recipe("everybody's rate falls by 40 % a year", {"log_drift": math.log(0.6), "base_rate": 2.0},
                        null_for=("R2",)),
    "burst": Recipe(
        "referrals come in bursts, sources stay for two years, and one in four referrals comes from a new one",
        {"burst": 0.4, "source_life": 24.0, "months": 72, "share_member": 0.0, "share_customer": 0.5,
         "share_partner": 0.5, "share_personal": 0.0, "base_rate": 0.82, "silent": 0}, null_for=("R4",),
    ),
    "steady": Recipe(
        "everybody's rate stays what it is, most quarters bring something, and three of ten come from an earlier one",
        {"base_rate": 1.1, "chain": 0.3, "away": 0.7}, null_for=("L4",), true_for=("R1", "R2", "R4"),
    ),
    "sparse": Recipe(
        "three of four quarters bring something", {"base_rate": 0.48}, null_for=("R1",),
    ),
    "exponential": Recipe(
        "referrals per member grow eightfold by a steady rate", {"log_drift": math.log(8) / 5, "base_rate": 2.0},
        true_for=("L3",),
    ),
    "linear": Recipe(
        "referrals per member grow eightfold in equal steps", {"fold": 8.0, "base_rate": 2.0}, null_for=("L3",)
    ),
    "chains": Recipe("three of ten referrals came from an earlier one", {"chain": 0.3, "away": 0.7}, null_for=("L4",)),
    "snowball": Recipe(
        "every referral came from an earlier one, and every one leads to more than one further within half a year",
        {"chain": 1.0, "log_drift": math.log(4), "months": 36, "base_rate": 0.6, "away": 0.7, "sd_receive": 0.3},
        true_for=("L4",),
    ),
    "many-ponds": Recipe(
        "in the last year, a tenth more diversity of circles in the year before brings 1.2 times as much",
        {"log_ponds": math.log(1.2), "members": 60, "months": 30, "base_rate": 4.0, "trade_kind": 2.0},
        true_for=("R13",),
    ),
    "between": Recipe(
        "in the last year, whoever stood between others receives more at second hand",
        {"log_between": math.log(1.5), "members": 60, "months": 30, "base_rate": 1.6, "share_member": 0.6,
         "share_customer": 0.2, "share_partner": 0.2, "share_personal": 0.0}, true_for=("R14",),
    ),
    "shock": Recipe(
        "tenure does nothing, but a bad half-year makes members leave",
        {**_LONG, "members": 60, "shock": 0.4, "rejoin": 0.0, "share_member": 0.0, "share_customer": 0.6,
         "share_partner": 0.4, "share_personal": 0.0}, null_for=("T1",),
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
            "records": RECORDS, "likeable": 0.3, "diff_balance": 0.15, "rated": 0.3, "value_ratio": 1.0,
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
