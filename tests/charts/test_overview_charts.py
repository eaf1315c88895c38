"""The overview's charts: bars from zero, marks that a click narrows by, sentences that say n and luck, safe names."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis import overview, overview_change, overview_share, overview_silence
from analysis.overview import Kpi
from analysis.periods import day_number
from analysis.scope import Scope
from charts import glossary, overview_wall
from charts import overview as months
from charts import overview_change as changes
from charts import overview_share as shares
from charts import overview_silence as silences
from charts.theme import DARK, LIGHT
from tests.analysis.builders import frames, referral

NOW, THEN = day_number(date(2026, 1, 1)), day_number(date(2025, 1, 1))
YEAR = Scope(start=date(2026, 1, 1), end=date(2027, 1, 1))
HOSTILE = "<b>Eve</b> & Co"


def made():
    rows = [referral(NOW + 3 * k, f"s{k % 9}", f"p{k % 6}", status="won", closed=NOW + 3 * k, amount=100.0 + k,
                     currency="EUR") for k in range(120)]  # fmt: skip
    rows += [referral(THEN + 4 * k, f"s{k % 8}", f"p{k % 6}") for k in range(80)]
    rows += [referral(THEN + 10 * k, "quiet", "p1") for k in range(30)]
    rows += [referral(NOW + 364, "s0", "p0")]
    return frames(rows, [(f"p{k}", None, None) for k in range(6)], coverage=[("g1", THEN, NOW + 365)])


NAMES = {**{f"s{k}": f"Source {k}" for k in range(9)}, "quiet": HOSTILE}


def test_the_months_carry_what_a_click_narrows_to_and_the_chosen_one_is_marked() -> None:
    view = overview.build(made(), YEAR)
    drawn = months.trend(view, months.measures(view)[0], LIGHT, "en_GB", ("2026-03",))
    assert drawn.figure.data[1].customdata[2] == "month:2026-03"
    assert drawn.figure.data[0].customdata is None
    assert [(s.x0, s.x1) for s in drawn.figure.layout.shapes] == [(1.5, 2.5)]
    assert drawn.figure.layout.yaxis.rangemode == "tozero"


@pytest.mark.parametrize("of", [LIGHT, DARK])
def test_contributions_are_bars_from_zero_with_their_usual_band(of) -> None:
    found = overview_change.build(made(), YEAR)
    drawn = changes.change(found, NAMES, of)
    bars = [t for t in drawn.figure.data if t.type == "bar"]
    assert all(bar.base is None for bar in bars)
    assert sum(bar.x[0] for bar in bars) == found.change
    assert next(bar.customdata[0] for bar in bars if bar.customdata is not None) == f"source:{found.parts.id[0]}"
    assert bars[-1].customdata is None  # all others together are nobody to narrow to
    assert len([s for s in drawn.figure.layout.shapes if s.type == "rect"]) == len(bars)


def test_the_sentence_of_a_change_says_luck_and_n() -> None:
    found = overview_change.build(made(), YEAR)
    said = [changes.sentence(replace(found, luck=luck), NAMES) for luck in (None, 50.0, 2.0)]
    assert said == [
        "11 more referrals than before; too few of 10 sources moved to tell it from luck.",
        "11 more referrals than before: within what luck alone gives (up to 50 either way, 10 sources).",
        "11 more referrals than before: more than luck alone gives (up to 2 either way, 10 sources).",
    ]


def test_names_from_files_are_inert_in_every_label() -> None:
    found = overview_silence.build(made(), Scope())
    drawn = silences.silence(found, NAMES, LIGHT)
    said = "".join(a.text for a in drawn.figure.layout.annotations) + "".join(str(t.text) for t in drawn.figure.data)
    assert "&lt;b&gt;Eve" in said
    assert HOSTILE not in said
    table = changes.table(overview_change.build(made(), YEAR), NAMES)
    assert HOSTILE in set(table.Source)  # a table shows text as text


def test_a_silence_names_its_odds_and_what_luck_alone_would_list() -> None:
    found = overview_silence.build(made(), Scope())
    assert list(found.table.source) == ["quiet"]
    assert silences.sentence(found) == (
        f"1 silent for longer than usual, of 10 regular sources; luck alone would list up to {found.by_luck:.0f}."
    )
    assert silences.odds(0.02) == "1 in 50"
    assert silences.odds(0.0001) == "under 1 in 2,000"
    nothing = replace(found, table=found.table.iloc[:0])
    assert silences.sentence(nothing).startswith("No regular source has been silent")


def test_the_parts_of_a_whole_add_up_to_it() -> None:
    found = overview_share.build(made(), YEAR)
    drawn = shares.share(found, NAMES, LIGHT)
    bars = pd.DataFrame([(t.y[0], t.x[0]) for t in drawn.figure.data if t.type == "bar"])
    assert bars.groupby(0)[1].sum().round(9).tolist() == [1.0, 1.0, 1.0]
    assert "half of the referrals come from 5 of 9 sources" in drawn.sentence
    assert len(shares.table(found, NAMES)) == 18


def test_unknown_amounts_are_said() -> None:
    count, money = overview_share.build(made(), YEAR)
    assert "3 won referrals" in shares.notes([count, replace(money, no_amount=3)])[0]


def test_every_figure_of_the_wall_has_its_entry_in_the_glossary() -> None:
    view = overview.build(made(), YEAR)
    assert all(overview_wall.term(view, kpi) in glossary.TERMS for kpi in view.kpis)
    assert len(view.kpis) == 8


def test_the_fine_print_says_range_and_what_is_missing() -> None:
    seat = Kpi("seat_value", 1000.0, None, currency="EUR", n=12, low95=800.0, high95=1250.0)
    assert overview_wall.fine_print(seat) == " 95 %: €800 to €1,250."
    assert "No range" in overview_wall.fine_print(replace(seat, low95=None, high95=None))
    value = Kpi("value", 1000.0, None, currency="EUR", n=4, largest=600.0, unknown=2)
    assert "2 won referrals without an amount are not in it" in overview_wall.fine_print(value)
    assert "60 % of it; without it €400" in overview_wall.fine_print(value)


def test_a_goal_and_other_groups_are_named_where_they_stand() -> None:
    view = overview.build(made(), YEAR)
    kpi = replace(view.kpi("referrals"), value=110.0, before=100.0, n_before=4)
    goal = replace(view, compare="goal", kpis=(kpi, *view.kpis[1:]))
    others = replace(goal, compare="others", groups=4)
    assert overview_wall.compared(goal, kpi).beside == "goal 100"
    assert overview_wall.compared(others, kpi).beside == "others 100, n = 4"
    assert "10 % above our goal" in overview_wall.headline(goal).replace("\\", "")
    assert "10 % more than other groups of this size" in overview_wall.headline(others).replace("\\", "")
