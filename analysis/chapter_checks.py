"""Records that should agree and do not: PALMS against the slips, a Total row against its members. Shown, never
mended: nothing here changes a figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import chapter_meetings
from analysis.chapter_rows import Records

TOTALS = frozenset({"total", "totals", "gesamt", "summe", "insgesamt", "totale", "totaal", "totaux", "suma", "總數",
                    "总数", "總計", "合計", "合计"})  # fmt: skip
MEASURES = ("rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "tyfcb", "ceu", "testimonials")


@dataclass(frozen=True)
class Checks:
    """totals: group_id, first, last, measure, stated (the Total row), members (sum of theirs), others (Visitors, BNI),
    apart (stated less both). slips: group_id, first, last, person_id, name, measure (given, received, one_to_ones,
    tyfcb), palms, slips, apart: only where the slips cover the whole period; all members, largest difference first.
    compared: how many figures of members were compared."""

    totals: pd.DataFrame
    slips: pd.DataFrame
    compared: int


def build(records: Records, met: pd.DataFrame) -> Checks:
    against = _against_slips(records, met)
    apart = against[against["apart"] != 0]
    apart = apart.assign(size=apart["apart"].abs() / apart["palms"].abs().clip(lower=1))
    order = apart.sort_values(["size", "name", "measure"], ascending=[False, True, True], kind="stable")
    return Checks(_totals(records), order.drop(columns="size").reset_index(drop=True), len(against))


def is_total(label: object) -> bool:
    return isinstance(label, str) and " ".join(label.split()).casefold().rstrip(":") in TOTALS


def _totals(records: Records) -> pd.DataFrame:
    """Only measures that the Total row fills in and that differ."""
    columns = ["group_id", "first", "last", "measure", "stated", "members", "others", "apart"]
    found = []
    chosen = records.snapshots
    for (group, first, last), rows in records.pseudo.groupby(["group_id", "first", "last"], sort=True):
        own = chosen[(chosen["group_id"] == group) & (chosen["first"] == first) & (chosen["last"] == last)]
        total = rows["row_label"].map(is_total).astype(bool)
        if own.empty or not total.any():
            continue
        for measure in MEASURES:
            stated = rows.loc[total, measure].iloc[0]
            if np.isnan(stated):
                continue
            summed, others = float(own[measure].sum()), float(rows.loc[~total, measure].sum())
            if round(stated - summed - others, 2):
                found.append((group, int(first), int(last), measure, float(stated), summed, others,
                              round(float(stated) - summed - others, 2)))  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def _against_slips(records: Records, met: pd.DataFrame) -> pd.DataFrame:
    columns = ["group_id", "first", "last", "person_id", "name", "measure", "palms", "slips", "apart"]
    parts = []
    for (group, first, last), rows in records.snapshots.groupby(["group_id", "first", "last"], sort=True):
        slips = _slip_counts(records, met, str(group), int(first), int(last))
        stated = {"given": rows[["rgi", "rgo"]].sum(axis=1, min_count=1),
                  "received": rows[["rri", "rro"]].sum(axis=1, min_count=1), "one_to_ones": rows["one_to_ones"],
                  "tyfcb": rows["tyfcb"]}  # fmt: skip
        for measure, counts in slips.items():
            part = pd.DataFrame({"person_id": rows["person_id"], "palms": stated[measure]}).dropna()
            low, high = (part["person_id"].map(count).fillna(0.0).astype(float) for count in counts)
            part["slips"] = part["palms"].astype(float).clip(low, high)  # the nearest that the slips allow
            parts.append(part.assign(group_id=group, first=int(first), last=int(last), measure=measure))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    table["name"] = [records.names.get(p, p) for p in table["person_id"]]
    table["apart"] = (table["palms"].astype(float) - table["slips"].astype(float)).round(2)
    return table[columns]


def _slip_counts(
    records: Records, met: pd.DataFrame, group: str, first: int, last: int
) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Slips of the period by person, least and most, of each measure that the imports cover for the whole period.

    A one-to-one that both sides entered may have been counted once or twice.
    """

    def whole(kind: str) -> bool:
        spans = records.cover.get((group, kind), ())
        return any(start <= first and last < end for start, end in spans)

    def within(table: pd.DataFrame) -> pd.DataFrame:
        return table[(table["group_id"] == group) & (table["first"] >= first) & (table["last"] <= last)]

    out: dict[str, tuple[pd.Series, pd.Series]] = {}
    if whole("referrals"):
        r = within(records.referrals)
        gave, got = r.groupby("source_id").size(), r.groupby("receiver_id").size()
        out["given"], out["received"] = (gave, gave), (got, got)
    if whole("one_to_one"):
        t = within(records.touches)
        t = t[t["kind"] == "one_to_one"]
        every = pd.concat([t["from_id"], t["to_id"]]).dropna().value_counts()
        out["one_to_ones"] = (chapter_meetings.by_member(within(met)).groupby("person_id")["meetings"].sum(), every)
    if whole("thanks"):
        money = within(records.thanks).groupby("to_id")["amount"].sum()
        out["tyfcb"] = (money, money)
    return out
