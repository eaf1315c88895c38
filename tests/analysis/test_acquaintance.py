"""How long two people have known one another, how soon a new one refers, and moving to another group, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.claims.hopping import fit, landmark, spell_numbers
from analysis.claims.quick import starts
from analysis.pair_panel import pair_months, pair_windows, young_drift
from analysis.panel import fe_poisson
from analysis.population import month_start, months, prepare, to_date, to_day
from analysis.survival import count as counted
from analysis.survival import incidence_at_end, total
from analysis.tenure_panel import cells
from tests.analysis.builders import date, frames, referral, touch

A = to_day(date(2026, 7, 1))
LONG_AGO = A - 4000
START = int(month_start(months(np.array([A])) - 60)[0])


def view(rows, members, day: int = A, **more):
    more.setdefault("coverage", [("g1", START, A)])
    return prepare(frames(rows, members, imported_on=to_date(A), **more)).at(day)


def measure(claim: str, *args, detail: bool = True, **more) -> Measured:
    return registry[claim].on(view(*args, **more), detail, None)


def value(m: Measured, name: str):
    return next(e for e in m.estimates if e.name == name).value


def chapter(seed: int = 1, people: int = 30, rate: float = 0.02, older: float = 1.0):
    """Somebody joins every other month; every ordered pair refers at a steady rate, times `older` after a year."""
    rng, rows = np.random.default_rng(seed), []
    joined = [int(START - 400 + 61 * k) for k in range(people)]
    for i in range(people):
        for j in range(people):
            since = max(joined[i], joined[j])
            for low, high, factor in ((since, since + 365, 1.0), (since + 365, A, older)):
                span = max(0, min(high, A) - max(low, START)) if i != j else 0
                for _ in range(rng.poisson(rate * factor * span / 30.4)):
                    rows.append(referral(int(max(low, START) + rng.integers(span)), f"m{j:02d}", f"m{i:02d}"))
    return rows, [(f"m{i:02d}", joined[i], None) for i in range(people)]


# -- D5 ---------------------------------------------------------------------------------------------------------------
def test_d5_pair_months_run_from_the_later_joining_and_count_age_from_it() -> None:
    first = int(month_start(months(np.array([START])) + 1)[0])
    rows = [referral(first + 40, "b", "c"), referral(first + 5, "b", "c"), referral(first + 400, "c", "b")]
    panel = pair_months(view(rows, [("b", LONG_AGO, None), ("c", first, first + 59)]))
    pair = pd.DataFrame({"to": panel.ids[panel.to], "by": panel.ids[panel.by], "month": panel.month,
                         "y": panel.received, "age": panel.age}).set_index(["to", "by"]).sort_index()  # fmt: skip
    mine = pair.loc[("c", "b")]
    assert len(mine) == len(pair) / 2 == 2
    assert mine["y"].tolist() == [1, 1]
    length = month_start(mine["month"].to_numpy() + 1) - month_start(mine["month"].to_numpy())
    assert mine["age"].iloc[0] == length[0] / 2
    assert set(panel.ids[panel.younger]) == {"c"}


def test_d5_outsiders_known_from_a_contact_are_followed_while_the_receiver_is_a_member() -> None:
    met = [touch(START + 10, "x", "b", "one_to_one")]
    rows = [referral(START + 500, "x", "b"), referral(START + 5, "y", "b")]
    got = pair_windows(view(rows, [("b", LONG_AGO, START + 700)], touches=met))
    v = view(rows, [("b", LONG_AGO, START + 700)], touches=met)
    ids = pair_months(v).ids
    assert got.assign(to=ids[got["to"]], by=ids[got["by"]])[["to", "by", "start", "end"]].to_numpy().tolist() == [
        ["b", "x", START + 10, START + 700]
    ]  # y is known only from the referral


def test_d5_is_a_poisson_with_an_effect_of_each_pair_and_the_drift_in_the_offset() -> None:
    rows, members = chapter(rate=0.03)
    v = view(rows, members)
    panel, m = pair_months(v), measure("D5", rows, members)
    drift = young_drift(v, panel)
    old = (panel.age >= 365).astype(float)
    x = np.column_stack([old, panel.season])
    for slope, name in ((drift.value, "ratio_after_a_year"), (0.0, "ratio_same_pair")):
        fit = fe_poisson(panel.received, x, panel.pair, panel.exposure * np.exp(slope * (panel.calendar - 50)))
        assert value(m, name) == pytest.approx(np.exp(fit.beta[0]), rel=1e-6)
    plain = next(e for e in m.estimates if e.name == "ratio_same_pair")
    assert m.figure.se > plain.se * 0.999  # the drift's own error is in it
    assert m.figure.df <= drift.fit.df
    assert m.data["curve"]["months"].tolist() == ["0 to 3", "3 to 6", "6 to 12", "12 to 24", "24 and more"]
    assert m.data["curve"]["referrals"].sum() == panel.received.sum()
    assert len(m.data["rows"]) == m.n
    assert set(m.figure.left_out) == {"member", "source"}


def test_d5_finds_a_rise_after_a_year_and_says_when_there_is_no_drift_to_be_had() -> None:
    m = measure("D5", *chapter(rate=0.05, older=2.0))
    assert m.figure.theta == pytest.approx(np.log(2.0), abs=0.35)
    old_hands = [(f"m{i:02d}", LONG_AGO, None) for i in range(12)]
    rows, _ = chapter(people=12)
    still = measure("D5", rows, old_hands)
    assert not still.figure.usable
    assert any("cannot be told yet" in said for said in still.warnings)
    assert not still.passes


# -- Q1 ---------------------------------------------------------------------------------------------------------------
def test_q1_by_hand() -> None:
    """c joins and is referred by b after 20 days; b by c after 200; d joins, and leaves after 50 days unreferred."""
    t = START + 600
    members = [("b", LONG_AGO, None), ("c", t, None), ("d", t + 300, t + 350)]
    rows = [referral(t + 20, "b", "c"), referral(t + 200, "c", "b"), referral(t + 340, "b", "d")]
    found = starts(view(rows, members))
    table = pd.DataFrame({"to": found.ids[found.to], "by": found.ids[found.by], "time": found.time,
                          "event": found.event}).set_index(["to", "by"])  # fmt: skip
    assert table.loc[("c", "b")].tolist() == [20, 1]
    assert table.loc[("b", "c")].tolist() == [200, 1]
    assert table.loc[("b", "d")].tolist() == [50, 2]
    assert table.loc[("d", "b")].tolist() == [40, 1]
    assert len(table) == 6  # b and c met d on the same day


def test_q1_follows_no_one_into_a_gap_or_past_the_as_of_day() -> None:
    t = START + 600
    members = [("b", LONG_AGO, None), ("c", t, None)]
    cover = [("g1", START, t + 30), ("g1", t + 60, A)]
    found = starts(view([referral(t + 70, "b", "c")], members, coverage=cover))
    assert (found.time.tolist(), found.event.tolist()) == ([29, 29], [0, 0])
    late = starts(view([referral(t + 70, "b", "c")], members, day=t + 40))
    assert (late.time.tolist(), late.event.tolist()) == ([39, 39], [0, 0])
    assert len(starts(view([referral(t + 70, "b", "c")], members, coverage=[("g1", t + 1, A)])).to) == 0


def test_q1_is_aalen_johansen_over_all_starts() -> None:
    rows, members = chapter(rate=0.04)
    m = measure("Q1", rows, members)
    found = starts(view(rows, members))
    curve = total(counted(found.time, found.event, 90))
    assert value(m, "share_within_90_days") == pytest.approx(float(incidence_at_end(curve)))
    assert m.data["marks"]["day"].tolist() == [30, 90, 180, 365]
    assert value(m, "within_30_days") == ((found.event == 1) & (found.time <= 30)).sum()
    assert m.data["members"]["starts"].sum() == m.n == len(found.to)
    assert value(m, "share_among_referring") > value(m, "share_within_90_days")
    assert {g.name for g in m.gates} >= {"new relationships", "first referrals"}
    one = measure("Q1", rows, members, receiver="m20")
    assert set(one.figure.left_out) == {"source"}
    assert one.n == (found.ids[found.to] == "m20").sum()


def test_q1_a_pair_known_only_by_its_referral_would_look_quick() -> None:
    rows, members = chapter(rate=0.04)
    rows += [referral(START + 700 + k, f"x{k}", "m00") for k in range(60)]
    m = measure("Q1", rows, members)
    assert m.n == measure("Q1", rows[:-60], members).n
    assert value(m, "share_with_unknown_starts") > value(m, "share_within_90_days")


@pytest.mark.parametrize("claim", ["D5", "Q1", "T2"])
def test_without_a_member_list_nothing_dates_an_acquaintance(claim: str) -> None:
    rows, _ = chapter(people=6)
    assert "member" in measure(claim, rows, ()).unrecorded[0]


# -- T2 ---------------------------------------------------------------------------------------------------------------
def test_spells_are_numbered_over_groups_and_moves_from_a_closing_group_are_set_aside() -> None:
    gone = START + 800
    members = [("b", START, gone, "g1"), ("b", gone + 90, None, "g2"), ("c", START, gone - 10, "g1"),
               ("c", gone + 5, None, "g2"), ("d", START, None, "g2"), ("e", START + 400, START + 500, "g2"),
               ("e", START + 600, None, "g3"), ("f", START, None, "g3")]  # fmt: skip
    v = view([referral(START + 900, "b", "d", group_id="g2")], members)
    number, forced = spell_numbers(v)
    table = v.spells.assign(number=number, forced=forced).set_index(["person_id", "group_id"])
    assert table["number"].to_dict() == {
        ("b", "g1"): 0, ("b", "g2"): 1, ("c", "g1"): 0, ("c", "g2"): 1, ("d", "g2"): 0, ("e", "g2"): 0,
        ("e", "g3"): 1, ("f", "g3"): 0,
    }  # fmt: skip
    assert table.index[table["forced"]].tolist() == [("b", "g2"), ("c", "g2")]  # both of g1 left at once; e chose to


def movers(seed: int = 3, people: int = 40, ratio: float = 1.0, growth: float = 1.0):
    """Half of the people change from one group to the other after two to three years."""
    rng, rows, members = np.random.default_rng(seed), [], []
    for i in range(people):
        joined, level = int(START - 300 + rng.integers(900)), rng.normal(0, 0.4)
        moves = joined + 700 + int(rng.integers(400)) if i % 2 else None
        spells = [(joined, moves, "g1")] + ([(moves + 40, None, "g2")] if moves and moves + 60 < A else [])
        for k, (low, high, group) in enumerate(spells):
            members.append((f"p{i:02d}", low, high, group))
            for month in range(max(low, START), min(high or A, A) - 30, 30):
                rate = 1.2 * np.exp(level) * ratio**k * growth ** ((month - low) / 365)
                for _ in range(rng.poisson(rate)):
                    rows.append(referral(month + int(rng.integers(30)), f"s{i}", f"p{i:02d}", group_id=group,
                                         source_kind="customer"))  # fmt: skip
    return rows, members


COVER = [("g1", START, A), ("g2", START, A)]


def test_t2_is_a_poisson_with_an_effect_of_each_person_at_equal_time_in_the_group() -> None:
    rows, members = movers()
    v = view(rows, members, coverage=COVER)
    panel = cells(v)
    number, forced = spell_numbers(v)
    assert not forced.any()
    m = measure("T2", rows, members, coverage=COVER)
    t = panel.tenure * 12
    year = panel.month // 12
    design = np.column_stack([number[panel.spell], (t >= 6) & (t < 12), (t >= 12) & (t < 24), t >= 24, panel.tenure,
                              *(year == y for y in np.unique(year)[1:]), panel.season]).astype(float)  # fmt: skip
    same = fe_poisson(panel.received, design, panel.person, panel.exposure)
    assert m.figure.theta == pytest.approx(same.beta[0])
    assert (m.direction, m.cluster_unit) == (-1, "people who have changed groups")
    assert dict(m.estimates[0].n)["movers"] == 20
    assert abs(fit(panel, number, ~forced[panel.spell]).beta[0] - same.beta[0]) < 1e-9
    assert m.data["members"]["groups"].max() == 2


def test_t2_growth_in_the_group_is_not_a_loss_by_moving() -> None:
    rows, members = movers(growth=1.5)
    m = measure("T2", rows, members, coverage=COVER)
    low, high = np.exp(m.figure.bounds(0.95))
    assert low < 1 < high
    assert value(m, "ratio_before_after") < 0.75  # the newcomer against the established member


def test_t2_one_group_has_no_movers_and_says_how_many_it_takes() -> None:
    rows, members = chapter(people=12)
    m = measure("T2", rows, members)
    gate = next(g for g in m.gates if g.name == "people with two groups or more")
    assert (gate.have, gate.need, gate.passed) == (0, 20, False)
    assert "Choose the whole group" in measure("T2", rows, members, receiver="m00").unrecorded[0]


def test_t2_the_landmark_classifies_by_what_was_known_after_a_year() -> None:
    t = START + 30
    members = [("b", t, t + 200, "g1"), ("b", t + 250, None, "g2"), ("c", t, None, "g1"), ("d", t, t + 300, "g1"),
               ("e", t, t + 500, "g1"), ("e", t + 600, None, "g2")]  # fmt: skip
    rows = [referral(t + 365 + 10, "s", "b", group_id="g2"), referral(t + 364, "s", "b", group_id="g2"),
            referral(t + 365 + 730, "s", "c"), referral(t + 365 + 729, "s", "c")]  # fmt: skip
    table, _ = landmark(view(rows, members, coverage=COVER))
    assert table[["group", "people", "received"]].to_numpy().tolist() == [["moved", 1, 1], ["stayed", 2, 1]]


def test_t2_withholds_what_leaving_after_a_poor_half_year_could_have_brought_about() -> None:
    from analysis.claims.hopping import _withheld
    from analysis.intervals import Figure
    from analysis.settings import DEFAULT

    wide, far, near = (Figure(x, se, 50.0, "exp", 50.0, 50) for x, se in ((0.1, 0.5), (0.9, 0.1), (0.0, 0.05)))
    delta = float(np.log(1.25))
    assert set(_withheld(wide, delta, 1.6, DEFAULT)) == {"contradicted", "no difference that matters"}
    assert set(_withheld(far, delta, 1.6, DEFAULT)) == {"no difference that matters"}
    assert set(_withheld(near, delta, 1.6, DEFAULT)) == {"contradicted"}
    assert _withheld(wide, delta, 1.2, DEFAULT) == {}
