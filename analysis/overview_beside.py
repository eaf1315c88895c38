"""What stands beside a period instead of an earlier one: the other groups at this size, or a goal.

Other groups differ in size, so each is taken per member and day that its imports cover, and the mean of the groups
is scaled to the members and days of the period shown. Every group counts once, however large it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from analysis.overview import Kpi, Overview, totals
from analysis.overview_log import Ground, Log, Span, open_log
from analysis.periods import COVERED_ENOUGH, shift
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings

SCALED = ("referrals", "won", "active_sources", "value")  # grow with the members; the others are shares or per seat
FEW = 3  # groups, below which their mean has no interval
MATURE = 10  # referrals of a group, below which its close rate says nothing
NO_GOAL, NARROWED, NO_OTHERS, NO_SIZES, NO_SOURCE = "no_goal", "narrowed", "no_others", "no_sizes", "no_source"


@dataclass(frozen=True)
class Mean:
    """Mean over groups, its 95 % interval (None below three groups), and how many groups."""

    value: float
    low95: float | None
    high95: float | None
    n: int


@dataclass(frozen=True)
class Others:
    """The other groups. totals, months: means by column, of the period and of each month; SCALED columns are per
    member-day. groups: how many there are with a member list and imports of the period; missing: why none."""

    groups: int
    totals: dict[str, Mean] = field(default_factory=dict)
    months: dict[date, dict[str, Mean]] = field(default_factory=dict)
    missing: str = ""


def build(
    frames: Frames, scope: Scope, mine: tuple[str, ...], ground: Ground, spans: tuple[Span, ...],
    months: tuple[Span, ...], settings: Settings = DEFAULT,
) -> Others:  # fmt: skip
    """The means of the groups that are not `mine`. frames: of every group that the viewer may see, narrowed by the
    same filters. months: the covered part of each month shown."""
    ids = sorted(set(frames.memberships["group_id"]) - set(mine)) if len(frames.memberships) else []
    others = sorted(set(frames.referrals["group_id"].dropna()) - set(mine))
    if not others:
        return Others(0, missing=NO_OTHERS)
    logs = [log for group in others if group in ids and (log := _log(frames, scope, group, ground, settings))]
    logs = [log for log in logs if _covered(log, spans)]
    if not logs:
        return Others(0, missing=NO_SIZES)
    by_month = {span[0].replace(day=1): _means(logs, (span,)) for span in months}
    return Others(len(logs), _means(logs, spans), by_month)


def _log(frames: Frames, scope: Scope, group: str, ground: Ground, settings: Settings) -> Log | None:
    cover, listed = frames.coverage, frames.memberships
    own = replace(
        frames,
        referrals=frames.referrals[frames.referrals["group_id"] == group],
        memberships=listed[listed["group_id"] == group],
        coverage=cover[cover["group_id"] == group] if len(cover) else cover,
        thanks=frames.thanks[frames.thanks["group_id"] == group],
    )
    opened = open_log(own, replace(scope, groups=(group,), receiver=None), ground, (), settings)
    return opened[0] if opened else None


def _covered(log: Log, spans: tuple[Span, ...]) -> bool:
    days = sum((end - start).days for start, end in spans)
    return bool(log.known(spans) >= COVERED_ENOUGH * days and log.seat_days(spans).sum() > 0)


def _means(logs: list[Log], spans: tuple[Span, ...]) -> dict[str, Mean]:
    found: dict[str, list[float]] = {}
    for log in logs:
        if not _covered(log, spans):
            continue
        figures = totals(log, spans)
        for column, value in figures.items():
            few = column == "close_rate" and figures["mature"] < MATURE
            if np.isnan(value) or few or column in ("members", "member_days", "mature"):
                continue
            size = figures["member_days"] if column.startswith(SCALED) else 1.0
            found.setdefault(column, []).append(value / size)
    return {column: _mean(np.array(values)) for column, values in found.items()}


def _mean(values: np.ndarray) -> Mean:
    n, centre = len(values), float(values.mean())
    if n < FEW:
        return Mean(centre, None, None, n)
    reach = float(stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return Mean(centre, max(0.0, centre - reach), centre + reach, n)


def month_spans(view: Overview) -> tuple[Span, ...]:
    """The part of each month shown that has happened and lies in the period."""
    if view.window is None:
        return ()
    starts = [m.date() for m in view.months.month]
    spans = [(max(m, view.window.start), min(shift(m, 1), view.window.seen)) for m in starts]
    return tuple(span for span in spans if span[0] < span[1])


def others_scope(scope: Scope) -> tuple[Scope, str]:
    """The scope of the others' side, and why there is none: a source is one group's acquaintance."""
    if any(field == "source" for field, _ in scope.filters):
        return scope, NO_SOURCE
    filters = tuple(f for f in scope.filters if f[0] != "receiver")
    return replace(scope, groups=(), receiver=None, filters=filters), ""


def with_others(view: Overview, others: Others) -> Overview:
    """The overview with the other groups where the earlier period stood."""
    if others.missing or not view.member_days:
        return _alone(view, others.missing or NO_SIZES)
    kpis = [_beside(k, others.totals.get(_column(k)), view.member_days) for k in view.kpis]
    months = view.months.copy()
    for column in _drawn(view):
        months[f"before_{column}"] = [
            _scaled(column, others.months.get(row.month.date(), {}).get(column), row.member_days)
            for row in months.itertuples()
        ]
    months = _dated_alike(months)
    return replace(view, kpis=tuple(kpis), months=months, groups=others.groups)


def with_goal(view: Overview, settings: Settings, *, narrowed: bool) -> Overview:
    """The overview with the goal of the days that imports cover; a goal is of all groups and all referrals."""
    goals = _goals(view, settings)
    if not goals or narrowed or view.window is None:
        return _alone(view, NO_GOAL if not goals else NARROWED)
    months = view.months.copy()
    part = months.covered_days / months.days
    for column in _drawn(view):
        goal = goals.get(column)
        months[f"before_{column}"] = part.where(part > 0) * goal if goal else np.nan
    elapsed = _months_in(view)
    kpis = [
        replace(k, before=goals[_column(k)] * elapsed if _column(k) in goals else None, n_before=None)
        for k in view.kpis
    ]
    return replace(view, kpis=tuple(kpis), months=_dated_alike(months), missing="")


def _goals(view: Overview, settings: Settings) -> dict[str, float]:
    currency = settings.goal_currency or next(iter(view.currencies), "")
    goals = {
        "referrals": settings.goal_referrals_per_month,
        "won": settings.goal_won_per_month,
        f"value_{currency}": settings.goal_value_per_month,
    }
    return {column: goal for column, goal in goals.items() if goal > 0}


def _months_in(view: Overview) -> float:
    """Covered months of the period, parts of months included."""
    return float((view.months.covered_days / view.months.days).sum())


def _alone(view: Overview, why: str) -> Overview:
    """Nothing stands beside the figures, and why."""
    kpis = tuple(replace(k, before=None, n_before=None) for k in view.kpis)
    months = view.months.copy()
    months[[f"before_{c}" for c in _drawn(view)]] = np.nan
    return replace(view, kpis=kpis, months=_dated_alike(months), missing=why)


def _dated_alike(months: pd.DataFrame) -> pd.DataFrame:
    return months.assign(before_month=months.month, before_state=months.state)


def _drawn(view: Overview) -> list[str]:
    return ["referrals", "won", "close_rate", "active_sources", *(f"value_{c}" for c in view.currencies)]


def _column(kpi: Kpi) -> str:
    return f"{kpi.name}_{kpi.currency}" if kpi.currency is not None else kpi.name


def _scaled(column: str, mean: Mean | None, member_days: float) -> float:
    if mean is None:
        return np.nan
    return mean.value * member_days if column.startswith(SCALED) else mean.value


def _beside(kpi: Kpi, mean: Mean | None, member_days: float) -> Kpi:
    if mean is None:
        return replace(kpi, before=None, n_before=None)
    size = member_days if _column(kpi).startswith(SCALED) else 1.0
    low, high = (None if v is None else v * size for v in (mean.low95, mean.high95))
    return replace(kpi, before=mean.value * size, n_before=mean.n, before_low95=low, before_high95=high)
