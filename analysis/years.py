"""One year and the next, member by member: what R13 and R14 regress on what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import Codes
from analysis.intervals import NOTHING, Figure, Floats
from analysis.panel import Fit, NotIdentifiedError, pooled_poisson
from analysis.population import Days, Mask, View

YEAR, DAYS_A_YEAR = 365, 365.25


@dataclass(frozen=True)
class Landmark:
    """Members of each group on the day t0, sorted by group and person.

    months_before, years_after: membership inside coverage in the year before (months) and after (years of 365.25 days);
    before, after: the unit of each row of the view received in that year, −1 elsewhere; observed: both years covered.
    """

    t0: int
    person: np.ndarray
    group: np.ndarray
    months_before: Floats
    years_after: Floats
    before: Codes
    after: Codes
    observed: Mask

    def count(self, unit: Codes, rows: Mask | None = None) -> Floats:
        held = unit >= 0 if rows is None else (unit >= 0) & rows
        return np.bincount(unit[held], minlength=len(self.person)).astype(float)

    def dummies(self) -> Floats:
        """Intercept, and one column for every further group."""
        return np.column_stack(
            [np.ones(len(self.person)), *(self.group == g for g in np.unique(self.group)[1:])]
        ).astype(float)

    def take(self, keep: Mask) -> Landmark:
        """The members of the mask; rows of the others are nobody's."""
        place = np.where(keep, np.cumsum(keep) - 1, -1)

        def of(unit: Codes) -> Codes:
            return np.where(unit >= 0, place[np.maximum(unit, 0)], -1) if len(place) else unit

        return Landmark(self.t0, self.person[keep], self.group[keep], self.months_before[keep], self.years_after[keep],
                        of(self.before), of(self.after), self.observed[keep])  # fmt: skip


def landmark(view: View, t0: int) -> Landmark:
    """The members on day t0 with their receipts of the years before and after it."""
    spells = view.spells
    there = spells[(spells["joined"] <= t0) & (spells["left"] > t0)].drop_duplicates(["group_id", "person_id"])
    there = there.sort_values(["group_id", "person_id"], kind="stable")
    person, group = there["person_id"].to_numpy(), there["group_id"].to_numpy()
    joined, left = there["joined"].to_numpy(np.int64), there["left"].to_numpy(np.int64)
    low, mid = np.full(len(there), t0 - YEAR), np.full(len(there), t0)
    high = np.full(len(there), min(t0 + YEAR, view.day))
    before = view.log.covered_days(group, np.maximum(low, joined), mid)
    after = view.log.covered_days(group, mid, np.minimum(high, left))
    least = view.settings.gate_spell_days
    observed = (view.log.covered_days(group, low, mid) >= least) & (view.log.covered_days(group, mid, high) >= least)
    keys = pd.MultiIndex.from_arrays([group, person])
    rows = pd.MultiIndex.from_frame(view.rows[["group_id", "receiver_id"]])
    unit: Days = keys.get_indexer(rows).astype(np.int64) if len(keys) else np.full(len(rows), -1)
    inside = view.spell_of_row >= 0
    return Landmark(
        t0, person, group, before / 30.4375, after / DAYS_A_YEAR,
        np.where(inside & (view.given >= t0 - YEAR) & (view.given < t0), unit, -1),
        np.where(inside & (view.given >= t0) & (view.given < t0 + YEAR), unit, -1),
        observed & (after > 0) & (before > 0),
    )  # fmt: skip


def log_ratio(y: Floats, design: Floats, exposure: Floats, member: Codes) -> Figure:
    """First coefficient of a Poisson regression. One row a member: HC3 and t(n − k), the one-step jackknife without its
    (G−1)/G; several: sandwich by member (CV1) and t(G* − 1)."""
    try:
        fit = pooled_poisson(y, design, exposure, member)
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return NOTHING
    g = len(fit.clusters)
    if g < len(y):
        return _figure(fit, float(fit.cov1[0, 0]), fit.df, fit.gstar)
    if g <= design.shape[1] + 1:
        return NOTHING
    return _figure(fit, float(fit.cov3[0, 0]) * g / (g - 1), float(g - design.shape[1]), float(g))


def _figure(fit: Fit, variance: float, df: float, gstar: float) -> Figure:
    between = max(0.0, variance - float(fit.cov_model[0, 0]))
    return Figure(float(fit.beta[0]), float(np.sqrt(variance)), df, "exp", gstar, len(fit.clusters),
                  {"member": fit.beta[0] - fit.change[:, 0]}, variance_between=between)  # fmt: skip
