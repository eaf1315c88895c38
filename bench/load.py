"""Thirty people click without a pause, each in a workspace of his own, while an import runs: is anybody shown an error,
or another's figures, and how long do they wait?

    python -m bench.load [--seconds 600] [--sessions 30] [--members 20] [--json FILE]

A real server in a process of its own, with its sign-in; the visitors speak Streamlit's protocol (bench.visitor), turn
to random pages and move random widgets, and ask again as soon as they are answered. Every name in a workspace carries
that workspace's mark, and every message that a visitor receives is searched for the marks of others. Meanwhile the
command line imports a log into one workspace, again and again, and appends to the one of the first visitor. Printed:
the median of one visitor alone, the 95th percentile of all, their ratio, errors, foreign marks, and the server's memory
minute by minute. Afterwards somebody asks a slow question and leaves, and the server must stop working on it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd
from streamlit.proto.ClientState_pb2 import ClientState

import service
from bench.figures import Figure, table
from bench.serving import ROOT, Server, guarded, quantile, signed_in
from bench.visitor import Visitor
from sample.files import big_log
from sample.world import make_world

COMMAND = "python -m bench.load"
MARK = re.compile(rb"Qx(\d{3})xQ")
PEOPLE = ("name", "source", "receiver", "giver", "from", "to", "person", "assessor", "group", "prospect")
ALONE = 40  # clicks of one visitor by himself, before the others come
BIG = 60_000  # rows of the log that is imported over and over
SLOW, LONG = "slow", 140_000  # the workspace of the slow question, and its referrals


@dataclass
class Load:
    """What was seen. alone and busy: seconds of each run; memory: MiB at the start and after each minute; left and
    stayed: seconds of processor for a slow question whose asker left at once, and for the same one answered."""

    alone: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)
    imports: int = 0
    left: float = math.nan
    stayed: float = math.nan


def mark_of(number: int) -> str:
    return f"Qx{number:03d}xQ"


def fill(path: Path, number: int, members: int) -> None:
    """A workspace in which every person, group and prospect carries the workspace's mark."""
    drafts = service.world_drafts(make_world("base", seed=number + 1, members=members, months=30))
    for draft in drafts:
        for frame in draft.frames.values():
            for column in frame.columns.intersection(PEOPLE):
                text = frame[column].astype(object)
                frame[column] = text.where(text.isna(), mark_of(number) + " " + text.astype(str))
    service.Workspace(path).import_drafts(drafts)


class Listener:
    """Looks for marks in everything that one visitor receives."""

    def __init__(self, load: Load, number: int) -> None:
        self.load, self.mark = load, mark_of(number)
        load.own[self.mark] = 0

    def __call__(self, raw: bytes) -> None:
        for found in MARK.finditer(raw):
            mark = found.group().decode()
            if mark == self.mark:
                self.load.own[mark] += 1
            else:
                self.load.foreign.append(f"{self.mark} was sent {mark}")


async def visit(server: Server, number: int, load: Load, times: list[float], until: float, clicks: int = 0) -> None:
    """One visitor from the sign-in on, until the time or the number of clicks is over."""
    name, dice = f"w{number:03d}", random.Random(number)
    async with Visitor(server.url, signed_in(server, name), Listener(load, number)) as visitor:
        runs = 0
        await _noted(visitor.open(), load, [], name)  # a first visit is cold: it is no rerun
        while time.monotonic() < until and (not clicks or runs < clicks):
            await _noted(visitor.wander(dice), load, times, name)
            runs += 1


async def _noted(asked, load: Load, times: list[float], name: str) -> None:  # type: ignore[no-untyped-def]
    try:
        run = await asked
    except TimeoutError:
        load.errors.append(f"{name}: no answer")
        return
    times.append(run.seconds)
    load.errors += [f"{name}: {error}" for error in run.errors]


async def weigh(server: Server, load: Load, until: float, every: float) -> None:
    while time.monotonic() < until:
        load.memory.append(server.memory())
        await asyncio.sleep(min(every, max(0.0, until - time.monotonic())))
    load.memory.append(server.memory())


async def importing(folder: Path, first: Path, load: Load, until: float) -> None:
    """The command line imports a large log into a workspace of its own, then a line into the first visitor's."""
    big_log(folder / "log.csv", BIG, chapters=30)
    group, turn = service.open_workspace(first).groups()["name"][0], 0
    while time.monotonic() < until:
        turn += 1
        day = pd.Timestamp("2026-06-01") + pd.Timedelta(days=turn % 28)
        (folder / "line.csv").write_text(
            f"Date,From,To,Group\n{day.date()},{mark_of(0)} New {turn},{mark_of(0)} Anna,{group}\n"
        )
        for file, target in ((folder / "log.csv", folder / f"import{turn}"), (folder / "line.csv", first)):
            await _import(file, target, load, until)


async def _import(file: Path, target: Path, load: Load, until: float) -> None:
    command = ["-m", "cli", "import", str(file), "--workspace", str(target), "--currency", "EUR", "--json"]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, stdout=subprocess.PIPE,
                                                   stderr=subprocess.PIPE)  # fmt: skip
    try:
        async with asyncio.timeout(max(1.0, until - time.monotonic())):
            _, said = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return
    load.imports += 1
    if process.returncode:
        load.errors.append(f"import: {said.decode()[-200:]}")


async def _all(server: Server, workspaces: list[Path], folder: Path, seconds: float) -> Load:
    load = Load()
    await visit(server, 0, load, load.alone, time.monotonic() + seconds, ALONE)
    until = time.monotonic() + seconds
    tasks = [visit(server, n, load, load.busy, until) for n in range(len(workspaces))]
    await asyncio.gather(*tasks, weigh(server, load, until, min(60.0, seconds / 4)),
                         importing(folder, workspaces[0], load, until))  # fmt: skip
    return load


async def slow(server: Server, load: Load) -> None:
    """A page that reads LONG referrals, asked for by somebody who leaves, then by somebody who waits."""
    cookies = signed_in(server, SLOW)
    begun = server.busy()
    async with Visitor(server.url, cookies) as visitor:
        await visitor.send(ClientState(page_name="chapter"))
        await asyncio.sleep(0.3)
    load.left = await _until_idle(server) - begun
    begun = server.busy()
    async with Visitor(server.url, cookies) as visitor:
        load.errors += [f"slow: {error}" for error in (await visitor.open("chapter")).errors]
    load.stayed = await _until_idle(server) - begun


async def _until_idle(server: Server) -> float:
    """Seconds of processor that the server has used once it has come to rest."""
    before = -1.0
    while (now := server.busy()) - before > 0.03:
        before = now
        await asyncio.sleep(1.0)
    return now


@contextmanager
def prepared(sessions: int, members: int, long: int) -> Iterator[tuple[Server, list[Path], Path]]:
    """A server with a workspace for each visitor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspaces = [folder / f"w{n:03d}" for n in range(sessions)]
        for number, path in enumerate(workspaces):
            fill(path, number, members)
        big_log(folder / "long.csv", long, chapters=30)
        session = service.open_workspace(folder / SLOW)
        session.commit(session.preview([folder / "long.csv"], service.Answers(currency="EUR", date_order="ymd")))
        with guarded({path.name: path for path in [*workspaces, folder / SLOW]}, folder) as server:
            yield server, workspaces, folder


def run(sessions: int = 30, seconds: float = 600, members: int = 20, long: int = LONG) -> Load:
    with prepared(sessions, members, long) as (server, workspaces, folder):
        load = asyncio.run(_all(server, workspaces, folder, seconds))
        load.errors += server.complaints()  # before somebody leaves, which is logged
        asyncio.run(slow(server, load))
    return load


def figures(load: Load, sessions: int) -> list[Figure]:
    alone, busy = quantile(load.alone, 0.5), quantile(load.busy, 0.95)
    first, last = load.memory[min(1, len(load.memory) - 1)], load.memory[-1]
    wait, longest = 1000 * quantile(load.busy, 0.5), 1000 * busy
    note = (f"{1000 * alone:.0f} ms alone; {wait:.0f} ms p50 and {longest:.0f} ms p95 of {len(load.busy):,} clicks, "
            f"{load.imports} imports beside")  # fmt: skip
    silent = [mark for mark, count in load.own.items() if not count]
    return [
        Figure(f"{sessions} busy sessions, p95 of a click over the median of one alone", busy / alone, "x", 40, 15,
               COMMAND, note),
        Figure("errors while they click", len(load.errors), "", 0, 0, COMMAND),
        Figure("messages with another workspace's mark", len(load.foreign), "", 0, 0, COMMAND,
               f"{sum(load.own.values()):,} of one's own; {len(silent)} visitors never saw theirs"),
        Figure("server's memory at the end over that after the first minute", last / first, "x", 1.25, 1.1, COMMAND,
               ", ".join(f"{m:.0f}" for m in load.memory) + " MiB"),
        Figure("processor time of a slow page whose asker left at once over that of the whole page",
               load.left / load.stayed, "x", 0.5, 0.2, COMMAND, f"{load.left:.1f} s against {load.stayed:.1f} s"),
    ]  # fmt: skip


def measure(seconds: float = 600, sessions: int = 30) -> list[Figure]:
    return figures(run(sessions, seconds), sessions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--json", type=Path, help="also write every time and error here")
    chosen = parser.parse_args()
    load = run(chosen.sessions, chosen.seconds, chosen.members)
    print(table(figures(load, chosen.sessions)))
    for line in [*load.errors[:20], *load.foreign[:20]]:
        print(line)
    if chosen.json:
        chosen.json.write_text(json.dumps(asdict(load)))


if __name__ == "__main__":
    main()
