"""What is done to the referrals of a world after they were drawn: left out where a rate was lower, followed by more."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sample import lastyear, ratings
from sample.dynamics import spell_at
from sample.knobs import Knobs
from sample.membership import MONTH, Cast, Spells, stream
from sample.process import MEMBER, Events

YEAR = 365  # days after which a pair of members is an old one
BURST = 30  # days within which a referral is followed by another


def apply(
    k: Knobs, people: Cast, spell: Spells, events: Events, *, window: tuple[int, int], seed: int
) -> Events:  # fmt: skip
    """The referrals as the knobs want them; untouched where the knobs say nothing."""
    n, each = len(people), ratings.sources_each(k)
    keep = np.ones(len(events))
    if k.age_ratio != 1.0:
        keep *= _of_age(k, spell, events)
    if k.log_ponds:
        keep *= lastyear.by_ponds(k, people, events, window)
    if k.depth_ratio != 1.0:
        keep *= _of_depth(k, spell, events, people=n, window=window, seed=seed)
    outside = events.source >= n
    if k.source_life:
        from_day = stream(seed, "lives").uniform(window[0] - k.source_life * MONTH, window[1], n * each)
        since = events.time - from_day[np.where(outside, events.source - n, 0)]
        keep *= ~outside | ((since >= 0) & (since < k.source_life * MONTH))
    if k.met_months:
        met = first_meetings(k, people, seed)[np.where(outside, events.source - n, 0)]
        keep *= ~outside | (events.time >= met)
    if (keep < 1).any():
        events = events.take(stream(seed, "keep").random(len(events)) < keep)
    return _followed(k, spell, events, people=n, window=window, seed=seed) if k.burst else events


def first_meetings(k: Knobs, people: Cast, seed: int) -> np.ndarray:
    """(sources,) the day on which each outside source was met: after the first joining of whom it refers."""
    each = ratings.sources_each(k)
    wait = stream(seed, "met").random(len(people) * each) * k.met_months * MONTH
    if k.met_at_once:
        customer = np.repeat([True, False, True], [k.customers, k.partners + k.personals, k.silent])
        wait[np.tile(customer if k.met_at_once == "customers" else ~customer, len(people))] = 0.0
    return np.repeat(people.first_join, each) + np.floor(wait).astype(np.int64)


def _of_age(k: Knobs, spell: Spells, events: Events) -> np.ndarray:
    """Share to keep of every referral, so that pairs of members after a year together refer `age_ratio` as often."""
    inside = events.kind == MEMBER
    giver = spell_at(spell, np.where(inside, events.source, 0), events.time)
    together = np.maximum(events.joined, spell.joined[np.maximum(giver, 0)])
    old = events.time - together >= YEAR
    share = np.where(old, k.age_ratio, 1.0) / max(k.age_ratio, 1.0)
    return np.where(inside, share, 1.0)


def _of_depth(
    k: Knobs, spell: Spells, events: Events, *, people: int, window: tuple[int, int], seed: int
) -> np.ndarray:  # fmt: skip
    """Share to keep, so that a source refers `depth_ratio` as often in the time after it was found to be a deep one."""
    plan = ratings.plan(k, spell, people=people, window=window, seed=seed)
    outside = events.source >= people
    source = np.where(outside, events.source - people, 0)
    since = np.floor(events.time)[:, None] - plan.day[source]
    deep = plan.deep[source] & (plan.day[source] >= 0) & (since > 0) & (since <= ratings.EFFECT)
    return np.where(outside, np.where(deep.any(axis=1), k.depth_ratio, 1.0) / max(k.depth_ratio, 1.0), 1.0)


def _followed(
    k: Knobs, spell: Spells, events: Events, *, people: int, window: tuple[int, int], seed: int
) -> Events:  # fmt: skip
    """The referrals, and after a share of them another from the same source within a month."""
    rng = stream(seed, "burst")
    more = events.take(rng.random(len(events)) < k.burst)
    time = more.time + 1 + rng.random(len(more)) * (BURST - 1)
    at = spell_at(spell, more.receiver, time)
    giver_there = (more.source >= people) | (spell_at(spell, np.minimum(more.source, people - 1), time) >= 0)
    ok = (spell.joined[np.maximum(at, 0)] == more.joined) & (at >= 0) & giver_there & (time < window[1])
    later = Events(**{**{f.name: getattr(more, f.name) for f in fields(more)}, "time": time}).take(ok)
    both = Events(*(np.concatenate([getattr(events, f.name), getattr(later, f.name)]) for f in fields(events)))
    return both.take(np.argsort(both.time, kind="stable"))
