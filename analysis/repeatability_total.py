"""What the coming quarter brings as a whole: a range from the twelve months before, and how earlier ones turned out.

The rate of twelve months is itself uncertain (gamma), the counts around it are Poisson at best: together a negative
binomial. How much more unevenly than that referrals come is learned from the months of the year and from every earlier
forecast of the same series, whose misses see what months cannot: slow waves, a season, growth. That few misses are
known widens the range as Student's t does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.forecast import HIGH, LOW, TARGET, TRAIN
from analysis.intervals import Floats

# Twelve months tell as much of a quarter's spread as two quarters do: at four, as their number would have it, ranges
# held only 74 of 100 where months hang together, because slow waves and seasons pass the months of one year by.
MONTHS_DF = 2.0
COLUMNS = ["origin", "mean", "low", "high", "mass", "y", "before", "members"]


@dataclass(frozen=True)
class Total:
    """past: a row a quarter that was forecast, COLUMNS: origin (first month, since January 1970), mean, low, high of
    the 80 % range, mass that a range of whole numbers holds, y = what came, before = received in the twelve months
    before, members at the quarter's beginning. coming: the same of the coming quarter, y what came so far; None where
    the year before it is not wholly covered. quarters: origin, y of every wholly covered quarter."""

    past: pd.DataFrame
    coming: pd.DataFrame | None
    quarters: pd.DataFrame

    @property
    def hits(self) -> int:
        return int(self.past["y"].between(self.past["low"], self.past["high"]).sum())

    @property
    def promised(self) -> float:
        """Mean mass of the past ranges; NaN without any."""
        return float(self.past["mass"].mean()) if len(self.past) else float("nan")

    def luck(self) -> tuple[int, int]:
        """How many of the past ranges would hold what came in 95 of 100 logs if the promise were kept exactly."""
        n = len(self.past)
        low, high = stats.binom.ppf([0.025, 0.975], n, self.promised) if n else (0, 0)
        return int(low), int(high)


def quarterly(
    counts: Floats, exposure: Floats, ahead: Floats, whole: Floats, *, first: int, start: int
) -> Total:  # fmt: skip
    """Forecast every quarter of a monthly series from the twelve months before it, and the one that begins at `start`.

    counts, exposure (member-months): by month from `first`; whole: the month is covered; ahead: members who are there
    when the month begins, one entry more than months. Nothing after a quarter's beginning enters its forecast.
    """
    past: list[dict[str, float]] = []
    misses: list[float] = []
    for at in _quarter_starts(first, len(counts) - TARGET):
        train = slice(at - TRAIN, at)
        if not whole[at - TRAIN : at + TARGET].all() or exposure[train].sum() <= 0 or ahead[at] <= 0:
            continue
        row, spread = _range(counts[train], exposure[train], TARGET * float(ahead[at]), misses)
        y = float(counts[at : at + TARGET].sum())
        misses.append((y - row["mean"]) ** 2 / spread)
        past.append({**row, "origin": first + at, "y": y, "members": float(ahead[at])})
    coming, at = None, start - first
    if TRAIN <= at <= len(counts) and whole[at - TRAIN : at].all() and exposure[at - TRAIN : at].sum() > 0:
        train = slice(at - TRAIN, at)
        if ahead[at] > 0:
            row, _ = _range(counts[train], exposure[train], TARGET * float(ahead[at]), misses)
            so_far = float(counts[at:].sum())
            coming = pd.DataFrame([{**row, "origin": start, "y": so_far, "members": float(ahead[at])}])[COLUMNS]
    seen = [at for at in _quarter_starts(first, len(counts) - TARGET, 0) if whole[at : at + TARGET].all()]
    quarters = pd.DataFrame({"origin": [first + at for at in seen],
                             "y": [float(counts[at : at + TARGET].sum()) for at in seen]})  # fmt: skip
    return Total(pd.DataFrame(past, columns=COLUMNS), coming, quarters)


def _quarter_starts(first: int, last: int, earliest: int = TRAIN) -> list[int]:
    return [at for at in range(earliest, last + 1) if (first + at) % TARGET == 0]


def _range(counts: Floats, exposure: Floats, ahead: float, misses: list[float]) -> tuple[dict[str, float], float]:
    """The 80 % range, and the variance of the quarter if its counts were Poisson around the year's rate.

    misses: squared misses of earlier quarters over that variance.
    """
    x, e = float(counts.sum()), float(exposure.sum())
    mean = (x + 0.5) / e * ahead  # Jeffreys: a year without any does not promise a quarter without any
    poisson = mean * (1 + ahead / e)
    held = exposure > 0
    expected = exposure[held] * max(x, 0.5) / e
    uneven = float(np.sum((counts[held] - expected) ** 2 / expected)) / max(1, int(held.sum()) - 1)
    df = MONTHS_DF + len(misses)
    spread = max(1.0, (MONTHS_DF * uneven + sum(misses)) / df)
    wider = float(stats.t.ppf(HIGH, df) / stats.norm.ppf(HIGH)) ** 2
    variance = spread * wider * poisson
    size = mean**2 / (variance - mean)
    chance = size / (size + mean)
    low, high = (float(v) for v in stats.nbinom.ppf([LOW, HIGH], size, chance))
    mass = float(np.diff(stats.nbinom.cdf([low - 1, high], size, chance))[0])
    return {"mean": mean, "low": low, "high": high, "mass": mass, "before": x}, poisson
