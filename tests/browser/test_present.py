"""A story on the wall: keys turn the slides, a link opens one, Back goes back, Esc leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def title(page: Page) -> Any:
    return page.locator(".st-key-slide").get_by_role("heading", level=1)


def at(page: Page, slide: int) -> None:
    expect(page).to_have_url(re.compile(rf"slide={slide}(&|$)"))
    expect(page.locator(".st-key-slide").get_by_text(re.compile(rf"^{slide} of \d"))).to_be_visible()


def test_keys_turn_the_slides_and_a_link_opens_one(server: Any, visit: Callable) -> None:
    watched = visit(f"{server.url}/present?slide=1")
    page: Page = watched.page
    at(page, 1)
    first = title(page).inner_text()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_timeout(2_000)  # the keys are heard once the page has been drawn
    page.keyboard.press("ArrowRight")
    at(page, 2)
    expect(title(page)).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    at(page, 1)
    expect(title(page)).to_have_text(first)
    page.keyboard.press("PageDown")  # what a clicker sends
    at(page, 2)
    page.keyboard.press("PageUp")
    at(page, 1)
    page.go_back()
    at(page, 2)
    expect(title(page)).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("slide="))
    expect(page.get_by_role("button", name="Present", exact=False).last).to_be_visible()
    assert watched.errors == []
    assert watched.elsewhere == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_slide_covers_the_window_in_the_readers_theme(server: Any, visit: Callable, scheme: str) -> None:
    page: Page = visit(f"{server.url}/present?slide=1&mask=1", color_scheme=scheme).page
    at(page, 1)
    slide = page.locator(".st-key-slide")
    page.wait_for_function("() => getComputedStyle(document.querySelector('.st-key-slide')).position === 'fixed'")
    box = slide.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 900)
    middle = page.evaluate("() => !!document.elementFromPoint(640, 20).closest('.st-key-slide')")
    assert middle  # the navigation does not lie over it
    red = int(re.findall(r"\d+", slide.evaluate("e => getComputedStyle(e).backgroundColor"))[0])
    assert (red < 128) == (scheme == "dark")
    expect(slide.get_by_text("names masked")).to_be_visible()


def test_a_telephone_needs_no_sideways_scrolling(server: Any, visit: Callable) -> None:
    page: Page = visit(f"{server.url}/present?slide=1", viewport={"width": 380, "height": 800}).page
    at(page, 1)
    slide = page.locator(".st-key-slide")
    assert slide.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
