"""The rows that the overview's cards read: dated referrals, closed business, seats, and the days that imports cover.

Days are integers since 1970-01-01, periods are half-open. A chosen month is a period of its own: of several months
each is a span, and the earlier period consists of the same spans moved back, so that both sides are narrowed alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.intervals import Floats
from analysis.overview_rows import THANKS, money_of, paid_days, ripened, rows_of, seats_of
from analysis.periods import Window, covered_days, day_number, day_of, months_between, shift
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings

YEAR = 365.25
MONTHS = 12  # the period shown when none was chosen
EARLIER = ("previous", "last_year")
Span = tuple[date, date]


@dataclass(frozen=True)
class Ground:
    """What stays when a page is narrowed: when the log ends (exclusive), and its first day (a day number)."""

    as_of: date
    first: int


@dataclass(frozen=True)
class Period(Window):
    """A window and the spans of it that count: one, or the chosen months."""

    spans: tuple[Span, ...] = ()

    @property
    def days(self) -> int:
        return sum((b - a).days for a, b in self.spans)


class Plain(NamedTuple):
    """Columns of a log's rows, and of its money with an amount. source: codes, −1 = not named."""

    given: Floats
    closed: Floats
    paid: Floats
    won: np.ndarray
    mature: np.ndarray
    in_time: Floats
    source: np.ndarray
    amount: Floats
    currency: np.ndarray
    seat: np.ndarray


@dataclass(frozen=True)
class Log:
    """The scope's dated rows before `as_of` (exclusive) and the covered days (sorted integers).

    rows: id, given, closed (NaN), won, status, source, receiver, kind, group, amount, currency, mature (its horizon has
        been observed), in_time (1.0 = won within it)
    money: id, day, amount (NaN where none is named), currency, source, receiver, group, seat (the receiver's position
        in `holders`, −1 = none); won referrals by the day on which they closed, or thanks for closed business where
        nothing says which referral was won
    seats: person_id, group_id, joined, left, dated (spells of the member list); None = no member list is here
    """

    rows: pd.DataFrame
    money: pd.DataFrame
    seats: pd.DataFrame | None
    covered: np.ndarray
    paid: np.ndarray  # days on which closed business is covered
    ground: Ground
    basis: str | None  # WON | THANKS | None: no money is recorded
    settings: Settings = DEFAULT
    currencies: tuple[str, ...] = ()

    @property
    def as_of(self) -> date:
        return self.ground.as_of

    def known(self, spans: Iterable[Span]) -> int:
        return _count(self.covered, spans)

    def known_paid(self, spans: Iterable[Span]) -> int:
        return _count(self.paid, spans)

    def given(self, spans: Iterable[Span]) -> pd.DataFrame:
        return self.rows[within(self.plain.given, spans)]

    def won(self, spans: Iterable[Span]) -> pd.DataFrame:
        """Won referrals by the day on which they closed."""
        return self.rows[self.plain.won & within(self.plain.closed, spans)]

    def earned(self, spans: Iterable[Span], currency: str | None = None) -> pd.DataFrame:
        """Money with an amount, of one currency or of all."""
        m = self.money[within(self.money.day.to_numpy(float), spans) & self.money.amount.notna()]
        return m if currency is None else m[m.currency == currency]

    def mature(self, spans: Iterable[Span]) -> pd.DataFrame:
        """Referrals given in the spans whose horizon has been observed."""
        given = self.given(spans)
        return given[given.mature]

    @cached_property
    def plain(self) -> Plain:
        """The columns that totals are made of, as arrays: they are counted many times over."""
        r, m = self.rows, self.money[self.money.amount.notna()]
        days = r.given.to_numpy(float), r.closed.to_numpy(float), m.day.to_numpy(float)
        source = pd.factorize(r.source)[0]
        return Plain(*days, r.won.to_numpy(bool), r.mature.to_numpy(bool), r.in_time.to_numpy(float), source,
                     m.amount.to_numpy(float), m.currency.to_numpy(object), m.seat.to_numpy())  # fmt: skip

    @cached_property
    def holders(self) -> pd.Index:
        """Who ever held a seat."""
        return pd.Index([] if self.seats is None else self.seats.person_id.unique())

    def seat_days(self, spans: Iterable[Span], currency: str | None = None) -> Floats:
        """Covered days of membership by holder of a seat; with a currency, in the groups that earn in it."""
        if self.seats is None:
            return np.zeros(0)
        holder, joined, left = self._spells[currency]
        days = np.zeros(len(holder))
        for start, end in spans:
            first, last = day_number(start), max(day_number(start), day_number(end))
            low = np.clip(joined, first, last)
            high = np.clip(left, low, last)
            days += np.searchsorted(self.covered, high) - np.searchsorted(self.covered, low)
        return np.bincount(holder, days, len(self.holders))

    @cached_property
    def _spells(self) -> dict[str | None, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """holder, joined, left of all spells, and by currency of those in the groups that earn in it."""
        found = {}
        for currency in (None, *self.currencies):
            seats = self.seats
            if seats is not None and currency is not None:
                seats = seats[seats.group_id.isin(set(self.money.group[self.money.currency == currency]))]
            if seats is not None:
                holder = self.holders.get_indexer(seats.person_id)
                found[currency] = holder, seats.joined.to_numpy(), seats.left.to_numpy()
        return found

    def seat_values(self, spans: Iterable[Span], currency: str) -> tuple[Floats, Floats]:
        """By member who held a seat: years of covered membership, and what the file says that they earned.

        A Slips Audit does not say who earned: the sum over members may be less than the value of the spans.
        """
        spans, p = tuple(spans), self.plain
        days = self.seat_days(spans, currency)
        held = within(p.paid, spans) & (p.currency == currency) & (p.seat >= 0)
        value = np.bincount(p.seat[held], p.amount[held], len(days))
        return days[days > 0] / YEAR, value[days > 0]


def _count(days: np.ndarray, spans: Iterable[Span]) -> int:
    edges = ((day_number(a), max(day_number(a), day_number(b))) for a, b in spans)
    return sum(int(np.diff(np.searchsorted(days, edge))[0]) for edge in edges)


def within(day: Floats, spans: Iterable[Span]) -> np.ndarray:
    """Which days lie in one of the spans; an unknown day in none."""
    out = np.zeros(len(day), dtype=bool)
    for start, end in spans:
        out |= (day >= day_number(start)) & (day < day_number(end))
    return out


def parted(scope: Scope) -> tuple[Scope, tuple[str, ...]]:
    """The scope without its chosen months, and these: a chosen month is a shorter period and not a kind of referral."""
    months = tuple(value for field, value in scope.filters if field == "month")
    return replace(scope, filters=tuple(f for f in scope.filters if f[0] != "month")), months


def open_log(
    frames: Frames, scope: Scope, ground: Ground | None = None, months: tuple[str, ...] = (),
    settings: Settings = DEFAULT,
) -> tuple[Log, Period, Period] | None:  # fmt: skip
    """The log of a scope, its period and the earlier one; None where no dated referral is in it.

    frames: narrowed to the scope's filters. ground: of the whole log, when they are. months: "YYYY-MM", the chosen
    months of the period; none = all of it.
    """
    rows = rows_of(frames)
    ground = ground or ground_of(frames, rows, scope)
    if scope.receiver:
        rows = rows[rows.receiver == scope.receiver]
    if ground is None or rows.empty:
        return None
    as_of = ground.as_of
    rows = rows[rows.given < day_number(as_of)]
    rows = rows.assign(closed=rows.closed.where(rows.closed < day_number(as_of)))  # a later closing is not known yet
    first = pd.Series([ground.first])
    covered = covered_days(frames.coverage, first, as_of)
    money, basis = money_of(frames, scope, rows, as_of)
    paid = paid_days(frames, first, as_of) if basis == THANKS else covered
    log = Log(ripened(rows, as_of, settings), money, seats_of(frames, scope, settings), covered, paid, ground, basis)
    log = replace(log, money=money.assign(seat=log.holders.get_indexer(money.receiver)), settings=settings)
    window = _window(scope, log, months)
    if not window.spans:
        return None
    before = _earlier(window, scope.compare, log)
    return replace(log, currencies=_currencies(log, window, before)), window, before


def ground_of(frames: Frames, rows: pd.DataFrame, scope: Scope) -> Ground | None:
    """The day after the last event that is not after the import; of several groups the earliest such day."""
    if rows.empty:
        return None
    limit, first = day_number(frames.imported_on), int(rows.given.min())
    if scope.as_of:
        return Ground(scope.as_of, first)
    given = rows.given.where(rows.given <= limit).groupby(rows.group).max()
    closed = rows.closed.where(rows.closed <= limit).groupby(rows.group).max()
    last = pd.concat([given, closed], axis=1).max(axis=1).dropna()
    return Ground(day_of(last.min() + 1), first) if len(last) else None


def _window(scope: Scope, log: Log, months: tuple[str, ...]) -> Period:
    """The chosen period; without one, the last twelve calendar months, the running one included."""
    running = (log.as_of - timedelta(days=1)).replace(day=1)
    first = day_of(log.covered[0]).replace(day=1) if len(log.covered) else running
    end = scope.end or (log.as_of if scope.start else shift(running, 1))
    start = scope.start or (first if scope.end else max(shift(running, 1 - MONTHS), first))
    start = min(start, end)
    spans: tuple[Span, ...] = ((start, end),)
    if months:
        spans = tuple(sorted(span for span in (_month(text) for text in months) if span and span[0] < log.as_of))
        if not spans:
            return Period(start, start, start, 0)
        start, end = spans[0][0], spans[-1][1]
    return _period(spans, start, end, max(start, min(end, log.as_of)), log)


def _month(text: str) -> Span | None:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first, shift(first, 1)


def _period(spans: Iterable[Span], start: date, end: date, seen: date, log: Log) -> Period:
    spans = tuple((a, min(b, seen)) for a, b in spans if a < seen) or ((start, start),)
    return Period(start, end, seen, log.known(spans), spans)


def _earlier(window: Period, compare: str, log: Log) -> Period:
    """The period to compare with, cut where the running one is cut. With other groups or a goal, the one before."""
    if compare == "last_year" or (window.start.day == 1 and window.end.day == 1):
        back = 12 if compare == "last_year" else months_between(window.start, window.end)
        moved = {d: shift(d, -back) for d in _edges(window)}
    else:
        length = window.end - window.start
        moved = {d: d - length for d in _edges(window)}
    spans = tuple((moved[a], moved[b]) for a, b in window.spans)
    return _period(spans, moved[window.start], moved[window.end], moved[window.seen], log)


def _edges(window: Period) -> set[date]:
    return {window.start, window.end, window.seen, *(edge for span in window.spans for edge in span)}


def _currencies(log: Log, *periods: Period) -> tuple[str, ...]:
    """Currencies with an amount in any of the periods, the most used first; "" where none was named."""
    money = pd.concat([log.earned(p.spans) for p in periods])
    counts = money.currency.dropna().value_counts()
    return tuple(sorted(counts.index, key=lambda c: (-counts[c], c)))
