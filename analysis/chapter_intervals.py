"""Intervals for one member and for shares among members of one chapter.

One member's count is small and his slips come in bursts, so his rate is drawn towards the chapter's as far as luck
would explain the distance (gamma prior by moments), with the count's weight reduced by the members' own dispersion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from analysis.estimators import Codes, compact, pairs, share, share_two_way
from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance

SHRINK_FROM = 5  # members, below which there is no chapter to be drawn towards or to be estimated
DISPERSION_DF = 20  # spare member-periods, below which the dispersion is not estimated
SPREADS = (0.05, 1.6)  # of the members' true rates: standard deviation over mean, least and most
BOOTSTRAPS = 1999
CELLS = 2_000_000  # numbers held at once while drawing


@dataclass(frozen=True)
class Shrunken:
    """Rates per unit of exposure by member. phi: the dispersion that was assumed; shrunk: a prior was used."""

    rate: Floats
    low95: Floats
    high95: Floats
    phi: float
    shrunk: bool


def member_rates(count: Floats, exposure: Floats, phi: float | None = None) -> Shrunken:
    """Posterior mean and central 95 % interval of each rate; exposure > 0. phi None = slips come independently.

    Gamma prior over the members, whose mean and spread are uncertain too and are averaged over; with fewer than five
    members, or none that has an event, the exact interval of a Poisson count (Garwood 1936). A dispersion phi divides
    both count and exposure (quasi-likelihood).
    """
    spread = 1.0 if phi is None else max(1.0, phi)
    x, e = count / spread, exposure / spread
    if len(count) < SHRINK_FROM or count.sum() <= 0:
        low = np.where(x > 0, stats.chi2.ppf(0.025, 2 * np.maximum(x, 1e-9)) / 2, 0.0) / e
        high = stats.chi2.ppf(0.975, 2 * (x + 1)) / 2 / e
        return Shrunken(count / exposure, low, high, spread, shrunk=False)
    mean, variance = _posterior(x, e)
    low, high = (stats.gamma.ppf(q, mean**2 / variance, scale=variance / mean) for q in (0.025, 0.975))
    return Shrunken(mean, low, high, spread, shrunk=True)


def _posterior(x: Floats, e: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each rate, averaged over a grid of priors (mean × coefficient of variation, flat on both)
    by the negative binomial likelihood of all counts."""
    centre = float(x.sum() / e.sum())
    m = (centre * np.exp(np.linspace(-1.2, 1.2, 25)))[:, None, None]
    shape = (1 / np.linspace(*SPREADS, 30) ** 2)[None, :, None]
    rate = shape / m
    likelihood = special.gammaln(shape + x) - special.gammaln(shape) + shape * np.log(rate)
    likelihood = (likelihood - (shape + x) * np.log(rate + e)).sum(axis=2)
    weight = np.exp(likelihood - likelihood.max())[:, :, None]
    weight /= weight.sum()
    means = (shape + x) / (rate + e)
    mean = (weight * means).sum(axis=(0, 1))
    second = (weight * (means**2 + means / (rate + e))).sum(axis=(0, 1))
    return mean, second - mean**2


def dispersion(count: Floats, exposure: Floats, member: Codes) -> float | None:
    """How much more a member's counts vary between periods than Poisson counts do: Σ(y−μ)²/μ over its degrees of
    freedom, with μ each member's own mean; None where too few periods are known.

    count, exposure, member: one entry a member and period, exposure > 0.
    """
    if not len(count):
        return None
    code, g = compact(member)
    y, e = np.bincount(code, count, g), np.bincount(code, exposure, g)
    keep = (y > 0)[code]
    mu = (y / e)[code] * exposure
    df = int(keep.sum()) - int((y > 0).sum())
    if df < DISPERSION_DF:
        return None
    return max(1.0, float(np.sum((count[keep] - mu[keep]) ** 2 / mu[keep])) / df)


def overall(count: Floats, exposure: Floats, phi: float | None) -> tuple[float, float, float]:
    """The chapter's rate with its 95 % interval over members; of a single member, or without any event, the exact
    interval of the count. Of two to four members, who are too few to speak for others, the interval is NaN."""
    total, weight, spread = float(count.sum()), float(exposure.sum()), max(1.0, phi or 1.0)
    if total and len(count) > 1:
        low, high = bounds(share(count, exposure, link="log"), len(count))
        return total / weight, low, high
    alone = member_rates(np.array([total]), np.array([weight]), spread)
    return total / weight, float(alone.low95[0]), float(alone.high95[0])


def bounds(figure: Figure, members: int) -> tuple[float, float]:
    """The figure's 95 % interval; NaN where it rests on fewer members than could speak for others."""
    if members < SHRINK_FROM:
        return float("nan"), float("nan")
    low, high = figure.bounds(0.95)
    return float(low), float(high)


def among_members(y: Floats, a: Codes, b: Codes) -> Figure:
    """A share over rows between members, who are giver in one row and receiver in another.

    y: 1 or 0 a row; a, b: codes of the two people on one numbering. V = max(Vm − Vp, V(two-way), Vp) with Vm the
    jackknife over members that drops every row in which the member has a part, Vp the one over unordered pairs.
    """
    if not len(y):
        return NOTHING
    base = share_two_way(y, a, b)
    people = compact(np.concatenate([a, b]))[0]
    first, second = people[: len(y)], people[len(y) :]
    g = int(people.max()) + 1
    rows, ones = ((np.bincount(first, w, g) + np.bincount(second, w, g)) for w in (np.ones(len(y)), y))
    pair = share(*_by(pairs(np.minimum(first, second), np.maximum(first, second)), y))
    rest = len(y) - rows
    theta = float(y.mean())
    if base.score or (rest <= 0).any():  # every row agrees, or one member has a part in all rows
        return base
    vm = jackknife_variance(theta, (y.sum() - ones) / rest)
    vp = pair.se**2
    se = float(np.sqrt(np.nanmax([vm - vp, base.se**2, vp])))
    gstar = min(base.gstar, effective(rows))
    return Figure(theta, se, max(1.0, gstar - 1), "logit", gstar, g)


def _by(codes: Codes, y: Floats) -> tuple[Floats, Floats]:
    n = int(codes.max()) + 1
    return np.bincount(codes, y, n), np.bincount(codes, minlength=n).astype(float)


def median_interval(values: Floats, cluster: Codes, seed: int) -> tuple[float, float]:
    """95 % percentile interval of the median, whole members drawn with replacement; NaN with fewer than five."""
    code, g = compact(cluster)
    if g < 5:
        return float("nan"), float("nan")
    order = np.argsort(values, kind="stable")
    rng = np.random.Generator(np.random.PCG64(seed))
    weights = rng.multinomial(g, np.full(g, 1 / g), size=BOOTSTRAPS)
    rows = max(1, CELLS // len(values))  # so many draws at once
    middle = np.concatenate([
        _middles(values[order], weights[start : start + rows, code[order]]) for start in range(0, BOOTSTRAPS, rows)
    ])  # fmt: skip
    low, high = np.quantile(middle, [0.025, 0.975])
    return float(low), float(high)


def _middles(values: Floats, weights: NDArray[np.int64]) -> Floats:
    """The weighted median of each row of weights; values ascending."""
    reached = np.cumsum(weights, axis=1)
    return np.asarray(values[np.argmax(2 * reached >= reached[:, -1:], axis=1)])


def rank_correlation(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Spearman's rank correlation and its 95 % interval on Fisher's scale (Bonett & Wright 2000); NaN below five."""
    n = len(x)
    if n < 5 or len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        return float("nan"), float("nan"), float("nan")
    rho = float(stats.spearmanr(x, y).statistic)
    z, se = np.arctanh(np.clip(rho, -0.999999, 0.999999)), np.sqrt((1 + rho**2 / 2) / (n - 3))
    reach = 1.959964 * se
    return rho, float(np.tanh(z - reach)), float(np.tanh(z + reach))


def uneven(gave: NDArray[np.int64], got: NDArray[np.int64], q: float = 0.02) -> tuple[Floats, NDArray[np.bool_]]:
    """Exact p of each pair's split against half and half, and whether it stands out among all pairs
    (Benjamini & Hochberg 1995)."""
    p = np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(gave, got), gave + got, 0.5))
    return p, (stats.false_discovery_control(p) <= q if len(p) else np.zeros(0, dtype=bool))
