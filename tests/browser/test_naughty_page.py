"""Naughty strings as names, groups, prospects and file names in a real browser: text, and nothing but text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from naughty import rows_of, strings
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.shared]

FILE = "[x](http://evil.example) <img src=x onerror=alert(1)> $a$ :red[b] ![y](http://evil.example/y.png).csv"
PAGES = ("", "chapter", "findings", "presence", "sources", "tenure", "people", "quality", "data")


def content() -> bytes:
    """Each string gives and receives: the worst of them often, so that every list and figure has them."""
    out = io.StringIO(newline="")
    rows = rows_of(strings(), group="<a href='http://evil.example'>Harbour</a> **b** [x](http://evil.example)")
    scripts = [row for row in rows[1:] if re.search("<|]\\(|javascript", row[1])]
    for place, row in enumerate(scripts * 4):
        rows.append([row[0], row[1], scripts[place % 7][1], row[3] + str(place), "won", row[5], row[6]])
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def nothing_but_text(page: Page, where: str) -> None:
    """No link, picture, frame or heading of theirs was made, and no script of theirs ran."""
    main = page.get_by_test_id("stApp")
    for made in ("a[href*='evil']", "a[href^='javascript']", "iframe", "img[src='x']", "img[src*='evil']", "svg a",
                 "video", "audio", "[onerror]", "[onload]", "[onclick]"):  # fmt: skip
        found = main.locator(made).evaluate_all("all => all.map(e => e.parentElement.outerHTML.slice(0, 400))")
        assert found == [], (where, made)


def test_nothing_of_theirs_runs_or_is_rendered(fresh: Any, visit: Callable) -> None:
    watched = visit(f"{fresh.url}/data")
    page: Page = watched.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.locator("input[type=file]").set_input_files([{"name": FILE, "mimeType": "text/csv", "buffer": content()}])
    expect(page.get_by_text("will load")).to_be_visible()
    page.get_by_text("Columns as understood").click()
    expect(page.get_by_text("As it would load")).to_be_visible()
    nothing_but_text(page, "preview")
    page.get_by_role("button", name=re.compile("Import [0-9,]+ row")).click()
    expect(page.get_by_text("Imported.")).to_be_visible()
    for path in PAGES:
        page.goto(f"{fresh.url}/{path}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        page.wait_for_timeout(500)
        nothing_but_text(page, path)
    assert dialogs == []
    assert watched.errors == []
    assert watched.elsewhere == []
