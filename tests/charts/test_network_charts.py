"""Giving, network and power teams as drawn: both looks, true sentences, ranges, no name that could be markup."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "analysis"))
from chapter_builders import chapter_frames, one_to_one, slip
from chapter_worlds import chapter_world

from analysis import exchange_met, network_between, network_graph, network_money, network_returns, teams, teams_circles
from analysis.chapter_exchange import Share
from analysis.network_returns import Returns
from analysis.result import Frames
from analysis.scope import Scope
from charts import chapter_pairs, glossary, network_figures, network_matrix, network_wheel, teams_tables
from charts import network as words
from charts import teams as team_words
from charts.theme import DARK, LIGHT, Drawing, Look

D = 20_000


@pytest.fixture(scope="module")
def frames() -> Frames:
    return chapter_world(members=20, weeks=30)[0]


@pytest.fixture(scope="module")
def net(frames: Frames) -> network_graph.Network:
    return network_graph.build(frames, Scope())


def together(f: Frames, of: Look) -> Drawing:
    n = network_graph.build(f, Scope())
    assert n.exchange is not None
    c = exchange_met.combined(n.exchange)
    assert c is not None
    return network_matrix.together(n.exchange, c, n.names, of)


def ego(f: Frames, of: Look) -> Drawing:
    n = network_graph.build(f, Scope())
    assert n.exchange is not None
    who = n.exchange.order[0]
    return words.ego(exchange_met.partners(n.exchange, who, n.names), n.names[who], of)


DRAW: dict[str, Callable[[Frames, Look], Drawing | None]] = {
    "ring": ego,
    "together": together,
    "whole": lambda f, of: words.whole(known(network_graph.build(f, Scope()).graph), of),
    "returns": lambda f, of: network_figures.returns(known(network_returns.build(f, Scope())), of),
    "between": lambda f, of: network_figures.between(known(network_between.build(f, Scope())), of),
    "spheres": lambda f, of: team_words.spheres(known(teams.build(f, Scope())), of),
    "sphere_matrix": lambda f, of: team_words.sphere_matrix(known(teams.build(f, Scope())), of),
    "leading": lambda f, of: team_words.leading(known(teams.build(f, Scope())), of),
    "professions": lambda f, of: team_words.matrix(known(teams.build(f, Scope())), of),
    "circles": lambda f, of: team_words.circles(known(teams_circles.build(f, Scope())), of),
}


def known(found: Any) -> Any:
    assert found is not None
    return found


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("name", DRAW)
def test_each_chart_draws_in_both_looks_and_says_what_it_shows(frames: Frames, name: str, look: Look) -> None:
    drawing = DRAW[name](frames, look)
    assert drawing is not None
    assert drawing.figure.data
    assert len(drawing.sentence) > 30
    assert drawing.sentence.endswith(".")
    assert not re.search(r"\bnan\b|None|\{", drawing.sentence)
    drawing.figure.to_json()


@pytest.mark.parametrize("name", ["returns", "between", "spheres", "leading"])
def test_what_is_estimated_says_and_draws_its_range(frames: Frames, name: str) -> None:
    drawing = DRAW[name](frames, LIGHT)
    assert drawing is not None
    assert "95 %" in drawing.sentence or "clearly stand" in drawing.sentence
    bars = [t for t in drawing.figure.data if getattr(t, "error_x", None) is not None and t.error_x.array is not None]
    assert bars or any(t.mode == "lines" for t in drawing.figure.data)


def test_names_on_a_wheel_of_sixty_each_have_their_own_spoke() -> None:
    n = network_graph.build(chapter_world(members=60, weeks=12)[0], Scope())
    figure = words.whole(known(n.graph), LIGHT).figure
    named = [a for a in figure.layout.annotations if a.textangle is not None]
    assert len({round(float(a.textangle) + (180 if a.x < 0 else 0), 3) for a in named}) == len(named) >= 60
    assert all(len(a.text) <= 2 * network_wheel.LETTERS for a in named)


def test_no_more_lines_are_drawn_than_can_be_told_apart_and_the_rest_is_said() -> None:
    rng = np.random.default_rng(1)
    n = np.sort(rng.integers(1, 9, 400))
    least = words.threshold(n)
    assert 0 < (n >= least).sum() <= words.LINES
    assert words.threshold(np.array([1, 2, 3])) == 1
    g = known(network_graph.build(chapter_world(members=40, weeks=52)[0], Scope()).graph)
    assert "not drawn" in words.whole(g, LIGHT).sentence


def test_a_line_is_wide_at_the_giver_and_pointed_at_the_receiver() -> None:
    outline = network_wheel._sliver(np.array([0.0, 0.0]), np.array([1.0, 0.0]), 0.1, 0.0)
    start, end = outline[0] - outline[-1], outline[8] - outline[9]
    assert np.linalg.norm(start) == pytest.approx(0.1)
    assert np.linalg.norm(end) == pytest.approx(0.012)


def test_the_chosen_members_lines_stand_out(net: network_graph.Network) -> None:
    g = known(net.graph)
    who = g.edges["giver"].iloc[-1]
    plain, chosen = (words.whole(g, LIGHT, chosen=c).figure.data for c in ("", who))
    colours = {t.fillcolor.rpartition(",")[0] for t in chosen if t.fillcolor}
    assert len(colours) == 3  # everybody else, given, received
    assert len({t.fillcolor.rpartition(",")[0] for t in plain if t.fillcolor}) == 1


def test_a_cell_carries_its_two_people_and_the_chosen_pair_is_framed(net: network_graph.Network) -> None:
    e = known(net.exchange)
    cell = e.cells[(e.cells["referrals"] > 0) & (e.cells["giver"] != "") & (e.cells["taker"] != "")].iloc[0]
    pair = ([cell["giver"]], [cell["taker"]])
    plain, framed = (chapter_pairs.matrix(e, net.names, LIGHT, "referrals", chosen=c).figure
                     for c in (chapter_pairs.NOBODY, pair))  # fmt: skip
    marks = next(t for t in plain.data if t.type == "scatter" and t.marker.symbol == "square")
    assert f"source:{cell['giver']}|receiver:{cell['taker']}" in marks.customdata
    assert len(framed.layout.shapes) == len(plain.layout.shapes) + 1


def test_in_the_matrix_of_both_a_sign_stands_beside_every_colour(frames: Frames) -> None:
    symbols = {t.marker.symbol for t in together(frames, LIGHT).figure.data if t.type == "scatter"}
    assert {"circle", "x", "circle-open"} <= symbols


def test_a_name_cannot_become_markup() -> None:
    rows = [slip("a", "b", D), slip("b", "c", D), slip("c", "a", D)]
    bare = chapter_frames(rows, members=[(p, 1, None) for p in "abc"], met=[one_to_one("a", "b", D)])
    evil = replace(bare, people=bare.people.assign(name=["<script>x</script>", "<b>B</b>", "C"]))
    for draw in ("ring", "whole", "together"):
        assert "<script>" not in known(DRAW[draw](evil, LIGHT)).figure.to_json()
        assert "<b>B" not in known(DRAW[draw](evil, LIGHT)).figure.to_json()


def a_return(value: float, low: float, high: float, pairs: int = 40) -> Returns:
    return Returns(Share(value, value - 0.05, value + 0.05, pairs, 20), 8, (low + high) / 2, low, high, 90, None)  # type: ignore[arg-type]


def test_more_than_chance_chance_and_less_are_told_apart() -> None:
    say = network_figures.returns_sentence
    assert "more than the" in say(a_return(0.3, 0.1, 0.2))
    assert "no more than chance" in say(a_return(0.15, 0.1, 0.2))
    assert "fewer than the" in say(a_return(0.05, 0.1, 0.2))
    assert "too few pairs to judge" in say(a_return(0.3, 0.1, 0.2, pairs=4))


def test_money_of_chains_with_and_without_the_largest() -> None:
    rows = [slip("x", "a", D + i, status="won", closed=D + i, amount=100.0, currency="EUR",
                 via_referral_id=f"r{i - 1:05d}" if i % 2 else None) for i in range(12)]  # fmt: skip
    (m,) = network_money.build(chapter_frames(rows, members=[("a", 1, None)]), Scope())
    drawing = network_figures.money(m, LIGHT)
    assert "Each €100 of business from first referrals was followed by €100" in drawing.sentence
    assert list(drawing.figure.data[0].x) == [600.0, 600.0]
    assert network_figures.money_table(m)["Value"].tolist() == [600.0, 600.0]


def test_an_interval_that_holds_one_is_no_finding(frames: Frames) -> None:
    t = known(teams.build(frames, Scope()))
    r = known(t.sphere)
    unsure = replace(t, sphere=replace(r, value=1.2, low95=0.8, high95=1.8))
    sure = replace(t, sphere=replace(r, value=1.8, low95=1.2, high95=2.6))
    assert "may refer" in team_words.headline(unsure)
    assert "1.8 times as often" in team_words.headline(sure)
    assert team_words.headline(None) == "Power teams"


def test_members_without_a_profession_are_said_to_be() -> None:
    rows = [slip("a", "b", D), slip("b", "c", D + 9)]
    f = chapter_frames(rows, members=[(p, 1, None) for p in "abc"], professions={"a": "Plumber", "b": "Roofer"})
    t = known(teams.build(f, Scope()))
    assert "of 1 member the profession is not recorded" in team_words.matrix(t, LIGHT).sentence
    assert "not recorded" in teams_tables.rates_table(t.pairs)["To"].tolist()
    assert teams_tables.seats_table(t)["Profession"].tolist().count("not recorded") == 1


def test_every_term_of_these_pages_is_in_the_glossary() -> None:
    for name in ("matrix", "ring", "wheel", "both_ways", "between", "team_rate", "silent_pair", "circles_found"):
        assert glossary.TERMS[name].means.endswith(".")
