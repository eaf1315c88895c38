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
    encoding, certain = _encoding(path, content)
    parser = _Tables()
    parser.feed(content.decode(encoding, "replace"))
    parser.close()
    sheets: list[dict[str, Any]] = []
    for rows in parser.tables:
        sink = Sink(folder / f"{len(sheets)}.arrow", typed=False)
        for row in rows:
            sink.add(row)
        sink.close()
        sheets.append(sink.about(f"Table {len(sheets) + 1}"))
    if not sheets:
        raise refuse("This is a web page without a table.", "Export the table as .xlsx or .csv.")
    return {"encoding": encoding, "encoding_certain": certain, "sheets": sheets, "problems": []}


def _encoding(path: Path, content: bytes) -> tuple[str, bool]:
    """What the page declares, if that is an encoding of text, else what its bytes look like; whether it is certain."""
    declared = _CHARSET.search(content[:4_096])
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared[1].decode("ascii")
        try:
            name.encode("ascii").decode(name)  # some names of codecs are not of text, and some are of none
            "".encode(name)
        except (LookupError, UnicodeError):
            return detect_encoding(path)
        return name, True
    return detect_encoding(path)


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
        self.span = self.down = 1
        self.reaching: list[int] = []  # per column, into how many further rows a cell above reaches
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.rows, self.reaching = [], []
        elif self.depth == 1 and tag == "tr":
            self._end_row()
            self.rows.append([])
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
            if not self.rows:
                self.rows.append([])
            self.span, self.down = (_span(dict(attrs).get(name)) for name in ("colspan", "rowspan"))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th") and self.depth == 1:
            self._end_cell()
        elif tag == "tr" and self.depth == 1:
            self._end_row()
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self._end_row()
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
        if self.cell is None:
            return
        row = self.rows[-1]
        self._pass(row)
        row.append(" ".join("".join(self.cell).split()))
        row.extend([""] * (self.span - 1))
        self.reaching += [0] * (len(row) - len(self.reaching))
        self.reaching[len(row) - self.span : len(row)] = [self.down - 1] * self.span
        self.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.rows and any(self.reaching[len(self.rows[-1]) :]):
            rest = self.reaching[len(self.rows[-1]) :]
            self.reaching[len(self.rows[-1]) :] = [max(0, left - 1) for left in rest]
            self.rows[-1] += [""] * len(rest)

    def _pass(self, row: list[str]) -> None:
        """Leave the places free that cells of rows above reach into."""
        while len(row) < len(self.reaching) and self.reaching[len(row)]:
            self.reaching[len(row)] -= 1
            row.append("")


def _span(text: str | None) -> int:
    return max(1, min(int(text), _MAX_SPAN)) if text and text.isascii() and text.isdigit() else 1
