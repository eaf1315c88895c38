"""Power teams: which professions feed which, per pair of seats and year, and which have not though others like them do.

A seat is a member of a group with his profession. An ordered pair of seats of one group is observed for the days on
which both were filled and imports cover referrals; its rate is referrals over those years. One lucky pair does not
lead: rates are drawn towards the chapter's as far as luck explains their distance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from analysis import chapter_exchange, chapter_intervals, chapter_members, chapter_rows
from analysis.chapter_members import Members
from analysis.chapter_rows import Records
from analysis.estimators import Codes
from analysis.intervals import Floats
from analysis.result import Frames
from analysis.scope import Scope
from analysis.spheres import shared_sphere, spheres_of

YEAR = 365.25
PARTS = 4  # of the window, between which a pair's bursts are seen
UNKNOWN = ""  # the one profession of all seats without one
OTHER = "other"  # the sphere of professions that no list knows
LEAST = 5  # members, below which a ratio has no interval


@dataclass(frozen=True)
class Ratio:
    """Rate of pairs that share a contact sphere over that of pairs that do not, with its 95 % interval over members.

    same, apart: the two rates, same95 and apart95 their intervals. n_same, n_apart: ordered pairs of seats of each
    kind; left_out: pairs of which a sphere is unknown, or of one profession.
    """

    value: float
    low95: float
    high95: float
    same: float
    same95: tuple[float, float]
    apart: float
    apart95: tuple[float, float]
    n_same: int
    n_apart: int
    referrals: int
    left_out: int
    members: int


@dataclass(frozen=True)
class Teams:
    """known: False where no profession is recorded; then all else is empty.

    professions: profession (UNKNOWN: not recorded), seats, groups, sphere
    pairs: giver, taker (professions), referrals, seats (ordered pairs of seats), years, raw, rate, low95, high95, ids;
        the highest rate first. spheres: the same by sphere of giver and taker
    silent: a, b, sphere, names_a, names_b, years, expected, luck (chance of none at all if they were like the others)
    sphere_pairs: unordered pairs of professions of one sphere; silent_by_luck: how many of them would have exchanged
        nothing if all were alike
    missing: group_id, profession, elsewhere (groups that have it), groups
    rate: referrals per ordered pair of seats and year. phi: how much more unevenly referrals come than one by one;
    shrunk: rates are drawn to the chapter's
    """

    known: bool = False
    professions: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    spheres: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    silent: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    missing: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    sphere: Ratio | None = None
    sphere_pairs: int = 0
    silent_by_luck: float = 0.0
    rate: float = float("nan")
    referrals: int = 0
    members: int = 0
    groups: int = 0
    start: int = 0
    end: int = 0
    phi: float = 1.0
    shrunk: bool = False


def build(frames: Frames, scope: Scope) -> Teams | None:
    """None where no referral between two members of one group is known in the window."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return None
    members = chapter_members.build(frames, records)
    seats, seat_pairs, rows = _observed(records, members)
    if rows.empty or not (seats["profession"] != UNKNOWN).any():
        return Teams(members=seats["person_id"].nunique()) if len(rows) else None
    phi = _bursts(records, seat_pairs, rows)
    by_pair = _rates(seat_pairs, ["giver", "taker"], phi)
    ratio, alike = _ratio(seat_pairs), _alike(seat_pairs)
    by_sphere = _rates(seat_pairs, ["sphere_of_giver", "sphere_of_taker"], phi)
    return Teams(
        known=True, professions=_professions(seats), pairs=by_pair.table, spheres=by_sphere.table,
        silent=_silent(alike, seats), missing=_missing(seats), sphere=ratio, sphere_pairs=len(alike),
        silent_by_luck=float(alike["luck"].sum()), referrals=len(rows), members=seats["person_id"].nunique(),
        rate=float(seat_pairs["referrals"].sum() / seat_pairs["years"].sum()), groups=seats["group_id"].nunique(),
        start=records.start, end=records.end, phi=phi or 1.0, shrunk=by_pair.shrunk,
    )  # fmt: skip


def _observed(records: Records, members: Members) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Seats (one row a spell), ordered pairs of seats of one group with their years and referrals, and the rows."""
    seats = members.spells[["person_id", "group_id", "name", "profession", "joined", "left"]].copy()
    raw = seats["profession"].astype(object).where(seats["profession"].notna(), UNKNOWN)
    seats["profession"] = _one_spelling(raw)
    given = chapter_exchange.given(records, members)
    parts = [_pairs_of(records, group, mine) for group, mine in seats.groupby("group_id", sort=True)]
    pairs = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True) if parts else pd.DataFrame()
    if pairs.empty:
        return seats, pairs, given.head(0)
    there = pd.MultiIndex.from_frame(pairs[["group_id", "a", "b"]])
    keys = pd.MultiIndex.from_arrays([given["group_id"], given["source_id"], given["receiver_id"]])
    rows = given.assign(at=there.get_indexer(keys))
    rows = rows[rows["at"] >= 0].reset_index(drop=True)
    found = rows.groupby("at").agg(referrals=("referral_id", "size"), ids=("referral_id", list))
    pairs["referrals"] = found["referrals"].reindex(pairs.index, fill_value=0).astype(int)
    pairs["ids"] = [found["ids"].get(i, []) for i in pairs.index]
    return seats, pairs, rows


def _one_spelling(raw: pd.Series) -> pd.Series:
    """Case and spaces tell no professions apart; the commonest spelling stands for all."""
    clean = raw.map(lambda text: " ".join(str(text).split()))
    table = pd.DataFrame({"key": clean.str.casefold(), "text": clean})
    usual = table.groupby("key")["text"].agg(lambda texts: texts.value_counts().sort_index(kind="stable").idxmax())
    return table["key"].map(usual)


def _pairs_of(records: Records, group: object, seats: pd.DataFrame) -> pd.DataFrame:
    """Ordered pairs of one group's members with the years in which both were there and imports cover referrals."""
    one, two = (side.ravel() for side in np.meshgrid(np.arange(len(seats)), np.arange(len(seats)), indexing="ij"))
    person = seats["person_id"].to_numpy()
    keep = person[one] != person[two]
    one, two = one[keep], two[keep]
    joined, left = seats["joined"].to_numpy(np.int64), seats["left"].to_numpy(np.int64)
    start, end = np.maximum(joined[one], joined[two]), np.minimum(left[one], left[two])
    job = seats["profession"].to_numpy()
    edges = np.linspace(records.start, records.end, PARTS + 1).astype(np.int64)
    parts = {
        f"part{k}": records.covered(str(group), "referrals", np.maximum(start, low), np.minimum(end, high)) / YEAR
        for k, (low, high) in enumerate(pairwise(edges))
    }
    table = pd.DataFrame({"group_id": group, "a": person[one], "b": person[two], "giver": job[one], "taker": job[two],
                          **parts})  # fmt: skip
    keys = ["group_id", "a", "b", "giver", "taker"]
    table = table.groupby(keys, sort=True, as_index=False)[list(parts)].sum()  # spells of the same two people
    table["years"] = table[list(parts)].sum(axis=1)
    table = table[table["years"] > 0].reset_index(drop=True)
    for side in ("giver", "taker"):
        sphere = {p: main_sphere(p) for p in table[side].unique()}
        table[f"sphere_of_{side}"] = table[side].map(sphere)
    return table


def main_sphere(profession: str) -> str:
    """The first sphere of a profession; UNKNOWN stays unknown, one in no list is OTHER."""
    return UNKNOWN if profession == UNKNOWN else next(iter(spheres_of(profession)), OTHER)


def _bursts(records: Records, pairs: pd.DataFrame, rows: pd.DataFrame) -> float | None:
    """How much more a pair's referrals vary between the parts of the window than chance would have it."""
    edges = np.linspace(records.start, records.end, PARTS + 1)[1:-1]
    part = np.searchsorted(edges, rows["first"].to_numpy(float), side="right")
    count = np.zeros((len(pairs), PARTS))
    np.add.at(count, (rows["at"].to_numpy(), part), 1.0)
    years = pairs[[f"part{k}" for k in range(PARTS)]].to_numpy(float)
    seen = years > 0
    return chapter_intervals.dispersion(count[seen], years[seen], np.nonzero(seen)[0])


@dataclass(frozen=True)
class _Rates:
    table: pd.DataFrame
    shrunk: bool


def _rates(pairs: pd.DataFrame, by: list[str], phi: float | None) -> _Rates:
    """Referrals per ordered pair of seats and year, by two columns of the pairs."""
    table = pairs.groupby(by, sort=True).agg(
        referrals=("referrals", "sum"), seats=("a", "size"), years=("years", "sum"), ids=("ids", "sum")
    ).reset_index().set_axis(["giver", "taker", "referrals", "seats", "years", "ids"], axis=1)  # fmt: skip
    count, years = table["referrals"].to_numpy(float), table["years"].to_numpy(float)
    found = chapter_intervals.member_rates(count, years, phi)
    table = table.assign(raw=count / years, rate=found.rate, low95=found.low95, high95=found.high95)
    table = table.sort_values(["rate", "giver", "taker"], ascending=[False, True, True], kind="stable")
    return _Rates(table.reset_index(drop=True), found.shrunk)


def _ratio(pairs: pd.DataFrame) -> Ratio | None:
    """Same sphere against different ones; None where either kind is missing."""
    same, apart = kinds(pairs)
    if not same.any() or not apart.any():
        return None
    people, codes = np.unique(np.concatenate([pairs["a"], pairs["b"]]).astype(str), return_inverse=True)
    a, b, n = codes[: len(pairs)], codes[len(pairs) :], len(people)
    y, e = pairs["referrals"].to_numpy(float), pairs["years"].to_numpy(float)

    rates, logs = [], []
    for kind in (same, apart):
        mine_y, mine_e = np.where(kind, y, 0.0), np.where(kind, e, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            rates.append(float(mine_y.sum() / mine_e.sum()))
            logs.append(np.log(_without(mine_y, a, b, n) / _without(mine_e, a, b, n)))
    value = rates[0] / rates[1] if rates[1] > 0 else float("nan")
    with np.errstate(invalid="ignore"):
        low, high = _interval(value, logs[0] - logs[1])
    counts = (same.sum(), apart.sum(), y[same | apart].sum(), (~same & ~apart).sum(), n)
    of_same, of_apart = (_interval(rate, log) for rate, log in zip(rates, logs, strict=True))
    return Ratio(value, low, high, rates[0], of_same, rates[1], of_apart, *map(int, counts))


def _without(values: Floats, a: Codes, b: Codes, n: int) -> Floats:
    """The sum without each of n members: he takes all pairs along in which he has a part."""
    return np.asarray(values.sum() - np.bincount(a, values, n) - np.bincount(b, values, n))


def _interval(value: float, left_out: Floats) -> tuple[float, float]:
    """95 % of a rate or ratio from its logarithm with each member left out (vertex jackknife, Snijders & Borgatti
    1999); NaN for too few members, or where one of them has it all."""
    n = len(left_out)
    if n < LEAST or not value > 0 or not np.isfinite(left_out).all():
        return float("nan"), float("nan")
    se = float(np.sqrt((n - 2) / (2 * n) * np.sum((left_out - left_out.mean()) ** 2)))
    reach = float(stats.t.ppf(0.975, n - 1)) * se
    return value * float(np.exp(-reach)), value * float(np.exp(reach))


def kinds(pairs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """By pair: whether the two share a contact sphere, and whether both have one and share none."""
    jobs = pairs[["giver", "taker"]].drop_duplicates()
    shared = {(g, t): shared_sphere(g or None, t or None) is not None for g, t in jobs.itertuples(index=False)}
    placed = {p: bool(spheres_of(p)) for p in pd.unique(jobs.to_numpy().ravel())}
    same = np.array([shared[key] for key in zip(pairs["giver"], pairs["taker"], strict=True)], dtype=bool)
    both = pairs["giver"].map(placed).to_numpy(bool) & pairs["taker"].map(placed).to_numpy(bool)
    return same, both & ~same & (pairs["giver"] != pairs["taker"]).to_numpy()


def _alike(pairs: pd.DataFrame) -> pd.DataFrame:
    """Unordered pairs of professions of one sphere: a, b, sphere, referrals, years, expected (what the other pairs of
    that sphere exchanged over as long), luck (chance of none at all)."""
    jobs = pairs[pairs["giver"] != pairs["taker"]]
    jobs = jobs.assign(a=np.where(jobs["giver"] < jobs["taker"], jobs["giver"], jobs["taker"]),
                       b=np.where(jobs["giver"] < jobs["taker"], jobs["taker"], jobs["giver"]))  # fmt: skip
    table = jobs.groupby(["a", "b"], sort=True)[["referrals", "years"]].sum().reset_index()
    table["sphere"] = [shared_sphere(a or None, b or None) for a, b in zip(table["a"], table["b"], strict=True)]
    table = table[table["sphere"].notna()]
    others = table.groupby("sphere")[["referrals", "years"]].transform("sum") - table[["referrals", "years"]]
    rate = (others["referrals"] / others["years"].where(others["years"] > 0)).fillna(0.0)
    return table.assign(expected=table["years"] * rate, luck=np.exp(-table["years"] * rate))


def _silent(alike: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """Those without a referral either way of which any is expected, the most expected first."""
    table = alike[(alike["referrals"] == 0) & (alike["expected"] > 0)]
    once = seats.drop_duplicates(["person_id", "profession"])
    who = once.groupby("profession")["name"].agg(lambda names: ", ".join(sorted(names)))
    table = table.assign(names_a=table["a"].map(who), names_b=table["b"].map(who))
    table = table.sort_values(["expected", "a", "b"], ascending=[False, True, True], kind="stable")
    return table[["a", "b", "sphere", "names_a", "names_b", "years", "expected", "luck"]].reset_index(drop=True)


def _missing(seats: pd.DataFrame) -> pd.DataFrame:
    """Professions that at least half of three or more groups have, and this one has not."""
    known = seats[seats["profession"] != UNKNOWN].drop_duplicates(["group_id", "profession"])
    groups = sorted(known["group_id"].unique())
    has = known.groupby("profession")["group_id"].agg(set)
    usual = {job: of for job, of in has.items() if len(groups) >= 3 and 2 * len(of) >= len(groups)}
    rows = [(group, job, len(of), len(groups)) for job, of in usual.items() for group in groups if group not in of]
    table = pd.DataFrame(rows, columns=["group_id", "profession", "elsewhere", "groups"])
    return table.sort_values(["group_id", "elsewhere", "profession"], ascending=[True, False, True],
                             kind="stable").reset_index(drop=True)  # fmt: skip


def _professions(seats: pd.DataFrame) -> pd.DataFrame:
    people = seats.drop_duplicates(["person_id", "group_id", "profession"])
    table = people.groupby("profession", sort=True).agg(seats=("person_id", "size"), groups=("group_id", "nunique"))
    table = table.reset_index()
    return table.assign(sphere=[main_sphere(p) for p in table["profession"]])
