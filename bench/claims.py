"""All claims of the family on a chapter of 40 members over 5 years, at the three dates that a verdict needs.

    python -m bench.claims [--runs 5]

Printed: the median seconds of the claims, of making that world, and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date

from analysis.engine import analyse
from analysis.scope import Scope
from sample.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    claims, worlds = [], []
    for seed in range(chosen.runs + 1):
        begun = time.perf_counter()
        frames = make_world("base", seed=seed, members=40, months=60, base_rate=2.6).frames()
        made = time.perf_counter()
        results = analyse(frames, Scope(as_of=date(2026, 6, 15)))
        done = time.perf_counter()
        if seed:  # the first run pays for the imports
            worlds.append(made - begun)
            claims.append(done - made)
    ours, theirs = statistics.median(claims), statistics.median(worlds)
    print(
        f"{len(results)} claims on {len(frames.referrals):,} referrals: {ours:.2f} s; "
        f"making the world {theirs:.2f} s, ratio {ours / theirs:.1f}x"
    )


if __name__ == "__main__":
    main()
