"""What goes into a report: items by name, each a page's finding in the same words, charts and figures.

An item is a prefix with what it is about: "claim:L1", "overview", "chapter", "member:p0000007". A further page comes in
by one line in ITEMS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import formats
from analysis.scope import Scope
from analysis.settings import DEFAULT, differences
from charts.findings import in_order
from charts.summary import tally
from charts.theme import Look
from errors import UsageError
from report import agenda, chapter, claims, members, overview
from report.model import Content, Section, Table
from service import Session

__all__ = ["ITEMS", "Content", "Section", "Table", "claim_section", "content", "default_items", "overview_section"]

T = TypeVar("T")
Step = Callable[[int, int], None]  # (items done, items in all); may raise to stop
# (session, scope, what stands after the colon, look, locale) → its sections
Make = Callable[[Session, Scope, str, Look, str], Sequence[Section]]
ITEMS: dict[str, Make] = {
    "overview": overview.sections,
    "claim": claims.sections,
    "chapter": chapter.sections,
    "member": members.sections,
    "agenda": lambda session, scope, what, look, locale: [agenda.section(session, scope, locale)],
}

claim_section = claims.section
overview_section = overview.section


def default_items(session: Session, scope: Scope) -> list[str]:
    """The story that is told without a choice: the overview, all findings, answers first, then the chapter."""
    dated = not session.overview(scope).empty
    found = [f"claim:{result.claim}" for result in in_order(session.results(scope))] if dated else []
    return [*(["overview"] if dated else []), *found, *([] if session.chapter(scope).empty else ["chapter"])]


def sections_of(session: Session, scope: Scope, item: str, look: Look, locale: str) -> Sequence[Section]:
    """Raises UsageError for an item that is not there."""
    kind, _, what = item.partition(":")
    if kind not in ITEMS:
        raise UsageError(f"There is no item {item!r}.", f"Items are {', '.join(ITEMS)}; a claim is written claim:L1.")
    return ITEMS[kind](session, scope, what, look, locale)


def content(
    session: Session, scope: Scope, items: Sequence[str] | None, look: Look, locale: str = formats.DEFAULT,
    step: Step = lambda done, of: None,
) -> Content:  # fmt: skip
    """The sections of the items, in their order; without items, the usual story.

    step: told after each item how many are done of how many; it may raise to stop.

    Raises:
        UsageError: the workspace is empty, or an item is not there.
    """
    version_of(session)
    chosen = list(items) if items is not None else default_items(session, scope)
    sections = each(chosen, lambda item: sections_of(session, scope, item, look, locale), step)
    return whole(session, scope, title(session, scope, chosen), sections)


def version_of(session: Session) -> int:
    """Raises UsageError where the workspace is empty."""
    if session.version is None:
        raise UsageError("There is nothing to report yet.", "Import a log first.")
    return session.version


def each(items: Sequence[T], make: Callable[[T], Sequence[Section]], step: Step) -> list[Section]:
    """The sections of all items; step as content has it."""
    sections: list[Section] = []
    for done, item in enumerate(items):
        step(done, len(items))
        sections += make(item)
    step(len(items), len(items))
    return sections


def whole(session: Session, scope: Scope, title: str, sections: Sequence[Section]) -> Content:
    return Content(
        title=title,
        subtitle=session.subtitle(scope),
        made_on=date.today(),
        store_version=version_of(session),
        method=_method(session),
        masked=session.masked,
        sections=tuple(sections),
    )


def title(session: Session, scope: Scope, items: Sequence[str]) -> str:
    """All findings in one sentence, where the report holds several of them."""
    claimed = [item.partition(":")[2] for item in items if item.startswith("claim:")]
    if len(claimed) < 2:
        return "Net Effect"
    return tally([result for result in session.results(scope) if result.claim in claimed])


def _method(session: Session) -> str:
    changed = differences(session.method(), DEFAULT)
    said = ", ".join(f"{name.replace('_', ' ')} = {value}" for name, value in changed.items())
    return f"changed here: {said}" if said else "the program’s own margins, horizons and benchmarks"
