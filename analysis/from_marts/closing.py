"""L5 and S4 of counts: which of two kinds of referral ends in business more often, within the same receiver."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.claims.base import Measured, event_gates, not_recorded_on
from analysis.claims.closing import pooled, wrong_rates
from analysis.claims.sources import NO_CUSTOMERS
from analysis.estimators import compact, informative, share, stratified
from analysis.from_marts.tables import Found, Standing
from analysis.intervals import Figure
from analysis.recorded import Gaps
from analysis.result import Estimate


@dataclass(frozen=True)
class Kind:
    """A claim of this form: its id, the field that tells the arms apart, and the names of their rates."""

    claim: str
    field: str
    names: tuple[str, str]


NETWORKED = Kind("L5", "present", ("close_rate_networked", "close_rate_linear"))
PARTNERS = Kind("S4", "kind", ("close_rate_partner", "close_rate_customer"))
NO_ENTRIES = pd.DataFrame(columns=["group", "receiver", "source", "arm", "y", "t", "n"])


def closing(at: Standing, kind: Kind) -> Found:
    """The claim, and its entries: of arm 1 or 0, y (won) of t (mature and of known outcome)."""
    of_kind = kind.field == "kind"
    two_way = not of_kind or at.kinds["members"]
    figure = partial(deciding, two_way=two_way)
    recorded = [at.recorded[name] for name in (kind.field, "status")]
    if of_kind and at.known("kind") and not at.kinds["both"]:
        closed = Measured(kind.claim, at.day, unrecorded=(NO_CUSTOMERS,), warnings=at.warnings())
        return Found(closed, NO_ENTRIES, figure)
    absent = [part.field for part in recorded if part.never]
    found = at.tables.closing(kind.field, at.settings.horizon_days)
    holes = _holes(at, kind, found)
    absent += [hole.field for hole in holes if hole.unrecorded]
    if absent:
        return Found(not_recorded_on(kind.claim, at.day, absent, at.warnings()), NO_ENTRIES, figure)
    entries = _arms(found, found["arm"], found["won"], found["known"])
    return Found(_measured(at, kind, entries, two_way=two_way, holes=holes, found=found), entries, figure)


def _holes(at: Standing, kind: Kind, found: pd.DataFrame) -> list[Gaps]:
    every = int((found["known"] + found["silent"]).sum())
    unknown = found[found["arm"] == -2]
    empty = {kind.field: int((unknown["known"] + unknown["silent"]).sum()), "status": int(found["silent"].sum()),
             "closed": int(found["undated"].sum())}  # fmt: skip
    return [at.gaps(name, every, missing) for name, missing in empty.items()]


def _arms(found: pd.DataFrame, arm: pd.Series, y: pd.Series, t: pd.Series) -> pd.DataFrame:
    out = found[["group", "receiver", "source", "recent", "won_ever"]].assign(arm=arm, y=y, t=t, n=t)
    return out[(out["arm"] >= 0) & (out["t"] > 0)]


def deciding(entries: pd.DataFrame, two_way: bool) -> Figure:
    """The difference within receivers; two_way: sources are clusters too."""
    receiver, source, arm = (entries[name].to_numpy(dtype=np.int64) for name in ("receiver", "source", "arm"))
    y, t = (entries[name].to_numpy(dtype=float) for name in ("y", "t"))
    return stratified("difference", receiver, arm, y, t, receiver=receiver, source=source if two_way else None)


def _measured(
    at: Standing, kind: Kind, entries: pd.DataFrame, *, two_way: bool, holes: list[Gaps], found: pd.DataFrame
) -> Measured:
    settings, figure = at.settings, deciding(entries, two_way)
    inside = informative(entries["receiver"].to_numpy(), entries["arm"].to_numpy(), entries["t"].to_numpy(dtype=float))
    used = entries[inside]
    wins = [int(used["y"][used["arm"] == k].sum()) for k in (1, 0)]
    n = int(used["t"].sum())
    counted = {"referrals": n, "members": used["receiver"].nunique(), "sources": used["source"].nunique(),
               "events": sum(wins)}  # fmt: skip
    bounded = [hole for hole in holes if hole.bounded]
    against, favour = _bounds(kind, found, {hole.field for hole in bounded}, two_way)
    estimates = [figure.estimate("close_rate_difference", "difference", 0.0, counted), *_secondary(kind, entries)]
    return Measured(
        kind.claim, at.day, figure, theta0=0.0, delta=settings.margin_difference, estimates=tuple(estimates),
        gates=event_gates(figure, sum(wins), min(wins), n, settings), against=against, favour=favour,
        missing=sum(hole.missing for hole in bounded), missing_field=", ".join(hole.field for hole in bounded), n=n,
        per_month=float(used["recent"].sum()) / 12, basis={kind.field: "recorded"},
        warnings=at.warnings(kind.field, "status"), data={"wrong": wrong_rates(_tallies(entries))},
    )  # fmt: skip


def _bounds(kind: Kind, found: pd.DataFrame, fields: set[str], two_way: bool) -> tuple[Figure | None, Figure | None]:
    """Everything unknown counted against arm 1, then for it; only fields whose gaps are large enough."""
    if not fields:
        return None, None
    guessed = (found["silent"] if "status" in fields else 0) + (found["undated"] if "closed" in fields else 0)
    every = found["known"] + (found["silent"] if "status" in fields else 0)
    out = []
    for side in (0, 1):  # the arm that the unknown is counted for
        parts = [_arms(found, found["arm"], found["won"] + guessed * (found["arm"] == side), every)]
        if kind.field in fields:  # of unknown arm: what was won to that arm, what was not to the other
            unknown = found[found["arm"] == -2]
            won = unknown["won"] + 0
            of = every[unknown.index]
            parts.append(_arms(unknown, won * 0 + side, won, won))
            parts.append(_arms(unknown, won * 0 + 1 - side, won * 0, of - won))
        out.append(deciding(pd.concat(parts, ignore_index=True), two_way))
    return out[0], out[1]


def _secondary(kind: Kind, entries: pd.DataFrame) -> list[Estimate]:
    arm, receiver = entries["arm"].to_numpy(dtype=np.int64), entries["receiver"].to_numpy(dtype=np.int64)
    y, t = (entries[name].to_numpy(dtype=float) for name in ("y", "t"))
    n = {"referrals": int(t.sum()), "members": len(np.unique(receiver)), "events": int(y.sum())}
    out = [pooled(arm, y, receiver, t=t).estimate("pooled_difference", "difference", 0.0, n)]
    for k, name in ((1, kind.names[0]), (0, kind.names[1])):
        own, g = compact(receiver[arm == k])
        rate = share(np.bincount(own, y[arm == k], g), np.bincount(own, t[arm == k], g))
        counts = {"referrals": int(t[arm == k].sum()), "members": g, "events": int(y[arm == k].sum())}
        out.append(rate.estimate(name, "share", None, counts))
    return out


def _tallies(entries: pd.DataFrame) -> dict[int, tuple[int, int, int]]:
    """By arm: referrals, won within the horizon, won at all."""
    return {k: (int(mine["t"].sum()), int(mine["y"].sum()), int(mine["won_ever"].sum()))
            for k in (1, 0) for mine in [entries[entries["arm"] == k]]}  # fmt: skip
