"""Contacts, ratings and registers: which of them count, once each, and what they say about a day."""

from __future__ import annotations

import pandas as pd

from analysis import tidying
from analysis.population import prepare, to_date, to_day
from analysis.rated import followed, spaced, span_end
from analysis.relations import first_known, together
from analysis.result import no_attendance
from tests.analysis.builders import assessment, date, frames, referral, touch

D = to_day(date(2024, 6, 1))


def test_a_one_to_one_entered_by_both_sides_is_one() -> None:
    met = [touch(D, "b", "a", "one_to_one"), touch(D, "a", "b", "one_to_one"), touch(D + 1, "a", "b", "one_to_one"),
           touch(D, "a", "c", "one_to_one", quantity=2.0)]  # fmt: skip
    got = prepare(frames([referral(D, "a", "b")], touches=met)).touches
    assert got[["from_id", "to_id", "day", "n"]].to_numpy().tolist() == [
        ["a", "b", D, 1.0], ["a", "b", D + 1, 1.0], ["a", "c", D, 1.0],
    ]  # fmt: skip


def test_help_and_asks_keep_their_direction_and_their_number() -> None:
    met = [touch(D, "a", "b", "help"), touch(D, "b", "a", "help"), touch(D, "a", "b", "help")]
    assert len(prepare(frames([referral(D, "a", "b")], touches=met)).touches) == 3


def test_a_contact_without_a_day_is_counted_and_does_not_enter() -> None:
    log = prepare(frames([referral(D, "a", "b")], touches=[touch(None, "a", "b", "help"), touch(D, "a", "b", "help")]))
    assert (len(log.touches), log.dropped["undated_touches"]) == (1, 1)
    assert any("1 one-to-ones and other contacts" in said for said in log.at(D + 1).warnings)


def test_contacts_and_ratings_move_the_as_of_day_too() -> None:
    rows, people = [referral(D, "a", "b")], [("b", D - 900, None)]
    assert prepare(frames(rows, people, touches=[touch(D + 5, "a", "b", "help")],
                          imported_on=to_date(D + 9))).default_day == D + 6  # fmt: skip
    rated = prepare(frames(rows, people, assessments=[assessment(D + 7, "b", "x", 3)], imported_on=to_date(D + 9)))
    assert rated.default_day == D + 8
    late = prepare(frames(rows, people, assessments=[assessment(D + 30, "b", "x", 3)], imported_on=to_date(D + 9)))
    assert late.default_day == D + 1


def test_an_earlier_day_knows_nothing_of_what_came_later() -> None:
    log = prepare(frames([referral(D, "a", "b")], touches=[touch(D + 5, "a", "b", "help")],
                         assessments=[assessment(D + 6, "b", "x", 3)]))  # fmt: skip
    assert (len(log.at(D + 5).touches), len(log.at(D + 6).touches)) == (0, 1)
    assert (len(log.at(D + 6).assessments), len(log.at(D + 7).assessments)) == (0, 1)


def test_every_kind_of_record_has_its_own_coverage() -> None:
    made = frames([referral(D, "a", "b")], coverage=[("g1", D - 50, D + 1)],
                  touches=[touch(D, "a", "b", "help"), touch(D + 3, "a", "b", "ask")])  # fmt: skip
    extra = pd.DataFrame([("g1", "help", D - 9, D + 2)], columns=["group_id", "record_kind", "start", "end"])
    made = type(made)(**{**made.__dict__, "coverage": pd.concat([made.coverage, extra]),
                         "imported_on": to_date(D + 3)})  # fmt: skip
    covers = prepare(made).covers
    assert covers["referrals"] == {"g1": ((D - 50, D + 1),)}
    assert covers["help"] == {"g1": ((D - 9, D + 2),)}
    assert covers["ask"] == {"g1": ((D + 3, D + 4),)}  # named by no import: from its first to its last record


def test_a_register_lists_each_member_once_a_meeting() -> None:
    rows = pd.DataFrame({"group_id": ["g1"] * 3, "person_id": ["a", "a", "b"], "meeting": [D, D, None],
                         "status": ["P", "P", "A"]}).astype(no_attendance().dtypes.to_dict())  # fmt: skip
    made = frames([referral(D, "a", "b")])
    log = prepare(type(made)(**{**made.__dict__, "attendance": rows}))
    assert log.attendance[["person_id", "day", "status"]].to_numpy().tolist() == [["a", D, "P"]]


# -- who has known whom since when ------------------------------------------------------------------------------------
def known_days(rows, members=(), **more) -> dict[str, int]:
    view = prepare(frames(rows, members, **more)).at(D + 500)
    ids, n = together(view).ids, len(together(view).ids)
    return {f"{ids[key // n]}{ids[key % n]}": day for key, day in first_known(view).items()}


def test_two_people_are_known_to_one_another_from_the_earliest_trace_that_is_not_a_referral() -> None:
    members = [("a", D - 400, None), ("b", D, None), ("c", D + 100, None)]
    got = known_days([referral(D + 150, "a", "b")], members, touches=[touch(D + 50, "c", "b", "one_to_one")],
                     assessments=[assessment(D - 9, "b", "x", 4)])  # fmt: skip
    assert got == {"ab": D, "ac": D + 100, "bc": D + 50, "bx": D - 9}


def test_whom_a_referral_shows_first_is_left_out() -> None:
    members = [("a", D - 400, None), ("b", D, None)]
    assert known_days([referral(D - 1, "b", "a")], members) == {}
    assert known_days([referral(D, "b", "a")], members) == {"ab": D}
    assert known_days([referral(D - 1, "x", "a")], members, touches=[touch(D, "a", "x", "help")]) == {"ab": D}


def test_joining_on_an_unknown_day_dates_no_acquaintance() -> None:
    assert known_days([referral(D, "x", "y")], [("a", None, None), ("b", D, None)]) == {}
    assert known_days([referral(D, "a", "b"), referral(D + 3, "b", "a")]) == {}  # no member list at all


# -- ratings ----------------------------------------------------------------------------------------------------------
def test_ratings_of_a_pair_count_from_half_a_year_after_the_last_that_counted() -> None:
    days = [0, 100, 180, 300, 359, 360]
    table = pd.DataFrame({"assessor_id": "a", "source_id": "x", "day": days})
    assert spaced(table, 180).tolist() == [True, False, True, False, False, True]


def test_an_assessor_is_followed_to_the_end_of_the_spell_or_to_the_as_of_day_without_a_list() -> None:
    view = prepare(frames([referral(D, "x", "a")], [("a", D - 100, D + 40)])).at(D + 90)
    got = followed(view, view.rows["receiver_id"].to_numpy(), view.given)
    assert (got.group.tolist(), got.end.tolist()) == (["g1"], [D + 40])
    bare = prepare(frames([referral(D, "x", "a")])).at(D + 90)
    assert followed(bare, bare.rows["receiver_id"].to_numpy(), bare.given).end.tolist() == [D + 90]
    gone = followed(view, view.rows["receiver_id"].to_numpy(), view.given + 50)
    assert not gone.usable.any()


def test_what_a_gap_hides_is_not_followed() -> None:
    cover = [("g1", D, D + 10), ("g1", D + 20, D + 90)]
    view = prepare(frames([referral(D, "x", "a")], coverage=cover, imported_on=to_date(D + 89))).at(D + 80)
    group = view.rows["group_id"].to_numpy()
    assert [int(span_end(view, group, view.given + k)[0]) - D for k in (5, 15, 30)] == [10, 15, 80]


def spells_of(*rows: tuple[str, int | None, int | None]) -> list[list]:
    frame = pd.DataFrame(rows, columns=["person_id", "joined", "left"]).astype({"joined": "Int64", "left": "Int64"})
    made = tidying.spells(frame.assign(group_id="g1"), 31)
    return made[["person_id", "joined", "left", "dated"]].values.tolist()


def test_a_name_that_a_file_only_marks_does_not_blur_a_joining_that_a_list_states() -> None:
    assert spells_of(("a", None, None), ("a", 100, None)) == [["a", 100, tidying.FOREVER, True]]
    assert spells_of(("a", None, None)) == [["a", -tidying.FOREVER, tidying.FOREVER, False]]


def test_a_spell_without_an_end_before_a_later_one_observes_nothing() -> None:
    assert spells_of(("a", 100, None), ("a", 900, None)) == [["a", 100, 100, True], ["a", 900, tidying.FOREVER, True]]


def test_two_lists_that_differ_by_days_tell_of_one_spell() -> None:
    assert spells_of(("a", 100, None), ("a", 120, 500)) == [["a", 100, 500, True]]


def test_a_short_pause_is_no_pause() -> None:
    assert spells_of(("a", 100, 200), ("a", 220, 500)) == [["a", 100, 500, True]]
    assert len(spells_of(("a", 100, 200), ("a", 240, 500))) == 2
