"""Where a table starts and ends on its sheet: below the banner, above the footer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from data.readers.raw import Sheet

_SEARCH = 60  # a banner longer than this has not been seen
_BODY = 200  # rows that show what the body looks like
_FOOTER = 40
_TEXT = 1
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
            filled = pc.greater(pc.binary_length(pc.utf8_trim_whitespace(cells)), 0)
            counts += pc.fill_null(filled, False).combine_chunks().to_numpy(zero_copy_only=False)
    return counts


def any_filled(sheet: Sheet, j: int, first: int, last: int) -> bool:
    """Whether column j holds anything between two rows; stops at the first block that does."""
    part = sheet.cells[f"c{j}"].slice(first - 1, max(0, last - first + 1))
    return any(pc.max(pc.binary_length(pc.utf8_trim_whitespace(block))).as_py() for block in part.chunks if len(block))


def is_text(text: str | None, kind: int = _TEXT) -> bool:
    """True for words, False for numbers, dates, amounts, booleans and empty cells."""
    if not text or kind != _TEXT:
        return False
    solid = re.sub(r"\s", "", text)
    return bool(solid) and sum(c.isdigit() for c in solid) <= 0.4 * len(solid)


def _flags(sheet: Sheet, row_nos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For some rows: which cells are filled, and which hold words (rows × columns)."""
    filled = np.zeros((len(row_nos), sheet.width), dtype=bool)
    words = np.zeros_like(filled)
    index = pa.array(row_nos - 1)
    for j in range(sheet.width):
        texts = pc.take(sheet.cells[f"c{j}"], index).to_pylist()
        kinds = pc.take(sheet.cells[f"k{j}"], index).to_pylist() if sheet.typed else [_TEXT] * len(texts)
        filled[:, j] = [bool(text and text.strip()) for text in texts]
        words[:, j] = [is_text(text, kind or 0) for text, kind in zip(texts, kinds, strict=True)]
    return filled, words


def _header(sheet: Sheet, rows: np.ndarray) -> int | None:
    """The row that names the columns: full, of words, each once, over cells that are of other kinds."""
    near = rows[: _SEARCH + 30]
    filled, words = _flags(sheet, near)
    best, best_score = None, 0.0
    for i, row_no in enumerate(near[:_SEARCH]):
        here = filled[i]
        if words[i].sum() < 0.6 * here.sum():
            continue
        below = slice(i + 1, i + 21)
        if not len(filled[below]):
            wide = here.sum()
            contrast = -0.5  # a header with nothing under it is the last resort
        else:
            wide = max(int(filled[below].sum(axis=1).max()), int(here.sum()))
            other = filled[below] & ~words[below]
            contrast = float(
                (other.sum(axis=0) / np.maximum(filled[below].sum(axis=0), 1))[here & words[i]].sum() / wide
            )
        names = [text for text in sheet.row(int(row_no)) if text and text.strip()]
        distinct = len(set(names)) / len(names)
        gap = i + 1 < len(near) and near[i + 1] != row_no + 1
        score = (
            2 * here.sum() / wide + 1.5 * contrast + 0.5 * distinct + 0.5 * words[i].sum() / here.sum() - gap - 0.01 * i
        )
        if score > best_score + 1e-9:
            best, best_score = int(row_no), score
    return best


def _last(sheet: Sheet, body: np.ndarray, filled: np.ndarray) -> int:
    """The last row of data. Below it stand only rows that have nothing of the table's own kinds: notes,
    copyright, totals.
    """
    sample_filled, sample_words = _flags(sheet, body[:_BODY])
    present = sample_filled.sum(axis=0)
    other = (sample_filled & ~sample_words).sum(axis=0)
    typed = (present >= 2) & (other > 0.7 * present) if len(body) > 2 else np.zeros(sheet.width, dtype=bool)
    usual = float(np.percentile(filled[body[:_BODY] - 1], 75))  # not the median: a short table may have a long footer
    tail = body[-_FOOTER:]
    tail_filled, tail_words = _flags(sheet, tail)
    last = int(body[-1])
    for i in range(len(tail) - 1, 0, -1):
        row_no = int(tail[i])
        own = bool((tail_filled[i] & ~tail_words[i] & typed).any())
        few = tail_filled[i].sum() <= 0.6 * usual
        gap = tail[i - 1] != row_no - 1
        lone = tail_filled[i].sum() == 1 and usual >= 3
        total = _is_total(sheet, row_no) and few
        if not (total or (typed.any() and not own and few and usual >= 3) or (lone and gap and not own)):
            break
        last = int(tail[i - 1])
    return last


def _is_total(sheet: Sheet, row_no: int) -> bool:
    first = next((text for text in sheet.row(row_no) if text and text.strip()), "")
    return TOTAL.fullmatch(first) is not None
