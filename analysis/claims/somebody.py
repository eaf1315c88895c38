"""There is always somebody: how many referrals come from a source who sent none in the year before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import forecast
from analysis.claims import closing
from analysis.claims.base import Claim, Measured, Part, event_gates, not_recorded, with_wrong
from analysis.claims.repeatable import WHOLE_GROUP, forecast_gates
from analysis.diversity import unseen_by_cluster
from analysis.estimators import compact, share
from analysis.intervals import Figure
from analysis.population import Log, Mask, View
from analysis.recorded import gaps
from analysis.result import Estimate


class NewSomebody(Claim):
    """R4: share of last year's referrals that came from a new source, while the members' total holds.

    Receivers have been members for two years, so that their sources of the year before are known. Composite: the share
    above its benchmark (figure) and received over forecast (KeepsLevel's ratio) above its own (parts).

    data: members (person_id, name, n, new, share), rows (arm 1 new, 0 known), wrong.
    """

    id = "R4"
    title = "Whoever refers you next may be somebody new, and somebody comes"
    work = "Great Referrals Aren't Accidents"
    grade = "D"
    needs = ()
    unit = "referrals"
    estimates: ClassVar = {
        "share_new_source": "share of the last 365 days' referrals whose source had sent this receiver none in the 365 "
        "days before, receivers who were members for two years",
        "level_ratio": "received over forecast, last year's best third of members: does the total hold?",
        "unseen_mass": "chance that the next referral comes from a source not yet seen this year (Good–Turing; assumes "
        "that referrals of a source come independently, which bursts are not)",
        "share_new_source_everybody": "the misleading way: newcomers counted too, all of whose sources are new",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(WHOLE_GROUP,), warnings=view.warnings)
        settings, codes = view.settings, closing.codings(view)
        year, settled = _population(view)
        unknown = view.rows["source_id"].str.startswith("?").to_numpy(dtype=bool)
        hole = gaps(view, "source_id", unknown[settled])
        if hole.unrecorded:
            return not_recorded(self.id, view, ["source_id"])
        new, known = _is_new(view), settled & ~unknown
        figure = _share(new, known, codes.receiver)
        against = _share(new & ~unknown, settled, codes.receiver) if hole.bounded else None
        favour = _share(new | unknown, settled, codes.receiver) if hole.bounded else None
        made = forecast.forecasts(view)
        member = forecast.members(view, made)
        top = made["top"].to_numpy(dtype=bool)
        holds = forecast.level_ratio(made[top], member[top])
        theta0, n, events = settings.benchmark_share_new_source, int(known.sum()), int((new & known).sum())
        counted = {"referrals": n, "members": len(np.unique(codes.receiver[known])), "events": events}
        least = float(np.log(settings.benchmark_total_holds))
        estimates: list[Estimate] = [
            figure.estimate("share_new_source", "share", theta0, counted),
            holds.estimate("level_ratio", "ratio", least, {"member_quarters": int(top.sum())}),
        ]
        everybody = _share(new, year & ~unknown, codes.receiver)
        data = {"wrong": _wrong(everybody)}
        if detail:
            estimates += [_unseen(view, known, codes.receiver, counted),
                          everybody.estimate("share_new_source_everybody", "share", theta0,
                                             {"referrals": int((year & ~unknown).sum())})]  # fmt: skip
            data["members"] = _members(view, new, known)
            ids = view.rows["referral_id"].to_numpy()[known]
            data["rows"] = pd.DataFrame({"referral_id": ids, "arm": new[known].astype(int)})
        return Measured(
            self.id, view.day, figure, theta0=theta0, delta=settings.margin_share, estimates=tuple(estimates),
            gates=(*event_gates(figure, max(events, n - events), None, n, settings),
                   *forecast_gates(view, made, member, None)),
            against=against, favour=favour, missing=hole.missing, missing_field="source", n=n, unit=self.unit,
            per_month=n / 12, warnings=view.warnings, data=data,
            parts=(Part("the total holds", holds, least),),
        )  # fmt: skip


def _population(view: View) -> tuple[Mask, Mask]:
    """Rows of the last year received as a member; and those of members since two years, the year before each of whose
    rows is wholly covered."""
    window, given = view.settings.window_days, view.given
    year = (given >= view.day - window) & (view.spell_of_row >= 0)
    joined = view.spells["joined"].to_numpy()
    settled = year.copy()
    settled[year] = joined[view.spell_of_row[year]] <= view.day - 2 * window
    groups = view.rows["group_id"].to_numpy()
    begun = np.array([view.log.start(g) <= view.day - 2 * window for g in groups], dtype=bool)
    return year, settled & begun & (view.log.covered_days(groups, given - window, given) == window)


def _is_new(view: View) -> Mask:
    """By row: no referral of the same source to the same receiver in the 365 days before (not the same day)."""
    pair = pd.MultiIndex.from_frame(view.rows[["source_id", "receiver_id"]])
    code = pd.factorize(pair)[0].astype(np.int64)
    order = np.lexsort((view.given, code))
    same = np.concatenate([[False], (code[order][1:] == code[order][:-1])])
    # The latest earlier day of the pair: rows of one day share the one before it.
    day = view.given[order]
    fresh_day = np.concatenate([[True], day[1:] != day[:-1]]) | ~same
    before = np.where(same, np.concatenate([[0], day[:-1]]), np.iinfo(np.int64).min // 2)
    before = before[np.maximum.accumulate(np.where(fresh_day, np.arange(len(day)), 0))]
    out = np.empty(len(day), dtype=bool)
    out[order] = day - before > view.settings.window_days
    return out


def _share(new: Mask, rows: Mask, receiver: closing.Codes) -> Figure:
    codes, g = compact(receiver[rows])
    return share(np.bincount(codes, new[rows].astype(float), g), np.bincount(codes, minlength=g) * 1.0)


def _unseen(view: View, rows: Mask, receiver: closing.Codes, counted: dict[str, int]) -> Estimate:
    source = closing.codings(view).source
    return unseen_by_cluster(source[rows], receiver[rows]).estimate("unseen_mass", "share", None, counted)


def _members(view: View, new: Mask, rows: Mask) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": view.rows["receiver_id"][rows], "new": new[rows]})
    out = frame.groupby("person_id", sort=True)["new"].agg(["size", "sum"]).reset_index()
    out.columns = ["person_id", "n", "new"]
    out.insert(1, "name", [view.log.names.get(i, i) for i in out["person_id"]])
    return out.astype({"new": int}).assign(share=out["new"] / out["n"])


def _wrong(everybody: Figure) -> pd.DataFrame:
    if not everybody.usable:
        return with_wrong([])
    why = "To somebody who has just joined every source is new: the more newcomers, the more new faces."
    return with_wrong([("newcomers counted too", everybody.theta, everybody.bounds(0.95), everybody.bounds(0.99), why)])
