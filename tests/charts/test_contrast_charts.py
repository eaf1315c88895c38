"""Contrast charts: nobody ranked by a raw figure, ranges drawn, names inert, and the sentence says what is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import results

from analysis.across import across
from analysis.contrast_cohorts import Cohorts
from analysis.contrast_outcomes import Outcomes
from analysis.groups import ByGroup
from charts import contrast_cohorts, contrast_groups, contrast_members, contrast_outcomes, presence, sources
from charts.arms import Clickable
from charts.theme import DARK, LIGHT


def outcomes(**more: object) -> Outcomes:
    days = np.arange(0, 366)
    curves = pd.concat(
        pd.DataFrame({"arm": k, "day": days, "cif": top * (1 - np.exp(-days / pace)), "at_risk": 900 - days,
                      "low": 0.9 * top * (1 - np.exp(-days / pace)), "high": 1.1 * top * (1 - np.exp(-days / pace))})
        for k, top, pace in ((1, 0.6, 60), (0, 0.5, 30))
    )  # fmt: skip
    money = pd.DataFrame({"arm": [1, 0], "n": [3, 2], "sum": [600.0, 1000.0], "median": [200.0, 500.0],
                          "mean": [200.0, 500.0], "largest": [300.0, 900.0], "currency": "EUR", "low": [150.0, 400.0],
                          "high": [250.0, 900.0], "low50": [150.0, 300.0], "high50": [250.0, 700.0]})  # fmt: skip
    amounts = pd.DataFrame({"arm": [1, 1, 1, 0, 0], "amount": [100.0, 200.0, 300.0, 100.0, 900.0]})
    parts = pd.DataFrame([("referrals", 60, 40, 0.6, 0.5, 0.7), ("won", 30, 20, 0.6, 0.45, 0.73),
                          ("money", 600, 1000, 0.375, 0.2, 0.6)],
                         columns=["what", "one", "zero", "share", "low", "high"])  # fmt: skip
    made = Outcomes(curves=curves, money=money, amounts=amounts, parts=parts, n={1: 900, 0: 900})
    return replace(made, **more)


def test_the_curves_say_what_is_won_and_how_fast() -> None:
    drawing = contrast_outcomes.closing(outcomes(), sources.KINDS, LIGHT)
    assert drawing.heading.startswith("Won within half a year: partners 57 %, customers 50 %.")
    assert "within 39 days (partners) and 21 days (customers)" in drawing.heading
    bands = [t for t in drawing.figure.data if t.fill == "toself"]
    assert len(bands) == 2
    assert [a.text for a in drawing.figure.layout.annotations].count("900") == 2


def test_count_and_money_that_disagree_are_said_to() -> None:
    drawing = contrast_outcomes.parts(outcomes(), sources.KINDS, LIGHT)
    assert drawing.sentence == (
        "Count and money disagree: more referrals come from partners, more money from customers. "
        "Partners bring 60 % of the referrals, 60 % of those won and 38 % of their money."
    )
    assert drawing.figure.layout.xaxis.range == (0, 1)
    assert sum(s.type == "line" for s in drawing.figure.layout.shapes) == 6


def test_amounts_stand_on_a_scale_of_tens_with_median_and_count() -> None:
    drawing = contrast_outcomes.amounts(outcomes(), sources.KINDS, DARK)
    assert drawing.figure.layout.xaxis.type == "log"
    text = " ".join(a.text for a in drawing.figure.layout.annotations)
    assert "3 won<br>median <b>€200</b> (€150 to €250)" in text
    assert drawing.sentence.startswith("The usual won referral is worth more: customers €500, partners €200.")
    assert "One single referral is 90 % of the money of customers." in drawing.sentence


def test_medians_whose_ranges_overlap_are_not_told_apart() -> None:
    made = outcomes()
    made = replace(made, money=made.money.assign(high=[450.0, 900.0]))
    assert "as far as can be told" in contrast_outcomes.amounts(made, sources.KINDS, LIGHT).sentence


def test_one_kind_alone_is_no_error() -> None:
    made = outcomes()
    made = replace(made, money=made.money.assign(n=[3, 0]), amounts=made.amounts[made.amounts["arm"] == 1])
    assert contrast_outcomes.amounts(made, sources.KINDS, LIGHT).sentence.startswith("Only partners have amounts")
    assert contrast_outcomes.parts(Outcomes(), sources.KINDS, LIGHT) is None
    assert contrast_outcomes.closing(Outcomes(), sources.KINDS, LIGHT) is None


def test_the_dots_of_members_narrow_and_those_chosen_are_ringed() -> None:
    drawing = contrast_members.dots(results.l1(), LIGHT, chosen=frozenset({"3"}))
    assert isinstance(drawing, Clickable)
    trace = drawing.figure.data[0]
    assert "receiver:3" in list(trace.customdata)
    assert sum(w > 0 for w in trace.marker.line.width) == 1
    assert "of 34 members" in drawing.sentence


def test_a_list_of_receivers_is_in_the_order_of_the_drawn_figures_with_the_whole_below() -> None:
    drawing = contrast_members.forest(results.l5(), presence.REFERRALS, LIGHT)
    own, drawn = drawing.figure.data[:2]
    assert list(drawn.x) == sorted(drawn.x, reverse=True)
    assert list(own.x) != sorted(own.x, reverse=True)
    assert drawing.figure.layout.yaxis.ticktext[-1] == "<b>All</b>"
    text = drawing.figure.to_json().encode().decode("unicode_escape")
    assert "Member <" not in text
    assert "Member &lt;" in text


def test_a_receiver_alone_has_no_list() -> None:
    made = results.l5()
    one = replace(made, data={**made.data, "members": made.data["members"].head(1)})
    assert contrast_members.forest(one, presence.REFERRALS, LIGHT) is None
    first = results.l1()
    assert contrast_members.dots(replace(first, data={"members": first.data["members"].head(1)}), LIGHT) is None


def by_group(k: int = 6) -> ByGroup:
    value = np.linspace(0.5, 0.8, k)
    theta, se = np.log(value / (1 - value)), np.full(k, 0.3)
    table = pd.DataFrame({"group_id": [f"g{i}" for i in range(k)], "n": 100, "unit": "referrals", "members": 20,
                          "value": value, "low95": value - 0.08, "high95": value + 0.08, "enters": True, "why": "",
                          "theta": theta, "se": se, "shrunk": value, "shrunk_low": value - 0.07,
                          "shrunk_high": value + 0.07, "top": 0.3})  # fmt: skip
    few = table.head(1).assign(group_id="few", enters=False, why="too few", value=0.9, shrunk=np.nan)
    return ByGroup("L1", "share_networked", "share", 0.5, pd.concat([table, few], ignore_index=True),
                   across(theta, se**2), (0.45, 0.82), 0.93)  # fmt: skip


NAMES = {"g0": "Zoo", "g1": "alder", "g2": "Birch <b>", "g3": "Cedar", "g4": "Elm", "g5": "Fir", "few": "Tiny"}


def test_groups_stand_by_name_and_what_a_further_one_may_expect_below() -> None:
    drawing = contrast_groups.shrunken(by_group(), NAMES, LIGHT)
    texts = list(drawing.figure.layout.yaxis.ticktext)
    assert texts[:6] == ["alder", "Birch &lt;b&gt;", "Cedar", "Elm", "Fir", "Zoo"]
    assert texts[6:] == ["<b>Mean</b>", "<b>A further group</b>"]
    assert contrast_groups.sentence(by_group()) == "A further group like these 6: between 45 and 82 %"


def test_the_lines_say_mean_spread_direction_and_who_does_not_enter() -> None:
    said = contrast_groups.lines(by_group())
    assert said[0].startswith("Mean over 6 groups: 66 % (95 %: ")
    assert "points (one standard deviation)" in said[1]
    assert said[2] == "In about 9 of 10 groups like these it would lie above “half”."
    assert said[-1] == "1 further group has too few members for a figure of its own."


def test_the_funnel_has_its_four_lines_and_names_only_who_lies_outside() -> None:
    drawing = contrast_groups.funnel(by_group(), NAMES, DARK)
    dashes = [t.line.dash for t in drawing.figure.data if t.mode == "lines"]
    assert dashes.count("dash") == 2
    assert dashes.count("dot") == 2
    named = {a.text for a in drawing.figure.layout.annotations} & {"Zoo", "Fir", "Cedar", "Elm", "alder"}
    assert named == {"Zoo", "Fir"}


def test_the_table_of_groups_has_all_of_them_by_name() -> None:
    table = contrast_groups.table(by_group(), NAMES)
    assert list(table["Group"]) == sorted(table["Group"], key=str.casefold)
    assert table.set_index("Group").loc["Tiny", "Not in the mean: why"] == "too few"


def cohorts() -> Cohorts:
    table = pd.DataFrame(
        [(2022, True, 0, 9, 100.0, 120, 1.2, 0.9, 1.6), (2023, False, 0, 3, 30.0, 20, 0.67, np.nan, np.nan),
         (2024, False, 0, 8, 90.0, 60, 0.67, 0.5, 0.85)],
        columns=["cohort", "earlier", "tenure_year", "members", "months", "received", "rate", "low", "high"],
    )  # fmt: skip
    staying = pd.DataFrame({"years": [1, 2], "seen": [20, 12], "left": [4, 3], "share": [0.8, 0.6], "low": [0.6, 0.4],
                            "high": [0.9, 0.8]})  # fmt: skip
    return Cohorts(table, pd.DataFrame({"cohort": [2022, 2023, 2024], "members": [9, 3, 8]}), staying)


def test_a_cell_of_few_people_has_no_colour_and_no_range() -> None:
    drawing = contrast_cohorts.grid(cohorts(), LIGHT)
    z = np.array(drawing.figure.data[0].z, dtype=float)
    assert np.isnan(z[1]).all()
    texts = [a.text for a in drawing.figure.layout.annotations]
    assert any("0.9–1.6" in t and "n 9" in t for t in texts)
    assert any(t.startswith("0.67<br>") and "n 3" in t for t in texts)
    assert list(drawing.figure.layout.yaxis.ticktext) == ["to 2022", "2023", "2024"]
    assert drawing.sentence == "In their first year those who joined in 2024 received 0.67 a month, those of 2022 1.20."


def test_stayers_are_told_with_their_range_and_the_numbers_seen() -> None:
    drawing = contrast_cohorts.staying(cohorts(), LIGHT)
    assert drawing.sentence.startswith(
        "Of 100 who join, 80 are still there after a year and 60 after 2. 7 members left"
    )
    bar = drawing.figure.data[0]
    assert list(bar.y) == [1.0, 0.8, 0.6]
    assert list(bar.error_y.array) == pytest.approx([0, 0.1, 0.2])
    assert drawing.figure.layout.yaxis.range[0] == 0
