"""The sentences on counting on referrals: every claim in every state, in natural frequencies."""

from __future__ import annotations

import re

import pytest
import results

from analysis.claims import registry
from analysis.result import VERDICTS
from analysis.settings import DEFAULT
from charts import words
from charts.wording.repeatable import CLAIMS

VALUES = {
    "L3": (0.2, -0.3, 0.8), "L4": (0.3, 0.25, 0.36), "R1": (0.82, 0.77, 0.86), "R2": (1.02, 0.9, 1.15),
    "R4": (0.41, 0.33, 0.49), "R6": (0.4, 0.31, 0.5), "R13": (1.03, 0.97, 1.1), "R14": (1.4, 0.9, 2.2),
    "S2": (2.1, 1.4, 3.2), "S3": (0.22, 0.09, 0.34),
}  # fmt: skip


def result(claim: str, verdict: str):
    value, low, high = VALUES[claim]
    first = results.estimate(next(iter(registry[claim].estimates)), value, low, high, members=34, referrals=900)
    return results.result(claim, [first], verdict)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_state_has_its_sentence(claim: str, verdict: str) -> None:
    said = words.headline(result(claim, verdict))
    assert len(said) > 20
    assert not re.search(r"\bp\b|nan|None|\{|\}", said)
    assert words.how_to_record(result(claim, verdict)).count("column") >= 1


@pytest.mark.parametrize(
    ("claim", "verdict", "sentence"),
    [
        ("R1", "supported", "8 of 10 member-quarters bring at least one referral, and next quarter can be forecast"),
        ("R6", "supported",
         "One for one is not to be expected: only 4 of 10 first referrals are answered by the same person within a "
         "year"),
        ("R4", "not enough data",
         "Perhaps 4 of 10 referrals come from somebody who sent none in the year before, but 3 to 5 of 10 fits"),
        ("L4", "contradicted",
         "Networked referrals multiply but do not snowball: 100 of them lead to 30 further ones within half a year"),
        ("L4", "not enough data",
         "100 networked referrals may lead to 30 further ones within half a year, but 0.25 to 0.36 for each fits"),
        ("S3", "supported", "Partners are the steadier sources: 22 more of 100 refer again within a year"),
        ("R2", "supported",
         "A good year is no fluke: last year’s best third went on to receive 1.0 times what was forecast for them"),
    ],
)  # fmt: skip
def test_the_headline_reads(claim: str, verdict: str, sentence: str) -> None:
    assert words.headline(result(claim, verdict)) == sentence


def test_the_zone_that_does_not_matter_is_that_of_the_method() -> None:

    for claim, null in (("R1", DEFAULT.benchmark_share_quarters), ("R4", DEFAULT.benchmark_share_new_source),
                        ("R6", DEFAULT.benchmark_share_answered)):  # fmt: skip
        unit = CLAIMS[claim].unit
        assert unit.null == null
        assert unit.margin == pytest.approx((null - DEFAULT.margin_share, null + DEFAULT.margin_share))
    assert CLAIMS["R13"].unit.margin[1] == DEFAULT.margin_per_pond
    assert CLAIMS["L4"].unit.margin[1] == DEFAULT.margin_chain
