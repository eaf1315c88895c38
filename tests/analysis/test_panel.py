"""Poisson panels against R's figures, the library and plain refits; the member-month cells of a tiny
chapter."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.discrete.conditional_models import ConditionalPoisson
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.panel import NotIdentifiedError, fe_poisson, mundlak, pooled_poisson
from analysis.population import prepare, to_day
from analysis.tenure_panel import attrition, cells, drift, leaving_odds
from tests.analysis.builders import date, frames, referral

Y = np.array([0, 1, 2, 1, 3, 0, 1, 1, 2, 4, 0, 0.0])
X = np.tile([0, 1, 2, 3.0], 3)
UNIT = np.repeat([0, 1, 2], 4)


def test_fixed_effects_poisson_as_r_gives_it() -> None:
    fit = fe_poisson(Y, X, UNIT)
    assert fit.beta[0] == pytest.approx(-0.3007862343, abs=5e-10)
    assert np.sqrt(fit.cov1[0, 0]) == pytest.approx(0.317386381, rel=2e-6)  # R stops its iterations earlier
    assert np.sqrt(fit.cov3[0, 0]) == pytest.approx(0.3154515, abs=5e-8)
    assert fit.gstar == pytest.approx(2.922078, abs=5e-7)


def test_the_library_agrees_on_the_estimate_and_has_no_cluster_robust_error() -> None:
    library = ConditionalPoisson(Y, X[:, None], groups=UNIT).fit(disp=0)
    fit = fe_poisson(Y, X, UNIT)
    assert fit.beta[0] == pytest.approx(library.params[0], abs=1e-5)
    assert np.sqrt(fit.cov_model[0, 0]) == pytest.approx(library.bse[0], rel=1e-4)
    assert np.sqrt(fit.cov3[0, 0]) > 1.2 * library.bse[0]


def test_exposure_is_a_weight() -> None:
    rng = np.random.default_rng(3)
    unit, x, e = np.repeat(np.arange(20), 12), rng.normal(size=(240, 2)), rng.uniform(0.3, 1, 240)
    y = rng.poisson(e * np.exp(0.4 * x[:, 0] - 0.2 * x[:, 1] + 0.5 * rng.normal(size=20)[unit])).astype(float)
    dummies = (unit[:, None] == np.arange(20)).astype(float)
    keep = np.bincount(unit, y)[unit] > 0
    glm = GLM(y[keep], np.hstack([x, dummies[:, np.unique(unit[keep])]])[keep], family=Poisson(),
              offset=np.log(e[keep])).fit()  # fmt: skip
    assert fe_poisson(y, x, unit, e).beta == pytest.approx(glm.params[:2], abs=1e-7)


def test_units_without_events_or_without_variation_are_dropped() -> None:
    y, x = np.concatenate([Y, [0, 0, 3, 4]]), np.concatenate([X, [1, 2, 5, 5]])
    unit = np.concatenate([UNIT, [3, 3, 4, 4]])
    fit = fe_poisson(y, x, unit)
    assert fit.kept.tolist() == [True] * 12 + [False] * 4
    assert fit.beta == pytest.approx(fe_poisson(Y, X, UNIT).beta)


def test_nothing_to_estimate_is_said_not_guessed() -> None:
    with pytest.raises(NotIdentifiedError):
        fe_poisson(np.zeros(12), X, UNIT)
    with pytest.raises(NotIdentifiedError):
        fe_poisson(Y, np.column_stack([X, 2 * X]), UNIT)


def test_one_step_deletion_comes_close_to_a_refit() -> None:
    rng = np.random.default_rng(5)
    unit, x = np.repeat(np.arange(30), 24), np.tile(np.linspace(0, 2, 24), 30)
    y = rng.poisson(np.exp(0.1 * x + 0.5 * rng.normal(size=30)[unit])).astype(float)
    fit = fe_poisson(y, x, unit)
    for g in (0, 13, 29):
        refit = fe_poisson(y[unit != g], x[unit != g], unit[unit != g])
        assert fit.beta[0] - fit.change[g, 0] == pytest.approx(refit.beta[0], abs=2e-3)


def test_pooled_poisson_is_the_librarys_glm() -> None:
    rng = np.random.default_rng(8)
    cluster, x = np.repeat(np.arange(15), 10), np.column_stack([rng.normal(size=150), np.ones(150)])
    e = rng.uniform(0.5, 1, 150)
    y = rng.poisson(2 * e * np.exp(0.3 * x[:, 0])).astype(float)
    glm = GLM(y, x, family=Poisson(), offset=np.log(e)).fit()
    fit = pooled_poisson(y, x, e, cluster)
    assert fit.beta == pytest.approx(glm.params, abs=1e-8)
    assert fit.cov_model == pytest.approx(glm.cov_params(), rel=1e-6)


def test_mundlak_separates_the_same_person_from_who_stays() -> None:
    """Nobody changes with tenure, but those who receive more stay longer: all of the slope lies between
    people."""
    rng = np.random.default_rng(11)
    level = rng.normal(0, 0.7, 300)
    years = np.clip(np.round(3 + 2.5 * level + rng.normal(0, 0.5, 300)), 1, 8).astype(int)
    unit = np.repeat(np.arange(300), years)
    tenure = np.concatenate([np.arange(k) + 0.5 for k in years])
    y = rng.poisson(6 * np.exp(level[unit])).astype(float)
    within, between = mundlak(y, tenure, unit, np.ones(len(y)), np.zeros((len(y), 0)))
    fixed = fe_poisson(y, tenure, unit)
    assert within.theta == pytest.approx(fixed.beta[0], abs=0.02)
    assert abs(within.theta) < 0.03
    assert between.theta > 0.3


JAN = to_day(date(2024, 1, 1))


def panel_of(referrals, members, coverage):
    log = prepare(frames(referrals, members, coverage=coverage, imported_on=date(2024, 12, 31)))
    view = log.at(to_day(date(2024, 12, 31)))
    return view, cells(view)


def test_only_wholly_covered_months_make_cells() -> None:
    """Covered from 10 January to 20 March and in May: February and May count, the half months do not."""
    cover = [("g1", JAN + 9, JAN + 80), ("g1", to_day(date(2024, 5, 1)), to_day(date(2024, 6, 1)))]
    _, panel = panel_of([referral(JAN + 40, "a", "b")], [("b", JAN - 800, None)], cover)
    assert (panel.month % 12 + 1).tolist() == [2, 5]
    assert panel.received.tolist() == [1, 0]


def test_a_month_with_fewer_than_ten_active_days_is_left_out() -> None:
    joined = to_day(date(2024, 3, 25))
    cover = [("g1", JAN, to_day(date(2024, 6, 1)))]
    _, panel = panel_of([referral(joined + 20, "a", "b")], [("b", joined, None)], cover)
    assert (panel.month % 12 + 1).tolist() == [4, 5]
    assert panel.exposure == pytest.approx(np.array([30, 31]) / 30.4375)


def test_tenure_runs_from_joining_even_before_the_log_begins() -> None:
    cover = [("g1", JAN, to_day(date(2024, 2, 1)))]
    _, panel = panel_of([referral(JAN + 5, "a", "b")], [("b", JAN - 731, None)], cover)
    assert panel.tenure == pytest.approx([(731 + 15.5) / 365.25])


def test_past_members_stay_in_the_panel() -> None:
    cover = [("g1", JAN, to_day(date(2024, 6, 1)))]
    _, panel = panel_of([referral(JAN + 5, "a", "b")], [("b", JAN - 9, JAN + 95), ("c", JAN - 9, None)], cover)
    assert len(np.unique(panel.person)) == 2


def test_attrition_counts_who_entered_left_and_stays() -> None:
    """Four join on one day; one leaves after 100 days, one after 500, two stay to the end of the log."""
    start = JAN - 900
    members = [("a", start, start + 100), ("b", start, start + 500), ("c", start, None), ("d", start, None)]
    view, _ = panel_of([referral(start, "x", "c")], members, [("g1", start, JAN)])
    table = attrition(view, 10)
    assert table["entered"].tolist()[:3] == [4, 3, 2]
    assert table["left"].tolist()[:3] == [1, 1, 0]
    assert table["staying"].tolist()[:3] == pytest.approx([0.75, 0.5, 0.5])


def test_drift_needs_enough_newcomers() -> None:
    view, panel = panel_of([referral(JAN + 5, "a", "b")], [("b", JAN, None)], [("g1", JAN, to_day(date(2024, 6, 1)))])
    trend = drift(view, panel)
    assert trend.fit is None
    assert (trend.joiners, trend.cells) == (1, 5)


def leavers(effect: float, seed: int):
    """600 members over five years; who falls below his pace by one standard deviation leaves exp(effect) as
    often."""
    rng = np.random.default_rng(seed)
    start, rows, members = to_day(date(2019, 1, 1)), [], []
    month_days = [to_day(date(2019 + m // 12, m % 12 + 1, 1)) for m in range(61)]
    for i in range(600):
        rate, got, left = rng.gamma(4, 0.4), [], None
        for m in range(60):
            got.append(rng.poisson(rate))
            short = -(sum(got[-6:]) - 6 * rate) / np.sqrt(6 * rate)
            if m >= 6 and m < 59 and rng.random() < 0.02 * np.exp(effect * short):
                left = month_days[m + 1] + 14
                break
        members.append((f"p{i:04d}", start - 400, left))
        rows += [referral(month_days[m] + 3, "x", f"p{i:04d}") for m, k in enumerate(got) for _ in range(k)]
    log = prepare(frames(rows, members, coverage=[("g1", start, month_days[60])], imported_on=date(2024, 1, 1)))
    view = log.at(month_days[60])
    return leaving_odds(view, cells(view))


def test_leaving_after_a_poor_half_year_is_noticed_and_otherwise_not() -> None:
    assert 0.8 < leavers(0.0, 1)[0] < 1.25
    assert leavers(0.5, 2)[0] > 1.3
