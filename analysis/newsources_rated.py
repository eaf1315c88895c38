"""Ratings of sources and whether a referral followed: by what was said, with everybody still open counted as open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis import survival
from analysis.claims.ratings import Scored, scored
from analysis.estimators import compact
from analysis.intervals import NOTHING
from analysis.population import View
from analysis.rated import of_scope, referred
from analysis.relations import together

FIELDS = ("comfort", "perceived_value")
BANDS = (("0–3", 0, 3), ("4–6", 4, 6), ("7–10", 7, 10))
LOW = 3  # a rating up to this is a low one


@dataclass(frozen=True)
class Answers:
    """Ratings of one kind by sources that had not referred in the year before. days: the horizon.

    bands: band, n, referred, share (cumulative incidence within the horizon), low, high; NaN where too few are followed
    that long. dots: rating, source_id, source, assessor, days to the referral (NA without one), one a rating. low:
    source_id, source, assessor_id, assessor, rating, day of the latest rating, referrals of the source to the assessor
    in the whole log, since = of these after the rating; those rated at most 3, by name.
    """

    days: int
    bands: pd.DataFrame
    dots: pd.DataFrame
    low: pd.DataFrame

    @property
    def silent(self) -> int:
        """Low raters that have never referred."""
        return int((self.low["referrals"] == 0).sum())


Rated = Mapping[str, Answers]


def rated(view: View, wanted: Mapping[str, set[str]]) -> Rated | None:
    """By field of FIELDS; None where nothing is rated. wanted: ids of sources and receivers (the assessors) asked
    for, empty = all."""
    found = {}
    for name in FIELDS:
        rows = view.log.assessments
        if rows[name].notna().any():
            made = _answers(view if name == "comfort" else _read_as_comfort(view, name), wanted)
            if len(made.dots) or len(made.low):
                found[name] = made
    return found or None


def _read_as_comfort(view: View, name: str) -> View:
    """The same log with another rating in the column `comfort`: what follows reads that one."""
    rows = view.log.assessments
    other = replace(view.log, assessments=rows.assign(comfort=rows[name]), _views={}).at(view.day)
    other.shared["relations.together"] = together(view)  # who was a member with whom is the same
    return other


def _answers(view: View, wanted: Mapping[str, set[str]]) -> Answers:
    """Of the rating that stands in the column `comfort`."""
    table, names = of_scope(view), view.log.names
    table = table[table["comfort"].notna()]
    for column, key in (("source_id", "source"), ("assessor_id", "receiver")):
        if wanted[key]:
            table = table[table[column].isin(wanted[key])]
    found = scored(view)
    source = table.set_index("assessment_id")["source_id"].reindex(found.assessment_id)
    mine = source.notna().to_numpy()
    dots = pd.DataFrame({
        "rating": found.comfort[mine], "source_id": source[mine].to_numpy(),
        "source": [names.get(i, i) for i in source[mine]],
        "assessor": [names.get(i, i) for i in found.names[found.assessor[mine]]],
        "days": pd.array(found.time[mine], dtype="Float64"),
    })  # fmt: skip
    dots["days"] = dots["days"].mask(~found.event[mine].astype(bool))
    return Answers(view.settings.capital_assessed_days, _bands(view, found, mine), dots, _low(view, table))


def _bands(view: View, found: Scored, mine: np.ndarray) -> pd.DataFrame:
    rows, tau = [], view.settings.capital_assessed_days
    who = np.asarray(found.assessment_id) if view.log.receiver else found.assessor  # one rater: ratings are the sample
    for band, least, most in BANDS:
        inside = mine & (found.comfort >= least) & (found.comfort < most + 1)
        time, event = found.time[inside].astype(np.int64), found.event[inside].astype(np.int64)
        cluster = compact(np.unique(who[inside], return_inverse=True)[1])[0] if inside.any() else np.empty(0, np.int64)
        settled = int(((time >= tau) | (event == 1)).sum())  # whose half-year is over, or who has referred in it
        figure = NOTHING
        if settled >= view.settings.gate_at_risk:
            figure = survival.curve_share(survival.incidence_at_end, time, event, tau, cluster=cluster, at_risk=0)
        rows.append((band, int(inside.sum()), int(event.sum()), figure.theta, *figure.bounds(0.95)))
    return pd.DataFrame(rows, columns=["band", "n", "referred", "share", "low", "high"])


def _low(view: View, table: pd.DataFrame) -> pd.DataFrame:
    last = table.sort_values("day", kind="stable").drop_duplicates(["assessor_id", "source_id"], keep="last")
    last = last[last["comfort"] <= LOW]
    flow = referred(view, last["source_id"].to_numpy(dtype=object), last["assessor_id"].to_numpy(dtype=object))
    day = last["day"].to_numpy(dtype=np.int64)
    until = np.full(len(last), view.day, dtype=np.int64)
    frame = pd.DataFrame({
        "source_id": last["source_id"], "source": [view.log.names.get(i, i) for i in last["source_id"]],
        "assessor_id": last["assessor_id"], "assessor": [view.log.names.get(i, i) for i in last["assessor_id"]],
        "rating": last["comfort"], "day": day,
        "referrals": flow.count(np.zeros(len(last), np.int64), until).astype(int),
        "since": flow.count(day + 1, until).astype(int),
    })  # fmt: skip
    return frame.sort_values(["source", "assessor"], kind="stable").reset_index(drop=True)
