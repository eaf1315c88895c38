"""Every speed promise in one table: what it must be, what it should be, what it is today, and which command says so.

    python -m bench [--small] [--only import pages …] [--out FILE]

Ends with an exit code of its own only where a "must" is missed (1) or a measurement failed (2). --small takes a minute
or two, prints and does not judge.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.figures import Figure, missed, table

# name → module and function, what it is given, and what it is given in a small run (None: left out there)
PARTS: Mapping[str, tuple[str, dict[str, Any], dict[str, Any] | None]] = {
    "import": ("bench.promises.imports", {"rows": 10_000_000}, {"rows": 100_000, "pairs": 1}),
    "peers": ("bench.peers.measure", {"rows": 10_000_000}, {"rows": 100_000, "reruns": 3}),
    "claims": ("bench.promises.claims", {}, None),
    "organisation": ("bench.promises.organisation_claims", {"rows": 10_000_000}, {"rows": 200_000}),
    "pages": ("bench.rerun.measure", {"rows": 10_000_000}, {"rows": 0, "reruns": 5, "only": ("overview", "presence")}),
    "cold": ("bench.cold.measure", {}, {"runs": 1, "sessions": 3}),
    "load": ("bench.load.measure", {}, None),  # tests/test_load.py is its small run
    "report": ("bench.report.measure", {}, None),
}


def function_of(name: str) -> Callable[..., list[Figure]]:
    """What measures a part; imported only then, so that one part's libraries do not weigh on another."""
    module, _, function = PARTS[name][0].rpartition(".")
    measure: Callable[..., list[Figure]] = getattr(import_module(module), function)
    return measure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="few rows, and nothing is judged")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--out", type=Path, help="also write the table here")
    chosen = parser.parse_args()
    figures: list[Figure] = []
    failed: list[str] = []
    for name in chosen.only:
        _, large, small = PARTS[name]
        given = small if chosen.small else large
        if given is None:
            continue
        begun = time.perf_counter()
        try:
            found = function_of(name)(**given)
        except Exception:  # noqa: BLE001  (one measurement that fails must not take the others with it)
            traceback.print_exc()
            failed.append(name)
            continue
        figures += found
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    made = table(figures)
    print(made)
    if chosen.out:
        chosen.out.write_text(made + "\n", encoding="utf-8")
    for one in missed(figures):
        print(f"missed: {one.name}", file=sys.stderr)
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    if failed:
        raise SystemExit(2)
    if missed(figures) and not chosen.small:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
