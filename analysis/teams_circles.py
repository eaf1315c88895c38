"""Circles that the referrals themselves show: members who refer among themselves more than with the rest.

Groups are joined as long as that raises modularity (Clauset, Newman & Moore 2004). The search finds circles in pure
chance too, so it is repeated on arrangements in which everybody gives and receives as many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pandas as pd

from analysis import chapter_members, chapter_rows
from analysis.estimators import Codes
from analysis.network_graph import between_members
from analysis.network_returns import SEED, arrangements
from analysis.result import Frames
from analysis.scope import Scope

LEAST, MOST = 8, 60  # members: fewer have no circles, more cannot be read
DRAWS = 99


@dataclass(frozen=True)
class Circles:
    """members: person_id, name, profession, circle (0 the largest), inside (referrals with the own circle), all.
    inside: share of the referrals that stay in a circle; surplus: that less what the same totals would keep inside
    (modularity); expected, low, high: the surplus that the same search finds in random arrangements (mean and middle
    95 %)."""

    members: pd.DataFrame = field(repr=False, compare=False)
    circles: int
    inside: float
    surplus: float
    expected: float
    low: float
    high: float
    referrals: int

    @property
    def beyond_chance(self) -> bool:
        return self.surplus > self.high


def build(frames: Frames, scope: Scope) -> Circles | None:
    """None for fewer or more members with referrals among them than circles can be read of."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return None
    members = chapter_members.build(frames, records)
    rows = between_members(records, members)
    people, codes = np.unique(np.concatenate([rows["source_id"], rows["receiver_id"]]).astype(str), return_inverse=True)
    if not LEAST <= len(people) <= MOST:
        return None
    n = len(people)
    source, target = codes[: len(rows)], codes[len(rows) :]
    of, surplus = circles(source, target, n)
    group = np.unique(rows["group_id"].astype(str), return_inverse=True)[1]
    drawn = [circles(source, to, n)[1] for to in islice(arrangements(source, target, group, SEED), DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    same = of[source] == of[target]
    table = members.people.drop_duplicates("person_id").set_index("person_id").reindex(people)
    both = np.bincount(source, minlength=n) + np.bincount(target, minlength=n)
    own = np.bincount(source[same], minlength=n) + np.bincount(target[same], minlength=n)
    shown = pd.DataFrame({"person_id": people, "name": table["name"].to_numpy(), "circle": of, "inside": own,
                          "profession": table["profession"].to_numpy(), "all": both})  # fmt: skip
    shown = shown.sort_values(["circle", "inside", "name"], ascending=[True, False, True], kind="stable")
    return Circles(shown.reset_index(drop=True), int(of.max()) + 1, float(same.mean()), surplus, float(np.mean(drawn)),
                   float(low), float(high), len(rows))  # fmt: skip


def circles(source: Codes, target: Codes, n: int) -> tuple[Codes, float]:
    """Circle of each of n members, the largest 0, and the modularity; referrals count both ways alike."""
    w = np.bincount(source * n + target, minlength=n * n).reshape(n, n).astype(float)
    w = (w + w.T) / (2 * len(source))
    weight = w.sum(axis=1)
    gain = 2 * (w - np.outer(weight, weight))
    quality = float(np.trace(w) - np.square(weight).sum())
    np.fill_diagonal(gain, -np.inf)
    of = np.arange(n)
    while True:
        i, j = divmod(int(gain.argmax()), n)
        if not gain[i, j] > 1e-12:
            break
        quality += float(gain[i, j])
        # Gains add up: the gain of joining two circles is the sum over their members.
        gain[i] += gain[j]
        gain[:, i] += gain[:, j]
        gain[j], gain[:, j], gain[i, i] = -np.inf, -np.inf, -np.inf
        of[of == j] = i
    size = np.bincount(of, minlength=n)
    order = [c for c in np.lexsort((np.arange(n), -size)) if size[c]]
    place = {c: k for k, c in enumerate(order)}
    return np.array([place[c] for c in of]), quality
