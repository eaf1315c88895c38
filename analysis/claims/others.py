"""Who sends what arrives after giving: the one who was given to, or somebody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimators import Codes, share
from analysis.intervals import NOTHING, Figure
from analysis.lag_lead import REACH
from analysis.population import Mask, View, months
from analysis.relations import together
from analysis.result import Estimate
from analysis.return_timing import Joint, returns, timing_ratio

HALF_YEAR = 183  # days


def share_from_others(view: View) -> tuple[list[Estimate], pd.DataFrame]:
    """(two estimates, frame): share of receipts from members not given to in the half-year before, and the share
    expected of sources that refer to each receiver in proportion to what they give to others.

    frame: person_id, name, receipts, others, expected, by receiver. Receipts without any gift before do not enter.
    """
    rows = view.group_rows
    rows = rows[rows["source_id"].isin(set(view.spells["person_id"]))]
    ids = np.unique(rows[["source_id", "receiver_id"]].to_numpy(dtype=object).astype(str))
    source = np.searchsorted(ids, rows["source_id"].to_numpy(dtype=object).astype(str))
    receiver = np.searchsorted(ids, rows["receiver_id"].to_numpy(dtype=object).astype(str))
    day = rows["given"].to_numpy()
    n = len(ids)
    out = np.bincount(source * n + receiver, minlength=n * n).reshape(n, n).astype(float) if n else np.zeros((0, 0))
    found = []
    for i in np.unique(receiver):
        mine, gave = receiver == i, source == i
        if not gave.any():
            continue
        to_others = out.sum(axis=1) - out[:, i]  # what every source gives to others than i
        to_others[i] = 0.0
        near = (day[mine][:, None] - day[gave][None, :] > 0) & (day[mine][:, None] - day[gave][None, :] <= HALF_YEAR)
        given_to = np.zeros((int(mine.sum()), n), dtype=bool)
        at, which = np.nonzero(near)
        given_to[at, receiver[gave][which]] = True
        after = given_to.any(axis=1)
        if not after.any() or to_others.sum() <= 0:
            continue
        others = ~given_to[after, source[mine][after]]
        expected = 1 - given_to[after] @ to_others / to_others.sum()
        found.append((ids[i], int(after.sum()), int(others.sum()), float(expected.sum())))
    frame = pd.DataFrame(found, columns=["person_id", "receipts", "others", "expected"])
    frame.insert(1, "name", [view.log.names.get(i, i) for i in frame["person_id"]])
    counted = {"referrals": int(frame["receipts"].sum()), "members": len(frame)}
    estimates = []
    for name, column in (("share_from_others", "others"), ("share_from_others_expected", "expected")):
        figure = share(frame[column].to_numpy(dtype=float), frame["receipts"].to_numpy(dtype=float))
        estimates.append(figure.estimate(name, "share", None, counted))
    return estimates, frame


def from_others(view: View) -> Mask:
    """Receipts from sources to whom the receiver gave nothing in the months t − 6 … t + 6.

    A window that looked back alone would shrink the pool of "others" as giving rises, and bias the figure downwards.
    """
    rows = view.group_rows
    ids = np.unique(np.concatenate([rows["source_id"].to_numpy(dtype=object).astype(str),
                                    rows["receiver_id"].to_numpy(dtype=object).astype(str)]))  # fmt: skip

    def codes(frame: pd.DataFrame, column: str) -> Codes:
        return np.searchsorted(ids, frame[column].to_numpy(dtype=object).astype(str))

    width = int(months(rows["given"].to_numpy()).max(initial=0)) + 2 * REACH + 2

    def keys(giver: Codes, receiver: Codes, month: Codes) -> Codes:
        return (giver * len(ids) + receiver) * width + month

    gifts = np.sort(keys(codes(rows, "source_id"), codes(rows, "receiver_id"), months(rows["given"].to_numpy())))
    mine, month = view.rows, months(view.given)
    back = keys(codes(mine, "receiver_id"), codes(mine, "source_id"), month)
    at = np.searchsorted(gifts, back - REACH)
    near = (at < len(gifts)) & (gifts[np.minimum(at, max(len(gifts) - 1, 0))] <= back + REACH) if len(gifts) else False
    return np.asarray(~(near & np.ones(len(mine), dtype=bool)))


def direct_returns(view: View) -> Figure:
    """The return-timing ratio over all groups of the view: hits and expectations added up."""
    pairs, rows = together(view), view.group_rows
    source, receiver = (pairs.code(rows[c].to_numpy(dtype=object)) for c in ("source_id", "receiver_id"))
    parts = []
    for group in sorted(set(pairs.group)):
        mine = pairs.group == group
        a, b, start, end = (v[mine] for v in (pairs.a, pairs.b, pairs.start, pairs.end))
        start, end = np.maximum(start, view.log.start(group)), np.minimum(end, view.day)
        fine = start < end
        inside = (rows["group_id"] == group).to_numpy(copy=True)
        members = np.unique(np.concatenate([a, b]))
        inside &= np.isin(source, members) & np.isin(receiver, members)
        joint = Joint(*(np.concatenate([x[fine], y[fine]]) for x, y in ((a, b), (b, a), (start, start), (end, end))))
        parts.append(returns(source[inside], receiver[inside], rows["given"].to_numpy()[inside], joint,
                             view.settings.capital_return_days))  # fmt: skip
    if not parts:
        return NOTHING
    whole = replace(parts[0], **{name: np.concatenate([getattr(p, name) for p in parts])
                                 for name in ("source", "receiver", "hits", "expected")})  # fmt: skip
    return timing_ratio(whole)
