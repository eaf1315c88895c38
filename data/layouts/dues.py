"""BNI Connect's Membership Dues Report: up to four tables under one another, each with a title and its own header.

Every row that holds `Member Name` and `Membership Status` or `Due Date` or `Start Date` is a header; columns are found
by its labels, anew for each table. The lone cell above a header is the table's title: current members (or none), New
Members, Late Members Since …, Dropped Members …. Rows of one cell, headers and blank rows are no data.

Each member → a row of `members`: joined_on = Start Date, renews_on = Due Date, group = the banner's `Chapter:` or null.
left_on is null, but for the table of dropped members whose title says a day since when: that day (noted: they left on
it or later). Dropped and Expired members without such a day keep left_on null and are named in a note. A status Void
rejects its row: that membership never was. Profession is null: Industry is only a branch, of which the roster knows
the profession.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, Question, staging_frame
from data.layouts import bni
from data.layouts.banner import Banner, chapter_name, chapter_of
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.layouts.periods import Cell, scan_cells
from data.readers.extent import Extent

NAME = "dues"
TARGETS = ("name", "first_name", "last_name", "status", "renews_on", "joined_on")
LABELS = bni.labels(
    bni.NAMES,
    {
        "status": "membership status|status|mitgliedsstatus|statut",
        "renews_on": "due date|renewal date|renewal due date|fälligkeitsdatum|fällig am|date d'échéance",
        "joined_on": "start date|join date|startdatum|eintrittsdatum|date de début",
    },
)
STATUSES = clean.table(
    {
        "active": "active|aktiv|actif|ativo",
        "dropped": "dropped|ausgetreten",
        "suspended": "suspended|suspendiert|suspendu|suspenso",
        "late": "late|überfällig|en retard|atrasado",
        "expired": "expired|abgelaufen|expiré|expirado",
        "pending": "pending|ausstehend|en attente|pendente",
        "void": "void|ungültig|annulé|nulo",
    }
)
_GONE = ("dropped", "expired")


def match(context: Context) -> Match:
    """Match the first table's header by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return bni.named(found) and len({"status", "renews_on", "joined_on"} & found.columns.keys()) >= 2


def build(context: Context, found: Match) -> Draft:
    """The members of all tables on the sheet."""
    chapter = Banner.read(context).values.get("chapter")
    name = chapter_name(chapter.text) if chapter else None
    drafts = [_section(*section, name) for section in _sections(bni.whole(context))]
    first = drafts[0]
    for draft in drafts[1:]:
        first.frames["members"] = pd.concat([first.frames["members"], draft.frames["members"]], ignore_index=True)
        first.rows_read += draft.rows_read
        first.rejects += draft.rejects
        first.questions += [q for q in draft.questions if q.id not in {known.id for known in first.questions}]
        first.notes += draft.notes
        first.mapping = {**draft.mapping, **first.mapping}
    first.notes = list(dict.fromkeys(first.notes))
    return first


def _sections(context: Context) -> list[tuple[Context, str]]:
    """Each table as a context of its own, with its title."""
    sheet = context.sheet
    rows = [int(row) for row in np.flatnonzero(sheet.filled()) + 1]
    headers = [row for row in rows if row == context.header_row or _is_header(context, row)]
    titles = {row: _title(context, rows, row) for row in headers}
    found = []
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        below = [row for row in rows if row > header and (following is None or row < following)]
        if following and titles[following] and below and sheet.filled()[below[-1] - 1] == 1:
            below.pop()  # the next table's title
        extent = Extent(header, header + 1, below[-1] if below else header, 0, sheet.width - 1)
        here = np.zeros_like(sheet.filled())  # the other tables are no part of this one, nor left out under it
        here[[row - 1 for row in (header, *below)]] = sheet.filled()[[row - 1 for row in (header, *below)]]
        found.append((replace(context, sheet=replace(sheet, extent=extent, _filled=here), header_row=header),
                      titles[header]))  # fmt: skip
    return found


def _is_header(context: Context, row: int) -> bool:
    if context.sheet.filled()[row - 1] < 2:
        return False
    words = {LABELS.get(clean.fold(text)) for text in context.sheet.row(row) if text}
    return bool(words & {"name", "first_name"}) and bool(words & {"status", "renews_on", "joined_on"})


def _title(context: Context, rows: list[int], header: int) -> str:
    """The lone cell of the filled row above a header, or ''."""
    above = [row for row in rows if row < header]
    if not above or context.sheet.filled()[above[-1] - 1] != 1:
        return ""
    return next(" ".join(text.split()) for text in context.sheet.row(above[-1]) if text and text.strip())


def _section(context: Context, title: str, chapter: str | None) -> Draft:
    """One table's members."""
    found = bni.match_labels(context, LABELS)
    table = Table.open(context, found)
    table.notes[:0] = found.notes
    table.questions.extend(found.questions)
    lone = table.context.sheet.filled()[table.rows - 1] <= 1
    table = bni.without(table, lone)
    group = chapter_of(table, chapter)
    names = bni.names_of(table)
    table.refuse_rows(pd.isna(names), "the row names nobody")
    status = table.words("status", STATUSES, "membership status")
    table.refuse_rows(status == "void", "the membership is void: it never was", "status")
    days = table.dates("joined_on", "renews_on")
    none = bni.days_64(None, len(table))
    gone = np.isin(status.astype(str), _GONE) | ("dropped" in clean.fold(title).split())
    left = none.copy()
    if since := _since(table, title):
        left[gone] = np.datetime64(since, "us")
    joined = days.get("joined_on", none)
    table.refuse_rows(left < joined, "the member would have left before joining", "joined_on")
    _note_gone(table, names, gone, since)
    columns = {
        "row_no": table.rows, "name": names, "group": [group] * len(table), "joined_on": joined,
        "left_on": left, "renews_on": days.get("renews_on", none),
    }  # fmt: skip
    frame = staging_frame("members", columns, len(table))[table.kept()].reset_index(drop=True)
    return table.draft(NAME, {"members": frame})


def _since(table: Table, title: str) -> dt.date | None:
    """The day in the title of the dropped: "Dropped Members Since 01/06/2026"; asked where its order is open."""
    if "dropped" not in clean.fold(title).split() or not (said := re.search(r"\d[\d\s./-]*\d|\d+ \w+ \d{4}", title)):
        return None
    context = table.context
    cell = Cell(said[0].strip(), 1, context.header_row - 1, title)
    scan = scan_cells([cell], context.today, context.raw.date_system)
    order = context.answers.date_order or context.settings.get("date_order")
    if scan.open() and order not in scan.candidates():
        days = next(iter(scan.triples.values()))
        readings = " or ".join(f"{days[o].day} {days[o]:%B %Y}" for o in scan.candidates())
        table.ask(Question("date_order", f"Is {cell.text} in '{title}' {readings}?", tuple(scan.candidates()),
                           f"--date-order {scan.candidates()[0]}"))  # fmt: skip
        return None
    days_found, bad = scan.resolve(order)
    return None if bad else days_found[0].astype("datetime64[D]").item()


def _note_gone(table: Table, names: np.ndarray, gone: np.ndarray, since: dt.date | None) -> None:
    gone = gone & table.kept()
    if not gone.any():
        return
    listed = ", ".join(names[gone][:5]) + (f" and {int(gone.sum()) - 5} more" if gone.sum() > 5 else "")
    if since:
        table.notes.append(f"Dropped since {since}, taken as the day on which they left (it may be later): {listed}.")
    else:
        table.notes.append(
            f"Dropped or expired, on a day that the file does not say: {listed}. They count as members until their "
            "last day is entered."
        )
