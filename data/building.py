"""A marts folder: the marts of a canonical folder as Parquet, built by an engine, and only where something changed.

    FOLDER/MARTS                         the version in force: the name of its manifest
    FOLDER/marts-000003.json             which files it is made of, of both folders
    FOLDER/recv_cube/part=g0001/in_month=2026-06/<digest>-0.parquet

A unit of a mart is a part, or a part and a month for marts that follow from one month's referrals. It has a digest of
the mart's SQL and of the rows that it was built from; a unit whose digest is known is not built again. Files are never
written again, and those of the version before stay until the next, so that readers are not disturbed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from data import canonical, versions
from data.canonical import TABLES, UNDATED, Canonical, Unit, adopt, put
from data.engines.duckdb import FORMAT as STORE
from data.engines.duckdb import MARTS, mart_sql, sentences
from data.engines.parquet import MONTHLY, Work, prepare
from errors import WorkspaceError

POINTER = "MARTS"
FORMAT = 1
Units = dict[str, Unit]


class Engine(Protocol):
    name: str

    def build(self, work: Work) -> None: ...


@dataclass(frozen=True)
class Edition:
    """A version of a marts folder."""

    version: int
    at: str  # ISO 8601 with offset
    engine: str
    store: int  # the store's format: what columns the tables have
    source: Path  # the canonical folder
    edition: int  # of it
    parts: dict[str, str]  # group_id → part
    tables: dict[str, Units]  # canonical tables
    marts: dict[str, Units]
    before: tuple[str, ...]  # the marts' files of the version before that this one no longer has


@dataclass(frozen=True)
class Built:
    version: int
    units: int
    built: dict[str, tuple[str, ...]]  # mart → the units that were built; nothing in it = all was there
    changed: bool  # whether there is a new version


@cache
def reads(mart: str) -> frozenset[str]:
    """The canonical tables, marts and `months` that a mart's SQL names."""
    code = "\n".join(line for line in mart_sql(mart).splitlines() if not line.startswith("--"))
    return frozenset(re.findall(r"\b(?:from|join)\s+([a-z_]+)", code)) & {*TABLES, *MARTS, "months"}


def is_marts_folder(folder: Path) -> bool:
    return (folder / POINTER).is_file()


def current(folder: Path) -> int | None:
    """The version in force; one short read."""
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if (found := re.fullmatch(r"marts-(\d{6,})\.json", name)) is None:
        raise WorkspaceError(f"The file {POINTER} of {folder} is damaged.", "Build the marts again.")
    return int(found[1])


def read(folder: Path, version: int) -> Edition:
    """Raises WorkspaceError if the version's manifest is not there, damaged, or of a later release."""
    try:
        said = json.loads((folder / _manifest(version)).read_text(encoding="utf-8"))
        if said["format"] > FORMAT:
            raise WorkspaceError(f"{folder} was built by a later Net Effect.", "Update Net Effect to read it.")
        tables, marts = (
            {name: {u.key: u for u in (_unit(one) for one in units)} for name, units in said[what].items()}
            for what in ("tables", "marts")
        )
        source = Path(os.path.normpath(folder / said["source"]))
        return Edition(said["version"], said["at"], said["engine"], said["store"], source, said["edition"],
                       said["parts"], tables, marts, tuple(said["before"]))  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"The marts folder {folder} cannot be read.", "Build the marts again.") from error


def build(source: Path, folder: Path, engine: Engine, *, clock: Callable[[], datetime] | None = None) -> Built:
    """Bring the marts folder up to what the canonical folder says. Nothing is built, and no version made, if it is."""
    folder.mkdir(parents=True, exist_ok=True)
    if source.absolute() == folder.absolute():
        raise WorkspaceError("The marts and the canonical tables must be two folders, side by side.")
    with sentences(f"the marts folder {folder}"), versions.locked(folder):
        given = canonical.read(source)
        now = current(folder)
        old = read(folder, now) if now is not None else None
        wanted = {mart: _wanted(mart, given) for mart in MARTS}
        there = {mart: _kept(folder, wanted[mart], old.marts.get(mart, {}) if old else {}) for mart in MARTS}
        stale = {mart: {k: u for k, u in wanted[mart].items() if k not in there[mart]} for mart in MARTS}
        total = sum(len(units) for units in wanted.values())
        built = {mart: tuple(units) for mart, units in stale.items() if units}
        same = old and (old.edition, old.marts, old.store) == (given.edition, there, STORE) and _same_place(old, source)
        if old and same and not built:
            return Built(old.version, total, {}, changed=False)
        building = folder / f"{versions.BUILDING}marts"
        shutil.rmtree(building, ignore_errors=True)
        try:
            made = _built(engine, given, folder, building, stale, there) if built else there
        finally:
            shutil.rmtree(building, ignore_errors=True)
        at = (clock or _now)().isoformat()
        version = (old.version if old else 0) + 1
        now_there = Edition(version, at, engine.name, STORE, source, given.edition, given.parts, given.tables, made, ())
        _publish(folder, old, now_there)
        return Built(version, total, built, changed=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _wanted(mart: str, given: Canonical) -> Units:
    """The units that a mart should have, with their digests; rows = the input's."""
    sql = hashlib.sha256(mart_sql(mart).encode()).hexdigest()
    made = {}
    for place, inputs in _inputs(mart, given).items():
        digest = hashlib.sha256(json.dumps([sql, *sorted((t, u.key, u.digest) for t, u in inputs)]).encode())
        part, _, month = place.partition("/")
        made[place] = Unit(part, month or None, sum(u.rows for _, u in inputs), digest.hexdigest(), ())
    return made


def _inputs(mart: str, given: Canonical) -> dict[str, list[tuple[str, Unit]]]:
    """For each unit of a mart the canonical units that it follows from, directly or by way of other marts."""
    found: dict[str, list[tuple[str, Unit]]] = {}
    for table in _roots(mart):
        for key, unit in given.tables.get(table, {}).items():
            place = key if mart in MONTHLY else (unit.part or "")
            if unit.month != UNDATED or mart not in MONTHLY:
                found.setdefault(place, []).append((table, unit))
    return found


@cache
def _roots(mart: str) -> tuple[str, ...]:
    below = {root for one in reads(mart) & set(MARTS) for root in _roots(one)}
    return tuple(sorted(below | (reads(mart) & set(TABLES))))


def _kept(folder: Path, wanted: Units, old: Units) -> Units:
    return {
        key: old[key]
        for key, unit in wanted.items()
        if key in old and old[key].digest == unit.digest and all((folder / file).is_file() for file in old[key].files)
    }


def _built(
    engine: Engine, given: Canonical, folder: Path, building: Path, stale: Mapping[str, Units],
    there: Mapping[str, Units],
) -> dict[str, Units]:  # fmt: skip
    """Build what is stale, mart by mart, since later ones read earlier ones."""
    coverage = given.tables.get("coverage", {}).values()
    beside = prepare(building, [given.folder / file for unit in coverage for file in unit.files], given.parts)
    made: dict[str, Units] = {}
    for mart in MARTS:
        if stale[mart]:
            inputs = {table: {"": [path]} for table, path in beside.items()}
            inputs |= {table: _files(given.folder, given.tables.get(table, {}).values()) for table in _tables_of(mart)}
            if mart in MONTHLY:
                months = set(stale[mart])
                units = (u for key, u in given.tables["referrals"].items() if key in months)
                inputs["referrals"] = _files(given.folder, units)
            inputs |= {one: _files(folder, made[one].values()) for one in reads(mart) & set(MARTS)}
            rows: dict[str, int] = {}
            for unit in stale[mart].values():
                rows[unit.part or ""] = rows.get(unit.part or "", 0) + unit.rows
            out = building / mart
            out.mkdir()
            engine.build(Work(mart, inputs, rows, out))
            fresh = adopt(folder, mart, out, stale[mart])
        else:
            fresh = {}
        made[mart] = {**there[mart], **fresh}
    return made


def _tables_of(mart: str) -> list[str]:
    return sorted(reads(mart) & set(TABLES))


def _files(folder: Path, units: Iterable[Unit]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for unit in units:
        found.setdefault(unit.part or "", []).extend((folder / file).absolute() for file in unit.files)
    return found


def _same_place(old: Edition, source: Path) -> bool:
    return old.source.absolute() == Path(os.path.normpath(source.absolute()))


def _publish(folder: Path, old: Edition | None, made: Edition) -> None:
    now = _names(made)
    was = _names(old) if old else set()

    def plain(tables: Mapping[str, Units]) -> dict[str, Any]:
        return {name: [{**vars(u), "files": list(u.files)} for u in units.values()] for name, units in tables.items()}

    said = {
        "format": FORMAT, "version": made.version, "at": made.at, "engine": made.engine, "store": made.store,
        "source": os.path.relpath(made.source.absolute(), folder.absolute()), "edition": made.edition,
        "parts": made.parts, "tables": plain(made.tables), "marts": plain(made.marts), "before": sorted(was - now),
    }  # fmt: skip
    put(folder / _manifest(made.version), said)
    temp = folder / f"{POINTER}.new"
    temp.write_text(_manifest(made.version) + "\n", encoding="utf-8")
    versions.sync(temp)
    versions.swap(temp, folder / POINTER)
    for name in set(old.before if old else ()) - now:
        (folder / name).unlink(missing_ok=True)
    (folder / _manifest(made.version - 2)).unlink(missing_ok=True)


def _names(edition: Edition) -> set[str]:
    return {file for units in edition.marts.values() for unit in units.values() for file in unit.files}


def _manifest(version: int) -> str:
    return f"marts-{version:06d}.json"


def _unit(said: dict[str, Any]) -> Unit:
    return Unit(said["part"], said["month"], said["rows"], said["digest"], tuple(said["files"]))
