"""Apache Spark on the same Parquet: a mart's one SQL file, carried over from DuckDB's dialect by sqlglot.

Needs the extra `[spark]` (requirements-spark.lock) and Java. The cluster's workers must see both folders under the
same paths, as on shared storage.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from data.engines.duckdb import mart_sql
from data.engines.parquet import MONTH, MONTHLY, PART, Work, shapes
from errors import WorkspaceError

_TYPES = {"VARCHAR": "string", "INTEGER": "int", "TIMESTAMP": "timestamp_ntz"}  # the others have one name in both
# What makes an answer the same as DuckDB's: days, not local midnights; no silent overflow; chains of any depth.
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.cteRecursionLevelLimit": "-1",
    "spark.sql.cteRecursionRowLimit": "-1",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@cache
def spark_sql(mart: str) -> str:
    """The mart's SQL in Spark's dialect."""
    import sqlglot  # noqa: PLC0415 the extra [spark]

    return str(sqlglot.transpile(mart_sql(mart), read="duckdb", write="spark", comments=False)[0])


class Spark:
    """An engine whose master is a cluster's (spark://host:7077) or this machine (local[2]); a context manager.

    Raises WorkspaceError where Java or the extra is missing, or the cluster does not do its part.
    """

    name = "spark"

    def __init__(self, master: str, conf: Mapping[str, str] | None = None) -> None:
        self._master = master
        self._conf = {**_SETTINGS, **(conf or {})}
        self._session: Any = None

    def __enter__(self) -> Spark:
        if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
            raise WorkspaceError("Spark needs Java, and there is none.", "Install Java 17 (default-jre-headless).")
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415 the extra [spark]

            spark_sql("covered")
        except ImportError as error:
            raise WorkspaceError(
                "Spark is not installed.", "`pip install -r requirements-spark.lock` brings it (450 MB)."
            ) from error
        builder = SparkSession.builder.master(self._master).appName("net-effect marts")
        for key, value in self._conf.items():
            builder = builder.config(key, value)
        with _sentences():
            self._session = builder.getOrCreate()
            self._session.sparkContext.setLogLevel("ERROR")
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.stop()
            self._session = None

    @property
    def context(self) -> Any:
        """The driver's SparkContext, which knows the jobs that run."""
        return self._session.sparkContext

    def build(self, work: Work) -> None:
        """Write the mart's rows under work.out: one job for all parts."""
        from pyspark.sql import functions  # noqa: PLC0415 the extra [spark]

        with _sentences():
            for table, by_part in work.inputs.items():
                files = [file for part in ("", *work.rows) for file in by_part.get(part, ())]
                self._read(table, files).createOrReplaceTempView(table)
            columns = shapes()[work.mart]
            made = self._session.sql(spark_sql(work.mart))
            made = made.join(functions.broadcast(self._session.table("parts")), "group_id")
            listed = [functions.col(name).cast(_typed(kind)).alias(name) for name, kind in columns.items()]
            by = [PART]
            if work.mart in MONTHLY:
                listed.append(functions.date_format(MONTHLY[work.mart], "yyyy-MM").alias(MONTH))
                by.append(MONTH)
            made = made.select(*listed, functions.col(PART))
            made.repartition(*by).write.mode("append").partitionBy(*by).parquet(_address(work.out.absolute()))

    def _read(self, table: str, files: Sequence[Path]) -> Any:
        columns = shapes()[table]
        schema = ", ".join(f"`{name}` {_typed(kind)}" for name, kind in columns.items())
        if files:
            return self._session.read.schema(schema).parquet(*(_address(file) for file in files))
        empty = ", ".join(f"cast(null as {_typed(kind)}) as `{name}`" for name, kind in columns.items())
        return self._session.sql(f"select {empty} where false")


def _address(path: Path) -> str:
    return f"file://{path.as_posix()}"  # as_uri() would write %3D for =, which is another folder to Hadoop


def _typed(kind: str) -> str:
    return _TYPES.get(kind, kind.lower())


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn Spark's errors into a sentence; its own words are the hint."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 the extra [spark]
    from pyspark.errors import PySparkException  # noqa: PLC0415 the extra [spark]

    try:
        yield
    except (PySparkException, Py4JError) as error:
        first = next(iter(str(error).strip().splitlines()), "")
        raise WorkspaceError("Spark could not build the marts; nothing was changed.", first[:300]) from error
