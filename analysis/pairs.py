"""Pairs of members who refer one another: which referral answers which, and shares over such pairs."""

from __future__ import annotations

from collections import deque

import numpy as np

from analysis.estimators import Codes, compact, pairs, share
from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance, two_way
from analysis.population import Mask

LABELS = ("opener", "answerer")


def answers(source: Codes, receiver: Codes, day: Codes, within: int) -> tuple[Mask, Mask]:
    """(opening, answered) by row. A referral answers the earliest still open one the other way round that is 1 to
    `within` days old; every other one is itself an opening. The same day is no answer. Rows in any order."""
    opening, answered = np.ones(len(day), dtype=bool), np.zeros(len(day), dtype=bool)
    still_open: dict[tuple[int, int], deque[int]] = {}
    for i in np.lexsort((receiver, source, day)).tolist():
        j, k, v = int(source[i]), int(receiver[i]), int(day[i])
        waiting = still_open.get((k, j))
        while waiting and v - day[waiting[0]] > within:
            waiting.popleft()
        if waiting and day[waiting[0]] < v:
            answered[waiting.popleft()] = True
            opening[i] = False
        else:
            still_open.setdefault((j, k), deque()).append(i)
    return opening, answered


def share_of_pairs(y: Floats, opener: Codes, answerer: Codes) -> Figure:
    """Share of rows with y = 1, where one person is opener in one row and answerer in another.

    V = max(Vm − Vp, V of opener and answerer as two clusterings, Vp): Vm leaves out every row that a member has a part
    in, Vp an unordered pair (both with (G−1)/G). Codes of both sides count the same people.
    """
    if not len(y):
        return NOTHING
    figures = []
    sides = ((opener, LABELS[0]), (answerer, LABELS[1]), (pairs(opener, answerer), "pair"))
    for codes, label in sides:
        of, g = compact(codes)
        figures.append(share(np.bincount(of, y, g), np.bincount(of, minlength=g) * 1.0, label=label))
    crossed = two_way((figures[0], figures[1], figures[2]), LABELS)
    together, members = compact(np.concatenate([opener, answerer]))
    a, b = together[: len(y)], together[len(y) :]
    n_of = np.bincount(a, y, members) + np.bincount(b, y, members)
    d_of = (np.bincount(a, minlength=members) + np.bincount(b, minlength=members)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (y.sum() - n_of) / (len(y) - d_of)
    of_pair, g = compact(pairs(np.minimum(a, b), np.maximum(a, b)))
    by_pair = share(np.bincount(of_pair, y, g), np.bincount(of_pair, minlength=g) * 1.0)
    vm, vp = jackknife_variance(crossed.theta, without), by_pair.se**2
    candidates = [v for v in (vm - vp, crossed.se**2, vp) if np.isfinite(v)]
    se = float(np.sqrt(max(candidates))) if candidates else float("nan")
    gstar = min(effective(d_of), figures[0].gstar, figures[1].gstar)
    return Figure(crossed.theta, se, max(1.0, gstar - 1), "logit", gstar, members, {"member": without},
                  figures[0].score, figures[0].variance_between)  # fmt: skip
