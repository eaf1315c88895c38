"""What chains of referrals were worth: the money of first referrals, and of those that came from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import chains, chapter_rows
from analysis import chapter_intervals as intervals
from analysis.result import Frames
from analysis.scope import Scope

STEPS = 4  # from the first referral; later ones stand with the last


@dataclass(frozen=True)
class ChainMoney:
    """One currency. steps: step (0 = the first referral), value, n (won referrals with an amount). ratio: money of
    later steps for each unit of money of the first, interval over chains; without_largest: the same without the chain
    that brought most later. chains: referrals that begin one or stand alone; longer: of two steps or more."""

    currency: str
    steps: pd.DataFrame
    first: float
    later: float
    ratio: float
    low95: float
    high95: float
    without_largest: float
    chains: int
    longer: int


def build(frames: Frames, scope: Scope) -> tuple[ChainMoney, ...]:
    """By currency, over everything known by the scope's day; none where no referral says from which it came."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return ()
    rows = records.referrals[~records.referrals["copy"]].reset_index(drop=True)
    via = rows["via_referral_id"].astype(object).where(rows["via_referral_id"].notna(), None).to_numpy()
    linked = chains.link(rows["referral_id"].to_numpy(object), via, rows["first"].to_numpy(np.int64))
    if not (linked.parent >= 0).any():
        return ()
    won = (rows["status"] == "won") & rows["amount"].notna() & (rows["amount"] > 0)
    table = pd.DataFrame({"root": linked.root, "step": np.minimum(linked.depth, STEPS), "amount": rows["amount"],
                          "currency": rows["currency"].fillna("")})  # fmt: skip
    deepest = pd.Series(linked.depth).groupby(linked.root).max()
    found = [_of(str(currency), mine, deepest) for currency, mine in table[won].groupby("currency", sort=True)]
    return tuple(sorted((one for one in found if one is not None), key=lambda m: (-m.first, m.currency)))


def _of(currency: str, won: pd.DataFrame, deepest: pd.Series) -> ChainMoney | None:
    first = won["amount"].where(won["step"] == 0, 0.0).groupby(won["root"]).sum()
    later = won["amount"].where(won["step"] > 0, 0.0).groupby(won["root"]).sum()
    if first.sum() <= 0:
        return None
    # A chain whose first referral brought nothing still counts with what came later.
    a, b = later.to_numpy(float), first.to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        figure = _ratio(a, b)
    low, high = intervals.bounds(figure, int((a > 0).sum()))
    rest = np.arange(len(a)) != int(a.argmax())
    without = float(a[rest].sum() / b[rest].sum()) if b[rest].sum() > 0 else float("nan")
    steps = won.groupby("step", sort=True)["amount"].agg(["sum", "size"]).reset_index()
    return ChainMoney(
        currency, steps.set_axis(["step", "value", "n"], axis=1), float(b.sum()), float(a.sum()),
        float(a.sum() / b.sum()), low, high, without,
        len(a), int((deepest.reindex(first.index) > 0).sum()),
    )  # fmt: skip


def _ratio(later: np.ndarray, first: np.ndarray) -> intervals.Figure:
    """Later over first money, one chain left out at a time."""
    theta = later.sum() / first.sum()
    left_out = (later.sum() - later) / (first.sum() - first)
    if theta <= 0 or not np.isfinite(left_out).all():
        return intervals.NOTHING
    se = float(np.sqrt(intervals.jackknife_variance(theta, left_out)))
    gstar = intervals.effective(later + first)
    return intervals.Figure(theta, se, max(1.0, gstar - 1), "log", gstar, len(later), {"chain": left_out})
