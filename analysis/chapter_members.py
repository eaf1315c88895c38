"""Who counts as a member of the chapter, since when, and over how many weeks each was observed.

Exposure is in member-weeks: the meetings of a member in the chosen PALMS snapshots (present, absent, late, medical
and substituted exclude one another and add up to the meetings held), else covered weeks inside the membership.
The two are never mixed within a group: the one that covers more of the window is the group's basis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import tidying
from analysis.chapter_rows import Records
from analysis.population import FOREVER
from analysis.result import Frames
from analysis.settings import DEFAULT

PALMS, SLIPS = "palms", "slips"
MEETINGS = ["p", "a", "l", "m", "s"]


@dataclass(frozen=True)
class Members:
    """spells: person_id, group_id, name, profession, joined, left, dated (one row a spell; joined ≤ −FOREVER and
    left ≥ FOREVER where unknown). guessed: groups without any list of members. basis: PALMS or SLIPS by group."""

    spells: pd.DataFrame
    guessed: frozenset[str]
    basis: Mapping[str, str]

    @property
    def people(self) -> pd.DataFrame:
        """One row a person and group, with the earliest joining of the latest spell: for tables and tenure."""
        last = self.spells.sort_values(["group_id", "person_id", "joined"], kind="stable")
        return last.drop_duplicates(["group_id", "person_id"], keep="last").reset_index(drop=True)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self.spells["person_id"])


def build(frames: Frames, records: Records) -> Members:
    """Members seen in the window: from lists and snapshots; without either, whom the log itself shows inside."""
    listed = _listed(frames, records)
    found, guessed = [listed], set()
    for group in records.home:
        mine = listed[listed["group_id"] == group]
        tallied = records.snapshots.loc[records.snapshots["group_id"] == group, "person_id"]
        extra = sorted(set(tallied) - set(mine["person_id"]))
        if mine.empty and not extra:
            guessed.add(group)
            found.append(_from_log(records, group))
        else:
            found.append(_spells(extra, group, -FOREVER, FOREVER))
    spells = pd.concat(found, ignore_index=True)
    spells = spells[(spells["joined"] < records.end) & (spells["left"] > records.start)]
    job = frames.memberships.dropna(subset=["profession"]).drop_duplicates(["person_id", "group_id"], keep="last")
    spells = spells.merge(job[["person_id", "group_id", "profession"]], how="left", on=["person_id", "group_id"])
    spells["profession"] = tidying.text(spells["profession"])
    spells["name"] = [records.names.get(p, p) for p in spells["person_id"]]
    spells = spells.sort_values(["group_id", "person_id", "joined"], kind="stable").reset_index(drop=True)
    return Members(spells, frozenset(guessed), {g: _basis(records, g) for g in records.home})


def _listed(frames: Frames, records: Records) -> pd.DataFrame:
    """Spells of the lists."""
    rows = frames.memberships[frames.memberships["group_id"].isin(records.home)]
    return tidying.spells(rows, DEFAULT.spell_gap_days)


def _spells(people: list[str], group: str, joined: int, left: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"person_id": people, "group_id": group, "joined": joined, "left": left, "dated": False}
    ).astype({"person_id": object, "group_id": object, "joined": "int64", "left": "int64", "dated": bool})


def _from_log(records: Records, group: str) -> pd.DataFrame:
    """Receivers, givers that the file calls members, and both sides of a one-to-one, in rows that name no other
    chapter. Each counts for all the time that the log covers: from his own first to his last record he would seem
    the busier, the fewer records he has."""
    r, t = (table[table["group_id"] == group] for table in (records.referrals, records.touches))
    if r["counterpart"].isna().any():
        r, t = r[r["counterpart"].isna()], t[t["counterpart"].isna()]
    met = t[t["kind"] == "one_to_one"]
    seen = [r["receiver_id"], r["source_id"].where(r["source_kind"] == "member"), met["from_id"], met["to_id"]]
    return _spells(sorted(set(pd.concat(seen).dropna())), group, -FOREVER, FOREVER)


def _basis(records: Records, group: str) -> str:
    mine = records.snapshots[records.snapshots["group_id"] == group].drop_duplicates(["first", "last"])
    palms = int((mine["last"] - mine["first"] + 1).sum())
    window = np.array([records.start]), np.array([records.end])
    slips = int(records.covered(group, "referrals", *window)[0])
    return PALMS if palms and palms >= slips else SLIPS


def meetings(snapshots: pd.DataFrame) -> pd.Series:
    """P + A + L + M + S of each row; NaN where none of them is filled in."""
    return snapshots[MEETINGS].sum(axis=1, min_count=1)
