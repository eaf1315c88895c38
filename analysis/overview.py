"""What happened in a period, beside the period that it is compared with: totals, months, and what is missing.

Pure: frames in, one frozen Overview out. Periods are half-open. Three rules keep it truthful:

- a month that no import covers is a gap (NaN), never a zero, and a month that is covered in part says so;
- a running period is compared like with like: with the same part of the earlier period;
- currencies are never added together, and a close rate counts only referrals that had time to close.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analysis import estimators, settings
from analysis.periods import Window, covered_days, day_number, day_of, months_between, shift
from analysis.result import Frames
from analysis.scope import Scope

HORIZON = (
    settings.load().horizon_days
)  # days in which a referral must be won to count as won; younger ones are not mature
MONTHS = 12  # the period shown when none was chosen


@dataclass(frozen=True)
class Kpi:
    """One figure of the period and of the earlier one; None = nothing known. Shares carry n and an interval."""

    name: str  # referrals | won | value | close_rate | active_sources
    value: float | None
    before: float | None
    currency: str | None = None
    n: int | None = None
    n_before: int | None = None
    low95: float | None = None
    high95: float | None = None
    largest: float | None = None  # the largest single amount in it
    trend: tuple[float | None, ...] = ()  # by month, None in a gap
    recorded: bool = True


@dataclass(frozen=True)
class Overview:
    """The period's figures. `months` has one row a month of the period, with the earlier period's beside it:

    month, state (full | partial | gap), covered_days, days, referrals, won, active_sources, mature, close_rate
    and one value_<CURRENCY> a currency; the same with `before_` for the month that it is compared with.
    """

    as_of: date | None
    window: Window | None
    before: Window | None
    compare: str
    kpis: tuple[Kpi, ...] = ()
    currencies: tuple[str, ...] = ()
    months: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self.window is None

    def kpi(self, name: str, currency: str | None = None) -> Kpi:
        return next(k for k in self.kpis if k.name == name and currency in (None, k.currency))


@dataclass(frozen=True)
class _Log:
    """The scope's dated rows, the days that imports cover (sorted integers), and the as-of day (exclusive)."""

    rows: pd.DataFrame
    covered: np.ndarray
    as_of: date
    currencies: tuple[str, ...] = ()

    def known(self, start: date, end: date) -> int:
        """Covered days of [start, end)."""
        first, last = np.searchsorted(self.covered, [day_number(start), max(day_number(start), day_number(end))])
        return int(last - first)

    def given(self, start: date, end: date) -> pd.DataFrame:
        return self.rows[(self.rows.given >= day_number(start)) & (self.rows.given < day_number(end))]

    def won(self, start: date, end: date) -> pd.DataFrame:
        """Won referrals by the day on which they closed."""
        r = self.rows
        return r[r.won & (r.closed >= day_number(start)) & (r.closed < day_number(end))]

    def mature(self, start: date, end: date) -> pd.DataFrame:
        """Referrals given in [start, end) whose horizon has been observed, with `in_time`: won within it."""
        given = self.given(start, end)
        mature = given[given.given + HORIZON <= day_number(self.as_of) - 1]
        taken = mature.closed - mature.given
        return mature.assign(in_time=(mature.won & (taken >= 0) & (taken <= HORIZON)).astype(float))

    def totals(self, start: date, end: date) -> dict[str, float]:
        given, won, mature = self.given(start, end), self.won(start, end), self.mature(start, end)
        return {
            "referrals": len(given),
            "won": len(won),
            "active_sources": given.source.nunique(),
            "mature": len(mature),
            "close_rate": float(mature.in_time.mean()) if len(mature) else np.nan,
            **{f"value_{c}": float(won.amount[won.currency == c].sum()) for c in self.currencies},
        }


def build(frames: Frames, scope: Scope) -> Overview:
    """The overview of a scope; frames hold the scope's rows only (groups and receiver already applied)."""
    rows = _rows(frames, scope)
    as_of = scope.as_of or _as_of(rows, frames.imported_on)
    if as_of is None:
        return Overview(None, None, None, scope.compare)
    rows = rows[rows.given < day_number(as_of)]
    rows = rows.assign(closed=rows.closed.where(rows.closed < day_number(as_of)))  # a later closing is not known yet
    log = _Log(rows, covered_days(frames.coverage, rows.given, as_of), as_of)
    window = _window(scope, log)
    before = _earlier(window, scope.compare, log)
    log = replace(log, currencies=_currencies(log, window, before))
    months = _months(log, window, scope.compare)
    kpis = _kpis(log, window, before, months)
    notes = _notes(frames, rows, months)
    return Overview(as_of, window, before, scope.compare, kpis, log.currencies, months, notes)


def _rows(frames: Frames, scope: Scope) -> pd.DataFrame:
    """Dated referrals with plain numbers; a self-referral is not one."""
    r = frames.referrals
    own = (r["source_id"] == r["receiver_id"]).fillna(False).astype(bool)
    r = r[r["given"].notna() & ~own]
    if scope.receiver:
        r = r[r["receiver_id"] == scope.receiver]
    return pd.DataFrame(
        {
            "given": r["given"].astype("int64"),
            "closed": pd.to_numeric(r["closed"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan),
            "won": (r["status"] == "won").fillna(False).astype(bool),
            "status": r["status"],
            "source": r["source_id"],
            "receiver": r["receiver_id"],
            "group": r["group_id"],
            "amount": pd.to_numeric(r["amount"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan),
            "currency": r["currency"],
        }
    )


def _as_of(rows: pd.DataFrame, imported_on: date) -> date | None:
    """The day after the last event that is not after the import; of several groups the earliest such day."""
    if rows.empty:
        return None
    limit = day_number(imported_on)
    given = rows.given.where(rows.given <= limit).groupby(rows.group).max()
    closed = rows.closed.where(rows.closed <= limit).groupby(rows.group).max()
    last = pd.concat([given, closed], axis=1).max(axis=1).dropna()
    return day_of(last.min() + 1) if len(last) else None


def _window(scope: Scope, log: _Log) -> Window:
    """The chosen period; without one, the last twelve calendar months, the running one included."""
    running = (log.as_of - timedelta(days=1)).replace(day=1)
    first = day_of(log.covered[0]).replace(day=1) if len(log.covered) else running
    end = scope.end or (log.as_of if scope.start else shift(running, 1))
    start = scope.start or (first if scope.end else max(shift(running, 1 - MONTHS), first))
    start = min(start, end)
    seen = max(start, min(end, log.as_of))
    return Window(start, end, seen, log.known(start, seen))


def _earlier(window: Window, compare: str, log: _Log) -> Window:
    """The period to compare with, cut where the running one is cut."""
    edges = (window.start, window.end, window.seen)
    whole_months = window.start.day == 1 and window.end.day == 1
    if compare == "last_year" or whole_months:
        back = 12 if compare == "last_year" else months_between(window.start, window.end)
        start, end, seen = (shift(d, -back) for d in edges)
    else:
        length = window.end - window.start
        start, end, seen = (d - length for d in edges)
    return Window(start, end, seen, log.known(start, seen))


def _currencies(log: _Log, *windows: Window) -> tuple[str, ...]:
    """Currencies with a won amount in any of the periods, the most used first."""
    won = pd.concat([log.won(w.start, w.seen) for w in windows])
    counts = won[won.amount.notna()].currency.dropna().value_counts()
    return tuple(sorted(counts.index, key=lambda c: (-counts[c], c)))


def _months(log: _Log, window: Window, compare: str) -> pd.DataFrame:
    """One row a month; the earlier months are drawn whole, also where the totals are cut like with like."""
    starts = [window.start.replace(day=1)]
    while shift(starts[-1], 1) < window.end:
        starts.append(shift(starts[-1], 1))
    back = 12 if compare == "last_year" else max(1, round((window.end - window.start).days / 30.4375))
    first = shift(starts[0], -back)
    whole = Window(first, shift(first, len(starts)), log.as_of, 0)
    table = pd.DataFrame([_month(log, month, window) for month in starts])
    earlier = pd.DataFrame([_month(log, shift(month, -back), whole) for month in starts])
    return pd.concat([table, earlier.add_prefix("before_")], axis=1)


def _month(log: _Log, month: date, within: Window) -> dict[str, object]:
    end = shift(month, 1)
    first, last = max(month, within.start), min(end, within.seen)
    known, days = log.known(first, last), (end - month).days
    figures = log.totals(first, max(first, last))
    if not known:
        figures = dict.fromkeys(figures, np.nan)
    state = "gap" if not known else "full" if known == days else "partial"
    return {"month": pd.Timestamp(month), "state": state, "covered_days": known, "days": days, **figures}


def _kpis(log: _Log, window: Window, before: Window, months: pd.DataFrame) -> tuple[Kpi, ...]:
    now = log.totals(window.start, window.seen)
    then = log.totals(before.start, before.seen) if before.covered else {}
    status, amounts = bool(log.rows.status.notna().any()), bool(log.rows.amount.notna().any())

    def kpi(name: str, column: str, **more: Any) -> Kpi:
        trend = tuple(None if np.isnan(v) else float(v) for v in months[column].astype(float))
        value = now[column] if window.covered else np.nan
        earlier = then.get(column, np.nan)
        return Kpi(name, _known(value), _known(earlier), trend=trend, **more)

    values = [kpi("value", f"value_{c}", currency=c, largest=_largest(log, window, c)) for c in log.currencies] or [
        Kpi("value", None, None, recorded=amounts)
    ]
    low, high = _close_interval(log, window)
    return (
        kpi("referrals", "referrals"),
        kpi("won", "won", recorded=status),
        *values,
        kpi(
            "close_rate",
            "close_rate",
            n=int(now["mature"]),
            n_before=int(then.get("mature", 0)),
            low95=low,
            high95=high,
            recorded=status,
        ),
        kpi("active_sources", "active_sources"),
    )


def _known(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(value)


def _largest(log: _Log, window: Window, currency: str) -> float | None:
    won = log.won(window.start, window.seen)
    return _known(won.amount[won.currency == currency].max())


def _close_interval(log: _Log, window: Window) -> tuple[float | None, float | None]:
    """95 % interval of the close rate with the receivers, not the referrals, as the sample.

    Of a single receiver the sources are the sample.
    """
    mature = log.mature(window.start, window.seen)
    by = mature.in_time.groupby(mature.receiver if mature.receiver.nunique() > 1 else mature.source)
    if by.ngroups < 2:
        return None, None
    low, high = estimators.share(by.sum().to_numpy(float), by.size().astype(float).to_numpy()).bounds(0.95)
    return _known(low), _known(high)


def _notes(frames: Frames, rows: pd.DataFrame, months: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if gaps := int((months.state == "gap").sum()):
        notes.append(f"No import covers {gaps} of the {len(months)} months shown; they are gaps, not zeros.")
    if undated := int(frames.referrals["given"].isna().sum()):
        notes.append(f"{undated} referrals have no date of their own and are not in these months.")
    if unclosed := int((rows.won & rows.closed.isna()).sum()):
        notes.append(f"{unclosed} won referrals have no closing date and are not counted as won in any month.")
    return tuple(notes)
