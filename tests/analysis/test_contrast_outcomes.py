"""What became of two kinds of referrals: the claims' own figures, narrowed when asked, uncertain where few are left."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import frames, referral

import service
from analysis import contrast_outcomes as outcomes
from analysis import survival
from analysis.claims import closing
from analysis.claims.registry import registry
from analysis.contrast_members import differences
from analysis.engine import as_of_day
from analysis.population import prepare
from analysis.result import Frames
from analysis.scope import Scope, narrowed
from analysis.settings import DEFAULT
from sample.world import make_world
from service import world_drafts

DAY = 20_000


def won(given: int, source: str, receiver: str, after: int, amount: float, **more: object) -> dict:
    return referral(given, source, receiver, status="won", closed=given + after, amount=amount, currency="EUR", **more)


def small() -> Frames:
    """Two receivers; away: won after 10 and 20 days for 100 and 300, one lost, one open; in the room: one of two won
    for 1,000."""
    old = DAY - 400
    rows = [
        won(old, "s1", "a", 10, 100, present=False), won(old, "s2", "b", 20, 300, present=False),
        referral(old, "s3", "a", present=False, status="lost", closed=old + 30),
        referral(old, "s4", "b", present=False), won(old, "s5", "a", 5, 1000, present=True),
        referral(old, "s6", "b", present=True), referral(old, "s7", "b", present=None),
    ]  # fmt: skip
    return frames(rows, [("a", old - 900, None), ("b", old - 900, None)], coverage=[("g1", old - 900, DAY)])


def test_count_won_and_money_of_either_kind_are_counted_by_hand() -> None:
    made = outcomes.build(small(), Scope(), outcomes.ROOM, DAY, replace(DEFAULT, gate_at_risk=1))
    table = made.parts.set_index("what")
    assert table.loc["referrals", ["one", "zero"]].tolist() == [4, 2]
    assert table.loc["won", ["one", "zero"]].tolist() == [2, 1]
    assert table.loc["money", ["one", "zero"]].tolist() == [400, 1000]
    assert table["share"].tolist() == pytest.approx([4 / 6, 2 / 3, 400 / 1400])
    assert made.money.set_index("arm")["median"].to_dict() == {1: 200.0, 0: 1000.0}
    assert made.n == {1: 4, 0: 2}
    assert made.unknown == 1


def test_open_referrals_count_for_as_long_as_they_were_open() -> None:
    made = outcomes.build(small(), Scope(), outcomes.ROOM, DAY, replace(DEFAULT, gate_at_risk=1))
    away = made.curves[made.curves["arm"] == 1].set_index("day")["cif"]
    assert away[9] == 0
    assert away[10] == pytest.approx(1 / 4)
    assert away[20] == pytest.approx(1 / 4 + 3 / 4 * 1 / 3)
    assert away[365] == pytest.approx(1 / 2)


def test_the_period_narrows_to_what_was_given_in_it() -> None:
    late = date(1970, 1, 1) + timedelta(days=DAY - 100)
    made = outcomes.build(small(), Scope(start=late), outcomes.ROOM, DAY, DEFAULT)
    assert made.empty
    assert made.parts.empty


def test_presence_that_nobody_recorded_is_named_and_nothing_is_drawn() -> None:
    rows = [won(DAY - 400, "s1", "a", 10, 100), referral(DAY - 300, "s2", "a")]
    made = outcomes.build(frames(rows), Scope(), outcomes.ROOM, DAY, DEFAULT)
    assert made.missing == ("present",)
    assert made.empty


def test_no_day_is_no_error() -> None:
    assert outcomes.build(frames([]), Scope(), outcomes.KIND, None, DEFAULT).empty


@pytest.fixture(scope="module")
def world() -> Frames:
    return of_world("harbour", seed=2)


def of_world(name: str, **knobs: object) -> Frames:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w"
        service.Workspace(path).import_drafts(world_drafts(make_world(name, **knobs)))  # type: ignore[arg-type]
        return service.Session(service.Workspace(path)).frames(Scope())


@pytest.mark.parametrize(("contrast", "claim"), [(outcomes.ROOM, "L5"), (outcomes.KIND, "S4")])
def test_whatever_a_claim_shows_too_is_the_claims_own_number(world: Frames, contrast: str, claim: str) -> None:
    log = prepare(world)
    day = as_of_day(log, Scope())
    made = outcomes.build(world, Scope(), contrast, day, DEFAULT)
    measured = registry[claim].measure(log, day, detail=True)
    theirs = measured.data["money"].sort_values("arm").reset_index(drop=True)
    ours = made.money.sort_values("arm")[list(theirs.columns)].reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, theirs)
    if "curves" in measured.data:
        curve = measured.data["curves"]
        curve = curve[curve["day"] <= outcomes.SHOWN_DAYS].reset_index(drop=True)
        pd.testing.assert_frame_equal(made.curves[list(curve.columns)].reset_index(drop=True), curve)


def test_the_band_is_the_jackknife_of_the_curve_on_every_day(world: Frames) -> None:
    log = prepare(world)
    day = as_of_day(log, Scope())
    view = log.at(day)
    made = outcomes.build(world, Scope(), outcomes.KIND, day, DEFAULT).curves
    t, event, fine = closing.times(view)
    arms = outcomes.ARMS[outcomes.KIND](view)
    mine = fine & arms.enters & (arms.arm == 1)
    cluster, _ = outcomes.clusters(view, mine)
    figure = survival.curve_share(survival.incidence_at_end, t[mine], event[mine], 180, cluster=cluster, at_risk=10)
    row = made[(made["arm"] == 1) & (made["day"] == 180)].iloc[0]
    assert row["cif"] == pytest.approx(figure.theta, rel=1e-9)
    assert (row["low"], row["high"]) == pytest.approx(figure.bounds(0.95), rel=1e-9)


def test_the_range_of_a_median_holds_it_and_is_the_same_every_time(world: Frames) -> None:
    day = as_of_day(prepare(world), Scope())
    made, again = (outcomes.build(world, Scope(), outcomes.KIND, day, DEFAULT).money for _ in range(2))
    assert (made["low"] < made["median"]).all()
    assert (made["median"] < made["high"]).all()
    assert (made["low50"] < made["low"]).all()
    pd.testing.assert_frame_equal(made, again)


def test_narrowed_to_one_receiver_the_sources_are_the_sample(world: Frames) -> None:
    day = as_of_day(prepare(world), Scope())
    busiest = world.referrals["receiver_id"].mode()[0]
    scope = Scope(filters=(("receiver", busiest),))
    made = outcomes.build(narrowed(world, scope), scope, outcomes.KIND, day, DEFAULT)
    everyone = outcomes.build(world, Scope(), outcomes.KIND, day, DEFAULT)
    assert 0 < sum(made.n.values()) < sum(everyone.n.values())
    assert np.isfinite(made.parts["low"]).all()
    ids = set(world.referrals.loc[world.referrals["receiver_id"] == busiest, "referral_id"])
    assert set(made.rows["referral_id"]) <= ids


def members(*rows: tuple[str, int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"p{i}", *row) for i, row in enumerate(rows)], columns=["person_id", "name", "n1", "won1", "n0", "won0"]
    )


def test_a_members_own_range_is_newcombes() -> None:
    # Newcombe 1998, table II, (a) and (b): 56/70 less 48/80, 9/10 less 3/10
    table = differences(members(("Ann", 70, 56, 80, 48), ("Ben", 10, 9, 10, 3)), 5).set_index("name")
    assert table.loc["Ann", ["low", "high"]].tolist() == pytest.approx([0.0524, 0.3339], abs=5e-5)
    assert table.loc["Ben", ["low", "high"]].tolist() == pytest.approx([0.1705, 0.8090], abs=5e-5)


def test_who_rests_on_little_is_drawn_further_to_the_others() -> None:
    alike = [(f"M{k}", 80, 40, 80, 30 + k % 5) for k in range(12)]
    table = differences(
        members(("Big", 200, 120, 200, 80), ("Small", 5, 5, 5, 0), ("E", 4, 4, 40, 1), *alike), 5
    ).set_index("name")
    assert "E" not in table.index
    assert table.loc["Small", "value"] == 1.0
    assert table.loc["Small", "shrunk"] < 0.6
    assert abs(table.loc["Big", "shrunk"] - 0.2) < 0.08
    assert list(table["shrunk"]) == sorted(table["shrunk"], reverse=True)
