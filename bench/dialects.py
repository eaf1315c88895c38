"""Delimited files whose truth is known, read by us, DuckDB's sniffer, pandas and CleverCSV: one table of who is right.

    python -m bench.dialects [--public FOLDER] [--wrong]

FOLDER holds csv-spectrum, frictionless and phpspreadsheet as folders. The others are handed every file re-encoded as
UTF-8, which is more than a user could do for them; we get the bytes. A cell counts the files on which a reader is
right: about the delimiter, the quotation mark, the header row (pandas knows no file without one), the shape of the
table (rows and columns, footer left out), and every cell under the header.
"""

from __future__ import annotations

import argparse
import csv
import io
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from bench.dialect_truth import Truth, bare, invented, public
from data.readers import read

MARKS = ("delimiter", "quote", "header", "shape", "cells", "all")


@dataclass(frozen=True)
class Reading:
    """What a reader makes of a file; quote "?" where it does not say."""

    delimiter: str | None
    quote: str | None
    header_row: int | None
    rows: list[list[str]]


def ours(truth: Truth, folder: Path) -> Reading:
    path = folder / "ours.csv"
    path.write_bytes(truth.content)
    raw = read(path)
    (sheet,) = raw.sheets
    dialect = raw.dialect or {}
    rows = [[cell or "" for cell in row] for row in sheet.rows_between(sheet.first_row, sheet.last_row)]
    return Reading(dialect["delimiter"], dialect["quote"], sheet.header_row, rows)


def duckdb(truth: Truth, folder: Path) -> Reading:
    library = import_module("duckdb")

    path = _as_utf8(truth, folder)
    found = library.execute(
        'select "Delimiter", "Quote", "SkipRows", "HasHeader" from sniff_csv(?)', [str(path)]
    ).fetchone()
    assert found
    delimiter, quote, skipped, has_header = found
    rows = library.execute("select * from read_csv(?, all_varchar = true)", [str(path)]).fetchall()
    return Reading(delimiter, quote.strip("\x00") or None, skipped + 1 if has_header else None, [list(r) for r in rows])


def pandas(truth: Truth, folder: Path) -> Reading:
    library = import_module("pandas")

    path = _as_utf8(truth, folder)
    first = next((line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()), "")
    frame = library.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
    try:
        sniffed = csv.Sniffer().sniff(first)  # what pandas asks, too
        delimiter, quote = sniffed.delimiter, sniffed.quotechar
    except csv.Error:
        delimiter, quote = None, "?"
    if not isinstance(frame.index, library.RangeIndex):
        frame = frame.reset_index()
    return Reading(delimiter, quote, 1, frame.fillna("").astype(str).to_numpy().tolist())


def clevercsv(truth: Truth, folder: Path) -> Reading:
    library = import_module("clevercsv")

    text = _as_utf8(truth, folder).read_bytes().decode("utf-8")
    dialect = library.Sniffer().sniff(text)
    rows = list(library.reader(io.StringIO(text, newline=""), dialect))
    header = 1 if library.Sniffer().has_header(text) else None
    return Reading(dialect.delimiter or None, dialect.quotechar or None, header, rows[header or 0 :])


READERS: dict[str, Callable[[Truth, Path], Reading]] = {
    "Net Effect": ours,
    "DuckDB": duckdb,
    "pandas": pandas,
    "CleverCSV": clevercsv,
}


def _as_utf8(truth: Truth, folder: Path) -> Path:
    path = folder / "file.csv"
    path.write_bytes(truth.content.decode(truth.encoding).encode("utf-8"))
    return path


def judge(truth: Truth, reading: Reading) -> dict[str, bool]:
    """Which of MARKS a reading gets right. Whether quotes are in use shows in the cells where a file has none."""
    rows, right = bare(reading.rows), bare(truth.rows)
    marks = {
        "delimiter": truth.delimiter is None or reading.delimiter == truth.delimiter,
        "quote": truth.quote is None or reading.quote == truth.quote,
        "header": reading.header_row == truth.header_row,
        "shape": (len(rows), max(map(len, rows), default=0)) == (len(right), max(map(len, right), default=0)),
        "cells": rows == right,
    }
    return {**marks, "all": all(marks.values())}


def measure(name: str, truths: list[Truth], folder: Path) -> list[dict[str, bool]] | str:
    """The marks of one reader on each file, or why it could not be asked."""
    results = []
    for truth in truths:
        try:
            results.append(judge(truth, READERS[name](truth, folder)))
        except ModuleNotFoundError:
            return "not installed"
        except Exception:  # noqa: BLE001  (their refusals come in many types)
            results.append(dict.fromkeys(MARKS, False))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--public", type=Path, help="the folder with the public files")
    parser.add_argument("--wrong", action="store_true", help="also name the files on which we are wrong")
    chosen = parser.parse_args()
    truths = invented() + (public(chosen.public) if chosen.public else [])
    warnings.simplefilter("ignore")
    print(f"{'of ' + str(len(truths)) + ' files':14}" + "".join(f"{mark:>11}" for mark in MARKS))
    with tempfile.TemporaryDirectory() as name:
        for reader in READERS:
            marks = measure(reader, truths, Path(name))
            if isinstance(marks, str):
                print(f"{reader:14}{marks:>11}")
                continue
            right = Counter(mark for result in marks for mark, good in result.items() if good)
            print(f"{reader:14}" + "".join(f"{right[mark]:>11}" for mark in MARKS))
            if chosen.wrong and reader == "Net Effect":
                for truth, result in zip(truths, marks, strict=True):
                    if not result["all"]:
                        print(f"    {truth.name}: " + ", ".join(m for m, good in result.items() if not good))


if __name__ == "__main__":
    main()
