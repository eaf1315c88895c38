"""SpreadsheetML 2003: the XML that BNI Connect and others call ".xls". Read as a stream, entities forbidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.parsers import expat

from data.readers.package import check_prolog
from data.readers.refused import refuse
from data.readers.sink import BOOL, DATE, MAX_COLUMNS, NUMBER, TEXT, Sink

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_KINDS = {"String": TEXT, "Number": NUMBER, "DateTime": DATE, "Boolean": BOOL, "Error": 0}
_MAX_ROWS = 1_048_576


def read_spreadsheetml(path: Path, folder: Path) -> dict[str, Any]:
    """Read every Worksheet into folder/N.arrow. ss:Index gaps become empty rows and cells."""
    with path.open("rb") as file:
        check_prolog(file.read(4_096))
        file.seek(0)
        parser = expat.ParserCreate(namespace_separator=" ")
        handler = _Handler(folder)
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _no_entities
        parser.EntityDeclHandler = _no_entities
        parser.buffer_text = True
        try:
            parser.ParseFile(file)
        except expat.ExpatError as error:
            raise refuse(
                f"The XML of this file breaks off or is damaged at line {error.lineno}.",
                "Download or export it again.",
            ) from error
    if not handler.sheets:
        raise refuse("This XML spreadsheet has no worksheet.", "Export it again.")
    return {"encoding": "xml", "sheets": handler.sheets, "problems": []}


def _no_entities(*_: Any) -> None:
    raise refuse(
        "The XML in this file declares entities, which no spreadsheet program does; it is not read.",
        "Open it in a spreadsheet program and save it again.",
    )


class _Handler:
    """Builds rows from the element stream; prefixes vary between exports, so names are matched without them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sheets: list[dict[str, Any]] = []
        self.sink: Sink | None = None
        self.row_no = 0
        self.cells: list[str | None] = []
        self.kinds: list[int] = []
        self.kind = 0
        self.parts: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "Worksheet":
            self.sink = Sink(self.folder / f"{len(self.sheets)}.arrow", typed=True)
            self.row_no = 0
            self.name = attributes.get(f"{_NAMESPACE} Name", f"Sheet{len(self.sheets) + 1}")
        elif tag == "Row" and self.sink:
            index = _index(attributes, self.row_no + 1, _MAX_ROWS)
            while self.row_no + 1 < index:
                self.sink.add([], [])
                self.row_no += 1
            self.cells, self.kinds = [], []
        elif tag == "Cell":
            index = _index(attributes, len(self.cells) + 1, MAX_COLUMNS)
            gap = index - 1 - len(self.cells)
            self.cells += [None] * (gap + 1)
            self.kinds += [0] * (gap + 1)
            self.span = int(attributes.get(f"{_NAMESPACE} MergeAcross", "0") or 0)
        elif tag == "Data" and self.cells:
            self.parts = []
            self.kind = _KINDS.get(attributes.get(f"{_NAMESPACE} Type", "String"), TEXT)

    def text(self, text: str) -> None:
        if self.parts is not None:
            self.parts.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "Data" and self.parts is not None:
            text = "".join(self.parts)
            self.parts = None
            if text and self.kind:
                self.cells[-1] = _value(text, self.kind)
                self.kinds[-1] = self.kind
        elif tag == "Cell" and 0 < self.span < MAX_COLUMNS:
            self.cells += [None] * self.span
            self.kinds += [0] * self.span
        elif tag == "Row" and self.sink:
            self.sink.add(self.cells, self.kinds)
            self.row_no += 1
        elif tag == "Worksheet" and self.sink:
            self.sink.close()
            self.sheets.append({"name": self.name, "rows": self.sink.rows, "width": self.sink.width, "hidden": False})
            self.sink = None


def _index(attributes: dict[str, str], expected: int, limit: int) -> int:
    """ss:Index, never smaller than where we are: a lying index must not move cells over one another."""
    declared = attributes.get(f"{_NAMESPACE} Index", "")
    if not declared.isdigit():
        return expected
    if int(declared) > limit:
        raise refuse("A cell of this file lies beyond what a spreadsheet can hold; it is damaged.", "Export it again.")
    return max(expected, int(declared))


def _value(text: str, kind: int) -> str:
    if kind == BOOL:
        return "TRUE" if text.strip() in ("1", "true", "TRUE") else "FALSE"
    if kind == DATE:
        day, _, time = text.strip().partition("T")
        return day if time.strip("0:.") == "" else f"{day} {time}"
    return text
