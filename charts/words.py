"""A result in words: the verdict's sign, the sentence that heads its card, what it would take to know.

Natural frequencies ("7 of 10") and "1.4 times", never a p-value: a reader without statistics decides by these lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import formats
from analysis.result import Estimate, Result
from charts.wording import CLAIMS, DIFFERENCE, RATIO, SHARE, YEARLY, Unit, Wording

__all__ = ["CLAIMS", "DIFFERENCE", "RATIO", "SHARE", "YEARLY", "Unit", "Wording"]

FINDINGS = ("supported", "contradicted", "no difference that matters")
PATIENCE = 60  # months
BEYOND_REACH = 10  # times what there is


@dataclass(frozen=True)
class Verdict:
    """How a verdict shows: a word, a sign that stands without colour, a colour of the page's theme."""

    word: str
    icon: str
    colour: str


VERDICTS = {
    "supported": Verdict("Supported", ":material/check_circle:", "green"),
    "contradicted": Verdict("Contradicted", ":material/cancel:", "orange"),
    "no difference that matters": Verdict("No difference that matters", ":material/drag_handle:", "blue"),
    "not enough data": Verdict("Not enough data yet", ":material/hourglass_empty:", "gray"),
    "not recorded": Verdict("Not recorded here", ":material/question_mark:", "gray"),
    "method under test": Verdict("Method under test", ":material/science:", "gray"),
    "not computed at this size": Verdict("Not computed at this size", ":material/select_all:", "gray"),
}

GRADES = {
    "D": "description: says what is in this log, not why",
    "A": "association: the two go together here; that one brings about the other is not shown",
    "P": "prediction: chosen on one period, scored on the next; still not a cause",
}


def verdict(result: Result) -> Verdict:
    return VERDICTS[result.verdict]


def verdict_line(result: Result) -> str:
    """The word with what qualifies it: "Supported · confirmed · size uncertain"."""
    parts = [verdict(result).word]
    if result.verdict in FINDINGS:
        parts.append("confirmed" if result.confirmed else "new")
        parts += [result.detail] if result.detail else []
    return " · ".join(parts)


def caveat(result: Result) -> str:
    """Why there is no finding, where the numbers alone do not say it: a gate, one member, a method under test."""
    if result.verdict in FINDINGS:
        return ""
    return _sentence(result.detail or ("It hangs on one member" if result.fragile else None))


def deciding(result: Result) -> Estimate | None:
    """The estimate that decides, if it has a value."""
    first = result.estimates[0] if result.estimates else None
    return first if first and not formats.missing(first.value) else None


def estimate(result: Result, name: str) -> Estimate | None:
    """An estimate by name, if it has a value."""
    found = next((e for e in result.estimates if e.name == name), None)
    return found if found and not formats.missing(found.value) else None


def spread(unit: Unit, e: Estimate, locale: str = formats.DEFAULT) -> str:
    """The 95 % interval in the claim's unit: "6 to 8 of 10", "−6 to +24 points"."""
    if formats.missing(e.low95) or formats.missing(e.high95):
        return formats.NONE
    if unit.natural and e.value is not None:
        base = formats.base_of(e.value, e.low95, e.high95)
        low, high = (formats.number((x or 0) * base, locale) for x in (e.low95, e.high95))
        return f"{low} to {high} of {base}"
    return formats.span(e.low95, e.high95, unit.write, locale)


def headline(result: Result, locale: str = formats.DEFAULT) -> str:
    """The finding as one sentence."""
    words = CLAIMS.get(result.claim)
    e = deciding(result)
    if words is None:
        return result.title
    if result.verdict == "not recorded":
        return words.unrecorded
    if e is None or e.value is None:
        return words.question
    pattern = {
        "supported": words.supported,
        "contradicted": words.contradicted,
        "no difference that matters": words.nothing,
    }.get(result.verdict, words.unsure)
    if result.verdict == "not enough data" and formats.missing(e.low95):
        return words.question
    return pattern.format(**_values(words.unit, e, locale))


def _values(unit: Unit, e: Estimate, locale: str) -> dict[str, str]:
    value = e.value or 0.0
    n = e.n.get("decided") or e.n.get("members") or next(iter(e.n.values()), 0)
    base = formats.base_of(value, e.low95, e.high95) if unit.natural else 10
    return {
        "of": formats.of_base(value, base, locale),
        "points": formats.points(value, locale),
        "wins": formats.number(abs(value) * 100, locale, 0 if abs(value) >= 0.005 else 1),
        "more": "more" if value >= 0 else "less",
        "times": formats.times(value, locale),
        "yearly": f"{formats.yearly(value, locale)}",
        "gain": f"{formats.number(abs(value - 1) * 100, locale)} %",
        "value": unit.write(value, locale),
        "span": spread(unit, e, locale),
        "k": formats.number(value * n, locale),
        "n": formats.number(n, locale),
    }


def interval_line(result: Result, locale: str = formats.DEFAULT) -> str:
    """The interval and every n: "95 %: 6 to 8 of 10 · 34 members, 860 referrals"."""
    e = deciding(result)
    words = CLAIMS.get(result.claim)
    if e is None or words is None:
        return ""
    counted = ", ".join(counts(e, locale))
    return " · ".join(part for part in (f"95 %: {spread(words.unit, e, locale)}", counted) if part)


def counts(e: Estimate, locale: str = formats.DEFAULT) -> list[str]:
    """The estimate's n, each with its noun."""
    said = []
    for key, n in e.n.items():
        if key == "events":  # what counts as an event differs by claim: it stands in the table, not on the card
            continue
        noun = key.replace("_", " ")
        said.append(formats.count(n, noun.removesuffix("s"), locale, plural=noun))
    return said


def need_more(result: Result, locale: str = formats.DEFAULT) -> str:
    """What it would take to know; empty when it is known."""
    need = result.need_more
    if need is None:
        return ""
    amount = f"About {formats.number(need.n, locale)} more {need.unit}"
    if need.n and need.months and need.months > PATIENCE:
        return f"{amount} would settle it: more than this log gains in five years."
    if need.n and need.months:
        return f"{amount} would settle it: {formats.count(need.months, 'month', locale)} at this pace."
    if need.n and need.clusters and need.n > BEYOND_REACH * max(1, _have(result)):
        return "No amount of waiting settles this in one group; the logs of many groups together could."
    return _sentence(need.note) or (f"{amount} would settle it." if need.n else "")


def _have(result: Result) -> int:
    """What there is of the unit that is needed."""
    e, need = deciding(result), result.need_more
    if e is None or need is None:
        return 0
    unit = need.unit.replace("-", "_").replace(" ", "_")
    return max((n for key, n in e.n.items() if key in unit or unit in key), default=0)


def progress(result: Result) -> float | None:
    """How far the way is to an answer, 0 to 1, where waiting leads there; None otherwise."""
    need, have = result.need_more, _have(result)
    if need is None or not need.n or not need.months or need.months > PATIENCE or not have:
        return None
    return have / (have + need.n)


def _sentence(text: str | None) -> str:
    return "" if not text else text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def how_to_record(result: Result) -> str:
    words = CLAIMS.get(result.claim)
    return words.record if words else ""


def grade(result: Result) -> str:
    return f"Grade {result.grade}, {GRADES.get(result.grade[:1], 'as documented')}"


def source(result: Result) -> str:
    """Author and title of the claim's source."""
    author, title = result.source.get("author", ""), result.source.get("title", "")
    return ", ".join(part for part in (author, f"“{title}”" if title else "") if part)


def proxy_line(result: Result) -> str:
    """That a rule stands in for what nobody recorded; empty where none does."""
    by = [name.replace("_", " ") for name, how in result.basis.items() if "proxy" in how]
    return f"Rests on a proxy: {' and '.join(by)}" if by else ""


def method_line(result: Result) -> str:
    """Which judgements of the method this workspace has changed; empty where the program's own are in force."""
    if not result.method:
        return ""
    said = ", ".join(f"{name.replace('_', ' ')} = {value}" for name, value in result.method.items())
    return f"method changed here ({said}): what was proved by simulation holds for the program's own values"
