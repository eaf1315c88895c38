"""A second, more patient reader of xlsx: for files that calamine gives up on and spreadsheet programs open.

Such as parts in UTF-16, sizes that lie, relationships that lead nowhere, cells without an address, sheets of macros.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from data.readers.grid import Grid, number, serial_date
from data.readers.package import inflate
from data.readers.refused import refuse
from data.readers.sink import BOOL, DATE, TEXT

_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_OUTSIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def read_second_xlsx(path: Path, folder: Path) -> dict[str, Any]:
    """Read every worksheet into folder/N.arrow, as `read_workbook` does."""
    with closing(zipfile.ZipFile(path)) as archive, path.open("rb") as file:
        return _Book(archive, file).read(folder)


class _Book:
    def __init__(self, archive: zipfile.ZipFile, file: BinaryIO) -> None:
        self.file = file
        self.members = {m.filename.replace("\\", "/").lstrip("/").lower(): m for m in archive.infolist()}
        self.strings: list[str] = []
        self.dates: list[bool] = []
        self.from_1904 = False

    def read(self, folder: Path) -> dict[str, Any]:
        home = next((name for name in self.members if name.endswith("workbook.xml")), None)
        if home is None:
            raise refuse("This workbook is damaged: its list of sheets is missing.", "Save or export it again.")
        base = posixpath.dirname(home)
        listed, links = self._workbook(home), self._links(posixpath.join(base, "_rels/workbook.xml.rels"))
        self.strings = _strings(self._blocks(posixpath.join(base, "sharedstrings.xml")))
        self.dates = _date_styles(self._blocks(posixpath.join(base, "styles.xml")))
        sheets: list[dict[str, Any]] = []
        for number_, (name, link, state) in enumerate(listed, 1):
            target = links.get(link, f"worksheets/sheet{number_}.xml").lower()
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            if part in self.members and "macrosheets/" not in part and "chartsheets/" not in part:
                sink = self._sheet(part).write(folder / f"{len(sheets)}.arrow")
                sheets.append(sink.about(name, hidden=state not in ("", "visible")))
        return {"sheets": sheets, "problems": [], "date_system": 1904 if self.from_1904 else 1900}

    def _blocks(self, name: str) -> Iterator[bytes]:
        return inflate(self.file, self.members[name]) if name in self.members else iter(())

    def _workbook(self, home: str) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []

        def start(tag: str, at: dict[str, str]) -> None:
            if tag == "sheet":
                link = next((value for key, value in at.items() if key.rpartition(" ")[2] == "id"), "")
                found.append((at.get("name", ""), link, at.get("state", "")))
            elif tag == "workbookPr":
                self.from_1904 |= at.get("date1904") in ("1", "true")  # extensions have an element of this name, too

        walk(self._blocks(home), start)
        return found

    def _links(self, name: str) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(tag: str, at: dict[str, str]) -> None:
            if tag == "Relationship":
                found[at.get("Id", "")] = at.get("Target", "")

        with suppress(expat.ExpatError):  # without it the sheets are found by their usual names
            walk(self._blocks(name), start)
        return found

    def _sheet(self, part: str) -> Grid:
        grid = Grid()
        cell: dict[str, Any] = {"row": -1, "column": -1, "kind": "n", "style": 0, "value": None, "inside": False}

        def start(tag: str, at: dict[str, str]) -> None:
            if tag == "row":
                cell["row"] = int(at["r"]) - 1 if at.get("r", "").isdigit() else cell["row"] + 1
                cell["column"] = -1
            elif tag == "c":
                cell["column"] = _column(at.get("r", "")) if at.get("r") else cell["column"] + 1
                cell.update(kind=at.get("t", "n"), style=int(at.get("s", "0") or 0), value=None)
            elif tag in ("v", "t"):
                cell["inside"] = True
                cell["value"] = cell["value"] or ""

        def end(tag: str) -> None:
            if tag in ("v", "t"):
                cell["inside"] = False
            elif tag == "c" and cell["value"] is not None:
                grid.put(cell["row"], cell["column"], *self._value(cell["value"], cell["kind"], cell["style"]))

        def text(data: str) -> None:
            if cell["inside"]:
                cell["value"] += data

        walk(self._blocks(part), start, end, text)
        return grid

    def _value(self, text: str, kind: str, style: int) -> tuple[str | None, int]:
        if kind == "s":
            known = text.strip().isdigit() and int(text) < len(self.strings)
            return (_unescaped(self.strings[int(text)]) if known else None), TEXT
        if kind == "b":
            return ("TRUE" if text.strip() == "1" else "FALSE"), BOOL
        if kind == "e":
            return None, 0
        if kind == "d":
            return text.replace("T", " ").removesuffix(" 00:00:00"), DATE
        if kind == "n":
            is_date = style < len(self.dates) and self.dates[style]
            return serial_date(text, from_1904=self.from_1904) if is_date else number(text)
        return _unescaped(text), TEXT


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def walk(
    blocks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML, names without namespaces; entities are refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, at: start(name.rpartition(" ")[2], at)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text:
        parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _no_entities
    seen = False
    for block in blocks:
        seen = True
        parser.Parse(block, False)
    if seen:
        parser.Parse(b"", True)


def _no_entities(*_: Any) -> None:
    raise refuse("The XML in this file declares entities, which no spreadsheet program does; it is not read.")


def _strings(blocks: Iterator[bytes]) -> list[str]:
    found: list[str] = []
    state = {"inside": False, "spoken": False}

    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            found.append("")
        elif tag == "rPh":
            state["spoken"] = True  # how a name is pronounced, not the name
        elif tag == "t":
            state["inside"] = bool(found) and not state["spoken"]

    def end(tag: str) -> None:
        if tag == "t":
            state["inside"] = False
        elif tag == "rPh":
            state["spoken"] = False

    def text(data: str) -> None:
        if state["inside"]:
            found[-1] += data

    walk(blocks, start, end, text)
    return found


def _date_styles(blocks: Iterator[bytes]) -> list[bool]:
    """Per cell style, whether its number format shows a date."""
    formats: dict[str, bool] = {}
    styles: list[bool] = []
    state = {"cells": False}

    def start(tag: str, at: dict[str, str]) -> None:
        if tag == "numFmt":
            formats[at.get("numFmtId", "")] = bool(
                re.search("[dmyhs]", _OUTSIDE.sub("", at.get("formatCode", "")).lower())
            )
        elif tag == "cellXfs":
            state["cells"] = True
        elif tag == "xf" and state["cells"]:
            code = at.get("numFmtId", "0")
            styles.append(formats.get(code, code.isdigit() and int(code) in _DATE_FORMATS))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            state["cells"] = False

    walk(blocks, start, end)
    return styles


def _column(address: str) -> int:
    """ "B7" → 1."""
    place = 0
    for letter in address.rstrip("0123456789").upper():
        place = place * 26 + ord(letter) - 64
    return place - 1
