"""L9 and S2 of counts: how much follows a source's first referral."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.claims import further
from analysis.claims.again import Kinds, of_both
from analysis.claims.base import Measured, event_gates, not_recorded_on
from analysis.claims.first_contact import NetworkedSources, Sources, extremes, rate_ratio, wrong_ever
from analysis.claims.further import FurtherReferrals, How
from analysis.claims.sources import NO_CUSTOMERS
from analysis.estimators import Codes
from analysis.from_marts.tables import Found, Standing
from analysis.intervals import Figure
from analysis.population import Mask
from analysis.recorded import Gaps
from analysis.result import Estimate

COLUMNS = ["group", "receiver", "source", "block", "arm", "exposure", "further", "n"]
NO_PAIRS = pd.DataFrame(columns=COLUMNS)


def _sources(table: pd.DataFrame) -> Sources:
    """The pairs as the claims know them, without what only rows can tell. table: COLUMNS; maybe, ever_away if known."""
    none, n = np.empty(0, dtype=np.int64), len(table)
    receiver, source, block, arm = (table[name].to_numpy(dtype=np.int64) for name in COLUMNS[1:5])
    exposure, further_ = (table[name].to_numpy(dtype=float) for name in COLUMNS[5:7])
    maybe = table["maybe"].to_numpy(dtype=float) if "maybe" in table else np.zeros(n)
    away = table["ever_away"].to_numpy() > 0 if "ever_away" in table else np.zeros(n, dtype=bool)
    return Sources(of_row=none, receiver=receiver, source=source, block=block, arm=arm, exposure=exposure,
                   further=further_, maybe=maybe, ever_away=away, gap=none, again=none, row=np.arange(n),
                   in_exposure=none > 0)  # fmt: skip


def _pairs(at: Standing, found: pd.DataFrame) -> Sources:
    """arm: presence at the first referral."""
    start = np.array([at.log.start(group) for group in at.tables.codes()], dtype=np.int64)
    block = (found["first"].to_numpy(dtype=np.int64) - start[found["group"].to_numpy(dtype=np.int64)]) // 365
    return _sources(found.assign(block=block, arm=found["presence"].clip(lower=-1)))


def networked_sources(at: Standing) -> Found:
    """L9, and its pairs: block (year of the log in which the first lies), arm, exposure (days), further."""
    claim, recorded = NetworkedSources.id, [at.recorded[name] for name in ("present", "status")]
    if any(part.never for part in recorded):
        never = [part.field for part in recorded if part.never]
        return Found(not_recorded_on(claim, at.day, never, at.warnings()), NO_PAIRS, _of_presence)
    found = _found(at, "present")
    pairs = _pairs(at, found)
    known, counted = pairs.arm >= 0, pairs.exposure > 0
    holes = [at.gaps("present", int(counted.sum()), int((~known[counted]).sum())),
             at.gaps("status", int(found["followed"].sum()), int(found["unknown"].sum()))]  # fmt: skip
    if any(hole.unrecorded for hole in holes):
        absent = [hole.field for hole in holes if hole.unrecorded]
        return Found(not_recorded_on(claim, at.day, absent, at.warnings()), NO_PAIRS, _of_presence)
    figure, used = rate_ratio(pairs, pairs.arm)
    bounds = extremes(pairs, {hole.field for hole in holes if hole.bounded})
    ever = rate_ratio(pairs, pairs.ever_away.astype(np.int64), blocks=False)[0]
    crude = ever.estimate("ever_networked_ratio", "ratio", 0.0, {"sources": len(pairs.arm)})
    made = _measured(at, claim, "present", found=found, pairs=pairs, arm=pairs.arm, used=used, figure=figure,
                     bounds=bounds, holes=holes, more=[crude], wrong=wrong_ever(ever))  # fmt: skip
    return Found(made, _entries(found, pairs, pairs.arm), _of_presence)


def further_referrals(at: Standing) -> Found:
    """S2, and its pairs as of `networked_sources`."""
    claim, recorded = FurtherReferrals.id, [at.recorded[name] for name in ("kind", "status")]
    if any(part.never for part in recorded):
        never = [part.field for part in recorded if part.never]
        return Found(not_recorded_on(claim, at.day, never, at.warnings()), NO_PAIRS, _of_presence)
    if len(at.months) and not at.kinds["both"]:
        closed = Measured(claim, at.day, unrecorded=(NO_CUSTOMERS,), warnings=at.warnings())
        return Found(closed, NO_PAIRS, _of_presence)
    found = _found(at, "kind")
    pairs, kind = _pairs(at, found), found["kind"].to_numpy(dtype=np.int64)
    kinds: Kinds = of_both(pairs, np.where(kind < 0, -1, kind), kind == -2)
    counted, enters = kinds.enters & (pairs.exposure > 0), found[kinds.enters]
    holes = [at.gaps("kind", int(counted.sum()), int(kinds.unknown[counted].sum())),
             at.gaps("status", int(enters["followed"].sum()), int(enters["unknown"].sum()))]  # fmt: skip
    if any(hole.unrecorded for hole in holes):
        absent = [hole.field for hole in holes if hole.unrecorded]
        return Found(not_recorded_on(claim, at.day, absent, at.warnings()), NO_PAIRS, _of_presence)
    how = How(one=False, members=at.kinds["members"])
    figure, used = further.rate_ratio(pairs, kinds.arm, how)
    bounds = further.extremes(kinds, {hole.field for hole in holes if hole.bounded}, how)
    made = _measured(at, claim, "kind", found=found, pairs=pairs, arm=kinds.arm, used=used, figure=figure,
                     bounds=bounds, holes=holes, more=further.rates(kinds, used, how), wrong=None)  # fmt: skip
    return Found(made, _entries(found, pairs, kinds.arm), partial(_of_kind, how=how))


def _found(at: Standing, field: str) -> pd.DataFrame:
    settings = at.settings
    found = at.tables.followed(field, settings.horizon_days, settings.source_exposure_days, settings.good)
    return found.sort_values(["receiver", "source"], kind="stable", ignore_index=True)


def _measured(
    at: Standing, claim: str, field: str, *, found: pd.DataFrame, pairs: Sources, arm: Codes, used: Mask,
    figure: Figure, bounds: tuple[Figure | None, Figure | None], holes: list[Gaps], more: list[Estimate],
    wrong: pd.DataFrame | None,
) -> Measured:  # fmt: skip
    settings = at.settings
    events = [int(pairs.further[used & (arm == k)].sum()) for k in (1, 0)]
    n = int(found["mature"][used].sum())
    counted = {"sources": int(used.sum()), "members": len(np.unique(pairs.receiver[used])), "events": sum(events),
               "referrals": n}  # fmt: skip
    bounded = [hole for hole in holes if hole.bounded]
    return Measured(
        claim, at.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
        estimates=(figure.estimate("further_rate_ratio", "ratio", 0.0, counted), *more),
        gates=event_gates(figure, sum(events), min(events), n, settings), against=bounds[0], favour=bounds[1],
        missing=sum(hole.missing for hole in bounded), missing_field=", ".join(hole.field for hole in bounded), n=n,
        per_month=float(found["recent"][used].sum()) / 12, basis={field: "recorded"},
        warnings=at.warnings(field, "status"), data={} if wrong is None else {"wrong": wrong},
    )  # fmt: skip


def _entries(found: pd.DataFrame, pairs: Sources, arm: Codes) -> pd.DataFrame:
    keep = (arm >= 0) & (pairs.exposure > 0)
    return pd.DataFrame({"group": found["group"], "receiver": pairs.receiver, "source": pairs.source,
                         "block": pairs.block, "arm": arm, "exposure": pairs.exposure, "further": pairs.further,
                         "n": found["mature"]})[keep]  # fmt: skip


def _of_presence(entries: pd.DataFrame) -> Figure:
    pairs = _sources(entries)
    return rate_ratio(pairs, pairs.arm)[0]


def _of_kind(entries: pd.DataFrame, how: How) -> Figure:
    pairs = _sources(entries)
    return further.rate_ratio(pairs, pairs.arm, how)[0]
