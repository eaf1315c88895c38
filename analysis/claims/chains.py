"""Does a referral lead to further referrals, so that business spreads by itself?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import chains
from analysis.claims.base import Claim, Gate, Measured, event_gates, not_recorded, with_wrong
from analysis.estimators import compact
from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance, wilson
from analysis.population import Log, Mask, View
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate


@dataclass(frozen=True)
class Parents:
    """Among all rows of the group: chains, children of each within the horizon, and which rows are old enough parents
    of this view; present: 1, 0, NaN."""

    chains: chains.Chains
    born: Floats
    ripe: Mask
    present: Floats


class Chains(Claim):
    """L4: how many further referrals come from a networked one within the horizon. Banded: above one it snowballs;
    below a tenth there is hardly a chain; between, every referral ends up as 1/(1 − R).

    data: tree (referral_id, root, parent, depth, day, by name: source, receiver; chains of two or more), depths (depth,
    n), rows (arm 1 a parent with children, 0 without), wrong.
    """

    id = "L4"
    title = "Networked referrals breed further referrals, like a snowball"
    work = "3 Common Delusions About Referral Sources"
    grade = "D"
    needs = ("via", "present")
    unit = "mature networked referrals"
    estimates: ClassVar = {
        "children_per_referral": "referrals that came from a networked one within 180 days, per mature networked "
        "referral; chains are the sample",
        "multiplier": "what one referral ends up as if this goes on, 1/(1 − R), where R is below one",
        "networked_over_linear": "the same per networked referral over that per linear one",
        "children_per_referral_any_age": "the misleading way: young referrals counted as childless parents",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        settings, since = view.settings, recording(view, "present")
        filled = float(view.rows["via"].notna().mean()) if len(view.rows) else 1.0
        absent = ["via"] * (filled < settings.gate_chain_filled) + ["present"] * since.never
        if absent:
            return not_recorded(self.id, view, absent)
        found = _parents(view, since.inside(view))
        hole = gaps(view, "present", np.isnan(found.present[found.ripe]))
        if hole.unrecorded:
            return not_recorded(self.id, view, ["present"])
        mine, unknown = found.ripe & (found.present == 0), found.ripe & np.isnan(found.present)
        figure = chains.reproduction(found.born, found.chains.root, mine)
        against = favour = None
        if hole.bounded:
            against, favour = (chains.reproduction(found.born, found.chains.root, mine | (unknown & part))
                               for part in (found.born == 0, found.born > 0))  # fmt: skip
        n, events = int(mine.sum()), int(found.born[mine].sum())
        roots = len(np.unique(found.chains.root[mine]))
        counted = {"referrals": n, "chains": roots, "events": events}
        estimates: list[Estimate] = [figure.estimate("children_per_referral", "children", 1.0, counted),
                                     _multiplier(figure, counted)]  # fmt: skip
        data = {"wrong": _wrong(view, found)}
        if detail:
            linear = found.ripe & (found.present == 1)
            ratio = _ratio(found, mine, linear)
            estimates.append(ratio.estimate("networked_over_linear", "ratio", 0.0,
                                            {"referrals": n, "linear_referrals": int(linear.sum())}))  # fmt: skip
            young = _young(found, view)
            estimates.append(Estimate("children_per_referral_any_age", young[0] / young[1] if young[1] else None,
                                      "children", n={"referrals": young[1]}))  # fmt: skip
            data |= _frames(view, found, mine)
        parents, children = settings.gate_chain_parents, settings.gate_chain_children
        gates = (
            *event_gates(figure, max(events, n - events), None, n, settings),
            Gate("mature parents", n, parents, max(0, parents - n)),
            Gate("referrals that came from them", events, children,
                 int(np.ceil((children - events) * n / events)) if events else None),
        )  # fmt: skip
        given = view.group_rows["given"].to_numpy()
        recent = mine & (given >= view.day - settings.horizon_days - 365)
        return Measured(
            self.id, view.day, figure, theta0=1.0, delta=settings.margin_chain, estimates=tuple(estimates), gates=gates,
            against=against, favour=favour, missing=hole.missing, missing_field="present", n=n, unit=self.unit,
            per_month=float(recent.sum()) / 12, cluster_unit="chains", basis={"present": "recorded"},
            warnings=view.warnings + left_out_notes(view, [since]), data=data, rule="chain",
        )  # fmt: skip


def _parents(view: View, recorded: Mask) -> Parents:
    """Children are looked for among all rows of the group, also where the view is one receiver's."""
    rows, horizon = view.group_rows, view.settings.horizon_days
    given = rows["given"].to_numpy(dtype=np.int64)
    linked = chains.link(rows["referral_id"].to_numpy(), rows["via"].to_numpy(), given)
    seen = view.log.covered_days(rows["group_id"].to_numpy(), given, given + horizon + 1) == horizon + 1
    enters = pd.Index(view.rows["referral_id"][recorded])
    ripe = rows["referral_id"].isin(enters).to_numpy() & (given + horizon <= view.day - 1) & seen
    return Parents(linked, chains.children(linked, given, horizon), ripe, rows["present"].to_numpy())


def _multiplier(figure: Figure, counted: dict[str, int]) -> Estimate:
    """1/(1 − R) with the ends of R's interval; None from one on, where there is no end to it."""
    ends = [figure.theta, *figure.bounds(0.95), *figure.bounds(0.99)]
    value, low95, high95, low99, high99 = (float(1 / (1 - r)) if np.isfinite(r) and r < 1 else None for r in ends)
    return Estimate("multiplier", value, "ratio", low95, high95, low99, high99, n=counted)


def _ratio(found: Parents, networked: Mask, linear: Mask) -> Figure:
    """Children per networked over children per linear parent, every chain left out of both at once."""
    both = networked | linear
    if not networked.any() or not linear.any():
        return NOTHING
    codes, g = compact(found.chains.root[both])
    parts = []
    for mine in (networked, linear):
        of = mine[both]
        parts.append((np.bincount(codes[of], found.born[both][of], g), np.bincount(codes[of], minlength=g) * 1.0))
    (y1, d1), (y0, d0) = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = float(np.log(y1.sum() / d1.sum()) - np.log(y0.sum() / d0.sum()))
        left = np.log((y1.sum() - y1) / (d1.sum() - d1)) - np.log((y0.sum() - y0) / (d0.sum() - d0))
    if not np.isfinite(theta):
        return NOTHING
    gstar = min(effective(d1), effective(d0))
    return Figure(theta, float(np.sqrt(jackknife_variance(theta, left))), max(1.0, gstar - 1), "exp", gstar, g,
                  {"chain": left})  # fmt: skip


def _young(found: Parents, view: View) -> tuple[int, int]:
    """Children and parents of whatever age, networked."""
    mine = view.group_rows["referral_id"].isin(view.rows["referral_id"]).to_numpy() & (found.present == 0)
    return int(found.born[mine].sum()), int(mine.sum())


def _wrong(view: View, found: Parents) -> pd.DataFrame:
    born, n = _young(found, view)
    if not n:
        return with_wrong([])
    nothing = (float("nan"), float("nan"))
    longest = float(found.chains.depth.max(initial=0))
    young = "Parents that are too young to have had children count as childless, and every referral for itself."
    story = "One long chain is remembered, the many that ended at once are not."
    at95, at99 = (wilson(born, n, level) if born <= n else nothing for level in (0.95, 0.99))
    return with_wrong([("children per referral of any age", born / n, at95, at99, young),
                       ("links of the longest chain", longest, nothing, nothing, story)])  # fmt: skip


def _frames(view: View, found: Parents, mine: Mask) -> dict[str, pd.DataFrame]:
    rows, linked = view.group_rows, found.chains
    ids = rows["referral_id"].to_numpy()
    in_chain = np.isin(linked.root, linked.root[linked.parent >= 0])
    at = np.flatnonzero(in_chain)
    named = [[view.log.names.get(p, p) for p in rows[side].to_numpy()[at]] for side in ("source_id", "receiver_id")]
    tree = pd.DataFrame({
        "referral_id": ids[at], "root": ids[linked.root[at]],
        "parent": [ids[p] if p >= 0 else None for p in linked.parent[at]], "depth": linked.depth[at],
        "day": rows["given"].to_numpy()[at], "source": named[0], "receiver": named[1]})  # fmt: skip
    depth, n = np.unique(linked.depth, return_counts=True)
    behind = pd.DataFrame({"referral_id": ids[mine], "arm": (found.born[mine] > 0).astype(int)})
    return {"tree": tree, "depths": pd.DataFrame({"depth": depth, "n": n}), "rows": behind}
