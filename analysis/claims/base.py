"""What a claim is, and what it measures on one date before any verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.intervals import NOTHING, Figure
from analysis.population import Log, View, prepare
from analysis.recorded import HOW_TO
from analysis.result import Estimate, Frames
from analysis.settings import DEFAULT, Settings


@dataclass(frozen=True)
class Gate:
    """A least amount of data. more: how many more counting units would close it (None: cannot be said)."""

    name: str
    have: float
    need: float
    more: int | None = None
    clusters: int | None = None  # or how many more members

    @property
    def passed(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True)
class Part:
    """A further condition of a composite claim, which holds if its interval lies above theta0 (working scale).

    level: of the two-sided interval whose lower end has to clear theta0 (.99; .95 where the claim says so).
    """

    name: str
    figure: Figure
    theta0: float
    level: float = 0.99

    @property
    def holds(self) -> bool:
        return bool(self.figure.bounds(self.level)[0] > self.theta0)


@dataclass(frozen=True)
class Measured:
    """A claim on one date, without a verdict.

    figure: the deciding estimate; theta0, delta: on its working scale (logarithms for ratios).
    against, favour: the same with every gap in the records counted against and for the claim, where gaps are
    large enough to matter. unrecorded: sentences that say what is not recorded and how to start.
    n, unit: the counting unit of "about N more"; per_month: how many arrive.

    How the figure becomes a verdict (see analysis.verdict), for claims that are not "larger than theta0":
    direction: −1 where the claim says that the figure lies below theta0.
    rule: "difference"; "equivalence" (supported = inside theta0 ± delta); "chain" and "shape" (banded claims).
    parts: what else must hold for "supported" (a composite claim); its p is the largest of all parts, 1 for a part on
        the wrong side.
    withheld: by verdict, a sentence why that one is not given although the figure's interval would allow it.
    adds: what the detail of "supported" says besides its size.
    planning: the sentence to print instead of "about N more", where no number of rows can be named.
    """

    claim: str
    day: int
    figure: Figure = NOTHING
    theta0: float = 0.0
    delta: float = 0.0
    estimates: tuple[Estimate, ...] = ()
    gates: tuple[Gate, ...] = ()
    against: Figure | None = None
    favour: Figure | None = None
    missing: int = 0
    missing_field: str = ""
    unrecorded: tuple[str, ...] = ()
    n: int = 0
    unit: str = "mature referrals"
    per_month: float = 0.0
    cluster_unit: str = "members"
    basis: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    direction: int = 1
    rule: str = "difference"
    parts: tuple[Part, ...] = ()
    withheld: Mapping[str, str] = field(default_factory=dict)
    adds: str | None = None
    planning: str | None = None

    @property
    def passes(self) -> bool:
        """Recorded, and past every gate: such a claim enters the family of verdicts."""
        return not self.unrecorded and bool(self.gates) and all(g.passed for g in self.gates) and self.figure.usable

    @property
    def p(self) -> float | None:
        """Two-sided p against what "supported" has to clear; with gaps the larger of the two extremes. None before the
        gates are passed.

        Of an equivalence claim that is the nearer end of its range. A composite takes the largest of its parts.
        """
        if not self.passes:
            return None
        figures = [f for f in (self.against, self.favour) if f is not None] or [self.figure]
        values = [self._p_of(f) if f.usable else 1.0 for f in figures]
        for part in self.parts:
            above = part.figure.usable and part.figure.theta > part.theta0
            values.append(part.figure.p(part.theta0) if above else 1.0)
        return float(max(values))

    def _p_of(self, figure: Figure) -> float:
        if self.rule == "equivalence":
            return figure.p(nearer_end(figure.theta, self.theta0, self.delta))
        if self.parts and self.direction * (figure.theta - self.theta0) <= 0:
            return 1.0
        return figure.p(self.theta0)


def nearer_end(theta: float, theta0: float, delta: float) -> float:
    """The end of theta0 ± delta that lies nearer to theta."""
    return theta0 + delta if theta >= theta0 else theta0 - delta


class Claim(ABC):
    """One claim of the registry. `title` is our wording; author and work say whose claim it is.

    grade: D description of this log, A association with own past, P prediction.
    needs: fields that have to be recorded. estimates: name → what it is; the first decides.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    author: ClassVar[str] = "Ivan Misner"
    work: ClassVar[str]
    grade: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    unit: ClassVar[str] = "mature referrals"
    estimates: ClassVar[Mapping[str, str]]

    def measure(
        self, frames: Frames | Log, day: int, settings: Settings = DEFAULT, *, detail: bool = False,
        wider: Log | None = None,
    ) -> Measured:  # fmt: skip
        """The claim as of a day (exclusive, since 1970-01-01).

        Hand over a prepared Log where several claims or dates are measured. detail=True adds the secondary
        estimates and the chart frames; detail=False is the deciding figure alone, for simulations. wider: a
        larger log from which pooled parameters may be taken. A prepared Log brings its own settings.
        """
        return self.on(prepare(frames, settings).at(day), detail, wider)

    @abstractmethod
    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        """As `measure`, on a prepared view."""


def event_gates(figure: Figure, events: float, smaller: float | None, n: int, settings: Settings) -> tuple[Gate, ...]:
    """The gates that every clustered claim shares. smaller: events of the arm with fewer; None for a
    share."""
    clusters = settings.gate_clusters

    def more(have: float, need: float) -> int | None:
        return int(np.ceil((need - have) * n / have)) if have > 0 else None

    gates = [
        Gate("clusters", figure.clusters, clusters, clusters=max(0, clusters - figure.clusters)),
        Gate("effective clusters", figure.gstar, settings.gate_effective_clusters,
             clusters=max(0, int(np.ceil(settings.gate_effective_clusters - figure.gstar)))),
        Gate("events", events, settings.gate_events, more(events, settings.gate_events)),
    ]  # fmt: skip
    if smaller is not None:
        least = settings.gate_events_smaller_arm
        gates.append(Gate("events in the smaller arm", smaller, least, more(smaller, least)))
    return tuple(gates)


def not_recorded(claim: str, view: View, fields: Iterable[str]) -> Measured:
    """Nothing measured: each field that is missing, with how to start recording it."""
    return not_recorded_on(claim, view.day, fields, view.warnings)


def not_recorded_on(claim: str, day: int, fields: Iterable[str], warnings: tuple[str, ...]) -> Measured:
    """The same without a view."""
    return Measured(claim, day, unrecorded=tuple(dict.fromkeys(HOW_TO[name] for name in fields)), warnings=warnings)


def with_wrong(rows: list[tuple[str, float, tuple[float, float], tuple[float, float], str]]) -> pd.DataFrame:
    """The tempting figures: name, value, 95 and 99 % interval as naively given, and why it misleads."""
    return pd.DataFrame(
        [(name, value, *at95, *at99, why) for name, value, at95, at99, why in rows],
        columns=["name", "value", "low", "high", "low99", "high99", "why"],
    )


def wrong_ratios(ways: Iterable[tuple[str, Figure, str]]) -> pd.DataFrame:
    """`with_wrong` of figures on the logarithmic scale: name, figure, why it misleads. An unusable one is left out."""
    rows = []
    for name, figure, why in ways:
        if figure.usable:
            at95, at99 = np.exp(figure.bounds(0.95)), np.exp(figure.bounds(0.99))
            rows.append((name, float(np.exp(figure.theta)), (float(at95[0]), float(at95[1])),
                         (float(at99[0]), float(at99[1])), why))  # fmt: skip
    return with_wrong(rows)
