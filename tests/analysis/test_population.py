"""The conventions of counting, each as a rule on a log of a few rows."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.population import FOREVER, prepare, quarter_start, to_date, to_day
from analysis.recorded import gaps, recording
from tests.analysis.builders import date, frames, referral

D = to_day(date(2024, 6, 1))


def view_of(rows, members=(), day=None, **more):
    log = prepare(frames(rows, members, **more))
    return log.at(log.default_day if day is None else day)


def test_the_as_of_day_is_the_day_after_the_last_event() -> None:
    log = prepare(frames([referral(D, "a", "b"), referral(D + 3, "a", "b", status="won", closed=D + 9)]))
    assert log.default_day == D + 10


def test_a_date_after_the_import_never_moves_the_as_of_day() -> None:
    log = prepare(frames([referral(D, "a", "b"), referral(D + 400, "a", "b")], imported_on=to_date(D + 2)))
    assert log.default_day == D + 1
    assert len(log.at(log.default_day).rows) == 1


def test_joining_or_leaving_in_the_future_never_moves_it_either() -> None:
    assert prepare(frames([referral(D, "a", "b")], [("b", D - 5, D + 900)])).default_day == D + 1


def test_several_groups_are_seen_as_of_the_one_furthest_behind() -> None:
    log = prepare(frames([referral(D, "a", "b"), referral(D + 50, "c", "d", group_id="g2")]))
    assert log.default_day == D + 1


@pytest.mark.parametrize(
    ("when", "lock"),
    [((2026, 8, 12), (2026, 7, 1)), ((2026, 7, 1), (2026, 7, 1)), ((2026, 1, 1), (2026, 1, 1)),
     ((2025, 12, 31), (2025, 10, 1))],
)  # fmt: skip
def test_verdicts_are_locked_at_calendar_quarters(when, lock) -> None:
    assert to_date(quarter_start(to_day(date(*when)))) == date(*lock)


def test_a_referral_is_mature_when_its_180th_day_has_been_seen() -> None:
    rows = [referral(D, "a", "b"), referral(D + 1, "a", "b")]
    view = view_of(rows, day=D + 181)
    assert view.mature.tolist() == [True, False]


def test_won_means_won_within_180_days_by_a_dated_closing_that_has_happened() -> None:
    rows = [referral(D, "a", "b", status="won", closed=D + 180), referral(D, "a", "b", status="won",
                                                                          closed=D + 181),
            referral(D, "a", "b", status="won"), referral(D, "a", "b", status="won", closed=D - 1),
            referral(D, "a", "b", status="lost", closed=D + 5), referral(D, "a", "b", status="won",
                                                                         closed=D)]  # fmt: skip
    assert view_of(rows, day=D + 400).won.tolist() == [True, False, False, False, False, True]


def test_an_earlier_date_does_not_know_what_was_closed_later() -> None:
    view = view_of([referral(D, "a", "b", status="won", closed=D + 10, amount=5.0)], day=D + 10)
    assert view.rows[["status"]].iloc[0, 0] == "open"
    assert np.isnan(view.rows["closed"].iloc[0])
    assert view_of([referral(D, "a", "b", status="won", closed=D + 10)], day=D + 11).won.tolist() == [True]


def test_spells_with_a_gap_of_31_days_are_one_and_of_32_are_two() -> None:
    members = [("b", 0, 100), ("b", 131, 200), ("b", 232, None)]
    spells = prepare(frames([referral(D, "a", "b")], members)).spells
    assert spells[["joined", "left"]].to_numpy().tolist() == [[0, 200], [232, FOREVER]]


def test_the_day_of_leaving_is_outside_the_spell() -> None:
    view = view_of([referral(100, "a", "b"), referral(199, "a", "b"), referral(200, "a", "b")], [("b", 100, 200)])
    assert (view.spell_of_row >= 0).tolist() == [True, True, False]


def test_without_a_member_list_everybody_belongs_from_first_to_last_record_and_is_told_so() -> None:
    view = view_of([referral(10, "a", "b"), referral(90, "a", "b"), referral(50, "b", "c")])
    assert view.spells[["person_id", "joined", "left"]].to_numpy().tolist() == [["b", 10, 91], ["c", 50, 51]]
    assert any("no member list" in w for w in view.warnings)


def test_referring_oneself_is_left_out_and_counted() -> None:
    log = prepare(frames([referral(1, "a", "a"), referral(1, "a", "b")]))
    assert (len(log.rows), log.dropped["self"]) == (1, 1)


def test_the_same_prospect_within_30_days_of_the_last_one_kept_is_one_referral() -> None:
    days = [0, 29, 30, 59, 60]
    log = prepare(
        frames([referral(d, "a", "b", prospect=p) for d, p in zip(days, ["Ann  Lee", "ann lee"] * 3, strict=False)])
    )
    assert log.rows["given"].tolist() == [0, 30, 60]
    assert log.dropped["duplicate"] == 2


def test_referrals_without_a_prospect_are_never_folded() -> None:
    assert (
        len(prepare(frames([referral(1, "a", "b"), referral(1, "a", "b"), referral(1, "a", "b", prospect=" ")])).rows)
        == 3
    )


def test_what_both_chapters_logged_is_one_with_the_larger_count() -> None:
    rows = [referral(5, "a", "b"), referral(5, "a", "b"), referral(5, "a", "b", group_id="g2"),
            referral(6, "a", "b", group_id="g2"), referral(5, "a", "b", group_id="g2", tier=2)]  # fmt: skip
    log = prepare(frames(rows))
    assert sorted(zip(log.rows["given"], log.rows["group_id"], strict=True)) == [
        (5, "g1"),
        (5, "g1"),
        (5, "g2"),
        (6, "g2"),
    ]


def test_a_source_keeps_its_earliest_kind() -> None:
    rows = [referral(9, "a", "b", source_kind="partner"), referral(3, "a", "c", source_kind=None),
            referral(5, "a", "b", source_kind="customer")]  # fmt: skip
    assert view_of(rows).earliest_kind == {"a": "customer"}


def test_coverage_is_the_union_of_the_imports() -> None:
    log = prepare(frames([referral(5, "a", "b")], coverage=[("g1", 50, 80), ("g1", 0, 20), ("g1", 15, 30)]))
    assert log.cover["g1"] == ((0, 30), (50, 80))
    got = log.covered_days(np.array(["g1", "g1"], object), np.array([10, 90]), np.array([60, 95]))
    assert got.tolist() == [30, 0]


def test_a_group_without_coverage_is_covered_from_first_to_last_record() -> None:
    assert prepare(frames([referral(5, "a", "b"), referral(40, "a", "b")])).cover == {"g1": ((5, 41),)}


def filled(shares: list[float], per_month: int = 10):
    """A year of months; in each, that share of the presence cells is empty."""
    rows = []
    for month, share in enumerate(shares):
        start = to_day(date(2024, month + 1, 1))
        rows += [referral(start + i, "a", "b", present=None if i < round(share * per_month) else True)
                 for i in range(per_month)]  # fmt: skip
    return view_of(rows)


def test_a_field_counts_as_recorded_from_the_month_after_the_last_bad_one() -> None:
    view = filled([1, 1, 0.4, 0.3, 0, 0.2])
    since = recording(view, "present")
    assert since.since == {"g1": to_day(date(2024, 4, 1))}
    assert since.inside(view).sum() == 30


def test_a_field_whose_last_month_is_empty_is_not_recorded() -> None:
    assert recording(filled([0, 0, 0.31 + 0.1]), "present").never


def test_an_empty_log_is_not_an_unrecorded_field() -> None:
    assert not recording(view_of([referral(9, "a", "b")], day=5), "present").never


@pytest.mark.parametrize(("missing", "what"), [(5, "drop"), (6, "bound"), (30, "bound"), (31, "unrecorded")])
def test_five_and_thirty_percent_divide_dropping_bounding_and_refusing(missing: int, what: str) -> None:
    hole = gaps(view_of([referral(9, "a", "b")]), "present", np.arange(100) < missing)
    assert (hole.unrecorded, hole.bounded) == (what == "unrecorded", what == "bound")


def test_one_receivers_log_is_judged_by_the_groups_recording() -> None:
    rows = [
        referral(5, "a", "b", present=True),
        referral(6, "a", "c"),
        referral(7, "a", "c"),
        referral(8, "a", "c"),
    ]
    view = view_of(rows, receiver="b")
    assert len(view.rows) == 1
    assert recording(view, "present").never


def test_undated_rows_are_counted_and_do_not_enter() -> None:
    log = prepare(frames([referral(None, "a", "b"), referral(5, "a", "b")]))
    assert (len(log.rows), log.dropped["undated"]) == (1, 1)
