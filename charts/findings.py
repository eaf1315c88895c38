"""Which charts a claim's card shows, and in what order the board shows the cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import formats
from analysis.result import Result
from charts import (
    acquaintance,
    capital,
    chains,
    circles,
    exchange,
    further,
    giving,
    growth,
    hopping,
    presence,
    ratings,
    repeatable,
    returns,
    sources,
    tenure,
)
from charts.interval import interval
from charts.theme import Drawing, Look

Draw = Callable[[Result, Look, str], Sequence[Drawing]]

# What a chapter can act on first: an answer, then an answer in sight, then what would have to be recorded.
_ORDER = {
    "supported": 0,
    "contradicted": 0,
    "no difference that matters": 1,
    "not enough data": 2,
    "method under test": 3,
    "not recorded": 4,
    "not computed at this size": 5,
}
DRAWN: dict[str, Draw] = {
    "L1": presence.share,
    "L3": growth.drawings,
    "L4": chains.drawings,
    "L5": presence.close,
    "L9": presence.sources,
    "S1": sources.top_two,
    "S2": further.rates,
    "S3": further.again,
    "S4": sources.close,
    "S5": exchange.drawings,
    "T1": tenure.drawings,
    "T2": hopping.drawings,
    "R1": repeatable.quarters,
    "R2": repeatable.levels,
    "R4": repeatable.new_sources,
    "R6": returns.drawings,
    "R7": giving.leads,
    "R8": giving.others,
    "R13": circles.ponds,
    "R14": circles.gatekeepers,
    "D3": capital.asks,
    "D4": capital.depth,
    "Q2": ratings.value,
    "Q3": ratings.foretold,
}
# Two authors who disagree: each one's card shows both.
Beside = Callable[[Result, Result | None, Look, str], Sequence[Drawing]]
BESIDE: dict[str, tuple[str, Beside]] = {"D5": ("Q1", acquaintance.year), "Q1": ("D5", acquaintance.quick)}


def drawn(
    result: Result, of: Look, locale: str = formats.DEFAULT, results: Sequence[Result] = ()
) -> Sequence[Drawing]:  # fmt: skip
    """The charts of a claim: its own, else the estimate beside the tempting ways.

    results: the other claims of the same scope, among which a claim finds the one that it stands beside.
    """
    if result.claim in BESIDE:
        other, draw = BESIDE[result.claim]
        return draw(result, next((r for r in results if r.claim == other), None), of, locale)
    if result.claim in DRAWN:
        return DRAWN[result.claim](result, of, locale)
    one = interval(result, of, locale)
    return [one] if one else []


def in_order(results: Sequence[Result]) -> list[Result]:
    """Answers first, then what waiting will answer (the soonest first), then the rest as they came."""

    def rank(result: Result) -> tuple[int, float]:
        need = result.need_more
        wait = need.months if need and need.months else float("inf")
        return _ORDER.get(result.verdict, 5), wait if result.verdict == "not enough data" else 0.0

    return sorted(results, key=rank)
