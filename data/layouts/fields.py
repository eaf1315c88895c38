"""The columns of one matched table, cleaned: values by row, rejects, notes and questions gather here."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data import clean
from data.date_order import choose_orders, unreadable_reason
from data.dates import DateScan, scan_dates
from data.draft import Answers, Draft, Frames, Question, Reject
from data.layouts.matching import Match
from data.readers.extent import any_filled
from data.readers.raw import Column, RawFile, Sheet

MANY = 2_000  # above this, rejected rows are fetched in one pass over the sheet


@dataclass
class Context:
    """What a layout needs to know besides the table."""

    raw: RawFile
    sheet: Sheet
    answers: Answers
    settings: Mapping[str, str]
    today: dt.date
    header_row: int

    def has_data(self, index: int) -> bool:
        """Whether their column holds anything under its header; true of every column where nothing is under
        it.
        """
        first, last = self.sheet.first_row, self.sheet.last_row
        return last < first or any_filled(self.sheet, index, first, last)


@dataclass
class Table:
    """One matched table while it is cleaned. `rows`: row numbers of its data; `refused`: index → (column,
    value, reason).
    """

    context: Context
    match: Match
    rows: np.ndarray
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    refused: dict[int, tuple[str | None, str | None, str]] = field(default_factory=dict)
    _columns: dict[str, Column] = field(default_factory=dict)

    @classmethod
    def open(cls, context: Context, match: Match) -> Table:
        """Pick the data rows: not blank, and not the header once more (as when two exports were pasted
        together).
        """
        sheet = context.sheet
        filled = sheet.filled()
        rows = np.flatnonzero(filled) + 1
        rows = rows[(rows >= sheet.first_row) & (rows <= sheet.last_row)]
        table = cls(context, match, rows)
        table._drop_repeated_headers()
        table._note_what_is_left_out(np.flatnonzero(filled) + 1)
        return table

    def _note_what_is_left_out(self, filled: np.ndarray) -> None:
        sheet, context, used = self.context.sheet, self.context, set(self.match.columns.values())
        others = [
            i for i in range(sheet.width) if i not in used and context.has_data(i) and sheet.last_row >= sheet.first_row
        ]
        if others:
            names = ", ".join(
                f"'{self.match.headers[i]}'" if self.match.headers[i] else f"the one without a header at place {i + 1}"
                for i in others
            )
            self.notes.append(f"{'This column was' if len(others) == 1 else 'These columns were'} left out: {names}.")
        under = filled[filled > sheet.last_row]
        if len(under):
            text = next(t for t in sheet.row(int(under[0])) if t and t.strip())
            what = "1 row under the table was" if len(under) == 1 else f"{len(under)} rows under the table were"
            self.notes.append(f"{what} left out (row {under[0]}: '{text.strip()[:60]}').")

    def _drop_repeated_headers(self) -> None:
        same = np.ones(len(self.rows), dtype=bool)
        header = self.context.sheet.row(self.context.header_row)
        for target, index in self.match.columns.items():
            column = self.column(target)
            hit = (
                pc.indices_nonzero(
                    pc.equal(pc.utf8_trim_whitespace(column.cells), (header[index] or "").strip())
                ).to_numpy()
                if column
                else []
            )
            same &= np.isin(column.codes, hit) if column and len(hit) else False
            if not same.any():
                return
        if same.any() and self.match.columns:
            self._columns.clear()
            self.notes.append(
                f"The header is repeated in row {int(self.rows[same][0])}"
                f"{' and others' if same.sum() > 1 else ''}; skipped."
            )
            self.rows = self.rows[~same]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, target: str) -> Column | None:
        """The column matched to `target`, each distinct cell once; None if they have none."""
        if target not in self.match.columns:
            return None
        if target not in self._columns:
            self._columns[target] = self.context.sheet.column(self.match.columns[target], self.rows)
        return self._columns[target]

    def ask(self, question: Question) -> None:
        self.questions.append(question)

    def refuse(self, target: str, column: Column, reasons: Mapping[int, str]) -> None:
        """Reject the rows that hold these distinct cells; the first reason of a row stands."""
        if not reasons:
            return
        header = self.match.header_of(target)
        for i in np.flatnonzero(np.isin(column.codes, list(reasons))):
            code = int(column.codes[i])
            self.refused.setdefault(int(i), (header, column.texts[code], reasons[code]))

    def refuse_rows(self, mask: np.ndarray, reason: str, target: str | None = None) -> None:
        """Reject the rows under `mask` for a reason that is not about one cell, or is about `target`'s."""
        column = self.column(target) if target else None
        for i in np.flatnonzero(mask):
            value = column.texts[column.codes[i]] if column is not None and column.codes[i] >= 0 else None
            self.refused.setdefault(
                int(i),
                (self.match.header_of(target) if target and column is not None else None, value, reason),
            )

    def texts(self, target: str, cleaner: Callable[[str], str | None] = str.strip) -> np.ndarray:
        """Text by row (object, None where empty)."""
        return objects(self.text(target, cleaner))

    def text(self, target: str, cleaner: Callable[[str], str | None] = str.strip) -> pa.Array:
        """Text by row, null where empty."""
        if target not in self.match.columns:
            return nothing(self)
        if cleaner is str.strip:
            return self.context.sheet.stripped(self.match.columns[target], self.rows)
        column = self.column(target)
        assert column is not None
        return column.laid(pa.array(map(cleaner, column.texts), pa.string()))

    def words(self, target: str, table: Mapping[str, str], meaning: str) -> np.ndarray:
        """`word` with a Python object a row."""
        return objects(self.word(target, table, meaning))

    def word(self, target: str, table: Mapping[str, str], meaning: str) -> pa.Array:
        """Words of a fixed list by row; words that are not on it are noted and left empty."""
        column = self.column(target)
        if column is None:
            return nothing(self)
        found = clean.look_up(column, table)
        if found.strange:
            self.notes.append(clean.strange_note(self.match.header_of(target), column, found.strange, meaning))
        return column.laid(pa.array(found.values, pa.string()))

    def dates(self, *targets: str) -> dict[str, np.ndarray]:
        """Days by row (datetime64[us]) of several date columns, their order decided together; unreadable
        ones reject.
        """
        scans: dict[str, DateScan] = {}
        for target in targets:
            column = self.column(target)
            if column is not None:
                scans[target] = scan_dates(column, self.context.today, self.context.raw.date_system)
        headers = {self.match.header_of(t): t for t in scans}
        choice = choose_orders(
            {h: scans[t] for h, t in headers.items()},
            self.context.answers.date_order,
            self.context.settings.get("date_order"),
        )
        self.notes.extend(choice.notes)
        if choice.question:
            self.ask(Question("date_order", choice.question, choice.choices, f"--date-order {choice.choices[0]}"))
        result = {}
        for header, target in headers.items():
            scan = scans[target]
            order = choice.orders.get(header)
            waiting = bool(choice.question) and order is None and bool(scan.triples)
            days, bad = scan.resolve(order)
            if waiting:
                bad, days[list(scan.triples)] = list(scan.unreadable), np.datetime64("NaT")
            if scan.serials:
                self.notes.append(
                    f"{scan.serials} {'value' if scan.serials == 1 else 'values'} of '{header}' "
                    f"{'is a bare number' if scan.serials == 1 else 'are bare numbers'}, read as a "
                    "spreadsheet's "
                    f"day numbers ({self.context.raw.date_system} system)."
                )
            reason = unreadable_reason(order if scan.triples else None)
            self.refuse(target, scan.column, {i: f"'{scan.column.texts[i]}' is {reason}" for i in bad})
            result[target] = scan.column.spread(days, np.datetime64("NaT"))
        return result

    def waiting_for(self, target: str) -> bool:
        """True when the column cannot be judged yet because a date question is open."""
        return target in self.match.columns and any(q.id == "date_order" for q in self.questions)

    def draft(
        self, layout: str, frames: Mapping[str, pd.DataFrame | pa.Table], names: Mapping[str, str] | None = None
    ) -> Draft:
        """The draft of this table. `names`: what a layout's own names of columns are called in public."""
        context, public = self.context, names or {}
        answers = self._with_remembered_group()
        return Draft(
            name=context.raw.name,
            sheet=context.sheet.name,
            sha256=context.raw.sha256,
            container=context.raw.container,
            layout=layout,
            rows_read=len(self),
            frames=Frames(frames),
            rejects=self.rejects(),
            questions=self.questions,
            notes=self.notes,
            mapping={self.match.headers[i]: public.get(t, t) for t, i in self.match.columns.items()},
            answers=answers,
            original=context.raw.path,
        )

    def _with_remembered_group(self) -> Answers:
        answers, group = self.context.answers, self.context.settings.get("group")
        if answers.group or not group or "group" in self.match.columns:
            return answers
        self.notes.append(f"The file does not name its group; taken as {group}, as this workspace remembers.")
        return replace(answers, group=group)

    def rejects(self) -> list[Reject]:
        """The refused rows, in order, each with its whole row as one CSV record."""
        sheet = self.context.sheet
        numbers = [int(self.rows[i]) for i in sorted(self.refused)]
        if len(numbers) > MANY:
            wanted = set(numbers)
            records = {
                no: _record(row) for no, row in enumerate(sheet.rows_between(1, sheet.height), start=1) if no in wanted
            }
        else:
            records = {no: _record(sheet.row(no)) for no in numbers}
        return [
            Reject(int(self.rows[i]), *self.refused[i], raw=records[int(self.rows[i])]) for i in sorted(self.refused)
        ]

    def kept(self) -> np.ndarray:
        """Mask of the rows that load."""
        mask = np.ones(len(self), dtype=bool)
        mask[list(self.refused)] = False
        return mask

    def row_list(self, mask: np.ndarray) -> str:
        """'rows 3, 8 and 12' of the rows under `mask`, shortened after ten."""
        numbers = [str(n) for n in self.rows[mask][:10]]
        more = int(mask.sum()) - len(numbers)
        text = numbers[0] if len(numbers) == 1 else ", ".join(numbers[:-1]) + f" and {numbers[-1]}"
        return f"{'row' if mask.sum() == 1 else 'rows'} {text}" + (f" and {more} more" if more else "")


def _record(row: list[str | None]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([cell or "" for cell in row])
    return out.getvalue()


def nothing(table: Table) -> pa.Array:
    """A column of text without any."""
    return pa.nulls(len(table), pa.string())


def objects(values: pa.Array) -> np.ndarray:
    """A Python object a row, None where there is none: for layouts that work by row."""
    result = np.empty(len(values), dtype=object)
    result[:] = values.to_pylist()
    return result


def is_date_column(column: Column, today: dt.date) -> bool:
    """Whether most distinct cells are dates: how a header like "Closed" is told from a yes/no."""
    scan = scan_dates(column, today)
    return bool(column.texts) and len(scan.unreadable) < 0.5 * len(column.texts)
