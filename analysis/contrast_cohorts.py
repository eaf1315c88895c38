"""Those who joined in the same year, followed from year to year of their membership: a description, small n and all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimators import share
from analysis.population import View, prepare, to_date
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import Settings
from analysis.tenure_panel import DAYS_A_YEAR, cells, observed_tenure

FEWEST = 5  # members of a cell, for a range
MONTHS = 6.0  # member-months below which a cell says nothing
COHORTS, YEARS = 7, 6  # shown, of joining and of membership; earlier cohorts stand together


@dataclass(frozen=True)
class Cohorts:
    """table: cohort (year of joining; the first may stand for it and all before), earlier (it does), tenure_year (from
    0), members, months, received, rate (a member and month), low, high (95 %, members as the sample; NaN with fewer
    than five). joined: members by cohort. staying: years since joining, seen (spells observed in the year that ends
    there), left (in it), share still members, low, high (95 %).
    """

    table: pd.DataFrame
    joined: pd.DataFrame
    staying: pd.DataFrame

    @property
    def empty(self) -> bool:
        return self.table.empty


def build(frames: Frames, scope: Scope, day: int | None, settings: Settings) -> Cohorts:
    """Received a member and month, by year of joining and year of membership; months that no import covers, and spells
    whose joining is not known, do not enter."""
    columns = ["cohort", "earlier", "tenure_year", "members", "months", "received", "rate", "low", "high"]
    nothing = Cohorts(pd.DataFrame(columns=columns), pd.DataFrame(columns=["cohort", "members"]), pd.DataFrame())
    log = prepare(replace(frames, receiver=None), settings)
    if day is None or scope.receiver:
        return nothing
    view = log.at(day)
    panel = cells(view)
    if not len(panel.spell):
        return nothing
    year = np.array([to_date(d).year for d in view.spells["joined"]], dtype=np.int64)[panel.spell]
    first = int(year.max()) - COHORTS + 1
    tenure = np.floor(panel.tenure).astype(np.int64)
    frame = pd.DataFrame({"cohort": np.maximum(year, first), "tenure_year": tenure, "person": panel.person,
                          "received": panel.received, "exposure": panel.exposure})  # fmt: skip
    people = frame.groupby("cohort")["person"].nunique()
    frame = frame[frame["tenure_year"] < YEARS]
    merged = bool((year < first).any())
    rows = [
        (int(cohort), merged and int(cohort) == first, int(tenure_year), *_cell(cell))
        for (cohort, tenure_year), cell in frame.groupby(["cohort", "tenure_year"], sort=True)
        if cell["exposure"].sum() >= MONTHS
    ]
    return Cohorts(pd.DataFrame(rows, columns=columns), people.rename("members").reset_index(),
                   staying(view, settings.tenure_curve_years))  # fmt: skip


def staying(view: View, years: int) -> pd.DataFrame:
    """Share of joiners still there after whole years (product limit with delayed entry, as the claim's attrition), with
    Greenwood's error on the log-log scale: as many years as there were spells to see."""
    entry, leave, ended = observed_tenure(view)
    times = np.unique(leave[ended])
    gone = np.array([(ended & (leave == t)).sum() for t in times], dtype=float)
    there = np.array([((entry < t) & (leave >= t)).sum() for t in times], dtype=float)
    rows = []
    for year in range(1, years + 1):
        low, high = (year - 1) * DAYS_A_YEAR, year * DAYS_A_YEAR
        seen = int(((entry < high) & (leave > low)).sum())
        if not seen:
            break
        past = times <= high
        d, n = gone[past], there[past]
        share_ = float(np.prod(1 - d / n))
        left = int(gone[past & (times > low)].sum())
        rows.append((year, seen, left, share_, *_ends(share_, float(np.sum(d / (n * np.maximum(n - d, 1)))))))
    return pd.DataFrame(rows, columns=["years", "seen", "left", "share", "low", "high"])


def _ends(share_: float, relative: float) -> tuple[float, float]:
    """relative: Greenwood's sum, the variance of log S."""
    if not 0 < share_ < 1:
        return float("nan"), float("nan")
    reach = stats.norm.ppf(0.975) * np.sqrt(relative) / abs(np.log(share_))
    return float(share_ ** np.exp(reach)), float(share_ ** np.exp(-reach))


def _cell(cell: pd.DataFrame) -> tuple[int, float, int, float, float, float]:
    """members, months, received, rate, low, high."""
    by = cell.groupby("person")[["received", "exposure"]].sum()
    figure = share(by["received"].to_numpy(float), by["exposure"].to_numpy(float), "log")
    low, high = (np.nan, np.nan)
    if len(by) >= FEWEST and figure.theta > 0:
        low, high = figure.bounds(0.95)
    return len(by), float(by["exposure"].sum()), int(by["received"].sum()), figure.theta, float(low), float(high)
