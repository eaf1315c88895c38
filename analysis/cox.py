"""Proportional hazards with strata and errors by cluster.

The library's robust errors are NaN as soon as strata and groups are given together, so the Efron score and information
are taken apart by cluster here, with running sums over time; the coefficient is where the score is nil, which is the
library's to ten digits (tests/analysis/test_reference_capital.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimators import Codes, compact
from analysis.intervals import Figure, Floats, effective
from analysis.panel import NotIdentifiedError
from analysis.tidying import Mask

STEPS, CLOSE, FAR = 30, 1e-10, 20.0  # Newton steps at most, when it has arrived, and where no effect lies


@dataclass(frozen=True)
class Hazards:
    """beta (k); score (G × k) and information (G × k × k) at beta by cluster; loglik; schoenfeld: (time, x less its
    mean at risk, information) of every event, for the check of proportionality."""

    beta: Floats
    score: Floats
    information: Floats
    events: int
    schoenfeld: tuple[Floats, Floats, Floats]

    def figure(self, k: int = 0, label: str = "member") -> Figure:
        """Coefficient k: d_g = (ΣI − I_g)⁻¹U_g, V3 = (G−1)/G·Σd_g², G* from I_g, t on G* − 1."""
        total = self.information.sum(axis=0)
        g = len(self.score)
        change = np.einsum("gij,gj->gi", np.linalg.pinv(total - self.information, hermitian=True), self.score)
        variance = (g - 1) / g * float(np.sum(change[:, k] ** 2)) if g > 1 else float("nan")
        gstar = effective(np.einsum("gij,ji->g", self.information, np.linalg.inv(total)))
        between = max(0.0, variance - float(np.linalg.inv(total)[k, k]))
        return Figure(float(self.beta[k]), float(np.sqrt(variance)), max(1.0, gstar - 1), "exp", gstar, g,
                      {label: self.beta[k] - change[:, k]}, variance_between=between)  # fmt: skip

    @property
    def robust(self) -> Floats:
        """The plain sandwich I⁻¹ ΣUU′ I⁻¹ (Lin & Wei 1989), as other software prints it."""
        inverse = np.linalg.inv(self.information.sum(axis=0))
        return np.asarray(inverse @ (self.score.T @ self.score) @ inverse)

    def time_trend(self) -> float:
        """z of the first coefficient rising with log time (score test): far from 0 where hazards are not
        proportional."""
        time, residual, information = self.schoenfeld
        log_time = np.log(time)
        if information.sum() <= 0:
            return float("nan")
        centred = log_time - np.sum(log_time * information) / information.sum()
        spread = float(np.sum(centred**2 * information))
        return float(np.sum(centred * residual) / np.sqrt(spread)) if spread > 0 else float("nan")


def hazards(time: Floats, event: Codes, x: Floats, stratum: Codes, cluster: Codes) -> Hazards:
    """Efron's partial likelihood. time > 0; x: (n, k); strata and clusters may cut across one another.

    Raises NotIdentifiedError where no stratum has an event while ratings differ, or an effect runs off to infinity.
    """
    x = x.reshape(len(time), -1)
    beta = np.zeros(x.shape[1])
    found = _parts(beta, time, event, x, stratum=stratum, cluster=cluster)
    if np.linalg.matrix_rank(found.information.sum(axis=0)) < x.shape[1]:
        raise NotIdentifiedError("nobody at risk differs in the rating")
    for _ in range(STEPS):
        step = np.linalg.solve(found.information.sum(axis=0), found.score.sum(axis=0))
        beta = beta + step
        if not np.isfinite(beta).all() or np.abs(beta).max() > FAR:
            break
        found = _parts(beta, time, event, x, stratum=stratum, cluster=cluster)
        if np.abs(step).max() < CLOSE:
            break
    total = found.information.sum(axis=0)
    if not np.isfinite(beta).all() or np.abs(beta).max() > FAR or np.linalg.cond(total) > 1e12:
        raise NotIdentifiedError("an effect runs off to infinity")
    return found


def _parts(beta: Floats, time: Floats, event: Codes, x: Floats, *, stratum: Codes, cluster: Codes) -> Hazards:
    codes, g = compact(cluster)
    k = x.shape[1]
    x = x - x.mean(axis=0)
    score, information = np.zeros((g, k)), np.zeros((g, k, k))
    seen = []
    for s in np.unique(stratum[event == 1]):
        rows = np.flatnonzero(stratum == s)
        own, found, moments, record = _stratum(time[rows], event[rows] == 1, x[rows], np.exp(x[rows] @ beta))
        np.add.at(score, codes[rows], own)
        np.add.at(information, codes[rows[found]], moments)
        seen.append(record)
    columns = np.concatenate(seen) if seen else np.empty((0, 3))
    return Hazards(beta, score, information, int((event == 1).sum()), (columns[:, 0], columns[:, 1], columns[:, 2]))


def _stratum(t: Floats, died: Mask, z: Floats, risk: Floats) -> tuple[Floats, Codes, Floats, Floats]:
    """One stratum: the score of every row; rows that had an event, and the information of each; (time, x less its mean
    at risk, information) of every event.

    Efron: the tied ones leave the risk set one after the other, on average; step j of d takes j/d of them out.
    """
    when, at = np.unique(t[died], return_inverse=True)
    deaths = np.bincount(at)
    squares = z[:, :, None] * z[:, None, :]
    order = np.argsort(-t, kind="stable")
    last = np.searchsorted(-t[order], -when, side="right") - 1  # the last row still at risk at each time

    def at_risk(each: Floats) -> Floats:
        return np.asarray(np.cumsum(each[order], axis=0)[last])

    def of_tied(each: Floats) -> Floats:
        out = np.zeros((len(when), *each.shape[1:]))
        np.add.at(out, at, each[died])
        return out

    u = np.repeat(np.arange(len(when)), deaths)
    gone = (np.arange(len(u)) - np.repeat(np.cumsum(deaths) - deaths, deaths)) / deaths[u]
    weighted = (risk, risk[:, None] * z, risk[:, None, None] * squares)
    total, first, second = (
        at_risk(w)[u] - gone.reshape(-1, *[1] * (w.ndim - 1)) * of_tied(w)[u] for w in weighted
    )  # fmt: skip
    mean = first / total[:, None]
    spread = second / total[:, None, None] - mean[:, :, None] * mean[:, None, :]

    def by_time(each: Floats) -> Floats:
        out = np.zeros((len(when), *each.shape[1:]))
        np.add.at(out, u, each)
        return out

    hazard, pull = by_time(1 / total), by_time(mean / total[:, None])
    until = np.searchsorted(when, t, side="right")  # times at which the row was at risk
    sums = [np.concatenate([np.zeros((1, *each.shape[1:])), np.cumsum(each, axis=0)]) for each in (hazard, pull)]
    own = -risk[:, None] * (z * sums[0][until][:, None] - sums[1][until])
    less, drawn = by_time(gone / total)[at], by_time(gone[:, None] * mean / total[:, None])[at]
    own[died] += (
        risk[died][:, None] * (z[died] * less[:, None] - drawn) + z[died] - by_time(mean)[at] / deaths[at][:, None]
    )
    middle = of_tied(z)[u, 0] / deaths[u]
    record = np.column_stack([when[u], middle - mean[:, 0], spread[:, 0, 0]])
    return own, np.flatnonzero(died), by_time(spread)[at] / deaths[at][:, None, None], record
