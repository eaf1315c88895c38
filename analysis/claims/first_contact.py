"""Linear and networked sources: does a source that first referred in your absence keep referring more?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import money, survival
from analysis.claims import closing
from analysis.claims.base import Claim, Measured, event_gates, not_recorded, with_wrong
from analysis.estimators import Codes, compact, informative, stratified
from analysis.intervals import NOTHING, Figure, Floats
from analysis.population import Log, Mask, View
from analysis.recorded import gaps, left_out_notes, recording
from analysis.result import Estimate


@dataclass(frozen=True)
class Sources:
    """One entry a pair of source and receiver, in the order of its codes.

    of_row: the pair of each row of the view, −1 where none; row: the row of its first referral.
    block: year of the log in which that lies; arm: 1 away, 0 in the room, −1 unknown at the first.
    exposure: covered days followed after it; further: good referrals in them; maybe: of unknown outcome.
    gap, again: days to the second referral or to the end of observation, and whether there was one.
    """

    of_row: Codes
    receiver: Codes
    source: Codes
    block: Codes
    arm: Codes
    exposure: Floats
    further: Floats
    maybe: Floats
    ever_away: Mask
    gap: Codes
    again: Codes
    row: Codes
    in_exposure: Mask  # by row of the view: given in its pair's exposure


def sources(view: View, since: Mask) -> Sources:
    """Pairs whose first referral lies inside `since` and coverage, while the receiver was a member."""
    settings, codes = view.settings, closing.codings(view)
    spell, groups = view.spell_of_row, view.rows["group_id"].to_numpy()
    covered = view.log.covered_days(groups, view.given, view.given + 1) > 0
    order = np.lexsort((np.arange(len(view.given)), view.given))
    pair = codes.receiver * (int(codes.source.max(initial=0)) + 1) + codes.source
    eligible = order[(since & covered)[order]]
    keys, at = np.unique(pair[eligible], return_index=True)
    row = eligible[at]
    keep = spell[row] >= 0
    keys, row = keys[keep], row[keep]
    if not len(keys):
        return _none(len(view.given))
    left = view.spells["left"].to_numpy()[spell[row]]
    first = view.given[row]
    limit = view.day - settings.horizon_days
    start = np.array([view.log.start(g) for g in groups[row]], dtype=np.int64)
    end = np.minimum(np.minimum(limit, left), first + 1 + settings.source_exposure_days)
    exposure = view.log.covered_days(groups[row], first + 1, np.maximum(end, first + 1)).astype(float)
    of_row = np.searchsorted(keys, pair)
    of_row = np.where((of_row < len(keys)) & (keys[np.minimum(of_row, len(keys) - 1)] == pair), of_row, -1)
    inside = of_row >= 0
    own_first, own_end = first[of_row], end[of_row]
    after = inside & (view.given > own_first) & (view.given < own_end)
    present = view.rows["present"].to_numpy()
    stop = np.minimum(view.day, left) - 1 - first
    gap, again = _gaps(view, of_row, row, stop)
    arm = np.where(np.isnan(present[row]), -1, np.where(present[row] == 0, 1, 0)).astype(np.int64)
    ever = np.bincount(of_row[inside & (present == 0)], minlength=len(keys)) > 0

    def tally(rows: Mask) -> Floats:
        return np.bincount(of_row[after & rows], minlength=len(keys)).astype(float)

    return Sources(
        of_row=of_row,
        receiver=codes.receiver[row],
        source=codes.source[row],
        block=(first - start) // 365,
        arm=arm,
        exposure=exposure,
        further=tally(view.good),
        maybe=tally(view.outcome_unknown & ~view.good),
        ever_away=ever,
        gap=gap,
        again=again,
        row=row,
        in_exposure=after,
    )


def _none(rows: int) -> Sources:
    """No source to follow, for instance because no receiver is on the member list."""
    codes, floats = np.empty(0, dtype=np.int64), np.empty(0)
    return Sources(
        np.full(rows, -1), codes, codes, codes, codes, floats, floats, floats, codes > 0, codes, codes, codes,
        np.zeros(rows, dtype=bool),
    )  # fmt: skip


def _gaps(view: View, of_row: Codes, first_row: Codes, stop: Codes) -> tuple[Codes, Codes]:
    """Days to the second referral of each pair, or to the last observed day; and whether it came."""
    n = len(first_row)
    later = np.setdiff1d(np.flatnonzero(of_row >= 0), first_row)
    later = later[view.given[later] >= view.given[first_row[of_row[later]]]]
    second = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(second, of_row[later], view.given[later])
    gap = second - view.given[first_row]
    again = (gap <= stop) & (second < view.day)
    return np.where(again, gap, np.maximum(stop, 0)), again.astype(np.int64)


class NetworkedSources(Claim):
    """L9: sources whose first referral came while the receiver was away, against those first met in the
    room."""

    id = "L9"
    title = "A source who first refers you in your absence goes on to refer more"
    work = "3 Common Delusions About Referral Sources"
    grade = "A"
    needs = ("present", "status", "closed")
    estimates: ClassVar = {
        "further_rate_ratio": "good referrals per source-year after the first, sources first heard of "
        "while away over those first heard of in the room, within receiver and year of the first",
        "refers_again_difference": "share who refer again within 365 days, difference of two Kaplan–Meier curves",
        "further_close_difference": "won within the horizon among their further referrals, within receiver",
        "further_value_ratio": "mean value per further mature referral",
        "ever_networked_ratio": "the misleading way: sources that ever referred in your absence over those "
        "that never did",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        settings = view.settings
        since, status = recording(view, "present"), recording(view, "status")
        if since.never or status.never:
            return not_recorded(self.id, view, [r.field for r in (since, status) if r.never])
        pairs = sources(view, since.inside(view) & status.inside(view))
        known, counted = pairs.arm >= 0, pairs.exposure > 0
        followed = pairs.in_exposure & view.mature
        holes = [gaps(view, "present", ~known[counted]), gaps(view, "status", view.outcome_unknown[followed])]
        if any(h.unrecorded for h in holes):
            return not_recorded(self.id, view, [h.field for h in holes if h.unrecorded])
        one = view.log.receiver is not None
        figure, used = rate_ratio(pairs, pairs.arm, one=one)
        against, favour = extremes(pairs, {h.field for h in holes if h.bounded}, one=one)
        bounded = [h for h in holes if h.bounded]
        events = [int(pairs.further[used & (pairs.arm == k)].sum()) for k in (1, 0)]
        behind = view.mature & np.isin(pairs.of_row, np.flatnonzero(used))
        n = int(behind.sum())
        n_of = {"sources": int(used.sum()), "members": len(np.unique(pairs.receiver[used])),
                "events": sum(events), "referrals": n}  # fmt: skip
        estimates: tuple[Estimate, ...] = (figure.estimate("further_rate_ratio", "ratio", 0.0, n_of),)
        warnings, data = view.warnings + left_out_notes(view, [since, status]), {}
        ever = rate_ratio(pairs, pairs.ever_away.astype(np.int64), one=one, blocks=False)[0]
        data["wrong"] = wrong_ever(ever)
        if detail:
            more, said, frames = self._secondary(view, pairs, used)
            crude = ever.estimate("ever_networked_ratio", "ratio", 0.0, {"sources": len(pairs.arm)})
            estimates += (*more, crude)
            warnings, data = warnings + said, data | frames
        recent = behind & (view.given >= view.day - settings.horizon_days - 365)
        return Measured(
            self.id,
            view.day,
            figure,
            theta0=0.0,
            delta=float(np.log(settings.margin_ratio)),
            estimates=estimates,
            gates=event_gates(figure, sum(events), min(events), n, settings),
            against=against,
            favour=favour,
            missing=sum(h.missing for h in bounded),
            missing_field=", ".join(h.field for h in bounded),
            n=n,
            per_month=float(recent.sum()) / 12,
            cluster_unit="sources" if view.log.receiver else "members",
            basis={"present": "recorded"},
            warnings=warnings,
            data=data,
        )

    @staticmethod
    def _secondary(
        view: View, pairs: Sources, used: Mask
    ) -> tuple[tuple[Estimate, ...], tuple[str, ...], dict[str, pd.DataFrame]]:
        settings, known = view.settings, pairs.arm >= 0
        ids = view.rows["source_id" if view.log.receiver else "receiver_id"].to_numpy()[pairs.row]
        again = closing.curve_contrast(view, survival.incidence_at_end, pairs.gap[known], pairs.again[known],
                                       pairs.arm[known], cluster_ids=ids[known],
                                       tau=settings.again_days)  # fmt: skip
        out = [again.estimate("refers_again_difference", "difference", 0.0, {"sources": int(known.sum())})]
        arm = np.full(len(view.given), -1)
        further = pairs.in_exposure & view.mature
        arm[further] = pairs.arm[pairs.of_row[further]]
        codes, rows = closing.codings(view), arm >= 0
        y, one = view.won[rows].astype(float), np.ones(int(rows.sum()))
        if view.log.receiver:
            close = closing.pooled(arm[rows], y, codes.source[rows], "source")
        else:
            receiver = codes.receiver[rows]
            close = stratified("difference", receiver, arm[rows], y, one, receiver=receiver,
                               source=codes.source[rows])  # fmt: skip
        n = {"referrals": int(rows.sum()), "events": int(y.sum())}
        out.append(close.estimate("further_close_difference", "difference", 0.0, n))
        value = money.of(view, rows)
        ratio = money.value_ratio(value, arm, codes.source if view.log.receiver else codes.receiver)
        out.append(ratio.estimate("further_value_ratio", "ratio", 0.0, n))
        words = ("sources first heard of while away", "sources first heard of in the room")
        said = value.warnings + money.concentration(value, arm, words, settings.concentration)
        table = closing.curves(pairs.gap[known], pairs.again[known], pairs.arm[known],
                               last=settings.again_days, least=settings.gate_at_risk,
                               value="again")  # fmt: skip
        behind = (pairs.of_row >= 0) & np.isin(pairs.of_row, np.flatnonzero(used))
        shown = pd.DataFrame({"referral_id": view.rows["referral_id"][behind].to_numpy(),
                              "arm": pairs.arm[pairs.of_row[behind]]})  # fmt: skip
        return tuple(out), said, {"members": _members(view, pairs), "curves": table, "rows": shown,
                                  "money": money.table(value, arm)}  # fmt: skip


def extremes(pairs: Sources, fields: set[str], *, one: bool = False) -> tuple[Figure | None, Figure | None]:
    """Everything unknown counted against the claim, then for it: busy sources to one arm and silent ones to
    the other where presence is unknown; unknown outcomes as wins of one arm alone."""
    if not fields:
        return None, None
    out = []
    for side in (0, 1):  # the arm that the unknown is counted for
        busy = pairs.further + (pairs.maybe if "status" in fields else 0) > 0
        arm = pairs.arm
        if "present" in fields:
            arm = np.where(arm >= 0, arm, np.where(busy, side, 1 - side))
        further = pairs.further + (pairs.maybe * (arm == side) if "status" in fields else 0)
        out.append(rate_ratio(replace(pairs, further=further), arm, one=one)[0])
    return out[0], out[1]


def rate_ratio(pairs: Sources, arm: Codes, *, one: bool = False, blocks: bool = True) -> tuple[Figure, Mask]:
    """Rate ratio within receiver and year of the first referral, and the pairs behind it.

    one: the log is one receiver's.

    Without these blocks any drift in the share of away referrals would pass for an effect: busy sources are
    seen early.
    """
    keep = (arm >= 0) & (pairs.exposure > 0)
    used = np.zeros(len(arm), dtype=bool)
    if not keep.any():
        return NOTHING, used
    block = pairs.block[keep] if blocks else np.zeros(int(keep.sum()), dtype=np.int64)
    stratum = compact(pairs.receiver[keep] * (int(block.max(initial=0)) + 1) + block)[0]
    y, t = pairs.further[keep], pairs.exposure[keep] / 365.25
    used[np.flatnonzero(keep)[informative(stratum, arm[keep], t)]] = True
    if one:  # the sources are the sample
        return stratified("ratio", stratum, arm[keep], y, t, receiver=pairs.source[keep], label="source"), used
    receiver, source = pairs.receiver[keep], pairs.source[keep]
    return stratified("ratio", stratum, arm[keep], y, t, receiver=receiver, source=source), used


def _members(view: View, pairs: Sources) -> pd.DataFrame:
    """person_id, name and, by arm, sources, source-years, further good referrals and their yearly rate."""
    ids = pd.factorize(view.rows["receiver_id"], sort=True)[1]
    keep = (pairs.arm >= 0) & (pairs.exposure > 0)
    frame = pd.DataFrame({"person_id": np.asarray(ids)[pairs.receiver[keep]], "arm": pairs.arm[keep],
                          "years": pairs.exposure[keep] / 365.25,
                          "further": pairs.further[keep]})  # fmt: skip
    out = pd.DataFrame(index=sorted(set(frame["person_id"])))
    for k in (1, 0):
        mine = frame[frame["arm"] == k].groupby("person_id")
        out[f"sources{k}"], out[f"years{k}"] = mine.size(), mine["years"].sum()
        out[f"further{k}"] = mine["further"].sum()
    out = out.fillna(0.0)
    for k in (1, 0):
        out[f"rate{k}"] = out[f"further{k}"] / out[f"years{k}"].replace(0.0, np.nan)
        out[f"sources{k}"] = out[f"sources{k}"].astype(int)
    out.insert(0, "name", [view.log.names.get(i, i) for i in out.index])
    return out.rename_axis("person_id").reset_index()


def wrong_ever(ever: Figure) -> pd.DataFrame:
    if not ever.usable:
        return with_wrong([])
    (low, high), (low99, high99) = np.exp(ever.bounds(0.95)), np.exp(ever.bounds(0.99))
    why = "A busy source has had more chances to refer you once while you were away: the label follows the number."
    figures = float(np.exp(ever.theta)), (float(low), float(high)), (float(low99), float(high99))
    return with_wrong([("ever referred you in your absence", *figures, why)])
