"""Ratings of sources and what came of them: which ratings count, how long each is followed, and the referrals after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import Codes
from analysis.intervals import Floats
from analysis.population import Days, Mask, View
from analysis.relations import together


@dataclass(frozen=True)
class Followed:
    """One entry a rating. end: first day on which the assessor is no longer observed as a member (exclusive), the day
    of the rating itself where he was none; group: "" then."""

    group: np.ndarray
    end: Days

    @property
    def usable(self) -> Mask:
        return np.asarray(self.group != "")


def of_scope(view: View) -> pd.DataFrame:
    """The view's ratings, in order of assessor, source, day and id; of one receiver, his own."""
    out = view.assessments
    if view.log.receiver:
        out = out[out["assessor_id"] == view.log.receiver]
    return out.sort_values(["assessor_id", "source_id", "day", "assessment_id"], kind="stable").reset_index(drop=True)


def spaced(rated: pd.DataFrame, days: int) -> Mask:
    """Ratings at least that many days after the last one kept of the same assessor and source."""
    keep = np.zeros(len(rated), dtype=bool)
    last: tuple[str, str, int] | None = None
    for i, (assessor, source, day) in enumerate(
        zip(rated["assessor_id"], rated["source_id"], rated["day"], strict=True)
    ):
        if last is None or (assessor, source) != last[:2] or day - last[2] >= days:
            keep[i], last = True, (assessor, source, day)
    return keep


def followed(view: View, person: np.ndarray, day: Days) -> Followed:
    """How long each person is observed from each day on: to the end of the spell around it.

    Who receives in a group without a member list is followed to the view's day: a spell that ended with the last
    referral received would end because there was none.
    """
    group, end = np.full(len(day), "", dtype=object), day.copy()
    spells = view.log.spells[view.log.spells["joined"] < view.day]
    asked = pd.DataFrame({"person_id": person.astype(object), "day": day}).reset_index(names="at")
    found = asked.merge(spells, on="person_id")
    found = found[(found["joined"] <= found["day"]) & (found["day"] < found["left"])]
    group[found["at"].to_numpy()] = found["group_id"].to_numpy(dtype=object)
    end[found["at"].to_numpy()] = np.minimum(found["left"].to_numpy(), view.day)
    rows = view.group_rows
    bare = rows[~rows["group_id"].isin(view.log.listed)].groupby("receiver_id", sort=True)["group_id"].first()
    home = asked["person_id"].map(bare)
    alone = (group == "") & home.notna().to_numpy()
    group[alone], end[alone] = home.to_numpy(dtype=object)[alone], view.day
    return Followed(group, end)


def span_end(view: View, group: np.ndarray, day: Days) -> Days:
    """End (exclusive) of the covered stretch around each day; the day itself where it is not covered."""
    out = day.copy()
    for name in set(group):
        mine = group == name
        for low, high in view.log.cover.get(name, ()):
            inside = mine & (day >= low) & (day < high)
            out[inside] = high
    return np.minimum(out, view.day)


@dataclass(frozen=True)
class Referred:
    """The referrals of each rating's source to its assessor, sorted by pair and day; at: of whom each rating asks."""

    key: Codes
    pair: Codes
    wide: int

    def count(self, low: Days, high: Days) -> Floats:
        """How many fall on [low, high), by rating."""
        at = np.searchsorted(self.key, self.pair * self.wide + np.maximum(low, 0))
        to = np.searchsorted(self.key, self.pair * self.wide + np.maximum(high, np.maximum(low, 0)))
        return np.asarray(to - at, dtype=float)

    def next(self, low: Days) -> Days:
        """Day of the first on or after low; a day past any log where there is none."""
        at = np.searchsorted(self.key, self.pair * self.wide + np.maximum(low, 0))
        found = self.key[np.minimum(at, max(len(self.key) - 1, 0))] if len(self.key) else np.zeros(len(at), np.int64)
        mine = (at < len(self.key)) & (found // self.wide == self.pair)
        return np.where(mine, found % self.wide, self.wide)


def referred(view: View, source: np.ndarray, receiver: np.ndarray) -> Referred:
    """Of every asked-for pair: what the source has referred to the receiver, in the whole scope's log."""
    pairs, rows, wide = together(view), view.group_rows, 10**6
    n = max(len(pairs.ids), 1)
    giver, taker = (pairs.code(rows[c].to_numpy(dtype=object)) for c in ("source_id", "receiver_id"))
    key = np.sort((giver * n + taker) * wide + rows["given"].to_numpy())
    return Referred(key, pairs.code(source) * n + pairs.code(receiver), wide)
