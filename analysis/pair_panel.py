"""The pair-month panel behind the age of a relationship: ordered pairs whose beginning is dated, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import Codes
from analysis.intervals import Floats
from analysis.panel import Fit, NotIdentifiedError, pooled_poisson
from analysis.population import Mask, View, month_start, months
from analysis.relations import Together, first_known, together
from analysis.tenure_panel import DAYS_A_MONTH, DAYS_A_YEAR, whole_months

_WIDE = 10**6  # more than any day


@dataclass(frozen=True)
class PairMonths:
    """One entry an ordered pair (by → to) and wholly covered month with enough joint days.

    to, by: codes of ids; pair: number of both, in their order; younger: who joined later (of a pair with an outsider
    the receiver); group: code; age: days since first known at mid-cell; calendar: years; received: by → to; exposure in
    months.
    """

    ids: np.ndarray
    to: Codes
    by: Codes
    pair: Codes
    younger: Codes
    group: Codes
    month: Codes
    age: Floats
    calendar: Floats
    received: Floats
    exposure: Floats

    def only(self, rows: Mask) -> PairMonths:
        return PairMonths(self.ids, *(getattr(self, n)[rows] for n in
                                      ("to", "by", "pair", "younger", "group", "month", "age", "calendar", "received",
                                       "exposure")))  # fmt: skip

    @property
    def season(self) -> Floats:
        angle = 2 * np.pi * (self.month % 12 + 1) / 12
        return np.column_stack([np.cos(angle), np.sin(angle)])


def pair_windows(view: View) -> pd.DataFrame:
    """to, by, younger (codes), group, start, end (days, half-open), known: when each ordered pair could refer.

    Of two members, while both are in the group; of an outsider known from a contact or an assessment, while the
    receiver is a member.
    """
    pairs, known = together(view), first_known(view)
    day = known.reindex(pairs.key).to_numpy(dtype=float)
    fine = np.isfinite(day) & pairs.dated
    joined = _joined(view, pairs)
    a, b = pairs.a[fine], pairs.b[fine]
    younger = np.where(joined[fine, 1] > joined[fine, 0], b, a)
    both = pd.DataFrame({"a": a, "b": b, "younger": younger, "group": pairs.group[fine], "start": pairs.start[fine],
                         "end": pairs.end[fine], "known": day[fine].astype(np.int64)})  # fmt: skip
    parts = [both.rename(columns={"a": "to", "b": "by"}), both.rename(columns={"b": "to", "a": "by"}),
             _outsiders(view, pairs, known)]  # fmt: skip
    out = pd.concat(parts, ignore_index=True)
    out["start"] = np.maximum(out["start"], out["known"])
    out["end"] = np.minimum(out["end"], view.day)
    return out[out["start"] < out["end"]].sort_values(["to", "by", "start"], kind="stable").reset_index(drop=True)


def _joined(view: View, pairs: Together) -> Codes:
    """First joining of a and of b in the pair's group, by window."""
    spells = view.spells
    first = spells.groupby(["group_id", "person_id"])["joined"].min()
    if not len(pairs.a):
        return np.empty((0, 2), dtype=np.int64)
    return np.column_stack([first.reindex(pd.MultiIndex.from_arrays([pairs.group, pairs.ids[who]])).to_numpy()
                            for who in (pairs.a, pairs.b)])  # fmt: skip


def _outsiders(view: View, pairs: Together, known: pd.Series) -> pd.DataFrame:
    n = max(len(pairs.ids), 1)
    key = known.index.to_numpy()[~np.isin(known.index.to_numpy(), pairs.key)]
    one, other = key // n, key % n
    found = pd.DataFrame({"to": np.concatenate([one, other]), "by": np.concatenate([other, one]),
                          "known": np.tile(known.reindex(key).to_numpy(), 2)})  # fmt: skip
    spells = view.spells
    home = pd.DataFrame({"to": pairs.code(spells["person_id"].to_numpy(dtype=object)), "group": spells["group_id"],
                         "start": spells["joined"], "end": spells["left"]})  # fmt: skip
    found = found.merge(home, on="to")
    return found.assign(younger=found["to"])


def pair_months(view: View) -> PairMonths:
    """All pair-months of the log; once a day."""
    if "pair_panel" not in view.shared:
        view.shared["pair_panel"] = _pair_months(view)
    found = view.shared["pair_panel"]
    assert isinstance(found, PairMonths)
    return found


def _pair_months(view: View) -> PairMonths:
    windows, rows = pair_windows(view), view.group_rows
    ids = together(view).ids
    start, end = windows["start"].to_numpy(), windows["end"].to_numpy()
    first, last = months(start), months(end - 1)
    count = last - first + 1
    at = np.repeat(np.arange(len(windows)), count)
    month = first[at] + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    low, high = np.maximum(month_start(month), start[at]), np.minimum(month_start(month + 1), end[at])
    keep = high - low >= view.settings.tenure_cell_days
    names, group = np.unique(windows["group"].to_numpy(dtype=object).astype(str), return_inverse=True)
    for code, name in enumerate(names):
        mine = group[at] == code
        keep[mine] &= np.isin(month[mine], whole_months(view, name))
    at, month, low, high = at[keep], month[keep], low[keep], high[keep]
    to, by = windows["to"].to_numpy(dtype=np.int64)[at], windows["by"].to_numpy(dtype=np.int64)[at]
    n = max(len(ids), 1)
    pairs = together(view)
    giver, taker = (pairs.code(rows[c].to_numpy(dtype=object)) for c in ("source_id", "receiver_id"))
    key = np.sort((giver * n + taker) * _WIDE + rows["given"].to_numpy())
    own = by * n + to
    mine = own * _WIDE
    received = (np.searchsorted(key, mine + high) - np.searchsorted(key, mine + low)).astype(float)
    middle = (low + high) / 2
    pair = np.cumsum(np.concatenate([[0], own[1:] != own[:-1]]))[: len(own)]  # windows lie by pair
    return PairMonths(ids, to, by, pair.astype(np.int64), windows["younger"].to_numpy(dtype=np.int64)[at],
                      np.asarray(group, dtype=np.int64)[at], month, middle - windows["known"].to_numpy()[at],
                      middle / DAYS_A_YEAR, received, (high - low) / DAYS_A_MONTH)  # fmt: skip


@dataclass(frozen=True)
class YoungDrift:
    """Calendar trend of pairs that have just met, log scale a year; fit is None where there is too little to tell."""

    fit: Fit | None
    events: int
    clusters: int
    months: int

    @property
    def value(self) -> float:
        return float(self.fit.beta[0]) if self.fit else float("nan")

    @property
    def se(self) -> float:
        return float(np.sqrt(self.fit.cov3[0, 0])) if self.fit else float("nan")


def young_drift(view: View, panel: PairMonths) -> YoungDrift:
    """How pairs that met in later years fare against pairs that met in earlier ones, in their first half-year: age
    cannot explain that. Poisson on calendar years and groups, clustered by who joined later."""
    settings = view.settings
    young = panel.only(panel.age < settings.capital_young_days)
    events, clusters = int(young.received.sum()), len(np.unique(young.younger))
    calendar = len(np.unique(young.month))
    fit = None
    if (events >= settings.capital_young_events and clusters >= settings.capital_young_clusters
            and calendar >= settings.capital_young_months):  # fmt: skip
        years = young.calendar - young.calendar.mean()
        alive = [g for g in np.unique(young.group) if young.received[young.group == g].sum() > 0]
        use = np.isin(young.group, alive)  # a group without any event among its young pairs has no level to tell
        design = np.column_stack([years[use], np.ones(int(use.sum())),
                                  *((young.group[use] == g).astype(float) for g in alive[1:])])  # fmt: skip
        try:
            fit = pooled_poisson(young.received[use], design, young.exposure[use], young.younger[use])
        except (NotIdentifiedError, np.linalg.LinAlgError):
            fit = None
    return YoungDrift(fit, events, clusters, calendar)
