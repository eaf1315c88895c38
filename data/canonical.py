"""The canonical tables of a workspace as Parquet, laid out for engines that read many files at once.

    FOLDER/canonical.json                                     what is current, and the digest of each unit's rows
    FOLDER/referrals/part=g0001/month=2026-06/<digest>-0.parquet   tables of events: a unit is a part and a month
    FOLDER/memberships/part=g0001/<digest>-0.parquet               tables of groups: a unit is a part
    FOLDER/people/<digest>-0.parquet                               what belongs to no group: one unit

A part is one group; where there are many, several groups share one, so that files do not become too small and too
many. A file's name holds the digest of its rows and is never written again; those of the edition before the current
one stay, so that whoever reads it can finish.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data import versions
from data.engines.duckdb import FORMAT as STORE
from data.engines.parquet import Connection, quoted, scratch_connection, shapes
from data.reader import release
from data.store import Workspace
from errors import UsageError, WorkspaceError

MANIFEST = "canonical.json"
FORMAT = 1
MOST_GROUPS = 32  # a part each up to here; more of them share parts of about so many referrals, in these bounds:
PART_ROWS = 500_000
FEWEST_PARTS, MOST_PARTS = 4, 64
UNDATED = "none"  # the month of a row that has neither a date nor a period
# Tables of events → the day that a row's month is told by. A period counts from its first day.
EVENTS = {
    "referrals": "coalesce(given_on, period_from)", "thanks": "coalesce(given_on, period_from)",
    "touches": "coalesce(happened_on, period_from)", "attendance": "meeting_on",
}  # fmt: skip
OF_GROUPS = ("coverage", "memberships", "snapshots")
WHOLE = (
    "groups", "people", "aliases", "kept_apart", "relations", "implied_kinds", "filed", "assessments", "imports",
    "rejects", "settings",
)  # fmt: skip
TABLES = (*EVENTS, *OF_GROUPS, *WHOLE)


@dataclass(frozen=True)
class Unit:
    """Some rows of one table: of a part (or None), and for events of a month."""

    part: str | None
    month: str | None
    rows: int
    digest: str
    files: tuple[str, ...]  # relative to the folder

    @property
    def key(self) -> str:
        return "/".join(one for one in (self.part, self.month) if one)


@dataclass(frozen=True)
class Canonical:
    """An edition: what the folder's manifest says."""

    folder: Path
    edition: int
    parts: dict[str, str]  # group_id → part
    shared: int  # how many parts the groups share; 0 = each has its own
    tables: dict[str, dict[str, Unit]]  # table → unit's key → unit
    before: tuple[str, ...]  # files of the edition before that this one no longer has

    def files(self) -> set[str]:
        return {file for units in self.tables.values() for unit in units.values() for file in unit.files}


@dataclass(frozen=True)
class Written:
    rows: int
    units: int  # in all
    new: int  # written by this call; the others were there


def read(folder: Path) -> Canonical:
    """What stands in a folder of canonical Parquet. Raises WorkspaceError where there is none, or of a later format."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if said["format"] > FORMAT:
            raise WorkspaceError(f"{folder} was written by a later Net Effect.", "Update Net Effect to read it.")
        tables = {
            table: {unit.key: unit for unit in (_unit(one) for one in units)} for table, units in said["tables"].items()
        }
        return Canonical(folder, said["edition"], said["parts"], said["shared"], tables, tuple(said["before"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"There are no canonical tables in {folder}.", "`net-effect marts --workspace DIR` writes them there."
        ) from error


def _unit(said: dict[str, Any]) -> Unit:
    return Unit(said["part"], said["month"], said["rows"], said["digest"], tuple(said["files"]))


def export(workspace: Workspace, folder: Path) -> Written:
    """Write the current version of a workspace into `folder`: only units whose rows are not there already."""
    version = workspace.version
    if version is None:
        raise WorkspaceError(f"There is nothing in {workspace.path} yet.", "Import a referral log first.")
    if folder.absolute().is_relative_to(workspace.path) or workspace.path.is_relative_to(folder.absolute()):
        raise UsageError("The Parquet folder and the workspace must be two folders, side by side.")
    workspace.reader().close()  # a store of an earlier format is upgraded first
    release(workspace.path)
    store = workspace.path / versions.file_name(workspace.version or version)
    with scratch_connection(folder) as con:
        con.execute(f"attach {quoted(str(store))} as store (read_only)")
        con.execute("use store")
        return write(con, folder)


def write(con: Connection, folder: Path) -> Written:
    """Write the canonical tables that `con` sees; another program may fill them from its own warehouse."""
    folder.mkdir(parents=True, exist_ok=True)
    with versions.locked(folder):
        old = read(folder) if (folder / MANIFEST).is_file() else None
        parts, shared = _parts(con, old)
        building = folder / f"{versions.BUILDING}canonical"
        shutil.rmtree(building, ignore_errors=True)
        try:
            tables, new = {}, 0
            for table in TABLES:
                units = _units(con, table)
                there = old.tables.get(table, {}) if old else {}
                kept = {key: there[key] for key, unit in units.items() if _same(folder, unit, there.get(key))}
                missing = {key: unit for key, unit in units.items() if key not in kept}
                tables[table] = kept | _written(con, folder, building, table, missing)
                new += len(missing)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        made = Canonical(folder, old.edition + 1 if old else 1, parts, shared, tables, ())
        if new or old is None or made.files() != old.files() or old.parts != parts:
            _publish(made, old)
    total = sum(unit.rows for units in tables.values() for unit in units.values())
    return Written(total, sum(map(len, tables.values())), new)


def _parts(con: Connection, old: Canonical | None) -> tuple[dict[str, str], int]:
    """Every group's part, as a temp table `parts` too. What was decided at the first edition stays."""
    ((groups, rows),) = con.execute("select (select count(*) from groups), (select count(*) from referrals)").fetchall()
    wanted = min(max(rows // PART_ROWS, FEWEST_PARTS), MOST_PARTS) if groups > MOST_GROUPS else 0
    shared = old.shared if old else wanted
    part = f"printf('h%03d', cast('0x' || substr(md5(group_id), 1, 8) as bigint) % {shared})"
    con.execute(f"""create or replace temp table parts as
      select group_id, {part if shared else "group_id"} as part from groups order by group_id""")
    return dict(con.execute("select group_id, part from parts order by group_id").fetchall()), shared


def _month(table: str) -> str:
    return f"coalesce(strftime({EVENTS[table]}, '%Y-%m'), '{UNDATED}')"


def _units(con: Connection, table: str) -> dict[str, Unit]:
    """The units that the rows of a table make. The digest is of the store's format and of the rows in any order."""
    digest = f"printf('{STORE}-%d-%x-%x', count(*), bit_xor(hash(t)), cast(sum(hash(t) % 4294967291) as bigint))"
    if table in WHOLE:
        sql = f"select null, null, count(*), {digest} from {table} as t"
    else:
        month = _month(table) if table in EVENTS else "null"
        sql = f"""select part, {month} as month, count(*), {digest}
          from {table} as t inner join parts on parts.group_id = t.group_id group by part, month order by part, month"""
    units = (Unit(part, month, rows, digest, ()) for part, month, rows, digest in con.execute(sql).fetchall())
    return {unit.key: unit for unit in units if unit.rows}


def _same(folder: Path, unit: Unit, old: Unit | None) -> bool:
    return old is not None and old.digest == unit.digest and all((folder / file).is_file() for file in old.files)


def _written(con: Connection, folder: Path, building: Path, table: str, units: dict[str, Unit]) -> dict[str, Unit]:
    """Write these units' files and return them with their names."""
    if not units:
        return {}
    target = building / table
    target.mkdir(parents=True)
    columns = ", ".join(f't."{column}"' for column in shapes()[table])
    if table in WHOLE:
        con.execute(f"copy (select {columns} from {table} as t) to {quoted(str(target / 'all.parquet'))} ({_PARQUET})")
    else:
        month = f", {_month(table)} as month" if table in EVENTS else ""
        by = "part, month" if table in EVENTS else "part"
        con.execute("create or replace temp table wanted as select unnest(cast(? as varchar[])) as unit", [list(units)])
        con.execute(f"""copy (
            select * from (select {columns}, part{month}
              from {table} as t inner join parts on parts.group_id = t.group_id)
            where {"part || '/' || month" if month else "part"} in (select unit from wanted)
          ) to {quoted(str(target))} ({_PARQUET}, partition_by ({by}))""")
    return adopt(folder, table, target, units)


_PARQUET = "format parquet, compression zstd"


def adopt(folder: Path, table: str, target: Path, units: dict[str, Unit]) -> dict[str, Unit]:
    """Move the files that an engine wrote under `target` (part=…/month=…/) to their places, named by their digest."""
    found: dict[str, list[Path]] = {}
    for path in sorted(target.rglob("*.parquet")):
        key = "/".join(step.partition("=")[2] for step in path.relative_to(target).parts[:-1])
        found.setdefault(key, []).append(path)
    made = {}
    for key, unit in units.items():
        names = []
        for i, path in enumerate(found.get(key, [])):
            place = path.parent.relative_to(target)
            name = Path(table) / place / f"{unit.digest[:40]}-{i}.parquet"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            path.replace(folder / name)
            names.append(name.as_posix())
        made[key] = Unit(unit.part, unit.month, unit.rows, unit.digest, tuple(names))
    return made


def _publish(made: Canonical, old: Canonical | None) -> None:
    """Put the new edition in force, and remove what neither it nor the one before has."""
    now, was = made.files(), old.files() if old else set()
    units = {
        table: [{**vars(unit), "files": list(unit.files)} for unit in found.values()]
        for table, found in made.tables.items()
    }
    said = {
        "format": FORMAT, "edition": made.edition, "shared": made.shared, "parts": made.parts, "tables": units,
        "before": sorted(was - now),
    }  # fmt: skip
    put(made.folder / MANIFEST, said)
    for name in set(old.before if old else ()) - now:
        (made.folder / name).unlink(missing_ok=True)


def put(path: Path, said: Any) -> None:
    """Write a manifest whole: whoever reads it sees the old one or the new one."""
    temp = path.with_suffix(".new")
    temp.write_text(json.dumps(said, separators=(",", ":")), encoding="utf-8")
    versions.sync(temp)
    versions.swap(temp, path)
