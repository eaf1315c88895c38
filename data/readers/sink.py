"""Rows on their way from the child to the parent: one Arrow file a sheet, strings in columns, one small code
a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.readers.refused import refuse

TEXT, NUMBER, DATE, BOOL = 1, 2, 3, 4
MAX_COLUMNS = 16_384  # what a spreadsheet can hold
_CELLS_A_BATCH = 400_000


class Sink:
    """Collects rows (lists of text, None or "" for empty) and writes them as columns c0, c1 … and, if typed,
    k0, k1 …
    """

    def __init__(self, path: Path, *, typed: bool) -> None:
        self.path = path
        self.typed = typed
        self.rows = 0
        self.width = 0
        self.filled = False  # whether any cell holds more than white space
        self._pending: list[Sequence[Any]] = []
        self._pending_kinds: list[Sequence[int]] = []
        self._cells = 0
        self._batches: list[tuple[int, list[pa.Array], list[pa.Array]]] = []

    def add(self, row: Sequence[Any], kinds: Sequence[int] | None = None) -> None:
        self._pending.append(row)
        if self.typed:
            self._pending_kinds.append(kinds or ())
        self._cells += len(row) + 1
        if self._cells >= _CELLS_A_BATCH:
            self.flush()

    def add_many(self, rows: list[list[str]]) -> None:
        """Many untyped rows at once: the quick way in for CSV."""
        self._pending = list(rows)
        self.flush()

    def adopt(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Write batches of string columns as they are; nothing else may be added."""
        with pa.OSFile(str(self.path), "wb") as file:
            writer = None
            for batch in batches:
                schema = pa.schema([(f"c{j}", pa.string()) for j in range(batch.num_columns)])
                writer = writer or pa.ipc.new_file(file, schema)
                writer.write_batch(pa.record_batch(batch.columns, schema=schema))
                self._look((column.to_pylist() for column in batch.columns) if not self.filled else ())
                self.rows += batch.num_rows
                self.width = batch.num_columns
            if writer:
                writer.close()

    def _look(self, rows: Iterable[Sequence[Any]]) -> None:
        self.filled = self.filled or any(text and not text.isspace() for row in rows for text in row)

    def about(self, name: str, *, hidden: bool = False, styled: bool = False) -> dict[str, Any]:
        """What the parent is told of this sheet."""
        return {
            "name": name, "rows": self.rows, "width": self.width, "hidden": hidden, "styled": styled,
            "filled": self.filled,
        }  # fmt: skip

    def flush(self) -> None:
        if not self._pending:
            return
        width = max(map(len, self._pending))
        self._look(self._pending)
        if width > MAX_COLUMNS:
            raise refuse(f"A row has {width:,} columns; a table of referrals has a dozen.")
        columns = [pa.array(column, pa.string()) for column in zip_longest(*self._pending)]
        kinds = (
            [pa.array(column, pa.uint8()) for column in zip_longest(*self._pending_kinds, fillvalue=0)]
            if self.typed
            else []
        )
        self._batches.append((len(self._pending), columns, kinds))
        self.rows += len(self._pending)
        self.width = max(self.width, width)
        self._pending, self._pending_kinds, self._cells = [], [], 0

    def close(self) -> None:
        """Write the Arrow file; batches narrower than the widest are padded with empty cells."""
        self.flush()
        names = [f"c{j}" for j in range(self.width)] + [f"k{j}" for j in range(self.width) if self.typed]
        types = [pa.string()] * self.width + [pa.uint8()] * (self.width if self.typed else 0)
        schema = pa.schema(list(zip(names, types, strict=True)))
        with pa.OSFile(str(self.path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
            for rows, columns, kinds in self._batches:
                missing = self.width - len(columns)
                arrays = columns + [pa.nulls(rows, pa.string())] * missing
                if self.typed:
                    arrays += kinds + [pa.nulls(rows, pa.uint8())] * (self.width - len(kinds))
                writer.write_batch(pa.record_batch(arrays, schema=schema))
