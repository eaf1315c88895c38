"""Who refers to whom: inside and outside tiers, flows across chapters, the give/receive matrix and its asymmetries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist

from analysis import chapter_intervals as intervals
from analysis import estimators
from analysis.chapter_members import PALMS, Members
from analysis.chapter_rows import Records
from analysis.intervals import Figure

MOST = 60  # members that are put in order: more cannot be read in one matrix
ELSEWHERE = ""  # the one row and column of the matrix for everybody who is not a member


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval. n: what it is a share of; clusters: the members behind it."""

    value: float
    low95: float
    high95: float
    n: int
    clusters: int


@dataclass(frozen=True)
class Tiers:
    """inside: share of given referrals that the giver buys himself (tier 1). members: person_id, name, inside, outside,
    share. unknown: given referrals without a tier. ids: the rows, none where PALMS totals were counted."""

    inside: Share
    members: pd.DataFrame
    unknown: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flows:
    """crossing: share of the referrals in which one side is of another chapter. counterparts: group_id (own), name,
    into (received from there), out (given there), unclear, ids (of the rows)."""

    crossing: Share
    counterparts: pd.DataFrame


@dataclass(frozen=True)
class Exchange:
    """cells: giver, taker, referrals, inside, outside, one_to_ones, ids: one row an ordered pair that has either;
    a person who is no member is ELSEWHERE. order: members so that those who exchange stand together.
    uneven: a, b, name_a, name_b, gave, got, p, clear: pairs with both directions counted, the most one-sided first.
    balance: person_id, name, gave, got (within the chapter), partners, met."""

    cells: pd.DataFrame
    order: tuple[str, ...]
    uneven: pd.DataFrame
    balance: pd.DataFrame


def _share(figure: Figure, n: int, members: int) -> Share:
    low, high = intervals.bounds(figure, members)
    return Share(float(figure.theta), low, high, n, members)


def given(records: Records, members: Members) -> pd.DataFrame:
    """Referrals in the window that a member gave or received, each once, with the two codes of its people."""
    r = records.referrals
    r = r[r["inside"] & ~r["copy"]]
    return r[r["source_id"].isin(members.ids) | r["receiver_id"].isin(members.ids)].reset_index(drop=True)


def tiers(records: Records, members: Members) -> Tiers | None:
    """By giver from PALMS, from rows otherwise; None where no tier is recorded."""
    tallied = [g for g in records.home if members.basis[g] == PALMS]
    counts, unknown = [], 0
    if tallied:
        s = records.snapshots[records.snapshots["group_id"].isin(tallied)]
        counts.append(s[["person_id", "rgi", "rgo"]].set_axis(["person_id", "inside", "outside"], axis=1))
    r = given(records, members)
    r = r[r["source_id"].isin(members.ids) & ~r["group_id"].isin(tallied)]
    unknown, r = int(r["tier"].isna().sum()), r[r["tier"].notna()]
    counts.append(pd.DataFrame({"person_id": r["source_id"], "inside": (r["tier"] == 1) * 1.0,
                                "outside": (r["tier"] > 1) * 1.0}))  # fmt: skip
    table = pd.concat([part for part in counts if len(part)] or counts[-1:])
    table = table.groupby("person_id", sort=True)[["inside", "outside"]].sum().reset_index()
    n = table[["inside", "outside"]].sum(axis=1)
    table = table[n > 0]
    if table.empty:
        return None
    inside, total = table["inside"].to_numpy(float), n[n > 0].to_numpy(float)
    figure = _of_rows(r) if not tallied else estimators.share(inside, total)
    table = table.assign(name=[records.names.get(p, p) for p in table["person_id"]], share=inside / total)
    table = table.sort_values(["share", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    return Tiers(_share(figure, int(total.sum()), len(table)), table, unknown, tuple(r["referral_id"]))


def _of_rows(rows: pd.DataFrame) -> Figure:
    receiver = rows["receiver_id"].fillna("?" + rows["referral_id"].astype(str)).astype(str)
    source = rows["source_id"].astype(str).to_numpy()
    codes = np.unique(np.concatenate([source, receiver.to_numpy(str)]), return_inverse=True)[1]
    return intervals.among_members((rows["tier"] == 1).to_numpy(float), codes[: len(rows)], codes[len(rows) :])


def flows(records: Records, members: Members) -> Flows | None:
    """From the rows that name another chapter; None where none of them does."""
    r = records.referrals
    own = r[r["inside"] & (r["source_id"].isin(members.ids) | r["receiver_id"].isin(members.ids))]
    across = own[own["counterpart"].notna()]
    if across.empty:
        return None
    home = across["receiver_id"].isin(members.ids)
    gives = across["source_id"].isin(members.ids)
    rows = across.assign(into=home & ~gives, out=gives & ~home, unclear=home & gives)
    table = rows.groupby(["group_id", "counterpart"], sort=True).agg(
        into=("into", "sum"), out=("out", "sum"), unclear=("unclear", "sum"), ids=("referral_id", list)
    ).reset_index().rename(columns={"counterpart": "name"})  # fmt: skip
    table["total"] = table[["into", "out", "unclear"]].sum(axis=1)
    table = table.sort_values(["total", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    once = own[~own["copy"]]
    person = once["source_id"].where(once["source_id"].isin(members.ids), once["receiver_id"]).astype(str)
    crosses = once["counterpart"].notna().to_numpy(float)
    codes = np.unique(person.to_numpy(str), return_inverse=True)[1]
    n = np.bincount(codes).astype(float)
    return Flows(_share(estimators.share(np.bincount(codes, crosses), n), len(once), len(n)), table)


def exchange(records: Records, members: Members, met: pd.DataFrame) -> Exchange | None:
    """Who gave to whom, and who met whom, in the window; None without a row that names both sides."""
    r = given(records, members)
    r = r[r["source_id"].notna() & r["receiver_id"].notna()]
    sides = {c: r[c].where(r[c].isin(members.ids), ELSEWHERE) for c in ("source_id", "receiver_id")}
    rows = r.assign(giver=sides["source_id"], taker=sides["receiver_id"], inside_=(r["tier"] == 1),
                    outside_=(r["tier"] > 1))  # fmt: skip
    cells = rows.groupby(["giver", "taker"], sort=True).agg(
        referrals=("referral_id", "size"), inside=("inside_", "sum"), outside=("outside_", "sum"),
        ids=("referral_id", list),
    ).reset_index()  # fmt: skip
    cells = cells.merge(_met_cells(met, members), how="outer", on=["giver", "taker"])
    if cells.empty:
        return None
    counts = ["referrals", "inside", "outside", "one_to_ones"]
    cells[counts] = cells[counts].fillna(0).astype(int)
    cells["ids"] = [ids if isinstance(ids, list) else [] for ids in cells["ids"]]
    cells = cells.sort_values(["giver", "taker"], kind="stable").reset_index(drop=True)
    return Exchange(cells, seriate(cells, members), _uneven(cells, records), _balance(cells, members))


def _met_cells(met: pd.DataFrame, members: Members) -> pd.DataFrame:
    """Meetings of two members, in both directions: a meeting credits both."""
    m = met[met["inside"].astype(bool) & met["a"].isin(members.ids) & met["b"].isin(members.ids)]
    m = m.groupby(["a", "b"], sort=True)["meetings"].sum().reset_index().set_axis(["giver", "taker", "one_to_ones"],
                                                                                  axis=1)  # fmt: skip
    return pd.concat([m, m.rename(columns={"giver": "taker", "taker": "giver"})], ignore_index=True)


def seriate(cells: pd.DataFrame, members: Members) -> tuple[str, ...]:
    """Members in an order that puts those with like exchanges side by side (average linkage, optimal leaf order).

    Only the busiest MOST are ordered so; the others follow by volume, and those without any exchange by name.
    """
    inner = cells[(cells["giver"] != ELSEWHERE) & (cells["taker"] != ELSEWHERE)]
    people = members.people.drop_duplicates("person_id").sort_values(["name", "person_id"], kind="stable")["person_id"]
    volume = inner.groupby("giver")["referrals"].sum().add(inner.groupby("taker")["referrals"].sum(), fill_value=0)
    volume = volume.add(inner.groupby("giver")["one_to_ones"].sum(), fill_value=0)
    ranked = sorted(people, key=lambda p: -float(volume.get(p, 0)))
    active = [p for p in ranked if p in volume.index][:MOST]
    idle = ranked[len(active) :]
    if len(active) < 3:
        return (*active, *idle)
    place = {p: i for i, p in enumerate(active)}
    w = np.zeros((len(active), len(active)))
    inner = inner[inner["giver"].isin(active) & inner["taker"].isin(active)]
    for giver, taker, n, m in inner[["giver", "taker", "referrals", "one_to_ones"]].itertuples(index=False):
        w[place[giver], place[taker]] += n + m
        w[place[taker], place[giver]] += n
    np.fill_diagonal(w, w.max(axis=1))
    apart = pdist(w, "cosine")
    tree = optimal_leaf_ordering(linkage(np.nan_to_num(apart, nan=1.0), "average"), np.nan_to_num(apart, nan=1.0))
    return (*(active[i] for i in leaves_list(tree)), *idle)


def _uneven(cells: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Unordered pairs of members, the one who gave more first."""
    inner = cells[(cells["giver"] != ELSEWHERE) & (cells["taker"] != ELSEWHERE) & (cells["referrals"] > 0)]
    there = inner.set_index(["giver", "taker"])["referrals"].to_dict()
    rows = []
    for one, other in sorted({tuple(sorted(pair)) for pair in there}):
        gave, got = there.get((one, other), 0), there.get((other, one), 0)
        first, second, gave, got = (one, other, gave, got) if gave >= got else (other, one, got, gave)
        rows.append((first, second, records.names.get(first, first), records.names.get(second, second), gave, got))
    table = pd.DataFrame(rows, columns=["a", "b", "name_a", "name_b", "gave", "got"])
    p, clear = intervals.uneven(table["gave"].to_numpy(np.int64), table["got"].to_numpy(np.int64))
    table = table.assign(p=p, clear=clear, apart=table["gave"] - table["got"])
    order = table.sort_values(["apart", "p", "name_a"], ascending=[False, True, True], kind="stable")
    return order.reset_index(drop=True)


def _balance(cells: pd.DataFrame, members: Members) -> pd.DataFrame:
    inner = cells[(cells["giver"] != ELSEWHERE) & (cells["taker"] != ELSEWHERE)]
    people = members.people.drop_duplicates("person_id")[["person_id", "name"]]
    out = people.assign(
        gave=people["person_id"].map(inner.groupby("giver")["referrals"].sum()),
        got=people["person_id"].map(inner.groupby("taker")["referrals"].sum()),
        partners=people["person_id"].map(inner[inner["referrals"] > 0].groupby("giver")["taker"].nunique()),
        met=people["person_id"].map(inner[inner["one_to_ones"] > 0].groupby("giver")["taker"].nunique()),
    )
    counts = ["gave", "got", "partners", "met"]
    out[counts] = out[counts].fillna(0).astype(int)
    return out.sort_values(["gave", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
