"""What a page, link or export is about. The scope is the URL, part of every cache key and the subtitle of
every export."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analysis.result import Frames

# What a click on a mark narrows to: by field, the referrals' column that it reads.
FILTERS = {
    "source": "source_id",
    "receiver": "receiver_id",
    "kind": "source_kind",
    "room": "present",
    "tier": "tier",
    "status": "status",
    "month": "given",
}
ROOMS = {"linear": True, "networked": False}
UNKNOWN = "unknown"
Filter = tuple[str, str]  # field of FILTERS, value as the URL has it


@dataclass(frozen=True)
class Scope:
    """A frozen selection: groups (empty = all that the viewer may see), a half-open period and an as-of date.

    start/end bound the rows shown; `end` and `as_of` are exclusive. `receiver` narrows the log
    to one person's receipts: a coach's client. `filters` narrow figures to the marks that were clicked, and never a
    verdict: two values of one field are either, two fields are both.
    """

    groups: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    as_of: date | None = None
    compare: str = "previous"  # previous | last_year | others | goal
    receiver: str | None = None
    filters: tuple[Filter, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            k: v.isoformat() if isinstance(v, date) else [*v] if isinstance(v, tuple) else v
            for k, v in asdict(self).items()
            if k != "filters" or v
        }

    def unfiltered(self) -> Scope:
        return replace(self, filters=())


def narrowed(frames: Frames, scope: Scope) -> Frames:
    """The frames with the referrals that the scope's filters leave; a value that nothing has leaves none."""
    if not scope.filters:
        return frames
    keep = pd.Series(True, index=frames.referrals.index)
    for field in {field for field, _ in scope.filters}:
        values = {value for name, value in scope.filters if name == field}
        keep &= _worded(frames.referrals[FILTERS[field]], field).isin(values)
    return replace(frames, referrals=frames.referrals[keep].reset_index(drop=True))


def _worded(column: pd.Series, field: str) -> pd.Series:
    """A column as the URL writes it; unknown stays a value of its own."""
    if field == "room":
        text = column.map({there: name for name, there in ROOMS.items()})
    elif field == "month":
        days = pd.to_datetime(column.astype("Float64").astype(float), unit="D")
        text = days.dt.strftime("%Y-%m")
    else:
        text = column.astype("str")
    return text.astype("str").where(column.notna(), UNKNOWN)
