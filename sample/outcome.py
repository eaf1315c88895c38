"""What becomes of a referral: won, lost or open, when, for how much, and what it led to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammainc, logit

from sample.knobs import Knobs
from sample.membership import Cast, stream
from sample.process import CUSTOMER, MEMBER, PARTNER, PERSONAL, Events, Sources

HORIZON = 180  # days within which a win counts
MEDIAN_GAMMA2 = 1.6783469900166605  # median of a Gamma with shape 2 and scale 1
LOST_SHARE = 0.8  # of what is not won, how much is ever declared lost
OPEN, WON, LOST = range(3)
STATUS = ("open", "won", "lost")


@dataclass(frozen=True)
class Outcomes:
    """One entry a referral. closed: day or −1. cents: integer, −1 where there is no amount."""

    status: np.ndarray
    closed: np.ndarray
    cents: np.ndarray


def within_horizon(median: float) -> float:
    """Share of wins that come within the horizon, times being Gamma(2) with that median, floored to days."""
    return float(gammainc(2, (HORIZON + 1) / (median / MEDIAN_GAMMA2)))


def ceiling(k: Knobs) -> float:
    """The largest chance of a win that every kind of source can have and still win it within the horizon."""
    slowest = min(within_horizon(k.days_customer), within_horizon(k.days_professional))
    return slowest - 0.02 - max(k.diff_away, 0) - max(k.diff_professional, 0)


def base_chance(k: Knobs, effect: np.ndarray) -> np.ndarray:
    """Chance of a win within the horizon from a logit effect, before the differences that a world adds."""
    return np.clip(expit(logit(k.close) + effect), 0.02, ceiling(k))


def decide(k: Knobs, people: Cast, sources: Sources, events: Events, *, last: int, seed: int) -> Outcomes:
    """Draw status, closing day and amount as they stand after the day `last`.

    `diff_away` and `diff_professional` are added to the chance itself, so that they are the risk difference
    within every receiver, whatever the weights.
    """
    rng, n = stream(seed, "closing"), len(events)
    giver = np.concatenate([people.close_giver, sources.close])[events.source]
    chance = base_chance(
        k, people.close_receiver[events.receiver] + giver + k.trade_close * people.trade[events.receiver]
    )
    professional = (events.kind == MEMBER) | (events.kind == PARTNER)
    chance = chance + k.diff_away * events.away + k.diff_professional * professional
    median = np.where(professional, k.days_professional, k.days_customer)
    share = np.where(professional, within_horizon(k.days_professional), within_horizon(k.days_customer))
    u = rng.random(n)
    ever = chance / share
    status = np.where(u < ever, WON, np.where(u < ever + (1 - ever) * LOST_SHARE, LOST, OPEN))
    wait = rng.standard_gamma(2, n) * np.where(status == WON, median, k.days_lost) / MEDIAN_GAMMA2
    closed = np.floor(events.time).astype(np.int64) + np.floor(wait).astype(np.int64)
    status = np.where(closed > last, OPEN, status)
    closed = np.where(status == OPEN, -1, closed)
    return Outcomes(status, closed, np.where(status == WON, _cents(k, events.kind, seed), -1))


def _cents(k: Knobs, kind: np.ndarray, seed: int) -> np.ndarray:
    """Lognormal amounts in whole cents; some are rounded to tens, as people write them down."""
    rng = stream(seed, "money")
    median = np.where((kind == CUSTOMER) | (kind == PERSONAL), k.amount_customer, k.amount_professional)
    cents = np.maximum(100, np.round(100 * median * np.exp(k.sd_amount * rng.standard_normal(len(kind)))))
    tens = np.maximum(1000, np.round(cents / 1000) * 1000)
    return np.where(rng.random(len(kind)) < k.whole_amounts, tens, cents).astype(np.int64)


def parents(events: Events, chance: np.ndarray, seed: int) -> np.ndarray:
    """(events,) index of the earlier referral to the same receiver that this one came from, −1 for none; chance: by
    event, of naming one.

    Who came from whom has no effect on anything else: it is what a careful log would say.
    """
    rng, out = stream(seed, "chain"), np.full(len(events), -1)
    day = np.floor(events.time)
    for i in np.flatnonzero(rng.random(len(events)) < chance):
        near = np.flatnonzero(
            (events.receiver[:i] == events.receiver[i]) & (day[:i] < day[i]) & (day[i] - day[:i] <= HORIZON)
        )
        if len(near):
            out[i] = near[int(rng.integers(len(near)))]
    return out
