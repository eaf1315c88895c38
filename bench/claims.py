"""All claims of the family on a chapter of 40 members over 5 years that keeps every kind of record, at the three dates
that a verdict needs.

    python -m bench.claims [--runs 5]

Printed: the median seconds of the claims, the processor time that they take, the seconds of making that world, and
the ratio of the two times.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date

from analysis.engine import analyse
from analysis.scope import Scope
from sample.knobs import RECORDS
from sample.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    claims, worlds, work = [], [], []
    for seed in range(chosen.runs + 1):
        begun = time.perf_counter()
        frames = make_world("base", seed, 40, 60, base_rate=2.7, chain=0.2, records=RECORDS, rated=1.0).frames()
        made, busy = time.perf_counter(), time.process_time()
        results = analyse(frames, Scope(as_of=date(2026, 6, 15)))
        done = time.perf_counter()
        if seed:  # the first run pays for the imports
            worlds.append(made - begun)
            claims.append(done - made)
            work.append(time.process_time() - busy)
            measured = sum(r.verdict != "not recorded" for r in results)
    ours, theirs = statistics.median(claims), statistics.median(worlds)
    print(
        f"{len(results)} claims ({measured} of them recorded) on {len(frames.referrals):,} referrals: {ours:.2f} s, "
        f"{statistics.median(work):.2f} s of one processor; "
        f"making the world {theirs:.2f} s, ratio {ours / theirs:.1f}x"
    )


if __name__ == "__main__":
    main()
