"""The log as a workbook to fill in without this program: drop-down lists, notes, nothing to delete first.

Its headings are those that the layouts referral_log, member_list, touch_list and assessment_list know, so that the
filled workbook loads all its sheets without a question.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.entry_fields import FIRST_DAY
from data.logwords import COMFORT, CONTACTS, KINDS, POINTS, SCALE, STATUSES, VALUE

ROWS = 2_000  # rows under a heading that have lists and checks
_NAMES = f"=Members!$A$2:$A${ROWS + 1}"
_YES_NO = ("yes", "no")
_OWN = "Names come from the sheet Members; another name may be typed."


@dataclass(frozen=True)
class Column:
    """A heading, its width in characters, what its note says, and what may stand under it: day, name, amount, mark,
    text, or one of a list of words."""

    heading: str
    width: int
    note: str
    holds: str | Sequence[str] = "text"


_GROUP = Column("Group", 16, "Only where the workspace keeps several groups: the one that the row belongs to.")
_DAY = "As 2026-06-30, or as your spreadsheet writes dates."
SHEETS: dict[str, tuple[Column, ...]] = {
    "Referrals": (
        Column("Given on", 12, f"The day on which the referral was given. {_DAY}", "day"),
        Column("From", 22, f"Who gave it. {_OWN}", "name"),
        Column("To", 22, f"Who received it. {_OWN}", "name"),
        Column("Receiver present", 10, "Was the receiver in the room when it was given? Empty = not known.", _YES_NO),
        Column("Asked for", 10, "Had the receiver asked for it? Empty = not known.", _YES_NO),
        Column("Prospect", 22, "Who was referred. It tells two referrals of one day apart."),
        Column("Source kind", 16, "What the giver is to the receiver. Empty = not known.", tuple(KINDS.values())),
        Column("Earlier referral", 22, "If it came out of an earlier referral: the prospect of that one."),
        Column("Status", 10, "What became of it. Empty = not known.", tuple(STATUSES.values())),
        Column("Closed on", 12, f"The day on which it was won or lost. {_DAY}", "day"),
        Column("Amount", 12, "What it brought, as a plain number.", "amount"),
        Column("Currency", 10, "Its code, such as EUR or USD; on every row that has an amount.", "currency"),
        _GROUP,
    ),
    "Members": (
        Column("Name", 24, "One row a member; a second row for somebody who left and came back."),
        Column("Profession", 24, "The seat in the group."),
        Column("Joined", 12, f"The day of joining. {_DAY}", "day"),
        Column("Left", 12, "The day of leaving; empty = still a member.", "day"),
        _GROUP,
    ),
    "Contacts": (
        Column("Day", 12, _DAY, "day"),
        Column("From", 22, f"Who helped, introduced, wrote or asked. {_OWN}", "name"),
        Column("To", 22, f"With or for whom. {_OWN}", "name"),
        Column("What happened", 32, "One of the list. Asks count whether or not anything comes of them.",
               tuple(CONTACTS.values())),
        Column("Purpose", 30, "A word or two, if you like."),
        Column("Outcome", 20, "Of an ask: done or declined."),
        _GROUP,
    ),
    "Assessments": (
        Column("Day", 12, _DAY, "day"),
        Column("Who assesses", 22, _OWN, "name"),
        Column("Source", 22, f"Who is assessed. {_OWN}", "name"),
        *(Column(words, 13, "yes or no. Empty = not answered.", _YES_NO) for words in POINTS.values()),
        Column(COMFORT, 11, "0–10: how easy it feels to send them somebody.", "mark"),
        Column(VALUE, 11, "0–10: how much they get out of knowing you.", "mark"),
        _GROUP,
    ),
}  # fmt: skip
ABOUT = (
    "Net Effect: a log to fill in",
    "Four sheets, one row for one thing that took place. Leave a cell empty where you do not know: empty is never "
    "read as no.",
    "Referrals: who gave which referral to whom, and whether the receiver was in the room. This is the sheet that "
    "matters most; the others may stay empty.",
    "Members: who belongs to the group, and since when. The lists of names in the other sheets come from here.",
    "Contacts: help, one-to-ones, introductions, testimonials, asks, and talks about where you stand.",
    "Assessments: thirteen points, answered yes or no, on somebody who might refer to you, and two marks from 0 to 10. "
    "Assess the same person again after half a year.",
    "To bring it back: open Data in Net Effect and choose this file, or run net-effect import with its name. Fill it "
    "on and bring it back as often as you like: rows that are there already are not counted twice.",
    "Headings and sheet names must stay as they are. Point at a heading to read what belongs under it.",
)


def workbook(members: pd.DataFrame | None = None) -> bytes:
    """The workbook as a file's content. members: data.logbook.ROLL, the rows that Members begins with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    styles = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DCE9F2"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "amount": book.add_format({"num_format": "#,##0.00"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "prose": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _about(book.add_worksheet("About"), styles)
    for name, columns in SHEETS.items():
        sheet = book.add_worksheet(name)
        _headings(sheet, columns, styles)
        for place, column in enumerate(columns):
            _rules(sheet, place, column)
        if name == "Members" and members is not None:
            _members(sheet, members, styles["day"])
        if name == "Referrals":
            sheet.activate()
    book.close()
    return out.getvalue()


def _about(sheet: Worksheet, styles: dict[str, Format]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 96)
    for row, text in enumerate(ABOUT):
        sheet.write_string(row, 0, text, styles["prose" if row else "title"])


def _headings(sheet: Worksheet, columns: Iterable[Column], styles: dict[str, Format]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 96 if sheet.get_name() == "Assessments" else 32)
    for place, column in enumerate(columns):
        style = styles.get(column.holds) if isinstance(column.holds, str) else None
        sheet.set_column(place, place, column.width, style)
        sheet.write_string(0, place, column.heading, styles["head"])
        sheet.write_comment(0, place, column.note, {"x_scale": 1.6, "y_scale": 0.8})


def _rules(sheet: Worksheet, place: int, column: Column) -> None:
    """What a spreadsheet offers and refuses under a heading."""
    rule: dict[str, Any] | None = None
    if not isinstance(column.holds, str):
        rule = {"validate": "list", "source": list(column.holds), "error_message": "Choose one of the list."}
    elif column.holds == "name":
        rule = {"validate": "list", "source": _NAMES, "show_error": False}
    elif column.holds == "day":
        rule = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": "=TODAY()",
                "error_message": "A day up to today, such as 2026-06-30."}  # fmt: skip
    elif column.holds == "amount":
        rule = {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "A number, 0 or more."}
    elif column.holds == "mark":
        rule = {"validate": "decimal", "criteria": "between", "minimum": SCALE[0], "maximum": SCALE[1],
                "error_message": "A number from 0 to 10."}  # fmt: skip
    elif column.holds == "currency":
        rule = {"validate": "length", "criteria": "==", "value": 3, "error_message": "A code such as EUR."}
    if rule:
        sheet.data_validation(1, place, ROWS, place, rule)


def _members(sheet: Worksheet, members: pd.DataFrame, day: Format) -> None:
    for row, member in enumerate(members.head(ROWS).itertuples(), start=1):
        for place, text in ((0, member.name), (1, member.profession), (4, member.group)):
            if isinstance(text, str):
                sheet.write_string(row, place, text)
        for place, when in ((2, member.joined_on), (3, member.left_on)):
            if not pd.isna(when):
                sheet.write_datetime(row, place, datetime(when.year, when.month, when.day), day)  # noqa: DTZ001 a day
