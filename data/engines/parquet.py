"""DuckDB on Parquet: builds marts from files of canonical rows, some parts at a time, so that memory stays bounded."""

# ruff: noqa: S608 every name put into a statement is ours

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from data.engines.duckdb import Connection, create_schema, mart_sql

BATCH_ROWS = 4_000_000  # input rows of a mart that are worked on at once
PART, MONTH = "part", "in_month"  # what an engine's output is partitioned by
# Marts whose rows come from one month's referrals alone → the column that says which. All others are built by part.
MONTHLY = {"recv_cube": "given_on", "src_cube": "given_on", "pair_cube": "given_on", "group_month_value": "month"}
_CALENDAR = """select cast(day as date) as month, cast(day + interval 1 month as date) as next_month
  from (select unnest(generate_series(date_trunc('month', min("from")), max("to"), interval 1 month)) as day
    from coverage)"""


@dataclass(frozen=True)
class Work:
    """One mart to build. inputs: table → part → its files (the tables `months` and `parts` have one part, "")."""

    mart: str
    inputs: Mapping[str, Mapping[str, Sequence[Path]]]
    rows: Mapping[str, int]  # part → input rows
    out: Path  # where part=…/[in_month=…/]*.parquet go


@cache
def shapes() -> dict[str, dict[str, str]]:
    """Canonical tables, `months`, `parts` and the marts: column → DuckDB's type."""
    with duckdb.connect() as con:
        create_schema(con)
        con.execute("create table parts (group_id varchar, part varchar)")
        found = con.execute("""select table_name, column_name, data_type from information_schema.columns
          where table_schema = 'main' order by table_name, ordinal_position""").fetchall()
    shaped: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        shaped.setdefault(table, {})[column] = kind
    return shaped


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def selection(table: str, files: Sequence[Path]) -> str:
    """A SELECT of a table's columns, in its types, from these files; of no rows where there are none."""
    columns = shapes()[table].items()
    if not files:
        return "select " + ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns) + " where false"
    listed = ", ".join(quoted(str(file)) for file in files)
    cast = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns)
    return f"select {cast} from read_parquet([{listed}], hive_partitioning = false)"


@contextmanager
def scratch_connection(folder: Path) -> Iterator[Connection]:
    """A connection in memory that spills into `folder`, and reads and writes what its caller names."""
    scratch = folder / "building.scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={
        "memory_limit": os.environ.get("NET_EFFECT_MEMORY_LIMIT", "2GB"), "temp_directory": str(scratch),
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "python_enable_replacements": False, "preserve_insertion_order": False,
    })  # fmt: skip
    try:
        con.execute("set enable_progress_bar = false")
        yield con
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)


def prepare(folder: Path, coverage: Sequence[Path], parts: Mapping[str, str]) -> dict[str, Path]:
    """Write what every mart may need beside the canonical tables: the calendar, and each group's part."""
    folder.mkdir(parents=True, exist_ok=True)
    places = {table: folder / f"{table}.parquet" for table in ("months", "parts")}
    with scratch_connection(folder) as con:
        con.execute(f"create temp view coverage as {selection('coverage', coverage)}")
        con.execute(f"copy ({_CALENDAR}) to {quoted(str(places['months']))} (format parquet)")
        con.execute(
            """create temp table parts as
          select unnest(cast($1 as varchar[])) as group_id, unnest(cast($2 as varchar[])) as part""",
            [list(parts), list(parts.values())],
        )
        con.execute(f"copy parts to {quoted(str(places['parts']))} (format parquet)")
    return places


class Embedded:
    """The engine that needs nothing: DuckDB in this process."""

    name = "duckdb"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Embedded:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def build(self, work: Work) -> None:
        """Write the mart's rows under work.out."""
        with scratch_connection(self._folder) as con:
            for i, parts in enumerate(_batches(work.rows)):
                for table, by_part in work.inputs.items():
                    files = [file for part in ("", *parts) for file in by_part.get(part, ())]
                    con.execute(f"create or replace temp view {table} as {selection(table, files)}")
                month = f", strftime(m.{MONTHLY[work.mart]}, '%Y-%m') as {MONTH}" if work.mart in MONTHLY else ""
                columns = shapes()[work.mart].items()
                cast = ", ".join(f'cast(m."{name}" as {kind}) as "{name}"' for name, kind in columns)
                by = f"{PART}, {MONTH}" if month else PART
                con.execute(f"""copy (select {cast}, parts.part as {PART}{month}
                    from ({mart_sql(work.mart)}) as m inner join parts on parts.group_id = m.group_id
                  ) to {quoted(str(work.out))} (format parquet, compression zstd, partition_by ({by}),
                    filename_pattern 'b{i}_{{i}}', overwrite_or_ignore)""")


def _batches(rows: Mapping[str, int]) -> Iterator[list[str]]:
    """Parts, as many at a time as their rows allow; at least one."""
    batch: list[str] = []
    held = 0
    for part in sorted(rows):
        if batch and held + rows[part] > BATCH_ROWS:
            yield batch
            batch, held = [], 0
        batch.append(part)
        held += rows[part]
    if batch:
        yield batch
