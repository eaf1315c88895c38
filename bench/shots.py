"""Pictures of every page on the sample chapter, in both themes and two widths, into docs/img.

    python -m bench.shots [--pages presence …] [--themes light dark] [--widths 1280 380]

README.md and the eye of whoever changes a page use them; look at them before you commit them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "overview": "", "findings": "findings", "finding": "findings?claim=L1", "chapter": "chapter",
    "presence": "presence", "sources": "sources", "tenure": "tenure", "log": "log", "people": "people",
    "quality": "quality", "data": "data", "members": "members", "network": "network", "teams": "teams",
    "repeatability": "repeatability", "relationships": "relationships", "newsources": "newsources",
    "present": "present", "reports": "reports", "glossary": "glossary",
}  # fmt: skip
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SETTLE = 6_000  # ms that charts get to draw themselves
TALLEST = 1_800  # px; a page is cut there, as a long screen would


@contextmanager
def dashboard(folder: Path) -> Iterator[str]:
    """The dashboard on sample data; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli", "serve", "--no-browser", "--port", str(port), "--workspace", str(folder)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(20)


def shoot(browser: Browser, address: str, name: str, theme: str, width: int, out: Path) -> None:
    context = browser.new_context(viewport={"width": width, "height": TALLEST}, color_scheme=theme)
    page = context.new_page()
    page.goto(f"{address}/{PAGES[name]}")
    page.get_by_test_id("stMain").get_by_role("heading").first.wait_for(timeout=60_000)
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=out / f"{name}-{theme}-{width}.png")
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", choices=list(PAGES), default=list(PAGES))
    parser.add_argument("--themes", nargs="+", choices=["light", "dark"], default=["light", "dark"])
    parser.add_argument("--widths", nargs="+", type=int, default=[1280, 380])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    chosen = parser.parse_args()
    chromium = os.environ.get("NET_EFFECT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with dashboard(Path(folder) / "workspace") as address:
            for name in chosen.pages:
                for theme in chosen.themes:
                    for width in chosen.widths:
                        shoot(browser, address, name, theme, width, chosen.out)
                        print(chosen.out / f"{name}-{theme}-{width}.png")
        browser.close()


if __name__ == "__main__":
    main()
