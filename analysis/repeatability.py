"""What can be counted on: the coming quarter as a range, how earlier ranges turned out, new sources, the pace.

Pure: frames in, one frozen Repeatability out. Members' ranges are those of analysis.forecast, which the claims on
repeatability judge; what the chapter, or the chosen people, receive as a whole has its own in repeatability_total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from analysis import forecast
from analysis.engine import as_of_day
from analysis.forecast import LEAST, TRAIN
from analysis.intervals import Floats
from analysis.population import Log, Mask, View, month_start, months, prepare, quarter_start, to_date
from analysis.recorded import gaps
from analysis.repeatability_pace import Pace, pace
from analysis.repeatability_total import Total, quarterly
from analysis.result import Estimate, Frames
from analysis.scope import Filter, Scope, narrowed
from analysis.settings import Settings
from analysis.tenure_panel import DAYS_A_MONTH, whole_months

# A forecast needs every month of the log, and outcomes that may still come would look like a decline.
NARROWING = ("source", "kind", "room", "tier")


@dataclass(frozen=True)
class Repeatability:
    """as_of is exclusive; start, end: the coming quarter (half-open), end is past the log.

    received: what the chapter, or the chosen people, receive. sources: the same of first-time sources; None where who
    gave is not recorded. members: person_id, name, group_id, here, x received in `exposure` months before, mean, low,
    high, quarters forecast before and hits. history: a row a member and quarter that was forecast: person_id, name,
    origin (month since January 1970), mean, low, high, mass, y. trust: hits less what the ranges promise, over members
    and quarters. untold: present members who have been here too short a time. listed: every group has a member list.
    unknown: share of referrals whose giver is not recorded. idle: fields of filters that do not narrow this. ids:
    referrals of the last 365 days before the coming quarter, and of what of it has gone by.
    """

    as_of: date | None = None
    start: date | None = None
    end: date | None = None
    months: int = 0
    received: Total | None = field(default=None, repr=False, compare=False)
    sources: Total | None = field(default=None, repr=False, compare=False)
    members: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    history: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    trust: Estimate | None = None
    pace: Pace | None = field(default=None, repr=False, compare=False)
    people: tuple[str, ...] = ()
    untold: int = 0
    listed: bool = True
    unknown: float = 0.0
    idle: tuple[str, ...] = ()
    ids: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def empty(self) -> bool:
        return self.as_of is None


def build(frames: Frames, scope: Scope, settings: Settings, filters: Sequence[Filter] = ()) -> Repeatability:
    """frames: of the whole scope, unfiltered; the filters narrow what is counted and never what time is covered.

    Filters on the receiver, and a receiver in the scope, choose people; their ranges are still drawn towards the whole
    group's level. Filters on outcome or month do not apply (`idle`).
    """
    full = prepare(replace(frames, receiver=None), settings)
    day = as_of_day(full, scope)
    if day is None or full.at(day).rows.empty:
        return Repeatability()
    log = _counted(full, frames, scope, filters, day)
    view = log.at(day)
    people = {value for name, value in filters if name == "receiver"}
    people |= {scope.receiver} if scope.receiver else set()
    panel = forecast.activity(view)
    units = pd.DataFrame({"person_id": panel.person, "group_id": panel.group,
                          "name": [log.names.get(p, p) for p in panel.person],
                          "here": _here(view)})  # fmt: skip
    chosen = units["person_id"].isin(people).to_numpy() if people else np.ones(len(units), dtype=bool)
    made = forecast.forecasts(view)
    made = made[chosen[made["unit"].to_numpy(dtype=np.int64)]].reset_index(drop=True)
    begin = quarter_start(day)
    listed = full.listed >= set(view.group_rows["group_id"])
    rows = view.rows["receiver_id"].isin(people).to_numpy() if people else np.ones(len(view.rows), dtype=bool)
    by_month = _Months.of(view, people, listed)
    members, untold = _coming(view, units, made, chosen)
    source_unknown = view.rows["source_id"].str.startswith("?").to_numpy(dtype=bool)
    hole = gaps(view, "source_id", source_unknown[rows])
    return Repeatability(
        to_date(day), to_date(begin), to_date(int(month_start(months(np.array([begin])) + forecast.TARGET)[0])),
        int(by_month.whole.sum()), by_month.forecast(rows, begin),
        None if hole.unrecorded else _new_sources(view, rows & ~source_unknown, by_month, begin),
        members, _history(made, units), _trust(view, made), _pace(view, units, chosen), tuple(sorted(people)), untold,
        listed, float(source_unknown[rows].mean()) if rows.any() else 0.0,
        tuple(sorted({name for name, _ in filters} - {*NARROWING, "receiver"})),
        tuple(view.rows["referral_id"][rows & (view.given >= begin - 365)]),
    )  # fmt: skip


def _counted(full: Log, frames: Frames, scope: Scope, filters: Sequence[Filter], day: int) -> Log:
    """The log with the rows that the filters leave, and the memberships and coverage of the whole."""
    kept = tuple(pair for pair in filters if pair[0] in NARROWING)
    if not kept:
        return full
    ids = narrowed(frames, replace(scope, filters=kept)).referrals["referral_id"]
    rows = full.rows[full.rows["referral_id"].isin(set(ids))].reset_index(drop=True)
    groups = frozenset(full.listed | set(full.rows["group_id"]))
    return replace(full, rows=rows, spells=full.at(day).spells, listed=groups, _views={})


@dataclass(frozen=True)
class _Months:
    """Calendar months from `first`: whole = covered in every group; exposure in member-months, members at each month's
    beginning (one entry more). Without a member list both are 1: the group as a whole."""

    view: View
    first: int
    whole: Mask
    exposure: Floats
    there: Floats

    @staticmethod
    def of(view: View, people: set[str], listed: bool) -> _Months:
        groups = sorted(set(view.log.cover) & (set(view.log.rows["group_id"]) | view.log.listed))
        covered = [whole_months(view, group) for group in groups]
        every = np.concatenate([*covered, np.empty(0, np.int64)])
        if not len(every):
            return _Months(view, 0, np.empty(0, bool), np.empty(0), np.zeros(1))
        month = np.arange(every.min(), every.max() + 2)
        whole = np.all([np.isin(month, found) for found in covered], axis=0)[:-1]
        if not listed:
            return _Months(view, int(month[0]), whole, np.ones(len(whole)), np.ones(len(month)))
        spells = view.spells[view.spells["person_id"].isin(people)] if people else view.spells
        joined, left = spells["joined"].to_numpy()[:, None], spells["left"].to_numpy()[:, None]
        start = month_start(np.append(month, month[-1] + 1))
        days = np.minimum(left, start[1:-1]) - np.maximum(joined, start[:-2])
        return _Months(view, int(month[0]), whole, np.maximum(days, 0).sum(axis=0) / DAYS_A_MONTH,
                       ((joined <= start[:-1]) & (left > start[:-1])).sum(axis=0).astype(float))  # fmt: skip

    def forecast(self, rows: Mask, begin: int) -> Total:
        """The quarterly totals of those rows; begin: first day of the coming quarter."""
        place = months(self.view.given[rows]) - self.first
        inside = (place >= 0) & (place < len(self.whole))
        counts = np.bincount(place[inside], minlength=len(self.whole)).astype(float)
        start = int(months(np.array([begin]))[0])
        return quarterly(counts, self.exposure, self.there, self.whole, first=self.first, start=start)


def _new_sources(view: View, rows: Mask, by_month: _Months, begin: int) -> Total:
    """Sources by the day of their first referral to a receiver in a year; months whose year before is not wholly
    covered cannot tell a new source from an old one."""
    year = view.settings.window_days
    frame = view.rows.loc[rows, ["source_id", "receiver_id", "given"]].sort_values("given", kind="stable")
    before = frame.groupby(["source_id", "receiver_id"], sort=False)["given"].shift()
    fresh = np.zeros(len(view.rows), dtype=bool)
    fresh[frame.index[(before.isna() | (frame["given"] - before > year)).to_numpy()]] = True
    held = np.convolve(by_month.whole, np.ones(TRAIN + 1), "full")[: len(by_month.whole)] == TRAIN + 1
    return replace(by_month, whole=held).forecast(fresh, begin)


def _here(view: View) -> Mask:
    """Which units of the panel were members in the whole month before the coming quarter."""
    active = forecast.activity(view).active
    last = int(months(np.array([quarter_start(view.day)]))[0]) - forecast.activity(view).first - 1
    return active[:, last] if 0 <= last < active.shape[1] else np.zeros(len(active), dtype=bool)


def _coming(view: View, units: pd.DataFrame, made: pd.DataFrame, chosen: Mask) -> tuple[pd.DataFrame, int]:
    """Each present member's coming quarter (forecast.upcoming), what it rests on, and how many are too new for one."""
    panel = forecast.activity(view)
    start = int(months(np.array([quarter_start(view.day)]))[0]) - panel.first
    past = slice(max(start - TRAIN, 0), max(start, 0))
    found = forecast.upcoming(view).drop_duplicates("person_id").set_index("person_id")
    history = units.assign(x=panel.received[:, past].sum(axis=1), exposure=panel.active[:, past].sum(axis=1))
    here = units["here"].to_numpy()
    told = history["person_id"].isin(found.index).to_numpy() & here & (history["exposure"] >= LEAST).to_numpy()
    out = history[told & chosen].drop_duplicates("person_id")
    out = out.assign(**{c: found[c].reindex(out["person_id"]).to_numpy() for c in ("mean", "low", "high")})
    tried = made.assign(hit=made["y"].between(made["low"], made["high"])).groupby("unit")["hit"].agg(["size", "sum"])
    tried = tried.reindex(out.index).fillna(0).astype(int)
    out = out.assign(quarters=tried["size"], hits=tried["sum"])
    out = out.sort_values(["mean", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)
    return out, int((here & chosen & ~told).sum())


def _history(made: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    who = units.iloc[made["unit"].to_numpy(dtype=np.int64)].reset_index(drop=True)
    return pd.concat([who, made[["origin", "mean", "low", "high", "mass", "y"]]], axis=1)


def _trust(view: View, made: pd.DataFrame) -> Estimate | None:
    if made.empty:
        return None
    hits = int(made["y"].between(made["low"], made["high"]).sum())
    n = {"member_quarters": len(made), "hits": hits, "members": made["unit"].nunique(),
         "quarters": made["origin"].nunique()}  # fmt: skip
    return forecast.calibration(made, forecast.members(view, made)).estimate("calibration", "difference", 0.0, n)


def _pace(view: View, units: pd.DataFrame, chosen: Mask) -> Pace | None:
    panel = forecast.activity(view)
    found = pace(view, panel, units)
    if found is None or chosen.all():
        return found
    keep = found.members["person_id"].isin(set(units["person_id"][chosen]))
    return replace(found, members=found.members[keep].reset_index(drop=True))
