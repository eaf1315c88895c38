"""Who gets in where, by a real sign-in in a real browser: nobody sees a row that is not theirs, by whatever way."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from auth_server import ROOT, Guarded, free_port, guarded, installed, workspaces
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

# Those about the whole workspace, one of figures, one of results: the rest draw from the same session.
PAGES = ("", "findings", "data", "chapter", "people", "log", "quality")
NORTH, SOUTH, HARBOUR = ("Ann Ash", "Bob Birch"), ("Cy Cedar", "Di Dogwood", "South"), ("Eve Elm", "Fay Fir", "Quay")


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("oidc"))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    workspaces(folder)
    return folder


@pytest.fixture(scope="module")
def door(provider: Path, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """One server for the tests that only look."""
    with guarded(provider, filled, tmp_path_factory.mktemp("door")) as server:
        yield server


@pytest.fixture
def fresh_door(provider: Path, filled: Path, tmp_path: Path) -> Iterator[Guarded]:
    with guarded(provider, filled, tmp_path) as server:
        yield server


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A browser profile of its own for each visitor."""
    made: list[BrowserContext] = []

    def come(url: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        made.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.goto(url)
        return page

    yield come
    for context in made:
        context.close()


def sign_in(page: Page, account: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Account").fill(account)
    page.get_by_role("button", name="Continue").click()


def settled(page: Page) -> None:
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_timeout(300)


def heading(page: Page) -> str:
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    settled(page)
    return page.get_by_role("heading", level=1).first.inner_text()


def only_the_door(page: Page) -> None:
    """The sign-in, and nothing of a page: no navigation, no figure, no table, no upload."""
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    settled(page)
    for shown in ("stDataFrame", "stPlotlyChart", "stMetric", "stFileUploader", "stDownloadButton"):
        expect(page.get_by_test_id(shown)).to_have_count(0)
    expect(page.get_by_role("link", name="Findings")).to_have_count(0)


def everything(page: Page) -> str:
    """All that the browser holds of a page: its text, its charts' labels, its options."""
    return page.content()


def test_on_a_fresh_process_every_address_is_a_closed_door(fresh_door: Guarded, visitor: Callable) -> None:
    """A page's own address, asked for before anybody else was there, is no way around the gate."""
    for path in ("tenure", "data", "people", "_shell", "_gate", "app"):
        only_the_door(visitor(f"{fresh_door.url}/{path}?workspace=harbour&receiver=p0000001"))


def test_in_and_out_again(door: Guarded, visitor: Callable) -> None:
    page = visitor(door.url)
    only_the_door(page)
    sign_in(page, "ann")
    heading(page)
    assert "Harbour Chapter" in page.get_by_test_id("stPopover").first.inner_text()
    second = page.context.new_page()  # another tab of the same browser is signed in too
    second.goto(f"{door.url}/chapter")
    heading(second)
    page.get_by_test_id("stPopover").first.get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/session/end"))  # the provider is signed out of too, if one says yes there
    page.goto(door.url)
    only_the_door(page)
    second.get_by_role("link", name="Findings").first.click()
    only_the_door(second)  # and is signed out with it


def test_after_the_sign_in_one_stands_where_one_was_going(fresh_door: Guarded, visitor: Callable) -> None:
    """On the page, with its parameters; each tab on its own; and again after the sign-in has ended."""
    page = visitor(f"{fresh_door.url}/people?list=One+person&group=g0001")
    only_the_door(page)
    other = page.context.new_page()
    other.set_default_timeout(45_000)
    other.goto(f"{fresh_door.url}/quality")
    only_the_door(other)
    for tab, name in ((page, "people"), (other, "quality")):
        sign_in(tab, "ann")
        tab.wait_for_url(f"{fresh_door.url}/{name}**")
    assert heading(page) == "Who is who"
    assert "list=One" in page.url
    assert "group=g0001" in page.url
    assert heading(other) != "Who is who"
    fresh_door.allow(hours=0.0001)
    page.get_by_role("link", name="Findings").first.click()
    expect(page.get_by_text("Your sign-in has ended")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Account")).to_be_visible()
    fresh_door.allow()
    page.get_by_label("Account").fill("ann")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{fresh_door.url}/findings**")


@pytest.mark.parametrize("came", ["http://evil.example/people", "{url}//evil.example/people", "{url}/%5Cevil.example/"])
def test_a_sign_in_leads_to_no_other_host(door: Guarded, visitor: Callable, came: str) -> None:
    """Whatever the request that begins it says of where it came from."""
    page = visitor(f"{door.url}/people")
    only_the_door(page)
    referer = came.format(url=door.url)
    page.route("**/auth/login*", lambda route: route.continue_(headers={**route.request.headers, "referer": referer}))
    sign_in(page, "ann")
    heading(page)
    assert page.url.partition("?")[0] in (f"{door.url}/", f"{door.url}/people")


@pytest.mark.parametrize(
    ("account", "words"),
    [("nobody", "No workspace is open to you"), ("una", "does not say that your e-mail address was verified")],
)
def test_signed_in_is_not_yet_let_in(door: Guarded, visitor: Callable, account: str, words: str) -> None:
    """Una wrote Ann's address into her profile; her provider does not say that it is hers."""
    page = visitor(f"{door.url}/data?workspace=harbour")
    sign_in(page, account)
    expect(page.get_by_text(words)).to_be_visible()
    for path in ("", "data", "people?workspace=harbour"):
        page.goto(f"{door.url}/{path}")
        expect(page.get_by_text("No workspace is open to you")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


def test_a_sign_in_ends_by_itself(fresh_door: Guarded, visitor: Callable) -> None:
    page = visitor(fresh_door.url)
    sign_in(page, "ann")
    heading(page)
    fresh_door.allow(hours=0.0001)
    page.get_by_role("link", name="Findings").first.click()
    expect(page.get_by_text("Your sign-in has ended")).to_be_visible()
    only_the_door(page)
    page.goto(f"{fresh_door.url}/people")
    expect(page.get_by_text("Your sign-in has ended")).to_be_visible()


def test_a_right_that_is_taken_away_is_gone_with_the_next_click(fresh_door: Guarded, visitor: Callable) -> None:
    page = visitor(fresh_door.url)
    sign_in(page, "bea")
    heading(page)
    file = fresh_door.folder / "access.toml"
    file.write_text(file.read_text().replace("example.net", "example.com"))
    page.get_by_role("link", name="Findings").first.click()
    expect(page.get_by_text("No workspace is open to you")).to_be_visible()


def test_a_viewer_can_neither_import_nor_undo_nor_edit(door: Guarded, visitor: Callable) -> None:
    before = (door.folder / "harbour" / "CURRENT").read_bytes()
    page = visitor(door.url)
    sign_in(page, "bea")
    heading(page)
    change = re.compile("Undo|Redo|Import|Save|Merge|Keep .* apart|Erase|Apply|Bring it back|Forget")
    for address in (
        "data",
        "log",
        "log?entry=Correct",
        "people",
        "people?list=One+person",
        "people?list=In+the+room%3F",
    ):
        page.goto(f"{door.url}/{address}")
        heading(page)
        expect(page.get_by_text("You are here as viewer").first).to_be_visible()
        expect(page.locator("input[type=file]")).to_have_count(0)
        assert [one for one in page.get_by_role("button", name=change).all() if one.is_enabled()] == [], address
    assert (door.folder / "harbour" / "CURRENT").read_bytes() == before


def test_a_client_never_sees_anothers_workspace(door: Guarded, visitor: Callable) -> None:
    """Two people of one process: by page, by parameter, by what was computed for the other."""
    ann, lee = visitor(door.url), visitor(door.url)
    sign_in(ann, "ann")
    sign_in(lee, "lee")
    for path in PAGES:
        for page, theirs in ((ann, (*NORTH, *SOUTH, "Two chapters")), (lee, (*SOUTH, *HARBOUR))):
            page.goto(f"{door.url}/{path}")
            heading(page)
            found = [name for name in theirs if name in everything(page)]
            assert found == [], (path, found)
    ann.goto(f"{door.url}/people?workspace=region")
    expect(ann.get_by_text("not open to you")).to_be_visible()
    assert not [name for name in (*NORTH, *SOUTH) if name in everything(ann)]


def test_a_chapter_leader_never_sees_another_chapters_rows(door: Guarded, visitor: Callable) -> None:
    """Also not by asking for that chapter, its people or its rows in the address."""
    page = visitor(door.url)
    sign_in(page, "lee")
    heading(page)
    for query in ("group=g0002&group=g0001", "receiver=p0000004&filter=source:p0000003"):
        for path in ("", "chapter", "people", "data"):
            page.goto(f"{door.url}/{path}?{query}")
            heading(page)
            found = [name for name in SOUTH if name in everything(page)]
            assert found == [], (path, query, found)
    page.goto(f"{door.url}/data")
    heading(page)
    page.get_by_role("combobox", name="Table").click()
    page.get_by_role("option", name="referrals", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download referrals.csv").click()
    text = Path(waiting.value.path()).read_bytes().decode()
    assert text.count("\r\n") == 1 + 12
    assert "g0002" not in text


def test_the_first_request_of_all_for_another_chapter_shows_nothing(fresh_door: Guarded, visitor: Callable) -> None:
    """Straight from the sign-in to that address, in a process that has served nobody yet."""
    page = visitor(f"{fresh_door.url}/people?group=g0002&receiver=p0000004&list=In+the+room%3F")
    only_the_door(page)
    sign_in(page, "lee")
    page.wait_for_url(f"{fresh_door.url}/people?**")
    assert heading(page) == "Who is who"
    assert [name for name in SOUTH if name in everything(page)] == []


def test_a_download_belongs_to_who_made_it(door: Guarded, visitor: Callable) -> None:
    """Its address alone is worth nothing: not to a stranger, not to somebody else who is signed in."""
    ann, bea, stranger = visitor(f"{door.url}/data"), visitor(door.url), visitor(door.url)
    sign_in(ann, "ann")
    sign_in(bea, "bea")
    heading(ann)
    heading(bea)
    ann.goto(f"{door.url}/data")
    heading(ann)
    with ann.expect_download() as waiting:
        ann.get_by_role("button", name=re.compile("Download .*csv")).first.click()
    address = waiting.value.url
    assert "/media/" in address
    assert ann.request.get(address).status == 200
    assert bea.request.get(address).status == 404
    assert stranger.request.get(address).status == 404


def websocket(door: Guarded, origin: str, cookie: str) -> int:
    """The status of a handshake as another site's script would make it."""
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
    connection.putrequest("GET", "/_stcore/stream", skip_host=True)
    for name, value in {"Host": f"localhost:{door.port}", "Origin": origin, "Upgrade": "websocket", "Cookie": cookie,
                        "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}.items():  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse().status


def cookies_of(page: Page) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())


def test_another_sites_script_gets_no_websocket(door: Guarded, visitor: Callable) -> None:
    """Not even with the visitor's own cookies, and not from another port of the same machine."""
    page = visitor(door.url)
    sign_in(page, "ann")
    heading(page)
    cookie = cookies_of(page)
    assert "_streamlit_user" in cookie
    assert websocket(door, door.url, cookie) == 101
    for origin in ("http://evil.example", "http://localhost:1", "https://localhost:1", "null", "http://127.0.0.1"):
        assert websocket(door, origin, cookie) == 403, origin


def ask(door: Guarded, method: str, path: str, host: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": host, "Content-Length": "0", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection.getresponse().status


def test_only_the_hosts_that_were_named_are_answered(door: Guarded) -> None:
    assert ask(door, "GET", "/", f"localhost:{door.port}") == 200
    for host in ("evil.example", "127.0.0.1", f"127.0.0.1:{door.port}", "localhost.evil.example", ""):
        assert ask(door, "GET", "/", host) == 403, host
    assert ask(door, "GET", "/", "localhost", X_Forwarded_For="10.0.0.1") == 403
    assert ask(door, "PUT", "/_stcore/upload_file/a/b", "localhost") == 403
    assert ask(door, "PUT", "/_stcore/upload_file/a/b", "localhost", Cookie="_streamlit_user=forged") == 403


def test_several_workspaces_are_chosen_by_id(door: Guarded, visitor: Callable) -> None:
    page = visitor(door.url)
    sign_in(page, "tom")
    expect(page.get_by_role("heading", name="Choose a workspace")).to_be_visible()
    page.get_by_role("button", name="Two chapters").click()
    heading(page)
    expect(page).to_have_url(re.compile("workspace=region"))
    page.get_by_role("link", name="Findings").first.click()
    heading(page)
    expect(page).to_have_url(re.compile("findings.*workspace=region"))
    page.goto(f"{door.url}/data?workspace=harbour")
    heading(page)
    assert "Harbour Chapter" in page.get_by_test_id("stPopover").first.inner_text()
    assert not [name for name in (*NORTH, *SOUTH) if name in everything(page)]


def test_the_log_names_nobody(door: Guarded, visitor: Callable) -> None:
    page = visitor(f"{door.url}/people")
    sign_in(page, "tom")
    heading(page)
    ask(door, "GET", "/", "evil.example")
    text = door.log()
    assert "event=refused reason=host" in text
    assert [one for one in (*NORTH, *SOUTH, *HARBOUR, "@example", "tom@", "Harbour") if one in text] == []


def test_a_server_whose_sign_in_is_half_set_up_does_not_start(tmp_path: Path) -> None:
    """A line too few must not open the door."""
    (tmp_path / ".streamlit").mkdir()
    secrets, rules = tmp_path / ".streamlit" / "secrets.toml", tmp_path / "access.toml"
    good = ("[auth]\nredirect_uri = 'http://localhost:1/oauth2callback'\n"
            "cookie_secret = 'a cookie secret of the tests, long enough'\n")  # fmt: skip
    fine = "[workspaces.a]\npath = 'a'\n[[allow]]\nemails = ['a@b.example']\nworkspaces = ['a']\n"
    cases = {
        "there is no": (good, None),
        "but no sign-in": ("", fine),
        "cookie_secret": (good.replace("tests, long enough", "x"), fine),
        "must be https": (good.replace("localhost:1", "figures.example"), fine),
        "is not known": (good, fine + "rolle = 'admin'\n"),
    }
    for words, (secret, rule) in cases.items():
        secrets.write_text(secret)
        rules.write_text(rule) if rule else rules.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(free_port())],
            cwd=tmp_path, env={**os.environ, "NET_EFFECT_ACCESS": str(rules)}, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 1, words
        assert words in done.stderr
        assert "Traceback" not in done.stderr
