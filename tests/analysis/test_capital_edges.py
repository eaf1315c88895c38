"""The claims about giving, asking and rating where there is next to nothing to go by: never an error."""

from __future__ import annotations

import pytest

from analysis.claims import registry
from analysis.population import prepare, to_date, to_day
from analysis.verdict import decide
from charts.wording import CLAIMS
from sample.world import make_world
from tests.analysis.builders import assessment, date, frames, referral, touch

MINE = ("S5", "T2", "R7", "R8", "D3", "D4", "D5", "Q1", "Q2", "Q3")
A = to_day(date(2026, 7, 1))
ONE = [referral(A - 300, "b", "c")]
TALK = [touch(A - 400, "b", "c", "ask"), touch(A - 410, "b", "c", "help")]
RATED = [assessment(A - 350, "c", "b", 8, comfort=7.0, perceived_value=6.0)]
LOGS = {
    "no row": frames([], [("b", A - 900, None)], imported_on=to_date(A)),
    "one row": frames(ONE, [("b", A - 900, None), ("c", A - 800, None)], imported_on=to_date(A), touches=TALK,
                      assessments=RATED),
    "one row without a member list": frames(ONE, imported_on=to_date(A), touches=TALK, assessments=RATED),
    "periods only": frames([referral(None, "b", "c")] * 3, [("b", A - 900, None)], imported_on=to_date(A),
                           touches=[touch(None, "b", "c", "one_to_one")]),
    "members without dates": frames(ONE, [("b", None, None), ("c", None, None)], imported_on=to_date(A),
                                    assessments=RATED),
    "a member list of other people": frames(ONE, [("y", A - 900, None)], imported_on=to_date(A), touches=TALK,
                                            assessments=RATED),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("receiver", [None, "c"])
def test_next_to_nothing_is_never_a_finding_and_never_an_error(name: str, receiver: str | None) -> None:
    made = type(LOGS[name])(**{**LOGS[name].__dict__, "receiver": receiver})
    log = prepare(made)
    for claim in MINE:
        for day in (A, A - 350, A - 3000):
            m = registry[claim].measure(log, day, detail=True)
            verdict = decide(m, under_test=False).verdict
            assert verdict in ("not recorded", "not enough data"), (claim, day)
            assert not m.unrecorded or all(said.endswith((".", "?")) for said in m.unrecorded)


def test_gaps_and_groups_that_start_late_are_no_quiet_months() -> None:
    """Whole months not imported and three groups: the panels hold only what was seen, and nothing is supported."""
    log = prepare(make_world("gap", seed=3, records=("touches", "assessments")).frames())
    for claim in MINE:
        m = registry[claim].measure(log, log.default_day or 0)
        assert not m.unrecorded
        if claim != "S5":  # trades suit one another here, which is part of what S5 predicts
            assert decide(m, under_test=False).verdict != "supported", claim


def test_every_claim_has_its_sentences() -> None:
    assert set(MINE) <= set(CLAIMS) & set(registry)
    for claim in MINE:
        assert registry[claim].__class__.__doc__
