"""A second reader of old xls files: Excel 2 to 5, and code pages that calamine does not know."""

from __future__ import annotations

import struct
from io import StringIO
from pathlib import Path
from typing import Any

import xlrd

from data.readers.container import PROTECTED, PROTECTED_HINT
from data.readers.grid import Grid, number, serial_date
from data.readers.refused import refuse
from data.readers.sink import BOOL, TEXT


def counts_from_1904(path: Path) -> bool:
    """Whether an old workbook counts its days from 1904. Raises ValueError for one that cannot be opened."""
    return _open(path, on_demand=True).datemode == 1


def read_second_xls(path: Path, folder: Path) -> dict[str, Any]:
    """Read every worksheet into folder/N.arrow. Raises ValueError for what it cannot read."""
    book = _open(path, on_demand=False)
    from_1904 = book.datemode == 1
    sheets: list[dict[str, Any]] = []
    for sheet in book.sheets():
        grid = Grid()
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                grid.put(row, column, *_value(cell, from_1904))
        sink = grid.write(folder / f"{len(sheets)}.arrow")
        sheets.append(sink.about(sheet.name, hidden=bool(sheet.visibility)))
    return {"sheets": sheets, "problems": [], "date_system": 1904 if from_1904 else 1900}


def _value(cell: Any, from_1904: bool) -> tuple[str | None, int]:
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number(repr(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return serial_date(repr(cell.value), from_1904=from_1904)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return ("TRUE" if cell.value else "FALSE"), BOOL
    return (cell.value if cell.ctype == xlrd.XL_CELL_TEXT else None), TEXT


def _open(path: Path, *, on_demand: bool) -> xlrd.Book:
    try:
        return xlrd.open_workbook(str(path), logfile=StringIO(), formatting_info=False, on_demand=on_demand)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise refuse(PROTECTED, PROTECTED_HINT) from error
        raise ValueError(str(error)) from error
    except (xlrd.compdoc.CompDocError, struct.error, AssertionError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
