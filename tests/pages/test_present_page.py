"""The Present page: a story is composed, and a slide of it opens by its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import service
from report import story


@pytest.fixture
def tidy(workspaces: dict[str, Path]):
    """The workspaces are shared: what a test saved in them goes again."""
    yield
    for name in ("own", "sample-sample"):
        for file in (workspaces["sample"].with_name(name) / "stories").glob("*.toml"):
            file.unlink()


def said(at) -> str:
    return "\n".join(element.value for element in (*at.title, *at.subheader, *at.markdown, *at.caption))


def param(at, name: str) -> str:
    """What the address says, which the test's own writing keeps as a text and the page's as a list."""
    value = at.query_params[name]
    return value if isinstance(value, str) else value[-1]


def button(at, key: str):
    return next(b for b in at.button if b.key == key)


def test_the_usual_story_stands_ready(open_page: Callable) -> None:
    at = open_page("present.py", "sample")
    assert not at.exception
    assert at.title[0].value == "The usual story"
    assert "The overview" in said(at)
    assert not [b for b in at.button if str(b.key).startswith("up_")]  # it is not one's own


def test_a_copy_is_put_in_order_worded_and_kept(open_page: Callable, workspaces: dict[str, Path], tidy: None) -> None:
    at = open_page("present.py", "own")
    button(at, "copy_story").click().run()
    session = service.open_workspace(workspaces["own"])
    (mine,) = story.kept(session)
    assert param(at, "story") == mine.key
    first, second = mine.items[:2]
    button(at, "down_0").click().run()
    assert story.kept(session)[0].items[:2] == (second, first)
    button(at, "remove_0").click().run()
    assert story.kept(session)[0].items[0] == first
    assert not at.exception


def test_a_slide_opens_by_its_address_and_buttons_turn_it(open_page: Callable) -> None:
    at = open_page("present.py", "own")
    at.query_params["slide"] = "1"
    at.run()
    assert not at.exception
    assert "1 of" in at.caption[-1].value
    assert button(at, "slide_previous").disabled
    button(at, "slide_next").click().run()
    assert param(at, "slide") == "2"
    button(at, "slide_leave").click().run()
    assert "slide" not in at.query_params


@pytest.mark.parametrize("asked", ["0", "999", "-1", "x", "²"])
def test_an_address_that_makes_no_sense_breaks_nothing(open_page: Callable, asked: str) -> None:
    at = open_page("present.py", "own")
    at.query_params["slide"] = asked
    at.run()
    assert not at.exception


def test_masked_hides_ones_own_words(open_page: Callable, workspaces: dict[str, Path], tidy: None) -> None:
    session = service.open_workspace(workspaces["own"])
    story.save(session, story.Story("abcd1234", "Ann’s hour", (story.Item("overview", "Ann told me", "Ask Ann"),)))
    at = open_page("present.py", "own", story="abcd1234", mask="1")
    at.query_params["story"], at.query_params["mask"] = "abcd1234", "1"
    at.run()
    assert "Ann" not in said(at)
    at.query_params["slide"] = "1"
    at.run()
    assert not at.exception
    assert "Ann" not in said(at)
    assert "names masked" in at.caption[-1].value


def test_nothing_imported_says_what_to_do(open_page: Callable) -> None:
    at = open_page("present.py", "empty")
    assert not at.exception
    assert at.title[0].value == "Present"
