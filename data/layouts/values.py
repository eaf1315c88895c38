"""Money of a referral log: each amount with its currency, from its own sign, its column, its header or the
user's word.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.currencies import currencies_of
from data.draft import Question
from data.layouts.fields import Table
from data.layouts.matching import header_currency
from data.money import AmountScan, scan_amounts
from data.readers.raw import Column

_COMMON = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "INR", "BRL")


def amounts_and_currencies(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """(exact decimal text by row, ISO code by row); a row without an amount has no currency."""
    nothing = np.full(len(table), None, dtype=object)
    column = table.column("amount")
    if column is None:
        return nothing, nothing.copy()
    dialect = table.context.raw.dialect or {}
    scan = scan_amounts(
        column, table.context.answers.decimal or table.context.settings.get("decimal"), dialect.get("delimiter")
    )
    _report(table, column, scan)
    amounts = column.spread(np.array(scan.values, dtype=object), None)
    currencies = _currencies(table, column, scan, ~pd.isna(amounts))
    return amounts, currencies


def _report(table: Table, column: Column, scan: AmountScan) -> None:
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
    said = table.context.answers.currency or table.context.settings.get("currency")
    said = said.upper() if said else None
    by_sign, unclear = _by_sign(table, column, scan, said)
    result = column.spread(np.array(by_sign, dtype=object), None)
    own = table.column("currency")
    if own is not None:
        named = _named(table, own, said)
        result = np.where(pd.isna(result), own.spread(np.array(named, dtype=object), None), result)
    missing = has_amount & pd.isna(result) & ~np.isin(column.codes, list(unclear))
    fallback = header_currency(table.match.header_of("amount")) or said
    if missing.any() and fallback:
        result[missing] = fallback
        if not header_currency(table.match.header_of("amount")) and not table.context.answers.currency:
            table.notes.append(f"The amounts name no currency; taken as {fallback}, as this workspace remembers.")
    elif missing.any():
        first = int(np.flatnonzero(missing)[0])
        table.ask(
            Question(
                "currency",
                f"In which currency are the amounts of '{table.match.header_of('amount')}' "
                f"(row {int(table.rows[first])}: {column.texts[column.codes[first]]})?",
                _COMMON,
                "--currency EUR",
            )
        )
    result[~has_amount] = None
    return result


def _by_sign(table: Table, column: Column, scan: AmountScan, said: str | None) -> tuple[list[str | None], set[int]]:
    result: list[str | None] = [None] * len(column.texts)
    unclear: dict[str, list[int]] = {}
    for i, sign in scan.signs.items():
        meanings = currencies_of(sign)
        if len(meanings) == 1:
            result[i] = meanings[0]
        elif said in meanings:
            result[i] = said
        else:
            unclear.setdefault(sign, []).append(i)
    for sign, cells in unclear.items():
        meanings = currencies_of(sign)
        if said:
            table.refuse(
                "amount",
                column,
                {i: f"'{column.texts[i]}' is in {sign.upper()}, which is not {said}" for i in cells},
            )
        else:
            table.ask(
                Question(
                    "currency",
                    f"Which currency is '{sign.upper()}' in '{table.match.header_of('amount')}' "
                    f"(row {column.first_row(cells[0])}: {column.texts[cells[0]]})?",
                    meanings,
                    f"--currency {meanings[0]}",
                )
            )
    return result, {i for cells in unclear.values() for i in cells}


def _named(table: Table, own: Column, said: str | None) -> list[str | None]:
    named: list[str | None] = []
    strange = []
    for i, text in enumerate(own.texts):
        meanings = currencies_of(text)
        named.append(meanings[0] if len(meanings) == 1 else said if said in meanings else None)
        if named[-1] is None:
            strange.append(i)
    table.refuse("currency", own, {i: f"'{own.texts[i]}' is not one currency" for i in strange})
    return named
