"""Small invented exports in the layouts of BNI Connect, written as it writes them: SpreadsheetML, bold included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
from file_builders import TODAY

from data.draft import STAGING, Answers, Draft
from data.layouts import recognise
from data.readers import read

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\r<?mso-application progid="Excel.Sheet"?>\r'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="20"/>'
    '<Style ss:ID="21"><Font ss:Bold="1"/></Style></Styles><Worksheet ss:Name="Report"><ss:Table>'
)
SLIPS = ["From", "To", "Slip Type", "Inside/Outside", "TYFCB Amount", "CEU Credits", "Detail"]
PALMS = ["First Name", "Last Name", *"PALMS", "RGI", "RGO", "RRI", "RRO", "V", "1-2-1", "TYFCB", "CEU", "T"]


def bold(text: str) -> tuple[str]:
    """A cell in bold type."""
    return (text,)


def write_report(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A native report: text cells, tuples in bold, numbers as numbers, None as the gap that a merged cell leaves."""
    lines = []
    for row in rows:
        cells = []
        for place, value in enumerate(row, start=1):
            if value is None:
                continue
            style = "21" if isinstance(value, tuple) else "20"
            text = value[0] if isinstance(value, tuple) else value
            kind = "Number" if isinstance(value, int | float) else "String"
            data = f'<Data ss:Type="{kind}">{escape(str(text))}</Data>' if text != "" else '<Data ss:Type="String"/>'
            cells.append(f'<Cell ss:Index="{place}" ss:StyleID="{style}">{data}</Cell>')
        lines.append(f"<Row>{''.join(cells)}</Row>")
    path.write_text(_HEAD + "\r".join(lines) + "</ss:Table></Worksheet></Workbook>", encoding="utf-8", newline="")
    return path


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def one(path: Path, settings: dict[str, str] | None = None, **answers: str) -> Draft:
    """The one draft of a file, its frames as the store expects them."""
    (found,) = recognise(read(path), Answers(**answers), settings or {}, today=TODAY)
    for table, frame in found.frames.items():
        assert dict(frame.dtypes.astype(str)) == STAGING[table]
    return found


def slips(folder: Path, *rows: Sequence[object], title: str | None = None, name: str = "audit.xls",
          settings: dict[str, str] | None = None, **answers: str) -> Draft:  # fmt: skip
    """The draft of a Slips Audit with these rows; period and currency are answered unless the rule is about them."""
    banner = [[title], []] if title else []
    given = {"currency": "EUR", **({} if title else {"period": "2026-06-03"}), **answers}
    path = write_report(folder / name, [*banner, SLIPS, *([*row, *[""] * (7 - len(row))] for row in rows)])
    return one(path, settings, **{key: value for key, value in given.items() if value})


def records(draft: Draft, table: str) -> list[dict[str, object]]:
    """The rows of a frame without their empty cells and row numbers, days as ISO text."""
    return [
        {k: v.date().isoformat() if isinstance(v, pd.Timestamp) else v for k, v in row.items()
         if k != "row_no" and not pd.isna(v)}
        for row in draft.frames[table].to_dict("records")
    ]  # fmt: skip


def counts(draft: Draft) -> dict[str, int]:
    return {table: len(frame) for table, frame in draft.frames.items()}
