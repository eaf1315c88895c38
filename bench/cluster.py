"""A real Spark standalone cluster on this machine: a master and workers, each a process of its own on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

_WAIT = 120.0


def missing() -> str | None:
    """Why no cluster can be started here, in a sentence, or None."""
    if shutil.which("java") is None:
        return "Spark needs Java, and there is none here (default-jre-headless)."
    if find_spec("pyspark") is None or find_spec("sqlglot") is None:
        return "Spark is not installed here (pip install -r requirements-spark.lock)."
    return None


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Cluster:
    """A context manager. `conf` is what a driver on this machine needs beside the address `master`.

    brief: the Java processes live for a few small jobs, and spare themselves what pays only later.
    """

    def __init__(self, folder: Path, workers: int = 2, memory: str = "1g", *, brief: bool = False) -> None:
        self._folder = folder
        self._count = workers
        self._java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" if brief else ""
        self._memory = memory
        self._master: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self._port, self._web = _free_port(), _free_port()
        self.master = f"spark://127.0.0.1:{self._port}"
        self.conf = {
            "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": memory,
            "spark.executor.memory": memory, "spark.executor.cores": "1", "spark.local.dir": str(folder / "driver"),
            "spark.sql.shuffle.partitions": "4", "spark.default.parallelism": "4",
            "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.driver.extraJavaOptions": self._java,
            "spark.executor.extraJavaOptions": self._java,
        }  # fmt: skip

    def __enter__(self) -> Cluster:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._master = self._start(
            "master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(self._port),
            "--webui-port", str(self._web),
        )  # fmt: skip
        try:
            self._until(lambda: self.alive() == 0)
            for _ in range(self._count):
                self.add_worker()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self.workers, self._master):
            if process is not None:
                self._kill(process)

    def add_worker(self) -> None:
        """Start one more worker and wait until the master knows it."""
        before = self.alive() or 0
        n = len(self.workers)
        work = self._folder / f"work{n}"
        self.workers.append(self._start(
            f"worker{n}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory",
            self._memory, "--work-dir", str(work), "--webui-port", str(_free_port()), self.master,
        ))  # fmt: skip
        self._until(lambda: self.alive() == before + 1)

    def lose(self, n: int) -> None:
        """Kill a worker and its executors at once, as when its machine dies."""
        self._kill(self.workers[n])

    def groups(self) -> list[int]:
        """The process groups of master, workers and, for the driver's sake, this process."""
        return [os.getpgrp(), *(one.pid for one in (self._master, *self.workers) if one is not None)]

    def alive(self) -> int | None:
        """How many workers the master has; None while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._web}/json/", timeout=10) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (OSError, ValueError):
            return None

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        import pyspark  # noqa: PLC0415 the extra [spark]

        home = Path(pyspark.__file__).parent
        local = self._folder / f"local-{name}"
        local.mkdir(exist_ok=True)
        env = os.environ | {
            "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(local),
            "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOG_DIR": str(local), "SPARK_DAEMON_JAVA_OPTS": self._java,
        }  # fmt: skip
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(home / "bin" / "spark-class"), *arguments], env=env, stdout=log, stderr=log, start_new_session=True
            )

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """A process and what it started: they are one group, which is ours."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _until(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + _WAIT
        while not done():
            if time.monotonic() > until:
                logs = "\n".join(path.read_text()[-2000:] for path in sorted(self._folder.glob("*.log")))
                raise RuntimeError(f"The cluster did not start:\n{logs}")
            time.sleep(0.1)
