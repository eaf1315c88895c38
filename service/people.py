"""Persons, relations and what exports do not say of them: suggested, decided by the user, each decision one version."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pandas as pd

from data import editing, inert, listing, privacy
from data.reader import release
from data.suggest import Suggestion, suggest
from errors import UsageError
from service.session import Session, forget_answers

KINDS = editing.KINDS
# What may stand in for a record of presence, if the user chooses so: the rule's name → what it takes for "was there".
PROXIES = {
    "meeting-day": "given on a day on which the group met",
    "tier": "inside the group (tier 1)",
}


def persons(session: Session) -> pd.DataFrame:
    """Everybody who appears, with groups, professions, days and rows (data.listing.PERSONS)."""
    return session.fetched("persons", lambda reader: listing.persons(reader, session.allowed()))


def find(session: Session, name: str) -> str:
    """The id of a person by name or id, as a user writes it.

    Raises:
        UsageError: nobody, or several, of that name.
    """
    known = persons(session)
    found = known[(known.person_id == name) | (known.name.str.casefold() == " ".join(name.split()).casefold())]
    if found.empty:
        raise UsageError(f"There is nobody called {name!r} here.")
    if len(found) > 1:
        listed = ", ".join(f"{row.person_id} ({', '.join(row.groups)})" for row in found.itertuples())
        raise UsageError(f"There are several called {name!r}.", f"Say which by id: {listed}.")
    return str(found.person_id.iloc[0])


def suggestions(session: Session) -> list[Suggestion]:
    """Spellings that may be one person, the likeliest first, without those that were refused."""
    return session.fetched("suggestions", lambda reader: suggest(*listing.known(reader, session.allowed())))


def merge(session: Session, pairs: Sequence[tuple[str, str]]) -> int:
    """Make each pair (keep, drop) one person; one version. Returns the current version."""
    return session.edit("merge", lambda con: editing.merge(con, pairs))


def keep_apart(session: Session, pairs: Sequence[tuple[str, str]]) -> int:
    """Refuse suggestions: each pair is two persons."""
    return session.edit("merge", lambda con: editing.keep_apart(con, pairs))


def split(session: Session, person_id: str, group_id: str) -> int:
    """Tell two namesakes apart: the one of this group becomes a person of his own."""
    return session.edit("merge", lambda con: editing.split(con, person_id, group_id))


def relations(session: Session) -> pd.DataFrame:
    """Who referred to whom, the most referrals without a kind of source first (data.listing.RELATIONS)."""
    return session.fetched("relations", lambda reader: listing.relations(reader, session.allowed()))


def label(session: Session, labels: Sequence[tuple[str, str, str | None]]) -> int:
    """Say what kind of source somebody is to a receiver: (source, receiver, kind of KINDS, or None = not known)."""
    return session.edit("label", lambda con: editing.set_kinds(con, labels))


def presence(session: Session) -> pd.DataFrame:
    """Referrals of which no file says whether the receiver was there (data.listing.PRESENCE)."""
    return session.fetched("presence", lambda reader: listing.presence(reader, session.allowed()))


def set_presence(session: Session, answers: Sequence[tuple[str, bool | None]]) -> int:
    """Say of referrals whether the receiver was there (None = not known); a label, not a proxy."""
    return _say(session, answers, "labelled")


def proxy(session: Session, rule: str | None) -> int:
    """Let a rule stand in where presence is neither recorded nor labelled; None takes every proxy back.

    Raises:
        UsageError: there is no such rule.
    """
    if rule is not None and rule not in PROXIES:
        raise UsageError(f"There is no proxy called {rule!r}.", f"Choose from {', '.join(PROXIES)}.")
    open_ = presence(session)
    open_ = open_[open_.presence_basis != "labelled"]
    if rule is None:
        said = pd.Series(None, index=open_.index, dtype="boolean")
    else:
        said = open_.meeting if rule == "meeting-day" else open_.tier.eq(1)
    answers = [(i, None if pd.isna(v) else bool(v)) for i, v in zip(open_.referral_id, said, strict=True)]
    return _say(session, answers, "proxy")


def _say(session: Session, answers: Sequence[tuple[str, bool | None]], basis: str) -> int:
    by_answer = {value: [i for i, said in answers if said is value] for value in (True, False, None)}

    def work(con: editing.Connection) -> editing.Change:
        made = [editing.set_presence(con, ids, value, basis) for value, ids in by_answer.items() if ids]
        counted = sum(sum(change[1].values()) for change in made if change)
        noun = "referral" if counted == 1 else "referrals"
        return (f"Said of {counted:,} {noun} whether the receiver was present.", {basis: counted}) if counted else None

    return session.edit("label", work)


def dossier(session: Session, person_id: str) -> bytes:
    """All that is held on one person, as a ZIP of one CSV a table."""
    session.need("admin")
    session.whole()
    out = io.BytesIO()
    with session.reader() as reader, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in privacy.dossier(reader, person_id).items():
            archive.writestr(f"{table}.csv", inert.table(rows).to_csv(index=False, lineterminator="\r\n"))
    return out.getvalue()


def erase(session: Session, person_id: str, *, pseudonym: bool = False) -> privacy.Erasure:
    """Take a person out of everything that is kept. It cannot be undone."""
    session.need("admin")
    session.whole()
    done = privacy.erase(session.target.path, person_id, pseudonym=pseudonym, actor=session.viewer.name)
    release(session.target.path)
    forget_answers()
    return done
