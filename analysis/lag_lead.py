"""Lag less lead: does an activity go before the results, more than it goes after them?

Busy months are busy in everything, so an activity that merely travels with results "predicts" the past as well as
the future. The difference of the two elasticities takes that out (temporal asymmetry, as in Granger's test).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.estimators import Codes, compact
from analysis.intervals import Figure, Floats
from analysis.panel import Fit, NotIdentifiedError, fe_poisson
from analysis.population import Mask, View, months
from analysis.tenure_panel import Cells, cells

REACH = 6  # months before and after


@dataclass(frozen=True)
class Windows:
    """Cells of a member-month panel whose REACH months before and after are cells of the same spell too.

    at: their positions in the panel, by spell and month; around: positions of the 2·REACH + 1 months around each.
    """

    panel: Cells
    at: Codes
    around: Codes

    def total(self, by_cell: Floats, first: int, last: int) -> Floats:
        """Sums of a quantity by cell over the months t + first … t + last."""
        return np.asarray(by_cell[self.around[:, REACH + first : REACH + last + 1]].sum(axis=1))


def windows(panel: Cells) -> Windows:
    order = np.lexsort((panel.month, panel.spell))
    spell, month = panel.spell[order], panel.month[order]
    middle = np.arange(REACH, len(order) - REACH)
    first, last = middle - REACH, middle + REACH
    whole = (spell[first] == spell[last]) & (month[last] - month[first] == 2 * REACH)
    middle = middle[whole]
    around = order[middle[:, None] + np.arange(-REACH, REACH + 1)[None, :]]
    return Windows(panel, order[middle], around)


def of_members(view: View) -> Windows:
    """The windows of everybody's spells, also of those whose joining is unknown; once a day and log."""
    key = "lag_lead.windows"
    if key not in view.shared:
        view.shared[key] = windows(cells(view, undated=True))
    found = view.shared[key]
    assert isinstance(found, Windows)
    return found


def given_by_cell(view: View, panel: Cells) -> Floats:
    """How many referrals the cell's person gave in its month, to anybody and in any group of the log."""
    person = view.spells["person_id"].to_numpy()[panel.spell]
    ids, of_cell = np.unique(person.astype(str), return_inverse=True)
    rows = view.group_rows
    source = rows["source_id"].to_numpy().astype(str)
    at = np.minimum(np.searchsorted(ids, source), max(len(ids) - 1, 0))
    known = (ids[at] == source) if len(ids) else np.zeros(len(source), dtype=bool)
    width = int(max(panel.month.max(initial=0), months(rows["given"].to_numpy()).max(initial=0))) + 1
    tally = np.bincount(at[known] * width + months(rows["given"].to_numpy()[known]), minlength=len(ids) * width)
    return np.asarray(tally[of_cell * width + panel.month], dtype=float) if len(ids) else np.empty(0)


def month_fit(
    y: Floats, x: Floats, unit: Codes, month: Codes, exposure: Floats, *, cluster: Codes | None = None
) -> Fit:
    """fe_poisson of y on x with a dummy for every calendar month. `kept` refers to the rows handed over.

    Months without any event and units without any tell nothing and are left out first: their effects would run off
    to minus infinity.
    """
    keep = np.ones(len(y), dtype=bool)
    for _ in range(len(y)):
        alive = keep & _has_events(y, unit, keep) & _has_events(y, month, keep)
        if (alive == keep).all():
            break
        keep = alive
    if not keep.any():
        raise NotIdentifiedError("no month and unit with events")
    codes, count = compact(month[keep])
    dummies = (codes[:, None] == np.arange(1, count)[None, :]).astype(float)
    design = np.column_stack([x[keep].reshape(int(keep.sum()), -1), dummies])
    fit = fe_poisson(y[keep], design, unit[keep], exposure[keep], None if cluster is None else cluster[keep])
    kept = np.zeros(len(y), dtype=bool)
    kept[np.flatnonzero(keep)[fit.kept]] = True
    return replace(fit, kept=kept)


def _has_events(y: Floats, codes: Codes, keep: Mask) -> Mask:
    return np.asarray((np.bincount(codes, y * keep, int(codes.max(initial=0)) + 1) > 0)[codes])


def lag_lead(y: Floats, lag: Floats, lead: Floats, unit: Codes, month: Codes, exposure: Floats,
             *, cluster: Codes | None = None) -> Fit:  # fmt: skip
    """y on log1p(lag) and log1p(lead): coefficient 0 is b_lag − b_lead, coefficient 1 is b_lead."""
    x, z = np.log1p(lag), np.log1p(lead)
    return month_fit(y, np.column_stack([x, x + z]), unit, month, exposure, cluster=cluster)


def elasticity(fit: Fit, k: int = 0) -> Figure:
    """Coefficient k as it is, not as a ratio."""
    return replace(fit.figure(k), link="identity")


def lag_of(fit: Fit) -> Figure:
    """b_lag of a lag-and-lead fit: the sum of its first two coefficients."""
    variance = float(fit.cov3[:2, :2].sum())
    theta = float(fit.beta[:2].sum())
    return Figure(theta, float(np.sqrt(variance)), fit.df, "identity", fit.gstar, len(fit.clusters),
                  {"member": theta - fit.change[:, :2].sum(axis=1)})  # fmt: skip
