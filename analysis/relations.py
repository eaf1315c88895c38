"""Pairs of people: how long both were members together, and when they are first known to have known one another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.estimators import Codes
from analysis.population import FOREVER, Days, Mask, View


@dataclass(frozen=True)
class Together:
    """Unordered pairs a < b (codes of `ids`) and each window [start, end) in which both were in the same group.

    start is that of the membership itself, not of the log; dated: both joinings are known.
    """

    ids: np.ndarray
    group: np.ndarray
    a: Codes
    b: Codes
    start: Days
    end: Days
    dated: Mask

    def code(self, people: np.ndarray) -> Codes:
        """Code of each person, −1 for who is not among the ids."""
        people = people.astype(str)
        if not len(self.ids):
            return np.full(len(people), -1)
        at = np.minimum(np.searchsorted(self.ids, people), len(self.ids) - 1)
        return np.where(self.ids[at] == people, at, -1)

    @cached_property
    def key(self) -> Codes:
        return self.a * max(len(self.ids), 1) + self.b

    def key_of(self, one: Codes, other: Codes) -> Codes:
        """The unordered pair's key."""
        return np.minimum(one, other) * max(len(self.ids), 1) + np.maximum(one, other)


def together(view: View) -> Together:
    """All pairs of members known by the view's day; ids also hold everybody else the log knows. Once a day."""
    if "relations.together" not in view.shared:
        view.shared["relations.together"] = _together(view)
    found = view.shared["relations.together"]
    assert isinstance(found, Together)
    return found


def _together(view: View) -> Together:
    spells, rows = view.spells, view.group_rows
    rated, met = view.assessments, view.touches
    names = [spells["person_id"], rows["source_id"], rows["receiver_id"], rated["assessor_id"], rated["source_id"],
             met["from_id"].dropna(), met["to_id"].dropna()]  # fmt: skip
    ids = np.unique(np.concatenate([n.to_numpy(dtype=object).astype(str) for n in names]))
    person = np.searchsorted(ids, spells["person_id"].to_numpy(dtype=object).astype(str))
    joined, left = spells["joined"].to_numpy(), spells["left"].to_numpy()
    parts = []
    for group, mine in spells.groupby("group_id", sort=True).indices.items():
        one, other = (mine[i] for i in np.triu_indices(len(mine), 1))
        start, end = np.maximum(joined[one], joined[other]), np.minimum(left[one], left[other])
        keep = (start < end) & (start < view.day) & (person[one] != person[other])
        parts.append((np.full(int(keep.sum()), group, dtype=object), one[keep], other[keep], start[keep], end[keep]))
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return Together(ids, np.empty(0, dtype=object), none, none, none, none, none > 0)
    group, one, other, start, end = (np.concatenate(p) for p in zip(*parts, strict=True))
    dated = spells["dated"].to_numpy()
    a, b = np.minimum(person[one], person[other]), np.maximum(person[one], person[other])
    return Together(ids, group, a, b, start, end, dated[one] & dated[other])


def first_known(view: View) -> pd.Series:
    """The first day on which a pair is known to have known one another, by unordered key: the earliest of joint
    membership, touch and assessment.

    A pair whose first trace is a referral is not there: when the two met is unknown. Nor is a pair whose joint
    membership began on an unknown day.
    """
    if "relations.first_known" not in view.shared:
        view.shared["relations.first_known"] = _first_known(view)
    found = view.shared["relations.first_known"]
    assert isinstance(found, pd.Series)
    return found


def _first_known(view: View) -> pd.Series:
    pairs = together(view)
    met, rated, rows = view.touches, view.assessments, view.group_rows
    met = met[met["from_id"].notna() & met["to_id"].notna()]

    def keyed(one: pd.Series, other: pd.Series) -> Codes:
        return pairs.key_of(pairs.code(one.to_numpy(dtype=object)), pairs.code(other.to_numpy(dtype=object)))

    key = np.concatenate([pairs.key, keyed(met["from_id"], met["to_id"]),
                          keyed(rated["assessor_id"], rated["source_id"])])  # fmt: skip
    start = np.where(pairs.dated, pairs.start, -FOREVER)
    day = np.concatenate([start, met["day"].to_numpy(), rated["day"].to_numpy()])
    known = pd.Series(day, index=key).groupby(level=0).min()
    referred = pd.Series(rows["given"].to_numpy(), index=keyed(rows["source_id"], rows["receiver_id"]))
    first = referred.groupby(level=0).min().reindex(known.index)
    return known[(known > -FOREVER) & ~(first < known).to_numpy()]
