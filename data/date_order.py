"""Which of 3/4 is the month: decided for a column by its own dates, or by what the user said, or asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.dates import DateScan

ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


@dataclass(frozen=True)
class OrderChoice:
    """What became of the order of each column: orders (None = open), notes, and the question's text if one
    is open.
    """

    orders: dict[str, str | None]
    notes: list[str]
    question: str | None
    choices: tuple[str, ...] = ()


def choose_orders(scans: Mapping[str, DateScan], answer: str | None, setting: str | None) -> OrderChoice:
    """Decide the date order of each column of one sheet (header → scan).

    The user's answer rules. Else a column's own dates decide; an undecidable column takes the order that another
    date column of the same sheet proves, then the workspace's setting, each with a note, and else it is asked.
    """
    orders: dict[str, str | None] = {}
    notes: list[str] = []
    for header, scan in scans.items():
        if answer:
            orders[header] = answer if scan.triples else None
        elif scan.triples and not scan.open() and not scan.mixed():
            orders[header] = scan.candidates()[0]
    proved = {orders[h] for h, s in scans.items() if not answer and orders.get(h) and len(s.candidates()) == 1}
    for header, scan in scans.items():
        if header in orders or not scan.triples:
            continue
        if scan.mixed():
            return OrderChoice(orders, notes, _mixed_text(header, scan), ("dmy", "mdy"))
        if len(proved) == 1 and (order := next(iter(proved))) in scan.candidates():
            notes.append(
                f"The dates in '{header}' fit more than one order; read {ORDER_WORDS[order]}, as the other "
                "date column of this sheet proves."
            )
        elif setting in scan.candidates():
            order = setting
            notes.append(
                f"The dates in '{header}' fit more than one order; read {ORDER_WORDS[order]}, as this "
                "workspace remembers."
            )
        else:
            return OrderChoice(orders, notes, _open_text(header, scan), tuple(scan.candidates()))
        orders[header] = order
    return OrderChoice(orders, notes, None)


def _open_text(header: str, scan: DateScan) -> str:
    orders = scan.candidates()
    i = next(i for i, days in scan.triples.items() if len({days[o] for o in orders}) > 1)
    days = scan.triples[i]
    readings = " or ".join(dict.fromkeys(f"{days[o].day} {days[o]:%B %Y}" for o in orders))
    return (
        f"Every date in '{header}' fits more than one order. Is {scan.column.texts[i]} "
        f"(row {scan.column.first_row(i)}) {readings}?"
    )


def _mixed_text(header: str, scan: DateScan) -> str:
    parts = []
    for order, against in (("dmy", "mdy"), ("mdy", "dmy"), ("ymd", "dmy")):
        i = scan.example(order, against)
        if i is not None:
            parts.append(f"{scan.column.texts[i]} (row {scan.column.first_row(i)}) can only be {ORDER_WORDS[order]}")
    return (
        f"The dates in '{header}' contradict one another: {' and '.join(parts[:2])}. Which order is meant? "
        "Rows that do not fit it will be kept aside."
    )


def unreadable_reason(order: str | None) -> str:
    """The sentence of a reject for a date that cannot be read."""
    return f"not a date when read {ORDER_WORDS[order]}" if order else "not a date that can be read"
