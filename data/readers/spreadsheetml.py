"""SpreadsheetML 2003: the XML that BNI Connect and others call ".xls". Read as a stream, entities forbidden."""

from __future__ import annotations

from array import array
from html.entities import html5
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyarrow as pa

from data.readers.package import beyond, check_prolog, hides_script, script_found
from data.readers.refused import refuse
from data.readers.sink import BOOL, DATE, MAX_COLUMNS, NUMBER, TEXT, Sink
from data.readers.styles import Styles

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_KINDS = {"String": TEXT, "Number": NUMBER, "DateTime": DATE, "Boolean": BOOL, "Error": 0}
_MAX_ROWS = 1_048_576


def read_spreadsheetml(path: Path, folder: Path) -> dict[str, Any]:
    """Read every Worksheet into folder/N.arrow. ss:Index gaps become empty rows and cells.

    Where a sheet has bold cells, folder/N.bold.arrow lists them (row from 1, column from 0).
    """
    with path.open("rb") as file:
        head = file.read(4_096)
        check_prolog(head)
        file.seek(len(head) - len(head.lstrip(b" \t\r\n")))  # blanks before the first tag are common, and not XML
        parser = expat.ParserCreate(namespace_separator=" ")
        handler = _Handler(folder)
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _no_entities
        parser.EntityDeclHandler = _no_entities
        parser.buffer_text = True
        # HTML's names for letters (&eacute;) are no XML, but some exports write them: read them as what they mean
        parser.UseForeignDTD(True)
        parser.ExternalEntityRefHandler = lambda *_: 1
        parser.SkippedEntityHandler = lambda name, is_parameter: handler.text(html5.get(f"{name};", ""))
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
        self.styles = Styles()
        self.style = ""  # the style being declared
        self.column_styles: dict[int, str] = {}
        self.bold_cells = array("I"), array("I")
        self.in_comment = False
        self.in_visible = False
        self.in_bold = 0  # <B> elements around the text
        self.plain_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        opener = _OPENERS.get(tag)
        if opener:
            opener(self, attributes)

    def _start_style(self, attributes: dict[str, str]) -> None:
        self.style = _get(attributes, "ID")
        self.styles.declare(self.style, _get(attributes, "Parent"))

    def _start_font(self, attributes: dict[str, str]) -> None:
        if self.style and (bold := _get(attributes, "Bold")):
            self.styles.own[self.style] = bold.strip().lower() in ("1", "true")

    def _start_worksheet(self, attributes: dict[str, str]) -> None:
        self.sink = Sink(self.folder / f"{len(self.sheets)}.arrow", typed=True)
        self.row_no, self.next_column = 0, 1
        self.name = _get(attributes, "Name") or f"Sheet{len(self.sheets) + 1}"
        self.hidden = False
        self.table_style = ""
        self.column_styles = {}
        self.bold_cells = array("I"), array("I")

    def _start_table(self, attributes: dict[str, str]) -> None:
        self.table_style = _get(attributes, "StyleID")

    def _start_column(self, attributes: dict[str, str]) -> None:
        if not self.sink:
            return
        first = _index(attributes, self.next_column, MAX_COLUMNS)
        self.next_column = min(first + _count(attributes, "Span"), MAX_COLUMNS) + 1
        if style := _get(attributes, "StyleID"):
            self.column_styles.update(dict.fromkeys(range(first - 1, self.next_column - 1), style))

    def _start_row(self, attributes: dict[str, str]) -> None:
        if not self.sink:
            return
        self._skip_rows(_index(attributes, self.row_no + 1, _MAX_ROWS) - self.row_no - 1)
        self.row_style = _get(attributes, "StyleID")
        self.row_span = _count(attributes, "Span")
        self.cells, self.kinds = [], []

    def _skip_rows(self, count: int) -> None:
        assert self.sink
        if self.row_no + count > _MAX_ROWS:
            raise beyond()
        for _ in range(count):
            self.sink.add([], [])
        self.row_no += count

    def _start_cell(self, attributes: dict[str, str]) -> None:
        index = _index(attributes, len(self.cells) + 1, MAX_COLUMNS)
        gap = index - 1 - len(self.cells)
        self.cells += [None] * (gap + 1)
        self.kinds += [0] * (gap + 1)
        self.span = _count(attributes, "MergeAcross")
        self.cell_style = _get(attributes, "StyleID")
        if hides_script(_get(attributes, "Formula")):
            raise script_found()

    def _start_data(self, attributes: dict[str, str]) -> None:
        if self.cells and not self.in_comment:
            self.parts, self.in_bold, self.plain_text = [], 0, False
            self.kind = _KINDS.get(_get(attributes, "Type") or "String", TEXT)

    def _start_comment(self, _: dict[str, str]) -> None:
        self.in_comment = True  # a note on a cell has a Data of its own, which is not the cell's

    def _start_bold(self, _: dict[str, str]) -> None:
        self.in_bold += 1

    def text(self, text: str) -> None:
        if self.parts is not None:
            self.parts.append(text)
            self.plain_text |= not self.in_bold and not text.isspace()
        elif self.in_visible:
            self.hidden |= text.strip() in ("SheetHidden", "SheetVeryHidden")

    def _start_visible(self, _: dict[str, str]) -> None:
        self.in_visible = True

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        closer = _CLOSERS.get(tag)
        if closer:
            closer(self)

    def _end_visible(self) -> None:
        self.in_visible = False

    def _end_style(self) -> None:
        self.style = ""

    def _end_comment(self) -> None:
        self.in_comment = False

    def _end_bold(self) -> None:
        self.in_bold -= 1

    def _end_data(self) -> None:
        if self.parts is None:
            return
        text = "".join(self.parts)
        self.parts = None
        if text and self.kind:
            self.cells[-1] = _value(text, self.kind)
            self.kinds[-1] = self.kind
            if not self.plain_text or self._styled_bold():
                self.bold_cells[0].append(self.row_no + 1)
                self.bold_cells[1].append(len(self.cells) - 1)

    def _styled_bold(self) -> bool:
        """The nearest style that is named counts: the cell's, the row's, the column's, the table's."""
        column = self.column_styles.get(len(self.cells) - 1, "")
        return self.styles.bold(self.cell_style or self.row_style or column or self.table_style or "Default")

    def _end_cell(self) -> None:
        self.cells += [None] * min(self.span, MAX_COLUMNS)
        self.kinds += [0] * min(self.span, MAX_COLUMNS)

    def _end_row(self) -> None:
        if self.sink:
            self.sink.add(self.cells, self.kinds)
            self.row_no += 1
            self._skip_rows(self.row_span)

    def _end_worksheet(self) -> None:
        if not self.sink:
            return
        self.sink.close()
        if self.bold_cells[0]:
            self._write_bold()
        self.sheets.append(self.sink.about(self.name, hidden=self.hidden, styled=bool(self.styles.own)))
        self.sink = None

    def _write_bold(self) -> None:
        rows, columns = (pa.array(numbers, pa.uint32()) for numbers in self.bold_cells)
        table = pa.table({"row": rows, "column": columns})
        with (
            pa.OSFile(str(self.folder / f"{len(self.sheets)}.bold.arrow"), "wb") as file,
            pa.ipc.new_file(file, table.schema) as writer,
        ):
            writer.write_table(table)


_OPENERS = {
    "Style": _Handler._start_style,
    "Font": _Handler._start_font,
    "Worksheet": _Handler._start_worksheet,
    "Table": _Handler._start_table,
    "Column": _Handler._start_column,
    "Row": _Handler._start_row,
    "Cell": _Handler._start_cell,
    "Data": _Handler._start_data,
    "Comment": _Handler._start_comment,
    "B": _Handler._start_bold,
    "Visible": _Handler._start_visible,
}
_CLOSERS = {
    "Style": _Handler._end_style,
    "Worksheet": _Handler._end_worksheet,
    "Row": _Handler._end_row,
    "Cell": _Handler._end_cell,
    "Data": _Handler._end_data,
    "Comment": _Handler._end_comment,
    "B": _Handler._end_bold,
    "Visible": _Handler._end_visible,
}


def _get(attributes: dict[str, str], name: str) -> str:
    """An attribute, with the namespace that Excel writes or, as in some exports, without."""
    return attributes.get(f"{_NAMESPACE} {name}") or attributes.get(name, "")


def _count(attributes: dict[str, str], name: str) -> int:
    text = _get(attributes, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _index(attributes: dict[str, str], expected: int, limit: int) -> int:
    """ss:Index, never smaller than where we are: a lying index must not move cells over one another."""
    declared = _count(attributes, "Index")
    if max(declared, expected) > limit:
        raise beyond()
    return max(expected, declared)


def _value(text: str, kind: int) -> str:
    if kind == BOOL:
        return "TRUE" if text.strip() in ("1", "true", "TRUE") else "FALSE"
    if kind == DATE:
        day, _, time = text.strip().partition("T")
        return day if time.strip("0:.") == "" else f"{day} {time}"
    return text
