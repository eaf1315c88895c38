"""What each present member did in the last completed months, and what of it is recorded at all.

The window is cut into blocks: the periods of the chosen PALMS summaries, or calendar months where meetings are in a
register. What slips say is counted into the same blocks, so that a count and its weeks of exposure (P + A + L + M + S)
always speak of the same time. NaN = not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis import chapter_meetings, chapter_members, chapter_rows
from analysis.chapter_members import MEETINGS
from analysis.chapter_rows import Records
from analysis.intervals import Floats
from analysis.population import FOREVER, month_start, months, to_date
from analysis.result import Frames
from analysis.scope import Scope

SLACK = 6  # days that may be missing from a block: less than a week, and no weekly meeting is
LATEST = 92  # days that the last PALMS period may lie back for the window to end with it
COLUMNS = {"referrals": ["rgi", "rgo"], "received": ["rri", "rro"], "one_to_ones": ["one_to_ones"],
           "visitors": ["visitors"], "ceu": ["ceu"], "testimonials": ["testimonials"], "tyfcb": ["tyfcb"],
           "absences": ["a"], "lates": ["l"], "medical": ["m"], "substitutes": ["s"], "present": ["p"]}  # fmt: skip
KINDS = {"referrals": "referrals", "received": "referrals", "one_to_ones": "one_to_one", "visitors": "visitor",
         "ceu": "education", "testimonials": "testimonial", "tyfcb": "thanks", "sponsors": "sponsor"}  # fmt: skip
MARKS = dict(zip(MEETINGS, ("present", "absences", "lates", "medical", "substitutes"), strict=True))


@dataclass(frozen=True)
class Group:
    """Members i by block k. edges: half-open [first, end) of each block; values: measure → [i, k], NaN = not recorded;
    weeks: meetings [i, k]; whole: the blocks leave less than a week of the window out, of each member's time."""

    group_id: str
    basis: str  # palms | register | none
    edges: tuple[tuple[int, int], ...]
    people: pd.DataFrame
    values: Mapping[str, Floats]
    weeks: Floats
    whole: np.ndarray
    currency: np.ndarray  # of TYFCB, "" where none is named


@dataclass(frozen=True)
class Tally:
    """start, end: the window (days, half-open). missing: groups' blocks that leave days of the window out."""

    start: int
    end: int
    as_of: int
    groups: tuple[Group, ...]
    records: Records

    @property
    def dates(self) -> tuple[date, date]:
        return to_date(self.start), to_date(self.end)


def build(frames: Frames, scope: Scope, length: int = 6) -> Tally | None:
    """The last `length` completed months before the scope's end; None where nothing is recorded in them."""
    frames = replace(frames, snapshots=_counting(merged(frames.snapshots)))
    # Of the whole log only its end and what it covers are wanted: prospects would cost time and change neither.
    bare = replace(frames, referrals=frames.referrals.assign(prospect=None))
    known = chapter_rows.build(bare, replace(scope, start=None, end=scope.end or date.max))
    if known is None:
        return None
    as_of = min(known.as_of, known.end)
    start, end = window(frames.snapshots, as_of, length)
    inside = replace(scope, start=to_date(start), end=to_date(end), as_of=to_date(as_of))
    records = chapter_rows.build(_recent(frames, known, start), inside)
    if records is None:
        return None
    members = chapter_members.build(frames, replace(records, start=start, end=as_of))
    spells = members.spells[members.spells["left"] >= as_of]
    met = chapter_meetings.meetings(records)
    groups = [_group(records, spells[spells["group_id"] == g], met, g, (start, end)) for g in records.home]
    return Tally(start, end, as_of, tuple(g for g in groups if len(g.people)), records)


def _recent(frames: Frames, known: Records, start: int) -> Frames:
    """The rows that may lie in the window; what is covered stays as the whole log tells it."""

    def since(rows: pd.DataFrame, day: str) -> pd.DataFrame:
        last = rows[day].astype("Float64")
        if "period_to" in rows:
            last = last.fillna(rows["period_to"].astype("Float64"))
        return rows[(last >= start).fillna(False).astype(bool)]

    coverage = pd.DataFrame(
        [(group, kind, a, b) for (group, kind), spans in known.cover.items() for a, b in spans],
        columns=["group_id", "record_kind", "start", "end"])  # fmt: skip
    return replace(
        frames, coverage=coverage, referrals=since(frames.referrals, "given"),
        touches=since(frames.touches, "happened"), thanks=since(frames.thanks, "given"),
        snapshots=since(frames.snapshots, "period_to"), attendance=since(frames.attendance, "meeting"))  # fmt: skip


def merged(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Two exports of the same person and period are one: what one of them lacks the other may hold."""
    key = ["group_id", "person_id", "row_label", "period_from", "period_to"]
    if not snapshots.duplicated(key).any():
        return snapshots
    first = snapshots.groupby(key, dropna=False, sort=False).first().reset_index()
    return first[list(snapshots.columns)].astype(snapshots.dtypes.to_dict())


def _counting(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Without periods that hold no meetings (a score alone), and without those that hold no referrals where the group
    has others: an uploaded scorecard must not take the place of PALMS."""
    rows = snapshots[snapshots[MEETINGS].notna().any(axis=1)]
    counted = rows[["rgi", "rgo"]].notna().any(axis=1)
    return rows[counted | ~counted.groupby(rows["group_id"]).transform("any")]


def window(snapshots: pd.DataFrame, as_of: int, length: int) -> tuple[int, int]:
    """Calendar months that are over; where PALMS periods do not keep to months, the months before the last one's end,
    if the periods cover more of that."""
    ends = [int(month_start(months(np.array([as_of])))[0])]
    rows = snapshots[snapshots["person_id"].notna() & snapshots["period_from"].notna() & snapshots["period_to"].notna()]
    spans = rows[["period_from", "period_to"]].drop_duplicates().astype("int64").to_numpy()
    ends += sorted({int(last) + 1 for _, last in spans if as_of - LATEST <= last < as_of}, reverse=True)
    found = [(_months_before(end, length), end) for end in ends]
    return min(found, key=lambda w: w[1] - w[0] - _covered(spans, *w))  # of equals the first: the calendar's


def _months_before(end: int, length: int) -> int:
    """The same day of the month so many months earlier, or that month's last."""
    month = months(np.array([end])) - length
    first, after = int(month_start(month)[0]), int(month_start(month + 1)[0])
    return min(first + to_date(end).day, after) - 1


def _covered(spans: np.ndarray, start: int, end: int) -> int:
    days = np.zeros(end - start, dtype=bool)
    for first, last in spans:
        if start <= first and last < end:
            days[first - start : last + 1 - start] = True
    return int(days.sum())


def _group(records: Records, spells: pd.DataFrame, met: pd.DataFrame, group: str, span: tuple[int, int]) -> Group:
    """One group's members, by name; blocks from whichever of PALMS and register covers more days."""
    people = spells.drop_duplicates("person_id", keep="last").sort_values(["name", "person_id"], kind="stable")
    people = people[["person_id", "name", "profession", "joined", "dated"]].reset_index(drop=True)
    tallies = records.snapshots[records.snapshots["group_id"] == group]
    periods = sorted({(int(a), int(b) + 1) for a, b in zip(tallies["first"], tallies["last"], strict=True)})
    register = _overlap(records.cover.get((group, "attendance"), ()), *span)
    basis = "palms" if periods and sum(b - a for a, b in periods) >= register else "register" if register else "none"
    edges = tuple(periods) if basis == "palms" else months_of(*span)
    values: dict[str, Floats] = {}
    weeks = np.full((len(people), len(edges)), np.nan)
    if basis == "palms":
        values, weeks = _from_palms(tallies, people, edges)
    elif basis == "register":
        values, weeks = _from_register(records, group, people, edges)
    for measure in KINDS:
        if measure not in values or np.isnan(values[measure]).all():
            values[measure] = _from_slips(records, met, group, measure, people, edges)
    out_of = sum(b - a for a, b in edges)
    whole = np.full(len(people), span[1] - span[0] - out_of <= SLACK)
    if len(edges) and not whole.all():  # what went before a member's joining is not missing
        whole = np.maximum(people["joined"].to_numpy(), span[0]) >= edges[0][0] - SLACK
        whole &= edges[-1][1] >= span[1] - SLACK
        whole &= all(b[0] - a[1] <= SLACK for a, b in pairwise(edges))
    return Group(group, basis, edges, people, values, weeks, whole, _currencies(records, group, people, values, basis))


def months_of(start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Blocks of a month each."""
    edges = [start]
    while edges[-1] < end:
        edges.append(min(end, max(edges[-1] + 1, _months_before(edges[-1], -1))))
    return tuple(pairwise(edges))


def _from_palms(tallies: pd.DataFrame, people: pd.DataFrame,
                edges: Sequence[tuple[int, int]]) -> tuple[dict[str, Floats], Floats]:  # fmt: skip
    """Who has no row in a period was no member in it: nothing, over no weeks."""
    who = pd.Index(people["person_id"])
    row = who.get_indexer(tallies["person_id"])
    block = np.searchsorted([a for a, _ in edges], tallies["first"].to_numpy(), side="right") - 1
    mine = row >= 0

    def placed(column: pd.Series) -> Floats:
        out = np.zeros((len(who), len(edges)))
        out[row[mine], block[mine]] = column.to_numpy(dtype=float, na_value=np.nan)[mine]
        return out

    values = {m: placed(tallies[columns].sum(axis=1, min_count=1)) for m, columns in COLUMNS.items()}
    return values, placed(tallies[MEETINGS].sum(axis=1, min_count=1))


def _from_register(records: Records, group: str, people: pd.DataFrame,
                   edges: Sequence[tuple[int, int]]) -> tuple[dict[str, Floats], Floats]:  # fmt: skip
    rows = records.attendance[(records.attendance["group_id"] == group) & records.attendance["inside"]]
    marks = rows["status"].str.strip().str.lower().str[:1]
    rows = rows.assign(mark=marks)[marks.isin(MEETINGS)].drop_duplicates(["person_id", "day"])
    known = _known(records, group, "attendance", edges)
    values = {}
    for mark, measure in MARKS.items():
        part = rows[rows["mark"] == mark]
        values[measure] = np.where(known, _counted(part["person_id"], part["day"], None, people, edges), np.nan)
    return values, np.sum(list(values.values()), axis=0)


def _from_slips(records: Records, met: pd.DataFrame, group: str, measure: str, people: pd.DataFrame,
                edges: Sequence[tuple[int, int]]) -> Floats:  # fmt: skip
    """Counts of dated slips, and of those whose period lies in one block; NaN in blocks that no import speaks for."""
    rows = events(records, met, group, measure)
    known = _known(records, group, KINDS[measure], edges)
    cut = np.array([((rows["first"] < b) & (rows["last"] >= b)).any() for _, b in edges], dtype=bool)
    split = cut | np.r_[False, cut[:-1]] if len(edges) else cut
    return np.where(known & ~split, _counted(rows["person_id"], rows["first"], rows["n"], people, edges), np.nan)


def events(records: Records, met: pd.DataFrame, group: str, measure: str) -> pd.DataFrame:
    """person_id, first, last, n: what members did in the window."""
    if measure == "one_to_ones":
        rows = chapter_meetings.by_member(met[(met["group_id"] == group) & met["inside"].astype(bool)])
        return rows.assign(n=rows["meetings"].astype(float))
    if measure in {"referrals", "received"}:
        rows = records.referrals[(records.referrals["group_id"] == group) & records.referrals["inside"]]
        return rows.assign(person_id=rows["source_id" if measure == "referrals" else "receiver_id"], n=1.0)
    if measure == "tyfcb":
        rows = records.thanks[(records.thanks["group_id"] == group) & records.thanks["inside"]]
        return rows.assign(person_id=rows["to_id"], n=rows["amount"].fillna(0.0))
    rows = records.touches
    rows = rows[(rows["group_id"] == group) & rows["inside"] & (rows["kind"] == KINDS[measure])]
    return rows.assign(person_id=rows["from_id"], n=rows["quantity"].fillna(1.0))


def _counted(person: pd.Series, day: pd.Series, n: pd.Series | None, people: pd.DataFrame,
             edges: Sequence[tuple[int, int]]) -> Floats:  # fmt: skip
    row = pd.Index(people["person_id"]).get_indexer(person)
    when = day.to_numpy(dtype=float)
    block = np.searchsorted([a for a, _ in edges], when, side="right") - 1
    ends = np.array([b for _, b in edges], dtype=float)
    mine = (row >= 0) & (block >= 0) & (when < ends[np.maximum(block, 0)])
    weight = np.ones(len(row)) if n is None else n.to_numpy(dtype=float)
    cell = row[mine] * len(edges) + block[mine]
    return np.bincount(cell, weight[mine], len(people) * len(edges)).reshape(len(people), len(edges))


def _known(records: Records, group: str, kind: str, edges: Sequence[tuple[int, int]]) -> np.ndarray:
    spans = records.cover.get((group, kind), ())
    return np.array([_overlap(spans, a, b) >= b - a - SLACK for a, b in edges], dtype=bool)


def _overlap(spans: Sequence[tuple[int, int]], start: int, end: int) -> int:
    return sum(max(0, min(end, b) - max(start, a)) for a, b in spans)


def _currencies(records: Records, group: str, people: pd.DataFrame, values: Mapping[str, Floats],
                basis: str) -> np.ndarray:  # fmt: skip
    """Of each member's closed business; where it is in two, the sum is no number and becomes NaN in `values`."""
    if basis == "palms" and np.isfinite(values["tyfcb"]).any() and records.snapshots["tyfcb"].notna().any():
        rows = records.snapshots[records.snapshots["group_id"] == group]
        rows = rows[rows["tyfcb"].fillna(0) != 0][["person_id", "currency"]]
    else:
        rows = events(records, pd.DataFrame(), group, "tyfcb")
        rows = rows[rows["n"] != 0][["person_id", "currency"]]
    named = rows.assign(currency=rows["currency"].astype(object).where(rows["currency"].notna(), ""))
    by = named.groupby("person_id")["currency"].agg(lambda c: sorted(set(c)))
    found = [by.get(person, [""]) for person in people["person_id"]]
    values["tyfcb"][[len(one) > 1 for one in found]] = np.nan
    return np.array([one[0] for one in found], dtype=object)


def totals(group: Group, measure: str) -> tuple[Floats, Floats, np.ndarray]:
    """By member: the sum over known blocks (NaN where none is), the weeks of those blocks, whether all are known."""
    if measure == "trainings":
        nothing = np.full(len(group.people), np.nan)
        return nothing, nothing, np.zeros(len(nothing), dtype=bool)
    values = group.values.get(measure, np.full(group.weeks.shape, np.nan))
    known = np.isfinite(values)
    total = np.where(known.any(axis=1), np.nansum(values, axis=1), np.nan)
    weeks = np.where(known & np.isfinite(group.weeks), group.weeks, 0.0).sum(axis=1)
    weeks = np.where(np.isfinite(group.weeks).any(axis=1) & (weeks > 0), weeks, np.nan)
    return total, weeks, known.all(axis=1) & group.whole


def there(group: Group, marks: Sequence[str]) -> Floats:
    """Meetings that count as attended, [i, k]."""
    parts = [group.values.get(MARKS[mark], np.full(group.weeks.shape, np.nan)) for mark in marks]
    return np.sum(parts, axis=0) if parts else np.full(group.weeks.shape, np.nan)


def since(people: pd.DataFrame, day: int) -> Floats:
    """Years of membership at a day; NaN where the joining is unknown."""
    joined = people["joined"].to_numpy(dtype=float)
    return np.where(people["dated"].to_numpy(dtype=bool) & (joined > -FOREVER), (day - joined) / 365.25, np.nan)
