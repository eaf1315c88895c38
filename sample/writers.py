"""Rows of cells (None, text, number, date) → CSV, XLSX, ODS or XLS."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from errors import UsageError

Rows = Sequence[Sequence[Any]]


def write_csv(path: Path, rows: Rows, delimiter: str, encoding: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    try:
        path.write_bytes(text.getvalue().encode(encoding))
    except UnicodeEncodeError as e:
        raise ValueError(f"{encoding} cannot hold {e.object[e.start : e.end]!r}; make the world 'western'.") from e


def write_xlsx(path: Path, rows: Rows, delimiter: str, encoding: str) -> None:
    # Text stays text: a name such as "=SUM" or "http://…" is never a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        money = book.add_format({"num_format": "#,##0.00"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, float):
                    sheet.write_number(r, c, value, money)
                elif value is not None:
                    sheet.write_string(r, c, str(value))


def write_xls(path: Path, rows: Rows, delimiter: str, encoding: str) -> None:
    """The old binary workbook. Needs xlwt, which is only among the development tools."""
    try:
        import xlwt  # noqa: PLC0415
    except ImportError as e:
        raise UsageError("Writing .xls needs the package xlwt.", "Take xlsx, or install xlwt.") from e
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    day, money = xlwt.easyxf(num_format_str="DD/MM/YYYY"), xlwt.easyxf(num_format_str="#,##0.00")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                style = [day] if isinstance(value, date) else [money] if isinstance(value, float) else []
                sheet.write(r, c, value, *style)
    book.save(str(path))


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="Sheet1">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_ods(path: Path, rows: Rows, delimiter: str, encoding: str) -> None:
    """OpenDocument 1.3 by hand: three members of a zip, no library, and fast on long logs."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(zipfile.ZipInfo("mimetype"), _ODS_TYPE, zipfile.ZIP_STORED)  # first and uncompressed, by the norm
        z.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        z.writestr("content.xml", _ODS_HEAD + body + _ODS_TAIL)


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value={quoteattr(value.isoformat())}'
    elif isinstance(value, float):
        kind = f'office:value-type="float" office:value="{value!r}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


WRITERS: dict[str, Callable[[Path, Rows, str, str], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
}
