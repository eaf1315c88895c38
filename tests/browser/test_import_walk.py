"""As a chapter leader would: weekly exports without a day, one grid, one currency, the chapter; then a list of one's
own, mapped once and known afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sample.exports import write_exports
from sample.files import Style
from sample.world import make_world

pytestmark = pytest.mark.browser

OWN = "Wann war es,Gast,Partner,Für wen\n2026-01-25,Acme,Ann Ash,Ben Birch\n2026-01-26,Bolt,Cy Cedar,Ben Birch\n"
NEXT = "Wann war es,Gast,Partner,Für wen\n2026-02-01,Crux,Ann Ash,Ben Birch\n"
IMPORT = re.compile("Import [0-9,]+ row")


def exports(folder: Path) -> list[Path]:
    """Three weeks of slips that do not say their day, a PALMS summary and the lengths of membership."""
    world = make_world("base", seed=5, members=12, months=4)
    weeks = write_exports(world, folder, layouts=["slips_audit"], style=Style(container="xml", banner=False))[:3]
    lists = write_exports(world, folder, layouts=["palms", "membership_length"])
    return [weeks[0].path, weeks[1].path, weeks[2].path, lists[0].path, lists[-1].path]


def own(name: str, text: str) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("combobox", name=re.compile(question)).first.click()
    page.get_by_role("option", name=answer).first.click()


def test_from_weekly_exports_to_the_chapter_and_a_list_of_ones_own(fresh: Any, visit: Callable, tmp_path: Path) -> None:
    watched = visit(f"{fresh.url}/data")
    page: Page = watched.page
    page.locator("input[type=file]").set_input_files(exports(tmp_path / "exports"))
    expect(page.get_by_text("Which days do these files cover?")).to_be_visible()
    button = page.get_by_role("button", name=IMPORT)
    expect(button).to_be_disabled()
    page.get_by_role("button", name=re.compile("month first|each name")).click()
    expect(page.get_by_text(re.compile("In which currency")).first).to_be_visible()
    choose(page, "currency", "EUR")
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_text("Imported.")).to_be_visible()

    page.get_by_role("link", name="The chapter").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()

    page.get_by_role("link", name="Data").first.click()
    page.locator("input[type=file]").set_input_files([own("liste.csv", OWN)])
    expect(page.get_by_text("is no export that is known here")).to_be_visible()
    page.get_by_role("button", name="Use these columns").click()
    page.get_by_test_id("stRadioGroup").get_by_text("Partner").click()
    page.get_by_role("button", name=IMPORT).click()
    expect(page.get_by_text("2 referrals loaded")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(1)  # the emptied uploader has taken the old one's place
    page.locator("input[type=file]").set_input_files([own("liste 2.csv", NEXT)])
    expect(page.get_by_text("1 referral will load")).to_be_visible()
    expect(page.get_by_text("Read by this workspace's own layout 'liste'")).to_be_visible()
    assert watched.errors == []
    assert watched.elsewhere == []
