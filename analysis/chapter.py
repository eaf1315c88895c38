"""The chapter on its exports alone: rates, tiers, flows, who with whom, who never met, money, tenure, what disagrees.

Pure: frames in, one frozen Chapter out. Four rules keep it truthful:

- PALMS totals and slips are never added: slips say who with whom, PALMS says how much over how many meetings;
- what no import speaks for is absent (None), never zero;
- members, not slips, are the sample; one member's rate is drawn towards the chapter's as far as luck explains it;
- currencies are never added together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from analysis import (
    chapter_checks,
    chapter_exchange,
    chapter_meetings,
    chapter_members,
    chapter_money,
    chapter_rates,
    chapter_rows,
)
from analysis.chapter_checks import Checks
from analysis.chapter_exchange import Exchange, Flows, Tiers
from analysis.chapter_meetings import NeverMet
from analysis.chapter_members import Members
from analysis.chapter_money import Money
from analysis.chapter_rates import Attendance, Rates, Tenure
from analysis.chapter_rows import Records
from analysis.chapter_unlocks import unlocks
from analysis.population import to_date
from analysis.result import Frames
from analysis.scope import Scope

__all__ = ["Chapter", "Source", "build", "unlocks"]


@dataclass(frozen=True)
class Source:
    """A kind of record that the figures rest on: slips | palms | register | thanks. Days are both inclusive."""

    kind: str
    rows: int
    first: date
    last: date


@dataclass(frozen=True)
class Chapter:
    """Everything of one scope; a part that no import speaks for is None or empty. The period is half-open.

    rates: by measure (given, received, one_to_ones, visitors). entered: who entered which one-to-ones.
    unlocks: see chapter_unlocks. members: how many people the figures are about.
    """

    start: date | None
    end: date | None
    members: int
    sources: tuple[Source, ...]
    unlocks: pd.DataFrame = field(repr=False, compare=False)
    rates: Mapping[str, Rates] = field(default_factory=dict, repr=False, compare=False)
    tiers: Tiers | None = field(default=None, repr=False, compare=False)
    flows: Flows | None = field(default=None, repr=False, compare=False)
    exchange: Exchange | None = field(default=None, repr=False, compare=False)
    never_met: NeverMet | None = field(default=None, repr=False, compare=False)
    entered: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    money: tuple[Money, ...] = field(default=(), repr=False, compare=False)
    tenure: Tenure | None = field(default=None, repr=False, compare=False)
    attendance: Attendance | None = field(default=None, repr=False, compare=False)
    checks: Checks | None = field(default=None, repr=False, compare=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self.start is None


def build(frames: Frames, scope: Scope) -> Chapter:
    """The chapter of a scope; frames hold the scope's groups only. A receiver in the scope is not applied: what one
    person receives is read against the whole chapter."""
    opened = unlocks(frames)
    records = chapter_rows.build(frames, scope)
    if records is None:
        return Chapter(None, None, 0, (), opened)
    members = chapter_members.build(frames, records)
    met = chapter_meetings.meetings(records)
    rates = chapter_rates.rates(records, members, met)
    people = members.people.drop_duplicates("person_id")
    return Chapter(
        to_date(records.start),
        to_date(records.end),
        len(people),
        _sources(records),
        opened,
        rates,
        chapter_exchange.tiers(records, members),
        chapter_exchange.flows(records, members),
        chapter_exchange.exchange(records, members, met),
        chapter_meetings.never_met(records, members, met),
        chapter_meetings.entered_by(met, members),
        chapter_money.closed_business(records),
        chapter_rates.tenure(records, members, rates),
        chapter_rates.attendance(records),
        chapter_checks.build(records, met),
        dict(zip(people["person_id"], people["name"], strict=True)),
        _notes(records, members),
    )


def _sources(records: Records) -> tuple[Source, ...]:
    tables = {"slips": pd.concat([records.referrals, records.touches]), "thanks": records.thanks,
              "palms": records.snapshots, "register": records.attendance}  # fmt: skip
    found = []
    for kind, table in tables.items():
        mine = table[table["inside"].astype(bool)] if len(table) else table
        if len(mine):
            found.append(Source(kind, len(mine), to_date(int(mine["first"].min())), to_date(int(mine["last"].max()))))
    return tuple(found)


def _notes(records: Records, members: Members) -> tuple[str, ...]:
    said = []
    if members.guessed:
        said.append("There is no list of members for these records: whoever received, met or is called a member in "
                    "the log counts as one, for all the time that the log covers.")  # fmt: skip
    if len(set(members.basis.values())) > 1:
        said.append("Some chapters are counted from PALMS, some from slips: compare them with care.")
    if records.undated:
        said.append(f"{records.undated} referrals have neither a date nor a period and are left out.")
    if records.straddling:
        said.append(f"{records.straddling} rows cover a longer time than the chosen period and are left out: a total "
                    "cannot be cut.")  # fmt: skip
    return tuple(said)
