"""What must hold of a zipped workbook before a reader unpacks it: no bombs, no entities, no foreign
encodings.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from data.readers.refused import refuse
from errors import FileRefusedError

MAX_UNPACKED = 1_500_000_000  # bytes; more could not be read within the memory limit anyway
_PROLOG = 4_096
_SCRIPT = re.compile(rb"(&lt;|<)\s*(script|img|svg|iframe|object)\b|(java|vb)script:", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)<")
_BEYOND = re.compile(rb"""<(?:\w+:)?(?:row|c)\s[^>]{0,200}?\br\s*=\s*["'][A-Z]{0,9}0*[1-9]\d{7}""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._\-]+)""")
_ENCODINGS = {
    b"utf-8",
    b"utf8",
    b"utf-16",
    b"utf-16le",
    b"utf-16be",
    b"us-ascii",
    b"ascii",
    b"iso-8859-1",
    b"windows-1252",
}


def check_package(path: Path) -> None:
    """Raise FileRefusedError for a zip that unpacks to more than MAX_UNPACKED, whose XML declares entities, that
    hides script code, or whose rows lie beyond what a sheet can hold.
    """
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise refuse(
                "This workbook unpacks to more than 1.5 GB, so it is not read.",
                "Save the one sheet with the log as .csv.",
            )
        budget = MAX_UNPACKED
        for member in members:
            name = member.filename.lower()
            is_xml = name.endswith((".xml", ".rels", ".vml"))
            tail = b""
            for block in inflate(file, member):
                budget -= len(block)
                if budget < 0:
                    raise refuse("This workbook unpacks to far more than it says, so it is not read.")
                if is_xml:
                    if not tail:
                        check_prolog(block[:_PROLOG])
                    check_content(tail + block, name)
                    tail = block[-_PROLOG:]


def inflate(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's content in blocks of up to 1 MB. The declared size is the file's word, not a fact: not looked at."""
    if member.flag_bits & 1:
        raise refuse("This workbook is protected with a password.", "Remove the password, save, and import again.")
    file.seek(member.header_offset + 26)
    lengths = file.read(4)
    file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    unpacker = zlib.decompressobj(-15)
    stored, left = member.compress_type == zipfile.ZIP_STORED, member.compress_size
    try:
        while left > 0 and (block := file.read(min(1 << 16, left))):
            left -= len(block)
            while block and not unpacker.eof:
                yield block if stored else unpacker.decompress(block, 1 << 20)
                block = b"" if stored else unpacker.unconsumed_tail
    except zlib.error as error:
        raise refuse(
            "This workbook is damaged: a part of it cannot be unpacked.", "Save or export it again."
        ) from error


def check_content(block: bytes, name: str) -> None:
    """Refuse script code in links and properties, which only ever attacks whoever shows them, and absurd rows."""
    if name.endswith(".rels") or "docprops/" in name:
        if _SCRIPT.search(block):
            raise script_found()
    elif b"HYPERLINK" in block and any(hides_script(f.decode("utf-8", "replace")) for f in _FORMULA.findall(block)):
        raise script_found()
    if _BEYOND.search(block):
        raise beyond()


def hides_script(formula: str) -> bool:
    """Whether a HYPERLINK formula leads to script code, however its letters are strung together."""
    if "HYPERLINK" not in formula:
        return False
    letters = re.sub(r"CHAR\s*\(\s*\d+\s*\)|&#?\w+;|[^A-Za-z:]", "", formula)
    return re.search(r"(java|vb)script:", letters, re.IGNORECASE) is not None


def script_found() -> FileRefusedError:
    return refuse(
        "This workbook hides script code in a link or in its properties; it is not read.",
        "If it is yours, copy its cells into a new workbook and save that.",
    )


def beyond() -> FileRefusedError:
    return refuse("A cell of this file lies beyond what a spreadsheet can hold; it is damaged.", "Export it again.")


def check_prolog(prolog: bytes) -> None:
    """Refuse a document type, entities, and encodings that hide them. Spreadsheet programs write none of
    these.
    """
    plain = prolog.replace(b"\x00", b"")  # UTF-16 reads the same once the zero bytes are gone
    if re.search(rb"<!(DOCTYPE|ENTITY)", plain, re.IGNORECASE):
        raise refuse(
            "The XML in this file declares entities, which no spreadsheet program does; it is not read.",
            "Open it in a spreadsheet program and save it again.",
        )
    declared = _ENCODING.search(plain)
    if declared and declared[1].lower() not in _ENCODINGS:
        raise refuse(
            f"The XML in this file is in {declared[1].decode('ascii', 'replace')}, which no "
            "spreadsheet program "
            "writes; it is not read.",
            "Open it in a spreadsheet program and save it again.",
        )
