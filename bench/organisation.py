"""All claims that counts can answer, of an organisation too large to be read row by row, from its store.

    python -m bench.organisation [--rows 1000000 10000000] [--folder DIR]

A store of so many referrals is made with SQL: chapters of thirty members, each with twelve sources outside, over five
years; one referral in six thousand each lacks its source, its outcome or the presence. Then the claims run in a process
of their own, as `net-effect analyse` runs them: at the as-of date, at the last quarter's end and the one before it.
Printed: seconds and processor seconds of the claims, the part of each, peak memory, and the size of the store. A figure
for more referrals than were run is marked as an extrapolation from the two largest runs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import service
from data.engines.duckdb import build_marts

ROOT = Path(__file__).resolve().parents[1]
MEMBERS, OUTSIDE, DAYS = 30, 12, 1826
LAST = "date '2026-06-30'"
A_MEMBER = 333  # referrals received in those five years: of 300,000 members, 100 million
OURS = """
import json, resource, sys, time
from pathlib import Path
import service
from analysis import from_marts
from service import organisation
spent = {}
def timed(name, work):
    def run(*given):
        wall = time.perf_counter()
        made = work(*given)
        spent[name] = spent.get(name, 0.0) + time.perf_counter() - wall
        return made
    return run
run = sys.modules["analysis.from_marts.run"]
run.COUNTED = {name: timed(name, work) for name, work in run.COUNTED.items()}
run.read, run.spread.of = timed("read", run.read), timed("spread", run.spread.of)
session, scope = service.open_workspace(Path(sys.argv[1])), service.Scope()
wall, work = time.perf_counter(), time.process_time()
found = organisation.findings(session, scope)
wall, work = time.perf_counter() - wall, time.process_time() - work
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
verdicts = {r.claim: r.verdict for r in found.results if r.computed_from}
n = {r.claim: dict(r.estimates[0].n) for r in found.results if r.computed_from and r.estimates}
print(json.dumps({"wall": wall, "cpu": work, "peak_mib": peak, "parts": spent, "verdicts": verdicts, "n": n}))
"""


def statements(rows: int) -> Iterator[str]:
    """What makes a store of so many referrals from an empty one. Every draw is a hash of the row, so that it is the
    same on every machine."""
    members = max(MEMBERS, rows // A_MEMBER // MEMBERS * MEMBERS)
    chapters = members // MEMBERS
    draw = "(hash(i, {0}) % 1000003) / 1000003.0"
    yield f"""insert into groups select printf('g%06d', i), printf('Chapter %06d', i), null, null, 'EUR', true
      from range({chapters}) as t(i)"""
    yield f"""insert into people select printf('p%08d', i), printf('Person %08d', i)
      from range({members * (1 + OUTSIDE)}) as t(i)"""
    yield f"""insert into memberships select printf('p%08d', i), printf('g%06d', i // {MEMBERS}), null,
      {LAST} - {DAYS} - cast(hash(i) % 1500 as integer) + 900, null, null, 1, i + 1 from range({members}) as t(i)"""
    yield f"""insert into coverage select printf('g%06d', i), 'referrals', {LAST} - {DAYS - 1}, {LAST}, 1
      from range({chapters}) as t(i)"""
    yield f"""insert into imports select 1, {LAST} + interval 18 hour, 'made.csv', null, 'none', 'csv', 'made', {rows},
      {rows}, 0, 0, 0, null"""
    receiver, kind, away, status, took = (draw.format(k) for k in range(1, 6))
    yield f"""insert into referrals
      with drawn as (
        select i, cast(floor({receiver} * {members}) as bigint) as r, {kind} as k, {away} as a, {status} as s,
          {took} as t, {LAST} - cast(i * {DAYS} // {rows} as integer) as given_on, hash(i, 6) as h, hash(i, 7) as h2
        from range({rows}) as t(i)
      ), told as (
        select *, case when k < 0.5 then r // {MEMBERS} * {MEMBERS} + (r + 1 + h % {MEMBERS - 1}) % {MEMBERS}
          else {members} + r * {OUTSIDE} + case when k < 0.8 then h % 8 else 8 + h % 4 end end as source,
          given_on + cast(10 + t * 170 as integer) as closed_on,
          case when s < 0.35 + 0.05 * cast(a < 0.6 as integer) + 0.04 * cast(k < 0.5 as integer) then 'won'
            else 'lost' end as ended
        from drawn
      )
      select printf('r%09d', i), null, printf('g%06d', r // {MEMBERS}), given_on, null, null,
        case when h2 % 6007 <> 0 then printf('p%08d', source) end, printf('p%08d', r),
        case when k < 0.5 then 'member' when k < 0.8 then 'customer' else 'partner' end, 'recorded', null,
        case when h2 % 6011 <> 0 then a >= 0.6 end, 'recorded', null, null, null, null, null,
        case when h2 % 6029 = 0 then null when closed_on <= {LAST} then ended else 'open' end,
        case when h2 % 6029 <> 0 and closed_on <= {LAST} then closed_on end, null, null, null, 1, i + 1 from told"""


def make(path: Path, rows: int) -> float:
    """A workspace of so many referrals at `path`; the seconds that it took."""
    began = time.perf_counter()

    def fill(con: Any) -> tuple[str, dict[str, int]]:
        for statement in statements(rows):
            con.execute(statement)
        con.execute("create temp table touched as select group_id from groups")
        build_marts(con)
        return f"{rows:,} made referrals.", {"referrals": rows}

    service.open_workspace(path).target.edit("import", fill, begin=True)
    return time.perf_counter() - began


def measure(rows: int, folder: Path | None = None) -> dict[str, Any]:
    """One size: seconds, processor seconds, peak MiB, and the seconds of each part."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "workspace"
        made = make(path, rows)
        done = subprocess.run(
            [sys.executable, "-c", OURS, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        size = max(file.stat().st_size for file in path.glob("v*.duckdb"))
    return {"rows": rows, "made": made, "store_mib": size >> 20, **json.loads(done.stdout)}


def extrapolated(small: dict[str, Any], large: dict[str, Any], rows: int, what: str) -> float:
    """A straight line through two runs."""
    slope = (large[what] - small[what]) / (large["rows"] - small["rows"])
    return float(large[what] + slope * (rows - large["rows"]))


def report(found: Sequence[dict[str, Any]], target: int) -> None:
    for one in found:
        parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in one["parts"].items())
        print(f"{one['rows']:>13,} referrals: {one['wall']:.1f} s, {one['cpu']:.1f} s of processor ({parts}); "
              f"peak {one['peak_mib']:,} MiB; store {one['store_mib']:,} MiB")  # fmt: skip
        print(f"{'':>13} {', '.join(f'{claim}: {verdict}' for claim, verdict in one['verdicts'].items())}")
    if len(found) > 1 and found[-1]["rows"] < target:
        wall, cpu, peak = (extrapolated(found[-2], found[-1], target, what) for what in ("wall", "cpu", "peak_mib"))
        print(f"{target:>13,} referrals, not run, by a straight line: {wall:.0f} s, {cpu:.0f} s of processor, "
              f"{peak:,.0f} MiB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--target", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, help="Where the stores are made; they are removed again.")
    chosen = parser.parse_args()
    report([measure(rows, chosen.folder) for rows in sorted(chosen.rows)], chosen.target)


if __name__ == "__main__":
    main()
