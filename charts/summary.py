"""All findings in one sentence: what holds, what does not, what needs more data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.result import Result

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PARTS = (
    ("supported", "holds in your numbers", "hold in your numbers"),
    ("contradicted", "does not", "do not"),
    ("no difference that matters", "makes no difference that matters", "make no difference that matters"),
)


def tally(results: Sequence[Result]) -> str:
    """ "Three things hold in your numbers, one does not, the rest needs more data"."""
    counts = Counter(result.verdict for result in results)
    said: list[str] = []
    for verdict, singular, plural in PARTS:
        if n := counts[verdict]:
            thing = "" if said else (" thing" if n == 1 else " things")
            said.append(f"{_number(n)}{thing} {singular if n == 1 else plural}")
    open_ = len(results) - sum(counts[verdict] for verdict, _, _ in PARTS)
    testing = counts["method under test"]
    if not said and not testing:
        return "Nothing is settled by this log yet: each claim needs more data"
    if not said:
        return "Nothing is settled by this log yet"
    if counts["contradicted"] and not counts["supported"]:
        said = [part.replace("do not", "do not hold").replace("does not", "does not hold") for part in said]
    if open_:
        said.append("the rest is open" if testing else "the rest needs more data")
    text = ", ".join(said)
    return text[0].upper() + text[1:]


def _number(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else str(n)
