"""One viewer's sight of one workspace, and the workspaces that stand on this machine.

Every cache key holds the workspace, its store version, what the viewer may see and the scope, so that nobody is ever
shown another's figures.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any, TypeVar

import pandas as pd
import platformdirs

from analysis import chapter, engine, overview
from analysis.claims import registry
from analysis.result import Frames, Result
from analysis.scope import Scope, narrowed
from analysis.sensitivity import sensitivity
from analysis.settings import DEFAULT, Settings, changed, differences
from data import queries
from data.draft import Answers, Draft
from data.importing import ImportOutcome, QuestionsOpen
from data.layouts.learned import Learned
from data.reader import Reader, release
from data.store import HistoryEntry, Workspace
from errors import UsageError, WorkspaceError
from sample.world import World, make_world
from service import imports
from service.cache import Cache
from service.imports import Preview

T = TypeVar("T")
SAMPLE_WORLD = "harbour"
HOME_VARIABLE = "NET_EFFECT_WORKSPACE"
METHOD_FILE = "method.toml"  # in the workspace's folder


@dataclass(frozen=True)
class Viewer:
    """Who looks. `groups` are the group ids whose rows this viewer may see; None = all of the workspace."""

    name: str
    groups: frozenset[str] | None = None


LOCAL = Viewer("local")


_frames = Cache(16)
_answers = Cache(256)


def home() -> Path:
    """The user's own workspace: $NET_EFFECT_WORKSPACE, else a folder of the platform's kind."""
    if chosen := os.environ.get(HOME_VARIABLE):
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("net-effect", appauthor=False) / "workspace"


def sample_path() -> Path:
    """The sample chapter stands beside the user's workspace and never mixes with it."""
    return home().with_name(home().name + "-sample")


def open_workspace(path: Path | str, viewer: Viewer = LOCAL) -> Session:
    return Session(Workspace(Path(path)), viewer)


def current(viewer: Viewer = LOCAL) -> Session:
    """The user's workspace once it holds anything, else the sample where one stands, else the empty workspace."""
    own = Workspace(home())
    if own.version is None and Workspace(sample_path()).version is not None:
        return Session(Workspace(sample_path()), viewer, target=own)
    return Session(own, viewer)


def add_sample(world: World | None = None) -> None:
    """Put the invented sample chapter beside the user's workspace."""
    write_sample(world or make_world(SAMPLE_WORLD), sample_path())


def remove_sample() -> None:
    release(sample_path())
    shutil.rmtree(sample_path(), ignore_errors=True)


def forget_answers() -> None:
    """Drop everything that is cached: somebody was erased."""
    _frames.clear()
    _answers.clear()


class Session:
    """One viewer's sight of one workspace. `target` is where imports go: for the sample, the user's own workspace."""

    def __init__(self, workspace: Workspace, viewer: Viewer = LOCAL, target: Workspace | None = None) -> None:
        self.workspace = workspace
        self.viewer = viewer
        self.target = target or workspace

    # --- what stands here -------------------------------------------------------------------------------------

    @property
    def version(self) -> int | None:
        return self.workspace.version

    @property
    def is_sample(self) -> bool:
        return self.workspace.path != self.target.path

    @property
    def is_empty(self) -> bool:
        return self.version is None

    def settings(self) -> dict[str, str]:
        return {} if self.target.version is None else self.target.settings()

    def groups(self) -> pd.DataFrame:
        """group_id, name, currency of the groups that the viewer may see."""
        return self.fetched("groups", lambda reader: queries.groups(reader, self._allowed(())))

    def receivers(self, scope: Scope) -> pd.DataFrame:
        """person_id, name, n (referrals received), most first."""
        allowed = self._allowed(scope.groups)
        return self.fetched(("receivers", allowed), lambda reader: queries.receivers(reader, allowed))

    def default_scope(self) -> Scope:
        return Scope()

    def group_ids(self, names: Sequence[str]) -> tuple[str, ...]:
        """Group ids for names or ids, as a user writes them.

        Raises:
            UsageError: a group that is not there, or not for this viewer.
        """
        known = self.groups()
        lookup = {str(key).casefold(): gid for gid, name in zip(known.group_id, known.name, strict=True)
                  for key in (gid, name)}  # fmt: skip
        unknown = [name for name in names if name.casefold() not in lookup]
        if unknown:
            raise UsageError(f"There is no group {unknown[0]!r} here.", f"Known: {', '.join(known.name) or 'none'}.")
        return tuple(lookup[name.casefold()] for name in names)

    # --- figures ----------------------------------------------------------------------------------------------

    def frames(self, scope: Scope) -> Frames:
        """The canonical rows of the scope, as the analysis takes them."""
        allowed = self._allowed(scope.groups)

        # One receiver is narrowed by the analysis: when the log ends is the group's affair, not that person's.
        return replace(self._rows_of(allowed), receiver=scope.receiver)

    def results(self, scope: Scope, claims: Sequence[str] | None = None) -> tuple[Result, ...]:
        """The claims' results; q is over the whole family, so all are computed and kept together."""
        unknown = [claim for claim in claims or () if claim not in registry]
        if unknown:
            raise UsageError(f"There is no claim {unknown[0]!r}.", f"Known: {', '.join(registry)}.")
        method = self.method()

        def make() -> tuple[Result, ...]:
            frames, wider = self.frames(scope), self._wider(scope)
            found = engine.analyse(frames, scope, store_version=self.version, settings=method, wider=wider)
            return tuple(replace(result, method=differences(method, DEFAULT)) for result in found)

        scope = scope.unfiltered()  # a verdict is about the whole log: filtering until something holds is no test
        made = _answers.get((*self._key(), "results", scope, method), make)
        return tuple(result for result in made if not claims or result.claim in claims)

    def result(self, scope: Scope, claim: str) -> Result:
        return self.results(scope, [claim])[0]

    def sensitivity(self, scope: Scope, claim: str) -> pd.DataFrame:
        """The claim's deciding estimate under other choices (analysis.sensitivity)."""
        method = self.method()
        return _answers.get(
            (*self._key(), "sensitivity", claim, scope, method),
            lambda: sensitivity(self.frames(scope), scope, claim, method),
        )

    def method(self) -> Settings:
        """The margins, horizons and benchmarks in force: the program's, changed by the workspace's method.toml.

        Raises:
            WorkspaceError: method.toml cannot be read, or names what is no setting.
        """
        file = self.workspace.path / METHOD_FILE
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return DEFAULT
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{METHOD_FILE} cannot be read ({error}).", "Mend it, or delete it.") from error
        try:
            return changed(DEFAULT, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, UsageError) as error:
            raise WorkspaceError(f"{METHOD_FILE}: {error}", "Mend it, or delete it.") from error

    def view(self, build: Callable[..., T], scope: Scope, *more: Any) -> T:
        """What `build(frames, scope, *more)` makes of the scope's rows, kept until the next version.

        The frames are narrowed to the scope's filters. more: whatever else it takes, hashable; part of the key.
        """
        return self.kept(
            (build.__module__, build.__qualname__, scope, *more),
            lambda: build(narrowed(self.frames(scope), scope), scope, *more),
        )

    def overview(self, scope: Scope) -> overview.Overview:
        return self.view(overview.build, scope)

    def chapter(self, scope: Scope) -> chapter.Chapter:
        return self.view(chapter.build, scope)

    def names(self) -> dict[str, str]:
        """Name by person_id, of everybody in the groups that the viewer may see."""
        people = self.frames(Scope()).people
        return dict(zip(people["person_id"], people["name"], strict=True))

    def rows(self, scope: Scope, referral_ids: Sequence[str], limit: int = 200, offset: int = 0) -> pd.DataFrame:
        """The log's rows behind a figure, with names, file and line."""
        with self.workspace.reader() as reader:
            return queries.event_rows(reader, list(referral_ids), self._allowed(scope.groups), limit, offset)

    def subtitle(self, scope: Scope) -> str:
        """The scope in words: the subtitle of pages and exports."""
        known = self.groups()
        chosen = known[known.group_id.isin(scope.groups)] if scope.groups else known
        parts = [", ".join(chosen.name) if len(chosen) <= 3 else f"{len(chosen)} groups"]
        if scope.receiver:
            who = self.receivers(replace(scope, receiver=None))
            parts.append("received by " + next(iter(who.name[who.person_id == scope.receiver]), "?"))
        if scope.start or scope.end:
            last = scope.end - timedelta(days=1) if scope.end else None
            parts.append(f"{scope.start or 'beginning'} to {last or 'latest'}")
        if scope.as_of:
            parts.append(f"as of {scope.as_of}")
        return " · ".join(part for part in parts if part)

    # --- changes ----------------------------------------------------------------------------------------------

    def preview(
        self, files: Sequence[Path | tuple[str, bytes]], answers: Answers | Mapping[str, Answers] | None = None,
        before: Preview | None = None,
    ) -> Preview:  # fmt: skip
        """Read the files and say what an import would do; nothing is stored.

        files: paths, or (name, content) of an upload; an archive stands for the files in it. answers: for all files,
        or by file name ("*": every other file). before: an earlier preview, whose files are not read again.
        """
        return imports.preview(files, answers or Answers(), self.settings(), self.learned(), before)

    def mapper(self, preview: Preview, name: str, answers: Answers | None = None) -> imports.Mapper | None:
        """A proposal for naming a previewed file's columns by hand; None for one with nothing to map, or too large."""
        raw = preview.raws.get(name)
        return imports.mapper(raw, answers or Answers(), self.settings(), self.learned()) if raw else None

    def learned(self) -> tuple[Learned, ...]:
        """The layouts that the workspace has learned."""
        return imports.learned_in(self.target.path)

    def layout_text(self, layout: Learned) -> str:
        """A learned layout as the TOML that another workspace can read."""
        return imports.text_of(layout)

    def forget(self, name: str) -> None:
        """Delete a learned layout.

        Raises:
            UsageError: there is none of this name.
        """
        imports.forget(self.target.path, name)

    def learn(self, layout: Learned) -> Path:
        """Keep a layout in the workspace for the next file with the same headers."""
        return imports.learn(self.target.path, layout)

    def commit(self, preview: Preview, *, strict: bool = False) -> ImportOutcome:
        """Import what was previewed, as one version.

        Raises:
            WorkspaceError: a file was refused, or `strict` and a row was; nothing was changed.
            QuestionsOpen: something must be answered first; nothing was changed.
        """
        if preview.errors:
            raise preview.errors[0][1]
        if preview.questions:
            raise QuestionsOpen(preview.questions)
        try:
            # A file that is known already says nothing new: a later file's answers stay what they are.
            answers = {} if self.target.knows(preview.drafts) else imports.remembered(preview.drafts)
            return self.target.import_drafts(preview.drafts, strict=strict, answers=answers)
        finally:
            preview.drop()

    def history(self) -> list[HistoryEntry]:
        return self.target.history()

    def undo(self) -> int | None:
        return self.target.undo()

    def redo(self) -> int | None:
        return self.target.redo()

    def doctor(self) -> list[Any]:
        return self.workspace.doctor()

    # --- tables -----------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        with self.workspace.reader() as reader:
            return reader.tables()

    def export_table(self, name: str, out: Path | IO[str]) -> None:
        """A canonical table or mart as CSV, formula cells neutralised, within the groups that the viewer may see.

        Raises:
            UsageError: there is no such table, or it cannot be narrowed to what this viewer may see.
        """
        with self.workspace.reader() as reader:
            reader.export_csv(name, out, self._allowed(()))

    # --- for the other modules of the seam -----------------------------------------------------------------------

    def reader(self) -> Reader:
        return self.workspace.reader()

    def allowed(self) -> tuple[str, ...] | None:
        """The groups whose rows this viewer may see; None = all."""
        return self._allowed(())

    def kept(self, what: Any, make: Callable[[], T]) -> T:
        """An answer that holds until the next version."""
        return _answers.get((*self._key(), what), make)

    def fetched(self, what: Any, make: Callable[[Reader], T]) -> T:
        """The same of something that is asked of the store."""

        def run() -> T:
            with self.reader() as reader:
                return make(reader)

        return self.kept(what, run)

    def whole(self) -> None:
        """Raise UsageError for a viewer who may not see every group: what follows reaches all of the workspace."""
        if self.viewer.groups is not None:
            raise UsageError("This reaches every group of the workspace, and you may not see all of them.")

    def edit(self, action: str, work: Callable[[Any], Any], *, begin: bool = False) -> int:
        """A change of the store as one version; the sample is not changed. Returns the current version.

        begin: it may be what a workspace begins with.
        """
        self.whole()
        if self.is_sample:
            raise UsageError("The sample cannot be changed.", "Import your own log first.")
        return self.target.edit(action, work, actor=self.viewer.name, begin=begin)

    # --- inside -----------------------------------------------------------------------------------------------

    def _key(self) -> tuple[Any, ...]:
        return (str(self.workspace.path.resolve()), self.version, self.viewer.groups)

    def _allowed(self, wanted: Sequence[str]) -> tuple[str, ...] | None:
        """The groups that a query may touch: what is wanted within what may be seen. None = all."""
        if self.viewer.groups is None:
            return tuple(sorted(wanted)) or None
        allowed = set(wanted) & self.viewer.groups if wanted else self.viewer.groups
        return tuple(sorted(allowed))

    def _rows_of(self, groups: tuple[str, ...] | None) -> Frames:
        def make() -> Frames:
            with self.workspace.reader() as reader:
                return Frames(**queries.frames(reader, groups), imported_on=queries.imported_on(reader))

        return _frames.get((*self._key(), "frames", groups), make)

    def _wider(self, scope: Scope) -> Frames | None:
        """All groups of the workspace, for pooled parameters alone (a region's drift): no row of them is ever shown."""
        return None if self._allowed(scope.groups) is None else self._rows_of(None)


_LAYOUT_OF = {"referrals": "referral_log", "members": "member_list"}


def world_drafts(world: World) -> list[Draft]:
    """A sample world as drafts, on the same way into the store as any file."""
    covers, frames = world.covers(), world.staging()

    def covered(kind: str) -> dict[str, tuple[date, date] | None]:
        """What a frame speaks for: its own kind of record, or for touches all that are no table's."""
        return {k: v for k, v in covers.items() if k == kind or (kind == "touches" and k not in frames)}

    return [
        Draft(name=f"sample {kind}", sheet="", sha256=f"sample-{world.name}-{world.seed}-{kind}", container="sample",
              layout=_LAYOUT_OF.get(kind, kind), rows_read=len(frame), frames={kind: frame}, covers=covered(kind))
        for kind, frame in frames.items()
    ]  # fmt: skip


def write_sample(world: World, path: Path) -> ImportOutcome:
    """Fill a workspace with a sample world."""
    return Workspace(path).import_drafts(world_drafts(world), answers={"sample": world.name})
