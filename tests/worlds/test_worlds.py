"""In worlds whose truth is known the tempting figure goes wrong and the verdict holds. A small, fixed-seed run of what
`python -m sample.acceptance` does at release size: only gross bounds, wide enough not to depend on luck.

A handful of the worlds is tried a week, one after another through the year; `NET_EFFECT_WORLDS=all` tries them all.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from analysis.claims import registry
from sample import trial
from sample.trial import CELLS, Cell, Tally

R = 40
HANDFUL = 2  # of each of the three lists


def handful(cases: Sequence[tuple]) -> list[tuple]:
    """A few of the cases, others every week."""
    if os.environ.get("NET_EFFECT_WORLDS") == "all":
        return list(cases)
    week = datetime.now(UTC).isocalendar().week
    return [cases[(week * HANDFUL + i) % len(cases)] for i in range(HANDFUL)]


def tally(world: str, claim: str, replicates: int = R, **size: int) -> Tally:
    assert claim in registry
    return trial.run(Cell(world, (claim,), **size), range(1, replicates + 1))[claim]


# claim, a world in which it is not so, the tempting figure, the share of worlds in which that says it is so
TRAPS = [
    ("T1", "frail", "cross-section", 0.4),
    ("T1", "trend", "same person", 0.5),
    ("S4", "mix", "over everybody", 0.5),
    ("S4", "slow", "won of all so far", 0.5),
    ("L5", "mix", "over everybody", 0.5),
    ("S1", "equal-totals", "chosen and scored on the same year", 0.5),
    ("L9", "volume", "ever referred you in your absence", 0.5),
    ("L4", "chains", "longest chain", 0.5),
    ("R1", "sparse", "80 % forecast", 0.5),
    ("R6", "answered-all", "last year's returns", 0.5),
    ("R6", "answered-most", "last year's returns", 0.5),
    ("D3", "likeable", "over everybody", 0.5),
    ("D4", "rating-echo", "referrals already received", 0.5),
    ("Q3", "rating-echo", "referred before left in", 0.5),
]


@pytest.mark.parametrize(("claim", "world", "wrong", "least"), handful(TRAPS))
def test_where_nothing_is_true_the_wrong_way_says_supported_and_the_verdict_does_not(
    claim: str, world: str, wrong: str, least: float
) -> None:
    t = tally(world, claim)
    name = next(n for n in t.wrong if wrong in n)
    assert t.wrong_rate(name) >= least, "the trap is not live"
    assert t.rate("supported") <= 0.05
    assert not t.measured or t.coverage >= 0.85


PLAIN = [
    ("L1", "base"),
    ("L5", "base"),
    ("L9", "presence-drift"),
    ("S4", "base"),
    ("T1", "base"),
    ("S2", "met-later"),
    ("S3", "met-later"),
]


@pytest.mark.parametrize(("claim", "world"), handful(PLAIN))
def test_where_nothing_is_true_nothing_is_found(claim: str, world: str) -> None:
    t = tally(world, claim)
    assert t.rate("supported") <= 0.05
    assert t.rate("contradicted") <= 0.075
    assert t.coverage >= 0.85


POWER = [
    ("L1", "away", {}, 0.5),
    ("L5", "absence-pays", {}, 0.4),
    ("S4", "partners-pay", {}, 0.3),
    ("S1", "top-two", {}, 0.4),
    ("L9", "further", {"members": 60}, 0.2),
    ("L4", "snowball", {}, 0.8),
    ("R1", "steady", {}, 0.2),
    ("R2", "steady", {}, 0.7),
    ("R4", "steady", {}, 0.5),
    ("R13", "many-ponds", {}, 0.5),
    ("R6", "answered-some", {}, 0.8),
    ("S2", "partners-refer", {}, 0.3),
    ("S3", "partners-refer", {}, 0.1),
    ("D3", "balance-pays", {}, 0.5),
    ("D4", "depth-pays", {}, 0.5),
]


@pytest.mark.parametrize(("claim", "world", "size", "power"), handful(POWER))
def test_where_something_is_true_it_is_found_often_enough_and_never_denied(
    claim: str, world: str, size: dict[str, int], power: float
) -> None:
    t = tally(world, claim, **size)
    assert t.rate("supported") >= power
    assert t.rate("contradicted") == 0
    assert not t.measured or t.coverage >= 0.85


def test_several_chapters_together_settle_what_tenure_does_and_one_cannot() -> None:
    assert tally("grows", "T1", replicates=3, groups=6).rate("supported") >= 0.5
    assert tally("grows", "T1", replicates=10).rate("supported") <= 0.5


def test_months_that_nobody_imported_do_no_harm_and_would_if_they_were_read_as_zeros() -> None:
    sound = trial.run(Cell("gap", ("T1",)), range(1, 11))["T1"]
    fooled = trial.run(Cell("gap", ("T1",), full=True), range(1, 11))["T1"]
    assert sound.coverage >= 0.8
    assert abs(sound.bias) < 0.03
    name = "the same person, trend left in"
    assert (sound.wrong_rate(name), fooled.wrong_rate(name)) == (0.0, 1.0), "zeros look like growth"


def test_too_few_members_are_never_enough_data() -> None:
    t = trial.run(Cell("away", ("L1", "L5", "L9", "S4"), members=5, months=12), range(1, 31))
    assert {c: v.rate("supported", "contradicted") for c, v in t.items()} == dict.fromkeys(t, 0.0)
    assert all(v.rate("not enough data") >= 0.9 for v in t.values())


def test_every_named_world_and_claim_has_a_cell_in_the_acceptance_run() -> None:
    assert {c for cell in CELLS for c in cell.claims} == {*registry, trial.FAMILY}
    assert len({cell.key for cell in CELLS}) == len(CELLS)
