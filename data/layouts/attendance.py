"""BNI Connect's PALMS attendance report: members down, meetings across, one letter a cell.

Header (any row of the first 40): `First Name | Last Name` (or one name column), then a column a meeting: `Apr 01`,
`01 Apr`, `4月1日`, `04/01`, or a full date. Blank columns may stand anywhere. Banner: `Chapter:`, `From:`, `To:`. The
year of a heading is the one that puts it between From and To; without them the period is asked (id "period").

Each cell P, A, L, M or S → attendance (name, group, meeting_on, status); a blank cell is no row. Each member → a row of
`members` with unknown days too, since a member without a mark is still one. The rows Visitors, BNI and Total are left
out. Any other text in a cell rejects its row. Covers attendance for the period.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import numpy as np
import pandas as pd

from data.date_order import choose_orders
from data.draft import Draft, Question, staging_frame
from data.layouts import bni, periods
from data.layouts.banner import Banner, chapter_name, chapter_of
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.layouts.periods import Cell, Period
from data.layouts.signatures import is_day

NAME = "attendance"
TARGETS = ("name", "first_name", "last_name")
LABELS = bni.labels(bni.NAMES)
STATUSES = frozenset("PALMS")
_NO_MARK = frozenset(("-", "–", "—"))
_MEETING = "meeting "  # our name of a date column, with its place behind it


def match(context: Context) -> Match:
    """Match the names by label and take every heading that is a day as a meeting."""
    found = bni.match_labels(context, LABELS)
    for i, header in enumerate(found.headers):
        if header and i not in found.columns.values() and is_day(header):
            found.columns[f"{_MEETING}{i}"] = i
    return found


def complete(found: Match) -> bool:
    return bni.named(found) and bool(_meetings(found))


def build(context: Context, found: Match) -> Draft:
    """One row a member and meeting that has a mark."""
    table = bni.open_table(context, found, "name")
    if "first_name" in found.columns:  # a member without a mark has both names; one whole name could be a remark
        table = bni.without_footer(table)
    names = bni.names_of(table)
    pseudo = ~pd.isna(bni.pseudo_rows(names))
    table, names = bni.without(table, pseudo), names[~pseudo]
    table.refuse_rows(pd.isna(names), "the row names nobody")
    banner = Banner.read(table.context)
    chapter = banner.values.get("chapter")
    group = chapter_of(table, chapter_name(chapter.text) if chapter else None)
    period = periods.settle(
        table, banner.period, "The file does not say the years of its meetings. From which day to which does it go?",
        span=True,
    )  # fmt: skip
    days = _days(table, period) if period else {}
    marks = {target: _marks(table, target) for target in _meetings(found)}
    draft = table.draft(
        NAME,
        {"attendance": _rows(table, names, group, days, marks), "members": _members(table, names, group)},
        dict.fromkeys(marks, "status"),
    )
    if period:
        draft.covers = {"attendance": (period.first, period.last)}
    return draft


def _meetings(found: Match) -> list[str]:
    return [target for target in found.columns if target.startswith(_MEETING)]


def _marks(table: Table, target: str) -> np.ndarray:
    """The letters of one meeting by row; None where the cell is blank."""
    column = table.column(target)
    if column is None:
        return np.full(len(table), None, dtype=object)
    letters = [text.strip().upper() for text in column.texts]
    bad = {i: f"'{column.texts[i].strip()}' is none of P, A, L, M and S" for i, letter in enumerate(letters)
           if letter not in STATUSES | _NO_MARK}  # fmt: skip
    table.refuse(target, column, bad)
    return column.spread(np.array([x if x in STATUSES else None for x in letters], dtype=object), None)


def _days(table: Table, period: Period) -> dict[str, dt.date]:
    """The day of each meeting column: the one between From and To that its heading fits."""
    headings = {target: table.match.header_of(target) for target in _meetings(table.match)}
    found: dict[str, dt.date] = {}
    for year in range(period.first.year, period.last.year + 1):
        for target, day in _in_year(table, headings, year).items():
            if period.first <= day <= period.last:
                found.setdefault(target, day)
    outside = [heading for target, heading in headings.items() if target not in found]
    if outside and not any(question.id == "date_order" for question in table.questions):
        table.ask(
            Question(
                "period",
                f"The meeting '{outside[0]}' does not lie between {period.first} and {period.last}. From which day "
                "to which does the file go?",
                (),
                "--period FROM:TO",
                free=True,
            )
        )
    return found


def _in_year(table: Table, headings: dict[str, str], year: int) -> dict[str, dt.date]:
    """What each heading means in one year; a question where the order of day and month is open."""
    row = table.context.header_row
    cells = [Cell(_with_year(text, year), 1, row, text) for text in headings.values()]
    context = table.context
    scan = periods.scan_cells(cells, context.today, context.raw.date_system)
    choice = choose_orders({"headings": scan}, context.answers.date_order, context.settings.get("date_order"))
    if choice.question:
        if not any(question.id == "date_order" for question in table.questions):
            text = choice.question.replace("Every date in 'headings'", "Every meeting's heading")
            table.ask(Question("date_order", text, choice.choices, f"--date-order {choice.choices[0]}"))
        return {}
    days, _ = scan.resolve(choice.orders.get("headings"))
    by_row = days[scan.column.codes]
    return {
        target: day.astype("datetime64[D]").item()
        for target, day in zip(headings, by_row, strict=True)
        if not np.isnat(day)
    }


def _with_year(heading: str, year: int) -> str:
    """A heading as a full date: the year is put where a reader of dates expects it."""
    text = unicodedata.normalize("NFKC", heading).strip()
    if east := re.fullmatch(r"(?:(\d{4})年)?(\d\d?)月(\d\d?)日", text):
        return f"{east[1] or year}-{east[2]}-{east[3]}"
    if re.search(r"\d{4}", text) or len(re.findall(r"\d+", text)) == 3:
        return text
    if parts := re.fullmatch(r"(\d\d?)[\s./-]+(\d\d?)\.?", text):
        return f"{parts[1]}/{parts[2]}/{year}"
    return f"{text} {year}"


def _rows(
    table: Table, names: np.ndarray, group: str | None, days: dict[str, dt.date], marks: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Row by row, meeting by meeting."""
    kept = table.kept()
    parts = []
    for target, letters in marks.items():
        rows = np.flatnonzero(kept & ~pd.isna(letters))
        columns = {
            "row_no": table.rows[rows],
            "name": names[rows],
            "group": [group] * len(rows),
            "meeting_on": bni.days_64(days.get(target), len(rows)),
            "status": letters[rows],
        }
        parts.append(staging_frame("attendance", columns, len(rows)))
    made = pd.concat(parts, ignore_index=True) if parts else staging_frame("attendance", {}, 0)
    return made.sort_values("row_no", kind="stable", ignore_index=True)


def _members(table: Table, names: np.ndarray, group: str | None) -> pd.DataFrame:
    columns = {"row_no": table.rows, "name": names, "group": [group] * len(table)}
    return staging_frame("members", columns, len(table))[table.kept()].reset_index(drop=True)
