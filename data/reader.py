"""Read-only access to one version of the store."""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import csv
import io
import os
import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

import duckdb
import pandas as pd

from data.engines.duckdb import FORMAT, Connection, connect, format_of, sentences
from data.inert import FORMULA
from errors import UsageError, WorkspaceError

Params = Sequence[Any] | Mapping[str, Any]
QUERY_SECONDS = 60.0
HIDDEN = {"store_format", "implied_kinds", "filed", "months"}  # bookkeeping, not part of what the user brought
LOOK_SECONDS = 0.25  # how often it is asked whether somebody still waits for a query
_MAX_OPEN = 4
_LEFT: ContextVar[Callable[[], bool]] = ContextVar("left", default=lambda: False)
_SCRATCH = secrets.token_hex(8)  # others who share the temporary folder cannot prepare a name that they cannot guess

_open: OrderedDict[tuple[Any, ...], Connection] = OrderedDict()
_open_lock = threading.Lock()


def _connection(path: Path) -> Connection:
    """One connection per process and version file; the file's identity is in the key, as a path can be made anew."""
    stat = path.stat()
    key = (os.getpid(), str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
    with _open_lock:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
        for stale in [k for k in _open if k[:2] == key[:2]]:
            _open.pop(stale).close()  # or DuckDB would hand us the old file's instance again
        scratch = Path(tempfile.gettempdir()) / f"net-effect-{os.getpid()}-{_SCRATCH}"
        con = connect(path, scratch=scratch, read_only=True)
        if (found := format_of(con)) != FORMAT:
            con.close()
            if found < FORMAT:
                raise OlderFormatError(f"{path} was made by an earlier Net Effect: store format {found}, not {FORMAT}.")
            raise WorkspaceError(f"{path} has store format {found}, we read {FORMAT}.", "Update Net Effect to open it.")
        _open[key] = con
        while len(_open) > _MAX_OPEN:
            _open.popitem(last=False)  # not closed: a Reader may still hold it; it closes with the last of them
        return con


def release(folder: Path) -> None:
    """Close this process's connections to the versions in `folder`, so that it can be moved, unmounted or removed."""
    with _open_lock:
        for key in [k for k in _open if Path(k[1]).is_relative_to(folder.absolute())]:
            _open.pop(key).close()


def asked_while(there: Callable[[], bool]) -> None:
    """What this thread asks of the store from here on is dropped as soon as `there()` says that nobody waits for it."""
    _LEFT.set(lambda: not there())


def _stop_in_time(cursor: Connection, ended: threading.Event, gone: Callable[[], bool], seconds: float) -> None:
    """Interrupt a query that takes too long, or that nobody waits for any more."""
    until = time.monotonic() + seconds
    while not ended.wait(min(LOOK_SECONDS, max(0.0, until - time.monotonic()))):
        if gone() or time.monotonic() >= until:
            cursor.interrupt()
            return


class OlderFormatError(WorkspaceError):
    """The version was made by an earlier release and can be upgraded (data.store does)."""


class Reader:
    """A version of the store, read-only, safe to share between threads: every query has its own cursor."""

    def __init__(self, path: Path, version: int) -> None:
        self.version = version
        self._what = f"the workspace {path.parent}"
        with sentences(self._what, unchanged=False):
            self._con: Connection | None = _connection(path)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; it stays open for the process's next reader of this version."""
        self._con = None

    def _cursor(self, con: Connection, params: Params) -> Connection:
        """A cursor for one query."""
        return con.cursor()

    @contextmanager
    def _query(self, sql: str, params: Params) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.work(QUERY_SECONDS, params) as cursor:
            yield cursor.execute(sql, params)

    @contextmanager
    def work(self, seconds: float, params: Params = ()) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for several questions, with temporary tables of its own; all of them together may take so long.

        params: what they are asked with, as far as it tells where to look.
        """
        if self._con is None:
            raise ValueError("This reader is closed.")
        with sentences(self._what, unchanged=False):
            cursor = self._cursor(self._con, params)
            ended = threading.Event()
            gone = _LEFT.get()
            threading.Thread(target=_stop_in_time, args=(cursor, ended, gone, seconds), daemon=True).start()
            try:
                yield cursor
            except duckdb.InterruptException as error:
                if gone():
                    raise WorkspaceError("Whoever asked is no longer there.") from error
                raise WorkspaceError(
                    f"A question to the store took longer than {seconds:.0f} seconds.",
                    "Narrow the period or the groups.",
                ) from error
            finally:
                ended.set()
                cursor.close()

    def frame(self, sql: str, params: Params = ()) -> pd.DataFrame:
        """The answer as a DataFrame in DuckDB's own dtypes; cast at the boundary (data.queries does)."""
        with self._query(sql, params) as cursor:
            return cursor.df()

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        with self._query(sql, params) as cursor:
            return cursor.fetchall()

    def tables(self) -> list[str]:
        """Canonical tables and marts, by name."""
        found = self.rows("select table_name from information_schema.tables where table_schema = 'main' order by 1")
        return [name for (name,) in found if name not in HIDDEN]

    def columns(self, table: str) -> dict[str, str]:
        """Column → SQL type. Raises UsageError for a table that is not there."""
        if table not in self.tables():
            raise UsageError(f"There is no table {table!r}.", f"There are: {', '.join(self.tables())}.")
        found = self.rows(
            "select column_name, data_type from information_schema.columns where table_schema = 'main' "
            "and table_name = ? order by ordinal_position",
            [table],
        )
        return dict(found)

    def export_csv(self, table: str, out: Path | IO[str], groups: tuple[str, ...] | None = None) -> int:
        """Write a table as RFC 4180 CSV in UTF-8, ordered, so that the same content gives the same bytes.

        Dates are ISO, money has its decimals, null is empty, and a text that a spreadsheet would run as a formula gets
        an apostrophe before it (numbers do not). `groups` leaves out the rows of other groups, and is refused for a
        table that has no group_id. Returns the number of rows.
        """
        columns = self.columns(table)
        if groups is not None and "group_id" not in columns:
            raise UsageError(f"The table {table!r} cannot be narrowed to a group.")
        where = "" if groups is None else "where list_contains(?, group_id)"
        listed = ", ".join(_as_text(name, kind) for name, kind in columns.items())
        order = ", ".join(f'"{name}" nulls first' for name in columns)
        sql = f'select {listed} from "{table}" {where} order by {order}'
        if isinstance(out, Path):
            with out.open("w", encoding="utf-8", newline="") as file:
                return self._write(file, columns, sql, [] if groups is None else [list(groups)])
        return self._write(out, columns, sql, [] if groups is None else [list(groups)])

    def _write(self, file: IO[str], columns: Mapping[str, str], sql: str, params: Params) -> int:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        count = 0
        with self._query(sql, params) as cursor:
            while rows := cursor.fetchmany(20_000):
                writer.writerows(rows)
                count += len(rows)
        return count

    def csv(self, table: str, groups: tuple[str, ...] | None = None) -> str:
        buffer = io.StringIO(newline="")
        self.export_csv(table, buffer, groups)
        return buffer.getvalue()


def _as_text(name: str, kind: str) -> str:
    quoted = f'"{name}"'
    if kind == "VARCHAR":
        return f"case when regexp_matches({quoted}, '{FORMULA}') then '''' || {quoted} else {quoted} end"
    return f"cast({quoted} as varchar)"
