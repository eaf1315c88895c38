"""What a file is, by its content. Endings are not looked at: a BNI ".xls" is XML, a ".csv" may be a
workbook.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from data.readers.refused import SAVE_AS, refuse

HEAD = 65_536
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Leading bytes of things that are brought by mistake. First match wins.
_FOREIGN = (
    (b"%PDF", "a PDF document", "Ask its sender for the table as .xlsx or .csv."),
    (b"\x89PNG", "a PNG picture", "Bring the table itself, as .xlsx or .csv."),
    (b"\xff\xd8\xff", "a JPEG picture", "Bring the table itself, as .xlsx or .csv."),
    (b"GIF8", "a GIF picture", "Bring the table itself, as .xlsx or .csv."),
    (b"RIFF", "a media file", "Bring the table itself, as .xlsx or .csv."),
    (b"{\\rtf", "an RTF document", SAVE_AS),
    (b"\x1f\x8b", "a gzip archive within another", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"BZh", "a bzip2 archive within another", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive within another", "Unpack it first."),
    (b"SQLite format 3", "an SQLite database", "Export the table as .csv."),
    (b"PAR1", "a Parquet file", "Export the table as .csv."),
    (b"\x7fELF", "a program", "Bring a table, as .xlsx or .csv."),
    (b"MZ\x90", "a program", "Bring a table, as .xlsx or .csv."),
)
_BARE_BIFF = b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"  # Excel 2, 3, 4: no OLE around it
PROTECTED = "This workbook is protected with a password."
PROTECTED_HINT = "Remove the password in your spreadsheet program, save, and import again."


def detect(path: Path) -> str:
    """One of csv, xlsx, xls, xlsb, ods, fods, spreadsheetml, html, gnumeric, sylk, zip; FileRefusedError names anything
    else.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise refuse("This file is empty.", "Export it again; there is nothing in it to read.")
    for magic, what, hint in _FOREIGN:
        if head.startswith(magic):
            raise refuse(f"This is {what}, not a table.", hint)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return zip_kind(path)
    if head.startswith(OLE):
        return _ole_kind(path)
    if head.startswith(_BARE_BIFF):
        return "xls"
    if head.startswith(b"ID;P"):
        return "sylk"
    return _text_kind(path, head)


def zip_kind(path: Path) -> str:
    """Which workbook a ZIP file is, or "zip" for an archive of files."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/").lower() for name in archive.namelist()]
            mimetype = archive.read("mimetype")[:200] if "mimetype" in names else b""
            manifest = _member(archive, "META-INF/manifest.xml")
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ) as error:
        raise refuse(
            "This file is damaged: it starts like a workbook and does not end like one.",
            "Download or export it again.",
        ) from error
    if mimetype.startswith(b"application/vnd.oasis.opendocument") or "content.xml" in names:
        if b"encryption-data" in manifest:
            raise refuse(PROTECTED, PROTECTED_HINT)
        if b"spreadsheet" in mimetype or not mimetype:
            return "ods"
        raise refuse("This is an OpenDocument file, but not a spreadsheet.")
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    office = "[content_types].xml" in names
    if office and any(name.startswith("word/") for name in names):
        raise refuse("This is a Word document, not a table.", "Copy its table into a spreadsheet and save that.")
    if office and any(name.startswith("ppt/") for name in names):
        raise refuse("This is a PowerPoint presentation, not a table.", "Bring the table behind it.")
    if any(name.endswith(".iwa") for name in names):
        raise refuse("This is an Apple Numbers document.", "In Numbers choose File, Export To, Excel or CSV.")
    return "xlsx" if office or any(name.endswith("workbook.xml") for name in names) else "zip"


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as member:
            return member.read(1_000_000)
    except KeyError:
        return b""


def _ole_kind(path: Path) -> str:
    # The directory of an OLE file lists its streams in UTF-16; a search over the bytes finds them without
    # walking
    # the allocation tables, which in a hostile file may be endless.
    content = path.read_bytes()

    def holds(name: str) -> bool:
        return re.search(re.escape(name.encode("utf-16-le")), content, re.IGNORECASE) is not None

    if holds("EncryptedPackage"):
        raise refuse(PROTECTED, PROTECTED_HINT)
    if holds("WordDocument"):
        raise refuse("This is a Word document, not a table.", "Copy its table into a spreadsheet and save that.")
    if holds("PowerPoint Document"):
        raise refuse("This is a PowerPoint presentation, not a table.", "Bring the table behind it.")
    if holds("Workbook") or holds("Book"):
        return "xls"
    if holds("__substg1.0_") or holds("__properties_version1.0"):
        raise refuse("This is an Outlook message, not a table.", "Save its attachment and import that.")
    raise refuse("This is an old Office file, but no workbook is in it.")


def _text_kind(path: Path, head: bytes) -> str:
    start = _as_text(head).lstrip("\ufeff \t\r\n")
    lowered = start[:8_192].casefold()
    if lowered.startswith(
        ("<?xml", "<workbook", "<ss:workbook", "<!doctype", "<html", "<table", "<meta", "<head", "<!--")
    ):
        if "urn:schemas-microsoft-com:office:spreadsheet" in lowered:
            return "spreadsheetml"
        if re.search(r"<[\w-]+:document[\s>]", lowered) and "opendocument" in lowered:
            return "fods"
        if "gnumeric.org/" in lowered:
            return "gnumeric"
        if "<html" in lowered or "<table" in lowered:
            return "html"
        raise refuse("This is XML, but not a spreadsheet.")
    if start[:1] in ("{", "[") and _is_json(path):
        raise refuse("This is JSON, not a table.", "Export the table as .xlsx or .csv.")
    return "csv"


def _as_text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[:2] in (b"<\x00", b"\x00<"):
        return head.decode("utf-16-le" if head[1] == 0 else "utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _is_json(path: Path) -> bool:
    """Whether the file is JSON, or JSON line by line."""
    if path.stat().st_size > 20_000_000:
        return False
    content = path.read_bytes()
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        try:
            return all(isinstance(json.loads(line), (dict, list)) for line in content.splitlines() if line.strip())
        except (ValueError, RecursionError):
            return False
    return True
