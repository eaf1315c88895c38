"""Where the time of a warm rerun goes: the script's own processor time on each page, and the functions that take it.

    python -m bench.hotspots [--pages overview network …] [--top 30] [--reruns 5]

Runs the pages in this process, on the sample chapter, without a server; what Streamlit does around the script is not in
it. Printed: the median milliseconds of processor of the script's thread, then the profile by cumulative time.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import os
import pstats
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

import service
from sample.world import make_world

ROUTER = Path(__file__).resolve().parents[1] / "pages" / "_router.py"
PATIENCE = 300  # seconds


class Watch:
    """Times each run of the script in its own thread, and profiles it while `profile` is set."""

    def __init__(self) -> None:
        self.busy: list[float] = []
        self.profile: cProfile.Profile | None = None
        self._run = ScriptRunner._run_script

    def install(self) -> None:
        def timed(runner: ScriptRunner, data: Any) -> None:
            begun = time.thread_time()
            if self.profile:
                self.profile.enable()
            try:
                self._run(runner, data)
            finally:
                if self.profile:
                    self.profile.disable()
                self.busy.append(time.thread_time() - begun)

        ScriptRunner._run_script = timed  # type: ignore[assignment, method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="+", default=sorted(p.stem for p in ROUTER.parent.glob("[a-z]*.py")))
    parser.add_argument("--top", type=int, default=0, help="functions of the profile that are listed")
    parser.add_argument("--reruns", type=int, default=5)
    chosen = parser.parse_args()
    st.config.set_option("logger.level", "error")
    watch = Watch()
    watch.install()
    with tempfile.TemporaryDirectory() as folder:
        service.write_sample(make_world("harbour"), Path(folder) / "workspace")
        os.environ[service.HOME_VARIABLE] = str(Path(folder) / "workspace")
        at = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE).run()
        gc.collect()
        gc.freeze()  # as app.py does
        for page in chosen.pages:
            at.switch_page(f"{page}.py").run()
            at.run()
            if at.exception:
                raise SystemExit(f"{page} failed: {at.exception[0].value}")
            watch.busy.clear()
            for _ in range(chosen.reruns):
                at.run()
            print(f"{page:15} {1000 * statistics.median(watch.busy):7.1f} ms of processor", flush=True)
            if chosen.top:
                watch.profile = cProfile.Profile()
                at.run()
                pstats.Stats(watch.profile).sort_stats("cumtime").print_stats(chosen.top)
                watch.profile = None


if __name__ == "__main__":
    main()
