"""All that is held on one person, and how to take it out of everything that is kept: versions, originals, notes.

Erasing does not change counts. The person's rows stay under a name that says nothing; profession, prospects and
assessments go. Every version that undo could reach is written anew, so that no freed block of a file holds the name.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from data import readers, versions
from data.engines.duckdb import Connection, connect, sentences, upgrade
from data.reader import Reader, release
from data.versions import Entry, Line
from errors import NetEffectError, UsageError, WorkspaceError

PARTIES = ("person_id", "source_id", "receiver_id", "from_id", "to_id", "assessor_id")
SHORTEST = 3  # letters: a shorter name is not looked for in free text
_BETWEEN = r"[,;\t\"' ]+"  # what may stand between the words of a name, in a sentence or a row of a CSV file
ERASED, PSEUDONYM = "Erased person {}", "Person {}"


@dataclass(frozen=True)
class Erasure:
    """What was done. originals: copies of uploaded files that named the person and were deleted."""

    version: int
    name: str  # what stands there now
    versions: int
    originals: tuple[str, ...]


def dossier(reader: Reader, person_id: str) -> dict[str, pd.DataFrame]:
    """Every row of every table that is about the person, by table; and rejected rows that name them.

    Raises UsageError for a person who is not there.
    """
    names = [row[0] for row in reader.rows("select name from people where person_id = ?", [person_id])]
    if not names:
        raise UsageError(f"There is no person {person_id!r} here.")
    found = {}
    for table in reader.tables():
        columns = reader.columns(table)
        asked = [c for c in PARTIES if c in columns]
        if asked:
            where = " or ".join(f'"{c}" = $person' for c in asked)
            found[table] = reader.frame(f'select * from "{table}" where {where}', {"person": person_id})
    spelled = _spellings(reader.rows("select alias from aliases where person_id = ?", [person_id]), names)
    where = " or ".join(f"regexp_matches(coalesce(raw, value, ''), $n{i}, 'i')" for i in range(len(spelled)))
    bound = {f"n{i}": pattern for i, pattern in enumerate(spelled)}
    if spelled:
        found["rejects"] = reader.frame(f"select * from rejects where {where}", bound)
    return {table: rows for table, rows in found.items() if len(rows)}


def erase(folder: Path, person_id: str, *, pseudonym: bool = False, actor: str = "local") -> Erasure:
    """Take the person out of every kept version and original. It cannot be undone; running it again ends what a crash
    left unfinished.

    pseudonym: only the name is replaced; profession, prospects and assessments stay.
    Raises UsageError for a person who is in no version, WorkspaceError where the folder cannot be written to.
    """
    with sentences(f"the workspace {folder}", unchanged=False), versions.locked(folder):
        line = versions.read(folder)
        release(folder)
        versions.clean(folder, line)  # what a crash left half-built
        kept = [entry for entry in line.entries if not entry.pruned and versions.fault(folder, entry) is None]
        held = {entry.version: _held(folder, entry.version, person_id) for entry in kept}
        names = {name for one in held.values() for name in one.names}
        if not names:
            raise UsageError(f"There is no person {person_id!r} here.")
        shown = (PSEUDONYM if pseudonym else ERASED).format(int(person_id.lstrip("p") or 0))
        patterns = _spellings([], names - {shown})
        shared = any(one.shared for one in held.values())  # somebody else has the very same name
        originals = _originals(folder, {sha for one in held.values() for sha in one.imports}, names, shared=shared)
        work = _Work(person_id, shown, () if shared else tuple(patterns), keep_details=pseudonym)
        # Under new numbers, so that CURRENT alone decides whether it has happened; the old files go after that.
        entries: list[Entry] = []
        for entry in line.entries:
            number = 1 + max(one.version for one in (*line.entries, *entries))
            entries.append(_cleared(_rewritten(folder, entry, number, work), work))
        line = Line(entries[line.place].version, tuple(entries))
        number = 1 + max(entry.version for entry in entries)
        shutil.copyfile(folder / versions.file_name(line.entry().version), folder / versions.file_name(number))
        versions.sync(folder / versions.file_name(number))
        size, digest = line.entry().bytes, line.entry().sha256
        what = f"{'Gave a pseudonym to' if pseudonym else 'Erased'} one person: {shown}."
        entry = Entry(number, datetime.now(UTC).isoformat(), "erase", what, {"people": 1}, actor, size, digest)
        line = line.extended(entry)
        versions.write(folder, line)
        _notes(folder, work)
        with suppress(OSError, WorkspaceError):
            versions.clean(folder, line)
        return Erasure(number, shown, len(kept), originals)


@dataclass(frozen=True)
class _Held:
    """What one version holds of the person."""

    names: frozenset[str]
    imports: frozenset[str]  # sha256 of the files that named them
    shared: bool


@dataclass(frozen=True)
class _Work:
    """What is done to each version."""

    person_id: str
    shown: str
    patterns: tuple[str, ...]
    keep_details: bool


def _held(folder: Path, version: int, person_id: str) -> _Held:
    """Read without regard to the store's format: what is asked for stands in every one."""
    con = connect(folder / versions.file_name(version), scratch=folder / f"{versions.BUILDING}scratch", read_only=True)
    only = {"person": person_id}
    try:
        names = {n for (n,) in con.execute("select name from people where person_id = $person", only).fetchall()}
        if not names:
            return _Held(frozenset(), frozenset(), shared=False)
        names |= {n for (n,) in con.execute("select alias from aliases where person_id = $person", only).fetchall()}
        files: set[str] = set()
        for table, columns in _tables(con).items():
            asked = [c for c in PARTIES if c in columns]
            if asked and "import_id" in columns:
                where = " or ".join(f'"{c}" = $person' for c in asked)
                found = con.execute(
                    f"""select distinct sha256 from imports where import_id in (
                      select import_id from "{table}" where {where})""",
                    only,
                ).fetchall()
                files |= {sha for (sha,) in found}
        ((others,),) = con.execute(
            """select count(*) from people where person_id <> $person and name_key(name) in (
                select name_key(name) from people where person_id = $person
                union select alias from aliases where person_id = $person)""",
            only,
        ).fetchall()
        return _Held(frozenset(names), frozenset(files), shared=others > 0)
    finally:
        con.close()


def _tables(con: Connection) -> dict[str, list[str]]:
    found = con.execute("""select table_name, list(column_name) from information_schema.columns
      where table_schema = 'main' group by table_name order by table_name""").fetchall()
    return dict(found)


def _spellings(aliases: Iterable[tuple[str]], names: Iterable[str]) -> list[str]:
    """Patterns (RE2, without case) for each spelling: its words with any blanks between, as whole words, also with the
    family name first."""
    found = set()
    for name in {*names, *(alias for (alias,) in aliases)}:
        words = [re.escape(word) for word in name.replace(",", " ").split()]
        if len(name.strip()) >= SHORTEST and words:
            found.add(r"\s+".join(words))
            if len(words) > 1:
                found.add(_BETWEEN.join(words))
                found.add(_BETWEEN.join([words[-1], *words[:-1]]))
    return sorted(found, key=len, reverse=True)


def _originals(folder: Path, named: set[str], names: set[str], *, shared: bool) -> tuple[str, ...]:
    """Delete the originals that the person's rows came from, and any other with the whole name in one of its rows."""
    gone = []
    wanted = [frozenset(name.casefold().replace(",", " ").split()) for name in names]
    for path in sorted((folder / "originals").glob("*")):
        if path.stem in named or (not shared and _names_in(path, wanted)):
            path.unlink()
            gone.append(path.name)
    return tuple(gone)


def _names_in(path: Path, wanted: list[frozenset[str]]) -> bool:
    try:
        raw = readers.read(path)
    except NetEffectError:
        return True  # what cannot be read cannot be cleared either
    for sheet in raw.sheets:
        for row in sheet.rows_between(1, sheet.height):
            words = set(" ".join(cell for cell in row if cell).casefold().replace(",", " ").split())
            if any(name and name <= words for name in wanted):
                return True
    return False


def _rewritten(folder: Path, entry: Entry, number: int, work: _Work) -> Entry:
    """The version without the person as version `number`, in a file that was written from nothing."""
    path = folder / versions.file_name(entry.version)
    if entry.pruned or versions.fault(folder, entry):
        return entry
    scratch = folder / f"{versions.BUILDING}scratch"
    scratch.mkdir(exist_ok=True)
    building, fresh = folder / f"{versions.BUILDING}duckdb", scratch / "fresh.duckdb"
    fresh.unlink(missing_ok=True)
    shutil.copyfile(path, building)
    con = connect(building, scratch=scratch, read_only=False)
    try:
        con.begin()
        upgrade(con)
        _clear(con, work)
        con.commit()
        con.execute(f"attach '{str(fresh).replace(chr(39), chr(39) * 2)}' as fresh")
        ((here,),) = con.execute("select current_database()").fetchall()
        con.execute(f'copy from database "{here}" to fresh')
        con.execute("detach fresh")
    finally:
        con.close()
    building.unlink()
    versions.sync(fresh)
    size, digest = fresh.stat().st_size, versions.digest(fresh)
    versions.swap(fresh, folder / versions.file_name(number))
    shutil.rmtree(scratch, ignore_errors=True)
    return replace(entry, version=number, bytes=size, sha256=digest)


def _clear(con: Connection, work: _Work) -> None:
    """One person's name out of one version, inside its transaction."""
    bound = {"person": work.person_id, "shown": work.shown}
    con.execute("update people set name = $shown where person_id = $person", bound)
    con.execute("delete from aliases where person_id = $person", {"person": work.person_id})
    con.execute(
        """insert into aliases select name_key($shown), null, $person, 'erased'
      where $person in (select person_id from people)""",
        bound,
    )
    if not work.keep_details:
        only = {"person": work.person_id}
        con.execute("update memberships set profession = null where person_id = $person", only)
        con.execute("delete from assessments where assessor_id = $person or source_id = $person", only)
        theirs = "source_id = $person or receiver_id = $person"
        con.execute(f"update referrals set prospect = null, via = null where {theirs}", only)
        con.execute(
            f"""update filed set said = null where "column" in ('prospect', 'via')
              and referral_id in (select referral_id from referrals where {theirs})""",
            only,
        )
    texts = con.execute("""select table_name, column_name from information_schema.columns
      where table_schema = 'main' and data_type = 'VARCHAR' and table_name in (
        select table_name from information_schema.tables where table_type = 'BASE TABLE')""").fetchall()
    for table, column in texts:
        if column.endswith("_id") or (table, column) in {("people", "name"), ("aliases", "alias")}:
            continue
        for pattern in work.patterns:
            con.execute(
                f"""update "{table}" set "{column}" = regexp_replace("{column}", $pattern, $shown, 'gi')
                  where regexp_matches("{column}", $pattern, 'i')""",
                {"pattern": pattern, "shown": work.shown},
            )


def _cleared(entry: Entry, work: _Work) -> Entry:
    return replace(entry, what=_without(entry.what, work))


def _without(text: str, work: _Work) -> str:
    for pattern in work.patterns:
        text = re.sub(pattern, work.shown, text, flags=re.IGNORECASE)
    return text


def _notes(folder: Path, work: _Work) -> None:
    """The user's own small files in the workspace: layouts, method, the words of stories."""
    kept = [folder, folder / "layouts", folder / "stories"]
    for path in [file for place in kept for file in place.glob("*.toml")]:
        text = path.read_text(encoding="utf-8")
        if (cleared := _without(text, work)) != text:
            temp = path.with_suffix(".new")
            temp.write_text(cleared, encoding="utf-8")
            versions.swap(temp, path)
