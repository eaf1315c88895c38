"""A hand-kept member list: one row a spell of membership, so that a person who left and came back has two."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, Question, staging_frame
from data.layouts.fields import Context, Table
from data.layouts.headers import MEMBER_STRONG, MEMBER_WEAK
from data.layouts.matching import Match, header_key, match_headers

NAME = "member_list"
TARGETS = ("name", "first_name", "last_name", "profession", "group", "joined_on", "left_on")
_WHOLE_ALONE = ("nombre", "名")
_STILL = frozenset(
    s
    for word in [
        "present",
        "active",
        "current",
        "today",
        "now",
        "ongoing",
        "-",
        "–",
        "n/a",
        "heute",
        "aktiv",
        "aktuell",
        "aujourd'hui",
        "actif",
        "atual",
        "ativo",
        "hoje",
    ]
    for s in clean.spellings(word)
) | {""}


def match(context: Context) -> Match:
    """Match the header row at context.header_row. "Nom" beside "Prénom" is the last name, alone the whole
    one; so is "Nombre" without "Apellidos".
    """
    sheet = context.sheet
    found = match_headers(
        sheet.row(context.header_row),
        MEMBER_STRONG,
        MEMBER_WEAK,
        context.answers.mapping,
        ambiguous={},
        has_data=context.has_data,
    )
    has = found.columns
    if "name" in has and "first_name" in has and "last_name" not in has:
        has["last_name"] = has.pop("name")
    if "name" in has and "last_name" in has and "first_name" not in has:
        has["first_name"] = has.pop("name")
    alone = "first_name" in has and not {"name", "last_name"} & has.keys()
    if alone and header_key(found.header_of("first_name")) in _WHOLE_ALONE:
        has["name"] = has.pop("first_name")
    return found


def complete(found: Match) -> bool:
    """A name and when the membership began or ended; or a name, a profession or group, and little else: any
    table of
    people has names and professions, and one of actors is no member list."""
    has = found.columns.keys()
    named = "name" in has or {"first_name", "last_name"} <= has
    mostly_ours = len(has) > len(found.unmapped())
    return named and bool(has & {"joined_on", "left_on"} or (has & {"profession", "group"} and mostly_ours))


def build(context: Context, found: Match) -> Draft:
    """Clean the table under the header into spells."""
    table = Table.open(context, found)
    table.notes[:0] = found.notes
    table.questions.extend(found.questions)
    if not ("name" in found.columns or {"first_name", "last_name"} <= found.columns.keys()):
        headed = ", ".join(h for h in found.headers if h)
        table.ask(
            Question(
                "mapping",
                f"No column holds the members' names (found: {headed}). Name it.",
                tuple(found.unmapped()),
                "--map 'Their header=name'",
                target="name",
            )
        )
    names = _names(table)
    if not table.questions:
        table.refuse_rows(np.array([name is None for name in names], dtype=bool), "the row names nobody")
    _blank_the_still_there(table)
    days = table.dates("joined_on", "left_on")
    none = np.full(len(table), np.datetime64("NaT"), dtype="datetime64[us]")
    joined, left = days.get("joined_on", none), days.get("left_on", none)
    table.refuse_rows(left < joined, "the member would have left before joining", "left_on")
    columns = {
        "row_no": table.rows,
        "name": names,
        "profession": table.texts("profession"),
        "group": table.texts("group", clean.clean_name),
        "joined_on": joined,
        "left_on": left,
    }
    frame = staging_frame("members", columns, len(table))[table.kept()].reset_index(drop=True)
    return table.draft(NAME, {"members": frame})


def _names(table: Table) -> np.ndarray:
    whole = table.texts("name", clean.clean_name)
    if "first_name" not in table.match.columns:
        return whole
    first, last = table.texts("first_name", clean.clean_name), table.texts("last_name", clean.clean_name)
    joined = [clean.full_name(*pair) for pair in zip(first, last, strict=True)]
    return np.where(pd.isna(whole), np.array(joined, dtype=object), whole)


def _blank_the_still_there(table: Table) -> None:
    """'present' or '-' under "Left" says that the member is still there: an empty cell, not a bad date."""
    for target in ("left_on", "joined_on"):
        column = table.column(target)
        if column is not None:
            still = [i for i, text in enumerate(column.texts) if clean.fold(text) in _STILL]
            column.codes[np.isin(column.codes, still)] = -1
