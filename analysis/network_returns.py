"""How many pairs give both ways, against arrangements in which everybody gives and receives as much as here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import chapter_intervals as intervals
from analysis import chapter_members, chapter_rows
from analysis.chapter_exchange import Share
from analysis.estimators import Codes
from analysis.network import swap
from analysis.network_graph import between_members
from analysis.result import Frames
from analysis.scope import Scope

DRAWS, BURN_IN, EVERY = 399, 40, 6
LONG, FEWER = 3000, 149  # rows beyond which fewer arrangements are drawn
SEED = 20_240_917
LEAST = 10  # pairs, below which a share of them says nothing


@dataclass(frozen=True)
class Returns:
    """share: of the unordered pairs of members with a referral, those with one each way; interval over members.
    expected, low, high: the same share in random arrangements with the same totals given and received by each member
    (mean, and the middle 95 %). rows: the pairs, as a, b, name_a, name_b, gave, got, both."""

    share: Share
    both: int
    expected: float
    low: float
    high: float
    referrals: int
    rows: pd.DataFrame


def build(frames: Frames, scope: Scope) -> Returns | None:
    """None where no referral between two members is known in the window."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return None
    rows = between_members(records, chapter_members.build(frames, records))
    if rows.empty:
        return None
    people, codes = np.unique(np.concatenate([rows["source_id"], rows["receiver_id"]]).astype(str), return_inverse=True)
    source, target, n = codes[: len(rows)], codes[len(rows) :], len(people)
    pairs = _pairs(source, target, people, records.names)
    figure = intervals.among_members(pairs["both"].to_numpy(float), *_codes(pairs, people))
    low, high = intervals.bounds(figure, n)
    group = np.unique(rows["group_id"].astype(str), return_inverse=True)[1]
    drawn = [mutual(source, to, n) for to in arrangements(source, target, group, SEED)]
    ends = np.quantile(drawn, [0.025, 0.975])
    return Returns(Share(float(figure.theta), low, high, len(pairs), n), int(pairs["both"].sum()),
                   float(np.mean(drawn)), float(ends[0]), float(ends[1]), len(rows), pairs)  # fmt: skip


def mutual(source: Codes, target: Codes, n: int) -> float:
    """Share of the unordered pairs with any row that have one each way; codes below n."""
    there = np.zeros((n, n), dtype=bool)
    there[source, target] = True
    np.fill_diagonal(there, False)
    some = int((there | there.T).sum())
    return float((there & there.T).sum() / some) if some else float("nan")


def arrangements(source: Codes, target: Codes, group: Codes, seed: int) -> Iterator[Codes]:
    """Targets at random, so that everybody gives and receives as often as before and nobody refers himself.

    Rows are paired at random inside each group and swap their targets with probability one half.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    to = target.copy()
    of = [np.flatnonzero(group == g) for g in np.unique(group)]
    for drawn in range(DRAWS if len(source) <= LONG else FEWER):
        for _ in range(EVERY if drawn else BURN_IN):
            for rows in of:
                swap(source, to, rng.permutation(rows), rng)
        yield to


def _pairs(source: Codes, target: Codes, people: np.ndarray, names: Mapping[str, str]) -> pd.DataFrame:
    low, high = np.minimum(source, target), np.maximum(source, target)
    table = pd.DataFrame({"low": low, "high": high, "up": source < target}).groupby(["low", "high"], sort=True)["up"]
    counts = table.agg(["sum", "size"]).reset_index()
    a, b = people[counts["low"]], people[counts["high"]]
    return pd.DataFrame({
        "a": a, "b": b, "name_a": [names.get(p, p) for p in a], "name_b": [names.get(p, p) for p in b],
        "gave": counts["sum"], "got": counts["size"] - counts["sum"],
        "both": (counts["sum"] > 0) & (counts["sum"] < counts["size"])})  # fmt: skip


def _codes(pairs: pd.DataFrame, people: np.ndarray) -> tuple[Codes, Codes]:
    a, b = (np.searchsorted(people, pairs[side].to_numpy().astype(str)) for side in ("a", "b"))
    return a, b
