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
from report import content as contents
from report import story_items
from report.model import Content, Section
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
    """One finding as it is shown. place: of its item in the story."""

    place: int
    section: Section


# --- kept in the workspace -----------------------------------------------------------------------------------------


def kept(session: Session) -> list[Story]:
    """The workspace's stories by title. None for a viewer who may not see every group: a note may speak of any."""
    if session.viewer.groups is not None:
        return []
    found = [
        known_as(session, _read(path))
        for path in sorted((session.workspace.path / FOLDER).glob("*.toml"))
        if _KEY.fullmatch(path.stem)
    ]
    return sorted(found, key=lambda story: (story.title.casefold(), story.key))


def get(session: Session, scope: Scope, key: str | None) -> Story:
    """The story of that key; the usual one where there is none such."""
    return next((story for story in kept(session) if story.key == key), None) or usual(session, scope)


def named(session: Session, scope: Scope, name: str) -> Story:
    """The story of that name or key, as a user writes it.

    Raises UsageError where there is none such, or several of that name.
    """
    known = [usual(session, scope), *kept(session)]
    found = [one for one in known if name.casefold() in (one.key, one.title.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"There are {len(found)} stories named {name!r}.",
                         f"Name one by its key: {', '.join(one.key for one in found)}.")  # fmt: skip
    raise UsageError(f"There is no story {name!r} here.", f"There are: {', '.join(one.title for one in known)}.")


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


def known_as(session: Session, story: Story) -> Story:
    """A story of the store's own ids with those that the session knows members by: others where names are masked."""
    return replace(story, items=tuple(replace(item, what=named_here(session, item.what)) for item in story.items))


def named_here(session: Session, what: str) -> str:
    """The same of one item."""
    kind, _, person = what.partition(":")
    return f"{kind}:{session.id_here(person)}" if kind == "member" else what


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
    """Each finding of each item."""
    return [Slide(place, section) for place, item in enumerate(story.items)
            for section in sections(session, scope, item, look, locale)]  # fmt: skip


def content(
    session: Session, scope: Scope, story: Story, look: Look, locale: str = formats.DEFAULT,
    step: contents.Step = lambda done, of: None,
) -> Content:  # fmt: skip
    """The story as a report, in its order and with its author's words; step as report.content has it.

    Raises UsageError where the workspace is empty.
    """
    contents.version_of(session)
    made = contents.each(story.items, lambda item: sections(session, scope, item, look, locale), step)
    own = story.key != USUAL and not session.masked
    title = story.title if own else contents.title(session, scope, [item.what for item in story.items])
    return contents.whole(session, scope, title, made)


def sections(session: Session, scope: Scope, item: Item, look: Look, locale: str) -> Sequence[Section]:
    """An item's sections, the author's words on the first; one that says so where it is not there (any more).

    Where names are masked the author's words stay away: they may name somebody.
    """
    try:
        found = contents.sections_of(session, scope, item.what, look, locale)
    except UsageError:
        return [Section(item.what, "This is not here any more",
                        lines=("Take it out of the story, or change the selection.",))]  # fmt: skip
    if session.masked or not found:
        return found
    return [replace(found[0], own=item.title, note=item.note), *found[1:]]
