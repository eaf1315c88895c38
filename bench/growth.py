"""How the figures grow with the log: import, marts, a page and memory, on logarithmic axes, as one picture.

    python -m bench.growth [--rows 10000 100000 1000000] [--out docs/img] [--points FILE]

Each size is a log of its own, with a chapter for every ten thousand rows (300 at most), so that the grain stays the
same. Bare DuckDB's `create table as` of the same file stands beside the import. FILE keeps the points, and a size that
is in it already is not measured again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.subplots import make_subplots

import service
from bench.peers import OURS
from bench.rerun import warm
from bench.serving import dashboard, timed
from bench.shots import FLAGS
from charts.theme import FONT, LIGHT
from data.engines.duckdb import MARTS, connect, mart_sql
from sample.files import big_log

COMMAND = "python -m bench.growth"
BARE = """
import sys, duckdb
db = duckdb.connect(sys.argv[2])
db.execute("create table log as select * from read_csv(?)", [sys.argv[1]])
db.execute("checkpoint")
"""
PANELS = {
    "Import, seconds": {"import": "Net Effect", "bare": "bare DuckDB"},
    "Marts from the rows, seconds": {"marts": ""},
    "Warm page, ms of processor": {"all": "all chapters", "chapter": "one chapter"},
    "Peak memory of the import, MiB": {"peak": ""},
}
WIDTH, HEIGHT = 1100, 720


def point(rows: int) -> dict[str, float]:
    """Seconds of import, of a bare table and of the marts; ms of processor of a warm page; MiB of memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        big_log(folder / "log.csv", rows, chapters=min(300, max(2, rows // 10_000)))
        bare, _, _ = timed(BARE, str(folder / "log.csv"), str(folder / "bare.duckdb"))
        (folder / "bare.duckdb").unlink()
        seconds, busy, peak = timed(OURS, str(folder / "log.csv"), str(folder / "workspace"), str(rows))
        (folder / "log.csv").unlink()
        made = {"rows": rows, "bare": bare, "import": seconds, "import_busy": busy, "peak": float(peak)}
        made["marts"] = _marts(folder / "workspace", folder)
        chapter = urlencode({"group": str(service.open_workspace(folder / "workspace").groups()["group_id"][0])})
        with dashboard(folder / "workspace", folder) as server:
            made["all"] = asyncio.run(warm(server, "", 10))[1]
            made["chapter"] = asyncio.run(warm(server, chapter, 10))[1]
        return made


def _marts(workspace: Path, scratch: Path) -> float:
    """Seconds to make every mart again from the rows of the store, into temporary tables."""
    store = max(workspace.glob("v*.duckdb"))  # the newest version
    con = connect(store, scratch=scratch / "scratch", read_only=True)
    begun = time.perf_counter()
    for mart in MARTS:
        con.execute(f"create temp table made_{mart} as {mart_sql(mart)}")
    seconds = time.perf_counter() - begun
    con.close()
    return seconds


def picture(points: Sequence[Mapping[str, float]], out: Path) -> Path:
    """Four panels, both axes logarithmic, as a PNG."""
    figure = make_subplots(2, 2, subplot_titles=list(PANELS), horizontal_spacing=0.1, vertical_spacing=0.16)
    for place, lines in enumerate(PANELS.values()):
        row, col = place // 2 + 1, place % 2 + 1
        for number, (key, label) in enumerate(lines.items()):
            x, y = [p["rows"] for p in points], [p[key] for p in points]
            line = {"color": (LIGHT.first, LIGHT.second)[number], "dash": ("solid", "dot")[number]}
            figure.add_trace(
                go.Scatter(x=x, y=y, mode="lines+markers+text", line=line, marker={"size": 8},
                           text=[""] * (len(x) - 1) + [label], textposition="top left"),
                row=row, col=col,
            )  # fmt: skip
        figure.update_xaxes(type="log", dtick=1, title="rows of the log", gridcolor=LIGHT.line, row=row, col=col)
        figure.update_yaxes(type="log", dtick=1, gridcolor=LIGHT.line, rangemode="tozero", row=row, col=col)
    figure.update_layout(width=WIDTH, height=HEIGHT, showlegend=False, paper_bgcolor=LIGHT.ground, plot_bgcolor="white",
                         font={"family": FONT, "size": 13, "color": LIGHT.ink})  # fmt: skip
    chromium = os.environ.get("NET_EFFECT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    file = out / "growth.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(figure.to_html(include_plotlyjs=True, config={"staticPlot": True}, full_html=True))
        page.locator(".main-svg").first.wait_for(state="visible")
        page.screenshot(path=file)
        browser.close()
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "docs" / "img")
    parser.add_argument("--points", type=Path, help="where the measured points are kept")
    chosen = parser.parse_args()
    kept = json.loads(chosen.points.read_text()) if chosen.points and chosen.points.exists() else []
    for rows in chosen.rows:
        if rows not in [p["rows"] for p in kept]:
            kept.append(point(rows))
            print(json.dumps(kept[-1]), flush=True)
            if chosen.points:
                chosen.points.write_text(json.dumps(kept, indent=1))
    print(picture(sorted(kept, key=lambda p: p["rows"]), chosen.out))


if __name__ == "__main__":
    main()
