"""What a leader's first look at a marts folder takes: python -m bench.folder MARTS [--leaders 20]

Seconds of processor, medians over leaders of one group each: to open the version (once a process), then to read the
group's rows, and to compute all claims of it. The folder is what `net-effect marts` or `bench.spark --keep` made.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import service
from service import organisation
from service.session import Viewer


def busy(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--leaders", type=int, default=20)
    chosen = parser.parse_args()
    whole = service.open_workspace(chosen.folder)
    opening = busy(whole.groups)
    sizes = busy(lambda: organisation.view(whole))
    every = list(whole.groups().group_id)
    reading, claims, rows = [], [], []
    scope = service.Scope()
    for group in every[:: max(1, len(every) // chosen.leaders)][: chosen.leaders]:
        session = service.open_workspace(chosen.folder, Viewer("leader", frozenset([group]), "viewer"))
        reading.append(busy(lambda session=session: session.frames(scope)))
        claims.append(busy(lambda session=session: session.results(scope)))
        rows.append(len(session.frames(scope).referrals))
    print(f"{len(every):,} groups. Opening {opening:.2f} s, all groups by month {sizes:.2f} s. A leader "
          f"({statistics.median(rows):,.0f} referrals): rows {statistics.median(reading):.2f} s, all claims "
          f"{statistics.median(claims):.2f} s, the first of them {claims[0]:.2f} s (it reads the pooled groups). "
          f"Peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")  # fmt: skip


if __name__ == "__main__":
    main()
