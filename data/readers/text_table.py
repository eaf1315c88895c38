"""CSV and its relatives: find delimiter and quoting by which reading is the most regular, then stream the
rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv as pa_csv

from data.readers.encoding import detect_encoding
from data.readers.refused import refuse
from data.readers.sink import Sink

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARS = 131_072
_ROWS_A_BATCH = 2_000  # small enough to stay in the processor's cache while it is turned into columns
_WIDEST = 200  # columns
_END = "\x00end of file\x00"
_DECLARED = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r|$)')
_RIVAL = "The columns were split at {}; {} would fit as well."
# A cell that holds one thing: nothing, an address, a number, a date, or words (with a comma only as people write it).
_PLAIN = re.compile(
    r"\s*|[\w@.+\-]+@[\w.\-]+|[^\w\s]?\s?[+\-(]?\d[\d.,' \u00a0]*%?\)?|"
    r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}.*|[^\s,;\t|\n\"][^,;\t|\n]*(?:, [^,;\t|\n]+)*"
)


def read_text(path: Path, folder: Path) -> dict[str, Any]:
    """Read a delimited text file into folder/0.arrow; returns encoding, dialect and the one sheet's shape."""
    encoding, certain = detect_encoding(path)
    try:
        return _read(path, folder, encoding, certain)
    except UnicodeError as error:
        raise refuse(
            f"The text is broken: it starts as {encoding} and does not stay so.",
            "Export it again, as UTF-8 if there is a choice.",
        ) from error


def _read(path: Path, folder: Path, encoding: str, certain: bool) -> dict[str, Any]:
    # newline="": line ends inside quotes are part of the cell
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE_CHARS)
    declared = _DECLARED.match(sample)  # Excel's own way to name the delimiter; it is no row of the table
    whole = len(sample) < _SAMPLE_CHARS
    dialect, rival = choose_dialect(sample[declared.end() :] if declared else sample, declared and declared[1], whole)
    skipped = bool(declared)
    try:
        sink = _plain_and_regular(path, folder, encoding, dialect, skipped)
        sink = sink or _stream(path, folder, encoding, dialect, skipped)
    except _OpenQuote:
        # One stray quotation mark would swallow the rest of the file: read it as plain text instead, if that
        # is regular.
        dialect = {**dialect, "quoting": csv.QUOTE_NONE}
        sink = _stream(path, folder, encoding, dialect, skipped)
        if not _regular(sample, dialect):
            raise refuse(
                "A quotation mark is opened and never closed, so the rows cannot be told apart.",
                "Export the file again, or close the quotation mark.",
            ) from None
    return {
        "encoding": encoding,
        "encoding_certain": certain,
        "dialect": {
            "delimiter": dialect["delimiter"],
            "escape": dialect["escapechar"],
            "quote": None if dialect["quoting"] == csv.QUOTE_NONE else dialect["quotechar"],
            "declared": bool(declared),
        },
        "problems": [_RIVAL.format(*map(_shown, (dialect["delimiter"], rival)))] if rival else [],
        "sheets": [sink.about("")],
    }


def _shown(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else f"'{delimiter}'"


def _plain_and_regular(
    path: Path, folder: Path, encoding: str, dialect: dict[str, Any], skip_first: bool
) -> Sink | None:
    """The quick way for UTF-8 without a quotation mark in it and with rows of one width; None if the file is
    not so.

    Without quotes there is one reading of a delimited file, so that Arrow's parser and Python's agree; it is four
    times as fast, which a log of a million rows needs. Ragged and blank rows make it fail, and the other way is taken.
    """
    if not encoding.startswith("utf-8") or dialect["escapechar"] or len(dialect["delimiter"].encode()) > 1:
        return None
    quote = dialect["quotechar"].encode()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if quote in block or b"\x00" in block:
                return None
    names = pa_csv.ReadOptions(autogenerate_column_names=True, use_threads=False, skip_rows=int(skip_first))
    parsing = pa_csv.ParseOptions(delimiter=dialect["delimiter"], quote_char=False, ignore_empty_lines=False)
    text_only = pa_csv.ConvertOptions(
        column_types={f"f{j}": pa.string() for j in range(_WIDEST)}, strings_can_be_null=False, null_values=[]
    )
    try:
        with pa_csv.open_csv(path, names, parsing, text_only) as reader:
            if len(reader.schema) > _WIDEST:
                return None
            sink = Sink(folder / "0.arrow", typed=False)
            sink.adopt(reader)
    except pa.ArrowInvalid:
        return None
    return sink


class _OpenQuote(Exception):  # noqa: N818  (a signal between two functions, not an error for the user)
    pass


def _stream(path: Path, folder: Path, encoding: str, dialect: dict[str, Any], skip_first: bool) -> Sink:
    sink = Sink(folder / "0.arrow", typed=False)
    csv.field_size_limit(1 << 20)

    def lines() -> Iterator[str]:
        with path.open(encoding=encoding, newline="") as file:
            if skip_first:
                next(file)
            yield from file
        yield _END  # lands in a record of its own, unless a quote is still open

    reader = csv.reader(lines(), **dialect)
    try:
        while rows := list(islice(reader, _ROWS_A_BATCH)):
            if rows[-1] and rows[-1][-1].endswith(_END):
                if rows[-1] != [_END]:
                    raise _OpenQuote
                rows.pop()
            if rows:
                sink.add_many(rows)
    except csv.Error as error:
        if "field larger" in str(error):
            raise _OpenQuote from error
        raise refuse(f"Line {reader.line_num} cannot be read as a row of a table ({error}).") from error
    sink.close()
    return sink


def choose_dialect(sample: str, declared: str | None = None, whole: bool = True) -> tuple[dict[str, Any], str | None]:
    """How the sample is most like a table (arguments for csv.reader), and another delimiter that would do as well."""
    fits: dict[str, float] = {}
    best: tuple[float, dict[str, Any]] | None = None
    for dialect in _candidates(sample, declared):
        delimiter = dialect["delimiter"]
        width, fit = _fit(_sample_rows(sample, dialect, whole))
        score = fit * (1 - 1 / width) if width > 1 else 0.01
        fits[delimiter] = max(fit if width > 1 else 0.0, fits.get(delimiter, 0.0))
        # at a tie the later wins: a \" that leaves the rows regular is an escaped quotation mark
        if best is None or score > best[0] + 1e-9 or (score > best[0] - 1e-9 and delimiter == best[1]["delimiter"]):
            best = (score, dialect)
    assert best is not None
    own = best[1]["delimiter"]
    rivals = [d for d, fit in fits.items() if d != own and fit > max(0.97 * fits[own], 0.1)]
    return best[1], rivals[0] if rivals else None


def _candidates(sample: str, declared: str | None) -> Iterator[dict[str, Any]]:
    escapes: list[str | None] = [None, "\\"] if '\\"' in sample else [None]
    for delimiter in [declared] if declared else DELIMITERS:
        sign = re.escape(delimiter)
        spaced = re.search(rf'{sign} +"', sample) is not None
        single = re.search(rf"(?m)(?:^|{sign})'[^'\n]*'(?:{sign}|$)", sample) is not None
        for quote in ('"', "'") if single else ('"',):
            for escape in escapes:
                for trimmed in (False, True) if spaced else (False,):
                    yield {
                        "delimiter": delimiter,
                        "quotechar": quote,
                        "doublequote": True,
                        "escapechar": escape,
                        "quoting": csv.QUOTE_MINIMAL,
                        "skipinitialspace": trimmed,
                        "strict": False,
                    }


def _sample_rows(sample: str, dialect: dict[str, Any], whole: bool) -> list[list[str]]:
    csv.field_size_limit(1 << 20)
    try:
        rows = list(csv.reader(io.StringIO(sample, newline=""), **dialect))
    except csv.Error:
        return []
    return rows if whole else rows[:-1]  # the last row of a cut sample is cut too


def _regular(sample: str, dialect: dict[str, Any]) -> bool:
    rows = [row for row in _sample_rows(sample, dialect, whole=True) if any(row)]
    widths = Counter(map(len, rows))
    width, common = widths.most_common(1)[0] if widths else (0, 0)
    return width > 1 and common >= 0.9 * len(rows)


def _fit(rows: list[list[str]]) -> tuple[int, float]:
    """The usual width of a reading, and how much it looks like a table: rows of one width, cells that hold one thing.

    The pattern × type idea of van den Burg, Nazábal, Sutton (2019), "Wrangling messy CSV files by detecting row and
    type patterns", reduced to what four delimiters need; of two that fit alike the one with more columns wins.
    """
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return 1, 0.0
    widths = Counter(map(len, rows))
    width, common = widths.most_common(1)[0]
    if width == 1:  # a short table may have more lines of notes around it than rows
        width, common = max(((w, n) for w, n in widths.items() if w > 2 and n > 2), key=lambda x: x[1], default=(1, 0))
    cells = [cell for row in rows[:200] for cell in row]
    plain = sum(_PLAIN.fullmatch(cell) is not None for cell in cells) / len(cells)
    return width, common / len(rows) * (0.2 + 0.8 * plain)
