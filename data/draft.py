"""What the importer hands over before anything is stored: rows that will load, rows that will not, and what
must be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from errors import UsageError

OTHER_GROUP = "Another group"  # the group of people who are known to be of another one, which the file does not name
ENTERED = "entered"  # the container of rows that were not read from a file but entered by hand
REFERRAL_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "ref": "object",
    "given_on": "datetime64[us]",
    "period_from": "datetime64[us]",
    "period_to": "datetime64[us]",
    "source": "object",
    "receiver": "object",
    "source_kind": "object",
    "group": "object",
    "counterpart_group": "object",
    "prospect": "object",
    "receiver_present": "boolean",
    "asked": "boolean",
    "via": "object",
    "tier": "Int64",
    "heat": "object",
    "status": "object",
    "closed_on": "datetime64[us]",
    "amount": "object",
    "currency": "object",
}
MEMBER_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "name": "object",
    "profession": "object",
    "group": "object",
    "joined_on": "datetime64[us]",
    "left_on": "datetime64[us]",
    "renews_on": "datetime64[us]",
}
_PERIOD = {"period_from": "datetime64[us]", "period_to": "datetime64[us]"}
# Thanks for closed business: what an export cannot join to a referral.
THANK_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "given_on": "datetime64[us]",
    **_PERIOD,
    "from": "object",
    "to": "object",
    "group": "object",
    "counterpart_group": "object",
    "amount": "object",
    "currency": "object",
    "tier": "Int64",
}
TOUCH_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "happened_on": "datetime64[us]",
    **_PERIOD,
    "from": "object",
    "to": "object",
    "kind": "object",
    "purpose": "object",
    "outcome": "object",
    "quantity": "float64",
    "group": "object",
    "counterpart_group": "object",
}
ATTENDANCE_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "name": "object",
    "group": "object",
    "meeting_on": "datetime64[us]",
    "status": "object",  # P A L M S
}
# One member's totals over a period; name is None for a pseudo row, whose words stand in row_label.
SNAPSHOT_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "name": "object",
    "row_label": "object",
    "group": "object",
    **_PERIOD,
    **dict.fromkeys(("p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones"), "float64"),
    "tyfcb": "object",
    "currency": "object",
    **dict.fromkeys(("ceu", "testimonials", "official_score"), "float64"),
}
ASSESSMENT_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "assessed_on": "datetime64[us]",
    "assessor": "object",
    "source": "object",
    "group": "object",
    **{f"q{i:02d}": "boolean" for i in range(1, 14)},
    "comfort": "float64",
    "perceived_value": "float64",
}
STAGING: dict[str, dict[str, str]] = {
    "referrals": REFERRAL_COLUMNS,
    "members": MEMBER_COLUMNS,
    "thanks": THANK_COLUMNS,
    "touches": TOUCH_COLUMNS,
    "attendance": ATTENDANCE_COLUMNS,
    "snapshots": SNAPSHOT_COLUMNS,
    "assessments": ASSESSMENT_COLUMNS,
}


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
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)  # their header -> our column
    answers: Answers = field(default_factory=Answers)
    original: Path | None = None
    covers: dict[str, tuple[date, date] | None] = field(default_factory=dict)
    period_rule: str | None = None  # name-day or name-week: how the user chose the period, for the next file like it


def staging_frame(table: str, columns: Mapping[str, Any], length: int) -> pd.DataFrame:
    """A staging frame of `table` with exactly its columns and types; columns not given are empty."""
    series = {}
    for name, dtype in STAGING[table].items():
        values = columns.get(name)
        if values is None:
            values = (
                [None] * length
                if dtype == "object"
                else [pd.NaT] * length
                if "date" in dtype
                else [float("nan")] * length
                if dtype == "float64"
                else [pd.NA] * length
            )
        series[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(series)
