"""The chapter's intervals: printed values, and coverage in worlds in which the naive ones fail."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis import chapter_intervals as intervals
from analysis.intervals import wilson


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_a_few_members_have_the_exact_poisson_interval() -> None:
    drawn = intervals.member_rates(np.array([0.0, 10.0]), np.array([10.0, 10.0]))
    assert not drawn.shrunk
    assert drawn.low95 == pytest.approx([0, 0.479539], abs=1e-6)  # Garwood's table: 4.79539 and 18.39036
    assert drawn.high95 == pytest.approx([0.3688879, 1.839036], abs=1e-6)


def test_a_members_rate_is_drawn_to_the_chapter_the_more_the_less_is_known_of_him() -> None:
    count, weeks = np.array([0, 2, 4, 6, 20, 3, 30.0]), np.array([2, 2, 4, 6, 40, 3, 20.0])
    drawn = intervals.member_rates(count, weeks)
    raw, chapter = count / weeks, count.sum() / weeks.sum()
    pulled = np.abs(raw - drawn.rate)
    assert drawn.shrunk
    assert (np.abs(drawn.rate - chapter) <= np.abs(raw - chapter) + 0.05).all()
    assert pulled[0] > 0.5  # nothing in two weeks says little
    assert pulled[4] < 0.1  # forty weeks say much
    assert drawn.low95[0] > 0


def test_the_posterior_is_the_one_of_many_draws() -> None:
    """The grid's mean and interval against importance sampling from the same prior."""
    x, e = np.array([4, 9, 2, 0, 6, 12, 3, 5.0]), np.full(8, 12.0)
    draw = rng(9)
    m = x.sum() / e.sum() * np.exp(draw.uniform(-1.2, 1.2, 60_000))
    shape = 1 / draw.uniform(*intervals.SPREADS, 60_000) ** 2
    logs = stats.nbinom.logpmf(x[:, None], shape, shape / (shape + m * 12)).sum(axis=0)
    weight = np.exp(logs - logs.max())
    rates = draw.gamma(shape + x[5]) / (shape / m + 12)
    drawn = intervals.member_rates(x, e)
    assert drawn.rate[5] == pytest.approx(np.average(rates, weights=weight), rel=0.01)
    order = np.argsort(rates)
    ends = rates[order][np.searchsorted(np.cumsum(weight[order]) / weight.sum(), [0.025, 0.975])]
    assert (drawn.low95[5], drawn.high95[5]) == (pytest.approx(ends[0], rel=0.06), pytest.approx(ends[1], rel=0.04))


def bursty(draw: np.random.Generator, members: int, weeks: int, phi: float) -> tuple[np.ndarray, np.ndarray]:
    """True weekly rates, and counts by week whose variance is phi times that of chance."""
    truth = draw.gamma(4, 0.3, members)
    mean = truth[:, None] * np.ones(weeks)
    size = mean / (phi - 1)
    return truth, draw.negative_binomial(size, 1 / phi)


def test_members_intervals_cover_where_slips_come_in_bursts_and_the_naive_ones_do_not() -> None:
    draw, hit, naive, n = rng(1), 0, 0, 0
    for _ in range(150):
        truth, y = bursty(draw, 30, 40, 3.0)
        x, e = y.sum(1).astype(float), np.full(30, 40.0)
        blocks = y.reshape(30, 10, 4).sum(2).ravel().astype(float)
        phi = intervals.dispersion(blocks, np.full(300, 4.0), np.repeat(np.arange(30), 10))
        drawn = intervals.member_rates(x, e, phi)
        hit += int(((drawn.low95 <= truth) & (truth <= drawn.high95)).sum())
        exact = intervals.member_rates(x[:4], e[:4])  # too few to shrink: what the counts alone would say
        naive += int(((exact.low95 <= truth[:4]) & (truth[:4] <= exact.high95)).sum())
        n += 30
    assert 0.92 <= hit / n <= 0.975
    assert naive / 600 < 0.80


@pytest.mark.parametrize("members", [5, 8, 15, 40])
def test_members_intervals_cover_in_small_and_large_chapters(members: int) -> None:
    draw, hit = rng(2), 0
    for _ in range(200):
        truth = draw.gamma(3, 0.4, members)
        e = draw.integers(8, 50, members).astype(float)
        drawn = intervals.member_rates(draw.poisson(truth * e).astype(float), e)
        hit += int(((drawn.low95 <= truth) & (truth <= drawn.high95)).sum())
    assert 0.92 <= hit / (200 * members) <= 0.975


def test_dispersion_is_one_of_independent_slips_and_found_where_they_are_not() -> None:
    member, e = np.repeat(np.arange(40), 12), np.full(480, 4.0)
    calm = intervals.dispersion(rng(3).poisson(3.0, 480).astype(float), e, member)
    assert calm == pytest.approx(1.0, abs=0.12)
    wild = rng(3).negative_binomial(1.5, 1 / 3, 480).astype(float)  # mean 3, variance 9
    assert intervals.dispersion(wild, e, member) == pytest.approx(3.0, rel=0.15)
    assert intervals.dispersion(np.array([1.0, 2.0]), np.ones(2), np.zeros(2, dtype=np.int64)) is None


def test_the_chapters_rate_covers_over_members_and_a_pooled_poisson_interval_does_not() -> None:
    draw, hit, naive = rng(4), 0, 0
    for _ in range(300):
        truth = draw.gamma(1.5, 0.8, 24)
        e = draw.integers(10, 50, 24).astype(float)
        x = draw.poisson(truth * e).astype(float)
        _, low, high = intervals.overall(x, e, None)
        hit += low <= 1.2 <= high
        pooled = np.sqrt(x.sum()) / e.sum() * 1.96
        naive += abs(x.sum() / e.sum() - 1.2) <= pooled
    assert 0.91 <= hit / 300 <= 0.98
    assert naive / 300 < 0.6


def test_a_chapter_without_an_event_has_an_upper_bound() -> None:
    rate, low, high = intervals.overall(np.zeros(3), np.full(3, 10.0), None)
    assert (rate, low) == (0, 0)
    assert high == pytest.approx(3.688879 / 30, rel=1e-6)


def test_a_share_among_members_covers_where_wilsons_interval_fails() -> None:
    """The same people give and receive, and each has his own lean to inside referrals."""
    draw, hit, naive = rng(5), 0, 0
    for _ in range(200):
        lean = draw.normal(0, 0.8, 24)
        a = draw.integers(0, 24, 600)
        b = (a + draw.integers(1, 24, 600)) % 24
        p = 1 / (1 + np.exp(-(lean[a] + lean[b])))
        y = (draw.random(600) < p).astype(float)
        low, high = intervals.among_members(y, a, b).bounds(0.95)
        hit += low <= 0.5 <= high
        first, last = wilson(y.sum(), 600, 0.95)
        naive += first <= 0.5 <= last
    assert hit / 200 >= 0.92
    assert naive / 200 < 0.6


def test_the_medians_interval_holds_it_and_needs_five_members() -> None:
    values = np.exp(rng(6).normal(7, 1, 200))
    low, high = intervals.median_interval(values, np.arange(200) % 20, 1)
    assert low < np.median(values) < high
    assert np.isnan(intervals.median_interval(values[:8], np.arange(8) % 4, 1)).all()


def test_rank_correlation_with_its_interval() -> None:
    x = np.arange(12.0)
    rho, low, high = intervals.rank_correlation(x, x[::-1] + np.array([0, 3] * 6))
    assert -1 <= low < rho < high < 0
    assert np.isnan(intervals.rank_correlation(x[:4], x[:4])).all()


def test_an_even_split_is_not_uneven() -> None:
    p, clear = intervals.uneven(np.array([5, 9]), np.array([5, 1]))
    assert p == pytest.approx([1.0, stats.binomtest(9, 10).pvalue])
    assert clear.tolist() == [False, False]
