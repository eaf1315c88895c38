"""Does standing between others bring referrals from beyond one's own circle?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import network
from analysis.claims.base import Claim, Measured, event_gates, not_recorded, wrong_ratios
from analysis.claims.repeatable import WHOLE_GROUP
from analysis.claims.top_two import DRAWS, seed
from analysis.estimators import compact, pairs
from analysis.intervals import NOTHING, Figure, Floats
from analysis.panel import NotIdentifiedError, pooled_poisson
from analysis.population import Log, Mask, View
from analysis.result import Estimate
from analysis.years import YEAR, Landmark, landmark, log_ratio

LARGEST_P = 0.01  # of the permutation test
WITHHELD = "shuffling the go-betweens among members who received about as much does as well"


@dataclass(frozen=True)
class Brokers:
    """of: the members; by member: betweenness, received, given and distinct sources of the year before, second:
    receipts from beyond the own circle in the year after. beyond: such rows of the view."""

    of: Landmark
    betweenness: Floats
    received: Floats
    given: Floats
    sources: Floats
    second: Floats
    beyond: Mask
    edges: pd.DataFrame

    @property
    def scaled(self) -> Floats:
        spread = float(self.betweenness.std(ddof=1)) if len(self.betweenness) > 1 else 0.0
        return self.betweenness / spread if spread > 0 else self.betweenness * 0

    @property
    def adjusters(self) -> Floats:
        return np.log(np.column_stack([self.received, self.given, self.sources]) + 0.5)


class Gatekeepers(Claim):
    """R14: next year's second-degree receipts per standard deviation of last year's betweenness, members who received,
    gave and had as many sources held equal. A permutation test must agree before a verdict.

    data: nodes (person_id, name, group_id, betweenness, received, given, sources, second_degree), edges (group_id,
    source_id, receiver_id, n; last year's), rows (arm 1), wrong.
    """

    id = "R14"
    title = "Members who stand between others receive more from beyond their own circle"
    work = "Great Referrals Aren't Accidents"
    grade = "P"
    needs = ("via",)
    unit = "second-degree referrals"
    estimates: ClassVar = {
        "ratio_per_sd": "referrals from beyond the own circle (from an earlier referral, or from a member of another "
        "group) in the year after, per standard deviation of betweenness in the year before; received, given and "
        "distinct sources of that year held equal",
        "permutation_p": "share of shuffles of betweenness, among members of the same third by receipts, that do as "
        "well",
        "ratio_per_sd_received_only": "the same with only what was received held equal",
        "ratio_per_sd_unadjusted": "the misleading way: nothing held equal",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(WHOLE_GROUP,), warnings=view.warnings)
        settings, beyond = view.settings, _beyond(view)
        filled = float(view.rows["via"].notna().mean()) if len(view.rows) else 1.0
        if filled < settings.gate_chain_filled and not (beyond & view.rows["via"].isna().to_numpy()).any():
            return not_recorded(self.id, view, ["via"])
        found = _brokers(view, beyond)
        figure = _ratio(found, found.adjusters)
        plain = _ratio(found, np.empty((len(found.second), 0)))
        received = _ratio(found, found.adjusters[:, :1])
        n, events = len(found.second), int(found.second.sum())
        counted = {"members": n, "events": events}
        estimates = [figure.estimate("ratio_per_sd", "ratio", 0.0, counted)]
        withheld: dict[str, str] = {}
        if figure.usable and (detail or figure.p(0.0) <= settings.verdict_q):
            p = _permutation_p(view, found)
            estimates.append(Estimate("permutation_p", p, "p", n=counted))
            if p > LARGEST_P:
                withheld = dict.fromkeys(("supported", "contradicted"), WITHHELD)
        data = {"wrong": _wrong(plain, received)}
        if detail:
            estimates += [received.estimate("ratio_per_sd_received_only", "ratio", 0.0, counted),
                          plain.estimate("ratio_per_sd_unadjusted", "ratio", 0.0, counted)]  # fmt: skip
            data |= {"nodes": _nodes(view, found), "edges": found.edges}
            behind = found.beyond & (found.of.after >= 0)
            data["rows"] = pd.DataFrame({"referral_id": view.rows["referral_id"].to_numpy()[behind], "arm": 1})
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
            estimates=tuple(estimates), gates=event_gates(figure, events, None, events, settings), n=events,
            unit=self.unit, per_month=events / 12, warnings=view.warnings, data=data, withheld=withheld,
        )  # fmt: skip


def _beyond(view: View) -> Mask:
    """Second-degree rows: from an earlier referral, or from a member of another group."""
    rows = view.rows
    elsewhere = (rows["counterpart"].notna() & (rows["kind"].isna() | (rows["kind"] == "member"))).to_numpy()
    seen = rows[["source_id", "group_id", "given"]].reset_index(names="row").rename(columns={"source_id": "person_id"})
    both = seen.merge(view.log.spells, on="person_id", suffixes=("", "_of"))
    both = both[(both["joined"] <= both["given"]) & (both["given"] < both["left"])]
    own = set(both["row"][both["group_id"] == both["group_id_of"]])
    other = [r for r in sorted(set(both["row"])) if r not in own]
    out = rows["via"].notna().to_numpy() | elsewhere
    out[other] = True
    return np.asarray(out)


def _brokers(view: View, beyond: Mask) -> Brokers:
    t0 = view.day - YEAR
    all_there = landmark(view, t0)
    of = all_there.take(all_there.observed)
    rows, last = view.rows, (view.given >= t0 - YEAR) & (view.given < t0)
    between, given, edges = np.zeros(len(of.person)), np.zeros(len(of.person)), []
    for group in sorted(set(of.group)):
        mine = last & (rows["group_id"] == group).to_numpy()
        spells = view.spells[view.spells["group_id"] == group]
        there = spells[(spells["joined"] < t0) & (spells["left"] > t0 - YEAR)]
        nodes = np.array(sorted(set(there["person_id"])), dtype=object)
        place = pd.Index(nodes)
        source, target = (place.get_indexer(rows[side].to_numpy()[mine]) for side in ("source_id", "receiver_id"))
        inside = (source >= 0) & (target >= 0)
        score = network.betweenness(source[inside], target[inside], len(nodes))
        gave = np.bincount(source[source >= 0], minlength=len(nodes))
        at = np.flatnonzero(of.group == group)
        own = place.get_indexer(of.person[at])
        between[at], given[at] = score[own], gave[own]
        tie = pd.DataFrame({"source_id": nodes[source[inside]], "receiver_id": nodes[target[inside]]})
        tie = tie.groupby(["source_id", "receiver_id"], sort=True).size().rename("n").reset_index()
        edges.append(tie.assign(group_id=group)[["group_id", "source_id", "receiver_id", "n"]])
    held = of.before >= 0
    ties = pd.DataFrame({"unit": of.before[held], "source": rows["source_id"].to_numpy()[held]}).drop_duplicates()
    sources = np.bincount(ties["unit"], minlength=len(of.person)).astype(float)
    empty = pd.DataFrame(columns=["group_id", "source_id", "receiver_id", "n"])
    return Brokers(of, between, of.count(of.before), given, sources, of.count(of.after, beyond), beyond,
                   pd.concat(edges, ignore_index=True) if edges else empty)  # fmt: skip


def _ratio(found: Brokers, adjusters: Floats) -> Figure:
    x = found.scaled
    if not len(x) or not x.any():
        return NOTHING
    design = np.column_stack([x, adjusters, found.of.dummies()])
    one_each = np.arange(len(x)) if len(np.unique(found.of.person)) == len(x) else compact_people(found)
    return log_ratio(found.second, design, found.of.years_after, one_each)


def compact_people(found: Brokers) -> np.ndarray:
    """Somebody who is a member of two groups stands in two rows, and is one person."""
    return np.unique(found.of.person.astype(str), return_inverse=True)[1].astype(np.int64)


def _permutation_p(view: View, found: Brokers) -> float:
    """Betweenness shuffled within thirds of receipts (of each group); statistic: the score of betweenness beside the
    adjusters over its robust error, which needs no refit."""
    design = np.column_stack([found.adjusters, found.of.dummies()])
    y, exposure, n = found.second, found.of.years_after, len(found.second)
    try:
        null = pooled_poisson(y, design, exposure, np.arange(n))
    except NotIdentifiedError:
        return 1.0
    mean = exposure * np.exp(np.clip(design @ null.beta, -50, 50))
    residual, weighted = y - mean, design * mean[:, None]
    onto = np.linalg.solve(weighted.T @ design, weighted.T)
    group = compact(np.unique(found.of.group.astype(str), return_inverse=True)[1].astype(np.int64))[0]
    third = np.searchsorted(np.quantile(found.received, [1 / 3, 2 / 3]), found.received).astype(np.int64)
    strata = pairs(group, third)
    rng = np.random.Generator(np.random.PCG64(seed("R14", view)))
    shuffled = np.tile(found.scaled, (DRAWS, 1))
    for stratum in np.unique(strata):
        at = np.flatnonzero(strata == stratum)
        order = np.argsort(rng.random((DRAWS, len(at))), axis=1)
        shuffled[:, at] = found.scaled[at][order]

    def statistic(x: Floats) -> Floats:
        left = x - (x @ onto.T) @ design.T
        return np.abs(left @ residual) / np.sqrt(np.maximum((left * residual) ** 2 @ np.ones(n), 1e-300))

    drawn, observed = statistic(shuffled), float(statistic(found.scaled[None, :])[0])
    return (1 + int((drawn >= observed - 1e-12).sum())) / (DRAWS + 1)


def _nodes(view: View, found: Brokers) -> pd.DataFrame:
    return pd.DataFrame({
        "person_id": found.of.person, "name": [view.log.names.get(p, p) for p in found.of.person],
        "group_id": found.of.group, "betweenness": found.betweenness, "received": found.received, "given": found.given,
        "sources": found.sources, "second_degree": found.second})  # fmt: skip


def _wrong(plain: Figure, received: Figure) -> pd.DataFrame:
    return wrong_ratios((
        ("nothing held equal", plain,
         "Whoever gives and receives much lies on many paths, and receives more of everything."),
        ("only receipts held equal", received, "Whoever gives much still lies on more paths."),
    ))  # fmt: skip
