"""What other measurements find, as figures of the one table: import, claims of a chapter and of an organisation."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from analysis.engine import analyse
from analysis.scope import Scope
from bench import import_log, organisation
from bench.claims import AS_OF
from bench.figures import Figure
from bench.serving import timed
from sample.files import big_log
from sample.knobs import RECORDS
from sample.world import make_world


def imports(rows: int, pairs: int = 3) -> list[Figure]:
    """A log against DuckDB's bare table of it, in turns."""
    command = f"python -m bench.import_log --rows {rows}"
    ours, bare, busy, bare_busy = (list[float]() for _ in range(4))
    peaks = list[int]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "log.csv"
        big_log(log, rows, seed=1)
        for pair in range(pairs):
            for code, target, wall, used in ((import_log.BARE, f"bare{pair}", bare, bare_busy),
                                             (import_log.OURS, f"workspace{pair}", ours, busy)):  # fmt: skip
                seconds, processor, said = timed(code, str(log), str(folder / target), str(rows))
                wall.append(seconds)
                used.append(processor)
                peaks.append(int(said or 0))
    a, b, c, d = map(statistics.median, (ours, bare, busy, bare_busy))
    return [
        Figure(f"import of {rows:,} rows against DuckDB's bare table of them", a / b, "x", 3, 1.5, command,
               f"{a:.1f} s against {b:.2f} s"),
        Figure("the same in processor time", c / d, "x", command=command, note=f"{c:.1f} s against {d:.2f} s"),
        Figure("peak memory of that import", max(peaks), "MiB", 3 * 1024, 1.5 * 1024, command),
    ]  # fmt: skip


def claims(runs: int = 3) -> list[Figure]:
    """Every claim at the three dates of a verdict, on 40 members over 5 years that keep every kind of record."""
    work = []
    for seed in range(runs + 1):
        frames = make_world("base", seed, 40, 60, base_rate=2.7, chain=0.2, records=RECORDS, rated=1.0).frames()
        begun = time.process_time()
        found = analyse(frames, Scope(as_of=AS_OF))
        work.append(time.process_time() - begun)
    name = f"all {len(found)} claims on 40 members over 5 years, processor time"
    return [Figure(name, statistics.median(work[1:]), "s", 10, 3, "python -m bench.claims",
                   f"{len(frames.referrals):,} referrals")]  # fmt: skip


def organisation_claims(rows: int) -> list[Figure]:
    """The claims that counts can answer, of an organisation, from its marts."""
    found = organisation.measure(rows)
    command = f"python -m bench.organisation --rows {rows}"
    must, aim = (300.0, 60.0) if rows >= 100_000_000 else (None, None)
    name = f"claims of an organisation of {rows:,} referrals, from marts"
    return [Figure(name, found["wall"], "s", must, aim, command,
                   f"{found['cpu']:.0f} s of processor, {found['peak_mib']:,} MiB")]  # fmt: skip
