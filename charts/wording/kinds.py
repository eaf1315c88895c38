"""How an estimate is written, and the sentences that a claim needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import formats

# How an axis of the unit runs: a share of 0 to 1; a difference of shares; a ratio, on which twice and half are equally
# far; the power of two that a doubling goes with; any other number.
Axis = Literal["share", "difference", "ratio", "doubling", "number"]


@dataclass(frozen=True)
class Unit:
    """How an estimate of a claim is written, how its axis runs, and where "no effect" and "does not matter" lie."""

    write: Callable[..., str]
    null: float
    margin: tuple[float, float]  # low and high end of "no difference that matters"
    null_word: str
    axis: Axis

    @property
    def natural(self) -> bool:
        """A share, which sentences give as "7 of 10"."""
        return self.axis == "share"


def closely(ratio: float | None, locale: str = formats.DEFAULT) -> str:
    """A ratio for a small step, of which many add up: "1.03 times"."""
    return formats.NONE if ratio is None or formats.missing(ratio) else f"{formats.number(ratio, locale, 2)} times"


SHARE = Unit(formats.percent, 0.5, (0.45, 0.55), "half", "share")
DIFFERENCE = Unit(formats.points, 0.0, (-0.05, 0.05), "no difference", "difference")
RATIO = Unit(formats.times, 1.0, (0.8, 1.25), "as many", "ratio")
YEARLY = Unit(formats.yearly, 1.0, (1 / 1.05, 1.05), "no change", "ratio")


@dataclass(frozen=True)
class Wording:
    """The sentences of one claim by verdict. Placeholders: {of} {points} {more} {times} {yearly} {span}
    {value} {k} {n}."""

    unit: Unit
    question: str
    supported: str
    nothing: str
    contradicted: str
    unsure: str
    unrecorded: str
    record: str
