"""Ranges that promise 8 of 10 hold 8 of 10 in worlds whose truth is known; chance alone around last year does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from analysis.population import to_day
from analysis.repeatability import build
from analysis.repeatability_total import quarterly
from analysis.scope import Scope
from analysis.settings import DEFAULT
from tests.analysis.builders import date, frames, referral

MONTHS, MEMBERS = 60, 25
Shape = Callable[[np.random.Generator], np.ndarray]


def level(rng: np.random.Generator) -> np.ndarray:
    return np.ones(MONTHS)


def bursts(rng: np.random.Generator) -> np.ndarray:
    """Some months bring twice as much to everybody, some half."""
    return rng.gamma(4, 0.25, MONTHS)


def waves(rng: np.random.Generator) -> np.ndarray:
    """Slow ups and downs that last for months."""
    log = np.zeros(MONTHS)
    for month in range(1, MONTHS):
        log[month] = 0.8 * log[month - 1] + rng.normal(0, 0.2)
    return np.exp(log - log.var() / 2)


def season(rng: np.random.Generator) -> np.ndarray:
    return 1 + 0.4 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)


def growth(rng: np.random.Generator) -> np.ndarray:
    return np.exp(0.08 * np.arange(MONTHS) / 12)


@cache
def coverage(shape: Shape, worlds: int = 60) -> tuple[float, float, float]:
    """Share of quarters inside the range, what it promises, and the share inside chance alone around last year."""
    hits = plain = promised = n = 0.0
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        own = 0.8 * rng.gamma(3, 1 / 3, MEMBERS)
        counts = rng.poisson(own.sum() * shape(rng)).astype(float)
        found = quarterly(counts, np.full(MONTHS, MEMBERS, float), np.full(MONTHS + 1, MEMBERS, float),
                          np.ones(MONTHS, bool), first=0, start=MONTHS).past  # fmt: skip
        low, high = stats.poisson.ppf([[0.1], [0.9]], found["before"].to_numpy() / 4)
        hits += float(found["y"].between(found["low"], found["high"]).sum())
        plain += float(found["y"].between(low, high).sum())
        promised += float(found["mass"].sum())
        n += len(found)
    return hits / n, promised / n, plain / n


@pytest.mark.parametrize("shape", [level, bursts, waves, season, growth])
def test_the_chapters_range_holds_what_it_promises(shape: Shape) -> None:
    hits, promised, _ = coverage(shape)
    assert promised - 0.05 < hits < promised + 0.07


@pytest.mark.parametrize("shape", [bursts, waves, season])
def test_chance_alone_around_last_year_breaks_its_promise(shape: Shape) -> None:
    assert coverage(shape)[2] < 0.5


@cache
def members(swing: float, worlds: int = 8) -> tuple[float, float]:
    """Hits less promise of members' ranges, and of chance alone around each member's own last year."""
    start = [to_day(date(2023 + (6 + i) // 12, (6 + i) % 12 + 1, 1)) for i in range(37)]
    ours, plain = [], []
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        rows, people = [], [f"m{i:02d}" for i in range(MEMBERS)]
        for person in people:
            own = 0.8 * rng.gamma(2, 0.5)
            for low, high in pairwise(start):
                month = own * (rng.gamma(1 / swing, swing) if swing else 1.0)
                rows += [referral(int(d), f"s{d}", person) for d in rng.integers(low, high, rng.poisson(month))]
        log = frames(rows, [(p, start[0] - 4000, None) for p in people], coverage=[("g1", start[0], start[-1])])
        view = build(log, Scope(), DEFAULT)
        h = view.history
        ours.append(float((h["y"].between(h["low"], h["high"]) - h["mass"]).mean()))
        before = np.array([_year_before(rows, person, origin) for person, origin in
                           zip(h["person_id"], h["origin"], strict=True)])  # fmt: skip
        low, high = stats.poisson.ppf([[0.1], [0.9]], before / 4)
        mass = stats.poisson.cdf(high, before / 4) - np.where(low > 0, stats.poisson.cdf(low - 1, before / 4), 0.0)
        plain.append(float((h["y"].between(low, high) - mass).mean()))
    return float(np.mean(ours)), float(np.mean(plain))


def _year_before(rows: list[dict], person: str, origin: int) -> int:
    end = to_day(date(1970 + origin // 12, origin % 12 + 1, 1))
    begin = to_day(date(1969 + origin // 12, origin % 12 + 1, 1))
    return sum(r["receiver_id"] == person and begin <= r["given"] < end for r in rows)


@pytest.mark.parametrize("swing", [0.0, 0.5])
def test_members_ranges_hold_what_they_promise(swing: float) -> None:
    assert abs(members(swing)[0]) < 0.035


@pytest.mark.parametrize(("swing", "short"), [(0.0, -0.03), (0.5, -0.07)])
def test_chance_alone_around_a_members_own_year_breaks_its_promise(swing: float, short: float) -> None:
    assert members(swing)[1] < short
