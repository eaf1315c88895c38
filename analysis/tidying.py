"""From a log's rows as they were written to the rows that count: copies, duplicates, spells, coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FOREVER = 10**7  # a day after any log
Mask = NDArray[np.bool_]


def text(column: pd.Series) -> pd.Series:
    """Plain Python strings with None: comparisons then sort by code point, which is UTF-8's byte order."""
    values = column.astype(object)
    return values.where(values.notna(), None)


def last_events(rows: pd.DataFrame, imported: int) -> dict[str, int]:
    events = pd.concat([rows[["group_id", "given"]].set_axis(["group_id", "day"], axis=1),
                        rows[["group_id", "closed"]].set_axis(["group_id", "day"], axis=1)])  # fmt: skip
    events = events[events["day"] <= imported]
    return {str(group): int(day) for group, day in events.groupby("group_id")["day"].max().items()}


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
    """Memberships joined over gaps of up to `gap` days. Unknown joining = always there, tenure unknown."""
    joined = pd.to_numeric(memberships["joined"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    left = pd.to_numeric(memberships["left"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    raw = pd.DataFrame(
        {"person_id": text(memberships["person_id"]), "group_id": text(memberships["group_id"]),
         "joined": np.where(np.isnan(joined), -FOREVER, joined).astype(np.int64),
         "left": np.where(np.isnan(left), FOREVER, left).astype(np.int64), "dated": ~np.isnan(joined)}
    ).sort_values(["person_id", "group_id", "joined", "left"], kind="stable")  # fmt: skip
    merged: list[list] = []
    for row in raw.itertuples(index=False):
        before = merged[-1] if merged else None
        if before and before[:2] == [row.person_id, row.group_id] and row.joined - before[3] <= gap:
            before[3] = max(before[3], row.left)
        else:
            merged.append([row.person_id, row.group_id, row.joined, row.left, row.dated])
    return pd.DataFrame(merged, columns=["person_id", "group_id", "joined", "left", "dated"]).astype(
        {"joined": "int64", "left": "int64", "dated": "bool"}
    )


def cover(coverage: pd.DataFrame, rows: pd.DataFrame, imported: int) -> dict[str, tuple[tuple[int, int], ...]]:
    """Union of the imports' periods by group; a group that none names is covered from first to last
    record."""
    mine = coverage[coverage["record_kind"] == "referrals"].sort_values(["group_id", "start", "end"], kind="stable")
    out: dict[str, list[tuple[int, int]]] = {}
    for group, start, end in zip(mine["group_id"], mine["start"], mine["end"], strict=True):
        spans = out.setdefault(str(group), [])
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], int(end)))
        else:
            spans.append((int(start), int(end)))
    seen = rows[rows["given"] <= imported].groupby("group_id")["given"].agg(["min", "max"])
    for group, first, last in seen.itertuples():
        out.setdefault(str(group), [(int(first), int(last) + 1)])
    return {group: tuple(spans) for group, spans in out.items()}
