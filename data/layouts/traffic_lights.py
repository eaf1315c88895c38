"""Member traffic lights: a member's half-year in points, as a table or as the text of a PDF.

Told by a cell that starts `MEMBER TRAFFIC LIGHTS` (a title above or a footer below), or by the headers `Total Score`
and `Name` or `First Name`. Header of a table: names whole or in two columns, `Total Score` (or `Total`), and any of P A
L M S, V, T, TYFCB, 1-2-1. Text of a PDF: one member a line, the name and then as many figures as the header line has
words after `Name`; amounts may be grouped the Indian way (`1,26,554`), `-` is none. A line that does not come out so is
rejected, if it has figures, and else left out.

Each member → snapshots: official_score = Total Score, and the other columns by label. Period and chapter from the title
`… OF <chapter> CHAPTER FOR JAN-26 TO JUN-26` (first day of the first month to last day of the last); without it the
period is asked (id "period") and the rows are the home group's. Null: RGT and RRT add inside and outside together,
which no column holds; Trainings and WEEK have no column. Covers snapshots for the period.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from data import clean
from data.draft import Draft
from data.layouts import bni, periods, snapshots
from data.layouts.banner import chapter_name, chapter_of
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.layouts.periods import Cell, Period
from data.readers.raw import Sheet

NAME = "traffic_lights"
TARGETS = snapshots.TARGETS
LABELS = bni.labels(bni.NAMES, bni.PALMS, {"official_score": "total score|total|score|points|total points"})
_TITLE = re.compile(r"member\s+traffic\s+lights", re.IGNORECASE)
_MONTHS = re.compile(
    r"\bfor\s+([a-z]{3,9})[\s\-'’]*(\d{2,4})(?:\s+to\s+([a-z]{3,9})[\s\-'’]*(\d{2,4}))?", re.IGNORECASE
)
_OF = re.compile(r"\bof\s+(.+?)(\s+chapter)?\s+for\b", re.IGNORECASE)
_NAME_WORDS = frozenset(("first", "last", "name", "member"))
_FIGURE = re.compile(r"[-–—]|[\d.,]*\d[\d.,]*%?")


def match(context: Context) -> Match:
    """Match the header by label, wherever it stands."""
    context = _table_of(context)
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return bni.named(found) and "official_score" in found.columns


def build(context: Context, found: Match) -> Draft:
    """One snapshot a member."""
    title = _title(context.sheet)
    table = bni.open_table(_table_of(context), found, "name", "official_score")
    names = bni.names_of(table)
    remark = np.array([name is not None and _TITLE.match(name) is not None for name in names], dtype=bool)
    table, names = bni.without(table, remark), names[~remark]
    labels = bni.pseudo_rows(names)
    group = chapter_of(table, _chapter(title))
    period = _period(table, title)
    _refuse_unread(table)
    values = snapshots.columns(table, names, labels)
    frame = snapshots.frame(table, values, period, group=[group] * len(table))
    draft = table.draft(NAME, {"snapshots": frame}, snapshots.PUBLIC)
    draft.rows_read = int(pd.isna(labels).sum())
    if period:
        draft.covers = {"snapshots": (period.first, period.last)}
    return draft


def _refuse_unread(table: Table) -> None:
    """A line of text that did not come apart has its whole text as the name and no figure."""
    score = table.column("official_score")
    empty = np.ones(len(table), dtype=bool) if score is None else score.codes < 0
    table.refuse_rows(empty, "the row has no total score, or is a line that does not come apart into its figures",
                      "name" if "name" in table.match.columns else "first_name")  # fmt: skip


def _title(sheet: Sheet) -> str:
    for row_no in np.flatnonzero(sheet.filled()) + 1:
        line = " ".join(text.strip() for text in sheet.row(int(row_no)) if text and text.strip())
        if _TITLE.match(line):
            return " ".join(line.split())
    return ""


def _chapter(title: str) -> str | None:
    """The chapter in the title; in capitals there, so written as names are."""
    found = _OF.search(title)
    name = chapter_name(found[1]) if found else None
    return name.title() if name and name.isupper() else name


def _period(table: Table, title: str) -> Period | None:
    months = _MONTHS.search(title)
    first = _month(table, months[1], months[2]) if months else None
    last = _month(table, months[3] or months[1], months[4] or months[2]) if months else None
    if not (first and last and first <= last):
        return periods.settle(
            table, [], "The file does not say which months its totals are of. From which day to which?", span=True
        )
    end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    stated = [Cell(day.isoformat(), 1, 1, title) for day in (first, end)]
    return periods.settle(table, stated, "", span=True)


def _month(table: Table, month: str, year: str) -> dt.date | None:
    scan = periods.scan_cells([Cell(f"1 {month} {year}", 1, 1, month)], table.context.today, 1900)
    return None if scan.unreadable else scan.exact[0].item()


def _table_of(context: Context) -> Context:
    """The context at its table: the header is not always the row that told the layout, and a PDF's text has to be
    taken apart into columns first.
    """
    sheet = context.sheet
    rows = [int(row) for row in np.flatnonzero(sheet.filled()) + 1][:60]
    for row in rows:
        words = {LABELS.get(clean.fold(text)) for text in sheet.row(row) if text}
        if "official_score" in words and words & {"name", "first_name"}:
            return replace(context, header_row=row)
    text = _Text(context)
    header = next((row for row in rows if text.header(row)), None)
    return text.as_table(header) if header else context


class _Text:
    """A sheet whose lines were never cells: read as CSV, the amounts' commas cut them apart."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.mark = str((context.raw.dialect or {}).get("delimiter") or ",")

    def line(self, cells: list[str | None]) -> str:
        """The line as it stood in the file."""
        last = max((i for i, cell in enumerate(cells) if cell), default=-1)
        return self.mark.join(cell or "" for cell in cells[: last + 1])

    def header(self, row: int) -> list[str]:
        """The words of the header line after the name; empty if the row is none."""
        words = self.line(self.context.sheet.row(row)).split()
        names = next((i for i, word in enumerate(words) if word.casefold() not in _NAME_WORDS), len(words))
        figures = words[names:]
        if len(figures) > 1 and [word.casefold() for word in figures[-2:]] == ["total", "score"]:
            figures[-2:] = ["Total Score"]
        known = sum(LABELS.get(clean.fold(word)) is not None for word in figures)
        return figures if names and known >= 4 and LABELS.get(clean.fold(figures[-1])) == "official_score" else []

    def as_table(self, header: int) -> Context:
        """The same rows, at the same numbers, with a column for the name and one for each figure."""
        sheet, figures = self.context.sheet, self.header(header)
        rows: list[list[str | None]] = [[None] * (len(figures) + 1) for _ in range(sheet.height)]
        rows[header - 1] = ["Name", *figures]
        for i, cells in enumerate(sheet.rows_between(header + 1, sheet.height), start=header):
            line = self.line(cells)
            words = line.split()
            tail = words[-len(figures) :]
            if len(words) > len(figures) and all(_FIGURE.fullmatch(word) for word in tail):
                rows[i] = [" ".join(words[: -len(figures)]), *tail]
            elif sum(_FIGURE.fullmatch(word) is not None for word in words) >= 5:
                rows[i][0] = line  # figures, and not as many as there should be: rejected, not dropped
        table = pa.table({f"c{j}": pa.array(column, pa.string()) for j, column in enumerate(zip(*rows, strict=True))})
        return replace(self.context, sheet=Sheet(sheet.name, table, typed=False), header_row=header)
