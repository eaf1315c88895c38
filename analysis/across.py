"""One effect over several groups: what holds on average, and what the next group may expect."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from analysis.intervals import Floats

LEAST = 3  # groups; two do not tell how much groups differ
DRAWS, STEPS = 1999, 400  # of what is plausible; of the grid of variances


@dataclass(frozen=True)
class Across:
    """Random effects over k groups, on the claim's working scale.

    theta, se, df: Hartung–Knapp (t on k − 1); tau2: variance between groups (Paule–Mandel); i2: its share of the whole.
    """

    theta: float
    se: float
    df: float
    tau2: float
    i2: float
    groups: int

    def bounds(self, level: float) -> tuple[float, float]:
        """Interval of the mean over groups."""
        reach = float(stats.t.ppf((1 + level) / 2, self.df)) * self.se
        return self.theta - reach, self.theta + reach

    def prediction(self, level: float) -> tuple[float, float]:
        """Where the effect of a further group lies, with τ² taken for known: μ ± t_{k−2}·√(τ² + se²) (Higgins et al.
        2009). Where groups differ about as much as their own errors it is too narrow: see `plausible`."""
        reach = float(stats.t.ppf((1 + level) / 2, self.groups - 2)) * float(np.sqrt(self.tau2 + self.se**2))
        return self.theta - reach, self.theta + reach

    def p(self, theta0: float) -> float:
        return float(2 * stats.t.sf(abs(self.theta - theta0) / self.se, self.df)) if self.se > 0 else float("nan")


def across(theta: Floats, variance: Floats) -> Across | None:
    """Combine the groups' effects and jackknife variances; None with fewer than three usable groups.

    Paule & Mandel 1982 for τ², Hartung & Knapp 2001 / Sidik & Jonkman 2002 for the error of the mean.
    """
    fine = np.isfinite(theta) & np.isfinite(variance) & (variance > 0)
    if fine.sum() < LEAST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the single groups' intervals, which are not used
        found = combine_effects(theta[fine], variance[fine], method_re="pm", use_t=True)
        row = found.summary_frame().loc["random effect wls"]
    return Across(float(row["eff"]), float(row["sd_eff"]), float(fine.sum()) - 1, float(found.tau2),
                  float(max(0.0, found.i2)), int(fine.sum()))  # fmt: skip


@dataclass(frozen=True)
class Plausible:
    """Draws of what the groups' figures leave possible, by row: the mean over groups, a further group like these, and
    (a column each) the true values of the groups themselves."""

    mean: Floats
    further: Floats
    groups: Floats

    def bounds(self, level: float) -> tuple[float, float]:
        """Where a further group lies with that chance."""
        low, high = np.quantile(self.further, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def beyond(self, theta0: float) -> float:
        """The chance that a further group lies above theta0."""
        return float((self.further > theta0).mean())

    def shrunken(self, level: float) -> tuple[Floats, Floats, Floats]:
        """Each group drawn to the mean as far as its own error makes it uncertain, and its interval."""
        low, high = np.quantile(self.groups, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return self.groups.mean(axis=0), low, high

    def top_quarter(self) -> Floats:
        """Each group's chance to be among the quarter with the highest true values."""
        rank = np.argsort(np.argsort(-self.groups, axis=1), axis=1)
        return np.asarray((rank < np.ceil(self.groups.shape[1] / 4)).mean(axis=0))


def plausible(theta: Floats, variance: Floats, size: int = DRAWS, seed: int = 1) -> Plausible:
    """What at least three groups leave possible when the variance between groups is not known either.

    Nagashima, Noma & Furukawa 2019: τ² is drawn from its confidence distribution (the generalised Q is χ² on k − 1),
    the mean from Hartung and Knapp's t at that τ². A single τ², taken for true, makes a range for a further group that
    holds in 85 of 100 cases instead of 95 where groups differ by about as much as their own errors.
    """
    k, grid = len(theta), _grid(theta, variance)
    weight = 1 / (variance + grid[:, None])
    total = weight.sum(axis=1)
    centre = (weight * theta).sum(axis=1) / total
    q = (weight * np.square(theta - centre[:, None])).sum(axis=1)
    error = np.sqrt(q / (k - 1) / total)
    rng = np.random.Generator(np.random.PCG64(seed))
    at = np.interp(rng.chisquare(k - 1, size), q[::-1], np.arange(len(grid), dtype=float)[::-1])
    tau2, middle, reach = (np.interp(at, np.arange(len(grid)), each) for each in (grid, centre, error))
    mean = middle + rng.standard_t(k - 1, size) * reach
    further = mean + rng.normal(size=size) * np.sqrt(tau2)
    own = tau2[:, None] / (tau2[:, None] + variance)
    groups = mean[:, None] + own * (theta - mean[:, None]) + rng.normal(size=(size, k)) * np.sqrt(own * variance)
    return Plausible(mean, further, groups)


def _grid(theta: Floats, variance: Floats) -> Floats:
    """Values of τ² from none to far beyond anything that the figures allow."""
    largest = 1e4 * max(float(np.var(theta, ddof=1)), float(variance.mean()))
    return np.concatenate([[0.0], np.geomspace(float(variance.min()) * 1e-4, largest, STEPS)])
