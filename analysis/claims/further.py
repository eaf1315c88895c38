"""Partners and customers as sources in the long run: how many good referrals follow the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.again import Kinds, by_kind
from analysis.claims.base import Claim, Measured, event_gates, not_recorded, with_wrong
from analysis.claims.first_contact import Sources
from analysis.claims.sources import NO_CUSTOMERS, both_kinds, sources_are_members
from analysis.estimators import Codes, compact, contrast, informative, share, stratified
from analysis.forecast import as_ratio
from analysis.intervals import NOTHING, Figure, Floats
from analysis.population import Log, Mask, View
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate

DAYS_A_YEAR = 365.25


class FurtherReferrals(Claim):
    """S2: good referrals a source-year after the first, partners over customers, within receiver.

    Sources known only from other records (silent ones) cannot enter: no table says of which kind they are.

    data: members (person_id, name and, for arm 1 partners and 0 customers, sources, years, further, rate), rows, wrong.
    """

    id = "S2"
    title = "In the long run professional partners send more than customers"
    work = "3 Common Delusions About Referral Sources"
    grade = "A"
    needs = ("kind", "status", "closed")
    estimates: ClassVar = {
        "further_rate_ratio": "good referrals per source-year after the first (up to two years), partners over "
        "customers, within receiver",
        "further_rate_partner": "good referrals per partner and year after the first",
        "further_rate_customer": "good referrals per customer and year after the first",
        "per_listed_source_ratio": "the misleading way: good referrals per source that ever referred",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        settings = view.settings
        since = [recording(view, name) for name in ("kind", "status")]
        if any(r.never for r in since):
            return not_recorded(self.id, view, [r.field for r in since if r.never])
        if len(view.rows) and not both_kinds(view).any():
            return Measured(self.id, view.day, unrecorded=(NO_CUSTOMERS,), warnings=view.warnings)
        kinds = by_kind(view, since[0].inside(view) & since[1].inside(view))
        pairs = kinds.pairs
        counted_pairs = kinds.enters & (pairs.exposure > 0)
        followed = pairs.in_exposure & view.mature & np.isin(pairs.of_row, np.flatnonzero(kinds.enters))
        holes = [gaps(view, "kind", kinds.unknown[counted_pairs]), gaps(view, "status", view.outcome_unknown[followed])]
        if any(h.unrecorded for h in holes):
            return not_recorded(self.id, view, [h.field for h in holes if h.unrecorded])
        how = How(view.log.receiver is not None, sources_are_members(view))
        figure, used = rate_ratio(pairs, kinds.arm, how)
        bounded = [h for h in holes if h.bounded]
        against, favour = extremes(kinds, {h.field for h in bounded}, how)
        events = [int(pairs.further[used & (kinds.arm == k)].sum()) for k in (1, 0)]
        behind = view.mature & np.isin(pairs.of_row, np.flatnonzero(used))
        n = int(behind.sum())
        counted = {"sources": int(used.sum()), "members": len(np.unique(pairs.receiver[used])), "events": sum(events),
                   "referrals": n}  # fmt: skip
        estimates: list[Estimate] = [figure.estimate("further_rate_ratio", "ratio", 0.0, counted)]
        listed = _per_listed_source(view, kinds)
        data = {"wrong": _wrong(listed)}
        if detail:
            estimates += [*rates(kinds, used, how),
                          listed.estimate("per_listed_source_ratio", "ratio", 0.0,
                                          {"sources": int((kinds.arm >= 0).sum())})]  # fmt: skip
            data |= {"members": _members(view, kinds, used)}
            data["rows"] = pd.DataFrame({"referral_id": view.rows["referral_id"].to_numpy()[behind],
                                         "arm": kinds.arm[pairs.of_row[behind]]})  # fmt: skip
        recent = behind & (view.given >= view.day - settings.horizon_days - 365)
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
            estimates=tuple(estimates), gates=event_gates(figure, sum(events), min(events), n, settings),
            against=against, favour=favour, missing=sum(h.missing for h in bounded),
            missing_field=", ".join(h.field for h in bounded), n=n, per_month=float(recent.sum()) / 12,
            cluster_unit="sources" if view.log.receiver else "members", basis={"kind": "recorded"},
            warnings=view.warnings + left_out_notes(view, since), data=data,
        )  # fmt: skip


@dataclass(frozen=True)
class How:
    """one: the log is one receiver's, whose sources are the sample; members: sources are members too, and clusters."""

    one: bool
    members: bool


def rate_ratio(pairs: Sources, arm: Codes, how: How) -> tuple[Figure, Mask]:
    """Rate ratio within receiver, and the pairs behind it; of a single receiver the sources are the sample."""
    keep = (arm >= 0) & (pairs.exposure > 0)
    used = np.zeros(len(arm), dtype=bool)
    if not keep.any():
        return NOTHING, used
    y, t = pairs.further[keep], pairs.exposure[keep] / DAYS_A_YEAR
    receiver, source = pairs.receiver[keep], pairs.source[keep]
    used[np.flatnonzero(keep)[informative(receiver, arm[keep], t)]] = True
    if how.one:
        return stratified("ratio", receiver, arm[keep], y, t, receiver=source, label="source"), used
    two_way = source if how.members else None
    return stratified("ratio", receiver, arm[keep], y, t, receiver=receiver, source=two_way), used


def extremes(kinds: Kinds, fields: set[str], how: How) -> tuple[Figure | None, Figure | None]:
    """Sources of unknown kind: busy ones to one arm and silent ones to the other; unknown outcomes as wins of one arm
    alone; first against the claim, then for it."""
    if not fields:
        return None, None
    out = []
    for side in (0, 1):
        maybe = kinds.pairs.maybe if "status" in fields else np.zeros(len(kinds.arm))
        arm = kinds.arm
        if "kind" in fields:
            arm = np.where(kinds.unknown, np.where(kinds.pairs.further + maybe > 0, side, 1 - side), arm)
        pairs = replace(kinds.pairs, further=kinds.pairs.further + maybe * (arm == side))
        out.append(rate_ratio(pairs, arm, how)[0])
    return out[0], out[1]


def rates(kinds: Kinds, used: Mask, how: How) -> list[Estimate]:
    """Of either kind, good referrals by source and year after the first."""
    cluster = kinds.pairs.source if how.one else kinds.pairs.receiver
    out = []
    for k, name in ((1, "further_rate_partner"), (0, "further_rate_customer")):
        mine = used & (kinds.arm == k)
        codes, g = compact(cluster[mine])
        rate = as_ratio(share(np.bincount(codes, kinds.pairs.further[mine], g),
                              np.bincount(codes, kinds.pairs.exposure[mine] / DAYS_A_YEAR, g), "identity"))  # fmt: skip
        out.append(rate.estimate(name, "per year", None, {"sources": int(mine.sum())}))
    return out


def _per_listed_source(view: View, kinds: Kinds) -> Figure:
    """Good referrals per listed source, however long each has been known."""
    pairs, g = kinds.pairs, int(kinds.pairs.receiver.max(initial=-1)) + 1
    inside = pairs.of_row >= 0
    good = np.bincount(pairs.of_row[inside & view.good], minlength=len(kinds.arm)).astype(float)

    def by(k: int, values: Floats) -> Floats:
        return np.bincount(pairs.receiver[kinds.arm == k], values[kinds.arm == k], g)

    ones = np.ones(len(kinds.arm))
    return contrast(by(1, good), by(1, ones), by(0, good), by(0, ones), kind="ratio") if g else NOTHING


def _members(view: View, kinds: Kinds, used: Mask) -> pd.DataFrame:
    """person_id, name and, by arm, sources, source-years, further good referrals and their yearly rate."""
    pairs = kinds.pairs
    person = view.rows["receiver_id"].to_numpy()[pairs.row]
    frame = pd.DataFrame({"person_id": person, "arm": kinds.arm, "years": pairs.exposure / DAYS_A_YEAR,
                          "further": pairs.further})[used]  # fmt: skip
    out = pd.DataFrame(index=sorted(set(frame["person_id"])))
    for k in (1, 0):
        mine = frame[frame["arm"] == k].groupby("person_id")
        out[f"sources{k}"], out[f"years{k}"], out[f"further{k}"] = (
            mine.size(),
            mine["years"].sum(),
            mine["further"].sum(),
        )
        out[f"rate{k}"] = out[f"further{k}"] / out[f"years{k}"]
    out.insert(0, "name", [view.log.names.get(i, i) for i in out.index])
    return out.rename_axis("person_id").reset_index()


def _wrong(listed: Figure) -> pd.DataFrame:
    if not listed.usable:
        return with_wrong([])
    (low, high), (low99, high99) = np.exp(listed.bounds(0.95)), np.exp(listed.bounds(0.99))
    why = "It favours whoever has been known longer, and knows nothing of those who never referred."
    return with_wrong([("referrals per source on the list", float(np.exp(listed.theta)), (float(low), float(high)),
                        (float(low99), float(high99)), why)])  # fmt: skip
