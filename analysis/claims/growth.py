"""Is growth exponential? The shape of a group's networked referrals per member over the months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import growth
from analysis.claims.base import Claim, Gate, Measured, not_recorded, with_wrong
from analysis.claims.repeatable import WHOLE_GROUP
from analysis.growth import Growth
from analysis.intervals import Figure, Floats
from analysis.population import Log, Mask, View, month_start, months
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate
from analysis.tenure_panel import DAYS_A_MONTH, whole_months

MONTHS_A_YEAR = 12
FOLD, REFERRALS = 4, 2000  # about what it takes to tell a line from an exponential


class GrowthShape(Claim):
    """L3: shape p of the trend of networked referrals per active member and month: 0 exponential, 1 a line. Banded:
    supported if the exponential is accepted and the line rejected; contradicted the other way round, or if it is flat.
    Season is taken out, and the members are the sample (see analysis.growth).

    data: months (month = first day, exposure in member-months, networked, linear, and the fitted counts line and
    exponential; partial months are not there), rows (arm 1 networked, 0 linear), wrong.
    """

    id = "L3"
    title = "Results from networking grow exponentially, not on a line"
    work = "3 Common Delusions About Referral Sources"
    grade = "D"
    needs = ("present",)
    unit = "months"
    estimates: ClassVar = {
        "growth_shape": "shape of the trend of networked referrals per member: 0 is exponential, 1 is a straight line; "
        "the interval holds the shapes that the months do not reject (looked for between −0.5 and 1.5)",
        "fold_change": "networked referrals per member at the end over the beginning, by the exponential curve",
        "doubling_time": "years in which they would double, if the growth is exponential",
        "gain_per_month_and_year": "networked referrals a month and member gained with each year, if it is a line",
        "linear_fold_change": "the same change of the linear stream",
        "growth_shape_of_totals": "the misleading way: totals, not per member",
        "growth_shape_cumulative": "the misleading way: everything so far, month by month",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(WHOLE_GROUP,), warnings=view.warnings)
        settings, since = view.settings, recording(view, "present")
        if since.never:
            return not_recorded(self.id, view, ["present"])
        panel = _months(view, since.since)
        present = view.rows["present"].to_numpy()
        enters = panel.cell >= 0
        hole = gaps(view, "present", np.isnan(present[enters]))
        if hole.unrecorded:
            return not_recorded(self.id, view, ["present"])
        margin, month = float(np.log(settings.margin_ratio)), panel.month
        networked = panel.count(present == 0)
        figure, fit = panel.shape(networked, margin)
        against = favour = None
        if hole.bounded:  # neither end favours a shape: both extremes must lead to the same verdict
            against, favour = figure, panel.shape(panel.count((present == 0) | np.isnan(present)), margin)[0]
        n, events = len(month), int(networked.sum())
        counted = {"months": n, "referrals": events}
        estimates = [figure.estimate("growth_shape", "shape", 1.0, counted), *_sizes(fit, month, counted)]
        data: dict[str, pd.DataFrame] = {}
        if detail:
            said, data["wrong"] = _wrong(networked.sum(axis=0), panel.t, margin)
            linear = panel.count(present == 1)
            other = panel.shape(linear, margin)[1]
            if other:
                estimates.append(other.fold().estimate("linear_fold_change", "ratio", 0.0,
                                                       {"months": n, "referrals": int(linear.sum())}))  # fmt: skip
            estimates += said
            data["months"] = _frame(panel, networked.sum(axis=0), linear.sum(axis=0), fit)
            used = enters & ~np.isnan(present)
            data["rows"] = pd.DataFrame({"referral_id": view.rows["referral_id"].to_numpy()[used],
                                         "arm": (present[used] == 0).astype(int)})  # fmt: skip
        need = settings.gate_growth_months
        return Measured(
            self.id, view.day, figure, theta0=1.0, delta=0.0, estimates=tuple(estimates),
            gates=(Gate("whole months", n, need, max(0, need - n)), Gate("events", events, settings.gate_events)),
            against=against, favour=favour, missing=hole.missing, missing_field="present", n=n, unit=self.unit,
            per_month=1.0, basis={"present": "recorded"}, warnings=view.warnings + left_out_notes(view, [since]),
            data=data, rule="shape", planning=_planning(fit, events),
        )  # fmt: skip


@dataclass(frozen=True)
class GroupMonths:
    """month (since January 1970); exposures: member-months, members × months; member, cell: place of each row of the
    view, −1 where its month does not count or its receiver was no member."""

    month: np.ndarray
    exposures: Floats
    member: np.ndarray
    cell: np.ndarray

    @property
    def t(self) -> Floats:
        """0 at the first month, 1 at the last."""
        month = self.month
        return (month - month[0]) / max(1, month[-1] - month[0]) if len(month) else np.empty(0)

    def count(self, rows: Mask) -> Floats:
        """Rows of the mask by member and month."""
        held = rows & (self.cell >= 0)
        out = np.zeros(self.exposures.shape)
        np.add.at(out, (self.member[held], self.cell[held]), 1.0)
        return out

    def shape(self, counts: Floats, margin: float) -> tuple[Figure, Growth | None]:
        angle = 2 * np.pi * (self.month % MONTHS_A_YEAR + 1) / MONTHS_A_YEAR
        season = np.column_stack([np.cos(angle), np.sin(angle)])
        return growth.shape(counts, self.exposures, self.t, margin, season)


def _months(view: View, since: Mapping[str, int]) -> GroupMonths:
    """Months wholly covered, and recorded, in every group that has begun by then."""
    covered = {g: whole_months(view, g) for g in since}
    covered = {g: m[month_start(m) >= since[g]] for g, m in covered.items()}
    every = np.unique(np.concatenate([*covered.values(), np.empty(0, np.int64)])).astype(np.int64)
    first = {g: m.min() for g, m in covered.items() if len(m)}
    month = np.array([m for m in every if all(m in covered[g] for g in first if m >= first[g])], dtype=np.int64)
    spells = view.spells[view.spells["group_id"].isin(first)]
    people = pd.Index(sorted(set(spells["person_id"])))
    low = np.maximum(spells["joined"].to_numpy()[:, None], month_start(month))
    days = np.maximum(np.minimum(spells["left"].to_numpy()[:, None], month_start(month + 1)) - low, 0)
    begins = spells["group_id"].map(first).to_numpy(dtype=np.int64)
    exposures = np.zeros((len(people), len(month)))
    np.add.at(exposures, people.get_indexer(spells["person_id"]),
              np.where(month >= begins[:, None], days, 0) / DAYS_A_MONTH)  # fmt: skip
    own = months(view.given)
    cell = np.searchsorted(month, own)
    begun = view.rows["group_id"].map(first).to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        found = (cell < len(month)) & (view.spell_of_row >= 0) & (own >= begun)
    found[found] = month[cell[found]] == own[found]
    return GroupMonths(month, exposures, people.get_indexer(view.rows["receiver_id"]), np.where(found, cell, -1))


def _sizes(fit: Growth | None, month: np.ndarray, counted: dict[str, int]) -> list[Estimate]:
    if fit is None:
        return []
    fold, years = fit.fold(), (month[-1] - month[0]) / MONTHS_A_YEAR
    slope, line = fold.theta / years, np.exp(fit.fit(1.0).ends)
    double = float(np.log(2) / slope) if slope > 0 else None
    return [fold.estimate("fold_change", "ratio", 0.0, counted),
            Estimate("doubling_time", double, "years", n=counted),
            Estimate("gain_per_month_and_year", (line[1] - line[0]) / years, "per month", n=counted)]  # fmt: skip


def _planning(fit: Growth | None, events: int) -> str | None:
    if fit is None:
        return None
    fold = float(np.exp(fit.fold().theta))
    return (f"To tell the two apart takes about {FOLD}-fold growth and {REFERRALS:,} referrals; "
            f"here it is {fold:.1f}-fold and {events:,}.")  # fmt: skip


def _wrong(y: Floats, t: Floats, margin: float) -> tuple[list[Estimate], pd.DataFrame]:
    rows, out = [], []
    for name, key, counts, why in (
        ("totals, not per member", "growth_shape_of_totals", y,
         "More members bring more referrals: the curve is that of joining."),
        ("everything so far, added up", "growth_shape_cumulative", np.cumsum(y),
         "What is added up always rises, and bends upwards as soon as the group grows."),
    ):  # fmt: skip
        figure, fit = growth.shape(counts, np.ones(len(counts)), t, margin)
        if fit is not None:
            rows.append((name, figure.theta, figure.bounds(0.95), figure.bounds(0.99), why))
            out.append(figure.estimate(key, "shape", 1.0, {"months": len(counts)}))
    return out, with_wrong(rows)


def _frame(panel: GroupMonths, networked: Floats, linear: Floats, fit: Growth | None) -> pd.DataFrame:
    exposure = panel.exposures.sum(axis=0)
    out = pd.DataFrame(
        {"month": month_start(panel.month), "exposure": exposure, "networked": networked, "linear": linear}
    )
    for name, shape in (("line", 1.0), ("exponential", 0.0)):
        out[name] = np.nan
        if fit is not None:
            out.loc[exposure > 0, name] = fit.fit(shape).curve
    return out
