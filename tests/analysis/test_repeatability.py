"""The coming quarter, first-time sources and the pace, on logs small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import forecast
from analysis.dispersion import dispersion
from analysis.population import prepare, to_day
from analysis.repeatability import Repeatability, build
from analysis.repeatability_pace import shrunken
from analysis.repeatability_total import Total, quarterly
from analysis.scope import Scope
from analysis.settings import DEFAULT
from tests.analysis.builders import date, frames, referral

LONG_AGO = to_day(date(2010, 1, 1))
JANUARY_70 = 0


def day_of(year: int, month: int, day: int = 5) -> int:
    return to_day(date(year, month, day))


def monthly(receiver: str, months: list[tuple[int, int]], per_month: int = 1, source: str = "s") -> list[dict]:
    return [referral(day_of(*when, 2 + i), f"{source}{i}", receiver) for when in months for i in range(per_month)]


def months_of(*years: int) -> list[tuple[int, int]]:
    return [(year, month) for year in years for month in range(1, 13)]


def made(rows, members=None, until: int = day_of(2026, 1, 1), since: int = day_of(2023, 1, 1), filters=(),
         **scope) -> Repeatability:  # fmt: skip
    people = sorted({r["receiver_id"] for r in rows})
    spells = [(p, LONG_AGO, None) for p in people] if members is None else members
    log = frames(rows, spells, coverage=[("g1", since, until)], imported_on=date(2026, 1, 2))
    return build(log, Scope(as_of=date(2026, 1, 1), **scope), DEFAULT, filters)


def total(counts, exposure=None, there=None, whole=None) -> Total:
    n = len(counts)
    return quarterly(np.array(counts, float), np.ones(n) if exposure is None else np.array(exposure, float),
                     np.ones(n + 1) if there is None else np.array(there, float),
                     np.ones(n, bool) if whole is None else np.array(whole), first=JANUARY_70, start=n)  # fmt: skip


# -- the total


def test_the_range_is_a_negative_binomial_whose_rate_is_uncertain_too() -> None:
    """36 in a year, three every month: μ = 36.5 / 12 · 3, variance μ(1 + 3/12) widened as t with two quarters."""
    found = total([3] * 12)
    assert found.past.empty
    assert found.coming is not None
    row = found.coming.iloc[0]
    mean = 36.5 / 12 * 3
    variance = mean * 1.25 * (stats.t.ppf(0.9, 2) / stats.norm.ppf(0.9)) ** 2
    size = mean**2 / (variance - mean)
    of = stats.nbinom(size, size / (size + mean))
    assert row["mean"] == pytest.approx(mean)
    assert (row["low"], row["high"]) == (of.ppf(0.1), of.ppf(0.9))
    assert row["mass"] == pytest.approx(of.cdf(row["high"]) - of.cdf(row["low"] - 1))


def test_every_later_quarter_is_forecast_from_what_was_known_before_it() -> None:
    found = total([3] * 24)
    assert found.past["origin"].tolist() == [12, 15, 18, 21]
    assert found.past["y"].tolist() == [9, 9, 9, 9]
    assert found.hits == 4
    assert total([3] * 12 + [40] * 12).past.iloc[0].equals(found.past.iloc[0].where(found.past.columns != "y", 120.0))


def test_a_miss_widens_the_ranges_after_it() -> None:
    calm, shaken = total([3] * 24), total([3] * 12 + [9] * 3 + [3] * 9)
    wide = [float(t.past["high"].iloc[1] - t.past["low"].iloc[1]) for t in (calm, shaken)]
    assert wide[1] > wide[0] + 5


def test_more_members_are_expected_to_receive_more() -> None:
    few, many = (total([10] * 12, [5] * 12, [5] * 12 + [n]) for n in (5, 10))
    assert few.coming is not None
    assert many.coming is not None
    assert many.coming["mean"].iloc[0] == pytest.approx(2 * few.coming["mean"].iloc[0])


def test_a_month_that_nobody_imported_ends_every_range_that_would_need_it() -> None:
    whole = [True] * 36
    whole[20] = False
    found = total([3] * 36, whole=whole)
    assert found.past["origin"].tolist() == [12, 15, 33]
    assert 18 not in found.quarters["origin"].tolist()
    assert len(found.quarters) == 11


def test_a_year_without_any_does_not_promise_a_quarter_without_any() -> None:
    row = total([0] * 12).coming.iloc[0]  # type: ignore[union-attr]
    assert row["low"] == 0
    assert row["mean"] == pytest.approx(0.125)


def test_luck_says_how_many_of_so_few_would_hold() -> None:
    found = total([3] * 24)
    low, high = found.luck()
    assert (low, high) == tuple(stats.binom.ppf([0.025, 0.975], 4, found.past["mass"].mean()))


# -- the log


def test_the_chapters_quarters_are_counted_from_the_log() -> None:
    """b receives 2 a month for three years, c one every January."""
    rows = monthly("b", months_of(2023, 2024, 2025), 2) + monthly("c", [(y, 1) for y in (2023, 2024, 2025)], 1, "t")
    view = made(rows)
    assert view.received is not None
    assert view.received.quarters["y"].tolist() == [7, 6, 6, 6] * 3
    assert view.received.past["before"].tolist() == [25] * 8
    assert view.received.coming is not None
    assert view.received.coming["mean"].iloc[0] == pytest.approx(25.5 / 4, rel=0.01)
    assert (view.start, view.end, view.months) == (date(2026, 1, 1), date(2026, 4, 1), 36)


def test_a_members_range_is_the_one_that_the_findings_use() -> None:
    rng = np.random.default_rng(3)
    rows = [referral(int(d), "s", f"m{i}") for i in range(12)
            for d in rng.integers(day_of(2023, 1, 1), day_of(2026, 1, 1), 8 + 6 * i)]  # fmt: skip
    view = made(rows)
    log = frames(rows, [(f"m{i}", LONG_AGO, None) for i in range(12)],
                 coverage=[("g1", day_of(2023, 1, 1), day_of(2026, 1, 1))])  # fmt: skip
    known = forecast.upcoming(prepare(log).at(day_of(2026, 1, 1))).set_index("person_id")
    ours = view.members.set_index("person_id")
    assert set(ours.index) == set(known.index)
    for column in ("mean", "low", "high"):
        assert ours[column].to_dict() == known[column].to_dict()
    year = pd.Series([r["receiver_id"] for r in rows if r["given"] >= day_of(2025, 1, 1)]).value_counts()
    assert ours["x"].to_dict() == year.to_dict()
    assert set(ours["exposure"]) == {12}
    assert ours["mean"].is_monotonic_decreasing
    assert view.trust is not None
    assert view.trust.n["member_quarters"] == len(view.history) == 12 * 8
    assert view.trust.n["hits"] == int(ours["hits"].sum())


def test_who_came_lately_has_no_range_and_is_counted() -> None:
    members = [("b", LONG_AGO, None), ("c", day_of(2025, 9, 1), None), ("d", LONG_AGO, day_of(2025, 6, 1))]
    rows = monthly("b", months_of(2024, 2025)) + monthly("c", [(2025, 11)]) + monthly("d", months_of(2024))
    view = made(rows, members)
    assert view.members["person_id"].tolist() == ["b"]
    assert view.untold == 1


def test_a_receiver_is_shown_alone_with_a_range_drawn_towards_all() -> None:
    rows = [r for i, p in enumerate("abcdef", 1) for r in monthly(p, months_of(2024, 2025), i)]
    everybody, alone = made(rows, since=day_of(2024, 1, 1)), made(rows, since=day_of(2024, 1, 1),
                                                                  filters=(("receiver", "f"),))  # fmt: skip
    assert alone.people == ("f",)
    assert alone.members["person_id"].tolist() == ["f"]
    pd.testing.assert_series_equal(alone.members.iloc[0], everybody.members.iloc[0])
    assert alone.received is not None
    assert alone.received.quarters["y"].tolist() == [18] * 8
    assert len(alone.ids) == 72
    assert made(rows, since=day_of(2024, 1, 1), receiver="f").people == ("f",)


def test_a_filter_on_the_source_counts_less_and_covers_as_much() -> None:
    """Months in which this source gave nothing are months with nothing, not months that nobody imported."""
    rows = monthly("b", months_of(2023, 2024, 2025)) + monthly("b", [(2024, 5)], 1, "t")
    view = made(rows, filters=(("source", "t0"),))
    assert view.received is not None
    assert view.received.quarters["y"].tolist() == [0] * 5 + [1] + [0] * 6
    assert view.as_of == date(2026, 1, 1)
    assert view.idle == ()


def test_a_filter_on_the_month_or_the_outcome_would_look_like_a_decline_and_does_not_apply() -> None:
    rows = monthly("b", months_of(2024, 2025))
    view, narrowed = made(rows), made(rows, filters=(("month", "2024-05"), ("status", "won")))
    assert narrowed.idle == ("month", "status")
    assert view.received is not None
    assert narrowed.received is not None
    pd.testing.assert_frame_equal(view.received.past, narrowed.received.past)


def test_without_a_list_the_log_is_forecast_as_a_whole() -> None:
    view = made(monthly("b", months_of(2024, 2025)), members=[], since=day_of(2024, 1, 1))
    assert not view.listed
    assert view.members.empty
    assert view.received is not None
    assert view.received.coming is not None


def test_nothing_dated_makes_nothing() -> None:
    assert build(frames([referral(None, "s", "b")]), Scope(), DEFAULT).empty


# -- first-time sources


def test_a_source_is_new_when_it_sent_none_in_the_year_before() -> None:
    """Of s in 2023-01, 2024-02 (13 months later) and 2024-06, the second alone counts: the first has no year before
    it. t is new in 2024-03 and again to another receiver."""
    rows = [referral(day_of(*when), "s", "b") for when in ((2023, 1), (2024, 2), (2024, 6))]
    rows += [referral(day_of(2024, 3), "t", "b"), referral(day_of(2024, 3), "t", "c")]
    rows += monthly("c", months_of(2023, 2024, 2025), 1, "u")
    view = made(rows)
    assert view.sources is not None
    assert dict(zip(view.sources.quarters["origin"], view.sources.quarters["y"], strict=True)) == {
        12 * 54 + 3 * k: (3 if k == 0 else 0) for k in range(8)
    }


def test_sources_that_nobody_named_are_not_new_ones() -> None:
    rows = monthly("b", months_of(2023, 2024, 2025))
    rows += [referral(day_of(2024, m, 20), None, "b") for m in (2, 5)]
    view = made(rows)
    assert view.sources is not None
    assert view.sources.quarters["y"].sum() == 0
    assert view.unknown == pytest.approx(2 / 38)
    nobody = made([{**r, "source_id": None} for r in rows])
    assert nobody.sources is None


# -- the pace


def test_few_referrals_leave_a_member_where_the_others_are() -> None:
    """One busy month of somebody with three referrals is no pattern; forty in three of thirty-six months are."""
    rng = np.random.default_rng(1)
    steady = rng.poisson(2.0, (20, 36)).astype(float)
    clumped, few = np.zeros((1, 36)), np.zeros((1, 36))
    clumped[0, [3, 17, 30]], few[0, 5] = [14, 13, 13], 3
    ratio, low, high = shrunken(np.vstack([steady, clumped, few]), np.ones((22, 36)))
    assert low[20] > 3
    assert (ratio[:20] < 1.6).all()
    assert ratio[21] < 2
    assert low[21] < 1.1
    assert np.all((low <= ratio) & (ratio <= high))


def test_the_chapters_pace_is_the_one_of_the_findings_and_its_waves_are_seen() -> None:
    """All members rest in summer: each alone looks like chance, together they do not."""
    rng = np.random.default_rng(2)
    months = [(y, m) for y in (2023, 2024, 2025) for m in range(1, 13)]
    rows = [referral(day_of(y, m, int(rng.integers(1, 28))), "s", f"m{i:02d}") for i in range(30) for y, m in months
            for _ in range(rng.poisson(0.15 if m in (7, 8) else 0.9))]  # fmt: skip
    view = made(rows)
    assert view.pace is not None
    assert view.pace.low95 > 1.25
    assert view.pace.ratio > 2 * float(np.exp(view.pace.figure.theta))
    log = frames(rows, [(f"m{i:02d}", LONG_AGO, None) for i in range(30)],
                 coverage=[("g1", day_of(2023, 1, 1), day_of(2026, 1, 1))])  # fmt: skip
    panel = forecast.activity(prepare(log).at(day_of(2026, 1, 1)))
    assert view.pace.figure.theta == dispersion(panel.received, panel.active.astype(float)).figure.theta
    assert view.pace.months["expected"].sum() == pytest.approx(len(rows))
    months_below = view.pace.months[view.pace.months["y"] < view.pace.months["low"]]["month"]
    assert {(2023 - 1970) * 12 + 6} <= set(months_below)


def test_a_pace_needs_a_year() -> None:
    assert made(monthly("b", months_of(2025)[:11]), [("b", day_of(2025, 2, 1), None)]).pace is None
