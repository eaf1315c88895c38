"""Members who leave because of what they received: a bad half-year makes leaving likelier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import expit

from sample.knobs import Knobs
from sample.membership import MONTH, NEVER, Spells, stream
from sample.process import Events

HALF = 6  # months that are looked back on


def by_outcome(
    k: Knobs, spell: Spells, events: Events, *, window: tuple[int, int], seed: int
) -> tuple[Spells, Events]:  # fmt: skip
    """Spells cut short, and the referrals that are left, where members would else have stayed for ever.

    The monthly chance of leaving falls by `shock` logits for every standard deviation (of a Poisson count) that a
    member's last half-year lies above his own usual pace, which is his mean over the log. What a member who has left
    would have given others is missing too: worlds of this kind have no referrals among members.
    """
    if not k.shock:
        return spell, events
    rng = stream(seed, "shock")
    last = window[1]
    left = np.full(len(spell), NEVER)
    at = _spell_of(spell, events)
    usual = np.bincount(at, minlength=len(spell)) / np.maximum(last - np.maximum(spell.joined, window[0]), 1)
    edges = np.arange(int(spell.joined.min(initial=last)), last, round(MONTH))
    for day in edges:
        half = HALF * MONTH
        seen = np.minimum(np.maximum(day - np.maximum(spell.joined, window[0]), 0), half)
        recent = (events.time >= day - half) & (events.time < day)
        got = np.bincount(at[recent], minlength=len(spell))
        due = usual * seen
        surprise = np.where(seen >= half, (got - due) / np.sqrt(np.maximum(due, 0.25)), 0.0)
        base = np.where(day - spell.joined < 12 * MONTH, k.leave_first_year, k.leave_later)
        goes = (spell.joined <= day) & (left == NEVER) & (rng.random(len(spell)) < expit(base - k.shock * surprise))
        left[goes] = np.maximum(day, spell.joined[goes] + 1)
    cut = replace(spell, left=np.minimum(spell.left, left))
    return cut, events.take(events.time < cut.left[at])


def _spell_of(spell: Spells, events: Events) -> np.ndarray:
    """(events,) row of the spell in which each was received."""
    wide = 10**6  # days stay below a million
    key = spell.person.astype(np.int64) * wide + spell.joined
    return np.searchsorted(key, events.receiver.astype(np.int64) * wide + events.joined)
