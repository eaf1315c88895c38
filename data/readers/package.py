"""What must hold of a zipped workbook before a reader unpacks it: no bombs, no entities, no foreign
encodings.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from data.readers.refused import refuse

MAX_UNPACKED = 1_500_000_000  # bytes; more could not be read within the memory limit anyway
_MAX_RATIO = 1_040  # deflate cannot do better, so a small file needs no streaming
_PROLOG = 4_096
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
    """Raise FileRefusedError for a zip that unpacks to more than MAX_UNPACKED or whose XML declares
    entities.
    """
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise refuse(
                "This workbook unpacks to more than 1.5 GB, so it is not read.",
                "Save the one sheet with the log as .csv.",
            )
        stream_all = sum(member.compress_size for member in members) * _MAX_RATIO > MAX_UNPACKED
        unpacked = 0
        for member in members:
            prolog, size = _unpack(file, member, whole=stream_all, budget=MAX_UNPACKED - unpacked)
            unpacked += size
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                check_prolog(prolog)


def _unpack(file, member: zipfile.ZipInfo, *, whole: bool, budget: int) -> tuple[bytes, int]:
    """The first bytes of a member and its true size (0 if not streamed). The declared size is the file's
    word, not a fact.
    """
    if member.flag_bits & 1:
        raise refuse("This workbook is protected with a password.", "Remove the password, save, and import again.")
    file.seek(member.header_offset + 26)
    lengths = file.read(4)
    file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    if member.compress_type == zipfile.ZIP_STORED:
        return file.read(min(_PROLOG, member.compress_size)), member.compress_size
    inflate = zlib.decompressobj(-15)
    prolog, size, left = b"", 0, member.compress_size
    try:
        while left > 0 and not inflate.eof:
            block = file.read(min(65_536, left))
            left -= len(block)
            if not block:
                break
            while block and not inflate.eof:
                out = inflate.decompress(block, 1 << 20)
                block = inflate.unconsumed_tail
                size += len(out)
                prolog = prolog or out[:_PROLOG]
                if size > budget:
                    raise refuse("This workbook unpacks to far more than it says, so it is not read.")
                if not whole and prolog:
                    return prolog, 0
    except zlib.error as error:
        raise refuse(
            "This workbook is damaged: a part of it cannot be unpacked.", "Save or export it again."
        ) from error
    return prolog, size


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
