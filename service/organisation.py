"""A workspace that is too large to read row by row: what its marts say of all groups, so that some can be chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analysis import from_marts, organisation
from analysis.scope import Scope
from data import aggregates, queries

if TYPE_CHECKING:
    from data.reader import Reader
    from service.session import Session

MOST = 150_000  # referrals that a selection may have: what pages read row by row within a second or two
POOLED = 50_000  # referrals that pooled parameters are estimated from where all are more than MOST


def sizes(session: Session) -> pd.DataFrame:
    """group_id, name, referrals, first_month, last_month of the groups that the viewer may see, by name."""
    allowed = session.allowed()
    found = session.fetched("sizes", lambda reader: queries.sizes(reader, allowed), nameless=True)
    named = found.merge(session.groups()[["group_id", "name"]], on="group_id", how="left")
    return named.sort_values("name", ignore_index=True)[["group_id", "name", "referrals", "first_month", "last_month"]]


def too_large(session: Session, groups: Sequence[str]) -> bool:
    """Whether a selection has more referrals than a page reads row by row. () = every group."""
    if session.is_empty:
        return False
    found = sizes(session)
    chosen = found[found["group_id"].isin(list(groups))] if groups else found
    return int(chosen["referrals"].sum()) > MOST


def region(session: Session) -> tuple[str, ...] | None:
    """The groups that pooled parameters are taken from, the same for every viewer: all (None), or as many as are read
    in a moment, drawn once and for all."""
    every = session.fetched("every group's size", lambda reader: queries.sizes(reader, None), nameless=True)
    if every["referrals"].sum() <= MOST:
        return None
    order = every["group_id"].map(lambda group: hashlib.md5(group.encode(), usedforsecurity=False).hexdigest())
    drawn = every.assign(order=order).sort_values("order")
    return tuple(sorted(drawn["group_id"][drawn["referrals"].cumsum() <= POOLED]))


def view(session: Session) -> organisation.Organisation:
    """All groups that the viewer may see, by month."""
    allowed = session.allowed()
    months = session.fetched("monthly", lambda reader: queries.monthly(reader, allowed), nameless=True)
    return session.kept("organisation", lambda: organisation.build(months, sizes(session)))


def findings(session: Session, scope: Scope) -> from_marts.Findings:
    """The claims of a scope that is too large to read row by row, from counts. They hold no person's name."""
    scope, method, allowed = scope.unfiltered(), session.method(), session.allowed(scope.groups)

    def make(reader: Reader) -> from_marts.Findings:
        imported = queries.imported_on(reader)
        with aggregates.opened(reader, allowed) as tables:
            return from_marts.analyse(tables, scope, method, imported, session.version)

    return session.fetched(("findings from marts", scope, method), make, nameless=True)
