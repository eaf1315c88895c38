"""Which encoding a text file is in: a byte-order mark says so, UTF-8 proves itself, the rest is judged by
its letters.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from data.readers.refused import refuse

SAMPLE = 262_144
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it starts with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Letters and signs of Western European text. A cp1252 reading in which everything else is rare is believed.
_WESTERN = set(
    "àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŠšŽž€£¥§©®°±²³µ·«»¿¡–—‘’“”‚„†•…‰™ªº\xa0½¼¾×"
)


def detect_encoding(path: Path) -> tuple[str, bool]:
    """(encoding, certain). Raises FileRefusedError for bytes that are no text at all."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, True
    wide = _without_bom(head)
    if wide:
        return wide, True
    if len(_CONTROL.findall(head)) > max(2, len(head) // 500):
        raise refuse("This is a binary file, not a table.", "Export the table as .xlsx or .csv.")
    if _is_utf8(path):
        return "utf-8", True
    return _eight_bit(path), False


def _without_bom(head: bytes) -> str | None:
    """UTF-16 and UTF-32 betray themselves by the zero bytes of their ASCII part (delimiters, digits, line
    ends).
    """
    body = head[: len(head) // 4 * 4]
    if len(body) < 8:
        return None
    quarter = len(body) // 4
    zeros = [body[offset::4].count(0) / quarter for offset in range(4)]
    if min(zeros[1:]) > 0.9 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:3]) > 0.9 and zeros[3] < 0.1:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.2 and max(zeros[0], zeros[2]) < 0.02:
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.2 and max(zeros[1], zeros[3]) < 0.02:
        return "utf-16-be"
    return None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _eight_bit(path: Path) -> str:
    """The likeliest 8-bit or multi-byte encoding, judged on the lines that hold the non-ASCII bytes."""
    lines, size = [], 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                lines.append(line[:4_096])
                size += len(lines[-1])
                if size > 65_536:
                    break
    sample = b"".join(lines)
    western = sample.decode("cp1252", "replace")
    marks = [c for c in western if ord(c) > 127]
    strange = sum(c not in _WESTERN for c in marks)
    letters = sum(c.isalpha() for c in western)
    # In Western text accented letters are a minority among plain ones; in Cyrillic or Japanese bytes they are
    # the text.
    if strange <= 0.02 * len(marks) and sum(c.isalpha() for c in marks) <= 0.35 * max(letters, 1):
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415  (only the rare file pays for the import)

    best = from_bytes(
        sample,
        cp_isolation=[
            "cp932",
            "cp1251",
            "cp1250",
            "cp1252",
            "cp1253",
            "cp1254",
            "cp1255",
            "cp1256",
            "gb18030",
            "big5",
            "euc_jp",
            "euc_kr",
            "koi8_r",
        ],
    ).best()
    return best.encoding if best is not None else "cp1252"
