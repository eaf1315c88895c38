"""One member as a section: what he gives, receives and holds beside the chapter, with whom, and whom to meet."""

from __future__ import annotations

import formats
from analysis.chapter import Chapter
from analysis.chapter_rates import MEASURES, Rates
from analysis.scope import Scope
from charts import chapter as words
from charts import chapter_tables as tables
from charts.theme import Look
from errors import UsageError
from report.model import Section, Table
from service import Session


def sections(session: Session, scope: Scope, person: str, look: Look, locale: str) -> list[Section]:
    """Raises UsageError for somebody who is no member in this scope."""
    view = session.chapter(scope)
    if person not in view.names:
        raise UsageError(f"There is no member {person!r} in this selection.")
    name = view.names[person]
    lines = [line for measure in MEASURES if measure in view.rates
             if (line := _line(view.rates[measure], person, locale))]  # fmt: skip
    return [
        Section(
            key=f"member_{person}",
            title=f"{name}: {lines[0][0].lower()}{lines[0][1:]}" if lines else f"{name}: nothing is recorded yet",
            lines=tuple(lines[1:]),
            tables=tuple(table for table in (_partners(view, person), _to_meet(view, name)) if len(table.frame)),
            how=tuple(words.rates_how(view.rates[m], locale) for m in list(view.rates)[:1]),
            footer=words.subline(view, locale),
        )
    ]


def _line(r: Rates, person: str, locale: str) -> str:
    """ "Referrals given: 1.2 a week (95 %: 0.8 to 1.7; chapter 1.4), 52 in 43 weeks"."""
    mine = r.members[r.members["person_id"] == person]
    if mine.empty:
        return ""
    row = mine.iloc[0]
    interval = f"95 %: {formats.span(row['low95'], row['high95'], words.rate, locale)}; "
    said = f"{words.LABELS[r.measure]}: {words.rate(row['rate'], locale)} a week "
    counted = f"{formats.number(row['count'], locale)} in {formats.count(round(row['weeks']), 'week', locale)}"
    return f"{said}({interval}chapter {words.rate(r.rate, locale)}), {counted}."


def _partners(view: Chapter, person: str) -> Table:
    return Table(f"partners_{person}", "With whom", tables.partners(view, person)[0])


def _to_meet(view: Chapter, name: str) -> Table:
    """Whom he has not met one-to-one."""
    pairs = tables.meet_table(view, next_only=False)
    mine = pairs[(pairs["Member"] == name) | (pairs["with"] == name)] if len(pairs) else pairs
    return Table("to_meet", "Not met one-to-one yet", mine.reset_index(drop=True))
