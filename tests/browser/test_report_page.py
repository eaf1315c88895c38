"""The report in a real browser: without a network, on paper width and on a telephone; and made from its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import service
from report import build

pytestmark = pytest.mark.browser
SCOPE = service.Scope()


@pytest.fixture(scope="module")
def report(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "report.html"
    build.write(service.open_workspace(sample), build.Order("html", SCOPE), out)
    return out


@pytest.mark.parametrize("width", [1280, 380])
def test_the_file_draws_every_chart_and_asks_nobody_for_anything(browser: Browser, report: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert errors == []
    assert requests == [report.as_uri()]
    assert page.locator(".chart").count() == page.locator(".chart .main-svg:first-child").count() > 20
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".chart:not([aria-label])").count() == 0
    context.close()


def test_a_chart_answers_to_the_mouse(browser: Browser, report: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    first = page.locator(".chart").first
    first.scroll_into_view_if_needed()
    box = first.bounding_box()
    assert box is not None
    for part in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
        if first.locator(".hoverlayer text").count():
            break
    assert first.locator(".hoverlayer text").count() > 0
    page.close()


def test_the_rules_of_the_file_stop_a_script_that_somebody_put_into_it(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    text = report.read_text(encoding="utf-8")
    changed = tmp_path / "changed.html"
    changed.write_text(text.replace("<main>", '<main><script>window.ran = 1</script><img src="https://example.com/x">'))
    page = browser.new_page()
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url))
    page.goto(changed.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert page.evaluate("window.ran") is None
    assert not any("example.com" in url for url in asked)
    page.close()


def test_a_report_is_made_and_downloaded_while_the_page_stays_awake(server, visit: Callable, tmp_path: Path) -> None:
    watched = visit(f"{server.url}/reports?mask=1")
    page = watched.page
    page.get_by_role("button", name="Make it").click()
    button = page.get_by_role("button", name="Download Page (HTML)")
    expect(button).to_be_visible(timeout=120_000)
    with page.expect_download() as waiting:
        button.click()
    out = tmp_path / "taken.html"
    waiting.value.save_as(out)
    assert waiting.value.suggested_filename.endswith("-masked.html")
    assert "Names are masked and amounts rounded." in out.read_text(encoding="utf-8")
    assert watched.errors == []
    assert watched.elsewhere == []


def test_a_report_under_way_can_be_cancelled(server, visit: Callable) -> None:
    page = visit(f"{server.url}/reports?format=Print+%28PDF%29").page
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Make it")).to_be_visible()
