"""Claims judged in worlds whose truth is known, replicate by replicate, as sums that can be added up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis import verdict
from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.population import Log, prepare, quarter_start
from analysis.settings import DEFAULT
from sample.own_means import OWN_MEAN
from sample.recipes import WORLDS
from sample.world import World, make_world

FAMILY = "family"  # the pseudo claim: all claims together, over three years of quarterly verdicts
LOCKS = 12
ALONE = ("Q2", "S5", "T2")  # claims that have a cell of their own: others of their worlds take longer, or they do
# What a wrong way has to clear where that is not what the claim itself has to clear.
OTHER_BAR = {
    "agreement with kind and strict assessors left in": DEFAULT.capital_reliability,
    "quarters inside the 80 % forecast": 0.80,
}


@dataclass(frozen=True)
class Cell:
    """A world at one size and the claims judged in it.

    full: pretend that every month was imported. knobs: names and values that differ from the world's own.
    null: in a family, the claims of which nothing is true; by default those that the world is made for.
    family: its claims; by default all that give verdicts.
    """

    world: str
    claims: tuple[str, ...]
    members: int | None = None
    months: int | None = None
    groups: int | None = None
    full: bool = False
    knobs: tuple[tuple[str, Any], ...] = ()
    null: tuple[str, ...] | None = None
    family: tuple[str, ...] = ()
    title: str = ""

    @property
    def key(self) -> str:
        return f"{self.label}: {' '.join(self.claims)}"

    @property
    def label(self) -> str:
        size = [
            f"{v} {n}" for v, n in ((self.groups, "chapters"), (self.members, "members"), (self.months, "months")) if v
        ]
        named = [*size, *([self.title] if self.title else []), *(["gaps read as zeros"] if self.full else [])]
        return ", ".join([self.world, *named])

    def make(self, seed: int) -> World:
        return make_world(self.world, seed, self.members, self.months, groups=self.groups, **dict(self.knobs))


_SIX = ("L1", "L5", "L9", "S1", "S4", "T1")
# Presence, tenure and closing in absence.
_THREE = (("away", 0.7046), ("log_tenure", math.log(1.10)), ("diff_away", 0.10))


def _cells() -> tuple[Cell, ...]:
    plain = []
    for name, recipe in WORLDS.items():
        tested = (*recipe.null_for, *recipe.true_for)
        together = tuple(c for c in tested if c not in ALONE)
        plain += [Cell(name, claims) for claims in (together, *((c,) for c in tested if c in ALONE)) if claims]
    sizes = [
        Cell("base", ("L1", "L5", "L9", "S4"), members=20, months=48),
        Cell("base", ("L1", "L5", "L9", "S4"), members=60),
        Cell("further", ("L9",), members=60),
        Cell("grows", ("T1",), groups=6),
        Cell("trend", ("T1",), groups=6),
        Cell("gap", ("T1",), full=True),
        Cell("answered-some", ("R6",), members=20),
        Cell("answered-some", ("R6",), members=60),
        Cell("rating-tells", ("Q3",), members=60),
        Cell("together", ("D5",), members=60),
        Cell("all-null", (FAMILY,), members=35, title="the first six claims", family=_SIX),
        Cell("all-null", (FAMILY,), members=35),
        Cell("all-null", (FAMILY,), members=35, title="three effects true", knobs=_THREE, null=("L9", "S1", "S4")),
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


def truth_of(world: World, claim: str, label: str = "") -> float | None:
    """True value of the claim's deciding estimate, as it is printed; where it does not follow from the knobs, the
    estimate's own mean over many worlds of that cell."""
    values: dict[str, float | None] = world.truth["claims"].get(claim, {})
    true = values.get(next(iter(registry[claim].estimates)))
    return OWN_MEAN.get((label, claim)) if true is None else true


def judge(measured: Measured, true: float | None) -> Tally:
    """One claim in one replicate. A method under test is judged all the same: this is its test.

    A wrong way "says supported" if its 99 % interval lies on the claim's side of what the claim has to clear; a figure
    that is usually read without an interval, if it does so itself. Of a claim about a range or a shape there is no such
    side, and nothing is counted.
    """
    decided = verdict.decide(measured, under_test=False)
    out = Tally(replicates=1, verdicts=Counter([decided.verdict]))
    ratio = measured.figure.link == "exp"
    if measured.passes and true is not None:
        target = math.log(true) if ratio else true
        low, high = measured.figure.bounds(0.95)
        out.measured, out.covered = 1, int(low <= target <= high)
        out.error = measured.figure.theta - target
        out.square, out.spread = out.error**2, measured.figure.se
    if "wrong" in measured.data and measured.rule in ("difference", "chain"):
        out.wrong = _wrong_ways(measured, math.exp(measured.theta0) if ratio else measured.theta0)
    return out


def _wrong_ways(measured: Measured, null: float) -> dict[str, list[int]]:
    """Name → [whether it was given, whether it says supported]."""
    out, naive = {}, measured.data["wrong"]
    end = "low99" if measured.direction > 0 else "high99"
    columns = (naive["name"].astype(str), naive["value"].astype(float), naive[end].astype(float))
    for name, value, bound in zip(*columns, strict=True):
        read = bound if np.isfinite(bound) else value
        beyond = measured.direction * (read - OTHER_BAR.get(name, null)) > 0
        out[name] = [int(np.isfinite(read)), int(np.isfinite(read) and beyond)]
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
        null = WORLDS[cell.world].null_for if cell.null is None else cell.null
        return {FAMILY: _family(log, day, null, family_of(cell))}
    return {c: judge(registry[c].measure(log, day), truth_of(world, c, cell.label)) for c in cell.claims}


def family_of(cell: Cell) -> list[str]:
    """The claims of the cell's family, in the registry's order."""
    return [c for c in registry if (c in cell.family if cell.family else c not in DEFAULT.under_test)]


def _family(log: Log, day: int, null: Sequence[str], known: Sequence[str]) -> Tally:
    """The known claims together at twelve quarterly locks: which findings were ever made?

    A finding is a claim and the verdict "supported" or "contradicted"; false are those of claims that are null here.
    `error` sums the share of findings that are false (0 where there are none): the false discovery rate.
    """
    found: set[tuple[str, str]] = set()
    lock, settings = quarter_start(day), replace(DEFAULT, under_test=tuple(c for c in registry if c not in known))
    for _ in range(LOCKS):
        measured = {c: registry[c].measure(log, lock) for c in known}
        q = verdict.family(measured, settings)
        said = {c: verdict.decide(m, q.get(c), under_test=False).verdict for c, m in measured.items()}
        found |= {(c, v) for c, v in said.items() if v in (verdict.SUPPORTED, verdict.CONTRADICTED)}
        lock = quarter_start(lock - 1)
    false = [c for c, _ in found if c in null]
    ever = "ever a false verdict" if false else "never a false verdict"
    out = Tally(replicates=1, measured=1, error=len(false) / max(1, len(found)), verdicts=Counter([ever]))
    out.verdicts.update({c for c, v in found if c not in null and v == verdict.SUPPORTED})
    return out


def run(cell: Cell, seeds: Sequence[int]) -> dict[str, Tally]:
    """Sums over the seeds, by claim."""
    total = {c: Tally() for c in cell.claims}
    for seed in seeds:
        for claim, tally in replicate(cell, seed).items():
            total[claim].add(tally)
    return total
