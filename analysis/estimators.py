"""Shares, rates and their contrasts, each with a delete-one-cluster jackknife.

All arrays are one entry a row of the log (or a source), clusters are integer codes 0…G−1 whose order is the
byte order of the ids: sums are then the same on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance, two_way

Codes = NDArray[np.int64]
BOTH_ARMS_FROM = 8  # clusters that have both arms, for a contrast to be one within clusters


def compact(codes: Codes) -> tuple[Codes, int]:
    """Codes renumbered 0…G−1 in the same order, and G."""
    values, renumbered = np.unique(codes, return_inverse=True)
    return renumbered.astype(np.int64), len(values)


def pairs(a: Codes, b: Codes) -> Codes:
    """One code for each combination of two codes."""
    return compact(a * (int(b.max(initial=0)) + 1) + b)[0]


def share(n: Floats, d: Floats, link: str = "logit", label: str = "member") -> Figure:
    """θ = ΣN/ΣD over clusters with D > 0: a share (logit) or a rate (log).

    n, d: sums by cluster. Where every row of a share agrees, Wilson on the effective clusters.
    """
    n, d = n[d > 0], d[d > 0]
    if not len(d):
        return NOTHING
    total_n, total_d = float(n.sum()), float(d.sum())
    theta, gstar = total_n / total_d, effective(d)
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = (total_n - n) / (total_d - d)
    variance = jackknife_variance(theta, left_out)
    edge = link == "logit" and (total_n <= 0 or total_n >= total_d)
    between = _between_share(n, d, theta, gstar) if link == "logit" else None
    return Figure(theta, float(np.sqrt(variance)), max(1.0, gstar - 1), link, gstar, len(d),
                  {label: left_out},
                  edge, between)  # fmt: skip


def _between_share(n: Floats, d: Floats, theta: float, gstar: float) -> float | None:
    """σ²_b / G*, the variance that more rows from the same clusters cannot remove (one-way analysis of
    variance)."""
    within = float(np.sum(n * (1 - n / d)))
    spare = float(d.sum()) - len(d)
    if len(d) < 2 or spare <= 0:
        return None
    return between_variance(n / d - theta, d, within / spare, gstar)


def between_variance(effects: Floats, weights: Floats, within: float, gstar: float) -> float:
    """σ²_b / G* by moments. effects: cluster less overall estimate; Var(effect | cluster) = within /
    weight."""
    g, total = len(weights), float(weights.sum())
    msb = float(np.sum(weights * effects**2)) / (g - 1)
    n0 = (total - float(np.sum(weights**2)) / total) / (g - 1)
    return max(0.0, (msb - within) / n0) / gstar if n0 > 0 else 0.0


def share_two_way(y: Floats, a: Codes, b: Codes, t: Floats | None = None) -> Figure:
    """Share of rows with y = 1, clustered by receiver a and source b. t: rows that an entry stands for, y of which say
    so; one each by default."""
    figures = []
    for codes, label in ((a, "member"), (b, "source"), (pairs(a, b), "pair")):
        renumbered, g = compact(codes)
        figures.append(share(np.bincount(renumbered, y, g), np.bincount(renumbered, t, g) * 1.0, label=label))
    return two_way((figures[0], figures[1], figures[2]))


def contrast(
    y1: Floats, d1: Floats, y0: Floats, d0: Floats, *, kind: str = "difference", label: str = "member",
    both_arms_from: int = BOTH_ARMS_FROM,
) -> Figure:  # fmt: skip
    """Arm 1 against arm 0, pooled over clusters: difference of Σy/Σd, or the logarithm of their ratio.

    y1 … d0: sums by cluster. Each cluster is deleted from both arms at once; where fewer than both_arms_from
    clusters have both, the arms are taken as independent samples (Welch).
    """
    some = (d1 + d0) > 0
    y1, d1, y0, d0 = y1[some], d1[some], y0[some], d0[some]
    if d1.sum() <= 0 or d0.sum() <= 0:
        return NOTHING

    def value(r1: Floats, r0: Floats) -> Floats:
        return np.log(r1) - np.log(r0) if kind == "ratio" else r1 - r0

    link = "exp" if kind == "ratio" else "identity"
    with np.errstate(invalid="ignore", divide="ignore"):
        theta = float(value(y1.sum() / d1.sum(), y0.sum() / d0.sum()))
        left_out = value((y1.sum() - y1) / (d1.sum() - d1), (y0.sum() - y0) / (d0.sum() - d0))
    both = (d1 > 0) & (d0 > 0)
    if both.sum() >= both_arms_from:
        weights = d1 * d0 / (d1 + d0)
        gstar = effective(weights)
        se = float(np.sqrt(jackknife_variance(theta, left_out)))
        return Figure(theta, se, max(1.0, gstar - 1), link, gstar, int(both.sum()), {label: left_out})
    return _independent_arms((y1, d1), (y0, d0), theta, kind=kind, left_out={label: left_out})


def _independent_arms(
    arm1: tuple[Floats, Floats], arm0: tuple[Floats, Floats], theta: float, *, kind: str,
    left_out: dict[str, Floats],
) -> Figure:  # fmt: skip
    variances, gstars, sizes = [], [], []
    link = "exp" if kind == "ratio" else "identity"
    for y, d in (arm1, arm0):
        y, d = y[d > 0], d[d > 0]  # noqa: PLW2901 - the arm's own clusters
        with np.errstate(invalid="ignore", divide="ignore"):
            rate, without = y.sum() / d.sum(), (y.sum() - y) / (d.sum() - d)
            if kind == "ratio":
                rate, without = np.log(rate), np.log(without)
        variances.append(jackknife_variance(float(rate), without))
        gstars.append(effective(d))
        sizes.append(len(d))
    v1, v0 = variances
    weight = sum(v**2 / max(1.0, g - 1) for v, g in zip(variances, gstars, strict=True))
    df = (v1 + v0) ** 2 / weight if weight > 0 else max(1.0, min(gstars) - 1)
    return Figure(theta, float(np.sqrt(v1 + v0)), df, link, min(gstars), min(sizes), left_out)


def stratified(
    kind: str, stratum: Codes, arm: Codes, y: Floats, t: Floats, *, receiver: Codes,
    source: Codes | None = None, label: str = "member",
) -> Figure:  # fmt: skip
    """Arm 1 against arm 0 within strata: Mantel–Haenszel difference of rates, or the logarithm of the
    Greenland–Robins ratio ("ratio"); strata that lack an arm do not enter.

    y: events; t: rows (1 each) or exposure. Clustered by receiver (a receiver may own several strata) and,
    where given, by source too. label "source": `receiver` holds the sources of one receiver, who cut across
    strata.
    """
    keep = informative(stratum, arm, t)
    if not keep.any():
        return NOTHING
    stratum, arm, y, t, receiver = compact(stratum[keep])[0], arm[keep], y[keep], t[keep], receiver[keep]
    table = _table(stratum, arm, y, t, int(stratum.max()) + 1)
    clusterings = [(label, receiver)]
    if source is not None:
        source = source[keep]
        clusterings += [("source", source), ("pair", pairs(receiver, source))]
    figures = [
        _stratified_one(kind, table, stratum, arm, y=y, t=t, codes=codes, label=label) for label, codes in clusterings
    ]
    return two_way((figures[0], figures[1], figures[2])) if source is not None else figures[0]


def informative(stratum: Codes, arm: Codes, t: Floats) -> NDArray[np.bool_]:
    """Rows of the strata in which both arms have weight."""
    if not len(stratum):
        return np.zeros(0, dtype=bool)
    codes, s = compact(stratum)
    weight = np.bincount(codes * 2 + arm, t, 2 * s).reshape(s, 2)
    return np.asarray((weight > 0).all(axis=1))[codes]


def _table(stratum: Codes, arm: Codes, y: Floats, t: Floats, s: int) -> Floats:
    """Columns y1, t1, y0, t0 by stratum."""
    cell = stratum * 2 + arm
    events, weight = np.bincount(cell, y, 2 * s).reshape(s, 2), np.bincount(cell, t, 2 * s).reshape(s, 2)
    return np.column_stack([events[:, 1], weight[:, 1], events[:, 0], weight[:, 0]])


def _parts(kind: str, table: Floats) -> tuple[Floats, Floats]:
    """Numerator and denominator of each stratum; nothing from a stratum that has lost an arm."""
    y1, t1, y0, t0 = table.T
    both = (t1 > 1e-9) & (t0 > 1e-9)
    total = np.where(both, t1 + t0, 1.0)
    if kind == "ratio":
        return np.where(both, y1 * t0 / total, 0.0), np.where(both, y0 * t1 / total, 0.0)
    return np.where(both, (y1 * t0 - y0 * t1) / total, 0.0), np.where(both, t1 * t0 / total, 0.0)


def _stratified_one(
    kind: str, table: Floats, stratum: Codes, arm: Codes, *, y: Floats, t: Floats, codes: Codes, label: str
) -> Figure:
    cluster, g = compact(codes)
    cell = pairs(stratum, cluster)
    cells = int(cell.max()) + 1
    first = np.unique(cell, return_index=True)[1]
    of_stratum, of_cluster = stratum[first], cluster[first]
    num, den = _parts(kind, table)
    without_num, without_den = _parts(kind, table[of_stratum] - _table(cell, arm, y, t, cells))
    total_num, total_den = num.sum(), den.sum()
    left_num = total_num + np.bincount(of_cluster, without_num - num[of_stratum], g)
    left_den = total_den + np.bincount(of_cluster, without_den - den[of_stratum], g)
    with np.errstate(invalid="ignore", divide="ignore"):
        theta, left_out = total_num / total_den, left_num / left_den
        if kind == "ratio":
            theta, left_out = np.log(theta), np.log(left_out)
    weight_of_stratum = table[:, 1] * table[:, 3] / (table[:, 1] + table[:, 3])
    if label == "member":  # the stratum's own weight; one entry a stratum, owned by one receiver
        owner = np.zeros(len(table), dtype=np.int64)
        owner[stratum] = cluster
        weights = np.bincount(owner, weight_of_stratum, g)
    else:  # a source has one kind, so its rows count instead of a product of arms
        weights = np.bincount(cluster, t, g)
    variance = jackknife_variance(float(theta), left_out)
    gstar = effective(weights)
    link = "exp" if kind == "ratio" else "identity"
    between = _between_stratified(kind, table, weight_of_stratum, variance, gstar) if label == "member" else None
    return Figure(float(theta), float(np.sqrt(variance)), max(1.0, gstar - 1), link, gstar, g,
                  {label: left_out},
                  variance_between=between)  # fmt: skip


def _between_stratified(kind: str, table: Floats, weight: Floats, variance: float, gstar: float) -> float | None:
    """σ²_b / G* of a stratified contrast; for a ratio what the variance exceeds Poisson counts by."""
    y1, t1, y0, t0 = table.T
    if kind == "ratio":
        total = t1 + t0
        num, den = (y1 * t0 / total).sum(), (y0 * t1 / total).sum()
        if num <= 0 or den <= 0:
            return None
        poisson = float(np.sum((y1 + y0) * t1 * t0 / total**2) / (num * den))  # Greenland & Robins 1985
        return max(0.0, variance - poisson)
    spare = float((t1 + t0 - 2).sum())
    if len(table) < 2 or spare <= 0:
        return None
    within = float(np.sum(y1 * (1 - y1 / t1) + y0 * (1 - y0 / t0))) / spare
    effects = y1 / t1 - y0 / t0
    overall = float(np.sum(weight * effects) / weight.sum())
    return between_variance(effects - overall, weight, within, gstar)
