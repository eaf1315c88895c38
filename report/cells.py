"""What a column of a table holds, and how a value of it is written where a file has texts only."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

import formats

MONTHS = frozenset({"Month", "month"})
SHARES = ("share", "close rate")  # how the heading of a column ends that holds parts of one


def kind(name: str, column: pd.Series) -> str:
    """date | month | percent | whole | number | text."""
    if column.dtype.kind == "M":
        return "month" if name in MONTHS else "date"
    if column.dtype.kind == "b" or str(column.dtype) == "boolean":
        return "text"
    if not pd.api.types.is_numeric_dtype(column):
        known = column.dropna()
        return "date" if len(known) and all(isinstance(v, date) for v in known) else "text"
    if name.casefold().removesuffix(", before").endswith(SHARES):
        return "percent"
    known = column.dropna().astype(float)
    return "whole" if (known == known.round()).all() else "number"


def written(value: object, how: str, locale: str) -> str:
    """One cell as text; empty where nothing is known."""
    if formats.missing(value):
        return ""
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return formats.month(day, locale) if how == "month" else formats.day(day, locale)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if how == "text":
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if how == "percent":
        return formats.percent(number, locale)
    return formats.number(number, locale, 0 if how == "whole" else _digits(number))


def _digits(number: float) -> int:
    """Decimals that leave about three figures: 0.0123, 1.23, 123."""
    size = abs(number)
    return 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3 if size >= 0.01 else 4
