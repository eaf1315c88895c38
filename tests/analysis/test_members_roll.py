"""Scorecards by hand: points, ranges where records are missing, the next step, what falls out, uploaded scores."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from analysis import members_luck, members_points, members_roll, members_tally
from analysis.members_roll import Roll
from analysis.population import to_date, to_day
from analysis.scope import Scope
from tests.analysis.chapter_builders import chapter_frames, one_to_one, palms, slip

MONTHS = [to_day(date(2026, m, 1)) for m in range(1, 8)]
HELD = (5, 4, 4, 4, 5, 4)  # meetings a month: 26 in all
ZERO = {
    "rgi": 0,
    "rgo": 0,
    "rri": 0,
    "rro": 0,
    "one_to_ones": 0,
    "visitors": 0,
    "ceu": 0,
    "testimonials": 0,
    "tyfcb": 0,
}


def half_year(
    person: str, absent: int = 0, january: dict[str, float] | None = None, **june: float
) -> list[dict[str, Any]]:
    """PALMS of January to June; what is given falls into June, or into January; absences into January."""
    rows = []
    for k, held in enumerate(HELD):
        away = absent if k == 0 else 0
        counts = {**ZERO, **((january or {}) if k == 0 else june if k == 5 else {})}
        rows.append(palms(person, MONTHS[k], MONTHS[k + 1] - 1, (held - away, away, 0, 0, 0), currency="EUR", **counts))
    return rows


def sponsor(person: str) -> dict[str, Any]:
    return {"from_id": person, "to_id": "new", "happened": MONTHS[2], "kind": "sponsor"}


FULL = {"rgi": 20, "rgo": 13, "one_to_ones": 26, "visitors": 5, "ceu": 14, "tyfcb": 30000}
NEARLY = {"rgi": 20, "rgo": 12, "one_to_ones": 25, "visitors": 4, "ceu": 13, "tyfcb": 29999}
SPONSORED = ("sponsor", MONTHS[0], MONTHS[6])


def roll_of(*snapshots: dict[str, Any], key: str = "global", scope: Scope | None = None, **more: Any) -> Roll:
    made = members_roll.build(chapter_frames(snapshots=snapshots, **more), scope or Scope(), key)
    assert made is not None
    return made


def score(roll: Roll, person: str) -> tuple[float, float]:
    row = roll.of(person).iloc[0]
    return float(row["low"]), float(row["high"])


def points(roll: Roll, person: str) -> list[float]:
    return roll.lines.loc[roll.lines["person_id"] == person, "low"].tolist()


def test_every_line_at_its_best_is_full_marks() -> None:
    roll = roll_of(*half_year("a", **FULL), met=[sponsor("a")], cover=[SPONSORED])
    assert (roll.start, roll.end) == (date(2026, 1, 1), date(2026, 7, 1))
    assert points(roll, "a") == [10, 20, 25, 25, 5, 10, 5]
    assert score(roll, "a") == (100, 100)
    assert roll.of("a")["light"].tolist() == ["green"]
    assert roll.steps.empty


def test_one_less_of_everything_is_one_step_down_in_every_line() -> None:
    roll = roll_of(*half_year("a", absent=2, **NEARLY), met=[sponsor("z")], cover=[SPONSORED])
    # 24 of 26 meetings; 25 one-to-ones and 32 referrals in 26 weeks; CEU exactly half a week is not more than half.
    assert points(roll, "a") == [5, 15, 20, 20, 4, 5, 0]
    assert score(roll, "a") == (69, 69)
    assert roll.of("a")["light"].tolist() == ["amber"]
    step = roll.steps.iloc[0]
    assert (step["light"], step["least"], step["gap"]) == ("green", 70, 1)
    assert step["acts"] == {1: 1}  # one one-to-one more makes 26 in 26 weeks


def test_a_line_that_nobody_recorded_makes_the_score_and_the_light_a_range() -> None:
    roll = roll_of(*half_year("a", absent=2, **NEARLY))
    assert score(roll, "a") == (69, 74)
    row = roll.of("a").iloc[0]
    assert (row["light"], row["light_high"]) == ("amber", "green")
    assert [roll.rubric.lines[k].measure for k in roll.unknown] == ["sponsors"]


def test_the_fewest_acts_may_be_of_two_kinds() -> None:
    # 0 one-to-ones, 0 referrals: 7 of either bring 5 points; visitors bring 5 each; at most 5 visitors.
    roll = roll_of(*half_year("a"), met=[sponsor("z")], cover=[SPONSORED])
    assert score(roll, "a") == (10, 10)
    step = roll.steps.iloc[0]
    assert (step["light"], step["gap"]) == ("red", 20)
    # CEU: 1 act, 5 points; the sponsor: 1 act, 5 points; visitors: 2 acts, 10 points: four acts in all.
    assert sum(step["acts"].values()) == 4
    made = {roll.rubric.lines[k].measure: n for k, n in step["acts"].items()}
    gains = {"visitors": 5, "ceu": 5, "sponsors": 5}
    assert sum(gains[m] * n for m, n in made.items() if m != "ceu") + (5 if "ceu" in made else 0) >= 20


def test_what_falls_out_with_the_first_month() -> None:
    roll = roll_of(*half_year("a", absent=2, january={"visitors": 2, "rgi": 7}, **{"visitors": 1}))
    lines = {roll.rubric.lines[r.line].measure: (r.gone, r.points) for r in roll.falling.itertuples()}
    # 24 of 26 meetings (5 points) become 26 of 26 (10); 3 visitors (15) become 1 (5); 7 referrals (5) become none.
    assert lines == {"there": (2, 5), "visitors": (2, -10), "referrals": (7, -5)}


def test_totals_over_a_part_of_the_window_can_only_grow() -> None:
    rows = half_year("a", **FULL)[2:]  # January and February were never imported
    roll = roll_of(*rows)
    lines = roll.lines.set_index("line")
    assert (lines.loc[3, "low"], lines.loc[3, "high"]) == (25, 25)  # visitors are at their most already
    assert (lines.loc[4, "low"], lines.loc[4, "high"]) == (5, 5)
    assert lines.loc[2, "weeks"] == 17  # the rate is over the weeks that are recorded
    uk = roll_of(*rows, key="uk2012").lines.set_index("line")
    assert (uk.loc[0, "low"], uk.loc[0, "high"]) == (0, 15)  # no absence so far known; two months are not


def test_a_period_that_keeps_to_no_month_has_the_six_months_before_its_end() -> None:
    first, last = to_day(date(2026, 1, 7)), to_day(date(2026, 3, 25))
    roll = roll_of(palms("a", first, last, (9, 1, 0, 1, 1), rgi=2, rgo=7, visitors=1))
    assert (roll.start, roll.end) == (date(2025, 9, 26), date(2026, 3, 26))
    lines = roll.lines.set_index("line")
    assert lines.loc[2, "value"] == 9 / 12
    assert (lines.loc[3, "low"], lines.loc[3, "high"]) == (5, 25)  # one visitor in the part that is known


def test_thresholds_in_another_currency_are_not_applied() -> None:
    rows = half_year("a", tyfcb=6000)
    assert roll_of(*rows, key="uk2012").lines.set_index("line").loc[2, ["low", "high"]].tolist() == [0, 15]
    pounds = [{**row, "currency": "GBP"} for row in rows]
    assert roll_of(*pounds, key="uk2012").lines.set_index("line").loc[2, ["low", "high"]].tolist() == [15, 15]


def test_two_currencies_are_never_one_sum() -> None:
    rows = half_year("a", tyfcb=6000)
    rows[0] = {**rows[0], "tyfcb": 6000, "currency": "USD"}
    assert roll_of(*rows).lines.set_index("line").loc[4, ["low", "high"]].tolist() == [0, 5]


def test_a_register_and_dated_slips_do_what_palms_does() -> None:
    weeks = range(MONTHS[0] + 1, MONTHS[6], 7)
    marks = [("a", day, "A" if k == 0 else "L" if k == 1 else "P") for k, day in enumerate(weeks)]
    slips = [slip("a", "b", day) for day in weeks] + [slip("c", "a", MONTHS[6] - 1)]
    met = [one_to_one("b", "a", day) for day in list(weeks)[:13]] + [one_to_one("a", "b", weeks[0])]
    cover = [(kind, MONTHS[0], MONTHS[6]) for kind in ("attendance", "referrals", "one_to_one", "visitor")]
    roll = roll_of(registers=marks, slips=slips, met=met, cover=cover, members=[("a", 0, None), ("b", 0, None)])
    assert set(roll.bases.values()) == {"register"}
    lines = roll.lines[roll.lines["person_id"] == "a"].set_index("line")
    assert (lines.loc[0, "count_"], lines.loc[0, "weeks"], lines.loc[0, "low"]) == (25, 26, 10)
    assert (lines.loc[1, "count_"], lines.loc[1, "low"]) == (13, 10)  # entered by both sides, one meeting
    assert (lines.loc[2, "count_"], lines.loc[2, "low"]) == (26, 20)
    assert (lines.loc[3, "low"], lines.loc[3, "high"]) == (0, 0)  # visitors are recorded, and there was none
    assert (lines.loc[5, "low"], lines.loc[5, "high"]) == (0, 10)  # education is not


def test_a_log_without_meetings_leaves_all_rates_open() -> None:
    slips = [slip("x", "a", day) for day in range(MONTHS[0], MONTHS[6], 7)] + [slip("x", "a", MONTHS[6])]
    roll = roll_of(slips=slips, members=[("a", 0, None)])
    assert set(roll.bases.values()) == {"none"}
    row = roll.of("a").iloc[0]
    assert (row["low"], row["high"], row["light"], row["light_high"]) == (0, 100, "grey", "green")
    assert np.isnan(row["weeks"])
    assert np.isnan(row["chance"])
    assert row["received"] == 26


def test_an_official_score_is_shown_as_it_came_and_changes_nothing() -> None:
    rows = half_year("a", **FULL)
    rows[5] = {**rows[5], "official_score": 42}
    with_, without = roll_of(*rows), roll_of(*half_year("a", **FULL))
    row = with_.of("a").iloc[0]
    assert (row["official"], to_date(int(row["official_from"]))) == (42, date(2026, 6, 1))
    assert score(with_, "a") == score(without, "a")


def test_the_same_period_in_two_exports_is_counted_once() -> None:
    rows = half_year("a", **FULL)
    again = palms("a", MONTHS[5], MONTHS[6] - 1, (4, 0, 0, 0, 0), official_score=88)
    roll = roll_of(*rows, again)
    assert score(roll, "a")[0] == 95
    assert roll.of("a")["official"].tolist() == [88]


def test_members_stand_by_name_and_whoever_left_is_not_among_them() -> None:
    rows = [row for person in "cab" for row in half_year(person, **FULL)]
    roll = roll_of(*rows, members=[("a", 0, None), ("b", 0, MONTHS[4]), ("c", 0, None)])
    assert roll.members["name"].tolist() == ["Name a", "Name c"]


def test_a_new_member_is_measured_on_his_own_weeks() -> None:
    rows = half_year("a", **FULL) + half_year("b", **FULL)[4:]
    roll = roll_of(*rows, members=[("a", 0, None), ("b", MONTHS[4], None)])
    assert roll.lines[(roll.lines["person_id"] == "b") & (roll.lines["line"] == 2)]["weeks"].tolist() == [9]
    assert score(roll, "b") == (95, 100)


def test_the_window_follows_the_as_of_day() -> None:
    rows = half_year("a", **FULL)
    roll = roll_of(*rows, scope=Scope(as_of=date(2026, 6, 1)))
    assert (roll.start, roll.end) == (date(2025, 12, 1), date(2026, 6, 1))
    assert roll.lines.set_index("line").loc[2, "count_"] == 0


def test_the_draws_are_the_same_every_time_and_keep_the_pace() -> None:
    rows = [row for k in range(8) for row in half_year(f"m{k}", **{"rgi": 4 * k, "visitors": k % 4, "one_to_ones": 10})]
    one, two = roll_of(*rows), roll_of(*rows)
    assert one.members["chance"].tolist() == two.members["chance"].tolist()
    assert one.members["chance"].between(0, 1).all()
    assert (one.members["luck_low"] <= one.members["luck_high"]).all()


def test_counts_are_drawn_with_the_mean_and_spread_that_they_should_have() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    mean = np.array([0.0, 2.0, 20.0])
    for phi in (1.0, 3.0):
        drawn = members_luck._draw(mean, phi, rng)
        assert drawn.mean(axis=0) == pytest.approx(mean, rel=0.05)
        assert drawn.var(axis=0)[1:] == pytest.approx(phi * mean[1:], rel=0.15)


def test_a_light_far_from_any_band_is_not_changed_by_luck() -> None:
    idle = [row for k in range(8) for row in half_year(f"m{k}")]
    roll = roll_of(*idle, met=[sponsor("z")], cover=[SPONSORED])
    assert roll.members["light"].unique().tolist() == ["grey"]
    assert roll.members["chance"].max() == 0


def test_months_before_the_last_of_a_month() -> None:
    assert to_date(members_tally._months_before(to_day(date(2026, 8, 31)), 6)) == date(2026, 2, 28)
    assert to_date(members_tally._months_before(to_day(date(2026, 7, 1)), 6)) == date(2026, 1, 1)


def test_no_way_up_where_no_act_can_be_counted() -> None:
    assert members_points.way_up([], 0, 5) is None


def test_nothing_recorded_is_no_roll() -> None:
    assert members_roll.build(chapter_frames(), Scope()) is None


def test_an_uploaded_scorecard_does_not_take_the_place_of_palms() -> None:
    rows = half_year("a", **FULL)[3:]
    upload = palms("a", MONTHS[0], MONTHS[6] - 1, (26, 0, 0, 0, 0), official_score=55, visitors=1)
    roll = roll_of(*rows, upload)
    assert roll.of("a")["official"].tolist() == [55]
    assert roll.lines.set_index("line").loc[2, "count_"] == 33  # of PALMS; the upload holds no referrals
    alone = roll_of(upload).lines.set_index("line")
    assert (alone.loc[0, "low"], alone.loc[2, "low"], alone.loc[2, "high"]) == (10, 0, 25)
    assert roll_of(*rows, palms("a", MONTHS[0], MONTHS[6] - 1, official_score=55)).tally.groups[0].basis == "palms"
