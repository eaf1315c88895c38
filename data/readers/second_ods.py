"""A second, more patient reader of OpenDocument spreadsheets, zipped or flat: for files that calamine gives up on."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from data.readers.grid import Grid, number
from data.readers.package import beyond, check_prolog, inflate
from data.readers.refused import refuse
from data.readers.second_xlsx import walk
from data.readers.sink import BOOL, DATE, NUMBER, TEXT, Sink

_FAR = 1_000_000  # repeats that fill this many rows or columns with the same cell are padding or an attack


def read_second_ods(path: Path, folder: Path) -> dict[str, Any]:
    """Read every table of content.xml, or of the flat XML file itself, into folder/N.arrow."""
    reader = _Tables(folder)
    with path.open("rb") as file:
        if file.read(2) == b"PK":
            with zipfile.ZipFile(path) as archive:
                member = next((m for m in archive.infolist() if m.filename.lower() == "content.xml"), None)
            if member is None:
                raise refuse("This workbook is damaged: its content is missing.", "Save or export it again.")
            blocks: Iterator[bytes] = inflate(file, member)
        else:
            file.seek(0)
            check_prolog(file.read(4_096))
            file.seek(0)
            blocks = iter(lambda: file.read(1 << 16), b"")
        try:
            walk(blocks, reader.start, reader.end, reader.text)
        except ExpatError as error:
            raise refuse("The XML of this workbook breaks off or is damaged.", "Save or export it again.") from error
    return {"sheets": reader.sheets, "problems": [], "date_system": 1900}


class _Tables:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sheets: list[dict[str, Any]] = []
        self.grid: Grid | None = None
        self.name = ""
        self.row = self.column = 0
        self.row_repeat = self.repeat = 1
        self.attributes: dict[str, str] | None = None
        self.paragraphs: list[str] = []
        self.inside = self.noted = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        at = {key.rpartition(" ")[2]: value for key, value in given.items()}
        if tag == "table" and self.grid is None:
            self.grid, self.name, self.row = Grid(), at.get("name", f"Sheet{len(self.sheets) + 1}"), 0
        elif tag == "table-row":
            self.column, self.row_repeat = 0, _times(at, "number-rows-repeated")
        elif tag in ("table-cell", "covered-table-cell"):
            self.attributes, self.paragraphs = at, []
            self.repeat = _times(at, "number-columns-repeated")
        elif tag == "annotation":
            self.noted += 1  # a note on a cell is not its text
        elif tag == "p" and self.attributes is not None and not self.noted:
            self.paragraphs.append("")
            self.inside += 1
        elif self.inside and self.paragraphs and tag in ("s", "tab", "line-break"):
            self.paragraphs[-1] += " " * min(_times(at, "c"), 1_000) if tag == "s" else "\t" if tag == "tab" else "\n"

    def text(self, data: str) -> None:
        if self.inside and not self.noted:
            self.paragraphs[-1] += data

    def end(self, tag: str) -> None:
        if tag == "annotation":
            self.noted -= 1
        elif tag == "p" and self.inside and not self.noted:
            self.inside -= 1
        elif tag in ("table-cell", "covered-table-cell") and self.attributes is not None:
            self._place(*_value(self.attributes, "\n".join(self.paragraphs)))
            self.attributes = None
        elif tag == "table-row":
            self.row += self.row_repeat
        elif tag == "table" and self.grid is not None and self.attributes is None:
            sink: Sink = self.grid.write(self.folder / f"{len(self.sheets)}.arrow")
            self.sheets.append(sink.about(self.name))
            self.grid = None

    def _place(self, text: str | None, kind: int) -> None:
        if text and self.grid is not None:
            if self.repeat * self.row_repeat > _FAR:
                raise beyond()
            for row in range(self.row, self.row + self.row_repeat):
                for column in range(self.column, self.column + self.repeat):
                    self.grid.put(row, column, text, kind)
        self.column += self.repeat


def _times(at: dict[str, str], name: str) -> int:
    text = at.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 12 else 1


def _value(at: dict[str, str], shown: str) -> tuple[str | None, int]:
    """A cell's own value where the file gives one, else what it shows."""
    kind, value = at.get("value-type", ""), at.get("value", "")
    if kind in ("float", "currency", "percentage") and value:
        return number(value)
    if kind == "date" and at.get("date-value"):
        return at["date-value"].replace("T", " ").removesuffix(" 00:00:00"), DATE
    if kind == "boolean":
        return ("TRUE" if at.get("boolean-value") == "true" else "FALSE"), BOOL
    return shown or at.get("string-value") or None, NUMBER if kind == "float" else TEXT
