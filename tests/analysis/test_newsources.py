"""New sources on logs small enough to count by hand: times, quick and slow, ratings, who was never asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.claims import registry
from analysis.estimators import share
from analysis.newsources import NewSources, build
from analysis.population import prepare, to_day
from analysis.scope import Scope
from analysis.settings import DEFAULT
from tests.analysis.builders import assessment, date, frames, referral, touch

START, END = to_day(date(2022, 1, 1)), to_day(date(2026, 1, 1))
LONG_AGO = START - 3000


def made(rows, members=(), filters=(), cover=((START, END),), **more) -> NewSources:
    receiver = more.pop("receiver", None)
    log = frames(rows, members, coverage=[("g1", *span) for span in cover], imported_on=date(2026, 1, 2), **more)
    return build(log, Scope(as_of=date(2026, 1, 1), receiver=receiver), DEFAULT, filters)


def joiners(n: int, every: int = 30) -> list[tuple[str, int, None]]:
    """Members who join one after the other, inside what is imported."""
    return [(f"m{i:02d}", START + every * i, None) for i in range(n)]


def pair(view: NewSources, source: str, receiver: str) -> pd.Series:
    assert view.times is not None
    p = view.times.pairs
    return p[(p["source_id"] == source) & (p["receiver_id"] == receiver)].iloc[0]


# -- times


def test_the_clock_starts_when_both_are_members_and_waits_for_the_first_and_the_third() -> None:
    members = joiners(3)
    met = START + 30  # the later of m00 and m01
    rows = [referral(met + d, "m01", "m00") for d in (20, 50, 400)]
    view = made(rows, members)
    found = pair(view, "m01", "m00")
    assert (found["start"], found["first"], found["third"], found["basis"]) == (met, 20, 400, "membership")
    assert pd.isna(pair(view, "m00", "m01")["first"])
    assert view.times is not None
    assert (view.times.basis, len(view.times.pairs), view.times.firsts, view.times.soon) == ("met", 6, 1, 1)


def test_the_curve_counts_open_relationships_as_open_and_is_that_of_the_finding() -> None:
    members = joiners(8)
    rng = np.random.default_rng(1)
    rows = [referral(int(d), f"m{i:02d}", f"m{j:02d}") for i in range(8) for j in range(8)
            for d in rng.integers(START, END, 2) if i != j]  # fmt: skip
    view = made(rows, members)
    log = frames(rows, members, coverage=[("g1", START, END)], imported_on=date(2026, 1, 2))
    q1 = registry["Q1"].measure(prepare(log), END, detail=True)
    assert view.times is not None
    ours = view.times.curves[view.times.curves["which"] == "first"]
    assert ours["value"].tolist() == q1.data["curve"]["value"].tolist()
    assert ours["at_risk"].tolist() == q1.data["curve"]["at_risk"].tolist()
    marks = view.times.marks.set_index(["which", "day"])
    known = {e.name: e for e in q1.estimates}
    assert marks.loc[("first", 90), "value"] == known["share_within_90_days"].value
    assert marks.loc[("first", 365), "low"] == known["share_within_365_days"].low95
    assert marks.loc[("third", 365), "value"] == known["third_within_365_days"].value
    assert ours["value"].iloc[-1] > view.times.curves[view.times.curves["which"] == "third"]["value"].iloc[-1]


def test_a_recorded_contact_starts_the_clock_of_somebody_outside() -> None:
    met = START + 100
    view = made([referral(met + 10, "x", "m00")], [("m00", LONG_AGO, None)], touches=[touch(met, "m00", "x", "help")])
    found = pair(view, "x", "m00")
    assert (found["basis"], found["first"]) == ("contact", 10)


def test_without_a_day_on_which_two_met_the_clock_starts_at_the_first_referral() -> None:
    """Of a log of four years the first is left out: its sources may be old ones."""
    day = START + 500
    rows = [referral(START + 10, "old", "b"), referral(START + 700, "old", "b")]
    rows += [referral(day, "new", "b"), referral(day + 40, "new", "b"), referral(day + 90, "new", "b")]
    view = made(rows)
    assert view.times is not None
    assert view.times.basis == "first"
    assert view.times.pairs["source_id"].tolist() == ["new"]
    found = pair(view, "new", "b")
    assert (found["first"], found["third"], found["basis"]) == (40, 90, "referral")
    assert view.later is None


def test_of_a_gap_nobody_knows_what_fell_into_it() -> None:
    """Watched until the gap begins: the referral after it is not the first that is known."""
    gap = ((START, START + 200), (START + 300, END))
    members = [("a", LONG_AGO, None), ("b", START + 100, None)]
    view = made([referral(START + 350, "a", "b")], members, cover=gap)
    assert pd.isna(pair(view, "a", "b")["first"])


def test_an_unnamed_giver_is_no_source() -> None:
    view = made([referral(START + 500, None, "b"), referral(START + 600, "s", "b")])
    assert view.times is not None
    assert view.times.pairs["source_id"].tolist() == ["s"]


def test_filters_on_source_and_receiver_choose_relationships_and_others_are_idle() -> None:
    rows = [referral(START + 200, "m01", "m00"), referral(START + 210, "m02", "m00")]
    everything = made(rows, joiners(3))
    some = made(rows, joiners(3), (("receiver", "m00"), ("source", "m01"), ("month", "2022-07"), ("kind", "member")))
    assert some.times is not None
    assert some.times.pairs[["source_id", "receiver_id"]].to_numpy().tolist() == [["m01", "m00"]]
    assert some.times.pairs["first"].tolist() == [pair(everything, "m01", "m00")["first"]]
    assert some.idle == ("kind", "month")
    assert made(rows, joiners(3), receiver="m00").times.pairs["receiver_id"].unique().tolist() == ["m00"]  # type: ignore[union-attr]


def test_nothing_dated_makes_nothing() -> None:
    assert made([referral(None, "s", "b")]).empty


# -- quick and slow


def test_everybody_is_sorted_by_the_first_year_before_the_time_that_is_compared() -> None:
    """a: within 90 days, then two; b: on day 200, then one; c: only after the year, which is what c gave later."""
    members = [("r", LONG_AGO, None), *((p, START, None) for p in "abc")]
    rows = [referral(START + d, "a", "r") for d in (30, 100, 400, 500)]
    rows += [referral(START + d, "b", "r") for d in (200, 600)] + [referral(START + 700, "c", "r")]
    view = made(rows, members, (("receiver", "r"),))
    assert view.later is not None
    arms = view.later.arms.set_index("arm")
    assert arms["pairs"].to_dict() == {"quick": 1, "slower": 1, "silent": 1}
    assert arms["referrals"].to_dict() == {"quick": 2, "slower": 1, "silent": 1}
    years = (END - START - 366) / 365.25
    assert arms.loc["quick", "years"] == pytest.approx(years)
    assert arms.loc["quick", "rate"] == pytest.approx(2 / years)
    assert view.later.dots.set_index("source_id")["first"].to_dict() == {"a": 30, "b": 200}


def test_rates_take_receivers_as_the_sample_and_none_at_all_keeps_an_upper_end() -> None:
    members = [*((f"r{k}", LONG_AGO, None) for k in range(3)), ("a", START, None)]
    rows = [referral(START + 10, "a", f"r{k}") for k in range(3)]
    rows += [referral(START + 400 + 7 * i, "a", f"r{k}") for k in range(3) for i in range(k + 1)]
    view = made(rows, members)
    assert view.later is not None
    arms = view.later.arms.set_index("arm")
    years = (END - START - 366) / 365.25
    assert tuple(arms.loc["quick", ["low", "high"]]) == pytest.approx(
        share(np.array([1.0, 2, 3]), np.full(3, years), "log").bounds(0.95))  # fmt: skip
    silent = arms.loc["silent"]
    assert (silent["referrals"], silent["low"]) == (0, 0)
    assert silent["high"] == pytest.approx(stats.chi2.ppf(0.975, 2) / 2 / silent["years"])


# -- ratings


def rated_log(n: int = 14) -> tuple[list[dict], list[dict]]:
    """n assessors rate a low and a high source; the high one refers after 50 days, the low one of the first alone."""
    day, rows, ratings = START + 400, [], []
    for i in range(n):
        ratings += [
            assessment(day, f"m{i:02d}", f"low{i}", comfort=2),
            assessment(day, f"m{i:02d}", f"high{i}", comfort=9),
        ]
        rows.append(referral(day + 50, f"high{i}", f"m{i:02d}"))
    return [*rows, referral(day + 20, "low0", "m00")], ratings


def test_ratings_are_set_beside_what_followed_with_their_range() -> None:
    rows, ratings = rated_log()
    view = made(rows, [(f"m{i:02d}", LONG_AGO, None) for i in range(14)], assessments=ratings)
    assert view.rated is not None
    assert list(view.rated) == ["comfort"]
    found = view.rated["comfort"]
    bands = found.bands.set_index("band")
    assert bands["n"].to_dict() == {"0–3": 14, "4–6": 0, "7–10": 14}
    assert bands.loc["0–3", "share"] == pytest.approx(1 / 14)
    assert 0 <= bands.loc["0–3", "low"] < 1 / 14 < bands.loc["0–3", "high"] < 1
    assert bands.loc["7–10", "share"] == 1
    assert np.isnan(bands.loc["4–6", "share"])
    assert len(found.low) == 14
    assert found.silent == 13
    assert found.low.set_index("source_id").loc["low0", ["referrals", "since"]].tolist() == [1, 1]


def test_perceived_value_is_read_like_comfort_and_a_later_rating_replaces_an_earlier_one() -> None:
    ratings = [assessment(START + 10, "m", "s", perceived_value=1),
               assessment(START + 300, "m", "s", perceived_value=8),
               assessment(START + 10, "m", "t", perceived_value=0, comfort=10)]  # fmt: skip
    view = made([referral(START + 1000, "z", "m")], [("m", LONG_AGO, None)], assessments=ratings)
    assert view.rated is not None
    assert set(view.rated) == {"comfort", "perceived_value"}
    assert view.rated["perceived_value"].low["source_id"].tolist() == ["t"]
    assert view.rated["comfort"].low.empty
    assert len(view.rated["perceived_value"].dots) == 3


def test_without_ratings_there_is_nothing_to_compare() -> None:
    assert made([referral(START + 500, "s", "b")]).rated is None


# -- who was asked


def test_a_question_where_somebody_stands_counts_for_who_asked_it() -> None:
    rows = [referral(END - 100, "s", "a"), referral(END - 100, "s", "b"), referral(END - 90, "t", "a"),
            referral(END - 500, "old", "a"), referral(END - 80, None, "a")]  # fmt: skip
    members = [("a", LONG_AGO, None), ("b", LONG_AGO, None), ("gone", LONG_AGO, END - 50)]
    rows.append(referral(END - 100, "s", "gone"))
    view = made(rows, members, touches=[touch(END - 200, "a", "s", "standing"), touch(END - 20, "a", "x", "help")],
                assessments=[assessment(END - 10, "b", "y", comfort=4)])  # fmt: skip
    found = view.asked
    assert found is not None
    assert found.recorded
    assert (found.questions, found.assessments) == (1, 1)
    asked = {(r.source_id, r.receiver_id): pd.notna(r.asked) for r in found.pairs.itertuples()}
    assert asked == {("s", "a"): True, ("s", "b"): False, ("t", "a"): False, ("old", "a"): False, ("x", "a"): False,
                     ("y", "b"): True}  # fmt: skip
    assert found.members[["person_id", "asked", "never"]].to_numpy().tolist() == [["a", 1, 1], ["b", 0, 1]]
    assert found.figure.theta == pytest.approx(1 / 3)


def test_the_list_for_next_week_takes_each_members_most_active_source() -> None:
    rows = [referral(END - d, "t", "a") for d in (10, 40)] + [referral(END - 5, "s", "a"), referral(END - 9, "u", "b")]
    found = made(rows, [(p, LONG_AGO, None) for p in "ab"], touches=[touch(END - 300, "b", "z", "standing")]).asked
    assert found is not None
    first = found.never[found.never["next"]]
    assert first[["receiver_id", "source_id"]].to_numpy().tolist() == [["a", "t"], ["b", "u"]]
    alone = made([referral(END - 10 * i, f"s{i}", "a") for i in range(1, 9)], receiver="a").asked
    assert alone is not None
    assert int(alone.pairs["next"].sum()) == 5


def test_a_chapter_that_records_no_question_is_not_one_that_asks_nobody() -> None:
    found = made([referral(END - 10, "s", "a")], [("a", LONG_AGO, None)]).asked
    assert found is not None
    assert not found.recorded
    assert len(found.never) == 1
