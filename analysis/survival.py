"""Curves of what has not happened yet: Aalen–Johansen, Kaplan–Meier, restricted means, with cluster
jackknives.

Times are whole days, so everything is counted in one row a cluster and one column a day: leaving a cluster
out is a subtraction. (Libraries that break ties at random, or return the variance of the time instead of the
mean's, are the reason why these few lines are here; both traps have a test.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimators import Codes
from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance


@dataclass(frozen=True)
class Counts:
    """Events and censorings by day 0…τ (last axis); whoever is followed beyond τ is in `later`."""

    first: Floats  # events of the kind asked for
    other: Floats  # competing events
    censored: Floats
    later: Floats

    def at_risk(self) -> Floats:
        """n(u) = #{T ≥ u}."""
        out = self.first + self.other + self.censored
        before = np.cumsum(out, axis=-1) - out
        return (out.sum(axis=-1) + self.later)[..., None] - before

    def minus(self, part: Counts) -> Counts:
        return Counts(self.first - part.first, self.other - part.other, self.censored - part.censored,
                      self.later - part.later)  # fmt: skip


def count(t: NDArray[np.int64], event: NDArray[np.int64], tau: int, cluster: Codes | None = None, g: int = 1) -> Counts:
    """Counts by cluster (axis 0, length g). event: 1 the event, 2 a competing one, 0 censored; t ≥ 0 in
    days."""
    rows = np.zeros(len(t), dtype=np.int64) if cluster is None else cluster
    inside = t <= tau
    cell = rows * (tau + 1) + np.minimum(t, tau)

    def table(mask: NDArray[np.bool_]) -> Floats:
        return np.bincount(cell[mask], minlength=g * (tau + 1)).reshape(g, tau + 1).astype(float)

    return Counts(table(inside & (event == 1)), table(inside & (event == 2)), table(inside & (event == 0)),
                  np.bincount(rows[~inside], minlength=g).astype(float))  # fmt: skip


def total(counts: Counts) -> Counts:
    """Summed over clusters."""
    return Counts(counts.first.sum(0), counts.other.sum(0), counts.censored.sum(0), counts.later.sum(0))


def survival(counts: Counts) -> Floats:
    """Product-limit S(u) after the events of day u, of leaving the initial state by any event."""
    n = counts.at_risk()
    d = counts.first + counts.other
    return np.cumprod(1 - np.divide(d, n, out=np.zeros_like(d), where=n > 0), axis=-1)


def incidence(counts: Counts) -> Floats:
    """Aalen–Johansen F1(u), u = 0…τ. Without competing events it is 1 − Kaplan–Meier."""
    n = counts.at_risk()
    s = survival(counts)
    before = np.concatenate([np.ones((*s.shape[:-1], 1)), s[..., :-1]], axis=-1)
    step = np.divide(counts.first, n, out=np.zeros_like(n), where=n > 0)
    return np.cumsum(before * step, axis=-1)


def incidence_at_end(counts: Counts) -> Floats:
    """F1(τ)."""
    return incidence(counts)[..., -1]


def followed_to(counts: Counts, least: int) -> int:
    """The last day on which at least that many are still at risk; −1 if there is none."""
    return int(np.flatnonzero(counts.at_risk() >= least)[-1]) if (counts.at_risk() >= least).any() else -1


def restricted_mean(curve: Floats) -> Floats:
    """∫₀^τ of a step curve given at days 0…τ (the value of day u holds on [u, u+1))."""
    return curve[..., :-1].sum(axis=-1)


def restricted_mean_se(counts: Counts) -> float:
    """Greenwood-type standard error of the Kaplan–Meier restricted mean; for checking, inference is by
    jackknife.

    Σ [∫_{t}^{τ} S]² · d / (n(n−d)), terms with n = d left out.
    """
    s, n, d = survival(counts), counts.at_risk(), counts.first + counts.other
    after = np.concatenate([np.cumsum(s[:-1][::-1])[::-1], [0.0]])
    safe = (d > 0) & (n > d)
    return float(np.sqrt(np.sum(after[safe] ** 2 * d[safe] / (n[safe] * (n[safe] - d[safe])))))


def days_to_event(counts: Counts) -> Floats:
    """Mean days to the event among those that have it by τ: τ − ∫F/F(τ). Open cases are not thrown away."""
    f = incidence(counts)
    end = f[..., -1]
    tau = f.shape[-1] - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        return tau - restricted_mean(f) / end


def bucket(cluster_id: str, buckets: int) -> int:
    """The bucket of a cluster, the same in Python and SQL: first 8 hexadecimal digits of MD5, modulo."""
    return int(hashlib.md5(cluster_id.encode(), usedforsecurity=False).hexdigest()[:8], 16) % buckets


def groups(ids: NDArray[np.object_], blocks: int, blocks_from: int) -> tuple[Codes, bool]:
    """Codes of the clusters to leave out, and whether they are buckets: exact below blocks_from clusters,
    delete-a- group from there on (for curves a deletion is not a subtraction of two numbers)."""
    values, codes = np.unique(ids.astype(str), return_inverse=True)
    if len(values) < blocks_from:
        return codes.astype(np.int64), False
    return np.array([bucket(v, blocks) for v in values], dtype=np.int64)[codes], True


def curve_share(
    statistic: Callable[[Counts], Floats], t: NDArray[np.int64], event: NDArray[np.int64], tau: int,
    *, cluster: Codes, at_risk: int, link: str = "logit",
) -> Figure:  # fmt: skip
    """A statistic of one curve at τ, jackknifed by cluster; nothing where fewer than at_risk are followed to
    τ."""
    if not len(t):
        return NOTHING
    g = int(cluster.max()) + 1
    by_cluster = count(t, event, tau, cluster, g)
    whole = total(by_cluster)
    if whole.at_risk()[-1] < at_risk:
        return NOTHING
    theta = float(statistic(whole))
    left_out = np.asarray(statistic(whole.minus(by_cluster)))
    gstar = effective(np.bincount(cluster, minlength=g).astype(float))
    edge = link == "logit" and theta in (0.0, 1.0)
    return Figure(theta, float(np.sqrt(jackknife_variance(theta, left_out))), max(1.0, gstar - 1), link,
                  gstar, g,
                  {"member": left_out}, edge)  # fmt: skip


def curve_difference(
    statistic: Callable[[Counts], Floats], t: NDArray[np.int64], event: NDArray[np.int64], arm: Codes,
    *, tau: int, cluster: Codes, at_risk: int, both_arms_from: int,
) -> Figure:  # fmt: skip
    """Arm 1 less arm 0 of a statistic at τ; every cluster is left out of both arms at once.

    Weights are the product weights of a two-arm contrast. Nothing where an arm has fewer than at_risk
    followed to τ.
    """
    if not (arm == 1).any() or not (arm == 0).any():
        return NOTHING
    g = int(cluster.max()) + 1
    values, without, sizes, variances = [], [], [], []
    for k in (1, 0):
        mine = arm == k
        by_cluster = count(t[mine], event[mine], tau, cluster[mine], g)
        whole = total(by_cluster)
        if whole.at_risk()[-1] < at_risk:
            return NOTHING
        size = np.bincount(cluster[mine], minlength=g).astype(float)
        left = np.asarray(statistic(whole.minus(by_cluster)))
        values.append(float(statistic(whole)))
        without.append(left)
        sizes.append(size)
        variances.append(jackknife_variance(values[-1], left[size > 0]))
    theta, left_out = values[0] - values[1], without[0] - without[1]
    d1, d0 = sizes
    both = (d1 > 0) & (d0 > 0)
    if both.sum() >= both_arms_from:
        used = (d1 + d0) > 0
        gstar = effective(d1 * d0 / np.maximum(d1 + d0, 1))
        se = float(np.sqrt(jackknife_variance(theta, left_out[used])))
        return Figure(theta, se, max(1.0, gstar - 1), "identity", gstar, int(both.sum()), {"member": left_out[used]})
    g1, g0 = effective(d1[d1 > 0]), effective(d0[d0 > 0])
    weight = variances[0] ** 2 / max(1.0, g1 - 1) + variances[1] ** 2 / max(1.0, g0 - 1)
    df = sum(variances) ** 2 / weight if weight > 0 else max(1.0, min(g1, g0) - 1)
    return Figure(theta, float(np.sqrt(sum(variances))), df, "identity", min(g1, g0),
                  int(min((d1 > 0).sum(), (d0 > 0).sum())), {"member": left_out})  # fmt: skip
