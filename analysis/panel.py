"""Poisson panels with cluster-robust errors: the same people over time, and everybody pooled.

Only the conditional mean has to be right, not Poisson variance (Wooldridge 1999). The library's conditional
model has no cluster-robust covariance, and other packages' CRV1/CRV3 differ from the definitions used here,
hence these lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from analysis.estimators import Codes, compact
from analysis.intervals import Figure, Floats, effective

_TOLERANCE = 1e-10
_MAX_STEPS = 100
_FEW = 6  # regressors, up to which all clusters are solved at once
_SINGULAR = 1e-6  # smallest over largest pivot, below which a direction counts as not identified


@dataclass(frozen=True)
class Fit:
    """beta (k); cov3: one-step jackknife by cluster; cov1: sandwich · G/(G−1); cov_model: inverse
    information.

    change: β − β(−g) by one step (G × k); clusters: the label codes of its rows; kept: the cells that
        entered.
    """

    beta: Floats
    cov3: Floats
    cov1: Floats
    cov_model: Floats
    change: Floats
    clusters: NDArray[np.int64]
    gstar: float
    kept: NDArray[np.bool_]

    @property
    def df(self) -> float:
        return max(1.0, self.gstar - 1)

    def figure(self, k: int = 0, cov: str = "cov3") -> Figure:
        """Coefficient k as a log ratio."""
        variance = float(getattr(self, cov)[k, k])
        variance = variance if variance >= 0 else float("nan")  # two clusterings may contradict one another
        between = max(0.0, variance - float(self.cov_model[k, k]))
        return Figure(float(self.beta[k]), float(np.sqrt(variance)), self.df, "exp", self.gstar,
                      len(self.clusters),
                      {"member": self.beta[k] - self.change[:, k]}, variance_between=between)  # fmt: skip


class NotIdentifiedError(ArithmeticError):
    """The data do not determine the coefficients (nothing varies, or no events)."""


def fe_poisson(y: Floats, x: Floats, unit: Codes, exposure: Floats | None = None, cluster: Codes | None = None) -> Fit:
    """fe_poisson_by with one clustering: the unit, by default."""
    return fe_poisson_by(y, x, unit, exposure, [unit if cluster is None else cluster])[0]


def fe_poisson_by(y: Floats, x: Floats, unit: Codes, exposure: Floats | None, clusters: Sequence[Codes]) -> list[Fit]:
    """Conditional maximum likelihood with unit effects: y_it | Σ_t y_it is multinomial with weights
    e_it·exp(x_it β).

    y: counts; x: (cells, k); unit: codes; exposure: weights, 1 by default; clusters: codes, one fit each, whose
    estimates are the same and whose errors are not. Units without events, or without variation in x, are dropped.
    Raises NotIdentifiedError if nothing is left.
    """
    x = x.reshape(len(y), -1)
    e = np.ones(len(y)) if exposure is None else exposure
    unit, units = compact(unit)
    varies = _range_within(x, unit, units).max(axis=1) > 0
    kept = ((np.bincount(unit, y, units) > 0) & varies)[unit]
    if not kept.any():
        raise NotIdentifiedError("no unit has both events and variation")
    y, x, e = y[kept], x[kept], e[kept]
    groups = [cluster[kept] for cluster in clusters]
    unit, units = compact(unit[kept])
    events = np.bincount(unit, y, units)
    x = x - x.mean(axis=0)  # the unit effects absorb any shift; keeps exp() tame
    centred, mu = np.empty_like(x), np.empty_like(y)

    def moments(b: Floats) -> tuple[Floats, Floats, float]:
        eta = x @ b
        top = np.full(units, -np.inf)
        np.maximum.at(top, unit, eta)
        weight = e * np.exp(eta - top[unit])
        share = weight / np.bincount(unit, weight, units)[unit]
        mean = np.column_stack([np.bincount(unit, share * x[:, j], units) for j in range(x.shape[1])])
        centred[:], mu[:] = x - mean[unit], events[unit] * share
        with np.errstate(divide="ignore"):
            loglik = float(np.sum(y[y > 0] * np.log(share[y > 0])))
        return centred.T @ (y - mu), (centred * mu[:, None]).T @ centred, loglik

    beta, _ = newton(moments, x.shape[1])
    return [_sandwich(beta, centred, mu, y - mu, cluster=group, kept=kept) for group in groups]


def pooled_poisson(y: Floats, x: Floats, exposure: Floats, cluster: Codes) -> Fit:
    """log E(y) = log exposure + xβ, with the intercept (and any dummies) among the columns of x."""
    x = x.reshape(len(y), -1)
    mu = np.empty_like(y)
    if y.sum() <= 0:
        raise NotIdentifiedError("no events")

    def moments(b: Floats) -> tuple[Floats, Floats, float]:
        eta = np.clip(x @ b, -50, 50) + np.log(exposure)
        mu[:] = np.exp(eta)
        return x.T @ (y - mu), (x * mu[:, None]).T @ x, float(np.sum(y * eta - mu))

    start = np.linalg.lstsq(x, np.full(len(y), np.log(y.sum() / exposure.sum())), rcond=None)[0]
    beta, _ = newton(moments, x.shape[1], start)
    return _sandwich(beta, x, mu, y - mu, cluster=cluster, kept=np.ones(len(y), dtype=bool))


def mundlak(
    y: Floats, x: Floats, unit: Codes, exposure: Floats, season: Floats, *, cluster: Codes | None = None
) -> tuple[Figure, Figure]:
    """(within, between) of one regressor: pooled Poisson on x_it and the unit's mean of x (Mundlak 1978),
    CV1.

    Descriptive: what two people with different x̄ differ by, beside what one person changes by.
    """
    unit, units = compact(unit)
    mean = (np.bincount(unit, x * exposure, units) / np.bincount(unit, exposure, units))[unit]
    design = np.column_stack([x, mean, np.ones(len(y)), season])
    fit = pooled_poisson(y, design, exposure, unit if cluster is None else cluster)
    within = fit.figure(0, "cov1")
    variance = fit.cov1[0, 0] + fit.cov1[1, 1] + 2 * fit.cov1[0, 1]
    between = Figure(float(fit.beta[0] + fit.beta[1]), float(np.sqrt(variance)), fit.df, "exp", fit.gstar,
                     len(fit.clusters))  # fmt: skip
    return within, between


def _range_within(x: Floats, unit: Codes, units: int) -> Floats:
    low, high = np.full((units, x.shape[1]), np.inf), np.full((units, x.shape[1]), -np.inf)
    np.minimum.at(low, unit, x)
    np.maximum.at(high, unit, x)
    return high - low


def newton(moments, k: int, start: Floats | None = None) -> tuple[Floats, Floats]:  # type: ignore[no-untyped-def]
    """Maximise by Newton steps, halved while the likelihood falls; the moments' buffers end at the
    maximum."""
    beta = np.zeros(k) if start is None else start
    score, information, value = moments(beta)
    for _ in range(_MAX_STEPS):
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e14:
            raise NotIdentifiedError("the regressors cannot be told apart")
        step = np.linalg.solve(information, score)
        for _ in range(30):
            trial = moments(beta + step)
            if np.isfinite(trial[2]) and trial[2] >= value - 1e-9 * abs(value):
                break
            step = step / 2
        beta, (score, information, value) = beta + step, trial
        if np.max(np.abs(step)) < _TOLERANCE:
            return beta, information
    raise NotIdentifiedError("no convergence: an effect runs off to infinity")


def _sandwich(beta: Floats, x: Floats, mu: Floats, residual: Floats, *, cluster: Codes, kept: NDArray[np.bool_]) -> Fit:
    labels, codes = np.unique(cluster, return_inverse=True)
    g, k = len(labels), x.shape[1]
    scores = np.column_stack([np.bincount(codes, x[:, j] * residual, g) for j in range(k)])
    parts = np.empty((g, k, k))
    for i in range(k):
        for j in range(i, k):
            parts[:, i, j] = parts[:, j, i] = np.bincount(codes, mu * x[:, i] * x[:, j], g)
    information = parts.sum(axis=0)
    inverse = np.linalg.inv(information)
    change = _deleted(information, parts, scores)
    factor = (g - 1) / g if g > 1 else float("nan")
    cov1 = inverse @ (scores.T @ scores) @ inverse / factor
    weights = np.einsum("gij,ji->g", parts, inverse)
    return Fit(beta, factor * change.T @ change, cov1, inverse, change, labels, effective(weights), kept)


def _deleted(information: Floats, parts: Floats, scores: Floats) -> Floats:
    """(H − H_g)⁻¹ s_g by cluster; what a cluster alone identifies does not move."""
    k = scores.shape[1]
    if k <= _FEW:
        return np.asarray(np.einsum("gij,gj->gi", np.linalg.pinv(information - parts, hermitian=True), scores))
    out = np.empty_like(scores)
    for g, score in enumerate(scores):  # a factorisation each is many times faster than the pseudo-inverse
        rest = information - parts[g]
        try:
            factor = cho_factor(rest)
            pivots = np.abs(np.diag(factor[0]))
            solved = pivots.min() > _SINGULAR * pivots.max()
        except LinAlgError:
            solved = False
        out[g] = cho_solve(factor, score) if solved else np.linalg.pinv(rest, hermitian=True) @ score
    return out
