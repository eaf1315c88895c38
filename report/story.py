"""A story: findings, pages and members in an order of one's own, with titles and notes, kept in the workspace.

Stories lie in the workspace's folder as `stories/<key>.toml`. Members stand in them by id alone; titles and notes are
whatever their author wrote, and are not shown where names are masked.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import formats
from analysis.scope import Scope
from charts.theme import Look
from errors import UsageError, WorkspaceError
from report import agenda, story_items
from report import content as contents
from report.model import Section
from report.plain import writable
from service import Session

FOLDER = "stories"
USUAL = "usual"
LONGEST_TITLE, LONGEST_NOTE, MOST = 300, 4000, 200
_KEY = re.compile(r"[a-z0-9]{8}")
_WHAT = re.compile(r"[\w:.-]{1,80}")


@dataclass(frozen=True)
class Item:
    """what: as report.content knows it, or "agenda". title: instead of the finding's own sentence; "" for that."""

    what: str
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Story:
    key: str
    title: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Slide:
    """One finding as it is shown. place: of its item in the story; note: the author's, for the first of an item."""

    place: int
    section: Section
    title: str
    note: str


# --- kept in the workspace -----------------------------------------------------------------------------------------


def kept(session: Session) -> list[Story]:
    """The workspace's stories by title. None for a viewer who may not see every group: a note may speak of any."""
    if session.viewer.groups is not None:
        return []
    found = [
        _read(path) for path in sorted((session.workspace.path / FOLDER).glob("*.toml")) if _KEY.fullmatch(path.stem)
    ]
    return sorted(found, key=lambda story: (story.title.casefold(), story.key))


def get(session: Session, scope: Scope, key: str | None) -> Story:
    """The story of that key; the usual one where there is none such."""
    return next((story for story in kept(session) if story.key == key), None) or usual(session, scope)


def may_change(session: Session) -> bool:
    return session.may("editor") and session.viewer.groups is None and not session.masked


def save(session: Session, story: Story) -> Path:
    """Write it as a whole or not at all.

    Raises:
        UsageError: this viewer may not change stories.
        WorkspaceError: the file cannot be written.
    """
    if not may_change(session):
        raise UsageError("You cannot change stories here.", "Ask whoever edits this workspace, or show names first.")
    path = session.workspace.path / FOLDER / f"{story.key}.toml"
    try:
        path.parent.mkdir(exist_ok=True)
        handle, half = tempfile.mkstemp(prefix=".story-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text_of(story))
                file.flush()
                os.fsync(file.fileno())
            Path(half).replace(path)
        finally:
            Path(half).unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(f"The story cannot be saved ({error.strerror or error}).", "Is the disk full?") from error
    return path


def forget(session: Session, story: Story) -> None:
    """Delete it. Raises UsageError for a viewer who may not."""
    if not may_change(session):
        raise UsageError("You cannot change stories here.")
    if _KEY.fullmatch(story.key):
        (session.workspace.path / FOLDER / f"{story.key}.toml").unlink(missing_ok=True)


def text_of(story: Story) -> str:
    """The story as TOML."""
    lines = [f"title = {_quoted(story.title)}"]
    for item in story.items:
        lines += ["", "[[items]]", f"what = {_quoted(item.what)}"]
        lines += [f"{name} = {_quoted(value)}" for name, value in (("title", item.title), ("note", item.note)) if value]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(signs.get(c, c) for c in writable(text.replace("\r\n", "\n").replace("\r", "\n"))) + '"'


def _read(path: Path) -> Story:
    """A file that cannot be read is a story without items: it says so, and nothing else breaks."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        items = tuple(
            Item(str(i["what"]), str(i.get("title", "")), str(i.get("note", ""))) for i in data.get("items", [])
        )
        return Story(path.stem, str(data.get("title", "")) or "Story", items[:MOST])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        return Story(path.stem, "A story that cannot be read")


# --- making and changing -------------------------------------------------------------------------------------------


def usual(session: Session, scope: Scope) -> Story:
    """What is told without a choice: the period, what is settled, who never met, what to decide."""
    dated = not session.is_empty and not session.overview(scope).empty
    chapter = not session.is_empty and not session.chapter(scope).empty
    whats = ["overview"] if dated else []
    whats += [f"claim:{result.claim}" for result in story_items.answered(session, scope)]
    whats += ["chapter:never_met"] if chapter and session.chapter(scope).never_met is not None else []
    return Story(USUAL, "The usual story", tuple(Item(what) for what in [*whats, *(["agenda"] if chapter else [])]))


def copied(story: Story, title: str) -> Story:
    """The same under a key of its own."""
    return replace(story, key=secrets.token_hex(4), title=title.strip()[:LONGEST_TITLE] or "Story")


def added(story: Story, what: str) -> Story:
    """With one more item at its end. Raises UsageError for what can be no item, or one too many."""
    if not _WHAT.fullmatch(what):
        raise UsageError(f"There is no item {what!r}.")
    if len(story.items) >= MOST:
        raise UsageError(f"A story holds {MOST} items at most.")
    return replace(story, items=(*story.items, Item(what)))


def without(story: Story, at: int) -> Story:
    return replace(story, items=tuple(item for place, item in enumerate(story.items) if place != at))


def moved(story: Story, at: int, by: int) -> Story:
    """With the item so many places later; it stops at either end."""
    items = list(story.items)
    if not 0 <= at < len(items):
        return story
    item = items.pop(at)
    items.insert(max(0, min(len(items), at + by)), item)
    return replace(story, items=tuple(items))


def worded(story: Story, at: int, title: str, note: str) -> Story:
    """With an own title and note for one item; "" takes them away."""
    item = replace(story.items[at], title=" ".join(title.split())[:LONGEST_TITLE], note=note.strip()[:LONGEST_NOTE])
    return replace(story, items=(*story.items[:at], item, *story.items[at + 1 :]))


def renamed(story: Story, title: str) -> Story:
    return replace(story, title=" ".join(title.split())[:LONGEST_TITLE] or story.title)


# --- what it shows -------------------------------------------------------------------------------------------------


def slides(session: Session, scope: Scope, story: Story, look: Look, locale: str = formats.DEFAULT) -> list[Slide]:
    """Each finding of each item. Where names are masked the author's own words stay away: they may name somebody."""
    made = []
    for place, item in enumerate(story.items):
        own = item if not session.masked else Item(item.what)
        for nth, section in enumerate(sections(session, scope, item.what, look, locale)):
            first = nth == 0
            made.append(Slide(place, section, own.title if first and own.title else section.title,
                              own.note if first else ""))  # fmt: skip
    return made


def sections(session: Session, scope: Scope, what: str, look: Look, locale: str) -> Sequence[Section]:
    """An item's sections; one that says so where it is not there (any more)."""
    try:
        if what == "agenda":
            return [agenda.section(session, scope, locale)]
        found = contents.sections_of(session, scope, what, look, locale)
    except UsageError:
        return [
            Section(what, "This is not here any more", lines=("Take it out of the story, or change the selection.",))
        ]
    kind, _, key = what.partition(":")
    return [s for s in found if s.key == key] or found if kind == "chapter" and key else found
