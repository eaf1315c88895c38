"""Suggested merges: what is offered, what is ticked beforehand, and that people who differ are left apart."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.people import SETS, measure, read
from data.suggest import SUGGEST, TICK, Known, compare, suggest, tokens_of
from tests.conftest import SHARED

GROUP = frozenset({"Harbour"})


def known(key: str, name: str, groups: frozenset[str] = GROUP, profession: str = "", rows: int = 1) -> Known:
    return Known(key, name, groups, frozenset({profession} - {""}), rows=rows)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Smith, Bob", "Bob Smith"),
        ("BOB  SMITH", "Bob Smith"),
        ("Dr. Bob Smith", "Bob Smith"),
        ("José Núñez", "Jose Nunez"),
        ("王 小明", "王小明"),
    ],
)
def test_the_same_name_written_otherwise_is_fully_alike(one: str, two: str) -> None:
    assert compare(tokens_of(one), tokens_of(two)) == 1.0


@pytest.mark.parametrize(
    ("one", "two", "ticked"),
    [
        ("Bob Smith", "Bob Smyth", False),
        ("Katherine Larch", "Katharine Larch", True),
        ("B. Smith", "Bob Smith", False),
        ("Robert J. Smith", "Robert Smith", False),
    ],
)
def test_a_likely_pair_is_offered_and_only_a_near_certain_one_is_ticked(one: str, two: str, ticked: bool) -> None:
    (only,) = suggest([known("p1", one, rows=9), known("p2", two)])
    assert (only.keep.person_id, only.drop.person_id) == ("p1", "p2")
    assert SUGGEST <= only.likeness <= 1
    assert only.ticked == ticked
    assert only.evidence == ("both in Harbour",)


@pytest.mark.parametrize(("one", "two"), [("Bob Smith", "Ann Smith"), ("Bob", "Bob Smith"), ("Amy Ash", "Abe Ashby")])
def test_different_people_are_not_offered(one: str, two: str) -> None:
    assert suggest([known("p1", one), known("p2", two)]) == []


def test_two_seats_speak_against_one_person_and_nothing_is_ticked() -> None:
    (only,) = suggest([known("p1", "Bob Smith", profession="Roofer"), known("p2", "Smith, Bob", profession="Lawyer")])
    assert only.against == ("different profession (Roofer; Lawyer)",)
    assert not only.ticked


def test_a_pair_that_was_refused_is_not_offered_again() -> None:
    people = [known("p1", "Bob Smith"), known("p2", "Smith, Bob")]
    assert suggest(people, {frozenset({"p1", "p2"})}) == []


def test_the_same_times_are_told() -> None:
    early = Known("p1", "Bob Smith", GROUP, first_on=date(2020, 1, 1), last_on=date(2021, 1, 1))
    late = Known("p2", "Bob Smith", GROUP, first_on=date(2022, 1, 1), last_on=date(2023, 1, 1))
    (only,) = suggest([early, late])
    assert "never active at the same time (until 2021-01-01, then)" in only.evidence


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_likeness_is_symmetric_and_bounded(one: str, two: str) -> None:
    a, b = tokens_of(one), tokens_of(two)
    assert 0 <= compare(a, b) <= 1
    assert compare(a, b) == pytest.approx(compare(b, a))
    assert compare(a, a) == 1.0


@pytest.mark.shared
def test_what_is_ticked_is_right_in_98_of_100_on_misspelt_people() -> None:
    folder = SHARED / "real" / "febrl_name_matching"
    for files in SETS.values():
        got = measure(read([folder / file for file in files]))
        assert got["ticked precision"] >= 0.98
        assert got["ticked recall"] >= 0.45
    assert TICK > SUGGEST
