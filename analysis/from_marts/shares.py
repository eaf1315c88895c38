"""L1 of counts: how much was given in the receiver's absence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.claims.base import Measured, event_gates, not_recorded_on
from analysis.claims.presence import NetworkedShare, wrong_share
from analysis.estimators import compact, share, share_two_way
from analysis.from_marts.tables import Found, Standing
from analysis.intervals import Figure, Floats
from analysis.result import Estimate


def networked_share(at: Standing) -> Found:
    """L1, and its entries: y (away) of t (of known presence)."""
    settings, claim = at.settings, NetworkedShare.id
    warnings = at.warnings("present")
    found = at.tables.presence(settings.window_days)
    known, missing = int(found["known"].sum()), int(found["missing"].sum())
    hole = at.gaps("present", known + missing, missing)
    if at.recorded["present"].never or hole.unrecorded:
        empty = pd.DataFrame(columns=["group", "receiver", "source", "y", "t", "n"])
        return Found(not_recorded_on(claim, at.day, ["present"], at.warnings()), empty, figure)
    everything = found.rename(columns={"away": "y"}).assign(t=found["known"], n=found["known"])
    entries = everything[everything["t"] > 0]
    of_all, events = figure(entries), int(entries["y"].sum())
    against = favour = None
    if hole.bounded:
        every = everything.assign(t=everything["known"] + everything["missing"])
        against, favour = figure(every), figure(every.assign(y=every["y"] + every["missing"]))
    theta0 = settings.benchmark_share_networked
    counted = {"referrals": known, "members": entries["receiver"].nunique(), "sources": entries["source"].nunique(),
               "events": events}  # fmt: skip
    estimates = [of_all.estimate("share_networked", "share", theta0, counted), _equal_members(entries, theta0)]
    measured = Measured(
        claim, at.day, of_all, theta0=theta0, delta=settings.margin_share, estimates=tuple(estimates),
        gates=event_gates(of_all, max(events, known - events), None, known, settings), against=against, favour=favour,
        missing=missing, missing_field="present", n=known, unit=NetworkedShare.unit, per_month=known / 12,
        basis={"present": "recorded"}, warnings=warnings, data={"wrong": wrong_share(events, known)},
    )  # fmt: skip
    return Found(measured, entries, figure)


def figure(entries: pd.DataFrame) -> Figure:
    """The share of these entries, clustered by receiver and source."""
    y, t = (entries[name].to_numpy(dtype=float) for name in ("y", "t"))
    return share_two_way(y, entries["receiver"].to_numpy(), entries["source"].to_numpy(), t)


def of_members(entries: pd.DataFrame) -> tuple[Floats, Floats]:
    """y and t by receiver."""
    codes, g = compact(entries["receiver"].to_numpy())
    y, t = (np.bincount(codes, entries[name].to_numpy(dtype=float), g) for name in ("y", "t"))
    return y, t


def _equal_members(entries: pd.DataFrame, theta0: float) -> Estimate:
    y, t = of_members(entries)
    return share(y / t, np.ones(len(t))).estimate("share_networked_equal_members", "share", theta0, {"members": len(t)})
