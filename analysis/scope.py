"""What a page, link or export is about. The scope is the URL, part of every cache key and the subtitle of
every export."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Scope:
    """A frozen selection: groups (empty = all that the viewer may see), a half-open period and an as-of date.

    start/end bound the rows shown; `end` and `as_of` are exclusive. `receiver` narrows the log
    to one person's receipts: a coach's client.
    """

    groups: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    as_of: date | None = None
    compare: str = "previous"  # previous | last_year
    receiver: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            k: v.isoformat() if isinstance(v, date) else list(v) if isinstance(v, tuple) else v
            for k, v in asdict(self).items()
        }
