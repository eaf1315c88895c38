"""A few replicates of worlds whose truth is known: the claim keeps to it, and the tempting way does not. Gross bounds
only; the acceptance run counts 500 replicates of each world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.population import prepare, to_day
from analysis.verdict import CONTRADICTED, SUPPORTED, decide
from sample.world import make_world
from tests.analysis.builders import date, frames, referral

A = to_day(date(2026, 7, 1))


def measures(world: str, replicates: int, *claims: str, seed: int = 1, **knobs) -> Iterator[list[Measured]]:
    for i in range(replicates):
        made = make_world(world, seed=seed + i, **knobs)
        log = prepare(made.frames())
        yield [registry[c].measure(log, made.last + 1) for c in claims]


def said(m: Measured) -> str:
    return decide(m, under_test=False).verdict


def covers(m: Measured, truth: float) -> bool:
    low, high = m.figure.bounds(0.95)
    return low <= truth <= high


def met_late(seed: int) -> list[dict]:
    """Thirty receivers; partners and customers refer equally often and equally well, but the customers are met later,
    over the last two years."""
    rng, rows = np.random.default_rng(seed), []
    for r in range(30):
        for s in range(10):
            kind = "partner" if s < 4 else "customer"
            met = A - 1600 if s < 4 else A - int(rng.integers(300, 1000))
            days = np.arange(met, A)
            for day in days[rng.random(len(days)) < rng.gamma(1.5, 1 / 1.5) / 365]:
                status = "won" if rng.random() < 0.5 else "lost"
                closed = int(day) + 30
                rows.append(
                    referral(int(day), f"r{r}s{s}", f"r{r:02d}", source_kind=kind, status=status, closed=closed)
                )
    return rows


def test_sources_met_later_are_not_taken_for_worse_ones() -> None:
    covered, tempted, again, active = 0, [], 0, []
    for seed in range(12):
        members = [(f"r{r:02d}", A - 4000, None) for r in range(30)]
        log = prepare(frames(met_late(seed), members, coverage=[("g1", A - 1600, A)], imported_on=date(2026, 6, 30)))
        rate, gap = (registry[c].measure(log, A) for c in ("S2", "S3"))
        covered += covers(rate, 0.0)
        again += covers(gap, 0.0)
        tempted.append(rate.data["wrong"]["low99"].iloc[0] > 1)
        active.append(gap.data["wrong"]["value"].iloc[0])
        assert said(rate) != SUPPORTED
        assert said(gap) != SUPPORTED
    assert covered >= 9
    assert again >= 9
    assert np.mean(tempted) >= 0.3  # referrals per source on the list: the longer known, the more
    assert abs(np.mean(active)) > 0.02


def test_answers_that_come_are_not_missed() -> None:
    for (m,) in measures("answered-all", 6, "R6"):
        assert said(m) != SUPPORTED
        assert m.figure.theta > 0.9
        naive = m.data["wrong"].set_index("name")
        assert naive["high99"].iloc[1] < 0.8  # last year's returns over the year before's gifts "support" the claim
    assert [said(m) for (m,) in measures("answered-some", 6, "R6")].count(SUPPORTED) >= 4


def test_newcomers_lift_the_share_of_new_sources() -> None:
    pairs = [(m.figure.theta, m.data["wrong"]["value"].iloc[0]) for (m,) in measures("burst", 8, "R4")]
    ours, naive = np.array(pairs).T
    assert np.mean(naive - ours) > 0.01


def test_neither_go_betweens_nor_ponds_are_found_where_volume_is_all() -> None:
    """Referrals go by volume and taste alone. Nothing held equal, go-betweens and many ponds look like a cause."""
    found = list(measures("base", 10, "R14", "R13", seed=50, members=45, base_rate=1.0, chain=0.3))
    for claim, least in ((0, 0.15), (1, 0.15)):
        ours = np.array([m[claim].figure.theta for m in found])
        naive = np.log([m[claim].data["wrong"]["value"].iloc[0] for m in found])
        assert np.mean(naive) > least
        assert np.mean(ours) < np.mean(naive) - 0.05
        assert [said(m[claim]) for m in found].count(SUPPORTED) <= 1
        assert sum(covers(m[claim], float(np.mean(ours))) for m in found) >= 7


def test_chains_reproduce_at_their_true_rate() -> None:
    found = [m for (m,) in measures("chains", 8, "L4")]
    assert sum(covers(m, 0.3) for m in found) >= 6
    assert [said(m) for m in found].count(CONTRADICTED) >= 6  # it multiplies and does not snowball


@pytest.mark.parametrize(("world", "right"), [("exponential", SUPPORTED), ("linear", CONTRADICTED)])
def test_eightfold_growth_shows_its_shape(world: str, right: str) -> None:
    verdicts = [said(m) for (m,) in measures(world, 8, "L3")]
    assert verdicts.count(right) >= 4
    wrong = CONTRADICTED if right == SUPPORTED else SUPPORTED
    assert verdicts.count(wrong) <= 1


def test_forecasts_keep_their_promise_and_levels_hold_in_a_steady_group() -> None:
    found = list(measures("base", 8, "R1", "R2", seed=200))
    promised = [e.value for quarters, _ in found for e in quarters.estimates if e.name == "calibration"]
    hits = [quarters.data["wrong"]["value"].iloc[0] for quarters, _ in found]
    assert abs(np.mean(promised)) < 0.03
    assert np.mean(hits) > 0.84  # against .80 they would flatter
    assert [said(level) for _, level in found].count(CONTRADICTED) == 0
    assert abs(np.mean([level.figure.theta for _, level in found])) < 0.08
