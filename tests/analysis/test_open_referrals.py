"""What is still open: dated rows alone, within the scope, and never somebody's referral to himself."""

from dataclasses import replace
from datetime import date

from analysis import open_referrals
from analysis.population import to_date
from analysis.scope import Scope
from tests.analysis.builders import frames, referral

ROWS = [
    referral(100, "a", "b"),
    referral(150, "a", "c"),
    referral(200, "b", "c"),
    referral(10, "c", "b", status="won", closed=20),
    referral(10, "b", "b"),
    referral(None, "a", "b"),
]


def test_open_rows_are_the_oldest_first_and_counted_by_side() -> None:
    found = open_referrals.build(frames(ROWS, imported_on=to_date(250)), Scope())
    assert list(found.rows["given"]) == [100, 150, 200]
    assert len(found.to("c")) == 2
    assert len(found.by("a")) == 2
    assert open_referrals.oldest(found.to("c")) == to_date(150)
    assert found.long == 2  # given before day 160


def test_a_scope_cuts_by_day_and_by_receiver() -> None:
    log = frames(ROWS, imported_on=to_date(250))
    assert list(open_referrals.build(log, Scope(start=to_date(150), end=to_date(200))).rows["given"]) == [150]
    assert list(open_referrals.build(log, Scope(receiver="b")).rows["given"]) == [100]
    assert list(open_referrals.build(log, Scope(as_of=to_date(150))).rows["given"]) == [100]


def test_without_any_status_nothing_is_known_to_be_open() -> None:
    log = frames([referral(100, "a", "b", status=None)], imported_on=date(1971, 1, 1))
    found = open_referrals.build(log, Scope())
    assert not found.recorded
    assert found.rows.empty
    assert replace(found, as_of=None).long == 0
