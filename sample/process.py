"""When who refers what to whom: point processes in continuous time, floored to days."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from sample import dynamics, ratings
from sample.knobs import Knobs
from sample.membership import MONTH, YEAR, Cast, Spells, hops, stream

KINDS = ("member", "customer", "partner", "personal")
MEMBER, CUSTOMER, PARTNER, PERSONAL = range(4)
SILENT = 0.1 / 12  # referrals a month that a customer who hardly ever refers may at most make


@dataclass(frozen=True)
class Sources:
    """Outside sources, one entry each: whose, of which kind, monthly rate, effect on closing (logit)."""

    receiver: np.ndarray
    kind: np.ndarray
    rate: np.ndarray
    close: np.ndarray

    def __len__(self) -> int:
        return len(self.receiver)


@dataclass(frozen=True)
class Events:
    """Referrals before anything became of them. A `source` below the number of people is a member."""

    time: np.ndarray
    receiver: np.ndarray
    source: np.ndarray
    kind: np.ndarray
    away: np.ndarray
    joined: np.ndarray  # first day of the receiver's spell
    group: np.ndarray  # of that spell

    def __len__(self) -> int:
        return len(self.time)

    def take(self, rows: np.ndarray) -> Events:
        return Events(*(getattr(self, f.name)[rows] for f in fields(self)))


def shares(k: Knobs, people: Cast) -> np.ndarray:
    """(people, 4): expected share of each kind in what a person receives, by trade."""
    base = np.array([k.share_member, k.share_customer, k.share_partner, k.share_personal])
    tilt = np.exp(0.5 * k.trade_kind * np.outer(people.trade, [1.0, -1.0, 1.0, 0.0]))
    raw = base * tilt
    return raw / raw.sum(axis=1, keepdims=True)


def outside_sources(k: Knobs, people: Cast, seed: int) -> Sources:
    """Customers, partners and private contacts of every member, and customers who stay silent."""
    rng = stream(seed, "sources")
    n, counts = len(people), np.array([k.customers, k.partners, k.personals, k.silent])
    kind = np.tile(np.repeat([CUSTOMER, PARTNER, PERSONAL, CUSTOMER], counts), n)
    silent = np.tile(np.repeat([False, False, False, True], counts), n)
    owner = np.repeat(np.arange(n), counts.sum())
    size = k.base_rate * np.exp(people.receive)
    weight = rng.standard_gamma(k.source_shape, len(owner)) / k.source_shape
    if k.top_two is None:
        per_kind = np.array([1, k.customers, k.partners, k.personals])
        rate = size[owner] * shares(k, people)[owner, kind] / per_kind[kind] * weight
    else:
        rate = size[owner] * _fixed_weights(k, kind)
    if k.value_ratio != 1.0:
        rate = rate * k.value_ratio ** (ratings.values(k, seed, len(owner)) - ratings.MIDDLE)
    rate = np.where(silent, rng.uniform(0, SILENT, len(owner)), rate)
    if k.top_two is not None:  # the two best are set against *all* customers: these would tip the balance
        rate = np.where(silent, 0.0, rate)
    return Sources(owner, kind, rate, k.sd_close_giver * rng.standard_normal(len(owner)))


def _fixed_weights(k: Knobs, kind: np.ndarray) -> np.ndarray:
    """Shares of receipts when two partners together bring `top_two` times what all customers bring."""
    lead = np.where(np.arange(k.partners) < 2, 1.0, k.others)
    partners, customers = lead.sum(), 2.0 / (k.top_two or 1.0)
    unit = (1 - k.share_personal) / (partners + customers)
    out = np.empty(len(kind))
    out[kind == CUSTOMER] = unit * customers / k.customers
    out[kind == PARTNER] = unit * np.tile(lead, int((kind == PARTNER).sum()) // k.partners)
    out[kind == PERSONAL] = k.share_personal / max(k.personals, 1)
    return out


def _arrivals(
    k: Knobs, rate: np.ndarray, spell: Spells, window: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(row, time) of inhomogeneous Poisson arrivals, one process a row, by thinning.

    rate: (rows,) a month, before season, drift and tenure. spell: (rows,). window: first day, last day + 1.
    """
    lo, hi = np.maximum(spell.joined, window[0]), np.minimum(spell.left, window[1])
    middle = (window[0] + window[1]) / 2

    def line(t: np.ndarray, joined: np.ndarray) -> np.ndarray:
        gone = np.clip((t - window[0]) / (window[1] - window[0]), 0, 1)
        steps = np.log1p((k.fold - 1) * gone) - math.log((1 + k.fold) / 2)
        return k.log_drift * (t - middle) / YEAR + k.log_tenure * (t - joined) / YEAR + steps

    top = k.season + np.maximum(line(lo, spell.joined), line(hi, spell.joined))
    count = rng.poisson(np.where(hi > lo, rate * np.exp(top) * (hi - lo) / MONTH, 0.0))
    row = np.repeat(np.arange(len(rate)), count)
    t = lo[row] + rng.random(len(row)) * (hi - lo)[row]
    wave = k.season * np.cos(2 * np.pi * (t - 110) / YEAR)
    keep = rng.random(len(row)) < np.exp(wave + line(t, spell.joined[row]) - top[row])
    return row[keep], t[keep]


def referrals(k: Knobs, people: Cast, spell: Spells, sources: Sources, *, window: tuple[int, int], seed: int) -> Events:
    """Every referral of the window in order of time, with its giver and whether the receiver was away."""
    n = len(people)
    # Sources that go on more often after a first referral in absence: drawn at the higher rate, then thinned.
    boost = max(k.further_ratio, 1.0) * k.hop_ratio ** hops(spell)
    row, source = _pairs_of(spell, sources, n)
    rate = boost[row] * sources.rate[source] * max(k.depth_ratio, 1.0)
    hit, time = _arrivals(k, rate, spell.take(row), window, stream(seed, "outside"))
    outside = (time, row[hit], n + source[hit], sources.kind[source[hit]])
    members = np.zeros(len(spell)) if k.top_two is not None else shares(k, people)[spell.person, MEMBER]
    rate = boost * k.base_rate * np.exp(people.receive[spell.person]) * members
    inside = _inside(k, people, spell, rate * max(k.age_ratio, 1.0) / (1 + k.returned), window, seed)
    time, at, giver, kind = (np.concatenate(pair) for pair in zip(outside, inside, strict=True))
    order = np.argsort(time, kind="stable")
    time, at, giver, kind = time[order], at[order], giver[order], kind[order]
    receiver = spell.person[at]
    rng = stream(seed, "away")
    logit = k.away + people.away[receiver] + k.trade_away * people.trade[receiver]
    logit = logit + k.away_drift * (time - sum(window) / 2) / YEAR
    away = rng.random(len(time)) < 1 / (1 + np.exp(-logit))
    return Events(time, receiver, giver, kind, away, spell.joined[at], spell.group[at])


def _inside(
    k: Knobs, people: Cast, spell: Spells, rate: np.ndarray, window: tuple[int, int], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Time, spell row, giver and kind of what members give one another."""
    if dynamics.moving(k):
        made = dynamics.inside(k, people, spell, rate, window=window, seed=seed)
    else:
        hit, time = _arrivals(k, rate * (max(_most(spell) / k.fellows, 1.0) if k.fellows else 1.0), spell, window,
                              stream(seed, "inside"))  # fmt: skip
        if k.fellows:
            hit, time = _by_fellows(k, spell, hit, time, seed)
        giver = _givers(k, people, spell, at=hit, time=time, rng=stream(seed, "givers"))
        made = time[giver >= 0], hit[giver >= 0], giver[giver >= 0]
    made = dynamics.answered(k, spell, made, window=window, seed=seed)
    return *made, np.full(len(made[0]), MEMBER)


def _most(spell: Spells) -> float:
    """More fellow members than anybody has at any time."""
    return float(max(np.unique(spell.group, return_counts=True)[1]))


def _by_fellows(k: Knobs, spell: Spells, at: np.ndarray, time: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Of arrivals made for the most fellows, those that the fellows of that day make: each pair has its own pace."""
    there = np.zeros(len(time))
    for group in np.unique(spell.group):
        mine, events = spell.group == group, spell.group[at] == group
        came = np.searchsorted(np.sort(spell.joined[mine]), time[events], side="right")
        went = np.searchsorted(np.sort(spell.left[mine]), time[events], side="right")
        there[events] = came - went - 1
    keep = stream(seed, "fellows").random(len(time)) < there / max(_most(spell), k.fellows)
    return at[keep], time[keep]


def _pairs_of(spell: Spells, sources: Sources, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(spell row, source) for every spell and outside source of its person (they lie in person order)."""
    each = len(sources) // n if n else 0
    row = np.repeat(np.arange(len(spell)), each)
    return row, spell.person[row] * each + np.tile(np.arange(each), len(spell))


def _givers(
    k: Knobs, people: Cast, spell: Spells, *, at: np.ndarray, time: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """(events,) the fellow member who gives each referral, −1 where nobody else was there.

    The chance is proportional to exp(giving + affinity of the pair) among those who are members at that time,
    so that how much a member receives does not depend on who else happens to be there.
    """
    giver = np.full(len(at), -1)
    for group in np.unique(spell.group[at]):
        mine, events = np.flatnonzero(spell.group == group), np.flatnonzero(spell.group[at] == group)
        ids, seat = np.unique(spell.person[mine], return_inverse=True)
        taste = rng.normal(0, k.sd_affinity / np.sqrt(2), (len(ids), len(ids)))
        taste = taste + taste.T
        t, receiver = time[events], spell.person[at[events]]
        to = np.searchsorted(ids, receiver)
        score = people.give[ids[seat]][None, :] + taste[to][:, seat] + rng.gumbel(size=(len(events), len(mine)))
        there = (spell.joined[mine] <= t[:, None]) & (t[:, None] < spell.left[mine])
        score[~there | (spell.person[mine] == receiver[:, None])] = -np.inf
        best = score.argmax(axis=1)
        found = np.isfinite(score[np.arange(len(events)), best])
        giver[events[found]] = spell.person[mine[best[found]]]
    return giver


def thin_further(k: Knobs, events: Events, seed: int) -> Events:
    """Leave out the share of further referrals that makes the two sorts of source differ by `further_ratio`.

    A source belongs to the sort of the first referral that the log holds, whose time does not depend on it.
    """
    if k.further_ratio == 1.0 or not len(events):
        return events
    pair = events.source.astype(np.int64) * (int(events.receiver.max()) + 1) + events.receiver
    _, first, which = np.unique(pair, return_index=True, return_inverse=True)
    away_first = events.away[first][which]
    further = np.arange(len(events)) != first[which]
    keep = np.where(away_first, k.further_ratio, 1.0) / max(k.further_ratio, 1.0)
    return events.take(~further | (stream(seed, "further").random(len(events)) < keep))
