"""A hand-kept list of assessments, as the workbook to fill in heads it: the thirteen points and two marks.

A row is one assessment: Day, Who assesses, Source, the thirteen points (yes or no; headed by their words, by q01 … q13
or by Point 1 … Point 13), Comfort and Perceived value from 0 to 10, Group. A mark outside 0–10 rejects its row; an
unanswered point stays empty. No banner, no period.
"""

from __future__ import annotations

import re

import numpy as np

from data import clean
from data.draft import Draft, staging_frame
from data.layouts import referral_rows
from data.layouts.fields import Context, Table
from data.layouts.headers import words_of
from data.layouts.matching import Match, match_headers
from data.layouts.touch_list import check_day, check_parties
from data.logwords import COMFORT, POINTS, SCALE, VALUE

NAME = "assessment_list"
MARKS = ("comfort", "perceived_value")
TARGETS = ("assessed_on", "assessor", "source", *POINTS, *MARKS, "group")
HEADERS = words_of(
    {
        "assessed_on": "day|date|assessed on|assessed_on|on|when",
        "assessor": "who assesses|assessor|assessed by",
        "source": "source|who is assessed|referral source",
        "comfort": f"{COMFORT.casefold()}|comfort 0 10|comfort 0 to 10",
        "perceived_value": f"{VALUE.casefold()}|perceived_value|perceived value 0 10|perceived value 0 to 10",
        "group": "group|chapter|group name|chapter name",
        **{q: f"{words.casefold()}|{q}|point {int(q[1:])}" for q, words in POINTS.items()},
    }
)


def match(context: Context) -> Match:
    """Match the header row at context.header_row to the words above."""
    row = context.sheet.row(context.header_row)
    return match_headers(row, HEADERS, {}, context.answers.mapping, has_data=context.has_data, ambiguous={})


def complete(found: Match) -> bool:
    """Who assessed whom, or an empty list."""
    return {"assessor", "source"} <= found.columns.keys()


def build(context: Context, found: Match) -> Draft:
    """Clean the table under the header into assessments."""
    table = Table.open(context, found)
    table.notes[:0] = found.notes
    table.questions.extend(found.questions)
    day = table.dates("assessed_on").get("assessed_on", referral_rows.days(len(table)))
    check_day(table, day, "assessed_on")
    assessor, source = table.texts("assessor", clean.clean_name), table.texts("source", clean.clean_name)
    check_parties(table, assessor, source)
    columns = {
        "row_no": table.rows,
        "assessed_on": day,
        "assessor": assessor,
        "source": source,
        **{q: referral_rows.yes_or_no(table, q) for q in POINTS},
        **{mark: _marks(table, mark) for mark in MARKS},
        "group": table.texts("group", clean.clean_name),
    }
    frame = staging_frame("assessments", columns, len(table))
    answered = frame[[*POINTS, *MARKS]].notna().any(axis=1).to_numpy()
    table.refuse_rows(~answered, "no point of the assessment is answered")
    return table.draft(NAME, {"assessments": frame[table.kept()].reset_index(drop=True)})


def _marks(table: Table, target: str) -> np.ndarray:
    """Marks from 0 to 10 by row; a comma may stand for the decimal point."""
    column = table.column(target)
    if column is None:
        return np.full(len(table), np.nan)
    texts = [text.strip().replace(",", ".") for text in column.texts]
    read = [float(text) if re.fullmatch(r"\d{1,2}(\.\d+)?", text) else np.nan for text in texts]
    values = np.array([value if value <= SCALE[1] else np.nan for value in read], dtype=float)
    bad = {i: f"'{column.texts[i]}' is no mark from 0 to 10" for i, value in enumerate(values) if np.isnan(value)}
    table.refuse(target, column, bad)
    return column.spread(values, np.nan)
