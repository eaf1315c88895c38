"""Proportional hazards with strata and errors by cluster.

The library's fit gives the coefficient; its robust errors are NaN as soon as strata and groups are given together, so
the Efron score and information are taken apart by cluster here.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from statsmodels.duration.hazard_regression import PHReg

from analysis.estimators import Codes, compact
from analysis.intervals import Figure, Floats, effective
from analysis.panel import NotIdentifiedError


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
    start = _parts(np.zeros(x.shape[1]), time, event, x, stratum=stratum, cluster=cluster)
    if np.linalg.matrix_rank(start.information.sum(axis=0)) < x.shape[1]:
        raise NotIdentifiedError("nobody at risk differs in the rating")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        beta = np.asarray(
            PHReg(time, x - x.mean(axis=0), status=event, strata=stratum, ties="efron").fit(disp=0).params
        )
    found = _parts(beta, time, event, x, stratum=stratum, cluster=cluster)
    total = found.information.sum(axis=0)
    if not np.isfinite(beta).all() or np.abs(beta).max() > 20 or np.linalg.cond(total) > 1e12:
        raise NotIdentifiedError("an effect runs off to infinity")
    return found


def _parts(beta: Floats, time: Floats, event: Codes, x: Floats, *, stratum: Codes, cluster: Codes) -> Hazards:
    codes, g = compact(cluster)
    k = x.shape[1]
    x = x - x.mean(axis=0)
    score, information = np.zeros((g, k)), np.zeros((g, k, k))
    seen: list[tuple[float, float, float]] = []
    for s in np.unique(stratum):
        rows = np.flatnonzero(stratum == s)
        t, d, z, risk, own = time[rows], event[rows] == 1, x[rows], np.exp(x[rows] @ beta), codes[rows]
        for when in np.unique(t[d]):
            at, dies = t >= when, d & (t == when)
            deaths = int(dies.sum())
            for j in range(deaths):  # Efron: the tied ones leave the risk set one after the other, on average
                weight = risk * at * (1 - j / deaths * dies)
                total = weight.sum()
                mean = weight @ z / total
                off = z - mean
                part = -off * (weight / total)[:, None] + off * (dies / deaths)[:, None]
                spread = (off * (weight / total)[:, None]).T @ off
                np.add.at(score, own, part)
                np.add.at(information, own[dies], spread / deaths)
                seen.append((float(when), float(off[dies, 0].mean()), float(spread[0, 0])))
    record = np.array(seen).reshape(-1, 3)
    return Hazards(beta, score, information, int((event == 1).sum()), (record[:, 0], record[:, 1], record[:, 2]))
