"""Who stands between others: the share of the shortest ways from one member to another that lead through each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import chapter_members, chapter_rows
from analysis.across import LEAST as FEWEST
from analysis.across import plausible
from analysis.chapter_members import Members
from analysis.intervals import Floats
from analysis.network_graph import between_members
from analysis.result import Frames
from analysis.scope import Scope

LEAST = 5  # members of a group who exchange, below which nobody can stand between many


@dataclass(frozen=True)
class Between:
    """members: person_id, name, group_id, raw (as counted), share (drawn to the mean as far as the error explains the
    distance), low95, high95; the largest share first. A share is of all ordered pairs of two other members. n: members,
    referrals: between them, groups."""

    members: pd.DataFrame
    n: int
    referrals: int
    groups: int


def build(frames: Frames, scope: Scope) -> Between | None:
    """None where no group of the scope has enough members who refer one another."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return None
    members = chapter_members.build(frames, records)
    rows = _inside(between_members(records, members), members)
    parts = [part for group, mine in rows.groupby("group_id", sort=True) if (part := _of(mine, str(group))) is not None]
    if not parts:
        return None
    table = pd.concat(parts, ignore_index=True)
    theta, se = table["raw"].to_numpy(float), table["se"].to_numpy(float)
    share, low, high = theta.copy(), np.full(len(table), np.nan), np.full(len(table), np.nan)
    known = se > 0
    if known.sum() >= FEWEST:
        share[known], low[known], high[known] = plausible(theta[known], se[known] ** 2).shrunken(0.95)
    ends = {"low95": np.clip(low, 0, 1), "high95": np.clip(high, 0, 1)}
    table = table.assign(share=share, **ends, name=[records.names.get(p, p) for p in table["person_id"]])
    table = table.sort_values(["share", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    return Between(table[["person_id", "name", "group_id", "raw", "share", "low95", "high95"]], len(table), len(rows),
                   len(parts))  # fmt: skip


def _inside(rows: pd.DataFrame, members: Members) -> pd.DataFrame:
    """Rows of which both sides belong to the row's own group: a guest stands between nobody there."""
    seats = pd.MultiIndex.from_frame(members.spells[["group_id", "person_id"]])
    sides = (pd.MultiIndex.from_frame(rows[["group_id", side]]).isin(seats) for side in ("source_id", "receiver_id"))
    return rows[np.logical_and(*sides)].reset_index(drop=True)


def _of(rows: pd.DataFrame, group: str) -> pd.DataFrame | None:
    """person_id, group_id, size, raw, se of one group; None of too few."""
    people, codes = np.unique(np.concatenate([rows["source_id"], rows["receiver_id"]]).astype(str), return_inverse=True)
    n = len(people)
    if n < LEAST:
        return None
    ties = np.zeros((n, n), dtype=bool)
    ties[codes[: len(rows)], codes[len(rows) :]] = True
    np.fill_diagonal(ties, False)
    without = np.full((n, n), np.nan)
    for left_out in range(n):
        rest = np.delete(np.arange(n), left_out)
        without[left_out, rest] = ways_through(ties[np.ix_(rest, rest)])
    # Vertex jackknife (Snijders & Borgatti 1999); a member's own absence says nothing of him.
    middle = np.nanmean(without, axis=0)
    se = np.sqrt((n - 2) / (2 * n) * np.nansum((without - middle) ** 2, axis=0))
    return pd.DataFrame({"person_id": people, "group_id": group, "size": n, "raw": ways_through(ties), "se": se})


def ways_through(ties: np.ndarray) -> Floats:
    """Betweenness over (n−1)(n−2): directed, unweighted, split among ways of the same length (Freeman 1977).

    ties: n × n, true from giver to taker, false on the diagonal.
    """
    n = len(ties)
    if n < 3:
        return np.zeros(n)
    step = ties.astype(float)
    length, ways, front = np.where(np.eye(n, dtype=bool), 0.0, np.inf), np.eye(n), np.eye(n)
    for steps in range(1, n):
        front = np.where(np.isinf(length), front @ step, 0.0)
        if not front.any():
            break
        length[front > 0] = steps
        ways += front
    out = np.zeros(n)
    reached = np.where(ways > 0, ways, 1.0)
    for v in range(n):
        on_way = np.isfinite(length) & (length[:, [v]] + length[[v], :] == length)
        on_way[v, :] = on_way[:, v] = False
        np.fill_diagonal(on_way, False)
        out[v] = np.sum(np.where(on_way, ways[:, [v]] * ways[[v], :] / reached, 0.0))
    return out / ((n - 1) * (n - 2))
