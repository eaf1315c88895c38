"""Gnumeric's own format: one XML file, mostly gzipped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from data.readers.grid import Grid, number, serial_date
from data.readers.package import check_prolog
from data.readers.refused import refuse
from data.readers.second_xlsx import walk
from data.readers.sink import BOOL, TEXT

_OUTSIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def read_gnumeric(path: Path, folder: Path) -> dict[str, Any]:
    """Read every sheet into folder/N.arrow. A formula without a stored value is its own text."""
    reader = _Sheets(folder)
    with path.open("rb") as file:
        check_prolog(file.read(4_096))
        file.seek(0)
        try:
            walk(iter(lambda: file.read(1 << 16), b""), reader.start, reader.end, reader.text)
        except ExpatError as error:
            raise refuse("The XML of this file breaks off or is damaged.", "Save or export it again.") from error
    return {"sheets": reader.sheets, "problems": [], "date_system": 1904 if reader.from_1904 else 1900}


class _Sheets:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sheets: list[dict[str, Any]] = []
        self.grid: Grid | None = None
        self.from_1904 = False
        self.name: str | None = None
        self.cell: dict[str, str] = {}
        self.parts: list[str] | None = None

    def start(self, tag: str, at: dict[str, str]) -> None:
        if tag == "Sheet":
            self.grid, self.name = Grid(), None
        elif tag in ("Cell", "Name", "DateConvention"):
            self.cell, self.parts = at, []

    def text(self, data: str) -> None:
        if self.parts is not None:
            self.parts.append(data)

    def end(self, tag: str) -> None:
        if tag not in ("Cell", "Name", "DateConvention", "Sheet"):
            return
        text, self.parts = "".join(self.parts or ()), None
        if tag == "DateConvention":
            self.from_1904 = "1904" in text
        elif self.grid is None:
            return
        elif tag == "Name":
            self.name = self.name or text
        elif tag == "Cell":
            row, column = self.cell.get("Row", ""), self.cell.get("Col", "")
            if row.isdigit() and column.isdigit():
                self.grid.put(int(row), int(column), *self._value(text))
        else:
            sink = self.grid.write(self.folder / f"{len(self.sheets)}.arrow")
            self.sheets.append(sink.about(self.name or f"Sheet{len(self.sheets) + 1}"))
            self.grid = None

    def _value(self, text: str) -> tuple[str | None, int]:
        kind = self.cell.get("ValueType", "")
        if kind in ("30", "40"):
            shown = _OUTSIDE.sub("", self.cell.get("ValueFormat", "")).lower()
            return serial_date(text, from_1904=self.from_1904) if re.search("[dmy]", shown) else number(text)
        if kind == "20":
            return ("TRUE" if text.upper() == "TRUE" else "FALSE"), BOOL
        return (None, 0) if kind in ("10", "50") else (text, TEXT)
