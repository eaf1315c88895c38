"""Small real files for the importer's tests, written the way users' programs write them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import xlsxwriter

from data.draft import Answers, Draft
from data.layouts import recognise
from data.readers import read
from data.readers.raw import TEXT, Column

TODAY = dt.date(2026, 11, 22)


def column(*cells: str, kind: int = TEXT) -> Column:
    """A column of one cell a row, rows numbered from 2."""
    texts = list(dict.fromkeys(c for c in cells if c))
    codes = np.array([texts.index(c) if c else -1 for c in cells], dtype=np.int32)
    kinds = np.full(len(texts), kind, dtype=np.uint8)
    return Column(pa.array(texts, pa.string()), kinds, codes, np.arange(2, 2 + len(cells)))


def write_csv(path: Path, rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, sheets: dict[str, list[list[object]]], *, date_1904: bool = False) -> Path:
    book = xlsxwriter.Workbook(str(path), {"date_1904": date_1904})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(i, j, dt.datetime.combine(value, dt.time()), day)
                elif value is not None:
                    sheet.write(i, j, value)
    book.close()
    return path


def drafts(path: Path, answers: Answers | None = None, settings: dict[str, str] | None = None) -> list[Draft]:
    """Read a file in the child process and recognise its tables."""
    return recognise(read(path), answers or Answers(), settings or {}, today=TODAY)


def draft(folder: Path, text: str, answers: Answers | None = None, settings: dict[str, str] | None = None) -> Draft:
    """The one draft of a CSV text."""
    path = folder / "log.csv"
    path.write_text(text, encoding="utf-8")
    (only,) = drafts(path, answers, settings)
    return only
