"""A click that changes nothing: each page run again, against a bare Streamlit script with as many elements of a kind.

    python -m bench.rerun [--reruns 15] [--rows 1000000] [--pages overview …]

Both servers stand side by side and are asked in turns, over a websocket and without a browser. Printed for each page:
the median milliseconds of either, the milliseconds of processor that the server spends on a run, and how many elements
there are; then the same overview on a log of so many rows, whole (from the marts) and for one chapter.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import service
from bench import organisation
from bench.figures import Figure, table
from bench.serving import Server, dashboard, quantile, serving
from bench.visitor import Visitor
from sample.world import make_world

COMMAND = "python -m bench.rerun"
WORLD = "harbour"  # the sample chapter
BLOCK = 5  # reruns of one server before the other's turn
BARE = """
import json
from pathlib import Path
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

asked = json.loads((Path(__file__).parent / "counts.json").read_text())
counts = asked.get(st.query_params.get("page", ""), {})
made = {
    "heading": lambda n: st.subheader(f"Heading {n}", anchor=False),
    "flex_container": lambda n: st.container(key=f"c{n}"),
    "metric": lambda n: st.metric(f"Metric {n}", n),
    "selectbox": lambda n: st.selectbox(f"Choose {n}", ["a", "b", "c"], key=f"s{n}"),
    "radio": lambda n: st.radio(f"Pick {n}", ["a", "b", "c"], key=f"r{n}"),
    "checkbox": lambda n: st.checkbox(f"Tick {n}", key=f"t{n}"),
    "button": lambda n: st.button(f"Press {n}", key=f"b{n}"),
    "expandable": lambda n: st.expander(f"Open {n}", key=f"e{n}"),
    "popover": lambda n: st.popover(f"Show {n}", key=f"p{n}"),
    "date_input": lambda n: st.date_input(f"Day {n}", None, key=f"d{n}"),
    "download_button": lambda n: st.download_button(f"Take {n}", b"1", key=f"l{n}"),
    "dataframe": lambda n: st.dataframe(pd.DataFrame({"a": range(20), "b": range(20)}), key=f"f{n}"),
    "plotly_chart": lambda n: st.plotly_chart(go.Figure(go.Scatter(x=list(range(30)), y=list(range(30)))), key=f"g{n}"),
}
for kind, count in counts.items():
    for n in range(count):
        made.get(kind, lambda n: st.markdown(f"Words {n}"))(n)
"""


@dataclass(frozen=True)
class Page:
    """Median milliseconds of a rerun, and milliseconds of processor for each, of ours and of the bare script."""

    name: str
    elements: int
    ours: float
    bare: float
    ours_busy: float
    bare_busy: float


async def _timed(visitor: Visitor, server: Server, reruns: int) -> tuple[list[float], float]:
    begun, seconds = server.busy(), []
    for _ in range(reruns):
        run = await visitor.rerun()
        if run.errors:
            raise RuntimeError(f"a page failed: {run.errors[0]}")
        seconds.append(1000 * run.seconds)
    return seconds, 1000 * (server.busy() - begun)


async def page_of(ours: Server, bare: Server, path: str, counts: Path, reruns: int) -> Page:
    """One page and its bare twin, in turns."""
    async with Visitor(ours.url) as mine, Visitor(bare.url) as other:
        await mine.open(path)
        first = await mine.rerun()
        if first.errors:
            raise RuntimeError(f"/{path} failed: {first.errors[0]}")
        known = json.loads(counts.read_text()) | {path or "overview": dict(mine.counts())}
        counts.write_text(json.dumps(known))
        await other.open("", urlencode({"page": path or "overview"}))
        await other.rerun()
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        busy = {"ours": 0.0, "bare": 0.0}
        for _ in range(max(1, reruns // BLOCK)):
            for who, visitor, server in (("ours", mine, ours), ("bare", other, bare)):
                seconds, used = await _timed(visitor, server, BLOCK)
                times[who] += seconds
                busy[who] += used
        n = len(times["ours"])
        return Page(path or "overview", len(mine.parts), quantile(times["ours"], 0.5), quantile(times["bare"], 0.5),
                    busy["ours"] / n, busy["bare"] / n)  # fmt: skip


async def paths_of(server: Server) -> list[str]:
    """The addresses of every page, as the navigation names them."""
    async with Visitor(server.url) as visitor:
        await visitor.open()
        return sorted(visitor.pages)


def pages(reruns: int = 15, only: Sequence[str] = ()) -> list[Page]:
    """Every page of the sample chapter against its bare twin."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        service.write_sample(make_world(WORLD), folder / "workspace")
        (folder / "bare.py").write_text(BARE)
        counts = folder / "counts.json"
        counts.write_text("{}")
        ours = stack.enter_context(dashboard(folder / "workspace", folder))
        bare = stack.enter_context(serving(folder / "bare.py", folder))

        async def all_pages() -> list[Page]:
            wanted = ["" if one == "overview" else one for one in only] or await paths_of(ours)
            return [await page_of(ours, bare, path, counts, reruns) for path in wanted]

        return asyncio.run(all_pages())


async def warm(server: Server, query: str, reruns: int) -> tuple[float, float]:
    """Median milliseconds, and milliseconds of processor, of running the overview of an address again."""
    async with Visitor(server.url) as visitor:
        await visitor.open("", query)
        await visitor.rerun()
        seconds, busy = await _timed(visitor, server, reruns)
        return quantile(seconds, 0.5), busy / reruns


def grown(rows: int, reruns: int = 15) -> dict[str, tuple[float, float]]:
    """Milliseconds, and milliseconds of processor, of a warm overview: the sample, a large log, a chapter of it."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        service.write_sample(make_world(WORLD), folder / "small")
        organisation.make(folder / "large", rows)
        chapter = urlencode({"group": str(service.open_workspace(folder / "large").groups()["group_id"][0])})
        one = stack.enter_context(dashboard(folder / "small", folder))
        many = stack.enter_context(dashboard(folder / "large", folder))

        async def both() -> dict[str, tuple[float, float]]:
            return {"sample": await warm(one, "", reruns), "all": await warm(many, "", reruns),
                    "chapter": await warm(many, chapter, reruns)}  # fmt: skip

        return asyncio.run(both())


def figures(found: Sequence[Page]) -> list[Figure]:
    slowest = max(found, key=lambda page: page.ours - page.bare)
    busiest = max(found, key=lambda page: page.ours_busy - page.bare_busy)
    return [
        Figure("warm rerun of the slowest page over a bare script with as many elements", slowest.ours - slowest.bare,
               "ms", 60, 15, COMMAND, f"{slowest.name}: {slowest.ours:.0f} ms against {slowest.bare:.0f} ms"),
        Figure("the same in processor time", busiest.ours_busy - busiest.bare_busy, "ms", 60, 15, COMMAND,
               f"{busiest.name}: {busiest.ours_busy:.0f} ms against {busiest.bare_busy:.0f} ms"),
    ]  # fmt: skip


def growth(rows: int, found: dict[str, tuple[float, float]]) -> list[Figure]:
    base, command = found["sample"][1], f"{COMMAND} --rows {rows}"
    name = f"overview on {rows:,} rows against the sample chapter, processor time of a warm rerun"
    return [
        Figure(f"{name}: all chapters", found["all"][1] / base, "x", 2, 1, command),
        Figure(f"{name}: one chapter", found["chapter"][1] / base, "x", 2, 1, command),
    ]


def measure(rows: int = 1_000_000, reruns: int = 15, only: Sequence[str] = ()) -> list[Figure]:
    """rows = 0: the pages of the sample alone."""
    return [*figures(pages(reruns, only)), *(growth(rows, grown(rows, reruns)) if rows else [])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reruns", type=int, default=15)
    parser.add_argument("--rows", type=int, default=1_000_000, help="0: only the pages of the sample")
    parser.add_argument("--pages", nargs="+", default=[])
    chosen = parser.parse_args()
    found = pages(chosen.reruns, chosen.pages)
    print("| page | elements | ms | bare ms | ms of processor | bare |\n|---|---|---|---|---|---|")
    for page in found:
        print(f"| {page.name} | {page.elements} | {page.ours:.0f} | {page.bare:.0f} | {page.ours_busy:.0f} | "
              f"{page.bare_busy:.0f} |", flush=True)  # fmt: skip
    print(table([*figures(found), *(growth(chosen.rows, grown(chosen.rows, chosen.reruns)) if chosen.rows else [])]))


if __name__ == "__main__":
    main()
