"""The records of a chapter in one window: dated rows and rows that only name a period, side by side.

Days are integers since 1970-01-01. Every record has a `first` and a `last` day, both inclusive: its own day, or the
ends of its period. A record counts where it lies wholly inside the window; a period that sticks out cannot be cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import tidying
from analysis.population import to_day
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT

USUAL_DAYS = 365  # the window where none was chosen
LONGEST_PERIOD = 366  # a period up to this long moves the usual window's start, so that it is not lost
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Records:
    """Everything known before `as_of`; `inside` marks what lies in [start, end).

    referrals: referral_id, group_id, source_id, receiver_id, tier, status, amount, currency, closed, counterpart,
        day (NaN = only a period), first, last, inside, copy (another group's row of the same referral)
    touches: touch_id, group_id, from_id, to_id, kind, quantity, counterpart, day, first, last, inside
    thanks: thank_id, group_id, to_id, amount, currency, tier, counterpart, day, first, last, inside
    snapshots: as in Frames with first, last, inside; of overlapping periods only the chosen ones (no pseudo rows);
        pseudo: the rows Visitors, BNI, Total of the same periods
    attendance: group_id, person_id, day, status, inside
    cover: half-open spans of days by (group, kind of record), cut at as_of
    """

    as_of: int
    start: int
    end: int
    home: tuple[str, ...]
    names: Mapping[str, str]
    referrals: pd.DataFrame
    touches: pd.DataFrame
    thanks: pd.DataFrame
    snapshots: pd.DataFrame
    pseudo: pd.DataFrame
    attendance: pd.DataFrame
    cover: Mapping[tuple[str, str], Spans]
    undated: int  # referrals with neither a day nor a period
    straddling: int  # referrals and snapshot rows whose period sticks out of the chosen window

    def covered(self, group: str, kind: str, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        """Covered days of [start, end) inside the window, element by element."""
        low, high = np.maximum(start, self.start), np.minimum(end, self.end)
        out = np.zeros(len(start), dtype=np.int64)
        for first, last in self.cover.get((group, kind), ()):
            out += np.maximum(0, np.minimum(high, last) - np.maximum(low, first))
        return out


def numbers(column: pd.Series) -> NDArray[np.float64]:
    return pd.to_numeric(column).astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def build(frames: Frames, scope: Scope) -> Records | None:
    """The scope's records, or None where there is nothing with a date or period."""
    home = home_groups(frames)
    tables: dict[str, pd.DataFrame] = {
        "referrals": _referrals(frames.referrals),
        "touches": _touches(frames.touches),
        "thanks": _thanks(frames.thanks),
        "snapshots": _placed(frames.snapshots, None),
        "attendance": _placed(frames.attendance.rename(columns={"meeting": "day"}), "day"),
    }
    tables = {name: table[table["group_id"].isin(home)] for name, table in tables.items()}
    undated = int(tables["referrals"]["first"].isna().sum())
    tables = {name: table[table["first"].notna()] for name, table in tables.items()}
    as_of = to_day(scope.as_of) if scope.as_of else _as_of(tables, to_day(frames.imported_on))
    tables = {
        name: table[table["last"] < as_of].reset_index(drop=True) if as_of else table for name, table in tables.items()
    }
    if as_of is None or not any(len(table) for table in tables.values()):
        return None
    cover = _cover(frames.coverage, tables, as_of)
    start, end = _window(scope, tables, cover, as_of)
    for table in tables.values():
        table["inside"] = (table["first"] >= start) & (table["last"] < end)
    straddling = sum(
        int(((t["first"] < end) & (t["last"] >= start) & ~t["inside"]).sum())
        for t in (tables["referrals"], tables["snapshots"])
    )
    tables["referrals"]["copy"] = _copies(tables["referrals"])
    pseudo = tables["snapshots"]["person_id"].isna()
    chosen = choose_periods(tables["snapshots"][~pseudo])
    return Records(
        as_of, start, end, home, dict(zip(frames.people["person_id"], frames.people["name"], strict=True)),
        tables["referrals"], tables["touches"], tables["thanks"], chosen, tables["snapshots"][pseudo],
        tables["attendance"], cover, undated, straddling,
    )  # fmt: skip


def home_groups(frames: Frames) -> tuple[str, ...]:
    """Groups that an import speaks for; a group that only stands beside somebody's name is a counterpart."""
    covered = frames.coverage["group_id"].dropna().unique()
    if len(covered):
        return tuple(sorted(covered))
    logged = [t["group_id"].dropna() for t in (frames.referrals, frames.touches, frames.thanks, frames.snapshots,
                                               frames.attendance)]  # fmt: skip
    found = pd.concat(logged).unique()
    return tuple(sorted(found if len(found) else frames.memberships["group_id"].dropna().unique()))


def _placed(raw: pd.DataFrame, day: str | None) -> pd.DataFrame:
    """The rows with day, first and last (NaN where neither a day nor a period is known)."""
    out = raw.reset_index(drop=True).copy()
    own = numbers(raw[day]) if day else np.full(len(raw), np.nan)
    low, high = ((numbers(raw[c]) if c in raw else np.full(len(raw), np.nan)) for c in ("period_from", "period_to"))
    whole = np.isfinite(low) & np.isfinite(high) & (low <= high)
    out["day"] = own
    out["first"] = np.where(np.isfinite(own), own, np.where(whole, low, np.nan))
    out["last"] = np.where(np.isfinite(own), own, np.where(whole, high, np.nan))
    return out


def _referrals(raw: pd.DataFrame) -> pd.DataFrame:
    """Without self-referrals and repeats of one prospect; ids as plain text with None."""
    out = _placed(raw, "given")
    for column in ("referral_id", "group_id", "source_id", "receiver_id", "status", "currency", "prospect",
                   "source_kind"):  # fmt: skip
        out[column] = tidying.text(out[column])
    out["counterpart"] = tidying.text(raw["counterpart_group"].reset_index(drop=True))
    for column in ("tier", "amount", "closed"):
        out[column] = numbers(out[column])
    own = out["source_id"].notna() & (out["source_id"] == out["receiver_id"])
    out = out[~own].sort_values("referral_id", kind="stable").reset_index(drop=True)
    dated = out[out["day"].notna() & out["source_id"].notna() & out["receiver_id"].notna()].reset_index()
    again = tidying.duplicates(dated.assign(given=dated["day"]), DEFAULT.same_referral_days)
    return out.drop(index=dated.loc[again, "index"]).reset_index(drop=True)


def _copies(rows: pd.DataFrame) -> pd.Series:
    """Rows that another group of the scope logged too: giver, receiver, day or period and tier agree."""
    known = rows[rows["source_id"].notna() & rows["receiver_id"].notna()].reset_index()
    when = known["first"].astype(int).astype(str) + ":" + known["last"].astype(int).astype(str)
    copy = tidying.copies(known.assign(given=when))
    out = pd.Series(False, index=rows.index)
    out.loc[known.loc[copy, "index"]] = True
    return out


def _touches(raw: pd.DataFrame) -> pd.DataFrame:
    out = _placed(raw, "happened")
    for column in ("touch_id", "group_id", "from_id", "to_id", "kind"):
        out[column] = tidying.text(out[column])
    out["counterpart"] = tidying.text(raw["counterpart_group"].reset_index(drop=True))
    out["quantity"] = numbers(out["quantity"])
    return out


def _thanks(raw: pd.DataFrame) -> pd.DataFrame:
    out = _placed(raw, "given")
    for column in ("thank_id", "group_id", "from_id", "to_id", "currency"):
        out[column] = tidying.text(out[column])
    out["counterpart"] = tidying.text(raw["counterpart_group"].reset_index(drop=True))
    out["tier"], out["amount"] = numbers(out["tier"]), numbers(out["amount"])
    return out


def _as_of(tables: Mapping[str, pd.DataFrame], imported: int) -> int | None:
    """The day after the last record of the group that is furthest behind; nothing after the import moves it."""
    ends: dict[str, int] = {}
    for table in tables.values():
        known = table[table["last"] <= imported]
        closed = known[["group_id", "closed"]].set_axis(["group_id", "last"], axis=1) if "closed" in known else None
        for part in (known, closed):
            if part is None:
                continue
            seen = part[part["last"] <= imported].groupby("group_id")["last"].max()
            for group, last in seen.items():
                ends[str(group)] = max(ends.get(str(group), -1), int(last))
    return min(ends.values()) + 1 if ends else None


_KINDS = {"referrals": "referrals", "thanks": "thanks", "snapshots": "snapshots", "attendance": "attendance"}


def _cover(coverage: pd.DataFrame, tables: Mapping[str, pd.DataFrame], as_of: int) -> dict[tuple[str, str], Spans]:
    """Union of the imports' periods by group and kind; a kind that none names runs from first to last record."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    ordered = coverage.sort_values(["group_id", "record_kind", "start", "end"], kind="stable")
    for group, kind, start, end in ordered[["group_id", "record_kind", "start", "end"]].itertuples(index=False):
        low, high = int(start), min(int(end), as_of)
        mine = spans.setdefault((str(group), str(kind)), [])
        if mine and low <= mine[-1][1]:
            mine[-1] = (mine[-1][0], max(mine[-1][1], high))
        elif low < high:
            mine.append((low, high))
    for name, table in tables.items():
        kind = table["kind"] if name == "touches" else pd.Series(_KINDS[name], index=table.index)
        for (group, of), rows in table.groupby([table["group_id"], kind]):
            if not spans.get((str(group), str(of))):
                spans[(str(group), str(of))] = [(int(rows["first"].min()), int(rows["last"].max()) + 1)]
    return {key: tuple(value) for key, value in spans.items() if value}


def _window(scope: Scope, tables: Mapping[str, pd.DataFrame], cover: Mapping[Any, Spans],
            as_of: int) -> tuple[int, int]:  # fmt: skip
    """The chosen period, cut at as_of; else the last year, moved back so that no period record is cut off."""
    end = min(to_day(scope.end), as_of) if scope.end else as_of
    earliest = min([int(t["first"].min()) for t in tables.values() if len(t)] + [s[0][0] for s in cover.values()])
    if scope.start:
        return min(to_day(scope.start), end), end
    if scope.end:
        return min(earliest, end), end
    start = end - USUAL_DAYS
    for name in ("referrals", "touches", "thanks", "snapshots"):
        table = tables[name]
        reach = table["last"] - table["first"] + 1
        cut = table[(table["first"] < start) & (table["last"] >= start) & (reach <= LONGEST_PERIOD)]
        start = min(start, int(cut["first"].min())) if len(cut) else start
    return max(start, earliest), end


def choose_periods(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Snapshots of periods inside the window that do not overlap: the choice by group that covers most days.

    Where two choices cover as much, the one with more and shorter periods. Weighted interval scheduling.
    """
    mine = snapshots[snapshots["inside"]].drop_duplicates(["group_id", "person_id", "first", "last"])
    kept = [group[_chosen(group)] for _, group in mine.groupby("group_id", sort=True)]
    return pd.concat(kept, ignore_index=True) if kept else mine.reset_index(drop=True)


def _chosen(rows: pd.DataFrame) -> NDArray[np.bool_]:
    periods = sorted({(int(a), int(b)) for a, b in zip(rows["first"], rows["last"], strict=True)}, key=lambda p: p[1])
    best: list[tuple[int, int, frozenset[tuple[int, int]]]] = [(0, 0, frozenset())]
    for i, (first, last) in enumerate(periods):
        before = max(j for j in range(i + 1) if j == 0 or periods[j - 1][1] < first)
        days, count, chosen = best[before]
        best.append(max(best[i], (days + last - first + 1, count + 1, chosen | {(first, last)}), key=lambda b: b[:2]))
    picked = best[-1][2]
    return np.array([(int(a), int(b)) in picked for a, b in zip(rows["first"], rows["last"], strict=True)], dtype=bool)
