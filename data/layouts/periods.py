"""Which days a file speaks for: as it says itself, as the user said, by a rule from its name, or asked.

An answer is one day (2026-06-03), a period (2026-01-01:2026-06-30, both days included), or a rule: `name-day` takes
the day stamped in the file's name, `name-week` the seven days that end on it. A rule is never applied unless chosen
(now, or before and remembered), never against what the file itself says, and always noted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.date_order import choose_orders
from data.dates import DateScan, scan_dates
from data.draft import Draft, Question
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.readers.raw import Column
from errors import UsageError

RULES = ("name-day", "name-week")
_WEEK = dt.timedelta(days=6)
_HOW = "--period 2026-06-03, --period 2026-05-28:2026-06-03, or --period name-day or name-week for the file's name"
_STAMP = re.compile(r"(?<!\d)(\d\d?)([-_.])(\d\d?)\2(20\d\d)(?!\d)")
_ISO_STAMP = re.compile(r"(?<!\d)(20\d\d)([-_.])(\d\d?)\2(\d\d?)(?!\d)")


class Period(NamedTuple):
    """First and last day, both included. single: one day was named, not a span that happens to be one day long."""

    first: dt.date
    last: dt.date
    single: bool = False

    @property
    def text(self) -> str:
        return f"{self.last}" if self.single else f"{self.first}:{self.last}"


class Cell(NamedTuple):
    """A cell that states a day, and the words that it stands beside."""

    text: str
    kind: int
    row: int
    label: str


def parse(answer: str) -> Period:
    """An answer that is no rule, as a period.

    Raises:
        UsageError: it is none, or ends before it starts.
    """
    first, _, last = answer.partition(":")
    try:
        period = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first), not last)
    except ValueError as error:
        raise UsageError(
            f"'{answer}' is not a period.",
            "Write it as 2026-01-01:2026-06-30, one day as 2026-06-03, or name-day or name-week for the day in the "
            "file's name.",
        ) from error
    if period.last < period.first:
        raise UsageError(f"The period '{answer}' ends before it starts.", "Write the earlier day first.")
    return period


def check(answer: str) -> None:
    """Raise UsageError for an answer that is neither a day, a period nor a rule."""
    if answer not in RULES:
        parse(answer)


def stamps(name: str) -> dict[str, dt.date]:
    """The day stamped in a file's name under each order that makes one of it; empty without a stamp.

    Programs stamp the moment of the export, month first or day first by region.
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    if stamp := _STAMP.search(name):  # before ISO: a time of day may stand behind the year
        a, _, b, year = stamp.groups()
        return _days(mdy=(year, a, b), dmy=(year, b, a))
    if iso := _ISO_STAMP.search(name):
        return _days(ymd=(iso[1], iso[3], iso[4]))
    return {}


def _days(**parts: tuple[str, str, str]) -> dict[str, dt.date]:
    found = {}
    for order, (year, month, day) in parts.items():
        try:
            found[order] = dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return found


def by_rule(context: Context, match: Match, build: Callable[[Context, Match], Draft]) -> Draft:
    """Build a draft; where the answer or the remembered setting is a rule, with the day that the rule finds."""
    answers, remembered = context.answers, context.settings.get("period", "")
    rule = answers.period or (remembered if remembered in RULES else None)
    if rule not in RULES:
        return build(context, match)
    found = stamps(context.raw.name)
    order = answers.date_order or context.settings.get("date_order")
    days = set(found.values())
    day = days.pop() if len(days) == 1 else found.get(order or "")
    if day is None:
        draft = build(replace(context, answers=replace(answers, period=None)), match)
        draft.period_rule = rule
        draft.questions = [_in_place_of(question, found, context.raw.name) for question in draft.questions]
        return draft
    period = Period(day, day, single=True) if rule == "name-day" else Period(day - _WEEK, day)
    settings = {**context.settings, "period": rule}  # tells that the answer below was not the user's own word
    draft = build(replace(context, answers=replace(answers, period=period.text), settings=settings), match)
    draft.period_rule = rule
    chosen = "as you chose" if answers.period else "as this workspace remembers"
    what = "the day" if period.single else "the seven days up to the day"
    draft.notes.append(
        f"Where the file itself does not say its period, {period.text.replace(':', ' to ')} is taken: {what} stamped "
        f"in its name, {chosen}."
    )
    return draft


def _in_place_of(question: Question, found: Mapping[str, dt.date], name: str) -> Question:
    """The question for the period once a rule failed: which order the stamp has, if that is all that is missing."""
    if question.id != "period":
        return question
    if not found:
        return replace(question, text=f"{question.text} (Its name, {name}, carries no day.)")
    readings = " or ".join(f"{day.day} {day:%B %Y}" for day in found.values())
    orders = tuple(found)
    return Question(
        "date_order", f"Is the day in the file's name, {name}, {readings}?", orders, f"--date-order {orders[0]}"
    )


def settle(table: Table, stated: Sequence[Cell], what: str, *, span: bool) -> Period | None:
    """The file's period: as its cells state it, else as answered, else None and the question is asked.

    what: the beginning of the question. span: whether figures over a period are meant rather than one day's rows:
    it decides what is offered, and that a day to come is no answer.
    """
    answer = table.context.answers.period
    answered = parse(answer) if answer else None
    if stated:
        period = _stated(table, stated, answered)
        if period is None:
            return None
        if answered and answered != period and table.context.settings.get("period") not in RULES:
            table.notes.append(f"The file itself says {_said(period)}; the answer {_said(answered)} was not used.")
    else:
        period = answered
    tomorrow = table.context.today + dt.timedelta(days=1)  # it may be tomorrow already where the file was made
    if period and not span and period.first > tomorrow:
        table.ask(_question(table, f"{_said(period)} is still to come. {what}", span))
        return None
    if period is None:
        table.ask(_question(table, what, span))
    return period


def _stated(table: Table, stated: Sequence[Cell], answered: Period | None) -> Period | None:
    """What the cells say; None once the order of their dates is asked."""
    scan = scan_cells(stated, table.context.today, table.context.raw.date_system)
    if scan.unreadable:
        bad = stated[next(i for i, cell in enumerate(stated) if cell.text == scan.column.texts[scan.unreadable[0]])]
        table.ask(_question(table, f"'{bad.text}' beside '{bad.label}' (row {bad.row}) is no day that can be read. "
                            "Which day or period does the file speak for?", span=len(stated) > 1))  # fmt: skip
        return None
    context, label = table.context, stated[0].label
    choice = choose_orders({label: scan}, context.answers.date_order, context.settings.get("date_order"))
    order = choice.orders.get(label)
    if choice.question:
        fitting = [o for o in choice.choices if answered and answered[:2] == _bounds(scan, stated, o)]
        if not fitting:
            table.ask(Question("date_order", choice.question, choice.choices, f"--date-order {choice.choices[0]}"))
            return None
        order = fitting[0]
    table.notes.extend(choice.notes)
    bounds = _bounds(scan, stated, order)
    if bounds is None:
        table.ask(_question(table, f"'{stated[0].text}' (row {stated[0].row}) is no day under the order given. "
                            "Which day or period does the file speak for?", span=len(stated) > 1))  # fmt: skip
        return None
    return Period(*bounds, single=len(stated) == 1)


def scan_cells(cells: Sequence[Cell], today: dt.date, date_system: int) -> DateScan:
    """Some cells read together as one column of dates, so that one proves the order of the others."""
    texts = list(dict.fromkeys(cell.text for cell in cells))
    kinds = {cell.text: cell.kind for cell in cells}
    codes = np.array([texts.index(cell.text) for cell in cells], dtype=np.int32)
    column = Column(pa.array(texts, pa.string()), np.array([kinds[text] for text in texts], dtype=np.uint8), codes,
                    np.array([cell.row for cell in cells]))  # fmt: skip
    return scan_dates(column, today, date_system)


def _bounds(scan: DateScan, stated: Sequence[Cell], order: str | None) -> tuple[dt.date, dt.date] | None:
    days, bad = scan.resolve(order)
    if bad:
        return None
    found = [day.astype("datetime64[D]").item() for day in days[scan.column.codes]]
    return min(found), max(found)


def _said(period: Period) -> str:
    return period.text.replace(":", " to ")


def _question(table: Table, text: str, span: bool) -> Question:
    last = table.context.today + dt.timedelta(days=1)
    days = [day for day in dict.fromkeys(stamps(table.context.raw.name).values()) if day <= last]
    offers = [offer for day in days for offer in _spans_before(day)] if span else [day.isoformat() for day in days]
    return Question("period", text, tuple(dict.fromkeys(offers)), "--period FROM:TO" if span else _HOW, free=True)


def _spans_before(day: dt.date) -> list[str]:
    """What a report that was made on this day often covers: the month before, and the six months."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    months = last.year * 12 + last.month - 6  # months since year 0 of the sixth month back
    return [f"{last.replace(day=1)}:{last}", f"{dt.date(months // 12, months % 12 + 1, 1)}:{last}"]
