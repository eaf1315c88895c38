"""A finding as a section: the words, charts and figures of its card."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

import formats
from analysis.result import Result
from analysis.scope import Scope
from charts import findings, words
from charts.theme import Look
from report.model import Section, Table
from service import Session

RULE = (
    "A verdict needs the 99 % interval and a false-discovery rate of 2 % over all claims, and is given once a "
    "quarter, so that looking often does not make chance look like a finding."
)


def sections(session: Session, scope: Scope, claim: str, look: Look, locale: str) -> list[Section]:
    return [section(session, scope, claim, look, locale)]


def section(session: Session, scope: Scope, claim: str, look: Look, locale: str = formats.DEFAULT) -> Section:
    """Raises UsageError for a claim that is not there."""
    result = session.result(scope, claim)
    found = words.deciding(result) is not None
    results = session.results(scope)
    return Section(
        key=claim,
        title=words.headline(result, locale),
        badge=words.verdict_line(result),
        lines=tuple(_lines(result, locale)),
        drawings=tuple(findings.drawn(result, look, locale, results)) if found else (),
        tables=(Table(f"{claim}_estimates", f"{claim}: every estimate", estimates(result, locale)),) if found else (),
        how=(result.title + ".", *_basis(result), RULE),
        footer=footer(result, locale),
    )


def _lines(result: Result, locale: str) -> list[str]:
    """What stands under the sentence, in the card's order."""
    if words.deciding(result) is None:
        return list(result.warnings or (words.how_to_record(result),))
    said = [words.interval_line(result, locale), words.proxy_line(result), words.caveat(result),
            words.need_more(result, locale), *wrong(result), *result.warnings]  # fmt: skip
    return [line for line in said if line]


def wrong(result: Result) -> list[str]:
    """Why the tempting reading misleads."""
    frame = result.data.get("wrong", pd.DataFrame())
    return [f"Greyed, {row.name}: {row.why}" for row in frame.head(2).itertuples()]


def _basis(result: Result) -> Sequence[str]:
    return [f"{field.replace('_', ' ')}: {basis}" for field, basis in result.basis.items()]


def footer(result: Result, locale: str = formats.DEFAULT) -> str:
    """Source, grade, and the day of the verdict."""
    parts = [words.source(result), words.grade(result)]
    if result.lock_as_of:
        parts.append(f"verdict as of {formats.day(result.lock_as_of, locale)}")
    return " · ".join(part for part in (*parts, words.method_line(result)) if part)


def estimates(result: Result, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """Every estimate with both intervals, p and q."""
    rows = [
        {
            "estimate": e.name.replace("_", " "), "value": e.value, "95 % from": e.low95, "95 % to": e.high95,
            "99 % from": e.low99, "99 % to": e.high99, "unit": e.unit, "p": e.p, "q": e.q,
            "n": ", ".join(words.counts(e, locale)),
        }
        for e in result.estimates
    ]  # fmt: skip
    numbers = dict.fromkeys(("value", "95 % from", "95 % to", "99 % from", "99 % to", "p", "q"), "float64")
    return pd.DataFrame(rows).astype(numbers)
