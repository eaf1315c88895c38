"""How soon does a new relationship bring its first referral?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import survival
from analysis.claims.base import Claim, Gate, Measured, event_gates, not_recorded, with_wrong
from analysis.estimators import Codes
from analysis.intervals import NOTHING, Figure, two_way, wilson
from analysis.pair_panel import pair_windows
from analysis.population import Log, Mask, View
from analysis.rated import span_end
from analysis.relations import first_known, together
from analysis.result import Estimate

MARKS = (30, 90, 180, 365)
ENOUGH = 3  # referrals, for a relationship that goes on
_WIDE = 10**6  # more than any day


@dataclass(frozen=True)
class Starts:
    """One entry an ordered pair whose relationship began inside coverage, while the receiver was a member.

    time, event: days from its start to the first referral by → to (1), to either's leaving (2), or to the end of
    observation (0); third: the same of the third referral.
    """

    ids: np.ndarray
    to: Codes
    by: Codes
    start: Codes
    time: Codes
    event: Codes
    third_time: Codes
    third_event: Codes

    def only(self, rows: Mask) -> Starts:
        names = ("to", "by", "start", "time", "event", "third_time", "third_event")
        return Starts(self.ids, *(getattr(self, n)[rows] for n in names))


def starts(view: View) -> Starts:
    """The relationships of the view; of one receiver, his own."""
    windows = pair_windows(view)
    windows = windows[windows["start"] == windows["known"]].drop_duplicates(["to", "by"])
    ids = together(view).ids
    to, by = windows["to"].to_numpy(dtype=np.int64), windows["by"].to_numpy(dtype=np.int64)
    group, begin = windows["group"].to_numpy(dtype=object), windows["start"].to_numpy(dtype=np.int64)
    if view.log.receiver:
        mine = ids[to] == view.log.receiver if len(to) else to > 0
        to, by, group, begin, windows = to[mine], by[mine], group[mine], begin[mine], windows[mine]
    seen = view.log.covered_days(group, begin, begin + 1) > 0
    to, by, group, begin, windows = to[seen], by[seen], group[seen], begin[seen], windows[seen]
    stop = span_end(view, group, begin)  # of a gap nobody knows what fell into it
    leave = windows["end"].to_numpy(dtype=np.int64)
    rows, n = view.group_rows, max(len(ids), 1)
    giver, taker = (together(view).code(rows[c].to_numpy(dtype=object)) for c in ("source_id", "receiver_id"))
    key = np.sort((giver * n + taker) * _WIDE + rows["given"].to_numpy())
    pair = by * n + to
    first = np.searchsorted(key, pair * _WIDE + begin)

    def outcome(which: int) -> tuple[Codes, Codes]:
        at = np.minimum(first + which, max(len(key) - 1, 0))
        there = (first + which < len(key)) & (key[at] // _WIDE == pair) if len(key) else np.zeros(len(pair), dtype=bool)
        day = np.where(there, key[at] % _WIDE if len(key) else 0, _WIDE)
        came, left = (day < leave) & (day < stop), leave < stop
        event = np.where(came, 1, np.where(left, 2, 0))
        return np.where(came, day, np.where(left, leave, stop - 1)) - begin, event.astype(np.int64)

    return Starts(ids, to, by, begin, *outcome(0), *outcome(ENOUGH - 1))


class Quick(Claim):
    """Q1: share of new relationships whose first referral comes within 90 days (Aalen–Johansen: either's leaving
    competes, the others count for as long as they have been watched).

    data: "curve" (day 0 … 365, value, at_risk), "marks" (day, value, low, high, at_risk: 30, 90, 180, 365), "members"
    (person_id, name, starts, referred), "wrong".
    """

    id = "Q1"
    title = "New sources can refer at once"
    author = "Author not named"
    work = "How To Get Referrals From New Referral Sources Quickly"
    grade = "D"
    needs = ("known",)
    unit = "new relationships"
    estimates: ClassVar = {
        "share_within_90_days": "share of new relationships with a first referral within 90 days",
        "share_within_30_days": "the same within 30 days",
        "share_within_180_days": "the same within 180 days",
        "share_within_365_days": "the same within a year",
        "third_within_365_days": "share of new relationships with a third referral within a year",
        "days_to_first": "mean days without a referral in the first year",
        "pace": "how much of the first year's chance of a referral falls into its first 90 days (.25 at an even pace; "
        "pairs that differ raise it too)",
        "within_30_days": "how many relationships brought a referral within 30 days",
        "share_among_referring": "the misleading way: of those that have referred, the share that did within 90 days",
        "share_with_unknown_starts": "the misleading way: pairs known only by a referral taken as starting with it",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if len(view.group_rows) and not len(first_known(view)):
            return not_recorded(self.id, view, ["known"])
        settings, found = view.settings, starts(view)
        tau, theta0 = settings.capital_quick_days, settings.capital_quick_share
        figure = share_by(view, found, found.time, found.event, tau)
        n, firsts = len(found.to), int((found.event == 1).sum())
        counted = {"relationships": n, "members": len(np.unique(found.to)), "events": firsts}
        estimates = [figure.estimate("share_within_90_days", "share", theta0, counted)]
        data = {"wrong": _wrong(view, found, tau)}
        if detail:
            shares = {tau: share_by(view, found, found.time, found.event, tau) for tau in MARKS}
            estimates += _secondary(view, found, shares)
            data |= {"curve": _curve(view, found), "marks": _marks(found, shares), "members": _members(view, found)}
        recent = int((found.start >= view.day - 365).sum())
        return Measured(
            self.id, view.day, figure, theta0=theta0, delta=settings.margin_share, estimates=tuple(estimates),
            gates=_gates(view, figure, found, n, firsts), n=n, unit=self.unit, per_month=recent / 12,
            cluster_unit="sources" if view.log.receiver else "members", basis={"known": "recorded"},
            warnings=view.warnings, data=data,
        )  # fmt: skip


def _gates(view: View, figure: Figure, found: Starts, n: int, firsts: int) -> tuple[Gate, ...]:
    settings = view.settings
    general = [g for g in event_gates(figure, firsts, None, n, settings) if g.name != "events"]
    least, begun = settings.capital_quick_firsts, settings.capital_quick_starts
    watched = int((found.time >= settings.capital_quick_days).sum())
    return (
        *general,
        Gate("new relationships", n, begun, max(0, begun - n)),
        Gate("first referrals", firsts, least, int(np.ceil((least - firsts) * n / firsts)) if firsts else None),
        Gate("followed for 90 days without a referral", watched, settings.gate_at_risk),
    )


def share_by(view: View, found: Starts, time: Codes, event: Codes, tau: int) -> Figure:
    """F(τ), clustered by receiver and source; of one receiver by source."""
    if not len(found.to):
        return NOTHING
    settings, pair = view.settings, np.char.add(np.char.add(found.ids[found.by], ">"), found.ids[found.to])
    labels = {"member": found.ids[found.to], "source": found.ids[found.by], "pair": pair}
    wanted = ("source",) if view.log.receiver else tuple(labels)
    figures = []
    for name in wanted:
        codes, bucketed = survival.groups(labels[name], settings.gate_blocks, settings.gate_blocks_from)
        codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
        one = survival.curve_share(survival.incidence_at_end, time, event, tau, cluster=codes,
                                   at_risk=settings.gate_at_risk)  # fmt: skip
        figures.append(replace(one, df=settings.gate_blocks - 1.0) if bucketed else one)
    if not all(f.usable for f in figures):
        return NOTHING
    if view.log.receiver:
        return replace(figures[0], left_out={"source": next(iter(figures[0].left_out.values()))})
    return two_way((figures[0], figures[1], figures[2]))


def _secondary(view: View, found: Starts, shares: Mapping[int, Figure]) -> list[Estimate]:
    n = {"relationships": len(found.to)}
    out = []
    for tau in (30, 180, 365):
        out.append(shares[tau].estimate(f"share_within_{tau}_days", "share", None, n))
    third = share_by(view, found, found.third_time, found.third_event, 365)
    out.append(third.estimate("third_within_365_days", "share", None, n))
    whole = survival.total(survival.count(found.time, (found.event == 1).astype(np.int64), 365))
    alive = survival.survival(whole)
    out.append(_bare(float(survival.restricted_mean(alive))).estimate("days_to_first", "days", None, n))
    pace = float("nan")
    if 0 < alive[365] < 1:
        pace = float(np.log(alive[90]) / np.log(alive[365]))
    out.append(_bare(pace).estimate("pace", "share", None, n))
    soon = int(((found.event == 1) & (found.time <= 30)).sum())
    out.append(_bare(float(soon)).estimate("within_30_days", "relationships", None, n))
    count, of = _among(found, view.settings.capital_quick_days)
    among = _bare(count / of if of else float("nan"))
    out.append(among.estimate("share_among_referring", "share", None, {"relationships": of}))
    value = _with_unknown(view, found, view.settings.capital_quick_days)
    return [*out, _bare(value).estimate("share_with_unknown_starts", "share", None, n)]


def _bare(value: float) -> Figure:
    """A number without an interval."""
    return Figure(value, float("nan"), 1.0, "identity", 0.0, 0)


def _among(found: Starts, tau: int) -> tuple[int, int]:
    first = found.event == 1
    return int((first & (found.time <= tau)).sum()), int(first.sum())


def _with_unknown(view: View, found: Starts, tau: int) -> float:
    """F(τ) with every pair known only by its referral added as if the two had met on that day."""
    known, rows, pairs = first_known(view), view.rows, together(view)
    giver, taker = (pairs.code(rows[c].to_numpy(dtype=object)) for c in ("source_id", "receiver_id"))
    undated = ~np.isin(pairs.key_of(giver, taker), known.index.to_numpy())
    extra = len(np.unique((giver * max(len(pairs.ids), 1) + taker)[undated]))
    time = np.concatenate([found.time, np.zeros(extra, dtype=np.int64)])
    event = np.concatenate([found.event, np.ones(extra, dtype=np.int64)])
    return float(survival.incidence_at_end(survival.total(survival.count(time, event, tau)))) if len(time) else np.nan


def _curve(view: View, found: Starts) -> pd.DataFrame:
    counts = survival.total(survival.count(found.time, found.event, MARKS[-1]))
    end = survival.followed_to(counts, view.settings.gate_at_risk) + 1
    return pd.DataFrame({"day": np.arange(end), "value": survival.incidence(counts)[:end],
                         "at_risk": counts.at_risk()[:end].astype(int)})  # fmt: skip


def _marks(found: Starts, shares: Mapping[int, Figure]) -> pd.DataFrame:
    rows = [(tau, figure.theta, *figure.bounds(0.95), int((found.time >= tau).sum())) for tau, figure in shares.items()]
    return pd.DataFrame(rows, columns=["day", "value", "low", "high", "at_risk"])


def _members(view: View, found: Starts) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": found.ids[found.to], "referred": (found.event == 1).astype(int)})
    out = frame.groupby("person_id", sort=True)["referred"].agg(["size", "sum"]).reset_index()
    out.columns = ["person_id", "starts", "referred"]
    out.insert(1, "name", [view.log.names.get(i, i) for i in out["person_id"]])
    return out


def _wrong(view: View, found: Starts, tau: int) -> pd.DataFrame:
    soon, of = _among(found, tau)
    rows = []
    if of:
        why = "It leaves out everybody who has not referred yet: the slow and the silent."
        rows.append(("only those who have referred", soon / of, wilson(soon, of, 0.95), wilson(soon, of, 0.99), why))
    value = _with_unknown(view, found, tau)
    if np.isfinite(value):
        why = "Of whom nothing is known but a referral, the acquaintance is older: counted from it, all are quick."
        none = (float("nan"), float("nan"))
        rows.append(("acquaintance counted from the first referral", value, none, none, why))
    return with_wrong(rows)
