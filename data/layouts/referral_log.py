"""A hand-kept referral log: one row a referral, headers in any order and language that
data/layouts/headers.py knows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import clean
from data.draft import Draft
from data.frames import staging_rows
from data.layouts import referral_rows as rows
from data.layouts.fields import Context, Table, is_date_column
from data.layouts.headers import CLOSED, LOG_STRONG, LOG_WEAK
from data.layouts.matching import Match, match_headers
from data.layouts.values import money
from data.readers.raw import Column

NAME = "referral_log"
_SAMPLE = 20_000  # rows that show what a column holds
TARGETS = rows.TARGETS


def match(context: Context) -> Match:
    """Match the header row at context.header_row."""
    sheet = context.sheet
    sample = np.arange(sheet.first_row, min(sheet.last_row, sheet.first_row + _SAMPLE) + 1)

    def sniff(index: int, key: str) -> str | None:
        return _sniff(sheet.column(index, sample), key, context)

    return match_headers(
        sheet.row(context.header_row),
        LOG_STRONG,
        LOG_WEAK,
        context.answers.mapping,
        has_data=context.has_data,
        sniff=sniff,
    )


def _sniff(column: Column, key: str, context: Context) -> str | None:
    """What the values say that a column called "Type", "Source" or "Closed" is; None leaves it to its
    header.
    """
    if not column.texts:
        return None
    for target, words in (("source_kind", clean.SOURCE_KINDS), ("tier", clean.TIERS)):
        found = clean.look_up(column, words)
        channels = [target == "source_kind" and clean.fold(text) in rows.NO_PERSON for text in column.texts]
        if sum(v is not None for v in found.values) + sum(channels) >= 0.8 * len(column.texts):
            return target if target != "tier" or key != "source" else None
    if key in CLOSED:
        return "closed_on" if is_date_column(column, context.today) else "status"
    return None


def complete(found: Match) -> bool:
    """Whether the columns suffice to call it a referral log: a date and a party, or both parties."""
    has = found.columns.keys()
    return ("given_on" in has and ("source" in has or "receiver" in has)) or {"source", "receiver"} <= has


def build(context: Context, found: Match) -> Draft:
    """Clean the table under the header. Questions stay open in the draft; nothing that needs them is
    guessed.
    """
    table = Table.open(context, found)
    table.notes[:0] = found.notes
    table.questions.extend(found.questions)
    for ask in (rows.ask_for_date, rows.ask_for_receiver, rows.ask_for_source):
        ask(table)
    count = len(table)
    read = table.dates("given_on", "closed_on")
    given, period_from, period_to = rows.undated(table)
    given, closed = read.get("given_on", given), read.get("closed_on", rows.days(count))
    rows.check_given(table, given)
    source, receiver = _parties(table)
    amount, currency = money(table)
    rows.note_closings(table, given, closed)
    columns = {
        "row_no": table.rows,
        "ref": rows.refs(table),
        "given_on": given,
        "closed_on": closed,
        "period_from": period_from,
        "period_to": period_to,
        "source": source,
        "receiver": receiver,
        "source_kind": table.word("source_kind", clean.SOURCE_KINDS, "kind of source that is known"),
        "group": table.text("group", clean.clean_name),
        "prospect": table.text("prospect"),
        "receiver_present": rows.yes_or_no(table, "receiver_present"),
        "asked": rows.yes_or_no(table, "asked"),
        "via": table.text("via"),
        "heat": table.text("heat"),
        "tier": rows.tiers(table),
        "status": table.word("status", clean.STATUSES, "status that is known"),
        "amount": amount,
        "currency": currency,
    }
    rows_read = staging_rows("referrals", columns, count)
    kept = rows_read.filter(pa.array(table.kept())) if table.refused else rows_read
    return table.draft(NAME, {"referrals": kept})


def _parties(table: Table) -> tuple[pa.Array, pa.Array]:
    source, receiver = rows.sources(table), rows.receivers(table)
    if not table.questions:
        nobody = pc.and_(source.is_null(), receiver.is_null() if "receiver" in table.match.columns else True)
        table.refuse_rows(
            nobody.to_numpy(zero_copy_only=False), "the row names neither who gave the referral nor who received it"
        )
    return source, receiver
