"""From a log's rows as they were written to the rows that count: copies, duplicates, spells, coverage."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FOREVER = 10**7  # a day after any log
Mask = NDArray[np.bool_]
CHECKLIST = tuple(f"q{i:02d}" for i in range(1, 14))


def text(column: pd.Series) -> pd.Series:
    """Plain Python strings with None: comparisons then sort by code point, which is UTF-8's byte order."""
    values = column.astype(object)
    return values.where(values.notna(), None)


def numbers(column: pd.Series) -> NDArray[np.float64]:
    """Days, counts or yes/no as floats with NaN."""
    return pd.to_numeric(column).astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def last_events(events: Iterable[tuple[pd.Series, pd.Series]], imported: int) -> dict[str, int]:
    """By group the largest day ≤ imported. events: pairs of columns, group and day."""
    parts = [pd.DataFrame({"group_id": group.to_numpy(dtype=object), "day": day.to_numpy(dtype=float)})
             for group, day in events]  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    found = found[found["day"] <= imported]
    return {str(group): int(day) for group, day in found.groupby("group_id")["day"].max().items()}


def copies(rows: pd.DataFrame) -> Mask:
    """Rows of another chapter's log for the same giver, receiver, day and tier: the larger count stays."""
    if rows["group_id"].nunique() < 2:
        return np.zeros(len(rows), dtype=bool)
    key = ["source_id", "receiver_id", "given", "tier"]
    size = rows.groupby([*key, "group_id"], dropna=False)["referral_id"].transform("size")
    order = rows.assign(size=-size).sort_values(["size", "group_id"], kind="stable")
    keeper = order.groupby(key, dropna=False)["group_id"].transform("first").sort_index()
    return (rows["group_id"] != keeper).to_numpy()


def duplicates(rows: pd.DataFrame, days: int) -> Mask:
    """Same source, receiver and prospect less than `days` after the last one kept."""
    out = np.zeros(len(rows), dtype=bool)
    named = rows[rows["prospect"].notna()].copy()
    named["prospect"] = named["prospect"].map(lambda text: " ".join(str(text).split()).casefold())
    named = named[named["prospect"] != ""]
    key = ["source_id", "receiver_id", "prospect"]
    named = named[named.duplicated(key, keep=False)].sort_values([*key, "given"], kind="stable")
    kept: tuple[str, str, str] | None = None
    since = 0
    for position, source, receiver, prospect, given in named[[*key, "given"]].itertuples():
        if (source, receiver, prospect) == kept and given - since < days:
            out[position] = True
        else:
            kept, since = (source, receiver, prospect), given
    return out


def spells(memberships: pd.DataFrame, gap: int) -> pd.DataFrame:
    """Memberships joined over gaps of up to `gap` days. Unknown joining = always there, tenure unknown.

    A row without any day (a name marked in a file) says nothing beside one with days. A spell without an end that a
    later one of the same person and group follows ended on a day that nobody knows: nothing is observed in it.
    """
    joined = pd.to_numeric(memberships["joined"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    left = pd.to_numeric(memberships["left"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    raw = pd.DataFrame(
        {"person_id": text(memberships["person_id"]), "group_id": text(memberships["group_id"]),
         "joined": np.where(np.isnan(joined), -FOREVER, joined).astype(np.int64),
         "left": np.where(np.isnan(left), FOREVER, left).astype(np.int64), "dated": ~np.isnan(joined)}
    ).sort_values(["person_id", "group_id", "joined", "left"], kind="stable")  # fmt: skip
    bare = (raw["joined"] == -FOREVER) & (raw["left"] == FOREVER)
    raw = raw[~bare | bare.groupby([raw["person_id"], raw["group_id"]]).transform("all")]
    merged: list[list] = []
    for row in raw.itertuples(index=False):
        before = merged[-1] if merged else None
        if before and before[:2] == [row.person_id, row.group_id]:
            twice = row.joined - before[2] <= gap  # two lists that tell of one spell: an end that one knows holds
            if twice and FOREVER in (before[3], row.left):
                before[3] = min(before[3], row.left)
                continue
            if before[3] == FOREVER and before[4]:
                before[3] = before[2]
            elif row.joined - before[3] <= gap:
                before[3] = max(before[3], row.left)
                continue
        merged.append([row.person_id, row.group_id, row.joined, row.left, row.dated])
    return pd.DataFrame(merged, columns=["person_id", "group_id", "joined", "left", "dated"]).astype(
        {"joined": "int64", "left": "int64", "dated": "bool"}
    )


def cover(
    coverage: pd.DataFrame, rows: pd.DataFrame, imported: int, kind: str = "referrals", day: str = "given"
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Union of the imports' periods by group; a group that none names is covered from first to last
    record."""
    mine = coverage[coverage["record_kind"] == kind].sort_values(["group_id", "start", "end"], kind="stable")
    out: dict[str, list[tuple[int, int]]] = {}
    for group, start, end in zip(mine["group_id"], mine["start"], mine["end"], strict=True):
        spans = out.setdefault(str(group), [])
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], int(end)))
        else:
            spans.append((int(start), int(end)))
    unnamed = rows[~rows["group_id"].isin(list(out)).to_numpy() & (rows[day] <= imported).to_numpy()]
    if len(unnamed):
        seen = unnamed.groupby("group_id")[day].agg(["min", "max"])
        out |= {str(group): [(int(first), int(last) + 1)] for group, first, last in seen.itertuples()}
    return {group: tuple(spans) for group, spans in out.items()}


def touches(raw: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """touch_id, group_id, day, from_id, to_id, kind, purpose, outcome, n: dated touches between two people,
    each once; and how many have no day.

    A one-to-one that both sides entered is one per unordered pair and day; its ends are in byte order.
    """
    out = pd.DataFrame({name: text(raw[name]) for name in
                        ("touch_id", "group_id", "from_id", "to_id", "kind", "purpose", "outcome")})  # fmt: skip
    day, quantity = numbers(raw["happened"]), numbers(raw["quantity"])
    out["n"] = np.where(np.isnan(quantity), 1.0, quantity)
    out["day"] = np.where(np.isnan(day), -1, day).astype(np.int64)
    undated = np.isnan(day)
    out = out[~undated & out["kind"].notna().to_numpy()].sort_values("touch_id", kind="stable")
    meeting = (out["kind"] == "one_to_one") & out["from_id"].notna() & out["to_id"].notna()
    met = out[meeting].copy()
    ends = np.sort(met[["from_id", "to_id"]].to_numpy(dtype=object).astype(str), axis=1)
    met["from_id"], met["to_id"], met["n"] = ends[:, 0].astype(object), ends[:, 1].astype(object), 1.0
    met = met.drop_duplicates(["from_id", "to_id", "day"])
    out = pd.concat([out[~meeting], met]).sort_values("touch_id", kind="stable")
    itself = (out["from_id"] == out["to_id"]).to_numpy()
    return out[~itself].reset_index(drop=True), int(undated.sum())


def assessments(raw: pd.DataFrame) -> pd.DataFrame:
    """assessment_id, day, assessor_id, source_id, q01 … q13 (1, 0, NaN), comfort, perceived_value: dated ones of
    a named source by a named assessor."""
    out = pd.DataFrame({name: text(raw[name]) for name in ("assessment_id", "assessor_id", "source_id")})
    day = numbers(raw["assessed"])
    out["day"] = np.where(np.isnan(day), -1, day).astype(np.int64)
    for name in (*CHECKLIST, "comfort", "perceived_value"):
        column = raw[name].astype("boolean") if name in CHECKLIST else raw[name]
        out[name] = numbers(column)
    fine = ~np.isnan(day) & out["assessor_id"].notna().to_numpy() & out["source_id"].notna().to_numpy()
    fine &= (out["assessor_id"] != out["source_id"]).to_numpy()
    return out[fine].sort_values("assessment_id", kind="stable").reset_index(drop=True)


def attendance(raw: pd.DataFrame) -> pd.DataFrame:
    """group_id, person_id, day, status (P A L M S), one entry a person and meeting."""
    out = pd.DataFrame({name: text(raw[name]) for name in ("group_id", "person_id", "status")})
    day = numbers(raw["meeting"])
    out["day"] = np.where(np.isnan(day), -1, day).astype(np.int64)
    out = out[~np.isnan(day) & out["person_id"].notna().to_numpy()]
    out = out.sort_values(["group_id", "person_id", "day", "status"], kind="stable")
    return out.drop_duplicates(["group_id", "person_id", "day"]).reset_index(drop=True)
