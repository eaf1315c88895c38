"""A view that was made of exact rows, as it may be shown: money rounded, joinings coarse, professions numbered.

Figures stay what they are without the mask, so that whoever masks a page changes no count, rate or verdict on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

DIGITS = 2  # significant ones that an amount keeps
# Columns that hold money in every frame of a result, those that do beside a column “currency”, and what the name of one
# begins with that holds one currency's.
MONEY = frozenset({"amount", "tyfcb", "top_two_value", "customers_value"})
BESIDE_CURRENCY = frozenset({"sum", "median", "mean", "largest", "low", "high", "low50", "high50"})
BY_CURRENCY = ("value_", "seat_value_", "member_value_", "before_value_", "before_seat_value_", "before_member_value_")
# Fields and columns that hold money in results of one kind; those named with a function, where it says so.
_RANGE = frozenset({"value", "before", "low95", "high95", "before_low95", "before_high95", "largest", "trend"})
OF_KIND: Mapping[str, tuple[frozenset[str], Callable[[Any], bool]]] = {
    "Kpi": (_RANGE, lambda kpi: kpi.currency is not None),
    "Mean": (frozenset({"value", "low95", "high95"}), lambda mean: "value" in mean.name),
    "Money": (
        frozenset({"total", "median", "median_low95", "median_high95", "largest", "corrections", "members"}),
        lambda _: True,
    ),
    "Received": (frozenset({"total", "low95", "high95", "largest"}), lambda _: True),
    "ChainMoney": (frozenset({"first", "later", "steps"}), lambda _: True),
    "Share": (frozenset({"total", "sources"}), lambda share: getattr(share, "what", "referrals") != "referrals"),
    "Drivers": (frozenset({"now_total", "before_total", "parts", "luck"}), lambda drivers: drivers.what != "referrals"),
}
NUMBERS = frozenset(
    {"amount", "total", "largest", "value", "now", "before", "change", "reach", "palms", "slips", "apart", "members",
     "others", "stated", "one", "zero"}
)  # fmt: skip
OF_ROW = {"measure": "tyfcb", "what": "money"}  # the column that says what a row counts → its word for money
DAYS = frozenset({"joined", "left", "renews"})  # of a membership
SINCE = {"years": 1.0, "weeks": 1.0}  # columns that tell a joining, and what they are rounded to


@dataclass(frozen=True)
class Cover:
    """ids: another id by a person's id; trades: what stands for a profession or a sphere, by its text in small
    letters; day: a coarse day."""

    ids: Mapping[str, str]
    trades: Mapping[str, str]
    day: Callable[[int], int]

    def view(self, value: Any) -> Any:  # noqa: PLR0911 one line for each kind of thing
        """The same, whatever it is made of."""
        if isinstance(value, str):
            return self.ids.get(value) or self.trades.get(folded(value), value)
        if isinstance(value, pd.DataFrame):
            return self.frame(value)
        if isinstance(value, pd.Series | pd.Index):
            return value.map(self.view) if value.dtype.kind not in "biufmMc" else value
        if isinstance(value, np.ndarray) and value.dtype.kind in "OU":
            return np.array([self.view(part) for part in value.ravel()], dtype=object).reshape(value.shape)
        if isinstance(value, tuple | list | set | frozenset):
            parts = [self.view(part) for part in value]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        if isinstance(value, Mapping):
            return {self.view(name): self.view(part) for name, part in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return self._result(value)
        return value

    def _result(self, value: Any) -> Any:
        names, holds = OF_KIND.get(type(value).__name__, (frozenset(), lambda _: False))
        money = names if names and holds(value) else frozenset()
        made = {}
        for f in fields(value):
            if not f.init:
                continue
            part = self.view(getattr(value, f.name))
            if f.name in money:
                part = _rounded(part)
            elif f.name in DAYS and isinstance(part, date):
                part = self._date(part)
            elif f.name == "years" and hasattr(value, "joined") and part is not None:
                part = float(round(part))
            made[f.name] = part
        if "rubric" in made:
            lines = [at for at, line in enumerate(value.rubric.lines) if line.measure == "tyfcb"]
            made |= {name: _tallied(made[name], lines) for name in ("lines", "falling") if name in made}
        return replace(value, **made)

    def frame(self, table: pd.DataFrame) -> pd.DataFrame:
        made = table.copy()
        for name in table:
            made[name] = self._column(str(name), table[name], set(table))
        for kind, of_money in OF_ROW.items():
            if kind in made:
                money = made[kind].eq(of_money).to_numpy(bool)
                for name in NUMBERS & set(made):
                    made[name] = made[name].where(~money, rounded(made[name]))
        return made if made.index.dtype.kind in "biufmM" else made.set_axis(self.view(made.index), axis=0)

    def _column(self, name: str, column: pd.Series, beside: set[Any]) -> pd.Series:
        kind, person = column.dtype.kind, "person_id" in beside
        if person and name in DAYS:
            return column.map(self._any_day, na_action="ignore").astype(column.dtype)
        if person and name in SINCE and kind == "f":
            return (column / SINCE[name]).round() * SINCE[name]
        if kind not in "biufmMc":
            instead = {text: self.view(text) for text in {v for v in column.tolist() if isinstance(v, str)}}
            parts = [instead[v] if isinstance(v, str) else self.view(v) for v in column.tolist()]
            return pd.Series(parts, index=column.index, dtype=column.dtype)
        money = name in (MONEY | BESIDE_CURRENCY if "currency" in beside else MONEY) or name.startswith(BY_CURRENCY)
        money = money and kind in "fiu"
        return rounded(column) if money else column

    def _any_day(self, day: Any) -> Any:
        if isinstance(day, date):
            return self._date(day)
        return self.day(int(day)) if abs(day) < 10**6 else day  # beyond lies what stands for "always"

    def _date(self, day: date) -> date:
        since = (day - date(1970, 1, 1)) if not isinstance(day, datetime) else day - datetime(1970, 1, 1)  # noqa: DTZ001
        return type(day).fromordinal(date(1970, 1, 1).toordinal() + self.day(since.days))


def _tallied(table: pd.DataFrame | None, lines: list[int]) -> pd.DataFrame | None:
    """A scorecard's lines: what is counted on those of money is an amount."""
    if table is None:
        return None
    money = table["line"].isin(lines)
    counts = [name for name in ("count_", "value", "gone") if name in table]
    return table.assign(**{name: table[name].where(~money, rounded(table[name])) for name in counts})


def _rounded(value: Any) -> Any:
    """A number, a row of numbers, or a frame whose NUMBERS are money."""
    if isinstance(value, pd.DataFrame):
        return value.assign(**{name: rounded(value[name]) for name in NUMBERS & set(value)})
    if isinstance(value, tuple):
        return tuple(_rounded(part) for part in value)
    if value is None:
        return None
    return float(rounded(pd.Series([float(value)])).iloc[0])


def rounded(amounts: pd.Series) -> pd.Series:
    """Amounts to DIGITS significant digits; what is missing stays missing."""
    values = amounts.to_numpy(dtype=float, na_value=np.nan)
    size = np.floor(np.log10(np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)))
    factor = 10.0 ** (DIGITS - 1 - size)
    return pd.Series(np.round(np.round(values * factor) / factor, 2), index=amounts.index, name=amounts.name)


def folded(text: str) -> str:
    """A text as professions and groups are told apart by: case and spaces do not count."""
    return " ".join(text.split()).casefold()
