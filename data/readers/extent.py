"""Where a table starts and ends on its sheet: below the banner, above the footer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.readers.kinds import DATE, EMPTY, FLAG, NUMBER, WORDS, kind_of

if TYPE_CHECKING:
    from data.readers.raw import Sheet

_SEARCH = 60  # a banner longer than this has not been seen
_BODY = 200  # rows that show what the body looks like
_FOOTER = 40
_TEXT = 1
_OF_TYPE = np.array([EMPTY, WORDS, NUMBER, DATE, FLAG], dtype=np.uint8)  # by the codes of raw.TEXT, NUMBER, DATE, BOOL
TOTAL = re.compile(r"\s*(grand\s+)?(total|totals|sum|summe|gesamt|somme|totaux|soma|suma)\b[\s:]*", re.IGNORECASE)


@dataclass(frozen=True)
class Extent:
    """Row numbers from 1, column numbers from 0, all inclusive. Without rows: first_row 1, last_row 0."""

    header_row: int | None = None
    first_row: int = 1
    last_row: int = 0
    first_column: int = 0
    last_column: int = -1


def find_extent(sheet: Sheet, header_row: int | None = None) -> Extent:
    """The table's bounds; `header_row` overrules the guess (layouts know their own headers)."""
    filled = sheet.filled()
    rows = np.flatnonzero(filled) + 1
    if not len(rows):
        return Extent()
    header = header_row or _header(sheet, rows)
    first = header + 1 if header else int(rows[0])
    body = rows[rows >= first]
    last = _last(sheet, body, filled) if len(body) else first - 1
    top = header or first
    used = [j for j in range(sheet.width) if any_filled(sheet, j, top, max(last, top))]
    return Extent(header, first, last, used[0] if used else 0, used[-1] if used else -1)


def fill_counts(sheet: Sheet) -> np.ndarray:
    """Per row, how many cells hold more than white space."""
    counts = np.zeros(sheet.height, dtype=np.int32)
    for j in range(sheet.width):
        cells = sheet.cells[f"c{j}"]
        if cells.null_count < len(cells):
            counts += filled_cells(cells).to_numpy(zero_copy_only=False)
    return counts


def filled_cells(cells: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Whether each cell holds more than white space, as str.isspace() knows it."""
    held = pc.and_not(pc.greater(pc.binary_length(cells), 0), pc.utf8_is_space(cells))
    return pc.fill_null(held, False) if held.null_count else held


def any_filled(sheet: Sheet, j: int, first: int, last: int) -> bool:
    """Whether column j holds anything between two rows; stops at the first block that does."""
    part = sheet.cells[f"c{j}"].slice(first - 1, max(0, last - first + 1))
    return any(pc.any(filled_cells(block)).as_py() for block in part.chunks if len(block))


def cell_kinds(sheet: Sheet, row_nos: np.ndarray) -> np.ndarray:
    """The kinds of the cells of some rows (rows × columns), as `kind_of` tells them and the container's types."""
    kinds = np.zeros((len(row_nos), sheet.width), dtype=np.uint8)
    if not len(row_nos):
        return kinds
    first = int(row_nos[0]) - 1  # picked from a slice: to pick from a long column would copy it whole
    cells = sheet.cells.slice(first, int(row_nos[-1]) - first)
    index = pa.array(row_nos - 1 - first)
    for j in range(sheet.width):
        texts = pc.take(cells[f"c{j}"], index).to_pylist()
        kinds[:, j] = [kind_of(text) for text in texts]
        if sheet.typed:
            typed = pc.fill_null(pc.take(cells[f"k{j}"], index), 0).combine_chunks().to_numpy(zero_copy_only=False)
            kinds[:, j] = np.where((typed > _TEXT) & (kinds[:, j] > 0), _OF_TYPE[typed], kinds[:, j])
    return kinds


def _header(sheet: Sheet, rows: np.ndarray) -> int | None:
    """The row that names the columns: full, of words, each once, over cells that are of other kinds."""
    near = rows[: _SEARCH + 30]
    kinds = cell_kinds(sheet, near)
    best, best_score = None, 0.0
    for i, row_no in enumerate(near[:_SEARCH]):
        names = [text.strip() for text in sheet.row(int(row_no)) if text and text.strip()]
        score = _header_score(kinds, i, names) - 0.01 * i
        gap = i + 1 < len(near) and near[i + 1] != row_no + 1
        if score - gap > best_score + 1e-9:
            best, best_score = int(row_no), score - gap
    return best


def _header_score(kinds: np.ndarray, i: int, names: list[str]) -> float:
    """How much row i looks like a header over the rows below it; 0 where it cannot be one."""
    here, below = kinds[i] > 0, kinds[i + 1 : i + 21]
    count = int(here.sum())
    words = int((kinds[i] == WORDS).sum())
    distinct = len(set(names)) / max(len(names), 1)
    labels = words < 0.6 * count and _labels(kinds[i], below, distinct)
    if not count or (words < 0.6 * count and not labels):
        return 0.0
    if count == 1 and (kinds > 0).sum(axis=1).max() > 1:
        return 0.0  # a line of a banner or a footer: there are wider rows
    if not len(below):
        # with nothing under it only the sole row, or a full row of words under narrower ones, is a header
        alone = i == 0 or (words == count and (kinds[:i] > 0).sum(axis=1).max() < count)
        return 2.0 - 0.75 + 0.5 * distinct + 0.5 if alone else 0.0
    present = np.maximum((below > 0).sum(axis=0), 1)
    same = ((below == kinds[i]) & here).sum(axis=0) / present
    alike = same[kinds[i] > WORDS] > 0.5
    if (same[kinds[i] == DATE] > 0.5).any() or alike.sum() >= 0.25 * count:
        return 0.0  # a row of data: its date stands over dates, its numbers over numbers
    wide = max(int((below > 0).sum(axis=1).max()), count)
    other = ((below > 0) & (below != kinds[i])).sum(axis=0) / present
    contrast = float(other[here if labels else kinds[i] == WORDS].sum()) / wide
    return 2 * count / wide + 1.5 * contrast + 0.5 * distinct + (0.5 if labels else 0.5 * words / count)


def _labels(row: np.ndarray, below: np.ndarray, distinct: float) -> bool:
    """Whether a row of few words may still be a header: years, days or numbers as names, over cells of other kinds."""
    if WORDS not in row or distinct < 1 or not len(below):
        return False
    columns = (row > 0) & (row != WORDS)
    if len(set(row[columns])) != 1:
        return False
    body = below[:, columns]
    if not (body > 0).any(axis=0).all():
        return False
    return bool(((body > 0) & (body == row[columns])).sum() < 0.2 * max((body > 0).sum(), 1))


def _last(sheet: Sheet, body: np.ndarray, filled: np.ndarray) -> int:
    """The last row of data. Below it stand only rows that have nothing of the table's own kinds: notes,
    copyright, totals.
    """
    sample = cell_kinds(sheet, body[:_BODY])
    present = (sample > 0).sum(axis=0)
    other = (sample > WORDS).sum(axis=0)
    typed = (present >= 2) & (other > 0.7 * present) if len(body) > 2 else np.zeros(sheet.width, dtype=bool)
    usual = float(np.percentile(filled[body[:_BODY] - 1], 75))  # not the median: a short table may have a long footer
    tail = body[-_FOOTER:]
    tail_kinds = cell_kinds(sheet, tail)
    last = int(body[-1])
    for i in range(len(tail) - 1, 0, -1):
        row_no = int(tail[i])
        own = bool(((tail_kinds[i] > WORDS) & typed).any())
        few = filled[row_no - 1] <= 0.6 * usual
        total = _is_total(sheet, row_no) and few
        note = filled[row_no - 1] == 1 and usual > 2 and not own and _apart(tail[: i + 1], filled)
        if not (total or note or (typed.any() and not own and few and usual >= 3)):
            break
        last = int(tail[i - 1])
    return last


def _apart(rows: np.ndarray, filled: np.ndarray) -> bool:
    """Whether the last of `rows` stands in a block of lines of one cell each, below a blank row."""
    for at in range(len(rows) - 1, 0, -1):
        if filled[rows[at] - 1] != 1:
            return False
        if rows[at - 1] != rows[at] - 1:
            return True
    return False


def _is_total(sheet: Sheet, row_no: int) -> bool:
    first = next((text for text in sheet.row(row_no) if text and text.strip()), "")
    return TOTAL.fullmatch(first) is not None
