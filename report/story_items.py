"""What a story, a letter or an agenda says of a finding, in one line."""

from __future__ import annotations

import formats
from analysis.result import Result
from analysis.scope import Scope
from charts import words
from charts.findings import in_order
from charts.theme import LIGHT
from service import Session

LOOK = LIGHT  # of charts that are not shown


def answered(session: Session, scope: Scope) -> list[Result]:
    """The findings that are settled, in the board's order."""
    if session.overview(scope).empty:
        return []
    return [result for result in in_order(session.results(scope)) if result.verdict in words.FINDINGS]


def finding(result: Result, locale: str = formats.DEFAULT) -> str:
    """ "6 of 10 referrals reach you while you are somewhere else (95 %: 5 to 7 of 10 · 43 members)"."""
    line = words.interval_line(result, locale)
    return f"{words.headline(result, locale)}{f' ({line})' if line else ''}. {words.verdict_line(result)}."
