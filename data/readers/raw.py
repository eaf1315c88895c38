"""A file as read: sheets of text cells with the type that the file gives them, and where its table starts
and ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.readers.extent import Extent, fill_counts, filled_cells, find_extent
from data.readers.stacked import tables

_FEW = 16_384  # distinct texts up to which codes are cheaper to carry than the texts, whatever the number of rows
_HEAD = 120  # rows kept as lists, since headers and banners are looked at again and again
EMPTY, TEXT, NUMBER, DATE, BOOL = range(5)


@dataclass(frozen=True)
class Column:
    """One column of one table, each distinct cell once.

    cells[i] (texts[i] as Python has it), kinds[i]: the i-th distinct cell, in order of first appearance; codes: per
    row, an index into them or −1 for an empty cell; rows: the row number of each cell as a spreadsheet shows it.
    """

    cells: pa.Array
    kinds: np.ndarray
    codes: np.ndarray
    rows: np.ndarray

    @cached_property
    def texts(self) -> list[str]:
        return self.cells.to_pylist()

    def first_row(self, index: int) -> int:
        """The row number in which distinct cell `index` first stands."""
        return int(self.rows[np.argmax(self.codes == index)])

    def counts(self) -> np.ndarray:
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.cells))

    def spread(self, values: np.ndarray, empty: Any) -> np.ndarray:
        """Values of the distinct cells laid out by row; `empty` where the cell is."""
        padded = np.append(values, np.array([empty], dtype=values.dtype))
        return padded[self.codes]  # code −1 picks the last one

    def laid(self, values: pa.Array) -> pa.Array:
        """Values of the distinct cells laid out by row, null where the cell is empty; few texts as codes."""
        if not pa.types.is_string(values.type):
            return values.take(_indices(self.codes))
        once = values.dictionary_encode()  # two spellings may mean one value
        codes = _indices(np.append(pc.fill_null(once.indices, -1).to_numpy(), np.int32(-1))[self.codes])
        found = pa.DictionaryArray.from_arrays(codes, once.dictionary)
        return found if len(once.dictionary) <= max(_FEW, len(codes) // 32) else found.dictionary_decode()


def _indices(codes: np.ndarray) -> pa.Array:
    """Codes as Arrow has them: −1 is null."""
    return pa.array(codes, pa.int32(), mask=codes < 0)


@dataclass
class Sheet:
    """Rows are numbered from 1 as a spreadsheet shows them; columns from 0.

    header_row is None where no row looks like a header; first_row and last_row bound the data below it (first_row >
    last_row: a header and nothing under it). styled: the container tells bold cells from plain ones (SpreadsheetML).
    """

    name: str
    cells: pa.Table
    typed: bool
    hidden: bool = False
    extent: Extent = field(default_factory=Extent)
    styled: bool = False
    bold_cells: pa.Table | None = field(default=None, repr=False, compare=False)
    _head: list[list[str | None]] | None = field(default=None, repr=False, compare=False)
    _filled: np.ndarray | None = field(default=None, repr=False, compare=False)

    @property
    def height(self) -> int:
        return self.cells.num_rows

    @property
    def width(self) -> int:
        return self.cells.num_columns // 2 if self.typed else self.cells.num_columns

    @property
    def header_row(self) -> int | None:
        return self.extent.header_row

    @property
    def first_row(self) -> int:
        return self.extent.first_row

    @property
    def last_row(self) -> int:
        return self.extent.last_row

    def filled(self) -> np.ndarray:
        """Per row (index row number − 1), how many cells hold more than white space."""
        if self._filled is None:
            self._filled = fill_counts(self)
        return self._filled

    def row(self, row_no: int) -> list[str | None]:
        """The cells of one row, empty ones as None."""
        if self._head is None:
            self._head = [[cell or None for cell in row] for row in self.rows_between(1, _HEAD)]
        if row_no <= len(self._head):
            return list(self._head[row_no - 1])
        return [self.cells[f"c{j}"][row_no - 1].as_py() or None for j in range(self.width)]

    def kinds(self, row_no: int) -> list[int]:
        """The types of one row's cells: EMPTY, TEXT, NUMBER, DATE or BOOL."""
        if not self.typed:
            return [TEXT if text else EMPTY for text in self.row(row_no)]
        return [self.cells[f"k{j}"][row_no - 1].as_py() or EMPTY for j in range(self.width)]

    def rows_between(self, first: int, last: int) -> Iterator[list[str | None]]:
        """Rows first … last (inclusive), quick for many rows."""
        part = self.cells.slice(first - 1, max(0, last - first + 1))
        for batch in part.to_batches(max_chunksize=50_000):
            yield from map(list, zip(*(batch.column(j).to_pylist() for j in range(self.width)), strict=True))

    def column(self, index: int, rows: np.ndarray) -> Column:
        """Column `index` at the given row numbers."""
        encoded = pc.fill_null(self._pick(f"c{index}", rows), "").dictionary_encode()
        cells, codes = encoded.dictionary, encoded.indices.to_numpy().astype(np.int32)
        kinds = np.full(len(cells), TEXT, dtype=np.uint8)
        if self.typed:
            by_row = pc.fill_null(self._pick(f"k{index}", rows), 0)
            pairs = codes.astype(np.int64) * 8 + by_row.to_numpy(zero_copy_only=False)
            distinct, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
            order = np.argsort(first, kind="stable")
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            cells = cells.take(pa.array(distinct[order] // 8))
            kinds = (distinct[order] % 8).astype(np.uint8)
            codes = rank[inverse].astype(np.int32)
        return _without_blank(Column(cells, kinds, codes, rows))

    def stripped(self, index: int, rows: np.ndarray) -> pa.Array:
        """The texts of a column at the given row numbers without white space around them; null where none is left.

        For free text, most of which stands there once: it is not worth telling the distinct cells.
        """
        texts = pc.utf8_trim_whitespace(self._pick(f"c{index}", rows))  # the same characters as str.strip()
        blank = pc.equal(pc.binary_length(texts), 0)
        return pc.if_else(blank, None, texts) if pc.any(blank).as_py() else texts

    def bold(self, index: int, rows: np.ndarray) -> np.ndarray:
        """Per given row number, whether the cell in column `index` is filled and bold. All False where the file
        is not `styled`.
        """
        if self.bold_cells is None:
            return np.zeros(len(rows), dtype=bool)
        here = self.bold_cells.filter(pc.equal(self.bold_cells["column"], index))["row"]
        return np.isin(rows, here.to_numpy())

    def _pick(self, name: str, rows: np.ndarray) -> pa.Array:
        cells = self.cells[name]
        if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
            cells = cells.slice(int(rows[0]) - 1, len(rows))  # no gaps: much quicker than picking
        else:
            cells = pc.take(cells, pa.array(rows - 1))
        return cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells

    def to_csv(self) -> str:
        """The table (header to last row, without banner, footer and empty outer columns) as RFC 4180."""
        first = self.header_row or self.first_row
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        columns = slice(self.extent.first_column, self.extent.last_column + 1)
        for row in self.rows_between(first, self.last_row):
            writer.writerow([cell or "" for cell in row[columns]])
        return out.getvalue()


def _without_blank(column: Column) -> Column:
    """Cells that hold nothing but white space become empty (code −1)."""
    filled = filled_cells(column.cells).to_numpy(zero_copy_only=False)
    if filled.all():
        return column
    keep = np.flatnonzero(filled)
    new = np.full(len(filled) + 1, -1, dtype=np.int32)
    new[keep] = np.arange(len(keep), dtype=np.int32)
    return Column(column.cells.take(pa.array(keep)), column.kinds[keep], new[column.codes], column.rows)


@dataclass
class RawFile:
    """What `read` returns. date_system is 1900 or 1904: what a bare number in a date column counts from."""

    path: Path
    name: str
    sha256: str
    container: str
    encoding: str | None
    dialect: Mapping[str, Any] | None
    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)
    date_system: int = 1900

    @classmethod
    def load(cls, path: Path, name: str, sha256: str, result: Mapping[str, Any], folder: Path) -> RawFile:
        """Pick up what the child left in `folder`."""
        sheets = []
        typed = result["container"] not in ("csv", "html")
        for number, about in enumerate(result["sheets"]):
            with pa.OSFile(str(folder / f"{number}.arrow")) as file:
                cells = pa.ipc.open_file(file).read_all()
            sheet = Sheet(about["name"], cells, typed, about["hidden"], styled=about.get("styled", False))
            bold = folder / f"{number}.bold.arrow"
            if bold.exists():
                with pa.OSFile(str(bold)) as file:
                    sheet.bold_cells = pa.ipc.open_file(file).read_all()
            sheet.extent = find_extent(sheet)
            sheets.append(sheet)
        notes = list(result.get("problems", ()))
        if result.get("encoding_certain") is False:
            notes.append(f"The file does not say its encoding; it was read as {result['encoding']}.")
        return cls(
            path,
            name,
            sha256,
            result["container"],
            result.get("encoding"),
            result.get("dialect"),
            sheets,
            notes,
            result.get("date_system", 1900),
        )

    def describe(self) -> dict[str, Any]:
        """JSON-able: what `net-effect peek` prints. Row and column numbers are 1-based and inclusive."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "container": self.container,
            "encoding": self.encoding,
            "dialect": dict(self.dialect) if self.dialect else None,
            "notes": list(self.notes),
            "sheets": [
                {
                    "name": s.name,
                    "hidden": s.hidden,
                    "rows": s.height,
                    "columns": s.width,
                    "header_row": s.header_row,
                    "first_row": s.first_row,
                    "last_row": s.last_row,
                    "first_column": s.extent.first_column + 1,
                    "last_column": s.extent.last_column + 1,
                    "header": s.row(s.header_row)[s.extent.first_column : s.extent.last_column + 1]
                    if s.header_row
                    else None,
                    "tables": [
                        {"header_row": t.header_row, "first_row": t.first_row, "last_row": t.last_row}
                        for t in tables(s)
                    ],
                }
                for s in self.sheets
            ],
        }
