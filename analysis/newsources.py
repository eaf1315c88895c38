"""New sources: how long until the first and the third referral, what quick ones gave later, ratings, who was asked.

Pure: frames in, one frozen NewSources out. Times are those of the claim on quick sources (analysis.claims.quick); where
nobody knows when two people met, the clock starts at a source's first referral, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from analysis import survival
from analysis.claims.quick import ENOUGH, MARKS, Starts, share_by, starts
from analysis.engine import as_of_day
from analysis.estimators import compact, share
from analysis.intervals import Floats
from analysis.newsources_asked import Asked, asked
from analysis.newsources_rated import Rated, rated
from analysis.pair_panel import pair_windows
from analysis.population import Mask, View, prepare, to_date
from analysis.rated import referred, span_end
from analysis.relations import together
from analysis.result import Frames
from analysis.scope import Filter, Scope
from analysis.settings import Settings

YEAR = MARKS[-1]
ARMS = ("quick", "slower", "silent")


@dataclass(frozen=True)
class Times:
    """basis: "met" (the acquaintance began) or "first" (the first referral; then the curves are the second and third).

    curves: which (first | second | third), day 0 … 365, value, at_risk; a curve ends where too few are followed. marks:
    which, day, value, low, high, at_risk. pairs: source_id, source, receiver_id, receiver, start (day), basis
    (membership | contact | referral), first, third: days to them, NA where there was none. members: receivers.
    """

    basis: str
    curves: pd.DataFrame
    marks: pd.DataFrame
    pairs: pd.DataFrame
    members: int
    soon: int  # relationships with the first within 30 days

    @property
    def firsts(self) -> int:
        return int(self.pairs["first"].notna().sum())

    @property
    def thirds(self) -> int:
        return int(self.pairs["third"].notna().sum())


@dataclass(frozen=True)
class Later:
    """What came after the first year. arms: arm (quick: first referral within `days`; slower: later in the first year;
    silent: none in it), pairs, years followed after that year, referrals, rate a year, low, high (95 %, receivers as
    the sample). dots: arm, source_id, source, receiver, first, years, rate of each pair that referred in its first
    year."""

    days: int
    arms: pd.DataFrame
    dots: pd.DataFrame


@dataclass(frozen=True)
class NewSources:
    """as_of is exclusive; None = no dated referral. times, later, rated: None where not recorded. idle: fields of
    filters that do not narrow this."""

    as_of: date | None = None
    times: Times | None = field(default=None, repr=False, compare=False)
    later: Later | None = field(default=None, repr=False, compare=False)
    rated: Rated | None = field(default=None, repr=False, compare=False)
    asked: Asked | None = field(default=None, repr=False, compare=False)
    idle: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self.as_of is None


def build(frames: Frames, scope: Scope, settings: Settings, filters: Sequence[Filter] = ()) -> NewSources:
    """frames: of the whole scope, unfiltered. Filters on source and receiver choose relationships; the others would
    hide the referral that a clock waits for and do not apply (`idle`)."""
    log = prepare(replace(frames, receiver=scope.receiver), settings)
    day = as_of_day(log, scope)
    if day is None or log.at(day).group_rows.empty:
        return NewSources()
    view = log.at(day)
    wanted = {name: {v for n, v in filters if n == name} for name in ("source", "receiver")}
    found, basis = starts(view), "met"
    found = found.only(_chosen(found, wanted))
    if not len(found.to):
        found, basis = since_first(view), "first"
        found = found.only(_chosen(found, wanted))
    return NewSources(
        to_date(day), times(view, found, basis) if len(found.to) else None,
        later(view, found) if basis == "met" and len(found.to) else None, rated(view, wanted), asked(view, wanted),
        tuple(sorted({name for name, _ in filters} - set(wanted))),
    )  # fmt: skip


def _chosen(found: Starts, wanted: dict[str, set[str]]) -> Mask:
    keep = np.ones(len(found.to), dtype=bool)
    for name, codes in (("source", found.by), ("receiver", found.to)):
        if wanted[name]:
            keep &= np.isin(found.ids[codes], sorted(wanted[name])) if len(codes) else keep
    return keep


def since_first(view: View) -> Starts:
    """Pairs by their first referral, inside coverage and the receiver's membership: time to the second and third.

    Of a log of two years and more its first year is left out, because a source of that year may be an old one.
    """
    pairs, rows = together(view), view.rows
    frame = pd.DataFrame({
        "by": pairs.code(rows["source_id"].to_numpy(dtype=object)),
        "to": pairs.code(rows["receiver_id"].to_numpy(dtype=object)),
        "group": rows["group_id"], "given": view.given, "known": ~rows["source_id"].str.startswith("?"),
        "covered": view.log.covered_days(rows["group_id"].to_numpy(), view.given, view.given + 1) > 0,
        "spell": view.spell_of_row,
    }).sort_values("given", kind="stable")  # fmt: skip
    frame["nth"] = frame.groupby(["by", "to"], sort=False).cumcount()
    first = frame[(frame["nth"] == 0) & frame["known"] & frame["covered"] & (frame["spell"] >= 0)]
    begun = first["group"].map(view.log.start).to_numpy(dtype=np.int64)
    first = first[first["given"].to_numpy() >= begun + YEAR * (view.day - begun >= 2 * YEAR)]
    begin, group = first["given"].to_numpy(dtype=np.int64), first["group"].to_numpy(dtype=object)
    left = view.spells["left"].to_numpy()[first["spell"].to_numpy()]
    # Without a list a membership ends with the last record, which is no leaving.
    left = np.where(first["group"].isin(view.log.listed), left, view.day)
    stop = span_end(view, group, begin)
    keyed = frame.set_index(["by", "to", "nth"])["given"]

    def outcome(which: int) -> tuple[np.ndarray, np.ndarray]:
        key = pd.MultiIndex.from_arrays([first["by"], first["to"], np.full(len(first), which)])
        day = keyed.reindex(key).fillna(np.inf).to_numpy(dtype=float)
        came, gone = (day < left) & (day < stop), left < stop
        end = np.where(came, day, np.where(gone, left, stop - 1))
        return (end - begin).astype(np.int64), np.where(came, 1, np.where(gone, 2, 0)).astype(np.int64)

    return Starts(pairs.ids, first["to"].to_numpy(np.int64), first["by"].to_numpy(np.int64), begin,
                  *outcome(1), *outcome(ENOUGH - 1))  # fmt: skip


def times(view: View, found: Starts, basis: str) -> Times:
    """Both curves with their marks, and the relationships one by one."""
    named = ("first" if basis == "met" else "second", "third")
    parts = ((found.time, found.event), (found.third_time, found.third_event))
    curves, marks = [], []
    for which, (time, event) in zip(named, parts, strict=True):
        counts = survival.total(survival.count(time, event, YEAR))
        end = survival.followed_to(counts, view.settings.gate_at_risk) + 1
        curves.append(pd.DataFrame({"which": which, "day": np.arange(end), "value": survival.incidence(counts)[:end],
                                    "at_risk": counts.at_risk()[:end].astype(int)}))  # fmt: skip
        for tau in MARKS if which != "third" else MARKS[2:]:
            figure = share_by(view, found, time, event, tau)
            if figure.usable:
                marks.append((which, tau, figure.theta, *figure.bounds(0.95), int((time >= tau).sum())))
    columns = ["which", "day", "value", "low", "high", "at_risk"]
    return Times(basis, pd.concat(curves, ignore_index=True), pd.DataFrame(marks, columns=columns),
                 _pairs(view, found, basis), len(np.unique(found.to)),
                 int(((found.event == 1) & (found.time <= MARKS[0])).sum()))  # fmt: skip


def _pairs(view: View, found: Starts, basis: str) -> pd.DataFrame:
    met = together(view)
    joint = pd.Series(met.start, index=met.key).groupby(level=0).min().reindex(met.key_of(found.to, found.by))
    by_membership = joint.to_numpy(dtype=float) == found.start
    source, receiver = found.ids[found.by].astype(object), found.ids[found.to].astype(object)
    frame = pd.DataFrame({
        "source_id": source, "source": [view.log.names.get(i, i) for i in source],
        "receiver_id": receiver, "receiver": [view.log.names.get(i, i) for i in receiver], "start": found.start,
        "basis": "referral" if basis == "first" else np.where(by_membership, "membership", "contact"),
        "first": pd.array(np.where(found.event == 1, found.time, 0), dtype="Int64"),
        "third": pd.array(np.where(found.third_event == 1, found.third_time, 0), dtype="Int64"),
    })  # fmt: skip
    frame["first"] = frame["first"].mask(found.event != 1)
    frame["third"] = frame["third"].mask(found.third_event != 1)
    return frame.sort_values(["source", "receiver"], kind="stable").reset_index(drop=True)


def later(view: View, found: Starts) -> Later:
    """Referrals after the first year of knowing one another, by what came in that year: everybody is sorted before
    the time that is compared begins."""
    days = view.settings.capital_quick_days
    until = _until(view, found)
    followed = until - found.start - YEAR - 1
    keep = followed > 0
    source, receiver = found.ids[found.by[keep]], found.ids[found.to[keep]]
    time, event, begin = found.time[keep], found.event[keep], found.start[keep] + YEAR + 1
    came = referred(view, source.astype(object), receiver.astype(object)).count(begin, until[keep])
    arm = np.where((event != 1) | (time > YEAR), 2, np.where(time <= days, 0, 1))
    years = followed[keep] / 365.25
    cluster = compact(found.by[keep] if view.log.receiver else found.to[keep])[0]
    rows = [(name, *_rate(came[arm == k], years[arm == k], cluster[arm == k])) for k, name in enumerate(ARMS)]
    arms = pd.DataFrame(rows, columns=["arm", "pairs", "years", "referrals", "rate", "low", "high"])
    names = view.log.names
    dots = pd.DataFrame({"arm": np.array(ARMS)[arm], "source_id": source, "first": time, "years": years,
                         "source": [names.get(i, i) for i in source], "receiver": [names.get(i, i) for i in receiver],
                         "rate": came / years})[arm < 2]  # fmt: skip
    return Later(days, arms, dots.reset_index(drop=True))


def _until(view: View, found: Starts) -> np.ndarray:
    """The day (exclusive) on which each pair ceases to be observed: either's leaving, or the end of what is covered."""
    windows = pair_windows(view)
    windows = windows[windows["start"] == windows["known"]].drop_duplicates(["to", "by"])
    mine = windows.set_index(["to", "by"]).reindex(pd.MultiIndex.from_arrays([found.to, found.by]))
    stop = span_end(view, mine["group"].to_numpy(dtype=object), found.start)
    return np.minimum(mine["end"].to_numpy(dtype=np.int64), stop)


def _rate(came: Floats, years: Floats, cluster: np.ndarray) -> tuple[int, float, int, float, float, float]:
    """pairs, years, referrals, rate, low, high; without any referral the upper end is the exact one of a count of 0."""
    exposure, n = float(years.sum()), float(came.sum())
    if exposure <= 0:
        return len(came), 0.0, 0, float("nan"), float("nan"), float("nan")
    if not n:
        return len(came), exposure, 0, 0.0, 0.0, float(stats.chi2.ppf(0.975, 2) / 2 / exposure)
    codes, g = compact(cluster)
    low, high = share(np.bincount(codes, came, g), np.bincount(codes, years, g), link="log").bounds(0.95)
    return len(came), exposure, int(n), n / exposure, float(low), float(high)
