"""Forgetting what is older than the workspace's rule says: on request, and after each import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from data import privacy, retention
from data.retention import FILE, Due, Rule

if TYPE_CHECKING:
    from service.session import Session

__all__ = ["FILE", "Done", "Due", "Rule", "apply", "due", "rule"]


@dataclass(frozen=True)
class Done:
    """How much was forgotten."""

    versions: int = 0
    originals: int = 0
    people: int = 0


def rule(session: Session) -> Rule:
    """What the workspace's retention.toml says."""
    return retention.read(session.target.path)


def due(session: Session, wanted: Rule | None = None, today: date | None = None) -> Due:
    """What would be forgotten today, by the workspace's own rule or another."""
    session.need("editor")
    return retention.due(session.target.path, wanted or rule(session), today or date.today())


def apply(session: Session, wanted: Rule | None = None, today: date | None = None) -> Done:
    """Forget what is due. It cannot be undone. People first: erasing reaches versions and originals too."""
    session.need("editor")
    session.whole()
    wanted = wanted or rule(session)
    if not wanted:
        return Done()
    path, day = session.target.path, today or date.today()
    people = retention.due(path, wanted, day).people
    for person in people:
        privacy.erase(path, person, actor="retention")
    # Asked again: erasing writes each version anew, under a number of its own and with the day that it was made.
    found = retention.due(path, wanted, day)
    if found.versions or found.originals:
        retention.forget(path, found)
    if people or found.versions:
        session.forget_answers()
    return Done(len(found.versions), len(found.originals), len(people))
