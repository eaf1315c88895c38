"""One for one? How many of the referrals that somebody gives first are answered by the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import network
from analysis.claims.base import Claim, Measured, event_gates, with_wrong
from analysis.claims.top_two import DRAWS, seed
from analysis.estimators import Codes, compact, share
from analysis.intervals import NOTHING, Figure, wilson
from analysis.pairs import answers, share_of_pairs
from analysis.population import Log, Mask, View
from analysis.result import Estimate

NO_MEMBERS = (
    "Referrals from one member to another are not recorded here. Log what members give one another with giver and "
    "receiver, and import the member list."
)
SEQUENCE, COUNTED, WARM_UP = 1095, 730, 180  # days before the day, and after the log begins


@dataclass(frozen=True)
class Exchange:
    """Referrals between members of one group, of the last three years: rows (their places among the group's rows),
    source, receiver (codes of the same people), day; opening, answered; counted: openings that the share is about."""

    rows: Codes
    source: Codes
    receiver: Codes
    day: Codes
    opening: Mask
    answered: Mask
    counted: Mask
    people: np.ndarray


class Returned(Claim):
    """R6: share of opening referrals that the same person answers within a year. The claim: fewer than one for one.

    data: members (person_id, name, openings, answered, share, given, received), rows (arm 1 answered, 0 not), wrong.
    """

    id = "R6"
    title = "What you give does not come back one for one from the same person"
    work = "Great Referrals Aren't Accidents"
    grade = "D"
    needs = ()
    unit = "openings"
    estimates: ClassVar = {
        "share_answered": "share of referrals between members, not themselves an answer, that the same person answers "
        "within 365 days",
        "share_in_balance": "share of members who gave between 0.8 and 1.25 times what they received from members, in "
        "the last 365 days",
        "reciprocated_weight": "share of the last 365 days' referrals between members matched by one the other way",
        "exchange_beyond_volume": "that share against chance with the same totals given and received, in standard "
        "deviations (a description: matching trades alone raise it)",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        settings, found = view.settings, exchange(view)
        if len(view.group_rows) and not len(found.rows):
            return Measured(self.id, view.day, unrecorded=(NO_MEMBERS,), warnings=view.warnings)
        mine = found.counted
        if view.log.receiver:
            mine = mine & (found.people[found.source] == view.log.receiver)
        figure = _figure(view, found, mine)
        n, events = int(mine.sum()), int(found.answered[mine].sum())
        theta0 = settings.benchmark_share_answered
        counted = {"openings": n, "members": len(np.unique(np.concatenate([found.source[mine], found.receiver[mine]]))),
                   "events": events}  # fmt: skip
        estimates = [figure.estimate("share_answered", "share", theta0, counted)]
        data = {"wrong": _wrong(view, found)}
        if detail:
            estimates += _descriptions(view, found)
            data["members"] = _members(view, found, mine)
            ids = view.group_rows["referral_id"].to_numpy()[found.rows[mine]]
            data["rows"] = pd.DataFrame({"referral_id": ids, "arm": found.answered[mine].astype(int)})
        return Measured(
            self.id, view.day, figure, theta0=theta0, delta=settings.margin_share, estimates=tuple(estimates),
            gates=event_gates(figure, max(events, n - events), None, n, settings), n=n, unit=self.unit,
            per_month=n / 12, warnings=view.warnings, data=data, direction=-1,
        )  # fmt: skip


def exchange(view: View) -> Exchange:
    """The referrals between members, and which of them open and are answered."""
    rows, settings = view.group_rows, view.settings
    group, given = rows["group_id"].to_numpy(), rows["given"].to_numpy(dtype=np.int64)
    member = set(zip(view.spells["person_id"], view.spells["group_id"], strict=True))
    inside = np.array([(s, g) in member and (r, g) in member for s, r, g in
                       zip(rows["source_id"], rows["receiver_id"], group, strict=True)], dtype=bool)  # fmt: skip
    start = np.array([view.log.start(g) for g in group], dtype=np.int64)
    at = np.flatnonzero(inside & (given >= np.maximum(view.day - SEQUENCE, start)))
    people, codes = np.unique(np.concatenate([rows["source_id"].to_numpy()[at], rows["receiver_id"].to_numpy()[at]]),
                              return_inverse=True)  # fmt: skip
    source, receiver = codes[: len(at)].astype(np.int64), codes[len(at) :].astype(np.int64)
    day = given[at]
    opening, answered = np.ones(len(at), dtype=bool), np.zeros(len(at), dtype=bool)
    for name in sorted(set(group[at])):  # people of two groups answer in the group where it was opened
        own = group[at] == name
        opening[own], answered[own] = answers(source[own], receiver[own], day[own], settings.window_days)
    # From 180 days after the log begins on, and a year before its end; nothing of either may be missing.
    seen = view.log.covered_days(group[at], day - WARM_UP, day + settings.window_days + 1)
    counted = opening & (day >= view.day - COUNTED) & (day < view.day - settings.window_days)
    counted &= seen == WARM_UP + settings.window_days + 1
    for side in ("source_id", "receiver_id"):
        counted &= _stays(view, rows[side].to_numpy()[at], group[at], day, settings.window_days)
    return Exchange(at, source, receiver, day, opening, answered, counted, people)


def _stays(view: View, person: np.ndarray, group: np.ndarray, day: Codes, days: int) -> Mask:
    """Member of the group on that day and still so many days later."""
    asked = pd.DataFrame({"person_id": person, "group_id": group, "day": day, "row": np.arange(len(day))})
    found = asked.merge(view.spells[["person_id", "group_id", "joined", "left"]], on=["person_id", "group_id"])
    found = found[(found["joined"] <= found["day"]) & (found["left"] > found["day"] + days)]
    out = np.zeros(len(day), dtype=bool)
    out[found["row"].to_numpy()] = True
    return out


def _figure(view: View, found: Exchange, mine: Mask) -> Figure:
    y = found.answered[mine].astype(float)
    if not len(y):
        return NOTHING
    if view.log.receiver:  # one person's openings: those who answer are the sample
        of, g = compact(found.receiver[mine])
        return share(np.bincount(of, y, g), np.bincount(of, minlength=g) * 1.0, label="member")
    return share_of_pairs(y, found.source[mine], found.receiver[mine])


def _last_year(view: View, found: Exchange) -> Mask:
    return found.day >= view.day - view.settings.window_days


def _descriptions(view: View, found: Exchange) -> list[Estimate]:
    now, n = _last_year(view, found), len(found.people)
    given, received = (np.bincount(codes[now], minlength=n) for codes in (found.source, found.receiver))
    some = (given + received) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = given[some] / received[some]
    inside = int(((ratio >= 1 / view.settings.margin_ratio) & (ratio <= view.settings.margin_ratio)).sum())
    of, members = int(some.sum()), {"members": int(some.sum())}
    out = []
    if of:
        balance = Figure(inside / of, 0.0, np.inf, "logit", float(of), of, score=True)
        out.append(balance.estimate("share_in_balance", "share", None, members))
    if now.any():
        w = network.weights(found.source[now], found.receiver[now], n)
        counted = {"referrals": int(now.sum())}
        out.append(Estimate("reciprocated_weight", network.reciprocated(w), "share", n=counted))
        if len(view.log.cover) == 1 and now.sum() >= 20:
            z, _ = network.exchange_beyond_volume(found.source[now], found.receiver[now], n, DRAWS, seed("R6", view))
            out.append(
                Estimate("exchange_beyond_volume", z if np.isfinite(z) else None, "standard deviations", n=counted)
            )
    return out


def _members(view: View, found: Exchange, mine: Mask) -> pd.DataFrame:
    n, now = len(found.people), _last_year(view, found)
    openings = np.bincount(found.source[mine], minlength=n)
    answered = np.bincount(found.source[mine], found.answered[mine], n).astype(int)
    out = pd.DataFrame({"person_id": found.people, "name": [view.log.names.get(p, p) for p in found.people],
                        "openings": openings, "answered": answered})  # fmt: skip
    out["share"] = out["answered"] / out["openings"].replace(0, np.nan)
    out["given"] = np.bincount(found.source[now], minlength=n)
    out["received"] = np.bincount(found.receiver[now], minlength=n)
    return out


def _wrong(view: View, found: Exchange) -> pd.DataFrame:
    """The chapter's totals; and last year's returns over the gifts of the year before."""
    if not len(found.rows):
        return with_wrong([])
    n, now = len(found.people), _last_year(view, found)
    before = (found.day >= view.day - COUNTED) & ~now
    nothing = (float("nan"), float("nan"))
    rows = [("given over received, all members", 1.0, nothing, nothing,
             "Inside a group whatever is given is received: the totals balance whoever answers whom.")]  # fmt: skip
    gifts, back = (network.weights(found.source[part], found.receiver[part], n) for part in (before, now))
    total, matched = float(gifts.sum()), float(np.minimum(gifts, back.T).sum())
    if total:
        why = "Quick answers fall into the year of the gift, and answers count as gifts that want an answer themselves."
        rows.append(("last year's returns over the year before's gifts", matched / total, wilson(matched, total, 0.95),
                     wilson(matched, total, 0.99), why))  # fmt: skip
    return with_wrong(rows)
