"""What the analysis hands over: frozen results that print as the JSON of `net-effect analyse`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

VERDICTS = (
    "supported",
    "no difference that matters",
    "contradicted",
    "not enough data",
    "not recorded",
    "method under test",
)


@dataclass(frozen=True)
class Frames:
    """The rows of one scope, as handed over by service (days are integers since 1970-01-01).

    referrals: referral_id, group_id, given (Int64 day), source_id, receiver_id, source_kind, prospect,
        present
        (boolean, null = unknown), asked (boolean), tier (Int64), via_referral_id, status, closed (Int64 day),
        amount (float64), currency, counterpart_group. Undated rows have given = NA.
    memberships: person_id, group_id, profession, joined (Int64 day), left (Int64 day)
    people: person_id, name
    coverage: group_id, record_kind, start (Int64 day), end (Int64 day, exclusive)
    """

    referrals: pd.DataFrame
    memberships: pd.DataFrame
    people: pd.DataFrame
    coverage: pd.DataFrame
    imported_on: date  # day of the latest import: later event dates never move the as-of date
    receiver: str | None = None  # set when the scope is one receiver


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
        }
