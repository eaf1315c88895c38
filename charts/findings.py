"""Which charts a claim's card shows, and in what order the board shows the cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import formats
from analysis.result import Result
from charts import presence, sources, tenure
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
}
DRAWN: dict[str, Draw] = {
    "L1": presence.share,
    "L5": presence.close,
    "L9": presence.sources,
    "S1": sources.top_two,
    "S4": sources.close,
    "T1": tenure.drawings,
}


def drawn(result: Result, of: Look, locale: str = formats.DEFAULT) -> Sequence[Drawing]:
    """The charts of a claim: its own, else the estimate beside the tempting ways."""
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
