"""Forecasts, dispersion, diversity and growth against the method's own worked figures and known truths."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import forecast
from analysis.dispersion import dispersion, dispersion_ratio
from analysis.diversity import (
    effective_number,
    gini,
    gini_figure,
    gini_of_equals,
    simpson,
    unseen,
    unseen_by_cluster,
)
from analysis.growth import Growth, shape
from analysis.intervals import NOTHING, Figure

X, YEAR = np.array([4, 9, 2, 0, 6, 12, 3, 5.0]), np.full(8, 12.0)
NONE = np.empty((60, 0))


# -- forecasts


def test_the_forecasts_worked_example() -> None:
    of = forecast.prior(X, YEAR)
    assert of is not None
    assert (of.a, of.b) == pytest.approx((3.2896282, 7.7025440), abs=5e-8)
    assert of.a / of.b == pytest.approx(0.4270833, abs=5e-8)
    assert of.a / of.b**2 == pytest.approx(0.0554470, abs=5e-8)
    mean = forecast.predict(X, YEAR, of)["mean"]
    assert mean.tolist() == pytest.approx([1.1100, 1.8713, 0.8054, 0.5009, 1.4145, 2.3281, 0.9577, 1.2622], abs=5e-5)


def test_members_who_do_not_differ_are_forecast_alike() -> None:
    of = forecast.prior(np.full(8, 4.0), YEAR)
    assert of is not None
    assert np.ptp(forecast.predict(X, YEAR, of)["mean"]) < 0.02
    assert forecast.prior(np.zeros(8), YEAR) is None


def test_an_interval_of_counts_promises_more_than_its_nominal_share() -> None:
    """And exactly what it holds: that is what hits have to be measured against."""
    rng = np.random.default_rng(1)
    rate = rng.gamma(3, 1 / 8, 20_000)
    seen, after = rng.poisson(12 * rate).astype(float), rng.poisson(3 * rate)
    of = forecast.prior(seen, np.full(20_000, 12.0))
    assert of is not None
    made = forecast.predict(seen, np.full(20_000, 12.0), of)
    hits = ((after >= made["low"]) & (after <= made["high"])).mean()
    assert hits > 0.86
    assert hits == pytest.approx(made["mass"].mean(), abs=0.01)


def test_bursts_widen_the_forecast() -> None:
    calm, wild = (forecast.predict(X, YEAR, forecast.Prior(3.3, 7.7, d)) for d in (1.0, 3.0))
    assert (wild["high"] - wild["low"]).sum() > (calm["high"] - calm["low"]).sum()
    counts = np.array([[0, 6, 0, 0, 6, 0]] * 4, dtype=float)
    assert forecast.within_dispersion(counts, np.ones_like(counts, dtype=bool)) == pytest.approx(24 / 5)
    assert forecast.within_dispersion(np.ones((3, 6)), np.ones((3, 6), dtype=bool)) == 1.0


def test_a_ratio_by_member_and_quarter_by_hand() -> None:
    y, d = np.array([2.0, 0, 1, 3]), np.array([1.0, 1, 2, 2])
    member, quarter = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    figure = forecast.by_member_and_quarter(y, d, member, quarter, "exp")

    def variance(codes: np.ndarray) -> float:
        left = [y[codes != c].sum() / d[codes != c].sum() for c in np.unique(codes)]
        return (len(left) - 1) / len(left) * sum((x - 1) ** 2 for x in left)

    va, vb, vab = variance(member), variance(quarter), variance(np.arange(4))
    assert figure.theta == pytest.approx(0)
    assert figure.se == pytest.approx(np.sqrt(max(va + vb - vab, va, vb)))  # on the log scale: se / theta
    assert set(figure.left_out) == {"member", "quarter"}


# -- dispersion


def test_the_dispersions_worked_example() -> None:
    counts, exposure = np.array([[0, 2, 1, 3, 0], [1, 1, 0, 0, 5.0]]), np.array([[1, 1, 1, 1, 0], [1, 0.5, 1, 1, 1]])
    found = dispersion(counts, exposure, draws=1999, seed=1)
    assert found.raw == pytest.approx(2.047619, abs=5e-7)
    assert found.df == 7
    assert found.p is not None
    assert 0.01 < found.p < 0.2
    assert np.exp(found.figure.theta) == pytest.approx(2.047619, rel=0.05)  # the null's mean is 1 but for the draws


@pytest.mark.parametrize(
    ("days", "square", "df"), [((109, 65, 22, 3, 1), 199.3115, 199), ((447, 132, 42, 21, 3, 2), 960.7575, 646)]
)
def test_published_dispersions(days: tuple[int, ...], square: float, df: int) -> None:
    """Horse kicks (chance) and accidents of munition workers (more than chance), as one long row of units."""
    counts = np.repeat(np.arange(len(days)), days).astype(float)[None, :]
    found = dispersion(counts, np.ones_like(counts))
    assert found.raw * found.df == pytest.approx(square, abs=5e-5)
    assert found.df == df


def test_a_steady_pace_is_not_called_bursts_and_bursts_are() -> None:
    rng = np.random.default_rng(5)
    rate = rng.gamma(2, 0.5, 30)[:, None]
    steady = rng.poisson(rate * np.ones(48)).astype(float)
    bursts = rng.poisson(rate * rng.gamma(0.5, 2, (30, 48))).astype(float)
    ones = np.ones((30, 48))
    calm, wild = (dispersion(c, ones, draws=499, seed=2) for c in (steady, bursts))
    assert calm.p is not None
    assert wild.p is not None
    assert calm.p > 0.05
    assert wild.p == pytest.approx(2 / 500)
    low, high = np.exp(calm.figure.bounds(0.95))
    assert low < 1 < high
    assert np.exp(dispersion_ratio(bursts, steady, ones).bounds(0.99)[0]) > 1
    assert dispersion(np.zeros((3, 4)), np.ones((3, 4))).figure is NOTHING


# -- diversity


def test_good_turing_and_simpson_worked_example() -> None:
    counts = np.array([5, 3, 2, 2, 1, 1, 1.0])
    assert unseen(counts) == pytest.approx((0.2, 0.1686548), abs=5e-8)
    assert effective_number(np.array([simpson(counts), 1.0])).tolist() == pytest.approx([7.0, np.inf])
    assert simpson(counts) == pytest.approx(0.857142857)


def test_unseen_mass_is_pooled_over_receivers() -> None:
    kind, cluster = np.array([0, 0, 1, 0, 2, 2]), np.array([0, 0, 0, 1, 1, 1])
    figure = unseen_by_cluster(kind, cluster)
    assert figure.theta == pytest.approx(2 / 6)  # each has one source seen once, though source 0 came thrice in all
    assert figure.clusters == 2


def test_diversity_does_not_grow_with_the_number_of_referrals() -> None:
    """Counting ponds does: that is why they are not counted."""
    rng = np.random.default_rng(2)
    few, many = (rng.multinomial(n, [0.4, 0.3, 0.2, 0.05, 0.05], size=4000).astype(float) for n in (5, 50))
    assert np.mean([simpson(c) for c in few]) == pytest.approx(np.mean([simpson(c) for c in many]), abs=0.01)
    assert (many > 0).sum(axis=1).mean() > (few > 0).sum(axis=1).mean() + 1


def test_ginis_published_example_and_its_benchmark() -> None:
    incomes = np.array([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261.0])
    assert gini(incomes) == pytest.approx(0.46209113, abs=5e-9)
    assert gini(np.full(7, 3.0)) == pytest.approx(0, abs=1e-12)
    assert gini_figure(incomes).bounds(0.95)[0] < 0.46 < gini_figure(incomes).bounds(0.95)[1]
    assert gini_of_equals(20, np.ones(20), 199, 1) > 0.4  # twenty referrals over twenty equals look unequal
    assert gini_of_equals(20_000, np.ones(20), 199, 1) < 0.03


# -- growth


def curve(kind: float, fold: float, n: int, months: int = 60) -> np.ndarray:
    t = np.linspace(0, 1, months)
    rate = fold**t if kind == 0 else 1 + (fold - 1) * t
    return rate / rate.sum() * n


@pytest.mark.parametrize("kind", [0.0, 0.5, 1.0])
def test_a_noiseless_curve_gives_its_own_shape_and_ends(kind: float) -> None:
    t = np.linspace(0, 1, 60)
    rate = np.exp(np.log(8) * t) if kind == 0 else (1 + (8**kind - 1) * t) ** (1 / kind)
    growth = Growth(100 * rate[None, :], np.ones((1, 60)), t, NONE)
    assert growth.best.shape == pytest.approx(kind, abs=1e-3)
    assert np.exp(growth.fit(kind).ends[:2]) == pytest.approx([100, 800], rel=1e-4)
    assert growth.p(kind) == pytest.approx(1, abs=1e-3)


def test_the_best_of_one_shape_is_the_librarys() -> None:
    sm = pytest.importorskip("statsmodels.api")
    y, t = np.random.default_rng(1).poisson(curve(0, 3, 900)).astype(float), np.linspace(0, 1, 60)
    ours = Growth(y[None, :], np.ones((1, 60)), t, NONE).fit(0.0)
    theirs = sm.GLM(y, np.column_stack([np.ones(60), t]), family=sm.families.Poisson()).fit()
    assert ours.ends == pytest.approx([theirs.params[0], theirs.params.sum()], rel=1e-6)
    line = Growth(y[None, :], np.ones((1, 60)), t, NONE).fit(1.0)
    identity = sm.families.Poisson(link=sm.families.links.Identity())
    theirs = sm.GLM(y, np.column_stack([1 - t, t]), family=identity).fit()
    assert np.exp(line.ends) == pytest.approx(theirs.params, rel=1e-5)


@pytest.mark.parametrize("kind", [0.0, 1.0])
def test_fourfold_growth_of_two_thousand_tells_the_shapes_apart_and_twofold_does_not(kind: float) -> None:
    rng, t = np.random.default_rng(4), np.linspace(0, 1, 60)
    right = wrong = early = 0
    for _ in range(40):
        figure, _ = shape(rng.poisson(curve(kind, 4, 2000)).astype(float), np.ones(60), t, np.log(1.25))
        true, other = figure.p(kind) > 0.05, figure.p(1 - kind) > 0.05
        right, wrong = right + (true and not other), wrong + (other and not true)
        small, _ = shape(rng.poisson(curve(kind, 2, 1000)).astype(float), np.ones(60), t, np.log(1.25))
        early += (small.p(0.0) > 0.05) != (small.p(1.0) > 0.05)
    assert right >= 24
    assert wrong <= 3
    assert early <= 5


def test_an_interval_of_shapes_holds_what_is_not_rejected() -> None:
    y = np.random.default_rng(9).poisson(curve(0, 8, 5000)).astype(float)
    figure, growth = shape(y, np.ones(60), np.linspace(0, 1, 60), np.log(1.25))
    low, high = figure.bounds(0.95)
    assert growth is not None
    assert low < 0 < high < 1
    assert growth.p(high) == pytest.approx(0.05, abs=1e-4)
    assert figure.bounds(0.99)[1] > high


def test_a_season_does_not_pass_for_a_bend() -> None:
    month = np.arange(60)
    t, angle = month / 59, 2 * np.pi * (month % 12 + 1) / 12
    y = curve(1.0, 4, 6000) * np.exp(0.4 * np.cos(angle))
    season = np.column_stack([np.cos(angle), np.sin(angle)])
    plain = Growth(y[None, :], np.ones((1, 60)), t, NONE).best.shape
    adjusted = Growth(y[None, :], np.ones((1, 60)), t, season).best.shape
    assert adjusted == pytest.approx(1.0, abs=0.01)
    assert abs(plain - 1.0) > 0.1


def test_members_who_come_and_go_widen_the_interval() -> None:
    """The months around the curve look like chance; which members were there decides its bend."""
    rng, months = np.random.default_rng(6), 60
    t, rejected, naive = np.linspace(0, 1, months), 0, 0
    for _ in range(40):
        start, stay = rng.integers(-30, 55, 60), rng.integers(15, 60, 60)
        there = (np.arange(months) >= start[:, None]) & (np.arange(months) < (start + stay)[:, None])
        rate = np.exp(rng.normal(0, 0.7, 60))[:, None] * (1 + 5 * t)
        counts = rng.poisson(0.6 * rate * there).astype(float)
        exposures = there.astype(float)
        rejected += Growth(counts, exposures, t, NONE).p(1.0) <= 0.05
        naive += Growth(counts.sum(axis=0)[None, :], exposures.sum(axis=0)[None, :], t, NONE).p(1.0) <= 0.05
    assert rejected <= 6
    assert naive >= 8


def test_too_little_gives_no_shape() -> None:
    figure, growth = shape(np.zeros(60), np.ones(60), np.linspace(0, 1, 60), 0.2)
    assert figure is NOTHING
    assert growth is None
    flat, _ = shape(np.full(60, 200.0), np.ones(60), np.linspace(0, 1, 60), np.log(1.25))
    assert isinstance(flat, Figure)
    assert getattr(flat, "flat", False)
