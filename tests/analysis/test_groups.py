"""One claim over several groups: each group's own figure, E21's mean, and what a further group may expect."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import frames
from scipy import special, stats

import service
from analysis import groups
from analysis.across import across, plausible
from analysis.claims.registry import registry
from analysis.engine import analyse
from analysis.intervals import Figure
from analysis.population import prepare, to_date
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT
from sample.knobs import RECORDS
from sample.world import make_world


@pytest.fixture(scope="module")
def twelve() -> Frames:
    """Twelve small chapters with the sample's effects."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w"
        service.write_sample(make_world("harbour", groups=12, members=16, months=24, seed=5, records=()), path)
        return service.Session(service.Workspace(path)).frames(Scope())


@pytest.fixture(scope="module")
def found(twelve: Frames) -> groups.Groups:
    return groups.build(twelve, Scope(), DEFAULT, ("L1", "L5", "T1"))


def test_twelve_groups_each_have_their_own_figure(found: groups.Groups) -> None:
    by = found.claims["L1"]
    assert len(by.table) == 12
    assert by.scale == "share"
    assert by.mean is not None
    assert by.mean.groups == by.table["enters"].sum()


def test_a_groups_figure_is_that_of_the_group_alone_on_the_same_day(twelve: Frames, found: groups.Groups) -> None:
    by = found.claims["L5"]
    group = str(by.entered["group_id"].iloc[0])
    alone = replace(
        twelve, referrals=twelve.referrals[twelve.referrals["group_id"] == group],
        memberships=twelve.memberships[twelve.memberships["group_id"] == group],
        coverage=twelve.coverage[twelve.coverage["group_id"] == group],
    )  # fmt: skip
    result = analyse(alone, Scope(groups=(group,), as_of=to_date(found.day)), ["L5"])[0]
    row = by.table[by.table["group_id"] == group].iloc[0]
    first = result.estimates[0]
    assert (row["value"], row["low95"], row["high95"]) == pytest.approx((first.value, first.low95, first.high95))


def test_the_mean_over_groups_is_e21s_on_the_scale_of_the_interval(found: groups.Groups) -> None:
    share = found.claims["L1"]
    rows = share.entered
    logit = special.logit(rows["value"].to_numpy(float))
    measured = across(logit, np.square(rows["se"].to_numpy(float)))
    assert share.average()[0] == pytest.approx(special.expit(measured.theta))
    assert share.average()[1:] == pytest.approx(tuple(special.expit(measured.bounds(0.95))))
    difference = found.claims["L5"]
    rows = difference.entered
    plain = across(rows["value"].to_numpy(float), np.square(rows["se"].to_numpy(float)))
    assert difference.average()[0] == pytest.approx(plain.theta)


def test_a_further_group_is_less_certain_than_the_mean(found: groups.Groups) -> None:
    for by in found.claims.values():
        _, low, high = by.average()
        assert by.further[0] < low < high < by.further[1]
        assert 0 <= by.beyond <= 1


def test_a_group_drawn_to_the_mean_lies_between_its_own_figure_and_the_mean(found: groups.Groups) -> None:
    by = found.claims["L1"]
    rows, middle = by.entered, by.average()[0]
    inner = np.sort(np.column_stack([rows["value"], np.full(len(rows), middle)]), axis=1)
    assert (rows["shrunk"] >= inner[:, 0] - 0.01).all()
    assert (rows["shrunk"] <= inner[:, 1] + 0.01).all()
    assert rows["top"].sum() == pytest.approx(np.ceil(len(rows) / 4), abs=1e-9)


def test_the_funnel_is_where_alike_groups_would_lie(found: groups.Groups) -> None:
    by = found.claims["L5"]
    low, high = by.funnel(0.95, np.array([0.1]))
    assert (low[0], high[0]) == pytest.approx((by.mean.theta - 0.1959964, by.mean.theta + 0.1959964), abs=1e-6)
    out = by.outside(0.95)
    inside = by.entered[~by.entered["group_id"].isin(out["group_id"])]
    assert ((inside["theta"] - by.mean.theta).abs() <= 1.96 * inside["se"]).all()


def test_the_scope_chooses_the_groups_and_two_are_not_compared(twelve: Frames) -> None:
    ids = sorted(twelve.referrals["group_id"].unique())
    two = replace(twelve, referrals=twelve.referrals[twelve.referrals["group_id"].isin(ids[:2])],
                  memberships=twelve.memberships[twelve.memberships["group_id"].isin(ids[:2])])  # fmt: skip
    assert groups.build(two, Scope(groups=tuple(ids[:2])), DEFAULT).claims == {}
    assert groups.build(twelve, Scope(receiver="p0000001"), DEFAULT).claims == {}


def test_a_group_with_too_few_members_is_listed_and_does_not_enter(twelve: Frames) -> None:
    ids = sorted(twelve.referrals["group_id"].unique())
    few = twelve.referrals[twelve.referrals["group_id"] == ids[0]]["receiver_id"].unique()[:2]
    rows = twelve.referrals
    kept = (rows["group_id"] != ids[0]) | rows["receiver_id"].isin(few)
    by = groups.build(replace(twelve, referrals=rows[kept]), Scope(), DEFAULT, ("L1",)).claims["L1"]
    first = by.table.set_index("group_id").loc[ids[0]]
    assert not first["enters"]
    assert first["why"] == groups.TOO_FEW
    assert np.isnan(first["shrunk"])
    assert by.mean.groups == by.table["enters"].sum()


def test_a_share_of_all_or_none_still_has_a_place_on_the_scale() -> None:
    measured = {}
    for group, (wins, n) in {"a": (10, 10), "b": (6, 12), "c": (4, 9), "d": (0, 8)}.items():
        figure = Figure(wins / n, 0.0, float("inf"), "identity", float(n), n, score=True)
        each = registry["S1"].measure(_empty_log(), 20_000)
        estimate = figure.estimate("share_top_two_win", "share", 0.5, {"receivers": n, "decided": n})
        measured[group] = replace(each, unrecorded=(), estimates=(estimate,), n=n)
    by = groups.compare("S1", measured, DEFAULT)
    assert by.table["enters"].all()
    edge = by.table.set_index("group_id").loc["a"]
    assert edge["theta"] == pytest.approx(np.log(10.5 / 0.5))
    assert edge["se"] == pytest.approx(np.sqrt(1 / 10.5 + 1 / 0.5))
    plain = by.table.set_index("group_id").loc["b"]
    assert plain["theta"] == pytest.approx(0)


def _empty_log() -> object:
    return prepare(frames([]))


# -- the range for a further group -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "tau"), [(4, 0.05), (12, 0.0), (12, 0.05), (12, 0.1)])
def test_the_range_for_a_further_group_holds_what_it_promises(k: int, tau: float) -> None:
    """Errors of .03 to .09, known with 15 degrees of freedom; 300 times, so that one point is about 1.3 s.e."""
    rng = np.random.Generator(np.random.PCG64(k * 1000 + int(100 * tau)))
    held = own = 0.0
    for seed in range(300):
        se = rng.uniform(0.03, 0.09, k)
        true = rng.normal(0.1, tau, k)
        variance = se**2 * rng.chisquare(15, k) / 15
        drawn = plausible(rng.normal(true, se), variance, size=999, seed=seed)
        low, high = drawn.bounds(0.95)
        held += low < rng.normal(0.1, tau) < high
        _, lows, highs = drawn.shrunken(0.95)
        own += ((lows < true) & (true < highs)).mean()
    assert held / 300 > 0.91
    assert own / 300 > 0.90


def test_one_variance_taken_for_true_makes_the_range_too_narrow() -> None:
    """The usual formula where groups differ by about as much as their errors."""
    rng = np.random.Generator(np.random.PCG64(12))
    held = 0
    for _ in range(200):
        se = rng.uniform(0.03, 0.09, 12)
        found = across(rng.normal(rng.normal(0.1, 0.05, 12), se), se**2 * rng.chisquare(15, 12) / 15)
        low, high = found.prediction(0.95)
        held += low < rng.normal(0.1, 0.05) < high
    assert held / 200 < 0.93


def test_the_usual_formula_is_the_documented_one() -> None:
    found = across(np.array([0.1, 0.3, 0.2, 0.6]), np.array([0.01, 0.02, 0.01, 0.02]))
    reach = stats.t.ppf(0.975, 2) * np.sqrt(found.tau2 + found.se**2)
    assert found.prediction(0.95) == pytest.approx((found.theta - reach, found.theta + reach))


def test_certain_groups_that_agree_leave_little_open() -> None:
    drawn = plausible(np.full(20, 0.2) + np.linspace(-1e-3, 1e-3, 20), np.full(20, 1e-6))
    low, high = drawn.bounds(0.95)
    assert 0.195 < low < 0.2 < high < 0.205
    assert drawn.beyond(0.1) == 1.0


# -- every claim -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every() -> groups.Groups:
    world = make_world("base", 3, 20, 36, groups=3, base_rate=2.0, chain=0.2, records=RECORDS, rated=1.0)
    return groups.build(world.frames(), Scope(), DEFAULT)


def test_every_claim_that_groups_can_have_alone_is_compared(every: groups.Groups) -> None:
    assert set(groups.COMPARED) == set(registry) - {"L3", "T2"}
    assert set(every.claims) == set(groups.COMPARED)
    for claim, by in every.claims.items():
        entered = by.entered
        assert np.isfinite(entered[["theta", "se"]].to_numpy(float)).all(), claim
        inside = entered["value"].between(entered["low95"], entered["high95"])
        assert inside.all(), claim


def test_no_effect_stands_where_the_claim_itself_puts_it(every: groups.Groups) -> None:
    null = {claim: by.null for claim, by in every.claims.items()}
    assert (null["L1"], null["R1"], null["R4"], null["R6"], null["Q1"]) == (0.5, 0.75, 0.25, 0.8, 0.1)
    assert (null["L4"], null["T1"], null["S2"], null["R2"]) == (1.0, 1.0, 1.0, 1.0)
    assert (null["L5"], null["R7"], null["D3"]) == (0.0, 0.0, 0.0)


def test_children_of_a_referral_are_combined_on_logarithms(every: groups.Groups) -> None:
    rows = every.claims["L4"].entered
    own = np.log(rows["high95"] / rows["low95"]) / 2
    assert np.allclose(rows["theta"], np.log(rows["value"].astype(float)))
    assert (own / rows["se"]).between(1.9, 2.6).all()  # a t quantile: the error is on that scale
