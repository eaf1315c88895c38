"""Do sources that see more value in referring you begin sooner?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from analysis import survival
from analysis.claims.base import Claim, Gate, Measured, event_gates, not_recorded, with_wrong
from analysis.concordance import concordance
from analysis.cox import Hazards, hazards
from analysis.estimators import Codes, compact
from analysis.intervals import NOTHING, Figure, Floats
from analysis.panel import NotIdentifiedError
from analysis.population import Log, View
from analysis.rated import followed, of_scope, referred, span_end
from analysis.result import Estimate

PROXY = "Perceived value is not recorded for most sources: the comfort rating stands in for it, which is not the same."
ONE_RATER = (
    "Who begins sooner is judged from several people's ratings of their sources: one person's are too few. Choose the "
    "whole group to see it."
)
LAST = 365  # days that the curves show


@dataclass(frozen=True)
class Sources:
    """One entry a source at its first rating, which it reached without having referred its assessor.

    rating 0 … 10; time, event: days to the first referral or to the end of observation; field: which rating it is.
    """

    names: np.ndarray
    assessor: Codes
    rating: Floats
    day: Codes
    time: Codes
    event: Codes
    field: str

    def stratum(self, least: int) -> Codes:
        """An assessor with enough sources is a stratum; the others share one."""
        size = np.bincount(self.assessor, minlength=len(self.names))
        return np.where(size[self.assessor] >= least, self.assessor + 1, 0)


def sources(view: View) -> Sources:
    table = of_scope(view)
    rating = table[["perceived_value", "comfort"]]
    rows = rating.notna().any(axis=1)
    missing = float(rating["perceived_value"][rows].isna().mean()) if rows.any() else 1.0
    field = "comfort" if missing > view.settings.null_bound else "perceived_value"
    table = table[table[field].notna()].drop_duplicates(["assessor_id", "source_id"])
    day = table["day"].to_numpy(dtype=np.int64)
    assessor, source = table["assessor_id"].to_numpy(dtype=object), table["source_id"].to_numpy(dtype=object)
    watch, flow = followed(view, assessor, day), referred(view, source, assessor)
    last = np.minimum(watch.end, span_end(view, watch.group, day)) - 1 - day
    wait = flow.next(day + 1) - day
    keep = (last > 0) & (flow.count(np.zeros(len(day), np.int64), day + 1) == 0)
    names = np.unique(assessor.astype(str))
    event = (wait <= last).astype(np.int64)
    return Sources(names, np.searchsorted(names, assessor.astype(str))[keep], table[field].to_numpy(dtype=float)[keep],
                   day[keep], np.where(event == 1, wait, last)[keep], event[keep], field)  # fmt: skip


class PerceivedValue(Claim):
    """Q2: hazard ratio of the first referral per point of the source's first rating, stratified by assessor.

    data: "thirds" (third, low, high, sources, referred, value: mean days without a referral within a year), "curves"
    (arm 1 lower, 2 middle, 3 upper third; day, value: share that has referred, at_risk), "members" (person_id, name,
    sources, referred), "wrong".
    """

    id = "Q2"
    title = "The more value a source sees in it, the sooner it refers"
    author = "Author not named"
    work = "How To Get Referrals From New Referral Sources Quickly"
    grade = "A"
    needs = ("perceived_value",)
    unit = "rated sources"
    estimates: ClassVar = {
        "hazard_ratio_per_point": "hazard of a first referral per point of the rating (0 to 10), among the sources of "
        "the same assessor",
        "hazard_ratio_everybody": "the misleading way: over the sources of all assessors",
        "concordance": "of two sources rated by the same person, how often the one rated higher refers first",
        "days_saved_upper_third": "mean days without a referral within a year, lower third less upper third",
        "proportionality_z": "whether the hazard ratio changes with time (beyond ±2 it does)",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.assessments[["perceived_value", "comfort"]].isna().all(axis=None):
            return not_recorded(self.id, view, ["perceived_value"])
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(ONE_RATER,), warnings=view.warnings)
        settings, found = view.settings, sources(view)
        fit = _fit(found, found.stratum(settings.capital_stratum_sources))
        figure = fit.figure() if fit else NOTHING
        n, events = len(found.rating), int(found.event.sum())
        counted = {"sources": n, "members": len(np.unique(found.assessor)), "events": events}
        crude = _crude(found)
        estimates = [figure.estimate("hazard_ratio_per_point", "ratio per point", 0.0, counted),
                     crude.estimate("hazard_ratio_everybody", "ratio per point", 0.0, counted)]  # fmt: skip
        table, steps = thirds(found)
        warnings = view.warnings + ((PROXY,) if found.field == "comfort" else ())
        data = {"wrong": _wrong(crude)}
        if detail:
            more, said = _secondary(found, fit, table)
            estimates, warnings = estimates + more, warnings + said
            data |= {"thirds": table, "curves": _curves(view, found), "members": _members(view, found)}
        recent = int((found.day >= view.day - 365).sum())
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.capital_per_point)),
            estimates=tuple(estimates), gates=(*event_gates(figure, events, None, n, settings), _levels(found)),
            n=n, unit=self.unit, per_month=recent / 12, cluster_unit="assessors",
            basis={found.field: "recorded" if found.field == "perceived_value" else "proxy"},
            warnings=warnings, data=data, adds="step by step" if steps else "but not step by step",
        )  # fmt: skip


def _fit(found: Sources, stratum: Codes) -> Hazards | None:
    if not found.event.any():
        return None
    try:
        return hazards(found.time.astype(float), found.event, found.rating, stratum, found.assessor)
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return None


def _crude(found: Sources) -> Figure:
    """Everybody in one stratum, every source for itself, normal quantiles."""
    fit = _fit(replace(found, assessor=np.arange(len(found.rating))), np.zeros(len(found.rating), dtype=np.int64))
    if fit is None:
        return NOTHING
    return replace(fit.figure(), se=float(np.sqrt(fit.robust[0, 0])), df=1e6)


def _levels(found: Sources) -> Gate:
    return Gate("different ratings", len(np.unique(found.rating)), 2)


def thirds(found: Sources) -> tuple[pd.DataFrame, bool]:
    """Sources by third of the rating (ties stay together), with the mean days without a referral in the first year;
    and whether each higher third is sooner than the one below."""
    columns = ["third", "low", "high", "sources", "referred", "value"]
    if len(found.rating) < 3:
        return pd.DataFrame(columns=columns), False
    arm = _third(found)
    rows = []
    for k in (1, 2, 3):
        mine = arm == k
        if mine.any():
            value = _mean_days(found.time[mine], found.event[mine])
            rows.append((k, found.rating[mine].min(), found.rating[mine].max(), int(mine.sum()),
                         int(found.event[mine].sum()), value))  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table, len(table) == 3 and bool((np.diff(table["value"]) < 0).all())


def _third(found: Sources) -> Codes:
    low, high = np.quantile(found.rating, [1 / 3, 2 / 3])
    return np.where(found.rating <= low, 1, np.where(found.rating <= high, 2, 3))


def _mean_days(time: Codes, event: Codes) -> float:
    counts = survival.total(survival.count(time, event, LAST))
    return float(survival.restricted_mean(survival.survival(counts)))


def _secondary(found: Sources, fit: Hazards | None, table: pd.DataFrame) -> tuple[list[Estimate], tuple[str, ...]]:
    c = concordance(found.rating, found.time.astype(float), found.event, found.assessor)
    arm = _third(found) if len(found.rating) >= 3 else np.zeros(len(found.rating), dtype=np.int64)
    ends = arm != 2
    saved = NOTHING
    if ends.any() and (arm == 1).any() and (arm == 3).any():
        codes = compact(found.assessor[ends])[0]
        saved = survival.curve_difference(
            lambda k: survival.restricted_mean(survival.survival(k)), found.time[ends], found.event[ends],
            (arm[ends] == 1).astype(np.int64), tau=LAST, cluster=codes, at_risk=1, both_arms_from=8,
        )  # fmt: skip
    z = fit.time_trend() if fit else float("nan")
    told = Figure(z, float("nan"), 1.0, "identity", 0.0, 0)
    said: tuple[str, ...] = ()
    if abs(z) > stats.norm.ppf(0.995):
        said = (
            "The rating matters more at some times after it than at others: read the thirds rather than the ratio.",
        )
    n = {"sources": len(found.rating)}
    return [c.estimate("concordance", "share", 0.5, n), saved.estimate("days_saved_upper_third", "days", 0.0, n),
            told.estimate("proportionality_z", "z", None, n)], said  # fmt: skip


def _curves(view: View, found: Sources) -> pd.DataFrame:
    """arm (1 lower, 2 middle, 3 upper third), day, value: share that has referred, at_risk."""
    parts = []
    arm = _third(found) if len(found.rating) >= 3 else np.zeros(len(found.rating), dtype=np.int64)
    for k in (1, 2, 3):
        mine = arm == k
        counts = survival.total(survival.count(found.time[mine], found.event[mine], LAST))
        end = survival.followed_to(counts, view.settings.gate_at_risk) + 1
        parts.append(pd.DataFrame({"arm": k, "day": np.arange(end), "value": survival.incidence(counts)[:end],
                                   "at_risk": counts.at_risk()[:end].astype(int)}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _members(view: View, found: Sources) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": found.names[found.assessor], "referred": found.event})
    out = frame.groupby("person_id", sort=True)["referred"].agg(["size", "sum"]).reset_index()
    out.columns = ["person_id", "sources", "referred"]
    out.insert(1, "name", [view.log.names.get(i, i) for i in out["person_id"]])
    return out


def _wrong(crude: Figure) -> pd.DataFrame:
    if not crude.usable:
        return with_wrong([])
    why = "Optimists rate all their sources high and receive more anyhow: assessors are compared, not sources."
    at95, at99 = np.exp(crude.bounds(0.95)), np.exp(crude.bounds(0.99))
    return with_wrong([("over the sources of all assessors", float(np.exp(crude.theta)),
                        (float(at95[0]), float(at95[1])), (float(at99[0]), float(at99[1])), why)])  # fmt: skip
