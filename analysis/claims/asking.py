"""Money in the bank before a withdrawal: do asks succeed more often where the asker had put more in than taken out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Measured, event_gates, not_recorded, with_wrong
from analysis.claims.closing import pooled
from analysis.estimators import Codes, informative, share, stratified
from analysis.intervals import Figure, Floats, newcombe
from analysis.population import Log, Mask, View
from analysis.relations import together

DEPOSITS = ("help", "introduction", "testimonial")
WITHDRAWALS = ("ask", "withdrawal")


@dataclass(frozen=True)
class Asks:
    """One entry an ask that is old enough to have been answered, in order of its id.

    asker, askee: codes of ids; day; balance: deposits less withdrawals of asker with askee in the year before;
    whole: that year is covered throughout; success: a referral or favour came in time.
    """

    ids: np.ndarray
    touch_id: np.ndarray
    asker: Codes
    askee: Codes
    day: Codes
    balance: Floats
    whole: Mask
    success: Mask


def asks(view: View) -> Asks:
    settings, met, rows = view.settings, view.touches, view.group_rows
    ids = together(view).ids
    met = met[met["from_id"].notna() & met["to_id"].notna()]

    def codes(column: pd.Series) -> Codes:
        return np.searchsorted(ids, column.to_numpy(dtype=object).astype(str))

    one, other, kind, when = codes(met["from_id"]), codes(met["to_id"]), met["kind"], met["day"].to_numpy()
    ask = kind.isin(WITHDRAWALS).to_numpy() & (when + settings.capital_ask_days <= view.day - 1)
    if view.log.receiver:
        ask &= (met["from_id"] == view.log.receiver).to_numpy()
    group = met["group_id"].to_numpy(dtype=object)
    end = when + settings.capital_ask_days + 1
    ask &= view.log.covered_days(group, when, end) == end - when  # a week nobody imported brings no referral
    favour = kind.isin(DEPOSITS).to_numpy()
    source, receiver, given = codes(rows["source_id"]), codes(rows["receiver_id"]), rows["given"].to_numpy()
    unasked = rows["asked"].to_numpy() == 0
    n = max(len(ids), 1)

    def tally(giver: Codes, taker: Codes, day: Codes, window: tuple[Codes, Codes]) -> Floats:
        """By ask, how many of giver → taker lie in the window, for the ask's own pair in that direction."""
        key = np.sort((giver * n + taker) * _WIDE + day)
        low, high = (pair * _WIDE + w for w in window)
        return (np.searchsorted(key, high) - np.searchsorted(key, low)).astype(float)

    asker, askee, day = one[ask], other[ask], when[ask]
    before = (day - settings.capital_balance_days, day)
    pair = asker * n + askee
    balance = tally(source, receiver, given, before) + tally(one[favour], other[favour], when[favour], before)
    drawn = kind.isin(WITHDRAWALS).to_numpy()
    balance -= tally(one[drawn], other[drawn], when[drawn], before)
    after = (day, day + settings.capital_ask_days + 1)
    pair = askee * n + asker
    came = tally(source[~unasked], receiver[~unasked], given[~unasked], after)
    came += tally(one[favour], other[favour], when[favour], after)
    whole = view.log.covered_days(group[ask], before[0], day) == settings.capital_balance_days
    return Asks(ids, met["touch_id"].to_numpy(dtype=object)[ask], asker, askee, day, balance, whole, came > 0)


_WIDE = 10**6  # more than any day


class BalanceBeforeAsking(Claim):
    """D3: share of asks that succeed where the balance was positive, less the share where it was not; same asker.

    An ask is a logged contact of that kind, from the asker to the one asked. It has succeeded if the one asked refers
    the asker (not expressly un-asked), or does a recorded favour, within 60 days. Deposits are help, introductions,
    testimonials and referrals given, one each; one-to-ones count nothing.

    data: "bins" (balance ≤ −1, 0, 1, 2, 3 or more: asks, succeeded, share, low, high), "members" (person_id, name,
    n1, won1, n0, won0, diff by asker), "asks" (touch_id, asker, askee, day, balance, success), "wrong".
    """

    id = "D3"
    title = "Put something in before you take something out"
    work = "How to Get More Out of the Time You Already Spend Networking"
    grade = "A"
    needs = ("asks",)
    unit = "asks"
    estimates: ClassVar = {
        "success_difference": "share of asks that succeed with a positive balance, less the share without, within "
        "asker (Mantel–Haenszel)",
        "success_difference_whole_year": "the same among asks whose year before is covered throughout",
        "success_with_balance": "share of asks with a positive balance that succeed",
        "success_without_balance": "share of asks without one that succeed",
        "pooled_difference": "the misleading way: the difference over everybody",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if not view.log.touches["kind"].isin(WITHDRAWALS).any():
            return not_recorded(self.id, view, ["asks"])
        settings, found = view.settings, asks(view)
        arm, y = (found.balance > 0).astype(np.int64), found.success.astype(float)
        figure, kept = difference(view, found, np.ones(len(arm), dtype=bool))
        wins = [int(y[kept & (arm == k)].sum()) for k in (1, 0)]
        n = int(kept.sum())
        counted = {"asks": n, "members": len(np.unique(found.asker[kept])), "events": sum(wins)}
        estimates = [figure.estimate("success_difference", "difference", 0.0, counted)]
        data = {"wrong": _wrong(arm, y)}
        warnings = view.warnings
        short = int((~found.whole).sum())
        if short:
            warnings += (f"For {short} of {len(arm)} asks the log does not reach back a whole year: what was given "
                         "before it is not in their balance.",)  # fmt: skip
        if detail:
            whole, used = difference(view, found, found.whole)
            estimates.append(whole.estimate("success_difference_whole_year", "difference", 0.0,
                                            {"asks": int(used.sum())}))  # fmt: skip
            for k, name in ((1, "success_with_balance"), (0, "success_without_balance")):
                estimates.append(_rate(found, arm == k).estimate(name, "share", None, {"asks": int((arm == k).sum())}))
            crude = pooled(arm, y, found.asker)
            estimates.append(crude.estimate("pooled_difference", "difference", 0.0, {"asks": len(arm)}))
            data |= {"bins": _bins(found), "members": _members(view, found, arm), "asks": _table(view, found)}
        recent = kept & (found.day >= view.day - settings.capital_ask_days - 365)
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=settings.margin_difference, estimates=tuple(estimates),
            gates=event_gates(figure, sum(wins), min(wins), n, settings), n=n, unit=self.unit,
            per_month=float(recent.sum()) / 12, cluster_unit="sources" if view.log.receiver else "members",
            basis={"asks": "recorded"}, warnings=warnings, data=data,
        )  # fmt: skip


def difference(view: View, found: Asks, rows: Mask) -> tuple[Figure, Mask]:
    """The difference within askers, clustered by asker and askee, and the asks behind it; of one asker, between those
    he asked."""
    arm, y = (found.balance > 0).astype(np.int64)[rows], found.success[rows].astype(float)
    asker, askee, one = found.asker[rows], found.askee[rows], np.ones(int(rows.sum()))
    if view.log.receiver:
        return pooled(arm, y, askee, "source"), rows
    kept = np.zeros(len(rows), dtype=bool)
    kept[np.flatnonzero(rows)[informative(asker, arm, one)]] = True
    return stratified("difference", asker, arm, y, one, receiver=asker, source=askee), kept


def _rate(found: Asks, rows: Mask) -> Figure:
    return share(np.bincount(found.asker[rows], found.success[rows], len(found.ids)),
                 np.bincount(found.asker[rows], minlength=len(found.ids)) * 1.0)  # fmt: skip


def _bins(found: Asks) -> pd.DataFrame:
    out = []
    level = np.clip(found.balance, -1, 3)
    for k, name in ((-1, "−1 or less"), (0, "0"), (1, "1"), (2, "2"), (3, "3 or more")):
        mine = level == k
        if mine.any():
            rate = _rate(found, mine)
            out.append((k, name, int(mine.sum()), int(found.success[mine].sum()), rate.theta, *rate.bounds(0.95)))
    return pd.DataFrame(out, columns=["level", "balance", "asks", "succeeded", "share", "low", "high"])


def _members(view: View, found: Asks, arm: Codes) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": found.ids[found.asker], "arm": arm, "won": found.success.astype(int)})
    out = pd.DataFrame({"person_id": np.unique(frame["person_id"])}).set_index("person_id")
    for k in (1, 0):
        mine = frame[frame["arm"] == k].groupby("person_id")["won"]
        out[f"n{k}"], out[f"won{k}"] = mine.size(), mine.sum()
    out = out.fillna(0).astype(int)
    out["diff"] = out["won1"] / out["n1"].replace(0, np.nan) - out["won0"] / out["n0"].replace(0, np.nan)
    out.insert(0, "name", [view.log.names.get(i, i) for i in out.index])
    return out.reset_index()


def _table(view: View, found: Asks) -> pd.DataFrame:
    def name(codes: Codes) -> list[str]:
        return [view.log.names.get(i, i) for i in found.ids[codes]]

    return pd.DataFrame({"touch_id": found.touch_id, "asker": name(found.asker), "askee": name(found.askee),
                         "day": found.day, "balance": found.balance.astype(int), "success": found.success})  # fmt: skip


def _wrong(arm: Codes, y: Floats) -> pd.DataFrame:
    n1, n0 = int((arm == 1).sum()), int((arm == 0).sum())
    if not n1 or not n0:
        return with_wrong([])
    y1, y0 = int(y[arm == 1].sum()), int(y[arm == 0].sum())
    why = "Likeable people give more and are refused less, whatever the balance with the one they ask."
    return with_wrong([("over everybody", y1 / n1 - y0 / n0, newcombe(y1, n1, y0, n0, 0.95),
                        newcombe(y1, n1, y0, n0, 0.99), why)])  # fmt: skip
