"""Charts: every claim draws in every state, the sentence says what is drawn, and names stay names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import results

from analysis.overview import build
from analysis.result import Frames
from analysis.scope import Scope
from charts import overview, overview_wall, presence, sources, tenure, theme
from charts.theme import DARK, LIGHT, Drawing

DRAW = {"L1": presence.share, "L5": presence.close, "L9": presence.sources, "S4": sources.close,
        "S1": sources.top_two, "T1": tenure.drawings}  # fmt: skip
HOW_MANY = {"L1": 1, "L5": 3, "L9": 2, "S4": 4, "S1": 3, "T1": 3}


def drawn(claim: str, look: theme.Look = LIGHT, **more: object) -> list[Drawing]:
    return DRAW[claim](results.EACH[claim](**more), look)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("claim", DRAW)
def test_each_claim_has_its_charts_in_both_looks(claim: str, look: theme.Look) -> None:
    drawings = drawn(claim, look)
    assert len(drawings) == HOW_MANY[claim]
    for drawing in drawings:
        assert drawing.figure.data
        assert drawing.sentence.endswith(".")
        assert not re.search(r"nan|None|\{", drawing.sentence)
        drawing.figure.to_json()


@pytest.mark.parametrize("claim", DRAW)
def test_a_result_without_frames_still_draws_what_it_can(claim: str) -> None:
    bare = results.without_data(results.EACH[claim]())
    assert len(DRAW[claim](bare, LIGHT)) == 1


@pytest.mark.parametrize("claim", DRAW)
def test_a_result_without_a_value_draws_nothing(claim: str) -> None:
    assert DRAW[claim](results.unknown(claim), LIGHT) == []


@pytest.mark.parametrize("claim", ["L5", "S4", "L9", "S1", "T1"])
def test_empty_frames_are_no_error(claim: str) -> None:
    made = results.EACH[claim]()
    emptied = replace(made, data={name: frame.head(0) for name, frame in made.data.items()})
    assert len(DRAW[claim](emptied, LIGHT)) == 1


def test_the_tempting_way_is_drawn_in_grey_below_the_answer() -> None:
    figure = drawn("L1")[0].figure
    grey = [t for t in figure.data if t.mode == "markers" and t.marker.color == LIGHT.wrong]
    answer = [t for t in figure.data if t.name == "This log"]
    assert grey[0].x[0] == 0.74
    assert answer[0].x[0] == 0.71
    assert grey[0].y[0] < answer[0].y[0]


def test_the_interval_is_always_drawn() -> None:
    widths = {(t.x[0], t.x[1]) for t in drawn("L5")[0].figure.data if t.mode == "lines"}
    assert (0.01, 0.11) in widths


def test_a_name_cannot_bring_markup_into_a_figure() -> None:
    text = drawn("L5")[1].figure.to_json()
    assert "Member <" not in text
    assert "Member &lt;" in text.encode().decode("unicode_escape")


def test_bars_start_at_zero() -> None:
    figure = drawn("L5")[-1].figure
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.xaxis2.range[0] == 0


def test_count_and_money_are_said_to_disagree_when_they_do() -> None:
    assert drawn("S4")[-1].sentence.startswith(
        "Count and money disagree: more come from customers, more money from partners."
    )
    assert "29 % of the money of the partners" in drawn("S4")[-1].sentence


def test_numbers_at_risk_stand_below_the_curves() -> None:
    texts = [a.text for a in drawn("S4")[1].figure.layout.annotations]
    assert texts.count("400") == 2


def test_the_three_numbers_of_tenure_are_told_together() -> None:
    assert drawn("T1")[0].sentence == (
        "Change in referrals received for each further year: +25 % (whoever is there), +10 % (the same people), "
        "+6 % (the same people net of the group’s own drift)."
    )


def test_the_attrition_strip_counts_who_left() -> None:
    assert drawn("T1")[2].sentence == "60 members were seen in year 1, 9 reached year 6; 37 left on the way."


def log(months: dict[int, int], spans: list[tuple[int, int]]) -> Frames:
    rows = [(m, i) for m, n in months.items() for i in range(n)]
    days = [(date(2026, m, 10) - date(1970, 1, 1)).days for m, _ in rows]
    referrals = pd.DataFrame({"referral_id": [f"r{i}" for i in range(len(rows))], "group_id": "g1",
                              "given": pd.array(days, dtype="Int64"), "source_id": [f"s{i}" for _, i in rows],
                              "receiver_id": "p1", "status": None, "amount": float("nan"), "currency": None,
                              "closed": pd.array([None] * len(rows), dtype="Int64")})  # fmt: skip
    covered = pd.DataFrame({"group_id": "g1", "record_kind": "referrals",
                            "start": [(date(2026, a, 1) - date(1970, 1, 1)).days for a, _ in spans],
                            "end": [(date(2026, b, 1) - date(1970, 1, 1)).days for _, b in spans]})  # fmt: skip
    return Frames(referrals, pd.DataFrame(), pd.DataFrame(), covered, date(2026, 12, 31))


def test_a_month_without_an_import_is_a_gap_in_the_line() -> None:
    frames = log({1: 3, 2: 4, 4: 2, 5: 6}, [(1, 3), (4, 6)])
    view = build(frames, Scope(start=date(2026, 1, 1), end=date(2026, 6, 1)))
    measure = overview.measures(view)[0]
    shown = overview.trend(view, measure, LIGHT)
    now = shown.figure.data[1]
    assert pd.Series(now.y).fillna(-1).tolist() == [3, 4, -1, 2, 6]
    assert now.connectgaps is False
    assert "1 month not imported" in shown.sentence


def test_a_part_month_is_a_hollow_mark() -> None:
    view = build(log({1: 3, 2: 4}, [(1, 6)]), Scope(start=date(2026, 1, 1), end=date(2026, 3, 1)))
    colours = overview.trend(view, overview.measures(view)[0], LIGHT).figure.data[1].marker.color
    assert list(colours) == [LIGHT.first, LIGHT.ground]


def test_what_is_not_recorded_is_not_a_zero_on_its_card() -> None:
    view = build(log({1: 3}, [(1, 2)]), Scope())
    assert overview_wall.value(view.kpi("won")) == "not recorded"
    assert overview_wall.value(view.kpi("value")) == "not recorded"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_marks_and_words_keep_their_contrast(look: theme.Look) -> None:
    for mark in (look.first, look.second, look.third, look.fourth, look.wrong):
        assert contrast(mark, look.ground) >= 3
    for text in (look.ink, look.soft):
        assert contrast(text, look.ground) >= 4.5


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_a_number_on_a_cell_keeps_its_contrast(look: theme.Look) -> None:
    ground, first = ([int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (look.ground, look.first))
    for step in range(21):
        fill = [round(g + (f - g) * step / 20) for g, f in zip(ground, first, strict=True)]
        assert contrast(theme.on(look, step / 20), "#{:02X}{:02X}{:02X}".format(*fill)) >= 4.4
