"""The fields of what is entered by hand: how each is written, and which values cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from data import clean
from data.currencies import ISO_CODES
from data.logwords import CONTACTS, KINDS, POINTS, SCALE, STATUSES
from errors import NetEffectError, UsageError

FIRST_DAY = date(1950, 1, 1)  # an earlier one is a slip of the pen, and months are laid out from it
LARGEST = Decimal(10) ** 12
Row = dict[str, Any]


class EntryRefusedError(NetEffectError):
    """What was entered cannot be so: which field, its value, and what to do."""

    title = "This cannot be saved"


def _day(field: str, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise EntryRefusedError(f"{field}: {value!r} is not a date.", "Write it as 2026-06-30.") from error


def _name(field: str, value: Any) -> str:
    name = clean.clean_name(str(value))
    if name is None:
        raise EntryRefusedError(f"{field}: {value!r} names nobody.")
    return name


def _yes(field: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = clean.BOOLEANS.get(clean.fold(str(value)))
    if word is None:
        raise EntryRefusedError(f"{field}: {value!r} is neither yes nor no.")
    return word == "yes"


def _money(field: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise EntryRefusedError(f"{field}: {value!r} is not an amount.", "Write it as 1250.50.") from error
    if not amount.is_finite() or amount >= LARGEST:
        raise EntryRefusedError(f"{field}: {value} is no amount below a million million.")
    if amount < 0:
        raise EntryRefusedError(f"{field}: {value} is less than nothing.", "A referral is worth nothing or more.")
    return amount.quantize(Decimal("0.01"))


def _currency(field: str, value: Any) -> str:
    code = str(value).strip().upper()
    if code not in ISO_CODES:
        raise EntryRefusedError(f"{field}: {value!r} is no currency that is known.", "Write its code, such as EUR.")
    return code


def _scale(field: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise EntryRefusedError(f"{field}: {value!r} is not a number from 0 to 10.") from error
    if not SCALE[0] <= number <= SCALE[1]:
        raise EntryRefusedError(f"{field}: {value} is not between {SCALE[0]} and {SCALE[1]}.")
    return number


def _tier(field: str, value: Any) -> int:
    tier = clean.TIERS.get(clean.fold(str(value)))
    if tier is None:
        raise EntryRefusedError(f"{field}: {value!r} is no tier.", "Choose 1, 2 or 3.")
    return int(tier)


def _text(field: str, value: Any) -> str:
    return str(value).strip()


def _one_of(words: Mapping[str, str]) -> Callable[[str, Any], str]:
    def read(field: str, value: Any) -> str:
        if value in words:
            return str(value)
        raise EntryRefusedError(f"{field}: {value!r} is none that is known.", f"Choose from {', '.join(words)}.")

    return read


FIELDS: dict[str, dict[str, Callable[[str, Any], Any]]] = {
    "referrals": {
        "given_on": _day, "source": _name, "receiver": _name, "receiver_present": _yes, "asked": _yes,
        "prospect": _text, "source_kind": _one_of(KINDS), "via": _text, "tier": _tier, "heat": _text,
        "status": _one_of(STATUSES), "closed_on": _day, "amount": _money, "currency": _currency,
    },
    "touches": {
        "happened_on": _day, "from": _name, "to": _name, "kind": _one_of(CONTACTS), "purpose": _text, "outcome": _text,
    },
    "assessments": {
        "assessed_on": _day, "assessor": _name, "source": _name, **dict.fromkeys(POINTS, _yes), "comfort": _scale,
        "perceived_value": _scale,
    },
}  # fmt: skip
DAY = {"referrals": "given_on", "touches": "happened_on", "assessments": "assessed_on"}
PARTIES = {"referrals": ("source", "receiver"), "touches": ("from", "to"), "assessments": ("assessor", "source")}
# How a field may be called for short, as on the command line.
SHORT = {
    "referrals": {"given": "given_on", "from": "source", "to": "receiver", "present": "receiver_present",
                  "kind": "source_kind", "closed": "closed_on"},
    "touches": {"on": "happened_on"},
    "assessments": {"on": "assessed_on", "value": "perceived_value"},
}  # fmt: skip
_WORDS = {
    "given_on": "the day on which it was given", "source": "who gave it", "receiver": "who received it",
    "happened_on": "the day", "from": "who it came from", "to": "with whom it was", "kind": "what it was",
    "assessed_on": "the day", "assessor": "who assesses",
}  # fmt: skip
_NEEDED = {
    "referrals": ("given_on", "receiver"),
    "touches": ("happened_on", "kind", "from", "to"),
    "assessments": ("assessed_on", "assessor", "source"),
}


def read(table: str, given: Mapping[str, Any]) -> Row:
    """The fields as their types: what is empty is None. Amounts are exact, people are names.

    Raises:
        UsageError: a field that the table does not have.
        EntryRefusedError: a value that the field cannot have.
    """
    row: Row = {}
    for said, value in given.items():
        field = SHORT[table].get(said, said)
        if field not in FIELDS[table]:
            raise UsageError(f"There is no field {said!r} here.", f"Choose from {', '.join(FIELDS[table])}.")
        text = value.strip() if isinstance(value, str) else value
        row[field] = None if text is None or text == "" or pd.isna(text) else FIELDS[table][field](field, text)
    return row


def check(table: str, row: Row, today: date) -> None:
    """Refuse a row that lacks what it needs, or whose days and outcome do not go together.

    Raises:
        EntryRefusedError: the sentence says which.
    """
    for fault in faults(table, row, today):
        raise fault


def faults(table: str, row: Row, today: date) -> Iterator[EntryRefusedError]:
    """What is wrong with a row as a whole, one after another."""
    missing = [_WORDS[field] for field in _NEEDED[table] if row.get(field) is None]
    if table == "referrals" and row.get("source") is None and row.get("source_kind") != "inbound":
        missing.append("who gave it (or that nobody did: inbound)")
    if missing:
        yield EntryRefusedError(f"Say {' and '.join(missing)}.")
    for field in (DAY[table], "closed_on"):
        day = row.get(field)
        if day is not None and day > today:
            yield EntryRefusedError(f"{field}: {day} is still to come.", "Enter what has taken place.")
        if day is not None and day < FIRST_DAY:
            yield EntryRefusedError(f"{field}: {day} is too long ago to be meant.")
    first, second = (row.get(party) for party in PARTIES[table])
    if first is not None and second is not None and clean.fold(first) == clean.fold(second):
        yield EntryRefusedError(f"{first} cannot be on both sides.", "Name the two persons.")
    if table == "referrals":
        yield from _faults_of_outcome(row)
    if table == "assessments" and all(row.get(field) is None for field in (*POINTS, "comfort", "perceived_value")):
        yield EntryRefusedError("An assessment without an answer says nothing.", "Answer at least one point.")


def _faults_of_outcome(row: Row) -> Iterator[EntryRefusedError]:
    given, closed, status = row.get("given_on"), row.get("closed_on"), row.get("status")
    if closed is not None and given is not None and closed < given:
        yield EntryRefusedError(f"closed_on: {closed} is before the day on which it was given, {given}.")
    if closed is not None and status not in ("won", "lost"):
        yield EntryRefusedError(f"closed_on: {closed} is given, but not how it ended.", "Say won or lost.")
    if row.get("amount") is not None and row.get("currency") is None:
        yield EntryRefusedError(f"In which currency is the amount of {row['amount']}?", "Give its code, such as EUR.")
