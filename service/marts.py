"""Past one machine: the canonical tables as Parquet, and the marts that an engine builds from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data import building, canonical
from data.building import Built
from data.canonical import Written
from data.engines.parquet import Embedded
from data.engines.spark import Spark
from data.store import Workspace
from errors import UsageError

ENGINES = ("duckdb", "spark")
__all__ = ["ENGINES", "Built", "Written", "build", "export"]


def export(workspace: Path, folder: Path) -> Written:
    """Write a workspace's canonical tables into `folder`, but for what is there already."""
    return canonical.export(Workspace(workspace), folder)


def build(
    source: Path, folder: Path, *, engine: str = "duckdb", master: str | None = None,
    conf: Mapping[str, str] | None = None,
) -> Built:  # fmt: skip
    """Bring the marts in `folder` up to the canonical tables in `source`.

    master: the Spark cluster's address; conf: further Spark settings. Both are for that engine alone.
    """
    if engine == "spark":
        with Spark(master or "local[*]", conf) as cluster:
            return building.build(source, folder, cluster)
    if master or conf:
        raise UsageError("A master and settings are Spark's.", "Add --engine spark.")
    with Embedded(folder) as embedded:
        return building.build(source, folder, embedded)
