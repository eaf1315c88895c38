"""Referrals whose outcome nobody has said: the ones still open at the as-of day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from analysis.periods import day_number, day_of
from analysis.result import Frames
from analysis.scope import Scope

LONG = 90  # days after which an open referral is worth a question


@dataclass(frozen=True)
class OpenReferrals:
    """rows: source_id, receiver_id, given (day number) of each open referral, the oldest first.

    recorded: whether any status is known at all; without one nothing is open and nothing is closed.
    """

    recorded: bool
    as_of: date | None
    rows: pd.DataFrame = field(repr=False, compare=False)

    def to(self, person: str) -> pd.DataFrame:
        return self.rows[self.rows["receiver_id"] == person]

    def by(self, person: str) -> pd.DataFrame:
        return self.rows[self.rows["source_id"] == person]

    @property
    def long(self) -> int:
        """How many have been open for more than LONG days."""
        return 0 if self.as_of is None else int((self.rows["given"] < day_number(self.as_of) - LONG).sum())


def build(frames: Frames, scope: Scope) -> OpenReferrals:
    """The open referrals of a scope: dated before its as-of day, and within its period where it has one."""
    r = frames.referrals
    own = (r["source_id"] == r["receiver_id"]).fillna(False).astype(bool)
    as_of = scope.as_of or frames.imported_on
    known = r["given"].notna() & ~own
    kept = r[known & (r["given"] < day_number(as_of)).fillna(False)]
    if scope.receiver:
        kept = kept[kept["receiver_id"] == scope.receiver]
    for end, after in ((scope.start, True), (scope.end, False)):
        if end is not None:
            kept = kept[kept["given"] >= day_number(end)] if after else kept[kept["given"] < day_number(end)]
    still = kept[kept["status"] == "open"]
    rows = still[["source_id", "receiver_id", "given"]].sort_values("given", kind="stable").reset_index(drop=True)
    return OpenReferrals(bool(kept["status"].notna().any()), as_of, rows)


def oldest(rows: pd.DataFrame) -> date | None:
    """The day on which the oldest of them was given."""
    return None if rows.empty else day_of(int(rows["given"].min()))
