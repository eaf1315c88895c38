"""The table of speed promises judges what is measured."""

from __future__ import annotations

from inspect import signature

import pytest

from bench.__main__ import PARTS, function_of
from bench.figures import Figure, missed, table
from bench.serving import quantile


def test_a_figure_keeps_its_aim_its_must_or_neither() -> None:
    low = [Figure("slow", value, "ms", 60, 15) for value in (10, 40, 70)]
    high = [Figure("fast", value, "x", 2, 5, more_is_better=True) for value in (6, 3, 1)]
    assert [one.verdict for one in (*low, *high)] == ["aim", "must", "MISSED"] * 2
    assert missed([*low, *high]) == [low[2], high[2]]
    assert missed([Figure("told only", 9)]) == []


def test_the_table_says_what_was_measured_and_what_prints_it() -> None:
    made = table([Figure("import", 1.234, "x", 3, 1.5, "python -m bench.x", "2.0 s against 1.6 s")])
    assert made.splitlines()[-1] == (
        "| import (2.0 s against 1.6 s) | 1.23x | <= 3.00x | <= 1.50x | aim | `python -m bench.x` |"
    )


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert [quantile([3.0, 1.0, 2.0, 4.0], share) for share in (0, 0.5, 0.95, 1)] == [1, 3, 4, 4]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_of_the_table_can_be_called_as_it_is(name: str) -> None:
    _, large, small = PARTS[name]
    wanted = signature(function_of(name))
    for given in (large, small or {}):
        wanted.bind(**given)
