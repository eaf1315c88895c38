"""What the importer hands over before anything is stored: rows that will load, rows that will not, and what
must be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from data.frames import MEMBER_COLUMNS, REFERRAL_COLUMNS, STAGING, Frames, staging_frame
from errors import UsageError

__all__ = [
    "ENTERED", "MEMBER_COLUMNS", "OTHER_GROUP", "REFERRAL_COLUMNS", "STAGING", "Answers", "Draft", "Frames", "Question",
    "Reject", "staging_frame",
]  # fmt: skip
OTHER_GROUP = "Another group"  # the group of people who are known to be of another one, which the file does not name
ENTERED = "entered"  # the container of rows that were not read from a file but entered by hand


@dataclass(frozen=True)
class Question:
    """Something that the file cannot say. `flag` is an example of the command-line flag that answers it.

    A mapping question names either `header` (theirs; the choices are columns of ours) or `target` (ours; the choices
    are headers of theirs). `free`: the choices are offers, and any other answer of the kind may be given.
    """

    id: str  # date_order | decimal | currency | group | layout | receiver | mapping | period
    text: str
    choices: tuple[str, ...] = ()
    flag: str = ""
    file: str = ""
    header: str | None = None
    target: str | None = None
    free: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "choices": list(self.choices)}


@dataclass(frozen=True)
class Reject:
    """A row that will not load: the row as a spreadsheet numbers it, the column as they head it, and why."""

    row_no: int | None
    column: str | None
    value: str | None
    reason: str
    raw: str | None = None  # the whole row as one CSV record

    def to_json(self) -> dict[str, Any]:
        return {"row": self.row_no, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(frozen=True)
class Answers:
    """What the user said about a file. Everything is optional; a missing answer becomes a question where it
    is needed.
    """

    layout: str | None = None
    date_order: str | None = None  # dmy | mdy | ymd
    decimal: str | None = None  # "." or ","
    currency: str | None = None  # ISO 4217
    group: str | None = None
    receiver: str | None = None  # whose log it is, when no column says
    period: str | None = None  # FROM:TO, ISO dates; one day; or name-day, name-week (data/layouts/periods.py)
    mapping: Mapping[str, str] = field(default_factory=dict)  # their header -> our column ("" = leave out)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Answers:
        """Answers from a JSON object; UsageError for a key that is none."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(value) - known)
        if unknown:
            raise UsageError(
                f"There is no answer called {', '.join(unknown)}.", f"Choose from {', '.join(sorted(known))}."
            )
        return cls(**{k: v for k, v in value.items() if v is not None})

    def to_json(self) -> dict[str, Any]:
        return {k: dict(v) if k == "mapping" else v for k, v in self.__dict__.items() if v}

    def merged(self, over: Answers) -> Answers:
        """These answers with those of `over` on top, mapping by mapping."""
        given = {k: v for k, v in over.__dict__.items() if v and k != "mapping"}
        return replace(self, **given, mapping={**self.mapping, **over.mapping})


@dataclass
class Draft:
    """One recognised table of one file, cleaned, not stored.

    frames: staging frames by canonical table (STAGING; text columns are object with None for empty). While
    `questions` is not empty the frames hold only what needs no answer, and must not be stored.
    covers: kind of record (referrals, thanks, attendance, snapshots, or the kind of a touch) → the days that the file
    speaks for, both inclusive; None = first to last day in it. A kind that is not named but has rows counts as None.
    """

    name: str
    sheet: str
    sha256: str
    container: str
    layout: str
    rows_read: int
    frames: Frames = field(default_factory=Frames)
    rejects: list[Reject] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)  # their header -> our column
    answers: Answers = field(default_factory=Answers)
    original: Path | None = None
    covers: dict[str, tuple[date, date] | None] = field(default_factory=dict)
    period_rule: str | None = None  # name-day or name-week: how the user chose the period, for the next file like it

    def __post_init__(self) -> None:
        self.frames = self.frames if isinstance(self.frames, Frames) else Frames(self.frames)
