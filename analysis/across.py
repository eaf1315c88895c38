"""One effect over several groups: what holds on average, and what the next group may expect."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from analysis.intervals import Floats

LEAST = 3  # groups; two do not tell how much groups differ


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
        """Where the effect of a further group lies: μ ± t_{k−2}·√(τ² + se²)."""
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


def shrunken(theta: Floats, variance: Floats, mean: Across) -> tuple[Floats, Floats]:
    """Each group's effect drawn to the mean as far as its own error makes it uncertain, and the error left (empirical
    Bayes): what a funnel plot shows instead of a league table."""
    weight = mean.tau2 / (mean.tau2 + variance)
    return mean.theta + weight * (theta - mean.theta), np.sqrt(weight * variance + (1 - weight) ** 2 * mean.se**2)


def top_quartile(theta: Floats, variance: Floats, mean: Across, draws: int = 1999, seed: int = 1) -> Floats:
    """Each group's probability of being among the best quarter, from draws of the shrunken effects."""
    centre, spread = shrunken(theta, variance, mean)
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = rng.normal(centre, spread, size=(draws, len(theta)))
    best = int(np.ceil(len(theta) / 4))
    rank = np.argsort(np.argsort(-drawn, axis=1), axis=1)
    return np.asarray((rank < best).mean(axis=0))
