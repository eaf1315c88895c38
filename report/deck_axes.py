"""A figure's axes as a slide needs them: where they begin and end, which marks they carry, what lies on them where."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

EPOCH = pd.Timestamp("1899-12-30")  # day 0 of a workbook
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Axis:
    """Ends are in the axis's own measure: the power of ten on a log axis, days on one of dates, places on one of words.

    ticks: (place, text). unit: the step between even ticks that PowerPoint can draw by itself, else None.
    """

    low: float
    high: float
    log: bool = False
    reversed: bool = False
    visible: bool = True
    grid: bool = False
    ticks: tuple[tuple[float, str], ...] = ()
    unit: float | None = None
    code: str = "General"
    domain: tuple[float, float] = (0.0, 1.0)
    title: str = ""
    top: bool = False
    words: tuple[str, ...] = ()
    dates: bool = False
    turned: float = 0.0  # degrees of the words at the ticks
    size: float = 12  # pixels of them

    def place(self, value: float) -> float:
        """0 at the left or lower end, 1 at the other."""
        share = (value - self.low) / (self.high - self.low) if self.high != self.low else 0.5
        return 1 - share if self.reversed else share

    def own(self, value: Any) -> float:
        """A value in the axis's own measure; NaN where it has none."""
        found = self.number(value)
        if self.log:
            return math.log10(found) if found > 0 else math.nan
        return found

    def number(self, value: Any) -> float:
        """A value as a workbook holds it: a number, days, or the place of a word."""
        if isinstance(value, str) and value in self.words:
            return float(self.words.index(value))
        return number(value)


def number(value: Any) -> float:
    if value is None or value is pd.NaT or value is pd.NA:
        return math.nan
    if isinstance(value, np.datetime64 | pd.Timestamp | datetime | date):
        return (pd.Timestamp(value) - EPOCH) / pd.Timedelta(days=1)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return (pd.Timestamp(value) - EPOCH) / pd.Timedelta(days=1) if value[:4].isdigit() else math.nan
    return float(value)


def is_date(value: Any) -> bool:
    return isinstance(value, np.datetime64 | pd.Timestamp | datetime | date)


def read(layout: Any, letter: str, values: Sequence[Any], *, from_zero: bool) -> Axis:
    """An axis of the figure. values: everything that lies on it, ends of intervals included; from_zero: bars do."""
    found = [v for v in values if v is not None]
    words = tuple(dict.fromkeys(v for v in found if isinstance(v, str))) if _worded(found) else ()
    dates = any(is_date(v) for v in found[:5])
    log = layout.type == "log"
    plain = Axis(0, 1, log=log, words=words, dates=dates)
    seen = [v for v in (plain.own(v) for v in found) if math.isfinite(v)]
    back = layout.autorange == "reversed"
    count = int(layout.nticks or 6)
    if layout.range:
        low, high = (plain.own(v) if isinstance(v, str) or is_date(v) else float(v) for v in layout.range)
        back, low, high = low > high, min(low, high), max(low, high)
        high = high if high > low else low + 1.0  # a chart of zeros ends its axis where it begins
    else:
        zero = (
            from_zero or layout.rangemode == "tozero" or (bool(layout.rangemode) and layout.rangemode == "nonnegative")
        )
        low, high = _around(seen, zero=zero, even=not (words or dates or log or layout.tickvals), count=count)
    ticks, unit = _ticks(layout, plain, low, high, count)
    grid = layout.showgrid if layout.showgrid is not None else letter == "y"
    return Axis(
        low, high, log=log, reversed=back, visible=layout.visible is not False, grid=bool(grid), ticks=ticks, unit=unit,
        code=code(layout.tickformat, unit or high - low), domain=tuple(layout.domain or (0.0, 1.0)),
        title=(layout.title.text or "") if layout.title else "", top=layout.side == "top", words=words, dates=dates,
        turned=float(layout.tickangle or 0), size=float(layout.tickfont.size or 12),
    )  # fmt: skip


def _worded(values: list[Any]) -> bool:
    return any(isinstance(v, str) and math.isnan(number(v)) for v in values)


def _around(seen: Iterable[float], *, zero: bool, even: bool, count: int) -> tuple[float, float]:
    values = [*seen, 0.0] if zero else list(seen)
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = 0.05 * (high - low)
    low, high = (0.0 if zero and low >= 0 else low - pad), (0.0 if zero and high <= 0 else high + pad)
    if not even:
        return low, high
    step = nice((high - low) / count)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def nice(step: float) -> float:
    """The next larger of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(s * power for s in STEPS if s * power >= step * (1 - 1e-9))


def _ticks(layout: Any, axis: Axis, low: float, high: float, count: int) -> tuple[tuple, float | None]:
    """The marks within the axis, and their step where it is even and begins at the axis's end."""
    if layout.showticklabels is False:
        return (), None
    if layout.tickvals is not None:
        texts = layout.ticktext if layout.ticktext is not None else [str(v) for v in layout.tickvals]
        made = [(axis.own(v), str(t)) for v, t in zip(layout.tickvals, texts, strict=False)]
    elif axis.words:
        made = [(float(place), word) for place, word in enumerate(axis.words)]
    elif axis.dates:
        made = _dated(low, high, count)
    elif axis.log:
        made = [(math.log10(s * 10.0**p), f"{s * 10.0**p:g}") for p in range(math.floor(low), math.ceil(high) + 1)
                for s in (1, 2, 5)]  # fmt: skip
    else:
        step = nice((high - low) / max(1, count - 1))
        first = math.ceil(low / step - 1e-9)
        made = [
            (k * step, said(k * step, layout.tickformat, step))
            for k in range(first, math.floor(high / step + 1e-9) + 1)
        ]
        if abs(first * step - low) < step * 1e-6:
            return tuple(made), step
    edge = (high - low) * 1e-6
    return tuple(tick for tick in made if low - edge <= tick[0] <= high + edge), None


def _dated(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """The first days of months or years."""
    first, last = EPOCH + pd.Timedelta(days=low), EPOCH + pd.Timedelta(days=high)
    months = max(1, round((high - low) / 30.4 / max(1, count - 1)))
    step = next((m for m in (1, 2, 3, 6, 12, 24, 60) if m >= months), 120)
    starts = [
        m
        for m in pd.date_range(first.normalize().replace(day=1), last, freq="MS")
        if (m.year * 12 + m.month - 1) % step == 0
    ]
    return [(number(m), m.strftime("%Y") if step >= 12 else m.strftime("%b %Y")) for m in starts if m >= first]


def said(value: float, tickformat: str | None, step: float) -> str:
    """A number at an axis, as the figure's format has it."""
    text = (tickformat or "").removeprefix("~")
    if text.endswith("%"):
        digits = max(0, round(-math.log10(step * 100) + 0.49)) if step < 0.01 else 0
        return f"{value * 100:.{digits}f} %".replace("-", "−")
    if text.endswith("s") and abs(value) >= 1000:
        for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= size:
                return f"{value / size:g}{sign}".replace("-", "−")
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    digits += 1 if digits == 0 and step % 1 else 0
    return f"{value:,.{digits}f}".replace("-", "−")


def code(tickformat: str | None, step: float) -> str:
    """The same as a workbook's number format."""
    text = (tickformat or "").removeprefix("~")
    if text.endswith("%"):
        return "0%" if step >= 0.01 else "0.0%"
    if text.endswith("s"):
        return '[>=1000000]0.##,,"M";[>=1000]0.#,"k";0.##'
    return "#,##0" if step >= 1 and not step % 1 else "0.0#"
