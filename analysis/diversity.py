"""How many sources there are behind the counts: unseen ones, evenness, concentration."""

from __future__ import annotations

import numpy as np

from analysis.estimators import Codes, compact, share
from analysis.intervals import Figure, Floats, jackknife_variance


def unseen(counts: Floats) -> tuple[float, float]:
    """Chance that the next item is of a type not seen yet, f1/n, and its standard error (Good 1953; Esty 1983).

    counts: items by type. Assumes that items come independently of one another. NaN without any.
    """
    n, f1, f2 = float(counts.sum()), float((counts == 1).sum()), float((counts == 2).sum())
    if n <= 0:
        return float("nan"), float("nan")
    return f1 / n, float(np.sqrt((f1 * (n - f1) + 2 * n * f2) / n**3))


def unseen_by_cluster(kind: Codes, cluster: Codes) -> Figure:
    """Σ f1 / Σ n over clusters (receivers), types counted within each, jackknifed by cluster. One entry an item."""
    cell, first = np.unique(np.column_stack([cluster, kind]), axis=0, return_counts=True)
    codes, g = compact(cell[:, 0]) if len(cell) else (np.empty(0, np.int64), 0)
    single = np.bincount(codes, (first == 1).astype(float), g)
    return share(single, np.bincount(codes, first.astype(float), g))


def simpson(counts: Floats) -> float:
    """Chance that two items drawn without putting back are of different types, 1 − Σc(c−1)/(n(n−1)); unbiased, unlike
    counting the types, which grows with n by itself. NaN below two items."""
    n = float(counts.sum())
    return 1 - float(np.sum(counts * (counts - 1))) / (n * (n - 1)) if n >= 2 else float("nan")


def effective_number(diversity: Floats) -> Floats:
    """1/(1 − simpson): as many equally common types as would be as diverse. Infinite where no type came twice."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 / (1 - np.asarray(diversity)))


def gini(x: Floats) -> float:
    """Gini index 2Σ i·x_(i)/(nΣx) − (n+1)/n over all who could have received, those without any included."""
    x = np.sort(x)
    n, total = len(x), float(x.sum())
    if n == 0 or total <= 0:
        return float("nan")
    return float(2 * np.sum(np.arange(1, n + 1) * x) / (n * total) - (n + 1) / n)


def gini_figure(x: Floats) -> Figure:
    """The Gini index, jackknifed by receiver."""
    left_out = np.array([gini(np.delete(x, i)) for i in range(len(x))])
    theta = gini(x)
    se = float(np.sqrt(jackknife_variance(theta, left_out)))
    return Figure(theta, se, max(1.0, len(x) - 1.0), "identity", float(len(x)), len(x), {"member": left_out})


def gini_of_equals(total: int, weights: Floats, draws: int, seed: int) -> float:
    """Mean Gini index if everybody received at the same pace: with few referrals, chance alone makes it large."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return float(np.mean([gini(row) for row in rng.multinomial(total, weights / weights.sum(), size=draws)]))
