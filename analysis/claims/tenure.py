"""Does the same person receive more for every further year of membership, beyond the chapter's own trend?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Gate, Measured, event_gates, wrong_ratios
from analysis.estimators import Codes
from analysis.intervals import NOTHING, Figure, Floats
from analysis.panel import Fit, NotIdentifiedError, fe_poisson, mundlak, pooled_poisson
from analysis.population import Log, View
from analysis.result import Estimate
from analysis.settings import Settings
from analysis.tenure_panel import Cells, Drift, attrition, cells, drift, leaving_odds

NO_LIST = (
    "When members joined is not recorded here. Import a member list with the columns name, joined and left "
    "(left stays empty for those who are still members); past members belong in it too, or only survivors "
    "are seen."
)
ONE_PERSON = (
    "Tenure cannot be told from the passing years on one person's log alone: it takes several members who "
    "joined at different times. Choose the whole group to see it."
)
IDENTIFICATION = (
    "For one person, a further year of membership is also a further calendar year. The two are told apart "
    "by how newcomers of later years fare, which assumes that those who join do not change over the years."
)


class Tenure(Claim):
    """T1: ratio of referrals received per further year of membership, same person, net of drift."""

    id = "T1"
    title = "The longer you stay, the more you receive"
    work = "3 Common Delusions About Referral Sources"
    grade = "A"
    needs = ("joined",)
    unit = "member-months"
    estimates: ClassVar = {
        "yearly_ratio_net_of_drift": "referrals received per further year of membership, same person, "
        "divided by the yearly drift of newcomers",
        "yearly_ratio_same_person": "the same before the drift is taken out",
        "yearly_ratio_cross_section": "the misleading way: members of different tenure compared with each other",
        "drift_ratio": "newcomers of one year against newcomers of the year before",
        "yearly_ratio_between_people": "two people whose average tenure differs by a year (Mundlak)",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(ONE_PERSON,), warnings=view.warnings)
        if len(view.rows) and not view.spells["dated"].any():
            return Measured(self.id, view.day, unrecorded=(NO_LIST,), warnings=view.warnings)
        settings, panel = view.settings, cells(view)
        region = view if wider is None else wider.at(view.day)
        trend = drift(region, panel if wider is None else cells(region))
        try:
            design = np.column_stack([panel.tenure, panel.season])
            same = fe_poisson(panel.received, design, panel.spell, panel.exposure, panel.person)
        except (NotIdentifiedError, ValueError):
            same = None
        figure = net_of(same, trend, _people(view, panel)) if same and trend.fit else NOTHING
        kept = same.kept if same else np.zeros(len(panel.spell), dtype=bool)
        n, events = int(kept.sum()), int(panel.received[kept].sum())
        counted = {"member_months": n, "members": len(np.unique(panel.person[kept])), "events": events,
                   "joiners": trend.joiners}  # fmt: skip
        gauge = same.figure() if same else NOTHING
        gates = (*event_gates(gauge, events, None, n, settings), *_drift_gates(trend, settings))
        estimates = [figure.estimate("yearly_ratio_net_of_drift", "ratio per year", 0.0, counted),
                     gauge.estimate("yearly_ratio_same_person", "ratio per year", 0.0, counted)]  # fmt: skip
        cross = _cross_section(panel)
        everybody = {"member_months": len(panel.spell), "members": len(np.unique(panel.person)),
                     "events": int(panel.received.sum())}  # fmt: skip
        estimates.append(cross.estimate("yearly_ratio_cross_section", "ratio per year", 0.0, everybody))
        slope = trend.fit.figure() if trend.fit else NOTHING
        newcomers = {"member_months": trend.cells, "members": trend.joiners}
        estimates.append(slope.estimate("drift_ratio", "ratio per year", 0.0, newcomers))
        warnings, data = (IDENTIFICATION, *view.warnings), {"wrong": _wrong(cross, gauge)}
        if detail:
            estimates += _between(panel)
            warnings += self._caveats(view, panel, trend, wider is not None)
            data["curve"] = curve(view, panel, trend)
            data["attrition"] = attrition(view, settings.tenure_curve_years)
            data["rows"] = _rows(view, panel, kept)
        recent = kept & (panel.month >= panel.month.max(initial=0) - 11)
        return Measured(
            self.id,
            view.day,
            figure,
            theta0=0.0,
            delta=float(np.log(settings.margin_yearly_ratio)),
            estimates=tuple(estimates),
            gates=gates,
            n=n,
            unit=self.unit,
            per_month=float(recent.sum()) / 12,
            basis={"joined": "recorded"},
            warnings=warnings,
            data=data,
        )

    @staticmethod
    def _caveats(view: View, panel: Cells, trend: Drift, wide: bool) -> tuple[str, ...]:
        said: tuple[str, ...] = ()
        if trend.fit is None:
            said += (f"The chapter's own trend cannot be told yet: {trend.joiners} newcomers in "
                     f"{trend.months} months are too few to compare the years' newcomers.",)  # fmt: skip
        elif wide:
            said += ("The trend is that of newcomers in all groups of the workspace.",)
        odds, leavers = leaving_odds(view, panel)
        if odds is not None and odds > view.settings.tenure_leaving_odds:
            said += (f"Members here leave after a poor half-year: the odds are {odds:.1f} times as high for "
                     f"one standard deviation below the own pace ({leavers} leavings). That biases the "
                     "same-person figure downwards by one or two points a year.",)  # fmt: skip
        return said


def net_of(same: Fit, trend: Drift, people: tuple[str, ...]) -> Figure:
    """β − δ: variances added, degrees of freedom of β. A member is left out of both at once."""
    beta, variance = float(same.beta[0]), float(same.cov3[0, 0])
    fit = trend.fit
    assert fit is not None
    left_out: Floats = beta - trend.value - same.change[:, 0]
    by_person = dict(zip(trend.person_ids, fit.change[:, 0], strict=True))
    left_out = left_out + np.array([by_person.get(people[i], 0.0) for i in same.clusters])
    others = set(trend.person_ids) - {people[i] for i in same.clusters}
    left_out = np.concatenate([left_out, [beta - trend.value + by_person[p] for p in sorted(others)]])
    between = max(0.0, variance - float(same.cov_model[0, 0]))
    between += max(0.0, trend.variance - float(fit.cov_model[0, 0]))
    return Figure(beta - trend.value, float(np.sqrt(variance + trend.variance)), same.df, "exp", same.gstar,
                  len(same.clusters), {"member": left_out}, variance_between=between)  # fmt: skip


def _people(view: View, panel: Cells) -> tuple[str, ...]:
    """Person ids in the order of the panel's person codes."""
    return tuple(str(i) for i in np.unique(view.spells["person_id"].to_numpy()[panel.spell].astype(str)))


def _drift_gates(trend: Drift, settings: Settings) -> tuple[Gate, ...]:
    cells_short = settings.tenure_drift_cells - trend.cells
    return (
        Gate("newcomers' months", trend.cells, settings.tenure_drift_cells, max(0, cells_short)),
        Gate("newcomers", trend.joiners, settings.tenure_drift_joiners,
             clusters=max(0, settings.tenure_drift_joiners - trend.joiners)),
        Gate("calendar months with newcomers", trend.months, settings.tenure_drift_months),
    )  # fmt: skip


def _cross_section(panel: Cells) -> Figure:
    """Everybody pooled by tenure, as a chart of receipts by tenure would read (CV1 by member)."""
    try:
        design = np.column_stack([panel.tenure, panel.season, panel.dummies()])
        return pooled_poisson(panel.received, design, panel.exposure, panel.person).figure(0, "cov1")
    except (NotIdentifiedError, ValueError):
        return NOTHING


def _between(panel: Cells) -> list[Estimate]:
    try:
        season = np.column_stack([panel.season, panel.dummies()[:, 1:]])
        _, between = mundlak(panel.received, panel.tenure, panel.spell, panel.exposure, season, cluster=panel.person)
    except (NotIdentifiedError, ValueError):
        between = NOTHING
    return [between.estimate("yearly_ratio_between_people", "ratio per year", 0.0,
                             {"members": len(np.unique(panel.person))})]  # fmt: skip


def curve(view: View, panel: Cells, trend: Drift) -> pd.DataFrame:
    """tenure_year (from 0), same, low, high: the same people against their first year, 95 %, net of drift
    where it is known (column net); cross_section: whoever is there, against whoever is there in the first
    year."""
    year = np.minimum(np.floor(panel.tenure).astype(np.int64), view.settings.tenure_curve_years - 1)
    years = np.unique(year)
    if not len(years):
        return pd.DataFrame(columns=["tenure_year", "same", "low", "high", "cross_section", "net"])
    rate = np.array([panel.received[year == k].sum() / panel.exposure[year == k].sum() for k in years])
    base = rate[0] if rate[0] > 0 else np.nan
    out = pd.DataFrame({"tenure_year": years, "same": np.nan, "low": np.nan, "high": np.nan,
                        "cross_section": rate / base, "net": trend.fit is not None})  # fmt: skip
    out.loc[0, ["same", "low", "high"]] = 1.0
    fit = _by_year(panel, year, years)
    if fit is None:
        return out
    slope, spread = (trend.value, trend.variance) if trend.fit else (0.0, 0.0)
    for position, k in enumerate(years[1:]):
        ahead = float(k - years[0])
        theta = float(fit.beta[position]) - slope * ahead
        se = float(np.sqrt(fit.cov3[position, position] + spread * ahead**2))
        low, high = Figure(theta, se, fit.df, "exp", fit.gstar, len(fit.clusters)).bounds(0.95)
        out.loc[position + 1, ["same", "low", "high"]] = np.exp([theta, low, high])
    return out


def _by_year(panel: Cells, year: Codes, years: Codes) -> Fit | None:
    """Yearly dummies with a person effect; None where the years cannot be linked through the same people."""
    if len(years) < 2:
        return None
    design = np.column_stack([*((year == k).astype(float) for k in years[1:]), panel.season])
    try:
        return fe_poisson(panel.received, design, panel.spell, panel.exposure, panel.person)
    except NotIdentifiedError:
        return None


def _rows(view: View, panel: Cells, kept: np.ndarray) -> pd.DataFrame:
    behind = panel.cell_of_row >= 0
    behind[behind] = kept[panel.cell_of_row[behind]]
    ids, year = view.rows["referral_id"][behind].to_numpy(), np.floor(panel.tenure[panel.cell_of_row[behind]])
    return pd.DataFrame({"referral_id": ids, "arm": 1, "tenure_year": year.astype(int)})


def _wrong(cross: Figure, same: Figure) -> pd.DataFrame:
    return wrong_ratios((
        ("cross-section: members of different tenure compared", cross,
         "Those who received little have left: only the strong are there to be counted as long-standing."),
        ("the same person, trend left in", same,
         "If the whole chapter receives more each year, everybody's tenure seems to do it."),
    ))  # fmt: skip
