"""Does one kind of referral end in business more often than another? The comparison that L5 and S4 share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis import money, survival
from analysis.claims.base import Measured, event_gates, not_recorded, with_wrong
from analysis.estimators import BOTH_ARMS_FROM, Codes, compact, contrast, informative, share, stratified
from analysis.intervals import NOTHING, Figure, Floats, newcombe
from analysis.population import Mask, View
from analysis.recorded import Gaps, Recording, gaps, left_out_notes, recording
from analysis.result import Estimate


@dataclass(frozen=True)
class Arms:
    """arm: 1, 0, or −1 by row of the view (−1: belongs to neither); unknown: the field that tells is empty.

    names: estimate names of arm 1 and arm 0; words: how a sentence calls them.
    two_way: sources are clusters too; enters: rows that may enter at all.
    """

    arm: Codes
    unknown: Mask
    field: str
    names: tuple[str, str]
    words: tuple[str, str]
    two_way: bool
    enters: Mask


@dataclass(frozen=True)
class Codings:
    receiver: Codes
    source: Codes


def codings(view: View) -> Codings:
    """Integer codes of receivers and sources in the byte order of their ids."""
    receiver = pd.factorize(view.rows["receiver_id"], sort=True)[0].astype(np.int64)
    source = pd.factorize(view.rows["source_id"], sort=True)[0].astype(np.int64)
    return Codings(receiver, source)


def deciding(view: View, arms: Arms, codes: Codings, arm: Codes, won: Mask) -> tuple[Figure, Mask]:
    """The difference within receivers and the rows behind it; of a single receiver, between its sources."""
    rows = arm >= 0
    a, y = arm[rows], won[rows].astype(float)
    receiver, source = codes.receiver[rows], codes.source[rows]
    if view.log.receiver:
        return pooled(a, y, source, "source"), rows
    keep = np.zeros(len(arm), dtype=bool)
    keep[np.flatnonzero(rows)[informative(receiver, a, np.ones(len(a)))]] = True
    return stratified("difference", receiver, a, y, np.ones(len(a)), receiver=receiver,
                      source=source if arms.two_way else None), keep  # fmt: skip


def pooled(arm: Codes, y: Floats, cluster: Codes, label: str = "member", *, t: Floats | None = None) -> Figure:
    """Difference of the two rates over everybody, jackknifed by cluster. t: rows that an entry stands for, 1 each."""
    codes, g = compact(cluster)

    def by(k: int, values: Floats) -> Floats:
        return np.bincount(codes[arm == k], values[arm == k], g)

    t = np.ones(len(arm)) if t is None else t
    return contrast(by(1, y), by(1, t), by(0, y), by(0, t), label=label)


def recorded_since(view: View, arms: Arms) -> list[Recording]:
    """Since when the field that tells the arms apart is filled in, and since when the outcome is."""
    return [recording(view, name) for name in (arms.field, "status")]


def settled(view: View, arms: Arms, since: list[Recording]) -> tuple[Mask, Codes]:
    """Mature rows where both fields are recorded; and by row its arm, −1 where that or the outcome is unknown."""
    population = view.mature & arms.enters & since[0].inside(view) & since[1].inside(view)
    known = population & ~view.rows["status"].isna().to_numpy()
    return population, np.where(known & ~arms.unknown, arms.arm, -1)


def measure(view: View, claim: str, arms: Arms, detail: bool) -> Measured:
    """P(won within the horizon) in arm 1 less arm 0, among mature referrals."""
    settings, codes = view.settings, codings(view)
    since = recorded_since(view, arms)
    population, arm = settled(view, arms, since)
    holes = _holes(view, arms, population)
    absent = [r.field for r in since if r.never] + [h.field for h in holes if h.unrecorded]
    if absent:
        return not_recorded(claim, view, absent)
    figure, used = deciding(view, arms, codes, arm, view.won)
    wins = [int((view.won & used & (arm == k)).sum()) for k in (1, 0)]
    n = int(used.sum())
    counted = {"referrals": n, "members": len(np.unique(codes.receiver[used])),
               "sources": len(np.unique(codes.source[used])), "events": sum(wins)}  # fmt: skip
    recent = used & (view.given >= view.day - settings.horizon_days - 365)
    against, favour = _bounds(view, arms, codes, population, holes)
    bounded = [h for h in holes if h.bounded]
    estimates: tuple[Estimate, ...] = (figure.estimate("close_rate_difference", "difference", 0.0, counted),)
    data: dict[str, pd.DataFrame] = {}
    warnings = view.warnings + left_out_notes(view, since)
    if detail:
        more, said, frames = _secondary(view, arms, codes, arm, figure)
        estimates, warnings = estimates + more, warnings + said
        ids = view.rows["referral_id"][used].to_numpy()
        data = frames | {"rows": pd.DataFrame({"referral_id": ids, "arm": arm[used]})}
    won_so_far = (view.rows["status"] == "won").to_numpy()
    data["wrong"] = wrong_rates({k: (int(mine.sum()), int((view.won & mine).sum()), int((won_so_far & mine).sum()))
                                 for k in (1, 0) for mine in [arm == k]})  # fmt: skip
    return Measured(
        claim,
        view.day,
        figure,
        theta0=0.0,
        delta=settings.margin_difference,
        estimates=estimates,
        gates=event_gates(figure, sum(wins), min(wins), n, settings),
        against=against,
        favour=favour,
        missing=sum(h.missing for h in bounded),
        missing_field=", ".join(h.field for h in bounded),
        n=n,
        per_month=float(recent.sum()) / 12,
        cluster_unit="sources" if view.log.receiver else "members",
        basis={arms.field: "recorded"},
        warnings=warnings,
        data=data,
    )


def _holes(view: View, arms: Arms, population: Mask) -> list[Gaps]:
    status = view.rows["status"]
    undated = (status == "won").to_numpy() & view.rows["closed"].isna().to_numpy()
    empty = {arms.field: arms.unknown, "status": status.isna().to_numpy(), "closed": undated}
    return [gaps(view, name, mask[population]) for name, mask in empty.items()]


def _bounds(
    view: View, arms: Arms, codes: Codings, population: Mask, holes: list[Gaps]
) -> tuple[Figure | None, Figure | None]:
    """Everything unknown counted against arm 1, then for it; only fields whose gaps are large enough."""
    open_fields = {h.field for h in holes if h.bounded}
    if not open_fields:
        return None, None
    status, closed = view.rows["status"], view.rows["closed"]
    guess = np.zeros(len(population), dtype=bool)
    if "status" in open_fields:
        guess |= status.isna().to_numpy()
    if "closed" in open_fields:
        guess |= ((status == "won") & closed.isna()).to_numpy()
    known = population & (guess | ~status.isna().to_numpy())
    out = []
    for side in (0, 1):  # the arm that the unknown is counted for
        won = np.where(guess, arms.arm == side, view.won)
        arm = np.where(known & ~arms.unknown, arms.arm, -1)
        if arms.field in open_fields:
            arm = np.where(known & arms.unknown, np.where(won, side, 1 - side), arm)
        out.append(deciding(view, arms, codes, arm.astype(np.int64), won)[0])
    return out[0], out[1]


def _secondary(
    view: View, arms: Arms, codes: Codings, arm: Codes, figure: Figure
) -> tuple[tuple[Estimate, ...], tuple[str, ...], dict[str, pd.DataFrame]]:
    """Pooled rates, money and the frames of the charts."""
    settings, rows = view.settings, arm >= 0
    cluster = codes.source if view.log.receiver else codes.receiver
    a, y, c = arm[rows], view.won[rows].astype(float), cluster[rows]
    n = {
        "referrals": int(rows.sum()),
        "members": len(np.unique(codes.receiver[rows])),
        "events": int(y.sum()),
    }
    crude = pooled(a, y, c)
    out = [crude.estimate("pooled_difference", "difference", 0.0, n)]
    for k, name in ((1, arms.names[0]), (0, arms.names[1])):
        own, g = compact(c[a == k])
        rate = share(np.bincount(own, y[a == k], g), np.bincount(own, minlength=g) * 1.0)
        counts = {"referrals": int((a == k).sum()), "members": g, "events": int(y[a == k].sum())}
        out.append(rate.estimate(name, "share", None, counts))
    value = money.of(view, rows)
    ratio = money.value_ratio(value, arm, cluster)
    paid = {"referrals": int((value.counts & rows).sum()), "wins_with_amount": int((value.raw > 0).sum())}
    out.append(ratio.estimate("value_ratio", "ratio", 0.0, paid))
    said = value.warnings + money.concentration(value, arm, arms.words, settings.concentration)
    if np.isfinite(crude.theta) and crude.theta * figure.theta < 0:
        said += ("Mix effect: over everybody the difference points the other way than within the same receivers.",)
    return tuple(out), said, {"members": _members(view, codes, arm), "money": money.table(value, arm)}


def _members(view: View, codes: Codings, arm: Codes) -> pd.DataFrame:
    """person_id, name, n1, won1, n0, won0, diff by receiver with any row in either arm."""
    rows = arm >= 0
    frame = pd.DataFrame({"person_id": view.rows["receiver_id"][rows], "arm": arm[rows], "won": view.won[rows]})
    out = pd.DataFrame(index=sorted(set(frame["person_id"])))
    for k in (1, 0):
        mine = frame[frame["arm"] == k].groupby("person_id")["won"]
        out[f"n{k}"], out[f"won{k}"] = mine.size(), mine.sum()
    out = out.reindex(columns=["n1", "won1", "n0", "won0"]).fillna(0).astype(int)
    with np.errstate(invalid="ignore"):
        out["diff"] = out["won1"] / out["n1"].replace(0, np.nan) - out["won0"] / out["n0"].replace(0, np.nan)
    out.insert(0, "name", [view.log.names.get(i, i) for i in out.index])
    return out.rename_axis("person_id").reset_index()


def wrong_rates(tallies: Mapping[int, tuple[int, int, int]]) -> pd.DataFrame:
    """Pooled over everybody as if referrals were independent; and everything won so far, however young.

    tallies: by arm, its referrals, those won within the horizon, those won at all.
    """
    rows = []
    for name, at, why in (
        ("over everybody", 1,
         "It compares trades, not sources: whoever closes often and has many of one kind decides it."),
        ("won of all so far", 2,
         "It favours whatever closes faster, and counts what was won after the horizon."),
    ):  # fmt: skip
        n1, n0 = tallies[1][0], tallies[0][0]
        if not n1 or not n0:
            continue
        y1, y0 = tallies[1][at], tallies[0][at]
        at95, at99 = newcombe(y1, n1, y0, n0, 0.95), newcombe(y1, n1, y0, n0, 0.99)
        rows.append((name, y1 / n1 - y0 / n0, at95, at99, why))
    return with_wrong(rows)


def times(view: View) -> tuple[Codes, Codes, Mask]:
    """Days from referral to closing or to the last observed day, event (1 won, 2 lost, 0 open), who counts.

    A row without status, with a closing before the referral or closed on an unknown day does not enter.
    """
    status, closed = view.rows["status"], view.rows["closed"].to_numpy()
    settled = status.isin(["won", "lost"]).to_numpy()
    with np.errstate(invalid="ignore"):
        fine = status.notna().to_numpy() & (~settled | (closed >= view.given))
    t = np.where(settled & fine, closed, view.day - 1) - view.given
    event = np.where(settled, np.where((status == "won").to_numpy(), 1, 2), 0)
    return np.where(fine, t, 0).astype(np.int64), event.astype(np.int64), fine


def curves(t: Codes, event: Codes, arm: Codes, *, last: int, least: int, value: str = "cif") -> pd.DataFrame:
    """arm, day, value, at_risk: cumulative incidence by arm as far as `least` are still followed."""
    parts = []
    for k in (1, 0):
        mine = arm == k
        counts = survival.total(survival.count(t[mine], event[mine], last))
        end = survival.followed_to(counts, least) + 1
        parts.append(pd.DataFrame({"arm": k, "day": np.arange(end), value: survival.incidence(counts)[:end],
                                   "at_risk": counts.at_risk()[:end].astype(int)}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def days_to_close(view: View, arm: Codes) -> Figure:
    """Mean days to a win within the horizon, arm 1 less arm 0; open referrals count while they are open."""
    t, event, fine = times(view)
    keep = fine & (arm >= 0)
    ids = view.rows["source_id" if view.log.receiver else "receiver_id"].to_numpy()
    return curve_contrast(view, survival.days_to_event, t[keep], event[keep], arm[keep],
                          cluster_ids=ids[keep], tau=view.settings.horizon_days)  # fmt: skip


def curve_contrast(
    view: View, statistic: Callable[[survival.Counts], Floats], t: Codes, event: Codes, arm: Codes,
    *, cluster_ids: np.ndarray, tau: int,
) -> Figure:  # fmt: skip
    """Difference of a statistic of two curves, by leaving out clusters (buckets of them where there are
    many)."""
    if not len(t):
        return NOTHING
    settings = view.settings
    cluster, bucketed = survival.groups(cluster_ids, settings.gate_blocks, settings.gate_blocks_from)
    figure = survival.curve_difference(statistic, t, event, arm, tau=tau, cluster=cluster,
                                       at_risk=settings.gate_at_risk,
                                       both_arms_from=BOTH_ARMS_FROM)  # fmt: skip
    return replace(figure, df=settings.gate_blocks - 1.0) if bucketed else figure
