"""Tiny chapters: one tuple a record, days as integers since 1970-01-01, people by one letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from analysis import result
from analysis.population import to_date
from analysis.result import Frames

REFERRAL = {
    "group_id": "g1", "given": None, "period_from": None, "period_to": None, "source_id": None, "receiver_id": None,
    "source_kind": "member", "prospect": None, "present": None, "asked": None, "tier": None, "via_referral_id": None,
    "status": None, "closed": None, "amount": None, "currency": None, "counterpart_group": None,
}  # fmt: skip
TYPES = {"given": "Int64", "period_from": "Int64", "period_to": "Int64", "closed": "Int64", "tier": "Int64",
         "present": "boolean", "asked": "boolean", "amount": "float64"}  # fmt: skip


def slip(source: str, receiver: str, given: int | None = None, **more: Any) -> dict[str, Any]:
    return {**REFERRAL, "source_id": source, "receiver_id": receiver, "given": given, **more}


def one_to_one(by: str, other: str, happened: int | None = None, **more: Any) -> dict[str, Any]:
    return {"from_id": by, "to_id": other, "happened": happened, "kind": "one_to_one", **more}


def thank(to: str, amount: float, given: int | None = None, currency: str | None = "EUR",
          **more: Any) -> dict[str, Any]:  # fmt: skip
    return {"to_id": to, "amount": amount, "given": given, "currency": currency, **more}


def palms(person: str | None, first: int, last: int, meetings: tuple[int, ...] = (), label: str | None = None,
          **tallies: float) -> dict[str, Any]:  # fmt: skip
    """meetings: p, a, l, m, s, as many as are given."""
    marks = dict(zip("palms", meetings, strict=False))
    return {"person_id": person, "period_from": first, "period_to": last, "row_label": label, **marks, **tallies}


def _table(empty: pd.DataFrame, rows: Sequence[dict[str, Any]], group: str, key: str | None = None) -> pd.DataFrame:
    filled = [{**dict.fromkeys(empty.columns), "group_id": group, **({key: f"{key}{i:05d}"} if key else {}), **row}
              for i, row in enumerate(rows)]  # fmt: skip
    return pd.DataFrame(filled, columns=empty.columns).astype(empty.dtypes.to_dict())


def chapter_frames(
    slips: Sequence[dict[str, Any]] = (), *, met: Sequence[dict[str, Any]] = (), thanks: Sequence[dict[str, Any]] = (),
    snapshots: Sequence[dict[str, Any]] = (), registers: Sequence[tuple[str, int, str]] = (),
    members: Sequence[tuple[str, int | None, int | None]] = (), professions: dict[str, str] | None = None,
    cover: Sequence[tuple[str, int, int]] = (), imported_on: date | None = None, group: str = "g1",
) -> Frames:  # fmt: skip
    """cover: (kind, first day, day after the last). Without an import date: long after everything."""
    rows = pd.DataFrame([{"referral_id": f"r{i:05d}", **r} for i, r in enumerate(slips)],
                        columns=["referral_id", *REFERRAL]).astype(TYPES)  # fmt: skip
    spells = pd.DataFrame([(p, group, (professions or {}).get(p), j, e, None) for p, j, e in members],
                          columns=["person_id", "group_id", "profession", "joined", "left", "renews"])  # fmt: skip
    spells = spells.astype({"joined": "Int64", "left": "Int64", "renews": "Int64"})
    touches = _table(result.no_touches(), met, group, "touch_id")
    given_thanks = _table(result.no_thanks(), thanks, group, "thank_id")
    tallies = _table(result.no_snapshots(), snapshots, group)
    marks = [{"person_id": p, "meeting": d, "status": s} for p, d, s in registers]
    attendance = _table(result.no_attendance(), marks, group)
    coverage = pd.DataFrame([(group, *span) for span in cover], columns=["group_id", "record_kind", "start", "end"])
    columns = [rows["source_id"], rows["receiver_id"], spells["person_id"], touches["from_id"], touches["to_id"],
               given_thanks["to_id"], tallies["person_id"], attendance["person_id"]]  # fmt: skip
    people = sorted({str(p) for column in columns for p in column.dropna()})
    return Frames(rows, spells, pd.DataFrame({"person_id": people, "name": [f"Name {p}" for p in people]}), coverage,
                  imported_on or to_date(30_000), thanks=given_thanks, touches=touches, attendance=attendance,
                  snapshots=tallies)  # fmt: skip
