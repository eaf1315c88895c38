"""Reading: a file is what its content says, a hostile one costs a sentence and never the process."""

import bz2
import csv
import datetime as dt
import gzip
import io
import json
import lzma
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import xlwt
from file_builders import write_csv, write_xlsx

from data.readers import Limits, peek, read
from data.readers.raw import BOOL, DATE, NUMBER, TEXT
from data.readers.stacked import tables
from errors import FileRefusedError
from tests.conftest import SHARED

ROOT = Path(__file__).parents[2]
ROWS = [
    ["Date", "From", "To", "Amount"],
    ["2026-03-04", "Ada Larch", "Ben Maple", "1234.50"],
    ["2026-03-05", "Cléo", "Ben Maple", ""],
]


def table(raw, sheet=0):
    """The table as lists of text, by way of the CSV that peek prints."""
    return list(csv.reader(io.StringIO(raw.sheets[sheet].to_csv())))


def refused(path, **limits):
    with pytest.raises(FileRefusedError) as caught:
        read(path, limits=Limits(**limits) if limits else None)
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_text_file_is_read_in_its_encoding_and_delimiter(tmp_path, encoding, delimiter):
    raw = read(write_csv(tmp_path / "x.csv", ROWS, delimiter=delimiter, encoding=encoding))
    assert (raw.container, raw.dialect["delimiter"], table(raw)) == ("csv", delimiter, ROWS)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        (
            "cp1251",
            [
                "Дата",
                "Источник",
                "Получатель",
                "Иван Петров рекомендовал клиента",
                "Мария Сидорова приняла заказ",
            ],
        ),
        (
            "shift_jis",
            ["日付", "紹介者", "受取人", "山田太郎さんのご紹介です", "鈴木花子さんが受け取りました"],
        ),
    ],
)
def test_other_alphabets_are_told_by_their_letters_and_the_guess_is_said(tmp_path, encoding, words):
    rows = [words[:3], *[[words[3], words[4], "2026-01-02"]] * 5]
    raw = read(write_csv(tmp_path / "x.csv", rows, encoding=encoding))
    assert table(raw) == rows
    assert raw.notes == [f"The file does not say its encoding; it was read as {raw.encoding}."]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n"x ""y""","1\n2"\n', [["a", "b"], ['x "y"', "1\n2"]]),
        ('a,b\n"x \\"y\\"",2\n"z",3\n', [["a", "b"], ['x "y"', "2"], ["z", "3"]]),
        ("sep=;\na;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("name;amount\nAda;1,5\nBen;2,5\n", [["name", "amount"], ["Ada", "1,5"], ["Ben", "2,5"]]),
        ("a,b,c,\n1,2,3,\n4,5,6,\n", [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]),
        (
            "a,b,c\n1,2\n3,4,5,6\n7,8,9\n",
            [["a", "b", "c", ""], ["1", "2", "", ""], ["3", "4", "5", "6"], ["7", "8", "9", ""]],
        ),
        (
            'name,size\npipe,5" wide\nrod,3" long\n',
            [["name", "size"], ["pipe", '5" wide'], ["rod", '3" long']],
        ),
        (
            'name,size\npipe,"5 wide\nrod,3 long\nbar,4 long\n',
            [["name", "size"], ["pipe", '"5 wide'], ["rod", "3 long"], ["bar", "4 long"]],
        ),
        ("a\tb\r1\t2\r3\t4\r", [["a", "b"], ["1", "2"], ["3", "4"]]),
    ],
)
def test_quoting_ragged_rows_and_odd_line_ends(tmp_path, text, rows):
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    assert table(read(path)) == rows


def test_a_quotation_mark_that_swallows_the_file_is_said(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n"x,1\n' + "one cell\n" * 50)
    assert refused(path) == "A quotation mark is opened and never closed, so the rows cannot be told apart."


def test_the_quick_and_the_careful_way_read_alike(tmp_path):
    """The same rows with and without a quotation mark take different parsers."""
    rows = [
        ["Date", "From", "Note"],
        *[[f"2026-01-{i % 28 + 1:02d}", f"Pérson {i}", "" if i % 3 else " x "] for i in range(5_000)],
    ]
    plain = read(write_csv(tmp_path / "a.csv", rows))
    quoted = read(write_csv(tmp_path / "b.csv", [*rows, ["2026-01-01", 'say "yes"', ""]]))
    assert table(plain) == rows
    assert table(quoted) == [*rows, ["2026-01-01", 'say "yes"', ""]]


def test_banner_and_footer_are_no_part_of_the_table(tmp_path):
    rows = [
        ["Referrals of the north group"],
        [],
        *ROWS,
        ["2026-03-06", "Dirk", "Eve", "10.00"],
        [],
        ["Printed by Ada, all rights reserved"],
    ]
    about = peek(read(write_csv(tmp_path / "x.csv", rows)))["sheets"][0]
    assert (about["header_row"], about["first_row"], about["last_row"]) == (3, 4, 6)
    assert about["header"] == ROWS[0]
    json.dumps(about)


def test_cells_of_a_workbook_keep_their_type(tmp_path):
    path = write_xlsx(
        tmp_path / "x.xlsx",
        {
            "Log": [
                ["Date", "Amount", "Asked", "From"],
                [dt.date(2026, 3, 4), 1234.5, True, "Ada"],
                [None, 46085, False, "x"],
            ]
        },
    )
    sheet = read(path).sheets[0]
    assert sheet.row(2) == ["2026-03-04", "1234.5", "TRUE", "Ada"]
    assert sheet.kinds(2) == [DATE, NUMBER, BOOL, TEXT]
    assert sheet.row(3) == [None, "46085", "FALSE", "x"]


def test_a_table_that_starts_in_the_middle_keeps_its_row_numbers(tmp_path):
    rows = [[None] * 4, [None] * 4, [None, None, "Date", "From"], [None, None, dt.date(2026, 3, 4), "Ada"]]
    about = peek(read(write_xlsx(tmp_path / "x.xlsx", {"A": rows, "Empty": []})))
    assert [
        (s["name"], s["header_row"], s["first_row"], s["last_row"], s["first_column"], s["last_column"])
        for s in about["sheets"]
    ] == [("A", 3, 4, 4, 3, 4), ("Empty", None, 1, 0, 1, 0)]


def test_both_date_systems_give_the_same_day(tmp_path):
    for name, date_1904 in (("a", False), ("b", True)):
        raw = read(write_xlsx(tmp_path / f"{name}.xlsx", {"S": [["Date"], [dt.date(2026, 3, 4)]]}, date_1904=date_1904))
        assert (raw.sheets[0].row(2), raw.date_system) == (["2026-03-04"], 1904 if date_1904 else 1900)


SPREADSHEETML = """<?xml version="1.0"?>\r<?mso-application progid="Excel.Sheet"?>\r
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Report"><ss:Table>
<Row><Cell ss:Index="1"><Data ss:Type="String">Date</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="String">A &amp; B</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="DateTime">2027-05-01T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="String"/></Cell><Cell><Data ss:Type="Number">5000.00</Data></Cell></Row>
</ss:Table></Worksheet></Workbook>"""


def test_spreadsheetml_keeps_its_gaps_and_types(tmp_path):
    path = tmp_path / "report.xls"
    path.write_bytes(SPREADSHEETML.encode())
    raw = read(path)
    sheet = raw.sheets[0]
    assert (raw.container, sheet.name, sheet.height) == ("spreadsheetml", "Report", 3)
    assert sheet.row(1) == ["Date", None, "A & B"]
    assert sheet.row(3) == ["2027-05-01", None, "5000.00"]
    assert sheet.kinds(3) == [DATE, 0, NUMBER]


STYLED = """<?xml version="1.0"?>\r<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">\r<ss:Styles>
<ss:Style ss:ID="Default"/><ss:Style ss:ID="20"><ss:Font ss:Size="10"/></ss:Style>
<ss:Style ss:ID="21" ss:Parent="22"><ss:Font ss:Size="10"/></ss:Style><ss:Style ss:ID="22"><ss:Font ss:Bold="1"/>
</ss:Style><ss:Style ss:ID="23" ss:Parent="22"><ss:Font ss:Bold="0"/></ss:Style></ss:Styles>
<ss:Worksheet ss:Name="Report"><ss:Table><ss:Column ss:Index="3" ss:StyleID="22"/>
<ss:Row><ss:Cell ss:StyleID="22"><ss:Data ss:Type="String">From</ss:Data></ss:Cell></ss:Row>
<ss:Row ss:Index="3"><ss:Cell ss:StyleID="21"><ss:Data ss:Type="String">by its parent</ss:Data></ss:Cell>
<ss:Cell ss:StyleID="23"><ss:Data ss:Type="String">undone</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="String">by its column</ss:Data></ss:Cell></ss:Row>
<ss:Row ss:StyleID="22"><ss:Cell><ss:Data ss:Type="String">by its row</ss:Data></ss:Cell>
<ss:Cell ss:StyleID="20"><ss:Data ss:Type="String">its own plain</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="String"/></ss:Cell></ss:Row>
<ss:Row><ss:Cell><ss:Data xmlns="http://www.w3.org/TR/REC-html40" ss:Type="String"><B>in itself</B></ss:Data>
<ss:Comment><ss:Data ss:Type="String">a note</ss:Data></ss:Comment></ss:Cell>
<ss:Cell><ss:Data xmlns="http://www.w3.org/TR/REC-html40"><B>half</B> of it</ss:Data></ss:Cell></ss:Row>
</ss:Table></ss:Worksheet></ss:Workbook>"""


def test_bold_cells_are_told_from_plain_ones(tmp_path):
    """In a BNI export bold is data: the person belongs to another chapter."""
    path = tmp_path / "report.xls"
    path.write_bytes(STYLED.replace("\n", "\r").encode())
    sheet = read(path).sheets[0]
    assert sheet.styled
    rows = np.arange(1, 6)
    assert [sheet.row(r)[:2] for r in (3, 4, 5)] == [
        ["by its parent", "undone"],
        ["by its row", "its own plain"],
        ["in itself", "half of it"],
    ]
    assert sheet.bold(0, rows).tolist() == [True, False, True, True, True]
    assert sheet.bold(1, rows).tolist() == [False] * 5
    assert sheet.bold(2, rows).tolist() == [False, False, True, False, False]
    assert sheet.bold(0, np.array([2, 4])).tolist() == [False, True]


def test_a_container_without_styles_says_so(tmp_path):
    (tmp_path / "x.xls").write_bytes(SPREADSHEETML.encode())
    for path in (tmp_path / "x.xls", write_csv(tmp_path / "x.csv", ROWS)):
        sheet = read(path).sheets[0]
        assert not sheet.styled
        assert not sheet.bold(0, np.arange(1, 3)).any()


@pytest.mark.shared
def test_the_native_audit_export_has_three_guests():
    (sheet,) = read(SHARED / "samples/Slips_Audit_Report_06-03-2026_9-15_AM.xls").sheets
    rows = np.arange(sheet.first_row, sheet.last_row + 1)
    assert [int(sheet.bold(j, rows).sum()) for j in range(sheet.width)] == [1, 2, 0, 0, 0, 0, 0]


def test_an_html_table_under_a_spreadsheets_name_is_read(tmp_path):
    path = tmp_path / "x.xls"
    path.write_text(
        (
            "<html><meta "
            "charset=utf-8><table><tr><th>Date<th>From<tr><td>2026-03-04<td>Cl&eacute;o "
            "<b>Nettle</b></table></html>"
        ),
        encoding="utf-8",
    )
    assert (read(path).container, table(read(path))) == (
        "html",
        [["Date", "From"], ["2026-03-04", "Cléo Nettle"]],
    )


def test_the_content_says_what_a_file_is_not_its_ending(tmp_path):
    book = write_xlsx(tmp_path / "really.xlsx", {"S": ROWS})
    old = xlwt.Workbook()
    sheet = old.add_sheet("S")
    for i, row in enumerate(ROWS):
        for j, text in enumerate(row):
            sheet.write(i, j, text)
    old.save(str(tmp_path / "old.csv"))
    for source, name, container in (
        (book, "x.csv", "xlsx"),
        (tmp_path / "old.csv", "y.xlsx", "xls"),
        (write_csv(tmp_path / "c.csv", ROWS), "z.xls", "csv"),
    ):
        path = tmp_path / name
        path.write_bytes(source.read_bytes())
        assert (read(path).container, table(read(path))) == (container, ROWS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf\r\n  ", "This file is empty."),
        (b"%PDF-1.7\n...", "This is a PDF document, not a table."),
        (b"\x89PNG\r\n\x1a\n....", "This is a PNG picture, not a table."),
        (b"\xff\xd8\xff\xe0....", "This is a JPEG picture, not a table."),
        (gzip.compress(gzip.compress(b"a,b", mtime=0), mtime=0), "This is a gzip archive within another, not a table."),
        (gzip.compress(b"a,b", mtime=0)[:12], "This gzip file is damaged."),
        (
            gzip.compress(b" " * 30_000_000, mtime=0),
            "This gzip file unpacks to far more than a table needs, so it is not read.",
        ),
        (b'{"a": 1}\n{"a": 2}\n', "This is JSON, not a table."),
        (b",,\n , \n", "This file has no cells with anything in them."),
        (bytes(range(256)) * 40, "This is a binary file, not a table."),
        (b'{"a": [1, 2]}', "This is JSON, not a table."),
        (b"PK\x03\x04 cut off", "This file is damaged: it starts like a workbook and does not end like one."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
            "This is an old Office file, but no workbook is in it.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "This workbook is protected with a password.",
        ),
        (b"<?xml version='1.0'?><rss/>", "This is XML, but not a spreadsheet."),
        (b"<html><p>Log in</p></html>", "This is a web page without a table."),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path, content, sentence):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert refused(path) == sentence


def test_a_missing_file_is_said(tmp_path):
    assert refused(tmp_path / "gone.csv") == "gone.csv cannot be opened (No such file or directory)."


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_word_document_and_a_plain_archive_are_named(tmp_path):
    assert (
        refused(zipped(tmp_path / "a.xlsx", {"[Content_Types].xml": "", "word/document.xml": ""}))
        == "This is a Word document, not a table."
    )
    assert refused(zipped(tmp_path / "b.xlsx", {"a.csv": "1"})) == "This is a ZIP archive, not a table."


def bomb(path, unpacked, declared):
    """A zip with one member of `unpacked` megabytes of spaces that claims `declared` bytes, written without
    unpacking it.
    """
    deflate = zlib.compressobj(wbits=-15)
    block = deflate.compress(b" " * 1_000_000) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(b" " * 1_000_000) + deflate.flush(zlib.Z_FULL_FLUSH)
    data = block + again * (unpacked - 1) + deflate.flush()
    name = b"xl/workbook.xml"
    sizes = struct.pack("<LLLHH", 0, len(data), declared, len(name), 0)
    local = struct.pack("<4sHHHHH", b"PK\x03\x04", 20, 0, 8, 0, 33) + sizes + name
    central = (
        struct.pack("<4sHHHHHH", b"PK\x01\x02", 20, 20, 0, 8, 0, 33)
        + sizes
        + struct.pack("<HHHLL", 0, 0, 0, 0, 0)
        + name
    )
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local) + len(data), 0)
    path.write_bytes(local + data + central + end)
    return path


def test_a_zip_bomb_is_refused_before_it_goes_off(tmp_path):
    assert (
        refused(bomb(tmp_path / "x.xlsx", 2, 2_000_000_000))
        == "This workbook unpacks to more than 1.5 GB, so it is not read."
    )


def test_a_zip_that_lies_about_its_size_is_caught(tmp_path):
    path = bomb(tmp_path / "x.xlsx", 1_600, 100)
    assert path.stat().st_size < 2_000_000
    assert refused(path) == "This workbook unpacks to far more than it says, so it is not read."


@pytest.mark.parametrize("declaration", ['<!DOCTYPE x [<!ENTITY a "b">]>', "<!doctype x SYSTEM 'file:///etc/passwd'>"])
def test_declared_entities_are_refused_in_every_container(tmp_path, declaration):
    (tmp_path / "x.xls").write_text(SPREADSHEETML.replace("<Workbook", declaration + "<Workbook", 1))
    book = zipped(
        tmp_path / "x.xlsx",
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f"<?xml version='1.0'?>{declaration}<workbook/>",
        },
    )
    for path in (tmp_path / "x.xls", book):
        assert (
            refused(path)
            == "The XML in this file declares entities, which no spreadsheet program does; it is not read."
        )


def test_memory_and_time_are_capped(tmp_path):
    path = write_csv(tmp_path / "x.csv", ROWS)
    assert refused(path, seconds=0.02, seconds_per_mb=0).startswith("Reading this file took longer than")
    if sys.platform.startswith("linux"):  # other systems do not enforce the limit on address space
        book = write_xlsx(tmp_path / "x.xlsx", {"S": [[f"text {i} {j}" for j in range(8)] for i in range(20_000)]})
        # An allocation that fails inside C code may end the child before it can say why: then it has crashed, apart.
        said = refused(book, memory=120_000_000)
        assert said.startswith(("This file needs more than 1 GB of memory", "This file is damaged: reading it crashed"))


def test_no_child_outlives_its_time(tmp_path):
    path = write_csv(tmp_path / "x.csv", [["a", "b"], *[[str(i), 'q"'] for i in range(400_000)]])
    refused(path, seconds=0.2, seconds_per_mb=0)
    if Path("/proc").exists():
        alive = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _holds(p, str(path).encode())]
        assert alive == []


def _holds(path, text):
    try:
        return text in path.read_bytes()
    except OSError:
        return False


def test_the_child_loads_none_of_the_heavy_rooms():
    code = (
        "import sys; from data.readers import child; import data.readers.text_table, "
        "data.readers.workbook, data.readers.spreadsheetml, "
        "data.readers.html_table; print([m for m in ('pandas', 'duckdb', 'streamlit', "
        "'charset_normalizer') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def need_shared():
    if not SHARED.exists():
        assert os.environ.get("CI") != "true", "the shared files must be there in CI"
        pytest.skip("../shared is not on this machine")


@pytest.mark.shared
@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_a_table_between_notes_is_found(ending):
    need_shared()
    for about in peek(read(SHARED / "hostile/readxl/inst/extdata" / f"deaths.{ending}"))["sheets"]:
        assert (
            about["header_row"],
            about["first_row"],
            about["last_row"],
            about["first_column"],
            about["last_column"],
        ) == (5, 6, 15, 1, 6)


@pytest.mark.shared
def test_quoting_corner_cases_come_out_as_published():
    need_shared()
    cases = sorted((SHARED / "hostile/csv-spectrum/csvs").glob("*.csv"))
    assert len(cases) > 8
    for case in cases:
        expected = json.loads((case.parents[1] / "json" / f"{case.stem}.json").read_text(encoding="utf-8"))
        if case.stem == "location_coordinates":
            expected = [
                {**expected, "Contact Phone Number": "2095257564"}
            ]  # its published answer has another number than its file
        if case.stem == "newlines_crlf":  # the copy at hand has lost its CRs
            expected[1]["a"] = expected[1]["a"].replace("\r", "")
        header, *rows = table(read(case))
        assert [dict(zip(header, row, strict=True)) for row in rows] == expected, case.name


def test_several_tables_on_one_sheet_are_told_apart(tmp_path):
    rows = [
        *[["Introductions made"], ["Who", "How many"], ["Ada", "5"], ["Ben", "2"], [], ["Introductions"]],
        *[["Who", "To", "Date"], ["Ada", "Oak", "2026-02-03"], [], ["Ben", "Elm", "2026-02-04"], [], ["(c) 2026"]],
    ]
    raw = read(write_csv(tmp_path / "x.csv", rows))
    assert [(t.header_row, t.first_row, t.last_row, t.last_column) for t in tables(raw.sheets[0])] == [
        (2, 3, 4, 1),
        (7, 8, 10, 2),
    ]
    assert [t["header_row"] for t in peek(raw)["sheets"][0]["tables"]] == [2, 7]
    gaps = read(write_csv(tmp_path / "y.csv", [*ROWS, [], *ROWS[1:], [], *ROWS[1:]])).sheets[0]
    assert tables(gaps) == [gaps.extent]
    assert (gaps.header_row, gaps.last_row) == (1, 9)


@pytest.mark.shared
def test_stacked_exports_show_each_of_their_tables():
    found = {
        name: [t.header_row for t in tables(read(SHARED / "samples" / name).sheets[0])]
        for name in ("membership_dues_stacked.xls", "affinity_introductions_two_tables.csv")
    }
    assert found == {
        "membership_dues_stacked.xls": [3, 12, 16, 20],
        "affinity_introductions_two_tables.csv": [2, 7],
    }


def test_a_declared_delimiter_is_no_row_and_single_quotes_are_quotes(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"sep=;\r\nname;amount\r\nAda;1,5\r\n")
    assert (read(path).sheets[0].header_row, table(read(path))) == (1, [["name", "amount"], ["Ada", "1,5"]])
    path.write_bytes(b"'name','note'\n'Ada','x, y'\n'Ben','z'\n")
    assert table(read(path)) == [["name", "note"], ["Ada", "x, y"], ["Ben", "z"]]


@pytest.mark.parametrize(
    ("name", "text", "container", "row"),
    [
        ("a.slk", 'ID;P\nC;Y1;X1;K"Na;;me"\nC;X2;K1.50\nC;Y2;X2;KTRUE\nE\n', "sylk", ["Na;me", "1.5"]),
        (
            "a.gnumeric",
            '<?xml version="1.0"?><gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"><gnm:Sheet><gnm:Name>S'
            '</gnm:Name><gnm:Cells><gnm:Cell Row="0" Col="0" ValueType="60">Date</gnm:Cell><gnm:Cell Row="0" Col="1" '
            'ValueType="40" ValueFormat="yyyy-mm-dd">46085</gnm:Cell></gnm:Cells></gnm:Sheet></gnm:Workbook>',
            "gnumeric",
            ["Date", "2026-03-04"],
        ),
        (
            "a.fods",
            '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument'
            ':xmlns:text:1.0"><table:table table:name="S"><table:table-row><table:table-cell><text:p>Ada<text:s '
            'text:c="2"/>L</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2" '
            'office:value-type="float" office:value="5"/></table:table-row></table:table></office:document>',
            "fods",
            ["Ada  L", "5", "5"],
        ),
        (
            "a.html",
            "<table><tr><td rowspan=2>A<td>B<tr><td>D</table>",
            "html",
            ["A", "B"],
        ),
    ],
)
def test_rarer_containers_are_read(tmp_path, name, text, container, row):
    path = tmp_path / name
    path.write_text(text)
    raw = read(path)
    assert (raw.container, raw.sheets[0].row(1)) == (container, row)


def test_a_cell_that_reaches_down_keeps_its_place(tmp_path):
    path = tmp_path / "x.html"
    path.write_text("<table><tr><td rowspan=2>A<td>B<td rowspan=3>C<tr><td>D<tr><td>E<td>F</table>")
    sheet = read(path).sheets[0]
    assert [sheet.row(i) for i in (1, 2, 3)] == [["A", "B", "C"], [None, "D", None], ["E", "F", None]]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_read_as_what_is_in_it(tmp_path, pack):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(pack(write_csv(tmp_path / "x.csv", ROWS).read_bytes()))
    assert (read(path).container, table(read(path))) == ("csv", ROWS)


def test_a_broken_workbook_that_can_be_read_is_read_and_said(tmp_path):
    """Its list of parts is cut off, which calamine refuses and Excel repairs."""
    whole = write_xlsx(tmp_path / "x.xlsx", {"Log": [["Date", "From"], [dt.date(2026, 3, 4), "Ada"]]})
    with zipfile.ZipFile(whole) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/_rels/workbook.xml.rels"] = members["xl/_rels/workbook.xml.rels"][:150]
    raw = read(zipped(tmp_path / "y.xlsx", members))
    assert table(raw) == [["Date", "From"], ["2026-03-04", "Ada"]]
    assert raw.notes[0].startswith("This workbook is damaged")


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("docProps/app.xml", "<a>&quot;&gt;&lt;img src=1 onerror=alert()&gt;</a>", "This workbook hides script code"),
        (
            "xl/worksheets/sheet1.xml",
            '<worksheet><sheetData><row r="1"><c r="A1"><f>HYPERLINK("jav&#x09;ascript:x()")</f><v>1</v></c></row>'
            "</sheetData></worksheet>",
            "This workbook hides script code",
        ),
        (
            "xl/worksheets/sheet1.xml",
            '<worksheet><sheetData><row r="999999999" ht="15"/></sheetData></worksheet>',
            "A cell of this file lies beyond",
        ),
    ],
)
def test_attacks_in_a_workbook_are_refused(tmp_path, part, text, sentence):
    whole = write_xlsx(tmp_path / "x.xlsx", {"Log": ROWS})
    with zipfile.ZipFile(whole) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert refused(zipped(tmp_path / "y.xlsx", {**members, part: text})).startswith(sentence)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "system"),
    [
        ("calamine/date_1904.xls", 1904),
        ("calamine/date_1904.xlsb", 1904),
        ("calamine/date_1904.xlsx", 1904),
        ("calamine/date.xls", 1900),
        ("calamine/date.xlsb", 1900),
        ("calamine/date.xlsx", 1900),
    ],
)
def test_the_day_that_a_workbook_counts_from_is_its_own(file: str, system: int) -> None:
    assert read(SHARED / "hostile" / file).date_system == system
