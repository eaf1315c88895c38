"""Affinity introductions: two tables in one file, a count a person and the introductions themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from data import clean
from data.layouts import referral_rows
from data.layouts.crm import Crm
from data.layouts.fields import Table
from data.readers.extent import Extent, find_extent
from data.readers.raw import Sheet

_COUNTS = {"introducer", "introductions"}


def _table(sheet: Sheet, header_row: int) -> Extent:
    """The introductions only: the next table starts with its title, a lone cell, or with its header."""
    filled = sheet.filled()
    extent = find_extent(sheet, header_row)
    last = header_row
    for row_no in np.flatnonzero(filled[header_row:]) + header_row + 1:
        words = {clean.fold(text) for text in sheet.row(int(row_no)) if text}
        titled = filled[row_no - 1] == 1 and (row_no == sheet.height or not filled[row_no - 2])
        if titled or words == _COUNTS:
            break
        last = int(row_no)
    return replace(extent, first_row=header_row + 1, last_row=last)


def _compare_counts(table: Table, columns: dict[str, Any]) -> None:
    """Say where the first table counts more or fewer introductions than the second lists; a count is no event."""
    counted = _counts(table.context.sheet)
    listed = dict(zip(*np.unique(columns["source"][columns["source"] != None], return_counts=True), strict=True))  # noqa: E711
    differs = [f"{name} {n} ({listed.get(name, 0)} listed)" for name, n in counted.items() if listed.get(name, 0) != n]
    if differs:
        table.notes.append(
            "The table of counts tells of other numbers of introductions than are listed one by one; only those that "
            f"are listed were loaded: {', '.join(differs)}."
        )


def _counts(sheet: Sheet) -> dict[str, int]:
    """Introductions by introducer, from the table of counts; empty where the file has none."""
    found: dict[str, int] = {}
    header: list[str] | None = None
    for row_no in np.flatnonzero(sheet.filled()) + 1:
        cells = sheet.row(int(row_no))
        words = [clean.fold(text or "") for text in cells]
        if set(words) - {""} == _COUNTS:
            header = words
        elif header:
            name, number = cells[header.index("introducer")], cells[header.index("introductions")]
            if not name or not number or not number.strip().isdigit():
                break
            found[clean.clean_name(name) or ""] = int(number)
    return found


_CRM = Crm(
    name="affinity",
    columns={
        "source": "introducer",
        "prospect": "introduced|person introduced",
        "receiver": "to|introduced to",
        "given_on": "date|introduced on|date introduced",
    },
    extent=_table,
    check=_compare_counts,
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
