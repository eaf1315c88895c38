"""Rubrics: every threshold on both of its sides, full marks, what is not recorded, and files that no rubric can be."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import rubric
from analysis.rubric import Rubric
from errors import UsageError

KEYS = rubric.keys()
GLOBAL, UK, BRAZIL = (rubric.load(key) for key in ("global", "uk2012", "brazil"))


def line(of: Rubric, measure: str) -> rubric.Line:
    return next(one for one in of.lines if one.measure == measure)


# rubric, measure, (value, points) …: at each threshold and just below (or above) it.
TABLE = [
    (GLOBAL, "there", (1, 10), (0.95, 10), (0.9499, 5), (0.88, 5), (0.8799, 0), (0, 0)),
    (GLOBAL, "one_to_ones", (1, 20), (0.99, 15), (0.75, 15), (0.74, 10), (0.5, 10), (0.49, 5), (0.25, 5), (0.24, 0)),
    (GLOBAL, "referrals", (1.25, 25), (1.249, 20), (1, 20), (0.999, 15), (0.75, 15), (0.749, 10), (0.5, 10), (0.499, 5),
     (0.25, 5), (0.249, 0)),
    (GLOBAL, "visitors", (6, 25), (5, 25), (4, 20), (3, 15), (2, 10), (1, 5), (0, 0)),
    (GLOBAL, "tyfcb", (30000, 5), (29999.99, 4), (15000, 4), (14999, 3), (5000, 3), (4999, 2), (2000, 2), (1999, 1),
     (0.01, 1), (0, 0)),
    (GLOBAL, "ceu", (0.501, 10), (0.5, 5), (0.01, 5), (0, 0)),
    (GLOBAL, "sponsors", (2, 5), (1, 5), (0, 0)),
    (UK, "absences", (0, 15), (1, 10), (2, 5), (3, 0)),
    (UK, "referrals", (1.2, 20), (1.199, 15), (1, 15), (0.999, 10), (0.75, 10), (0.749, 5), (0.5, 5), (0.499, 0)),
    (UK, "tyfcb", (5000, 15), (4999, 10), (2500, 10), (2499, 5), (1000, 5), (999, 0)),
    (UK, "visitors", (0.5, 20), (0.499, 15), (0.25, 15), (0.249, 10), (0.167, 10), (0.166, 5), (0.083, 5), (0.082, 0)),
    (UK, "testimonials", (0.075, 10), (0.074, 5), (0.001, 5), (0, 0)),
    (UK, "lates", (0, 5), (1, 0)),
    (UK, "trainings", (4, 15), (3, 15), (2, 10), (1, 5), (0, 0)),
    (BRAZIL, "referrals", (30, 20), (27, 20), (13.5, 10), (0, 0)),
    (BRAZIL, "visitors", (8, 20), (2, 5), (0, 0)),
    (BRAZIL, "one_to_ones", (22, 10), (11, 5)),
    (BRAZIL, "ceu", (22, 10), (11, 5)),
    (BRAZIL, "testimonials", (2, 5), (1, 2.5)),
    (BRAZIL, "tyfcb", (20000, 15), (5000, 3.75)),
    (BRAZIL, "absences", (0, 15), (1, 10), (2, 5), (3, 0)),
    (BRAZIL, "lates", (0, 5), (1, 2), (2, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("of", "measure", "cases"), [(of, m, cases) for of, m, *cases in TABLE])
def test_a_line_gives_the_points_of_the_best_threshold_that_is_reached(of: Rubric, measure: str, cases: list) -> None:
    values, points = zip(*cases, strict=True)
    assert line(of, measure).points(np.array(values, dtype=float)).tolist() == pytest.approx(list(points))


def test_the_table_above_tries_every_line_of_every_rubric() -> None:
    tried = {(of.key, measure) for of, measure, *_ in TABLE}
    assert tried == {(key, one.measure) for key in KEYS for one in rubric.load(key).lines}


@pytest.mark.parametrize("key", KEYS)
def test_full_marks_are_what_the_lines_come_to(key: str) -> None:
    of = rubric.load(key)
    assert of.most == of.full_marks == 100
    assert of.adds_up


@pytest.mark.parametrize(
    ("of", "cases"),
    [
        (
            GLOBAL,
            {100: "green", 70: "green", 69.99: "amber", 50: "amber", 49: "red", 30: "red", 29.9: "grey", 0: "grey"},
        ),
        (UK, {70: "green", 65: "amber", 45: "red", 25: "grey"}),
        (BRAZIL, {70: "green", 69.9: "amber", 40: "amber", 39.9: "red", 0: "red"}),
    ],
)
def test_bands_begin_at_their_threshold(of: Rubric, cases: dict[float, str]) -> None:
    assert {score: of.light(score) for score in cases} == cases
    order = [light for light, _ in of.bands]
    assert [order[k] for k in of.rank(np.array(list(cases)))] == list(cases.values())


def test_sums_of_proportional_points_reach_a_band_despite_rounding() -> None:
    assert BRAZIL.light(69.99999999999999) == "green"


def test_the_next_band_is_the_one_just_above() -> None:
    assert GLOBAL.next_band(0) == ("red", 30)
    assert GLOBAL.next_band(30) == ("amber", 50)
    assert GLOBAL.next_band(69) == ("green", 70)
    assert GLOBAL.next_band(70) is None
    assert BRAZIL.next_band(12) == ("amber", 40)


def test_a_line_that_is_not_recorded_is_anything_and_never_zero() -> None:
    low, high = line(GLOBAL, "visitors").bounds(np.array([np.nan, 2.0]), np.array([True, True]))
    assert (low.tolist(), high.tolist()) == ([0, 10], [25, 10])


def test_a_total_of_which_a_part_is_missing_can_only_grow() -> None:
    some = np.array([2.0])
    partly = np.array([False])
    assert [v.tolist() for v in line(GLOBAL, "visitors").bounds(some, partly)] == [[10], [25]]
    assert [v.tolist() for v in line(UK, "absences").bounds(some, partly)] == [[0], [5]]
    assert [v.tolist() for v in line(GLOBAL, "referrals").bounds(np.array([1.0]), partly)] == [[20], [20]]  # a rate


def raw(**changes: object) -> dict:
    one = {"name": "Visitors", "measure": "visitors", "per": "total", "at_least": [[1, 5]]}
    bands = [{"light": "green", "from": 3}, {"light": "red", "from": 0}]
    return {"name": "R", "about": "", "months": 6, "full_marks": 9, "counts_as_there": ["p"], "bands": bands,
            "lines": [{**one, **changes}]}  # fmt: skip


def test_a_rubric_whose_lines_do_not_come_to_its_full_marks_says_so() -> None:
    assert not rubric.read("r", raw()).adds_up


@pytest.mark.parametrize(
    "wrong", [{"measure": "smiles"}, {"per": "day"}, {"goal": 3, "points": 5}, {"at_most": [[2, 1]]}]
)
def test_a_file_that_cannot_be_a_rubric_is_refused(wrong: dict) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        rubric.read("r", raw(**wrong))


def test_bands_must_fall_to_zero() -> None:
    with pytest.raises(UsageError, match="bands"):
        rubric.read("r", {**raw(), "bands": [{"light": "green", "from": 3}]})


def test_a_rubric_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no rubric 'mars'"):
        rubric.load("mars")
