"""Dates as people and programs write them. Which of 3/4 is the month is decided for a whole column, or
asked.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from data.readers.raw import BOOL, DATE, NUMBER, Column

ORDERS = ("dmy", "mdy", "ymd")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner janvier janv janeiro enero ene gennaio gen januari",
            "feb february februar feber fevrier fevr fev fevereiro febrero febbraio febbr februari",
            "mar march marz maerz mrz mars marco marzo maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai maio mayo maggio mag mei",
            "jun june juni juin junho junio giugno giu",
            "jul july juli juillet juil julho julio luglio lug",
            "aug august aout agosto ago augustus",
            "sep sept september septembre setembro set septiembre settembre sett",
            "oct october okt oktober octobre outubro out octubre ottobre ott",
            "nov november novembre novembro noviembre",
            "dec december dez dezember decembre dezembro dic diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
# Words that stand in a date and say nothing: articles, endings of numbers, days of the week.
_FILLER_WORDS = (
    "de del of the den der le el o a st nd rd th er mon monday tue tues tuesday wed wednesday thu thur "
    "thurs thursday fri friday sat saturday sun sunday mo montag di dienstag mi mittwoch do donnerstag "
    "fr freitag sa samstag so sonntag lundi mardi mercredi jeudi vendredi samedi dimanche segunda terca "
    "quarta quinta sexta sabado domingo feira lunes martes miercoles jueves viernes "
    "lunedi martedi mercoledi giovedi venerdi domenica "
    "ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
_FILLER = frozenset(_FILLER_WORDS.split())
_TIME = re.compile(
    r"[T\s,]+\d{1,2}[:h.]\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\.?$")
_CJK = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?\s*([(].[)]|[日月火水木金土]曜日?)?$"
)
_TRIPLE = re.compile(r"(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\.?$")
_COMPACT = re.compile(r"(1[89]|20|21)\d{6}$")
_SERIAL = re.compile(r"\d{5}([.,]\d+)?$")
_EPOCH = {1900: dt.date(1899, 12, 30), 1904: dt.date(1904, 1, 1)}
_LAST_SERIAL = 109_574  # 2199-12-31


@dataclass(frozen=True)
class DateScan:
    """A column of dates before its order is known.

    exact: distinct cell → day, where no order matters; triples: distinct cell → what each order makes of it;
    unreadable: distinct cells that are no date under any order; serials: cells read as Excel day numbers.
    """

    column: Column
    exact: np.ndarray
    triples: Mapping[int, Mapping[str, dt.date]] = field(default_factory=dict)
    unreadable: tuple[int, ...] = ()
    serials: int = 0

    def candidates(self) -> list[str]:
        """Orders under which every date of the column is a date."""
        return [order for order in ORDERS if self.triples and all(order in days for days in self.triples.values())]

    def open(self) -> bool:
        """True when more than one order fits all, and it matters which."""
        orders = self.candidates()
        return len(orders) > 1 and any(len({days[o] for o in orders}) > 1 for days in self.triples.values())

    def mixed(self) -> bool:
        return bool(self.triples) and not self.candidates()

    def example(self, order: str, against: str) -> int | None:
        """The first distinct cell that is a date under `order` and not under `against`."""
        return next((i for i, days in self.triples.items() if order in days and against not in days), None)

    def resolve(self, order: str | None) -> tuple[np.ndarray, list[int]]:
        """(day per distinct cell as datetime64[us], the cells that are no date under this order)."""
        days, bad = self.exact.copy(), list(self.unreadable)
        for i, by_order in self.triples.items():
            choice = order or next(iter(by_order))
            if choice in by_order:
                days[i] = np.datetime64(by_order[choice])
            else:
                bad.append(i)
        return days.astype("datetime64[us]"), bad


def scan_dates(column: Column, today: dt.date, date_system: int = 1900) -> DateScan:
    """Read every distinct cell as far as it can be read without knowing the column's order."""
    quick = _all_iso(column)
    if quick is not None:
        return DateScan(column, quick)
    exact = np.full(len(column.texts), np.datetime64("NaT"), dtype="datetime64[D]")
    triples: dict[int, dict[str, dt.date]] = {}
    unreadable: list[int] = []
    serials = 0
    for i, (text, kind) in enumerate(zip(column.texts, column.kinds, strict=True)):
        day, by_order, serial = _read(text, int(kind), today, date_system)
        if day is not None:
            exact[i] = np.datetime64(day)
            serials += serial
        elif by_order:
            triples[i] = by_order
        else:
            unreadable.append(i)
    return DateScan(column, exact, triples, tuple(unreadable), serials)


def _all_iso(column: Column) -> np.ndarray | None:
    """The common case at speed: every cell starts YYYY-MM-DD, alone or before a time of day."""
    texts = column.texts
    if not texts or any(
        len(t) < 10 or t[4] != "-" or t[7] != "-" or (len(t) > 10 and t[10] not in "T ") for t in texts
    ):
        return None
    try:
        return np.array([t[:10] for t in texts], dtype="datetime64[D]")
    except ValueError:
        return None


def _read(text: str, kind: int, today: dt.date, system: int) -> tuple[dt.date | None, dict[str, dt.date], bool]:
    """(the day if it is certain, else what each order makes of it; whether it was a spreadsheet's day number)."""
    text = unicodedata.normalize("NFKC", text).strip()
    if kind == DATE:
        return _day(text[:4], text[5:7], text[8:10]), {}, False
    if kind in (NUMBER, BOOL) or _COMPACT.match(text) or _SERIAL.match(text):
        return _of_number(text, system)
    text = _TIME.sub("", text)
    if triple := _TRIPLE.match(text):
        return None, _by_order(triple, today), False
    if iso := _ISO.match(text):
        return _day(iso[1], iso[3], iso[4]), {}, False
    if cjk := _CJK.match(text):
        return _day(cjk[1], cjk[2], cjk[3]), {}, False
    return _with_month_name(text, today), {}, False


def _of_number(text: str, system: int) -> tuple[dt.date | None, dict[str, dt.date], bool]:
    """20260304, or a day number of five digits. A bare 2026 is a year, not the day number of 1905."""
    if _COMPACT.match(text):
        return _day(text[:4], text[4:6], text[6:8]), {}, False
    number = int(re.split("[.,]", text)[0]) if _SERIAL.match(text) else _LAST_SERIAL + 1
    day = _EPOCH[system] + dt.timedelta(number) if number <= _LAST_SERIAL else None
    return day, {}, day is not None


def _by_order(triple: re.Match[str], today: dt.date) -> dict[str, dt.date]:
    """What each order makes of a, b, c. Dots are treated like slashes: they nearly always mean day first, but
    "nearly" is the guess that this product does not make; a day above 12 anywhere in the column settles it."""
    a, sign, b, c = triple[1], triple[2], triple[3], triple[4]
    year = _century(c, today)
    found = {"dmy": _day(year, b, a), "mdy": _day(year, a, b)}
    # 26-03-04: with hyphens, a two-digit year may come first. Elsewhere that is not written.
    if len(c) == 2 and len(a) == 2 and (sign == "-" or not any(found.values())):
        found["ymd"] = _day(_century(a, today), b, c)
    return {order: day for order, day in found.items() if day is not None}


def _century(year: str, today: dt.date) -> str:
    """Two-digit years are read so that they are not later than next year: logs hold what happened."""
    if len(year) == 4:
        return year
    full = today.year // 100 * 100 + int(year)
    return str(full if full <= today.year + 1 else full - 100)


def _with_month_name(text: str, today: dt.date) -> dt.date | None:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    month, numbers = None, []
    for token in re.findall(r"\d+|[^\W\d_]+", plain):
        if token.isdigit():
            numbers.append(token)
        elif token in _MONTHS and month is None:
            month = _MONTHS[token]
        elif token not in _FILLER:
            return None
    if month is None or len(numbers) != 2:
        return None
    first, second = numbers
    if len(first) == 4:
        return _day(first, str(month), second)
    return _day(_century(second, today), str(month), first) if len(second) in (2, 4) else None


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
