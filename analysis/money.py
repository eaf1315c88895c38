"""Value side by side with counts: one currency at a time, the largest amounts reined in, the raw ones shown
beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import Codes, compact, contrast
from analysis.intervals import NOTHING, Figure, Floats
from analysis.population import Mask, View


@dataclass(frozen=True)
class Money:
    """amount: by row of the view, winsorised, 0 where nothing was won; raw: as recorded; counts: rows that
    enter."""

    currency: str | None
    amount: Floats
    raw: Floats
    counts: Mask
    warnings: tuple[str, ...] = ()


def of(view: View, rows: Mask) -> Money:
    """Amounts of the wins among `rows`. The currency is the one with most of them; rows of groups that keep
    their log in another one do not enter, and neither do single rows in another one."""
    table = view.rows
    paid = rows & view.won & (table["amount"] > 0).to_numpy()
    currency = table["currency"].where(table["currency"].notna(), "")
    if not paid.any():
        return Money(None, np.zeros(len(table)), np.zeros(len(table)), np.zeros(len(table), dtype=bool))
    tally = currency[paid].value_counts()
    chosen = min((str(c) for c in tally.index), key=lambda c: (-int(tally[c]), c))
    usual = pd.crosstab(table["group_id"][paid], currency[paid]).idxmax(axis=1)
    same_group = table["group_id"].map(usual).fillna(chosen) == chosen
    other = (currency != chosen) & table["amount"].notna()
    counts = np.asarray(rows & same_group.to_numpy() & ~other.to_numpy())
    raw = np.where(paid & counts, table["amount"].fillna(0).to_numpy(), 0.0)
    amount, said = raw.copy(), []
    amounts = raw[raw > 0]
    if len(amounts) >= view.settings.winsorise_from:
        top = float(np.quantile(amounts, view.settings.winsorise_quantile))
        amount = np.minimum(raw, top)
    left_out = int((paid & ~counts).sum())
    if left_out:
        said.append(f"Amounts are in {chosen or 'the unnamed currency'}; {left_out} wins in another "
                    "currency do not enter the money figures.")  # fmt: skip
    return Money(chosen or None, amount, raw, counts, tuple(said))


def value_ratio(money: Money, arm: Codes, cluster: Codes) -> Figure:
    """Mean value per referral, arm 1 over arm 0 (log), over the rows that enter (arm −1 = neither)."""
    keep = money.counts & (arm >= 0)
    if not keep.any():
        return NOTHING
    codes, g = compact(cluster[keep])
    arm, amount = arm[keep], money.amount[keep]

    def by(k: int, values: Floats) -> Floats:
        return np.bincount(codes[arm == k], values[arm == k], g)

    ones = np.ones(len(arm))
    if not (by(1, amount).sum() > 0 and by(0, amount).sum() > 0):
        return NOTHING
    return contrast(by(1, amount), by(1, ones), by(0, amount), by(0, ones), kind="ratio")


def table(money: Money, arm: Codes) -> pd.DataFrame:
    """arm, n (wins with an amount), sum, median, mean, largest, currency: as recorded, not reined in."""
    rows = []
    for k in (1, 0):
        amounts = money.raw[(arm == k) & (money.raw > 0)]
        some = len(amounts) > 0
        rows.append((k, len(amounts), float(amounts.sum()), float(np.median(amounts)) if some else np.nan,
                     float(amounts.mean()) if some else np.nan,
                     float(amounts.max()) if some else np.nan))  # fmt: skip
    frame = pd.DataFrame(rows, columns=["arm", "n", "sum", "median", "mean", "largest"])
    return frame.assign(currency=money.currency)


def concentration(money: Money, arm: Codes, names: tuple[str, str], limit: float) -> tuple[str, ...]:
    """A warning for each arm of which one referral holds more than `limit` of the money. names: arm 1, arm
    0."""
    said = []
    for k, name in ((1, names[0]), (0, names[1])):
        amounts = money.raw[(arm == k) & (money.raw > 0)]
        if len(amounts) and amounts.max() > limit * amounts.sum():
            said.append(f"One referral holds {amounts.max() / amounts.sum():.0%} of the money of {name}: "
                        "the value figures hang on it.")  # fmt: skip
    return tuple(said)
