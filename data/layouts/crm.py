"""Exports of CRMs: one row a deal, a contact or a matter, in columns whose names the system fixes.

A CRM says where business came from, seldom who sent it. What it does not say stays empty; what is no referral at all
(an address that was bought, a record that was deleted) is kept aside with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from data import clean
from data.draft import Draft, staging_frame
from data.layouts import referral_rows as rows
from data.layouts.fields import Context, Table, objects
from data.layouts.headers import words_of
from data.layouts.matching import Match, match_headers
from data.layouts.signatures import SIGNATURES, find_signature, row_words
from data.layouts.values import amounts_and_currencies
from data.readers.extent import Extent
from data.readers.raw import Column, Sheet

# A CRM's columns that together make one of ours, and the one that they make. A prospect is the first of contact (or
# first and last name), company and title that is filled.
HELPERS = {
    "prospect_first": "prospect",
    "prospect_last": "prospect",
    "prospect_company": "prospect",
    "prospect_title": "prospect",
    "won_on": "closed_on",
    "lost_on": "closed_on",
    "stage": "status",
    "probability": "status",
}
# Columns that users add to a CRM, named by what they hold.
OWN = {
    "source": "referred by|referrer|referrer name|referring contact|referring person|who referred|introduced by",
    "receiver_present": "receiver present|present",
    "asked": "receiver asked|asked",
    "group": "chapter|group|group name|chapter name",
}
UNSAID, NOT_REFERRED, DELETED = "unsaid", "not referred", "deleted"  # beside the kinds and statuses of ours
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%")
_ADDRESS = re.compile(r"\s*\(?[^\s()<>;,]+@[^\s()<>;,]+\)?|\s*<[^<>]*@[^<>]*>")


@dataclass(frozen=True)
class Crm:
    """One system's export. `columns`: ours or a helper → their headers; `kinds` and `statuses`: their words → ours, or
    UNSAID, NOT_REFERRED, DELETED.
    """

    name: str
    columns: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=lambda: clean.SOURCE_KINDS)
    statuses: Mapping[str, str] = field(default_factory=lambda: clean.STATUSES)
    kind_notes: Mapping[str, str] = field(default_factory=dict)  # folded word → what the user should know of it
    notes: tuple[str, ...] = ()
    extent: Callable[[Sheet, int], Extent] | None = None  # where the table ends, if the export has its own way
    check: Callable[[Table, dict[str, Any]], None] | None = None  # rules of this system alone

    def match(self, context: Context) -> Match:
        """Match the header row at context.header_row to this system's own names."""
        return match_headers(
            context.sheet.row(context.header_row),
            words_of(self.columns, OWN),
            {},
            context.answers.mapping,
            has_data=lambda index: True,
            ambiguous={},
        )

    def complete(self, found: Match) -> bool:
        return (
            find_signature([(1, row_words(found.headers))], (s for s in SIGNATURES if s.layout == self.name))
            is not None
        )

    def build(self, context: Context, found: Match) -> Draft:
        """Clean the table under the header into referrals."""
        if self.extent:
            extent = self.extent(context.sheet, context.header_row)
            context = replace(context, sheet=replace(context.sheet, extent=extent))
        table = Table.open(context, found)
        table.notes[:0] = [*self.notes, *found.notes]
        table.questions.extend(found.questions)
        rows.ask_for_date(table)
        rows.ask_for_receiver(table)
        columns = self._columns(table)
        if self.check:
            self.check(table, columns)
        frame = staging_frame("referrals", columns, len(table))[table.kept()].reset_index(drop=True)
        return table.draft(self.name, {"referrals": frame}, HELPERS)

    def _columns(self, table: Table) -> dict[str, Any]:
        status = statuses(table, self.statuses)
        read = table.dates("given_on", "closed_on", "won_on", "lost_on")
        given, period_from, period_to = rows.undated(table)
        given = read.get("given_on", given)
        closed = _closings(table, status, read)
        rows.check_given(table, given)
        amount, currency = amounts_and_currencies(table)
        rows.note_closings(table, given, closed)
        if "source" not in table.match.columns and "source" not in table.match.waived:
            table.notes.append("No column says who referred: the givers stay unknown.")
        return {
            "row_no": table.rows,
            "ref": rows.refs(table, f"{self.name}:"),
            "given_on": given,
            "closed_on": closed,
            "period_from": period_from,
            "period_to": period_to,
            "source": objects(rows.sources(table)),
            "receiver": objects(rows.receivers(table)),
            "source_kind": kinds(table, self.kinds, self.kind_notes),
            "group": table.texts("group", clean.clean_name),
            "prospect": prospects(table),
            "receiver_present": rows.yes_or_no(table, "receiver_present"),
            "asked": rows.yes_or_no(table, "asked"),
            "via": table.texts("via"),
            "heat": table.texts("heat"),
            "tier": rows.tiers(table),
            "status": status,
            "amount": amount,
            "currency": currency,
        }


def kinds(table: Table, words: Mapping[str, str], notes: Mapping[str, str]) -> np.ndarray:
    """Where business came from, as one of our kinds, with a note of what was read as what. Rows that nobody
    referred and that did not come by themselves are refused.
    """
    column = table.column("source_kind")
    if column is None:
        return np.full(len(table), None, dtype=object)
    found = clean.look_up(column, words)
    _note_kinds(table, column, found.values)
    for i, text in enumerate(column.texts):
        if said := notes.get(clean.fold(text)):
            many = int(column.counts()[i])
            table.notes.append(f"'{text}' ({many} {'row' if many == 1 else 'rows'}): {said}")
    outside = {i: f"'{column.texts[i]}' is no referral" for i, v in enumerate(found.values) if v == NOT_REFERRED}
    table.refuse("source_kind", column, outside)
    known = [None if value in (UNSAID, NOT_REFERRED) else value for value in found.values]
    return column.spread(np.array(known, dtype=object), None)


def _note_kinds(table: Table, column: Column, values: np.ndarray) -> None:
    counts, lines = column.counts(), []
    said = ["left empty" if v in (None, UNSAID) else "left out" if v == NOT_REFERRED else str(v) for v in values]
    for kind in dict.fromkeys(said):
        cells = [i for i, name in enumerate(said) if name == kind]
        listed = ", ".join(f"'{column.texts[i][:60]}' ({counts[i]})" for i in cells[:10])
        lines.append(f"{kind}: {listed}" + (f" and {len(cells) - 10} more words" if len(cells) > 10 else ""))
    if lines:
        table.notes.append(f"Kind of source, read from '{table.match.header_of('source_kind')}': {'; '.join(lines)}.")


def statuses(table: Table, words: Mapping[str, str]) -> np.ndarray:
    """open, won or lost by row, from the words of the stage, a percentage in them, or the probability beside them."""
    result = np.full(len(table), None, dtype=object)
    spoken = [(target, column) for target in ("status", "stage") if (column := table.column(target)) is not None]
    for target, column in spoken:
        values = [_status(text, words) for text in column.texts]
        table.refuse(target, column, {i: "the record was deleted" for i, v in enumerate(values) if v == DELETED})
        read = column.spread(np.array([None if v == DELETED else v for v in values], dtype=object), None)
        # two columns may speak: what is decided counts more than what is open
        result = np.where(pd.isna(result) | ((result == "open") & ~pd.isna(read)), read, result)
    result = _by_probability(table, result)
    for target, column in spoken:
        open_cells = np.unique(column.codes[pd.isna(result) & (column.codes >= 0) & table.kept()])
        strange = tuple(int(i) for i in open_cells if clean.fold(column.texts[i]) not in clean.UNKNOWN)
        if strange:
            note = clean.strange_note(table.match.header_of(target), column, strange, "status that is known")
            table.notes.append(note)
    return result


def _status(text: str, words: Mapping[str, str]) -> str | None:
    key = clean.fold(text)
    if known := words.get(clean.fold(re.sub(r"[()\[\]]", " ", text))) or words.get(key):
        return known
    said = {"won", "lost", "not", "no"} & set(key.split())
    if len(said) == 1 and said < {"won", "lost"}:
        return said.pop()
    percent = _PERCENT.search(text)
    return _by_chance(float(percent[1].replace(",", ".")) / 100) if percent else None


def _by_probability(table: Table, status: np.ndarray) -> np.ndarray:
    """Fill what the words left open from the probability of winning: 100 % is won, 0 % lost, anything between open."""
    column = table.column("probability")
    if column is None:
        return status
    numbers = [_number(text) for text in column.texts]
    header = table.match.header_of("probability")
    hundred = "%" in header or any("%" in t for t in column.texts) or any(n is not None and n > 1 for n in numbers)
    read = [None if n is None else _by_chance(n / 100 if hundred else n) for n in numbers]
    by_row = column.spread(np.array(read, dtype=object), None)
    use = pd.isna(status) & ~pd.isna(by_row) & table.kept()
    if use.any():
        table.notes.append(f"The status of {table.row_list(use)} was read from '{header}' (100 % won, 0 % lost).")
    return np.where(pd.isna(status), by_row, status)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().rstrip("% ").replace(",", "."))
    except ValueError:
        return None


def _by_chance(share: float) -> str | None:
    if share in (0, 1):
        return "won" if share else "lost"
    return "open" if 0 < share < 1 else None


def _closings(table: Table, status: np.ndarray, read: Mapping[str, np.ndarray]) -> np.ndarray:
    """The day of closing of what is closed. The "close date" of an open deal is somebody's forecast."""
    closed = read.get("closed_on", rows.days(len(table))).copy()
    for target, outcome in (("won_on", "won"), ("lost_on", "lost")):
        if target in read:
            use = (status == outcome) & np.isnat(closed)
            closed[use] = read[target][use]
    forecast = ~np.isnat(closed) & (status != "won") & (status != "lost") & table.kept()
    if forecast.any():
        many = int(forecast.sum())
        table.notes.append(
            f"{many} closing {'date' if many == 1 else 'dates'} of rows that are neither won nor lost "
            f"{'is a forecast' if many == 1 else 'are forecasts'} and not taken ({table.row_list(forecast)})."
        )
    closed[(status != "won") & (status != "lost")] = np.datetime64("NaT")
    return closed


def prospects(table: Table) -> np.ndarray:
    """Who was referred: the contact without his address, else the company, else the record's own title."""
    result = table.texts("prospect", _without_address)
    first, last = table.texts("prospect_first", clean.clean_name), table.texts("prospect_last", clean.clean_name)
    named = np.array([clean.full_name(*pair) for pair in zip(first, last, strict=True)], dtype=object)
    for other in (
        named,
        table.texts("prospect_company", clean.clean_name),
        table.texts("prospect_title", clean.clean_name),
    ):
        result = np.where(pd.isna(result), other, result)
    return result


def _without_address(text: str) -> str | None:
    """ "Zoe Pine (zoe@example.com)" → "Zoe Pine"; of several contacts the first."""
    return clean.clean_name(_ADDRESS.sub("", text.split(";", maxsplit=1)[0]))
