"""A figure with its uncertainty: links, t intervals on effective degrees of freedom, Wilson and Newcombe.

Variances are delete-one-cluster jackknives around the full estimate (CV3: MacKinnon, Nielsen & Webb 2023) and
degrees of freedom are the effective number of clusters less one (Carter, Schnepel & Steigerwald 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.result import Estimate

Floats: TypeAlias = NDArray[Any]  # float64, which numpy's own annotations lose on the way
_EMPTY: Floats = np.empty(0)


def effective(weights: Floats) -> float:
    """(Σw)² / Σw²: how many equally heavy clusters would weigh as much. 0 without weight."""
    square = float(np.sum(np.square(weights)))
    return float(np.sum(weights)) ** 2 / square if square > 0 else 0.0


def jackknife_variance(theta: float, left_out: Floats) -> float:
    """(G−1)/G · Σ (θ(−g) − θ)²; NaN with fewer than two clusters, or where leaving one out leaves no
    estimate."""
    g = len(left_out)
    if g < 2 or not np.isfinite(theta) or not np.isfinite(left_out).all():
        return float("nan")
    return float((g - 1) / g * np.sum(np.square(left_out - theta)))


@dataclass(frozen=True)
class Figure:
    """An estimate on its working scale.

    theta: share, rate or difference as it is; the logarithm for ratios (link "exp")
    se, df: on that scale; gstar: effective clusters; clusters: their number
    link: "identity" | "logit" (shares) | "log" (rates) | "exp" (ratios, reported as exp(theta))
    left_out: θ(−g) by label of the clustering, e.g. {"member": …, "source": …}
    score: Wilson's score interval on gstar independent observations: for shares of independent units, and
        where
        every row agrees, so that the jackknife is silent
    variance_between: the part of the variance that more rows from the same clusters do not remove; None =
        unknown
    """

    theta: float
    se: float
    df: float
    link: str
    gstar: float
    clusters: int
    left_out: Mapping[str, Floats] = field(default_factory=dict)
    score: bool = False
    variance_between: float | None = None

    @property
    def usable(self) -> bool:
        """An interval can be given at all: a rate of none has no place on a scale of logarithms."""
        if self.link == "log" and self.theta <= 0:
            return False
        return bool(np.isfinite(self.theta) and (self.score or (np.isfinite(self.se) and self.se >= 0)))

    def bounds(self, level: float) -> tuple[float, float]:
        """Two-sided interval of that level (.95, .99) on the working scale; NaN where none can be given."""
        if not self.usable:
            return float("nan"), float("nan")
        if self.score:
            return wilson(self.theta * self.gstar, self.gstar, level)
        reach = float(stats.t.ppf((1 + level) / 2, self.df)) * self.se
        if self.link == "logit":
            centre = np.log(self.theta / (1 - self.theta))
            reach /= self.theta * (1 - self.theta)
            return _expit(centre - reach), _expit(centre + reach)
        if self.link == "log":
            return self.theta * np.exp(-reach / self.theta), self.theta * np.exp(reach / self.theta)
        return self.theta - reach, self.theta + reach

    def p(self, theta0: float) -> float:
        """Two-sided p against theta0, which is on the working scale too."""
        if not self.usable:
            return float("nan")
        if self.score:
            spread = np.sqrt(theta0 * (1 - theta0) / self.gstar)
            return float(2 * stats.norm.sf(abs(self.theta - theta0) / spread))
        distance, se = self.theta - theta0, self.se
        if self.link == "logit":
            distance = np.log(self.theta / (1 - self.theta)) - np.log(theta0 / (1 - theta0))
            se = self.se / (self.theta * (1 - self.theta))
        elif self.link == "log":
            distance, se = np.log(self.theta / theta0), self.se / self.theta
        if se == 0:
            return 0.0 if distance else 1.0
        return float(2 * stats.t.sf(abs(distance) / se, self.df))

    @property
    def se_planning(self) -> float:
        """Standard error for planning: for a score interval, the one that Wilson's 95 % interval amounts
        to."""
        if not self.score:
            return self.se
        low, high = self.bounds(0.95)
        return (high - low) / (2 * float(stats.norm.ppf(0.975)))

    def estimate(self, name: str, unit: str, theta0: float | None, n: Mapping[str, int]) -> Estimate:
        """The printable form; a figure that has no interval keeps its value, one that has none prints
        None."""
        out = np.exp if self.link == "exp" else (lambda v: v)
        low95, high95 = self.bounds(0.95)
        low99, high99 = self.bounds(0.99)
        p = self.p(theta0) if theta0 is not None else None
        return Estimate(
            name, _clean(out(self.theta)), unit, _clean(out(low95)), _clean(out(high95)), _clean(out(low99)),
            _clean(out(high99)), _clean(self.se_planning), _clean(self.df), _clean(p), n=dict(n),
        )  # fmt: skip


NOTHING = Figure(float("nan"), float("nan"), float("nan"), "identity", 0.0, 0)


def two_way(figures: tuple[Figure, Figure, Figure], labels: tuple[str, str] = ("member", "source")) -> Figure:
    """One estimate clustered two ways: V = max(Va + Vb − Vab, Va, Vb), df from the scarcer clustering.

    figures: the same estimate clustered by a, by b, and by their pairs. Cameron, Gelbach & Miller 2011, with
    the maximum against a negative or shrunken sum.
    """
    a, b, ab = figures
    va, vb, vab = a.se**2, b.se**2, ab.se**2
    candidates = [v for v in (va + vb - vab, va, vb) if np.isfinite(v)]
    se = float(np.sqrt(max(candidates))) if candidates else float("nan")
    gstar = min(a.gstar, b.gstar)
    left_out = {
        labels[0]: next(iter(a.left_out.values()), _EMPTY),
        labels[1]: next(iter(b.left_out.values()), _EMPTY),
    }
    return Figure(a.theta, se, max(1.0, gstar - 1), a.link, gstar, a.clusters, left_out, a.score, a.variance_between)


def wilson(count: float, n: float, level: float) -> tuple[float, float]:
    """Wilson score interval; count and n need not be whole numbers. (0, 1) without observations."""
    if n <= 0:
        return 0.0, 1.0
    low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
    return float(low), float(high)


def newcombe(count1: float, n1: float, count0: float, n0: float, level: float) -> tuple[float, float]:
    """Difference of two independent proportions, Newcombe 1998, method 10 (hybrid of two Wilson intervals).

    The library's "score" method fails on 9/10 against 3/10, so it is not used.
    """
    low, high = confint_proportions_2indep(count1, n1, count0, n0, method="newcomb", compare="diff", alpha=1 - level)
    return float(low), float(high)


def _expit(x: float) -> float:
    return float(special.expit(x))


def _clean(value: float | None) -> float | None:
    """None for what cannot be printed (NaN, infinity)."""
    return float(value) if value is not None and np.isfinite(value) else None
