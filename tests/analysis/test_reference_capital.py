"""Estimators of giving, ratings and groups against figures that others have printed, and the traps around them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.stats.meta_analysis import combine_effects

from analysis.across import across, plausible
from analysis.concordance import concordance, difference, tallies
from analysis.cox import hazards
from analysis.panel import NotIdentifiedError
from analysis.reliability import icc, icc_within, kr20
from analysis.return_timing import Joint, returns, timing_ratio

REFERENCE = Path(__file__).parent / "reference"


# -- return timing ----------------------------------------------------------------------------------------------------
SOURCE = np.array([0, 1, 0, 2, 1, 2, 0, 1, 2, 0, 1, 2])
TARGET = np.array([1, 0, 2, 0, 2, 1, 1, 0, 1, 2, 0, 0])
DAY = np.array([5, 40, 60, 130, 100, 160, 200, 230, 250, 300, 340, 350])


def everybody(n: int, start: int, end: int) -> Joint:
    one, other = (x.ravel() for x in np.meshgrid(np.arange(n), np.arange(n), indexing="ij"))
    keep = one != other
    return Joint(one[keep], other[keep], np.full(keep.sum(), start), np.full(keep.sum(), end))


def test_return_timing_as_computed_by_hand() -> None:
    found = returns(SOURCE, TARGET, DAY, everybody(3, 0, 365))
    assert (found.hits.sum(), found.expected.sum()) == pytest.approx((4, 19 / 6))
    figure = timing_ratio(found)
    assert (figure.theta, figure.se) == pytest.approx((0.2336149, 0.2605687), abs=5e-8)
    assert (figure.clusters, figure.df) == (3, 2)


def test_a_return_on_the_same_day_or_before_the_window_does_not_count() -> None:
    joint = Joint(np.array([1]), np.array([0]), np.array([0]), np.array([365]))
    source, target = np.array([0, 1, 1, 1, 2]), np.array([1, 0, 0, 0, 3])
    assert returns(source, target, np.array([100, 100, 190, 191, 120]), joint).hits.tolist() == [1]
    assert returns(source, target, np.array([10, 60, 89, 90, 120]), joint).hits.tolist() == [1]


def test_two_gifts_in_a_row_do_not_count_a_return_twice() -> None:
    joint = Joint(np.array([1]), np.array([0]), np.array([0]), np.array([400]))
    source, target = np.array([0, 0, 1, 2, 2]), np.array([1, 1, 0, 3, 3])
    found = returns(source, target, np.array([100, 120, 150, 205, 300]), joint)
    assert found.hits.tolist() == [1]
    assert found.expected.tolist() == [0.5]  # of the two others one falls within 90 days of a gift


# -- ratings ----------------------------------------------------------------------------------------------------------
def test_shrout_and_fleiss() -> None:
    scores = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]])
    assert icc(scores) == pytest.approx(0.165742, abs=5e-7)


def test_reliability_within_assessors_by_hand() -> None:
    """Pair means 4, 6 and 8, 9 of two assessors: squares about own means 2 and .5, on two degrees of freedom."""
    first, second = np.array([3, 7, 8, 9.0]), np.array([5, 5, 8, 9.0])
    figure = icc_within(first, second, np.array([0, 0, 1, 1]))
    msb, msw = 2 * 2.5 / 2, (2 + 2 + 0 + 0) / 4
    assert figure.theta == pytest.approx((msb - msw) / (msb + msw))
    assert figure.left_out["member"] == pytest.approx([1.0, (4 - 2) / (4 + 2)])


def test_a_kind_and_a_strict_rater_are_not_reliable_by_their_level_alone() -> None:
    rng = np.random.default_rng(4)
    rater = np.repeat(np.arange(20), 8)
    style = rng.normal(0, 3, 20)[rater]
    first, second = style + rng.normal(size=160), style + rng.normal(size=160)
    assert icc(np.column_stack([first, second])) > 0.8
    assert abs(icc_within(first, second, rater).theta) < 0.15


def test_kr20_by_hand() -> None:
    """Sums 3, 2, 1, 0: population variance 1.25; p = .75, .5, .25, so Σpq = .625."""
    items = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0.0]])
    assert kr20(items) == pytest.approx(3 / 2 * (1 - 0.625 / 1.25))
    assert np.isnan(kr20(np.ones((3, 13))))


def brute(rating, time, event, group) -> tuple[float, int]:
    good = usable = 0.0
    for i in range(len(time)):
        for j in range(len(time)):
            if group[i] != group[j] or i == j or not event[i]:
                continue
            if time[i] < time[j] or (time[i] == time[j] and not event[j]):
                usable += 1
                good += 1.0 if rating[i] > rating[j] else 0.5 if rating[i] == rating[j] else 0.0
    return good, int(usable)


def test_concordance_counts_pairs_of_the_same_assessor() -> None:
    rng = np.random.default_rng(2)
    group, rating = rng.integers(0, 4, 60), rng.integers(0, 5, 60).astype(float)
    time, event = rng.integers(1, 9, 60).astype(float), rng.integers(0, 2, 60)
    good, usable = brute(rating, time, event, group)
    figure = concordance(rating, time, event, group)
    assert figure.theta == pytest.approx(good / usable)
    for g in range(4):
        without = group != g
        less = brute(rating[without], time[without], event[without], group[without])
        assert figure.left_out["member"][g] == pytest.approx(less[0] / less[1])


def test_ties_in_time_are_usable_only_where_one_of_the_two_is_an_event() -> None:
    one = np.zeros(2, dtype=int)
    assert concordance(np.array([5.0, 1.0]), np.array([3.0, 3.0]), np.array([1, 0]), one).theta == 1.0
    assert not concordance(np.array([5.0, 1.0]), np.array([3.0, 3.0]), np.array([1, 1]), one).usable
    assert concordance(np.array([5.0, 5.0]), np.array([2.0, 3.0]), np.array([1, 0]), one).theta == 0.5


def test_two_ratings_are_compared_on_the_same_pairs() -> None:
    rng = np.random.default_rng(3)
    group, time, event = np.repeat(np.arange(6), 8), rng.random(48), rng.integers(0, 2, 48)
    a, b = rng.random(48), rng.random(48)
    one, two = (concordance(x, time, event, group) for x in (a, b))
    both = difference(a, b, time, event, group)
    assert both.theta == pytest.approx(one.theta - two.theta)
    assert both.left_out["member"] == pytest.approx(one.left_out["member"] - two.left_out["member"])


# -- proportional hazards ---------------------------------------------------------------------------------------------
def test_hazards_of_released_prisoners() -> None:
    frame = pd.read_csv(REFERENCE / "rossi.csv")
    names = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    found = hazards(frame["week"].to_numpy(float), frame["arrest"].to_numpy(), frame[names].to_numpy(float),
                    np.zeros(len(frame), int), np.arange(len(frame)))  # fmt: skip
    assert found.beta == pytest.approx([-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915], abs=5e-5)
    risk = frame[names].to_numpy(float) @ found.beta
    c = concordance(risk, frame["week"].to_numpy(float), frame["arrest"].to_numpy(), np.zeros(len(frame), int))
    assert c.theta == pytest.approx(0.6403, abs=5e-5)


def lung() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "lung_institutions.csv")


def test_hazards_clustered_by_institution_as_r_gives_them() -> None:
    frame = lung()
    found = hazards(frame["days"].to_numpy(float), frame["died"].to_numpy(), frame[["age", "sex"]].to_numpy(float),
                    np.zeros(len(frame), int), frame["institution"].to_numpy())  # fmt: skip
    assert found.beta == pytest.approx([0.017033, -0.511668], abs=5e-7)
    assert np.sqrt(np.diag(found.robust)) == pytest.approx([0.007327, 0.128231], abs=5e-7)
    assert found.score.sum(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert found.figure().se > 0.007327  # leaving institutions out is a little wider than the sandwich


def test_the_library_has_no_errors_for_strata_with_groups() -> None:
    """Either alone works; together they are NaN, which is why errors are taken from score and information here."""
    rng = np.random.default_rng(1)
    group, x = np.repeat(np.arange(20), 10), rng.normal(size=200)
    time, event = np.ceil(rng.exponential(100, 200)), (rng.random(200) < 0.5).astype(int)
    model = PHReg(time, x[:, None], status=event, ties="efron", strata=group)
    assert np.isnan(model.fit(groups=group, disp=0).bse).all()
    found = hazards(time, event, x, group, group)
    assert found.beta == pytest.approx(model.fit(disp=0).params, abs=1e-6)
    information = found.information.sum(axis=0)[0, 0]
    assert 1 / np.sqrt(information) == pytest.approx(model.fit(disp=0).bse[0], rel=1e-5)
    assert np.isfinite(found.figure().se)


def test_a_rating_that_never_differs_at_risk_is_said_to_tell_nothing() -> None:
    with pytest.raises(NotIdentifiedError):
        hazards(np.array([1.0, 2, 3]), np.array([1, 1, 0]), np.ones(3), np.zeros(3, int), np.arange(3))


def test_hazards_that_fade_are_noticed() -> None:
    """A rating that matters in the first ten days and not afterwards."""
    rng = np.random.default_rng(9)
    x = rng.integers(0, 2, 600).astype(float)
    early = rng.exponential(20 / (1 + 4 * x))
    time = np.where(early < 10, early, 10 + rng.exponential(50, 600)) + 0.01
    one = np.zeros(600, int)
    assert hazards(time, np.ones(600, int), x, one, np.arange(600)).time_trend() < -4
    even = rng.exponential(20 / (1 + x)) + 0.01
    assert abs(hazards(even, np.ones(600, int), x, one, np.arange(600)).time_trend()) < 3


# -- across groups ----------------------------------------------------------------------------------------------------
TREATED = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
TREATED_FREE = np.array([119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886])
CONTROL = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
CONTROL_FREE = np.array([128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825])


def vaccine() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios of 13 trials of a vaccine against tuberculosis (Colditz et al. 1994) and their variances."""
    one, zero = TREATED + TREATED_FREE, CONTROL + CONTROL_FREE
    return np.log(TREATED / one) - np.log(CONTROL / zero), 1 / TREATED - 1 / one + 1 / CONTROL - 1 / zero


def test_thirteen_trials_combined_as_metafor_does() -> None:
    found = across(*vaccine())
    assert (found.theta, found.se, found.tau2) == pytest.approx((-0.71497, 0.18089, 0.318068), abs=5e-6)
    classic = combine_effects(*vaccine(), method_re="dl")
    assert (classic.tau2, classic.q) == pytest.approx((0.308760, 152.2330), abs=5e-5)
    low, high = found.prediction(0.95)
    assert low < found.bounds(0.95)[0] < found.bounds(0.95)[1] < high
    assert (high - found.theta) / np.sqrt(found.tau2 + found.se**2) == pytest.approx(2.200985, abs=5e-6)  # t, 11


def test_uncertain_groups_are_drawn_to_the_mean_and_seldom_lead() -> None:
    theta, variance = np.array([0.9, 0.5, 0.1, 0.0, -0.1, -0.2]), np.array([0.9, 0.01, 0.01, 0.01, 0.01, 0.01])
    found = plausible(theta, variance)
    drawn, low, high = found.shrunken(0.95)
    assert drawn[0] < drawn[1]
    assert (high - low)[0] > (high - low)[1]
    best = found.top_quarter()
    assert best[1] > best[0]
    assert best.sum() == pytest.approx(2)


def test_two_groups_do_not_tell_how_groups_differ() -> None:
    assert across(np.array([0.1, 0.2]), np.array([0.1, 0.1])) is None


def test_the_coefficient_is_the_librarys_where_times_are_tied_and_strata_and_clusters_cross() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    x = rng.integers(0, 11, (240, 2)).astype(float)
    time = np.ceil(rng.exponential(12 / np.exp(0.1 * x[:, 0]))).clip(1, 9)
    event, stratum = (rng.random(240) < 0.6).astype(np.int64), rng.integers(0, 7, 240)
    ours = hazards(time, event, x, stratum, rng.integers(0, 30, 240))
    theirs = PHReg(time, x, status=event, strata=stratum, ties="efron")
    fitted = theirs.fit(disp=0)
    assert ours.beta == pytest.approx(fitted.params, rel=1e-8)
    assert ours.score.sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-9)
    assert np.linalg.inv(ours.information.sum(axis=0)) == pytest.approx(fitted.cov_params(), rel=1e-6)


def test_concordance_counts_what_going_through_all_pairs_counts() -> None:
    rng = np.random.Generator(np.random.PCG64(6))
    rating, time = rng.integers(0, 4, 80).astype(float), rng.integers(1, 9, 80).astype(float)
    event, cluster = rng.integers(0, 2, 80), rng.integers(0, 5, 80)
    good, usable = np.zeros(5), np.zeros(5)
    for i in range(80):
        for j in range(80):
            before = time[i] < time[j] or (time[i] == time[j] and not event[j])
            if event[i] and before and cluster[i] == cluster[j]:
                usable[cluster[i]] += 1
                good[cluster[i]] += 1.0 if rating[i] > rating[j] else 0.5 if rating[i] == rating[j] else 0.0
    found = tallies(rating, time, event, cluster)
    assert (found[0] == good).all()
    assert (found[1] == usable).all()
