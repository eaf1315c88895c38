"""BNI Connect's Membership Length Report: when each member joined, and joined again.

Header (any row of the first 40): `First Name | Last Name | Cumulative Length | Cumulative Start Date | Recent Length |
Recent Start date`, in any places; one of the two start dates must be there, and names whole or in two columns. Banner
or none; a `Chapter:` in it names the group.

Each member → a row of `members` with joined_on, group and all else unknown. A recent start later than the cumulative
one is a member who came back: two rows of the same row_no and name, told apart by joined_on. The first spell's end is
unknown (left_on null), since the lengths count from the two starts to the day of the report and so say nothing of the
time between; it ended no later than the second spell began. A recent start before the cumulative one contradicts it:
the row is rejected.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.draft import Draft, staging_frame
from data.layouts import bni
from data.layouts.banner import Banner, chapter_name, chapter_of
from data.layouts.fields import Context
from data.layouts.matching import Match

NAME = "membership_length"
TARGETS = ("name", "first_name", "last_name", "cumulative_start", "recent_start")
LABELS = bni.labels(
    bni.NAMES,
    {
        "cumulative_start": "cumulative start date|cumulative start|cumulative start day",
        "recent_start": "recent start date|recent start|most recent start date",
    },
)


def match(context: Context) -> Match:
    """Match the header row by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return bni.named(found) and bool({"cumulative_start", "recent_start"} & found.columns.keys())


def build(context: Context, found: Match) -> Draft:
    """One spell a member, two for one who came back."""
    table = bni.without_footer(bni.open_table(context, found, "name"))
    names = bni.names_of(table)
    pseudo = ~pd.isna(bni.pseudo_rows(names))
    table, names = bni.without(table, pseudo), names[~pseudo]
    table.refuse_rows(pd.isna(names), "the row names nobody")
    chapter = Banner.read(table.context).values.get("chapter")
    group = chapter_of(table, chapter_name(chapter.text) if chapter else None)
    none = bni.days_64(None, len(table))
    days = table.dates("cumulative_start", "recent_start")
    first, recent = days.get("cumulative_start", none), days.get("recent_start", none)
    table.refuse_rows(recent < first, "the recent start lies before the first one", "recent_start")
    kept = table.kept()
    back = (recent > first) & kept
    if back.any():
        table.notes.append(
            f"Left and came back: {table.row_list(back)}. Each has two spells; when the first one ended, the file does "
            "not say, only that it was before the second began."
        )
    spells = [
        (np.where(np.isnat(first), recent, first), kept),
        (recent, back),
    ]
    frame = pd.concat(
        [_spells(table.rows, names, group, joined)[mask] for joined, mask in spells], ignore_index=True
    ).sort_values("row_no", kind="stable", ignore_index=True)
    return table.draft(NAME, {"members": frame})


def _spells(rows: np.ndarray, names: np.ndarray, group: str | None, joined: np.ndarray) -> pd.DataFrame:
    columns = {"row_no": rows, "name": names, "group": [group] * len(rows), "joined_on": joined}
    return staging_frame("members", columns, len(rows))
