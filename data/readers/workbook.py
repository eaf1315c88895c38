"""xlsx, xls, xlsb and ods by python-calamine, cell types kept: a date cell is a date, whatever its country
writes.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import python_calamine as calamine

from data.readers.container import PROTECTED, PROTECTED_HINT
from data.readers.package import check_package
from data.readers.refused import refuse
from data.readers.sink import BOOL, DATE, NUMBER, TEXT, Sink
from errors import FileRefusedError

DAMAGED = "This workbook is damaged or of a kind that cannot be read."
DAMAGED_HINT = "Open it in a spreadsheet program, save it as .xlsx and try again."
_MENDED = "This workbook is damaged or of an unusual kind: compare the number of rows with what the file shows."


def read_workbook(path: Path, folder: Path, container: str) -> dict[str, Any]:
    """Read every worksheet into folder/N.arrow. Sheets of charts and macros have no cells and are left out."""
    if container != "xls":
        check_package(path)
    try:
        return _by_calamine(path, folder, container)
    except FileRefusedError as refusal:
        if refusal.message == PROTECTED:
            raise
        result = _second_opinion(path, folder, container)
        if result is None:
            raise
        return {**result, "problems": [_MENDED]}


def _second_opinion(path: Path, folder: Path, container: str) -> dict[str, Any] | None:
    """The workbook as a more patient reader sees it; None if that one fails too."""
    try:
        if container == "xlsx":
            from data.readers.second_xlsx import read_second_xlsx as read  # noqa: PLC0415  (rare; the child starts light)
        elif container == "ods":
            from data.readers.second_ods import read_second_ods as read  # noqa: PLC0415
        elif container == "xls":
            from data.readers.second_xls import read_second_xls as read  # noqa: PLC0415
        else:
            return None
        return read(path, folder)
    except (ExpatError, zipfile.BadZipFile, ValueError, KeyError, IndexError, OverflowError):
        return None


def _by_calamine(path: Path, folder: Path, container: str) -> dict[str, Any]:
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(_named(path, folder, container)))
    except calamine.PasswordError as error:
        raise refuse(PROTECTED, PROTECTED_HINT) from error
    except (calamine.CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower():
            raise refuse(PROTECTED, PROTECTED_HINT) from error
        raise refuse(DAMAGED, DAMAGED_HINT) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the Rust reader: not an Exception, and of no public type
            raise
        raise refuse(DAMAGED, DAMAGED_HINT) from error
    sheets: list[dict[str, Any]] = []
    problems: list[str] = []
    for meta in workbook.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sink = _read_sheet(workbook, meta.name, folder / f"{len(sheets)}.arrow")
        except (calamine.CalamineError, ValueError, OSError) as error:
            problems.append(f"Sheet '{meta.name}' is damaged and was left out ({_brief(error)}).")
            continue
        sheets.append(sink.about(meta.name, hidden=meta.visible != calamine.SheetVisibleEnum.Visible))
    if not sheets:
        raise refuse(DAMAGED if problems else "This workbook has no sheet with cells.", DAMAGED_HINT)
    return {"sheets": sheets, "problems": problems, "date_system": _date_system(path, container)}


def _named(path: Path, folder: Path, container: str) -> Path:
    """The file under the ending of what it is: calamine chooses its parser by the ending."""
    if path.suffix.lower() == f".{container}":
        return path
    copy = folder / f"copy.{container}"
    shutil.copyfile(path, copy)
    return copy


def _read_sheet(workbook: calamine.CalamineWorkbook, name: str, path: Path) -> Sink:
    sheet = workbook.get_sheet_by_name(name)
    sink = Sink(path, typed=True)
    indent = sheet.start[1] if sheet.start else 0  # calamine keeps the empty rows above the cells, not the columns
    blank: list[Any] = [None] * indent
    for row in sheet.iter_rows():
        sink.add(*_typed(row, blank))
    sink.close()
    return sink


def _typed(row: Sequence[Any], blank: list[Any]) -> tuple[list[Any], list[int]]:
    texts, kinds = blank.copy(), [0] * len(blank)
    for value in row:
        text, kind = to_text(value)
        texts.append(text)
        kinds.append(kind)
    return texts, kinds


def to_text(value: Any) -> tuple[str | None, int]:
    """A cell as text and the code of its type. Numbers keep every digit; dates are ISO."""
    if value is None or value == "":
        return None, 0
    match value:
        case str():
            result = (_narrowed(value) if "\x00" in value else value), TEXT
        case bool():  # before int: a bool is one
            result = ("TRUE" if value else "FALSE"), BOOL
        case float():
            whole = value.is_integer() and abs(value) < 1e15
            result = (str(int(value)) if whole else repr(value)), NUMBER
        case int():
            result = str(value), NUMBER
        case dt.datetime():  # before date: a datetime is one
            midnight = value.time() == dt.time()
            result = (value.date().isoformat() if midnight else value.isoformat(" ")), DATE
        case dt.date():
            result = value.isoformat(), DATE
        case _:
            result = str(value), TEXT  # times of day and durations
    return result


def _narrowed(text: str) -> str:
    """Some old files flag their two-byte text as one-byte: calamine then reads "A\\0d\\0a\\0" for "Ada"."""
    try:
        return text.encode("latin-1").decode("utf-16-le").rstrip("\x00")
    except UnicodeError:
        return text.replace("\x00", "")


def _date_system(path: Path, container: str) -> int:
    """1904 if the workbook counts its days from there. calamine converts date cells itself; this is for bare
    numbers.
    """
    try:
        if container == "xls":
            from data.readers.second_xls import counts_from_1904  # noqa: PLC0415  (only where it is needed)

            return 1904 if counts_from_1904(path) else 1900
        if container not in ("xlsx", "xlsb"):
            return 1900
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.bin" in archive.namelist():
                return 1904 if _flag_of_1904(archive.read("xl/workbook.bin")[:200_000]) else 1900
            text = archive.read("xl/workbook.xml")[:200_000]
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, FileRefusedError):
        return 1900
    return 1904 if re.search(rb'date1904\s*=\s*"(1|true)"', text) else 1900


_WORKBOOK_PROPERTIES = 153  # the record of a binary workbook whose lowest bit is the date system


def _flag_of_1904(records: bytes) -> bool:
    """Whether a binary workbook's properties say 1904. A record: number and length as varints, then its bytes."""
    place = 0
    while place < len(records):
        number, place = _varint(records, place, 2)
        length, place = _varint(records, place, 4)
        if number == _WORKBOOK_PROPERTIES:
            return bool(records[place : place + 1] and records[place] & 1)
        place += length
    return False


def _varint(records: bytes, place: int, most: int) -> tuple[int, int]:
    """Seven bits a byte, the lowest first, as long as the highest bit is set. Returns (value, next place)."""
    value = 0
    for shift in range(most):
        byte = records[place + shift] if place + shift < len(records) else 0
        value |= (byte & 0x7F) << (7 * shift)
        if not byte & 0x80:
            return value, place + shift + 1
    return value, place + most


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
