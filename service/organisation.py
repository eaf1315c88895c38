"""A workspace that is too large to read row by row: what its marts say of all groups, so that some can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analysis import organisation
from data import queries

if TYPE_CHECKING:
    from service.session import Session

MOST = 150_000  # referrals that a selection may have: what pages read row by row within a second or two


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


def view(session: Session) -> organisation.Organisation:
    """All groups that the viewer may see, by month."""
    allowed = session.allowed()
    months = session.fetched("monthly", lambda reader: queries.monthly(reader, allowed), nameless=True)
    return session.kept("organisation", lambda: organisation.build(months, sizes(session)))
