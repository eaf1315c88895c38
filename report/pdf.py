"""The HTML report on paper, printed by a browser of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from errors import NetEffectError

VARIABLE = "NET_EFFECT_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--window-size=720,1000",
    "--no-pdf-header-footer", "--virtual-time-budget=20000",
)  # fmt: skip
SECONDS = 120.0


class NoBrowserError(NetEffectError):
    """No browser of this machine can print."""

    title = "PDF needs a browser"


def browser() -> str | None:
    """The browser that prints: $NET_EFFECT_CHROMIUM, else one of the Chromium family; None without any."""
    if chosen := os.environ.get(VARIABLE):
        return chosen
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def check() -> str:
    """Raises NoBrowserError where there is none."""
    if found := browser():
        return found
    raise NoBrowserError(
        "No Chromium, Chrome or Edge was found on this computer.",
        f"Install one, or name it in {VARIABLE}; or open the HTML report and print it.",
    )


def make(html: str, alive: Callable[[], None] = lambda: None, seconds: float = SECONDS) -> bytes:
    """Print a report. alive: called while waiting; it may raise to stop.

    Raises:
        NoBrowserError: there is no browser, or it does not print.
    """
    path = check()
    with tempfile.TemporaryDirectory(prefix="net-effect-pdf-", ignore_cleanup_errors=True) as folder:
        page, out = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        root = ("--no-sandbox",) if sys.platform != "win32" and os.geteuid() == 0 else ()
        command = [path, *FLAGS, *root, f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}", page.as_uri()]
        _run(command, alive, time.monotonic() + seconds)
        if not out.exists():
            raise NoBrowserError("The browser did not print the report.", "Open the HTML report and print it.")
        return out.read_bytes()


def _run(command: list[str], alive: Callable[[], None], until: float) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        while process.poll() is None:
            alive()
            if time.monotonic() > until:
                raise NoBrowserError("The browser took too long to print.", "Open the HTML report and print it.")
            time.sleep(0.05)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
