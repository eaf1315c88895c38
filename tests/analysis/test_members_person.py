"""One member's exchange and what was earned: tiers, partners, money by currency, and its range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis import members_person
from analysis.members_person import Person
from analysis.population import to_date
from analysis.result import Frames
from analysis.scope import Scope
from tests.analysis.chapter_builders import chapter_frames, one_to_one, palms, slip, thank


def of(frames: Frames, who: str = "a") -> Person:
    made = members_person.build(frames, Scope(), who)
    assert made is not None
    return made


def test_given_and_received_by_tier_and_partner() -> None:
    slips = [slip("a", "b", 10, tier=1), slip("a", "b", 11, tier=2), slip("a", "c", 12), slip("b", "a", 13, tier=2)]
    p = of(chapter_frames(slips, met=[one_to_one("a", "d", 9), one_to_one("d", "a", 9)], members=[("a", -721, None)]))
    assert p.tiers[["way", "inside", "outside", "unknown"]].to_numpy().tolist() == [
        ["gave", 1, 1, 1],
        ["received", 0, 1, 0],
    ]
    assert p.partners[["with_id", "gave", "got", "met"]].to_numpy().tolist() == [["b", 2, 1, 0], ["c", 1, 0, 0],
                                                                                ["d", 0, 0, 1]]  # fmt: skip
    assert len(p.ids) == 4
    assert p.joined == to_date(-721)
    assert p.years == pytest.approx((14 + 721) / 365.25)


def test_palms_tell_the_tiers_where_no_slip_does() -> None:
    p = of(chapter_frames([slip("a", "b", 10)], snapshots=[palms("a", 0, 29, (4,), rgi=3, rgo=4, rri=1, rro=0)]))
    assert p.tiers[["inside", "outside", "basis"]].to_numpy().tolist() == [[3, 4, "palms"], [1, 0, "palms"]]


def won(amount: float, day: int, **more: object) -> dict:
    return slip("x", "a", day, status="won", closed=day, amount=amount, **{"currency": "EUR", **more})


def test_money_stands_by_currency_and_the_largest_is_known() -> None:
    rows = [won(100, 10), won(300, 11), won(50, 12, currency="USD"), slip("x", "a", 12, status="open"),
            won(999, 13) | {"receiver_id": "b"}]  # fmt: skip
    p = of(chapter_frames(rows))
    assert p.money is not None
    assert [(m.currency, m.n, m.total, m.largest, m.basis) for m in p.money] == [("EUR", 2, 400, 300, "won"),
                                                                               ("USD", 1, 50, 50, "won")]  # fmt: skip
    assert p.waiting == 1


def test_own_thanks_count_where_the_log_has_no_amounts_and_are_never_added() -> None:
    thanks = [thank("b", 70, 10, from_id="a"), thank("a", 500, 11, from_id="b")]
    p = of(chapter_frames([slip("b", "a", 10)], thanks=thanks))
    assert p.money is not None
    assert [(m.basis, m.total) for m in p.money] == [("thanks", 70)]
    both = of(chapter_frames([won(100, 10)], thanks=thanks))
    assert both.money is not None
    assert [m.total for m in both.money] == [100]


def test_a_hidden_thanker_leaves_it_unknown_and_not_zero() -> None:
    assert of(chapter_frames([slip("b", "a", 10)], thanks=[thank("a", 500, 11)])).money is None
    assert of(chapter_frames([won(100, 10) | {"receiver_id": "b"}, slip("b", "a", 11)])).money == ()


def test_the_range_of_equal_amounts_is_that_of_their_count() -> None:
    low, high = members_person.sum_interval(np.full(5, 100.0))
    assert low == pytest.approx(100 * stats.chi2.ppf(0.025, 10) / 2)  # Garwood's, 1.62
    assert high == pytest.approx(100 * stats.chi2.ppf(0.975, 12) / 2)  # 11.67


def test_one_giant_amount_widens_the_range() -> None:
    low, high = members_person.sum_interval(np.array([100.0] * 9 + [10_000.0]))
    assert low < 2_000
    assert high > 30_000


def test_renewal_is_the_next_one() -> None:
    frames = chapter_frames([slip("b", "a", 10)], members=[("a", 0, None)])
    due = frames.memberships.assign(renews=frames.memberships["joined"] + 60)
    assert of(replace(frames, memberships=due)).renews == to_date(60)


def test_nothing_recorded() -> None:
    assert members_person.build(chapter_frames(), Scope(), "a") is None
