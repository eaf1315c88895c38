"""The true value of what each claim estimates, as the knobs imply it. None: not defined here."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import expit

from sample.knobs import Knobs
from sample.membership import YEAR
from sample.recipes import WORLDS

Truth = dict[str, dict[str, float | None]]


def claims(k: Knobs) -> Truth:
    """claim → estimate name → true value. Ratios as ratios, shares and differences as fractions."""
    mixed = bool(k.trade_kind or k.trade_close or k.trade_away)
    alike = k.amount_customer == k.amount_professional and not mixed and not k.log_drift and not k.away_drift
    steady = k.further_ratio == 1.0  # otherwise a member's receipts grow as first referrals come in
    share = _share_away(k)
    return {
        "L1": {"share_networked": share, "share_networked_equal_members": share},
        "L5": {
            "close_rate_difference": k.diff_away,
            "value_ratio": 1.0 if alike and not (k.diff_away or k.diff_professional) else None,
        },
        "L9": {
            "further_rate_ratio": k.further_ratio,
            "refers_again_difference": 0.0 if steady else None,
            "further_close_difference": 0.0 if not k.diff_away else None,
        },
        "S4": {
            "close_rate_difference": k.diff_professional,
            "value_ratio": 1.0 if alike and not (k.diff_away or k.diff_professional) else None,
        },
        "S1": {"share_top_two_win": _top_two_share(k)},
        "T1": {
            "yearly_ratio_net_of_drift": math.exp(k.log_tenure) if steady else None,
            "yearly_ratio_same_person": math.exp(k.log_tenure + k.log_drift) if steady else None,
            "drift_ratio": math.exp(k.log_drift) if steady else None,
        },
        **_members(k),
        **_relations(k),
    }


def _members(k: Knobs) -> Truth:
    """What members do among themselves. Where no number follows from the knobs, the world still sets the verdict."""
    alike = not (k.sd_affinity or k.returned or k.engage_sd or k.feedback or k.give_elasticity)
    shape = 1.0 if k.fold > 1 else 0.0 if k.log_drift else None
    return {
        "L3": {"growth_shape": shape},
        "L4": {"children_per_referral": None},
        "R1": {"share_of_quarters": None},
        "R2": {"level_ratio": None},
        "R4": {"share_new_source": None},
        "R6": {"share_answered": None},
        "R7": {"lag_minus_lead": None if k.feedback else k.give_elasticity},
        "R8": {"lag_minus_lead_others": None if k.feedback or k.give_elasticity else 0.0},
        "R13": {"ratio_per_tenth": math.exp(k.log_ponds)},
        "R14": {"ratio_per_sd": math.exp(k.log_between)},
        "S5": {"return_ratio": 1.0 if alike else None},
        "T2": {"ratio_per_group": k.hop_ratio},
    }


def _relations(k: Knobs) -> Truth:
    """What comes of deposits, of ratings and of knowing one another for long."""
    rates = (k.share_customer / k.customers, k.share_partner / k.partners)
    alike = not (k.diff_professional or k.trade_kind or k.further_ratio != 1.0 or k.top_two or k.share_member)
    equal = alike and math.isclose(*rates)
    # Where sources of a kind differ, those who have referred are the busier ones of either kind: no plain ratio.
    ratio = rates[1] / rates[0] if alike and k.source_shape > 1e3 else 1.0 if equal else None
    return {
        "D3": {"success_difference": k.diff_balance},
        "D4": {"ratio_most_points": k.depth_ratio},
        "D5": {"ratio_after_a_year": k.age_ratio},
        "Q1": {"share_within_90_days": None},
        "Q2": {"hazard_ratio_per_point": k.value_ratio},
        "Q3": {"concordance": None},
        "S2": {"further_rate_ratio": ratio},
        "S3": {"refers_again_difference": 0.0 if equal else None},
    }


def _share_away(k: Knobs) -> float | None:
    """Mean of expit(away + normal member effect ± trade), over the last year of the log where it drifts."""
    if k.presence_missing and k.presence_from > k.months - 12:
        return None
    x, w = np.polynomial.hermite_e.hermegauss(61)
    half = k.months * 30.4375 / YEAR / 2
    drift = k.away_drift * np.linspace(half - 1, half, 25)
    sides = k.trade_away * np.array([-1.0, 1.0])
    grid = k.away + k.sd_away * x[:, None, None] + drift[None, :, None] + sides[None, None, :]
    return float((w[:, None, None] * expit(grid)).sum() / w.sum() / grid.shape[1] / grid.shape[2])


@lru_cache(maxsize=16)
def _top_two_share(k: Knobs, draws: int = 400_000) -> float | None:
    """P(the two partners ranked first in one year win more in the next than all customers | not a tie).

    Exactly one half where all partners are alike and two of them match the customers: both counts are then
    Poisson with one mean and the ranking is independent of them. Otherwise by simulating receivers.
    """
    if k.top_two is None or k.diff_professional or k.trade_close or k.trade_kind:
        return None
    if k.top_two == 1.0 and k.others == 1.0:
        return 0.5
    rng = np.random.Generator(np.random.PCG64(20260630))
    lead = np.where(np.arange(k.partners) < 2, 1.0, k.others)
    customers = 2.0 / k.top_two
    rate = (
        12 * k.base_rate * (1 - k.share_personal) * k.close / (lead.sum() + customers)
        * np.exp(k.sd_receive * rng.standard_normal(draws))
    )  # fmt: skip
    close = expit(math.log(k.close / (1 - k.close)) + k.sd_close_receiver * rng.standard_normal(draws)) / k.close
    mean = (rate * close)[:, None] * lead
    chosen = np.argsort(-(rng.poisson(mean) + rng.random(mean.shape)), axis=1)[:, :2]
    x = rng.poisson(np.take_along_axis(mean, chosen, axis=1).sum(axis=1))
    c = rng.poisson(rate * close * customers)
    return float((x > c).sum() / (x != c).sum())


def of_world(name: str, seed: int, k: Knobs) -> dict[str, Any]:
    """What `truth.json` holds."""
    recipe = WORLDS[name]
    return {
        "world": name, "what": recipe.what, "seed": seed, "null_for": list(recipe.null_for),
        "true_for": list(recipe.true_for), "claims": claims(k), "knobs": k.to_json(),
    }  # fmt: skip
