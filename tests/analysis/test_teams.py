"""Power teams on small frames: rates per pair of seats, contact spheres, silent pairs, missing seats, circles."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from chapter_builders import chapter_frames, slip

from analysis import teams, teams_circles
from analysis.result import Frames
from analysis.scope import Scope

D = 20_000
YEAR = [("referrals", D, D + 365)]
USUAL = Scope()
JOBS = {"a": "Electrician", "b": "Plumber", "c": "Tax adviser", "d": "Roofer", "e": "electrician ", "f": "Astrologer"}


def build(rows: list[dict], jobs: dict[str, str] | None = None, who: str = "abcd", **more: object) -> teams.Teams:
    members = [(p, 1, None) for p in who]
    rows = [*rows, slip("x", "a", D), slip("x", "a", D + 364)]  # outsiders, who open and close the year
    found = teams.build(chapter_frames(rows, members=members, professions=JOBS if jobs is None else jobs, cover=YEAR,
                                       **more), USUAL)  # fmt: skip
    assert found is not None
    return found


def pair(t: teams.Teams, giver: str, taker: str) -> pd.Series:
    return t.pairs.set_index(["giver", "taker"]).loc[(giver, taker)]


class TestRates:
    rows: ClassVar = [slip("a", "b", D + i) for i in range(4)] + [slip("c", "d", D + 9)]

    def test_a_rate_is_referrals_over_the_years_that_both_seats_were_covered(self) -> None:
        t = build(self.rows)
        found = pair(t, "Electrician", "Plumber")
        assert (found["referrals"], found["seats"], found["years"]) == (4, 1, pytest.approx(365 / 365.25))
        assert found["raw"] == pytest.approx(4 * 365.25 / 365)
        assert t.rate == pytest.approx(5 / (12 * 365 / 365.25))
        assert len(found["ids"]) == 4

    def test_a_lucky_pair_is_drawn_to_the_chapter_and_its_range_holds_the_rate(self) -> None:
        t = build(self.rows, who="abcdef")
        found = pair(t, "Electrician", "Plumber")
        assert t.rate < found["rate"] < found["raw"]
        assert (t.pairs["low95"] < t.pairs["rate"]).all()
        assert (t.pairs["rate"] < t.pairs["high95"]).all()

    def test_weeks_that_nobody_imported_are_not_weeks_without_a_referral(self) -> None:
        members = [(p, 1, None) for p in "ab"]
        cover = [("referrals", D, D + 73), ("referrals", D + 292, D + 365)]
        rows = [slip("a", "b", D), slip("b", "a", D + 364)]
        t = teams.build(chapter_frames(rows, members=members, professions=JOBS, cover=cover), USUAL)
        assert t is not None
        assert pair(t, "Electrician", "Plumber")["years"] == pytest.approx(146 / 365.25)

    def test_one_profession_in_two_spellings_is_one(self) -> None:
        t = build([slip("e", "b", D)], who="aeb")
        assert t.professions["profession"].str.casefold().tolist() == ["electrician", "plumber"]
        assert t.professions["seats"].tolist() == [2, 1]

    def test_a_member_without_a_profession_stays_in_sight(self) -> None:
        t = build([slip("a", "z", D)], who="abz")
        assert t.professions.loc[t.professions["profession"] == "", "seats"].tolist() == [1]
        assert pair(t, "Electrician", "")["referrals"] == 1


def test_without_any_profession_it_says_so_and_without_members_there_is_nothing() -> None:
    assert not build([slip("a", "b", D)], jobs={}).known
    assert teams.build(chapter_frames([slip("x", "y", D)], cover=YEAR, members=[("a", 1, None)]), USUAL) is None
    assert teams.build(chapter_frames(), USUAL) is None


class TestSpheres:
    rows: ClassVar = [slip("a", "b", D + i) for i in range(6)] + [slip("a", "c", D + 9), slip("d", "c", D + 9)]

    def test_pairs_of_one_sphere_against_pairs_of_two(self) -> None:
        # a, b and d build: six ordered pairs and six referrals; with c six more pairs and two referrals.
        r = build(self.rows).sphere
        assert r is not None
        assert (r.n_same, r.n_apart, r.referrals, r.left_out) == (6, 6, 8, 0)
        assert r.value == pytest.approx(3.0)
        assert np.isnan(r.low95)  # four members speak for nobody else

    def test_with_more_members_the_ratio_has_a_range(self) -> None:
        jobs = {p: ["Plumber", "Roofer", "Tax adviser", "Notary"][i % 4] for i, p in enumerate("abcdefgh")}
        rows = [slip(p, q, D + i) for i, p in enumerate("abcdefgh") for q in "abcdefgh" if p != q]
        r = build(rows, jobs, who="abcdefgh").sphere
        assert r is not None
        assert r.low95 <= r.value <= r.high95
        assert r.value == pytest.approx(1.0)

    def test_an_unknown_or_the_same_profession_is_neither(self) -> None:
        r = build(self.rows, who="abcdf").sphere
        assert r is not None
        assert r.left_out == 8  # the astrologer with each of four, both ways

    def test_the_first_sphere_of_a_profession(self) -> None:
        assert teams.main_sphere("Construction > Electrician") == "construction"
        assert teams.main_sphere("Astrologer") == teams.OTHER
        assert teams.main_sphere("") == teams.UNKNOWN


class TestSilentPairs:
    def test_what_pairs_like_them_exchanged_is_expected_of_a_silent_pair(self) -> None:
        t = build([slip("a", "b", D + i) for i in range(6)] + [slip("b", "d", D)])
        (row,) = t.silent.itertuples()
        assert (row.a, row.b, row.sphere) == ("Electrician", "Roofer", "building and property")
        assert row.expected == pytest.approx(7 / 2)  # seven over two pairs of as many years
        assert row.luck == pytest.approx(np.exp(-3.5))
        assert (row.names_a, row.names_b) == ("Name a", "Name d")

    def test_where_nobody_like_them_exchanges_nothing_is_expected(self) -> None:
        assert build([slip("a", "c", D)]).silent.empty


def test_a_group_that_lacks_what_most_have() -> None:
    parts = [chapter_frames([slip(f"{g}a", f"{g}b", D, )], members=[(f"{g}{p}", 1, None) for p in people], group=g,
                            professions={f"{g}{p}": JOBS[p] for p in people}, cover=YEAR)
             for g, people in (("g1", "abc"), ("g2", "abc"), ("g3", "ab"))]  # fmt: skip
    tables = {name: pd.concat([getattr(p, name) for p in parts], ignore_index=True)
              for name in ("referrals", "memberships", "people", "coverage")}  # fmt: skip
    rows = tables["referrals"].assign(referral_id=["1", "2", "3"], group_id=["g1", "g2", "g3"])
    t = teams.build(replace(parts[0], **{**tables, "referrals": rows}), USUAL)
    assert t is not None
    assert t.missing.values.tolist() == [["g3", "Tax adviser", 2, 3]]
    assert (t.groups, t.members) == (3, 8)


class TestCircles:
    def frames(self, rows: list[dict], who: str = "abcdefgh") -> Frames:
        return chapter_frames(rows, members=[(p, 1, None) for p in who], cover=YEAR, professions=JOBS)

    def test_two_cliques_are_two_circles_beyond_chance(self) -> None:
        rows = [slip(p, q, D + i) for half in ("abcd", "efgh") for i, p in enumerate(half) for q in half if p != q]
        found = teams_circles.build(self.frames([*rows, slip("a", "e", D)]), USUAL)
        assert found is not None
        assert found.circles == 2
        assert found.inside == pytest.approx(24 / 25)
        assert found.beyond_chance
        first = found.members[found.members["circle"] == found.members.set_index("person_id")["circle"]["a"]]
        assert sorted(first["person_id"]) == list("abcd")

    def test_everybody_with_everybody_is_no_circle(self) -> None:
        rows = [slip(p, q, D) for p in "abcdefgh" for q in "abcdefgh" if p != q]
        found = teams_circles.build(self.frames(rows), USUAL)
        assert found is not None
        assert not found.beyond_chance

    def test_modularity_is_that_of_the_partition_it_returns(self) -> None:
        rng = np.random.default_rng(4)
        source = rng.integers(0, 10, 50)
        target = (source + 1 + rng.integers(0, 9, 50)) % 10
        of, quality = teams_circles.circles(source, target, 10)
        degree = np.bincount(source, minlength=10) + np.bincount(target, minlength=10)
        inner = np.mean(of[source] == of[target])
        expected = sum((degree[of == c].sum() / 100) ** 2 for c in np.unique(of))
        assert quality == pytest.approx(inner - expected)

    def test_few_members_have_no_circles(self) -> None:
        assert teams_circles.build(self.frames([slip("a", "b", D)]), USUAL) is None
