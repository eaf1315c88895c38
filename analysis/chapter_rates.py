"""Rates per member-week of exposure: given, received, one-to-ones, visitors; attendance; tenure beside rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import chapter_intervals as intervals
from analysis import chapter_meetings, estimators
from analysis.chapter_members import MEETINGS, PALMS, Members, meetings
from analysis.chapter_rows import Records
from analysis.intervals import Floats, wilson

MEASURES = ("given", "received", "one_to_ones", "visitors")
TALLIES = {"given": ["rgi", "rgo"], "received": ["rri", "rro"], "one_to_ones": ["one_to_ones"],
           "visitors": ["visitors"]}  # fmt: skip
KINDS = {"given": "referrals", "received": "referrals", "one_to_ones": "one_to_one", "visitors": "visitor"}
BLOCK = 28  # days of a block, for how much a member's weeks differ


@dataclass(frozen=True)
class Rates:
    """One measure per member-week. members: person_id, group_id, name, count, weeks, raw, rate (shrunken), low95,
    high95. rate, low95, high95: the chapter's, members as the sample; equal: the mean of the members' own rates;
    phi: dispersion used for the members' intervals, None = their slips are taken to come independently."""

    measure: str
    members: pd.DataFrame
    rate: float
    low95: float
    high95: float
    equal: float
    median: float
    phi: float | None
    shrunk: bool
    basis: str  # palms | slips | both


def rates(records: Records, members: Members, met: pd.DataFrame) -> dict[str, Rates]:
    """By measure; a measure that no import speaks for is not there."""
    found = {}
    for measure in MEASURES:
        cells = _cells(records, members, met, measure)
        if len(cells) and cells["weeks"].sum() > 0:
            phi = _dispersion(cells)
            if phi is None:  # one total a member does not say how his weeks differ; his slips may
                phi = _dispersion(_cells(records, members, met, measure, slips_only=True))
            found[measure] = _one(measure, cells, members, phi)
    return found


def _dispersion(cells: pd.DataFrame) -> float | None:
    if cells.empty:
        return None
    member = cells.groupby(["group_id", "person_id"]).ngroup().to_numpy()
    return intervals.dispersion(cells["count"].to_numpy(float), cells["weeks"].to_numpy(float), member)


def _one(measure: str, cells: pd.DataFrame, members: Members, phi: float | None) -> Rates:
    table = cells.groupby(["group_id", "person_id"], sort=True)[["count", "weeks"]].sum().reset_index()
    count, exposure = table["count"].to_numpy(float), table["weeks"].to_numpy(float)
    drawn = intervals.member_rates(count, exposure, phi)
    rate, low, high = intervals.overall(count, exposure, phi)
    names = members.people.drop_duplicates("person_id").set_index("person_id")["name"]
    raw = count / exposure
    table = table.assign(name=table["person_id"].map(names), raw=raw, rate=drawn.rate, low95=drawn.low95,
                         high95=drawn.high95)  # fmt: skip
    table = table.sort_values(["rate", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    used = {members.basis[g] for g in table["group_id"]}
    basis = next(iter(used)) if len(used) == 1 else "both"
    return Rates(measure, table, rate, low, high, float(raw.mean()), float(np.median(raw)), phi, drawn.shrunk, basis)


def _cells(records: Records, members: Members, met: pd.DataFrame, measure: str, *,
           slips_only: bool = False) -> pd.DataFrame:  # fmt: skip
    """group_id, person_id, block, count, weeks > 0: one row a member and period or block of days."""
    parts = []
    for group in records.home:
        if members.basis[group] == PALMS and not slips_only:
            parts.append(_from_snapshots(records, group, measure))
        elif records.cover.get((group, KINDS[measure])):
            parts.append(_from_slips(records, members, met, group, measure))
    cells = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["count", "weeks"])
    return cells[cells["weeks"] > 0].reset_index(drop=True)


def _from_snapshots(records: Records, group: str, measure: str) -> pd.DataFrame:
    rows = records.snapshots[records.snapshots["group_id"] == group]
    count = rows[TALLIES[measure]].sum(axis=1, min_count=1)
    out = pd.DataFrame({"group_id": group, "person_id": rows["person_id"], "block": rows["first"], "count": count,
                        "weeks": meetings(rows)})  # fmt: skip
    return out.dropna(subset=["count", "weeks"])


def _from_slips(records: Records, members: Members, met: pd.DataFrame, group: str, measure: str) -> pd.DataFrame:
    """Exposure in blocks of four weeks where every row has a day; where periods are all there is, as one block."""
    events = _events(records, met, group, measure)
    edges = np.array([records.start, records.end])
    if len(events) and events["day"].notna().all():
        edges = np.append(np.arange(records.start, records.end, BLOCK), records.end)
    spells = members.spells[members.spells["group_id"] == group]
    people = pd.Index(spells["person_id"].unique())
    who, blocks = people.get_indexer(spells["person_id"]), len(edges) - 1
    joined = np.maximum(spells["joined"].to_numpy()[:, None], edges[:-1]).ravel()
    left = np.minimum(spells["left"].to_numpy()[:, None], edges[1:]).ravel()
    days = records.covered(group, KINDS[measure], joined, left)
    cell = (who[:, None] * blocks + np.arange(blocks)).ravel()
    exposure = np.bincount(cell, days / 7, len(people) * blocks)
    doer = people.get_indexer(events["person_id"])
    block = np.searchsorted(edges, events["first"].to_numpy(), side="right") - 1
    mine = doer >= 0
    count = np.bincount((doer * blocks + block)[mine].astype(int), events["n"].to_numpy(float)[mine], len(exposure))
    return pd.DataFrame({"group_id": group, "person_id": np.repeat(people.to_numpy(object), blocks),
                         "block": np.tile(edges[:-1], len(people)), "count": count, "weeks": exposure})  # fmt: skip


def _events(records: Records, met: pd.DataFrame, group: str, measure: str) -> pd.DataFrame:
    """person_id, day, first, n: what one member did, once for each member that it counts for."""
    if measure == "one_to_ones":
        rows = met[(met["group_id"] == group) & met["inside"].astype(bool)]
        return chapter_meetings.by_member(rows).assign(n=lambda t: t["meetings"].astype(float))
    if measure == "visitors":
        rows = records.touches
        rows = rows[(rows["group_id"] == group) & rows["inside"] & (rows["kind"] == "visitor")]
        return rows.assign(person_id=rows["from_id"], n=rows["quantity"].fillna(1.0))
    rows = records.referrals
    rows = rows[(rows["group_id"] == group) & rows["inside"]]
    return rows.assign(person_id=rows["source_id" if measure == "given" else "receiver_id"], n=1.0)


@dataclass(frozen=True)
class Attendance:
    """members: person_id, name, group_id, p, a, l, m, s, meetings, share (present, late or substituted), low95,
    high95 (Wilson). share, low95, high95: the chapter's, members as the sample."""

    members: pd.DataFrame
    share: float
    low95: float
    high95: float


def attendance(records: Records) -> Attendance | None:
    """By group from the chosen snapshots, else from the registers of single meetings."""
    tally = records.snapshots[["group_id", "person_id", *MEETINGS]]
    wide = _registers(records)
    parts = [part for part in (tally, wide[~wide["group_id"].isin(tally["group_id"])]) if len(part)]
    if not parts:
        return None
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.groupby(["group_id", "person_id"], sort=True)[MEETINGS].sum().reset_index()
    rows["meetings"] = meetings(rows)
    rows = rows[rows["meetings"] > 0]
    if rows.empty:
        return None
    there = (rows["p"] + rows["l"] + rows["s"]).to_numpy(float)
    n = rows["meetings"].to_numpy(float)
    ends = [wilson(k, m, 0.95) for k, m in zip(there, n, strict=True)]
    low, high = intervals.bounds(estimators.share(there, n), len(n)) if len(n) > 1 else ends[0]
    rows = rows.assign(name=[records.names.get(p, p) for p in rows["person_id"]], share=there / n,
                       low95=[e[0] for e in ends], high95=[e[1] for e in ends])  # fmt: skip
    rows = rows.sort_values(["share", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    return Attendance(rows, float(there.sum() / n.sum()), float(low), float(high))


def _registers(records: Records) -> pd.DataFrame:
    rows = records.attendance[records.attendance["inside"]]
    marks = rows["status"].str.strip().str.lower().str[:1]
    rows = rows.assign(mark=marks)[marks.isin(MEETINGS)]
    rows = rows.drop_duplicates(["group_id", "person_id", "day"])
    out = rows.pivot_table(index=["group_id", "person_id"], columns="mark", values="day", aggfunc="count")
    return out.reindex(columns=MEETINGS).fillna(0.0).reset_index()


@dataclass(frozen=True)
class Tenure:
    """points: person_id, name, years, rate, low95, high95, weeks. rho: rank correlation of tenure and rate."""

    measure: str
    points: pd.DataFrame
    rho: float
    low95: float
    high95: float
    unknown: int  # members without a known joining


def tenure(records: Records, members: Members, found: Mapping[str, Rates]) -> Tenure | None:
    """Years since joining at the window's end (or at leaving) beside the rate of receiving; None without joinings."""
    rates_ = found.get("received")
    if rates_ is None:
        return None
    people = members.people[["person_id", "group_id", "joined", "left", "dated"]]
    table = rates_.members.merge(people, how="left", on=["person_id", "group_id"])
    known = table[table["dated"].astype("boolean").fillna(False)]
    years = (known["left"].clip(upper=records.end) - known["joined"]) / 365.25
    known = known.assign(years=years.astype(float))
    known = known[known["years"] > 0].sort_values(["years", "name"], kind="stable").reset_index(drop=True)
    if known.empty:
        return None
    x: Floats = known["years"].to_numpy(float)
    rho, low, high = intervals.rank_correlation(x, known["raw"].to_numpy(float))
    columns = ["person_id", "name", "years", "count", "weeks", "raw", "rate", "low95", "high95"]
    return Tenure("received", known[columns], rho, low, high, len(table) - len(known))
