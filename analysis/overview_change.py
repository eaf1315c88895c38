"""Who drove a change: contributions to the difference of two periods, which add up to it exactly, and what luck gives.

Luck: if nothing had changed, each source's two periods might as well have come in the other order, however much the
sources differ, and however bursty each of them is. The change is then a sum of independent differences of mean zero,
one a source, whose variance is the sum of their squares (and at least the Poisson variance, for counts). Sources of
one receiver go up and down together; where there are enough receivers, the two-way clustered variance is taken if it
is larger (Cameron, Gelbach, Miller 2011).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.estimators import compact, pairs
from analysis.intervals import Floats, effective
from analysis.overview_log import EARLIER, Ground, Log, Period, open_log
from analysis.result import Frames
from analysis.scope import UNKNOWN, Scope
from analysis.settings import DEFAULT, Settings

BY = ("source", "receiver", "kind")
REFERRALS = "referrals"
ENOUGH = 5.0  # effective sources, below which luck and change cannot be told apart
RECEIVERS = 8  # from so many on, receivers are a sample of their own
Z = 1.959964


@dataclass(frozen=True)
class Drivers:
    """parts: id (UNKNOWN = not named), now, before, change, reach: the largest change first.

    reach: how far a part of this size usually moves between two periods, either way (NaN for money, of which single
    amounts differ too much). luck: how far luck alone takes the total, either way; None where too few sources give.
    missing: "" | "before" (nothing is imported of it) | "gaps" (one of the two is imported in part).
    """

    by: str
    what: str  # REFERRALS | a currency
    window: Period | None
    before: Period | None
    now_total: float = 0.0
    before_total: float = 0.0
    parts: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    luck: float | None = None
    sources: int = 0
    missing: str = ""

    @property
    def change(self) -> float:
        return self.now_total - self.before_total

    @property
    def beyond(self) -> bool:
        """The change is larger than luck alone gives in 95 of 100 cases."""
        return self.luck is not None and abs(self.change) > self.luck


def build(
    frames: Frames, scope: Scope, ground: Ground | None = None, months: tuple[str, ...] = (), by: str = "source",
    what: str = REFERRALS, settings: Settings = DEFAULT,
) -> Drivers:  # fmt: skip
    """by: one of BY. what: REFERRALS, or the currency whose closed business is compared."""
    opened = open_log(frames, scope, ground, months, settings)
    if opened is None:
        return Drivers(by, what, None, None, missing="before")
    log, window, before = opened
    if not (window.complete and before.complete):
        return Drivers(by, what, window, before, missing="gaps" if before.covered else "before")
    if what != REFERRALS and not (log.known_paid(window.spans) and log.known_paid(before.spans)):
        return Drivers(by, what, window, before, missing="before")
    rows = _signed(log, window, before, what, by)
    # A referral whose source nobody named stands for itself.
    source = np.where(rows.source.isna(), "?" + rows.id.astype(str), rows.source.astype(object))
    codes = pd.factorize(source)[0], pd.factorize(rows.receiver.fillna("?"))[0]
    floor = float(rows.weight.abs().sum()) if what == REFERRALS else 0.0
    now, then = (float(rows.weight[rows.now == side].abs().sum()) for side in (True, False))
    if what != REFERRALS:  # corrections are below zero
        now, then = (float(rows.amount[rows.now == side].sum()) for side in (True, False))
    spread = np.nan if what != REFERRALS else _dispersion(rows, source if by == "kind" else rows.part.to_numpy())
    return Drivers(
        by, what, window, before, now, then, _parts(rows, spread), luck(rows.weight.to_numpy(float), *codes, floor),
        len(np.unique(codes[0])),
    )  # fmt: skip


def earlier(scope: Scope) -> str:
    """The way of comparing: a change has drivers only against an earlier period of the same people."""
    return scope.compare if scope.compare in EARLIER else EARLIER[0]


def _signed(log: Log, window: Period, before: Period, what: str, by: str) -> pd.DataFrame:
    """id, source, receiver, part, now, amount, weight: + in the period, − in the earlier one."""
    kinds = log.rows.set_index("id").kind
    sides = []
    for period, now in ((window, True), (before, False)):
        rows = log.given(period.spans).assign(amount=1.0) if what == REFERRALS else log.earned(period.spans, what)
        rows = rows.assign(now=now, weight=rows.amount if now else -rows.amount)
        rows = rows.assign(kind=kinds.reindex(rows.id).to_numpy())
        sides.append(rows[["id", "source", "receiver", "kind", "now", "amount", "weight"]])
    found = pd.concat(sides, ignore_index=True)
    part = found[by].astype(object)
    return found.assign(part=part.where(part.notna(), UNKNOWN))


def _parts(rows: pd.DataFrame, spread: float) -> pd.DataFrame:
    table = rows.pivot_table(index="part", columns="now", values="amount", aggfunc="sum", fill_value=0.0, sort=True)
    table = table.reindex(columns=[True, False], fill_value=0.0).set_axis(["now", "before"], axis=1)
    table = table.rename_axis("id").reset_index()
    table["change"] = table.now - table.before
    table["reach"] = Z * np.sqrt(spread * (table.now + table.before).clip(lower=0))
    order = table.change.abs().mul(-1).argsort(kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _dispersion(rows: pd.DataFrame, unit: np.ndarray) -> float:
    """How much more a unit's two periods differ than two Poisson counts of one pace: Σ(now − before)² / Σ(now +
    before), at least 1. All units together: one alone says nothing about itself."""
    by = rows.groupby(unit).weight.agg(["sum", "size"])
    return max(1.0, float((by["sum"] ** 2).sum()) / float(by["size"].sum())) if len(by) else 1.0


def luck(weight: Floats, source: np.ndarray, receiver: np.ndarray, floor: float) -> float | None:
    """Half the width of the 95 % range of Σ weight if nothing had changed; None with too few sources.

    weight: + for a row of the period, − for one of the earlier. floor: least variance.
    """
    if not len(weight):
        return None
    by = [_sums(weight, codes) for codes in (source, receiver, pairs(source, receiver))]
    moved = by[0][by[0] != 0]
    if not len(moved) or effective(np.abs(moved)) < ENOUGH:
        return None
    one, other, both = (float(np.sum(sums**2)) for sums in by)
    variance = max(one, floor)
    if len(by[1]) >= RECEIVERS:
        variance = max(variance, one + other - both, other)
    return Z * float(np.sqrt(variance))


def _sums(weight: Floats, codes: np.ndarray) -> Floats:
    numbered, n = compact(codes)
    return np.bincount(numbered, weight, n)


def collected(drivers: Drivers, most: int) -> tuple[pd.DataFrame, pd.Series | None]:
    """The `most` largest parts, and all others as one (n, now, before, change, reach); None where all are shown.

    What one row holds is not collected: the last place shows it by itself.
    """
    parts = drivers.parts
    if len(parts) <= most + 1:
        return parts, None
    rest = parts.iloc[most:]
    whole = rest[["now", "before", "change"]].sum()
    whole["reach"] = float(np.sqrt((rest.reach**2).sum(skipna=False)))  # spreads of independent parts
    whole["n"] = len(rest)
    return parts.iloc[:most], whole
