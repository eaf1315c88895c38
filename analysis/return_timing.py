"""Direct reciprocity by timing: do referrals come back soon after one was given, more often than the group's own
calendar would have them fall there?

Partners who suit one another refer each other a lot without anybody returning a favour, so the counts of a pair
say nothing; when they fall does. A degree-preserving shuffle cannot tell the two apart and is not used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimators import Codes, compact
from analysis.intervals import NOTHING, Figure, Floats

WITHIN = 90  # days after a gift in which a return counts


@dataclass(frozen=True)
class Joint:
    """Windows [start, end) of the joint membership of ordered pairs: giver of the return, its receiver."""

    source: Codes
    receiver: Codes
    start: Codes
    end: Codes


@dataclass(frozen=True)
class Returns:
    """By window of a pair with at least one gift: returns that came within the time, and how many were due.

    source, receiver: of the returns; hits: counted; expected: their number if they kept to the group's calendar.
    """

    source: Codes
    receiver: Codes
    hits: Floats
    expected: Floats


def returns(source: Codes, receiver: Codes, day: Codes, joint: Joint, within: int = WITHIN) -> Returns:
    """Count the returns of one group.

    source, receiver, day: every referral between members of the group; a return j→i at day u is a hit where some
    i→j lies in [u − within, u), inside the window and from its within-th day on.
    """
    width = int(max(source.max(initial=0), receiver.max(initial=0), joint.source.max(initial=0),
                    joint.receiver.max(initial=0))) + 1  # fmt: skip
    days = np.sort(day)
    key = source * width + receiver
    order = np.lexsort((day, key))
    key, when = key[order], day[order]
    low = joint.start + within
    gifts_at = _spans(key, joint.receiver * width + joint.source)
    has = (gifts_at[:, 1] > gifts_at[:, 0]) & (low < joint.end)
    low, end = low[has], joint.end[has]
    back = _spans(key, (joint.source * width + joint.receiver)[has])
    gifts = gifts_at[has]
    # One line a gift: the days after it on which a return counts, up to the pair's next gift.
    line = np.repeat(np.arange(len(gifts)), gifts[:, 1] - gifts[:, 0])
    at = np.concatenate([np.arange(a, b) for a, b in gifts]) if len(gifts) else np.empty(0, np.int64)
    last = np.concatenate([line[1:] != line[:-1], [True]]) if len(line) else np.empty(0, bool)
    following = np.where(last, np.iinfo(np.int64).max, np.concatenate([when[at[1:]], [0]]) if len(at) else 0)
    since = np.maximum(when[at] + 1, low[line])
    until = np.minimum(np.minimum(when[at] + within, following), end[line] - 1)
    until = np.maximum(until, since - 1)
    n = len(gifts)
    inside = np.bincount(line, _count(days, since, until), n)
    everything = _count(days, low, end - 1)
    # The two tallies of the pair itself: of its returns, and of both directions (which leave the calendar).
    tally = np.zeros((4, n))
    for i, ((a, b), (c, d)) in enumerate(zip(back, gifts, strict=True)):
        lines = slice(*np.searchsorted(line, [i, i + 1]))
        for k, mine in enumerate((when[a:b], when[c:d])):
            tally[k, i] = _count(mine, since[lines], until[lines]).sum()
            tally[2 + k, i] = _count(mine, low[i : i + 1], end[i : i + 1] - 1)[0]
    own_in, own_all = tally[0] + tally[1], tally[2] + tally[3]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(everything > own_all, (inside - own_in) / (everything - own_all), 0.0)
    return Returns(joint.source[has], joint.receiver[has], tally[0], tally[2] * share)


def _spans(key: Codes, wanted: Codes) -> Codes:
    return np.column_stack([np.searchsorted(key, wanted), np.searchsorted(key, wanted, side="right")])


def _count(days: Codes, since: Codes, until: Codes) -> Codes:
    """How many of the sorted days lie in [since, until]."""
    return np.searchsorted(days, until, side="right") - np.searchsorted(days, since)


def timing_ratio(found: Returns) -> Figure:
    """log ΣC/ΣE; its error by leaving out persons with all their pairs: se² = (n−2)/(2n)·Σ(θ(−v) − θ̄)², t(n−1)
    (Snijders & Borgatti 1999)."""
    hits, expected = float(found.hits.sum()), float(found.expected.sum())
    if hits <= 0 or expected <= 0:
        return NOTHING
    people, n = compact(np.concatenate([found.source, found.receiver]))
    of = [np.bincount(people[: len(found.hits)], v, n) + np.bincount(people[len(found.hits) :], v, n)
          for v in (found.hits, found.expected)]  # fmt: skip
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = np.log(hits - of[0]) - np.log(expected - of[1])
    se = float("nan")
    if np.isfinite(left_out).all() and n > 2:
        se = float(np.sqrt((n - 2) / (2 * n) * np.sum((left_out - left_out.mean()) ** 2)))
    theta = float(np.log(hits / expected))
    return Figure(theta, se, max(1.0, n - 1.0), "exp", float(n), n, {"member": left_out})
