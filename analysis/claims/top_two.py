"""One or two professional partners against all customers together: chosen on one year, scored on the next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis import money
from analysis.claims.base import Claim, Gate, Measured, not_recorded, with_wrong
from analysis.claims.sources import NO_CUSTOMERS
from analysis.intervals import NOTHING, Figure, Floats, wilson
from analysis.population import CUSTOMER_KINDS, PARTNER_KINDS, Log, Mask, View, to_date
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate

DRAWS = 1999


@dataclass(frozen=True)
class MidP(Figure):
    """A binomial share with mid-p tails (Lancaster 1961): for one receiver's own counts. x of n."""

    x: int = 0
    of: int = 0

    def _tails(self, p: float) -> tuple[float, float]:
        half = stats.binom.pmf(self.x, self.of, p) / 2
        below, above = stats.binom.cdf(self.x - 1, self.of, p), stats.binom.sf(self.x, self.of, p)
        return float(below + half), float(above + half)

    def bounds(self, level: float) -> tuple[float, float]:
        def end(side: int) -> float:
            tail = (1 - level) / 2
            return float(optimize.brentq(lambda p: self._tails(p)[side] - tail, 1e-12, 1 - 1e-12))

        return 0.0 if self.x == 0 else end(1), 1.0 if self.x == self.of else end(0)

    def p(self, theta0: float) -> float:
        return min(1.0, 2 * min(self._tails(theta0)))


@dataclass(frozen=True)
class Contest:
    """receivers: one row each: person_id, name, top_two, customers, top_two_value, customers_value, outcome,
    picks, top_one, in_sample, needed. rows: the referrals that decide, arm 1 the picks', 0 the customers'."""

    receivers: pd.DataFrame
    rows: pd.DataFrame

    @property
    def decided(self) -> pd.DataFrame:
        return self.receivers[self.receivers["outcome"] != "tie"]


class TopTwo(Claim):
    """S1: do last year's two best partners bring more good referrals this year than all customers?"""

    id = "S1"
    title = "One or two professional partners bring more than all customers together"
    work = "Customers Are Not Your Best Source of Referrals"
    grade = "P"
    needs = ("kind", "status", "closed")
    unit = "decided receivers"
    estimates: ClassVar = {
        "share_top_two_win": "share of receivers whose two best partners of the selection year bring "
        "strictly more won referrals in the following year than all customers (ties left out)",
        "top_two_share_of_won": "instead, for a single receiver: the two partners' share of the won "
        "referrals that they and the customers bring",
        "share_in_sample": "the misleading way: chosen and scored on the same year",
        "share_top_one_win": "the same contest with the best partner alone",
        "share_top_two_win_value": "the same contest by the money that the won referrals brought",
        "partners_needed": "median number of partners, best of last year first, that it takes to beat all customers",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        since = [recording(view, name) for name in ("kind", "status")]
        if any(r.never for r in since):
            return not_recorded(self.id, view, [r.field for r in since if r.never])
        inside = since[0].inside(view) & since[1].inside(view)
        kind = view.rows["source_id"].map(view.earliest_kind).astype(object).to_numpy()
        if len(kind) and not (_is(kind, CUSTOMER_KINDS).any() and _is(kind, PARTNER_KINDS).any()):
            return Measured(self.id, view.day, unrecorded=(NO_CUSTOMERS,), warnings=view.warnings)
        contest = hold(view, inside, kind, view.good)
        mine = np.isin(view.rows["receiver_id"], contest.receivers["person_id"])
        population = inside & mine & view.mature & (view.given >= windows(view)[0][0])
        empty = {"kind": pd.isna(kind), "status": view.outcome_unknown}
        holes = [gaps(view, name, mask[population]) for name, mask in empty.items()]
        if any(h.unrecorded for h in holes):
            return not_recorded(self.id, view, [h.field for h in holes if h.unrecorded])
        bounded = [h for h in holes if h.bounded]
        against, favour = self._bounds(view, inside, kind, {h.field for h in bounded})
        return replace(
            self._measured(view, contest, detail),
            against=against,
            favour=favour,
            missing=sum(h.missing for h in bounded),
            missing_field=", ".join(h.field for h in bounded),
            warnings=view.warnings + left_out_notes(view, since),
        )

    def _bounds(
        self, view: View, inside: Mask, kind: np.ndarray, fields: set[str]
    ) -> tuple[Figure | None, Figure | None]:
        """Sources of unknown kind as customers, and unknown outcomes as wins of customers alone; then the
        reverse."""
        if not fields:
            return None, None
        out = []
        for name, kinds in (("customer", CUSTOMER_KINDS), ("partner", PARTNER_KINDS)):
            of = np.where(pd.isna(kind), name, kind) if "kind" in fields else kind
            good = view.good | (view.outcome_unknown & _is(of, kinds)) if "status" in fields else view.good
            out.append(self._figure(view, hold(view, inside, of, good)))
        return out[0], out[1]

    def _measured(self, view: View, contest: Contest, detail: bool) -> Measured:
        settings, figure = view.settings, self._figure(view, contest)
        theta0, one = settings.benchmark_share_top_two_win, view.log.receiver is not None
        table = contest.receivers
        if one:
            n = int(table["top_two"].sum() + table["customers"].sum())
            need = settings.gate_events
            gates: tuple[Gate, ...] = (Gate("won referrals", n, need, need - n),)
            name, unit = "top_two_share_of_won", "won referrals"
        else:
            n, need = len(contest.decided), settings.gate_decided_receivers
            gates = (Gate("decided receivers", n, need, need - n, need - n),)
            name, unit = "share_top_two_win", self.unit
        counted = {"receivers": len(table), "decided": len(contest.decided),
                   "events": int((table["outcome"] == "partners").sum()),
                   "referrals": len(contest.rows)}  # fmt: skip
        estimates: tuple[Estimate, ...] = (figure.estimate(name, "share", theta0, counted),)
        data = {"wrong": _wrong(table)}
        if detail:
            estimates += _secondary(view, table, theta0)
            data["receivers"] = table.drop(columns=["top_one", "in_sample", "needed"])
            data["rows"] = contest.rows
        return Measured(
            self.id,
            view.day,
            figure,
            theta0=theta0,
            delta=settings.margin_share,
            estimates=estimates,
            gates=gates,
            n=n,
            unit=unit,
            per_month=n / 12 if one else 0.0,
            cluster_unit="sources" if one else "receivers",
            basis={"kind": "recorded"},
            data=data,
        )

    @staticmethod
    def _figure(view: View, contest: Contest) -> Figure:
        if view.log.receiver:
            x, c = int(contest.receivers["top_two"].sum()), int(contest.receivers["customers"].sum())
            if x + c == 0:
                return NOTHING
            return MidP(x / (x + c), 0.0, float("inf"), "identity", x + c, x + c, score=True, x=x, of=x + c)
        return _share((contest.decided["outcome"] == "partners").to_numpy())


def _share(wins: Mask) -> Figure:
    """Receivers are independent of one another: Wilson's interval, and the score test that belongs to it."""
    n = len(wins)
    if not n:
        return NOTHING
    theta = float(wins.mean())
    left_out = (wins.sum() - wins) / (n - 1) if n > 1 else np.empty(0)
    se = float(np.sqrt(theta * (1 - theta) / n))
    return Figure(theta, se, float("inf"), "identity", float(n), n, {"member": left_out}, score=True)


def windows(view: View) -> tuple[tuple[int, int], tuple[int, int]]:
    """(selection year, test year); the test year ends where referrals cease to be mature."""
    end, year = view.day - view.settings.horizon_days, view.settings.window_days
    return (end - 2 * year, end - year), (end - year, end)


def _is(kind: np.ndarray, kinds: tuple[str, ...]) -> Mask:
    return np.isin(kind.astype(str), kinds)


def eligible(view: View, rows: Mask, kind: np.ndarray) -> list[str]:
    """Receivers with both kinds of source before the test year and one spell over enough of both years."""
    selection, test = windows(view)
    receiver = view.rows["receiver_id"]
    before = rows & (view.given < test[0])
    partners, customers = (set(receiver[before & _is(kind, k)]) for k in (PARTNER_KINDS, CUSTOMER_KINDS))
    both = partners & customers
    spells = view.spells[view.spells["person_id"].isin(both)]
    group = spells["group_id"].to_numpy()
    enough = np.ones(len(spells), dtype=bool)
    for low, high in (selection, test):
        start = np.maximum(spells["joined"].to_numpy(), low)
        end = np.minimum(np.minimum(spells["left"].to_numpy(), view.day), high)
        enough &= view.log.covered_days(group, start, np.maximum(start, end)) >= view.settings.gate_spell_days
    return sorted(set(spells["person_id"][enough]))


def hold(view: View, rows: Mask, kind: np.ndarray, good_row: Mask) -> Contest:
    """The contest of every eligible receiver with at least one good referral in the test year."""
    selection, test = windows(view)
    people = eligible(view, rows, kind)
    both_years = rows & (view.given >= selection[0]) & (view.given < test[1])
    table = pd.DataFrame(
        {"receiver": view.rows["receiver_id"], "source": view.rows["source_id"],
         "id": view.rows["referral_id"],
         "partner": _is(kind, PARTNER_KINDS), "customer": _is(kind, CUSTOMER_KINDS), "good": good_row,
         "value": money.of(view, both_years).raw, "given": view.given}
    )[both_years]  # fmt: skip
    table = table[table["receiver"].isin(people)]
    chosen_on, scored_on = table[table["given"] < test[0]], table[table["given"] >= test[0]]
    order, order_after = _ranks(chosen_on, view.log.names), _ranks(scored_on, view.log.names)
    good = scored_on[scored_on["good"]]
    out, decisive = [], []
    by_receiver = {str(person): part for person, part in good.groupby("receiver")}
    for person in people:
        mine = by_receiver.get(person)
        if mine is None:
            continue
        ranked, customers = order.get(person, []), mine[mine["customer"]]
        top, best = mine[mine["source"].isin(ranked[:2])], mine[mine["source"].isin(ranked[:1])]
        same_year = int(mine["source"].isin(order_after.get(person, [])[:2]).sum())
        x, c = len(top), len(customers)
        partners = mine[mine["partner"]]["source"].value_counts()
        running = np.cumsum([int(partners.get(s, 0)) for s in ranked])
        needed = float(np.argmax(running > c) + 1) if (running > c).any() else np.inf
        if x + c == 0 and same_year == 0:
            continue
        outcome = "partners" if x > c else "customers" if c > x else "tie"
        picks = "; ".join(view.log.names.get(s, s) for s in ranked[:2])
        out.append((person, view.log.names.get(person, person), x, c, top["value"].sum(),
                    customers["value"].sum(), outcome, picks, len(best), same_year, needed))  # fmt: skip
        decisive += [(i, 1) for i in top["id"]] + [(i, 0) for i in customers["id"]]
    columns = ["person_id", "name", "top_two", "customers", "top_two_value", "customers_value", "outcome",
               "picks", "top_one", "in_sample", "needed"]  # fmt: skip
    return Contest(pd.DataFrame(out, columns=columns), pd.DataFrame(decisive, columns=["referral_id", "arm"]))


def _ranks(rows: pd.DataFrame, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Partners by receiver, best first: good referrals, then their value, then the name's bytes."""
    mine = rows[rows["partner"]].assign(value=rows["value"].where(rows["good"], 0.0))
    sums = mine.groupby(["receiver", "source"], sort=True)[["good", "value"]].sum().reset_index()
    sums["name"] = [names.get(s, s).encode() for s in sums["source"]]
    sums["good"], sums["value"] = -sums["good"].astype(int), -sums["value"]
    sums = sums.sort_values(["receiver", "good", "value", "name"], kind="stable")
    return {str(person): list(part["source"]) for person, part in sums.groupby("receiver")}


def _secondary(view: View, table: pd.DataFrame, theta0: float) -> tuple[Estimate, ...]:
    if view.log.receiver:
        return ()
    out = []
    for name, x, c in (
        ("share_in_sample", "in_sample", "customers"),
        ("share_top_one_win", "top_one", "customers"),
        ("share_top_two_win_value", "top_two_value", "customers_value"),
    ):
        decided = table[table[x] != table[c]]
        figure = _share((decided[x] > decided[c]).to_numpy())
        out.append(figure.estimate(name, "share", theta0, {"receivers": len(table), "decided": len(decided)}))
    return (*out, _needed(view, table["needed"].to_numpy(dtype=float)))


def _needed(view: View, needed: Floats) -> Estimate:
    """Median over receivers with a bootstrap interval; a receiver whom no number of partners helps counts as
    more than all. None where the median or an end of the interval is such a receiver."""
    n = {"receivers": len(needed)}
    if not len(needed):
        return Estimate("partners_needed", None, "partners", n=n)
    rng = np.random.Generator(np.random.PCG64(seed("S1", view)))
    weights = rng.multinomial(len(needed), [1 / len(needed)] * len(needed), size=DRAWS)
    ordered = np.sort(needed)
    running, half = np.cumsum(weights[:, np.argsort(needed, kind="stable")], axis=1), len(needed) / 2
    low, high = np.argmax(running >= half, axis=1), np.argmax(running > half, axis=1)
    draws = (ordered[low] + ordered[high]) / 2
    with np.errstate(invalid="ignore"):
        figures = [np.quantile(needed, 0.5), *np.quantile(draws, [0.025, 0.975, 0.005, 0.995])]
    value, low95, high95, low99, high99 = (float(v) if np.isfinite(v) else None for v in figures)
    return Estimate("partners_needed", value, "partners", low95, high95, low99, high99, n=n)


def seed(claim: str, view: View) -> int:
    """The seed of everything drawn for a claim: the same scope and date give the same draws."""
    scope = "+".join(sorted(view.log.cover)) + (f"/{view.log.receiver}" if view.log.receiver else "")
    text = f"{claim}|{scope}|{to_date(view.day).isoformat()}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _wrong(table: pd.DataFrame) -> pd.DataFrame:
    decided = table[table["in_sample"] != table["customers"]]
    n = len(decided)
    if not n:
        return with_wrong([])
    wins = int((decided["in_sample"] > decided["customers"]).sum())
    why = "It chooses after the race: the two luckiest of many partners beat the customers by their luck alone."
    at95, at99 = wilson(wins, n, 0.95), wilson(wins, n, 0.99)
    return with_wrong([("chosen and scored on the same year", wins / n, at95, at99, why)])
