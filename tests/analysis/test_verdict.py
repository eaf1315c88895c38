"""The verdict's rules in their order, one test a rule; the family's q; how much more would settle it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.claims.base import Gate, Measured
from analysis.intervals import Figure
from analysis.settings import DEFAULT
from analysis.verdict import decide, family_q, inflation, more_units, need_more

OPEN = (Gate("clusters", 20, 8),)
RULES = replace(DEFAULT, under_test=())


def measured(
    theta: float,
    se: float,
    *,
    df: float = 30,
    left_out=None,
    theta0: float = 0.0,
    delta: float = 0.05,
    **more,
):
    around = np.full(20, theta) if left_out is None else np.array(left_out)
    figure = Figure(
        theta, se, df, "identity", df + 1, 20, {"member": around}, variance_between=more.pop("between", None)
    )
    return Measured("X", 0, figure, theta0, delta, gates=more.pop("gates", OPEN), n=more.pop("n", 300), **more)


def verdict(m: Measured, q: float | None = None) -> tuple[str, str | None]:
    v = decide(m, q, RULES)
    return v.verdict, v.detail


def test_what_is_not_recorded_comes_before_everything() -> None:
    m = replace(measured(0.9, 0.001), unrecorded=("Add the column.",))
    assert verdict(m) == ("not recorded", None)
    assert decide(m, settings=replace(DEFAULT, under_test=("X",))).verdict == "not recorded"


def test_a_method_under_test_gives_no_verdict_however_clear_the_figure() -> None:
    assert decide(measured(0.9, 0.001), settings=replace(DEFAULT, under_test=("X",))).verdict == "method under test"
    assert decide(measured(0.9, 0.001), settings=RULES).verdict == "supported"


@pytest.mark.parametrize(
    ("name", "have", "need"), [("clusters", 7, 8), ("effective clusters", 3.9, 4), ("events", 29, 30)]
)
def test_a_failed_gate_comes_before_any_figure(name: str, have: float, need: float) -> None:
    m = measured(0.9, 0.001, gates=(*OPEN, Gate(name, have, need)))
    v = decide(m, settings=RULES)
    assert v.verdict == "not enough data"
    assert v.detail is not None
    assert v.detail.startswith(name)
    assert m.p is None  # and it does not enter the family


def test_equivalence_comes_before_direction() -> None:
    """A tiny but certain difference does not matter, even though its 99 % interval excludes zero."""
    assert verdict(measured(0.02, 0.003)) == ("no difference that matters", "but in the claim's direction")
    assert verdict(measured(-0.02, 0.003)) == ("no difference that matters", "but against it")
    assert verdict(measured(0.0, 0.003)) == ("no difference that matters", None)


def test_equivalence_needs_the_whole_95_interval_inside_the_margin() -> None:
    edge = (0.05 - 0.01) / stats.t.ppf(0.975, 30)
    assert verdict(measured(0.01, edge * 0.999))[0] == "no difference that matters"
    assert verdict(measured(0.01, edge * 1.001))[0] == "not enough data"


def test_supported_needs_the_99_interval_above_the_null() -> None:
    edge = 0.2 / stats.t.ppf(0.995, 30)
    assert verdict(measured(0.2, edge * 0.999), q=0.001)[0] == "supported"
    assert verdict(measured(0.2, edge * 1.001), q=0.001)[0] == "not enough data"


def test_supported_says_whether_the_size_is_certain_too() -> None:
    assert verdict(measured(0.20, 0.02))[1] == "clearly large enough"
    assert verdict(measured(0.07, 0.02))[1] == "size uncertain"


def test_contradicted_is_the_mirror_image() -> None:
    assert verdict(measured(-0.20, 0.02)) == ("contradicted", "clearly large enough")
    assert verdict(measured(-0.07, 0.02)) == ("contradicted", "size uncertain")


@pytest.mark.parametrize("theta", [0.2, -0.2])
def test_the_family_can_withhold_a_verdict(theta: float) -> None:
    assert verdict(measured(theta, 0.02), q=0.02)[0] != "not enough data"
    assert verdict(measured(theta, 0.02), q=0.0201)[0] == "not enough data"


def test_a_verdict_that_hangs_on_one_member_is_withheld() -> None:
    m = measured(0.2, 0.02, left_out=[0.2] * 19 + [-0.01])
    v = decide(m, settings=RULES)
    assert (v.verdict, v.detail, v.fragile) == ("not enough data", "hangs on one member", True)
    source = replace(m, figure=replace(m.figure, left_out={"member": np.full(20, 0.2), "source": np.array([0.2, 0.0])}))
    assert decide(source, settings=RULES).detail == "hangs on one source"


def test_gaps_in_the_records_need_both_extremes_to_agree() -> None:
    m = measured(0.2, 0.02, missing=17, missing_field="present")
    agree = replace(m, against=m.figure, favour=replace(m.figure, theta=0.3, left_out={}))
    differ = replace(m, against=replace(m.figure, theta=0.01, left_out={}), favour=m.figure)
    assert decide(agree, settings=RULES).verdict == "supported"
    v = decide(differ, settings=RULES)
    assert (v.verdict, v.detail) == ("not enough data", "17 rows need the field “present”")
    assert differ.p == differ.against.p(0)  # the family sees the less favourable extreme


def test_a_null_other_than_zero() -> None:
    assert verdict(measured(0.7, 0.03, theta0=0.5))[0] == "supported"
    assert verdict(measured(0.3, 0.03, theta0=0.5))[0] == "contradicted"
    assert verdict(measured(0.51, 0.01, theta0=0.5))[0] == "no difference that matters"


def test_benjamini_hochberg_1995() -> None:
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    q = family_q({str(i): v for i, v in enumerate(p)})
    values = [q[str(i)] for i in range(15)]
    assert values[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625, 0.0603], abs=5e-8)
    assert sum(v <= 0.05 for v in values) == 4
    assert sum(v <= 0.05 / 15 for v in p) == 3  # Bonferroni


def test_claims_that_fail_their_gates_are_not_in_the_family() -> None:
    assert family_q({"a": 0.01, "b": None}) == {"a": 0.01}
    assert family_q({"a": 0.01, "b": 0.9})["a"] == pytest.approx(0.02)
    assert family_q({"a": None}) == {}


def test_need_more_plans_on_the_margin_never_on_the_observed_effect() -> None:
    factor = inflation(0.04, 0.1, 14)
    assert more_units(300, factor) == 410
    few, many = measured(0.01, 0.04, delta=0.1, df=14), measured(0.09, 0.04, delta=0.1, df=14)
    assert need_more(few, RULES).n == need_more(many, RULES).n == 410


def test_need_more_counts_members_and_promises_months_only_if_rows_alone_can_do_it() -> None:
    alike = need_more(measured(0.01, 0.04, delta=0.1, df=14, between=0.0, per_month=40), RULES)
    assert (alike.n, alike.months, alike.note) == (410, 11, None)
    assert alike.clusters == int(np.ceil(20 * (inflation(0.04, 0.1, 14) - 1)))
    unlike = need_more(measured(0.01, 0.04, delta=0.1, df=14, between=0.04**2 / 2, per_month=40), RULES)
    assert unlike.months is None
    assert unlike.note is not None
    assert unlike.note.startswith("More of the same will not settle this")


def test_the_bound_of_that_promise_is_a_quarter_of_the_variance_aimed_at() -> None:
    target = 0.04**2 / inflation(0.04, 0.1, 14)
    for share, promised in ((0.24, True), (0.26, False)):
        m = measured(0.01, 0.04, delta=0.1, df=14, between=share * target, per_month=40)
        assert (need_more(m, RULES).months is not None) is promised


def test_behind_a_failed_gate_the_larger_shortfall_is_named() -> None:
    short = measured(0.01, 0.04, delta=0.1, df=14, gates=(*OPEN, Gate("events", 10, 30, more=600)))
    assert need_more(short, RULES).n == 600
    small = measured(0.01, 0.04, delta=0.1, df=14, gates=(*OPEN, Gate("events", 25, 30, more=60)))
    assert need_more(small, RULES).n == 410


def test_too_few_members_are_never_cured_by_waiting() -> None:
    m = measured(0.01, 0.04, delta=0.1, df=14, between=0.0, per_month=40, gates=(Gate("clusters", 5, 8, clusters=3),))
    assert need_more(m, RULES).months is None


def test_without_any_figure_the_gates_alone_are_counted() -> None:
    v = decide(Measured("X", 0, gates=(Gate("clusters", 0, 8, clusters=8), Gate("events", 0, 30))), settings=RULES)
    assert v.verdict == "not enough data"
    assert v.need_more is not None
    assert (v.need_more.n, v.need_more.clusters) == (None, 8)
