"""The containers that exports come in: those of `sample.writers`, and the XML that calls itself .xls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sample import writers
from sample.exports.cells import Bold
from sample.files import Style

XML = "xml"  # SpreadsheetML 2003 under the name .xls
CONTAINERS = (XML, *writers.WRITERS)
_SPACES = "urn:schemas-microsoft-com:office"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\r<?mso-application progid="Excel.Sheet"?>\r\r'
    f'<Workbook xmlns="{_SPACES}:spreadsheet" xmlns:o="{_SPACES}:office" xmlns:x="{_SPACES}:excel" '
    f'xmlns:ss="{_SPACES}:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">\r'
    '\t<Styles>\r\t\t<Style ss:ID="20"><Font ss:FontName="sans-serif" ss:Size="10"/></Style>\r'
    '\t\t<Style ss:ID="21"><Font ss:FontName="sans-serif" ss:Size="10" ss:Bold="1"/></Style>\r\t</Styles>\r'
    '\t<Worksheet ss:Name="Report">\r\t\t<ss:Table>\r'
)
_TAIL = "\t\t</ss:Table>\r\t</Worksheet>\r</Workbook>\r"


def write(path: Path, rows: Sequence[Sequence[Any]], style: Style) -> Path:
    """Write the rows in the style's container beside `path` (its suffix is added); returns the file."""
    if style.container == XML:
        target = path.with_name(f"{path.name}.xls")
        target.write_bytes(spreadsheetml(rows).encode())
        return target
    target = path.with_name(f"{path.name}.{style.container}")
    plain = [[None if c in (None, "") else str(c) if isinstance(c, Bold) else c for c in row] for row in rows]
    writers.WRITERS[style.container](target, plain, style.delimiter, style.encoding)
    return target


def spreadsheetml(rows: Sequence[Sequence[Any]]) -> str:
    """Lines end in CR alone; every cell names its column and its style; a column left free is not written at all."""
    return _HEAD + "".join(_row(row) for row in rows) + _TAIL


def _row(row: Sequence[Any]) -> str:
    cells = "".join(_cell(i, cell) for i, cell in enumerate(row, 1) if cell is not None)
    return f'\t\t\t<Row ss:AutoFitHeight="0" ss:Height="15.0">\r{cells}\t\t\t</Row>\r'


def _cell(index: int, cell: Any) -> str:
    style = 21 if isinstance(cell, Bold) else 20
    if isinstance(cell, date):
        data = f'<Data ss:Type="DateTime">{cell.isoformat()}T00:00:00.000</Data>'
    elif isinstance(cell, int | float):
        data = f'<Data ss:Type="Number">{cell:g}</Data>' if cell == int(cell) else _number(cell)
    else:
        data = f'<Data ss:Type="String">{escape(cell)}</Data>' if cell else '<Data ss:Type="String"/>'
    return f'\t\t\t\t<Cell ss:Index="{index}" ss:StyleID="{style}">\r\t\t\t\t\t{data}\r\t\t\t\t</Cell>\r'


def _number(value: float) -> str:
    return f'<Data ss:Type="Number">{value:.2f}</Data>'
