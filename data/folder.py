"""A marts folder opened as a workspace: read-only, from shared storage, by any number of processes at once.

Its tables are views of Parquet files. A question about some groups is asked of their parts' files alone.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from data import building
from data.building import Edition, Units
from data.canonical import WHOLE
from data.engines.duckdb import FORMAT as STORE
from data.engines.duckdb import NAME_KEY, Connection, sentences
from data.engines.parquet import quoted, selection
from data.health import Finding
from data.reader import Params, Reader
from data.store import HistoryEntry, Workspace
from data.versions import Line
from errors import WorkspaceError

_MOST_OPEN = 2
_open: OrderedDict[tuple[int, str, int], _Opened] = OrderedDict()
_lock = threading.Lock()


class Folder(Workspace):
    """The workspace that a marts folder is. What would change it is a WorkspaceError."""

    @property
    def exists(self) -> bool:
        return building.is_marts_folder(self.path)

    @property
    def version(self) -> int | None:
        with sentences(self._what, unchanged=False):
            return building.current(self.path)

    def reader(self) -> Reader:
        return FolderReader(self.path, self._there())

    def history(self) -> list[HistoryEntry]:
        edition = building.read(self.path, self._there())
        what = f"Marts built with {edition.engine}, from edition {edition.edition} of the canonical tables."
        at = datetime.fromisoformat(edition.at)
        return [HistoryEntry(edition.version, at, "marts", what, {}, current=True, kept=True, actor="")]

    def doctor(self) -> list[Finding]:
        """Whether every file of the version is there."""
        edition = building.read(self.path, self._there())
        gone = [file for file in _all_files(self.path, edition) if not file.is_file()]
        if gone:
            return [Finding("error", f"{len(gone):,} files are missing, {gone[0]} for one. Build the marts again.")]
        rows = sum(unit.rows for unit in edition.tables["referrals"].values())
        return [Finding("ok", f"Version {edition.version} is whole and holds {rows:,} referrals.")]

    def repair(self) -> list[str]:
        return []

    def _there(self) -> int:
        if (version := self.version) is None:
            raise WorkspaceError(f"There are no marts in {self.path} yet.", "Build them with `net-effect marts`.")
        return version

    def _refuse(self) -> NoReturn:
        raise WorkspaceError(f"{self.path} holds marts: it is read, not changed.", "Change the log it is made of.")

    def _change(self, action: str, actor: str, work: Callable[[Connection], Any]) -> NoReturn:
        self._refuse()

    def _step(self, way: Callable[[Line], Any], none: str) -> NoReturn:
        self._refuse()


class FolderReader(Reader):
    """A version of a marts folder; see Reader."""

    def __init__(self, folder: Path, version: int) -> None:
        self.version = version
        self._what = f"the marts folder {folder}"
        with sentences(self._what, unchanged=False):
            self._opened: _Opened = _opened(folder, version)
            self._con = self._opened.con

    def _cursor(self, con: Connection, params: Params) -> Connection:
        """A cursor that sees the parts of the groups that the question is about: the other files are not opened."""
        cursor = con.cursor()
        groups = params.get("groups") if isinstance(params, Mapping) else None
        if groups is not None:
            cursor.execute(f"set schema = '{self._opened.sight(groups)}'")
        return cursor


class _Opened:
    """One connection a version: the schema `main` has all parts, further schemas those of some groups."""

    def __init__(self, folder: Path, edition: Edition) -> None:
        self._folder = folder
        self._edition = edition
        self._sights: dict[frozenset[str], str] = {}  # as many as there are sets of parts that somebody may see
        self._lock = threading.Lock()
        scratch = Path(tempfile.gettempdir()) / f"net-effect-{os.getpid()}-{secrets.token_hex(8)}"
        self.con = duckdb.connect(config={
            "memory_limit": os.environ.get("NET_EFFECT_MEMORY_LIMIT", "2GB"), "temp_directory": str(scratch),
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
            "python_enable_replacements": False,
        })  # fmt: skip
        self.con.execute("set enable_progress_bar = false")
        places = ", ".join(quoted(str(place)) for place in (folder, edition.source, scratch))
        self.con.execute(f"set allowed_directories = [{places}]")
        self.con.execute("set enable_external_access = false")
        self.con.execute("set lock_configuration = true")
        self.con.execute(NAME_KEY)
        self._views("main", None)

    def sight(self, groups: Iterable[str]) -> str:
        """The schema whose views hold the parts of these groups."""
        parts = frozenset(self._edition.parts[one] for one in groups if one in self._edition.parts)
        with self._lock:
            if parts not in self._sights:
                name = f"sight_{len(self._sights)}"
                self.con.execute(f"create schema if not exists {name}")
                self._views(name, parts)
                self._sights[parts] = name
            return self._sights[parts]

    def _views(self, schema: str, parts: frozenset[str] | None) -> None:
        for root, tables in ((self._edition.source, self._edition.tables), (self._folder, self._edition.marts)):
            for table, units in tables.items():
                if parts is not None and table in WHOLE:
                    self.con.execute(f"create or replace view {schema}.{table} as from main.{table}")
                    continue
                rows = selection(table, _files(root, units, parts))
                self.con.execute(f"create or replace view {schema}.{table} as {rows}")


def _files(root: Path, units: Units, parts: frozenset[str] | None) -> list[Path]:
    return [root / file for unit in units.values() if parts is None or unit.part in parts for file in unit.files]


def _all_files(folder: Path, edition: Edition) -> list[Path]:
    tables = ((edition.source, edition.tables), (folder, edition.marts))
    return [file for root, named in tables for units in named.values() for file in _files(root, units, None)]


def _opened(folder: Path, version: int) -> _Opened:
    key = (os.getpid(), str(folder), version)
    with _lock:
        if key not in _open:
            edition = building.read(folder, version)
            if edition.store != STORE:
                raise WorkspaceError(
                    f"{folder} was built by another release: store format {edition.store}, not {STORE}.",
                    "Write the canonical tables and build the marts again.",
                )
            _open[key] = _Opened(folder, edition)
            while len(_open) > _MOST_OPEN:
                _open.popitem(last=False)  # not closed: a reader may still hold it
        _open.move_to_end(key)
        return _open[key]
