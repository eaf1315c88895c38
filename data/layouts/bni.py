"""What the reports of the BNI family share: headers by label, pseudo rows, counts.

Columns are found by label, never by place: blank spacer columns from merged cells stand where the region puts them.
A label is taken with its brackets first ("G (extern)"), then without them and without a currency ("Amount (EUR)").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data import clean
from data.draft import Question
from data.layouts.fields import Context, Table
from data.layouts.matching import Match, header_key, unique_headers
from data.money import NONE_WORDS
from data.readers.extent import Extent
from data.readers.raw import NUMBER
from errors import FileRefusedError

NAMES = {
    "first_name": "first name|vorname|prénom|nome próprio|primeiro nome|nombre|名|名字|given name",
    "last_name": "last name|nachname|nom|nom de famille|sobrenome|apelido|último nome|apellido|apellidos|surname|"
    "姓|姓氏",
    "name": "name|member|member name|mitglied|mitgliedsname|membre|nom du membre|membro|nome|nome do membro|miembro|"
    "會員|会员|會員姓名|姓名|会員|氏名",
}
PALMS = {
    "p": "p|present|anwesend",
    "a": "a|absent|abwesend|abwesenheit|absence|absences",
    "l": "l|late|verspätet",
    "m": "m|medical",
    "s": "s|substitute|substitutes|vertreter|vertretung",
    "rgi": "rgi|g eigenbedarf|rdi|referrals given inside|内与|內與",
    "rgo": "rgo|g extern|rde|referrals given outside|外与|外與",
    "rri": "rri|r eigenbedarf|referrals received inside|内受|內受",
    "rro": "rro|r extern|rre|referrals received outside|外受",
    "visitors": "v|visitor|visitors|besucher|invités|invite|convidados|visitantes|來賓|来宾|ビジター",
    "one_to_ones": "1 2 1|1 2 1s|121|121s|1 to 1|1 to 1s|1 1|one to one|one to ones|onetoone|onetoones|tat|1 a 1",
    "amount": "tyfcb|u|umsatz|umsatzdanke|mpb|opnf|onf|opnf onf",
    "ceu": "ceu|ceus|cte|ueg|ceu credits",
    "testimonials": "t|testimonial|testimonials|testemunhos|témoignages|referenzen",
}
PSEUDO_ROWS = clean.table(
    {
        "Visitors": "visitors|visitor|besucher|gäste|visiteurs|invités|convidados|visitantes|來賓|来宾|ビジター",
        "BNI": "bni",
        "Total": "total|totals|gesamt|summe|totaux|totais|總數|总数|總計|总计|合計|合计",
    }
)
_COUNT = re.compile(r"-?\d{1,15}(\.\d*)?(e[+-]?\d{1,2})?", re.IGNORECASE)
_PARTS = re.compile(r"(.*?)(?:([.,])([^.,]*))?", re.DOTALL)
_GROUPS = re.compile(r"-?\d{1,3}(?:,\d{2,3})*,\d{3}|-?\d{1,3}(?:\.\d{2,3})*\.\d{3}")


def labels(*tables: Mapping[str, str]) -> dict[str, str]:
    """Folded header → our column; where two tables name one header, the later one decides."""
    return {key: target for table in tables for key, target in clean.table(table).items()}


def match_labels(context: Context, known: Mapping[str, str], row: list[str | None] | None = None) -> Match:
    """Match the header at context.header_row (or `row`) by label. What the user mapped goes before; a label that
    stands over two filled columns is asked.
    """
    context = whole(context)
    match = Match(unique_headers(row or context.sheet.row(context.header_row)))
    given = {
        " ".join(theirs.casefold().split()): "amount" if ours.strip() == "tyfcb" and "tyfcb" in known else ours.strip()
        for theirs, ours in context.answers.mapping.items()
    }
    claims: dict[str, list[int]] = {}
    for i, header in enumerate(match.headers):
        said = given.get(header.casefold())
        if header and (target := said if said is not None else _target(header, known)):
            places = claims.setdefault(target, [])
            places.insert(0, i) if said else places.append(i)
    for target, places in claims.items():
        filled = [i for i in places if context.has_data(i)]
        match.columns[target] = (filled or places)[0]
        if len(filled) > 1 and target not in given.values():
            names = [match.headers[i] for i in filled]
            listed = " and ".join(f"'{name}'" for name in names)
            match.questions.append(
                Question("mapping", f"{listed} both read as {target}. Which one is it? The other is then left out.",
                         tuple(names), f"--map '{names[0]}={target}'", target=target)
            )  # fmt: skip
    if {"name", "last_name"} <= match.columns.keys() and "first_name" not in match.columns:
        match.columns["first_name"] = match.columns.pop("name")  # "Nome" beside "Sobrenome"
    match.strong = len(match.columns)
    return match


def _target(header: str, known: Mapping[str, str]) -> str | None:
    bare = re.sub(r" \(\d+\)$", "", header)
    opened = clean.fold(re.sub(r"[()\[\]]", " ", bare))
    return known.get(opened) or known.get(header_key(bare)) or known.get(re.sub(r" [a-z]{3}$", "", opened))


def named(match: Match) -> bool:
    """Whether the columns hold people's names, whole or in two parts."""
    return "name" in match.columns or {"first_name", "last_name"} <= match.columns.keys()


def whole(context: Context) -> Context:
    """The table from its header down to the last filled row: totals and sparse rows, which look like a footer, are
    data of these reports.
    """
    filled = np.flatnonzero(context.sheet.filled()) + 1
    last = max(int(filled[-1]), context.header_row) if len(filled) else context.header_row
    extent = Extent(context.header_row, context.header_row + 1, last, 0, context.sheet.width - 1)
    return replace(context, sheet=replace(context.sheet, extent=extent))


def open_table(context: Context, match: Match, *needed: str) -> Table:
    """The rows under the header; the questions and notes of the match are the table's. A column of ours that is
    `needed` and that no header names (where the user named the layout) is asked for.

    Raises:
        FileRefusedError: the report's title stands again further down: the rows there are of another period.
    """
    table = Table.open(whole(context), match)
    _refuse_a_second_report(table)
    table.notes[:0] = match.notes
    table.questions.extend(match.questions)
    for target in needed:
        if target not in match.columns and not (target == "name" and named(match)):
            headed = ", ".join(header for header in match.headers if header)
            text = f"No column was found that holds '{target}' (found: {headed}). Which one does?"
            flag = f"--map 'Their header={target}'"
            table.ask(Question("mapping", text, tuple(match.unmapped()), flag, target=target))
    return table


def _refuse_a_second_report(table: Table) -> None:
    head = [(j, text) for row in range(1, table.context.header_row)
            for j, text in enumerate(table.context.sheet.row(row)) if text and text.strip()]  # fmt: skip
    if not head or len(table) == 0:
        return
    place, title = head[0]
    column = table.context.sheet.column(place, table.rows)
    again = [i for i, text in enumerate(column.texts) if _undated(text) == _undated(title) != ""]
    if again:
        raise FileRefusedError(
            f"{table.context.raw.name} holds more than one report on one sheet: '{title.strip()}' stands above the "
            f"table, and '{column.texts[again[0]].strip()}' in row {column.first_row(again[0])}.",
            "Put each report into a file of its own, as it was exported.",
        )


def _undated(text: str) -> str:
    return clean.fold(re.sub(r"\d", "", text))


def without(table: Table, drop: np.ndarray) -> Table:
    """The table without the rows under `drop`, and without what was said about their cells."""
    return Table(table.context, table.match, table.rows[~drop], table.notes, table.questions)


def without_footer(table: Table, target: str | None = None) -> Table:
    """The table without the trailing rows of one cell: a remark, not a record. `target`: it has to be empty there."""
    column = table.column(target) if target else None
    empty = np.ones(len(table), dtype=bool) if column is None else column.codes < 0
    lone = empty & (table.context.sheet.filled()[table.rows - 1] <= 1) & (len(table.match.columns) > 1)
    keep = np.flatnonzero(~lone)
    drop = np.arange(len(table)) > (keep[-1] if len(keep) else -1)
    if drop.any():
        table.notes.append(f"Left out as a remark under the table: {table.row_list(drop)}.")
    return without(table, drop) if drop.any() else table


def names_of(table: Table) -> np.ndarray:
    """Names by row: the whole one, else first and last; CJK names last first and without a space."""
    whole_name = table.texts("name", clean.clean_name)
    if "first_name" not in table.match.columns:
        return whole_name
    first, last = table.texts("first_name", clean.clean_name), table.texts("last_name", clean.clean_name)
    joined = [_join(*pair) for pair in zip(first, last, strict=True)]
    return np.where(pd.isna(whole_name), np.array(joined, dtype=object), whole_name)


def _join(first: str | None, last: str | None) -> str | None:
    together = clean.clean_name(f"{last or ''} {first or ''}".strip() or "-")
    if together is None or (first and last and " " not in together):
        return together  # a space between two CJK parts is gone: last name first, as such names are written
    return " ".join(part for part in (first, last) if part)


def pseudo_rows(names: np.ndarray) -> np.ndarray:
    """By row: Visitors, BNI or Total where a name is no person but one of these, else None."""
    found = {name: PSEUDO_ROWS.get(clean.fold(name)) for name in {*names[~pd.isna(names)]}}
    return np.array([found.get(name) for name in names], dtype=object)


def counts(table: Table, target: str) -> np.ndarray:
    """Numbers by row as float64, nan for none. "53.0", "1,06,74,768", "1.856610963E+10" and "1,5" are numbers, "-" is
    none; anything else, and less than nothing, rejects its row.
    """
    column = table.column(target)
    if column is None:
        return np.full(len(table), np.nan)
    values = np.full(len(column.texts), np.nan)
    bad = {}
    for i, (text, kind) in enumerate(zip(column.texts, column.kinds, strict=True)):
        number = count(text, typed=kind == NUMBER)
        if number is None and text.strip().casefold() not in NONE_WORDS:
            bad[i] = f"'{text}' is not a number"
        elif number is not None and number < 0:
            bad[i] = f"there cannot be fewer than none: {text}"
        elif number is not None:
            values[i] = number
    table.refuse(target, column, bad)
    return column.spread(values, np.nan)


def count(text: str, *, typed: bool = False) -> float | None:
    """One number of things, or None. Three digits after a mark are thousands: nobody counts in thousandths."""
    plain = re.sub(r"(?<=\d)[\s'’](?=\d)", "", text.strip())
    whole_part, mark, rest = _PARTS.fullmatch(plain).groups()  # type: ignore[union-attr]  # it fits any text
    if not typed and _GROUPS.fullmatch(plain) and whole_part.lstrip("-0"):
        whole_part, mark = plain, None  # 1.234 and 1,06,74,768, but not 0.125
    if re.search(r"[.,]", whole_part):
        if not _GROUPS.fullmatch(whole_part):
            return None
        whole_part = re.sub(r"[.,]", "", whole_part)
    number = f"{whole_part}.{rest}" if mark else whole_part
    return float(number) if _COUNT.fullmatch(number) else None


def blanked(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Texts by row with None under the mask."""
    result = values.copy()
    result[mask] = None
    return result


def days_64(day: object, length: int) -> np.ndarray:
    """One day (or none) on every row."""
    return np.full(length, np.datetime64("NaT") if day is None else np.datetime64(str(day)), dtype="datetime64[us]")


def shown_rows(rows: Iterable[int]) -> str:
    """ "row 3" or "rows 3, 8 and 12", shortened after ten."""
    numbers = [str(n) for n in rows]
    listed = numbers[:10]
    text = listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + f" and {listed[-1]}"
    return f"{'row' if len(numbers) == 1 else 'rows'} {text}" + (
        f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    )
