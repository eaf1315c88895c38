"""Giving and network on small frames: the wheel, pairs, returns against chance, ways through a member, chains."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from chapter_builders import chapter_frames, one_to_one, slip
from chapter_worlds import chapter_world

from analysis import exchange_met, network, network_between, network_graph, network_money, network_returns
from analysis.chapter_exchange import ELSEWHERE
from analysis.result import Frames
from analysis.scope import Scope

D = 20_000
FIVE = [(p, 1, None) for p in "abcde"]
COVER = [("referrals", D, D + 70), ("one_to_one", D, D + 70)]


def five(rows: list[dict], **more: object) -> Frames:
    return chapter_frames(rows, members=FIVE, cover=COVER, **more)  # type: ignore[arg-type]


def net(rows: list[dict], **more: object) -> network_graph.Network:
    return network_graph.build(five(rows, **more), Scope())


class TestWheel:
    rows: ClassVar = [
        slip("a", "b", D), slip("a", "b", D + 1), slip("b", "c", D + 2), slip("d", "x", D + 3),
        slip("y", "a", D + 4, counterpart_group="East"), slip("a", "z", D + 5, counterpart_group="West"),
    ]  # fmt: skip

    def test_each_member_has_one_place_and_each_other_chapter_is_one_point(self) -> None:
        g = net(self.rows).graph
        assert g is not None
        assert sorted(g.nodes.loc[g.nodes["kind"] == "member", "id"]) == list("abcde")
        assert g.nodes.loc[g.nodes["kind"] == "chapter", "name"].tolist() == ["East", "West"]
        assert g.nodes["kind"].iloc[-1] == "outside"
        assert g.nodes["angle"].is_unique

    def test_lines_are_counted_from_giver_to_taker(self) -> None:
        g = net(self.rows).graph
        assert g is not None
        lines = g.edges.set_index(["giver", "taker"])["n"].to_dict()
        assert lines == {("a", "b"): 2, ("b", "c"): 1, ("d", "outside:"): 1, ("chapter:East", "a"): 1,
                         ("a", "chapter:West"): 1}  # fmt: skip

    def test_who_hangs_together_and_who_stands_apart(self) -> None:
        n = net(self.rows)
        assert n.graph is not None
        assert (n.graph.linked, n.graph.alone, n.members, n.referrals) == (3, 2, 5, 3)

    def test_the_wheel_stands_still_when_rows_come_in_another_order(self) -> None:
        frames = five(self.rows)
        turned = replace(frames, referrals=frames.referrals.iloc[::-1].reset_index(drop=True))
        one, two = (network_graph.build(f, Scope()).graph for f in (frames, turned))
        assert one is not None
        assert two is not None
        assert one.nodes.equals(two.nodes)

    def test_more_chapters_than_can_be_told_apart_stand_together(self) -> None:
        rows = [slip("a", "z", D, counterpart_group=f"Far {i:02d}") for i in range(12)]
        rows += [slip("a", "b", D + 1), slip("a", "q", D + 1, counterpart_group="Far 11")]
        g = net(rows).graph
        assert g is not None
        away = g.nodes[g.nodes["kind"] == "chapter"]
        assert len(away) == network_graph.CHAPTERS + 1
        assert away["got"].sum() == 13
        assert "Far 11" in away["name"].tolist()

    def test_too_many_members_of_several_groups_become_one_point_a_group(self) -> None:
        g = network_graph.build(groups(3, 25), Scope()).graph
        assert g is not None
        assert g.by_group
        assert g.nodes["id"].tolist() == ["g0", "g1", "g2"]
        assert (g.edges["giver"] != g.edges["taker"]).all()
        assert g.edges["n"].sum() == 3  # one from each group to the next
        assert g.members == 75

    def test_without_referrals_between_members_there_is_no_wheel(self) -> None:
        assert net([slip("x", "a", D)]).graph is None
        assert network_graph.build(chapter_frames(), Scope()).empty


def groups(count: int, size: int) -> Frames:
    """Groups in which everybody refers to the next, and the first of each to the first of the next group."""
    parts = []
    for k in range(count):
        people = [f"g{k}m{i:02d}" for i in range(size)]
        rows = [slip(one, other, D + i % 60) for i, (one, other) in enumerate(pairwise(people))]
        rows.append(slip(people[0], f"g{(k + 1) % count}m00", D))
        part = chapter_frames(rows, members=[(p, 1, None) for p in people], cover=COVER, group=f"g{k}")
        ids = [f"{k}-{i}" for i in range(len(rows))]
        parts.append(replace(part, referrals=part.referrals.assign(referral_id=ids, group_id=f"g{k}")))
    together = {name: pd.concat([getattr(p, name) for p in parts], ignore_index=True)
                for name in ("referrals", "memberships", "people", "coverage")}  # fmt: skip
    return replace(parts[0], **{**together, "people": together["people"].drop_duplicates("person_id")})


class TestMeetingAndReferring:
    rows: ClassVar = [slip("a", "b", D), slip("b", "a", D + 1), slip("a", "c", D + 2), slip("x", "a", D + 3)]
    met: ClassVar = [one_to_one("a", "b", D), one_to_one("b", "d", D)]

    def test_pairs_by_whether_they_met_and_referred(self) -> None:
        e = net(self.rows, met=self.met).exchange
        assert e is not None
        c = exchange_met.combined(e)
        assert c is not None
        assert (c.met_referred, c.met_only, c.referred_only, c.neither) == (1, 1, 1, 7)
        assert (c.of_met.value, c.of_met.n, c.of_unmet.value, c.of_unmet.n) == (0.5, 2, 0.125, 8)

    def test_without_meetings_there_is_nothing_to_combine(self) -> None:
        e = net(self.rows).exchange
        assert e is not None
        assert exchange_met.combined(e) is None

    def test_one_members_partners_by_what_goes_which_way(self) -> None:
        n = net(self.rows, met=self.met)
        assert n.exchange is not None
        found = exchange_met.partners(n.exchange, "a", n.names)
        assert found[["person_id", "gave", "got", "met", "kind"]].values.tolist() == [
            ["b", 1, 1, 1, "both"], ["c", 1, 0, 0, "gave"], ["d", 0, 0, 0, "never"], ["e", 0, 0, 0, "never"],
            [ELSEWHERE, 0, 1, 0, "got"]]  # fmt: skip
        assert [len(ids) for ids in found["ids"]] == [2, 1, 0, 0, 1]

    def test_whoever_exchanges_most_comes_first(self) -> None:
        e = net(self.rows).exchange
        assert e is not None
        assert exchange_met.by_volume(e)[0] == "a"


class TestReturns:
    def test_the_share_of_pairs_that_give_both_ways(self) -> None:
        rows = [slip("a", "b", D), slip("b", "a", D + 1), slip("c", "d", D), slip("c", "d", D + 2), slip("d", "e", D)]
        found = network_returns.build(five(rows), Scope())
        assert found is not None
        assert (found.both, found.share.n, found.share.value, found.referrals) == (1, 3, pytest.approx(1 / 3), 5)
        assert found.rows[["a", "b", "gave", "got"]].values.tolist() == [["a", "b", 1, 1], ["c", "d", 2, 0],
                                                                         ["d", "e", 1, 0]]  # fmt: skip

    def test_every_arrangement_keeps_what_each_gives_and_receives(self) -> None:
        rng = np.random.default_rng(3)
        source = rng.integers(0, 8, 60)
        target = (source + 1 + rng.integers(0, 7, 60)) % 8
        for to in network_returns.arrangements(source, target, source % 2, 1):
            assert (np.bincount(to, minlength=8) == np.bincount(target, minlength=8)).all()
            assert (to != source).all()

    def test_swaps_stay_inside_a_group(self) -> None:
        source, target, group = np.array([0, 1, 2, 3]), np.array([1, 0, 3, 2]), np.array([0, 0, 1, 1])
        for to in network_returns.arrangements(source, target, group, 1):
            assert set(to[:2]) == {0, 1}

    def test_pairs_that_always_answer_stand_out_and_random_ones_do_not(self) -> None:
        people = [f"m{i:02d}" for i in range(16)]
        always = [slip(a, b, D + k) for k, (i, j) in enumerate([(i, (i + 1) % 16) for i in range(16)])
                  for a, b in ((people[i], people[j]), (people[j], people[i]))]  # fmt: skip
        rng = np.random.default_rng(5)
        random = [slip(people[i], people[(i + 1 + rng.integers(0, 15)) % 16], D) for i in rng.integers(0, 16, 80)]
        members = [(p, 1, None) for p in people]
        one, two = (network_returns.build(chapter_frames(r, members=members, cover=COVER), Scope())
                    for r in (always, random))  # fmt: skip
        assert one is not None
        assert two is not None
        assert one.share.value == 1 > one.high
        assert two.low <= two.share.value <= two.high

    def test_nothing_between_members_is_no_share(self) -> None:
        assert network_returns.build(five([slip("x", "a", D)]), Scope()) is None


class TestBetween:
    def test_ways_through_agree_with_the_count_of_paths(self) -> None:
        rng = np.random.default_rng(2)
        ties = rng.random((12, 12)) < 0.2
        np.fill_diagonal(ties, False)
        source, target = np.nonzero(ties)
        counted = network.betweenness(source, target, 12)
        assert network_between.ways_through(ties) == pytest.approx(counted / (11 * 10))

    def test_the_middle_of_a_star_is_on_every_way(self) -> None:
        rows = [r for p in "bcde" for r in (slip("a", p, D), slip(p, "a", D))]
        found = network_between.build(five(rows), Scope())
        assert found is not None
        raw = found.members.set_index("person_id")["raw"]
        assert raw["a"] == 1.0
        assert raw[list("bcde")].tolist() == [0.0] * 4

    def test_a_range_is_given_where_leaving_somebody_out_changes_anything(self) -> None:
        found = network_between.build(chapter_world(members=20, weeks=20)[0], Scope())
        assert found is not None
        known = found.members.dropna(subset=["low95"])
        assert len(known) > 10
        assert ((known["low95"] <= known["share"]) & (known["share"] <= known["high95"])).all()
        assert known["share"].std() < known["raw"].std()  # drawn together
        assert found.members["share"].is_monotonic_decreasing

    def test_four_members_are_too_few(self) -> None:
        assert network_between.build(five([slip("a", "b", D), slip("b", "c", D), slip("c", "d", D)]), Scope()) is None


class TestChainMoney:
    def won(self, source: str, amount: float, day: int, via: str | None = None, currency: str = "EUR") -> dict:
        return slip(source, "a", day, status="won", closed=day, amount=amount, currency=currency, via_referral_id=via)

    def test_money_stands_at_its_step_and_currencies_apart(self) -> None:
        rows = [self.won("x", 100, D), self.won("y", 50, D + 1, "r00000"), self.won("z", 20, D + 2, "r00001"),
                self.won("w", 300, D), self.won("v", 7, D, currency="USD")]  # fmt: skip
        eur, usd = network_money.build(five(rows), Scope())
        assert eur.steps.values.tolist() == [[0, 400, 2], [1, 50, 1], [2, 20, 1]]
        assert (eur.first, eur.later, eur.ratio) == (400, 70, pytest.approx(0.175))
        assert (eur.without_largest, eur.chains, eur.longer) == (0, 2, 1)
        assert (usd.currency, usd.later, usd.ratio) == ("USD", 0, 0)

    def test_what_was_not_won_is_no_money_and_without_chains_there_is_nothing(self) -> None:
        rows = [self.won("x", 100, D), slip("y", "a", D + 1, status="open", amount=900.0, via_referral_id="r00000")]
        (eur,) = network_money.build(five(rows), Scope())
        assert eur.later == 0
        assert network_money.build(five([self.won("x", 100, D)]), Scope()) == ()
