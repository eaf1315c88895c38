"""A hand-kept referral log: one row a referral, headers in any order and language that
data/layouts/headers.py knows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, Question, staging_frame
from data.layouts.fields import Context, Table, as_booleans, is_date_column
from data.layouts.headers import LOG_STRONG, LOG_WEAK
from data.layouts.matching import Match, match_headers
from data.layouts.values import amounts_and_currencies
from data.readers.raw import Column

NAME = "referral_log"
_SAMPLE = 20_000  # rows that show what a column holds
TARGETS = (
    "given_on",
    "source",
    "source_kind",
    "receiver",
    "group",
    "prospect",
    "receiver_present",
    "asked",
    "via",
    "tier",
    "heat",
    "status",
    "closed_on",
    "amount",
    "currency",
    "ref",
)


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
        if sum(v is not None for v in found.values) >= 0.8 * len(column.texts):
            return target if target != "tier" or key != "source" else None
    if key in ("closed", "abgeschlossen", "conclu", "fechado", "cloture"):
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
    _ask_for_missing(table)
    count = len(table)
    days = table.dates("given_on", "closed_on")
    given = days.get("given_on", np.full(count, np.datetime64("NaT"), dtype="datetime64[us]"))
    closed = days.get("closed_on", np.full(count, np.datetime64("NaT"), dtype="datetime64[us]"))
    period_from, period_to = _period(table)
    _check_dates(table, given, closed)
    source, receiver = _parties(table)
    amount, currency = amounts_and_currencies(table)
    _note_dates(table, given, closed)
    columns = {
        "row_no": table.rows,
        "ref": _refs(table),
        "given_on": given,
        "closed_on": closed,
        "period_from": period_from,
        "period_to": period_to,
        "source": source,
        "receiver": receiver,
        "source_kind": table.words("source_kind", clean.SOURCE_KINDS, "kind of source that is known"),
        "group": table.texts("group", clean.clean_name),
        "prospect": table.texts("prospect"),
        "receiver_present": as_booleans(table.words("receiver_present", clean.BOOLEANS, "yes or no")),
        "asked": as_booleans(table.words("asked", clean.BOOLEANS, "yes or no")),
        "via": table.texts("via"),
        "heat": table.texts("heat"),
        "tier": pd.array(
            [None if t is None else int(t) for t in table.words("tier", clean.TIERS, "tier")], dtype="Int64"
        ),
        "status": table.words("status", clean.STATUSES, "status that is known"),
        "amount": amount,
        "currency": currency,
    }
    frame = staging_frame("referrals", columns, count)[table.kept()].reset_index(drop=True)
    return Draft(
        name=context.raw.name,
        sheet=context.sheet.name,
        sha256=context.raw.sha256,
        container=context.raw.container,
        layout=NAME,
        rows_read=count,
        frames={"referrals": frame},
        rejects=table.rejects(),
        questions=table.questions,
        notes=table.notes,
        mapping={found.headers[i]: target for target, i in found.columns.items()},
        answers=context.answers,
        original=context.raw.path,
    )


def _ask_for_missing(table: Table) -> None:
    """A referral needs a date (or the file's period) and its parties; what no column gives is asked, not
    left out.
    """
    found, answers = table.match, table.context.answers
    asked = {choice for q in found.questions for choice in (q.choices if q.header else (q.target,))}
    headers = tuple(found.unmapped())
    names = ", ".join(h for h in found.headers if h)
    if "given_on" not in found.columns and not answers.period and "given_on" not in asked:
        table.ask(
            Question(
                "mapping",
                f"No column says when a referral was given (found: {names}). Name it, or say which period "
                "the file covers.",
                headers,
                "--map 'Their header=given_on' or --period FROM:TO",
                target="given_on",
            )
        )
    if "receiver" not in found.columns and not answers.receiver and not {"receiver"} & (asked | found.waived):
        table.ask(
            Question(
                "receiver",
                f"No column says who received the referrals (found: {names}). If this is one person's own "
                "log, whose is it?",
                (),
                "--receiver NAME, or name the column with --map 'Their header=receiver'",
                target="receiver",
            )
        )
    if "source" not in found.columns and headers and not {"source"} & (asked | found.waived):
        table.ask(
            Question(
                "mapping",
                f"No column says who gave the referrals (found: {names}). Name it, or say that it is not recorded.",
                (*headers, "(none)"),
                "--map 'Their header=source' or --map '(none)=source'",
                target="source",
            )
        )


def _period(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """The period that the user named, on every row without a date column."""
    blank = np.full(len(table), np.datetime64("NaT"), dtype="datetime64[us]")
    period = table.context.answers.period
    if not period or "given_on" in table.match.columns:
        return blank, blank
    first, _, last = period.partition(":")
    return (
        np.full(len(table), np.datetime64(first, "us")),
        np.full(len(table), np.datetime64(last or first, "us")),
    )


def _check_dates(table: Table, given: np.ndarray, closed: np.ndarray) -> None:
    today = np.datetime64(table.context.today, "us")
    if "given_on" in table.match.columns and not table.waiting_for("given_on"):
        header = table.match.header_of("given_on")
        table.refuse_rows(np.isnat(given), f"there is no date in '{header}'", "given_on")
        table.refuse_rows(given > today, "the date is in the future: a referral cannot have been given yet", "given_on")


def _note_dates(table: Table, given: np.ndarray, closed: np.ndarray) -> None:
    """Closing dates that load and are odd: named, so that the user can mend them."""
    kept = table.kept()
    before = (closed < given) & kept
    if before.any():
        table.notes.append(
            f"Closed before it was given: {table.row_list(before)}. Loaded, but left out of times and rates of closing."
        )
    ahead = (closed > np.datetime64(table.context.today, "us")) & kept
    if ahead.any():
        table.notes.append(
            f"Closed on a day that is still to come: {table.row_list(ahead)}. Loaded; not "
            "counted as closed before that day."
        )


def _parties(table: Table) -> tuple[np.ndarray, np.ndarray]:
    source = table.texts("source", clean.clean_name)
    receiver = table.texts("receiver", clean.clean_name)
    whose = table.context.answers.receiver
    if "receiver" not in table.match.columns and whose:
        receiver = np.full(len(table), clean.clean_name(whose), dtype=object)
        table.notes.append(f"No column says who received the referrals; all are taken as received by {whose}.")
    if not table.questions:
        nobody = pd.isna(source) & (pd.isna(receiver) if "receiver" in table.match.columns else True)
        table.refuse_rows(np.asarray(nobody), "the row names neither who gave the referral nor who received it")
    return source, receiver


def _refs(table: Table) -> np.ndarray:
    """Their own ids, unless they repeat: then they are no ids, and using them would fold rows into one
    another.
    """
    refs = table.texts("ref")
    known = refs[~pd.isna(refs)]
    if len(known) > len(set(known)):
        table.notes.append(f"'{table.match.header_of('ref')}' repeats values, so it is not used as the rows' identity.")
        return np.full(len(table), None, dtype=object)
    return refs
