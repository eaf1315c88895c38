"""Most of thirteen points: does a source with whom most of them are true refer more in the half-year after?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Measured, event_gates, not_recorded, wrong_ratios
from analysis.estimators import Codes, pairs
from analysis.intervals import NOTHING, Figure, Floats, two_way
from analysis.panel import Fit, NotIdentifiedError, fe_poisson_by
from analysis.population import Log, Mask, View
from analysis.rated import followed, of_scope, referred, spaced
from analysis.recorded import Gaps, gaps
from analysis.result import Estimate
from analysis.tidying import CHECKLIST

BINS = ((0, 3), (4, 6), (7, 9), (10, 12), (13, 13))
REFERENCE = 1  # the bin just below "most"


@dataclass(frozen=True)
class Rated:
    """One entry a counted rating. low, high: points answered yes, and those plus the unanswered ones; after, past:
    referrals in the half-year after and in the year before; ever: before at all; exposure: days followed."""

    assessment_id: np.ndarray
    assessor: Codes
    source: Codes
    names: np.ndarray
    day: Codes
    low: Floats
    high: Floats
    after: Floats
    past: Floats
    ever: Mask
    exposure: Floats
    sources_are_members: bool

    def most(self, least: int) -> tuple[Codes, Mask]:
        """1 where at least that many points are true, 0 where fewer; and where the unanswered ones leave it open."""
        unknown = (self.low < least) & (self.high >= least)
        return (self.low >= least).astype(np.int64), unknown


def rated(view: View) -> Rated:
    """Ratings with any point answered, at least half a year apart by pair, of assessors observed afterwards."""
    settings, table = view.settings, of_scope(view)
    answers = table[list(CHECKLIST)].to_numpy(dtype=float)
    table, answers = table[(~np.isnan(answers)).any(axis=1)], answers[(~np.isnan(answers)).any(axis=1)]
    keep = spaced(table, settings.capital_assessed_days)
    table, answers = table[keep], answers[keep]
    day, assessor, source = (table[c].to_numpy() for c in ("day", "assessor_id", "source_id"))
    day = day.astype(np.int64)
    watch = followed(view, assessor, day)
    end = np.minimum(watch.end, day + 1 + settings.capital_assessed_days)
    exposure = view.log.covered_days(watch.group, day + 1, np.maximum(end, day + 1)).astype(float)
    flow = referred(view, source, assessor)
    after = flow.count(day + 1, np.maximum(end, day + 1))
    past, ever = flow.count(day - 365, day), flow.count(np.zeros(len(day), np.int64), day + 1) > 0
    low = np.nansum(answers, axis=1)
    high = low + np.isnan(answers).sum(axis=1)
    use = watch.usable & (exposure > 0)
    ids = np.unique(assessor.astype(str))
    return Rated(
        table["assessment_id"].to_numpy(dtype=object)[use], np.searchsorted(ids, assessor.astype(str))[use],
        pd.factorize(source, sort=True)[0].astype(np.int64)[use], ids, day[use], low[use], high[use], after[use],
        past[use], ever[use], exposure[use], bool(np.isin(source, list(view.members)).any()),
    )  # fmt: skip


class Depth(Claim):
    """D4: referrals in the 180 days after a rating of 7 or more of the 13 points, over those after 6 or fewer; same
    assessor, at the same number of referrals in the year before.

    One entry an assessment of the source by the receiver, at least 180 days apart. The threshold is not searched for.

    data: "dose" (points, assessments, referrals, value, low, high: against 4 to 6 points), "members" (person_id, name,
    n1, referrals1, n0, referrals0 by assessor), "assessments" (assessment_id, assessor, day, points, past, after),
    "wrong".
    """

    id = "D4"
    title = "A source with whom most of thirteen points are true refers more"
    work = "How to Get More Out of the Time You Already Spend Networking"
    grade = "A"
    needs = ("assessments",)
    unit = "assessments"
    estimates: ClassVar = {
        "ratio_most_points": "referrals in the half-year after a rating with at least 7 of 13 points, over those with "
        "fewer; same assessor, beside the referrals of the year before",
        "ratio_never_referred": "the same among sources that had never referred before",
        "ratio_all_points": "all 13 points against fewer",
        "ratio_unadjusted": "the misleading way: without regard to the referrals before the rating",
        "ratio_past": "the misleading way: the rating against the referrals before it",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.assessments[list(CHECKLIST)].isna().all(axis=None):
            return not_recorded(self.id, view, ["assessments"])
        settings, found = view.settings, rated(view)
        arm, unknown = found.most(settings.capital_score_most)
        hole = gaps(view, "assessments", unknown)
        if hole.unrecorded:
            return not_recorded(self.id, view, ["assessments"])
        figure, kept = ratio(view, found, arm, ~unknown)
        events = [int(found.after[kept & (arm == k)].sum()) for k in (1, 0)]
        n = int(kept.sum())
        counted = {"assessments": n, "members": len(np.unique(found.assessor[kept])), "events": sum(events)}
        estimates = [figure.estimate("ratio_most_points", "ratio", 0.0, counted)]
        crude = ratio(view, found, arm, ~unknown, adjust=False)[0]
        data = {"wrong": _wrong(crude, _past(view, found, arm, ~unknown))}
        if detail:
            estimates += _secondary(view, found, arm, unknown, crude)
            data |= _frames(view, found, arm, kept)
        against, favour = _bounds(view, found, arm, unknown, hole)
        recent = kept & (found.day >= view.day - settings.capital_assessed_days - 365)
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
            estimates=tuple(estimates), gates=event_gates(figure, sum(events), min(events), n, settings),
            against=against, favour=favour, missing=hole.missing if hole.bounded else 0, missing_field="13 points",
            n=n, unit=self.unit, per_month=float(recent.sum()) / 12, basis={"assessments": "recorded"},
            cluster_unit="sources" if view.log.receiver else "members", warnings=view.warnings, data=data,
        )  # fmt: skip


def poisson(
    found: Rated, y: Floats, x: Floats, rows: Mask, clusters: list[Codes], exposure: Floats | None = None
) -> list[Fit]:
    """One fit a clustering, with an effect of each assessor; none where arms cannot be told apart."""
    time = found.exposure if exposure is None else exposure
    if not rows.any():
        return []
    try:
        return fe_poisson_by(y[rows], x[rows], found.assessor[rows], time[rows], [codes[rows] for codes in clusters])
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return []


def ratio(
    view: View, found: Rated, arm: Codes, rows: Mask, *, adjust: bool = True, y: Floats | None = None,
    exposure: Floats | None = None,
) -> tuple[Figure, Mask]:  # fmt: skip
    """Effect of arm 1 with an effect of each assessor, clustered by assessor, and by source too where sources are
    members; of one assessor, by his sources."""
    kept = np.zeros(len(rows), dtype=bool)
    outcome = found.after if y is None else y
    x = np.column_stack([arm.astype(float), np.log1p(found.past)]) if adjust else arm.astype(float)[:, None]
    alone, clusters = bool(view.log.receiver), [found.assessor]
    if alone:
        clusters = [found.source]
    elif found.sources_are_members:
        clusters += [found.source, pairs(found.assessor, found.source)]
    fits = poisson(found, outcome, x, rows, clusters, exposure)
    if not fits:
        return NOTHING, kept
    kept[np.flatnonzero(rows)[fits[0].kept]] = True
    figures = [f.figure() for f in fits]
    if alone:
        return replace(figures[0], left_out={"source": figures[0].left_out["member"]}), kept
    return (two_way((figures[0], figures[1], figures[2])) if len(figures) == 3 else figures[0]), kept


def _past(view: View, found: Rated, arm: Codes, rows: Mask) -> Figure:
    return ratio(view, found, arm, rows, adjust=False, y=found.past, exposure=np.ones(len(arm)))[0]


def _bounds(view: View, found: Rated, arm: Codes, unknown: Mask, hole: Gaps) -> tuple[Figure | None, Figure | None]:
    """Points left open: those whose source referred afterwards to the lower arm and the others to the upper, then the
    other way round."""
    if not hole.bounded:
        return None, None
    everybody = np.ones(len(arm), dtype=bool)
    busy = (found.after > 0).astype(np.int64)
    one, two = (ratio(view, found, np.where(unknown, k, arm), everybody)[0] for k in (1 - busy, busy))
    return one, two


def _secondary(view: View, found: Rated, arm: Codes, unknown: Mask, crude: Figure) -> list[Estimate]:
    new, kept = ratio(view, found, arm, ~unknown & ~found.ever, adjust=False)
    every, open_ = found.most(len(CHECKLIST))
    whole, used = ratio(view, found, every, ~open_)
    return [
        new.estimate("ratio_never_referred", "ratio", 0.0, {"assessments": int(kept.sum())}),
        whole.estimate("ratio_all_points", "ratio", 0.0, {"assessments": int(used.sum())}),
        crude.estimate("ratio_unadjusted", "ratio", 0.0, {"assessments": int((~unknown).sum())}),
        _past(view, found, arm, ~unknown).estimate("ratio_past", "ratio", 0.0, {"assessments": int((~unknown).sum())}),
    ]


def _frames(view: View, found: Rated, arm: Codes, kept: Mask) -> dict[str, pd.DataFrame]:
    level = np.searchsorted([low for low, _ in BINS], found.low, side="right") - 1
    # A bin without a referral has no rate to fit: it would pull the whole curve to infinity.
    others = [k for k in range(len(BINS)) if k != REFERENCE and found.after[level == k].sum() > 0]
    x = np.column_stack([*((level == k).astype(float) for k in others), np.log1p(found.past)])
    fitted = np.isin(level, [REFERENCE, *others])
    fit = next(iter(poisson(found, found.after, x, fitted, [found.assessor])), None) if others else None
    dose = []
    for k, (low, high) in enumerate(BINS):
        mine = level == k
        value: tuple[float, ...] = (1.0, 1.0, 1.0) if k == REFERENCE else (np.nan,) * 3
        if fit and k in others:
            figure = fit.figure(others.index(k))
            value = (float(np.exp(figure.theta)), *(float(v) for v in np.exp(figure.bounds(0.95))))
        if mine.any():
            name = f"{low} to {high}" if low < high else str(low)
            dose.append((name, int(mine.sum()), int(found.after[mine].sum()), *value))
    ids = found.names[found.assessor]
    table = pd.DataFrame({"assessment_id": found.assessment_id, "assessor": [view.log.names.get(i, i) for i in ids],
                          "day": found.day, "points": found.low.astype(int), "past": found.past.astype(int),
                          "after": found.after.astype(int)})[kept]  # fmt: skip
    out = pd.DataFrame({"person_id": np.unique(ids)}).set_index("person_id")
    frame = pd.DataFrame({"person_id": ids, "arm": arm, "y": found.after})
    for k in (1, 0):
        mine = frame[frame["arm"] == k].groupby("person_id")["y"]
        out[f"n{k}"], out[f"referrals{k}"] = mine.size(), mine.sum()
    out = out.fillna(0).astype(int)
    out.insert(0, "name", [view.log.names.get(i, i) for i in out.index])
    columns = ["points", "assessments", "referrals", "value", "low", "high"]
    return {"dose": pd.DataFrame(dose, columns=columns), "members": out.reset_index(),
            "assessments": table.reset_index(drop=True)}  # fmt: skip


def _wrong(crude: Figure, past: Figure) -> pd.DataFrame:
    return wrong_ratios((
        ("the rating against referrals already received", past,
         "Whoever has just been referred rates the source higher: the rating follows the referrals."),
        ("the rating, whatever had been received before", crude,
         "A source that refers often was rated high because it did, and goes on as before."),
    ))  # fmt: skip
