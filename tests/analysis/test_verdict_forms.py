"""Claims of another form than "larger than a benchmark": smaller, as large, composite, banded, and withheld ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.claims.base import Gate, Measured, Part
from analysis.growth import shape
from analysis.intervals import NOTHING, Figure
from analysis.settings import DEFAULT
from analysis.verdict import decide, family, family_q, need_more

RULES = replace(DEFAULT, under_test=())
OPEN = (Gate("clusters", 20, 8),)


def figure(theta: float, se: float, left_out=None, link: str = "identity") -> Figure:
    around = np.full(20, theta) if left_out is None else np.array(left_out)
    return Figure(theta, se, 30, link, 31, 20, {"member": around})


def measured(theta: float, se: float, *, left_out=None, theta0: float = 0.0, delta: float = 0.05, **more) -> Measured:
    return Measured("X", 0, figure(theta, se, left_out), theta0, delta, gates=OPEN, n=300, **more)


def verdict(m: Measured, q: float | None = None) -> tuple[str, str | None]:
    v = decide(m, q, RULES)
    return v.verdict, v.detail


# -- smaller than


def test_a_claim_that_says_fewer_is_supported_below_its_benchmark() -> None:
    below, above = (measured(theta, 0.02, theta0=0.8, direction=-1) for theta in (0.4, 0.95))
    assert verdict(below) == ("supported", "clearly large enough")
    assert verdict(above)[0] == "contradicted"
    assert verdict(measured(0.73, 0.02, theta0=0.8, direction=-1)) == ("supported", "size uncertain")
    inside = measured(0.79, 0.003, theta0=0.8, direction=-1)
    assert verdict(inside) == ("no difference that matters", "but in the claim's direction")
    assert verdict(measured(0.4, 0.02, theta0=0.8, direction=-1), q=0.03)[0] == "not enough data"


# -- as large as


def test_an_equivalence_claim_is_supported_inside_its_range_and_contradicted_outside() -> None:
    lasts = {"delta": float(np.log(1.25)), "rule": "equivalence"}
    assert verdict(measured(0.02, 0.03, **lasts))[0] == "supported"
    assert verdict(measured(-0.8, 0.05, **lasts))[0] == "contradicted"
    assert verdict(measured(0.8, 0.05, **lasts))[0] == "contradicted"
    assert verdict(measured(0.02, 0.15, **lasts))[0] == "not enough data"
    assert verdict(measured(-0.25, 0.05, **lasts))[0] == "not enough data"  # outside, but not surely


def test_an_equivalence_claims_p_is_against_the_nearer_end() -> None:
    edge = float(np.log(1.25))
    m = measured(0.1, 0.05, delta=edge, rule="equivalence")
    assert m.p == pytest.approx(2 * stats.t.sf((edge - 0.1) / 0.05, 30))
    assert replace(m, figure=figure(-0.1, 0.05)).p == pytest.approx(m.p)
    assert verdict(m, q=0.021)[0] == "not enough data"


def test_an_equivalence_claim_hangs_on_a_member_who_takes_it_over_the_edge() -> None:
    m = measured(0.1, 0.02, left_out=[0.1] * 19 + [0.23], delta=float(np.log(1.25)), rule="equivalence")
    assert decide(m, settings=RULES).fragile


# -- composite


def composite(theta: float = 0.5, other: float = 0.5, level: float = 0.99, se: float = 0.02) -> Measured:
    return measured(theta, 0.02, theta0=0.25, parts=(Part("the total holds", figure(other, se), 0.0, level),))


def test_a_composite_needs_every_part_and_takes_the_largest_p() -> None:
    assert verdict(composite())[0] == "supported"
    assert verdict(composite(other=0.03))[0] == "not enough data"
    weak = composite(other=0.055)
    assert weak.p == pytest.approx(2 * stats.t.sf(0.055 / 0.02, 30))
    assert composite().p == pytest.approx(2 * stats.t.sf(0.25 / 0.02, 30))


def test_a_part_may_need_only_the_95_interval() -> None:
    se = 0.05 / ((stats.t.ppf(0.995, 30) + stats.t.ppf(0.975, 30)) / 2)
    assert not composite(other=0.05, se=se).parts[0].holds
    assert composite(other=0.05, se=se, level=0.95).parts[0].holds


@pytest.mark.parametrize(("theta", "other"), [(0.5, -0.5), (0.1, 0.5)])
def test_a_part_on_the_wrong_side_makes_p_one(theta: float, other: float) -> None:
    assert composite(theta, other).p == 1.0


def test_a_part_that_cannot_be_computed_supports_nothing() -> None:
    m = measured(0.5, 0.02, theta0=0.25, parts=(Part("the total holds", NOTHING, 0.0),))
    assert m.p == 1.0
    assert verdict(m)[0] == "not enough data"


def test_a_composite_is_contradicted_by_its_figure_alone() -> None:
    assert verdict(composite(theta=0.1, other=-0.5), q=1.0)[0] == "contradicted"
    assert verdict(composite(theta=0.5, other=-0.5))[0] == "not enough data"


def test_a_composite_that_hangs_on_one_member_in_any_part_is_withheld() -> None:
    part = Part("the total holds", figure(0.5, 0.02, left_out=[0.5] * 19 + [-0.1]), 0.0)
    assert decide(measured(0.5, 0.02, theta0=0.25, parts=(part,)), settings=RULES).fragile


# -- bands


@pytest.mark.parametrize(
    ("theta", "se", "said"),
    [
        (1.5, 0.1, ("supported", "it snowballs")),
        (0.3, 0.03, ("contradicted", "it multiplies but does not snowball")),
        (0.05, 0.01, ("no difference that matters", "hardly any referral leads to another")),
        (0.11, 0.02, ("not enough data", None)),
        (0.9, 0.1, ("not enough data", None)),
    ],
)
def test_the_bands_of_a_chain(theta: float, se: float, said: tuple[str, str | None]) -> None:
    assert verdict(measured(theta, se, theta0=1.0, delta=0.1, rule="chain")) == said


def test_the_shapes_of_growth() -> None:
    t, margin = np.linspace(0, 1, 60), float(np.log(1.25))

    def grows(rate: np.ndarray, n: float) -> Measured:
        made = shape(np.round(rate / rate.sum() * n), np.ones(60), t, margin)[0]
        return Measured("X", 0, made, 1.0, 0.0, gates=OPEN, rule="shape", planning="It takes more growth.")

    assert verdict(grows(8**t, 5000))[0] == "supported"
    assert verdict(grows(1 + 7 * t, 5000)) == ("contradicted", "a straight line fits, an exponential does not")
    assert verdict(grows(1.02**t, 50_000)) == ("contradicted", "neither: flat")
    few = grows(2**t, 500)
    assert verdict(few)[0] == "not enough data"
    assert decide(few, settings=RULES).need_more.note == "It takes more growth."
    assert need_more(few, RULES).n is None
    assert verdict(grows(8**t, 5000), q=0.03)[0] == "not enough data"


# -- withheld, and the family


def test_a_verdict_can_be_withheld_by_a_further_test() -> None:
    m = measured(0.5, 0.02, withheld={"supported": "shuffling does as well"})
    assert verdict(m) == ("not enough data", "shuffling does as well")
    assert verdict(replace(m, figure=figure(-0.5, 0.02)))[0] == "contradicted"


def test_a_method_under_test_is_not_in_the_family() -> None:
    tested, other = measured(0.5, 0.2), replace(measured(0.5, 0.2), claim="Y")
    both = {"X": tested, "Y": other}
    assert family(both, RULES) == family_q({"X": tested.p, "Y": other.p})
    assert set(family(both, replace(DEFAULT, under_test=("Y",)))) == {"X"}
