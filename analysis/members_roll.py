"""The chapter's members by a rubric: score, light, chance that it is luck, the next step, what falls out next month.

Pure: frames in, one frozen Roll out. Ours is a simulation of the rubric; an official score that was uploaded stands
beside it as it came. What is not recorded widens the score, and is never taken as zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from analysis import chapter_intervals as intervals
from analysis import members_luck as luck
from analysis import members_points as points
from analysis import members_tally as tally
from analysis.members_tally import Group, Tally
from analysis.population import to_date
from analysis.result import Frames
from analysis.rubric import USUAL, Rubric, load
from analysis.scope import Scope


@dataclass(frozen=True)
class Roll:
    """start, end: the rubric's months (half-open); as_of: the day after the last record.

    members, by name: person_id, group_id, name, profession, years (NaN = joining unknown), low, high (score), light,
    light_high (words of the bands; the same where the light is sure), chance (that the same pace gives another light),
    luck_low, luck_high (where 80 of 100 such half-years end), weeks (of exposure, NaN = not
    recorded), whole (no week is missing), gave, received (counts, NaN = not recorded), gave_rate,
    gave_low, gave_high and the same of received (a week, drawn to the chapter's), official (score as uploaded),
    official_from, official_to (days, both inclusive).
    lines: person_id, group_id, line (position in the rubric), count_, weeks, value, low, high, complete.
    steps: person_id, group_id, light, least (of the band above), gap, acts (line position → further acts; None where no
    acts that are recorded bring it).
    falling: person_id, group_id, line, gone (of the count), points (that change), where the first month can be told.
    bases: palms | register | none by group.
    """

    rubric: Rubric
    start: date
    end: date
    as_of: date
    members: pd.DataFrame = field(repr=False, compare=False)
    lines: pd.DataFrame = field(repr=False, compare=False)
    steps: pd.DataFrame = field(repr=False, compare=False)
    falling: pd.DataFrame | None = field(repr=False, compare=False)
    bases: dict[str, str]
    tally: Tally = field(repr=False, compare=False)

    @property
    def unknown(self) -> tuple[int, ...]:
        """Lines that are recorded for nobody."""
        nobody = self.lines.groupby("line")["value"].agg(lambda v: v.isna().all())
        return tuple(int(line) for line in nobody.index[nobody])

    def of(self, person: str) -> pd.DataFrame:
        """One person's memberships; scorecards show the first."""
        return self.members[self.members["person_id"] == person].reset_index(drop=True)

    def part(self, table: pd.DataFrame, person: str) -> pd.DataFrame:
        """The rows of lines, steps or falling of one person in the group that `of` names first."""
        group = self.of(person)["group_id"].iloc[0]
        return table[(table["person_id"] == person) & (table["group_id"] == group)]


def build(frames: Frames, scope: Scope, key: str = USUAL) -> Roll | None:
    """None where no member or nothing is recorded in the rubric's months."""
    rubric = load(key)
    made = tally.build(frames, scope, rubric.months)
    if made is None or not made.groups:
        return None
    parts = [_group(group, rubric, made) for group in made.groups]
    members, lines, steps, falling = (
        [part[k] for part in parts if part[k] is not None] for k in range(4)
    )  # fmt: skip
    table = pd.concat(members, ignore_index=True).sort_values(["name", "person_id"], kind="stable", ignore_index=True)
    return Roll(
        rubric, *made.dates, to_date(made.as_of), _official(frames, table, made.as_of),
        pd.concat(lines, ignore_index=True), pd.concat(steps, ignore_index=True),
        pd.concat(falling, ignore_index=True) if falling else None, {g.group_id: g.basis for g in made.groups}, made,
    )  # fmt: skip


def _group(group: Group, rubric: Rubric, made: Tally) -> tuple:
    lines = points.known(group, rubric)
    low, high = points.totals(lines)
    people = group.people.assign(group_id=group.group_id)[["person_id", "group_id", "name", "profession"]]
    known = np.isfinite(group.weeks)
    chance, least, most = luck.chances(group, lines, rubric, made.end)
    weeks = np.where(known.any(axis=1), np.where(known, group.weeks, 0.0).sum(axis=1), np.nan)
    members = people.assign(
        years=tally.since(group.people, made.as_of), low=low, high=high, light=[rubric.light(v) for v in low],
        light_high=[rubric.light(v) for v in high], chance=chance, luck_low=least, luck_high=most,
        weeks=weeks,
        whole=known.all(axis=1) & group.whole,
    )  # fmt: skip
    for name, measure in (("gave", "referrals"), ("received", "received")):
        members = members.assign(**_rate(group, name, measure))
    return (
        members,
        _lines(people, lines),
        _steps(people, lines, rubric, low),
        _falling(people, group, lines, rubric, made),
    )


def _rate(group: Group, name: str, measure: str) -> dict[str, np.ndarray]:
    count, weeks, _ = tally.totals(group, measure)
    out = {name: count, **{f"{name}_{end}": np.full(len(count), np.nan) for end in ("rate", "low", "high")}}
    use = np.isfinite(count) & np.isfinite(weeks)
    if use.any():
        drawn = intervals.member_rates(count[use], weeks[use], luck.dispersion(group, measure))
        for end, values in (("rate", drawn.rate), ("low", drawn.low95), ("high", drawn.high95)):
            out[f"{name}_{end}"][use] = values
    return out


def _lines(people: pd.DataFrame, lines: list[points.Known]) -> pd.DataFrame:
    parts = []
    for position, line in enumerate(lines):
        low, high = line.bounds
        parts.append(people[["person_id", "group_id"]].assign(
            line=position, count_=line.count, weeks=line.weeks, value=line.value, low=low, high=high,
            complete=line.complete))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _steps(people: pd.DataFrame, lines: list[points.Known], rubric: Rubric, low: np.ndarray) -> pd.DataFrame:
    rows = []
    for member, (person, group) in enumerate(zip(people["person_id"], people["group_id"], strict=True)):
        above = rubric.next_band(float(low[member]))
        if above:
            gap = above[1] - float(low[member])
            rows.append((person, group, *above, gap, points.way_up(lines, member, gap)))
    return pd.DataFrame(rows, columns=["person_id", "group_id", "light", "least", "gap", "acts"])


def _falling(people: pd.DataFrame, group: Group, lines: list[points.Known], rubric: Rubric,
             made: Tally) -> pd.DataFrame | None:  # fmt: skip
    edge = tally.months_of(made.start, made.end)[0][1]
    found = points.falling(group, lines, rubric.counts_as_there, edge)
    if found is None:
        return None
    parts = [people[["person_id", "group_id"]].assign(line=k, gone=gone, points=change)
             for k, (gone, change) in enumerate(found)]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return table[(table["gone"] != 0) | (table["points"] != 0)]


def _official(frames: Frames, members: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """The last uploaded score of each, by the end of its period."""
    rows = frames.snapshots
    rows = rows[rows["official_score"].notna() & rows["person_id"].notna()]
    rows = rows[rows["period_to"].isna() | (rows["period_to"] < as_of).fillna(False)]
    rows = rows.sort_values(["period_to", "period_from"], kind="stable", na_position="first")
    last = rows.drop_duplicates(["person_id", "group_id"], keep="last")
    last = last[["person_id", "group_id", "official_score", "period_from", "period_to"]]
    return members.merge(
        last.set_axis(["person_id", "group_id", "official", "official_from", "official_to"], axis=1),
        how="left", on=["person_id", "group_id"])  # fmt: skip
