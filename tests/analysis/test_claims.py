"""The claims on logs small enough to count by hand, and the traps that each is there to avoid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.claims import registry
from analysis.claims.top_two import MidP
from analysis.intervals import wilson
from analysis.population import prepare, to_day
from tests.analysis.builders import date, frames, referral

A = to_day(date(2026, 7, 1))
LONG_AGO = A - 4000


def measure(claim: str, rows, members=None, day: int = A, detail: bool = True, **more):
    people = sorted({r["receiver_id"] for r in rows})
    spells = [(p, LONG_AGO, None) for p in people] if members is None else members
    cover = more.pop("coverage", [("g1", LONG_AGO, A)])
    return registry[claim].measure(prepare(frames(rows, spells, coverage=cover, **more)), day, detail=detail)


def estimate(measured, name: str):
    return next(e for e in measured.estimates if e.name == name)


# -- L1
# ----------------------------------------------------------------------------------------------------------
def presence_rows():
    """b: 3 of 4 away, c: 1 of 2 away, d: 0 of 2, from five sources; one too old, one outside the spell."""
    away = {
        "b": [("s1", 0), ("s1", 0), ("s2", 0), ("s2", 1)],
        "c": [("s2", 0), ("s3", 1)],
        "d": [("s4", 1), ("s5", 1)],
    }
    rows = [referral(A - 30 - i, s, r, present=bool(p)) for r, list_ in away.items() for i, (s, p) in enumerate(list_)]
    return [*rows, referral(A - 366, "s1", "b", present=False), referral(A - 5, "s1", "e", present=False)]


def test_l1_by_hand() -> None:
    members = [("b", LONG_AGO, None), ("c", LONG_AGO, None), ("d", LONG_AGO, None), ("e", LONG_AGO, A - 5)]
    m = measure("L1", presence_rows(), members)
    assert m.figure.theta == pytest.approx(4 / 8)
    by_receiver = [(4 - n) / (8 - d) for n, d in ((3, 4), (1, 2), (0, 2))]
    by_source = [(4 - n) / (8 - d) for n, d in ((2, 2), (2, 3), (0, 1), (0, 1), (0, 1))]
    by_pair = [(4 - n) / (8 - d) for n, d in ((2, 2), (1, 2), (1, 1), (0, 1), (0, 1), (0, 1))]
    va, vb, vab = ((g - 1) / g * sum((x - 0.5) ** 2 for x in left) for g, left in
                   ((3, by_receiver), (5, by_source), (6, by_pair)))  # fmt: skip
    assert m.figure.se**2 == pytest.approx(max(va + vb - vab, va, vb))
    assert m.figure.gstar == pytest.approx(min(64 / 24, 64 / 16))
    half = stats.t.ppf(0.975, 64 / 24 - 1) * m.figure.se / 0.25
    assert m.estimates[0].high95 == pytest.approx(1 / (1 + np.exp(-half)))
    assert dict(m.estimates[0].n) == {"referrals": 8, "members": 3, "sources": 5, "events": 4}


def test_l1_says_what_every_member_counting_once_would_give() -> None:
    m = measure("L1", presence_rows()[:8])
    assert estimate(m, "share_networked_equal_members").value == pytest.approx((0.75 + 0.5 + 0) / 3)
    assert any("every member counting once" in w for w in m.warnings)


def test_l1_gaps_are_counted_against_and_for() -> None:
    rows = [
        referral(A - 20 - i, f"s{i % 9}", f"m{i % 10}", present=None if i % 10 == 0 else i % 2 == i // 10 % 2)
        for i in range(100)
    ]
    m = measure("L1", rows)
    networked = sum(r["present"] is False for r in rows)
    assert m.figure.theta == pytest.approx(networked / 90)
    assert (m.against.theta, m.favour.theta) == pytest.approx((networked / 100, (networked + 10) / 100))
    assert m.missing == 10


def test_unknown_presence_is_never_taken_for_absence() -> None:
    rows = [referral(A - 20 - i, f"s{i % 9}", f"m{i % 10}", present=None if i % 25 == 0 else True) for i in range(100)]
    assert measure("L1", rows).figure.theta == 0


# -- L5 and S4
# ---------------------------------------------------------------------------------------------------
def closing_rows(field: str, one, zero):
    """Two receivers: b wins 3 of 4 in arm 1 and 1 of 2 in arm 0; c 1 of 2 and 1 of 4; d has one arm only."""
    plan = [("b", one, [1, 1, 1, 0]), ("b", zero, [1, 0]), ("c", one, [1, 0]), ("c", zero, [1, 0, 0, 0]),
            ("d", one, [1, 1])]  # fmt: skip
    rows = []
    for receiver, value, wins in plan:
        for i, won in enumerate(wins):
            rows.append(referral(A - 400 + i, f"{receiver}{value}{i}", receiver, **{field: value},
                                 currency="EUR",
                                 status="won" if won else "lost", closed=A - 390 + i,
                                 amount=100.0 if won else None))  # fmt: skip
    return rows


B = (3 * 2 - 1 * 4) / 6, 4 * 2 / 6
C = (1 * 4 - 1 * 2) / 6, 2 * 4 / 6


@pytest.mark.parametrize(
    ("claim", "field", "one", "zero"),
    [("L5", "present", False, True), ("S4", "source_kind", "partner", "customer")],
)
def test_close_rates_are_compared_within_receivers_by_hand(claim: str, field: str, one, zero) -> None:
    m = measure(claim, closing_rows(field, one, zero))
    assert m.figure.theta == pytest.approx((B[0] + C[0]) / (B[1] + C[1]))
    assert m.n == 12
    pooled = 6 / 8 - 2 / 6 if claim == "L5" else 4 / 6 - 2 / 6  # d has never had a customer: not zero, unrecorded
    assert estimate(m, "pooled_difference").value == pytest.approx(pooled)
    if claim == "S4":  # no source receives anything here: receivers alone are the sample
        left = [C[0] / C[1], B[0] / B[1]]
        assert m.figure.se**2 == pytest.approx(0.5 * sum((x - m.figure.theta) ** 2 for x in left))
        assert "source" not in m.figure.left_out
    else:
        assert "source" in m.figure.left_out


def test_young_referrals_do_not_enter_a_close_rate() -> None:
    rows = closing_rows("present", False, True)
    young = [referral(A - 180, "y", "b", present=False, status="won", closed=A - 100)]
    assert measure("L5", rows + young).n == 12
    assert measure("L5", [*rows, referral(A - 181, "y", "b", present=False)]).n == 13


def test_a_win_on_an_unknown_day_counts_under_the_upper_bound_alone() -> None:
    rows = closing_rows("present", False, True)
    rows[0] = {**rows[0], "closed": None}
    m = measure("L5", rows)
    assert m.figure.theta == pytest.approx(((2 * 2 - 1 * 4) / 6 + C[0]) / (B[1] + C[1]))
    assert m.favour.theta == pytest.approx((B[0] + C[0]) / (B[1] + C[1]))


def test_s4_members_only_is_not_a_finding_about_customers() -> None:
    rows = [
        referral(A - 400 + i, f"s{i}", f"m{i % 9}", source_kind="member", status="won", closed=A - 300)
        for i in range(90)
    ]
    for claim in ("S1", "S4"):
        m = measure(claim, rows)
        assert "Customers are not recorded" in m.unrecorded[0]


def test_s4_open_referrals_count_in_the_curves() -> None:
    rows = [referral(A - 300, f"s{i}", f"m{i % 3}", source_kind=k, status="won" if i % 2 else "open",
                     closed=A - 280 if i % 2 else None) for i in range(60) for k in ("partner",
                                                                                     "customer")]  # fmt: skip
    curve = measure("S4", rows).data["curves"]
    end = curve[(curve["arm"] == 1) & (curve["day"] == 180)]
    assert end["cif"].iloc[0] == pytest.approx(0.5)


def test_money_takes_the_currency_with_most_wins_and_says_so() -> None:
    rows = closing_rows("present", False, True)
    rows[0] = {**rows[0], "currency": "USD", "amount": 1e6}
    m = measure("L5", rows)
    assert any("in EUR" in w for w in m.warnings)
    assert m.data["money"]["largest"].max() == 100


# -- S1
# ----------------------------------------------------------------------------------------------------------
SELECT, TEST = A - 180 - 730 + 10, A - 180 - 365 + 10


def won(day: int, source: str, receiver: str, kind: str, amount: float = 10.0):
    return referral(
        day, source, receiver, source_kind=kind, status="won", closed=day + 5, amount=amount, currency="EUR"
    )


def race(receiver: str, last_year: dict[str, int], this_year: dict[str, int], customers: int):
    rows = [won(SELECT, "customer", receiver, "customer")]
    rows += [won(SELECT + i, f"{receiver}-{s}", receiver, "partner") for s, k in last_year.items() for i in range(k)]
    rows += [won(TEST + i, f"{receiver}-{s}", receiver, "partner") for s, k in this_year.items() for i in range(k)]
    return rows + [won(TEST + i, "customer", receiver, "customer") for i in range(customers)]


def test_s1_by_hand() -> None:
    """b's picks p, q bring 3 against 2; c's bring 1 against 2, though this year's best (r) brought 5; d ties;
    e has no customer before the test year."""
    rows = [*race("b", {"p": 3, "q": 2, "r": 1}, {"p": 2, "q": 1, "r": 1}, 2),
            *race("c", {"p": 3, "q": 2, "r": 1}, {"p": 1, "r": 5}, 2), *race("d", {"p": 1}, {"p": 2}, 2),
            *race("e", {"p": 2}, {"p": 4}, 1)[1:]]  # fmt: skip
    m = measure("S1", rows)
    table = m.data["receivers"].set_index("person_id")
    assert table[["top_two", "customers", "outcome"]].to_numpy().tolist() == [
        [3, 2, "partners"],
        [1, 2, "customers"],
        [2, 2, "tie"],
    ]
    assert table.loc["b", "picks"] == "Name b-p; Name b-q"
    assert (m.estimates[0].value, m.estimates[0].low95, m.estimates[0].high99) == pytest.approx(
        (0.5, wilson(1, 2, 0.95)[0], wilson(1, 2, 0.99)[1])
    )
    assert m.estimates[0].p == pytest.approx(1.0)
    assert estimate(m, "share_in_sample").value == 1.0  # chosen after the race, c's r wins it
    assert dict(m.estimates[0].n)["decided"] == 2


@pytest.mark.parametrize(("better", "amounts"), [("z", (10.0, 20.0)), ("a", (20.0, 20.0))])
def test_s1_ties_in_the_ranking_go_by_money_then_by_name(better: str, amounts) -> None:
    """y is first; a and z brought one each: the larger amount is picked, and of equal ones the first by
    name."""
    rows = race("b", {"y": 2}, {}, 1)
    rows += [won(SELECT, "b-a", "b", "partner", amounts[0]), won(SELECT, "b-z", "b", "partner", amounts[1])]
    rows += [won(TEST, f"b-{better}", "b", "partner"), won(TEST + 1, f"b-{better}", "b", "partner")]
    assert measure("S1", rows).data["receivers"]["top_two"].tolist() == [2]


def test_s1_needs_a_spell_over_300_days_of_both_years() -> None:
    rows = race("b", {"p": 1}, {"p": 2}, 1)
    start = A - 180 - 730
    for joined, entered in ((start + 65, 1), (start + 66, 0)):
        m = measure("S1", rows, [("b", joined, None)])
        assert dict(m.estimates[0].n)["receivers"] == entered


def test_s1_for_one_receiver_is_a_conditional_binomial() -> None:
    m = measure("S1", race("b", {"p": 3, "q": 2}, {"p": 20, "q": 10}, 10), receiver="b")
    assert m.estimates[0].name == "top_two_share_of_won"
    assert m.estimates[0].value == 0.75
    tail = stats.binom.sf(30, 40, 0.5) + stats.binom.pmf(30, 40, 0.5) / 2
    assert m.estimates[0].p == pytest.approx(2 * tail)
    low, _ = m.figure.bounds(0.95)
    assert stats.binom.sf(30, 40, low) + stats.binom.pmf(30, 40, low) / 2 == pytest.approx(0.025)
    assert all(g.passed for g in m.gates)


def test_mid_p_at_the_ends() -> None:
    none, every = (MidP(x / 9, 0.0, np.inf, "identity", 9, 9, score=True, x=x, of=9) for x in (0, 9))
    assert none.bounds(0.95)[0] == 0
    assert every.bounds(0.95)[1] == 1
    assert none.bounds(0.95)[1] == pytest.approx(1 - every.bounds(0.95)[0])


# -- L9
# ----------------------------------------------------------------------------------------------------------
def test_l9_counts_years_after_the_first_referral_and_good_ones_in_them() -> None:
    """b: source s first away, 2 further wins in 730 days; source t first in the room, 1 further in 730
    days."""
    first = A - 1500
    rows = [referral(first, "s", "b", present=False), referral(first, "t", "b", present=True)]
    rows += [referral(first + d, s, "b", present=True, status="won", closed=first + d + 1) for s, d in
             (("s", 10), ("s", 700), ("s", 731), ("t", 730))]  # fmt: skip
    m = measure("L9", rows)
    members = m.data["members"].iloc[0]
    assert (members["further1"], members["further0"]) == (2, 1)
    assert members["years1"] == pytest.approx(730 / 365.25)
    assert m.figure.theta == pytest.approx(np.log(2))


def test_l9_compares_only_within_the_year_of_the_first_referral() -> None:
    """Both sources of b, first seen in different years of the log: nothing to compare."""
    start = A - 1600
    rows = [referral(start, "s", "b", present=False, status="won", closed=start + 1),
            referral(start + 400, "t", "b", present=True, status="won", closed=start + 401)]  # fmt: skip
    rows += [{**r, "given": r["given"] + 30, "closed": r["closed"] + 30} for r in rows]
    cover = [("g1", start, A)]
    assert not measure("L9", rows, coverage=cover).figure.usable
    rows[1]["given"], rows[3]["given"] = start + 300, start + 330
    assert measure("L9", rows, coverage=cover).figure.theta == pytest.approx(0, abs=0.02)


def test_l9_unknown_presence_at_the_first_leaves_the_source_out() -> None:
    rows = [referral(A - 900 + i, f"s{i}", "b", present=None if i == 0 else i % 2 == 0) for i in range(40)]
    members = measure("L9", rows).data["members"].iloc[0]
    assert members["sources1"] + members["sources0"] == 39


# -- one receiver, and the whole
# -----------------------------------------------------------------------------------
def test_of_one_receiver_the_sources_are_the_sample() -> None:
    rows = [referral(A - 300 - i, f"s{i % 12}", "b", present=i // 12 % 2 == 0,
                     source_kind="partner" if i % 12 < 6 else "customer",
                     status="won" if i % 4 else "lost", closed=A - 250) for i in range(120)]  # fmt: skip
    for claim, clusters in (("L1", 12), ("L5", 12), ("S4", 6)):
        m = measure(claim, rows, receiver="b", detail=False)
        assert m.figure.clusters == clusters
        assert set(m.figure.left_out) == {"source"}
        assert m.cluster_unit == "sources"
    assert "one person" in measure("T1", rows, receiver="b").unrecorded[0]


def test_the_order_of_rows_changes_no_digit() -> None:
    rng = np.random.default_rng(1)
    rows = [referral(int(A - rng.integers(1, 1400)), f"s{rng.integers(40)}", f"m{rng.integers(15)}",
                     present=bool(rng.integers(2)), source_kind=str(rng.choice(["partner", "customer"])),
                     status="won", closed=int(A - rng.integers(1, 200)), amount=float(rng.integers(1, 999)))
            for _ in range(1500)]  # fmt: skip
    whole = frames(rows, [(f"m{i}", LONG_AGO + 300 * i, None) for i in range(15)])
    order = rng.permutation(len(rows))
    mixed = replace(whole, referrals=whole.referrals.iloc[order].reset_index(drop=True),
                    memberships=whole.memberships.iloc[::-1].reset_index(drop=True))  # fmt: skip
    for claim in registry.values():
        one, two = (claim.measure(prepare(f), A, detail=True) for f in (whole, mixed))
        assert one.estimates == two.estimates
        for name, frame in one.data.items():
            pd.testing.assert_frame_equal(frame, two.data[name])


def test_every_claim_is_documented() -> None:
    for name, claim in registry.items():
        assert name == claim.id
        assert claim.title
        assert claim.work
        assert claim.grade in "DAP"
        assert len(claim.estimates) >= 3


def test_s1_never_adds_two_currencies() -> None:
    rows = race("b", {"p": 2, "q": 2}, {"p": 3}, 2)
    rows[-1] = {**rows[-1], "currency": "JPY", "amount": 1e6}
    table = measure("S1", rows).data["receivers"]
    assert table[["top_two_value", "customers_value"]].to_numpy().tolist() == [[30.0, 10.0]]


def test_s1_unknown_outcomes_are_given_to_customers_and_then_to_partners() -> None:
    """Two to two; of 20 others, two have no status: for the customers they decide it one way, for the picks
    the other."""
    rows = race("b", {"p": 3, "q": 2}, {"p": 2}, 2)
    rows += [
        referral(TEST + 9, "customer", "b", source_kind="customer"),
        referral(TEST + 9, "b-p", "b", source_kind="partner"),
    ]
    rows[-1], rows[-2] = {**rows[-1], "status": None}, {**rows[-2], "status": None}
    rows += [
        referral(TEST + 10 + i, "customer", "b", source_kind="customer", status="lost", closed=TEST + 40)
        for i in range(20)
    ]
    m = measure("S1", rows)
    assert (m.figure.usable, m.against.theta, m.favour.theta) == (False, 0.0, 1.0)
    assert (m.missing, m.missing_field) == (2, "status")


def test_l9_unknown_presence_is_bounded_by_giving_busy_sources_to_either_side() -> None:
    rows = []
    for i in range(40):
        first = A - 900 + i
        rows.append(referral(first, f"s{i}", f"m{i % 2}", present=None if i in (0, 20, 39) else i % 4 < 2))
        rows += [referral(first + 30 + k, f"s{i}", f"m{i % 2}", present=True, status="won",
                          closed=first + 40 + k)
                 for k in range(9 if i == 0 else 1)]  # fmt: skip
    m = measure("L9", rows)
    assert m.missing == 3
    assert m.against.theta < m.figure.theta < m.favour.theta
