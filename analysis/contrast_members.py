"""Each member's own contrast of two kinds of referrals, drawn to the others as far as luck would explain it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.across import LEAST, plausible

COLUMNS = [
    "person_id",
    "name",
    "n1",
    "won1",
    "n0",
    "won0",
    "value",
    "low",
    "high",
    "shrunk",
    "shrunk_low",
    "shrunk_high",
]


def differences(members: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Won of arm 1 less won of arm 0 by member, highest drawn value first; members with `fewest` or more of each.

    members: person_id, name, n1, won1, n0, won0. value, low, high: the member's own (95 %, Newcombe 1998, method 10);
    shrunk, shrunk_low, shrunk_high: drawn to the others (variance of Agresti & Caffo 2000, which is never nought);
    the member's own where fewer than three are compared.
    """
    out = members[(members["n1"] >= fewest) & (members["n0"] >= fewest)].reset_index(drop=True)
    if out.empty:
        return pd.DataFrame(columns=COLUMNS)
    n1, y1, n0, y0 = (out[c].to_numpy(float) for c in ("n1", "won1", "n0", "won0"))
    p1, p0 = y1 / n1, y0 / n0
    low1, high1 = proportion_confint(y1, n1, method="wilson")
    low0, high0 = proportion_confint(y0, n0, method="wilson")
    value = p1 - p0
    low, high = value - np.hypot(p1 - low1, high0 - p0), value + np.hypot(high1 - p1, p0 - low0)
    drawn = (value, low, high)
    if len(out) >= LEAST:
        q1, q0 = (y1 + 1) / (n1 + 2), (y0 + 1) / (n0 + 2)
        drawn = plausible(value, q1 * (1 - q1) / (n1 + 2) + q0 * (1 - q0) / (n0 + 2)).shrunken(0.95)
    out = out.assign(value=value, low=low, high=high, shrunk=drawn[0], shrunk_low=drawn[1], shrunk_high=drawn[2])
    return out.sort_values(["shrunk", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)[COLUMNS]
