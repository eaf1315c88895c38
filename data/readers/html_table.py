"""HTML tables under a spreadsheet's name, as some web systems export them: text only, the page is never
rendered.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from data.readers.encoding import detect_encoding
from data.readers.refused import refuse
from data.readers.sink import Sink

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_MAX_SPAN = 1_000


def read_html(path: Path, folder: Path) -> dict[str, Any]:
    """Read every outermost <table> that has cells into folder/N.arrow; all cells are text."""
    content = path.read_bytes()
    encoding = _encoding(path, content)
    try:
        parser = _Tables()
        parser.feed(content.decode(encoding, "replace"))
        parser.close()
    except LookupError as error:
        raise refuse(f"This page names an encoding that is not known ({encoding}).") from error
    sheets: list[dict[str, Any]] = []
    for rows in parser.tables:
        sink = Sink(folder / f"{len(sheets)}.arrow", typed=False)
        for row in rows:
            sink.add(row)
        sink.close()
        sheets.append({"name": f"Table {len(sheets) + 1}", "rows": sink.rows, "width": sink.width, "hidden": False})
    if not sheets:
        raise refuse("This is a web page without a table.", "Export the table as .xlsx or .csv.")
    return {"encoding": encoding, "sheets": sheets, "problems": []}


def _encoding(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return detect_encoding(path)[0]
    declared = _CHARSET.search(content[:4_096])
    return declared[1].decode("ascii") if declared else detect_encoding(path)[0]


class _Tables(HTMLParser):
    """Cells by row; colspan is filled with empty cells, and a table inside a cell adds its text to that
    cell.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.depth = 0
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.span = 1
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.rows = []
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
            if not self.rows:
                self.rows.append([])
            span = dict(attrs).get("colspan") or "1"
            self.span = min(int(span), _MAX_SPAN) if span.isdigit() and int(span) else 1
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th", "tr") and self.depth == 1:
            self._end_cell()
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self._end_cell()
                if any(any(row) for row in self.rows):
                    self.tables.append(self.rows)
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.silent:
            self.cell.append(data)

    def close(self) -> None:
        super().close()
        while self.depth:  # a page that breaks off inside its table still shows what it has
            self.handle_endtag("table")

    def _end_cell(self) -> None:
        if self.cell is not None:
            self.rows[-1].append(" ".join("".join(self.cell).split()))
            self.rows[-1].extend([""] * (self.span - 1))
            self.cell = None
