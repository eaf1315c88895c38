"""What changed, who fell silent, what rests on few, seats, other groups and goals: exact sums, and luck as promised."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import overview, overview_beside, overview_change, overview_share, overview_silence
from analysis.overview_log import parted
from analysis.periods import day_number
from analysis.result import Frames
from analysis.scope import UNKNOWN, Scope
from analysis.settings import DEFAULT, changed, differences
from tests.analysis.builders import frames, referral

NOW, THEN = day_number(date(2026, 1, 1)), day_number(date(2025, 1, 1))
YEAR = Scope(start=date(2026, 1, 1), end=date(2027, 1, 1))
COVER = [("g1", THEN, day_number(date(2027, 1, 1)))]


def log(rows: list[dict], members: tuple = (), cover: list | None = None, **more) -> Frames:
    return frames(rows, members, coverage=cover or COVER, imported_on=date(2027, 1, 1), **more)


def given(day: int, source: str | None, receiver: str = "p1", n: int = 1, **more) -> list[dict]:
    return [referral(day + i, source, receiver, **more) for i in range(n)]


def won(day: int, source: str, amount: float | None, receiver: str = "p1", currency: str = "EUR") -> dict:
    return referral(day, source, receiver, status="won", closed=day, amount=amount, currency=currency)


END = given(NOW + 364, "z")  # the log goes on to the year's last day


def test_contributions_add_up_to_the_change_and_the_largest_stands_first() -> None:
    rows = given(NOW, "a", n=5) + given(THEN, "a", n=1) + given(THEN, "b", n=7) + given(NOW, None, n=2) + END
    found = overview_change.build(log(rows), YEAR)
    assert (found.now_total, found.before_total, found.change) == (8, 8, 0)
    assert list(zip(found.parts.id, found.parts.change, strict=True)) == [("b", -7), ("a", 4), (UNKNOWN, 2), ("z", 1)]
    assert found.parts.change.sum() == found.change


def test_the_rest_is_collected_without_losing_anything() -> None:
    rows = [r for k in range(9) for r in given(NOW, f"s{k}", n=k + 1)] + END
    found = overview_change.build(log(rows), YEAR)
    top, rest = overview_change.collected(found, 3)
    assert (len(top), rest["n"]) == (3, 7)
    assert top.change.sum() + rest["change"] == found.change
    assert rest["reach"] == pytest.approx(np.sqrt((found.parts.reach[3:] ** 2).sum()))


def test_a_change_of_money_is_split_by_currency() -> None:
    rows = [won(NOW, "a", 100.0), won(THEN, "a", 40.0), won(NOW, "b", 7.0, currency="USD"), *END]
    assert overview_change.build(log(rows), YEAR, what="EUR").change == 60
    assert overview_change.build(log(rows), YEAR, what="USD").change == 7


@pytest.mark.parametrize(("by", "ids"), [("receiver", ["p2", "p1"]), ("kind", ["customer", "member"])])
def test_the_same_change_is_split_by_receiver_and_by_kind(by: str, ids: list[str]) -> None:
    rows = given(NOW, "a", "p2", 6, source_kind="customer") + given(NOW, "a", "p1", 1) + given(THEN, "b", "p1", 2)
    found = overview_change.build(log([*rows, *END]), YEAR, by=by)
    assert list(found.parts.id) == ids
    assert found.change == 6


def test_without_the_earlier_period_or_with_a_gap_nothing_is_said_to_have_changed() -> None:
    rows = [*given(NOW, "a", n=5), *END]
    bare = overview_change.build(log(rows, cover=[("g1", NOW, NOW + 365)]), YEAR)
    holes = overview_change.build(log(rows, cover=[("g1", THEN, THEN + 90), ("g1", NOW, NOW + 365)]), YEAR)
    assert (bare.missing, holes.missing) == ("before", "gaps")


def test_few_sources_are_not_told_from_luck() -> None:
    found = overview_change.build(log([*given(NOW, "a", n=50), *given(THEN, "b", n=4), *END]), YEAR)
    assert found.luck is None
    assert not found.beyond


def simulated(rng: np.random.Generator, sources: int, receivers: int, burst: float, shared: float, grown: float):
    """One pair of periods: sources of different paces, in bursts, to receivers who share good and bad years."""
    pace = rng.gamma(1.2, 4 / 1.2, sources)
    to = rng.dirichlet(np.full(receivers, 0.3), sources)
    found = []
    for sign, factor in ((1.0, grown), (-1.0, 1.0)):
        own = rng.gamma(1 / burst, burst, sources) if burst else np.ones(sources)
        year = rng.gamma(1 / shared, shared, receivers) if shared else np.ones(receivers)
        n = rng.poisson((factor * pace * own)[:, None] * to * year)
        s, r = np.nonzero(n)
        found.append(np.repeat([s, r, np.full(len(s), sign)], n[s, r].astype(int), axis=1))
    s, r, weight = np.hstack(found)
    return weight.sum(), overview_change.luck(weight, s.astype(int), r.astype(int), float(len(weight)))


@pytest.mark.parametrize(
    ("sources", "receivers", "burst", "shared"),
    [(20, 1, 0.5, 0.0), (60, 20, 0.0, 0.0), (60, 20, 0.6, 0.0), (60, 20, 0.4, 0.3), (150, 30, 1.0, 0.2)],
)
def test_luck_alone_leaves_its_range_in_at_most_one_of_twenty(
    sources: int, receivers: int, burst: float, shared: float
) -> None:
    rng = np.random.default_rng(20261122)
    drawn = [simulated(rng, sources, receivers, burst, shared, 1.0) for _ in range(500)]
    beyond = [abs(change) > luck for change, luck in drawn if luck is not None]
    assert len(beyond) > 400
    assert np.mean(beyond) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / len(beyond))


def test_a_large_growth_of_all_sources_is_seen() -> None:
    rng = np.random.default_rng(7)
    drawn = [simulated(rng, 60, 20, 0.3, 0.0, 2.0) for _ in range(200)]
    assert np.mean([change > luck for change, luck in drawn if luck is not None]) > 0.9


def steady(source: str, every: int, first: int, last: int) -> list[dict]:
    return [referral(day, source, "p1") for day in range(first, last + 1, every)]


def test_a_weekly_giver_is_silent_soon_and_a_yearly_one_is_not() -> None:
    end = NOW + 364
    rows = steady("weekly", 7, THEN, end - 90) + steady("seldom", 170, THEN, end - 90) + steady("on", 30, THEN, end)
    found = overview_silence.build(log([*rows, *END]), Scope())
    assert list(found.table.source) == ["weekly"]
    row, last = found.table.iloc[0], rows[91]["given"]
    assert (row.state, row["last"], row.silent, row.usual) == ("silent", last, end - last, 7)
    assert found.regular == 3


def test_the_chance_of_a_silence_is_that_of_evenly_scattered_days() -> None:
    assert overview_silence.chance(0, 5, 0.25, 1.0) == pytest.approx(0.75**5)
    assert overview_silence.chance(1, 5, 0.25, 1.0) == pytest.approx(0.75**5 + 5 * 0.25 * 0.75**4)
    assert overview_silence.chance(0, 5, 0.25, 2.0) == pytest.approx(0.75**2.5)


def test_referrals_within_a_week_are_one_occasion() -> None:
    assert list(overview_silence.occasions(np.array([0, 1, 6, 7, 8, 20]))) == [0, 7, 20]


def test_what_no_import_covers_is_no_silence() -> None:
    rows = steady("a", 14, THEN, NOW + 100) + steady("b", 14, THEN, NOW + 364)
    cover = [("g1", THEN, NOW + 101), ("g1", NOW + 350, NOW + 365)]
    assert list(overview_silence.build(log(rows), Scope()).table.source) == ["a"]
    assert overview_silence.build(log(rows, cover=cover), Scope()).table.empty


def test_who_left_the_group_is_counted_and_not_listed() -> None:
    rows = steady("a", 14, THEN, NOW + 100) + steady("b", 14, THEN, NOW + 364)
    found = overview_silence.build(log(rows, (("a", None, NOW + 110), ("b", None, None))), Scope())
    assert found.table.empty
    assert found.left == 1


def test_a_giver_who_slowed_down_gives_less() -> None:
    slow = [day for day in range(THEN, NOW + 365, 8) if day < NOW + 183 or day in range(NOW + 190, NOW + 365, 40)]
    rows = [referral(day, "a", "p1") for day in [*slow, NOW + 362]] + steady("b", 30, THEN, NOW + 364)
    found = overview_silence.build(log(rows), Scope())
    assert list(zip(found.table.source, found.table.state, strict=True)) == [("a", "less")]
    assert found.table.recent[0] < 8 < found.table.expected[0]


@pytest.mark.parametrize(("days", "burst"), [(365, 0.0), (730, 0.0), (730, 0.5)])
def test_luck_lists_about_one_regular_source_in_twenty(days: int, burst: float) -> None:
    rng = np.random.default_rng(11)
    silent = regular = 0
    for _ in range(60):
        paces = []
        for pace in rng.gamma(1.5, 0.02 / 1.5, 60):
            begun = rng.uniform(0, days, rng.poisson(pace * days / (1 + burst)))
            each = 1 + rng.poisson(burst, len(begun))
            at = np.repeat(begun, each) + rng.exponential(5, each.sum()) * (burst > 0)
            at = overview_silence.occasions(np.unique(at[at < days].astype(int)))
            if len(at) >= overview_silence.REGULAR:
                paces.append(at)
        phi = overview_silence.bursts(paces)
        judged = [overview_silence._judged(at, days, phi, int(at[-1])) for at in paces]
        regular += len(judged)
        silent += sum(row["state"] == "silent" for row in judged)
    assert regular > 2000
    assert 0.015 < silent / regular < 0.06


def test_shares_with_and_without_the_largest_amount() -> None:
    rows = [won(NOW, "a", 600.0), won(NOW, "b", 200.0), won(NOW, "b", 100.0), won(NOW, "c", 100.0), *END,
            won(NOW, "d", None)]  # fmt: skip
    count, money = overview_share.build(log(rows), YEAR)
    assert (count.n, count.first, count.half) == (6, pytest.approx(2 / 6), 2)
    assert (money.total, money.first, round(money.first3, 9), money.half, money.no_amount) == (1000, 0.6, 1, 1, 1)
    assert money.largest == 0.6
    rest = money.without_largest
    assert (rest.total, rest.first, rest.half) == (400, 0.75, 1)
    assert money.low95 is None  # one receiver in one month: no sample


def test_a_source_that_nobody_named_is_in_the_total_and_never_the_first() -> None:
    (count,) = overview_share.build(log(given(NOW, None, n=6) + given(NOW, "a", n=3) + END), YEAR)
    assert (count.first, count.unnamed, count.half) == (pytest.approx(0.3), pytest.approx(0.6), None)


def test_the_first_of_equals_is_first_by_luck() -> None:
    rng = np.random.default_rng(1)
    largest = rng.multinomial(50, np.full(5, 0.2), 20_000).max(axis=1).mean() / 50
    assert overview_share._luck(50, 5) == pytest.approx(largest, abs=0.005)


def test_a_share_has_its_interval_over_receivers() -> None:
    rows = [r for k in range(8) for r in given(NOW + k, "a", f"p{k}", 2 + k % 3) + given(NOW + k, "b", f"p{k}", 3)]
    count = overview_share.build(log([*rows, *END]), YEAR)[0]
    assert 0 < count.low95 < count.first < count.high95 < 1


def test_a_seat_is_worth_the_value_of_a_year_for_each_year_of_a_seat() -> None:
    rows = [won(NOW, "a", 900.0, "p1"), won(NOW, "a", 100.0, "p2"), *END]
    half = NOW + 365 // 2
    view = overview.build(log(rows, (("p1", None, None), ("p2", None, half), ("p3", half, None))), YEAR)
    assert view.kpi("members").value == 3
    assert view.kpi("seat_value").value == pytest.approx(1000 / (730 / 365.25))
    assert view.kpi("member_value").value == pytest.approx(1000 / 3)


def test_without_a_member_list_a_seat_is_not_recorded() -> None:
    view = overview.build(log([won(NOW, "a", 900.0), *END]), YEAR)
    assert [view.kpi(name).recorded for name in ("members", "seat_value", "member_value")] == [False] * 3


def test_a_seat_of_another_currency_has_no_part_in_it() -> None:
    rows = [won(NOW, "a", 900.0, "p1"), {**won(NOW, "a", 50.0, "p2", "USD"), "group_id": "g2"},
            *END, {**END[0], "group_id": "g2"}]  # fmt: skip
    spells = (("p1", None, None, "g1"), ("p2", None, None, "g2"))
    cover = [*COVER, ("g2", *COVER[0][1:])]
    view = overview.build(log(rows, spells, cover), YEAR)
    assert view.kpi("seat_value", "EUR").value == pytest.approx(900 * 365.25 / 365)
    assert view.kpi("seat_value", "USD").value == pytest.approx(50 * 365.25 / 365)


def test_a_chosen_month_is_a_period_of_its_own_and_is_compared_with_the_month_before() -> None:
    rows = given(day_number(date(2026, 3, 2)), "a", n=4) + given(day_number(date(2026, 2, 2)), "a", n=3) + END
    scope, months = parted(replace(YEAR, filters=(("kind", "member"), ("month", "2026-03"))))
    assert (scope.filters, months) == ((("kind", "member"),), ("2026-03",))
    view = overview.build(log(rows), scope, None, months)
    assert (view.kpi("referrals").value, view.kpi("referrals").before) == (4, 3)
    assert overview_change.build(log(rows), scope, None, months).change == 1


def test_two_months_apart_are_compared_with_two_months_apart() -> None:
    days = [date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1), date(2025, 5, 1), date(2025, 6, 1)]
    rows = [r for k, d in enumerate(days) for r in given(day_number(d), "a", n=k + 1)] + END
    scope = replace(YEAR, compare="last_year")
    view = overview.build(log(rows), scope, None, ("2026-05", "2026-07"))
    assert (view.kpi("referrals").value, view.kpi("referrals").before) == (4, 4)
    assert view.window.complete


def test_narrowing_does_not_move_the_end_of_the_log() -> None:
    rows = log([*given(NOW, "a", n=3), *END])
    ground = overview.build(rows, Scope()).ground
    mine = replace(rows, referrals=rows.referrals[rows.referrals.source_id == "a"])
    view = overview.build(mine, Scope(), ground)
    assert view.as_of == date(2027, 1, 1)
    assert view.window.complete


def region(counts: dict[str, int], members: dict[str, int]) -> Frames:
    rows = [{**r, "group_id": g} for g, n in counts.items() for r in given(NOW, f"s{g}", f"p{g}0", n)]
    rows += [{**END[0], "group_id": g} for g in counts]
    spells = tuple((f"p{g}{k}", None, None, g) for g, n in members.items() for k in range(n))
    return log(rows, spells, [(g, THEN, NOW + 365) for g in counts])


def beside(found: Frames, scope: Scope = replace(YEAR, groups=("g1",), compare="others")) -> overview.Overview:  # noqa: B008
    mine = replace(found, referrals=found.referrals[found.referrals.group_id == "g1"],
                   memberships=found.memberships[found.memberships.group_id == "g1"],
                   coverage=found.coverage[found.coverage.group_id == "g1"])  # fmt: skip
    view = overview.build(mine, scope)
    others = overview_beside.build(found, replace(scope, groups=()), ("g1",), view.ground, view.window.spans,
                                   overview_beside.month_spans(view))  # fmt: skip
    return overview_beside.with_others(view, others)


def test_other_groups_are_taken_per_member_each_once_and_at_this_size() -> None:
    view = beside(region({"g1": 9, "g2": 19, "g3": 39}, {"g1": 10, "g2": 5, "g3": 40}))
    kpi = view.kpi("referrals")
    assert view.groups == 2
    assert (kpi.value, kpi.before, kpi.n_before) == (10, pytest.approx((20 / 5 + 40 / 40) / 2 * 10), 2)
    assert kpi.before_low95 is None  # two groups are no sample
    assert view.months.before_referrals[0] == pytest.approx((19 / 5 + 31 / 40) / 2 * 10)  # January


def test_a_group_without_a_member_list_cannot_stand_beside() -> None:
    view = beside(region({"g1": 9, "g2": 19}, {"g1": 10}))
    assert view.missing == overview_beside.NO_SIZES
    assert view.kpi("referrals").before is None


def test_one_source_has_no_counterpart_in_other_groups() -> None:
    assert overview_beside.others_scope(Scope(filters=(("source", "a"),)))[1] == overview_beside.NO_SOURCE
    theirs, why = overview_beside.others_scope(
        Scope(("g1",), receiver="p", filters=(("receiver", "p"), ("room", "linear")))
    )
    assert (theirs, why) == (Scope(filters=(("room", "linear"),)), "")


def test_a_goal_is_of_the_covered_days_and_no_part_of_the_method() -> None:
    method = changed(DEFAULT, {"goals": {"referrals_per_month": 10, "value_per_month": 500.0, "currency": "EUR"}})
    assert differences(method, DEFAULT) == {}
    rows = [won(NOW, "a", 900.0), *END]
    view = overview.build(log(rows, cover=[("g1", NOW, NOW + 31), ("g1", NOW + 334, NOW + 365)]), YEAR)
    seen = overview_beside.with_goal(view, method, narrowed=False)
    assert seen.kpi("referrals").before == pytest.approx(20)  # January and December
    assert seen.kpi("value").before == pytest.approx(1000)
    assert seen.kpi("won").before is None
    assert seen.months.before_referrals.fillna(-1).tolist() == [10, *[-1] * 10, 10]


def test_a_goal_of_everything_is_not_held_against_a_part() -> None:
    method = changed(DEFAULT, {"goals": {"referrals_per_month": 10}})
    view = overview.build(log([*given(NOW, "a"), *END]), YEAR)
    assert overview_beside.with_goal(view, method, narrowed=True).missing == overview_beside.NARROWED
    assert overview_beside.with_goal(view, DEFAULT, narrowed=False).missing == overview_beside.NO_GOAL


def test_thanks_are_the_value_where_no_referral_says_what_became_of_it() -> None:
    rows = log([{**r, "status": None} for r in [*given(NOW, "a", n=3), *END]])
    thanks = pd.DataFrame({"thank_id": ["t1", "t2"], "group_id": "g1", "given": pd.array([NOW, NOW + 9], dtype="Int64"),
                           "period_from": pd.NA, "period_to": pd.NA, "from_id": None, "to_id": ["a", "b"],
                           "amount": [300.0, -50.0], "currency": "EUR", "tier": pd.NA,
                           "counterpart_group": None})  # fmt: skip
    view = overview.build(replace(rows, thanks=thanks), YEAR)
    assert (view.basis, view.kpi("value").value, view.kpi("won").recorded) == ("thanks", 250, False)
    alone = overview.build(replace(rows, thanks=thanks), replace(YEAR, receiver="p1"))
    assert not alone.kpi("value").recorded or alone.kpi("value").value is None  # nobody says who earned it
