"""From nothing to findings: the workbook is taken from an empty workspace, filled in elsewhere, and brought back."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import Page, expect

from data.logwords import KINDS
from sample.world import make_world
from tests.browser.every_page import heading, settled

pytestmark = pytest.mark.browser

Cell = str | float | dt.date | None


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """No sample: the server starts with nothing at all."""
    folder = tmp_path / "nothing"
    folder.mkdir()
    return folder


def fill_in(workbook: Path, filled: Path, rows: dict[str, list[list[Cell]]]) -> None:
    """Write rows under the headings of a workbook's sheets, as a spreadsheet program does: cell by cell, in the
    format that the column has."""
    names = ["About", "Referrals", "Members", "Contacts", "Assessments"]
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            for place, name in enumerate(names, start=1):
                if entry == f"xl/worksheets/sheet{place}.xml" and name in rows:
                    text = content.decode()
                    assert text.count("</sheetData>") == 1
                    content = text.replace("</sheetData>", _rows(text, rows[name]) + "</sheetData>").encode()
            new.writestr(entry, content)


def _rows(sheet: str, rows: list[list[Cell]]) -> str:
    styles = {
        place: style
        for first, last, style in re.findall(r'<col min="(\d+)" max="(\d+)"[^>]*? style="(\d+)"', sheet)
        for place in range(int(first), int(last) + 1)
    }
    made = []
    for number, row in enumerate(rows, start=2):
        cells = "".join(_cell(f"{chr(64 + place)}{number}", value, styles.get(place, "0"))
                        for place, value in enumerate(row, start=1) if value is not None)  # fmt: skip
        made.append(f'<row r="{number}">{cells}</row>')
    return "".join(made)


def _cell(name: str, value: Cell, style: str) -> str:
    if isinstance(value, str):
        return f'<c r="{name}" s="{style}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    number = (value - dt.date(1899, 12, 30)).days if isinstance(value, dt.date) else value
    return f'<c r="{name}" s="{style}"><v>{number}</v></c>'


def a_years_log() -> dict[str, list[list[Cell]]]:
    """A chapter's log as somebody writes it into the sheets; of contacts and assessments a few."""
    staging = make_world("base", seed=5, members=16, months=24).staging()
    yes_no = {True: "yes", False: "no"}
    day = lambda when: None if when != when else when.date()  # noqa: E731, PLR0124 NaT
    referrals: list[list[Cell]] = [
        [day(r.given_on), r.source, r.receiver, yes_no[r.receiver_present], yes_no.get(r.asked), r.prospect,
         KINDS.get(r.source_kind), None, (r.status or "").title() or None, day(r.closed_on),
         float(r.amount) if r.amount else None, r.currency]
        for r in staging["referrals"].itertuples()
    ]  # fmt: skip
    members: list[list[Cell]] = [
        [m.name, m.profession, day(m.joined_on), day(m.left_on), None] for m in staging["members"].itertuples()
    ]
    one, other = referrals[0][1], referrals[0][2]
    when = dt.date(2025, 3, 4)
    return {
        "Referrals": referrals,
        "Members": members,
        "Contacts": [[when, other, one, "Help given", "a stall"], [when, other, one, "Asked where we stand"]],
        "Assessments": [[when, other, one, *["yes"] * 8, *["no"] * 5, 7.0, 6.5]],
    }


def test_from_an_empty_workspace_over_the_workbook_to_findings(fresh: Any, visit: Callable, tmp_path: Path) -> None:
    watched = visit(f"{fresh.url}/findings")
    page: Page = watched.page
    heading(page, "^Findings$")
    expect(page.get_by_text("No referral is imported yet")).to_be_visible()
    expect(page.locator(".st-key-brief_L1")).to_have_count(0)

    page.goto(f"{fresh.url}/log")
    heading(page, "The log")
    expect(page.get_by_text("Nothing is written down yet")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Get the workbook").click()
    waiting.value.save_as(tmp_path / "empty.xlsx")
    assert waiting.value.suggested_filename == "net-effect-log.xlsx"
    rows = a_years_log()
    fill_in(tmp_path / "empty.xlsx", tmp_path / "filled.xlsx", rows)

    page.get_by_role("button", name="Bring it back").click()
    heading(page, "Your data")
    page.locator("input[type=file]").set_input_files(tmp_path / "filled.xlsx")
    load = page.get_by_role("button", name=re.compile("Import [0-9,]+ rows"))
    expect(load).to_be_enabled()
    assert f"Import {sum(map(len, rows.values()))} rows" in load.inner_text()
    load.click()
    expect(page.get_by_text("Imported.")).to_be_visible()

    page.goto(f"{fresh.url}/findings")
    card = page.locator(".st-key-brief_L1")
    expect(card).to_contain_text(re.compile(r"\d+ of 10"))
    expect(card).to_contain_text("95 %")
    expect(page.get_by_text("No referral is imported yet")).to_have_count(0)
    assert watched.errors == []
    assert watched.elsewhere == []


def test_the_first_referral_is_typed_on_a_telephone(fresh: Any, visit: Callable) -> None:
    """Names that nobody has written before, in a workspace that holds nothing."""
    watched = visit(f"{fresh.url}/log", viewport={"width": 380, "height": 800}, has_touch=True)
    page: Page = watched.page
    heading(page, "The log")
    settled(page)
    for label, name in (("Who gave it", "Ann Ash"), ("Who received it", "Bob Birch")):
        box = page.get_by_role("combobox", name=label)
        box.fill(name)
        expect(page.get_by_role("option", name=f"Add: {name}")).to_be_visible()
        box.press("Enter")
        expect(page.get_by_role("option")).to_have_count(0)
        expect(box).to_have_value(name)
    page.get_by_role("radiogroup", name="Was the receiver there?").get_by_text("No", exact=True).click()
    page.get_by_label("Your group").fill("Harbour")
    page.get_by_role("button", name="Save the referral").click()
    expect(page.get_by_text("The referral is in the log.")).to_be_visible()
    expect(page.get_by_text("Nothing is written down yet")).to_have_count(0)
    # While the next form is drawn the one before it still stands there.
    expect(page.get_by_role("combobox", name="Who received it").first).to_have_value("Bob Birch")
    main = page.get_by_test_id("stMain")
    for part in ("Contact", "Assessment", "Outcome", "Correct"):
        page.locator(".st-key-entry").get_by_text(part, exact=True).click()
        expect(page.get_by_text("Save the" if part != "Correct" else "The newest 1 referral").first).to_be_visible()
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert watched.errors == []
