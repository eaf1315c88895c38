"""One-to-ones: each meeting once, though both sides may have entered it; who has never met, and whom to meet next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis import tidying
from analysis.chapter_members import Members
from analysis.chapter_rows import Records
from analysis.spheres import shared_sphere

COLUMNS = ["group_id", "a", "b", "first", "last", "inside", "by_a", "by_b", "meetings", "day", "counterpart"]


@dataclass(frozen=True)
class NeverMet:
    """pairs: a, b, name_a, name_b, group_id, referrals (between them, either way), partners (members with whom both
    exchange referrals), sphere (contact sphere that their professions share, or None), weeks (that both were members
    and imports cover), next (in next week's list: each member at most once); best first.
    since: first covered day of one-to-ones; covered: their covered weeks, of the group that has fewest; possible: pairs
    of present members."""

    pairs: pd.DataFrame
    possible: int
    since: int
    covered: float


def meetings(records: Records) -> pd.DataFrame:
    """One row an unordered pair and day or period (COLUMNS). by_a, by_b: how often each side entered it; meetings: 1
    of a day, of a period the larger of the two counts."""
    t = records.touches
    t = t[(t["kind"] == "one_to_one") & t["from_id"].notna() & t["to_id"].notna() & (t["from_id"] != t["to_id"])]
    if t.empty:
        return pd.DataFrame(columns=COLUMNS)
    entered = t["quantity"].fillna(1).clip(lower=1)
    by_a = t["from_id"] < t["to_id"]
    rows = t.assign(
        a=t["from_id"].where(by_a, t["to_id"]), b=t["to_id"].where(by_a, t["from_id"]),
        by_a=entered.where(by_a, 0.0), by_b=entered.where(~by_a, 0.0),
    )  # fmt: skip
    out = rows.groupby(["group_id", "a", "b", "first", "last", "inside"], sort=True).agg(
        by_a=("by_a", "sum"), by_b=("by_b", "sum"), day=("day", "first"), counterpart=("counterpart", "first")
    ).reset_index()  # fmt: skip
    larger = out[["by_a", "by_b"]].max(axis=1)
    out["meetings"] = larger.where(out["day"].isna(), 1.0)
    return out[COLUMNS]


def by_member(met: pd.DataFrame) -> pd.DataFrame:
    """Meetings once for each side: person_id in place of a and b, with own (entered by himself) and others'."""
    sides = [
        met.rename(columns={"a": "person_id", "by_a": "own", "by_b": "other"}).drop(columns="b"),
        met.rename(columns={"b": "person_id", "by_b": "own", "by_a": "other"}).drop(columns="a"),
    ]
    return pd.concat(sides, ignore_index=True)


def entered_by(met: pd.DataFrame, members: Members) -> pd.DataFrame:
    """By member, in the window: meetings, both (entered by both sides), own (by himself alone), other (by the other
    side alone)."""
    mine = by_member(met[met["inside"].astype(bool)])
    mine = mine[mine["person_id"].isin(members.ids)]
    both = mine[["own", "other"]].min(axis=1)
    out = mine.assign(both=both, own=mine["own"] - both, other=mine["other"] - both)
    out = out.groupby("person_id", sort=True)[["both", "own", "other"]].sum().reset_index()
    out["meetings"] = out[["both", "own", "other"]].sum(axis=1)
    names = members.people.drop_duplicates("person_id").set_index("person_id")["name"]
    out.insert(1, "name", out["person_id"].map(names))
    return out.sort_values(["other", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)


def never_met(records: Records, members: Members, met: pd.DataFrame) -> NeverMet | None:
    """Pairs of present members without a one-to-one since the imports cover any; None where none is recorded.

    Ranked by what speaks for a meeting, one reason after the other: referrals between the two, a contact sphere in
    common, partners in common, weeks together.
    """
    groups = [g for g in records.home if records.cover.get((g, "one_to_one"))]
    if not groups:
        return None
    found, possible = [], 0
    partners = _partners(records)
    for group in groups:
        present = members.spells[(members.spells["group_id"] == group) & (members.spells["left"] >= records.as_of)]
        present = present.drop_duplicates("person_id", keep="last")
        possible += len(present) * (len(present) - 1) // 2
        done = set(zip(met["a"], met["b"], strict=True))
        found += _unmet(records, present, group, done, partners)
    table = pd.DataFrame(found, columns=["group_id", "a", "b", "name_a", "name_b", "referrals", "sphere", "partners",
                                         "weeks"])  # fmt: skip
    table["_sphere"] = table["sphere"].notna()
    table = table.sort_values(["referrals", "_sphere", "partners", "weeks", "name_a", "name_b"],
                              ascending=[False, False, False, False, True, True], kind="stable")  # fmt: skip
    table = table.drop(columns="_sphere").reset_index(drop=True)
    table["sphere"] = tidying.text(table["sphere"])
    table["next"] = _once_each(table)
    spans = [records.cover[(g, "one_to_one")] for g in groups]
    covered = min(sum(end - start for start, end in one) for one in spans) / 7
    return NeverMet(table, possible, min(one[0][0] for one in spans), covered)


def _partners(records: Records) -> dict[str, dict[str, int]]:
    """Referrals between any two people, either way, over all that is known."""
    r = records.referrals
    r = r[~r["copy"] & r["source_id"].notna() & r["receiver_id"].notna()]
    out: dict[str, dict[str, int]] = {}
    for one, other in zip(r["source_id"], r["receiver_id"], strict=True):
        for left, right in ((one, other), (other, one)):
            out.setdefault(left, {})[right] = out.get(left, {}).get(right, 0) + 1
    return out


def _unmet(records: Records, present: pd.DataFrame, group: str, done: set[tuple[str, str]],
           partners: dict[str, dict[str, int]]) -> list[tuple]:  # fmt: skip
    spans = records.cover[(group, "one_to_one")]
    people = list(present[["person_id", "name", "profession", "joined"]].itertuples(index=False))
    inside = set(present["person_id"])
    out = []
    for one, two in combinations(sorted(people, key=lambda p: p.person_id), 2):
        if (one.person_id, two.person_id) in done:
            continue
        since = max(one.joined, two.joined)
        days = sum(max(0, end - max(start, since)) for start, end in spans)
        if not days:
            continue  # never observed together
        first, second = partners.get(one.person_id, {}), partners.get(two.person_id, {})
        common = (first.keys() & second.keys() & inside) - {one.person_id, two.person_id}
        sphere = shared_sphere(one.profession, two.profession)
        out.append((group, one.person_id, two.person_id, one.name, two.name, first.get(two.person_id, 0), sphere,
                    len(common), days / 7))  # fmt: skip
    return out


def _once_each(table: pd.DataFrame) -> np.ndarray:
    """From the top of the list, each pair whose two members are both still free."""
    taken: set[str] = set()
    out = np.zeros(len(table), dtype=bool)
    for position, (one, two) in enumerate(zip(table["a"], table["b"], strict=True)):
        if one not in taken and two not in taken:
            out[position] = True
            taken |= {one, two}
    return out
