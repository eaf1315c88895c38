"""Cells at row and column numbers, on their way into a Sink: for readers whose files leave gaps."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from data.readers.package import beyond
from data.readers.refused import refuse
from data.readers.sink import DATE, MAX_COLUMNS, NUMBER, Sink

MAX_ROWS = 1_048_576
_MOST = 20_000_000  # cells; more could not be read within the memory limit


class Grid:
    """One sheet in the making. Rows and columns count from 0, may come in any order, and the last word on a cell
    counts.
    """

    def __init__(self) -> None:
        self.rows: dict[int, dict[int, tuple[str, int]]] = {}
        self.count = 0

    def put(self, row: int, column: int, text: str | None, kind: int) -> None:
        """Set a cell; empty ones take no room."""
        if not 0 <= row < MAX_ROWS or not 0 <= column < MAX_COLUMNS:
            raise beyond()
        if text:
            self.count += 1
            if self.count > _MOST:
                raise refuse("This file has more cells than can be read.", "Save the one sheet with the log as .csv.")
            self.rows.setdefault(row, {})[column] = (text, kind)

    def write(self, path: Path) -> Sink:
        sink = Sink(path, typed=True)
        at = 0
        for row in sorted(self.rows):
            for _ in range(row - at):
                sink.add([], [])
            cells = self.rows[row]
            width = max(cells) + 1
            texts: list[str | None] = [None] * width
            kinds = [0] * width
            for column, (text, kind) in cells.items():
                texts[column], kinds[column] = text, kind
            sink.add(texts, kinds)
            at = row + 1
        sink.close()
        return sink


def number(text: str) -> tuple[str, int]:
    """A number as calamine would give it: whole ones without a point, all digits kept."""
    try:
        value = float(text)
    except ValueError:
        return text, NUMBER
    whole = value.is_integer() and abs(value) < 1e15
    return (str(int(value)) if whole else repr(value)), NUMBER


def serial_date(text: str, *, from_1904: bool) -> tuple[str, int]:
    """A day number (with a fraction for the time) as an ISO date; as a number where it is none."""
    try:
        value = float(text)
        if not 0 <= value < 2_958_466 or (value < 1 and not from_1904):
            return number(text)
        start = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30 if value >= 60 else 31)  # noqa: DTZ001
        moment = start + dt.timedelta(days=int(value), seconds=round((value - int(value)) * 86_400))
    except (ValueError, OverflowError):
        return number(text)
    midnight = moment.time() == dt.time()
    return (moment.date().isoformat() if midnight else moment.isoformat(" ")), DATE
