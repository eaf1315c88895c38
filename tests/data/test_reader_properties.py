"""Out and back: any table, written in any container, is read as it was; any bytes end as a table or as a sentence."""

import csv
import html
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf import opendocument, table, text

from data.readers import read
from data.readers.child import _read
from data.readers.raw import RawFile
from errors import FileRefusedError

# one alphabet a word: Latin, Greek, Cyrillic, Thai, Chinese, and the signs that trip readers up
WORD = st.one_of(
    st.text("abcdeéüñßABC", min_size=1, max_size=8),
    st.text("αβγδέώ", min_size=1, max_size=6),
    st.text("абвгдяЖ", min_size=1, max_size=6),
    st.text("山田太郎来賓総", min_size=1, max_size=4),
    st.sampled_from(
        ["=1+1", "@SUM(A1)", "<b>x</b>", "&amp;", "O’Pine", "a,b", "c;d", "x|y", '"so"', "-", "0012", "1/2"]
    ),
)
CELL = st.one_of(st.just(""), st.lists(WORD, min_size=1, max_size=3).map(" ".join))
TABLE = st.integers(2, 5).flatmap(
    lambda width: st.tuples(
        st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=width, max_size=width, unique=True),
        st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8),
    ).map(lambda parts: [parts[0], *parts[1]])
)


def parse(path, folder):
    """What `read` does, in this process: a child for each example would take minutes."""
    return RawFile.load(path, path.name, "", _read(path, folder), folder)


def cells(sheet):
    """Rows without empty cells at the end and without empty rows at the end."""
    return bare([[cell or "" for cell in row] for row in sheet.rows_between(1, sheet.height)])


def bare(rows):
    rows = [list(row) for row in rows]
    for row in rows:
        while row and not row[-1]:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def write_csv(path, rows, quoting=csv.QUOTE_ALL, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=quoting, delimiter=delimiter).writerows(rows)


def write_xlsx(path, rows):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.write_string(i, j, cell)
    book.close()


def write_xls(path, rows):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("S")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell:
                sheet.write(i, j, cell)
    book.save(str(path))


def write_ods(path, rows):
    book = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="S")
    for row in rows:
        line = table.TableRow()
        for cell in row:
            place = table.TableCell(valuetype="string") if cell else table.TableCell()
            if cell:
                place.addElement(text.P(text=cell))
            line.addElement(place)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


def write_spreadsheetml(path, rows, bold=()):
    ends = "\r"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="20"/>'
        '<Style ss:ID="21"><Font ss:Bold="1"/></Style></Styles><Worksheet ss:Name="Report"><ss:Table>',
    ]
    for i, row in enumerate(rows):
        lines.append("<Row>")
        for j, cell in enumerate(row):
            if cell:
                style = 21 if (i, j) in bold else 20
                lines.append(
                    f'<Cell ss:Index="{j + 1}" ss:StyleID="{style}"><Data ss:Type="String">{escape(cell)}</Data></Cell>'
                )
        lines.append("</Row>")
    lines.append("</ss:Table></Worksheet></Workbook>")
    path.write_bytes(ends.join(lines).encode())


def write_html(path, rows):
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    path.write_text(f"<html><head><meta charset=utf-8></head><table>{body}</table></html>", encoding="utf-8")


def write_sylk(path, rows):
    lines = ["ID;PWXL;N;E"]
    for i, row in enumerate(rows, 1):
        for j, cell in enumerate(row, 1):
            inside = cell.replace('"', '""').replace(";", ";;")
            lines += [f'C;Y{i};X{j};K"{inside}"'] if cell else []
    path.write_text("\r\n".join([*lines, "E"]), encoding="utf-8")


WRITERS = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
    "spreadsheetml": write_spreadsheetml,
    "html": write_html,
    "sylk": write_sylk,
}


@pytest.mark.parametrize("container", WRITERS)
@given(rows=TABLE)
@settings(max_examples=40, deadline=None)
def test_a_table_comes_back_as_it_was_written(container, rows):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "table"
        WRITERS[container](path, rows)
        raw = parse(path, Path(name))
        assert (raw.container, cells(raw.sheets[0])) == (container, bare(rows))


@given(rows=TABLE, data=st.data())
@settings(max_examples=40, deadline=None)
def test_bold_comes_back_cell_by_cell(rows, data):
    filled = [(i, j) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell]
    bold = data.draw(st.sets(st.sampled_from(filled)))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "table.xls"
        write_spreadsheetml(path, rows, bold)
        sheet = parse(path, Path(name)).sheets[0]
        numbers = np.arange(1, sheet.height + 1)
        assert {(int(r) - 1, j) for j in range(sheet.width) for r in numbers[sheet.bold(j, numbers)]} == bold
        assert sheet.styled


@given(rows=TABLE, cell=st.text("ab\"',;\n\r\t |", max_size=12))
@settings(max_examples=60, deadline=None)
def test_the_csv_that_is_handed_out_reads_back(rows, cell):
    """Sheet.to_csv is RFC 4180: whoever reads it sees the same cells."""
    rows = [rows[0], ["x", cell, *rows[0][2:]], *rows[1:]]
    with tempfile.TemporaryDirectory() as name:
        write_csv(Path(name) / "table", rows)
        sheet = parse(Path(name) / "table", Path(name)).sheets[0]
        out = sheet.to_csv()
    first, last = sheet.header_row or sheet.first_row, sheet.last_row
    again = list(csv.reader(out.splitlines(keepends=True), strict=True))
    columns = slice(sheet.extent.first_column, sheet.extent.last_column + 1)
    assert again == [[c or "" for c in row[columns]] for row in sheet.rows_between(first, last)]
    assert out.endswith("\r\n")


XML = b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet><Table><Row>"
STARTS = st.sampled_from(
    [
        b"",
        b"a,b\n",
        b'"',
        b"\xff\xfe",
        b"<html><table>",
        XML,
        b"ID;P\nC;Y1;X1;K",
        b"\x1f\x8b\x08",
        b"BZh9",
        b"sep=",
        b"{",
    ]
)


@given(start=STARTS, rest=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
@settings(max_examples=300, deadline=None)
def test_any_text_ends_as_a_table_or_as_a_sentence(start, rest):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x"
        path.write_bytes(start + rest)
        try:
            raw = parse(path, Path(name))
        except FileRefusedError as error:
            assert error.message.endswith(".")
        else:
            assert raw.sheets
            assert raw.describe()["sheets"][0]["rows"] == raw.sheets[0].height


@given(
    container=st.sampled_from(["xlsx", "xls", "ods"]), place=st.floats(0, 1), noise=st.binary(min_size=1, max_size=40)
)
@settings(max_examples=12, deadline=None)
def test_a_damaged_workbook_ends_as_a_table_or_as_a_sentence(container, place, noise):
    """In the child, as always: such files have crashed readers."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"x.{container}"
        WRITERS[container](path, [["name", "note"], *[[f"person {i}", "x"] for i in range(50)]])
        content = bytearray(path.read_bytes())
        at = int(place * (len(content) - len(noise)))
        content[at : at + len(noise)] = noise
        path.write_bytes(content)
        try:
            assert read(path).sheets
        except FileRefusedError as error:
            assert error.message.endswith(".")
            assert "Traceback" not in error.message
