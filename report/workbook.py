"""Tables as a workbook: one sheet each, real numbers and dates, and a sheet that says what it is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

import formats
import service
from report import cells
from report.model import Content, Section, Table
from report.plain import writable

WIDEST = 60  # letters of a column
LONGEST = 32_000  # letters of a cell, a little under what a workbook can hold
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LOOKS = {"date": "d mmm yyyy", "month": "mmm yyyy", "percent": "0.0%", "whole": "#,##0", "number": "General",
          "text": "General"}  # fmt: skip
OWN = ("Own title", "Note")  # columns that stand only where an author wrote something
About = Sequence[tuple[str, str]]


def table_bytes(frame: pd.DataFrame, title: str, about: About = ()) -> bytes:
    """One table, and a sheet About: pairs of a heading and what is said under it."""
    return _written([("About", None, [("Table", title), *about]), (title, frame, ())])


def book_bytes(content: Content, locale: str = formats.DEFAULT) -> bytes:
    """The report's findings in a sheet, then every table in a sheet of its own."""
    tables = [table for section in content.sections for table in section.tables]
    sheets: list[tuple[str, pd.DataFrame | None, About]] = [
        ("About", None, about(content, tables, locale)),
        ("Findings", findings(content), ()),
    ]
    return _written([*sheets, *((table.title, table.frame, ()) for table in tables)])


def about(content: Content, tables: Iterable[Table], locale: str) -> list[tuple[str, str]]:
    said = [
        ("Net Effect", content.title),
        ("Scope", content.subtitle),
        ("Made on", formats.day(content.made_on, locale)),
        ("Store version", str(content.store_version)),
        ("Method", content.method),
        ("Names", "masked, amounts rounded to two figures" if content.masked else "as recorded"),
        ("Causes", "No finding here claims a cause."),
    ]
    verdicts = [(section.badge, section.title) for section in content.sections if section.badge]
    return [*said, ("", ""), *verdicts, ("", ""), *(("Table", table.title) for table in tables)]


def findings(content: Content) -> pd.DataFrame:
    """One row a section: its sentence, verdict, and what stands under it; an author's words where there are any."""

    def row(section: Section) -> dict[str, str]:
        return {"Own title": section.own, "Finding": section.title, "Verdict": section.badge, "Note": section.note,
                "Says": " ".join(section.lines), "How it is computed": " ".join(section.how),
                "Source": section.footer}  # fmt: skip

    rows = [row(section) for section in content.sections]
    said = [name for name in rows[0] if name not in OWN or any(r[name] for r in rows)] if rows else []
    return pd.DataFrame(rows, columns=said)


def _written(sheets: Sequence[tuple[str, pd.DataFrame | None, About]]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "Net Effect", "author": "", "company": ""})
        looks = {how: book.add_format({"num_format": code, "valign": "top"}) for how, code in _LOOKS.items()}
        bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, (_, frame, said) in zip(names([title for title, _, _ in sheets]), sheets, strict=True):
            sheet = book.add_worksheet(name)
            if frame is None:
                _pairs(sheet, said, bold, wrapped)
            else:
                _table(sheet, frame, looks, bold)
    return out.getvalue()


def _pairs(sheet: Worksheet, said: About, bold: Format, wrapped: Format) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    for number, (head, text) in enumerate(said):
        if head or text:
            sheet.write_string(number, 0, _text(head), bold)
            sheet.write_string(number, 1, _text(text), wrapped)


def _table(sheet: Worksheet, frame: pd.DataFrame, looks: dict[str, Format], bold: Format) -> None:
    """Headings that stay in sight and filter; what is not known is an empty cell."""
    frame = service.inert(frame)
    for place, name in enumerate(frame):
        column = frame[name]
        how = cells.kind(str(name), column)
        sheet.write_string(0, place, _text(name), bold)
        widest = len(str(name))
        for number, value in enumerate(column, 1):
            if not formats.missing(value):
                _cell(sheet, number, place, value, how, looks[how])
                widest = max(widest, len(str(value)) if how == "text" else 11)
        sheet.set_column(place, place, min(WIDEST, widest + 2))
    sheet.freeze_panes(1, 0)
    if len(frame.columns):
        sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)


def _cell(sheet: Worksheet, number: int, place: int, value: Any, how: str, look: Format) -> None:
    if isinstance(value, date):
        day = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        sheet.write_datetime(number, place, day.replace(tzinfo=None) if isinstance(day, datetime) else day, look)
    elif how == "text" or abs(float(value)) == float("inf"):
        said = ("yes" if value else "no") if isinstance(value, bool) else value
        sheet.write_string(number, place, _text(said), look)
    else:
        sheet.write_number(number, place, float(value), look)


def _text(value: object) -> str:
    return writable(value)[:LONGEST]


def names(titles: Sequence[str]) -> list[str]:
    """Sheet names: at most 31 letters, none twice in any case of letters, no sign that a sheet may not have."""
    taken: set[str] = set()
    found = []
    for title in titles:
        clean = " ".join(_FORBIDDEN.sub(" ", writable(title)).split()) or "Table"
        name, nth = clean[:31].strip(), 1
        while name.casefold() in taken or name.casefold() == "history":
            nth += 1
            name = f"{clean[: 31 - len(str(nth)) - 1].strip()} {nth}"
        taken.add(name.casefold())
        found.append(name)
    return found
