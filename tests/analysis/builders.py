"""Tiny builders of logs: one tuple a referral, days as integers since 1970-01-01."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from analysis.population import to_date
from analysis.result import Frames, no_assessments, no_touches

DEFAULTS: dict[str, Any] = {
    "group_id": "g1", "source_kind": "member", "prospect": None, "present": None, "asked": None, "tier": None,
    "via_referral_id": None, "status": "open", "closed": None, "amount": None, "currency": None,
    "counterpart_group": None,
}  # fmt: skip
COLUMNS = ["referral_id", "group_id", "given", "source_id", "receiver_id", *list(DEFAULTS)[1:]]


def referral(given: int | None, source: str, receiver: str, **more: Any) -> dict[str, Any]:
    return {**DEFAULTS, "given": given, "source_id": source, "receiver_id": receiver, **more}


def touch(day: int | None, source: str, receiver: str, kind: str, **more: Any) -> dict[str, Any]:
    """A contact on a day; an ask goes from the asker to the one asked."""
    return {"group_id": "g1", "happened": day, "from_id": source, "to_id": receiver, "kind": kind, **more}


def assessment(day: int, assessor: str, source: str, score: int | None = None, **more: Any) -> dict[str, Any]:
    """A rating of a source; a score answers that many of the 13 points with yes and the others with no."""
    points = {} if score is None else {f"q{i:02d}": i <= score for i in range(1, 14)}
    return {"assessed": day, "assessor_id": assessor, "source_id": source, **points, **more}


def _records(empty: pd.DataFrame, rows: Sequence[dict[str, Any]], key: str) -> pd.DataFrame:
    if not rows:
        return empty
    made = pd.DataFrame([{key: f"k{i:07d}", **r} for i, r in enumerate(rows)], columns=list(empty.columns))
    return made.astype(empty.dtypes.to_dict())


def frames(
    referrals: Sequence[dict[str, Any]],
    members: Sequence[tuple[Any, ...]] = (),
    *,
    coverage: Sequence[tuple[str, int, int]] = (),
    imported_on: date | None = None,
    receiver: str | None = None,
    group: str = "g1",
    touches: Sequence[dict[str, Any]] = (),
    assessments: Sequence[dict[str, Any]] = (),
) -> Frames:
    """members: (person, joined, left), or with the group as a fourth. Without an import date the day after the last
    event is taken."""
    rows = pd.DataFrame([{"referral_id": f"r{i:07d}", **r} for i, r in enumerate(referrals)], columns=COLUMNS)
    rows = rows.astype({"given": "Int64", "closed": "Int64", "tier": "Int64", "present": "boolean",
                        "asked": "boolean",
                        "amount": "float64"})  # fmt: skip
    spells = pd.DataFrame([(m[0], m[3] if len(m) > 3 else group, None, m[1], m[2]) for m in members],
                          columns=["person_id", "group_id", "profession", "joined", "left"])  # fmt: skip
    spells = spells.astype({"joined": "Int64", "left": "Int64"})
    people = sorted({*rows["source_id"].dropna(), *rows["receiver_id"].dropna(), *spells["person_id"]})
    cover = pd.DataFrame([(g, "referrals", a, b) for g, a, b in coverage],
                         columns=["group_id", "record_kind", "start", "end"])  # fmt: skip
    last = pd.concat([rows["given"], rows["closed"]]).max()
    day = imported_on or to_date(0 if pd.isna(last) else int(last))
    return Frames(rows, spells, pd.DataFrame({"person_id": people, "name": [f"Name {p}" for p in people]}),
                  cover, day, receiver, touches=_records(no_touches(), touches, "touch_id"),
                  assessments=_records(no_assessments(), assessments, "assessment_id"))  # fmt: skip
