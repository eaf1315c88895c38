"""Strings that break programs, and files that hold nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from data.clean import clean_name

_HOSTILE = Path(__file__).resolve().parents[2] / "shared" / "hostile"
BLNS = _HOSTILE / "blns" / "blns.json"
PAYLOADS = _HOSTILE / "csv-injection-payloadbox" / "Intruder" / "csv-payload.txt"
FORMULA = re.compile(r"[=+\-@\t\r\n]")
# What cleaning changes on purpose. Names of persons and groups: white space of every kind, zero-width blanks and the
# byte order mark become one blank, and go between Chinese, Japanese and Korean characters and at both ends; what only
# says that there is no name ("-", "--", "?", "n/a") is none. Other texts lose the white space at both ends. Nothing
# else changes: control characters, direction marks and half characters stay as they are.


def strings() -> list[str]:
    """Every naughty string, and every formula."""
    payloads = [line for line in PAYLOADS.read_text(encoding="utf-8").split("\n") if line]
    return [*json.loads(BLNS.read_text(encoding="utf-8")), *payloads]


def as_name(text: str) -> str | None:
    return clean_name(text)


def as_text(text: str) -> str | None:
    return text.strip() or None


def inert(text: str | None) -> str:
    """A cell of a CSV that we write: the text itself, with an apostrophe where a spreadsheet would run it."""
    return "" if text is None else f"'{text}" if FORMULA.match(text) else text


def rows_of(texts: Sequence[str], group: str | None = "Harbour") -> list[list[str]]:
    """A log in which each text is giver, prospect and note, or the group as well where none is given."""
    first = dt.date(2026, 1, 1)
    rows = [["Date", "From", "To", "Prospect", "Status", "Notes", "Group"]]
    for place, text in enumerate(texts):
        day = (first + dt.timedelta(days=place % 180)).isoformat()
        rows.append([day, text, "Ann Ash", text, "open", text, group or text])
    return rows


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A CSV or an XLSX in which every cell is text."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return path
