"""What the members and relationships pages say: lights with words, thresholds in print, ranges, names inert."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

import formats
from analysis import members_leaving, members_person, members_roll, relationships_bank, relationships_points, rubric
from analysis.members_person import Received
from analysis.scope import Scope
from charts import members as words
from charts import members_leaving as leaving_words
from charts import members_person as person_words
from charts import members_score, relationships, theme
from charts import relationships_points as point_words
from tests.analysis import test_members_leaving as story
from tests.analysis.builders import assessment, frames, referral, touch
from tests.analysis.chapter_builders import chapter_frames
from tests.analysis.test_members_roll import FULL, NEARLY, half_year, roll_of

KEYS = rubric.keys()
LOOKS = (theme.LIGHT, theme.DARK)


def test_a_light_is_a_word_and_a_range_of_lights_two() -> None:
    assert words.light("red", "red") == "Red"
    assert words.light("red", "amber") == "Red to amber"
    assert words.score(33, 38) == "33 to 38"
    assert words.score(33.04, 33.0) == "33"
    assert words.score(12.5, 12.5) == "12.5"
    assert set(words.LIGHTS) == {light for key in KEYS for light, _ in rubric.load(key).bands}
    assert len({(light.icon, light.symbol) for light in words.LIGHTS.values()}) == 4


def test_thresholds_are_printed_as_they_are_applied() -> None:
    lines = {one.measure: one for one in rubric.load("global").lines}
    assert words.thresholds(lines["there"]) == "≥ 95 % → 10 · ≥ 88 % → 5 (of the meetings)"
    assert words.thresholds(lines["ceu"]) == "> 0.5 → 10 · > 0 → 5 (a week)"
    assert words.brief(lines["visitors"]) == "≥ 5: 25 · ≥ 4: 20 · ≥ 3: 15 · ≥ 2: 10 · ≥ 1: 5"
    uk = {one.measure: one for one in rubric.load("uk2012").lines}
    assert words.thresholds(uk["absences"]) == "≤ 0 → 15 · ≤ 1 → 10 · ≤ 2 → 5 (in six months)"
    assert "≥ 0.083 → 5" in words.thresholds(uk["visitors"])
    assert "≥ 5,000 GBP → 15" in words.thresholds(uk["tyfcb"])
    brazil = {one.measure: one for one in rubric.load("brazil").lines}
    assert words.brief(brazil["tyfcb"]) == "goal 20,000 BRL, in proportion below"
    assert words.bands(rubric.load("brazil")) == "Green from 70, amber from 40, red below."


def test_a_rubric_that_does_not_add_up_says_so() -> None:
    whole = rubric.load("global")
    assert words.full_marks(whole) == "All lines together come to 100 points."
    part = replace(whole, lines=whole.lines[:2])
    assert words.full_marks(part) == "The rubric speaks of 100 points; its lines come to 30."


def test_one_member_in_words() -> None:
    roll = roll_of(*half_year("a", absent=2, january={"visitors": 2}, **{**NEARLY, "visitors": 2}))
    assert words.title(roll, None) == "1 member: 1 open between two lights"
    assert words.title(roll, "a") == "Name a is amber to green: 69 to 74 points"
    assert words.step_sentence(roll, "a") == (
        "To green (70 points) it takes 1 more. Fewest acts that bring them: 1 one-to-one more in the same months."
    )
    assert words.falling_sentence(roll, "a") == (
        "Next month Jan 2026 falls out: 2 absences (+5) and 2 visitors (−10). Together −5, if the month after brings "
        "nothing new."
    )
    best = roll_of(*half_year("a", **FULL))
    assert words.step_sentence(best, "a") == "Green is the best light there is."


def test_thresholds_in_another_currency_are_said_to_be_open() -> None:
    rows = half_year("a", tyfcb=6000)
    assert "thresholds are in GBP, amounts here in EUR" in words.currency_sentence(roll_of(*rows, key="uk2012"))
    assert words.currency_sentence(roll_of(*rows)) == ""
    assert words.currency_sentence(roll_of(*[{**r, "currency": "GBP"} for r in rows], key="uk2012")) == ""


def test_a_half_year_in_one_piece_cannot_say_what_falls_out() -> None:
    rows = half_year("a", **FULL)
    whole = {**rows[5], "period_from": rows[0]["period_from"], "p": 26}
    assert "cannot be told apart" in words.falling_sentence(roll_of(whole), "a")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("key", KEYS)
def test_the_figures_of_a_chapter_draw_and_say_what_they_show(look: theme.Look, key: str) -> None:
    rows = [row for k in range(6) for row in half_year(f"m{k}", absent=k % 3, rgi=5 * k, visitors=k)]
    roll = roll_of(*rows, key=key)
    every = members_score.scores(roll, look)
    assert every.figure.layout.xaxis.range[0] == 0
    assert "6 members" in every.sentence
    one = members_score.points(roll, "m3", look)
    assert one.figure.layout.xaxis.range[0] == 0
    assert "of 100 points" in one.sentence
    open_ = any("not recorded" in (a.text or "") for a in one.figure.layout.annotations)
    assert open_ == (key != "brazil")  # the others ask for sponsors or trainings, which nobody recorded
    both = person_words.exchange(roll, "m3", look)
    assert both is not None
    assert "95 %" in both.sentence
    assert words.members_table(roll)["Member"].tolist() == sorted(words.members_table(roll)["Member"])
    assert len(words.lines_table(roll, "m3")) == len(roll.rubric.lines)


def test_names_from_a_file_are_no_markup_in_a_figure() -> None:
    frames_ = chapter_frames(snapshots=half_year("<b>x</b>", **FULL))
    roll = members_roll.build(frames_, Scope())
    assert roll is not None
    text = members_score.scores(roll, theme.LIGHT).figure.to_json()
    assert "<b>x" not in text
    assert "\\u003cb\\u003ex" not in text.lower()


def test_money_with_its_range_and_a_handful_said() -> None:
    m = Received("EUR", "won", 3, 900.0, 200.0, 2000.0, 700.0)
    said = person_words.money_sentence(m, date(2026, 1, 1), date(2027, 1, 1))
    assert said.startswith("€900 from 3 won referrals in Jan 2026 – Dec 2026 (a handful; 95 %: €200 to €2,000")
    assert said.endswith("€200 without the largest)")
    drawn = person_words.return_drawing(m, 450.0, date(2026, 1, 1), date(2027, 1, 1), theme.LIGHT)
    assert drawn.sentence.startswith("2.0 received for each 1 of dues (95 %: 0.4 to 4.4)")
    assert "as you typed them" in drawn.sentence
    assert "Turnover, not profit" in drawn.sentence


def test_the_rule_for_leaving_is_given_with_its_evidence_or_with_too_few() -> None:
    found, few = (members_leaving.build(story.chapter(n), Scope()) for n in (10, 9))
    assert found is not None
    assert few is not None
    said = leaving_words.evidence_sentence(found)
    assert said.startswith("Of those who had received little, 10 of 30 (95 %: ")
    assert "the others 0 of 60" in said
    assert leaving_words.evidence(found, theme.DARK) is not None
    assert leaving_words.evidence_sentence(few).startswith("9 leavings in 85 member-half-years: too few")
    assert leaving_words.evidence(few, theme.LIGHT) is None
    table = leaving_words.now_table(found)
    assert table[["Member", "Received", "Middle member"]].to_numpy().tolist() == [["Name z", 0, 4]]
    assert "not a verdict" in leaving_words.now_sentence(found)


def test_an_account_and_early_asks_in_words() -> None:
    rows = [referral(0, "x", "y"), referral(999, "x", "y")]
    touches = [touch(900, "a", "b", "ask"), touch(901, "a", "b", "help"), touch(950, "a", "b", "ask")]
    bank = relationships_bank.build(frames(rows, touches=touches), Scope())
    assert bank is not None
    assert bank.early is not None
    assert relationships.headline(bank) == "1 of 1 account is overdrawn"
    assert relationships.title(bank, "a", "b").endswith("balance −1")
    assert relationships.early_sentence(bank.early) == (
        "50 % of asks came before any deposit with the one asked (2 asks by 1 asker: too few to speak for others)"
    )
    one = relationships_bank.account(bank, "a", "b")
    drawing = relationships.over_time(one, bank, theme.LIGHT, "A with B")
    assert drawing.sentence == "A with B: balance −1 in the last year; 1 deposit and 2 asks since the log began"
    bars = [trace for trace in drawing.figure.data if trace.type == "bar"]
    assert sum(sum(trace.y) for trace in bars) == -1  # asks point down
    assert relationships.spread(bank, theme.DARK).figure.layout.yaxis.rangemode == "tozero"
    assert relationships.early(bank.early, theme.DARK) is not None
    assert relationships.own_table(bank, "a")["Balance"].tolist() == [-1]


def test_one_relationship_stands_beside_the_chapters_profile() -> None:
    rated = [assessment(10, "a", "s", 13), assessment(20, "b", "s", 4), assessment(20, "a", "t", 2)]
    found = relationships_points.build(
        frames([referral(5, "s", "a"), referral(50, "s", "a")], assessments=rated), Scope()
    )
    assert found is not None
    whole = point_words.profile(found, theme.LIGHT)
    assert "(3 relationships, rated by 2 people)" in whole.sentence
    one = point_words.profile(found, theme.LIGHT, one=found.of("b", "s"), who="B and S")
    assert one.sentence.startswith("B and S: 4 of 13 points are true; the chapter’s middle relationship has 4")
    mine = point_words.profile(found, theme.LIGHT, one=found.of("a", None), who="A")
    assert mine.sentence.startswith("A has rated 2 sources: 7.5 points are true of the middle one")
    assert list(point_words.SHORT) == list(found.points["point"])
    table = point_words.table(found, {p: p for p in point_words.SHORT})
    assert table["Answered"].tolist() == [3] * 13
    assert isinstance(point_words.relationships_table(found), pd.DataFrame)


def test_nothing_is_said_of_a_person_without_a_record() -> None:
    p = members_person.build(story.chapter(), Scope(), "nobody")
    assert p is not None
    assert person_words.tenure_sentence(p) == "Joining not recorded"
    assert "No referral in" in person_words.tiers_sentence(p)
    assert formats.NONE not in person_words.partners_sentence(p)
