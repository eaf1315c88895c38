"""Shares, rates and contrasts against published and independently computed numbers, and against plain
loops."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.estimators import contrast, share, share_two_way, stratified
from analysis.intervals import effective, jackknife_variance, newcombe, wilson

N1, D1 = np.array([4, 3, 1, 2, 0.0]), np.array([6, 4, 2, 3, 1.0])
N0, D0 = np.array([2, 2, 1, 1, 0.0]), np.array([4, 4, 4, 1, 1.0])

# Admissions of six Berkeley departments, 1973: men admitted, men refused, women admitted, women refused.
BERKELEY = [(512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391), (138, 279, 131, 244), (53, 138, 94,
                                                                                                299),
            (22, 351, 24, 317)]  # fmt: skip


def stack(y1, t1, y0, t0):
    """Summed strata as rows: stratum, arm, y, t."""
    s = np.repeat(np.arange(len(y1)), 2)
    arm = np.tile([1, 0], len(y1))
    return s, arm, np.ravel(np.column_stack([y1, y0])) * 1.0, np.ravel(np.column_stack([t1, t0])) * 1.0


def test_a_share_takes_members_not_rows_as_the_sample() -> None:
    figure = share(np.array([6, 5, 2, 3, 0.0]), np.array([10, 8, 6, 4, 2.0]))
    assert figure.theta == pytest.approx(0.533333, abs=5e-7)
    assert figure.se == pytest.approx(0.0763391, abs=5e-8)
    assert figure.gstar == pytest.approx(4.090909, abs=5e-7)
    assert figure.bounds(0.95) == pytest.approx((0.304376, 0.749061), abs=5e-7)
    assert figure.bounds(0.99) == pytest.approx((0.167043, 0.866897), abs=5e-7)
    assert figure.p(0.5) == pytest.approx(0.691922, abs=5e-7)


@pytest.mark.parametrize("agreeing", [0.0, 1.0])
def test_where_every_row_agrees_the_interval_is_wilsons_on_effective_clusters(agreeing: float) -> None:
    d = np.array([10, 8, 6, 4, 2.0])
    figure = share(d * agreeing, d)
    g = effective(d)
    assert figure.score
    assert figure.bounds(0.95) == wilson(agreeing * g, g, 0.95)
    assert figure.se_planning > 0.05  # planning never takes silence for certainty


def test_clusters_without_rows_do_not_count() -> None:
    with_empty = share(np.array([3, 0, 2.0]), np.array([5, 0, 4.0]))
    assert with_empty.clusters == 2
    assert with_empty.se == share(np.array([3, 2.0]), np.array([5, 4.0])).se


def test_a_rate_is_interpreted_on_the_log_scale() -> None:
    figure = share(np.array([4, 9, 2.0]), np.array([12, 12, 6.0]), link="log")
    low, high = figure.bounds(0.95)
    assert low * high == pytest.approx(figure.theta**2)


def test_a_difference_within_clusters_deletes_from_both_arms() -> None:
    figure = contrast(N1, D1, N0, D0, both_arms_from=5)
    assert figure.theta == pytest.approx(0.196428571, abs=5e-10)
    assert figure.se == pytest.approx(0.0587135612, abs=5e-11)
    assert figure.gstar == pytest.approx(3.948651627, abs=5e-10)


def test_with_fewer_than_eight_shared_clusters_the_arms_are_independent() -> None:
    figure = contrast(N1, D1, N0, D0)
    assert figure.se == pytest.approx(0.1068165093, abs=5e-11)
    assert figure.df == pytest.approx(5.131314012, abs=5e-10)


def test_a_ratio_is_jackknifed_on_the_log_scale() -> None:
    figure = contrast(N1, D1, N0, D0, kind="ratio", both_arms_from=5)
    full = np.log((N1.sum() / D1.sum()) / (N0.sum() / D0.sum()))
    loops = [np.log((np.delete(N1, i).sum() / np.delete(D1, i).sum()) / (np.delete(N0,
                                                                                   i).sum() / np.delete(D0,
                                                                                                        i).sum()))
             for i in range(5)]  # fmt: skip
    assert figure.theta == pytest.approx(full)
    assert figure.se**2 == pytest.approx(jackknife_variance(full, np.array(loops)))


def test_mantel_haenszel_difference() -> None:
    s, arm, y, t = stack(N1, D1, N0, D0)
    figure = stratified("difference", s, arm, y, t, receiver=s)
    assert figure.theta == pytest.approx(0.140811456, abs=5e-10)
    assert figure.se == pytest.approx(0.0700864835, abs=5e-11)


def test_greenland_robins_rate_ratio() -> None:
    s, arm, y, t = stack([5, 3, 4], [10, 12, 8], [2, 1, 4], [9, 11, 14])
    assert np.exp(stratified("ratio", s, arm, y, t, receiver=s).theta) == pytest.approx(2.0960164835, abs=5e-11)


def test_strata_that_lack_an_arm_do_not_enter() -> None:
    s, arm, y, t = stack([*N1, 9], [*D1, 9], [*N0, 0], [*D0, 0])
    alone = stack(N1, D1, N0, D0)
    with_lone, without = (
        stratified("difference", s, arm, y, t, receiver=s),
        stratified("difference", *alone, receiver=alone[0]),
    )
    assert (with_lone.theta, with_lone.se, with_lone.clusters) == (
        without.theta,
        without.se,
        without.clusters,
    )


def brute(statistic, y, cluster):
    """(variance by plain loops) of a statistic of a boolean row mask."""
    full = statistic(np.ones(len(y), dtype=bool))
    labels = np.unique(cluster, axis=0)
    left = [statistic(~(cluster == label).reshape(len(y), -1).all(axis=1)) for label in labels]
    return full, jackknife_variance(full, np.array(left))


def random_rows(seed: int):
    rng = np.random.default_rng(seed)
    receiver, source = rng.integers(0, 12, 400), rng.integers(0, 20, 400)
    arm = rng.integers(0, 2, 400)
    y = (rng.random(400) < 0.3 + 0.02 * receiver).astype(float)
    return receiver, source, arm, y


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_two_way_share_equals_three_jackknives_by_hand(seed: int) -> None:
    receiver, source, _, y = random_rows(seed)
    figure = share_two_way(y, receiver, source)
    parts = [brute(lambda keep: y[keep].mean(), y, c)[1] for c in
             (receiver, source, np.column_stack([receiver, source]))]  # fmt: skip
    assert figure.se**2 == pytest.approx(max(parts[0] + parts[1] - parts[2], parts[0], parts[1]))
    g = [effective(np.bincount(c).astype(float)) for c in (receiver, source)]
    assert figure.df == pytest.approx(min(g) - 1)


def loop_difference(receiver, arm, y, keep):
    num = den = 0.0
    for r in np.unique(receiver[keep]):
        one, zero = keep & (receiver == r) & (arm == 1), keep & (receiver == r) & (arm == 0)
        if one.any() and zero.any():
            w = one.sum() * zero.sum() / (one.sum() + zero.sum())
            num, den = num + w * (y[one].mean() - y[zero].mean()), den + w
    return num / den


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_two_way_difference_equals_three_jackknives_by_hand(seed: int) -> None:
    receiver, source, arm, y = random_rows(seed)
    figure = stratified("difference", receiver, arm, y, np.ones(len(y)), receiver=receiver, source=source)
    parts = [brute(lambda keep: loop_difference(receiver, arm, y, keep), y, c) for c in
             (receiver, source, np.column_stack([receiver, source]))]  # fmt: skip
    v = [p[1] for p in parts]
    assert figure.theta == pytest.approx(parts[0][0])
    assert figure.se**2 == pytest.approx(max(v[0] + v[1] - v[2], v[0], v[1]))


def test_a_receivers_strata_are_deleted_together() -> None:
    receiver, _, arm, y = random_rows(4)
    stratum = receiver * 2 + (np.arange(len(y)) % 2)
    figure = stratified("difference", stratum, arm, y, np.ones(len(y)), receiver=receiver)
    assert figure.clusters == 12
    _, variance = brute(lambda keep: loop_difference(stratum, arm, y, keep), y, receiver)
    assert figure.se**2 == pytest.approx(variance)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published_by_newcombe_1998(count: int, n: int, low: float, high: float) -> None:
    assert wilson(count, n, 0.95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((6, 7), (2, 7), 0.0582,
                                                                                0.8062),
     ((5, 56), (0, 29), -0.0381, 0.1926), ((0, 10), (0, 20), -0.1611, 0.2775), ((10, 10), (0, 20), 0.6791,
                                                                                1.0)],
)  # fmt: skip
def test_differences_as_published_by_newcombe_1998(a, b, low: float, high: float) -> None:
    assert newcombe(*a, *b, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_the_librarys_score_interval_is_why_newcombes_is_used() -> None:
    """9/10 against 3/10 makes it fail; if a new release does not, look at its coefficient again."""
    with pytest.raises(ValueError, match="sign"):
        confint_proportions_2indep(9, 10, 3, 10, method="score", compare="diff")
    assert newcombe(9, 10, 3, 10, 0.95)[0] > 0


def test_berkeley_admissions_turn_round_within_departments() -> None:
    """Pooled, men are admitted 14 points more often; within departments women are, slightly (Bickel et al.
    1975)."""
    table = np.array(BERKELEY)
    men, women = table[:, 0] + table[:, 1], table[:, 2] + table[:, 3]
    pooled = contrast(table[:, 0] * 1.0, men * 1.0, table[:, 2] * 1.0, women * 1.0)
    s, arm, y, t = stack(table[:, 0], men, table[:, 2], women)
    within = stratified("difference", s, arm, y, t, receiver=s)
    assert pooled.theta == pytest.approx(0.14165, abs=5e-6)
    assert -0.03 < within.theta < 0
    reference = StratifiedTable([row.reshape(2, 2) for row in table])
    assert reference.oddsratio_pooled == pytest.approx(0.9046968, abs=5e-8)
    assert reference.oddsratio_pooled_confint() == pytest.approx((0.7719074, 1.0603298), abs=5e-7)
    assert reference.test_null_odds(correction=False).statistic == pytest.approx(1.5246067, abs=5e-8)
    assert reference.test_null_odds(correction=True).pvalue == pytest.approx(0.2322635, abs=5e-7)


def test_kidney_stones_turn_round_within_sizes() -> None:
    """Open surgery looks worse in all patients and is better for small and for large stones (Charig et al.
    1986)."""
    y1, t1, y0, t0 = (
        np.array([81, 192.0]),
        np.array([87, 263.0]),
        np.array([234, 55.0]),
        np.array([270, 80.0]),
    )
    s, arm, y, t = stack(y1, t1, y0, t0)
    pooled, within = contrast(y1, t1, y0, t0), stratified("difference", s, arm, y, t, receiver=s)
    assert (y1.sum() / t1.sum(), y0.sum() / t0.sum()) == pytest.approx((0.78, 0.826), abs=5e-4)
    assert pooled.theta < 0 < within.theta
    tables = [np.array([[a, n - a], [b, m - b]]) for a, n, b, m in zip(y1, t1, y0, t0, strict=True)]
    reference = StratifiedTable(tables)
    assert reference.oddsratio_pooled == pytest.approx(1.446847, abs=5e-7)
    assert reference.test_null_odds(correction=False).statistic == pytest.approx(2.433856, abs=5e-7)


@pytest.mark.parametrize("icc", [0.1])
def test_wilson_on_rows_covers_less_than_half_and_the_jackknife_what_it_says(icc: float) -> None:
    """40 members, 50 referrals each on average, of unequal size: the reason why rows are not the sample."""
    rng = np.random.default_rng(20260630)
    shape = (1 / icc - 1) / 2
    inside = {"rows": 0, "members": 0}
    for _ in range(400):
        d = np.maximum(1, rng.gamma(1, 50, 40).astype(int)).astype(float)
        y = rng.binomial(d.astype(int), rng.beta(shape, shape, 40)).astype(float)
        low, high = wilson(y.sum(), d.sum(), 0.95)
        inside["rows"] += low <= 0.5 <= high
        low, high = share(y, d).bounds(0.95)
        inside["members"] += low <= 0.5 <= high
    assert inside["rows"] / 400 < 0.60
    assert 0.92 <= inside["members"] / 400 <= 0.98


def test_effective_clusters_of_equal_and_of_one_dominant_weight() -> None:
    assert effective(np.ones(7)) == pytest.approx(7)
    assert effective(np.array([1000, 1, 1.0])) < 1.01
    assert np.isnan(jackknife_variance(0.3, np.array([0.2])))
    assert stats.t.ppf(0.975, 1) > 12  # with one effective cluster the interval says almost nothing
