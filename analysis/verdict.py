"""From a measured claim to one of five answers, in a fixed order, and how much more data would settle it.

Supported or contradicted needs a 99 % interval on one side, a Benjamini–Hochberg q over the whole family and
no single member on whom it hangs; "no difference that matters" is an equivalence test (95 % interval within
the margin), and comes first, so that a tiny but certain difference is not sold as a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.claims.base import Measured, nearer_end
from analysis.growth import Shape
from analysis.intervals import Figure
from analysis.result import NeedMore
from analysis.settings import DEFAULT, Settings

SUPPORTED, NO_DIFFERENCE, CONTRADICTED = "supported", "no difference that matters", "contradicted"
NOT_ENOUGH, NOT_RECORDED, UNDER_TEST = "not enough data", "not recorded", "method under test"
CLOSED = "not computed at this size"
FINDINGS = (SUPPORTED, NO_DIFFERENCE, CONTRADICTED)


@dataclass(frozen=True)
class Verdict:
    verdict: str
    detail: str | None = None
    fragile: bool = False
    need_more: NeedMore | None = None


def family_q(p: Mapping[str, float | None]) -> dict[str, float]:
    """Benjamini–Hochberg q of every claim of the family that has a p (monotone-adjusted)."""
    known = {claim: value for claim, value in p.items() if value is not None}
    if not known:
        return {}
    q = multipletests(list(known.values()), method="fdr_bh")[1]
    return dict(zip(known, (float(v) for v in q), strict=True))


def family(measured: Mapping[str, Measured], settings: Settings = DEFAULT) -> dict[str, float]:
    """q of the claims that can give a verdict. A method under test gives none, so it makes no discovery that the others
    would have to be corrected for: it joins the family when its simulated worlds have been passed."""
    return family_q({name: m.p for name, m in measured.items() if name not in settings.under_test})


def decide(
    measured: Measured,
    q: float | None = None,
    settings: Settings = DEFAULT,
    *,
    under_test: bool | None = None,
) -> Verdict:
    """The verdict of one claim on one date.

    q: from the family; None = the claim's own p (a family of one). under_test overrides the settings' list.
    """
    if measured.unrecorded:
        return Verdict(NOT_RECORDED)
    if measured.claim in settings.under_test if under_test is None else under_test:
        return Verdict(UNDER_TEST, "its simulated worlds have not been passed at release size")
    failed = [gate for gate in measured.gates if not gate.passed]
    if failed or not measured.figure.usable:
        words = "; ".join(f"{g.name}: {_number(g.have)} of {_number(g.need)}" for g in failed)
        return Verdict(NOT_ENOUGH, words or "no interval can be given", need_more=need_more(measured, settings))
    q = measured.p if q is None else q
    figures = [f for f in (measured.against, measured.favour) if f is not None] or [measured.figure]
    verdicts = [_rule(f, measured, q if q is not None else 1.0, settings) for f in figures]
    # The family saw the less favourable extreme; whether the extremes agree is judged before the family's
    # bar.
    if len({_rule(f, measured, 0.0, settings).verdict for f in figures}) > 1:
        return Verdict(NOT_ENOUGH, f"{measured.missing} rows need the field “{measured.missing_field}”",
                       need_more=need_more(measured, settings))  # fmt: skip
    verdict = verdicts[0]
    if verdict.verdict == NOT_ENOUGH:
        return replace(verdict, need_more=need_more(measured, settings))
    return verdict


def _rule(figure: Figure, measured: Measured, q: float, settings: Settings) -> Verdict:
    verdict = _RULES[measured.rule](figure, measured, q <= settings.verdict_q)
    if verdict.verdict in measured.withheld:
        return Verdict(NOT_ENOUGH, measured.withheld[verdict.verdict])
    if verdict.verdict == SUPPORTED and measured.adds:
        return replace(verdict, detail="; ".join(filter(None, (verdict.detail, measured.adds))))
    return verdict


def _difference(figure: Figure, measured: Measured, significant: bool) -> Verdict:
    """Larger than theta0 (smaller, where direction is −1), and every further part of a composite too.

    A composite's p speaks of "supported" alone, so that its contradiction rests on the 99 % interval of the figure.
    """
    theta0, delta, sign = measured.theta0, measured.delta, measured.direction
    (low95, high95), (low99, high99) = (_facing(figure.bounds(level), sign) for level in (0.95, 0.99))
    centre = sign * theta0
    if centre - delta < low95 and high95 < centre + delta:
        side = "but in the claim's direction" if low99 > centre else "but against it" if high99 < centre else None
        return Verdict(NO_DIFFERENCE, side)
    if low99 > centre and significant and all(part.holds for part in measured.parts):
        parts = [(figure, theta0), *((part.figure, part.theta0) for part in measured.parts)]
        hangs_on = next(filter(None, (_crossing(f, at) for f, at in parts)), None)
        size = "clearly large enough" if low95 >= centre + delta else "size uncertain"
        return _unless_fragile(hangs_on, Verdict(SUPPORTED, size))
    if high99 < centre and (significant or measured.parts):
        size = "clearly large enough" if high95 <= centre - delta else "size uncertain"
        return _unless_fragile(_crossing(figure, theta0), Verdict(CONTRADICTED, size))
    return Verdict(NOT_ENOUGH)


def _facing(bounds: tuple[float, float], sign: int) -> tuple[float, float]:
    return bounds if sign > 0 else (-bounds[1], -bounds[0])


def _equivalence(figure: Figure, measured: Measured, significant: bool) -> Verdict:
    """Supported inside theta0 ± delta (95 %), contradicted wholly outside (99 %); p is against the nearer end."""
    low, high = measured.theta0 - measured.delta, measured.theta0 + measured.delta
    (low95, high95), (low99, high99) = figure.bounds(0.95), figure.bounds(0.99)
    hangs_on = _crossing(figure, nearer_end(figure.theta, measured.theta0, measured.delta))
    if low < low95 and high95 < high and significant:
        return _unless_fragile(hangs_on, Verdict(SUPPORTED))
    if (high99 < low or low99 > high) and significant:
        return _unless_fragile(hangs_on, Verdict(CONTRADICTED))
    return Verdict(NOT_ENOUGH)


def _chain(figure: Figure, measured: Measured, significant: bool) -> Verdict:
    """Children a parent: above theta0 (1) it snowballs; below delta there is hardly a chain; between, it multiplies."""
    (low95, high95), (low99, high99) = figure.bounds(0.95), figure.bounds(0.99)
    hangs_on = _crossing(figure, measured.theta0)
    if high95 < measured.delta:
        return Verdict(NO_DIFFERENCE, "hardly any referral leads to another")
    if low99 > measured.theta0 and significant:
        return _unless_fragile(hangs_on, Verdict(SUPPORTED, "it snowballs"))
    if high99 < measured.theta0 and low95 > measured.delta and significant:
        return _unless_fragile(hangs_on, Verdict(CONTRADICTED, "it multiplies but does not snowball"))
    return Verdict(NOT_ENOUGH)


def _shape(figure: Figure, measured: Measured, significant: bool) -> Verdict:
    """Shape of growth, 0 exponential and 1 linear: supported if the data accept the one and reject the other (95 %).

    q is of rejecting the line, so a contradiction rests on the two tests alone. Too small a change is neither.
    """
    exponential, linear = figure.p(0.0) > 0.05, figure.p(1.0) > 0.05
    if isinstance(figure, Shape) and figure.flat:
        return Verdict(CONTRADICTED, "neither: flat")
    if exponential and not linear and significant:
        return Verdict(SUPPORTED)
    if linear and not exponential:
        return Verdict(CONTRADICTED, "a straight line fits, an exponential does not")
    return Verdict(NOT_ENOUGH)


_RULES: Mapping[str, Callable[[Figure, Measured, bool], Verdict]] = {
    "difference": _difference, "equivalence": _equivalence, "chain": _chain, "shape": _shape,
}  # fmt: skip


def _unless_fragile(hangs_on: str | None, verdict: Verdict) -> Verdict:
    return Verdict(NOT_ENOUGH, f"hangs on one {hangs_on}", fragile=True) if hangs_on else verdict


def _crossing(figure: Figure, theta0: float) -> str | None:
    """The clustering in which leaving one cluster out takes the estimate across theta0."""
    side = np.sign(figure.theta - theta0)
    for label, left_out in figure.left_out.items():
        if (~(np.sign(left_out - theta0) == side)).any():
            return label
    return None


def inflation(se: float, delta: float, df: float) -> float:
    """How many times the data that a 99 % verdict with 80 % power on a difference of delta takes."""
    return float((se * (stats.t.ppf(0.995, df) + stats.t.ppf(0.80, df)) / delta) ** 2)


def more_units(n: int, factor: float) -> int:
    """⌈n(f−1)⌉, never negative. The observed effect plays no part: planning on it is circular."""
    return max(0, int(np.ceil(n * (factor - 1) - 1e-9)))


def need_more(measured: Measured, settings: Settings = DEFAULT) -> NeedMore:
    """About how much more would settle a difference of delta, and whether waiting alone can bring it.

    Months are promised only if what the members themselves differ by (which more of the same rows cannot
    remove) is a small part of the variance that is aimed at; otherwise the cure is more members.
    """
    failed = [gate for gate in measured.gates if not gate.passed]
    figure, counts, clusters = measured.figure, [], [gate.clusters for gate in failed if gate.clusters]
    counts += [gate.more for gate in failed if gate.more]
    df = figure.df if np.isfinite(figure.df) else 1e6
    waiting_helps = False
    if figure.usable and figure.se_planning > 0:
        factor = inflation(figure.se_planning, measured.delta, df)
        counts.append(more_units(measured.n, factor))
        clusters.append(more_units(figure.clusters, factor))
        target = figure.se_planning**2 / factor
        between = figure.variance_between
        waiting_helps = between is not None and between < settings.verdict_months_share * target
    waiting_helps = waiting_helps and not any(gate.clusters for gate in failed)
    n, k = max(counts, default=None), max(clusters, default=None)
    if measured.planning:
        return NeedMore(None, measured.unit, None, k, measured.planning)
    months = None
    if waiting_helps and n and measured.per_month > 0:
        months = int(np.ceil(n / measured.per_month))
    return NeedMore(n, measured.unit, months, k, _note(n, k, months, measured))


def _note(n: int | None, k: int | None, months: int | None, measured: Measured) -> str | None:
    if n is None and k is None:
        return "How much more it takes cannot be said yet: too little is recorded to tell."
    if months is not None:
        return None
    if n == 0 and not k:
        return "The interval is already narrow enough; the effect itself lies close to the margin."
    what = measured.cluster_unit
    return (
        f"More of the same will not settle this; more {what} will: about {k} more like these, for instance "
        "of further chapters."
        if k
        else None
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
