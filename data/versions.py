"""The versions of a workspace and the pointer to one of them: plain files, no database.

CURRENT is the single source of truth and is only ever replaced whole. Its first line is the file that is current;
then one JSON line for each version of the line of history, oldest first. Versions after the current one are what redo
can reach.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from errors import WorkspaceError

POINTER = "CURRENT"
BUILDING = "building."  # what an unfinished write is called; a later one removes it
UPGRADE = "upgrade"  # the action of a version that holds what the one before it holds, in a later store format
FOUND = "Found again after the file CURRENT was lost or damaged; what it said of its versions is gone."
KEEP_LAST = 10
LOCK_SECONDS = 600.0
_NAME = re.compile(r"v(\d{6,})\.duckdb")


@dataclass(frozen=True)
class Entry:
    """One version: what made it, what it added, and the size and SHA-256 of its file, by which damage is known."""

    version: int
    at: str  # ISO 8601 with offset
    action: str  # create | import | settings | upgrade | …
    what: str
    added: dict[str, int] = field(default_factory=dict)
    actor: str = "local"
    bytes: int | None = None
    sha256: str | None = None
    pruned: bool = False


@dataclass(frozen=True)
class Line:
    """The line of history: entries oldest first, and which of them is current (None = nothing stored yet)."""

    current: int | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def place(self) -> int:
        return next(i for i, entry in enumerate(self.entries) if entry.version == self.current)

    def entry(self) -> Entry:
        return self.entries[self.place]

    def before(self) -> Entry | None:
        """Where undo goes: the nearest earlier version that was kept."""
        return next(reversed(self._steps(0, self.place)), None)

    def after(self) -> Entry | None:
        return next(iter(self._steps(self.place + 1, len(self.entries))), None)

    def _steps(self, start: int, end: int) -> list[Entry]:
        """The entries that undo and redo stop at: kept, and not merely what the next one upgraded."""
        upgraded = {
            self.entries[i].version
            for i, entry in enumerate(self.entries[1:])
            if entry.action == UPGRADE and not entry.pruned
        }
        return [e for e in self.entries[start:end] if not e.pruned and e.version not in upgraded]

    def extended(self, entry: Entry) -> Line:
        """This line with a new current version: what redo could reach is dropped, old versions are marked pruned."""
        entries = (*self.entries[: self.place + 1], entry)
        kept = _kept(entries)
        return Line(entry.version, tuple(replace(e, pruned=e.pruned or e.version not in kept) for e in entries))

    def upgraded(self, entry: Entry) -> Line:
        """This line with the current version followed by its upgrade, which is current; redo still reaches the rest."""
        here = self.place + 1
        return Line(entry.version, (*self.entries[:here], entry, *self.entries[here:]))


def _kept(entries: tuple[Entry, ...]) -> set[int]:
    """The last ten versions, and the last one of each quarter."""
    quarters: dict[tuple[int, int], int] = {}
    for entry in entries:
        at = datetime.fromisoformat(entry.at)
        if not entry.pruned:
            quarters[at.year, (at.month - 1) // 3] = entry.version
    return {e.version for e in entries[-KEEP_LAST:]} | set(quarters.values())


def file_name(version: int) -> str:
    return f"v{version:06d}.duckdb"


def number(path: Path) -> int | None:
    match = _NAME.fullmatch(path.name)
    return int(match[1]) if match else None


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stored(folder: Path) -> list[int]:
    """The numbers of the version files that are there, oldest first; every such file was written whole."""
    return sorted(n for path in folder.iterdir() if (n := number(path)) is not None) if folder.is_dir() else []


def lost(folder: Path) -> bool:
    """Whether CURRENT is gone from among versions that hold something."""
    return not (folder / POINTER).exists() and any(stored(folder))


def found_again(folder: Path, wanted: Iterable[int] | None = None) -> Line:
    """A line of history of the version files alone (those `wanted`), for a folder whose CURRENT is lost or damaged."""
    entries = []
    for version in sorted(stored(folder) if wanted is None else wanted):
        path = folder / file_name(version)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
        entries.append(Entry(version, at, "found", FOUND, bytes=path.stat().st_size, sha256=digest(path)))
    return Line(entries[-1].version, tuple(entries)) if entries else Line()


def current(folder: Path) -> int | None:
    """The current version by CURRENT's first line alone; None if there is no CURRENT."""
    try:
        with (folder / POINTER).open(encoding="utf-8") as file:
            first = file.readline().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        first = ""
    match = _NAME.fullmatch(first)
    if match is None:
        raise WorkspaceError(
            f"The file {POINTER} in {folder} is damaged.",
            "`net-effect doctor --repair` points it at the newest version that is whole.",
        )
    return int(match[1])


def read(folder: Path) -> Line:
    """The whole line of history. A CURRENT that names a file but lost its entries still opens, without its past."""
    at = current(folder)
    if at is None:
        return Line()
    entries: list[Entry] = []
    for text in (folder / POINTER).read_text(encoding="utf-8").splitlines()[1:]:
        with suppress(ValueError, TypeError):
            entries.append(Entry(**json.loads(text)))
    if all(entry.version != at for entry in entries):
        entries = [Entry(at, "1970-01-01T00:00:00+00:00", "unknown", "Made before this history begins.")]
    return Line(at, tuple(entries))


def write(folder: Path, line: Line) -> None:
    """Replace CURRENT atomically; after this returns the new pointer survives a power cut."""
    assert line.current is not None
    lines = [file_name(line.current), *(json.dumps(_compact(e), ensure_ascii=False) for e in line.entries)]
    temp = folder / f"{POINTER}.new"
    with temp.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    swap(temp, folder / POINTER)


def _compact(entry: Entry) -> dict[str, Any]:
    return {k: v for k, v in asdict(entry).items() if k == "version" or v}


def swap(temp: Path, target: Path) -> None:
    """os.replace and a sync of the folder. Windows refuses while a reader has the target open: try again."""
    for attempt in range(20):
        try:
            temp.replace(target)
            break
        except PermissionError:
            if os.name != "nt" or attempt == 19:
                raise
            time.sleep(0.05)
    sync(target.parent)


def sync(path: Path) -> None:
    """Flush a file or folder to the disk. Windows cannot sync a folder and does not need to."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fault(folder: Path, entry: Entry) -> str | None:
    """Why this version cannot be opened, as a sentence, or None."""
    path = folder / file_name(entry.version)
    if not path.is_file():
        return f"The file {path.name} of {folder} is missing."
    if entry.bytes is not None and path.stat().st_size != entry.bytes:
        return (
            f"The file {path.name} of {folder} is damaged: it has {path.stat().st_size:,} bytes, not {entry.bytes:,}."
        )
    return None


def clean(folder: Path, line: Line) -> list[str]:
    """Remove what no history mentions: half-built files, versions dropped or pruned. Only call it holding the lock.

    A file that another process still reads (Windows) stays until the next time. Returns the names removed.
    """
    wanted = {e.version for e in line.entries if not e.pruned}
    removed = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        version = number(path)
        stray = version is not None and version not in wanted
        if stray or path.name == f"{POINTER}.new" or path.name.startswith(BUILDING):
            with suppress(PermissionError):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                removed.append(path.name)
    return removed


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the workspace's lock: writers wait for each other, readers never do. A killed writer's is free."""
    lock = filelock.FileLock(folder / "LOCK", timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise WorkspaceError(
            f"Another import into {folder} has been running for {LOCK_SECONDS / 60:.0f} minutes.",
            "Wait for it to end, or stop it, and try again.",
        ) from error
    try:
        yield
    finally:
        lock.release()
