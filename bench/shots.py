"""Pictures of every page on the sample chapter, in both themes and two widths, into docs/img.

    python -m bench.shots [--pages presence …] [--themes light dark] [--widths 1280 380] [--zoom 2] [--height 1800]

They are WebP of a few colours, so that all of them weigh little. README.md and the eye of whoever changes a page use
them: look at them before you commit them.
"""

from __future__ import annotations

import argparse
import io
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
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import service
from service import tour

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
HEIGHT = 1_800  # px; a page is cut there, as a long screen would
COLOURS = 128  # of a picture
PATIENCE = 180_000  # ms
# Nothing runs or loads any more, and every chart and sparkline is drawn on the theme's own ground.
DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]'), main = document.querySelector('[data-testid="stMain"]');
  if (!main || app.dataset.testScriptState !== 'notRunning') return false;
  if (main.querySelector('[data-testid="stSkeleton"]')) return false;
  const ground = getComputedStyle(app).backgroundColor;
  const drawn = [...main.querySelectorAll('[data-testid="stPlotlyChart"]')].every(chart => {
    const picture = chart.querySelector('.main-svg');
    return picture && getComputedStyle(picture).backgroundColor === ground;
  });
  const height = main.scrollHeight, now = Date.now();
  if (window.shotHeight !== height || !drawn) { window.shotHeight = height; window.shotSince = now; }
  return now - window.shotSince > 1500;
}"""


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


def shoot(page: Page, address: str, name: str, path: Path) -> None:
    """One page as it stands when it is drawn."""
    page.goto(f"{address}/{PAGES[name]}")
    page.get_by_test_id("stMain").get_by_role("heading").first.wait_for()
    page.wait_for_function(DRAWN)
    small(page.screenshot(), path)


@contextmanager
def window(browser: Browser, theme: str, width: int, zoom: float, height: int) -> Iterator[Page]:
    """zoom: of the browser, which leaves the page so much less room."""
    room = {"width": int(width / zoom), "height": int(height / zoom)}
    context = browser.new_context(viewport=room, device_scale_factor=zoom, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def small(png: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.convert("RGB").save(path, "WEBP", lossless=True, method=6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", choices=list(PAGES), default=list(PAGES))
    parser.add_argument("--themes", nargs="+", choices=["light", "dark"], default=["light", "dark"])
    parser.add_argument("--widths", nargs="+", type=int, default=[1280, 380])
    parser.add_argument("--zoom", type=float, default=1.0)
    parser.add_argument("--height", type=int, default=HEIGHT)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    chosen = parser.parse_args()
    chromium = os.environ.get("NET_EFFECT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    zoomed = "" if chosen.zoom == 1 else f"-zoom{chosen.zoom:g}"
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        tour.end(service.open_workspace(Path(folder) / "workspace"))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with dashboard(Path(folder) / "workspace") as address:
            for theme, width in product(chosen.themes, chosen.widths):
                with window(browser, theme, width, chosen.zoom, chosen.height) as page:
                    for name in chosen.pages:
                        path = chosen.out / f"{name}-{theme}-{width}{zoomed}.webp"
                        shoot(page, address, name, path)
                        print(path, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
