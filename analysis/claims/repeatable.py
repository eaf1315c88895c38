"""Can referrals be counted on? Quarters that bring one, and whether the best members keep their level."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import diversity, forecast
from analysis.claims.base import Claim, Gate, Measured, event_gates, with_wrong
from analysis.claims.top_two import DRAWS, seed
from analysis.dispersion import dispersion
from analysis.intervals import NOTHING, Figure, wilson
from analysis.population import Log, View
from analysis.result import Estimate
from analysis.settings import Settings

WHOLE_GROUP = (
    "This compares the members of a group with one another and cannot be told from one person's log. Choose the whole "
    "group to see it."
)
_SCORED = ["person_id", "name", "origin", "last_year", "expected_year", "actual_year", "low", "high", "y", "top"]


class Quarters(Claim):
    """R1: share of member-quarters that brought at least one referral, where the forecasts can be trusted.

    data: members (person_id, name, quarters, with_one, share), forecasts (a row a member and quarter: person_id, name,
    origin = month since 1970, mean, low, high, mass, y), calibration (expected, promised, hits, n by fifth of the
    forecast), next (person_id, name, mean, low, high of the coming quarter), rows, wrong.
    """

    id = "R1"
    title = "Referrals by networking can be counted on, quarter by quarter"
    work = "Great Referrals Aren't Accidents"
    grade = "P"
    needs = ()
    unit = "member-quarters"
    estimates: ClassVar = {
        "share_of_quarters": "share of member-quarters with at least one referral received, among members active "
        "throughout the quarter and in at least six of the twelve months before",
        "calibration": "share of quarters inside their 80 % forecast interval, less what those intervals hold",
        "hit_share": "the misleading way: the same share, to be read against 80 %",
        "dispersion": "how much more than by chance the months of a member differ (1: chance around a steady pace)",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(WHOLE_GROUP,), warnings=view.warnings)
        settings, made = view.settings, forecast.forecasts(view)
        member = forecast.members(view, made)
        origin = made["origin"].to_numpy(dtype=np.int64)
        some = (made["y"] >= 1).to_numpy(dtype=float)
        figure = forecast.by_member_and_quarter(some, np.ones(len(made)), member, origin, "logit")
        trust = forecast.calibration(made, member)
        n, theta0 = len(made), settings.benchmark_share_quarters
        counted = {"member_quarters": n, "members": len(np.unique(member)), "quarters": len(np.unique(origin)),
                   "events": int(some.sum())}  # fmt: skip
        estimates = [figure.estimate("share_of_quarters", "share", theta0, counted),
                     trust.estimate("calibration", "difference", 0.0, counted)]  # fmt: skip
        data = {"wrong": _hits(made)}
        if detail:
            hits = float(((made["y"] >= made["low"]) & (made["y"] <= made["high"])).mean()) if n else None
            estimates += [Estimate("hit_share", hits, "share", n=counted), _pace(view)]
            data |= _frames(view, made, member) | {"next": forecast.upcoming(view)}
            data["rows"] = forecast.rows_behind(view, made)
        recent = origin >= origin.max(initial=0) - 9
        return Measured(
            self.id, view.day, figure, theta0=theta0, delta=settings.margin_share, estimates=tuple(estimates),
            gates=(*event_gates(figure, max(some.sum(), n - some.sum()), None, n, settings),
                   *forecast_gates(view, made, member, trust)),
            n=n, unit=self.unit, per_month=float(recent.sum()) / 12, warnings=view.warnings, data=data,
        )  # fmt: skip


class KeepsLevel(Claim):
    """R2: what last year's best third received over what was forecast for them. Supported if it lasts: the 95 %
    interval inside the margins of a ratio.

    data: members (a row a member and quarter: person_id, name, origin, last_year, expected_year, actual_year (each a
    year's worth), low, high, y, top), rows (arm 1 of the top third), wrong.
    """

    id = "R2"
    title = "Good referral years are no fluke: those who did best go on at their level"
    work = "Great Referrals Aren't Accidents"
    grade = "P"
    needs = ()
    unit = "member-quarters"
    estimates: ClassVar = {
        "level_ratio": "received over forecast in the quarters after, for the third of members who had received most "
        "in the year before; forecasts are shrunk towards the group",
        "level_ratio_everybody": "the same for all members",
        "raw_ratio": "the misleading way: received over the members' own best year, unshrunk",
        "gini": "how unequal the last year's receipts are among members (0: all alike)",
        "gini_of_equals": "how unequal they would be by chance alone if everybody received at the same pace",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(WHOLE_GROUP,), warnings=view.warnings)
        settings, made = view.settings, forecast.forecasts(view)
        member = forecast.members(view, made)
        top = made["top"].to_numpy(dtype=bool)
        best, who = made[top], member[top]
        figure, raw = forecast.level_ratio(best, who), _raw(best, who)
        counted = _counts(best, who)
        estimates = [figure.estimate("level_ratio", "ratio", 0.0, counted)]
        data = {"wrong": _regression(raw)}
        if detail:
            everybody = forecast.level_ratio(made, member)
            estimates += [everybody.estimate("level_ratio_everybody", "ratio", 0.0, _counts(made, member)),
                          raw.estimate("raw_ratio", "ratio", 0.0, counted)]  # fmt: skip
            estimates += _inequality(view, made)
            data["members"] = _scored(view, made)
            data["rows"] = forecast.rows_behind(view, best)
        recent = best["origin"] >= (best["origin"].max() if len(best) else 0) - 9
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
            estimates=tuple(estimates),
            gates=(*event_gates(figure, float(best["y"].sum()), None, len(best), settings),
                   *forecast_gates(view, made, member, None)),
            n=len(best), unit=self.unit, per_month=float(recent.sum()) / 12, warnings=view.warnings, data=data,
            rule="equivalence",
        )  # fmt: skip


def forecast_gates(view: View, made: pd.DataFrame, member: np.ndarray, trust: Figure | None) -> tuple[Gate, ...]:
    """Enough log, quarters and members to judge forecasts by; trust: their calibration, where it is a condition."""
    settings: Settings = view.settings
    whole = forecast.activity(view).whole
    seen = int(whole.any(axis=0).sum()) if whole.size else 0
    people = len(np.unique(member))
    gates = [
        Gate("wholly covered months", seen, settings.gate_log_months),
        Gate("quarters forecast", made["origin"].nunique(), settings.gate_origins),
        Gate("members with a forecast", people, settings.gate_forecast_members,
             clusters=max(0, settings.gate_forecast_members - people)),
    ]  # fmt: skip
    if trust is not None:
        low = trust.bounds(0.95)[0] if trust.usable else -1.0
        gates.append(Gate("points by which the forecasts' intervals keep their promise, lower end", 100 * low,
                          100 * settings.gate_calibration))  # fmt: skip
    return tuple(gates)


def _counts(made: pd.DataFrame, member: np.ndarray) -> dict[str, int]:
    return {"member_quarters": len(made), "members": len(np.unique(member)), "quarters": made["origin"].nunique(),
            "events": int(made["y"].sum())}  # fmt: skip


def _pace(view: View) -> Estimate:
    panel = forecast.activity(view)
    found = dispersion(panel.received, panel.active.astype(float), DRAWS, seed("R1", view))
    counted = {"members": int((panel.received.sum(axis=1) >= 1).sum())}
    return replace(found.figure.estimate("dispersion", "ratio", None, counted), p=found.p)


def _inequality(view: View, made: pd.DataFrame) -> list[Estimate]:
    """Of the receipts before the latest quarter that was forecast."""
    last = made[made["origin"] == made["origin"].max()] if len(made) else made
    x, exposure = last["x"].to_numpy(dtype=float), last["exposure"].to_numpy(dtype=float)
    if len(x) < 2 or x.sum() <= 0:
        return []
    counted = {"members": len(x), "referrals": int(x.sum())}
    equals = diversity.gini_of_equals(int(x.sum()), exposure, DRAWS, seed("R2", view))
    return [diversity.gini_figure(x).estimate("gini", "index", None, counted),
            Estimate("gini_of_equals", equals, "index", n=counted)]  # fmt: skip


def _raw(best: pd.DataFrame, member: np.ndarray) -> Figure:
    """Received over a quarter's worth of the member's own best year."""
    own = (forecast.TARGET * best["x"] / best["exposure"]).to_numpy(dtype=float)
    if not len(best) or own.sum() <= 0:
        return NOTHING
    y, origin = best["y"].to_numpy(dtype=float), best["origin"].to_numpy(dtype=np.int64)
    return forecast.by_member_and_quarter(y, own, member, origin, "exp")


def _regression(raw: Figure) -> pd.DataFrame:
    if not raw.usable:
        return with_wrong([])
    (low, high), (low99, high99) = np.exp(raw.bounds(0.95)), np.exp(raw.bounds(0.99))
    why = (
        "Who is chosen for the best year had luck in it too; luck does not repeat, so the next year always looks worse."
    )
    return with_wrong([("against their own best year", float(np.exp(raw.theta)), (float(low), float(high)),
                        (float(low99), float(high99)), why)])  # fmt: skip


def _hits(made: pd.DataFrame) -> pd.DataFrame:
    if not len(made):
        return with_wrong([])
    hits, n = int(((made["y"] >= made["low"]) & (made["y"] <= made["high"])).sum()), len(made)
    why = "Counts are whole numbers, so that an exact 80 % interval holds nearly 90 %: measured against 80 it flatters."
    return with_wrong(
        [("quarters inside the 80 % forecast", hits / n, wilson(hits, n, 0.95), wilson(hits, n, 0.99), why)]
    )


def _names(view: View, made: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    person = forecast.activity(view).person[made["unit"].to_numpy(dtype=np.int64)]
    return person, [view.log.names.get(p, p) for p in person]


def _frames(view: View, made: pd.DataFrame, member: np.ndarray) -> dict[str, pd.DataFrame]:
    person, name = _names(view, made)
    table = made.assign(person_id=person, name=name, some=made["y"] >= 1,
                        hit=(made["y"] >= made["low"]) & (made["y"] <= made["high"]))  # fmt: skip
    people = table.groupby(["person_id", "name"], sort=True)["some"].agg(["size", "sum"]).reset_index()
    people.columns = ["person_id", "name", "quarters", "with_one"]
    fifth = np.searchsorted(np.quantile(table["mean"], [0.2, 0.4, 0.6, 0.8]), table["mean"]) if len(table) else []
    check = table.assign(fifth=fifth).groupby("fifth").agg(
        expected=("mean", "mean"), received=("y", "mean"), promised=("mass", "mean"), hits=("hit", "mean"),
        n=("y", "size")).reset_index(drop=True)  # fmt: skip
    shown = ["person_id", "name", "origin", "mean", "low", "high", "mass", "y"]
    return {"members": people.assign(share=people["with_one"] / people["quarters"]), "forecasts": table[shown],
            "calibration": check}  # fmt: skip


def _scored(view: View, made: pd.DataFrame) -> pd.DataFrame:
    person, name = _names(view, made)
    per_year = 12 / forecast.TARGET
    return made.assign(person_id=person, name=name, last_year=12 * made["x"] / made["exposure"],
                       expected_year=per_year * made["mean"], actual_year=per_year * made["y"])[_SCORED]  # fmt: skip
