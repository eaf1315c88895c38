"""The thirteen points: how often each is true of the chapter's relationships, and which are true of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.population import prepare, to_date, to_day
from analysis.result import Frames
from analysis.scope import Scope
from analysis.tidying import CHECKLIST


@dataclass(frozen=True)
class Profile:
    """points: point (q01 …), n (answered), yes, share, low95, high95 (over those who assess; NaN of fewer than two),
    in the checklist's order. latest: assessor_id, source_id, assessor, source, day, q01 … q13 (1, 0, NaN), comfort,
    perceived_value: the last assessment of each relationship. middle: median of points true, among those with all
    thirteen answered (NaN without any)."""

    as_of: date
    points: pd.DataFrame = field(repr=False, compare=False)
    latest: pd.DataFrame = field(repr=False, compare=False)
    assessors: int
    middle: float

    def of(self, assessor: str, source: str | None) -> pd.DataFrame:
        """One person's assessments, of one source or of all."""
        rows = self.latest[self.latest["assessor_id"] == assessor]
        rows = rows if source is None else rows[rows["source_id"] == source]
        return rows.reset_index(drop=True)


def build(frames: Frames, scope: Scope) -> Profile | None:
    """None where no assessment has an answer."""
    log = prepare(frames)
    if log.assessments.empty or log.assessments[list(CHECKLIST)].isna().all(axis=None):
        return None
    day = min([log.default_day or log.imported_on + 1, *(to_day(d) for d in (scope.end, scope.as_of) if d)])
    rows = log.assessments[log.assessments["day"] < day]
    if log.receiver:
        rows = rows[rows["assessor_id"] == log.receiver]
    rows = rows[rows[list(CHECKLIST)].notna().any(axis=1)].sort_values(["day", "assessment_id"], kind="stable")
    latest = rows.drop_duplicates(["assessor_id", "source_id"], keep="last").reset_index(drop=True)
    if latest.empty:
        return None
    for column, key in (("assessor", "assessor_id"), ("source", "source_id")):
        latest[column] = [log.names.get(p, p) for p in latest[key]]
    latest = latest.sort_values(["assessor", "source", "assessment_id"], kind="stable").reset_index(drop=True)
    answers = latest[list(CHECKLIST)]
    whole = answers.dropna().sum(axis=1)
    return Profile(to_date(day), _points(latest), latest, latest["assessor_id"].nunique(),
                   float(whole.median()) if len(whole) else float("nan"))  # fmt: skip


def _points(latest: pd.DataFrame) -> pd.DataFrame:
    code = np.unique(latest["assessor_id"].astype(str), return_inverse=True)[1]
    g = int(code.max()) + 1
    rows = []
    for point in CHECKLIST:
        answer = latest[point].to_numpy(float)
        known = np.isfinite(answer)
        if not known.any():
            rows.append((point, 0, 0, *(float("nan"),) * 3))
            continue
        figure = estimators.share(
            np.bincount(code[known], answer[known], g), np.bincount(code[known], minlength=g) * 1.0
        )
        low, high = figure.bounds(0.95)
        rows.append((point, int(known.sum()), int(answer[known].sum()), float(figure.theta), float(low), float(high)))
    return pd.DataFrame(rows, columns=["point", "n", "yes", "share", "low95", "high95"])
