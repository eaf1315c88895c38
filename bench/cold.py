"""From the start of the server to the first chart on the screen, and what the server weighs.

    python -m bench.cold [--runs 3] [--sessions 10] [--no-browser]

In turns, each time a server that was not running and a browser that has never been there: the dashboard on the sample
chapter, and a plain Streamlit script with one Plotly chart. The clock runs from the start of the process until a chart
is drawn. Then the memory of a server that nobody has visited, and what each further visitor of the overview adds.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import shutil
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import service
from bench.figures import Figure, table
from bench.serving import Server, dashboard, serving
from bench.shots import FLAGS
from bench.visitor import Visitor
from sample.world import make_world

COMMAND = "python -m bench.cold"
WORLD = "harbour"
SETTLE = 3.0  # seconds that an idle server gets before it is weighed
ONE_CHART = """
import plotly.graph_objects as go
import streamlit as st

st.title("One chart")
st.plotly_chart(go.Figure(go.Scatter(x=list(range(24)), y=[n % 7 for n in range(24)])))
"""


def first_chart(browser: Browser, server: Server, started: float) -> tuple[float, float]:
    """Seconds from `started` until a chart stands in a browser that was never there, and the server's of processor."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(server.url)
    page.locator(".js-plotly-plot .main-svg").first.wait_for(state="visible")
    seconds = time.perf_counter() - started
    busy = server.busy()
    context.close()
    return seconds, busy


Start = tuple[float, float]


def starts(runs: int) -> tuple[list[Start], list[Start]]:
    """Seconds, and the server's of processor, to the first chart: the dashboard's and the bare script's, in turns."""
    chromium = os.environ.get("NET_EFFECT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    ours, bare = list[Start](), list[Start]()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        service.write_sample(make_world(WORLD), folder / "workspace")
        (folder / "one.py").write_text(ONE_CHART)
        for _ in range(runs):
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            begun = time.perf_counter()
            with serving(folder / "one.py", folder) as server:
                bare.append(first_chart(browser, server, begun))
            begun = time.perf_counter()
            with dashboard(folder / "workspace", folder) as server:
                ours.append(first_chart(browser, server, begun))
            browser.close()
    return ours, bare


def memory(sessions: int) -> tuple[float, float, float]:
    """MiB of a server that nobody has visited, of one with a visitor, and what each further visitor adds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service.write_sample(make_world(WORLD), folder / "workspace")
        with dashboard(folder / "workspace", folder) as server:
            time.sleep(SETTLE)
            idle = server.memory()
            one, many = asyncio.run(_visited(server, sessions))
    return idle, one, (many - one) / sessions


async def _visited(server: Server, sessions: int) -> tuple[float, float]:
    """MiB with the first visitor, who clicked a few times, and with `sessions` more, all of whom stay."""
    async with AsyncExitStack() as stack:
        one = 0.0
        for number in range(sessions + 1):
            visitor = await stack.enter_async_context(Visitor(server.url))
            await visitor.open()
            for _ in range(5 if number == 0 else 2):
                await visitor.rerun()
            if number == 0:
                await asyncio.sleep(SETTLE)
                one = server.memory()
        await asyncio.sleep(SETTLE)
        return one, server.memory()


def figures(ours: list[Start], bare: list[Start], weighed: tuple[float, float, float]) -> list[Figure]:
    found = list[Figure]()
    if ours:
        a, b, c, d = (statistics.median(one[k] for one in some) for k in (0, 1) for some in (ours, bare))
        note = f"{a:.1f} s against {b:.1f} s; the server's processor {c:.1f} s against {d:.1f} s"
        name = "cold server to the first chart in Chromium against a one-chart app"
        found = [Figure(name, a / b, "x", 1.5, 1.15, COMMAND, note)]
    idle, one, each = weighed
    if math.isnan(idle):
        return found
    return [
        *found,
        Figure("memory of an idle server", idle, "MiB", 350, 250, COMMAND, f"{one:.0f} MiB with its first visitor"),
        Figure("memory of each further session", each, "MiB", 8, 2, COMMAND),
    ]


def measure(runs: int = 3, sessions: int = 10, browser: bool = True) -> list[Figure]:
    ours, bare = starts(runs) if browser else ([], [])
    return figures(ours, bare, memory(sessions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--no-browser", action="store_true", help="only the memory")
    chosen = parser.parse_args()
    print(table(measure(chosen.runs, chosen.sessions, not chosen.no_browser)))


if __name__ == "__main__":
    main()
