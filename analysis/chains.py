"""Referrals that come from referrals: who is whose child, and how many each has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import Codes, compact, share
from analysis.intervals import NOTHING, Figure, Floats
from analysis.population import Days, Mask


@dataclass(frozen=True)
class Chains:
    """By row: parent (−1 none, or not in the log), root (the row itself at a chain's beginning), depth from it."""

    parent: Codes
    root: Codes
    depth: Codes


def link(ids: np.ndarray, via: np.ndarray, given: Days) -> Chains:
    """ids, via: referral ids by row (via None = no earlier one named). A parent must not be later than its child."""
    found = pd.Index(ids).get_indexer(pd.Index(via, dtype=object))
    found = np.where(pd.isna(via), -1, found)
    known = found >= 0
    known[known] = given[found[known]] <= given[known]
    known &= found != np.arange(len(ids))
    parent = np.where(known, found, -1).astype(np.int64)
    root, depth = np.arange(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
    above = parent.copy()
    for _ in range(int(known.sum()) + 1):  # one generation a round; rows of one day that name each other end here
        moving = above >= 0
        if not moving.any():
            break
        root[moving] = above[moving]
        depth[moving] += 1
        above = np.where(moving, parent[np.maximum(above, 0)], -1)
        looped = moving & (root == np.arange(len(ids)))
        above[looped] = -1
    return Chains(parent, root, depth)


def children(chains: Chains, given: Days, within: int) -> Floats:
    """By row: referrals that name it as the one they came from, given at most `within` days after it."""
    some = chains.parent >= 0
    parent = chains.parent[some]
    timely = given[some] - given[parent] <= within
    return np.bincount(parent[timely], minlength=len(given)).astype(float)


def reproduction(born: Floats, root: Codes, parents: Mask) -> Figure:
    """Children a parent, jackknifed by chain. born, root: by row; parents: the rows that count."""
    if not parents.any():
        return NOTHING
    codes, g = compact(root[parents])
    return share(np.bincount(codes, born[parents], g), np.bincount(codes, minlength=g) * 1.0, "log", "chain")
