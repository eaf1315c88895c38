"""Sources that used to give regularly and have fallen silent, or give less, each measured by its own pace.

A source's pace is its own: somebody who gave twice a year is not silent after three months. If a source that gave on k
occasions kept its pace, the k − 1 after the first would lie anywhere between then and now, so that none of them falls
into the last s of L days with chance (1 − s/L)^(k−1), and at most x into the last half-year with a binomial chance. No
pace has to be estimated. Givers come in bursts: referrals within a week of one another are one occasion, and k − 1 is
divided by how much more than by chance the counts of four weeks vary within a source (all regular sources together,
while they gave). Days are covered days: what no import covers is no silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from analysis.chapter_intervals import dispersion
from analysis.intervals import Floats
from analysis.overview_log import Ground, Log, open_log
from analysis.periods import day_number
from analysis.population import FOREVER
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings

REGULAR = 4  # occasions, from which on there is a pace
APART = 7  # days between two occasions: who gives each week gives often, who gives thrice in a week gave once
RECENT = 182  # covered days of which "gives less" speaks; a source must have given before for as long
CHANCE = 0.05
BLOCK = 28
SILENT, LESS = "silent", "less"


@dataclass(frozen=True)
class Silence:
    """table: source, state (SILENT | LESS), chance, n (occasions), usual (median gap between them, days), silent
    (days since the last referral), recent, expected (occasions in the last half-year), last (day number), days, ids:
    the least likely by luck first. regular, judged: sources that had a pace, and those of them of which "gives less"
    can be said. left: sources that would be listed but have left the group. first: where the look back begins."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    regular: int = 0
    judged: int = 0
    left: int = 0
    first: int = 0
    last: int = 0
    phi: float = 1.0

    @property
    def by_luck(self) -> float:
        """At most so many would be listed if every source kept its pace."""
        return CHANCE * (self.regular + self.judged)


def build(
    frames: Frames, scope: Scope, ground: Ground | None = None, settings: Settings = DEFAULT,
) -> Silence:  # fmt: skip
    """As of the log's end, whatever the period: silence is about now."""
    opened = open_log(frames, scope, ground, (), settings)
    if opened is None:
        return Silence()
    log = opened[0]
    days = log.covered[-settings.source_exposure_days :]
    rows = log.rows[log.rows.source.notna() & log.rows.given.isin(days)]
    gifts = rows.assign(at=np.searchsorted(days, rows.given)).sort_values(["source", "at"], kind="stable")
    sources, starts = np.unique(gifts.source.to_numpy(str), return_index=True)
    parts = np.split(gifts["at"].to_numpy(), starts[1:])
    seen = {str(s): np.unique(at) for s, at in zip(sources, parts, strict=True) if len(at) >= REGULAR}
    paces = {source: occasions(at) for source, at in seen.items()}
    paces = {source: at for source, at in paces.items() if len(at) >= REGULAR}
    if not paces:
        return Silence(first=int(days[0]) if len(days) else 0, last=day_number(log.as_of))
    phi = bursts(list(paces.values()))
    judge = [{"source": s, **_judged(at, len(days), phi, int(seen[s][-1]))} for s, at in paces.items()]
    table = pd.DataFrame(judge)
    judged = int(table.pace_known.sum())
    found = table[table.state != ""]
    gone = found.source.isin(_left(log))
    found = found[~gone].sort_values(["chance", "source"], kind="stable").reset_index(drop=True)
    mine = {source: gifts[gifts.source == source] for source in found.source}
    found = found.assign(
        last=[int(days[seen[s][-1]]) for s in found.source],
        days=[tuple(int(days[i]) for i in seen[s]) for s in found.source],
        ids=[list(mine[s].id) for s in found.source],
    )
    return Silence(found, len(paces), judged, int(gone.sum()), int(days[0]), day_number(log.as_of), phi)


def _judged(at: np.ndarray, now: int, phi: float, last: int) -> dict[str, object]:
    """One source by its occasions and its last referral (positions among the covered days, of which there are
    `now`)."""
    length, silent = now - 1 - int(at[0]), now - 1 - last
    further = len(at) - 1
    recent = int((at >= now - RECENT).sum())
    known = length >= 2 * RECENT
    expected = further * RECENT / length if known else np.nan
    alone = float(chance(0, further, silent / length, phi))
    fewer = float(chance(recent, further, RECENT / length, phi)) if known else 1.0
    state = SILENT if alone <= CHANCE else LESS if fewer <= CHANCE and recent < expected else ""
    return {
        "state": state, "chance": alone if state == SILENT else fewer, "n": len(at),
        "usual": float(np.median(np.diff(at))), "silent": silent, "recent": recent, "expected": expected,
        "pace_known": known,
    }  # fmt: skip


def occasions(at: np.ndarray) -> np.ndarray:
    """Of sorted days those that begin an occasion."""
    kept: list[int] = []
    for day in at:
        if not kept or day - kept[-1] >= APART:
            kept.append(int(day))
    return np.array(kept, dtype=int)


def chance(few: float | Floats, of: float | Floats, share: float | Floats, phi: float) -> Floats:
    """P(X ≤ few) for X of `of` events, each of which falls into a share of the time; both counts divided by phi.

    Binomial through the incomplete beta function, which takes counts that are not whole.
    """
    k, n = np.asarray(few, float) / phi, np.asarray(of, float) / phi
    p = np.clip(np.asarray(share, float), 0.0, 1.0)
    out = np.where(k >= n, 1.0, special.betainc(np.maximum(n - k, 1e-12), k + 1, 1 - p))
    return np.asarray(out, dtype=float)


def bursts(days: list[np.ndarray]) -> float:
    """How much more a source's counts of four weeks vary than by chance, between its first and its last day; 1 where
    too little is known."""
    count, exposure, who = [], [], []
    for code, at in enumerate(days):
        span = int(at[-1] - at[0])
        blocks = span // BLOCK
        if blocks < 2:
            continue
        inside = at[1:] - at[0] - 1  # the first day begins the count
        inside = inside[inside < blocks * BLOCK]
        count.append(np.bincount(inside // BLOCK, minlength=blocks)[:blocks])
        exposure.append(np.ones(blocks))
        who.append(np.full(blocks, code))
    if not count:
        return 1.0
    found = dispersion(np.concatenate(count).astype(float), np.concatenate(exposure), np.concatenate(who))
    return max(1.0, found or 1.0)


def _left(log: Log) -> set[str]:
    """Who was a member and is no more: that they give no longer is known already."""
    if log.seats is None:
        return set()
    last = log.seats.groupby("person_id").left.max()
    return set(last[(last < FOREVER) & (last <= day_number(log.as_of))].index)
