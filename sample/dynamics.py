"""Members who answer one another, who have busy and idle times, and whom giving brings something.

Member-to-member referrals month by month, where what happened so far changes what happens next.
"""

from __future__ import annotations

import numpy as np

from sample.knobs import Knobs
from sample.membership import MONTH, YEAR, Cast, Spells, stream

MEMORY = 6  # months over which giving and receiving are remembered
Inside = tuple[np.ndarray, np.ndarray, np.ndarray]  # time, spell row of the receiver, giver (a person)


def moving(k: Knobs) -> bool:
    """Whether rates depend on time or on what came before, so that months must be made one after another."""
    return bool(k.engage_sd or k.give_elasticity or k.feedback)


def inside(
    k: Knobs, people: Cast, spell: Spells, rate: np.ndarray, *, window: tuple[int, int], seed: int
) -> Inside:  # fmt: skip
    """All referrals among members, a month at a time. rate: (spells,) received a month before anything else."""
    rng, edges = stream(seed, "months"), _months(window)
    mood = _moods(k, len(people), len(edges) - 1, stream(seed, "engage"))
    taste = _tastes(k, people, stream(seed, "tastes"))
    given, got = (np.zeros((len(edges) - 1, len(people))) for _ in range(2))
    usual = np.log1p(MEMORY * float(np.average(rate)) if len(rate) else 0.0)
    times, rows, givers = [], [], []
    for m in range(len(edges) - 1):
        lo, hi = np.maximum(spell.joined, edges[m]), np.minimum(spell.left, edges[m + 1])
        past = slice(max(0, m - MEMORY), m)
        gave, received = np.log1p(given[past].sum(axis=0)), np.log1p(got[past].sum(axis=0))
        middle = (edges[m] + edges[m + 1]) / 2
        line = k.log_drift * (middle - sum(window) / 2) / YEAR + k.log_tenure * (middle - spell.joined) / YEAR
        wave = k.season * np.cos(2 * np.pi * (middle - 110) / YEAR)
        push = mood[m, spell.person] + k.give_elasticity * (gave[spell.person] - usual) + line + wave
        count = rng.poisson(np.where(hi > lo, rate * np.exp(push) * (hi - lo) / MONTH, 0.0))
        row = np.repeat(np.arange(len(spell)), count)
        time = lo[row] + rng.random(len(row)) * (hi - lo)[row]
        appeal = people.give + mood[m] + k.feedback * received
        giver = _who(spell, taste, appeal, row, time, rng)
        row, time, giver = row[giver >= 0], time[giver >= 0], giver[giver >= 0]
        np.add.at(given[m], giver, 1.0)
        np.add.at(got[m], spell.person[row], 1.0)
        times.append(time)
        rows.append(row)
        givers.append(giver)
    return np.concatenate(times), np.concatenate(rows), np.concatenate(givers)


def _months(window: tuple[int, int]) -> np.ndarray:
    first, last = (np.datetime64(d, "D").astype("datetime64[M]") for d in (window[0], window[1] - 1))
    starts = np.arange(first, last + 2).astype("datetime64[D]").astype(np.int64)
    return np.clip(starts, *window)


def _moods(k: Knobs, people: int, months: int, rng: np.random.Generator) -> np.ndarray:
    """(months, people) an AR(1) of everybody's own, of mean effect one."""
    keep = np.sqrt(1 - k.engage_ar**2)
    out = np.empty((months, people))
    state = rng.standard_normal(people)
    for m in range(months):
        out[m] = state
        state = k.engage_ar * state + keep * rng.standard_normal(people)
    return k.engage_sd * out - k.engage_sd**2 / 2


def _tastes(k: Knobs, people: Cast, rng: np.random.Generator) -> np.ndarray:
    taste = rng.normal(0, k.sd_affinity / np.sqrt(2), (len(people), len(people)))
    return taste + taste.T


def _who(spell: Spells, taste: np.ndarray, appeal: np.ndarray, row: np.ndarray, time: np.ndarray,
         rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """(n,) who gives, in proportion to exp(appeal + taste) among the fellow members of that time; −1 for nobody."""
    if not len(row):
        return np.empty(0, dtype=np.int64)
    to = spell.person[row]
    score = appeal[spell.person] + taste[to][:, spell.person] + rng.gumbel(size=(len(row), len(spell)))
    there = (spell.joined <= time[:, None]) & (time[:, None] < spell.left) & (spell.group == spell.group[row][:, None])
    score[~there | (spell.person == to[:, None])] = -np.inf
    best = score.argmax(axis=1)
    found = np.isfinite(score[np.arange(len(row)), best])
    return np.where(found, spell.person[best], -1)


def answered(k: Knobs, spell: Spells, first: Inside, *, window: tuple[int, int], seed: int) -> Inside:
    """The referrals, and for a share `returned` of them one back from the receiver after `return_days` on average,
    where both are then still members of the group."""
    if not k.returned:
        return first
    rng, (time, row, giver) = stream(seed, "returns"), first
    back = rng.random(len(time)) < k.returned
    when = time[back] + 1 + rng.exponential(max(k.return_days - 1, 1.0), int(back.sum()))
    receiver = spell_at(spell, giver[back], when)  # who gave before receives now
    answerer = spell.person[row[back]]
    its = spell_at(spell, answerer, when)
    ok = (receiver >= 0) & (its >= 0) & (when < window[1])
    ok &= spell.group[np.maximum(receiver, 0)] == spell.group[np.maximum(its, 0)]
    return (
        np.concatenate([time, when[ok]]), np.concatenate([row, receiver[ok]]), np.concatenate([giver, answerer[ok]])
    )  # fmt: skip


def spell_at(spell: Spells, person: np.ndarray, time: np.ndarray) -> np.ndarray:
    """(n,) the row of the spell in which each person is at that time, −1 for none. Spells lie by person and day."""
    wide = 10**6  # days stay below a million
    key = spell.person.astype(np.int64) * wide + spell.joined
    at = np.searchsorted(key, person.astype(np.int64) * wide + np.floor(time).astype(np.int64), side="right") - 1
    ok = (at >= 0) & (spell.person[at] == person) & (time < spell.left[at])
    return np.where(ok, at, -1)
