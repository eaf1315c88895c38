"""The process in which a stranger's file is parsed: it limits itself first, reads, writes result.json, and is
gone.

    python -m data.readers.child FILE FOLDER MEMORY_BYTES CPU_SECONDS

Nothing here imports pandas, duckdb or streamlit: the child must start in a fraction of a second.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

from errors import FileRefusedError

TOO_MUCH_MEMORY = "This file needs more than 1 GB of memory to read, far more than its size explains."
TOO_MUCH_HINT = "Save the one sheet with the log as .csv and import that."


def main(arguments: list[str]) -> int:
    path, folder = Path(arguments[0]), Path(arguments[1])
    gc.disable()  # millions of short-lived rows and no cycles: collecting would take half of the time
    _limit(int(arguments[2]), int(arguments[3]))
    try:
        result = _read(path, folder)
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
    from data.readers.container import detect  # noqa: PLC0415  (after the limits are set)

    container = detect(path)
    result: dict[str, Any]
    if container == "csv":
        from data.readers.text_table import read_text as reader  # noqa: PLC0415

        result = reader(path, folder)
    elif container == "spreadsheetml":
        from data.readers.spreadsheetml import read_spreadsheetml  # noqa: PLC0415

        result = read_spreadsheetml(path, folder)
    elif container == "html":
        from data.readers.html_table import read_html  # noqa: PLC0415

        result = read_html(path, folder)
    else:
        from data.readers.workbook import read_workbook  # noqa: PLC0415

        result = read_workbook(path, folder, container)
    return {"container": container, **result}


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # skips the teardown of large heaps: everything that matters is on disk
