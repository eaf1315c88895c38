"""The chapter's charts: each draws in both looks, says what it draws with its uncertainty, and holds sixty people."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "analysis"))
from chapter_builders import chapter_frames, one_to_one, palms, slip, thank
from chapter_worlds import chapter_world

from analysis import chapter
from analysis.scope import Scope
from charts import chapter as words
from charts import chapter_members as members
from charts import chapter_money as money
from charts import chapter_pairs as pairs
from charts import chapter_tables as tables
from charts import theme
from charts.theme import DARK, LIGHT, Drawing

D = 20_000


@pytest.fixture(scope="module")
def view() -> chapter.Chapter:
    return chapter.build(chapter_world(members=20, weeks=20)[0], Scope())


@pytest.fixture(scope="module")
def large() -> chapter.Chapter:
    return chapter.build(chapter_world(members=60, weeks=12)[0], Scope())


DRAW: dict[str, Callable[[chapter.Chapter, theme.Look], Drawing | None]] = {
    "given": lambda v, of: members.rates(v.rates["given"], of),
    "visitors": lambda v, of: members.rates(v.rates["visitors"], of),
    "attendance": lambda v, of: v.attendance and members.attendance(v.attendance, of),
    "tenure": lambda v, of: v.tenure and members.tenure(v.tenure, of),
    "tiers": lambda v, of: v.tiers and pairs.tiers(v.tiers, of),
    "flows": lambda v, of: v.flows and pairs.flows(v.flows, of),
    "referrals": lambda v, of: v.exchange and pairs.matrix(v.exchange, v.names, of, "referrals"),
    "one_to_ones": lambda v, of: v.exchange and pairs.matrix(v.exchange, v.names, of, "one_to_ones"),
    "totals": lambda v, of: money.totals(v.money[0], of),
    "slips": lambda v, of: money.slips(v.money[0], of),
}


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("name", DRAW)
def test_each_chart_draws_in_both_looks_and_says_what_it_shows(
    view: chapter.Chapter, name: str, look: theme.Look
) -> None:
    drawing = DRAW[name](view, look)
    assert drawing is not None
    assert drawing.figure.data
    assert len(drawing.sentence) > 30
    assert drawing.sentence.endswith(".")
    assert not re.search(r"nan|None|\{", drawing.sentence)
    drawing.figure.to_json()


@pytest.mark.parametrize("name", ["given", "attendance", "tiers", "tenure", "slips"])
def test_what_is_estimated_has_its_interval_drawn_and_said(view: chapter.Chapter, name: str) -> None:
    drawing = DRAW[name](view, LIGHT)
    assert drawing is not None
    assert "95 %" in drawing.sentence
    lines = [t for t in drawing.figure.data if t.mode == "lines"]
    assert lines or drawing.figure.data[0].error_y.array is not None


def test_a_matrix_of_sixty_names_every_row_and_lets_no_number_stand_on_another(large: chapter.Chapter) -> None:
    assert large.exchange is not None
    figure = pairs.matrix(large.exchange, large.names, LIGHT, "referrals").figure
    assert len(figure.layout.yaxis.ticktext) == 61  # sixty members, and the other chapters as one
    assert len(set(figure.layout.yaxis.ticktext)) == 61
    assert len(figure.layout.xaxis.ticktext) == 31
    assert max(map(len, figure.layout.yaxis.ticktext)) <= 20
    assert not any(t.type == "scatter" and "text" in t.mode for t in figure.data)  # no text in its cells
    assert figure.data[0].z.shape == (61, 61)


def test_a_small_matrix_carries_its_counts() -> None:
    rows = [slip("a", "b", D), slip("a", "b", D + 1), slip("b", "c", D + 2)]
    v = chapter.build(chapter_frames(rows, members=[(p, 1, None) for p in "abc"]), Scope())
    assert v.exchange is not None
    drawing = pairs.matrix(v.exchange, v.names, LIGHT, "referrals")
    assert sorted(drawing.figure.data[1].text) == ["1", "2"]
    assert drawing.sentence == (
        "Of 6 ways to refer among 3 members, 2 were used; most from Name a to Name b (2 referrals)."
    )


def test_a_darker_cell_is_always_more(view: chapter.Chapter) -> None:
    assert view.exchange is not None
    z = pairs.matrix(view.exchange, view.names, LIGHT, "referrals").figure.data[0].z
    counts = np.asarray(z) ** 2
    assert counts.sum() == pytest.approx(view.exchange.cells["referrals"].sum())


def test_bars_of_money_start_at_zero(view: chapter.Chapter) -> None:
    drawing = money.totals(view.money[0], LIGHT)
    assert drawing is not None
    assert drawing.figure.layout.xaxis.range[0] == 0
    total, rest = (bar.x[0] for bar in drawing.figure.data)
    assert total - rest == view.money[0].largest


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["Ann Ash", "Ben Birch"], ["Ann Ash", "Ben Birch"]),
        (["Bartholomew Featherstone", "Ann Ash"], ["Bartholomew F.", "Ann Ash"]),
        (["Bartholomew Featherstone", "Bartholomew Fortescue-Hall"], ["Bartholomew F.", "Bartholomew F. 2"]),
        (["<b>Ann</b> & Co"], ["&lt;b&gt;Ann&lt;/b&gt; &amp; Co"]),
        (["Wolfeschlegelsteinhausenberger"], ["Wolfeschlegelste…"]),
    ],
)
def test_short_names_are_whole_where_they_fit_and_never_two_alike(names: list[str], short: list[str]) -> None:
    assert members.short_names(names) == short


def test_names_from_files_are_never_markup_in_a_figure() -> None:
    frames = chapter_frames([slip("a", "b", D, tier=2), slip("b", "a", D + 6, tier=1)],
                            members=[("a", 1, None), ("b", 1, None)])  # fmt: skip
    frames.people["name"] = ["<script>alert(1)</script>", "Ben"]
    v = chapter.build(frames, Scope())
    assert v.exchange is not None
    assert "<script>" not in pairs.matrix(v.exchange, v.names, LIGHT, "referrals").figure.to_json()
    assert "<script>" not in members.rates(v.rates["given"], LIGHT).figure.to_json()


def test_the_headline_and_the_wall_of_palms_alone() -> None:
    rows = [palms(p, D, D + 69, (9, 1), rgi=k, rgo=4, visitors=0, tyfcb=100.0) for k, p in enumerate("abcdef")]
    v = chapter.build(chapter_frames(snapshots=rows), Scope())
    assert words.headline(v) == "A member gives 0.65 referrals a week, 6 of 10 of them for somebody outside"
    wall = {f.label: (f.value, f.beside) for f in words.figures(v)}
    assert wall["Attendance"][0] == "90 %"
    assert wall["Closed business"] == ("600", "slip by slip not known")
    assert wall["Visitors a week"] == ("0.00", "95 %: 0.00 to 0.06")


def test_what_speaks_for_a_meeting_is_said_beside_the_pair() -> None:
    frames = chapter_frames(
        [slip("a", "b", D), slip("c", "a", D), slip("c", "b", D + 69)], met=[one_to_one("a", "c", D)],
        members=[(p, 1, None) for p in "abc"], professions={"b": "Architect", "a": "Roofer"},
        cover=[("referrals", D, D + 70), ("one_to_one", D, D + 70)],
    )  # fmt: skip
    v = chapter.build(frames, Scope())
    assert tables.meet_table(v, next_only=False)["Why"].tolist() == [
        "1 referral between them already; same clients: building and property; 1 partner in common",
        "1 referral between them already; 1 partner in common",
    ]
    assert v.never_met is not None
    assert words.never_met_sentence(v.never_met) == "2 of 3 pairs have not met one-to-one since 4 Oct 2024"


def test_one_members_exchanges_with_the_rows_behind_them() -> None:
    frames = chapter_frames([slip("a", "b", D), slip("b", "a", D), slip("a", "x", D)], met=[one_to_one("a", "b", D)],
                            members=[("a", 1, None), ("b", 1, None)])  # fmt: skip
    found, ids = tables.partners(chapter.build(frames, Scope()), "a")
    assert found.values.tolist() == [["Name b", 1, 1, 1], ["outside the chapter", 1, 0, 0]]
    assert sorted(ids) == ["r00000", "r00001", "r00002"]


def test_every_table_is_made_of_the_sample_and_of_nothing(view: chapter.Chapter) -> None:
    makers = [tables.tiers_table, tables.flows_table, tables.uneven_table, tables.balance_table, tables.tenure_table,
              tables.attendance_table, tables.entered_table, tables.totals_table]  # fmt: skip
    assert all(len(make(view)) for make in makers)
    assert tables.against_table(view).empty  # the sample's PALMS agrees with its slips
    nothing = chapter.build(chapter_frames([slip("a", "b", D)]), Scope())
    assert all(make(nothing).empty for make in (tables.tiers_table, tables.flows_table, tables.attendance_table))


def test_each_currency_is_said_alone() -> None:
    thanks = [thank("a", 10, D), thank("a", 20, D), thank("a", 5, D, currency="USD")]
    v = chapter.build(chapter_frames(thanks=thanks, members=[("a", 1, None)]), Scope())
    assert [money.money_sentence(m) for m in v.money] == [
        "€30 of closed business in 2 slips; the largest alone is 67 % of it, without it €10.",
        "US$5 of closed business in 1 slip; the largest alone is 100 % of it, without it US$0.",
    ]
    assert money.slips(v.money[1], LIGHT) is None
