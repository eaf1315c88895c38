"""A workspace: a folder of store versions and a pointer to one. Readers are never blocked; a crash loses nothing.

An import copies the current version, works on the copy in one transaction, syncs it to the disk and only then moves the
pointer. So undo and redo are a step of the pointer, and a version once published is never written again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data import importing, versions
from data.draft import Draft
from data.engines.duckdb import Connection, connect, create_schema, sentences, upgrade
from data.health import Finding, examine, mend
from data.importing import FileOutcome, ImportOutcome
from data.reader import OlderFormatError, Reader, release
from data.versions import Entry, Line
from errors import WorkspaceError

KEEP_ORIGINALS = "keep_originals"  # the setting that, at "no", keeps no copy of what was imported
# What a piece of work on a copy returns: the history's sentence and counts; None = nothing changed, drop the copy.
Change = tuple[str, dict[str, int]] | None


@dataclass(frozen=True)
class HistoryEntry:
    version: int
    at: datetime  # aware, UTC
    action: str
    what: str
    added: dict[str, int]
    current: bool
    kept: bool  # whether undo or redo can still reach it
    actor: str


def _now() -> datetime:
    return datetime.now(UTC)


class Workspace:
    """The store in the folder `path`, which the first import creates. What goes wrong is a WorkspaceError."""

    def __init__(self, path: str | Path, *, clock: Callable[[], datetime] = _now) -> None:
        self.path = Path(path).expanduser().absolute()
        self._clock = clock
        self._what = f"the workspace {self.path}"

    @property
    def exists(self) -> bool:
        return (self.path / versions.POINTER).is_file()

    @property
    def version(self) -> int | None:
        """The current version, or None before the first import. One short read: cheap enough for every page view."""
        with sentences(self._what, unchanged=False):
            self._found_again()
            return versions.current(self.path)

    def _found_again(self) -> None:
        """Where CURRENT is gone and versions are not, write it anew: no import may start afresh and lose them."""
        if not versions.lost(self.path):
            return
        with versions.locked(self.path):
            if versions.lost(self.path):  # still, now that no import is about to write it
                versions.write(self.path, versions.found_again(self.path))

    def reader(self) -> Reader:
        """A reader of the current version. Raises WorkspaceError if nothing is stored or the file is damaged.

        A version of an earlier release is upgraded first, as a new version.
        """
        for _ in range(3):  # an import may prune the version between our two looks
            with sentences(self._what, unchanged=False):
                self._found_again()
                line = versions.read(self.path)
            if line.current is None:
                raise WorkspaceError(f"There is nothing in {self._what} yet.", "Import a referral log first.")
            fault = versions.fault(self.path, line.entry())
            if fault is None:
                try:
                    return Reader(self.path / versions.file_name(line.current), line.current)
                except OlderFormatError as older:
                    self._upgrade(older)
        raise WorkspaceError(fault or "", "`net-effect undo` goes back to the version before it.")

    def settings(self) -> dict[str, str]:
        """What the workspace remembers: answers to questions of earlier imports, and choices."""
        if self.version is None:
            return {}
        with self.reader() as reader:
            return dict(reader.rows("select key, value from settings order by key"))

    def set_settings(self, values: Mapping[str, str], *, actor: str = "local") -> int:
        """Remember settings as a new version (or stay, if they are set so already). Returns the current version."""

        def work(con: Connection) -> Change:
            changed = _remember(con, values)
            return (f"Set {', '.join(changed)}.", {"settings": len(changed)}) if changed else None

        version, _ = self._change("settings", actor, work)
        assert version is not None or not values
        return version or 0

    def import_drafts(
        self,
        drafts: Sequence[Draft],
        *,
        strict: bool = False,
        answers: Mapping[str, str] | None = None,
        actor: str = "local",
    ) -> ImportOutcome:
        """Store drafts and remember `answers`, as one version; or none, if nothing in them is new.

        Raises QuestionsOpen (something must be asked), FileRefusedError (`strict`, and a row would not load),
        WorkspaceError; in each case nothing was changed.
        """
        importing.check(drafts, strict=strict)
        if (known := self._nothing_new(drafts, answers or {})) is not None:
            return known
        outcomes: list[FileOutcome] = []

        def work(con: Connection) -> Change:
            fresh, repeated = _sorted_out(lambda sql: con.execute(sql).fetchall(), drafts)
            loaded, added = importing.load(
                con, [drafts[i] for i in fresh], self._clock().astimezone().replace(tzinfo=None)
            )
            by_place = dict(zip(fresh, loaded, strict=True)) | repeated
            outcomes[:] = [by_place[i] for i in range(len(drafts))]
            for outcome in outcomes if strict else ():
                importing.refuse(outcome.name, outcome.rows_read, outcome.rejected)
            if changed := _remember(con, answers or {}):
                added["settings"] = len(changed)
            if not added:
                return None
            self._keep(con, [drafts[i] for i in fresh])
            return importing.sentence(outcomes, added), added

        version, changed = self._change("import", actor, work)
        return ImportOutcome(version, changed, outcomes)

    def edit(
        self, action: str, work: Callable[[Connection], Change], *, actor: str = "local", begin: bool = False
    ) -> int:
        """Make a change of data.editing a version, called `action` in the history. Returns the current version.

        begin: it may be what a workspace begins with. Raises UsageError for what is not there, WorkspaceError; in each
        case nothing was changed.
        """
        if not (begin or self.exists):
            raise WorkspaceError(f"There is nothing in {self._what} yet.", "Import a referral log first.")
        version, _ = self._change(action, actor, work)
        assert version is not None
        return version

    def _nothing_new(self, drafts: Sequence[Draft], answers: Mapping[str, str]) -> ImportOutcome | None:
        """The outcome if every file was imported before and every answer is remembered; nothing is copied for it."""
        if self.version is None:
            return None
        with self.reader() as reader:
            fresh, repeated = _sorted_out(reader.rows, drafts)
            settings = dict(reader.rows("select key, value from settings"))
            if fresh or any(settings.get(key) != value for key, value in answers.items()):
                return None
            return ImportOutcome(reader.version, False, [repeated[i] for i in range(len(drafts))])

    def knows(self, drafts: Sequence[Draft]) -> bool:
        """Whether every one of these was imported before, under the same answers."""
        return self._nothing_new(drafts, {}) is not None

    def undo(self) -> int:
        """Step back to the version before the current one, and return its number. Nothing is lost: redo() returns."""
        return self._step(Line.before, "There is nothing to undo.")

    def redo(self) -> int:
        """Step forward again after undo(); a new import made since then has closed that way."""
        return self._step(Line.after, "There is nothing to redo.")

    def history(self) -> list[HistoryEntry]:
        """Every version of this line, oldest first; those after the current one are what redo can reach."""
        with sentences(self._what, unchanged=False):
            self._found_again()
            line = versions.read(self.path)
        return [
            HistoryEntry(
                e.version, datetime.fromisoformat(e.at), e.action, e.what, dict(e.added), e.version == line.current,
                not e.pruned, e.actor,
            )
            for e in line.entries
        ]  # fmt: skip

    def doctor(self) -> list[Finding]:
        """What is wrong with the workspace, and what is well; reads every version that should be there."""
        return examine(self.path)

    def repair(self) -> list[str]:
        """Point CURRENT at the newest version that is whole, if it does not name one. Returns what was done, in words.

        Nothing is deleted: a file that is damaged is put aside under another name.
        """
        if not self.path.is_dir():
            return []
        release(self.path)
        with sentences(self._what, unchanged=False), versions.locked(self.path):
            return mend(self.path)

    def _step(self, way: Callable[[Line], Entry | None], none: str) -> int:
        if self.version is None:
            raise WorkspaceError(f"There is nothing in {self._what} yet.", "Import a referral log first.")
        with sentences(self._what), versions.locked(self.path):
            line = versions.read(self.path)
            entry = way(line)
            if entry is None:
                raise WorkspaceError(none)
            if fault := versions.fault(self.path, entry):
                raise WorkspaceError(f"{fault} Nothing was changed.", "Restore the folder from a backup.")
            versions.write(self.path, Line(entry.version, line.entries))
            return entry.version

    def _upgrade(self, older: OlderFormatError) -> None:
        """Make the current version anew in this release's format, unless another process has done so meanwhile."""
        try:
            self._change(versions.UPGRADE, "local", lambda _: None)
        except WorkspaceError as error:
            raise WorkspaceError(f"{older.message} It cannot be upgraded: {error.message}", error.hint) from error

    def _change(self, action: str, actor: str, work: Callable[[Connection], Change]) -> tuple[int | None, bool]:
        """Run `work` on a copy of the current version and publish it. Returns (current version, whether it is new)."""
        with sentences(self._what):
            self.path.mkdir(parents=True, exist_ok=True)
            self._found_again()
        building = self.path / f"{versions.BUILDING}duckdb"
        with sentences(self._what), versions.locked(self.path):
            line = versions.read(self.path)
            versions.clean(self.path, line)
            try:
                base = line if line.current is not None else self._beginning(building)
                if fault := versions.fault(self.path, base.entry()):
                    raise WorkspaceError(
                        f"{fault} Nothing was changed.",
                        "`net-effect undo` goes back to the version before it.",
                    )
                shutil.copyfile(self.path / versions.file_name(base.entry().version), building)
                was_older, change = self._work(building, upgrade, work)
                if change is None and was_older:
                    action, change = versions.UPGRADE, ("Upgraded the store.", {})
                if change is None:
                    return line.current, False
                return self._publish(building, base, action, actor, change), True
            finally:
                with suppress(OSError, WorkspaceError):
                    versions.clean(self.path, versions.read(self.path))

    def _beginning(self, building: Path) -> Line:
        """Version 0, an empty store, so that the first import can be undone like any other."""
        self._work(building, create_schema)
        versions.sync(building)
        versions.swap(building, self.path / versions.file_name(0))
        path = self.path / versions.file_name(0)
        made = Entry(0, self._clock().isoformat(), "create", "An empty workspace.")
        return Line(0, (replace(made, bytes=path.stat().st_size, sha256=versions.digest(path)),))

    def _work(self, building: Path, *steps: Callable[[Connection], Any]) -> list[Any]:
        """Do each step in a transaction of its own; returns what they return."""
        results = []
        con = connect(building, scratch=self.path / f"{versions.BUILDING}scratch", read_only=False)
        try:
            for step in steps:
                con.begin()
                results.append(step(con))
                con.commit()
            con.execute("checkpoint")
        finally:
            con.close()
        return results

    def _publish(self, building: Path, base: Line, action: str, actor: str, change: tuple[str, dict[str, int]]) -> int:
        number = 1 + max(entry.version for entry in base.entries)  # never one that a redo line had: it is a cache key
        versions.sync(building)
        size, digest = building.stat().st_size, versions.digest(building)
        versions.swap(building, self.path / versions.file_name(number))
        entry = Entry(number, self._clock().isoformat(), action, *change, actor, size, digest)
        versions.write(self.path, base.upgraded(entry) if action == versions.UPGRADE else base.extended(entry))
        return number

    def _keep(self, con: Connection, drafts: Sequence[Draft]) -> None:
        """Keep the originals, named by their content, unless the workspace is set not to."""
        if con.execute("select 1 from settings where key = ? and value = 'no'", [KEEP_ORIGINALS]).fetchall():
            return
        folder = self.path / "originals"
        for draft in drafts:
            if draft.original is None:
                continue
            kept = folder / f"{draft.sha256}{Path(draft.name).suffix.lower()}"
            if not kept.exists():
                folder.mkdir(exist_ok=True)
                temp = folder / "building.original"
                shutil.copyfile(draft.original, temp)
                versions.sync(temp)
                versions.swap(temp, kept)


def _sorted_out(
    rows: Callable[..., list[tuple[Any, ...]]], drafts: Sequence[Draft]
) -> tuple[list[int], dict[int, FileOutcome]]:
    """The places of the drafts that are new, and the outcomes of those imported before (or twice in this call)."""
    known = importing.known(rows)
    fresh: list[int] = []
    repeated: dict[int, FileOutcome] = {}
    for i, draft in enumerate(drafts):
        key = importing.identity(draft)
        if key in known:
            repeated[i] = importing.outcome_of(
                draft, known[key], ["This file was imported before; nothing in it is new."]
            )
        else:
            fresh.append(i)
            known[key] = draft.rows_read - len(draft.rejects)
    return fresh, repeated


def _remember(con: Connection, values: Mapping[str, str]) -> list[str]:
    """Write settings; returns the keys whose value changed."""
    now = dict(con.execute("select key, value from settings").fetchall())
    changed = [key for key, value in values.items() if now.get(key) != value]
    for key in changed:
        con.execute("insert or replace into settings values (?, ?)", [key, values[key]])
    return changed
