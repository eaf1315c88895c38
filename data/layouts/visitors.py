"""BNI Connect's Chapter Visitor Report: who visited, when, and who invited them.

Header (any row of the first 40): `First Name | Last Name | … | Visit Date | Invited By | Type`; Visit Date and Invited
By must be there, names whole or in two columns. Each visit → touches of kind visitor: from = Invited By (null where it
is blank or a pseudo name), to = the visitor, happened_on = Visit Date, outcome = Type as written; group null (home)
unless the banner has a `Chapter:`. Company, profession, e-mail, phone and address are left out: they are not
needed. A row without a day, or that names nobody, is rejected. Covers visitor from the first to the last day in it, or
the banner's From and To.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, staging_frame
from data.layouts import bni, periods
from data.layouts.banner import Banner, chapter_name, chapter_of
from data.layouts.fields import Context
from data.layouts.matching import Match

NAME = "visitors"
TARGETS = ("name", "first_name", "last_name", "from", "happened_on", "outcome")
LABELS = bni.labels(
    bni.NAMES,
    {
        "name": "name|visitor|visitor name|besucher|visiteur|visitante",
        "from": "invited by|eingeladen von|invité par|convidado por",
        "happened_on": "visit date|date of visit|besuchsdatum|date de visite|data da visita",
        "outcome": "type|visitor type|typ|tipo",
    },
)


def match(context: Context) -> Match:
    """Match the header row by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return bni.named(found) and {"from", "happened_on"} <= found.columns.keys()


def build(context: Context, found: Match) -> Draft:
    """One touch a visit."""
    table = bni.without_footer(bni.open_table(context, found, "name", "happened_on"))
    names = bni.names_of(table)
    pseudo = ~pd.isna(bni.pseudo_rows(names)) & (table.context.sheet.filled()[table.rows - 1] <= 2)
    table, names = bni.without(table, pseudo), names[~pseudo]
    banner = Banner.read(table.context)
    chapter = banner.values.get("chapter")
    group = chapter_of(table, chapter_name(chapter.text) if chapter else None)
    host = table.texts("from", clean.clean_name)
    host = bni.blanked(host, ~pd.isna(bni.pseudo_rows(host)))
    table.refuse_rows(pd.isna(names) & pd.isna(host), "the row names nobody")
    days = table.dates("happened_on").get("happened_on", bni.days_64(None, len(table)))
    if not table.waiting_for("happened_on"):
        table.refuse_rows(np.isnat(days), "there is no day of the visit", "happened_on")
    columns = {
        "row_no": table.rows, "kind": ["visitor"] * len(table), "from": host, "to": names, "happened_on": days,
        "outcome": table.texts("outcome"), "group": [group] * len(table),
    }  # fmt: skip
    frame = staging_frame("touches", columns, len(table))[table.kept()].reset_index(drop=True)
    period = periods.settle(table, banner.period, "", span=True) if banner.period else None
    draft = table.draft(NAME, {"touches": frame})
    draft.covers = {"visitor": (period.first, period.last) if period else None}
    return draft
