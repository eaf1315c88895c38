"""Curves of what has not happened yet, against published values and the library."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from analysis.estimators import compact
from analysis.intervals import NOTHING, jackknife_variance
from analysis.survival import (
    bucket,
    count,
    curve_difference,
    curve_share,
    days_to_event,
    followed_to,
    groups,
    incidence,
    incidence_at_end,
    restricted_mean,
    restricted_mean_se,
    survival,
    total,
)

T = np.array([5, 10, 10, 20, 30, 30, 40, 60, 80, 90])
E = np.array([1, 2, 1, 0, 1, 2, 0, 1, 0, 0])
# Remission of acute myelogenous leukaemia, weeks (Miller 1997): maintained and not maintained.
AML = {
    "maintained": ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]),
    "not": ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]),
}


def aml(arm: str, tau: int):
    t, e = AML[arm]
    return total(count(np.array(t), np.array(e), tau))


def test_competing_events_share_one_survival() -> None:
    counts = total(count(T, E, 60))
    assert incidence(counts)[-1] == pytest.approx(0.4722222222, abs=5e-11)
    assert survival(counts)[-1] == pytest.approx(0.3111111111, abs=5e-11)
    other = total(count(T, np.where(E == 1, 2, np.where(E == 2, 1, 0)), 60))
    assert incidence(other)[-1] == pytest.approx(0.2166666667, abs=5e-11)


@pytest.mark.parametrize(("arm", "expected"), [("maintained", 0.613636), ("not", 0.486111)])
def test_kaplan_meier_of_aml(arm: str, expected: float) -> None:
    assert survival(aml(arm, 24))[-1] == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("arm", "median"), [("maintained", 31), ("not", 23)])
def test_medians_of_aml(arm: str, median: int) -> None:
    assert int(np.argmax(survival(aml(arm, 60)) <= 0.5)) == median


@pytest.mark.parametrize(("arm", "mean", "se"), [("maintained", 31.8431818, 4.52788471), ("not", 22.70833, 4.180941)])
def test_restricted_mean_of_aml(arm: str, mean: float, se: float) -> None:
    counts = aml(arm, 48)
    assert restricted_mean(survival(counts)) == pytest.approx(mean, abs=5e-6)
    assert restricted_mean_se(counts) == pytest.approx(se, abs=1e-6)


def test_the_variance_is_the_means_not_the_times() -> None:
    """A library returns Var[min(T, τ)] = 204 here; the mean of 11 patients is ten times as certain."""
    assert restricted_mean_se(aml("maintained", 48)) ** 2 == pytest.approx(20.50, abs=0.005)


def test_restricted_mean_of_one_event_among_several() -> None:
    counts = total(count(T, (E == 1).astype(int), 60))
    assert restricted_mean(survival(counts)) == pytest.approx(45.5)
    assert restricted_mean_se(counts) == pytest.approx(7.03976799, abs=5e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tied_days_give_the_librarys_exact_curves(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t, e = rng.integers(0, 15, 300), rng.integers(0, 3, 300)
    counts = total(count(t, e, 14))
    library = CumIncidenceRight(t, e)
    at = np.searchsorted(library.times, np.arange(15), side="right") - 1
    reference = np.where(at >= 0, library.cinc[0][np.maximum(at, 0)], 0.0)
    assert incidence(counts) == pytest.approx(reference, abs=1e-12)
    plain = SurvfuncRight(t, (e > 0).astype(int))
    assert survival(counts)[plain.surv_times] == pytest.approx(plain.surv_prob, abs=1e-12)


def test_ties_are_not_broken_at_random() -> None:
    """The same data in another order give the same digits."""
    rng = np.random.default_rng(7)
    t, e = rng.integers(0, 6, 200), rng.integers(0, 3, 200)
    order = rng.permutation(200)
    assert np.array_equal(incidence(total(count(t, e, 5))), incidence(total(count(t[order], e[order], 5))))


def test_an_event_precedes_a_censoring_on_the_same_day() -> None:
    counts = total(count(np.array([3, 3]), np.array([1, 0]), 5))
    assert incidence(counts)[3] == 0.5


def test_one_minus_kaplan_meier_overstates_where_another_event_competes() -> None:
    naive = 1 - survival(total(count(T, (E == 1).astype(int), 60)))[-1]
    assert naive > incidence(total(count(T, E, 60)))[-1] + 0.02


def test_a_curve_ends_where_too_few_are_followed() -> None:
    counts = total(count(T, E, 90))
    assert followed_to(counts, 4) == 40
    assert followed_to(counts, 11) == -1


def test_days_to_a_win_count_open_cases_for_as_long_as_they_are_open() -> None:
    assert float(days_to_event(total(count(np.array([10, 20, 30]), np.ones(3, int), 40)))) == pytest.approx(20)
    late = total(count(np.array([10, 10, 30]), np.array([1, 0, 1]), 40))
    assert float(days_to_event(late)) > 20  # the one still open on day 10 would have taken longer


def sample(seed: int):
    rng = np.random.default_rng(seed)
    t, e = rng.integers(0, 40, 500), (rng.random(500) < 0.5).astype(int)
    return t, e, rng.integers(0, 2, 500), rng.integers(0, 15, 500)


def test_the_jackknife_of_a_difference_of_curves_by_plain_loops() -> None:
    t, e, arm, cluster = sample(1)

    def difference(keep):
        f = [incidence(total(count(t[keep & (arm == k)], e[keep & (arm == k)], 30)))[-1] for k in (1, 0)]
        return f[0] - f[1]

    full = difference(np.ones(500, bool))
    loops = np.array([difference(cluster != c) for c in range(15)])
    figure = curve_difference(incidence_at_end, t, e, arm, tau=30, cluster=cluster, at_risk=10, both_arms_from=8)
    assert figure.theta == pytest.approx(full)
    assert figure.se**2 == pytest.approx(jackknife_variance(full, loops))


def test_the_jackknife_of_one_curve_by_plain_loops() -> None:
    t, e, _, cluster = sample(3)
    full = incidence(total(count(t, e, 30)))[-1]
    loops = np.array([incidence(total(count(t[cluster != c], e[cluster != c], 30)))[-1] for c in range(15)])
    figure = curve_share(incidence_at_end, t, e, 30, cluster=cluster, at_risk=10)
    assert figure.theta == pytest.approx(full)
    assert figure.se**2 == pytest.approx(jackknife_variance(full, loops))
    assert 0 < figure.bounds(0.99)[0] < full < figure.bounds(0.99)[1] < 1


def test_thousands_of_clusters_are_left_out_in_buckets_and_few_one_by_one() -> None:
    ids = np.array([f"m{i}" for i in range(50)] * 2, dtype=object)
    codes, bucketed = groups(ids, 200, 2000)
    assert (len(np.unique(codes)), bucketed) == (50, False)
    codes, bucketed = groups(ids, 20, 50)
    assert bucketed
    assert codes.tolist() == [bucket(i, 20) for i in ids]


def test_no_curve_is_read_where_fewer_than_ten_are_followed() -> None:
    t, e, arm, cluster = sample(2)
    assert (
        curve_difference(incidence_at_end, t, e, arm, tau=39, cluster=cluster, at_risk=10, both_arms_from=8) is NOTHING
    )


def test_buckets_are_the_same_in_python_and_sql() -> None:
    assert bucket("m1", 200) == 76


def test_compact_keeps_the_order() -> None:
    codes, g = compact(np.array([7, 3, 7, 9]))
    assert (codes.tolist(), g) == ([1, 0, 1, 2], 3)
