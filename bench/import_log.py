"""Import of a referral log against DuckDB's bare CREATE TABLE AS SELECT * FROM read_csv + checkpoint, in one run.

    python -m bench.import_log [--rows 1000000]

Both start from the same file and end with a committed database file; the pairs alternate, so that a machine whose
speed drifts slows both. Printed: the median seconds of each, their ratio, and the peak memory of the import.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sample.files import big_log

ROOT = Path(__file__).resolve().parents[1]
OURS = """
import resource, sys
from pathlib import Path
import service
session = service.open_workspace(Path(sys.argv[2]))
answers = service.Answers(currency="EUR", date_order="ymd")
outcome = session.commit(session.preview([Path(sys.argv[1])], answers))
assert sum(f.loaded.get("referrals", 0) for f in outcome.files) == int(sys.argv[3]), outcome
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(peak // 1024)
"""
BARE = """
import sys, duckdb
db = duckdb.connect(sys.argv[2])
db.execute("create table log as select * from read_csv(?)", [sys.argv[1]])
db.execute("checkpoint")
assert db.execute("select count(*) from log").fetchone() == (int(sys.argv[3]),)
"""


def timed(code: str, *arguments: str) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - start, done.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    chosen = parser.parse_args()
    ours, bare, peaks = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.csv"
        big_log(log, chosen.rows, seed=1)
        for pair in range(chosen.pairs):
            seconds, _ = timed(BARE, str(log), str(Path(folder) / f"bare{pair}.duckdb"), str(chosen.rows))
            bare.append(seconds)
            seconds, peak = timed(OURS, str(log), str(Path(folder) / f"workspace{pair}"), str(chosen.rows))
            ours.append(seconds)
            peaks.append(int(peak))
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    print(f"{chosen.rows:,} rows: import {statistics.median(ours):.1f} s, bare DuckDB {statistics.median(bare):.2f} s, "
          f"ratio {ratio:.1f}x, peak memory {max(peaks)} MiB")  # fmt: skip


if __name__ == "__main__":
    main()
