"""All claims of the family on a chapter of 40 members over 5 years that keeps every kind of record, at the three dates
that a verdict needs.

    python -m bench.claims [--runs 5]

Printed: the median seconds of the claims, the processor time that they take, the seconds of making that world, and
the ratio of the two times; then the processor time of every claim alone, at the three dates, on a log that has been
prepared (what a page pays that asks for one claim more).
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date

from analysis.claims import registry
from analysis.engine import analyse
from analysis.population import Log, prepare, quarter_start, to_day
from analysis.result import Frames
from analysis.scope import Scope
from sample.knobs import RECORDS
from sample.world import make_world

AS_OF = date(2026, 6, 15)


def each(frames: Frames) -> dict[str, float]:
    """Processor seconds of every claim on a warm log: with all it shows as of today, its figure at two quarter ends."""
    log, day = prepare(frames), to_day(AS_OF)
    lock = quarter_start(day)
    dates = ((day, True), (lock, False), (quarter_start(lock - 1), False))
    for when, _ in dates:
        for first in ("L1", "T1"):  # what all claims share is read once
            registry[first].measure(log, when)
    return {claim: _busy(claim, log, dates) for claim in registry}


def _busy(claim: str, log: Log, dates: tuple[tuple[int, bool], ...]) -> float:
    begun = time.process_time()
    for day, detail in dates:
        registry[claim].measure(log, day, detail=detail)
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    claims, worlds, work, alone = [], [], [], []
    for seed in range(chosen.runs + 1):
        begun = time.perf_counter()
        frames = make_world("base", seed, 40, 60, base_rate=2.7, chain=0.2, records=RECORDS, rated=1.0).frames()
        made, busy = time.perf_counter(), time.process_time()
        results = analyse(frames, Scope(as_of=AS_OF))
        done = time.perf_counter()
        if seed:  # the first run pays for the imports
            worlds.append(made - begun)
            claims.append(done - made)
            work.append(time.process_time() - busy)
            measured = sum(r.verdict != "not recorded" for r in results)
            alone.append(each(frames))
    ours, theirs = statistics.median(claims), statistics.median(worlds)
    print(
        f"{len(results)} claims ({measured} of them recorded) on {len(frames.referrals):,} referrals: {ours:.2f} s, "
        f"{statistics.median(work):.2f} s of one processor; "
        f"making the world {theirs:.2f} s, ratio {ours / theirs:.1f}x"
    )
    print("\n| claim | processor s |\n|---|---|")
    for claim in registry:
        print(f"| {claim} | {statistics.median(run[claim] for run in alone):.2f} |")


if __name__ == "__main__":
    main()
