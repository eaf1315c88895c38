"""A whole organisation from its months: totals, and referrals by group and month where an import speaks for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

DAYS_A_MONTH = 30.4375
LEAST = 0.5  # share of a month's group-days that imports must cover before its rate is shown


@dataclass(frozen=True)
class Organisation:
    """months: month, referrals, groups (with any covered day), covered (share of group-days), rate (referrals by group
    and month of 30.4 days, over covered days; NaN where too little is covered)."""

    referrals: int
    groups: int
    months: pd.DataFrame

    @property
    def latest(self) -> float | None:
        """The rate of the last month that has one."""
        known = self.months["rate"].dropna()
        return float(known.iloc[-1]) if len(known) else None


def build(monthly: pd.DataFrame, sizes: pd.DataFrame) -> Organisation:
    """monthly: month, referrals, covered_days, days, groups; sizes: one row a group with its `referrals`."""
    covered, days = monthly["covered_days"].astype(float), monthly["days"].astype(float)
    share = covered / days.where(days > 0)
    rate = monthly["referrals"].astype(float) / covered.where(covered > 0) * DAYS_A_MONTH
    months = pd.DataFrame({"month": monthly["month"], "referrals": monthly["referrals"], "groups": monthly["groups"],
                           "covered": share, "rate": np.where(share >= LEAST, rate, np.nan)})  # fmt: skip
    return Organisation(int(sizes["referrals"].sum()), len(sizes), months)
