"""Whose member is it: in a Slips Audit, bold names are members of another chapter and plain ones of the home group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.draft import OTHER_GROUP, staging_frame
from data.layouts.fields import Table

Side = tuple[np.ndarray, np.ndarray]  # names by row, and whether each is bold


def memberships(table: Table, sides: tuple[Side, Side], detail: np.ndarray, two_sided: np.ndarray) -> pd.DataFrame:
    """One row a person and group, where first seen, days unknown; group None = the home group.

    detail: by row, the other chapter that the file names. two_sided: rows whose two names both stand there, so that a
    chapter in Detail is that of one of them. Empty, with a note, where the file has lost its bold type.
    """
    (_, from_bold), (_, to_bold) = sides
    if problem := _lost(table, from_bold | to_bold, two_sided & ~pd.isna(detail)):
        table.notes.append(problem)
        return staging_frame("members", {}, 0)
    unclear = pd.isna(detail) | (from_bold & to_bold)  # one chapter named cannot be the chapter of two
    seen: dict[tuple[str, str | None], int] = {}
    for names, bold in sides:
        group = detail.copy()
        group[unclear] = OTHER_GROUP
        group[~bold] = None
        for i in np.flatnonzero(table.kept() & ~pd.isna(names)):
            key, row = (str(names[i]), group[i]), int(table.rows[i])
            seen[key] = min(seen.get(key, row), row)
    named = {name for name, group in seen if group not in (None, OTHER_GROUP)}
    found = sorted(
        ((row, name, group) for (name, group), row in seen.items() if group != OTHER_GROUP or name not in named),
        key=lambda one: (one[0], one[1]),
    )
    _note_both(table, seen)
    columns = {name: [one[i] for one in found] for i, name in enumerate(("row_no", "name", "group"))}
    return staging_frame("members", columns, len(found))


def _lost(table: Table, bold: np.ndarray, elsewhere: np.ndarray) -> str | None:
    if not table.context.sheet.styled:
        return (
            "This file carries no bold type, which marks members of other chapters in the original export: to which "
            "group a name belongs is not taken from it."
        )
    if elsewhere.any() and not bold.any():
        return (
            "Other chapters are named and not one name is bold: the bold type seems to be lost, so to which group a "
            "name belongs is not taken from this file."
        )
    return None


def _note_both(table: Table, seen: dict[tuple[str, str | None], int]) -> None:
    both = sorted({name for name, group in seen if group is None} & {name for name, group in seen if group is not None})
    if both:
        listed = ", ".join(both[:5]) + (f" and {len(both) - 5} more" if len(both) > 5 else "")
        table.notes.append(f"Both bold and plain in this file, so taken as members of both groups: {listed}.")
