"""Giving and receiving, and asks with and without a balance, on logs small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.claims import giving as giving_claims
from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.claims.exchange import partners
from analysis.claims.others import from_others
from analysis.estimators import stratified
from analysis.lag_lead import lag_lead, lag_of, month_fit, of_members
from analysis.panel import NotIdentifiedError
from analysis.population import month_start, months, prepare, to_date, to_day
from analysis.settings import DEFAULT
from analysis.verdict import decide
from tests.analysis.builders import date, frames, referral, touch

A = to_day(date(2026, 7, 1))
LONG_AGO = A - 4000
START = int(month_start(months(np.array([A])) - 48)[0])  # four years of whole months


def day(month: int, of: int = 10) -> int:
    """A day of the month-th month of the log."""
    return int(month_start(months(np.array([START])) + month)[0]) + of


def view(rows, members, day: int = A, **more):
    more.setdefault("coverage", [("g1", START, A)])
    return prepare(frames(rows, members, imported_on=to_date(A), **more)).at(day)


def measure(claim: str, *args, detail: bool = True, **more) -> Measured:
    return registry[claim].on(view(*args, **more), detail, None)


def value(m: Measured, name: str):
    return next(e for e in m.estimates if e.name == name).value


def exchange_rows(seed: int = 1, members: int = 12, rate: float = 0.8):
    rng, rows = np.random.default_rng(seed), []
    for month in range(48):
        for i in range(members):
            for _ in range(rng.poisson(rate)):
                j = int(rng.integers(members))
                if j != i:
                    rows.append(referral(day(month, int(rng.integers(28))), f"m{i:02d}", f"m{j:02d}"))
    return rows, [(f"m{i:02d}", LONG_AGO, None) for i in range(members)]


# -- lag less lead ----------------------------------------------------------------------------------------------------
def test_a_month_counts_only_with_half_a_year_on_either_side() -> None:
    """b is there in months 10 to 24: months 16, 17 and 18 have six on either side."""
    rows = [referral(day(m), "b", "c") for m in (10, 15, 16, 23)]
    v = view(rows, [("b", day(10, 0), day(25, 0)), ("c", day(30, 0), None)])
    found = of_members(v)
    first = months(np.array([START]))[0]
    b = [k for k, at in enumerate(found.at) if v.spells["person_id"].iloc[found.panel.spell[at]] == "b"]
    assert (found.panel.month[found.at[b]] - first).tolist() == [16, 17, 18]
    cells = giving_claims.giving(v)
    assert (cells.before[b].tolist(), cells.after[b].tolist()) == ([2, 2, 2], [0, 1, 1])


def test_an_uncovered_month_ends_the_window() -> None:
    v = view([referral(day(3), "b", "c")], [("b", LONG_AGO, None), ("c", LONG_AGO, None)],
             coverage=[("g1", START, day(20, 0)), ("g1", day(21, 0), A)])  # fmt: skip
    got = {int(m) for m in of_members(v).panel.month[of_members(v).at] - months(np.array([START]))[0]}
    assert got == {*range(6, 14), *range(27, 42)}


def test_months_enter_as_dummies_and_empty_ones_are_left_out() -> None:
    rng = np.random.default_rng(3)
    unit, month = np.repeat(np.arange(15), 10), np.tile(np.arange(10), 15)
    x, e = rng.normal(size=150), rng.uniform(0.5, 1, 150)
    y = rng.poisson(e * np.exp(0.4 * x)).astype(float) * (month != 4) * (unit != 2)
    fit = month_fit(y, x, unit, month, e)
    keep = (month != 4) & (unit != 2)
    dummies = np.hstack([unit[:, None] == np.unique(unit[keep]), month[:, None] == np.unique(month[keep])[1:]])
    glm = GLM(
        y[keep], np.column_stack([x, dummies])[keep].astype(float), family=Poisson(), offset=np.log(e[keep])
    ).fit()
    assert fit.beta[0] == pytest.approx(glm.params[0], abs=1e-7)
    assert fit.kept.tolist() == keep.tolist()


def test_a_column_swap_makes_the_difference_the_first_coefficient() -> None:
    rng = np.random.default_rng(5)
    unit, month = np.repeat(np.arange(20), 12), np.tile(np.arange(12), 20)
    lag, lead = rng.poisson(3, 240).astype(float), rng.poisson(3, 240).astype(float)
    y, one = rng.poisson(1.0 + 0.2 * lag).astype(float), np.ones(240)
    fit = lag_lead(y, lag, lead, unit, month, one)
    plain = month_fit(y, np.column_stack([np.log1p(lag), np.log1p(lead)]), unit, month, one)
    assert fit.beta[0] == pytest.approx(plain.beta[0] - plain.beta[1])
    assert lag_of(fit).theta == pytest.approx(plain.beta[0])
    assert lag_of(fit).se == pytest.approx(np.sqrt(plain.cov3[0, 0]))


def test_nothing_received_is_not_an_elasticity() -> None:
    with pytest.raises(NotIdentifiedError):
        month_fit(np.zeros(8), np.arange(8.0), np.repeat([0, 1], 4), np.tile(np.arange(4), 2), np.ones(8))


def test_r7_counts_what_it_used_and_gates_on_it() -> None:
    rows, members = exchange_rows()
    m = measure("R7", rows, members)
    gates = {g.name: g.have for g in m.gates}
    assert gates["months with half a year on either side"] == 36
    assert gates["members"] == 12
    assert m.n == 12 * 36
    assert (
        dict(m.estimates[0].n)["events"] == gates["referrals received in them"] == m.data["members"]["received"].sum()
    )
    assert value(m, "lag") - value(m, "lead") == pytest.approx(value(m, "lag_minus_lead"))
    assert m.data["event"]["offset"].tolist() == list(range(-6, 7))
    assert set(m.data["rows"]["referral_id"]) <= {f"r{i:07d}" for i in range(len(rows))}
    short = [r for r in rows if r["given"] >= day(30, 0)]
    assert [g.name for g in measure("R7", short, members, coverage=[("g1", day(30, 0), A)]).gates if not g.passed]


def test_r7_is_contradicted_only_if_giving_alone_goes_with_nothing() -> None:
    """Receiving may lead to giving: then lag − lead falls below nought by itself."""
    rows, members = exchange_rows()
    m = measure("R7", rows, members)
    low, high = next((e.low95, e.high95) for e in m.estimates if e.name == "plain_lag")
    assert ("contradicted" in m.withheld) == (low <= -0.1 or high >= 0.1)
    down = m.figure.__class__(-0.5, 0.01, 30.0, "identity", 30.0, 30, {"member": np.full(30, -0.5)})
    told = Measured(**{**m.__dict__, "figure": down, "withheld": {"contradicted": "why"}})
    assert (decide(told, 0.0, under_test=False).verdict, decide(told, 0.0, under_test=False).detail) == (
        "not enough data", "why")  # fmt: skip


def test_r8_leaves_out_what_comes_from_those_given_to_in_the_half_years_around() -> None:
    rows = [referral(day(20), "b", "c"), referral(day(14, 1), "c", "b"), referral(day(26, 27), "c", "b"),
            referral(day(13), "c", "b"), referral(day(27), "c", "b"), referral(day(20), "x", "b")]  # fmt: skip
    v = view(rows, [("b", LONG_AGO, None), ("c", LONG_AGO, None)])
    mask = from_others(v)
    assert sorted(v.rows["given"][mask & (v.rows["receiver_id"] == "b")]) == sorted([day(13), day(27), day(20)])


def test_r8_says_so_where_the_same_person_returns_it_too() -> None:
    rng, rows = np.random.default_rng(2), []
    for k in range(500):
        i, j = rng.choice(20, 2, replace=False)
        when = int(rng.integers(START, A - 80))
        rows.append(referral(when, f"m{i:02d}", f"m{j:02d}"))
        if k % 2:
            rows.append(referral(when + int(rng.integers(10, 60)), f"m{j:02d}", f"m{i:02d}"))
    members = [(f"m{i:02d}", LONG_AGO, None) for i in range(20)]
    m = measure("R8", rows, members)
    assert value(m, "direct_return_ratio") > 1.5
    assert m.adds == "and directly too"
    up = m.figure.__class__(0.5, 0.01, 30.0, "identity", 30.0, 30, {"member": np.full(30, 0.5)})
    gates = tuple(g.__class__(g.name, g.need, g.need) for g in m.gates)
    told = decide(Measured(**{**m.__dict__, "figure": up, "gates": gates}), 0.0, under_test=False)
    assert (told.verdict, told.detail) == ("supported", "clearly large enough; and directly too")
    assert measure("R8", *exchange_rows()).adds is None
    assert value(m, "share_from_others") < value(m, "share_from_others_expected")


@pytest.mark.parametrize("claim", ["R7", "R8"])
def test_one_person_and_a_log_without_giving_are_said(claim: str) -> None:
    rows, members = exchange_rows()
    assert "several people" in measure(claim, rows, members, receiver="m00").unrecorded[0]
    only = [referral(day(k), f"customer{k}", "m00", source_kind="customer") for k in range(40)]
    assert "Nobody here both gives and receives" in measure(claim, only, members).unrecorded[0]
    assert "Nobody here both gives and receives" in measure("S5", only, members).unrecorded[0]


def test_without_a_member_list_receivers_are_members_from_first_to_last_record() -> None:
    rows, _ = exchange_rows()
    m = measure("R7", rows, ())
    assert m.figure.usable
    assert any("no member list" in said for said in m.warnings)


# -- the landmark -----------------------------------------------------------------------------------------------------
def test_s5_by_hand() -> None:
    """At the landmark b, c, d are there and e has left; b gave to c alone; d left after 100 days of the year."""
    mark = A - 365
    members = [("b", LONG_AGO, None), ("c", LONG_AGO, None), ("d", LONG_AGO, mark + 100), ("e", LONG_AGO, mark)]
    rows = [referral(mark - 5, "b", "c"), referral(mark - 400, "b", "d"), referral(mark + 5, "c", "b"),
            referral(mark + 6, "c", "b"), referral(mark + 7, "c", "d"), referral(mark + 8, "d", "b"),
            referral(mark + 9, "e", "b")]  # fmt: skip
    found = partners(view(rows, members))
    table = pd.DataFrame({"to": found.ids[found.to], "by": found.ids[found.by], "y": found.returned,
                          "gave": found.gave, "weight": found.weight}).set_index(["to", "by"])  # fmt: skip
    assert len(table) == 6
    assert table.loc[("b", "c")].tolist() == [2, 1, (1 + 0.5) * 365]
    assert table.loc[("b", "d")].tolist() == [1, 0, (0 + 0.5) * 100]
    assert table.loc[("d", "c")].tolist() == [1, 0, (2 + 0.5) * 100]
    m = measure("S5", rows, members)
    # Within b: 2 with weight 547.5 where he gave, 1 with weight 50 where he did not; d gave to nobody.
    assert m.figure.theta == pytest.approx(np.log((2 / 547.5) / (1 / 50)))


def test_s5_needs_the_year_before_to_be_covered() -> None:
    rows, members = exchange_rows()
    gate = "covered days of the year before last"
    for start, passes in ((A - 365 - 300, True), (A - 365 - 299, False)):
        m = measure("S5", rows, members, coverage=[("g1", start, A)])
        assert next(g.passed for g in m.gates if g.name == gate) == passes
        assert m.figure.usable == passes


def test_s5_for_one_receiver_takes_his_sources_for_the_sample() -> None:
    rows, members = exchange_rows(members=16, rate=1.2)
    m = measure("S5", rows, members, receiver="m00")
    assert set(m.figure.left_out) == {"source"}
    assert m.cluster_unit == "sources"
    assert m.figure.clusters == 15
    whole = measure("S5", rows, members)
    assert set(whole.figure.left_out) == {"member", "source"}
    assert whole.data["quadrant"]["pairs"].sum() == 16 * 15
    assert len(whole.data["rows"]) == whole.n


# -- asking -----------------------------------------------------------------------------------------------------------
def ask_log():
    """b asks c after helping (met), d without (refused), c again with balance nought (met late: 61 days); e asks c
    after a referral given (met by an introduction), and d owing one (met, but expressly not asked for)."""
    t = A - 900
    rows = [referral(t + 20, "c", "b"), referral(t + 300 + 61, "c", "b"), referral(t + 5, "e", "c"),
            referral(t + 45, "d", "e", asked=False)]  # fmt: skip
    met = [touch(t - 3, "b", "c", "help"), touch(t, "b", "c", "ask"), touch(t, "b", "d", "ask"),
           touch(t + 300, "b", "c", "ask"), touch(t - 9, "b", "c", "one_to_one"),
           touch(t + 10, "e", "c", "ask"), touch(t + 70, "c", "e", "introduction"), touch(t + 40, "e", "d", "ask"),
           touch(t - 1, "e", "d", "ask")]  # fmt: skip
    return rows, [(p, LONG_AGO, None) for p in "bcde"], met


def test_d3_by_hand() -> None:
    rows, members, met = ask_log()
    m = measure("D3", rows, members, touches=met)
    table = m.data["asks"][["asker", "askee", "balance", "success"]].to_numpy().tolist()
    assert table == [["Name b", "Name c", 1, True], ["Name b", "Name d", 0, False], ["Name b", "Name c", 0, False],
                     ["Name e", "Name c", 1, True], ["Name e", "Name d", -1, False],
                     ["Name e", "Name d", 0, False]]  # fmt: skip
    # Within b and within e one ask with a balance, met, and two without, not met.
    assert m.figure.theta == pytest.approx(1.0)
    assert dict(m.estimates[0].n) == {"asks": 6, "members": 2, "events": 2}
    assert value(m, "success_without_balance") == 0


def test_d3_is_the_stratified_difference_of_askers_and_asked() -> None:
    rng, met, rows = np.random.default_rng(7), [], []
    for i in range(12):
        for k in range(20):
            when, other = A - 800 + 30 * k, f"m{(i + 1 + int(rng.integers(11))) % 12:02d}"
            if rng.random() < 0.5:
                met.append(touch(when - 2, f"m{i:02d}", other, "testimonial"))
            met.append(touch(when, f"m{i:02d}", other, "ask"))
            if rng.random() < 0.4:
                rows.append(referral(when + 30, other, f"m{i:02d}"))
    m = measure("D3", rows, [(f"m{i:02d}", LONG_AGO, None) for i in range(12)], touches=met)
    t = m.data["asks"]
    asker, askee = (pd.factorize(t[c], sort=True)[0].astype(np.int64) for c in ("asker", "askee"))
    arm, y = (t["balance"] > 0).to_numpy().astype(np.int64), t["success"].to_numpy(dtype=float)
    same = stratified("difference", asker, arm, y, np.ones(len(t)), receiver=asker, source=askee)
    assert (m.figure.theta, m.figure.se, m.figure.df) == pytest.approx((same.theta, same.se, same.df))
    assert m.data["bins"]["asks"].sum() == len(t)
    one = measure("D3", rows, [("m00", LONG_AGO, None)], touches=met, receiver="m00")
    assert set(one.figure.left_out) == {"source"}
    assert one.n == 20


def test_d3_asks_whose_answer_is_not_known_yet_or_not_imported_do_not_enter() -> None:
    rows, members, _ = ask_log()
    met = [touch(A - 61, "b", "c", "ask"), touch(A - 60, "b", "d", "ask"), touch(A - 500, "b", "e", "ask")]
    cover = [("g1", START, A - 470), ("g1", A - 460, A)]
    m = measure("D3", rows, members, touches=met, coverage=cover)
    assert m.data["asks"]["day"].tolist() == [A - 61]


def test_d3_a_referral_marked_as_asked_for_is_not_an_ask() -> None:
    rows = [referral(A - 300 + i, "b", "c", asked=True) for i in range(50)]
    m = measure("D3", rows, [("b", LONG_AGO, None)], touches=[touch(A - 9, "b", "c", "help")])
    assert "Asks are not recorded" in m.unrecorded[0]


def test_d3_says_for_how_many_the_balance_is_cut_short() -> None:
    rows, members, met = ask_log()
    m = measure("D3", rows, members, touches=met, coverage=[("g1", A - 900 - 50, A)])
    assert any(said.startswith("For 6 of 6 asks") for said in m.warnings)
    assert value(m, "success_difference_whole_year") is None


def test_settings_hold_the_margins_of_these_claims() -> None:
    assert (DEFAULT.capital_elasticity, DEFAULT.capital_ask_days, DEFAULT.capital_return_days) == (0.10, 60, 90)
