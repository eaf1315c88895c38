"""The one rule by which text that a spreadsheet would run as a formula is made inert in every file that we write."""

from __future__ import annotations

import re

import pandas as pd

FORMULA = r"^[=+\-@\t\r\n]"  # also handed to the database, whose dialect of patterns reads it alike
_FORMULA = re.compile(FORMULA)


def cell(value: object) -> object:
    """A text that begins like a formula gets an apostrophe before it; anything else stays as it is."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Every text cell and every heading of a table; numbers and dates are not looked at."""
    safe = rows.apply(lambda column: column.map(cell) if column.dtype.kind not in "biufM" else column)
    return safe.set_axis([cell(name) for name in safe.columns], axis=1)
