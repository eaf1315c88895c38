"""What a measurement gives back: one figure, what it must be and what it should be. The table is one loop over them.

A bench module has `measure(...) -> list[Figure]` beside its command; `python -m bench` calls all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number.

    must: the bound that may not be missed; aim: the one that we want; None = none is set. more_is_better: the bounds
    are floors, not ceilings. command: what prints it. note: what it is made of, in a few words.
    """

    name: str
    value: float
    unit: str = "x"  # "x" is a ratio
    must: float | None = None
    aim: float | None = None
    command: str = ""
    note: str = ""
    more_is_better: bool = False

    def meets(self, bound: float | None) -> bool | None:
        """Whether the value keeps a bound; None where there is none."""
        if bound is None:
            return None
        return self.value >= bound if self.more_is_better else self.value <= bound

    @property
    def verdict(self) -> str:
        if self.meets(self.must) is False:
            return "MISSED"
        return "aim" if self.meets(self.aim) else "must" if self.must is not None else ""


def number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}" + ("x" if unit == "x" else f" {unit}" if unit else "")


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table: measured, must, aim, which of the two is kept, and what prints it."""
    lines = ["| what | measured | must | aim | kept | command |", "|---|---|---|---|---|---|"]
    for one in figures:
        sign = ">= " if one.more_is_better else "<= "
        must, aim = (sign + number(bound, one.unit) if bound is not None else "" for bound in (one.must, one.aim))
        name = f"{one.name} ({one.note})" if one.note else one.name
        lines.append(
            f"| {name} | {number(one.value, one.unit)} | {must} | {aim} | {one.verdict} | "
            f"{f'`{one.command}`' if one.command else ''} |"
        )
    return "\n".join(lines)


def missed(figures: Iterable[Figure]) -> list[Figure]:
    """Those whose "must" is not kept."""
    return [one for one in figures if one.meets(one.must) is False]
