"""A single file squeezed by gzip, bzip2 or xz: unpacked once, within limits, before it is looked at."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from data.readers.refused import refuse

MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_MOST = 500_000_000  # bytes
_RATIO, _RATIO_FROM = 300, 20_000_000  # tables shrink 5 to 50 times; a bomb 1,000 times


def unpacked(path: Path, folder: Path) -> Path:
    """The file itself, or what is packed in it."""
    with path.open("rb") as file:
        head = file.read(8)
    kind = next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)
    if kind is None:
        return path
    target, size, packed = folder / "unpacked", 0, path.stat().st_size
    try:
        with _open(kind, path) as source, target.open("wb") as out:
            while block := source.read(1 << 20):
                size += len(block)
                if size > _MOST or (size > _RATIO_FROM and size > _RATIO * packed):
                    raise refuse(
                        f"This {kind} file unpacks to far more than a table needs, so it is not read.",
                        "Unpack it yourself and import what is in it.",
                    )
                out.write(block)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise refuse(f"This {kind} file is damaged.", "Download or export it again.") from error
    return target


def _open(kind: str, path: Path) -> BinaryIO:
    if kind == "gzip":
        return cast(BinaryIO, gzip.open(path))
    return cast(BinaryIO, bz2.open(path) if kind == "bzip2" else lzma.open(path))
