"""Stories: kept whole in the workspace, members by id alone, and nobody's own words where names are masked."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import service
from charts.theme import LIGHT
from errors import UsageError
from report import story
from report.story import Item, Story
from tests import naughty

SCOPE = service.Scope()
THREE = Story("abcd1234", "Three", (Item("overview"), Item("claim:L1", "Mine", "A note"), Item("agenda")))


@pytest.fixture
def session(chapter: service.Session, tmp_path: Path) -> service.Session:
    """A place of its own for stories, over the same records."""
    for file in chapter.workspace.path.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return service.open_workspace(tmp_path)


def whats(one: Story) -> list[str]:
    return [item.what for item in one.items]


def test_what_was_saved_is_read_back_and_lies_in_the_workspace(session: service.Session) -> None:
    path = story.save(session, THREE)
    assert path == session.workspace.path / "stories" / "abcd1234.toml"
    assert story.kept(session) == [THREE]
    assert story.get(session, SCOPE, "abcd1234") == THREE
    assert [p.name for p in path.parent.iterdir()] == ["abcd1234.toml"]
    story.forget(session, THREE)
    assert story.kept(session) == []


def test_words_of_any_kind_come_back_as_they_were() -> None:
    hard = [
        '"; title = "x',
        "a\\nb",
        "first\nsecond\ttabbed",
        "'''",
        "Jörg 🙂 \u202eabc",
        "# no comment",
        "]]\n[[items]]",
    ]
    hard += naughty.strings()[:300] if naughty.BLNS.exists() else []
    one = Story("abcd1234", "T", tuple(Item("overview", "x", note) for note in hard))
    read = tomllib.loads(story.text_of(one))
    for item, note in zip(read["items"], hard, strict=True):
        kept = note.replace("\r\n", "\n").replace("\r", "\n")
        assert item["note" if kept else "what"] == (story.writable(kept) or "overview")


def test_a_broken_file_breaks_nothing_else(session: service.Session) -> None:
    story.save(session, THREE)
    (session.workspace.path / "stories" / "ffff0000.toml").write_text("title = [")
    (session.workspace.path / "stories" / "Not-A-Key.toml").write_text("title = 'x'")
    assert [one.title for one in story.kept(session)] == ["A story that cannot be read", "Three"]


def test_items_move_and_stop_at_the_ends() -> None:
    assert whats(story.moved(THREE, 2, -1)) == ["overview", "agenda", "claim:L1"]
    assert whats(story.moved(THREE, 0, -1)) == whats(THREE)
    assert whats(story.moved(THREE, 2, 1)) == whats(THREE)
    assert whats(story.moved(THREE, 9, 1)) == whats(THREE)
    assert whats(story.without(THREE, 1)) == ["overview", "agenda"]
    assert story.worded(THREE, 0, "  A  title ", " note ").items[0] == Item("overview", "A title", "note")
    assert whats(story.added(THREE, "member:p0000001"))[-1] == "member:p0000001"
    with pytest.raises(UsageError):
        story.added(THREE, "../../etc/passwd\n")
    with pytest.raises(UsageError):
        story.added(replace(THREE, items=(Item("overview"),) * story.MOST), "overview")


def test_the_usual_story_begins_with_the_period_and_ends_with_what_to_decide(session: service.Session) -> None:
    usual = story.usual(session, SCOPE)
    assert whats(usual)[0] == "overview"
    assert whats(usual)[-1] == "agenda"
    slides = story.slides(session, SCOPE, usual, LIGHT)
    assert [s.place for s in slides] == sorted(s.place for s in slides)
    assert all(slide.section.heading for slide in slides)
    assert {s.place for s in slides} == set(range(len(usual.items)))


def test_an_own_title_stands_on_the_first_slide_of_its_item(session: service.Session) -> None:
    own = Story("abcd1234", "T", (Item("chapter", "Our chapter", "Look here"),))
    slides = story.slides(session, SCOPE, own, LIGHT)
    assert len(slides) > 3
    sections = [slide.section for slide in slides]
    assert (sections[0].heading, sections[0].note) == ("Our chapter", "Look here")
    assert sections[0].said[:2] == (sections[0].title, "Look here")  # the finding stays under its new title
    assert all(s.heading == s.title and not s.note for s in sections[1:])


def test_masked_slides_keep_the_authors_words_back(session: service.Session) -> None:
    own = Story("abcd1234", "T", (Item("overview", "Ann told me", "Ask Ann"),))
    (slide,) = story.slides(session.hiding(), SCOPE, own, LIGHT)
    assert "Ann" not in slide.section.heading + slide.section.note


def test_a_story_is_found_by_its_name_or_key(session: service.Session) -> None:
    story.save(session, THREE)
    assert story.named(session, SCOPE, "three") == story.named(session, SCOPE, "abcd1234") == THREE
    assert story.named(session, SCOPE, "usual").key == story.USUAL
    with pytest.raises(UsageError, match="There are: The usual story, Three"):
        story.named(session, SCOPE, "Four")
    story.save(session, replace(THREE, key="ffff0000"))
    with pytest.raises(UsageError, match="2 stories"):
        story.named(session, SCOPE, "Three")
    assert story.named(session, SCOPE, "ffff0000").title == "Three"


def test_what_is_gone_says_so(session: service.Session) -> None:
    own = Story("abcd1234", "T", (Item("claim:ZZ"), Item("member:nobody"), Item("nothing")))
    assert [s.section.title for s in story.slides(session, SCOPE, own, LIGHT)] == ["This is not here any more"] * 3


def test_whoever_sees_a_part_or_masked_names_changes_no_story(session: service.Session) -> None:
    story.save(session, THREE)
    part = service.Session(session.workspace, replace(session.viewer, groups=frozenset({"g0001"})))
    assert story.kept(part) == []
    for who in (part, session.hiding()):
        with pytest.raises(UsageError):
            story.save(who, THREE)
