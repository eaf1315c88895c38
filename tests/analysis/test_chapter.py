"""The chapter's figures against small cases that can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from chapter_builders import chapter_frames, one_to_one, palms, slip, thank
from chapter_worlds import chapter_world

from analysis import chapter, chapter_rows
from analysis.chapter_exchange import ELSEWHERE
from analysis.population import to_date
from analysis.scope import Scope
from analysis.spheres import shared_sphere

D = 20_000
WEEKS = 10
COVER = [("referrals", D, D + 70), ("one_to_one", D, D + 70), ("thanks", D, D + 70)]
USUAL = Scope()


def last_day(person: str = "a") -> dict:
    """A record on the last covered day, so that the log is known to its end."""
    return slip(person, "z", D + 69, tier=2)


def rate_of(view: chapter.Chapter, measure: str, person: str) -> tuple[float, float]:
    m = view.rates[measure].members.set_index("person_id")
    return float(m.loc[person, "count"]), float(m.loc[person, "weeks"])


def test_a_chapter_without_a_record_is_empty_and_still_says_what_each_export_opens() -> None:
    view = chapter.build(chapter_frames(), USUAL)
    assert view.empty
    assert set(view.unlocks["have"]) == {"no"}


def test_referrals_without_a_day_or_a_period_cannot_be_placed() -> None:
    assert chapter.build(chapter_frames([slip("a", "b")]), USUAL).empty
    view = chapter.build(chapter_frames([slip("a", "b"), slip("a", "b", D)]), USUAL)
    assert view.notes[-1] == "1 referrals have neither a date nor a period and are left out."


def test_slips_count_per_covered_week_inside_the_membership() -> None:
    frames = chapter_frames(
        [slip("a", "b", D), slip("a", "b", D + 7), last_day()],
        members=[("a", None, None), ("b", D + 35, None), ("c", D - 900, D + 14)],
        cover=COVER,
    )
    view = chapter.build(frames, USUAL)
    assert rate_of(view, "given", "a") == (3, WEEKS)
    assert rate_of(view, "given", "b") == (0, WEEKS / 2)
    assert rate_of(view, "given", "c") == (0, 2)
    assert view.rates["given"].rate == pytest.approx(3 / 17)


def test_a_week_that_no_import_covers_is_no_exposure() -> None:
    gap = [("referrals", D, D + 14), ("referrals", D + 56, D + 70)]
    frames = chapter_frames([slip("a", "b", D), last_day()], members=[("a", None, None)], cover=gap)
    assert rate_of(chapter.build(frames, USUAL), "given", "a") == (2, 4)


def test_what_no_import_speaks_for_is_absent_and_not_zero() -> None:
    frames = chapter_frames([slip("a", "b", D, tier=1), slip("b", "a", D + 9)], members=[("a", 1, None)])
    view = chapter.build(frames, USUAL)
    assert set(view.rates) == {"given", "received"}
    assert view.never_met is None
    assert view.attendance is None
    assert view.money == ()
    assert view.flows is None


def test_exposure_of_palms_is_the_meetings_held_and_not_the_weeks() -> None:
    rows = [palms("a", D, D + 69, (6, 1, 1, 1, 1), rgi=2, rgo=3, one_to_ones=4), palms("b", D, D + 69, (4,), rgi=0)]
    view = chapter.build(chapter_frames(snapshots=rows), USUAL)
    assert rate_of(view, "given", "a") == (5, 10)
    assert rate_of(view, "one_to_ones", "a") == (4, 10)
    assert "b" not in set(view.rates["one_to_ones"].members["person_id"])  # b's is empty: unknown, not zero
    assert view.attendance is not None
    assert view.attendance.members.set_index("person_id").loc["a", "share"] == pytest.approx(0.8)


def test_palms_and_slips_of_one_time_are_never_added() -> None:
    both, _ = chapter_world(members=8, weeks=12)
    alone, _ = chapter_world(members=8, weeks=12, with_slips=False)
    together = chapter.build(both, USUAL)
    assert together.rates["given"].rate == pytest.approx(chapter.build(alone, USUAL).rates["given"].rate)
    assert together.tiers is not None
    assert together.tiers.inside.n == together.rates["given"].members["count"].sum()
    assert together.money[0].basis == "thanks"


def test_the_basis_is_what_covers_more_of_the_window() -> None:
    rows = [palms("a", D, D + 6, (1,), rgi=9)]
    frames = chapter_frames([slip("a", "b", D), last_day()], snapshots=rows, members=[("a", None, None)],
                            cover=[*COVER, ("snapshots", D, D + 7)])  # fmt: skip
    view = chapter.build(frames, USUAL)
    assert view.rates["given"].basis == "slips"
    assert rate_of(view, "given", "a") == (2, WEEKS)


def test_overlapping_snapshots_are_counted_once_by_the_choice_that_covers_most() -> None:
    rows = [palms("a", D, D + 27, (4,), rgi=1), palms("a", D + 28, D + 55, (4,), rgi=2),
            palms("a", D, D + 55, (8,), rgi=3), palms("a", D + 20, D + 60, (6,), rgi=50)]  # fmt: skip
    view = chapter.build(chapter_frames(snapshots=rows), USUAL)
    assert rate_of(view, "given", "a") == (3, 8)


def test_a_period_only_slip_counts_where_its_period_lies_inside_the_window() -> None:
    rows = [slip("a", "b", period_from=D, period_to=D + 30), slip("a", "b", period_from=D + 31, period_to=D + 69)]
    frames = chapter_frames(rows, members=[("a", None, None)], cover=COVER)
    assert rate_of(chapter.build(frames, USUAL), "given", "a") == (2, WEEKS)
    chosen = chapter.build(frames, Scope(start=to_date(D + 10)))
    assert rate_of(chosen, "given", "a")[0] == 1
    assert "cannot be cut" in chosen.notes[-1]


def test_the_usual_window_is_a_year_and_moves_back_rather_than_cut_a_period() -> None:
    end = D + 1000
    dated = chapter_frames([slip("a", "b", D), slip("a", "b", end)])
    assert chapter.build(dated, USUAL).start == to_date(end + 1 - chapter_rows.USUAL_DAYS)
    first = end - 400
    long = chapter_frames([slip("a", "b", D), slip("a", "b", end)], snapshots=[palms("a", first, end - 100, (4,))])
    assert chapter.build(long, USUAL).start == to_date(first)


def test_nothing_after_the_as_of_date_is_known() -> None:
    frames = chapter_frames([slip("a", "b", D), slip("a", "b", D + 20)], met=[one_to_one("a", "b", D + 20)],
                            members=[("a", None, None), ("b", None, None)], cover=COVER)  # fmt: skip
    view = chapter.build(frames, Scope(as_of=to_date(D + 10)))
    assert rate_of(view, "given", "a")[0] == 1
    assert view.never_met is not None
    assert len(view.never_met.pairs) == 1


def test_a_one_to_one_that_both_sides_entered_is_one() -> None:
    met = [one_to_one("a", "b", D), one_to_one("b", "a", D), one_to_one("a", "b", D + 7), one_to_one("c", "a", D + 7)]
    people = [(p, None, None) for p in "abc"]
    view = chapter.build(chapter_frames([last_day()], met=met, members=people, cover=COVER), USUAL)
    assert rate_of(view, "one_to_ones", "a") == (3, WEEKS)
    entered = view.entered.set_index("person_id")
    assert entered.loc["a", ["meetings", "both", "own", "other"]].tolist() == [3, 1, 1, 1]
    assert entered.loc["c", ["meetings", "both", "own", "other"]].tolist() == [1, 0, 1, 0]


def test_of_a_period_the_larger_of_the_two_counts_is_taken() -> None:
    period = {"period_from": D, "period_to": D + 69}
    met = [one_to_one("a", "b", **period), one_to_one("a", "b", **period), one_to_one("b", "a", **period)]
    view = chapter.build(chapter_frames([last_day()], met=met, members=[("a", 1, None)], cover=COVER), USUAL)
    assert rate_of(view, "one_to_ones", "a")[0] == 2


def test_pairs_that_never_met_are_ranked_by_what_speaks_for_a_meeting() -> None:
    frames = chapter_frames(
        [slip("a", "b", D), slip("c", "d", D), slip("d", "c", D), last_day("c")],
        met=[one_to_one("a", "c", D + 1)],
        members=[(p, D - 100, None) for p in "abcd"] + [("e", D - 100, D + 30)],
        professions={"b": "Architect", "d": "Electrician"},
        cover=COVER,
    )
    found = chapter.build(frames, USUAL).never_met
    assert found is not None
    assert found.possible == 6  # e has left
    assert list(zip(found.pairs["a"], found.pairs["b"], strict=True)) == [
        ("c", "d"), ("a", "b"), ("b", "d"), ("a", "d"), ("b", "c")]  # fmt: skip
    assert found.pairs["referrals"].tolist() == [2, 1, 0, 0, 0]
    assert found.pairs["sphere"].tolist() == [None, None, "building and property", None, None]
    assert found.pairs["next"].tolist() == [True, True, False, False, False]


def test_a_pair_that_was_never_observed_together_is_not_listed() -> None:
    members = [("a", D - 10, None), ("b", D + 70, None)]
    frames = chapter_frames([last_day()], met=[one_to_one("a", "x", D)], members=members, cover=COVER)
    found = chapter.build(frames, USUAL).never_met
    assert found is not None
    assert found.pairs.empty


def test_tiers_count_what_members_give() -> None:
    rows = [slip("a", "b", D, tier=1), slip("a", "c", D, tier=2), slip("b", "a", D, tier=2), slip("x", "a", D, tier=1),
            slip("b", "c", D + 69)]  # fmt: skip
    people = [(p, None, None) for p in "abc"]
    tiers = chapter.build(chapter_frames(rows, members=people, cover=COVER), USUAL).tiers
    assert tiers is not None
    assert (tiers.inside.value, tiers.inside.n, tiers.unknown) == (pytest.approx(1 / 3), 3, 1)
    assert tiers.members.set_index("person_id")["inside"].to_dict() == {"a": 1, "b": 0}
    assert len(tiers.ids) == 3


def test_flows_go_in_and_out_by_the_chapter_that_a_slip_names() -> None:
    rows = [slip("x", "a", D, counterpart_group="East"), slip("a", "x", D, counterpart_group="East"),
            slip("a", "y", D, counterpart_group="West"), slip("a", "b", D, counterpart_group="West"),
            slip("a", "b", D), slip("b", "a", D + 69)]  # fmt: skip
    flows = chapter.build(chapter_frames(rows, members=[("a", 1, None), ("b", 1, None)], cover=COVER), USUAL).flows
    assert flows is not None
    table = flows.counterparts.set_index("name")
    assert table.loc["East", ["into", "out", "unclear"]].tolist() == [1, 1, 0]
    assert table.loc["West", ["into", "out", "unclear"]].tolist() == [0, 1, 1]
    assert flows.crossing.value == pytest.approx(4 / 6)


def test_the_matrix_holds_each_referral_once_and_outsiders_as_one() -> None:
    rows = [slip("a", "b", D), slip("a", "b", D + 1), slip("b", "a", D + 1), slip("x", "a", D + 2),
            slip("y", "a", D + 2), slip("a", "a", D + 3)]  # fmt: skip
    e = chapter.build(chapter_frames(rows, members=[("a", 1, None), ("b", 1, None)]), USUAL).exchange
    assert e is not None
    cells = e.cells.set_index(["giver", "taker"])["referrals"].to_dict()
    assert cells == {("a", "b"): 2, ("b", "a"): 1, (ELSEWHERE, "a"): 2}
    assert e.uneven[["a", "b", "gave", "got"]].values.tolist() == [["a", "b", 2, 1]]
    assert sorted(e.order) == ["a", "b"]


def test_only_a_split_that_stands_out_among_all_pairs_is_called_one_sided() -> None:
    rows = [slip("a", "b", D + i) for i in range(14)] + [slip("c", "d", D + i) for i in range(3)]
    e = chapter.build(chapter_frames(rows, members=[(p, 1, None) for p in "abcd"]), USUAL).exchange
    assert e is not None
    assert e.uneven["p"].tolist() == pytest.approx([2 * 0.5**14, 2 * 0.5**3])
    assert e.uneven["clear"].tolist() == [True, False]


def test_a_referral_that_two_chapters_logged_stands_once_in_the_matrix_and_in_each_chapters_rates() -> None:
    one = chapter_frames([slip("a", "b", D, tier=1), slip("a", "b", D + 69, tier=1)],
                         members=[("a", 1, None)], cover=COVER)  # fmt: skip
    two = chapter_frames([slip("a", "b", D, tier=1), slip("a", "b", D + 69, tier=1)],
                         members=[("b", 1, None)], cover=COVER, group="g2")  # fmt: skip
    rows = two.referrals.assign(referral_id=["s1", "s2"], group_id="g2")
    both = replace(
        one, referrals=pd.concat([one.referrals, rows], ignore_index=True),
        memberships=pd.concat([one.memberships, two.memberships], ignore_index=True),
        coverage=pd.concat([one.coverage, two.coverage], ignore_index=True),
    )  # fmt: skip
    view = chapter.build(both, USUAL)
    assert view.exchange is not None
    assert view.exchange.cells["referrals"].sum() == 2
    assert rate_of(view, "given", "a")[0] == 2
    assert rate_of(view, "received", "b")[0] == 2


def test_money_with_and_without_the_largest_slip_each_currency_alone() -> None:
    thanks = [thank("a", 100, D), thank("a", 300, D), thank("b", 5000, D), thank("b", -40, D + 1),
              thank("a", 7, D, currency="USD"), thank("a", 9, D + 69, currency=None)]  # fmt: skip
    money = chapter.build(chapter_frames(thanks=thanks, members=[("a", 1, None)]), USUAL).money
    assert [(m.currency, m.total, m.n) for m in money] == [("EUR", 5360, 3), ("", 9, 1), ("USD", 7, 1)]
    eur = money[0]
    assert (eur.median, eur.largest, eur.without_largest, eur.corrections) == (300, 5000, 360, -40)
    assert eur.top_tenth == pytest.approx(5000 / 5400)


def test_palms_totals_of_money_know_no_single_slip() -> None:
    (m,) = chapter.build(chapter_frames(snapshots=[palms("a", D, D + 6, (1,), tyfcb=500.0)]), USUAL).money
    assert (m.basis, m.total, m.n, m.largest, m.without_largest, m.median) == ("palms", 500, None, None, None, None)


def test_a_hand_kept_log_has_its_won_referrals_as_money() -> None:
    rows = [slip("a", "b", D, status="won", closed=D + 5, amount=80.0, currency="EUR"),
            slip("a", "b", D, status="open", amount=99.0, currency="EUR")]  # fmt: skip
    (m,) = chapter.build(chapter_frames(rows), USUAL).money
    assert (m.basis, m.total, m.n) == ("won", 80, 1)


def test_a_log_without_a_member_list_counts_everybody_for_all_the_time_that_it_covers() -> None:
    rows = [slip("x", "a", D, source_kind="customer"), slip("b", "a", D + 69)]
    view = chapter.build(chapter_frames(rows, cover=[("referrals", D, D + 70)]), USUAL)
    assert set(view.names) == {"a", "b"}
    assert rate_of(view, "received", "a") == (2, WEEKS)
    assert "no list of members" in view.notes[0]


def test_one_member_alone_has_the_exact_interval_of_his_count() -> None:
    rows = [slip("x", "a", D + i, source_kind="customer") for i in range(5)]
    view = chapter.build(chapter_frames(rows, members=[("a", D, None)], cover=[("referrals", D, D + 5)]), USUAL)
    r = view.rates["received"]
    assert r.rate == pytest.approx(7)  # five in five days
    assert (r.low95, r.high95) == (pytest.approx(1.62349 * 7 / 5, rel=1e-4), pytest.approx(11.66833 * 7 / 5, rel=1e-4))


def test_the_last_member_list_entry_is_not_blurred_by_a_name_that_a_slip_marks() -> None:
    frames = chapter_frames([last_day()], members=[("a", D + 35, None), ("a", None, None)], cover=COVER)
    view = chapter.build(frames, USUAL)
    assert rate_of(view, "given", "a") == (1, 5)


def test_tenure_is_counted_to_the_end_of_the_window() -> None:
    frames = chapter_frames([slip("x", "a", D), last_day()], cover=COVER,
                            members=[("a", D + 70 - 1461, None), ("b", None, None)])  # fmt: skip
    t = chapter.build(frames, USUAL).tenure
    assert t is not None
    assert t.points[["person_id", "years"]].values.tolist() == [["a", 4.0]]
    assert t.unknown == 1
    assert np.isnan(t.rho)


def test_a_total_row_and_slips_that_do_not_agree_are_shown() -> None:
    rows = [palms("a", D, D + 69, (10,), rgi=1, rgo=1, one_to_ones=2), palms("b", D, D + 69, (10,), rgi=0, rgo=0),
            palms(None, D, D + 69, label="BNI", rgi=1),
            palms(None, D, D + 69, label=" total ", rgi=5, rgo=1)]  # fmt: skip
    frames = chapter_frames(
        [slip("a", "b", D), last_day("b")], met=[one_to_one("a", "b", D), one_to_one("b", "a", D)], snapshots=rows,
        cover=[*COVER, ("snapshots", D, D + 70)],
    )  # fmt: skip
    checks = chapter.build(frames, USUAL).checks
    assert checks is not None
    (total,) = checks.totals.to_dict("records")
    assert (total["measure"], total["stated"], total["members"], total["others"], total["apart"]) == ("rgi", 5, 1, 1, 3)
    apart = checks.slips[["name", "measure", "palms", "slips", "apart"]].values.tolist()
    assert apart == [["Name b", "given", 0, 1, -1], ["Name a", "given", 2, 1, 1]]  # the larger in proportion first
    assert checks.compared == 3  # given of both, and a's one-to-ones: one meeting entered twice may count as two


@pytest.mark.parametrize(
    ("one", "other", "sphere"),
    [
        ("Architect", "Roofer", "building and property"),
        ("Architekt", "Elektriker", "building and property"),
        ("Construction > Trades > Roofer", "Construction > Trades > Plumber", "construction"),
        ("Finance > Tax", "Health > Dentist", None),
        ("Roofer", "roofer ", None),
        ("Roofer", None, None),
        ("Beekeeper", "Roofer", None),
    ],
)
def test_contact_spheres(one: str, other: str | None, sphere: str | None) -> None:
    assert shared_sphere(one, other) == sphere


def test_unlocks_tell_what_is_here_and_what_it_takes() -> None:
    have = chapter.build(chapter_world(members=6, weeks=6)[0], USUAL).unlocks.set_index("key")["have"].to_dict()
    assert {k for k, v in have.items() if v == "yes"} == {"slips", "palms", "tenure", "professions"}
    log = chapter_frames([slip("a", "b", D, status="open", present=True, source_kind="customer", tier=None)])
    have = chapter.unlocks(log).set_index("key")["have"].to_dict()
    assert {k for k, v in have.items() if v == "yes"} == {"status", "present", "kind"}


def test_the_order_of_the_rows_changes_nothing() -> None:
    frames, _ = chapter_world(members=10, weeks=10)
    mixed = replace(frames, **{
        name: getattr(frames, name).sample(frac=1, random_state=3).reset_index(drop=True)
        for name in ("referrals", "touches", "thanks", "snapshots", "memberships")
    })  # fmt: skip
    first, second = chapter.build(frames, USUAL), chapter.build(mixed, USUAL)
    for measure, r in first.rates.items():
        pd.testing.assert_frame_equal(r.members, second.rates[measure].members)
    assert first.exchange is not None
    assert second.exchange is not None
    assert first.exchange.order == second.exchange.order
    assert first.money[0].median_low95 == second.money[0].median_low95


def test_an_import_day_before_the_last_record_ends_the_log() -> None:
    frames = chapter_frames([slip("a", "b", D), slip("a", "b", D + 50)], imported_on=date(2024, 10, 10))
    assert to_date(D) == date(2024, 10, 4)
    assert chapter.build(frames, USUAL).end == date(2024, 10, 5)


def test_palms_money_of_a_longer_time_stands_before_the_slips_and_is_not_added_to_them() -> None:
    frames = chapter_frames(thanks=[thank("a", 10, D + 63)], cover=[("thanks", D + 63, D + 70)],
                            snapshots=[palms("a", D, D + 69, (10,), tyfcb=900.0, currency="EUR")])  # fmt: skip
    money = chapter.build(frames, USUAL).money
    assert [(m.basis, m.total, (m.end - m.start).days) for m in money] == [("palms", 900, 70), ("thanks", 10, 1)]
    frames = chapter_frames(thanks=[thank("a", 10, D + 63)], cover=[("thanks", D, D + 70)],
                            snapshots=[palms("a", D, D + 69, (10,), tyfcb=900.0, currency="EUR")])  # fmt: skip
    assert [m.basis for m in chapter.build(frames, USUAL).money] == ["thanks"]
