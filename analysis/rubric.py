"""Traffic-light rubrics: files of thresholds (rubrics/*.toml) and the arithmetic that makes points of counts.

A line gives the points of the best step that is reached, or points in proportion to a goal. What is not recorded is
no zero: such a line ranges over all that it could give, and so do the total and the light.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from analysis.intervals import Floats
from errors import UsageError

_FOLDER = Path(__file__).with_name("rubrics")
MEASURES = ("there", "absences", "lates", "referrals", "received", "one_to_ones", "visitors", "ceu", "testimonials",
            "tyfcb", "sponsors", "trainings")  # fmt: skip
PER = ("week", "total", "meeting")
RULES = ("at_least", "more_than", "at_most")
USUAL = "global"


@dataclass(frozen=True)
class Step:
    """rule: at_least (≥) | more_than (>) | at_most (≤) the threshold."""

    rule: str
    threshold: float
    points: float

    def reached(self, value: Floats) -> np.ndarray:
        if self.rule == "at_most":
            return np.asarray(value <= self.threshold)
        return np.asarray(value > self.threshold if self.rule == "more_than" else value >= self.threshold)


@dataclass(frozen=True)
class Line:
    """One line of a rubric. per: week (of exposure) | total (of the window) | meeting (share of meetings).

    act: what a member does to raise it, "" where that takes no act that can be counted. currency: of the thresholds,
    "" = the chapter's own. goal: points in proportion up to it; else steps.
    """

    name: str
    measure: str
    per: str
    act: str
    currency: str
    steps: tuple[Step, ...]
    goal: float | None
    most: float
    note: str

    @property
    def falls(self) -> bool:
        """Fewer are better."""
        return any(step.rule == "at_most" for step in self.steps)

    def points(self, value: Floats) -> Floats:
        """Points of known values."""
        if self.goal is not None:
            return self.most * np.clip(value / self.goal, 0.0, 1.0)
        best = np.zeros(np.shape(value))
        for step in self.steps:
            best = np.where(step.reached(value), np.maximum(best, step.points), best)
        return best

    def bounds(self, value: Floats, complete: np.ndarray) -> tuple[Floats, Floats]:
        """Least and most points: NaN may be anything; a total of which a part is not recorded can only grow."""
        known = np.isfinite(value)
        sure = self.points(np.where(known, value, 0.0))
        grows = known & ~complete & (self.per == "total")
        low = np.where(known, np.where(grows & self.falls, 0.0, sure), 0.0)
        high = np.where(known, np.where(grows & (not self.falls), self.most, sure), self.most)
        return low, high


@dataclass(frozen=True)
class Rubric:
    """bands: (light, least points), the best first. full_marks: what the rubric says that all lines come to."""

    key: str
    name: str
    about: str
    months: int
    full_marks: float
    counts_as_there: tuple[str, ...]
    bands: tuple[tuple[str, float], ...]
    lines: tuple[Line, ...]

    @property
    def most(self) -> float:
        """What its lines come to."""
        return sum(line.most for line in self.lines)

    @property
    def adds_up(self) -> bool:
        return self.most == self.full_marks

    def light(self, score: float) -> str:
        """Points of proportional lines are compared to a billionth: 69.999999999 came from sums that make 70."""
        return next((light for light, least in self.bands if score >= least - 1e-9), self.bands[-1][0])

    def rank(self, score: Floats) -> np.ndarray:
        """Position of the light among the bands, 0 = the best."""
        least = np.array([least for _, least in self.bands])
        return np.asarray((np.asarray(score)[..., None] < least[:-1] - 1e-9).sum(axis=-1))

    def next_band(self, score: float) -> tuple[str, float] | None:
        """The band just above a score; None in the best."""
        above = [band for band in self.bands if band[1] > score + 1e-9]
        return above[-1] if above else None


def keys() -> tuple[str, ...]:
    """Rubrics that are here, the usual one first."""
    found = sorted(file.stem for file in _FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda key: key != USUAL))


@lru_cache(maxsize=32)
def load(key: str) -> Rubric:
    """A rubric by its file's name. Raises UsageError where there is none, or its file says what no rubric can."""
    if key not in keys():
        raise UsageError(f"There is no rubric {key!r}.", f"Known: {', '.join(keys())}.")
    return read(key, tomllib.loads((_FOLDER / f"{key}.toml").read_text(encoding="utf-8")))


def read(key: str, raw: Mapping[str, Any]) -> Rubric:
    """A rubric from a parsed file. Raises UsageError as `load`."""
    bands = tuple((str(band["light"]), float(band["from"])) for band in raw["bands"])
    falling = all(one[1] > two[1] for one, two in pairwise(bands))
    if not falling or bands[-1][1] != 0:
        raise UsageError(f"Rubric {key}: the bands must fall and end at 0.")
    lines = tuple(_line(key, line) for line in raw["lines"])
    return Rubric(key, str(raw["name"]), str(raw["about"]), int(raw["months"]), float(raw["full_marks"]),
                  tuple(raw["counts_as_there"]), bands, lines)  # fmt: skip


def _line(key: str, raw: Mapping[str, Any]) -> Line:
    steps = tuple(Step(rule, float(at), float(points)) for rule in RULES for at, points in raw.get(rule, ()))
    goal = raw.get("goal")
    fine = raw["measure"] in MEASURES and raw["per"] in PER and bool(steps) != (goal is not None)
    if not fine or (any(s.rule == "at_most" for s in steps) and not all(s.rule == "at_most" for s in steps)):
        raise UsageError(f"Rubric {key}: the line {raw['name']!r} cannot be read.")
    most = float(raw["points"]) if goal is not None else max(step.points for step in steps)
    return Line(str(raw["name"]), raw["measure"], raw["per"], str(raw.get("act", "")), str(raw.get("currency", "")),
                steps, None if goal is None else float(goal), most, str(raw.get("note", "")))  # fmt: skip
