"""Partners and customers as lasting sources: does who has referred once refer again, and how much?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import survival
from analysis.claims import closing
from analysis.claims.base import Claim, Gate, Measured, event_gates, not_recorded, with_wrong
from analysis.claims.first_contact import Sources, sources
from analysis.claims.sources import NO_CUSTOMERS, both_kinds
from analysis.dispersion import dispersion_ratio
from analysis.estimators import Codes
from analysis.forecast import activity
from analysis.intervals import NOTHING, Figure, Floats, newcombe
from analysis.population import CUSTOMER_KINDS, PARTNER_KINDS, Log, Mask, View
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate


@dataclass(frozen=True)
class Kinds:
    """Pairs of source and receiver by the source's earliest kind. arm: 1 partner, 0 customer, −1 neither; unknown: no
    referral of the source names a kind."""

    pairs: Sources
    arm: Codes
    unknown: Mask

    @property
    def enters(self) -> Mask:
        """Of either kind, or perhaps so."""
        return (self.arm >= 0) | self.unknown


def by_kind(view: View, since: Mask) -> Kinds:
    """Pairs whose first referral lies inside `since`, by kind; of receivers who have both kinds of sources (a kind that
    a receiver's log lacks is unrecorded, not zero)."""
    pairs = sources(view, since)
    kind = pd.Series(view.rows["source_id"].to_numpy()[pairs.row], dtype=object).map(view.earliest_kind)
    arm = np.select([kind.isin(PARTNER_KINDS), kind.isin(CUSTOMER_KINDS)], [1, 0], -1).astype(np.int64)
    return of_both(pairs, arm, kind.isna().to_numpy())


def of_both(pairs: Sources, arm: Codes, unknown: Mask) -> Kinds:
    """The pairs of receivers who have both kinds."""
    both = np.intersect1d(pairs.receiver[arm == 1], pairs.receiver[arm == 0])
    mine = np.isin(pairs.receiver, both)
    return Kinds(pairs, np.where(mine, arm, -1), unknown & mine)


class RefersAgain(Claim):
    """S3: share of sources that refer the same receiver again within a year of their first, partners less customers.

    data: curves (arm 1 partners, 0 customers; day, again, at_risk), rows (the referrals of the pairs), wrong.
    """

    id = "S3"
    title = "Professional partners are the steadier sources"
    work = "3 Common Delusions About Referral Sources"
    grade = "A"
    needs = ("kind",)
    unit = "sources"
    estimates: ClassVar = {
        "refers_again_difference": "share who refer the same receiver again within 365 days of their first referral "
        "(Kaplan–Meier; followed to the end of the log, of the membership or of what was imported), partners less "
        "customers",
        "days_without_difference": "mean days without a second referral within the first 365, partners less customers",
        "dispersion_ratio": "how much more than by chance the months of a receiver differ, partners' stream over "
        "customers' (above 1: the partners' stream is the more uneven)",
        "active_last_year_difference": "the misleading way: share of all known sources that referred in the last 365 "
        "days",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        settings, since = view.settings, recording(view, "kind")
        if since.never:
            return not_recorded(self.id, view, ["kind"])
        if len(view.rows) and not both_kinds(view).any():
            return Measured(self.id, view.day, unrecorded=(NO_CUSTOMERS,), warnings=view.warnings)
        kinds = by_kind(view, since.inside(view))
        hole = gaps(view, "kind", kinds.unknown[kinds.enters])
        if hole.unrecorded:
            return not_recorded(self.id, view, ["kind"])
        gap, again = _second(view, kinds.pairs)
        figure = _curves(view, kinds.pairs, gap, again, kinds.arm)
        against = favour = None
        if hole.bounded:
            against, favour = (
                _curves(
                    view, kinds.pairs, gap, again, np.where(kinds.unknown, np.where(again == 1, k, 1 - k), kinds.arm)
                )
                for k in (0, 1)
            )
        used = kinds.arm >= 0
        tau = settings.again_days
        events = [int(again[(kinds.arm == k) & (gap <= tau)].sum()) for k in (1, 0)]
        followed = min(int((gap[kinds.arm == k] >= tau).sum()) for k in (1, 0))
        n = int(used.sum())
        counted = {"sources": n, "members": len(np.unique(kinds.pairs.receiver[used])), "events": sum(events)}
        estimates = [figure.estimate("refers_again_difference", "difference", 0.0, counted)]
        data = {"wrong": _wrong(view, kinds)}
        if detail:
            more, frames = self._secondary(view, kinds, gap, again, counted)
            estimates, data = estimates + more, data | frames
        gates = (*event_gates(figure, sum(events), min(events), n, settings),
                 Gate("sources followed for a year, of the rarer kind", followed, settings.gate_at_risk))  # fmt: skip
        recent = used & (view.given[kinds.pairs.row] >= view.day - tau - 365)
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=settings.margin_difference, estimates=tuple(estimates),
            gates=gates, against=against, favour=favour, missing=hole.missing, missing_field="kind", n=n,
            unit=self.unit, per_month=float(recent.sum()) / 12,
            cluster_unit="sources" if view.log.receiver else "members", basis={"kind": "recorded"},
            warnings=view.warnings + left_out_notes(view, [since]), data=data,
        )  # fmt: skip

    @staticmethod
    def _secondary(
        view: View, kinds: Kinds, gap: Codes, again: Codes, counted: dict[str, int]
    ) -> tuple[list[Estimate], dict[str, pd.DataFrame]]:
        settings, used = view.settings, kinds.arm >= 0

        def days(counts: survival.Counts) -> Floats:
            return survival.restricted_mean(survival.survival(counts))

        mean = _curves(view, kinds.pairs, gap, again, kinds.arm, days)
        out = [mean.estimate("days_without_difference", "days", 0.0, counted),
               _evenness(view).estimate("dispersion_ratio", "ratio", 0.0, {"members": counted["members"]})]  # fmt: skip
        crude = _wrong(view, kinds)
        value = float(crude["value"].iloc[0]) if len(crude) else None
        out.append(Estimate("active_last_year_difference", value, "difference", n={"sources": counted["sources"]}))
        frame = closing.curves(gap[used], again[used], kinds.arm[used], last=settings.again_days,
                               least=settings.gate_at_risk, value="again")  # fmt: skip
        behind = (kinds.pairs.of_row >= 0) & np.isin(kinds.pairs.of_row, np.flatnonzero(used))
        rows = pd.DataFrame({"referral_id": view.rows["referral_id"].to_numpy()[behind],
                             "arm": kinds.arm[kinds.pairs.of_row[behind]]})  # fmt: skip
        return out, {"curves": frame, "rows": rows}


def _second(view: View, pairs: Sources) -> tuple[Codes, Codes]:
    """Days to each pair's second referral and whether it was seen; a pair is followed as long as its group's imports
    go on without a break: a month nobody imported is not a month without referrals."""
    groups, first = view.rows["group_id"].to_numpy()[pairs.row], view.given[pairs.row]
    until = np.full(len(first), view.day, dtype=np.int64)
    for group in sorted(set(groups)):
        for low, high in view.log.cover.get(group, ()):
            mine = (groups == group) & (first >= low) & (first < high)
            until[mine] = min(high, view.day)
    seen = np.maximum(until - 1 - first, 0)
    stop = np.where(pairs.again == 1, seen, np.minimum(pairs.gap, seen))
    again = (pairs.again == 1) & (pairs.gap <= seen)
    return np.where(again, pairs.gap, stop), again.astype(np.int64)


def _curves(
    view: View,
    pairs: Sources,
    gap: Codes,
    again: Codes,
    arm: Codes,
    statistic=survival.incidence_at_end,  # type: ignore[no-untyped-def]
) -> Figure:
    ids = view.rows["source_id" if view.log.receiver else "receiver_id"].to_numpy()[pairs.row]
    keep = arm >= 0
    return closing.curve_contrast(view, statistic, gap[keep], again[keep], arm[keep], cluster_ids=ids[keep],
                                  tau=view.settings.again_days)  # fmt: skip


def _evenness(view: View) -> Figure:
    """Dispersion of receivers' monthly referrals from partners over that of those from customers."""
    panel, kind = activity(view), view.rows["kind"]
    streams = []
    for kinds in (PARTNER_KINDS, CUSTOMER_KINDS):
        rows = (panel.unit_of_row >= 0) & kind.isin(kinds).to_numpy()
        counts = np.zeros(panel.active.shape)
        np.add.at(counts, (panel.unit_of_row[rows], panel.month_of_row[rows]), 1.0)
        streams.append(counts)
    if not panel.active.size:
        return NOTHING
    return dispersion_ratio(streams[0], streams[1], panel.active.astype(float))


def _wrong(view: View, kinds: Kinds) -> pd.DataFrame:
    """Sources that referred in the last year, of all ever seen."""
    pairs, last = kinds.pairs, np.full(len(kinds.arm), -1, dtype=np.int64)
    inside = pairs.of_row >= 0
    np.maximum.at(last, pairs.of_row[inside], view.given[inside])
    active = last >= view.day - view.settings.window_days
    n1, n0 = (int((kinds.arm == k).sum()) for k in (1, 0))
    if not n1 or not n0:
        return with_wrong([])
    y1, y0 = (int((active & (kinds.arm == k)).sum()) for k in (1, 0))
    why = "A source met last month counts as active without having had time to be steady, one met years ago does not."
    at95, at99 = newcombe(y1, n1, y0, n0, 0.95), newcombe(y1, n1, y0, n0, 0.99)
    return with_wrong([("sources active in the last year", y1 / n1 - y0 / n0, at95, at99, why)])
