"""Networked referrals (given in the receiver's absence) beside linear ones: how many, and how good."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims import closing
from analysis.claims.base import Claim, Measured, event_gates, not_recorded, with_wrong
from analysis.estimators import Codes, compact, contrast, share, share_two_way
from analysis.intervals import Figure, Floats, wilson
from analysis.population import Log, Mask, View
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate


class NetworkedShare(Claim):
    """L1: of the last year's referrals, how many were given while the receiver was away?"""

    id = "L1"
    title = "Most referrals are given while the receiver is away"
    work = "3 Common Delusions About Referral Sources"
    grade = "D"
    needs = ("present",)
    unit = "referrals"
    estimates: ClassVar = {
        "share_networked": "share of the last 365 days' referrals, received while a member, that were "
        "given while the receiver was away; members (and sources) are the sample",
        "share_networked_equal_members": "the same with every member counting once, however many referrals",
        "top_third_difference": "the share among the third of members who received most the year before, "
        "less that among the third who received least",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        settings = view.settings
        since = recording(view, "present")
        population = (view.given >= view.day - settings.window_days) & (view.spell_of_row >= 0) & since.inside(view)
        present = view.rows["present"].to_numpy()
        hole = gaps(view, "present", np.isnan(present[population]))
        if since.never or hole.unrecorded:
            return not_recorded(self.id, view, ["present"])
        codes = closing.codings(view)
        known = population & ~np.isnan(present)
        networked = (present == 0).astype(float)
        figure = self._figure(view, networked, known, codes)
        against = favour = None
        if hole.bounded:
            away = np.where(np.isnan(present), 1.0, networked)
            against = self._figure(view, networked, population, codes)
            favour = self._figure(view, away, population, codes)
        theta0, n = settings.benchmark_share_networked, int(known.sum())
        events = int(networked[known].sum())
        counted = {"referrals": n, "members": len(np.unique(codes.receiver[known])),
                   "sources": len(np.unique(codes.source[known])), "events": events}  # fmt: skip
        estimates: tuple[Estimate, ...] = (figure.estimate("share_networked", "share", theta0, counted),)
        warnings, data = view.warnings + left_out_notes(view, [since]), {"wrong": wrong_share(events, n)}
        if detail:
            more, said = self._secondary(view, networked, known, codes, figure)
            estimates, warnings = estimates + more, warnings + said
            data |= {"members": _members(view, networked, known), "rows": _rows(view, networked, known)}
        # Away and in the room tell equally much about a share: the commoner of the two has to reach the gate.
        gates = event_gates(figure, max(events, n - events), None, n, settings)
        return Measured(
            self.id,
            view.day,
            figure,
            theta0=theta0,
            delta=settings.margin_share,
            estimates=estimates,
            gates=gates,
            against=against,
            favour=favour,
            missing=hole.missing,
            missing_field="present",
            n=n,
            unit=self.unit,
            per_month=n / 12,
            cluster_unit="sources" if view.log.receiver else "members",
            basis={"present": "recorded"},
            warnings=warnings,
            data=data,
        )

    @staticmethod
    def _figure(view: View, y: Floats, rows: Mask, codes: closing.Codings) -> Figure:
        if view.log.receiver:
            source, g = compact(codes.source[rows])
            return share(np.bincount(source, y[rows], g), np.bincount(source, minlength=g) * 1.0, label="source")
        return share_two_way(y[rows], codes.receiver[rows], codes.source[rows])

    @staticmethod
    def _secondary(
        view: View, y: Floats, rows: Mask, codes: closing.Codings, figure: Figure
    ) -> tuple[tuple[Estimate, ...], tuple[str, ...]]:
        cluster, g = compact((codes.source if view.log.receiver else codes.receiver)[rows])
        d = np.bincount(cluster, minlength=g) * 1.0
        of_member = np.bincount(cluster, y[rows], g) / d
        equal = share(of_member, np.ones(g))
        theta0 = view.settings.benchmark_share_networked
        out: tuple[Estimate, ...] = (equal.estimate("share_networked_equal_members", "share", theta0, {"members": g}),)
        said: tuple[str, ...] = ()
        if abs(equal.theta - figure.theta) > view.settings.margin_share:
            said = (
                "Members with many referrals differ from the others: with every member counting once the "
                f"share is {equal.theta:.0%}, not {figure.theta:.0%}.",
            )
        thirds = None if view.log.receiver else _thirds(view, y, rows, codes.receiver)
        if thirds is not None:
            n = {"referrals": int(rows.sum()), "members": 2 * (thirds.clusters)}
            out += (thirds.estimate("top_third_difference", "difference", 0.0, n),)
        return out, said


class NetworkedClosing(Claim):
    """L5: do networked referrals end in business more often, within the same receiver?"""

    id = "L5"
    title = "Referrals given in your absence end in business more often"
    work = "Great Referrals Aren't Accidents"
    grade = "A"
    needs = ("present", "status", "closed")
    estimates: ClassVar = {
        "close_rate_difference": "won within the horizon, networked less linear, within receiver (Mantel–Haenszel)",
        "pooled_difference": "the same over everybody",
        "close_rate_networked": "share of mature networked referrals won within the horizon",
        "close_rate_linear": "share of mature linear referrals won within the horizon",
        "value_ratio": "mean value per mature referral, networked over linear",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        return closing.measure(view, self.id, arms(view), detail)


def arms(view: View) -> closing.Arms:
    """Networked (1) and linear (0) referrals."""
    present = view.rows["present"].to_numpy()
    arm = np.where(np.isnan(present), -1, np.where(present == 0, 1, 0)).astype(np.int64)
    return closing.Arms(
        arm, np.isnan(present), "present", ("close_rate_networked", "close_rate_linear"),
        ("networked referrals", "linear referrals"), True, np.ones(len(arm), dtype=bool),
    )  # fmt: skip


def _thirds(view: View, y: Floats, rows: Mask, receiver: Codes) -> Figure | None:
    """The share among the third who received most the year before, less that among the third with least."""
    window = view.settings.window_days
    before = (view.given < view.day - window) & (view.given >= view.day - 2 * window) & (view.spell_of_row >= 0)
    g = int(receiver.max(initial=-1)) + 1
    received = np.bincount(receiver[before], minlength=g)
    now = np.unique(receiver[rows])
    order = now[np.lexsort((now, -received[now]))]
    third = len(order) // 3
    if third < 2 or not before.any():
        return None
    y_by, d_by = np.bincount(receiver[rows], y[rows], g), np.bincount(receiver[rows], minlength=g) * 1.0
    top, bottom = np.isin(np.arange(g), order[:third]), np.isin(np.arange(g), order[-third:])
    return contrast(y_by * top, d_by * top, y_by * bottom, d_by * bottom)


def _members(view: View, networked: Floats, rows: Mask) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": view.rows["receiver_id"][rows], "networked": networked[rows]})
    out = frame.groupby("person_id", sort=True)["networked"].agg(["size", "sum"]).reset_index()
    out.columns = ["person_id", "n", "networked"]
    out.insert(1, "name", [view.log.names.get(i, i) for i in out["person_id"]])
    return out.astype({"networked": int}).assign(share=out["networked"] / out["n"])


def _rows(view: View, networked: Floats, rows: Mask) -> pd.DataFrame:
    return pd.DataFrame({"referral_id": view.rows["referral_id"][rows].to_numpy(), "arm": networked[rows].astype(int)})


def wrong_share(events: int, n: int) -> pd.DataFrame:
    """Every referral taken for an independent draw."""
    if not n:
        return with_wrong([])
    why = "It takes every referral for an independent draw; referrals of one member resemble each other."
    return with_wrong(
        [("every referral for itself", events / n, wilson(events, n, 0.95), wilson(events, n, 0.99), why)]
    )
