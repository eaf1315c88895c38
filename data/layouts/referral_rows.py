"""What every layout of referrals does with its table: periods, checks of dates, ids, tiers, and what must be asked."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import clean
from data.draft import Question
from data.layouts import periods
from data.layouts.fields import Table, nothing

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
# What a web analytics tool or a CRM writes where others write a name: none of these is a person.
_CHANNELS = (
    "referral|referrals|offline sources|direct traffic|organic search|paid search|organic social|paid social|"
    "email marketing|other campaigns|ai referrals|word of mouth|employee referral|external referral|customer referral"
)
NO_PERSON = frozenset(clean.fold(word) for word in _CHANNELS.split("|"))
_LAST_PARTS = "|".join(sorted({word.split()[-1] for word in NO_PERSON}))


def days(count: int) -> np.ndarray:
    """An empty column of days."""
    return np.full(count, np.datetime64("NaT"), dtype="datetime64[us]")


def ask_for_date(table: Table) -> None:
    """A referral needs its day, or the file's period."""
    answer = table.context.answers.period
    if "given_on" in table.match.columns or "given_on" in _asked(table):
        return
    if answer and periods.parse(answer).first <= table.context.today:
        return
    still = f"{answer} is still to come. " if answer else ""
    text = (
        f"{still}No column says when a referral was given (found: {_found(table)}). Name it, or say which period the "
        "file covers."
    )
    flag = "--map 'Their header=given_on' or --period FROM:TO"
    table.ask(Question("mapping", text, tuple(table.match.unmapped()), flag, target="given_on"))


def ask_for_receiver(table: Table) -> None:
    """Who received: a column, or the one person whose log it is."""
    if "receiver" in table.match.columns or _owner(table)[0]:
        return
    if not {"receiver"} & (_asked(table) | table.match.waived):
        table.ask(
            Question(
                "receiver",
                f"No column says who received the referrals (found: {_found(table)}). If this is one person's own "
                "log, whose is it?",
                (),
                "--receiver NAME, or name the column with --map 'Their header=receiver'",
                target="receiver",
            )
        )


def ask_for_source(table: Table) -> None:
    """Who gave: a column, or the user's word that it is not recorded."""
    headers = tuple(table.match.unmapped())
    if "source" in table.match.columns or not headers or {"source"} & (_asked(table) | table.match.waived):
        return
    table.ask(
        Question(
            "mapping",
            f"No column says who gave the referrals (found: {_found(table)}). Name it, or say that it is not recorded.",
            (*headers, "(none)"),
            "--map 'Their header=source' or --map '(none)=source'",
            target="source",
        )
    )


def _asked(table: Table) -> set[str | None]:
    """Columns of ours that an open question is about."""
    return {choice for q in table.match.questions for choice in (q.choices if q.header else (q.target,))}


def _found(table: Table) -> str:
    return ", ".join(h for h in table.match.headers if h)


def undated(table: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(given on, period from, period to) of every row of a file without a date column: the one day that the user
    named, or the period.
    """
    given, first, last = (days(len(table)) for _ in range(3))
    answer = table.context.answers.period
    if answer and "given_on" not in table.match.columns:
        said = periods.parse(answer)
        if said.single:
            given[:] = np.datetime64(said.first)
        else:
            first[:], last[:] = np.datetime64(said.first), np.datetime64(said.last)
    return given, first, last


def check_given(table: Table, given: np.ndarray) -> None:
    """Refuse rows without a day where the file has days, and days that are still to come."""
    today = np.datetime64(table.context.today, "us")
    if "given_on" in table.match.columns and not table.waiting_for("given_on"):
        header = table.match.header_of("given_on")
        table.refuse_rows(np.isnat(given), f"there is no date in '{header}'", "given_on")
        table.refuse_rows(given > today, "the date is in the future: a referral cannot have been given yet", "given_on")


def note_closings(table: Table, given: np.ndarray, closed: np.ndarray) -> None:
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


def sources(table: Table) -> pa.Array:
    """The givers by row. What only names a channel ("Referrals", "Organic Search") is no person: left empty, and
    said.
    """
    column = table.column("source")
    if column is None:
        return nothing(table)
    # No need to fold every name: in plain letters, what folds to such a word holds the last part of one.
    doubtful = pc.or_(pc.match_substring_regex(column.cells, _LAST_PARTS, ignore_case=True),
                      pc.invert(pc.string_is_ascii(column.cells)))  # fmt: skip
    channels = [i for i in pc.indices_nonzero(doubtful).to_pylist() if clean.fold(column.texts[i]) in NO_PERSON]
    if channels:
        counts = column.counts()
        listed = ", ".join(f"'{column.texts[i]}' ({counts[i]})" for i in channels[:10])
        table.notes.append(
            f"'{table.match.header_of('source')}' holds words of web statistics and CRMs that name no person; the "
            f"giver was left empty there: {listed}."
        )
    names = [*map(clean.clean_name, column.texts)]
    for i in channels:
        names[i] = None
    return column.laid(pa.array(names, pa.string()))


def receivers(table: Table) -> pa.Array:
    """The receivers by row: from their column, else the one person that the user named, now or before."""
    whose, how = _owner(table)
    if "receiver" in table.match.columns or "receiver" in table.match.waived or not whose:
        return table.text("receiver", clean.clean_name)
    table.notes.append(f"No column says who received the referrals; all are taken as received by {whose}{how}.")
    return pa.repeat(pa.scalar(clean.clean_name(whose), pa.string()), len(table))


def _owner(table: Table) -> tuple[str | None, str]:
    """Whose log it is, and the words that say if that was remembered."""
    if said := table.context.answers.receiver:
        return said, ""
    return table.context.settings.get("receiver"), ", as this workspace remembers"


def refs(table: Table, prefix: str = "") -> pa.Array:
    """Their own ids, unless they repeat: then they are no ids, and using them would fold rows into one
    another. `prefix` keeps the ids of one system from meeting those of another.
    """
    found = table.text("ref")
    if len(found) - found.null_count > pc.count_distinct(found).as_py():
        table.notes.append(f"'{table.match.header_of('ref')}' repeats values, so it is not used as the rows' identity.")
        return nothing(table)
    return pc.binary_join_element_wise(prefix, found, "") if prefix else found


def yes_or_no(table: Table, target: str) -> pa.Array:
    """Booleans by row, null where neither is said."""
    return pc.equal(table.word(target, clean.BOOLEANS, "yes or no"), "yes")


def tiers(table: Table) -> pa.Array:
    return pc.cast(table.word("tier", clean.TIERS, "tier"), pa.int64())
