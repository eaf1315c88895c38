"""Claims from counts say what the same claims say of rows, to the digit: on whole logs and on ragged ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import service
from analysis import from_marts, groups
from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.engine import analyse
from analysis.from_marts import COUNTED
from analysis.from_marts.tables import REPEATS, Found, Standing, read
from analysis.intervals import Figure
from analysis.population import Log, prepare, quarter_start
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings
from analysis.verdict import decide
from data import aggregates, queries
from sample.world import make_world

ALONE = replace(DEFAULT, under_test=tuple(name for name in registry if name not in COUNTED))  # one family for both
ROWS_ONLY = ("referrals", "memberships", "people")  # what a folder of cubes alone does not hold
WORLDS = {"base": {"members": 12, "months": 30, "groups": 3}, "members-only": {"members": 12, "months": 24}}
# What files and people do to a log; every line leaves something that a claim has to notice.
RAGGED = (
    "update referrals set receiver_present = null where given_on < (select min(given_on) + 150 from referrals)",
    "update referrals set receiver_present = null where hash(referral_id) % 9 = 0",
    "update referrals set source_kind = null where hash(source_id) % 11 = 0",
    "update referrals set status = null, closed_on = null where hash(referral_id || 's') % 12 = 0",
    "update referrals set closed_on = null where status = 'won' and hash(referral_id || 'c') % 13 = 0",
    "update referrals set source_id = null where hash(referral_id || 'n') % 15 = 0",
    "update referrals set source_id = receiver_id where hash(referral_id || 'o') % 40 = 0",
    "update referrals set receiver_id = null where hash(referral_id || 'r') % 50 = 0",
    "update referrals set given_on = null where hash(referral_id || 'g') % 45 = 0",
    # Entered twice in a week, once in capitals; a third time after two months, which is a referral of its own.
    *(f"""insert into referrals select * replace (referral_id || '{name}' as referral_id, given_on + {days} as given_on,
            {'upper(prospect)' if days < 30 else 'prospect'} as prospect)
          from referrals where length(referral_id) < 12 and prospect is not null and hash(referral_id || 'd') % 7 = 0"""
      for name, days in (("twice", 5), ("later", 64))),
    # Logged by another group too.
    """insert into referrals select * exclude (other) replace (referral_id || 'copy' as referral_id, other as group_id)
       from (select *, (select max(group_id) from groups) as other from referrals
         where hash(referral_id || 'k') % 25 = 0)
       where group_id <> other and source_id is not null""",
    # The same source and receiver twice on one day, of which only one was in the room.
    """insert into referrals select * replace (referral_id || 'tie' as referral_id, prospect || ' too' as prospect,
         not receiver_present as receiver_present) from referrals where hash(referral_id || 't') % 10 = 0""",
    "delete from memberships where group_id = (select min(group_id) from groups)",
    "delete from spells where group_id = (select min(group_id) from groups)",
    """update covered set end_on = start_on + 200 where record_kind = 'referrals' and
         group_id = (select max(group_id) from groups)""",
    """insert into covered select group_id, record_kind, start_on + 260, date '2026-06-25' from covered
       where record_kind = 'referrals' and group_id = (select max(group_id) from groups)""",
)  # fmt: skip


@pytest.fixture(scope="module", params=[*WORLDS, "ragged"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> service.Session:
    path: Path = tmp_path_factory.mktemp("world") / "home"
    ragged = request.param == "ragged"
    name = "base" if ragged else request.param
    service.write_sample(make_world(name, seed=7, **WORLDS[name]), path)
    session = service.open_workspace(path)
    if ragged:
        session.workspace.edit("ragged", make_ragged)
    return session


def make_ragged(con: Any) -> tuple[str, dict[str, int]]:
    for line in RAGGED:
        con.execute(line)
    return "What files and people do to a log.", {}


def counted(session: service.Session, groups: tuple[str, ...] | None, cubes: bool) -> Iterator[tuple[Any, Any]]:
    """The tables of a store; of its cubes alone, if so wanted."""
    with session.workspace.reader() as reader, reader.work(60) as con:
        there = set(reader.tables()) - set(ROWS_ONLY if cubes else ())
        yield aggregates.Aggregates(con, there, groups), queries.imported_on(reader)


def rows_of(session: service.Session, groups: tuple[str, ...] | None) -> Frames:
    with session.workspace.reader() as reader:
        return Frames(**queries.frames(reader, groups), imported_on=queries.imported_on(reader))


def days_of(log: Log) -> list[int]:
    lock = quarter_start(log.default_day or 0)
    return [log.default_day or 0, lock, quarter_start(lock - 1), (log.default_day or 0) - 500, 0]


def same(mine: float | None, theirs: float | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return bool(np.isclose(mine, theirs, rtol=1e-9, atol=1e-12, equal_nan=True))


def alike(mine: Figure | None, theirs: Figure | None) -> None:
    if mine is None or theirs is None:
        assert mine is theirs
        return
    assert (mine.link, mine.clusters, mine.score) == (theirs.link, theirs.clusters, theirs.score)
    for part in ("theta", "se", "df", "gstar", "variance_between"):
        assert same(getattr(mine, part), getattr(theirs, part)), (part, mine, theirs)
    assert mine.left_out.keys() == theirs.left_out.keys()
    for label, left_out in mine.left_out.items():
        assert np.allclose(np.sort(left_out), np.sort(theirs.left_out[label]), rtol=1e-9, atol=1e-12, equal_nan=True)


def compare(mine: Measured, theirs: Measured, settings: Settings) -> None:
    """Figure and bounds, estimates, n, gates, gaps, verdict, and what would be needed."""
    for part in ("figure", "against", "favour"):
        alike(getattr(mine, part), getattr(theirs, part))
    exact = ("claim", "day", "unrecorded", "theta0", "delta", "n", "unit", "missing", "missing_field", "basis",
             "cluster_unit", "rule", "direction")  # fmt: skip
    if not mine.unrecorded:
        for part in exact:
            assert getattr(mine, part) == getattr(theirs, part), (part, mine, theirs)
        assert mine.per_month == pytest.approx(theirs.per_month)
        for gate, other_gate in zip(mine.gates, theirs.gates, strict=True):
            assert replace(gate, have=0.0) == replace(other_gate, have=0.0)
            assert same(gate.have, other_gate.have)
    assert mine.unrecorded == theirs.unrecorded
    known = {e.name: e for e in theirs.estimates}
    for e in mine.estimates:
        other = known[e.name].to_json()
        for key, value in e.to_json().items():
            assert same(value, other[key]) if isinstance(value, float | None) else value == other[key], (e, known)
    if "wrong" in mine.data:
        ours, wrong = mine.data["wrong"], theirs.data["wrong"]
        assert list(ours["name"]) == list(wrong["name"])
        assert np.allclose(ours["value"].astype(float), wrong["value"].astype(float), rtol=1e-9, equal_nan=True)
    said, other_said = (decide(m, settings=settings, under_test=False) for m in (mine, theirs))
    assert said == other_said


def test_every_figure_is_that_of_the_rows(store: service.Session) -> None:
    log = prepare(rows_of(store, None))
    for tables, imported in counted(store, None, cubes=False):
        found = read(tables, DEFAULT, imported)
        assert found.last_event == log.last_event
        assert found.cover == log.cover
        assert found.dropped == {name: n for name, n in log.dropped.items() if name != "undated_touches"}
        for day in days_of(log):
            for name, measure in COUNTED.items():
                compare(
                    measure(Standing(tables, found, day)).measured,
                    registry[name].measure(log, day, detail=True),
                    DEFAULT,
                )


def test_one_group_of_several_is_a_scope_of_its_own(store: service.Session) -> None:
    group = store.groups()["group_id"].iloc[-1]
    log = prepare(rows_of(store, (group,)))
    for tables, imported in counted(store, (group,), cubes=False):
        found = read(tables, DEFAULT, imported)
        for name, measure in COUNTED.items():
            day = log.default_day or 0
            compare(
                measure(Standing(tables, found, day)).measured, registry[name].measure(log, day, detail=True), DEFAULT
            )


def test_the_cubes_alone_say_the_same_where_nothing_is_entered_twice(store: service.Session) -> None:
    log = prepare(rows_of(store, None))
    whole = not (log.dropped["duplicate"] or log.dropped["both_sides"])
    for tables, imported in counted(store, None, cubes=True):
        found = read(tables, DEFAULT, imported)
        day = log.default_day or 0
        for name, measure in COUNTED.items():
            mine = measure(Standing(tables, found, day)).measured
            assert REPEATS in mine.warnings
            if whole:
                compare(mine, registry[name].measure(log, day, detail=True), DEFAULT)


def test_another_method_is_another_answer_of_both(store: service.Session) -> None:
    other = replace(DEFAULT, good="not_lost", horizon_days=90, window_days=200, source_exposure_days=300)
    log = prepare(rows_of(store, None), other)
    for tables, imported in counted(store, None, cubes=False):
        found = read(tables, other, imported)
        for name, measure in COUNTED.items():
            day = log.default_day or 0
            compare(
                measure(Standing(tables, found, day)).measured, registry[name].measure(log, day, detail=True), other
            )


def test_results_are_the_engines_and_no_claim_is_missing(store: service.Session) -> None:
    frames = rows_of(store, None)
    by_rows = {r.claim: r for r in analyse(frames, Scope(), settings=ALONE)}
    for tables, imported in counted(store, None, cubes=False):
        made = from_marts.analyse(tables, Scope(), ALONE, imported, None)
    assert [r.claim for r in made.results] == list(registry)
    for result in made.results:
        theirs = by_rows[result.claim]
        if result.claim not in COUNTED:
            assert (result.verdict, result.computed_from, result.estimates) == ("not computed at this size", None, ())
            assert "at this size" in result.warnings[0]
            continue
        assert result.computed_from == "marts"
        for part in ("verdict", "detail", "confirmed", "fragile", "need_more", "as_of", "lock_as_of", "basis"):
            assert getattr(result, part) == getattr(theirs, part), (result.claim, part)
        for mine, other in zip(result.estimates[:1], theirs.estimates[:1], strict=True):
            assert same(mine.q, other.q)
        assert set(result.warnings[:-1]) <= set(theirs.warnings)
        assert "over the claims that are computed at this size" in result.warnings[-1]


def test_the_spread_over_groups_is_that_of_the_rows(store: service.Session) -> None:
    theirs = groups.build(rows_of(store, None), Scope(), DEFAULT, tuple(COUNTED)).claims
    for tables, imported in counted(store, None, cubes=False):
        mine = from_marts.analyse(tables, Scope(), DEFAULT, imported, None).spreads
    if not theirs:  # fewer than three groups
        return
    for claim, by in mine.items():
        ours, other = by.to_json(), theirs[claim].to_json()
        assert (ours is None) == (other is None)
        for key, value in (ours or {}).items():
            assert value == (pytest.approx(other[key], rel=1e-6) if isinstance(value, float) else other[key]), (
                claim,
                key,
            )


def test_a_found_claim_can_be_split_by_its_entries(store: service.Session) -> None:
    for tables, imported in counted(store, None, cubes=False):
        log = read(tables, DEFAULT, imported)
        for measure in COUNTED.values():
            found: Found = measure(Standing(tables, log, log.default_day or 0))
            if found.measured.figure.usable:
                alike(found.figure(found.entries), found.measured.figure)
