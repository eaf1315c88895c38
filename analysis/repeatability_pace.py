"""Steady or in bursts: how unevenly a member's months come, and the chapter's, beyond what chance does to their levels.

A member's total is taken as given and his months as shared out by chance, at a pace that itself may swing from month to
month: Dirichlet-multinomial counts whose swing c is the squared coefficient of variation of the monthly pace. One
member's counts tell little of c, so it is drawn towards the others' as far as they tell more. What is shown is how many
times as much as by chance alone his months then vary, (Y + A) / (1 + A) with A = months / c.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.dispersion import dispersion
from analysis.forecast import Activity
from analysis.intervals import Figure, Floats
from analysis.population import View

SWINGS = np.concatenate([[1e-6], np.geomspace(0.01, 6.0, 60)])  # c looked at; the first is chance alone
SCALES = np.geomspace(0.01, 3.0, 24)  # of c over the members, averaged over
MONTHS = 12  # of a member's own, and of the chapter's, below which nothing is said
EVEN = (0.8, 1.25)  # as evenly as chance: the margin of a ratio


@dataclass(frozen=True)
class Pace:
    """members: person_id, name, group_id, here (is a member now), months, received, ratio (shrunken), low95, high95,
    verdict: steady | bursts | open. figure: log of the members' common ratio (X²/df, jackknifed by member).

    months: month (since January 1970), y, expected from the members' own levels, low, high: where 95 of 100 months lie
    by chance. ratio, low95, high95: how unevenly the chapter's months come around that.
    """

    members: pd.DataFrame
    figure: Figure
    months: pd.DataFrame
    ratio: float
    low95: float
    high95: float


def pace(view: View, panel: Activity, names: pd.DataFrame) -> Pace | None:
    """Of whoever received at all in at least twelve whole months as a member; None where nobody did.

    names: person_id, name, group_id, here of the panel's units, in their order.
    """
    exposure = panel.active.astype(float)
    counts = panel.received * panel.active
    enough = (exposure.sum(axis=1) >= MONTHS) & (counts.sum(axis=1) >= 1)
    if not enough.any():
        return None
    y, e = counts[enough], exposure[enough]
    ratio, low, high = shrunken(y, e)
    verdict = np.select([high < EVEN[1], low > EVEN[1]], ["steady", "bursts"], "open")
    members = names[enough].assign(months=e.sum(axis=1).astype(int), received=y.sum(axis=1).astype(int), ratio=ratio,
                                   low95=low, high95=high, verdict=verdict)  # fmt: skip
    months = _months(panel, counts, exposure)
    return Pace(members.reset_index(drop=True), dispersion(counts, exposure).figure, months, *_uneven(months))


def shrunken(y: Floats, e: Floats) -> tuple[Floats, Floats, Floats]:
    """Ratio to chance and its 95 % interval by member; y, e: members × months, e = 0 where a month does not count."""
    total, months = y.sum(axis=1), e.sum(axis=1)
    likelihood = np.column_stack([_likelihood(y, e, c) for c in SWINGS])
    prior = np.exp(-SWINGS / SCALES[:, None]) * np.gradient(SWINGS)
    prior /= prior.sum(axis=1, keepdims=True)
    relative = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    joint = relative[:, None, :] * prior  # member × scale × swing
    evidence = joint.sum(axis=2)
    weight = np.log(evidence).sum(axis=0)
    weight = np.exp(weight - weight.max())
    posterior = (joint / evidence[:, :, None] * weight[:, None]).sum(axis=1) / weight.sum()
    spare = months[:, None] / SWINGS
    ratio = (total[:, None] + spare) / (1 + spare)
    cumulated = np.cumsum(posterior, axis=1)
    rows = np.arange(len(y))
    low, high = (ratio[rows, np.argmax(cumulated >= q, axis=1)] for q in (0.025, 0.975))
    return (posterior * ratio).sum(axis=1), low, high


def _likelihood(y: Floats, e: Floats, swing: float) -> Floats:
    """Log of the Dirichlet-multinomial chance of each member's months, but for what does not depend on the swing."""
    share = np.where(e > 0, e, 1.0) / swing
    terms = np.where(e > 0, special.gammaln(share + y) - special.gammaln(share), 0.0)
    whole = e.sum(axis=1) / swing
    return np.asarray(terms.sum(axis=1) + special.gammaln(whole) - special.gammaln(whole + y.sum(axis=1)))


def _months(panel: Activity, counts: Floats, exposure: Floats) -> pd.DataFrame:
    own = counts.sum(axis=1) / np.maximum(exposure.sum(axis=1), 1)
    expected = own @ exposure
    used = expected > 0
    low, high = stats.poisson.ppf([[0.025], [0.975]], expected[used])
    return pd.DataFrame({"month": panel.first + np.flatnonzero(used), "y": counts.sum(axis=0)[used],
                         "expected": expected[used], "low": low, "high": high})  # fmt: skip


def _uneven(months: pd.DataFrame) -> tuple[float, float, float]:
    """X²/df of the chapter's months and its 95 % interval (months as independent); NaN with fewer than twelve."""
    df = len(months) - 1
    if df < MONTHS - 1:
        return float("nan"), float("nan"), float("nan")
    squares = float(((months["y"] - months["expected"]) ** 2 / months["expected"]).sum())
    low, high = squares / stats.chi2.ppf([0.975, 0.025], df)
    return squares / df, float(low), float(high)
