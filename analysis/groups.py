"""The same claim in several groups: each group's own figure, the mean over groups, and what a further group may expect.

A verdict pools the members of all groups of a scope. This stands beside it and decides nothing: it says how far groups
differ. No group is ranked by its raw figure: each is drawn to the mean as far as its own error makes it uncertain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis import across
from analysis.across import Across
from analysis.claims.base import Measured
from analysis.claims.registry import registry
from analysis.engine import as_of_day
from analysis.intervals import Floats
from analysis.population import Log, prepare
from analysis.result import Estimate, Frames
from analysis.scope import Scope
from analysis.settings import Settings

# Each claim's deciding estimate is compared. Not the shape of growth, which has a range and no standard error, and not
# moving between groups, which is in no single one. Of tenure it is the same-person ratio before the calendar's drift:
# few groups alone know theirs, and a drift shared by all of them would make their figures hang together.
NOT_COMPARED = ("L3", "T2")
COMPARED: Mapping[str, str] = {
    claim: next(iter(registry[claim].estimates)) for claim in registry if claim not in NOT_COMPARED
} | {"T1": "yearly_ratio_same_person"}
LEAST = across.LEAST
TOO_FEW = "too few members to know how exact its figure is"
NO_FIGURE = "no figure from its own records"
_HALF = 0.5


@dataclass(frozen=True)
class ByGroup:
    """One claim over groups. scale: share (worked on logits), difference (also of elasticities), ratio (and rate, on
    logarithms).

    table, by group_id: n (of the counting unit), unit, members, value, low95, high95 (its own), theta, se (working
    scale), enters (is part of the mean), why (if not), shrunk, shrunk_low, shrunk_high (95 %), top (chance to be among
    the quarter with the highest true values). mean: None with fewer than three groups that enter.
    null: no effect, in the estimate's own unit. further: where a further group like these lies (95 %), beyond: its
    chance to lie above no effect; None without a mean.
    """

    claim: str
    estimate: str
    scale: str
    null: float
    table: pd.DataFrame
    mean: Across | None
    further: tuple[float, float] | None = None
    beyond: float | None = None

    @property
    def entered(self) -> pd.DataFrame:
        return self.table[self.table["enters"]]

    def own(self, theta: float) -> float:
        """From the working scale to the estimate's own unit."""
        return float(_BACK[self.scale](theta))

    def average(self) -> tuple[float, float, float]:
        """The mean over groups with its 95 % range."""
        mean = self._mean()
        low, high = mean.bounds(0.95)
        return self.own(mean.theta), self.own(low), self.own(high)

    def spread(self) -> float:
        """How far true values of groups lie apart (standard deviation): of shares and differences in their own unit, of
        ratios as a factor."""
        mean = self._mean()
        tau = float(np.sqrt(mean.tau2))
        if self.scale == "ratio":
            return float(np.exp(tau))
        at = self.own(mean.theta)
        return tau * at * (1 - at) if self.scale == "share" else tau

    def funnel(self, level: float, se: Floats) -> tuple[Floats, Floats]:
        """Where a group with that error would lie if all groups were alike, in the estimate's own unit."""
        mean = self._mean()
        reach = float(stats.norm.ppf((1 + level) / 2)) * se
        back = _BACK[self.scale]
        return back(mean.theta - reach), back(mean.theta + reach)

    def outside(self, level: float) -> pd.DataFrame:
        """Groups that enter and lie outside that funnel."""
        rows = self.entered
        reach = float(stats.norm.ppf((1 + level) / 2)) * rows["se"]
        return rows[(rows["theta"] - self._mean().theta).abs() > reach]

    def to_json(self) -> dict[str, Any] | None:
        """Mean and spread over groups, and where a further group would lie; None without a mean."""
        if self.mean is None or self.further is None:
            return None
        value, low, high = self.average()
        return {
            "estimate": self.estimate, "groups": len(self.entered), "of": len(self.table), "mean": value,
            "low95": low, "high95": high, "i2": self.mean.i2, "spread": self.spread(),
            "further_low95": self.further[0], "further_high95": self.further[1],
            "further_beyond_null": self.beyond, "null": self.null,
        }  # fmt: skip

    def _mean(self) -> Across:
        if self.mean is None:
            raise ValueError("There is no mean of fewer than three groups.")
        return self.mean


_TO = {"share": special.logit, "difference": np.asarray, "ratio": np.log}
_SCALE = {"share": "share", "difference": "difference", "elasticity": "difference"}  # by unit; ratios otherwise
_RATES = ("children",)  # on logarithms too, but with theta0 and error in their own unit
_BACK = {"share": special.expit, "difference": np.asarray, "ratio": np.exp}


@dataclass(frozen=True)
class Groups:
    """claims: by claim id, those for which some group has a figure. day: as of which all are seen, None where nothing
    is compared."""

    day: int | None
    claims: Mapping[str, ByGroup]


def build(frames: Frames, scope: Scope, settings: Settings, claims: tuple[str, ...] = tuple(COMPARED)) -> Groups:
    """The claims in every group of the scope, all as of the scope's day; nothing for one person's log."""
    if scope.receiver or frames.receiver or frames.referrals["group_id"].nunique() < LEAST:
        return Groups(None, {})
    log = prepare(frames, settings)
    day = as_of_day(log, scope)
    if day is None:
        return Groups(day, {})
    logs = {group: only(log, group) for group in sorted(log.last_event)}
    logs = {group: mine for group, mine in logs.items() if len(mine.rows)}
    if len(logs) < LEAST:
        return Groups(day, {})
    found = {}
    for claim in [claim for claim in claims if claim in COMPARED]:
        measured = {group: registry[claim].measure(mine, day, settings) for group, mine in logs.items()}
        if (one := compare(claim, measured, settings)) is not None:
            found[claim] = one
    return Groups(day, found)


def only(log: Log, group: str) -> Log:
    """One group's part of a log that was prepared whole: what two chapters logged stays counted once."""

    def mine(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["group_id"] == group].reset_index(drop=True)

    return replace(
        log, rows=mine(log.rows), spells=mine(log.spells), listed=log.listed & {group}, dropped={},
        cover={group: log.cover.get(group, ())}, last_event={group: log.last_event[group]},
        touches=mine(log.touches), attendance=mine(log.attendance),
        covers={kind: {group: spans.get(group, ())} for kind, spans in log.covers.items()}, _views={},
    )  # fmt: skip


def compare(claim: str, measured: Mapping[str, Measured], settings: Settings) -> ByGroup | None:
    """None where no group has a figure."""
    rows: list[tuple] = []
    kinds: dict[str, None] = {}
    null = 0.0
    for group, each in measured.items():
        estimate = next((e for e in each.estimates if e.name == COMPARED[claim]), None)
        if estimate is not None and estimate.value is not None:
            kinds[estimate.unit], null = None, each.theta0
        rows.append((group, *_row(each, estimate, settings)))
    if not kinds:
        return None
    unit = next(iter(kinds))
    scale = _SCALE.get(unit, "ratio")
    columns = ["group_id", "n", "unit", "members", "value", "low95", "high95", "error", "enters", "why", "effective"]
    table = pd.DataFrame(rows, columns=columns)
    if unit in _RATES:
        table["error"] = table["error"] / table["value"]
    theta, se = _working(table, scale)
    table = table.drop(columns=["error", "effective"]).assign(theta=theta, se=se)
    enters = table["enters"].to_numpy(bool)
    mean = across.across(theta[enters], np.square(se[enters]))
    if scale == "ratio" and unit not in _RATES:
        null = float(np.exp(null))
    made = ByGroup(claim, COMPARED[claim], scale, null, table, mean)
    return made if mean is None else _drawn(made, theta[enters], se[enters])


def _drawn(of: ByGroup, theta: Floats, se: Floats) -> ByGroup:
    """With the range for a further group, and every group drawn to the mean, in the estimate's own unit."""
    found = across.plausible(theta, np.square(se))
    back = _BACK[of.scale]
    low, high = back(np.array(found.bounds(0.95)))
    centre, lows, highs = found.shrunken(0.95)
    columns = {"shrunk": back(centre), "shrunk_low": back(lows), "shrunk_high": back(highs),
               "top": found.top_quarter()}  # fmt: skip
    table = of.table.assign(**dict.fromkeys(columns, np.nan))
    table.loc[table["enters"], list(columns)] = np.column_stack(list(columns.values()))
    return replace(of, table=table, further=(float(low), float(high)),
                   beyond=found.beyond(float(_TO[of.scale](of.null))))  # fmt: skip


def _row(each: Measured, estimate: Estimate | None, settings: Settings) -> tuple:
    """n, its unit, members, value, low95, high95, error, enters, why not, effective members."""
    if estimate is None or estimate.value is None or each.unrecorded:
        return each.n, each.unit, 0, None, None, None, None, False, NO_FIGURE, 0.0
    members = estimate.n.get("members", estimate.n.get("receivers", 0))
    ends = (estimate.value, estimate.low95, estimate.high95, estimate.se)
    # Receivers of a contest are independent of one another and have no degrees of freedom: each counts as one.
    effective = float(estimate.n.get("decided", 0)) if estimate.df is None else estimate.df + 1
    enough = bool(estimate.se) and effective >= settings.gate_effective_clusters
    return each.n, each.unit, members, *ends, enough, "" if enough else TOO_FEW, effective


def _working(table: pd.DataFrame, scale: str) -> tuple[Floats, Floats]:
    """Figure and error on the working scale. None or all of a share has no logit: half a case goes to either side."""
    value, se = (table[c].astype(float).to_numpy() for c in ("value", "error"))
    if scale == "difference":
        return value, se
    with np.errstate(invalid="ignore", divide="ignore"):
        if scale == "ratio":
            return np.log(value), se
        n = np.maximum(table["effective"].astype(float).to_numpy(), 1.0)
        edge = (value <= 0) | (value >= 1)
        value = np.where(edge, (value * n + _HALF) / (n + 1), value)
        return special.logit(value), np.where(
            edge, 1 / np.sqrt((n + 1) * value * (1 - value)), se / (value * (1 - value))
        )
