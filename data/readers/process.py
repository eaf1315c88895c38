"""Runs the child, watches its clock, and turns whatever becomes of it into a RawFile or a sentence."""

from __future__ import annotations

import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.readers.refused import refuse
from errors import FileRefusedError

if TYPE_CHECKING:
    from data.readers.raw import RawFile

# What the first member of a workbook is called: spares the child where it is plain that this is no archive.
_WORKBOOK = b"[Content_Types].xml", b"_rels/", b"mimetype", b"docProps/", b"xl/"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What one file may cost: address space in bytes, seconds of wall clock (a start plus so much a
    megabyte).
    """

    memory: int = 1 << 30
    seconds: float = 20.0
    seconds_per_mb: float = 1.0

    def clock(self, size: int) -> float:
        return self.seconds + self.seconds_per_mb * size / 1e6


def read(path: Path, *, display_name: str | None = None, limits: Limits | None = None) -> RawFile:
    """Parse a file in a child process. Raises FileRefusedError with a sentence for whatever cannot be read."""
    from data.readers.raw import RawFile  # noqa: PLC0415  (pyarrow; the child must not pay for it here)

    path = Path(path)
    limits = limits or Limits()
    name = display_name or path.name
    try:
        size, digest = path.stat().st_size, sha256(path)
    except OSError as error:
        raise refuse(
            f"{name} cannot be opened ({error.strerror or error}).", "Check the path and its permissions."
        ) from error
    with tempfile.TemporaryDirectory(prefix="net-effect-") as folder:
        result = _run("read", path, Path(folder), limits, limits.clock(size))
        return RawFile.load(path, name, digest, result, Path(folder))


def unpack(path: Path, name: str, folder: Path, *, limits: Limits | None = None) -> list[tuple[str, Path]]:
    """The files of a ZIP archive as (display name "archive.zip/week 1.xls", path under `folder`), in its order.

    Anything else, workbooks included, comes back as [(name, path)] for `read` to judge. Hidden files and the litter of
    operating systems are left out; an archive within the archive is handed on as a file, which `read` refuses. Raises
    FileRefusedError for an archive that is damaged, protected, empty, or unpacks to more than a table needs.
    """
    path = Path(path)
    limits = limits or Limits()
    try:
        with path.open("rb") as file:
            head = file.read(64)
        if not head.startswith(b"PK") or head[30:].startswith(_WORKBOOK):
            return [(name, path)]
        size = path.stat().st_size
    except OSError:
        return [(name, path)]  # `read` says why it cannot be opened
    own = Path(tempfile.mkdtemp(prefix="archive-", dir=folder))
    members = _run("unpack", path, own, limits, limits.clock(size))["members"]
    return [(name, path)] if members is None else [(f"{name}/{inner}", own / file) for inner, file in members]


def peek(raw: RawFile) -> dict[str, Any]:
    """What was read, before any mapping, as JSON-able values: container, encoding, dialect, sheets with
    their extent.
    """
    return raw.describe()


def sha256(path: Path) -> str:
    """What a file's content is known by."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _run(task: str, path: Path, folder: Path, limits: Limits, clock: float) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "data.readers.child",
        task,
        str(path.resolve()),
        str(folder),
        str(limits.memory),
        str(math.ceil(clock) + 5),
    ]
    # One malloc arena and no thread pools: address space is what the limit counts, and arenas reserve it
    # unused.
    environment = {
        **os.environ,
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONPATH": str(_ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with (folder / "stderr").open("wb") as stderr:
        child = subprocess.Popen(  # noqa: S603  (our own interpreter and module; the path is an argument)
            command,
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=os.name == "posix",
        )
        try:
            code = child.wait(timeout=clock)
        except subprocess.TimeoutExpired:
            _kill(child)
            raise refuse(
                f"Reading this file took longer than {clock:.0f} seconds, far more than its size explains.",
                "Save the one sheet with the log as .csv and import that.",
            ) from None
        except BaseException:
            _kill(child)  # an interrupted import must not leave a reader behind
            raise
    answer = folder / "result.json"
    if code == 0 and answer.exists():
        result = json.loads(answer.read_text(encoding="utf-8"))
        if "refused" in result:
            raise FileRefusedError(result["refused"], result["hint"])
        return result
    raise _obituary(code, (folder / "stderr").read_bytes()[-4_000:].decode("utf-8", "replace"))


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started, and wait until it is gone."""
    try:
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except ProcessLookupError:
        pass
    child.wait()


def _obituary(code: int, stderr: str) -> FileRefusedError:
    """Why the child died, as the user can act on it."""
    from data.readers.child import TOO_MUCH_HINT, TOO_MUCH_MEMORY  # noqa: PLC0415

    memory = (
        "memory allocation" in stderr or "MemoryError" in stderr or "bad_alloc" in stderr or "out of memory" in stderr
    )
    if memory or code == -getattr(signal, "SIGKILL", 9):
        return refuse(TOO_MUCH_MEMORY, TOO_MUCH_HINT)
    if code < 0:
        return refuse(
            "This file is damaged: reading it crashed the reader, which runs apart for this reason.",
            "Open it in a spreadsheet program, save it as .xlsx and try again.",
        )
    last = stderr.strip().splitlines()[-1] if stderr.strip() else f"code {code}"
    return refuse(
        f"This file could not be read ({last[:200]}).",
        "Open it in a spreadsheet program, save it as .xlsx and try again.",
    )
