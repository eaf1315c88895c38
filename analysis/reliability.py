"""How far a rating agrees with its own repeat, and the items of a checklist with one another."""

from __future__ import annotations

import numpy as np

from analysis.estimators import Codes, compact
from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance


def icc(scores: Floats) -> float:
    """ICC(1,1) of subjects (rows) rated k times (columns), one-way random effects (Shrout & Fleiss 1979)."""
    n, k = scores.shape
    means = scores.mean(axis=1)
    between = k * float(np.sum((means - means.mean()) ** 2)) / (n - 1)
    within = float(np.sum((scores - means[:, None]) ** 2)) / (n * (k - 1))
    return (between - within) / (between + (k - 1) * within)


def icc_within(first: Floats, second: Floats, assessor: Codes, label: str = "member") -> Figure:
    """ICC(1,1) of pairs of ratings of the same source by the same assessor, the assessor's own level taken out, so that
    kind and strict raters do not pass for reliable ones; jackknifed by assessor.

    Between: squares of pair means about the assessor's mean of them, on (pairs − assessors) degrees of freedom.
    """
    codes, g = compact(assessor)
    if not len(codes):
        return NOTHING
    mean, n = (first + second) / 2, np.bincount(codes, minlength=g).astype(float)
    own = np.bincount(codes, mean, g) / n
    between = 2 * np.bincount(codes, (mean - own[codes]) ** 2, g)
    within = np.bincount(codes, (first - second) ** 2 / 2, g)

    def value(b: Floats, w: Floats, pairs: Floats, raters: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            msb, msw = b / (pairs - raters), w / pairs
            return np.asarray((msb - msw) / (msb + msw))

    one = np.ones(g)
    theta = float(value(between.sum(), within.sum(), n.sum(), one.sum()))
    left_out = value(between.sum() - between, within.sum() - within, n.sum() - n, g - one)
    gstar = effective(n)
    se = float(np.sqrt(jackknife_variance(theta, left_out)))
    return Figure(theta, se, max(1.0, gstar - 1), "identity", gstar, g, {label: left_out})


def kr20(items: Floats) -> float:
    """Kuder–Richardson 20 of answers 0 or 1 (people × items): k/(k−1)·(1 − Σpq / variance of the sum); NaN where the
    sums do not differ. Population variances throughout, as Kuder & Richardson 1937 have them."""
    n, k = items.shape
    if n < 2:
        return float("nan")
    p, spread = items.mean(axis=0), float(items.sum(axis=1).var())
    return float(k / (k - 1) * (1 - np.sum(p * (1 - p)) / spread)) if spread > 0 else float("nan")
