"""Graph figures, pairs and chains against published and hand-counted answers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.chains import children, link, reproduction
from analysis.intervals import Figure
from analysis.network import betweenness, exchange_beyond_volume, reciprocated, weights
from analysis.pairs import answers, share_of_pairs
from tests.conftest import SHARED

LAWYERS = SHARED / "real" / "lazega_lawfirm"
FLORENTINE = (
    "Acciaiuoli-Medici Castellani-Peruzzi Castellani-Strozzi Castellani-Barbadori Medici-Barbadori Medici-Ridolfi "
    "Medici-Tornabuoni Medici-Albizzi Medici-Salviati Salviati-Pazzi Peruzzi-Strozzi Peruzzi-Bischeri Strozzi-Ridolfi "
    "Strozzi-Bischeri Ridolfi-Tornabuoni Tornabuoni-Guadagni Albizzi-Ginori Albizzi-Guadagni Bischeri-Guadagni "
    "Guadagni-Lamberteschi"
)


def ties(name: str) -> tuple[np.ndarray, np.ndarray]:
    edges = pd.read_csv(LAWYERS / name)
    return edges["from_id"].to_numpy() - 1, edges["to_id"].to_numpy() - 1


@pytest.mark.shared
@pytest.mark.parametrize(("name", "share"), [("edges_advice.csv", 0.3923766816), ("edges_friends.csv", 0.6121739130)])
def test_the_reciprocity_of_lawyers(name: str, share: float) -> None:
    assert reciprocated(weights(*ties(name), 71)) == pytest.approx(share, abs=5e-11)


@pytest.mark.shared
def test_the_go_betweens_among_lawyers() -> None:
    """As igraph, networkx and R print it: lawyers 16, 17 and 30 lead."""
    score = betweenness(*ties("edges_advice.csv"), 71)
    assert (np.argsort(-score)[:3] + 1).tolist() == [16, 17, 30]
    assert np.sort(score)[::-1][:3] == pytest.approx([386.3212, 379.4293, 361.8164], abs=5e-5)


def test_the_medici_stand_between_the_florentine_families() -> None:
    pairs = [edge.split("-") for edge in FLORENTINE.split()]
    names = sorted({name for pair in pairs for name in pair})
    both = np.array(
        [[names.index(a), names.index(b)] for a, b in pairs] + [[names.index(b), names.index(a)] for a, b in pairs]
    )
    score = betweenness(both[:, 0], both[:, 1], len(names))
    assert score[names.index("Medici")] / ((len(names) - 1) * (len(names) - 2)) == pytest.approx(0.5220, abs=5e-5)


def test_several_referrals_are_one_edge_and_nobody_stands_between_himself() -> None:
    one = betweenness(np.array([0, 1]), np.array([1, 2]), 3)
    assert one.tolist() == [0.0, 1.0, 0.0]
    assert betweenness(np.array([0, 0, 1, 1, 1]), np.array([1, 1, 2, 2, 1]), 3).tolist() == one.tolist()


def test_reciprocated_weight_counts_what_is_matched() -> None:
    """3 one way and 2 back: 4 of 5 referrals; another pair one way only."""
    w = weights(np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 1, 0, 0, 0]), 3)
    assert reciprocated(w) == pytest.approx(4 / 6)


def test_exchange_beyond_volume_finds_pairs_and_not_volume() -> None:
    rng = np.random.default_rng(3)
    source, target = rng.integers(0, 15, 400), rng.integers(0, 15, 400)
    source, target = source[source != target], target[source != target]
    z, p = exchange_beyond_volume(source, target, 15, 300, seed=1)
    assert abs(z) < 3
    assert p > 0.01
    half = len(source) // 2
    paired = np.concatenate([source[:half], target[:half]]), np.concatenate([target[:half], source[:half]])
    z, p = exchange_beyond_volume(*paired, 15, 300, seed=1)
    assert z > 4
    assert p == pytest.approx(1 / 301)


# -- answers


def test_a_referral_answers_the_earliest_still_open_one() -> None:
    """0→1 on days 0 and 10 open; 1→0 on day 20 answers the first, on day 400 the second is too old, so it opens."""
    source, receiver, day = np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]), np.array([0, 10, 20, 400])
    opening, answered = answers(source, receiver, day, 365)
    assert opening.tolist() == [True, True, False, True]
    assert answered.tolist() == [True, False, False, False]
    late = answers(source, receiver, np.array([0, 10, 20, 375]), 365)
    assert late[0].tolist() == [True, True, False, False]
    assert late[1].tolist() == [True, True, False, False]


def test_the_same_day_is_no_answer_and_an_answer_opens_nothing() -> None:
    opening, answered = answers(np.array([0, 1, 0]), np.array([1, 0, 1]), np.array([5, 5, 9]), 365)
    assert opening.tolist() == [True, True, False]  # the third answers 1→0 of day 5
    assert answered.tolist() == [False, True, False]
    opening, answered = answers(np.array([0, 1, 0]), np.array([1, 0, 1]), np.array([0, 5, 9]), 365)
    assert opening.tolist() == [True, False, True]  # an answer wants no answer: the third opens anew
    assert answered.tolist() == [True, False, False]


def test_other_pairs_answer_nothing() -> None:
    opening, answered = answers(np.array([0, 2, 1]), np.array([1, 0, 2]), np.array([0, 5, 9]), 365)
    assert opening.all()
    assert not answered.any()


def test_a_share_over_pairs_leaves_members_out_on_both_sides_by_hand() -> None:
    y = np.array([1.0, 0, 1, 0, 1, 1])
    a, b = np.array([0, 1, 1, 2, 3, 0]), np.array([1, 0, 2, 3, 0, 1])
    figure = share_of_pairs(y, a, b)
    theta = y.mean()

    def variance(clusters: list[np.ndarray]) -> float:
        left = [y[~m].mean() for m in clusters]
        return (len(left) - 1) / len(left) * sum((x - theta) ** 2 for x in left)

    members = [(a == k) | (b == k) for k in range(4)]
    unordered = [np.isin(a, p) & np.isin(b, p) for p in ((0, 1), (1, 2), (2, 3), (3, 0))]
    ordered = [(a == i) & (b == j) for i, j in {*zip(a.tolist(), b.tolist(), strict=True)}]
    va, vb = variance([a == k for k in range(4)]), variance([b == k for k in range(4)])
    crossed = max(va + vb - variance(ordered), va, vb)
    expected = max(variance(members) - variance(unordered), crossed, variance(unordered))
    assert figure.se**2 == pytest.approx(expected)
    rows = np.array([m.sum() for m in members])
    assert figure.gstar == pytest.approx(
        min(rows.sum() ** 2 / (rows**2).sum(), 36 / (4 + 4 + 1 + 1), 36 / (4 + 4 + 1 + 1))
    )
    assert figure.df == pytest.approx(figure.gstar - 1)


@pytest.mark.parametrize("symmetric", [False, True])
def test_shares_over_pairs_cover_their_truth_where_plain_rows_do_not(symmetric: bool) -> None:
    """Members differ in how often they are answered, as openers and as answerers at once."""
    rng, truth, hits, plain = np.random.default_rng(7), [], 0, 0
    figures = []
    for _ in range(40):
        n = 35
        give, answer = rng.normal(0, 0.8, n), rng.normal(0, 0.8, n)
        answer = give if symmetric else answer
        a, b = rng.integers(0, n, 700), rng.integers(0, n, 700)
        a, b = a[a != b], b[a != b]
        chance = 1 / (1 + np.exp(0.4 - give[a] - answer[b]))
        truth.append(chance.mean())
        figures.append(share_of_pairs((rng.random(len(a)) < chance).astype(float), a, b))
    middle = float(np.mean(truth))
    for figure in figures:
        low, high = figure.bounds(0.95)
        hits += low <= middle <= high
        plain += abs(figure.theta - middle) < 1.96 * np.sqrt(middle * (1 - middle) / 700)
    assert hits >= 34
    assert plain <= 30


# -- chains


def test_chains_go_up_to_their_beginning() -> None:
    """r0 → r1 → r2, r0 → r3; r4 names an unknown one, r5 one that is later, r6 and r7 each other."""
    ids = np.array([f"r{i}" for i in range(8)], dtype=object)
    via = np.array([None, "r0", "r1", "r0", "gone", "r7", "r7", "r6"], dtype=object)
    given = np.array([0, 10, 50, 200, 5, 3, 9, 9])
    found = link(ids, via, given)
    assert found.parent[:6].tolist() == [-1, 0, 1, 0, -1, -1]
    assert found.root[:6].tolist() == [0, 0, 0, 0, 4, 5]
    assert found.depth[:6].tolist() == [0, 1, 2, 1, 0, 0]
    assert children(found, given, 180)[:6].tolist() == [1, 1, 0, 0, 0, 0]  # the second child of r0 comes too late


def test_reproduction_is_jackknifed_by_chain() -> None:
    born, root = np.array([2.0, 0, 1, 0, 0, 0]), np.array([0, 0, 2, 2, 4, 5])
    figure = reproduction(born, root, np.ones(6, dtype=bool))
    left = [(3 - n) / (6 - d) for n, d in ((2, 2), (1, 2), (0, 1), (0, 1))]
    assert figure.theta == pytest.approx(0.5)
    assert figure.se**2 == pytest.approx(3 / 4 * sum((x - 0.5) ** 2 for x in left))
    assert figure.link == "log"
    assert figure.bounds(0.95)[0] > 0


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.6])
def test_reproduction_covers_its_truth_in_branching_chains(rate: float) -> None:
    rng, hits = np.random.default_rng(11), 0
    for _ in range(60):
        born, root = [], []
        for chain in range(300):
            alive = 1
            while alive and len(born) < 20_000:
                kids = rng.poisson(rate, alive)
                born += kids.tolist()
                root += [chain] * alive
                alive = int(kids.sum())
        low, high = reproduction(np.array(born, dtype=float), np.array(root), np.ones(len(root), dtype=bool)).bounds(
            0.95
        )
        hits += low <= rate <= high
    assert hits >= 53


def test_a_rate_of_none_has_no_interval_on_the_log() -> None:
    none = Figure(0.0, 0.0, 12.0, "log", 13.0, 13)
    assert not none.usable
    assert all(math.isnan(bound) for bound in none.bounds(0.99))
    assert math.isnan(none.p(1.0))
