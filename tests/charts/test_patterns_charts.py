"""Charts and sentences on repeatability and new sources: both looks, what they say, what a click carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import newsources as sources_of
from analysis import repeatability as repeat_of
from analysis.newsources import NewSources
from analysis.population import to_day
from analysis.repeatability import Repeatability
from analysis.repeatability_total import Total
from analysis.scope import FILTERS, Scope
from analysis.settings import DEFAULT
from charts import newsources as new
from charts import newsources_rated as ratings
from charts import newsources_tables, repeatability_tables
from charts import repeatability as words
from charts import repeatability_pace as paces
from charts.glossary import TERMS, patterns
from charts.theme import DARK, LIGHT, Drawing, Look
from tests.analysis.builders import assessment, frames, referral, touch

START, END = to_day(date(2022, 1, 1)), to_day(date(2026, 1, 1))
PEOPLE = [f"m{i:02d}" for i in range(16)]


def world():  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(5)
    joined = {p: START + 25 * i for i, p in enumerate(PEOPLE)}
    rows = []
    for p in PEOPLE:
        givers = [q for q in PEOPLE if q != p] + ["<b>&Bo</b>", "x1", "x2"]
        for day in rng.integers(joined[p], END, rng.poisson(30)):
            rows.append(referral(int(day), str(rng.choice(givers)), p))
    rated = [assessment(int(d), PEOPLE[i % 16], f"x{i % 3}", comfort=int(rng.integers(0, 11)), perceived_value=5)
             for i, d in enumerate(rng.integers(START + 400, END - 200, 60))]  # fmt: skip
    met = [touch(START + 100, PEOPLE[0], "x1", "standing"), touch(START + 50, PEOPLE[1], "x2", "help")]
    return frames(rows, [(p, d, None) for p, d in joined.items()], coverage=[("g1", START, END)],
                  imported_on=date(2026, 1, 2), assessments=rated, touches=met)  # fmt: skip


@pytest.fixture(scope="module")
def repeat() -> Repeatability:
    return repeat_of.build(world(), Scope(as_of=date(2026, 1, 1)), DEFAULT)


@pytest.fixture(scope="module")
def fresh() -> NewSources:
    return sources_of.build(world(), Scope(as_of=date(2026, 1, 1)), DEFAULT)


DRAW: dict[str, Callable[[Repeatability, NewSources, Look], Drawing | None]] = {
    "total": lambda r, n, of: r.received and words.total(r.received, words.REFERRALS, of),
    "first-time sources": lambda r, n, of: r.sources and words.total(r.sources, words.SOURCES, of),
    "fan": lambda r, n, of: words.members(r, of),
    "own": lambda r, n, of: words.own(r, "m03", of),
    "trust": lambda r, n, of: words.trust(r, of),
    "pace": lambda r, n, of: r.pace and paces.members(r.pace, of),
    "waves": lambda r, n, of: r.pace and paces.months(r.pace, of),
    "until": lambda r, n, of: n.times and new.until(n.times, of),
    "later": lambda r, n, of: n.later and new.after(n.later, of),
    "rated": lambda r, n, of: n.rated and ratings.rated(n.rated["comfort"], "comfort", of),
    "asked": lambda r, n, of: n.asked and new.asked(n.asked, of),
}


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("name", DRAW)
def test_each_chart_draws_in_both_looks_and_says_what_it_shows(
    repeat: Repeatability, fresh: NewSources, name: str, look: Look
) -> None:
    drawing = DRAW[name](repeat, fresh, look)
    assert drawing is not None
    assert len(drawing.figure.data) > 0
    assert len(drawing.sentence) > 30
    assert drawing.sentence.endswith(".")
    assert not re.search(r"\bnan\b", drawing.sentence + str(drawing.figure.to_json()), re.IGNORECASE)


@pytest.mark.parametrize(("name", "field"), [("fan", "receiver"), ("pace", "receiver"), ("asked", "receiver"),
                                             ("later", "source"), ("rated", "source")])  # fmt: skip
def test_a_mark_carries_what_a_click_narrows_to(
    repeat: Repeatability, fresh: NewSources, name: str, field: str
) -> None:
    drawing = DRAW[name](repeat, fresh, LIGHT)
    assert drawing is not None
    carried = {c for trace in drawing.figure.data if trace.customdata is not None for c in trace.customdata}
    heard = {tuple(c.split(":", 1)) for c in carried if c.split(":", 1)[0] in FILTERS}  # the rest is what it says
    assert heard
    assert {name for name, _ in heard} == {field}
    assert {value for _, value in heard} <= {*PEOPLE, "x0", "x1", "x2", "<b>&Bo</b>"}


def test_a_name_from_a_file_is_text_and_no_markup(fresh: NewSources) -> None:
    drawing = DRAW["later"](None, fresh, LIGHT)  # type: ignore[arg-type]
    assert drawing is not None
    assert "<b>&Bo" not in "".join(str(t.hovertext) for t in drawing.figure.data)


def test_ranges_are_drawn_from_their_low_to_their_high_end_on_an_axis_from_nought(repeat: Repeatability) -> None:
    assert repeat.received is not None
    drawing = words.total(repeat.received, words.REFERRALS, LIGHT)
    assert drawing is not None
    past, bars = repeat.received.past.tail(words.QUARTERS), drawing.figure.data[0]
    assert list(bars.base) == past["low"].tolist()
    assert (np.array(bars.base) + np.array(bars.y)).tolist() == past["high"].tolist()
    assert drawing.figure.layout.yaxis.range[0] == 0
    inside, outside = drawing.figure.data[1], drawing.figure.data[2]
    assert (len(inside.x), len(outside.x)) == (repeat.received.hits, len(past) - repeat.received.hits)
    assert inside.marker.symbol != outside.marker.symbol


def totals(past: list[tuple[float, float, float]], coming: tuple[float, float] | None = (3, 8)) -> Total:
    rows = [{"origin": 600 + 3 * i, "mean": (low + high) / 2, "low": low, "high": high, "mass": 0.8, "y": y,
             "before": 20.0, "members": 5.0} for i, (low, high, y) in enumerate(past)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["origin", "mean", "low", "high", "mass", "y", "before", "members"])
    ahead = None
    if coming is not None:
        row = {"origin": 700, "mean": 5.0, "low": coming[0], "high": coming[1], "mass": 0.8, "y": 0.0, "before": 20.0}
        ahead = pd.DataFrame([{**row, "members": 5.0}])
    return Total(frame, ahead, frame[["origin", "y"]])


@pytest.mark.parametrize(
    ("hits", "misses", "said"),
    [
        (0, 0, "cannot be told yet"),
        (2, 1, "Of the 3 earlier ranges 2 held what came: too few to judge."),
        (8, 2, "in line with 8 of 10 (5 to 10 would be)"),
        (2, 8, "fewer than luck explains (5 to 10 would fit 8 of 10): take the range as too narrow"),
        (40, 0, "more than luck explains (27 to 37 would fit 8 of 10): the range is wider than it need be"),
    ],
)
def test_earlier_ranges_are_judged_no_more_sharply_than_their_number_allows(hits: int, misses: int, said: str) -> None:
    assert said in words.kept(totals([(3, 8, 5)] * hits + [(3, 8, 9)] * misses))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(3, 8, "3 to 8 referrals"), (0, 3, "up to 3 referrals"), (0, 1, "up to 1 referral"), (0, 0, "no referral"),
     (2, 2, "about 2 referrals")],
)  # fmt: skip
def test_a_range_in_words(low: float, high: float, said: str) -> None:
    assert words.span(pd.Series({"low": low, "high": high}), words.REFERRALS) == said


def test_the_title_says_what_has_come_so_far(repeat: Repeatability) -> None:
    view = replace(repeat, received=totals([]))
    assert words.headline(view, "the chapter") == "Next quarter should bring the chapter 3 to 8 referrals"
    assert view.received is not None
    begun = replace(view.received, coming=view.received.coming.assign(y=2.0))  # type: ignore[union-attr]
    assert words.headline(replace(view, received=begun), "Ann") == (
        "This quarter should bring Ann 3 to 8 referrals, 2 of them so far"
    )
    assert "cannot be told yet" in words.headline(replace(view, received=totals([], None)), "the chapter")


def test_the_tables_hold_every_quarter_and_mark_the_coming_one(repeat: Repeatability) -> None:
    assert repeat.received is not None
    table = repeatability_tables.quarters(repeat.received)
    assert table["Inside"].iloc[0] == "coming"
    assert (table["Inside"] == "yes").sum() == repeat.received.hits
    assert (table["Inside"] == "not forecast").sum() == 4
    assert table["Quarter"].is_unique
    assert len(repeatability_tables.members(repeat)) == len(repeat.members)


def test_the_tables_of_new_sources_are_in_the_order_of_names(fresh: NewSources) -> None:
    assert fresh.later is not None
    assert fresh.times is not None
    assert fresh.asked is not None
    for table in (newsources_tables.quick(fresh.later), newsources_tables.pairs(fresh.times)):
        assert table["Source"].is_monotonic_increasing
    assert set(newsources_tables.never(fresh.asked, next_only=True).columns) == {
        "Member", "could ask", "who is a", "Referrals, last year", "Latest"}  # fmt: skip


def test_two_of_one_name_are_told_apart(repeat: Repeatability) -> None:
    twice = replace(repeat, members=repeat.members.assign(name="Ann Ash"))
    labels = repeatability_tables.people(twice)
    assert len(set(labels.values())) == len(labels) == len(repeat.members)


def test_low_and_high_raters_are_said_to_differ_only_where_their_ranges_part(fresh: NewSources) -> None:
    assert fresh.rated is not None
    a = fresh.rated["comfort"]
    bands = pd.DataFrame({"band": ["0–3", "4–6", "7–10"], "n": [40, 40, 40], "referred": [2, 9, 20],
                          "share": [0.05, 0.2, 0.5], "low": [0.01, 0.1, 0.3], "high": [0.2, 0.4, 0.7]})  # fmt: skip
    assert ratings.rated_sentence(replace(a, bands=bands)).startswith("Low raters refer less often")
    close = bands.assign(high=[0.35, 0.4, 0.7])
    assert "cannot be told yet" in ratings.rated_sentence(replace(a, bands=close))
    few = bands.assign(share=[np.nan, 0.2, 0.5])
    assert ratings.rated_sentence(replace(a, bands=few)).startswith("Too few ratings")


def test_every_figure_of_the_pages_is_in_the_glossary() -> None:
    assert set(patterns.TERMS) <= set(TERMS)
    assert all(term.means.endswith(".") and term.computed.endswith(".") for term in patterns.TERMS.values())


def test_one_member_alone_is_told_by_his_own_figure(repeat: Repeatability) -> None:
    assert repeat.pace is not None
    one = repeat.pace.members.head(1).assign(ratio=1.5, low95=1.3, high95=2.0, verdict="bursts", name="Ann Ash")
    alone = replace(repeat.pace, members=one)
    assert paces.members_sentence(alone) == "Ann Ash receives in bursts: 1.5 times chance (95 %: 1.3 to 2.0 times)."
