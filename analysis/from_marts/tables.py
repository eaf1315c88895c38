"""What the claims ask of a log that is not read row by row, and how it stands on a day.

Whoever hands over the counts (`Tables`) decides with the days, spells and windows given here which referrals count;
what is made of the counts is the same as of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from analysis import tidying
from analysis.claims.base import Measured
from analysis.intervals import Figure
from analysis.population import Log, notes, to_day
from analysis.recorded import Gaps, Recording, left_out_note, starts
from analysis.settings import Settings

FIELDS = ("present", "kind", "status")
REPEATS = (
    "Only counts are at hand here, not the rows: referrals of one prospect that were entered twice within 30 days, or "
    "by two groups, are counted as often as they were entered."
)


class Tables(Protocol):
    """Counts by pair of source and receiver. Codes of groups, receivers and sources follow the byte order of the ids.

    The columns of each frame are described where they are made (data.aggregates).
    """

    holds_rows: bool

    def memberships(self) -> pd.DataFrame: ...
    def coverage(self) -> pd.DataFrame: ...
    def span(self, until: date) -> pd.DataFrame: ...
    def last_days(self, until: date) -> pd.DataFrame: ...
    def dropped(self) -> dict[str, int]: ...
    def copied(self) -> pd.DataFrame: ...
    def repeated(self) -> pd.DataFrame: ...
    def leave_out(self, referral_ids: pd.Series) -> None: ...
    def count(self) -> None: ...
    def bases(self) -> dict[str, frozenset[str]]: ...
    def codes(self) -> list[str]: ...
    def members(self, people: frozenset[str]) -> None: ...
    def stand(self, day: int, spells: pd.DataFrame, listed: frozenset[str], cover: pd.DataFrame) -> None: ...
    def months(self) -> pd.DataFrame: ...
    def since(self, starts: Mapping[str, Mapping[str, int]]) -> None: ...
    def kinds_of_receivers(self) -> dict[str, bool]: ...
    def presence(self, window: int) -> pd.DataFrame: ...
    def closing(self, field: str, horizon: int) -> pd.DataFrame: ...
    def followed(self, field: str, horizon: int, years: int, good: str) -> pd.DataFrame: ...


def read(tables: Tables, settings: Settings, imported_on: date) -> Log:
    """A prepared log without its rows: spells, coverage and ends; repeated referrals are left out of the tables."""
    imported = to_day(imported_on)
    dropped = {**tables.dropped(), **_left_out(tables, settings)}
    tables.count()
    spells = tidying.spells(tables.memberships(), settings.spell_gap_days)
    cover = tidying.cover(tables.coverage(), tables.span(imported_on), imported)
    ends = tables.last_days(imported_on)
    last = {str(group): int(day) for group, day in zip(ends["group_id"], ends["day"], strict=True)}
    tables.members(frozenset(spells["person_id"]))
    return Log(pd.DataFrame(), spells, {}, frozenset(spells["group_id"]), cover, dropped, last, imported,
               settings=settings)  # fmt: skip


def _left_out(tables: Tables, settings: Settings) -> dict[str, int]:
    """Referrals that two groups logged, then those of one prospect within a month: each counts once."""
    out = {}
    for name, found, which in (
        ("both_sides", tables.copied, tidying.copies),
        ("duplicate", tables.repeated, lambda rows: tidying.duplicates(rows, settings.same_referral_days)),
    ):
        rows = found().sort_values("referral_id", kind="stable").reset_index(drop=True)
        again = which(rows)
        out[name] = int(again.sum())
        if out[name]:
            tables.leave_out(rows["referral_id"][again])
    return out


class Found(NamedTuple):
    """A claim measured of counts; its entries (group, receiver, source, n of the counting unit, what `figure` reads);
    and what makes the deciding figure of any of them, of one group's for instance."""

    measured: Measured
    entries: pd.DataFrame
    figure: Callable[[pd.DataFrame], Figure]


@dataclass(frozen=True)
class Standing:
    """The log as it stood on a day (exclusive)."""

    tables: Tables
    log: Log
    day: int

    @property
    def settings(self) -> Settings:
        return self.log.settings

    @cached_property
    def months(self) -> pd.DataFrame:
        """Rows by group and month, and how many of them lack each field; from here on the tables stand on this day."""
        cover = [(group, *span) for group, spans in self.log.cover.items() for span in spans]
        frame = pd.DataFrame(cover, columns=["group_id", "start", "end"]).astype({"group_id": "str"})
        self.tables.stand(self.day, self.log.spells, self.log.listed, frame)
        return self.tables.months()

    @cached_property
    def recorded(self) -> dict[str, Recording]:
        """By field since when it is recorded; from here on the tables know it too."""
        rows, found = self.months, {}
        for field in FIELDS:
            since = starts(rows.assign(empty=rows[field]), self.settings.null_bound)
            found[field] = Recording(field, since, int(rows["rows"].sum()))
        self.tables.since({field: of.since for field, of in found.items()})
        return found

    @cached_property
    def kinds(self) -> dict[str, bool]:
        """both: some receiver has had customers and partners; members: some source is a member."""
        assert self.recorded is not None  # the tables stand on this day
        return self.tables.kinds_of_receivers()

    def known(self, field: str) -> bool:
        """The field is filled in somewhere."""
        return bool((self.months["rows"] > self.months[field]).any())

    def warnings(self, *fields: str) -> tuple[str, ...]:
        """What has to be known about the rows, and since when the fields are recorded."""
        unlisted = not set(self.months["group_id"]) <= self.log.listed
        said = notes(unlisted, self.log.dropped) + (() if self.tables.holds_rows else (REPEATS,))
        return said + tuple(note for field in fields if (note := self._note(self.recorded[field])))

    def _note(self, part: Recording) -> str | None:
        first = self.months["group_id"].map(part.since).astype("float64").to_numpy()
        day = self.months["month"].to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        with np.errstate(invalid="ignore"):
            inside = day >= first
        return left_out_note(part, int(self.months["rows"].to_numpy()[~inside].sum()))

    def gaps(self, field: str, rows: int, missing: int) -> Gaps:
        return Gaps(field, rows, missing, self.settings.null_drop, self.settings.null_bound)
