"""The member-month panel behind tenure: cells, the chapter's own drift, attrition, and who leaves after a bad
spell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import Codes
from analysis.intervals import Floats
from analysis.panel import Fit, NotIdentifiedError, newton, pooled_poisson
from analysis.population import FOREVER, Days, Mask, View, month_start, months

DAYS_A_MONTH, DAYS_A_YEAR = 30.4375, 365.25
HALF_YEAR = 6


@dataclass(frozen=True)
class Cells:
    """One entry a spell and wholly covered calendar month with enough active days.

    spell: position in view.spells; person, group: codes; month since January 1970; received; exposure in
    months; tenure and calendar in years at mid-cell; cell_of_row: the cell of each row of the view, −1 where
    none.
    """

    spell: Codes
    person: Codes
    group: Codes
    month: Codes
    received: Floats
    exposure: Floats
    tenure: Floats
    calendar: Floats
    cell_of_row: Codes

    @property
    def season(self) -> Floats:
        """cos and sin of the calendar month."""
        angle = 2 * np.pi * (self.month % 12 + 1) / 12
        return np.column_stack([np.cos(angle), np.sin(angle)])

    def dummies(self, mask: Mask | None = None) -> Floats:
        """Intercept, and one column for every further group, among the cells of the mask."""
        group = self.group if mask is None else self.group[mask]
        return np.column_stack([np.ones(len(group)), *(group == g for g in np.unique(group)[1:])]).astype(float)


def cells(view: View, *, undated: bool = False) -> Cells:
    """All spells, past and current, whose joining is known: the panel of current members alone would be
    survivors. undated: the others too, whose tenure then means nothing."""
    spells = view.spells
    dated = np.flatnonzero(spells["dated"].to_numpy() | undated)
    parts = []
    for group in sorted(set(spells["group_id"].to_numpy()[dated])):
        whole = whole_months(view, group)
        mine = dated[spells["group_id"].to_numpy()[dated] == group]
        parts.append((np.repeat(mine, len(whole)), np.tile(whole, len(mine))))
    spell = np.concatenate([p[0] for p in parts]) if parts else np.empty(0, np.int64)
    month = np.concatenate([p[1] for p in parts]) if parts else np.empty(0, np.int64)
    joined, left = spells["joined"].to_numpy()[spell], spells["left"].to_numpy()[spell]
    start = np.maximum(month_start(month), joined)
    end = np.minimum(month_start(month + 1), left)
    keep = end - start >= view.settings.tenure_cell_days
    spell, month, start, end, joined = spell[keep], month[keep], start[keep], end[keep], joined[keep]
    cell_of_row = _cell_of_row(view, spell, month)
    received = np.bincount(cell_of_row[cell_of_row >= 0], minlength=len(spell)).astype(float)
    middle = (start + end) / 2
    person = pd.factorize(spells["person_id"].to_numpy()[spell], sort=True)[0].astype(np.int64)
    group = pd.factorize(spells["group_id"].to_numpy()[spell], sort=True)[0].astype(np.int64)
    return Cells(spell, person, group, month, received, (end - start) / DAYS_A_MONTH,
                 (middle - joined) / DAYS_A_YEAR,
                 middle / DAYS_A_YEAR, cell_of_row)  # fmt: skip


def whole_months(view: View, group: str) -> Codes:
    """Calendar months wholly inside coverage and before the day: a month half imported is not a quiet
    month."""
    found: set[int] = set()
    for low, high in view.log.cover.get(group, ()):
        first, last = months(np.array([low, min(high, view.day)]))
        whole = np.arange(first, last + 1)
        whole = whole[(month_start(whole) >= low) & (month_start(whole + 1) <= min(high, view.day))]
        found |= set(whole.tolist())
    return np.array(sorted(found), dtype=np.int64)


def _cell_of_row(view: View, spell: Codes, month: Codes) -> Codes:
    width = int(month.max(initial=0)) + 2
    key, row_key = spell * width + month, view.spell_of_row * width + months(view.given)
    order = np.argsort(key)
    at = np.searchsorted(key[order], row_key)
    found = (view.spell_of_row >= 0) & (at < len(key))
    found[found] = key[order][at[found]] == row_key[found]
    return np.where(found, order[np.minimum(at, max(len(key) - 1, 0))] if len(key) else -1, -1)


@dataclass(frozen=True)
class Drift:
    """The calendar trend of newcomers, on the log scale a year; fit is None where there is too little to
    tell."""

    fit: Fit | None
    cells: int
    joiners: int
    months: int
    person_ids: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        return float(self.fit.beta[0]) if self.fit else float("nan")

    @property
    def variance(self) -> float:
        return float(self.fit.cov3[0, 0]) if self.fit else float("nan")


def drift(view: View, panel: Cells) -> Drift:
    """How newcomers of later years fare against newcomers of earlier ones: tenure cannot explain that, so it
    is the chapter's own trend (if joining cohorts do not drift themselves).

    Pooled Poisson of cells in the first year: calendar years, tenure, season, groups; clusters are members.
    """
    settings = view.settings
    new = panel.tenure < settings.tenure_newcomer_years
    joiners, calendar = len(np.unique(panel.person[new])), len(np.unique(panel.month[new]))
    enough = (new.sum() >= settings.tenure_drift_cells and joiners >= settings.tenure_drift_joiners
              and calendar >= settings.tenure_drift_months)  # fmt: skip
    fit = None
    if enough:
        years = panel.calendar[new] - panel.calendar[new].mean()
        design = np.column_stack([years, panel.tenure[new], panel.season[new], panel.dummies(new)])
        try:
            fit = pooled_poisson(panel.received[new], design, panel.exposure[new], panel.person[new])
        except NotIdentifiedError:
            fit = None
    ids = np.unique(view.spells["person_id"].to_numpy()[panel.spell]) if len(panel.spell) else np.empty(0, object)
    labels = tuple(str(ids[i]) for i in fit.clusters) if fit else ()
    return Drift(fit, int(new.sum()), joiners, calendar, labels)


def observed_tenure(view: View) -> tuple[Days, Days, Mask]:
    """Tenure in days at which each dated spell comes under observation and ceases to be, and whether it
    ended."""
    spells = view.spells[view.spells["dated"]]
    start = np.array([view.log.start(g) for g in spells["group_id"]], dtype=np.int64)
    joined, left = spells["joined"].to_numpy(), spells["left"].to_numpy()
    entry, leave = np.maximum(start - joined, 0), np.minimum(left, view.day) - joined
    seen = leave > entry
    return entry[seen], leave[seen], (left < view.day)[seen]


def attrition(view: View, years: int) -> pd.DataFrame:
    """tenure_year (from 0), entered: spells seen in that year, left: ended in it, staying: share of joiners
    still there at its end (product limit with delayed entry)."""
    entry, leave, ended = observed_tenure(view)
    out, staying = [], 1.0
    for year in range(years):
        low, high = year * DAYS_A_YEAR, (year + 1) * DAYS_A_YEAR
        entered = int(((entry < high) & (leave > low)).sum())
        if not entered:
            break
        gone = ended & (leave > low) & (leave <= high)
        for day in np.unique(leave[gone]):
            staying *= 1 - (gone & (leave == day)).sum() / ((entry < day) & (leave >= day)).sum()
        out.append((year, entered, int(gone.sum()), staying))
    return pd.DataFrame(out, columns=["tenure_year", "entered", "left", "staying"])


def leaving_odds(view: View, panel: Cells, of: Mask | None = None) -> tuple[float | None, int]:
    """Odds of leaving next month after a half-year one standard deviation below one's own pace, and the
    leavers. of: by spell, whose ends count as leaving (all, without any).

    Discrete-time logit on the member's last six cells against the spell's own rate, with a first-year term.
    Above 1.3 or so, the same-person figure is biased downwards: people leave because it went badly.
    """
    order = np.lexsort((panel.month, panel.spell))
    spell, month = panel.spell[order], panel.month[order]
    received, exposure, tenure = panel.received[order], panel.exposure[order], panel.tenure[order]
    total, count = np.concatenate([[0.0], np.cumsum(received)]), np.concatenate([[0.0], np.cumsum(exposure)])
    last = np.arange(HALF_YEAR - 1, len(spell))
    first = last - HALF_YEAR + 1
    whole = (spell[first] == spell[last]) & (month[last] - month[first] == HALF_YEAR - 1)
    last, first = last[whole], first[whole]
    spells = int(panel.spell.max(initial=-1)) + 1
    pace = np.bincount(spell, received, spells) / np.maximum(np.bincount(spell, exposure, spells), 1e-9)
    expected = pace[spell[last]] * (count[last + 1] - count[first])
    left = view.spells["left"].to_numpy()[spell[last]]
    end = month_start(month[last] + 1)
    known = (expected > 0) & (left >= end) & (month_start(month[last] + 2) <= view.day)
    last, first, expected, left, end = last[known], first[known], expected[known], left[known], end[known]
    leaves = ((left < month_start(month[last] + 2)) & (left < FOREVER)).astype(float)
    if of is not None:
        leaves *= of[spell[last]]
    if leaves.sum() < 10:
        return None, int(leaves.sum())
    short = -(total[last + 1] - total[first] - expected) / np.sqrt(expected)
    design, first_year = np.column_stack([short, np.ones(len(short))]), tenure[last] < 1
    if 0 < first_year.sum() < len(first_year):
        design = np.column_stack([design, first_year])
    try:
        beta, _ = newton(lambda b: _logit(b, leaves, design), design.shape[1])
    except NotIdentifiedError:
        return None, int(leaves.sum())
    return float(np.exp(beta[0])), int(leaves.sum())


def _logit(b: Floats, y: Floats, x: Floats) -> tuple[Floats, Floats, float]:
    eta = x @ b
    p = 1 / (1 + np.exp(-eta))
    return x.T @ (y - p), (x * (p * (1 - p))[:, None]).T @ x, float(np.sum(y * eta - np.logaddexp(0, eta)))
