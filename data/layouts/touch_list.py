"""A hand-kept list of contacts, as the workbook to fill in heads it: help, one-to-ones, introductions, testimonials,
asks, and who was asked where one stands.

A row is one contact: Day, From (who gave it, or asked), To (with whom), What happened, Purpose, Outcome, Group. What
happened must be a word that is known: a contact of an unknown kind rejects its row. No banner, no period.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, staging_frame
from data.layouts import referral_rows
from data.layouts.fields import Context, Table
from data.layouts.headers import words_of
from data.layouts.matching import Match, match_headers
from data.logwords import CONTACTS

NAME = "touch_list"
TARGETS = ("happened_on", "from", "to", "kind", "purpose", "outcome", "group")
HEADERS = words_of(
    {
        "happened_on": "day|date|happened on|happened_on|on|when",
        "from": "from|who|by",
        "to": "to|with|with whom",
        "kind": "what happened|kind of contact|contact kind",
        "purpose": "purpose|about|what for|note|notes",
        "outcome": "outcome|result",
        "group": "group|chapter|group name|chapter name",
    }
)
KINDS = clean.table(
    {kind: word.casefold() for kind, word in CONTACTS.items()},
    {
        "one_to_one": "one to one|one_to_one|1 2 1|1 to 1|121|meeting",
        "help": "help|helped|favour|favor",
        "introduction": "introduction|intro|introduced",
        "testimonial": "testimonial|recommendation written|recommended",
        "ask": "ask|asked|asked for help|asked for a referral|asked for a favour|asked for a favor|request",
        "standing": "standing|asked where they stand|where we stand",
    },
)


def match(context: Context) -> Match:
    """Match the header row at context.header_row to the words above."""
    row = context.sheet.row(context.header_row)
    return match_headers(row, HEADERS, {}, context.answers.mapping, has_data=context.has_data, ambiguous={})


def complete(found: Match) -> bool:
    """What took place and at least one who took part, or an empty list."""
    return "kind" in found.columns and bool({"from", "to"} & found.columns.keys())


def build(context: Context, found: Match) -> Draft:
    """Clean the table under the header into touches."""
    table = Table.open(context, found)
    table.notes[:0] = found.notes
    table.questions.extend(found.questions)
    day = table.dates("happened_on").get("happened_on", referral_rows.days(len(table)))
    check_day(table, day, "happened_on")
    giver, taker = table.texts("from", clean.clean_name), table.texts("to", clean.clean_name)
    check_parties(table, giver, taker)
    columns = {
        "row_no": table.rows,
        "happened_on": day,
        "from": giver,
        "to": taker,
        "kind": _kinds(table),
        "purpose": table.texts("purpose"),
        "outcome": table.texts("outcome"),
        "group": table.texts("group", clean.clean_name),
    }
    frame = staging_frame("touches", columns, len(table))[table.kept()].reset_index(drop=True)
    return table.draft(NAME, {"touches": frame})


def check_day(table: Table, day: np.ndarray, target: str) -> None:
    """Refuse rows without a day and days that are still to come."""
    if not table.waiting_for(target):
        table.refuse_rows(np.isnat(day), "there is no date", target)
    table.refuse_rows(day > np.datetime64(table.context.today, "us"), "the date is in the future", target)


def check_parties(table: Table, one: np.ndarray, other: np.ndarray) -> None:
    """Refuse rows that do not name two persons."""
    if not table.questions:
        table.refuse_rows(np.asarray(pd.isna(one) | pd.isna(other)), "the row does not name two persons")
    keys = [[None if name is None else clean.fold(name) for name in names] for names in (one, other)]
    same = np.array([a is not None and a == b for a, b in zip(*keys, strict=True)], dtype=bool)
    table.refuse_rows(same, "the row names one person twice")


def _kinds(table: Table) -> np.ndarray:
    column = table.column("kind")
    if column is None:
        return np.full(len(table), None, dtype=object)
    found = clean.look_up(column, KINDS)
    listed = ", ".join(f"'{word}'" for word in CONTACTS.values())
    unknown = {i: f"'{column.texts[i]}' is none of {listed}" for i, kind in enumerate(found.values) if kind is None}
    table.refuse("kind", column, unknown)
    kinds = column.spread(found.values, None)
    table.refuse_rows(np.asarray(pd.isna(kinds)), "the row does not say what happened")
    return kinds
