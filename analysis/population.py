"""Who and what is counted: the conventions that every claim shares, as one prepared log and its view at a
date.

Days are integers since 1970-01-01 and intervals are half-open. `prepare` does once what does not depend on
the date (undated rows, self-referrals, duplicates, spells, coverage); `Log.at` knows only what was known
before that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import tidying
from analysis.intervals import Floats
from analysis.recent import Recent
from analysis.result import Frames, no_assessments, no_attendance, no_touches
from analysis.settings import DEFAULT, Settings

EPOCH = date(1970, 1, 1)
FOREVER = tidying.FOREVER
PARTNER_KINDS, CUSTOMER_KINDS = ("member", "partner"), ("customer",)
Days = NDArray[np.int64]
Mask = tidying.Mask


def to_day(value: date) -> int:
    return (value - EPOCH).days


def to_date(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


def quarter_start(day: int) -> int:
    """The latest calendar quarter end ≤ day, as an exclusive day: 1 January, April, July or October."""
    when = to_date(day)
    return to_day(date(when.year, 3 * ((when.month - 1) // 3) + 1, 1))


@dataclass(frozen=True)
class Log:
    """rows (dated, without self-referrals and duplicates, sorted by id): referral_id, group_id, given,
    source_id, receiver_id, kind, present (1, 0, NaN), status, closed (NaN), amount, currency, asked (1, 0, NaN),
    via (id of the referral it came from), counterpart (the other group, where the file names one).

    spells: person_id, group_id, joined, left (FOREVER = still there), dated (joined is known).
    touches, assessments, attendance: dated ones, see tidying.
    listed: groups that have a member list. cover: merged [start, end) by group, of referrals; covers: of every
    kind of record. dropped: counts for the data-quality notes. receiver: set when the log is one person's.
    """

    rows: pd.DataFrame
    spells: pd.DataFrame
    names: Mapping[str, str]
    listed: frozenset[str]
    cover: Mapping[str, tuple[tuple[int, int], ...]]
    dropped: Mapping[str, int]
    last_event: Mapping[str, int]  # by group, the largest event day not after the import's day
    imported_on: int
    receiver: str | None = None
    settings: Settings = DEFAULT
    touches: pd.DataFrame = field(default_factory=lambda: tidying.touches(no_touches())[0])
    assessments: pd.DataFrame = field(default_factory=lambda: tidying.assessments(no_assessments()))
    attendance: pd.DataFrame = field(default_factory=lambda: tidying.attendance(no_attendance()))
    covers: Mapping[str, Mapping[str, tuple[tuple[int, int], ...]]] = field(default_factory=dict)
    _views: dict[int, View] = field(default_factory=dict, repr=False, compare=False)

    @property
    def default_day(self) -> int | None:
        """The as-of day (exclusive): the day after the last event, of the group that is furthest behind."""
        return min(self.last_event.values()) + 1 if self.last_event else None

    def at(self, day: int) -> View:
        if day not in self._views:
            self._views[day] = View(self, day)
        return self._views[day]

    def start(self, group: str) -> int:
        """L0: the first covered day of the group."""
        return self.cover[group][0][0] if self.cover.get(group) else 0

    def covered_days(self, groups: NDArray[np.object_], start: Days, end: Days) -> Days:
        """Covered days of [start, end), row by row; 0 where the interval is empty."""
        out = np.zeros(len(start), dtype=np.int64)
        for group in set(groups):
            mine = groups == group
            for low, high in self.cover.get(group, ()):
                out[mine] += np.maximum(0, np.minimum(end[mine], high) - np.maximum(start[mine], low))
        return out


class View:
    """The log as it stood on a day (exclusive): later rows are not there, later closings are still open."""

    def __init__(self, log: Log, day: int) -> None:
        self.log, self.day, self.settings = log, day, log.settings
        rows = log.rows[(log.rows["given"] < day)].reset_index(drop=True)
        later = rows["closed"].to_numpy() >= day
        if later.any():
            rows["status"] = rows["status"].mask(later, "open")
            rows["closed"] = rows["closed"].mask(later)
            rows["amount"] = rows["amount"].mask(later)
        self.group_rows = rows  # of everybody: a field's recording is judged by the whole group
        self.rows = rows[rows["receiver_id"] == log.receiver].reset_index(drop=True) if log.receiver else rows
        self.shared: dict[str, object] = {}  # what several claims of this day compute alike

    @cached_property
    def touches(self) -> pd.DataFrame:
        return self.log.touches[self.log.touches["day"] < self.day].reset_index(drop=True)

    @cached_property
    def assessments(self) -> pd.DataFrame:
        return self.log.assessments[self.log.assessments["day"] < self.day].reset_index(drop=True)

    @cached_property
    def attendance(self) -> pd.DataFrame:
        return self.log.attendance[self.log.attendance["day"] < self.day].reset_index(drop=True)

    @cached_property
    def given(self) -> Days:
        return self.rows["given"].to_numpy(dtype=np.int64)

    @cached_property
    def mature(self) -> Mask:
        """The last day of the horizon has been observed."""
        return np.asarray(self.given + self.settings.horizon_days <= self.day - 1)

    @cached_property
    def won(self) -> Mask:
        """Won within the horizon, by a dated closing."""
        took = self.rows["closed"].to_numpy() - self.given
        with np.errstate(invalid="ignore"):
            inside = (took >= 0) & (took <= self.settings.horizon_days)
        return np.asarray((self.rows["status"] == "won").to_numpy() & inside)

    @cached_property
    def good(self) -> Mask:
        if self.settings.good == "any":
            return np.ones(len(self.rows), dtype=bool)
        if self.settings.good == "not_lost":
            return (self.rows["status"] != "lost").to_numpy()
        return self.won

    @cached_property
    def outcome_unknown(self) -> Mask:
        """No status, or won on an unknown day: such a row might be a win, and is one only under the upper
        bound."""
        status = self.rows["status"]
        return (status.isna() | ((status == "won") & self.rows["closed"].isna())).to_numpy()

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Spells known by that day. A group without a member list: from first to last record of each
        receiver."""
        spells = self.log.spells[self.log.spells["joined"] < self.day]
        bare = ~self.group_rows["group_id"].isin(self.log.listed)
        if not bare.any():
            return spells.reset_index(drop=True)
        seen = self.group_rows[bare].groupby(["receiver_id", "group_id"], sort=True)["given"].agg(["min", "max"])
        made = pd.DataFrame(
            {"person_id": seen.index.get_level_values(0), "group_id": seen.index.get_level_values(1),
             "joined": seen["min"].to_numpy(), "left": seen["max"].to_numpy() + 1, "dated": False}
        )  # fmt: skip
        return pd.concat([spells, made], ignore_index=True)

    @cached_property
    def spell_of_row(self) -> NDArray[np.int64]:
        """Position in `spells` of the receiver's spell around each row; −1 outside."""
        out = np.full(len(self.rows), -1, dtype=np.int64)
        keyed = self.spells.reset_index(names="spell").rename(columns={"person_id": "receiver_id"})
        found = (
            self.rows[["receiver_id", "group_id", "given"]].reset_index(names="row")
            .merge(keyed[["receiver_id", "group_id", "joined", "left", "spell"]], on=["receiver_id",
                                                                                      "group_id"])
        )  # fmt: skip
        found = found[(found["joined"] <= found["given"]) & (found["given"] < found["left"])]
        out[found["row"].to_numpy()] = found["spell"].to_numpy()
        return out

    @cached_property
    def members(self) -> frozenset[str]:
        return frozenset(self.log.spells["person_id"])

    @cached_property
    def earliest_kind(self) -> Mapping[str, str]:
        """By source: the kind at its earliest referral that names one (a source may have changed kinds)."""
        known = self.group_rows[self.group_rows["kind"].notna()].sort_values(["given", "referral_id"], kind="stable")
        first = known.drop_duplicates("source_id")
        return dict(zip(first["source_id"], first["kind"], strict=True))

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What the reader has to know about the rows, whatever the claim."""
        return notes(bool((~self.rows["group_id"].isin(self.log.listed)).any()), self.log.dropped)


def notes(unlisted: bool, dropped: Mapping[str, int]) -> tuple[str, ...]:
    """What to say where some group has no member list, and of the rows that do not count."""
    said = (NO_LIST,) if unlisted else ()
    return said + tuple(text.format(n=dropped[key]) for key, text in _DROPPED.items() if dropped.get(key))


NO_LIST = (
    "There is no member list: everybody counts as a member from the first to the last record. "
    "Import a list with the columns name, joined and left to change that."
)
_DROPPED = {
    "self": "{n} referrals name the same person as source and receiver and are left out.",
    "duplicate": "{n} rows repeat a referral of the same prospect within 30 days and are counted once.",
    "both_sides": "{n} rows are the other chapter's copy of a referral and are counted once.",
    "undated": "{n} referrals have no day, only a period, and cannot enter dated figures.",
    "undated_touches": "{n} one-to-ones and other contacts have no day, only a period, and cannot enter dated figures.",
}


def prepare(frames: Frames | Log, settings: Settings = DEFAULT) -> Log:
    """What does not depend on the date, done once for the same tables. A Log passes through unchanged."""
    if isinstance(frames, Log):
        return frames
    return _recent.get(frames, settings, lambda: _prepared(frames, settings))


_recent = Recent()


def _prepared(frames: Frames, settings: Settings) -> Log:
    raw = frames.referrals
    imported = to_day(frames.imported_on)
    given = pd.to_numeric(raw["given"]).astype("float64")
    dated = given.notna().to_numpy()
    rows = pd.DataFrame(
        {
            "referral_id": tidying.text(raw["referral_id"]), "group_id": tidying.text(raw["group_id"]),
            "given": given.fillna(-1).astype("int64"), "source_id": tidying.text(raw["source_id"]),
            "receiver_id": tidying.text(raw["receiver_id"]), "kind": tidying.text(raw["source_kind"]),
            "present": tidying.numbers(raw["present"].astype("boolean")), "status": tidying.text(raw["status"]),
            "closed": tidying.numbers(raw["closed"]),
            "amount": pd.to_numeric(raw["amount"]).to_numpy(dtype=float, na_value=np.nan),
            "currency": tidying.text(raw["currency"]), "prospect": tidying.text(raw["prospect"]),
            "tier": tidying.numbers(raw["tier"]), "asked": tidying.numbers(raw["asked"].astype("boolean")),
            "via": tidying.text(raw["via_referral_id"]), "counterpart": tidying.text(raw["counterpart_group"]),
        }
    )[dated]  # fmt: skip
    spells = tidying.spells(frames.memberships, settings.spell_gap_days)
    touches, undated_touches = tidying.touches(frames.touches)
    other = {"touches": touches, "assessments": tidying.assessments(frames.assessments),
             "attendance": tidying.attendance(frames.attendance)}  # fmt: skip
    last_event = tidying.last_events(_events(rows, frames, spells, other), imported)
    rows = rows.sort_values("referral_id", kind="stable").reset_index(drop=True)
    unknown = rows["source_id"].isna()
    rows.loc[unknown, "source_id"] = "?" + rows.loc[unknown, "referral_id"]  # each its own source: never pooled
    own = (rows["source_id"] == rows["receiver_id"]) | rows["receiver_id"].isna()
    rows = rows[~own].reset_index(drop=True)
    copy = tidying.copies(rows)
    rows = rows[~copy].reset_index(drop=True)
    again = tidying.duplicates(rows, settings.same_referral_days)
    dropped = {"undated": int((~dated).sum()), "self": int(own.sum()), "both_sides": int(copy.sum()),
               "duplicate": int(again.sum()), "undated_touches": undated_touches}  # fmt: skip
    rows = rows[~again].drop(columns=["prospect", "tier"]).reset_index(drop=True)
    names = dict(zip(frames.people["person_id"], frames.people["name"], strict=True))
    cover = tidying.cover(frames.coverage, rows, imported)
    covers = {"referrals": cover}
    for kind in sorted(set(touches["kind"])):
        covers[kind] = tidying.cover(frames.coverage, touches[touches["kind"] == kind], imported, kind, "day")
    covers["attendance"] = tidying.cover(frames.coverage, other["attendance"], imported, "attendance", "day")
    return Log(rows, spells, names, frozenset(spells["group_id"]), cover, dropped, last_event, imported,
               frames.receiver, settings, **other, covers=covers)  # fmt: skip


def _events(
    rows: pd.DataFrame, frames: Frames, spells: pd.DataFrame, other: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[pd.Series, pd.Series]]:
    """Group and day of everything that moves the as-of day. An assessment names no group: it belongs to those of
    its assessor."""
    yield rows["group_id"], rows["given"]
    yield rows["group_id"], rows["closed"]
    thanks = frames.thanks
    yield tidying.text(thanks["group_id"]), pd.Series(tidying.numbers(thanks["given"]))
    for name in ("touches", "attendance"):
        yield other[name]["group_id"], other[name]["day"]
    homes = pd.concat([spells[["person_id", "group_id"]],
                       rows[["receiver_id", "group_id"]].set_axis(["person_id", "group_id"], axis=1)])  # fmt: skip
    rated = other["assessments"][["assessor_id", "day"]].merge(
        homes.drop_duplicates(), left_on="assessor_id", right_on="person_id")  # fmt: skip
    yield rated["group_id"], rated["day"]


def months(day: Floats | Days) -> Days:
    """Calendar month of each day, counted from January 1970."""
    return np.asarray(day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_start(month: Days) -> Days:
    """First day of each month counted from January 1970."""
    return np.asarray(month).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
