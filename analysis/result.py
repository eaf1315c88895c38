"""What the analysis hands over: frozen results that print as the JSON of `net-effect analyse`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

VERDICTS = (
    "supported",
    "no difference that matters",
    "contradicted",
    "not enough data",
    "not recorded",
    "method under test",
    "not computed at this size",
)


def _empty(**columns: str) -> pd.DataFrame:
    return _made(tuple(columns.items())).copy()


@lru_cache(maxsize=16)
def _made(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns})


_PERIOD = {"period_from": "Int64", "period_to": "Int64"}
_TALLIES = ("p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "tyfcb", "ceu",
            "testimonials", "official_score")  # fmt: skip
_CHECKLIST = {f"q{i:02d}": "boolean" for i in range(1, 14)}


def no_thanks() -> pd.DataFrame:
    return _empty(thank_id="str", group_id="str", given="Int64", **_PERIOD, from_id="str", to_id="str",
                  amount="float64", currency="str", tier="Int64", counterpart_group="str")  # fmt: skip


def no_touches() -> pd.DataFrame:
    return _empty(touch_id="str", group_id="str", happened="Int64", **_PERIOD, from_id="str", to_id="str", kind="str",
                  purpose="str", outcome="str", quantity="float64", counterpart_group="str")  # fmt: skip


def no_attendance() -> pd.DataFrame:
    return _empty(group_id="str", person_id="str", meeting="Int64", status="str")


def no_snapshots() -> pd.DataFrame:
    return _empty(group_id="str", person_id="str", row_label="str", **_PERIOD, **dict.fromkeys(_TALLIES, "float64"),
                  currency="str")  # fmt: skip


def no_assessments() -> pd.DataFrame:
    return _empty(assessment_id="str", assessed="Int64", assessor_id="str", source_id="str", **_CHECKLIST,
                  comfort="float64", perceived_value="float64")  # fmt: skip


@dataclass(frozen=True)
class Frames:
    """The rows of one scope, as handed over by service (days are integers since 1970-01-01).

    referrals: referral_id, group_id, given (Int64 day), source_id, receiver_id, source_kind, prospect,
        present (boolean, null = unknown), asked (boolean), tier (Int64), via_referral_id, status, closed (Int64 day),
        amount (float64), currency, counterpart_group; from a store also period_from, period_to (Int64 days, both
        inclusive), presence_basis, source_kind_basis. Undated rows have given = NA.
    memberships: person_id, group_id, profession, joined (Int64 day), left (Int64 day), from a store also renews
        (Int64 day)
    people: person_id, name
    coverage: group_id, record_kind, start (Int64 day), end (Int64 day, exclusive)
    thanks, touches, attendance, snapshots, assessments: as no_thanks() … spell out; days Int64, the ends of periods
        inclusive; a snapshot of a pseudo row (Visitors, BNI, Total) has no person_id and its words in row_label.
    """

    referrals: pd.DataFrame
    memberships: pd.DataFrame
    people: pd.DataFrame
    coverage: pd.DataFrame
    imported_on: date  # day of the latest import: later event dates never move the as-of date
    receiver: str | None = None  # set when the scope is one receiver
    thanks: pd.DataFrame = field(default_factory=no_thanks)
    touches: pd.DataFrame = field(default_factory=no_touches)
    attendance: pd.DataFrame = field(default_factory=no_attendance)
    snapshots: pd.DataFrame = field(default_factory=no_snapshots)
    assessments: pd.DataFrame = field(default_factory=no_assessments)


@dataclass(frozen=True)
class Estimate:
    """One number with its interval. se is on the link scale's natural units of `value`; p is against
    theta0."""

    name: str
    value: float | None
    unit: str  # share | difference | ratio | per year …
    low95: float | None = None
    high95: float | None = None
    low99: float | None = None
    high99: float | None = None
    se: float | None = None
    df: float | None = None
    p: float | None = None
    q: float | None = None
    n: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "n": dict(self.n)}


@dataclass(frozen=True)
class NeedMore:
    n: int | None
    unit: str
    months: int | None = None
    clusters: int | None = None  # that many more members like these
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Result:
    """A claim on one scope. `data` holds the frames that the chart draws and the row ids behind the figure;
    it does not print as JSON."""

    claim: str
    title: str
    source: Mapping[str, str]
    grade: str
    scope: Mapping[str, Any]
    as_of: date | None
    lock_as_of: date | None
    store_version: int | None
    estimates: tuple[Estimate, ...]
    verdict: str
    detail: str | None = None
    confirmed: bool = False
    fragile: bool = False
    need_more: NeedMore | None = None
    lock_estimate: Estimate | None = None
    basis: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    method: Mapping[str, Any] = field(default_factory=dict)  # settings that are not the program's own
    computed_from: str | None = "rows"  # or "marts"; None: not computed at this size
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "claim": self.claim,
            "title": self.title,
            "source": dict(self.source),
            "grade": self.grade,
            "scope": dict(self.scope),
            "as_of": self.as_of and self.as_of.isoformat(),
            "lock_as_of": self.lock_as_of and self.lock_as_of.isoformat(),
            "store_version": self.store_version,
            "estimates": [e.to_json() for e in self.estimates],
            "lock_estimate": self.lock_estimate and self.lock_estimate.to_json(),
            "verdict": self.verdict,
            "detail": self.detail,
            "confirmed": self.confirmed,
            "fragile": self.fragile,
            "need_more": self.need_more and self.need_more.to_json(),
            "basis": dict(self.basis),
            "warnings": list(self.warnings),
            "method": dict(self.method),
            "computed_from": self.computed_from,
        }
