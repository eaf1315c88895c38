"""Several tables under one another on one sheet, each with its own header, as some exports print them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from data.readers.extent import Extent, cell_kinds, find_extent
from data.readers.kinds import WORDS

if TYPE_CHECKING:
    from data.readers.raw import Sheet

_MOST = 100  # blocks of rows that are looked at
_TITLES = 3  # lines of words between a blank row and a header


def tables(sheet: Sheet) -> list[Extent]:
    """The bounds of each table on the sheet, top to bottom; [sheet.extent] where there is only one.

    A further table begins after a blank row, perhaps below a title, with a row of words, each once, that stand over
    cells of other kinds or repeat a header above. Blank rows inside a table do not split it.
    """
    starts = _starts(sheet)
    if len(starts) < 2:
        return [sheet.extent]
    ends = [block - 1 for block, _ in starts[1:]] + [sheet.height]
    return [find_extent(_until(sheet, end), header) for (_, header), end in zip(starts, ends, strict=True)]


def _until(sheet: Sheet, last: int) -> Sheet:
    return replace(sheet, cells=sheet.cells.slice(0, last), _head=None, _filled=None)


def _starts(sheet: Sheet) -> list[tuple[int, int]]:
    """(first row of the block, its header row) for each block of rows that has a header."""
    rows = np.flatnonzero(sheet.filled()) + 1
    breaks = np.flatnonzero(np.diff(rows, prepend=-1) > 1)
    found: list[tuple[int, int]] = []
    seen: list[set[str]] = []
    for number, begin in enumerate(breaks[:_MOST]):
        stop = breaks[number + 1] if number + 1 < len(breaks) else len(rows)
        header = _header_of(sheet, rows[begin:stop][:24], seen)
        if header:
            found.append((int(rows[begin]), header))
    return found


def _header_of(sheet: Sheet, block: np.ndarray, seen: list[set[str]]) -> int | None:
    kinds = cell_kinds(sheet, block)
    for i in range(min(_TITLES + 1, len(block))):
        row, below = kinds[i], kinds[i + 1 :]
        count = int((row > 0).sum())
        if count == 1 and len(below):
            continue  # a title
        names = [text.strip() for text in sheet.row(int(block[i])) if text and text.strip()]
        if count < 2 or (row > WORDS).any() or len(set(names)) < count:
            return None
        known = any(len(set(names) & labels) >= 0.5 * count for labels in seen)
        contrast = bool(((below > WORDS) & (row == WORDS)).any())
        if not known and not contrast:
            return None
        seen.append(set(names))
        return int(block[i])
    return None
