"""The acceptance run: coverage, false verdicts, power, and whether the wrong way fails where it should.

`python -m sample.acceptance --replicates 500 --out docs/worlds.json` counts, goes on where it stopped, and writes the
page docs/worlds.md beside the counts. A cell is counted anew when its world, its claims or the settings have changed,
and when the code has and its first replicates no longer come out the same.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import math
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.claims import registry
from analysis.settings import DEFAULT
from sample.own_means import OWN_MEAN
from sample.recipes import WORLDS, knobs_of
from sample.trial import CELLS, FAMILY, LOCKS, Cell, Tally, run, truth_of

ROOT = Path(__file__).resolve().parents[1]
CHUNK = 10  # replicates that one task makes
PROBED = 2  # replicates by which changed code is found to do the same


# Counting, stopping and going on


# Neither what a world is called nor how it is written or shown has a part in the counts.
NO_PART = (
    "overview.py",
    "engine.py",
    "scope.py",
    "acceptance.py",
    "files.py",
    "writers.py",
    "words.py",
    "knobs.py",
    "recipes.py",
)


def code_version() -> str:
    """Fingerprint of the code that the counts depend on: statements, not layout, comments or docstrings."""
    whole = hashlib.sha256(json.dumps(_settings(), sort_keys=True).encode())
    for path in sorted([*ROOT.glob("analysis/**/*.py"), *ROOT.glob("sample/*.py")]):
        if path.name not in NO_PART:
            whole.update(_statements(path).encode())
    return whole.hexdigest()[:16]


def _statements(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                n for n in body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
            ]
    return ast.dump(tree)


def version_of(cell: Cell) -> str:
    """Fingerprint of the cell's world and of the settings: changing one world leaves the others' counts valid."""
    changes = {"members": cell.members, "months": cell.months, "groups": cell.groups, **dict(cell.knobs)}
    parts = [_settings(), cell.claims, knobs_of(cell.world, **changes).to_json(), cell.null, cell.full]
    if cell.claims == (FAMILY,):  # the claims that may give a verdict are the family
        parts.append(sorted(set(registry) - set(DEFAULT.under_test)))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def probe(cell: Cell) -> str:
    """Fingerprint of what the first replicates of a cell come out as, to nine digits: the same for code that does the
    same."""
    return probe_of(run(cell, range(1, (PROBED if cell.claims != (FAMILY,) else 1) + 1)))


def probe_of(found: Mapping[str, Tally]) -> str:
    plain = {c: {k: f"{v:.9g}" if isinstance(v, float) else v for k, v in to_json(t).items()} for c, t in found.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def load(path: Path, code: str) -> dict[str, dict[str, Any]]:
    """Counts so far by cell, of those cells that would still be counted in the same way."""
    if not path.exists():
        return {}
    kept, known = json.loads(path.read_text(encoding="utf-8")), {cell.key: cell for cell in CELLS}
    same = {k: v for k, v in kept["cells"].items() if k in known and v["version"] == version_of(known[k])}
    if kept["code"] == code:
        return same
    return {k: v for k, v in same.items() if v["next"] == 1 or v["probe"] == probe(known[k])}


def save(path: Path, cells: Mapping[str, Any]) -> None:
    whole = {"settings": _settings(), "code": code_version(), "cells": cells}
    text = json.dumps(whole, indent=1, sort_keys=True)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)


def _settings() -> dict[str, Any]:
    """The settings in force, but for the list of claims that have not passed: it follows from the counts."""
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in DEFAULT.__dict__.items()}
    return {k: v for k, v in plain.items() if k != "under_test"}


def _task(job: tuple[int, int, int]) -> tuple[int, int, int, dict[str, Any]]:
    """(cell, first seed, seeds) → the same and the sums as plain JSON, which crosses processes."""
    index, first, count = job
    return (
        index,
        first,
        count,
        {c: to_json(t) for c, t in run(CELLS[index], range(first, first + count)).items()},
    )


def to_json(tally: Tally) -> dict[str, Any]:
    return {**tally.__dict__, "verdicts": dict(tally.verdicts)}


def from_json(value: Mapping[str, Any]) -> Tally:
    return Tally(
        **{
            **value,
            "verdicts": Counter(value["verdicts"]),
            "wrong": {k: list(v) for k, v in value["wrong"].items()},
        }
    )


def _jobs(done: Mapping[str, Any], replicates: int) -> Iterator[tuple[int, int, int]]:
    """What is still to do, round by round over all cells, so that a run that is cut short is cut evenly."""
    for first in range(1, replicates + 1, CHUNK):
        for index, cell in enumerate(CELLS):
            have = int(done.get(cell.key, {}).get("next", 1))
            if first >= have:
                yield index, first, min(CHUNK, replicates + 1 - first)


def merge(counts: dict[str, Any], first: int, n: int, sums: Mapping[str, Any]) -> None:
    """Add the sums of one task to the counts of its cell. Raises RuntimeError if tasks come out of order."""
    if first != counts["next"]:
        raise RuntimeError(f"replicate {first} came where {counts['next']} was due")
    for claim, value in sums.items():
        total = from_json(counts["claims"][claim]) if claim in counts["claims"] else Tally()
        total.add(from_json(value))
        counts["claims"][claim] = to_json(total)
    counts["next"] = first + n


def count(path: Path, replicates: int, processes: int, seconds: float) -> dict[str, Any]:
    """Add replicates to the file until there are enough or the time is up; returns the cells."""
    code, begun = code_version(), time.monotonic()
    cells = load(path, code)
    for cell in CELLS:
        cells.setdefault(cell.key, {"version": version_of(cell), "probe": "", "next": 1, "claims": {}})
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for index, first, n, sums in pool.imap(_task, list(_jobs(cells, replicates))):
            merge(cells[CELLS[index].key], first, n, sums)
            if first == 1:
                cells[CELLS[index].key]["probe"] = probe(CELLS[index])
            save(path, cells)
            if time.monotonic() - begun > seconds:
                pool.terminate()
                break
    return cells


# The table


def table(cells: Mapping[str, Any]) -> str:
    """A Markdown table, one line a claim and cell."""
    head = (
        "| world | claim | truth | R | gates passed | coverage of 95 % | bias | sd / mean s.e. | supported | "
        "contradicted | no difference | wrong way says supported |\n|" + "---|" * 12
    )
    lines = [head]
    for cell in CELLS:
        for claim, value in cells.get(cell.key, {}).get("claims", {}).items():
            lines.append(_line(cell, claim, from_json(value)))
    return "\n".join(lines)


def _line(cell: Cell, claim: str, t: Tally) -> str:
    if claim == FAMILY:
        rate = f"{100 * t.rate('ever a false verdict'):.1f} % ever a false verdict over {LOCKS} quarters"
        what = cell.title or "every effect 0"
        return f"| {cell.label} | all together | {what} | {t.replicates} | | | | | {rate}; FDR {100 * t.bias:.1f} % | | | |"
    true = truth_of(cell.make(1), claim, cell.label)
    about = "≈ " if (cell.label, claim) in OWN_MEAN else ""
    wrong = "; ".join(f"{name}: {100 * t.wrong_rate(name):.0f} %" for name in t.wrong)
    spread = f"{t.sd:.3f} / {t.spread / t.measured:.3f}" if t.measured else ""
    return (
        f"| {cell.label} | {claim} | {'' if true is None else f'{about}{true:.3f}'} | {t.replicates} | "
        f"{_percent(t.measured / t.replicates)} | {_percent(t.coverage)} | {t.bias:+.4f} | {spread} | "
        f"{_percent(t.rate('supported'))} | {_percent(t.rate('contradicted'))} | "
        f"{_percent(t.rate('no difference that matters'))} | {wrong} |"
    )


COVERAGE = (0.92, 0.98)
FALSE = 0.02  # most that a claim may be falsely supported …
FALSE_OF = {"R14": 0.05}  # … but this one
ENOUGH = 500  # replicates of a cell


def misses(claim: str, cells: Mapping[str, Any]) -> list[str]:
    """What stands between a claim and its release, in words: cells too small, coverage or false verdicts out of bounds.

    Power is shown and not judged here: how much is promised depends on the size of the chapter.
    """
    out, kinds = [], set()
    for cell in CELLS:
        if claim not in cell.claims:
            continue
        value = cells.get(cell.key, {}).get("claims", {}).get(claim)
        t = from_json(value) if value else Tally()
        if t.replicates < ENOUGH:
            out.append(f"{cell.label}: {t.replicates} of {ENOUGH} replicates")
            continue
        if cell.full:  # a log that is told wrong things
            continue
        null = claim in WORLDS[cell.world].null_for
        kinds.add(null)
        if t.covered and not COVERAGE[0] <= round(t.coverage, 4) <= COVERAGE[1]:
            out.append(f"{cell.label}: coverage {_percent(t.coverage)}")
        if null and t.rate("supported") > FALSE_OF.get(claim, FALSE):
            out.append(f"{cell.label}: falsely supported in {_percent(t.rate('supported'))}")
    if True not in kinds:
        out.append("no world of release size in which it is not so")
    if False not in kinds:
        out.append("no world of release size in which it is so")
    return out


def standing(cells: Mapping[str, Any]) -> str:
    """A Markdown list: every claim, whether it gives verdicts, and what the counts say against it."""
    lines = []
    for claim in registry:
        said = "under test" if claim in DEFAULT.under_test else "gives verdicts"
        lines.append(f"- {claim} ({said}): {'; '.join(misses(claim, cells)) or 'within every bound'}.")
    return "\n".join(lines)


def page(cells: Mapping[str, Any]) -> str:
    return f"{PAGE}{standing(cells)}\n\n{FOUND}\n{table(cells)}\n"


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.1f} %"


PAGE = """# The claims in worlds whose truth is known

Every verdict of the dashboard is tried on invented chapters whose truth is set (`net-effect sample --world NAME`
makes one of them). `make worlds` counts; `docs/worlds.json` keeps the counts and the settings they belong to, and
goes on where it was stopped.

- *coverage* is that of the 95 % interval, among replicates that pass the gates; it should lie between 92 % and 98 %.
- *bias* and *sd* are of the estimate, on the scale of its interval: logarithms for ratios, else fractions.
- *supported*, *contradicted* and *no difference* are shares of all replicates, on the last day of the log, each claim
  on its own; the rest ended as "not enough data". Where the truth is "nothing" (a share of one half, a difference of
  0, a ratio of 1), *supported* should be at most 2 %.
- *wrong way* is how often the tempting figure would have passed the same 99 % bar with the interval that it is
  usually given. Where a world was made to fool it, a high number proves that the trap works.
- R is how many replicates were counted. With R = 100 a coverage of 95 % has a standard error of 2 points, with
  R = 500 of 1 point: a release is judged at 500.
- *truth* with ≈ is the mean of the estimate itself over that cell's worlds, where no number follows from the knobs:
  coverage then says that the intervals are as wide as the estimate varies.

## Where every claim stands

A claim gives verdicts once it has been counted 500 times in a world where it is not so and in one where it is, with
the 95 % interval covering in 92 to 98 % and "supported" said falsely in at most 2 % (R14: 5 %).

"""
FOUND = """## The counts
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description="Run the claims on worlds whose truth is known.")
    options.add_argument("--replicates", type=int, default=500)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "worlds.json")
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--seconds", type=float, default=math.inf, help="stop after that long; the next run goes on")
    chosen = options.parse_args(arguments)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # the processes are the parallelism
    cells = count(chosen.out, chosen.replicates, chosen.processes, chosen.seconds)
    chosen.out.with_suffix(".md").write_text(page(cells), encoding="utf-8")
    sys.stdout.write(table(cells) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
