"""Money of a referral log: each amount with its currency, from its own sign, its column, its header or the
user's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.currencies import currencies_of
from data.draft import Question
from data.layouts.fields import Table
from data.layouts.matching import header_currency
from data.money import AmountScan, scan_amounts
from data.readers.raw import Column

_COMMON = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "INR", "BRL")


def amounts_and_currencies(table: Table, *, corrections: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(exact decimal text by row, ISO code by row); a row without an amount has no currency.

    corrections: an amount below nothing takes an earlier one back (thanks, totals); otherwise it rejects its row.
    """
    nothing = np.full(len(table), None, dtype=object)
    column = table.column("amount")
    if column is None:
        return nothing, nothing.copy()
    dialect = table.context.raw.dialect or {}
    answer, setting = table.context.answers.decimal, table.context.settings.get("decimal")
    scan = scan_amounts(column, answer, dialect.get("delimiter"))
    if scan.ambiguous and setting:
        scan = scan_amounts(column, setting, dialect.get("delimiter"))
        table.notes.append(
            f"The amounts in '{table.match.header_of('amount')}' do not prove their decimal mark; read with "
            f"'{setting}', as this workspace remembers."
        )
    _report(table, column, scan, corrections=corrections)
    amounts = column.spread(np.array(scan.values, dtype=object), None)
    currencies = _currencies(table, column, scan, ~pd.isna(amounts))
    return amounts, currencies


def _report(table: Table, column: Column, scan: AmountScan, *, corrections: bool) -> None:
    header = table.match.header_of("amount")
    if scan.ambiguous:
        text = column.texts[scan.ambiguous[0]]
        table.ask(
            Question(
                "decimal",
                f"Is {text} in '{header}' (row {column.first_row(scan.ambiguous[0])}) "
                f"{_as_thousands(text)} or a number with "
                "three decimals? Nothing else in the column tells.",
                (",", "."),
                "--decimal ,",
            )
        )
    if scan.grouped:
        table.notes.append(
            f"The comma in '{header}' was read as the thousands mark, since three digits follow it everywhere."
        )
    if scan.rounded:
        table.notes.append(
            f"{len(scan.rounded)} distinct "
            f"{'amount' if len(scan.rounded) == 1 else 'amounts'} with more than two decimals "
            f"rounded to two, halves to even (first: {column.texts[scan.rounded[0]]}, row "
            f"{column.first_row(scan.rounded[0])})."
        )
    table.refuse("amount", column, scan.bad)
    if corrections:
        return
    table.refuse(
        "amount",
        column,
        {
            i: f"a referral cannot be worth less than nothing: {column.texts[i]}"
            for i, value in enumerate(scan.values)
            if value is not None and value.startswith("-")
        },
    )


def _as_thousands(text: str) -> str:
    return f"{text.replace('.', '').replace(',', '')} with a thousands mark"


def _currencies(table: Table, column: Column, scan: AmountScan, has_amount: np.ndarray) -> np.ndarray:
    """By row: the amount's own sign, else the currency column, else the header, else the answer, else the
    setting.
    """
    answer, setting = table.context.answers.currency, table.context.settings.get("currency")
    said = _Said((answer or setting or "").upper() or None, remembered=not answer)
    by_sign, unclear = _meant(table, "amount", column, scan.signs, said)
    result = column.spread(np.array(by_sign, dtype=object), None)
    own = table.column("currency")
    if own is not None:
        named, doubtful = _meant(table, "currency", own, dict(enumerate(own.texts)), said)
        result = np.where(pd.isna(result), own.spread(np.array(named, dtype=object), None), result)
        has_amount = has_amount & ~np.isin(own.codes, list(doubtful))
    header = table.match.header_of("amount")
    missing = has_amount & pd.isna(result) & ~np.isin(column.codes, list(unclear))
    fallback = header_currency(header) or said.code
    if missing.any() and fallback:
        result[missing] = fallback
        if not header_currency(header) and said.remembered:
            table.notes.append(f"The amounts name no currency; taken as {fallback}, as this workspace remembers.")
    elif missing.any():
        first = int(np.flatnonzero(missing)[0])
        table.ask(
            Question(
                "currency",
                f"In which currency are the amounts of '{header}' "
                f"(row {int(table.rows[first])}: {column.texts[column.codes[first]]})?",
                _COMMON,
                "--currency EUR",
            )
        )
    result[~has_amount] = None
    return result


class _Said(NamedTuple):
    """The currency that the user named: now, or before (remembered)."""

    code: str | None
    remembered: bool


def _meant(
    table: Table, target: str, column: Column, signs: Mapping[int, str], said: _Said
) -> tuple[list[str | None], set[int]]:
    """(ISO code by distinct cell, cells that are asked or refused). A sign of several currencies is the one that the
    user named; one that cannot be it is refused if he said so of this file, and asked if it was only remembered.
    """
    result: list[str | None] = [None] * len(column.texts)
    unclear: dict[str, list[int]] = {}
    settled: dict[str, str] = {}
    for i, sign in signs.items():
        meanings = currencies_of(sign)
        if len(meanings) == 1:
            result[i] = meanings[0]
        elif said.code in meanings:
            result[i] = settled[sign.upper()] = str(said.code)
        else:
            unclear.setdefault(sign, []).append(i)
    if settled and said.remembered:
        listed = ", ".join(f"'{sign}'" for sign in settled)
        table.notes.append(f"{listed} is read as {said.code}, as this workspace remembers.")
    header = table.match.header_of(target)
    for sign, cells in unclear.items():
        meanings, first = currencies_of(sign), column.texts[cells[0]]
        if not meanings:
            table.refuse(target, column, {i: f"'{column.texts[i]}' is not one currency" for i in cells})
        elif said.code and not said.remembered:
            reason = f"is in {sign.upper()}, which is not {said.code}"
            table.refuse(target, column, {i: f"'{column.texts[i]}' {reason}" for i in cells})
        else:
            text = f"Which currency is '{sign.upper()}' in '{header}' (row {column.first_row(cells[0])}: {first})?"
            table.ask(Question("currency", text, meanings, f"--currency {meanings[0]}"))
    return result, {i for cells in unclear.values() for i in cells}
