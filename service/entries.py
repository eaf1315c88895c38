"""The log that is kept here: what is entered, corrected and deleted, each Save one version; the workbook to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from data import entries, logbook, logwords, template
from data.currencies import ISO_CODES
from data.entries import Batch
from errors import UsageError
from service.session import Session

POINTS, CONTACTS, KINDS, STATUSES = logwords.POINTS, logwords.CONTACTS, logwords.KINDS, logwords.STATUSES
COMFORT, VALUE, SCALE = logwords.COMFORT, logwords.VALUE, logwords.SCALE
CURRENCIES = tuple(sorted(ISO_CODES))


@dataclass(frozen=True)
class Saved:
    """The current version, the ids of rows that were added, and what the user should know."""

    version: int
    ids: tuple[str, ...]
    notes: tuple[str, ...]


def save(session: Session, batch: Batch) -> Saved:
    """Do all of a batch as one version; a workspace may begin with it.

    Raises:
        NetEffectError: something cannot be so, is not there, or is there already; nothing was changed.
    """
    made: list[entries.Saved] = []

    def work(con: Any) -> Any:
        change, saved = entries.save(con, batch, datetime.now().astimezone().replace(tzinfo=None))
        made.append(saved)
        return change

    if batch.add:
        _check_group(session, batch.group)
    version = session.edit("edit", work, begin=bool(batch.add))
    return Saved(version, tuple(made[-1].ids), tuple(made[-1].notes))


def add(session: Session, table: str, fields: Mapping[str, Any], *, group: str | None = None) -> Saved:
    """Enter one row of referrals, touches or assessments."""
    return save(session, Batch(add=[(table, fields)], group=group))


def correct(
    session: Session, corrections: Sequence[tuple[str, Mapping[str, Any]]], delete: Sequence[str] = ()
) -> Saved:
    """Change fields of rows, and delete others."""
    return save(session, Batch(correct=corrections, delete=delete))


def delete(session: Session, ids: Sequence[str]) -> Saved:
    """Delete rows that were entered by mistake."""
    return save(session, Batch(delete=ids))


def _check_group(session: Session, group: str | None) -> None:
    """A group is named where there are several, and is one of them; a first one may have any name."""
    if session.is_empty:
        return
    names = list(session.groups().name)
    if group is None and len(names) > 1:
        raise UsageError("Say which group it belongs to.", f"There are: {', '.join(names)}.")
    if group is not None:
        session.group_ids([group])


def latest(session: Session, limit: int = 100, *, open_only: bool = False) -> pd.DataFrame:
    """The newest dated referrals (data.logbook.LATEST); open_only: those whose end is not known."""
    with session.reader() as reader:
        return logbook.latest(reader, session.allowed(), limit, open_only=open_only)


def entered(session: Session, limit: int = 100) -> pd.DataFrame:
    """Contacts and assessments that were entered here, the last first (data.logbook.ENTERED_ROWS)."""
    with session.reader() as reader:
        return logbook.entered(reader, session.allowed(), limit)


def last_named(session: Session) -> dict[str, str]:
    """Who was named last in an entry, by role: receiver, from, assessor."""
    with session.reader() as reader:
        return logbook.last_named(reader, session.allowed())


def workbook(session: Session) -> bytes:
    """The workbook to fill in, with the members that are known here."""
    if session.is_empty or session.is_sample:
        return template.workbook()
    with session.reader() as reader:
        return template.workbook(logbook.roll(reader, session.allowed()))
