"""How an estimate is written, and the sentences that a claim needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import formats


@dataclass(frozen=True)
class Unit:
    """How an estimate of a claim is written, and where "no effect" and "does not matter" lie on its axis."""

    write: Callable[..., str]
    null: float
    margin: tuple[float, float]  # low and high end of "no difference that matters"
    null_word: str


SHARE = Unit(formats.percent, 0.5, (0.45, 0.55), "half")
DIFFERENCE = Unit(formats.points, 0.0, (-0.05, 0.05), "no difference")
RATIO = Unit(formats.times, 1.0, (0.8, 1.25), "as many")
YEARLY = Unit(formats.yearly, 1.0, (1 / 1.05, 1.05), "no change")


@dataclass(frozen=True)
class Wording:
    """The sentences of one claim by verdict. Placeholders: {of} {points} {more} {times} {yearly} {span} {k} {n}."""

    unit: Unit
    question: str
    supported: str
    nothing: str
    contradicted: str
    unsure: str
    unrecorded: str
    record: str
