"""Money of a referral log: each amount with its currency, from its own sign, its column, its header or the
user's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.currencies import currencies_of
from data.draft import Question
from data.layouts.fields import Table, nothing, objects
from data.layouts.matching import header_currency
from data.money import AmountScan, scan_amounts
from data.readers.raw import Column

_COMMON = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "INR", "BRL")


def amounts_and_currencies(table: Table, *, corrections: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """`money` with a Python object a row, None where there is none."""
    amounts, currencies = money(table, corrections=corrections)
    return objects(amounts), objects(currencies)


def money(table: Table, *, corrections: bool = False) -> tuple[pa.Array, pa.Array]:
    """(exact decimal text by row, ISO code by row); a row without an amount has no currency.

    corrections: an amount below nothing takes an earlier one back (thanks, totals); otherwise it rejects its row.
    """
    column = table.column("amount")
    if column is None:
        return nothing(table), nothing(table)
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
    amounts = column.laid(scan.amounts)
    return amounts, _currencies(table, column, scan, amounts.is_valid().to_numpy(zero_copy_only=False))


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
            int(i): f"a referral cannot be worth less than nothing: {column.texts[i]}"
            for i in pc.indices_nonzero(pc.starts_with(scan.amounts, "-")).to_numpy()
        },
    )


def _as_thousands(text: str) -> str:
    return f"{text.replace('.', '').replace(',', '')} with a thousands mark"


def _currencies(table: Table, column: Column, scan: AmountScan, has_amount: np.ndarray) -> pa.Array:
    """By row: the amount's own sign, else the currency column, else the header, else the answer, else the
    setting.
    """
    answer, setting = table.context.answers.currency, table.context.settings.get("currency")
    said = _Said((answer or setting or "").upper() or None, remembered=not answer)
    codes: dict[str | None, int] = {None: -1}  # currency → its number
    by_sign, unclear = _meant(table, "amount", column, scan.signs, said)
    result = _numbered(column, by_sign, codes)
    own = table.column("currency")
    if own is not None:
        named, doubtful = _meant(table, "currency", own, dict(enumerate(own.texts)), said)
        result = np.where(result < 0, _numbered(own, named, codes), result)
        has_amount = has_amount & ~_among(own, doubtful)
    header = table.match.header_of("amount")
    missing = has_amount & (result < 0) & ~_among(column, unclear)
    fallback = header_currency(header) or said.code
    if missing.any() and fallback:
        result[missing] = codes.setdefault(fallback, len(codes) - 1)
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
    result[~has_amount] = -1
    return pa.DictionaryArray.from_arrays(pa.array(result, mask=result < 0), pa.array(list(codes)[1:], pa.string()))


def _numbered(column: Column, named: dict[int, str], codes: dict[str | None, int]) -> np.ndarray:
    """The currencies of distinct cells laid out by row, as numbers that `codes` gains."""
    numbers = np.full(len(column.cells), -1, dtype=np.int32)
    for i, name in named.items():
        numbers[i] = codes.setdefault(name, len(codes) - 1)
    return column.spread(numbers, -1)


def _among(column: Column, cells: set[int]) -> np.ndarray:
    """Per row, whether its cell is one of these."""
    return np.isin(column.codes, list(cells)) if cells else np.zeros(len(column.codes), dtype=bool)


class _Said(NamedTuple):
    """The currency that the user named: now, or before (remembered)."""

    code: str | None
    remembered: bool


def _meant(
    table: Table, target: str, column: Column, signs: Mapping[int, str], said: _Said
) -> tuple[dict[int, str], set[int]]:
    """(distinct cell → ISO code, cells that are asked or refused). A sign of several currencies is the one that the
    user named; one that cannot be it is refused if he said so of this file, and asked if it was only remembered.
    """
    result: dict[int, str] = {}
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
