"""Which encoding a text file is in: a byte-order mark says so, UTF-8 proves itself, the rest is judged by
its letters.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from data.readers.letters import likeliest
from data.readers.refused import refuse

SAMPLE = 262_144
_LETTERS = 16_384  # bytes that are enough to know a language by its letters
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it starts with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


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
    """UTF-16 and UTF-32 betray themselves by zero bytes, which no other text has, and by reading as text."""
    if b"\x00" not in head:
        return None
    best, best_share = None, 0.9
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = head[: len(head) // width * width].decode(name, "strict" if width == 4 else "replace")
        except UnicodeDecodeError:
            continue
        share = sum(_is_text(c) for c in text) / max(len(text), 1)
        if share > best_share and any(c in text for c in "\n\r,;\t|"):
            best, best_share = name, share
    return best


def _is_text(char: str) -> bool:
    """Letters, digits, signs and line ends of everyday scripts; not what ASCII bytes taken in pairs turn into."""
    return char in "\n\r\t" or (unicodedata.category(char)[0] in "LNPSZM" and not "\u0fff" < char < "\u1e00")


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
    """The likeliest 8-bit or double-byte encoding, judged on the lines that hold bytes beyond ASCII."""
    lines, size = [], 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                lines.append(line if len(line) < SAMPLE else line[:SAMPLE])
                size += len(lines[-1])
                if size > _LETTERS:
                    break
    return likeliest(b"".join(lines))
