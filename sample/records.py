"""Everything that a world records besides referrals: made once, handed out as the analysis and a reader give it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis import result
from sample import meetings, ratings, slips, snapshots, thanks, touches
from sample.favours import DEPOSITS
from sample.knobs import RECORDS
from sample.roll import Beyond, beyond

if TYPE_CHECKING:
    from sample.tables import World

KINDS = RECORDS
TOUCHES = ("one_to_one", "visitor", "education", *DEPOSITS, "ask", "standing")
EMPTY = {
    "thanks": result.no_thanks, "touches": result.no_touches, "attendance": result.no_attendance,
    "assessments": result.no_assessments, "snapshots": result.no_snapshots,
}  # fmt: skip
ITEMS = [f"q{i:02d}" for i in range(1, ratings.ITEMS + 1)]


class Records:
    """The tables as indices and days (each is described where it is made); people beyond the world's own come after
    them. Nothing here touches the world's own streams: the referrals are the same with and without it."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def beyond(self) -> Beyond:
        return beyond(self.world, len(touches.visitors_of(self.world)[0]))

    @cached_property
    def names(self) -> np.ndarray:
        """The names of the world's own people and of those beyond, by index."""
        return np.array([*self.world.person_names, *self.beyond.names], dtype=object)

    @cached_property
    def members(self) -> frozenset[int]:
        """Who ever was a member of the world's own groups."""
        return frozenset(self.world.spell_person.tolist())

    @cached_property
    def slips(self) -> pd.DataFrame:
        return slips.referrals(self.world, self.beyond)

    @cached_property
    def thanks(self) -> pd.DataFrame:
        return thanks.thanks(self.world, self.slips)

    @cached_property
    def touches(self) -> pd.DataFrame:
        return touches.touches(self.world, self.beyond)

    @cached_property
    def attendance(self) -> pd.DataFrame:
        return meetings.attendance(self.world)

    @cached_property
    def assessments(self) -> pd.DataFrame:
        return ratings.assessments(self.world)

    @cached_property
    def snapshots(self) -> pd.DataFrame:
        return snapshots.snapshots(self)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of record that coverage names, of those that the world keeps."""
        kept = self.world.knobs.records
        return tuple(k for kind in KINDS if kind in kept for k in (TOUCHES if kind == "touches" else (kind,)))

    # As the analysis takes them
    def frames(self) -> dict[str, pd.DataFrame]:
        """Frames by name in the columns and types of `analysis.result`; those that the world does not keep empty."""
        return {kind: self._frame(kind) if kind in self.world.knobs.records else EMPTY[kind]() for kind in KINDS}

    def _frame(self, kind: str) -> pd.DataFrame:
        rows, empty, world = getattr(self, kind), EMPTY[kind](), self.world
        who, group = world.people["person_id"].to_numpy(object), world.groups["group_id"].to_numpy(object)
        given = {
            "thank_id": _numbers("t", len(rows)), "touch_id": _numbers("c", len(rows)),
            "assessment_id": _numbers("a", len(rows)), "group_id": group[rows["group"]],
            "currency": world.knobs.currency,
        }  # fmt: skip
        for name, column in (("from_id", "source"), ("to_id", "receiver"), ("source_id", "source"),
                             ("assessor_id", "assessor"), ("person_id", "person")):  # fmt: skip
            if column in rows:
                given[name] = _pick(who, rows[column])
        for name in ("given", "happened", "meeting", "assessed"):
            given[name] = rows.get("day")
        given["counterpart_group"] = rows.get("counterpart")
        for name in ("amount", "tyfcb"):
            given[name] = rows["cents"] / 100 if "cents" in rows else None
        columns = {c: given[c] if c in given else rows.get(c) for c in empty}
        return pd.DataFrame(columns, index=range(len(rows))).astype(empty.dtypes)

    # As a reader hands them over
    def staging(self) -> dict[str, pd.DataFrame]:
        """The same rows with names instead of ids, in the columns that the store takes."""
        return {kind: self._staging(kind) for kind in KINDS if kind in self.world.knobs.records}

    def _staging(self, kind: str) -> pd.DataFrame:
        rows, world = getattr(self, kind), self.world
        who, title = self.names, world.groups["name"].to_numpy(object)
        row_no, group = np.arange(2, len(rows) + 2), title[rows["group"]]
        if kind == "attendance":
            return pd.DataFrame({"row_no": row_no, "name": _pick(who, rows["person"]), "group": group,
                                 "meeting_on": dates(rows["day"]), "status": rows["status"]})  # fmt: skip
        if kind == "assessments":
            items = rows[ITEMS].astype("boolean")
            return pd.DataFrame({"row_no": row_no, "assessed_on": dates(rows["day"]),
                                 "assessor": _pick(who, rows["assessor"]), "source": _pick(who, rows["source"]),
                                 "group": group, **items, "comfort": rows["comfort"],
                                 "perceived_value": rows["perceived_value"]})  # fmt: skip
        if kind == "snapshots":
            return _snapshot_rows(rows, row_no, _pick(who, rows["person"]), group, world.knobs.currency)
        ends: dict[str, Any] = {
            "period_from": dates(np.full(len(rows), -1)), "period_to": dates(np.full(len(rows), -1)),
            "from": _pick(who, rows["source"]), "to": _pick(who, rows["receiver"]),
        }  # fmt: skip
        if kind == "thanks":
            return pd.DataFrame({"row_no": row_no, "given_on": dates(rows["day"]), **ends, "group": group,
                                 "counterpart_group": rows["counterpart"].astype(object),
                                 "amount": np.array(thanks.text(rows["cents"]), dtype=object),
                                 "currency": np.full(len(rows), world.knobs.currency, dtype=object),
                                 "tier": rows["tier"].astype("Int64")})  # fmt: skip
        words = {c: rows[c].astype(object) for c in ("kind", "purpose", "outcome")}
        return pd.DataFrame({"row_no": row_no, "happened_on": dates(rows["day"]), **ends, **words,
                             "quantity": rows["quantity"].astype(float), "group": group,
                             "counterpart_group": rows["counterpart"].astype(object)})  # fmt: skip


def _snapshot_rows(rows: pd.DataFrame, row_no: np.ndarray, name: np.ndarray, group: np.ndarray,
                   currency: str) -> pd.DataFrame:  # fmt: skip
    counts = {c: rows[c].astype(float) for c in snapshots.COUNTS[:11]}
    return pd.DataFrame(
        {
            "row_no": row_no, "name": name, "row_label": rows["row_label"].astype(object), "group": group,
            "period_from": dates(rows["period_from"]), "period_to": dates(rows["period_to"]), **counts,
            "tyfcb": np.array(thanks.text(rows["cents"].astype(np.int64)), dtype=object),
            "currency": np.full(len(rows), currency, dtype=object), "ceu": rows["ceu"],
            "testimonials": rows["testimonials"], "official_score": np.nan,
        }
    )  # fmt: skip


def dates(days: Any) -> pd.Series:
    """Days as datetime64[us]; −1 is missing."""
    days = np.asarray(days, dtype=np.int64)
    stamps = days.astype("datetime64[D]").astype("datetime64[us]")
    return pd.Series(np.where(days < 0, np.datetime64("NaT", "us"), stamps))


def _pick(of: np.ndarray, index: Any) -> np.ndarray:
    """Entries by index; −1 is nobody."""
    index = np.asarray(index, dtype=np.int64)
    out = of[np.maximum(index, 0)]
    out[index < 0] = None
    return out


def _numbers(letter: str, n: int) -> np.ndarray:
    return np.array([f"{letter}{i:07d}" for i in range(1, n + 1)], dtype=object)
