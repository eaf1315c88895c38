"""What happened in a period, beside the period that it is compared with: totals, months, and what is missing.

Pure: frames in, one frozen Overview out. Periods are half-open. Four rules keep it truthful:

- a month that no import covers is a gap (NaN), never a zero, and a month that is covered in part says so;
- a running period is compared like with like: with the same part of the earlier period;
- currencies are never added together, and a close rate counts only referrals that had time to close;
- money per seat needs a list of members: without one it is not recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.overview_log import YEAR, Ground, Log, Period, Span, open_log, within
from analysis.overview_rows import THANKS
from analysis.periods import months_between, shift
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings

FEW = 5  # members, below which they are no sample
OWNED = 0.95  # share of the value that members must have earned for a range over members


@dataclass(frozen=True)
class Kpi:
    """One figure of the period and of what it is compared with; None = nothing known. n: what it is of."""

    name: str  # referrals | won | value | close_rate | active_sources | members | seat_value | member_value
    value: float | None
    before: float | None
    currency: str | None = None
    n: int | None = None
    n_before: int | None = None
    low95: float | None = None
    high95: float | None = None
    largest: float | None = None  # the largest single amount in it
    unknown: int = 0  # won referrals in it that name no amount
    trend: tuple[float | None, ...] = ()  # by month, None in a gap
    recorded: bool = True
    before_low95: float | None = None  # of the other groups' mean
    before_high95: float | None = None


@dataclass(frozen=True)
class Overview:
    """The period's figures. `months` has one row a month of the period, with the earlier period's beside it:

    month, state (full | partial | gap), covered_days, days, referrals, won, active_sources, mature, close_rate,
    members, member_days and by currency value_<C>, seat_value_<C>; the same with `before_` for the month that it is
    compared with (analysis.overview_beside puts other groups or a goal there).
    rows: ids of the referrals given, won and mature in the period. basis: won | thanks | None, what Value is made of.
    groups: how many other groups stand beside; missing: why nothing does.
    """

    as_of: date | None
    window: Period | None
    before: Period | None
    compare: str
    kpis: tuple[Kpi, ...] = ()
    currencies: tuple[str, ...] = ()
    months: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    notes: tuple[str, ...] = ()
    ground: Ground | None = None
    basis: str | None = None
    member_days: float = 0.0
    rows: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)
    groups: int = 0
    missing: str = ""

    @property
    def empty(self) -> bool:
        return self.window is None

    def kpi(self, name: str, currency: str | None = None) -> Kpi:
        return next(k for k in self.kpis if k.name == name and currency in (None, k.currency))


def build(
    frames: Frames, scope: Scope, ground: Ground | None = None, months: tuple[str, ...] = (),
    settings: Settings = DEFAULT,
) -> Overview:  # fmt: skip
    """The overview of a scope; frames hold the rows that its groups and filters leave (see open_log)."""
    opened = open_log(frames, scope, ground, months, settings)
    if opened is None:
        return Overview(None, None, None, scope.compare)
    log, window, before = opened
    table = _months(log, window, scope.compare)
    return Overview(
        log.as_of, window, before, scope.compare, _kpis(log, window, before, table), log.currencies, table,
        _notes(frames, log, table), log.ground, log.basis,
        float(log.seat_days(window.spans).sum()), _row_ids(log, window),
    )  # fmt: skip


def totals(log: Log, spans: tuple[Span, ...]) -> dict[str, float]:
    """The figures of some spans; NaN where nothing is known of one."""
    p, days = log.plain, log.seat_days(spans)
    given, paid_in = within(p.given, spans), within(p.paid, spans)
    mature, listed, paid = given & p.mature, log.seats is not None, log.known_paid(spans) > 0
    sources = np.unique(p.source[given])
    figures = {
        "referrals": int(given.sum()),
        "won": int((p.won & within(p.closed, spans)).sum()),
        "active_sources": int((sources >= 0).sum()),
        "mature": int(mature.sum()),
        "close_rate": float(p.in_time[mature].mean()) if mature.any() else np.nan,
        "members": int((days > 0).sum()) if listed else np.nan,
        "member_days": float(days.sum()) if listed else np.nan,
    }
    for currency in log.currencies:
        value = float(p.amount[paid_in & (p.currency == currency)].sum()) if paid else np.nan
        held = log.seat_days(spans, currency)
        held = held[held > 0]
        figures[f"value_{currency}"] = value
        figures[f"seat_value_{currency}"] = value / (float(held.sum()) / YEAR) if len(held) else np.nan
        figures[f"member_value_{currency}"] = value / len(held) if len(held) else np.nan
    return figures


def _months(log: Log, window: Period, compare: str) -> pd.DataFrame:
    """One row a month; the earlier months are drawn whole, also where the totals are cut like with like."""
    starts = [window.start.replace(day=1)]
    while shift(starts[-1], 1) < window.end:
        starts.append(shift(starts[-1], 1))
    length = months_between(window.start, window.end) if window.start.day == window.end.day == 1 else None
    back = 12 if compare == "last_year" else length or max(1, round((window.end - window.start).days / 30.4375))
    table = pd.DataFrame([_month(log, month, max(month, window.start), window.seen) for month in starts])
    earlier = [shift(month, -back) for month in starts]
    then = pd.DataFrame([_month(log, month, month, log.as_of) for month in earlier])
    return pd.concat([table, then.add_prefix("before_")], axis=1)


def _month(log: Log, month: date, first: date, seen: date) -> dict[str, object]:
    end = shift(month, 1)
    last = max(first, min(end, seen))
    known, days = log.known([(first, last)]), (end - month).days
    figures = totals(log, ((first, last),))
    if not known:
        figures = dict.fromkeys(figures, np.nan)
    state = "gap" if not known else "full" if known == days else "partial"
    return {"month": pd.Timestamp(month), "state": state, "covered_days": known, "days": days, **figures}


def _kpis(log: Log, window: Period, before: Period, months: pd.DataFrame) -> tuple[Kpi, ...]:
    now = totals(log, window.spans)
    then = totals(log, before.spans) if before.covered else {}
    status, listed = bool(log.rows.status.notna().any()), log.seats is not None

    def kpi(name: str, column: str, **more: Any) -> Kpi:
        trend = tuple(_known(v) for v in months[column].astype(float))
        value = now[column] if window.covered else np.nan
        return Kpi(name, _known(value), _known(then.get(column, np.nan)), trend=trend, **more)

    def each(name: str, make: Any, recorded: bool) -> list[Kpi]:
        found = [kpi(name, f"{name}_{c}", currency=c, **make(c)) for c in log.currencies if recorded]
        return found or [Kpi(name, None, None, recorded=recorded and log.basis is not None)]

    low, high = _close_interval(log, window)
    mature = {"n": int(now["mature"]), "n_before": int(then.get("mature", 0))}
    return (
        kpi("referrals", "referrals"),
        kpi("won", "won", recorded=status),
        *each("value", lambda c: _value(log, window, c), recorded=True),
        kpi("close_rate", "close_rate", **mature, low95=low, high95=high, recorded=status),
        kpi("active_sources", "active_sources"),
        kpi("members", "members", recorded=listed),
        *each("seat_value", lambda c: _seat_value(log, window, c, per_year=True), recorded=listed),
        *each("member_value", lambda c: _seat_value(log, window, c, per_year=False), recorded=listed),
    )


def _known(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(value)


def _value(log: Log, window: Period, currency: str) -> dict[str, Any]:
    paid = log.earned(window.spans, currency)
    unknown = int(log.won(window.spans).amount.isna().sum()) if log.basis != THANKS else 0
    return {"n": len(paid), "largest": _known(paid.amount.max()), "unknown": unknown}


def _seat_value(log: Log, window: Period, currency: str, *, per_year: bool) -> dict[str, Any]:
    """n and the 95 % interval with the members as the sample; none of fewer than five, or where not all that was
    earned is known to be some member's."""
    years, value = log.seat_values(window.spans, currency)
    low = high = np.nan
    if len(years) >= FEW and value.sum() > OWNED * log.earned(window.spans, currency).amount.sum():
        low, high = estimators.share(value, years if per_year else np.ones(len(years)), link="log").bounds(0.95)
    return {"n": len(years), "low95": _known(low), "high95": _known(high)}


def _close_interval(log: Log, window: Period) -> tuple[float | None, float | None]:
    """95 % interval of the close rate with the receivers, not the referrals, as the sample.

    Of a single receiver the sources are the sample.
    """
    mature = log.mature(window.spans)
    by = mature.in_time.groupby(mature.receiver if mature.receiver.nunique() > 1 else mature.source)
    if by.ngroups < 2:
        return None, None
    low, high = estimators.share(by.sum().to_numpy(float), by.size().astype(float).to_numpy()).bounds(0.95)
    return _known(low), _known(high)


def _row_ids(log: Log, window: Period) -> dict[str, list[str]]:
    """Ids of the referrals behind the measures of the trend."""
    given, won, mature = (list(f(window.spans).id) for f in (log.given, log.won, log.mature))
    return {"referrals": given, "active_sources": given, "won": won, "close_rate": mature}


def _notes(frames: Frames, log: Log, months: pd.DataFrame) -> tuple[str, ...]:
    notes, rows = [], log.rows
    if gaps := int((months.state == "gap").sum()):
        notes.append(f"No import covers {gaps} of the {len(months)} months shown; they are gaps, not zeros.")
    if undated := int(frames.referrals["given"].isna().sum()):
        notes.append(f"{undated} referrals have no date of their own and are not in these months.")
    if unclosed := int((rows.won & rows.closed.isna()).sum()):
        notes.append(f"{unclosed} won referrals have no closing date and are not counted as won in any month.")
    if unnamed := int((log.money.amount.notna() & log.money.currency.isna()).sum()):
        notes.append(f"{unnamed} amounts name no currency and are in no value.")
    return tuple(notes)
