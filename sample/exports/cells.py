"""Cells of an export and how somebody's system writes them: dates, money and numbers as text or as real cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import pandas as pd

from sample.files import ANSWER, DATE_ORDERS, Style, money
from sample.membership import EPOCH

Rows = list[list[Any]]


class Bold(str):
    """A name in bold type: somebody of another chapter."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """One file to be written: rows of cells, what must be answered for it, and the rows that it can give back.

    rows: None leaves a column free, "" is an empty cell. holds: staging columns by table, as far as the layout can
    hold them; a column that is not named stays empty, and where a file names no group its column is None.
    """

    stem: str
    rows: Rows
    answers: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Hand:
    """How a style writes a value: `text` where the container has no types of its own or everything is text."""

    style: Style

    @property
    def text(self) -> bool:
        return self.style.as_text or self.style.container == "csv"

    def day(self, day: int | None) -> Any:
        """A date from days since 1970-01-01."""
        if day is None or day < 0:
            return ""
        value = date.fromordinal(EPOCH + int(day))
        return DATE_ORDERS[self.style.date_order](value) if self.text else value

    def moment(self, day: int | None, clock: time) -> Any:
        """A date with a time of day: `2026-05-10 09:30` in text, a plain date in a workbook."""
        if day is None or day < 0:
            return ""
        value = date.fromordinal(EPOCH + int(day))
        return datetime.combine(value, clock).strftime("%Y-%m-%d %H:%M") if self.text else value

    def money(self, cents: int | None) -> Any:
        if cents is None or cents < 0:
            return ""
        if self.text:
            return money(f"{int(cents) // 100}.{int(cents) % 100:02d}", self.style)
        return int(cents) / 100

    def number(self, value: float) -> Any:
        whole = int(value)
        return str(whole) if self.text else float(whole)

    def answers(self, **more: str | None) -> dict[str, str]:
        known = {"date_order": ANSWER[self.style.date_order] if self.text else None, **more}
        return {k: v for k, v in known.items() if v}


def split_name(name: str) -> tuple[str, str]:
    """First and last name; a name without blanks is a first name alone."""
    first, _, last = name.partition(" ")
    return first, last


def wide(cells: Sequence[Any], at: Sequence[int]) -> list[Any]:
    """Cells at the given columns (from 1), the columns between them left free, as merged cells leave them."""
    row: list[Any] = [None] * max(at)
    for column, cell in zip(at, cells, strict=True):
        row[column - 1] = cell
    return row
