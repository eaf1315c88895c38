"""Amounts as people write them, to exact decimal text. Decimal and thousands marks are decided for a whole
column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.currencies import ISO_CODES, SIGNS
from data.readers.raw import NUMBER, TEXT, Column

NONE_WORDS = frozenset(("-", "–", "—", "--", "n/a", "na", "nil", "none", "keine", "aucun", "nenhum", ".", "?"))
_SIGN = re.compile("|".join(sorted((re.escape(s) for s in SIGNS if not s[0].isalpha()), key=len, reverse=True)))
_BODY = re.compile(r"[+\-−]?\d[\d.,]*(?:e[+\-]?\d+)?|[+\-−]?[.,]\d+", re.IGNORECASE)
_SIMPLE = re.compile(r"(\d{1,15})(?:\.(\d\d?))?", re.ASCII)  # 1234, 1234.5, 1234.50: most cells of most files
_MAX = Decimal(10) ** 16  # DECIMAL(18,2)


@dataclass(frozen=True)
class AmountScan:
    """The distinct cells of an amount column. amounts: exact text with two decimals, null for "no amount";
    bad: cell → reason; signs: cell → currency sign or code; ambiguous: cells that need a decimal mark; decimal: the
    mark in force (None = open); rounded: cells with more than two decimals; grouped: read "1,234" as 1234."""

    amounts: pa.Array
    bad: dict[int, str] = field(default_factory=dict)
    signs: dict[int, str] = field(default_factory=dict)
    ambiguous: tuple[int, ...] = ()
    decimal: str | None = None
    rounded: tuple[int, ...] = ()
    grouped: bool = False

    @property
    def values(self) -> list[str | None]:
        return self.amounts.to_pylist()


def split_sign(text: str) -> tuple[str, str | None, bool]:
    """(the number's characters, its currency sign or code, negative): brackets, a trailing minus and spaces
    undone.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    negative = bool(re.fullmatch(r"[^(]*\(.*\)[^)]*", text))
    text = text.replace("(", "").replace(")", "")
    sign = None
    if words := re.findall(r"[^\W\d_]+\$|[^\W\d_]+\.?(?=\s*[\d\-+]|\s*$)|" + _SIGN.pattern, text):
        for word in words:
            if word.casefold() in SIGNS or word.upper() in ISO_CODES:
                sign = sign or (word.upper() if word.upper() in ISO_CODES else word.casefold())
                text = text.replace(word, " ", 1)
    text = re.sub(r"(?<=\d)[\s'’´`_]+(?=\d)", "", text).strip()
    text = re.sub(r"[.,]\s*[-–—]{1,2}$", "", text)  # 1.200,– as written in German shops
    if re.fullmatch(r"\d[\d.,]*\s*[-−]", text):
        text, negative = text[:-1].strip(), True
    return text, sign, negative


class _NoAmountError(Exception):
    """A cell that is no amount; its text is the reason."""


def scan_amounts(column: Column, decimal: str | None, delimiter: str | None) -> AmountScan:
    """Read the distinct cells. `decimal` is the user's answer; `delimiter` the file's: a ';' file writes ','."""
    amounts, plain, pointed = _plain(column)
    rest = np.flatnonzero(~plain)
    texts = dict(zip(rest.tolist(), column.cells.take(pa.array(rest)).to_pylist(), strict=True))
    cells = {i: _Cell.of(text, int(column.kinds[i])) for i, text in texts.items()}
    ambiguous = tuple(i for i, cell in cells.items() if cell.mark == "?")
    proved = {cell.mark for cell in cells.values() if cell.mark in (".", ",")} | ({"."} if pointed else set())
    grouped = False
    if decimal is None and len(proved) == 1:
        decimal = next(iter(proved))
    elif decimal is None and ambiguous and not proved and delimiter != ";":
        # "901,911": a comma before exactly three digits groups thousands, since nobody writes money with three
        # decimals by hand. Not so the point, which programs write before any number of decimals, and not in a
        # ';' file, where the comma is what the delimiter makes room for.
        grouped = all("," in cells[i].body for i in ambiguous)
        decimal = "." if grouped else None
    values: list[str | None] = []
    bad: dict[int, str] = {}
    rounded: list[int] = []
    for i, cell in cells.items():
        waiting = cell.mark == "?" and decimal is None  # the column's question covers it
        try:
            value, was_rounded = (None, False) if waiting else _cents(cell, decimal or ".")
        except _NoAmountError as error:
            value, was_rounded = None, False
            bad[i] = f"'{texts[i]}' {error}"
        values.append(value)
        if was_rounded:
            rounded.append(i)
    if cells:
        amounts = pc.replace_with_mask(amounts, pa.array(~plain), pa.array(values, pa.string()))
    signs = {i: cell.sign for i, cell in cells.items() if cell.sign}
    still_open = ambiguous if decimal is None else ()
    return AmountScan(amounts, bad, signs, still_open, decimal, tuple(rounded), grouped)


def _plain(column: Column) -> tuple[pa.Array, np.ndarray, bool]:
    """The cells that are plain numbers, all at once: (their amounts, null elsewhere; which they are; whether one that
    was written as text has a point, which then is the decimal mark)."""
    plain = pc.match_substring_regex(column.cells, rf"^(?:{_SIMPLE.pattern})$").to_numpy(zero_copy_only=False)
    plain = plain & np.isin(column.kinds, (TEXT, NUMBER))
    numbers = pc.if_else(pa.array(plain), column.cells, None)
    written = pc.if_else(pa.array(column.kinds == TEXT), numbers, None)
    pointed = bool(pc.any(pc.match_substring(written, ".")).as_py())
    return pc.cast(pc.cast(numbers, pa.decimal128(18, 2)), pa.string()), plain, pointed


class _Cell(NamedTuple):
    """One cell taken apart: the number's characters, its sign, and the decimal mark that it proves ("?": unsure)."""

    body: str
    typed: bool  # a number cell: its point is a decimal point
    sign: str | None = None
    negative: bool = False
    mark: str | None = None

    @classmethod
    def of(cls, text: str, kind: int) -> _Cell:
        if kind == NUMBER:
            return cls(text, typed=True)
        if kind != TEXT:
            return cls("", typed=False)
        if text.strip().casefold() in NONE_WORDS:
            return cls("-", typed=False)
        body, sign, negative = split_sign(text)
        return cls(body, False, sign, negative, _mark(body))


def _mark(body: str) -> str | None:
    """The decimal mark that this number proves; "?" if it may be either, None if it says nothing."""
    if not _BODY.fullmatch(body):
        return None
    mantissa, _, exponent = re.sub(r"^[+\-−]", "", body).lower().partition("e")
    dots, commas = mantissa.count("."), mantissa.count(",")
    if dots and commas:
        last = "." if mantissa.rfind(".") > mantissa.rfind(",") else ","
        return last if mantissa.count(last) == 1 else None
    if not dots and not commas:
        return None
    sign, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other  # 1,06,74,768: a mark that comes twice groups
    whole, _, fraction = mantissa.partition(sign)
    if exponent or len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return sign
    return "?"


def _cents(cell: _Cell, decimal: str) -> tuple[str | None, bool]:
    """(exact text with two decimals, None for "no amount"; whether it had to be rounded)."""
    if cell.body == "-":
        return None, False
    if not cell.negative and (simple := _SIMPLE.fullmatch(cell.body)):
        return f"{int(simple[1])}.{(simple[2] or '').ljust(2, '0')}", False
    plain = cell.body if cell.typed else _with_point(cell.body, cell.mark if cell.mark in (".", ",") else decimal)
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise _NoAmountError("is not an amount") from error
    if not number.is_finite() or abs(number) >= _MAX:
        raise _NoAmountError("is too large to be an amount")
    number = -number if cell.negative else number
    cents = number.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    # a spreadsheet's 1234.5600000000001 is 1234.56: noise of binary numbers is not a decimal somebody wrote
    return str(cents if cents else abs(cents)), abs(number - cents) > Decimal("1e-6")


def _with_point(body: str, point: str) -> str:
    """The number without its thousands marks and with a decimal point."""
    plain = body.replace("−", "-")
    grouping = "," if point == "." else "."
    if not _BODY.fullmatch(body) or not _grouped_well(plain, grouping, point):
        raise _NoAmountError("is not an amount")
    return plain.replace(grouping, "").replace(point, ".")


def _grouped_well(plain: str, grouping: str, point: str) -> bool:
    """Thousands (1,234,567) and the Indian way (1,06,74,768) are groups; 1,23 with a point elsewhere is not."""
    whole = plain.lower().partition("e")[0].partition(point)[0].lstrip("+-")
    if grouping not in whole:
        return grouping not in plain
    groups = whole.split(grouping)
    return len(groups[-1]) == 3 and 1 <= len(groups[0]) <= 3 and all(len(g) in (2, 3) for g in groups[1:-1])
