"""Effects that begin in the last year of a log, so that the year before shows them to nobody yet: what diversity of
circles and standing between others bring. Both are exact: what would have come is left out, or told of differently.
"""

from __future__ import annotations

import numpy as np

from analysis import diversity, network
from sample.knobs import Knobs
from sample.membership import Cast, Spells
from sample.process import MEMBER, Events

YEAR = 365
MOST = 0.9  # share of last-year receipts that whoever stands most between others has at second hand


def by_ponds(k: Knobs, people: Cast, events: Events, window: tuple[int, int]) -> np.ndarray:
    """(events,) share to keep, so that a further tenth of diversity brings `log_ponds` more. Who received too
    little for a diversity keeps what the middle one keeps."""
    end = window[1]
    before = (events.time >= end - 2 * YEAR) & (events.time < end - YEAR)
    # A circle is the group of a member who refers, and the kind of everybody else.
    home = people.group[np.where(events.kind == MEMBER, events.source, 0)]
    circle = np.where(events.kind == MEMBER, home + int(events.kind.max(initial=0)) + 1, events.kind)
    counts = np.zeros((len(people), int(circle.max(initial=0)) + 1))
    np.add.at(counts, (events.receiver[before], circle[before]), 1.0)
    own = np.array([diversity.simpson(c) for c in counts])
    if not np.isfinite(own).any():
        return np.ones(len(events))
    own = np.where(np.isfinite(own), own, np.nanmedian(own))
    share = np.exp(10 * k.log_ponds * (own - 1))
    return np.where(events.time >= end - YEAR, share[events.receiver], 1.0)


def at_second_hand(k: Knobs, spell: Spells, events: Events, window: tuple[int, int]) -> np.ndarray:
    """(events,) chance that a referral names an earlier one: `chain`, and in the last year by betweenness."""
    chance, end = np.full(len(events), k.chain), window[1]
    if not k.log_between:
        return chance
    before = (events.time >= end - 2 * YEAR) & (events.time < end - YEAR) & (events.kind == MEMBER)
    there = (spell.joined <= end - YEAR) & (spell.left > end - YEAR)
    for group in np.unique(spell.group):
        mine = before & (events.group == group)
        n = int(max(spell.person.max(), events.source[mine].max(initial=0))) + 1
        between = network.betweenness(events.source[mine], events.receiver[mine], n)
        members = np.unique(spell.person[there & (spell.group == group)])
        spread = float(between[members].std(ddof=1)) if len(members) > 1 else 0.0
        if spread > 0:
            scaled = between / spread
            late = (events.time >= end - YEAR) & (events.group == group)
            lead = np.minimum(scaled[events.receiver[late]] - scaled.max(), 0.0)
            chance[late] = MOST * np.exp(k.log_between * lead)
    return chance
