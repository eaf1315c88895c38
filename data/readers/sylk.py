"""SYLK: the text format that old programs save as .slk, and some under other endings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from data.readers.encoding import detect_encoding
from data.readers.grid import Grid, number
from data.readers.sink import BOOL, TEXT

_FIELD = re.compile(r"(?<!;);(?!;)")


def read_sylk(path: Path, folder: Path) -> dict[str, Any]:
    """Read the one sheet into folder/0.arrow. Dates come as the numbers that the file holds: it calls them so."""
    encoding, certain = detect_encoding(path)
    grid = Grid()
    row = column = 1
    for line in path.read_text(encoding=encoding, errors="replace").splitlines():
        kind, *fields = _FIELD.split(line)
        if kind.strip().upper() not in ("C", "F"):
            continue
        value = None
        for field in fields:
            name, rest = field[:1].upper(), field[1:]
            if name == "Y" and rest.isdigit():
                row = int(rest)
            elif name == "X" and rest.isdigit():
                column = int(rest)
            elif name == "K":
                value = rest.replace(";;", ";")
        if value is not None and kind.strip().upper() == "C":
            grid.put(row - 1, column - 1, *_value(value))
    sink = grid.write(folder / "0.arrow")
    return {"encoding": encoding, "encoding_certain": certain, "sheets": [sink.about("")], "problems": []}


def _value(text: str) -> tuple[str | None, int]:
    if text.startswith('"'):
        return text[1:].removesuffix('"').replace('""', '"'), TEXT
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper(), BOOL
    return (None, 0) if text.startswith("#") else number(text)
