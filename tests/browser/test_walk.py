"""The main job in a real browser: from the sample to one's own log to a contrast to the rows behind it."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sample.world import make_world
from tests.browser.every_page import PAGES, heading, settled

pytestmark = pytest.mark.browser


def go(page: Page, section: str, name: str) -> None:
    """Open a page that stands in a menu of the navigation."""
    page.get_by_role("navigation").get_by_text(section, exact=True).click()
    page.get_by_role("menuitem", name=name).first.click()


def ask(port: int, path: str = "/", **headers: str) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.headers


def log_and_members(folder: Path) -> list[Path]:
    """A chapter's log and member list as people keep them: dates day first, amounts without a currency."""
    staging = make_world("base", seed=5, members=16, months=24).staging()
    log, members = staging["referrals"], staging["members"]
    table = log[["given_on", "source", "source_kind", "receiver", "receiver_present", "status", "closed_on", "amount"]]
    table = table.assign(
        given_on=log.given_on.dt.strftime("%d/%m/%Y"),
        closed_on=log.closed_on.dt.strftime("%d/%m/%Y"),
        receiver_present=log.receiver_present.map({True: "yes", False: "no"}),
    )
    table.columns = ["Date", "From", "Source type", "To", "Present?", "Status", "Closed on", "Amount"]
    table.loc[3, "Date"] = "31/31/2025"
    table.to_csv(folder / "log.csv", index=False)
    listed = members[["name", "profession", "joined_on", "left_on"]]
    listed.columns = ["Name", "Profession", "Joined", "Left"]
    listed.to_csv(folder / "members.csv", index=False)
    return [folder / "log.csv", folder / "members.csv"]


def test_from_the_sample_to_ones_own_rows(fresh: Any, visit: Callable, tmp_path: Path) -> None:
    watched = visit(fresh.url)
    page: Page = watched.page
    heading(page, "referrals")
    expect(page.get_by_text("Sample data").first).to_be_visible()
    page.get_by_role("button", name="Import your log").click()
    heading(page, "Your data")

    page.locator("input[type=file]").set_input_files(log_and_members(tmp_path))
    expect(page.get_by_text("1 row will not")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^.*Import [0-9,]+ rows"))).to_be_disabled()
    page.get_by_role("combobox", name=re.compile("currency")).click()
    page.get_by_role("option", name="EUR").click()
    page.get_by_role("button", name=re.compile("Import [0-9,]+ rows")).click()
    expect(page.get_by_text("Imported.")).to_be_visible()
    expect(page.get_by_text("Sample data")).to_have_count(0)

    go(page, "Contrasts", "Customers and partners")
    heading(page, "Customers and professional partners")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    page.get_by_text(re.compile(r"Rows behind it")).first.click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"as they stand in your files"))).to_be_visible()
    settled(page)
    assert watched.errors == []
    assert watched.elsewhere == []


def test_each_page_opens_by_its_own_url_on_a_fresh_server(fresh: Any, visit: Callable) -> None:
    """The first visit to a page may not go around the router: its frame, the chip, is there every time."""
    for path, title in list(PAGES.items())[::-1]:
        watched = visit(f"{fresh.url}/{path}")
        heading(watched.page, title)
        expect(watched.page.get_by_text("Sample data").first).to_be_visible()
        expect(watched.page.get_by_role("link", name="Findings").first).to_be_visible()
        settled(watched.page)
        assert watched.errors == []
        assert watched.elsewhere == []


@pytest.mark.parametrize("path", ["_router", "_shell", "app"])
def test_nothing_but_the_routers_pages_can_be_opened(server: Any, visit: Callable, path: str) -> None:
    """Whatever else is asked for ends in the router, never in a script that runs by itself."""
    page = visit(f"{server.url}/{path}").page
    heading(page, "referrals")
    expect(page.get_by_text("Sample data").first).to_be_visible()


def test_a_link_opens_the_same_view_and_back_goes_back(server: Any, visit: Callable) -> None:
    page: Page = visit(f"{server.url}/?period=Last+3+months&compare=a+year+earlier").page
    heading(page, "referrals")
    expect(page.get_by_role("combobox", name="Period")).to_have_value("Last 3 months")
    three = page.get_by_role("heading", level=1).inner_text()
    go(page, "Contrasts", "Tenure and results")
    heading(page, "Time in the group")
    expect(page).to_have_url(re.compile("/tenure.*Last(\\+|%20)3"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(three)
    page.get_by_role("combobox", name="Period").click()
    page.get_by_role("option", name="Last 6 months").click()
    expect(page).to_have_url(re.compile("Last(\\+|%20)6"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text(three)


def test_an_address_holds_ids_and_back_takes_a_choice_back(server: Any, visit: Callable) -> None:
    page: Page = visit(server.url).page
    heading(page, "referrals")
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("combobox", name="Received by").click()
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile(r"receiver=p\d+$"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
    go(page, "Contrasts", "Tenure and results")
    expect(page).to_have_url(re.compile(r"/tenure\?receiver=p\d+$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?receiver=p\d+$"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("receiver"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_every_view_is_one_step_back_and_one_forward(server: Any, visit: Callable) -> None:
    """Several choices are carried to the next page, and the way back holds no view twice."""
    page: Page = visit(f"{server.url}/?filter=room%3Anetworked").page
    heading(page, "referrals")
    address = [page.url]
    page.get_by_text("Mask names").click()
    expect(page).to_have_url(re.compile("mask=1"))
    address.append(page.url)
    for name, title in (("Findings", "hold|settled|open"), ("Members", "member")):
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile(f"/{name.lower()}.*filter=.*mask=1"))
        heading(page, title)
        settled(page)
        address.append(page.url)
    for url in address[-2::-1]:
        page.go_back()
        expect(page).to_have_url(url)
        settled(page)  # a page that is still being made when the next one is asked for writes its address after it
    heading(page, "referrals")
    expect(page.get_by_role("switch", name="Mask names")).not_to_be_checked()
    for url in address[1:]:
        page.go_forward()
        expect(page).to_have_url(url)
        settled(page)
    heading(page, "member")
    expect(page.get_by_role("button", name="Networked")).to_be_visible()


def test_a_chip_narrows_the_figures_and_a_click_takes_it_away(server: Any, visit: Callable) -> None:
    watched = visit(f"{server.url}/?filter=room:networked")
    page: Page = watched.page
    heading(page, "referrals")
    narrowed = page.get_by_role("heading", level=1).inner_text()
    page.get_by_text("Rows behind it").first.click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    page.get_by_role("button", name="Networked").click()
    expect(page).not_to_have_url(re.compile("filter"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text(narrowed)
    settled(page)
    assert watched.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_readable_in_the_readers_theme(server: Any, visit: Callable, scheme: str) -> None:
    page: Page = visit(f"{server.url}/presence", color_scheme=scheme).page
    text = page.locator(".js-plotly-plot .xtick text").first
    expect(text).to_be_visible()
    settled(page)
    red = int(re.findall(r"\d+", text.evaluate("e => getComputedStyle(e).fill"))[0])
    assert (red > 128) == (scheme == "dark")


def test_a_telephone_needs_no_sideways_scrolling(server: Any, visit: Callable) -> None:
    for path, title in PAGES.items():
        page: Page = visit(f"{server.url}/{path}", viewport={"width": 380, "height": 800}).page
        heading(page, title)
        settled(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_only_this_machine_is_answered(server: Any) -> None:
    port = server.port
    assert ask(port)[0] == 200
    assert ask(port, Host="localhost")[0] == 200
    for host in ("evil.example", "192.168.1.7", "127.0.0.1.evil.example", "", "localhost.evil.example:80"):
        assert ask(port, Host=host)[0] == 403, host
    for header in ("X_Forwarded_For", "X_Forwarded_Host", "Forwarded"):
        assert ask(port, **{header: "for=10.0.0.1"})[0] == 403
    assert ask(port, "/_stcore/health", Host="evil.example")[0] == 403


def test_security_headers_are_on_every_answer(server: Any) -> None:
    port = server.port
    for path in ("/", "/_stcore/health", "/presence", "/nothing/here.js"):
        headers = ask(port, path)[1]
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_row_opens_its_member_by_keyboard_and_a_dot_of_the_wheel_the_ring(server: Any, visit: Callable) -> None:
    watched = visit(f"{server.url}/members")
    page: Page = watched.page
    heading(page, "member")
    settled(page)
    page.locator(".st-key-card_scores").get_by_test_id("stDataFrame").locator("canvas").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(page).to_have_url(re.compile(r"member=p\d+$"))
    expect(page.locator(".st-key-card_score")).to_be_visible()
    page.go_back()
    expect(page.locator(".st-key-card_scores")).to_be_visible()
    page.goto(f"{server.url}/network")
    settled(page)
    ring = page.locator(".st-key-card_member h3").first
    expect(ring).to_be_visible()
    before = ring.inner_text()
    page.locator(".st-key-card_whole .scatterlayer .points path").nth(-1).click(force=True)
    expect(page).to_have_url(re.compile(r"member=p\d+$"))
    expect(ring).not_to_have_text(before)
    page.locator(".st-key-card_member").get_by_text("Rows behind it").click()
    expect(page.get_by_text(re.compile(r"as they stand in your files"))).to_be_visible()
    assert watched.errors == []


def test_the_tour_leads_on_and_is_ended_by_keyboard_for_good(fresh: Any, visit: Callable) -> None:
    page: Page = visit(fresh.url).page
    heading(page, "referrals")
    tour = page.locator(".st-key-tour")
    expect(tour).to_contain_text("1 of 5")
    tour.get_by_role("link", name="Next: Findings").press("Enter")
    heading(page, "hold|settled|open")
    expect(tour).to_contain_text("2 of 5")
    tour.get_by_role("button", name="End the tour").press("Enter")
    expect(tour).to_have_count(0)
    again: Page = visit(f"{fresh.url}/members").page
    heading(again, "member")
    settled(again)
    expect(again.locator(".st-key-tour")).to_have_count(0)
