"""The findings in one sentence."""

import pytest
import results

from charts.summary import tally

S, C, N, O = "supported", "contradicted", "no difference that matters", "not enough data"  # noqa: E741


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ([S, S, S, C, O, O], "Three things hold in your numbers, one does not, the rest needs more data"),
        ([S], "One thing holds in your numbers"),
        ([S, N, "not recorded"], "One thing holds in your numbers, one makes no difference that matters, "
         "the rest needs more data"),
        ([C, O], "One thing does not hold, the rest needs more data"),
        ([N, N], "Two things make no difference that matters"),
        ([O, "method under test"], "Nothing is settled by this log yet"),
        ([S, "method under test"], "One thing holds in your numbers, the rest is open"),
        ([], "Nothing is settled by this log yet: each claim needs more data"),
    ],
)  # fmt: skip
def test_the_tally_reads(verdicts: list[str], sentence: str) -> None:
    assert tally([results.l1(verdict=verdict) for verdict in verdicts]) == sentence
