"""Renewals that are due, and who may be about to leave: a stated rule, held against those who left before.

Every half-year of the log, members who had been there for half a year are sorted by a sign, and followed for half a
year more. The share that left with the sign and without it is what the rule is worth here; it is no forecast of one
person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.intervals import Floats
from analysis.population import Log, prepare, to_date, to_day
from analysis.result import Frames
from analysis.scope import Scope

HALF_YEAR = 182  # days: what is looked back on, and how long members are followed
COVERED = 0.9  # of the days looked back on
LITTLE = 0.5  # of what the group's middle member had
ATTENDANCE = 0.88
MEETINGS = 8  # fewer in half a year say nothing about attendance
LEAVERS = 10  # fewer, and nothing is said about signs
DUE = 90  # days ahead
SIGNS = ("received", "one_to_ones", "attendance", "first_year")


@dataclass(frozen=True)
class Sign:
    """Member-half-years with the sign (1) and without it (0): n, left, share with its 95 % interval over members (NaN
    where none can be given). clear: the interval of the difference leaves out zero."""

    key: str
    n: tuple[int, int]
    left: tuple[int, int]
    share: tuple[float, float]
    low95: tuple[float, float]
    high95: tuple[float, float]
    clear: bool


@dataclass(frozen=True)
class Leaving:
    """as_of: the day after the last record. renewals: person_id, name, renews, days (from as_of), None where no date of
    renewal is recorded. signs: evidence by sign, none where too few left. leavers, half_years, members, since: of the
    history. listed: a member list with days of leaving is here.

    now, by name: person_id, name, received, usual (the middle member's), weeks since the last referral received (NaN =
    none in the log), givers (present members who ever referred to him), others (present members besides him), and a
    column for each sign (True, False, None = not known). None where the last half-year is not covered.
    """

    as_of: date
    renewals: pd.DataFrame | None
    signs: tuple[Sign, ...]
    leavers: int
    half_years: int
    members: int
    since: date | None
    listed: bool
    now: pd.DataFrame | None = field(repr=False, compare=False, default=None)


def build(frames: Frames, scope: Scope) -> Leaving | None:
    """None where the log has no dated event."""
    log = prepare(frames)
    day = _as_of(log, frames, scope)
    if day is None:
        return None
    pasts = [_past(log, group) for group in sorted(log.listed)]
    history = pd.concat([_landmark(past, t) for past in pasts for t in _landmarks(past, day)] or [_nobody()])
    followed = history[history["person_id"].notna()]
    leavers = int(followed["leaves"].sum())
    signs = tuple(s for s in (_sign(followed, key) for key in SIGNS) if s) if leavers >= LEAVERS else ()
    now = [_landmark(past, day) for past in pasts if past.covered(day)]
    table = pd.concat(now, ignore_index=True) if now else None
    return Leaving(
        to_date(day), _renewals(frames, log, day), signs, leavers, len(followed), followed["person_id"].nunique(),
        to_date(int(followed["day"].min()) - HALF_YEAR) if len(followed) else None,
        bool(log.listed) and bool((log.spells["left"] < day).any()), _now(log, table, day),
    )  # fmt: skip


def _as_of(log: Log, frames: Frames, scope: Scope) -> int | None:
    known = [day for day in (log.default_day,) if day]
    if not known:
        ends = frames.snapshots["period_to"].dropna()
        known = [int(ends.max()) + 1] if len(ends) else []
    chosen = [to_day(d) for d in (scope.end, scope.as_of) if d]
    return min([*known, *chosen]) if known else None


def _renewals(frames: Frames, log: Log, day: int) -> pd.DataFrame | None:
    """Of present members, the earliest day of each from as_of on."""
    rows = frames.memberships
    if "renews" not in rows or rows["renews"].isna().all():
        return None
    rows = rows.assign(renews=rows["renews"].astype("Float64").astype(float),
                       left=rows["left"].astype("Float64").astype(float))  # fmt: skip
    rows = rows[(rows["renews"] >= day) & (rows["renews"] < day + DUE) & ~(rows["left"] < day)]
    rows = rows.sort_values(["renews", "person_id"], kind="stable").drop_duplicates("person_id")
    return pd.DataFrame({
        "person_id": rows["person_id"].to_numpy(object), "name": [log.names.get(p, p) for p in rows["person_id"]],
        "renews": [to_date(int(d)) for d in rows["renews"]], "days": (rows["renews"] - day).astype(int).to_numpy(),
    })  # fmt: skip


def _landmarks(past: Past, day: int) -> Iterator[int]:
    """Half-years that do not overlap, back from the last one whose outcome is known."""
    t = day - HALF_YEAR
    while t > past.log.start(past.group):
        if past.covered(t):
            yield t
        t -= HALF_YEAR


def _covered(log: Log, group: str, t: int, kind: str = "referrals") -> bool:
    spans = log.covers.get(kind, {}).get(group, ())
    return sum(max(0, min(b, t) - max(a, t - HALF_YEAR)) for a, b in spans) >= COVERED * HALF_YEAR


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=["person_id", "day", "leaves", "count_", "usual", *SIGNS])


@dataclass(frozen=True)
class Past:
    """One group's records as arrays, cut out once: spells, who received on which day, both sides of one-to-ones, marks
    of meetings (a letter of PALMS)."""

    log: Log
    group: str
    spells: pd.DataFrame
    got: tuple[np.ndarray, np.ndarray]
    met: tuple[np.ndarray, np.ndarray]
    marks: tuple[np.ndarray, np.ndarray, np.ndarray]

    def covered(self, t: int, kind: str = "referrals") -> bool:
        return _covered(self.log, self.group, t, kind)


def _past(log: Log, group: str) -> Past:
    rows = log.rows[log.rows["group_id"] == group]
    met = log.touches[(log.touches["group_id"] == group) & (log.touches["kind"] == "one_to_one")]
    register = log.attendance[log.attendance["group_id"] == group]
    sides = np.concatenate([met["from_id"].to_numpy(object), met["to_id"].to_numpy(object)])
    letters = register["status"].str.strip().str.lower().str[:1].to_numpy(object)
    return Past(
        log, group, log.spells[log.spells["group_id"] == group],
        (rows["given"].to_numpy(), rows["receiver_id"].to_numpy(object)), (np.tile(met["day"].to_numpy(), 2), sides),
        (register["day"].to_numpy(), register["person_id"].to_numpy(object), letters),
    )  # fmt: skip


def _landmark(past: Past, t: int) -> pd.DataFrame:
    """Who was there for the half-year before t: the signs over it, and whether each left in the half-year after."""
    spells = past.spells[(past.spells["joined"] <= t - HALF_YEAR) & (past.spells["left"] > t)]
    spells = spells.drop_duplicates("person_id", keep="last")
    who = pd.Index(spells["person_id"])
    got, held = (_tally(who, people[_before(days, t)]) for days, people in (past.got, past.met))
    days, people, letters = past.marks
    inside = _before(days, t)
    signs: Mapping[str, Floats] = {
        "received": _little(got),
        "one_to_ones": _little(held) if past.covered(t, "one_to_one") else np.full(len(who), np.nan),
        "attendance": _absent(people[inside], letters[inside], who),
        "first_year": np.where(spells["dated"], t - spells["joined"] < 365, np.nan),
    }
    return pd.DataFrame({"person_id": who.to_numpy(object), "day": t, "count_": got, "usual": _middle(got),
                         "leaves": (spells["left"].to_numpy() < t + HALF_YEAR), **signs})  # fmt: skip


def _before(days: np.ndarray, t: int) -> np.ndarray:
    return np.asarray((days >= t - HALF_YEAR) & (days < t))


def _tally(who: pd.Index, people: np.ndarray) -> Floats:
    at = who.get_indexer(people)
    return np.bincount(at[at >= 0], minlength=len(who)).astype(float)


def _middle(counts: Floats) -> float:
    return float(np.median(counts)) if len(counts) else float("nan")


def _little(counts: Floats) -> Floats:
    """Below half of the middle member's; unknown where the middle member has nothing."""
    middle = _middle(counts)
    if not middle > 0:
        return np.full(len(counts), np.nan)
    return (counts < LITTLE * middle).astype(float)


def _absent(people: np.ndarray, letters: np.ndarray, who: pd.Index) -> Floats:
    held = _tally(who, people[np.isin(letters, list("palms"))])
    there = _tally(who, people[np.isin(letters, list("pls"))])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(held >= MEETINGS, (there / held < ATTENDANCE).astype(float), np.nan)


def _sign(followed: pd.DataFrame, key: str) -> Sign | None:
    rows = followed[followed[key].notna()]
    sign, leaves = rows[key].to_numpy(float), rows["leaves"].to_numpy(float)
    if not 0 < sign.sum() < len(sign):
        return None
    code = np.unique(rows["person_id"].astype(str), return_inverse=True)[1]
    g = int(code.max()) + 1
    n = [np.bincount(code, arm, g) for arm in (sign, 1 - sign)]
    y = [np.bincount(code, arm * leaves, g) for arm in (sign, 1 - sign)]
    shares = [estimators.share(a, b) for a, b in zip(y, n, strict=True)]
    ends = [share.bounds(0.95) for share in shares]
    low, high = estimators.contrast(y[0], n[0], y[1], n[1]).bounds(0.95)
    return Sign(
        key, (int(n[0].sum()), int(n[1].sum())), (int(y[0].sum()), int(y[1].sum())),
        (float(shares[0].theta), float(shares[1].theta)), (float(ends[0][0]), float(ends[1][0])),
        (float(ends[0][1]), float(ends[1][1])), bool(low > 0 or high < 0),
    )  # fmt: skip


def _now(log: Log, table: pd.DataFrame | None, day: int) -> pd.DataFrame | None:
    """Present members with the sign of the rule: received little."""
    if table is None:
        return None
    present = frozenset(table["person_id"])
    mine = table[table["received"] == 1]
    rows = log.rows[log.rows["given"] < day]
    out = []
    for row in mine.itertuples(index=False):
        got = rows[rows["receiver_id"] == row.person_id]
        weeks = (day - int(got["given"].max())) / 7 if len(got) else float("nan")
        givers = len(present & set(got["source_id"]) - {row.person_id})
        signs = [None if np.isnan(v) else bool(v) for v in (getattr(row, key) for key in SIGNS)]
        who = log.names.get(row.person_id, row.person_id)
        out.append((row.person_id, who, int(row.count_), row.usual, weeks, givers, len(present) - 1, *signs))
    columns = ["person_id", "name", "received_n", "usual", "weeks", "givers", "others", *SIGNS]
    made = pd.DataFrame(out, columns=columns)
    return made.sort_values(["name", "person_id"], kind="stable").reset_index(drop=True)
