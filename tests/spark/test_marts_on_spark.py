"""The marts by Spark, on a real cluster: a master and two workers as processes on loopback."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.cluster import Cluster, missing
from bench.spark import cells, differences, drafts, edition, worlds
from data import building, canonical
from data.engines.duckdb import MARTS
from data.engines.parquet import Embedded, Work
from data.engines.spark import Spark
from data.store import Workspace
from errors import WorkspaceError
from service import Scope, open_workspace

WORLDS = ("harbour", "chains", "gap", "hop")
NONE = dict.fromkeys(MARTS, 0)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with Cluster(tmp_path_factory.mktemp("cluster"), memory="640m", brief=True) as started:
        yield started


@pytest.fixture(scope="session")
def spark(cluster: Cluster) -> Iterator[Spark]:
    with Spark(cluster.master, cluster.conf) as engine:
        yield engine


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, spark: Spark) -> Path:
    """workspace, canonical, and the marts by each engine: duckdb, spark."""
    root = tmp_path_factory.mktemp("worlds")
    workspace = worlds(WORLDS, root / "workspace", members=12, months=14)
    canonical.export(workspace, root / "canonical")
    with Embedded(root / "duckdb") as engine:
        building.build(root / "canonical", root / "duckdb", engine)
    building.build(root / "canonical", root / "spark", spark)
    return root


def test_every_cell_is_the_same(folder: Path) -> None:
    assert [mart for mart, rows in cells(folder / "spark").items() if not rows] == []
    assert differences(folder / "duckdb", folder / "spark") == NONE


def test_claims_are_equal_to_the_digit(folder: Path) -> None:
    """The same group, opened from the marts of either engine."""
    found = []
    for engine in ("duckdb", "spark"):
        session = open_workspace(folder / engine)
        (group,) = session.group_ids([next(n for n in session.groups().name if n.startswith("harbour"))])
        found.append([result.to_json() for result in session.results(Scope(groups=(group,)))])
    assert found[0] == found[1]
    assert any(result["estimates"] for result in found[0])


class _Losing:
    """Spark, but in the middle of one mart a machine dies."""

    name = "spark"

    def __init__(self, spark: Spark, cluster: Cluster, mart: str) -> None:
        self._spark, self._cluster, self._mart = spark, cluster, mart
        self.lost = threading.Event()

    def build(self, work: Work) -> None:
        over = threading.Event()
        watch = threading.Thread(target=self._lose_when_busy, args=(over,))
        if work.mart == self._mart:
            watch.start()
        try:
            self._spark.build(work)
        finally:
            over.set()
            if work.mart == self._mart:
                watch.join()

    def _lose_when_busy(self, over: threading.Event) -> None:
        tracker = self._spark.context.statusTracker()
        while not over.wait(0.01):
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            if any(stage and stage.numActiveTasks for stage in stages):
                self._cluster.lose(0)
                self.lost.set()
                return


def test_a_worker_killed_in_the_middle_loses_nothing(folder: Path, spark: Spark, cluster: Cluster) -> None:
    shutil.copytree(folder / "spark", folder / "lossy")
    for mart in ("recv_cube", "member_month"):
        shutil.rmtree(folder / "lossy" / mart)
    losing = _Losing(spark, cluster, "recv_cube")
    built = building.build(folder / "canonical", folder / "lossy", losing)
    assert losing.lost.is_set()
    assert set(built.built) == {"recv_cube", "member_month"}
    assert differences(folder / "duckdb", folder / "lossy") == NONE
    assert not list(folder.glob("lossy/building*"))


def test_a_failed_build_changes_nothing(folder: Path, spark: Spark) -> None:
    """A file of the input is damaged: a sentence, the version before stays, and nothing is left behind."""
    shutil.copytree(folder / "canonical", folder / "damaged")
    unit = next(iter(canonical.read(folder / "damaged").tables["referrals"].values()))
    (folder / "damaged" / unit.files[0]).write_bytes(b"This is no Parquet.")
    shutil.copytree(folder / "spark", folder / "kept")
    shutil.rmtree(folder / "kept" / "recv_cube")
    with pytest.raises(WorkspaceError, match="nothing was changed"):
        building.build(folder / "damaged", folder / "kept", spark)
    assert edition(folder / "kept") == edition(folder / "spark")
    assert not list(folder.glob("kept/building*"))


def _import(folder: Path, name: str, until: pd.Timestamp) -> str:
    """Import a world's referrals up to a day and write the workspace out; returns the world's group."""
    workspace = Workspace(folder / "workspace")
    for draft in drafts(name, members=12, months=14):
        frames = {table: f[f["given_on"] < until] if table == "referrals" else f for table, f in draft.frames.items()}
        rows = sum(map(len, frames.values()))
        workspace.import_drafts([replace(draft, frames=frames, rows_read=rows, sha256=f"{draft.sha256} {until}")])
    canonical.export(workspace, folder / "canonical")
    groups = open_workspace(folder / "workspace").groups()
    return str(groups.loc[groups.name.str.startswith(name), "group_id"].item())


def files(folder: Path) -> dict[str, Any]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*.parquet")
    }


def test_only_new_months_and_touched_groups_are_built(folder: Path, spark: Spark) -> None:
    """A new group, then a month more of it: other groups' files stay as they are. Then there is nothing left to do."""
    before = files(folder / "spark")
    group = _import(folder, "steady", pd.Timestamp("2026-06-01"))
    first = building.build(folder / "canonical", folder / "spark", spark)
    assert {unit.partition("/")[0] for units in first.built.values() for unit in units} == {group}
    assert len(first.built["recv_cube"]) == 13
    _import(folder, "steady", pd.Timestamp("2026-07-01"))
    second = building.build(folder / "canonical", folder / "spark", spark)
    assert second.built["recv_cube"] == second.built["group_month_value"] == (f"{group}/2026-06",)
    assert second.built["member_month"] == second.built["gap_tab"] == (group,)
    assert {name: stamp for name, stamp in files(folder / "spark").items() if f"part={group}" not in name} == before
    with Embedded(folder / "duckdb") as engine:
        building.build(folder / "canonical", folder / "duckdb", engine)
        assert differences(folder / "duckdb", folder / "spark") == NONE
        for either in (spark, engine):
            again = building.build(folder / "canonical", folder / "spark", either)
            assert (again.changed, again.built, again.version) == (False, {}, second.version)
