"""Files made to do harm, in every container: each ends as inert text or as a sentence, and nothing is fetched."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from file_builders import write_xlsx

from data.readers import read, unpack
from data.readers.process import Limits
from errors import FileRefusedError

SECRET = "the-content-of-a-file-of-this-computer"
LETTERS = 10_000_000  # more text than any of these files holds by itself
ROWS: list[list[object]] = [["Date", "From"], ["2026-03-04", "Ada"]]
SPREADSHEETML = (
    '<?xml version="1.0"?>{dtd}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
    '<Row><Cell><Data ss:Type="String">From</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">{use}</Data></Cell></Row></Table></Worksheet></Workbook>'
)
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
FODS = (
    '<?xml version="1.0"?>{dtd}<office:document xmlns:office="' + OFFICE + ':office:1.0" xmlns:table="' + OFFICE
    + ':table:1.0" xmlns:text="' + OFFICE + ':text:1.0"><office:body><office:spreadsheet><table:table table:name="S">'
    "<table:table-row><table:table-cell><text:p>From</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>{use}</text:p></table:table-cell></table:table-row>"
    "</table:table></office:spreadsheet></office:body></office:document>"
)  # fmt: skip
GNUMERIC = (
    '<?xml version="1.0"?>{dtd}<gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"><gnm:Sheets><gnm:Sheet>'
    '<gnm:Name>S</gnm:Name><gnm:Cells><gnm:Cell Row="0" Col="0" ValueType="60">{use}</gnm:Cell></gnm:Cells>'
    "</gnm:Sheet></gnm:Sheets></gnm:Workbook>"
)
HTML = "{dtd}<html><body><table><tr><td>From</td></tr><tr><td>{use}</td></tr></table></body></html>"
SVG = '<?xml version="1.0"?>{dtd}<svg xmlns="http://www.w3.org/2000/svg"><text>{use}</text></svg>'
SHEET = (
    '<?xml version="1.0"?>{dtd}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{use}</t></is></c></row></sheetData></worksheet>'
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def attacks(folder: Path, port: int) -> dict[str, tuple[str, str]]:
    """Name → (document type, how the text uses it)."""
    secret = (folder / "secret.txt").as_uri()
    found = {
        "a billion laughs": (f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
        "quadratic blow-up": (f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 20_000),
        "a file of this computer": (f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret}">]>', "&a;"),
        "another computer": (f'<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:{port}/">]>', "&a;"),
        "a document type elsewhere": (f'<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">', "&a;"),
        "a parameter entity": (f'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p">%p;]>', "x"),
    }
    # Also behind a comment that is longer than what is looked at before the parser begins.
    late = ("a billion laughs", "a file of this computer")
    return found | {f"{name}, late": (f"<!--{'x' * 9_000}-->{found[name][0]}", found[name][1]) for name in late}


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def members_of(folder: Path) -> dict[str, str | bytes]:
    whole = write_xlsx(folder / "whole.xlsx", {"S": ROWS})
    with zipfile.ZipFile(whole) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def plain(text: str) -> Callable[[Path, str, str], Path]:
    def make(folder: Path, dtd: str, use: str) -> Path:
        path = folder / "log.xls"
        path.write_text(text.format(dtd=dtd, use=use))
        return path

    return make


def in_workbook(folder: Path, dtd: str, use: str) -> Path:
    return zipped(
        folder / "log.xlsx", members_of(folder) | {"xl/worksheets/sheet1.xml": SHEET.format(dtd=dtd, use=use)}
    )


def in_broken_workbook(folder: Path, dtd: str, use: str) -> Path:
    """One that the first reader gives up on, so that the second reads it."""
    parts = members_of(folder) | {"xl/worksheets/sheet1.xml": SHEET.format(dtd=dtd, use=use)}
    rels = bytes(parts["xl/_rels/workbook.xml.rels"])  # type: ignore[arg-type]
    return zipped(folder / "log.xlsx", parts | {"xl/_rels/workbook.xml.rels": rels[:150]})


def in_opendocument(folder: Path, dtd: str, use: str) -> Path:
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(folder / "log.ods", {"mimetype": mime, "content.xml": FODS.format(dtd=dtd, use=use)})


CONTAINERS = {
    "spreadsheetml": plain(SPREADSHEETML), "fods": plain(FODS), "gnumeric": plain(GNUMERIC), "html": plain(HTML),
    "svg": plain(SVG), "xlsx": in_workbook, "xlsx, second reader": in_broken_workbook, "ods": in_opendocument,
}  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port of this computer, and who called it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                calls.append("called")
                one.close()

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR) if sys.platform.startswith("linux") else None


def text_of(path: Path) -> str | None:
    """All text of a file as it is read; None for a refusal, which must be a sentence."""
    try:
        raw = read(path)
    except FileRefusedError as error:
        assert error.message.endswith(".")
        assert "Traceback" not in error.message
        assert "took longer" not in error.message
        assert SECRET not in f"{error.message} {error.hint}"
        return None
    return "\n".join(str(cell) for sheet in raw.sheets for n in range(sheet.height) for cell in sheet.row(n))


@pytest.mark.parametrize("container", CONTAINERS)
def test_entities_reach_nothing_and_grow_to_nothing(
    tmp_path: Path, listener: tuple[int, list[str]], container: str
) -> None:
    """Refused, or read as the few letters that stand there: markup of the web knows no such entities."""
    port, calls = listener
    (tmp_path / "secret.txt").write_text(SECRET)
    harmless = text_of(CONTAINERS[container](tmp_path, "", "Ada"))
    assert harmless is None if container == "svg" else "Ada" in (harmless or "")
    for name, (dtd, use) in attacks(tmp_path, port).items():
        text = text_of(CONTAINERS[container](tmp_path, dtd, use))
        assert text is None or (SECRET not in text and len(text) < LETTERS), name
        assert container == "html" or text is None or "&" in text or text.strip() in ("", "From", "x"), name
    assert calls == []


def test_a_workbook_whose_parts_lie_elsewhere_reads_nothing_there(tmp_path: Path) -> None:
    """Relationships that lead out of the package, for both readers."""
    (tmp_path / "secret.txt").write_text(f"<worksheet><sheetData/>{SECRET}</worksheet>")
    parts = members_of(tmp_path)
    name = "xl/_rels/workbook.xml.rels"
    rels = bytes(parts[name]).decode()  # type: ignore[arg-type]
    for target in ((tmp_path / "secret.txt").as_uri(), "../../../../../../../../../etc/passwd",
                   str(tmp_path / "secret.txt"), "http://127.0.0.1:9/x"):  # fmt: skip
        path = zipped(tmp_path / "log.xlsx", parts | {name: rels.replace("worksheets/sheet1.xml", target)})
        text = text_of(path)
        assert text is None or (SECRET not in text and "root:" not in text), target


def overlapping(path: Path, times: int, megabytes: int) -> Path:
    """An archive whose every entry is the same packed bytes: a few kilobytes that claim gigabytes."""
    deflate = zlib.compressobj(9, wbits=-15)
    data = deflate.compress(b"a,b\n" * 250_000 * megabytes) + deflate.flush()
    size = 1_000_000 * megabytes
    fixed = struct.pack("<HHHHHLLL", 20, 0, 8, 0, 33, zlib.crc32(b"a,b\n" * 250_000 * megabytes), len(data), size)
    local = b"PK\x03\x04" + fixed + struct.pack("<HH", 5, 0) + b"a.csv"
    central = b"".join(
        b"PK\x01\x02" + struct.pack("<H", 20) + fixed + struct.pack("<HHHHHLL", 5, 0, 0, 0, 0, 0, 0) + b"a.csv"
        for _ in range(times)
    )
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, times, times, len(central), len(local) + len(data), 0)
    path.write_bytes(local + data + central + end)
    return path


def test_an_archive_whose_entries_overlap_is_refused(tmp_path: Path) -> None:
    path = overlapping(tmp_path / "z.zip", 900, 10)
    assert path.stat().st_size < 200_000
    with pytest.raises(FileRefusedError, match=r"unpacks to far more than a table needs|is damaged"):
        unpack(path, "z.zip", tmp_path)


def test_a_packed_file_in_a_packed_file_is_not_unpacked_again(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(b"a,b\n1,2\n")))
    with pytest.raises(FileRefusedError, match="a gzip archive within another"):
        read(path)
    path.write_bytes(gzip.compress(b"a,b\n" * 8_000_000))
    with pytest.raises(FileRefusedError, match="unpacks to far more than a table needs"):
        read(path)


LAST_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
FAR = SHEET.format(dtd="", use="Ada").replace("</sheetData>", LAST_CELL)
REPEATED = FODS.format(dtd="", use="Ada").replace(
    "<table:table-cell>", '<table:table-cell table:number-columns-repeated="16000">').replace(
    "<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">')  # fmt: skip
SPANS = "<html><table>" + "<tr>" + '<td colspan="1000" rowspan="1000">Ada</td>' * 20_000 + "</tr></table></html>"
DEEP = "<html>" + "<table><tr><td>" * 100_000 + "Ada"


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("far.xlsx", {"xl/worksheets/sheet1.xml": FAR}),
        ("repeated.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": REPEATED}),
        ("repeated.fods", REPEATED),
        ("spans.xls", SPANS),
        ("deep.xls", DEEP),
    ],
)
def test_a_small_file_that_claims_to_be_huge_ends_within_the_limits(
    tmp_path: Path, name: str, members: str | dict[str, str | bytes]
) -> None:
    """Cells that are far apart, repeated a billion times, spread over a thousand columns, or nested without end."""
    path = tmp_path / name
    if isinstance(members, str):
        path.write_text(members)
    else:
        zipped(path, (members_of(tmp_path) if name.endswith("xlsx") else {}) | members)
    try:
        raw = read(path, limits=Limits(seconds=120))
    except FileRefusedError as error:
        assert error.message.endswith(".")
        assert "took longer" not in error.message
    else:
        assert sum(sheet.height for sheet in raw.sheets) < 2_000_000
