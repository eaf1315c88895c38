"""Every claim's charts, from what the claims themselves hand over on sample worlds: in both looks, with and without
frames."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pandas as pd
import plotly.graph_objects as go
import pytest
import results

from analysis import engine
from analysis.claims import registry
from analysis.result import Result
from analysis.scope import Scope
from charts import brokers, findings, interval, words
from charts.theme import DARK, LIGHT, Drawing
from sample.world import make_world

# The sample has all kinds of records; of ratings with all points and of people who move it has too few.
RICHER = {"D4": "depth-pays", "T2": "hop-costs"}
HOW_MANY = {"L1": 1, "L3": 3, "L4": 3, "L5": 3, "L9": 2, "S1": 3, "S2": 2, "S3": 2, "S4": 4, "S5": 2, "T1": 3, "T2": 2,
            "R1": 3, "R2": 2, "R4": 2, "R6": 3, "R7": 2, "R8": 3, "R13": 2, "R14": 3, "D3": 3, "D4": 2, "D5": 2,
            "Q1": 3, "Q2": 2, "Q3": 3}  # fmt: skip


@cache
def log_of(world: str) -> tuple[engine.Log, int]:
    log = engine.prepare(make_world(world).frames())
    day = engine.as_of_day(log, Scope())
    assert day is not None
    return log, day


@cache
def real(claim: str) -> Result:
    """What the claim measures, with the frames of its charts."""
    log, day = log_of(RICHER.get(claim, "harbour"))
    found = registry[claim].measure(log, day, detail=True)
    return results.result(claim, list(found.estimates), "not enough data", data=found.data)


def drawn(claim: str, result: Result | None = None) -> list[Drawing]:
    return list(findings.drawn(result or real(claim), LIGHT, results=[real("Q1"), real("D5")]))


def bare(claim: str, how: str) -> Result:
    made = real(claim)
    frames = {
        "no frames": {},
        "empty frames": {name: frame.head(0) for name, frame in made.data.items()},
        "frames of nothing known": {
            name: frame.assign(**{c: float("nan") for c in frame.select_dtypes("number")})
            for name, frame in made.data.items()
        },
    }
    return replace(made, data=frames[how])


@pytest.mark.parametrize("claim", list(registry))
def test_each_claim_has_its_charts_in_both_looks(claim: str) -> None:
    for look in (LIGHT, DARK):
        drawings = findings.drawn(real(claim), look, results=[real("Q1"), real("D5")])
        assert len(drawings) == HOW_MANY[claim]
        for drawing in drawings:
            assert drawing.figure.data
            drawing.figure.to_json()


@pytest.mark.parametrize("claim", list(registry))
def test_the_alternative_text_says_what_the_chart_says(claim: str) -> None:
    for drawing in drawn(claim):
        assert drawing.sentence[-1] in ".?"
        assert len(drawing.sentence) > 30
        assert re.search(r"\d", drawing.sentence)
        assert not re.search(r"nan|None|\{|\bn/a\b|inf ", drawing.sentence)


@pytest.mark.parametrize("how", ["no frames", "empty frames", "frames of nothing known"])
@pytest.mark.parametrize("claim", list(registry))
def test_without_data_a_claim_draws_less_and_never_fails(claim: str, how: str) -> None:
    drawings = list(findings.drawn(bare(claim, how), LIGHT))
    assert 1 <= len(drawings) <= HOW_MANY[claim]
    for drawing in drawings:
        assert not re.search(r"nan|None", drawing.sentence)


@pytest.mark.parametrize("claim", list(registry))
def test_without_an_estimate_nothing_fails(claim: str) -> None:
    silent = replace(real(claim), estimates=(), verdict="not recorded", data={})
    assert list(findings.drawn(silent, LIGHT)) == []


@pytest.mark.parametrize("claim", list(registry))
def test_bars_start_at_zero(claim: str) -> None:
    for drawing in drawn(claim):
        figure = drawing.figure
        for bar in (trace for trace in figure.data if isinstance(trace, go.Bar) and trace.base is None):
            side = (bar.xaxis or "x") if bar.orientation == "h" else (bar.yaxis or "y")
            axis = figure.layout[side[0] + "axis" + side[1:]]
            assert axis.type != "log"
            assert axis.range is None or axis.range[0] <= 0 <= axis.range[1]


@pytest.mark.parametrize("claim", list(registry))
def test_the_interval_of_the_answer_is_always_drawn(claim: str) -> None:
    e = words.deciding(real(claim))
    assert e is not None
    ends = {tuple(t.x) for d in drawn(claim) for t in d.figure.data if t.type == "scatter" and len(t.x) == 2}
    assert (e.low95, e.high95) in ends


@pytest.mark.parametrize("claim", ["L4", "R1", "R4", "R6", "R14", "S2", "D3"])
def test_names_stay_names(claim: str) -> None:
    made = real(claim)
    named = {"name", "source", "receiver", "asker", "askee"}
    data = {
        key: frame.assign(**dict.fromkeys(named & set(frame.columns), "<b>Ann</b>"))
        for key, frame in made.data.items()
        if key != "wrong"  # whose names are ours
    }
    for drawing in drawn(claim, replace(made, data=data)):
        assert "<b>Ann" not in str(drawing.figure.to_dict())


def test_two_authors_who_disagree_stand_on_the_same_months() -> None:
    together = drawn("D5")[0]
    assert together.figure.layout.yaxis2.domain == (0.6, 1.0)
    assert "within three months" in together.sentence
    assert "After a year" in together.sentence
    assert together.sentence == drawn("Q1")[-1].sentence


def test_one_of_them_alone_has_the_months_for_itself() -> None:
    alone = findings.drawn(real("D5"), LIGHT)[0]
    assert "yaxis2" not in alone.figure.layout
    assert "within three months" not in alone.sentence
    assert len(findings.drawn(real("Q1"), LIGHT)) == 2


def test_numbers_still_followed_stand_under_every_curve() -> None:
    frame = real("Q1").data["curve"]
    texts = [a.text for a in drawn("Q1")[0].figure.layout.annotations]
    for day in (30, 90, 180, 365):
        assert str(frame.loc[frame["day"] == day, "at_risk"].iloc[0]) in texts
    thirds = real("Q2").data["curves"]
    begin = thirds[thirds["day"] == 0]["at_risk"].astype(str)
    assert set(begin) <= {a.text for a in drawn("Q2")[0].figure.layout.annotations}


def test_the_largest_chains_hang_together() -> None:
    figure = drawn("L4")[-1].figure
    lines, nodes = figure.data
    tree = real("L4").data["tree"]
    ends = {(x, y) for x, y in zip(lines.x, lines.y, strict=True) if x is not None and float(x).is_integer()}
    assert ends == set(zip(nodes.x, nodes.y, strict=True))
    assert max(nodes.x) == tree["depth"].max()


def test_nobody_stands_on_another_in_the_net() -> None:
    place = brokers.rings(60, pd.DataFrame({"a": [0, 1, 5, 9], "b": [7, 8, 20, 50]}).to_numpy())
    assert len({(round(x, 6), round(y, 6)) for x, y in place}) == 60
    assert (place == brokers.rings(60, pd.DataFrame({"a": [0, 1, 5, 9], "b": [7, 8, 20, 50]}).to_numpy())).all()


def ticks(claim: str) -> list[str]:
    one = interval.interval(real(claim), LIGHT)
    assert one is not None
    return [str(text) for text in one.figure.layout.xaxis.ticktext or ()]


def test_an_axis_runs_in_the_claims_own_unit() -> None:
    assert all(re.fullmatch(r"−?\d\.\d", text) for text in ticks("L3"))
    assert all(text.endswith("×") for text in ticks("R7"))
    assert all(text.endswith("×") for text in ticks("R13"))
    assert all(text.endswith("%") for text in ticks("T1"))
    assert all(re.fullmatch(r"[+−]?\d+", text) for text in ticks("S3"))


def test_twice_is_as_far_as_half_on_the_axis_of_a_doubling() -> None:
    one = interval.interval(real("R7"), LIGHT)
    assert one is not None
    axis = one.figure.layout.xaxis
    assert axis.type != "log"
    assert dict(zip(axis.ticktext, axis.tickvals, strict=True))["1×"] == 0


@pytest.mark.parametrize("claim", list(registry))
def test_an_axis_has_room_for_its_ticks_on_a_telephone(claim: str) -> None:
    assert len(ticks(claim)) <= 7


def test_a_shape_has_no_zone_that_does_not_matter() -> None:
    one = interval.interval(real("L3"), LIGHT)
    assert one is not None
    assert not any("shaded" in str(a.text) for a in one.figure.layout.annotations)


def test_the_board_puts_answers_first() -> None:
    def judged(verdict: str) -> Result:
        return results.result("L1", [], verdict)

    given = [judged(v) for v in ("not recorded", "method under test", "not enough data", "supported")]
    assert [r.verdict for r in findings.in_order(given)] == [r.verdict for r in reversed(given)]
