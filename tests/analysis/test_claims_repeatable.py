"""The claims on counting on referrals and on lasting sources, on logs small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.population import prepare, to_day
from analysis.verdict import decide
from sample.world import make_world
from tests.analysis.builders import date, frames, referral

A = to_day(date(2026, 7, 1))
LONG_AGO = A - 4000
MINE = ("L3", "L4", "R1", "R2", "R4", "R6", "R13", "R14", "S2", "S3")
WHOLE_GROUP_ONLY = ("L3", "R1", "R2", "R4", "R13", "R14")


def measure(claim: str, rows, members=None, day: int = A, detail: bool = True, **more) -> Measured:
    people = sorted({r["receiver_id"] for r in rows})
    spells = [(p, LONG_AGO, None) for p in people] if members is None else members
    cover = more.pop("coverage", [("g1", LONG_AGO, A)])
    return registry[claim].measure(prepare(frames(rows, spells, coverage=cover, **more)), day, detail=detail)


def value(m: Measured, name: str) -> float | None:
    return next(e for e in m.estimates if e.name == name).value


def month_day(year: int, month: int, day: int = 5) -> int:
    return to_day(date(year, month, day))


def monthly(receiver: str, per_month: dict[tuple[int, int], int], source: str = "s") -> list[dict]:
    return [
        referral(month_day(*when, 2 + i), f"{source}{i}", receiver) for when, n in per_month.items() for i in range(n)
    ]


# -- R1 and R2


def steady(years=(2024, 2025)) -> list[dict]:
    """b receives 2 a month, c one in January, d nothing; all are members throughout."""
    rows = monthly("b", {(y, m): 2 for y in years for m in range(1, 13)})
    return rows + monthly("c", {(y, 1): 1 for y in years}, "t")


def test_r1_counts_member_quarters_with_at_least_one() -> None:
    """Covered from January 2024 to December 2025: the four quarters of 2025 have a year before them."""
    members = [(p, LONG_AGO, None) for p in "bcd"]
    m = measure("R1", steady(), members, coverage=[("g1", month_day(2024, 1, 1), month_day(2026, 1, 1))])
    assert dict(m.estimates[0].n) == {"member_quarters": 12, "members": 3, "quarters": 4, "events": 5}
    assert m.figure.theta == pytest.approx(5 / 12)
    table = m.data["forecasts"]
    assert table[table["person_id"] == "b"]["y"].tolist() == [6, 6, 6, 6]
    assert len(m.data["rows"]) == 24 + 1


def test_r1_needs_a_member_throughout_the_quarter_and_half_the_year_before() -> None:
    whole = [("g1", month_day(2024, 1, 1), month_day(2026, 1, 1))]
    for joined, quarters in ((month_day(2024, 7, 1), 4), (month_day(2024, 7, 2), 3), (month_day(2025, 7, 1), 0)):
        m = measure("R1", steady(), [("b", LONG_AGO, None), ("c", joined, None)], coverage=whole)
        assert dict(m.estimates[0].n)["member_quarters"] == 4 + quarters
    m = measure("R1", steady(), [("b", LONG_AGO, None), ("c", LONG_AGO, month_day(2025, 9, 30))], coverage=whole)
    assert dict(m.estimates[0].n)["member_quarters"] == 4 + 2


def test_r1_a_month_that_nobody_imported_is_not_a_quiet_one() -> None:
    """June 2025 is missing: no quarter whose fifteen months hold it can be judged."""
    gap = [("g1", month_day(2023, 1, 1), month_day(2025, 6, 1)), ("g1", month_day(2025, 7, 1), A)]
    m = measure("R1", steady((2023, 2024, 2025)), coverage=gap)
    first, last = (m.data["forecasts"]["origin"].agg(f) for f in ("min", "max"))
    assert (1970 + first // 12, first % 12) == (2024, 0)
    assert (1970 + last // 12, last % 12) == (2025, 0)


def test_r2_takes_the_third_that_had_received_most() -> None:
    people = [f"p{i}" for i in range(1, 7)]
    rows = [
        r for i, p in enumerate(people, 1) for r in monthly(p, {(y, m): i for y in (2024, 2025) for m in range(1, 13)})
    ]
    m = measure("R2", rows, coverage=[("g1", month_day(2024, 1, 1), month_day(2026, 1, 1))])
    table = m.data["members"]
    assert set(table[table["top"]]["person_id"]) == {"p5", "p6"}
    assert value(m, "level_ratio") == pytest.approx(1, abs=0.06)
    assert value(m, "raw_ratio") == pytest.approx(1)
    assert m.rule == "equivalence"


def test_r2_last_years_best_fall_back_to_their_own_level_and_not_below_the_forecast() -> None:
    """Nothing changes: the raw comparison says that it did not last, the shrunk one that it did."""
    raw, shrunk = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        own = rng.poisson(33 * rng.gamma(3, 1 / 3, 30))
        rows = [referral(int(A - d), "s", f"m{i:02d}") for i in range(30) for d in rng.integers(1, 1500, own[i])]
        m = measure("R2", rows, coverage=[("g1", A - 1500, A)])
        raw.append(np.log(value(m, "raw_ratio")))
        shrunk.append(m.figure.theta)
    assert np.mean(raw) < -0.08
    assert abs(np.mean(shrunk)) < 0.04


def test_r2_notices_when_it_did_not_last() -> None:
    """A log that shrinks by 40 % a year: about .72 of what was forecast."""
    rng = np.random.default_rng(1)
    days = np.arange(1, 1800)
    chance = 0.10 * 0.6 ** ((1800 - days) / 365.25)
    rows = [referral(int(A - d), "s", f"m{i:02d}") for i in range(40) for d in days[rng.random(len(days)) < chance]]
    m = measure("R2", rows, coverage=[("g1", A - 1800, A)])
    assert np.exp(m.figure.theta) == pytest.approx(0.72, abs=0.08)


# -- R4


def test_r4_counts_sources_that_sent_none_in_the_year_before() -> None:
    """b: s known (200 days before), t new, u was seen 366 days before, v 365 days before; w twice on one day."""
    u = A - 100
    rows = [referral(u - 200, "s", "b"), referral(u, "s", "b"), referral(u, "t", "b"), referral(u - 366, "u", "b"),
            referral(u, "u", "b"), referral(u - 365, "v", "b"), referral(u, "v", "b"), referral(u, "w", "b"),
            referral(u, "w", "b")]  # fmt: skip
    m = measure("R4", rows)
    table = m.data["members"].iloc[0]
    assert (table["n"], table["new"]) == (6 + 1, 4 + 1)  # and s's own first of 300 days ago
    assert m.data["rows"]["arm"].sum() == 5


def test_r4_newcomers_and_unknown_sources_stay_out() -> None:
    rows = [referral(A - 50 - i, f"s{i % 3}", "b") for i in range(40)] + [referral(A - 40, "x", "new")]
    members = [("b", LONG_AGO, None), ("new", A - 729, None)]
    assert set(measure("R4", rows, members).data["members"]["person_id"]) == {"b"}
    members[1] = ("new", A - 730, None)
    assert set(measure("R4", rows, members).data["members"]["person_id"]) == {"b", "new"}
    rows += [{**referral(A - 30 + i, "x", "b"), "source_id": None} for i in range(6)]
    m = measure("R4", rows, members)
    assert m.missing == 6
    assert m.against.theta < m.figure.theta < m.favour.theta
    rows += [{**referral(A - 30 + i, "x", "b"), "source_id": None} for i in range(25)]
    assert "who gave" in measure("R4", rows, members).unrecorded[0]


def test_r4_needs_the_year_before_to_be_covered() -> None:
    rows = [referral(A - 50 - i, f"s{i % 3}", "b") for i in range(40)]
    assert measure("R4", rows, coverage=[("g1", A - 730, A)]).n == 40
    assert measure("R4", rows, coverage=[("g1", A - 729, A)]).n == 0
    hole = [("g1", LONG_AGO, A - 300), ("g1", A - 270, A)]
    assert measure("R4", rows, coverage=hole).n == 0


def test_r4_needs_the_total_to_hold_as_well() -> None:
    m = measure("R4", steady())
    assert [part.name for part in m.parts] == ["the total holds"]
    assert m.parts[0].theta0 == pytest.approx(np.log(0.8))


# -- R6

OPENING = A - 500


def give(day: int, source: str, receiver: str) -> dict:
    return referral(day, source, receiver, source_kind="member")


def test_r6_by_hand() -> None:
    """a→b answered after 100 days; a→c not; b→c answered after 366 days: too late. The answers open nothing."""
    rows = [give(OPENING, "a", "b"), give(OPENING + 100, "b", "a"), give(OPENING, "a", "c"), give(OPENING, "b", "c"),
            give(OPENING + 366, "c", "b")]  # fmt: skip
    m = measure("R6", rows, [(p, LONG_AGO, None) for p in "abc"])
    assert dict(m.estimates[0].n) == {"openings": 3, "members": 3, "events": 1}
    assert m.figure.theta == pytest.approx(1 / 3)
    assert sorted(zip(m.data["rows"]["referral_id"], m.data["rows"]["arm"], strict=True)) == [
        ("r0000000", 1), ("r0000002", 0), ("r0000003", 0)]  # fmt: skip
    assert (m.direction, m.theta0) == (-1, 0.8)


@pytest.mark.parametrize(("day", "counted"), [(A - 731, 0), (A - 730, 1), (A - 366, 1), (A - 365, 0)])
def test_r6_counts_openings_whose_year_of_answers_has_passed(day: int, counted: int) -> None:
    m = measure("R6", [give(day, "a", "b")], [("a", LONG_AGO, None), ("b", LONG_AGO, None)])
    assert m.n == counted


@pytest.mark.parametrize(("left", "counted"), [(OPENING + 365, 0), (OPENING + 366, 1)])
def test_r6_both_must_stay_for_the_year(left: int, counted: int) -> None:
    for leaver in ("a", "b"):
        members = [(p, LONG_AGO, left if p == leaver else None) for p in "ab"]
        assert measure("R6", [give(OPENING, "a", "b")], members).n == counted


def test_r6_an_opening_near_the_beginning_of_the_log_may_be_an_answer() -> None:
    members = [(p, LONG_AGO, None) for p in "ab"]
    for start, counted in ((OPENING - 179, 0), (OPENING - 180, 1)):
        assert measure("R6", [give(OPENING, "a", "b")], members, coverage=[("g1", start, A)]).n == counted
    gap = [("g1", LONG_AGO, OPENING + 200), ("g1", OPENING + 230, A)]
    assert measure("R6", [give(OPENING, "a", "b")], members, coverage=gap).n == 0


def test_r6_a_gift_of_three_years_ago_takes_its_answer_away_from_none() -> None:
    """The answer to an opening before the counted window is not itself an opening inside it."""
    rows = [give(A - 800, "a", "b"), give(A - 700, "b", "a")]
    assert measure("R6", rows, [(p, LONG_AGO, None) for p in "ab"]).n == 0


def test_r6_without_members_on_both_sides_is_not_recorded() -> None:
    rows = [referral(OPENING + i, "customer", "b") for i in range(50)]
    assert "member to another" in measure("R6", rows).unrecorded[0]


def test_r6_of_one_member_counts_his_own_openings() -> None:
    rows = [give(OPENING, "a", x) for x in "bcd"] + [give(OPENING + 9, "b", "a"), give(OPENING, "b", "c")]
    m = measure("R6", rows, [(p, LONG_AGO, None) for p in "abcd"], receiver="a")
    assert m.n == 3
    assert m.figure.theta == pytest.approx(1 / 3)


# -- L4


def parent(day: int, i: int, **more) -> dict:
    return referral(day, f"s{i}", "b", present=False, **more)


def test_l4_by_hand() -> None:
    """Four networked parents old enough, children after 180, 181 and 5 days; a linear one with a child of its own."""
    first = A - 800
    rows = [parent(first, i) for i in range(4)]
    rows += [parent(first + 180, 10, via_referral_id="r0000000"), parent(first + 181, 11, via_referral_id="r0000000"),
             parent(A - 100, 12, via_referral_id="r0000001"), referral(first, "x", "c", present=True),
             referral(first + 5, "y", "c", present=True, via_referral_id="r0000007")]  # fmt: skip
    m = measure("L4", rows)
    assert dict(m.estimates[0].n) == {"referrals": 6, "chains": 4, "events": 1}
    assert m.figure.theta == pytest.approx(1 / 6)
    assert value(m, "multiplier") == pytest.approx(1.2)
    assert value(m, "networked_over_linear") == pytest.approx((1 / 6) / (1 / 2))
    tree = m.data["tree"].set_index("referral_id")
    assert tree.loc["r0000004", "root"] == "r0000000"
    assert m.cluster_unit == "chains"


def test_l4_young_parents_are_not_childless_ones() -> None:
    rows = [parent(A - 800 + i, i) for i in range(20)]
    rows += [parent(A - 700 + i, 50 + i, via_referral_id=f"r{i:07d}") for i in range(10)]
    rows += [parent(A - 10, 90 + i) for i in range(40)]
    m = measure("L4", rows)
    assert m.n == 30
    assert m.figure.theta == pytest.approx(1 / 3)
    assert value(m, "children_per_referral_any_age") == pytest.approx(10 / 70)
    assert measure("L4", rows, coverage=[("g1", LONG_AGO, A - 610)]).n == 10  # 180 days on, nothing was imported


def test_l4_links_have_to_be_recorded_in_five_of_a_hundred_rows() -> None:
    rows = [parent(A - 800 + i, i) for i in range(100)]
    for i in range(4):
        rows[50 + i]["via_referral_id"] = f"r{i:07d}"
    assert "which referral led" in measure("L4", rows).unrecorded[0]
    rows[60]["via_referral_id"] = "r0000005"
    assert not measure("L4", rows).unrecorded


# -- S2 and S3


def pair(first: int, source: str, receiver: str, kind: str, further=(), won: bool = True) -> list[dict]:
    rows = [referral(first, source, receiver, source_kind=kind)]
    return rows + [referral(first + d, source, receiver, source_kind=kind, status="won" if won else "lost",
                            closed=first + d + 3) for d in further]  # fmt: skip


def test_s2_counts_good_referrals_in_the_two_years_after_the_first() -> None:
    """Partner: 2 of 4 further ones inside 730 days and won; customer 1; a source whose years lie outside adds none."""
    first = A - 1500
    rows = pair(first, "p", "b", "partner", (10, 700, 731)) + pair(first, "p", "b", "partner", (20,), won=False)[1:]
    rows += pair(first, "k", "b", "customer", (730,))
    m = measure("S2", rows)
    table = m.data["members"].iloc[0]
    assert (table["further1"], table["further0"]) == (2, 1)
    assert table["years1"] == pytest.approx(730 / 365.25)
    assert m.figure.theta == pytest.approx(np.log(2))


def test_s2_a_source_keeps_the_kind_of_its_first_referral() -> None:
    first = A - 1500
    rows = pair(first, "p", "b", "customer", (10, 20)) + pair(first, "k", "b", "partner", (30,))
    rows[1]["source_kind"] = rows[2]["source_kind"] = "partner"
    assert measure("S2", rows).figure.theta == pytest.approx(np.log(1 / 2))


def test_s2_and_s3_unknown_kinds_are_counted_for_either_side() -> None:
    rows = []
    for i in range(40):
        kind = None if i in (10, 20, 30) else "partner" if i % 4 < 2 else "customer"
        rows += pair(A - 900 + i, f"s{i}", f"m{i % 2}", kind, range(30, 34 if i == 10 else 30 + (i % 3 == 1)))
    for claim in ("S2", "S3"):
        m = measure(claim, rows)
        assert m.missing == 3, claim
        assert m.against.theta <= m.figure.theta <= m.favour.theta
        assert m.against.theta < m.favour.theta
    for row in rows[:60]:
        row["source_kind"] = None
    assert "kind of source" in measure("S3", rows).unrecorded[0]


@pytest.mark.parametrize("claim", ["S1", "S2", "S3", "S4"])
def test_members_only_logs_say_that_customers_are_not_recorded(claim: str) -> None:
    rows = [referral(A - 900 + i, f"s{i % 9}", f"m{i % 7}", status="won", closed=A - 100) for i in range(300)]
    assert "Customers are not recorded" in measure(claim, rows).unrecorded[0]


def test_s3_is_the_difference_of_two_kaplan_meier_curves() -> None:
    """Partners: 8 of 20 again after 100 days, 4 censored on day 50 by leaving; customers: 5 of 20 again."""
    rows = []
    for i in range(20):
        rows += pair(A - 900, f"p{i}", "b", "partner", (100,) if i < 8 else ())
        rows += pair(A - 900, f"k{i}", "b", "customer", (200,) if i < 5 else ())
    rows += [
        r for i in range(4) for r in pair(A - 950, f"q{i}", "c", "partner") + pair(A - 950, f"l{i}", "c", "customer")
    ]
    m = measure("S3", rows, [("b", LONG_AGO, None), ("c", LONG_AGO, A - 899)])
    assert m.figure.theta == pytest.approx(8 / 20 - 5 / 20)  # those who were lost on day 50 are at risk no longer
    curve = m.data["curves"]
    assert curve[(curve["arm"] == 1) & (curve["day"] == 99)]["again"].iloc[0] == 0
    assert value(m, "days_without_difference") == pytest.approx(-(8 * 265 - 5 * 165) / 20)


def test_s3_follows_nobody_into_a_gap_of_the_imports() -> None:
    rows = []
    for i in range(30):
        rows += pair(A - 900, f"p{i}", "b", "partner", (300,) if i < 15 else ())
        rows += pair(A - 900, f"k{i}", "b", "customer")
    gap = [("g1", LONG_AGO, A - 850), ("g1", A - 820, A)]
    m = measure("S3", rows, coverage=gap)
    assert not m.figure.usable
    assert any(not g.passed and "followed" in g.name for g in m.gates)


# -- L3, R13, R14


def test_l3_counts_networked_referrals_per_member_and_month() -> None:
    """One member throughout, a second from the 16th month on; the log ends within a month, which is left out."""
    start = month_day(2022, 1, 1)
    rows = [
        referral(month_day(2022 + m // 12, m % 12 + 1, 3 + i), "s", "b", present=i == 0)
        for m in range(40)
        for i in range(3)
    ]
    members = [("b", LONG_AGO, None), ("c", month_day(2023, 4, 1), None)]
    m = measure("L3", rows, members, coverage=[("g1", start, month_day(2025, 4, 20))], day=month_day(2025, 4, 20))
    table = m.data["months"]
    assert len(table) == 39
    assert (table["networked"] == 2).all()
    assert (table["linear"] == 1).all()
    assert table["exposure"].iloc[0] == pytest.approx(31 / 30.4375)
    assert table["exposure"].iloc[20] == pytest.approx(2 * 30 / 30.4375)


def test_l3_needs_three_years() -> None:
    rows = [referral(A - 20 - i, "s", "b", present=False) for i in range(900)]
    m = measure("L3", rows, coverage=[("g1", A - 1000, A)])
    v = decide(m, under_test=False)
    assert v.verdict == "not enough data"
    assert v.detail.startswith("whole months: 31 of 36")
    assert "4-fold growth" in v.need_more.note


def test_r13_ponds_are_the_sources_own_groups_or_kinds() -> None:
    rows = [referral(A - 400 - i, "m2", "m1", source_kind="member") for i in range(4)]
    rows += [
        referral(A - 410, "k", "m1", source_kind="customer"),
        referral(A - 411, "o", "m1", counterpart_group="North"),
    ]
    rows += [referral(A - 20, "m2", "m1"), referral(A - 21, "k", "m1", source_kind="customer")]
    members = [("m1", LONG_AGO, None), ("m2", LONG_AGO, None)]
    m = measure("R13", rows, members, coverage=[("g1", A - 730, A)])
    row = m.data["members"].iloc[0]
    assert (row["received"], row["ponds"], row["next_year"]) == (6, 3, 2)
    assert row["diversity"] == pytest.approx(1 - 4 * 3 / (6 * 5))
    alike = [r for r in rows if r["source_id"] == "m2"]
    assert "circle" in measure("R13", alike, members).unrecorded[0]


def test_r14_second_degree_comes_by_a_chain_or_from_another_group() -> None:
    ring = [referral(A - 500, f"m{i}", f"m{(i + 1) % 5}") for i in range(5)] + [referral(A - 499, "m0", "m2")]
    north = {"counterpart_group": "North"}
    rows = [*ring, referral(A - 30, "x", "m1", via_referral_id="r0000000"), referral(A - 31, "y", "m1", **north),
            referral(A - 32, "m2", "m1"), referral(A - 33, "z", "m2", source_kind="customer", **north)]  # fmt: skip
    m = measure("R14", rows, [(f"m{i}", LONG_AGO, None) for i in range(5)])
    nodes = m.data["nodes"].set_index("person_id")
    assert nodes["second_degree"].tolist() == [0, 2, 0, 0, 0]
    assert nodes.loc["m0", ["received", "given", "sources"]].tolist() == [1, 2, 1]
    # Ring 0→1→2→3→4→0 with the short cut 0→2: counted by hand over all shortest paths.
    assert nodes["betweenness"].tolist() == [6, 0, 6, 6, 6]
    plain = [r for r in rows if not r["via_referral_id"] and not r["counterpart_group"]]
    assert "which referral led" in measure("R14", plain, [(f"m{i}", LONG_AGO, None) for i in range(5)]).unrecorded[0]


# -- situations


@pytest.fixture(scope="module")
def base():
    return make_world("base", seed=3)


@pytest.mark.parametrize("claim", MINE)
def test_of_one_receiver(base, claim: str) -> None:
    """Either it has a form for one person, or it says that it takes the group."""
    log = prepare(base.frames())
    busy = log.rows["receiver_id"].value_counts().index[0]
    m = registry[claim].measure(replace(log, receiver=busy, _views={}), base.last + 1, detail=True)
    if claim in WHOLE_GROUP_ONLY:
        assert "whole" in m.unrecorded[0]
        assert decide(m, under_test=False).verdict == "not recorded"
    else:
        assert not m.unrecorded
        assert m.figure.usable or not m.passes


@pytest.mark.parametrize("claim", MINE)
def test_without_a_member_list_everybody_counts_from_first_to_last_record(base, claim: str) -> None:
    whole = base.frames()
    m = registry[claim].measure(prepare(replace(whole, memberships=whole.memberships.iloc[:0])), base.last + 1)
    assert m.unrecorded or any("no member list" in w for w in m.warnings)


@pytest.mark.parametrize("claim", MINE)
def test_an_empty_and_a_tiny_log_are_not_enough_data(claim: str) -> None:
    for rows in ([], [referral(A - 40, "s", "b", present=False, source_kind="partner")]):
        m = registry[claim].measure(
            prepare(frames(rows, [("b", LONG_AGO, None)], coverage=[("g1", LONG_AGO, A)])), A, detail=True
        )
        assert decide(m, under_test=False).verdict in ("not enough data", "not recorded")
        assert m.p is None


@pytest.mark.parametrize(
    ("claim", "field"),
    [("L3", "present"), ("L4", "present"), ("S2", "source_kind"), ("S3", "source_kind"), ("S2", "status"),
     ("L4", "via_referral_id")],
)  # fmt: skip
def test_what_is_never_recorded_is_said_and_how_to_begin(base, claim: str, field: str) -> None:
    whole = base.frames()
    rows = whole.referrals.assign(**{field: None})
    m = registry[claim].measure(
        prepare(replace(whole, referrals=rows.astype(whole.referrals.dtypes.to_dict()))), base.last + 1
    )
    assert decide(m, under_test=False).verdict == "not recorded"
    assert "column" in m.unrecorded[0]


def test_the_members_behind_a_figure_add_up(base) -> None:
    log = prepare(base.frames())
    for claim, part, whole in (
        ("R4", "n", "referrals"),
        ("R6", "openings", "openings"),
        ("R1", "quarters", "member_quarters"),
    ):
        m = registry[claim].measure(log, base.last + 1, detail=True)
        assert m.data["members"][part].sum() == dict(m.estimates[0].n)[whole]
