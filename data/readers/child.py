"""The process in which a stranger's file is parsed: it limits itself first, reads, writes result.json, and is
gone.

    python -m data.readers.child read|unpack FILE FOLDER MEMORY_BYTES CPU_SECONDS

Nothing here imports pandas, duckdb or streamlit: the child must start in a fraction of a second.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from data.readers.refused import refuse
from errors import FileRefusedError

_READERS = {
    "csv": ("text_table", "read_text"),
    "spreadsheetml": ("spreadsheetml", "read_spreadsheetml"),
    "html": ("html_table", "read_html"),
    "sylk": ("sylk", "read_sylk"),
    "gnumeric": ("gnumeric", "read_gnumeric"),
    "fods": ("second_ods", "read_second_ods"),
}
TOO_MUCH_MEMORY = "This file needs more than 1 GB of memory to read, far more than its size explains."
TOO_MUCH_HINT = "Save the one sheet with the log as .csv and import that."


def main(arguments: list[str]) -> int:
    task, path, folder = _TASKS[arguments[0]], Path(arguments[1]), Path(arguments[2])
    gc.disable()  # millions of short-lived rows and no cycles: collecting would take half of the time
    sys.modules["numpy"] = None  # type: ignore[assignment]  # pyarrow does without, and starts in a third of the time
    _limit(int(arguments[3]), int(arguments[4]))
    try:
        result = task(path, folder)
    except FileRefusedError as error:
        result = {"refused": error.message, "hint": error.hint}
    except MemoryError:
        result = {"refused": TOO_MUCH_MEMORY, "hint": TOO_MUCH_HINT}
    except RecursionError:
        result = {"refused": "This file is nested deeper than any table.", "hint": "Export it again."}
    except BaseException as error:  # a panic of the Rust reader derives from BaseException, so Exception misses it
        if type(error).__name__ not in ("PanicException", "ArrowMemoryError"):
            raise
        result = {
            "refused": "This workbook is damaged: the reader gave up on it.",
            "hint": "Open it in a spreadsheet program, save it as .xlsx and try again.",
        }
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    return 0


def _limit(memory: int, cpu_seconds: int) -> None:
    """Cap address space, processor time and core dumps. Windows has no such call: there only the parent's
    clock holds.
    """
    try:
        import resource  # noqa: PLC0415  (POSIX only)
    except ImportError:
        return
    for which, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(which, (soft, soft))
        except (ValueError, OSError):
            # macOS refuses RLIMIT_AS; the clock and the package checks still hold
            continue


def _read(path: Path, folder: Path) -> dict[str, Any]:
    # imported one by one, after the limits are set: the child starts with what its file needs
    from data.readers.container import detect  # noqa: PLC0415
    from data.readers.packed import unpacked  # noqa: PLC0415

    path = unpacked(path, folder)
    container = detect(path)
    result: dict[str, Any]
    if container == "zip":
        raise refuse("This is a ZIP archive, not a table.", "Unpack it and import the files in it.")
    if container in _READERS:
        module, name = _READERS[container]
        result = getattr(import_module(f"data.readers.{module}"), name)(path, folder)
    else:
        from data.readers.workbook import read_workbook  # noqa: PLC0415

        result = read_workbook(path, folder, container)
    if not any(sheet["filled"] for sheet in result["sheets"]):
        raise refuse("This file has no cells with anything in them.", "Export it again.")
    return {"container": container, **result}


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    from data.readers.archive import unpack_archive  # noqa: PLC0415  (after the limits are set)

    return unpack_archive(path, folder)


_TASKS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {"read": _read, "unpack": _unpack}

if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # skips the teardown of large heaps: everything that matters is on disk
