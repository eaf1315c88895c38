"""The bank of each relationship and the thirteen points, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis import relationships_bank as bank
from analysis import relationships_points as points
from analysis.population import to_date
from analysis.relationships_bank import Bank
from analysis.scope import Scope
from tests.analysis.builders import assessment, frames, referral, touch

DAY = 1000


def build(referrals: list, touches: list, scope: Scope | None = None, receiver: str | None = None) -> Bank:
    made = bank.build(frames([*referrals, referral(0, "x", "y"), referral(DAY - 1, "x", "y")], touches=touches,
                             receiver=receiver), scope or Scope())  # fmt: skip
    assert made is not None
    return made


def account(made: Bank, one: str, other: str) -> list[int]:
    rows = made.accounts[(made.accounts["from_id"] == one) & (made.accounts["to_id"] == other)]
    return rows[["deposits", "asks", "balance", "ever"]].iloc[0].astype(int).tolist()


def test_deposits_less_asks_of_the_year_before() -> None:
    made = build(
        [referral(990, "a", "b"), referral(DAY - 366, "a", "b"), referral(DAY - 365, "a", "b")],
        [touch(900, "a", "b", kind) for kind in ("help", "introduction", "testimonial", "ask", "ask", "one_to_one")],
    )
    assert account(made, "a", "b") == [5, 2, 3, 6]  # the referral 366 days back has worn off, but was ever given


def test_each_direction_is_its_own_account_and_the_most_overdrawn_comes_first() -> None:
    made = build([], [touch(900, "a", "b", "ask"), touch(901, "b", "a", "help"), touch(902, "c", "a", "ask"),
                      touch(903, "c", "a", "ask")])  # fmt: skip
    assert made.accounts[["from_id", "to_id", "balance"]].to_numpy().tolist() == [["c", "a", -2], ["a", "b", -1],
                                                                                 ["b", "a", 1]]  # fmt: skip
    assert made.asked
    assert made.helped


def test_a_customer_who_once_sent_somebody_keeps_no_account() -> None:
    made = build([referral(990, "customer", "a")], [touch(900, "a", "b", "help")])
    assert made.accounts["from_id"].tolist() == ["a"]
    assert not made.asked
    assert made.early is None


def test_asks_before_any_deposit() -> None:
    made = build(
        [referral(300, "d", "b")],
        [
            touch(500, "a", "b", "ask"),  # never gave anything: early
            touch(500, "c", "b", "help"), touch(501, "c", "b", "ask"), touch(502, "c", "e", "ask"),  # one of two early
            touch(600, "d", "b", "ask"),  # gave a referral before
            touch(700, "e", "a", "ask"), touch(700, "e", "a", "help"),  # of the same day: not before
            touch(364, "f", "b", "ask"),  # in the log's first year: nobody knows
            touch(800, "a", "e", "ask"), touch(801, "e", "a", "help"),  # what e gives a is no deposit of a's
        ],
    )  # fmt: skip
    early = made.early
    assert early is not None
    assert (early.n, early.early, early.skipped) == (6, 4, 1)
    assert early.share == pytest.approx(4 / 6)
    assert early.low95 < 4 / 6 < early.high95
    by = early.members.sort_values("person_id")[["person_id", "asks", "early"]].to_numpy().tolist()
    assert by == [["a", 2, 2], ["c", 2, 1], ["d", 1, 0], ["e", 1, 1]]


def test_a_log_of_less_than_a_year_knows_of_no_early_ask() -> None:
    early = build([], [touch(100, "a", "b", "ask")]).early
    assert early is not None
    assert (early.n, early.skipped) == (0, 1)
    assert np.isnan(early.share)


def test_an_account_month_by_month() -> None:
    made = build([referral(40, "a", "b")], [touch(45, "a", "b", "ask"), touch(100, "a", "c", "help")])
    one = bank.account(made, "a", "b")
    assert (one.deposits, one.asks, one.ids) == (1, 1, ("r0000000",))
    assert one.months["month"].iloc[0] == to_date(0)
    assert one.months.loc[1, ["referral", "ask", "help"]].tolist() == [1, 1, 0]  # February 1970
    both = bank.account(made, "a")
    assert both.months["balance"].iloc[:5].tolist() == [0, 0, 0, 1, 1]
    assert both.balance == 0  # more than a year later all of it has worn off


def test_the_last_month_of_an_account_agrees_with_the_list() -> None:
    touches = [touch(DAY - 400 + 7 * k, "a", "b", "ask" if k % 3 else "help") for k in range(50)]
    made = build([], touches)
    assert bank.account(made, "a", "b").balance == account(made, "a", "b")[2]


def test_what_comes_after_the_as_of_day_is_not_known() -> None:
    made = build([], [touch(100, "a", "b", "ask"), touch(200, "a", "b", "ask")], Scope(as_of=to_date(150)))
    assert account(made, "a", "b") == [0, 1, -1, 0]


def test_one_receiver_sees_his_own_accounts() -> None:
    made = build([], [touch(900, "a", "b", "help"), touch(900, "b", "c", "help")], receiver="a")
    assert made.accounts["from_id"].tolist() == ["a"]


def test_nothing_dated_is_no_bank() -> None:
    assert bank.build(frames([]), Scope()) is None


RATED = [assessment(10, "a", "s", 13), assessment(20, "a", "s", 1), assessment(20, "b", "s", 4),
         assessment(20, "c", "s", 7) | {"q01": None}]  # fmt: skip


def test_the_last_assessment_of_each_relationship_counts() -> None:
    found = points.build(frames([referral(5, "s", "a"), referral(50, "s", "a")], assessments=RATED), Scope())
    assert found is not None
    table = found.points.set_index("point")
    assert table.loc["q01", ["n", "yes"]].tolist() == [2, 2]  # c left it open
    assert table.loc["q04", ["n", "yes"]].tolist() == [3, 2]
    assert table.loc["q04", "share"] == pytest.approx(2 / 3)
    assert table.loc["q13", ["n", "yes"]].tolist() == [3, 0]
    assert table.loc["q13", "high95"] > 0.3  # none of three is not never
    assert found.middle == 2.5  # of those with all thirteen answered: 1 and 4
    assert found.of("a", "s")["q02"].tolist() == [0]


def test_an_earlier_day_knows_the_earlier_assessment() -> None:
    found = points.build(frames([referral(5, "s", "a"), referral(50, "s", "a")], assessments=RATED),
                         Scope(as_of=to_date(15)))  # fmt: skip
    assert found is not None
    assert found.points["yes"].tolist() == [1] * 13


def test_ratings_without_points_are_no_profile() -> None:
    made = frames([referral(5, "s", "a")], assessments=[assessment(10, "a", "s", comfort=5.0)])
    assert points.build(made, Scope()) is None
    assert points.build(replace(made, assessments=made.assessments.head(0)), Scope()) is None
