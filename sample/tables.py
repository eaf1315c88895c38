"""A made world as tables: as the store holds it, as the analysis takes it, as a reader hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.result import Frames
from sample import names, outcome
from sample.knobs import Knobs
from sample.membership import EPOCH, MONTH, NEVER, Cast, Spells, cast, stream
from sample.process import KINDS, Events
from sample.records import Records, dates


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """Frames are built when first asked for; arrays are the world itself. Days are integers since 1970-01-01.

    person: (referrals, 2) index of source and receiver into `people`; spell_person likewise.
    covered: per group, list of [start, end) that were imported.
    """

    name: str
    seed: int
    knobs: Knobs
    truth: dict[str, Any]
    first: int
    last: int
    covered: list[list[tuple[int, int]]]
    events: Events
    outcomes: outcome.Outcomes
    parent: np.ndarray
    group: np.ndarray
    person: np.ndarray
    spell: Spells
    spell_person: np.ndarray
    professions: list[str]
    person_names: list[str]
    origin: np.ndarray  # (people,) whom each of them is: a member's number, or after all members a source's
    known: list[tuple[int, int, int]]  # (source, receiver, kind) of relations, silent ones too

    def __repr__(self) -> str:
        return f"World({self.name!r}, seed={self.seed})"

    # Canonical frames, as the store holds them
    @cached_property
    def groups(self) -> pd.DataFrame:
        ids, titles = _ids("g", self.knobs.groups, 4), names.chapters(self.knobs.groups)
        return pd.DataFrame({"group_id": ids, "name": titles, "region": None, "country": None,
                             "currency": self.knobs.currency})  # fmt: skip

    @cached_property
    def people(self) -> pd.DataFrame:
        """The log's own people, and after them those whom only further records name."""
        known = self.person_names + (self.records.beyond.names if self.knobs.records else [])
        return pd.DataFrame({"person_id": _ids("p", len(known), 7), "name": known})

    @cached_property
    def cast(self) -> Cast:
        """Everybody who ever was a member, seen or not, with his traits."""
        return cast(self.knobs, self.seed, self.first, self.last)

    @property
    def cast_size(self) -> int:
        return len(self.cast)

    @cached_property
    def records(self) -> Records:
        """Thanks, touches, attendance, assessments, snapshots and slips, whether or not the world keeps them."""
        return Records(self)

    @cached_property
    def memberships(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "person_id": self.people["person_id"].to_numpy()[self.spell_person],
                "group_id": self.groups["group_id"].to_numpy()[self.spell.group],
                "profession": self.professions,
                "joined_on": dates(self.spell.joined),
                "left_on": dates(np.where(self.spell.left == NEVER, -1, self.spell.left)),
            }
        )

    @cached_property
    def relations(self) -> pd.DataFrame:
        ids = self.people["person_id"].to_numpy()
        source, receiver, kind = (np.array(column) for column in zip(*self.known, strict=True))
        return pd.DataFrame(
            {
                "source_id": ids[source],
                "receiver_id": ids[receiver],
                "kind": np.array(KINDS, dtype=object)[kind],
            }
        )

    @cached_property
    def referrals(self) -> pd.DataFrame:
        """The log in the order in which it was kept; ids, texts and dates as the store gives them."""
        n, ids = len(self.events), self.people["person_id"].to_numpy()
        referral_id, rng = np.array(_ids("r", n, 7), dtype=object), stream(self.seed, "texts")
        asked = rng.random(n) < np.where(self.events.away, 0.12, 0.45)
        via = np.where(self.parent >= 0, referral_id[self.parent], None)
        cents = self.outcomes.cents
        return pd.DataFrame(
            {
                "referral_id": referral_id,
                "group_id": self.groups["group_id"].to_numpy()[self.group],
                "given_on": dates(self.day),
                "source_id": ids[self.person[:, 0]],
                "receiver_id": ids[self.person[:, 1]],
                "source_kind": np.array(KINDS, dtype=object)[self.events.kind],
                "prospect": self.prospects,
                "receiver_present": pd.array(self._present(), dtype="boolean"),
                "asked": pd.array(asked if self.knobs.asked_recorded else [None] * n, dtype="boolean"),
                "via_referral_id": via,
                "status": np.array(outcome.STATUS, dtype=object)[self.outcomes.status],
                "closed_on": dates(self.outcomes.closed),
                "amount": [None if c < 0 else f"{c // 100}.{c % 100:02d}" for c in cents.tolist()],
                "currency": [None if c < 0 else self.knobs.currency for c in cents.tolist()],
            }
        )

    @property
    def day(self) -> np.ndarray:
        return np.floor(self.events.time).astype(np.int64)

    def _present(self) -> np.ndarray:
        """(referrals,) True, False or None: not recorded before `presence_from`, now and then forgotten."""
        k, rng = self.knobs, stream(self.seed, "recorded")
        present = (~self.events.away).astype(object)
        forgotten = rng.random(len(present)) < k.presence_missing
        present[forgotten | (self.day < self.first + round(k.presence_from * MONTH))] = None
        return present

    @cached_property
    def prospects(self) -> list[str | None]:
        """Invented firms and persons, no two alike; one that a later referral came through is kept."""
        rng, n = stream(self.seed, "prospect"), len(self.events)
        firm = rng.random(n) < 0.6
        pool = iter(names.firms(int(firm.sum()), rng)), iter(self._strangers(n - int(firm.sum()), rng))
        out: list[str | None] = [next(pool[0] if f else pool[1]) for f in firm]
        blank = rng.random(n) < self.knobs.prospect_missing
        blank[self.parent[self.parent >= 0]] = False
        return [None if b else name for b, name in zip(blank, out, strict=True)]

    def _strangers(self, n: int, rng: np.random.Generator) -> list[str]:
        taken = set(self.person_names)
        free = [name for name in names.people(n + len(taken), rng, self.knobs.script) if name not in taken]
        return free[:n]

    # What others take
    def frames(self) -> Frames:
        """The rows as the analysis takes them, without a store in between."""
        log = self.referrals
        referrals = pd.DataFrame(
            {
                **{c: log[c] for c in ("referral_id", "group_id", "source_id", "receiver_id", "source_kind")},
                "given": pd.array(self.day, dtype="Int64"),
                "prospect": log["prospect"],
                "present": log["receiver_present"],
                "asked": log["asked"],
                "tier": pd.array([None] * len(log), dtype="Int64"),
                "via_referral_id": log["via_referral_id"],
                "status": log["status"],
                "closed": _nullable(self.outcomes.closed),
                "amount": np.where(self.outcomes.cents < 0, np.nan, self.outcomes.cents / 100),
                "currency": log["currency"],
                "counterpart_group": None,
            }
        )
        members = self.memberships[["person_id", "group_id", "profession"]].assign(
            joined=pd.array(self.spell.joined, dtype="Int64"),
            left=_nullable(np.where(self.spell.left == NEVER, -1, self.spell.left)),
        )
        by_group = list(zip(self.groups["group_id"], self.covered, strict=True))
        kinds = ("referrals", *self.records.kinds)
        rows = [(group, kind, *span) for kind in kinds for group, spans in by_group for span in spans]
        coverage = pd.DataFrame(rows, columns=["group_id", "record_kind", "start", "end"]).astype(
            {"start": "Int64", "end": "Int64"}
        )
        imported = date.fromordinal(EPOCH + self.last)
        return Frames(referrals, members, self.people, coverage, imported, **self.records.frames())

    def covers(self) -> dict[str, tuple[date, date] | None]:
        """Kind of record → the days, both inclusive, that the world speaks for; None where stretches are missing."""
        spans = {span for of_group in self.covered for span in of_group}
        start, stop = next(iter(spans))
        days = date.fromordinal(EPOCH + start), date.fromordinal(EPOCH + stop - 1)
        return dict.fromkeys(("referrals", *self.records.kinds), days if len(spans) == 1 else None)

    def staging(self) -> dict[str, pd.DataFrame]:
        """The same rows as a reader hands them to the store: names instead of ids, in the log's own order.

        Referrals and members, and of the further records those that the world keeps.
        """
        log, name = self.referrals, dict(zip(self.people["person_id"], self.people["name"], strict=True))
        title = dict(zip(self.groups["group_id"], self.groups["name"], strict=True))
        ref = [f"{k:05d}" for k in range(1, len(log) + 1)]
        number = dict(zip(log["referral_id"], ref, strict=True))
        none = [None] * len(log)
        referrals = pd.DataFrame(
            {
                "row_no": np.arange(2, len(log) + 2), "ref": ref, "given_on": log["given_on"],
                "period_from": pd.array(none, dtype="datetime64[us]"),
                "period_to": pd.array(none, dtype="datetime64[us]"),
                "source": _look_up(log["source_id"], name), "receiver": _look_up(log["receiver_id"], name),
                "source_kind": log["source_kind"].astype(object), "group": _look_up(log["group_id"], title),
                "counterpart_group": none, "prospect": _objects(log["prospect"]),
                "receiver_present": log["receiver_present"],
                "asked": log["asked"], "via": _look_up(log["via_referral_id"], number),
                "tier": pd.array(none, dtype="Int64"), "heat": none, "status": log["status"].astype(object),
                "closed_on": log["closed_on"], "amount": _objects(log["amount"]),
                "currency": _objects(log["currency"]),
            }
        )  # fmt: skip
        m = self.memberships
        members = pd.DataFrame(
            {
                "row_no": np.arange(2, len(m) + 2), "name": _look_up(m["person_id"], name),
                "profession": _objects(m["profession"]), "group": _look_up(m["group_id"], title),
                "joined_on": m["joined_on"], "left_on": m["left_on"],
                "renews_on": pd.array([None] * len(m), dtype="datetime64[us]"),
            }
        )  # fmt: skip
        tables = {"referrals": referrals, "members": members, **self.records.staging()}
        return {kind: _plain_text(frame) for kind, frame in tables.items()}


def _ids(letter: str, n: int, width: int) -> list[str]:
    return [f"{letter}{i:0{width}d}" for i in range(1, n + 1)]


def _nullable(days: np.ndarray) -> pd.Series:
    return pd.Series(pd.array(days, dtype="Int64")).mask(days < 0)


def _plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Text as objects with None for what is missing, as readers give it."""
    texts = [c for c in frame if isinstance(frame[c].dtype, pd.StringDtype) or frame[c].dtype == object]
    return frame.assign(**{c: _objects(frame[c]) for c in texts})


def _objects(column: pd.Series) -> pd.Series:
    """Text with None for what is missing."""
    return column.astype(object).where(column.notna(), None)


def _look_up(column: pd.Series, table: dict[str, str]) -> pd.Series:
    return pd.Series([table.get(v) for v in _objects(column)], dtype=object)
