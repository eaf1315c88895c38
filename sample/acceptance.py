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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.settings import DEFAULT
from sample.acceptance_page import page, table
from sample.own_means import OWN_MEAN
from sample.recipes import knobs_of
from sample.trial import CELLS, FAMILY, Cell, Tally, family_of, from_json, run, to_json

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
    "acceptance_page.py",
    "own_means.py",
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
    """Fingerprint of the cell's world and of the settings: changing one world leaves the others' counts valid.

    A knob that is off has no part, so a new one leaves the worlds that do not turn it as they are.
    """
    changes = {"members": cell.members, "months": cell.months, "groups": cell.groups, **dict(cell.knobs)}
    turned = {name: value for name, value in knobs_of(cell.world, **changes).to_json().items() if value}
    parts: list[Any] = [_settings(), cell.claims, turned, cell.null, cell.full]
    parts.append([OWN_MEAN.get((cell.label, claim)) for claim in cell.claims])
    if cell.claims == (FAMILY,):
        parts.append(family_of(cell))
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
    """The settings in force, without goals, and without the claims that have not passed, which is counted."""
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in DEFAULT.__dict__.items()}
    return {k: v for k, v in plain.items() if k != "under_test" and not k.startswith("goal_")}


def _task(job: tuple[int, int, int]) -> tuple[int, int, int, dict[str, Any]]:
    """(cell, first seed, seeds) → the same and the sums as plain JSON, which crosses processes."""
    index, first, count = job
    return (
        index,
        first,
        count,
        {c: to_json(t) for c, t in run(CELLS[index], range(first, first + count)).items()},
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
