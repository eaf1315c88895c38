"""How far the data can be trusted: what was read and loaded, what was not, what is covered and what is unknown."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pandas as pd

from analysis import quality
from analysis.quality import Quality
from analysis.scope import Scope
from data import inert, layouts, readers
from data.draft import Answers
from errors import NetEffectError
from service.session import Session

_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d")  # runs nowhere, and would not load again with an apostrophe before it


def of(session: Session, scope: Scope) -> Quality:
    """Coverage and unknown fields of the scope."""
    return session.kept(("quality", scope), lambda: quality.build(session.frames(scope)))


def imports(session: Session) -> pd.DataFrame:
    """import_id, at, path, sheet, layout, rows_read, rows_loaded, rows_updated, rows_already_there, rows_rejected."""
    session.whole()
    with session.reader() as reader:
        return reader.frame(
            """select import_id, "at", path, sheet, layout, rows_read, rows_loaded, rows_updated, rows_already_there,
              rows_rejected from imports order by import_id desc"""
        )


def rejects(session: Session, import_id: int) -> pd.DataFrame:
    """row_no, column, value, reason of the rows of one import that did not load."""
    session.whole()
    with session.reader() as reader:
        return reader.frame(
            'select row_no, "column", value, reason from rejects where import_id = ? order by row_no', [import_id]
        )


def rejected_file(session: Session, import_id: int) -> bytes | None:
    """The rows that did not load under their file's own header, to be mended and imported by themselves.

    None where the original was not kept, or can no longer be read.
    """
    session.whole()
    with session.reader() as reader:
        ((sha256, sheet_name, answers),) = reader.rows(
            "select sha256, sheet, answers from imports where import_id = ?", [import_id]
        )
        rows = [
            row
            for (row,) in reader.rows(
                "select distinct row_no from rejects where import_id = ? and row_no is not null order by 1", [import_id]
            )
        ]
    original = next(iter((session.workspace.path / "originals").glob(f"{sha256}*")), None)
    if original is None or not rows:
        return None
    return session.kept(
        ("rejected rows", import_id), lambda: _under_header(session, original, sheet_name, answers, rows)
    )


def _under_header(
    session: Session, original: Path, sheet_name: str | None, answers: str | None, rows: list[int]
) -> bytes | None:
    """Those rows of an original, its header above them, as CSV."""
    try:
        raw = readers.read(original)
        sheet = next(s for s in raw.sheets if (s.name or "") == (sheet_name or ""))
        said = Answers.from_json(json.loads(answers or "{}"))
        found = layouts.find(raw, sheet, said, session.settings(), date.today(), session.learned())
    except (NetEffectError, StopIteration):
        return None
    header = found[1].header_row if found else sheet.header_row
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for number in ([header] if header else []) + rows:
        writer.writerow([_cell(cell or "") for cell in sheet.row(number)])
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> object:
    return text if _NUMBER.fullmatch(text) else inert.cell(text)
