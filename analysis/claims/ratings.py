"""From subjective to objective: does a number for comfort repeat itself, and does it foretell who will refer?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Gate, Measured, Part, event_gates, not_recorded, with_wrong
from analysis.concordance import concordance, difference
from analysis.estimators import Codes
from analysis.intervals import Figure, Floats
from analysis.population import Log, View
from analysis.rated import followed, of_scope, referred, spaced, span_end
from analysis.reliability import icc, icc_within, kr20
from analysis.tidying import CHECKLIST

TRUST = ("q01", "q02", "q09")  # like, know and trust
ONE_RATER = (
    "Whether a rating repeats itself and foretells is judged from several people who rate their sources: one alone is "
    "too few. Choose the whole group to see it."
)


@dataclass(frozen=True)
class Scored:
    """One entry a rating of a source that had not referred its assessor in the year before.

    time, event: days to its next referral, to the horizon or to the end of observation; feel: of the items on liking,
    knowing and trusting, how many are true (NaN: not all answered).
    """

    assessment_id: np.ndarray
    names: np.ndarray
    assessor: Codes
    comfort: Floats
    feel: Floats
    day: Codes
    time: Floats
    event: Codes


def scored(view: View, *, fresh: bool = True) -> Scored:
    """fresh=False keeps sources that referred in the year before: the misleading way."""
    settings, table = view.settings, of_scope(view)
    table = table[table["comfort"].notna()]
    table = table[spaced(table, settings.capital_assessed_days)]
    day = table["day"].to_numpy(dtype=np.int64)
    assessor, source = table["assessor_id"].to_numpy(dtype=object), table["source_id"].to_numpy(dtype=object)
    watch, flow = followed(view, assessor, day), referred(view, source, assessor)
    last = np.minimum(watch.end, span_end(view, watch.group, day)) - 1 - day
    time = np.minimum(last, settings.capital_assessed_days)
    wait = flow.next(day + 1) - day
    event = wait <= time
    keep = (time > 0) & ((flow.count(day - 365, day + 1) == 0) if fresh else np.ones(len(day), dtype=bool))
    names = np.unique(assessor.astype(str))
    feel = table[list(TRUST)].sum(axis=1, skipna=False).to_numpy(dtype=float)
    return Scored(table["assessment_id"].to_numpy(dtype=object)[keep], names,
                  np.searchsorted(names, assessor.astype(str))[keep], table["comfort"].to_numpy(dtype=float)[keep],
                  feel[keep], day[keep], np.where(event, wait, time)[keep].astype(float),
                  event[keep].astype(np.int64))  # fmt: skip


def repeats(view: View) -> pd.DataFrame:
    """assessor, source, first, second, days: ratings of comfort and the next one of the same source by the same
    assessor within 90 days; no rating is used twice."""
    table = of_scope(view)
    table = table[table["comfort"].notna()]
    out: list[tuple[str, str, float, float, int]] = []
    before: tuple[str, str, float, int] | None = None
    for row in table.itertuples(index=False):
        same = before is not None and before[:2] == (row.assessor_id, row.source_id)
        if before and same and 0 < row.day - before[3] <= view.settings.capital_retest_days:
            out.append((*before[:2], before[2], float(row.comfort), int(row.day - before[3])))
            before = None
        else:
            before = (row.assessor_id, row.source_id, float(row.comfort), int(row.day))
    return pd.DataFrame(out, columns=["assessor", "source", "first", "second", "days"])


class Ratings(Claim):
    """Q3: a composite. (a) ICC of comfort ratings and their repeats within 90 days, within assessor, above .5; (b)
    C-index of the rating for a referral in the next 180 days, within assessor, among sources without a referral in the
    year before, above .55. (b) is the figure, tested against .5 for "no difference" and "contradicted"; supported takes
    both parts.

    data: "retest" (assessor, source, first, second, days), "calibration" (rating, ratings, referred, share: of the
    fresh ratings, who referred within the horizon), "members" (person_id, name, ratings, referred), "wrong".
    """

    id = "Q3"
    title = "A number from 0 to 10 turns a feeling into something you can rely on"
    author = "Author not named"
    work = "How To Get Referrals From New Referral Sources Quickly"
    grade = "P"
    needs = ("comfort",)
    unit = "assessments"
    estimates: ClassVar = {
        "concordance": "of two sources rated by the same person, how often the one rated higher refers first (C-index, "
        "next 180 days, no referral in the year before)",
        "reliability": "agreement of a rating with its repeat within 90 days, the assessor's own level taken out (ICC)",
        "concordance_less_trust": "C-index of the rating less that of the items on liking, knowing and trusting",
        "kr20": "agreement of the 13 items with one another (KR-20)",
        "concordance_everybody": "the misleading way: the C-index over sources of different assessors",
        "reliability_everybody": "the misleading way: agreement with kind and strict assessors left in",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.assessments["comfort"].isna().all():
            return not_recorded(self.id, view, ["comfort"])
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(ONE_RATER,), warnings=view.warnings)
        settings, found, pairs = view.settings, scored(view), repeats(view)
        figure = concordance(found.comfort, found.time, found.event, found.assessor)
        first, second = (pairs[c].to_numpy(dtype=float) for c in ("first", "second"))
        rater = np.unique(pairs["assessor"].astype(str), return_inverse=True)[1]
        agreement = icc_within(first, second, rater.astype(np.int64))
        theta0 = 0.5 + settings.capital_concordance
        n, events = len(found.comfort), int(found.event.sum())
        counted = {"assessments": n, "members": figure.clusters, "events": events}
        repeated = {"repeated_ratings": len(pairs), "members": agreement.clusters}
        estimates = [figure.estimate("concordance", "share", theta0, counted),
                     agreement.estimate("reliability", "share", settings.capital_reliability, repeated)]  # fmt: skip
        data = {}
        if detail:
            estimates += _secondary(view, found, first, second, counted)
            data = {"retest": _named(view, pairs), "calibration": _calibration(found), "members": _members(view, found)}
        data["wrong"] = _wrong(found, scored(view, fresh=False), first, second)
        recent = int((found.day >= view.day - 365).sum())
        least = settings.gate_clusters
        raters = Gate("assessors who rated a source twice", agreement.clusters, least,
                      clusters=max(0, least - agreement.clusters))  # fmt: skip
        return Measured(
            self.id, view.day, figure, theta0=0.5, delta=settings.capital_concordance, estimates=tuple(estimates),
            gates=(*event_gates(figure, events, None, n, settings), raters), n=n, unit=self.unit,
            per_month=recent / 12, cluster_unit="assessors", basis={"comfort": "recorded"}, warnings=view.warnings,
            data=data, parts=(Part("concordance", figure, theta0),
                              Part("reliability", agreement, settings.capital_reliability, 0.95)),
        )  # fmt: skip


def _secondary(view: View, found: Scored, first: Floats, second: Floats, n: dict[str, int]) -> list:
    full = ~np.isnan(found.feel)
    less = difference(found.comfort[full], found.feel[full], found.time[full], found.event[full], found.assessor[full])
    items = of_scope(view)[list(CHECKLIST)].dropna().to_numpy(dtype=float)
    agree = _bare(kr20(items) if len(items) else float("nan"))
    everybody = _everybody(found)
    plain = _bare(icc(np.column_stack([first, second])) if len(first) > 1 else float("nan"))
    return [
        less.estimate("concordance_less_trust", "difference", 0.0, {"assessments": int(full.sum())}),
        agree.estimate("kr20", "share", None, {"assessments": len(items)}),
        everybody.estimate("concordance_everybody", "share", None, n),
        plain.estimate("reliability_everybody", "share", None, {"repeated_ratings": len(first)}),
    ]


def _bare(value: float) -> Figure:
    """A number without an interval."""
    return Figure(value, float("nan"), 1.0, "identity", 0.0, 0)


def _everybody(found: Scored) -> Figure:
    """C over all pairs of ratings, as if one person had made them."""
    return concordance(found.comfort, found.time, found.event, np.zeros(len(found.comfort), dtype=np.int64))


def _named(view: View, pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.assign(**{c: [view.log.names.get(i, i) for i in pairs[c]] for c in ("assessor", "source")})


def _calibration(found: Scored) -> pd.DataFrame:
    frame = pd.DataFrame({"rating": found.comfort, "referred": found.event})
    out = frame.groupby("rating", sort=True)["referred"].agg(["size", "sum"]).reset_index()
    out.columns = ["rating", "ratings", "referred"]
    return out.assign(share=out["referred"] / out["ratings"])


def _members(view: View, found: Scored) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": found.names[found.assessor], "referred": found.event})
    out = frame.groupby("person_id", sort=True)["referred"].agg(["size", "sum"]).reset_index()
    out.columns = ["person_id", "ratings", "referred"]
    out.insert(1, "name", [view.log.names.get(i, i) for i in out["person_id"]])
    return out


def _wrong(fresh: Scored, everyone: Scored, first: Floats, second: Floats) -> pd.DataFrame:
    nothing = (float("nan"), float("nan"))
    rows = []
    for name, value, why in (
        ("over sources of different assessors", _everybody(fresh).theta,
         "Optimists who rate everybody high and receive more anyhow make any rating look as if it foretold."),
        ("sources that had referred before left in", _everybody(everyone).theta,
         "The rating repeats what has already happened: who has just referred is rated high, and refers again."),
        ("agreement with kind and strict assessors left in",
         icc(np.column_stack([first, second])) if len(first) > 1 else float("nan"),
         "Assessors who always rate high agree with themselves without telling their sources apart."),
    ):  # fmt: skip
        if np.isfinite(value):
            rows.append((name, value, nothing, nothing, why))
    return with_wrong(rows)
