"""One viewer's sight of one workspace.

Every cache key holds the workspace, its store version, what the viewer may see and the scope, so that nobody is ever
shown another's figures.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, TypeVar

import pandas as pd

from analysis import chapter, engine, overview
from analysis.claims import registry
from analysis.result import Frames, Result
from analysis.scope import Scope, narrowed
from analysis.sensitivity import sensitivity
from analysis.settings import DEFAULT, Settings, changed, differences
from data import queries
from data.draft import Answers
from data.importing import ImportOutcome, QuestionsOpen
from data.layouts.learned import Learned
from data.reader import Reader
from data.store import HistoryEntry, Workspace
from errors import UsageError, WorkspaceError
from service import imports, masking, organisation, retention
from service.access import NotAllowedError, reaches
from service.cache import Cache
from service.imports import Preview

T = TypeVar("T")
METHOD_FILE = "method.toml"  # in the workspace's folder


@dataclass(frozen=True)
class Viewer:
    """Who looks. `groups` are the group ids whose rows this viewer may see; None = all of the workspace.

    role: of service.access.ROLES. masked: names are hidden, whatever the page asks for. until: when the sign-in ends,
    in epoch seconds; None = never.
    """

    name: str
    groups: frozenset[str] | None = None
    role: str = "admin"
    masked: bool = False
    until: float | None = None


LOCAL = Viewer("local")


def _rows(frames: Frames) -> int:
    return sum(len(value) for value in vars(frames).values() if isinstance(value, pd.DataFrame))


_frames = Cache(2_000_000, _rows)  # rows; a chapter has some ten thousand
_answers = Cache(1024)

_elsewhere: set[Callable[[], None]] = set()


def when_forgetting(forget: Callable[[], None]) -> None:
    """Have what others keep of the answers, such as drawings, dropped with them."""
    _elsewhere.add(forget)


def forget_answers() -> None:
    """Drop everything that is cached: somebody was erased."""
    _frames.clear()
    _answers.clear()
    for forget in _elsewhere:
        forget()


class Session:
    """One viewer's sight of one workspace. `target` is where imports go: for the sample, the user's own workspace.

    masked: no name, firm, profession or exact amount leaves it, and nothing can be changed (service.masking).
    """

    def __init__(
        self, workspace: Workspace, viewer: Viewer = LOCAL, target: Workspace | None = None, *, masked: bool = False
    ) -> None:
        self.workspace = workspace
        self.viewer = viewer
        self.target = target or workspace
        self.masked = masked or viewer.masked

    def hiding(self) -> Session:
        """The same sight with names masked."""
        return Session(self.workspace, self.viewer, self.target, masked=True)

    def other_ids(self) -> dict[str, str]:
        """Each person's id here → the one on the other side of the mask; empty for whoever may not look there."""
        if self.viewer.masked or self.is_empty:
            return {}
        ids = self._mask().ids
        return {shown: person for person, shown in ids.items()} if self.masked else dict(ids)

    def id_here(self, person_id: str) -> str:
        """The id by which this session knows a person of the store: another one where names are masked."""
        return self._mask().ids.get(person_id, person_id) if self.masked and not self.is_empty else person_id

    # --- what stands here -------------------------------------------------------------------------------------

    @property
    def version(self) -> int | None:
        return self.workspace.version

    @property
    def is_sample(self) -> bool:
        return self.workspace.path != self.target.path

    @property
    def is_local(self) -> bool:
        """Whether the owner of this computer account looks, rather than somebody who signed in."""
        return self.viewer == LOCAL

    @property
    def is_empty(self) -> bool:
        return self.version is None

    def settings(self) -> dict[str, str]:
        return {} if self.target.version is None else self.target.settings()

    def groups(self) -> pd.DataFrame:
        """group_id, name, currency of the groups that the viewer may see."""
        found = self._fetched("groups", lambda reader: queries.groups(reader, self._allowed(())))
        return found.assign(name=found["group_id"].map(self._mask().groups)) if self.masked else found

    def receivers(self, scope: Scope) -> pd.DataFrame:
        """person_id, name, n (referrals received), most first."""
        allowed = self._allowed(scope.groups)
        found = self._fetched(("receivers", allowed), lambda reader: queries.receivers(reader, allowed))
        if not self.masked:
            return found
        mask = self._mask()
        found = found.assign(name=found["person_id"].map(mask.people), person_id=found["person_id"].map(mask.ids))
        return found.sort_values(["n", "name"], ascending=[False, True], kind="stable", ignore_index=True)

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
        """The canonical rows of the scope, as pages take them: masked where the session is."""
        if not self.masked:
            return self._exact(scope)
        made = _frames.get(
            (*self._key(), "frames", self._allowed(scope.groups)), lambda: self._mask().frames(self._exact(scope))
        )
        return replace(made, receiver=scope.receiver)

    def results(self, scope: Scope, claims: Sequence[str] | None = None) -> tuple[Result, ...]:
        """The claims' results; q is over the whole family, so all are computed and kept together."""
        unknown = [claim for claim in claims or () if claim not in registry]
        if unknown:
            raise UsageError(f"There is no claim {unknown[0]!r}.", f"Known: {', '.join(registry)}.")
        method = self.method()

        def make() -> tuple[Result, ...]:
            how = differences(method, DEFAULT)
            if not scope.receiver and organisation.too_large(self, scope.groups):
                return tuple(replace(result, method=how) for result in organisation.findings(self, scope).results)
            frames, wider = self._exact(scope), self._wider(scope)
            frames = self._mask().marked(frames) if self.masked else frames
            found = engine.analyse(frames, self._asked(scope), store_version=self.version, settings=method, wider=wider)
            found = [replace(result, method=how) for result in found]
            return tuple(self._mask().result(result) if self.masked else result for result in found)

        scope = scope.unfiltered()  # a verdict is about the whole log: filtering until something holds is no test
        made = _answers.get((*self._key(), "results", scope, method), make)
        return tuple(result for result in made if not claims or result.claim in claims)

    def result(self, scope: Scope, claim: str) -> Result:
        return self.results(scope, [claim])[0]

    def sensitivity(self, scope: Scope, claim: str) -> pd.DataFrame:
        """The claim's deciding estimate under other choices (analysis.sensitivity)."""
        method = self.method()

        def make() -> pd.DataFrame:
            if not self.masked:
                return sensitivity(self._exact(scope), scope, claim, method)
            marked = self._mask().marked(self._exact(scope))
            return self._mask().table(sensitivity(marked, self._asked(scope), claim, method))

        return _answers.get((*self._key(), "sensitivity", claim, scope, method), make)

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

        The frames are narrowed to the scope's filters. more: whatever else it takes, hashable; part of the key. Where
        names are masked it is made of the exact rows under pseudonyms, and what it holds is masked afterwards.
        """

        def make() -> T:
            if not self.masked:
                return build(narrowed(self._exact(scope), scope), scope, *more)
            mask = self._mask()
            asked, rest = mask.exact(scope), mask.exact(more)
            return mask.view(build(narrowed(mask.veiled(self._exact(scope)), asked), asked, *rest))

        return self.kept((build.__module__, build.__qualname__, scope, *more), make)

    def overview(self, scope: Scope) -> overview.Overview:
        return self.view(overview.build, scope)

    def chapter(self, scope: Scope) -> chapter.Chapter:
        return self.view(chapter.build, scope)

    def names(self, groups: tuple[str, ...] = ()) -> dict[str, str]:
        """Name by person_id, of everybody in these groups, or in all that the viewer may see."""

        def make() -> dict[str, str]:
            people = self.frames(Scope(groups=groups)).people
            return dict(zip(people["person_id"], people["name"], strict=True))

        return self.kept(("names", groups), make)

    def rows(self, scope: Scope, referral_ids: Sequence[str], limit: int = 200, offset: int = 0) -> pd.DataFrame:
        """The log's rows behind a figure, with names, file and line."""
        with self.workspace.reader() as reader:
            found = queries.event_rows(reader, list(referral_ids), self._allowed(scope.groups), limit, offset)
        if not self.masked:
            return found
        return masking.rows(found, self._mask(), self._exact(scope).referrals.set_index("referral_id"))

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
        self.need("editor")
        self.unmasked()
        self.whole()
        return imports.preview(files, answers or Answers(), self.settings(), self.learned(), before)

    def mapper(self, preview: Preview, name: str, answers: Answers | None = None) -> imports.Mapper | None:
        """A proposal for naming a previewed file's columns by hand; None for one with nothing to map, or too large."""
        raw = preview.raws.get(name)
        return imports.mapper(raw, answers or Answers(), self.settings(), self.learned()) if raw else None

    def learned(self) -> tuple[Learned, ...]:
        """The layouts that the workspace has learned; none for who may not see every group: answers name groups."""
        return imports.learned_in(self.target.path) if self.viewer.groups is None else ()

    def layout_text(self, layout: Learned) -> str:
        """A learned layout as the TOML that another workspace can read."""
        return imports.text_of(layout)

    def forget(self, name: str) -> None:
        """Delete a learned layout.

        Raises:
            UsageError: there is none of this name.
        """
        self.need("editor")
        self.unmasked()
        imports.forget(self.target.path, name)

    def learn(self, layout: Learned) -> Path:
        """Keep a layout in the workspace for the next file with the same headers."""
        self.need("editor")
        self.unmasked()
        return imports.learn(self.target.path, layout)

    def commit(self, preview: Preview, *, strict: bool = False) -> ImportOutcome:
        """Import what was previewed, as one version.

        Raises:
            WorkspaceError: a file was refused, or `strict` and a row was; nothing was changed.
            QuestionsOpen: something must be answered first; nothing was changed.
        """
        self.need("editor")
        self.unmasked()
        self.whole()
        if preview.errors:
            raise preview.errors[0][1]
        if preview.questions:
            raise QuestionsOpen(preview.questions)
        try:
            # A file that is known already says nothing new: a later file's answers stay what they are.
            answers = {} if self.target.knows(preview.drafts) else imports.remembered(preview.drafts)
            rule = retention.rule(self)  # one that cannot be read is said before anything is stored
            made = self.target.import_drafts(preview.drafts, strict=strict, answers=answers, actor=self.viewer.name)
            if made.changed and any(vars(retention.apply(self, rule)).values()):
                made = replace(made, version=self.target.version)
            return made
        finally:
            preview.drop()

    def history(self) -> list[HistoryEntry]:
        """Every version; who may not see every group reads when, not what: file names tell of other groups."""
        self.need("viewer")
        entries = self.target.history()
        if self.viewer.groups is None and not self.masked:
            return entries
        return [replace(entry, what="A change.", added={}, actor="") for entry in entries]

    def undo(self) -> int | None:
        self.need("editor")
        self.unmasked()
        self.whole()
        return self.target.undo()

    def redo(self) -> int | None:
        self.need("editor")
        self.unmasked()
        self.whole()
        return self.target.redo()

    def doctor(self) -> list[Any]:
        self.need("editor")
        return self.workspace.doctor()

    def repair(self) -> list[str]:
        """Point to the newest version that is whole, if the workspace does not; what was done, in words."""
        self.need("admin")
        return self.workspace.repair()

    # --- tables -----------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        with self.reader() as reader:
            return reader.tables()

    def export_table(self, name: str, out: Path | IO[str]) -> None:
        """A canonical table or mart as CSV, formula cells neutralised, within the groups that the viewer may see.

        Raises:
            UsageError: there is no such table, or it cannot be narrowed to what this viewer may see.
        """
        with self.reader() as reader:
            reader.export_csv(name, out, self._allowed(()))

    # --- for the other modules of the seam -----------------------------------------------------------------------

    def reader(self) -> Reader:
        """The store as it is; refused where names are masked."""
        self.need("viewer")
        self.unmasked()
        return self.workspace.reader()

    def allowed(self, wanted: Sequence[str] = ()) -> tuple[str, ...] | None:
        """The groups whose rows this viewer may see, of those wanted (without any, of all); None = all."""
        return self._allowed(wanted)

    @staticmethod
    def forget_answers() -> None:
        """Drop everything that is cached: something was forgotten."""
        forget_answers()

    def kept(self, what: Any, make: Callable[[], T]) -> T:
        """An answer that holds until the next version."""
        return _answers.get((*self._key(), what), make)

    def fetched(self, what: Any, make: Callable[[Reader], T], *, nameless: bool = False) -> T:
        """The same of something that is asked of the store.

        Refused where names are masked, unless the answer holds neither names nor amounts (nameless).
        """
        if not nameless:
            self.unmasked()
        return self._fetched(what, make)

    def unmasked(self) -> None:
        """Raise MaskedError where names are masked: what follows shows or changes the records as they are."""
        if self.masked:
            masking.refuse()

    def may(self, role: str) -> bool:
        """Whether the viewer's role reaches that far and the sign-in still holds."""
        return reaches(self.viewer.role, role) and (self.viewer.until is None or time.time() < self.viewer.until)

    def need(self, role: str) -> None:
        """Raise NotAllowedError for a viewer whose role does not reach that far, or whose sign-in has ended."""
        if self.viewer.until is not None and time.time() >= self.viewer.until:
            raise NotAllowedError("Your sign-in has ended.", "Reload the page and sign in again.")
        if not reaches(self.viewer.role, role):
            raise NotAllowedError(
                f"You are here as {self.viewer.role}; this needs the role {role}.", "Ask whoever runs this dashboard."
            )

    def whole(self) -> None:
        """Raise UsageError for a viewer who may not see every group: what follows reaches all of the workspace."""
        if self.viewer.groups is not None:
            raise UsageError("This reaches every group of the workspace, and you may not see all of them.")

    def edit(self, action: str, work: Callable[[Any], Any], *, begin: bool = False) -> int:
        """A change of the store as one version; the sample is not changed. Returns the current version.

        begin: it may be what a workspace begins with.
        """
        self.need("editor")
        self.unmasked()
        self.whole()
        if self.is_sample:
            raise UsageError("The sample cannot be changed.", "Import your own log first.")
        return self.target.edit(action, work, actor=self.viewer.name, begin=begin)

    # --- inside -----------------------------------------------------------------------------------------------

    def _key(self) -> tuple[Any, ...]:
        self.need("viewer")
        return (*self._whole_key(), self.viewer.groups, self.masked)

    def _whole_key(self) -> tuple[Any, ...]:
        return (str(self.workspace.path.resolve()), self.version)

    def _fetched(self, what: Any, make: Callable[[Reader], T]) -> T:
        def run() -> T:
            with self.workspace.reader() as reader:
                return make(reader)

        return self.kept(what, run)

    def _exact(self, scope: Scope) -> Frames:
        """The rows as they are, for findings alone: their results are masked afterwards."""
        # One receiver is narrowed by the analysis: when the log ends is the group's affair, not that person's.
        return replace(self._rows_of(self._allowed(scope.groups)), receiver=self._asked(scope).receiver)

    def _asked(self, scope: Scope) -> Scope:
        """The scope with the store's own id of its receiver."""
        return replace(scope, receiver=self._mask().exact_id(scope.receiver)) if self.masked else scope

    def _mask(self) -> masking.Mask:
        """Of the whole workspace, so that everybody who looks at it masked meets the same pseudonyms."""

        def make() -> masking.Mask:
            with self.workspace.reader() as reader:
                return masking.build(reader)

        return _answers.get((*self._whole_key(), "mask"), make)

    def _allowed(self, wanted: Sequence[str]) -> tuple[str, ...] | None:
        """The groups that a query may touch: what is wanted within what may be seen. None = all."""
        self.need("viewer")
        if self.viewer.groups is None:
            return tuple(sorted(wanted)) or None
        allowed = set(wanted) & self.viewer.groups if wanted else self.viewer.groups
        return tuple(sorted(allowed))

    def _rows_of(self, groups: tuple[str, ...] | None) -> Frames:
        def make() -> Frames:
            with self.workspace.reader() as reader:
                return Frames(**queries.frames(reader, groups), imported_on=queries.imported_on(reader))

        return _frames.get((*self._whole_key(), self.viewer.groups, "frames", groups), make)

    def _wider(self, scope: Scope) -> Frames | None:
        """All groups of the workspace, for pooled parameters alone (a region's drift): no row of them is ever shown.

        None where the selection is all there is. Where all is too much to read row by row: a fixed draw of groups.
        """
        if self._allowed(scope.groups) is None:
            return None
        if (groups := organisation.region(self)) is None:
            return self._rows_of(None)

        def make() -> Frames:
            with self.workspace.reader() as reader:
                return Frames(**queries.frames(reader, groups), imported_on=queries.imported_on(reader))

        return _frames.get((*self._whole_key(), "region", groups), make)
