"""Harrell's C-index of a rating with the time to an event, over pairs of ratings by the same assessor only.

Over everybody, an assessor who rates kindly and receives much would make any rating look as if it foretold.
"""

from __future__ import annotations

import numpy as np

from analysis.estimators import Codes, compact
from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance


def tallies(rating: Floats, time: Floats, event: Codes, cluster: Codes) -> tuple[Floats, Floats]:
    """By cluster: concordant pairs (a tie in the rating counts one half), and usable pairs.

    A pair is usable where the earlier time is an event, or times are equal and one of the two is an event. Concordant:
    the higher rating has the event first.
    """
    g = int(cluster.max(initial=-1)) + 1
    died = event == 1
    # An event comes before whatever has a later place: at equal times, all that are no events.
    place = 2 * time + ~died
    wide = place.max(initial=0) + 1
    key, after, end = (cluster * wide + each for each in (place, 2 * time, wide))
    levels, level = np.unique(rating, return_inverse=True)
    later = np.empty((int(died.sum()), len(levels)))
    for at in range(len(levels)):
        same = np.sort(key[level == at])
        later[:, at] = np.searchsorted(same, end[died]) - np.searchsorted(same, after[died], side="right")
    own = np.arange(len(later)), level[died]
    higher = np.cumsum(later, axis=1)[own] - 0.5 * later[own]
    return np.bincount(cluster[died], higher, g), np.bincount(cluster[died], later.sum(axis=1), g)


def concordance(rating: Floats, time: Floats, event: Codes, assessor: Codes, label: str = "member") -> Figure:
    """C over pairs of the same assessor, jackknifed by assessor; weights are usable pairs."""
    codes, _ = compact(assessor)
    return _ratio(*tallies(rating, time, event, codes), label=label)


def difference(one: Floats, other: Floats, time: Floats, event: Codes, assessor: Codes) -> Figure:
    """C(one) − C(other) on the same pairs, each assessor left out of both at once."""
    codes, _ = compact(assessor)
    good, usable = tallies(one, time, event, codes)
    less, _ = tallies(other, time, event, codes)
    return _ratio(good - less, usable, link="identity")


def _ratio(good: Floats, usable: Floats, *, link: str = "identity", label: str = "member") -> Figure:
    good, usable = good[usable > 0], usable[usable > 0]
    if not len(usable):
        return NOTHING
    theta, gstar = float(good.sum() / usable.sum()), effective(usable)
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = (good.sum() - good) / (usable.sum() - usable)
    se = float(np.sqrt(jackknife_variance(theta, left_out)))
    return Figure(theta, se, max(1.0, gstar - 1), link, gstar, len(usable), {label: left_out})
