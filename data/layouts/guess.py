"""What the values of a column look like, in words: for proposing a column of ours where the header says nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import NamedTuple

from data import clean
from data.currencies import currencies_of
from data.dates import scan_dates
from data.money import scan_amounts
from data.readers.raw import DATE, NUMBER, Column

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w+|https?://\S+|www\.\S+", re.IGNORECASE)
_PHONE = re.compile(r"(\+|0|\()\d[\d\s()/.-]{5,}\d|\d+[-/ ]\d+[-/ ]\d{4}")  # no amount starts with + or 0
_PART = re.compile(r"[^\W\d_][\w'’.-]*")
_FEW = 12  # distinct words of a list of statuses or kinds

_TABLES: tuple[tuple[str, Mapping[str, str], str], ...] = (
    ("yes or no", clean.BOOLEANS, "the values are yes and no"),
    ("status", clean.STATUSES, "the values are words for open, won and lost"),
    ("kind", clean.SOURCE_KINDS, "the values are words for kinds of source"),
    ("tier", clean.TIERS, "the values are words for inside and outside"),
)


class Looks(NamedTuple):
    """What values look like: day, status, kind, yes or no, tier, currency, number, amount, address, name, names that
    recur, text, nothing; and a sentence for the user.
    """

    like: str
    said: str


def looks(column: Column, today: dt.date, date_system: int = 1900) -> Looks:
    """Judge the distinct cells of a column by their form."""
    if not column.texts:
        return Looks("nothing", "the column is empty")
    return _words(column) or _figures(column, today, date_system) or _names(column)


def _words(column: Column) -> Looks | None:
    texts = column.texts
    if len(texts) <= _FEW and not _plain_numbers(column):
        for like, table, said in _TABLES:
            if _known(column, table) >= 0.8:
                return Looks(like, said)
    if sum(len(currencies_of(text)) > 0 for text in texts) >= 0.9 * len(texts):
        return Looks("currency", "the values are names of currencies")
    return None


def _figures(column: Column, today: dt.date, date_system: int) -> Looks | None:
    texts = column.texts
    if _days(column, today, date_system):
        return Looks("day", "the values look like dates")
    if sum(_is_address(text.strip()) for text in texts) >= 0.6 * len(texts):
        return Looks("address", "the values look like addresses or telephone numbers, which are not kept")
    scan = scan_amounts(column, None, None)
    if len(scan.bad) <= 0.1 * len(texts) and (any(scan.values) or scan.ambiguous):
        if _plain_numbers(column) and len(texts) == int((column.codes >= 0).sum()) > 2:
            return Looks("number", "the values are whole numbers that do not repeat, like the numbers of rows")
        return Looks("amount", "the values look like money")
    return None


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text) or _PHONE.fullmatch(text))


def _known(column: Column, table: Mapping[str, str]) -> float:
    found = clean.look_up(column, table).values
    return sum(value is not None for value in found) / len(column.texts)


def _plain_numbers(column: Column) -> bool:
    return all(text.strip().isdigit() for text in column.texts)


def _days(column: Column, today: dt.date, date_system: int) -> bool:
    if bool((column.kinds == NUMBER).all()) and not bool((column.kinds == DATE).any()):
        return False  # a bare number may be a day, and is more often an amount
    scan = scan_dates(column, today, date_system)
    read = len(column.texts) - len(scan.unreadable)
    return read >= 0.8 * len(column.texts) and scan.serials < 0.5 * len(column.texts)


def _names(column: Column) -> Looks:
    texts = column.texts
    shaped = sum(_is_name(text) for text in texts)
    if shaped < 0.7 * len(texts):
        return Looks("text", "the values are words")
    filled = int((column.codes >= 0).sum())
    if len(texts) <= 0.6 * filled:
        return Looks("names that recur", f"the values look like names that recur ({len(texts)} in {filled} rows)")
    return Looks("name", "the values look like names, most of them once")


def _is_name(text: str) -> bool:
    """One to four words that start with a capital, or a word of a script without capitals."""
    parts = text.split()
    if not 1 <= len(parts) <= 4 or len(text) > 60:
        return False
    plain = [
        part for part in parts if part.casefold() not in ("van", "von", "de", "da", "dos", "der", "den", "la", "el")
    ]
    return bool(plain) and all(_PART.fullmatch(part) and not part[0].islower() for part in plain)
