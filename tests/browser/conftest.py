"""A real server in a process of its own and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

import service
from sample.world import make_world

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip

# On a page's own URL Streamlit first tries whether the page's path is a base path; these two answers are how it learns.
expect.set_options(timeout=45_000)  # a cold browser on a busy machine
PROBES = ("/_stcore/health", "/_stcore/host-config")


def chromium() -> str:
    names = ("chromium", "google-chrome", "chromium-browser")
    found = os.environ.get("NET_EFFECT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium, and none was found")
        pytest.skip("no Chromium was found: install one to run the browser tests")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Server:
    url: str
    port: int


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser") / "sample"
    service.write_sample(make_world("base", seed=1, members=20, months=30), path)
    return path


@contextmanager
def serving(sample: Path, folder: Path) -> Iterator[Server]:
    """A server of its own, with nothing of one's own in the workspace and the sample beside it."""
    shutil.copytree(sample, folder / "home-sample")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "NET_EFFECT_WORKSPACE": str(folder / "home")}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        server = Server(f"http://127.0.0.1:{port}", port)
        _wait(server, folder / "server.log")
        yield server
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def fresh(sample: Path, tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has visited yet."""
    with serving(sample, tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def server(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for every test that only looks."""
    with serving(sample, tmp_path_factory.mktemp("server")) as running:
        yield running


def _wait(server: Server, log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@dataclass
class Watched:
    """A page, and what went wrong behind it."""

    page: Page
    errors: list[str]
    elsewhere: list[str]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Open a URL in a fresh browser profile and keep its errors and every request to another host."""
    contexts = []

    def open_url(url: str, **options: object) -> Watched:
        given = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(**given)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        watched = Watched(page, [], [])

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.location.get("url", "").endswith(PROBES):
                watched.errors.append(message.text)

        def asked(request: Request) -> None:
            if not request.url.startswith((url.split("/", 3)[0] + "//127.0.0.1", "data:", "blob:", "ws://127.0.0.1")):
                watched.elsewhere.append(request.url)

        page.on("console", heard)
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("request", asked)
        page.goto(url)
        return watched

    yield open_url
    for context in contexts:
        context.close()
