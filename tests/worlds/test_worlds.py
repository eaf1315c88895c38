"""In worlds whose truth is known the tempting figure goes wrong and the verdict holds. A small, fixed-seed run of what
`python -m sample.acceptance` does at release size: only gross bounds, wide enough not to depend on luck."""

import pytest

from analysis.claims import registry
from sample import trial
from sample.trial import CELLS, Cell, Tally

R = 30


def tally(world: str, claim: str, replicates: int = R, **size: int) -> Tally:
    assert claim in registry
    return trial.run(Cell(world, (claim,), **size), range(1001, 1001 + replicates))[claim]


@pytest.mark.parametrize(
    ("claim", "world", "wrong"),
    [
        ("T1", "frail", "cross-section"),
        ("T1", "trend", "same person"),
        ("S4", "mix", "over everybody"),
        ("S4", "slow", "won of all so far"),
        ("L5", "mix", "over everybody"),
        ("S1", "equal-totals", "chosen and scored on the same year"),
        ("L9", "volume", "ever referred you in your absence"),
    ],
)
def test_where_nothing_is_true_the_wrong_way_says_supported_and_the_verdict_does_not(
    claim: str, world: str, wrong: str
) -> None:
    t = tally(world, claim)
    name = next(n for n in t.wrong if wrong in n)
    assert t.wrong_rate(name) >= 0.5, "the trap is not live"
    assert t.rate("supported") <= 0.05
    assert t.rate("contradicted") <= 0.05
    assert t.measured >= 0.6 * R
    assert t.coverage >= 0.8


@pytest.mark.parametrize(
    ("claim", "world"),
    [("L1", "base"), ("L5", "base"), ("L9", "presence-drift"), ("S4", "base"), ("T1", "base")],
)
def test_where_nothing_is_true_nothing_is_found(claim: str, world: str) -> None:
    t = tally(world, claim)
    assert t.rate("supported", "contradicted") <= 0.05
    assert t.coverage >= 0.8


@pytest.mark.parametrize(
    ("claim", "world", "size", "power"),
    [
        ("L1", "away", {}, 0.5),
        ("L5", "absence-pays", {}, 0.4),
        ("S4", "partners-pay", {}, 0.3),
        ("S1", "top-two", {}, 0.4),
        ("L9", "further", {"members": 60}, 0.2),
    ],
)
def test_where_something_is_true_it_is_found_often_enough_and_never_denied(
    claim: str, world: str, size: dict[str, int], power: float
) -> None:
    t = tally(world, claim, **size)
    assert t.rate("supported") >= power
    assert t.rate("contradicted") == 0
    assert t.coverage >= 0.8


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
    assert len({cell.label for cell in CELLS}) == len(CELLS)
