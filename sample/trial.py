"""Claims judged in worlds whose truth is known, replicate by replicate, as sums that can be added up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis import verdict
from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.population import Log, prepare, quarter_start
from sample.recipes import WORLDS
from sample.world import World, make_world

FAMILY = "family"  # the pseudo claim: all claims together, over three years of quarterly verdicts
LOCKS = 12


@dataclass(frozen=True)
class Cell:
    """A world at one size and the claims judged in it. `full`: pretend that every month was imported."""

    world: str
    claims: tuple[str, ...]
    members: int | None = None
    months: int | None = None
    groups: int | None = None
    full: bool = False

    @property
    def label(self) -> str:
        size = [
            f"{v} {n}" for v, n in ((self.groups, "chapters"), (self.members, "members"), (self.months, "months")) if v
        ]
        return ", ".join([self.world, *size, *(["gaps read as zeros"] if self.full else [])])

    def make(self, seed: int) -> World:
        return make_world(self.world, seed, self.members, self.months, groups=self.groups)


def _cells() -> tuple[Cell, ...]:
    claims = {name: tuple(c for c in (*r.null_for, *r.true_for) if c in registry) for name, r in WORLDS.items()}
    plain = [Cell(name, tested) for name, tested in claims.items() if tested]
    sizes = [
        Cell("base", ("L1", "L5", "L9", "S4"), members=20, months=48),
        Cell("base", ("L1", "L5", "L9", "S4"), members=60),
        Cell("further", ("L9",), members=60),
        Cell("grows", ("T1",), groups=6),
        Cell("trend", ("T1",), groups=6),
        Cell("gap", ("T1",), full=True),
        Cell("all-null", (FAMILY,), members=35),
    ]
    return (*plain, *sizes)


CELLS = _cells()


@dataclass
class Tally:
    """Sums over replicates of a claim in a cell; errors on its working scale (logarithms for ratios)."""

    replicates: int = 0
    measured: int = 0  # gates passed and an interval given
    covered: int = 0
    error: float = 0.0
    square: float = 0.0
    spread: float = 0.0  # sum of estimated standard errors
    verdicts: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[int]] = field(default_factory=dict)  # name → [times given, times it says supported]

    def add(self, other: Tally) -> None:
        for name in ("replicates", "measured", "covered", "error", "square", "spread"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.verdicts.update(other.verdicts)
        for name, (given, supported) in other.wrong.items():
            mine = self.wrong.setdefault(name, [0, 0])
            mine[0], mine[1] = mine[0] + given, mine[1] + supported

    def rate(self, *verdicts: str) -> float:
        """Share of all replicates that ended in one of the verdicts."""
        return sum(self.verdicts[v] for v in verdicts) / self.replicates if self.replicates else math.nan

    @property
    def coverage(self) -> float:
        return self.covered / self.measured if self.measured else math.nan

    @property
    def bias(self) -> float:
        return self.error / self.measured if self.measured else math.nan

    @property
    def sd(self) -> float:
        if self.measured < 2:
            return math.nan
        return math.sqrt(max(0.0, self.square / self.measured - self.bias**2))

    def wrong_rate(self, name: str) -> float:
        given, supported = self.wrong[name]
        return supported / given if given else math.nan


def truth_of(world: World, claim: str) -> float | None:
    """True value of the claim's deciding estimate, as it is printed."""
    values: dict[str, float | None] = world.truth["claims"].get(claim, {})
    return values.get(next(iter(registry[claim].estimates)))


def judge(measured: Measured, true: float | None) -> Tally:
    """One claim in one replicate. A method under test is judged all the same: this is its test."""
    decided = verdict.decide(measured, under_test=False)
    out = Tally(replicates=1, verdicts=Counter([decided.verdict]))
    ratio = measured.figure.link == "exp"
    if measured.passes and true is not None:
        target = math.log(true) if ratio else true
        low, high = measured.figure.bounds(0.95)
        out.measured, out.covered = 1, int(low <= target <= high)
        out.error = measured.figure.theta - target
        out.square, out.spread = out.error**2, measured.figure.se
    null = math.exp(measured.theta0) if ratio else measured.theta0
    if "wrong" in measured.data:
        naive = measured.data["wrong"]
        for name, low in zip(naive["name"].astype(str), naive["low99"].astype(float), strict=True):
            out.wrong[name] = [int(np.isfinite(low)), int(low > null)]
    return out


def replicate(cell: Cell, seed: int) -> dict[str, Tally]:
    """Every claim of the cell in the world of that seed, as of the day after the log's last."""
    world = cell.make(seed)
    frames = world.frames()
    if cell.full:
        ends = {"start": world.first, "end": world.last + 1}
        whole = frames.coverage.drop_duplicates("group_id").assign(**ends)
        frames = replace(frames, coverage=whole.astype(frames.coverage.dtypes))
    log, day = prepare(frames), world.last + 1
    if cell.claims == (FAMILY,):
        return {FAMILY: _family(log, day)}
    return {c: judge(registry[c].measure(log, day), truth_of(world, c)) for c in cell.claims}


def _family(log: Log, day: int) -> Tally:
    """All claims together at twelve quarterly locks, nothing being true: was anything ever found?"""
    said: set[str] = set()
    lock = quarter_start(day)
    for _ in range(LOCKS):
        measured = {c: claim.measure(log, lock) for c, claim in registry.items()}
        q = verdict.family_q({c: m.p for c, m in measured.items()})
        said |= {verdict.decide(m, q.get(c), under_test=False).verdict for c, m in measured.items()}
        lock = quarter_start(lock - 1)
    found = said & {verdict.SUPPORTED, verdict.CONTRADICTED}
    return Tally(replicates=1, verdicts=Counter(["ever a false verdict" if found else "never a false verdict"]))


def run(cell: Cell, seeds: Sequence[int]) -> dict[str, Tally]:
    """Sums over the seeds, by claim."""
    total = {c: Tally() for c in cell.claims}
    for seed in seeds:
        for claim, tally in replicate(cell, seed).items():
            total[claim].add(tally)
    return total
