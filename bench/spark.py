"""The same marts by DuckDB and by Spark: are they equal cell by cell, and how long do they take.

    python -m bench.spark worlds                        every world of sample/recipes.py, each a group or several
    python -m bench.spark rows 1000000 [--groups 300]   an invented log straight as canonical Parquet
    python -m bench.spark … --engines duckdb            without Spark

Spark runs on a real standalone cluster of this machine: a master and two workers as processes on loopback. Printed: for
each engine seconds on the clock and of processor, peak memory of all its processes, size of the marts; then how many
rows differ, which must be none, or the command fails. A busy machine stretches the clock alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb

from bench.cluster import Cluster
from data import building, canonical
from data.building import Built, Edition
from data.draft import Draft
from data.engines.duckdb import MARTS, create_schema
from data.engines.parquet import Embedded, scratch_connection, selection
from data.engines.spark import Spark
from data.store import Workspace
from sample.world import WORLDS, make_world
from service.places import world_drafts


def drafts(name: str, members: int | None = None, months: int | None = None) -> list[Draft]:
    """A world's records, in groups that bear its name."""
    made = world_drafts(make_world(name, members=members, months=months))
    for frame in (frame for draft in made for frame in draft.frames.values() if "group" in frame):
        frame["group"] = f"{name} " + frame["group"].astype("str")
    return made


def worlds(names: Sequence[str], path: Path, members: int | None = None, months: int | None = None) -> Workspace:
    """A workspace that holds these worlds, each as groups of its own."""
    workspace = Workspace(path)
    workspace.import_drafts([draft for name in names for draft in drafts(name, members, months)])
    return workspace


def invented(folder: Path, rows: int, groups: int, months: int = 60) -> None:
    """Canonical Parquet of a large body: groups of 30 members with spells, referrals, thanks and one-to-ones."""
    with scratch_connection(folder) as con:
        create_schema(con)
        sql = (Path(__file__).parent / "invented.sql").read_text(encoding="utf-8")
        con.execute(sql.format(rows=rows, groups=groups, months=months))
        canonical.write(con, folder)


def differences(one: Path, other: Path) -> dict[str, int]:
    """Mart → rows that one folder has and the other has not, counted with multiplicity."""
    found = {}
    with duckdb.connect() as con:
        for mart in MARTS:
            first, second = (_selected(folder, mart) for folder in (one, other))
            ((count,),) = con.execute(f"""with a as ({first}), b as ({second})
              select count(*) from ((from a except all from b) union all (from b except all from a))""").fetchall()
            found[mart] = int(count)
    return found


def cells(folder: Path) -> dict[str, int]:
    """Mart → how many rows it has."""
    count = "select count(*) from ({})"
    with duckdb.connect() as con:
        return {mart: con.execute(count.format(_selected(folder, mart))).fetchall()[0][0] for mart in MARTS}


def edition(folder: Path) -> Edition:
    version = building.current(folder)
    assert version is not None
    return building.read(folder, version)


def _selected(folder: Path, mart: str) -> str:
    return selection(mart, [folder / file for unit in edition(folder).marts[mart].values() for file in unit.files])


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


class _Watch(threading.Thread):
    """What the processes of some process groups take together: peak memory in MiB, seconds of processor."""

    def __init__(self, groups: Sequence[int]) -> None:
        super().__init__(daemon=True)
        self._groups, self._over = set(groups), threading.Event()
        self.memory, self._busy = 0, dict[int, float]()

    def run(self) -> None:
        while not self._over.wait(0.5):
            self.look()

    def look(self) -> None:
        memory = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) in self._groups:
                memory += int(fields[21]) * resource.getpagesize()
                self._busy[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        self.memory = max(self.memory, memory >> 20)

    def busy(self) -> float:
        return sum(self._busy.values())

    def end(self) -> None:
        self._over.set()
        self.join()
        self.look()


def _timed(name: str, source: Path, marts: Path, memory: str, scratch: Path) -> Built:
    """Build with one engine and say what it took; what came before (the cluster's start, imports) is not counted."""
    with ExitStack() as stack:
        groups, engine = [os.getpgrp()], stack.enter_context(Embedded(marts)) if name == "duckdb" else None
        if engine is None:
            cluster = stack.enter_context(Cluster(scratch / "cluster", memory=memory))
            engine, groups = stack.enter_context(Spark(cluster.master, cluster.conf)), cluster.groups()
        watch = _Watch(groups)
        watch.look()
        before, start = watch.busy(), time.perf_counter()
        watch.start()
        built = building.build(source, marts, engine)
        took = time.perf_counter() - start
        watch.end()
    print(f"{name}: {took:.1f} s, {watch.busy() - before:.1f} s of processor, {watch.memory} MiB at most, "
          f"marts {size(marts) / 1e6:,.1f} MB", flush=True)  # fmt: skip
    return built


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("worlds", "rows"))
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--groups", type=int, default=300)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--engines", nargs="+", default=["duckdb", "spark"], choices=("duckdb", "spark"))
    parser.add_argument("--memory", default="2g", help="of each Spark process")
    parser.add_argument("--keep", type=Path, help="where to leave the folders")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        source = folder / "canonical"
        start = time.perf_counter()
        if chosen.what == "worlds":
            canonical.export(worlds(list(WORLDS), folder / "workspace"), source)
        elif not (source / canonical.MANIFEST).is_file():
            invented(source, chosen.count, chosen.groups, chosen.months)
        files = sum(1 for _ in source.rglob("*.parquet"))
        took = f"{time.perf_counter() - start:.1f} s"
        print(f"canonical: {size(source) / 1e6:,.1f} MB in {files:,} files, {took}", flush=True)
        for engine in chosen.engines:
            _timed(engine, source, folder / engine, chosen.memory, folder)
        counted = cells(folder / chosen.engines[0])
        print("rows: " + ", ".join(f"{mart} {count:,}" for mart, count in counted.items()))
        if len(chosen.engines) > 1:
            apart = differences(*(folder / one for one in chosen.engines))
            found = {mart: count for mart, count in apart.items() if count}
            print(f"rows that differ: {found or 'none'}")
            sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
