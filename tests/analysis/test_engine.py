"""The whole run: dates, locks, the family's q, confirmation, and what a user is told when something is
missing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.claims import registry
from analysis.engine import BEGAN_LATER, NO_ROWS, OWN_WINDOWS, analyse, moment
from analysis.population import prepare, to_day
from analysis.scope import Scope
from analysis.settings import DEFAULT, from_mapping
from analysis.verdict import decide, family_q
from errors import UsageError
from sample.world import make_world
from tests.analysis.builders import date, frames, referral


@pytest.fixture(scope="module")
def base():
    return make_world("base", seed=3).frames()


@pytest.fixture(scope="module")
def results(base):
    return {r.claim: r for r in analyse(base, Scope(), store_version=4)}


def test_all_claims_come_in_the_registrys_order(results) -> None:
    assert list(results) == list(registry)
    released = ["L1", "L4", "L5", "L9", "S1", "S2", "S3", "S4", "S5", "T1", "R1", "R2", "R4", "R6", "D3", "D4", "Q1"]
    assert [c for c in registry if c not in DEFAULT.under_test] == released


def test_the_frames_of_the_charts_are_all_there(results) -> None:
    columns = {
        "L1": {"members": ["person_id", "name", "n", "networked", "share"]},
        "L5": {"members": ["person_id", "name", "n1", "won1", "n0", "won0", "diff"],
               "money": ["arm", "n", "sum", "median", "mean", "largest", "currency"]},
        "L9": {"curves": ["arm", "day", "again", "at_risk"]},
        "S4": {"members": ["person_id", "name", "n1", "won1", "n0", "won0", "diff"],
               "money": ["arm", "n", "sum", "median", "mean", "largest", "currency"], "curves": ["arm", "day", "cif",
                                                                                     "at_risk"]},
        "S1": {"receivers": ["person_id", "name", "top_two", "customers", "top_two_value", "customers_value",
                             "outcome",
                             "picks"]},
        "T1": {"curve": ["tenure_year", "same", "low", "high", "cross_section", "net"],
               "attrition": ["tenure_year", "entered", "left", "staying"]},
        "L3": {"months": ["month", "exposure", "networked", "linear", "line", "exponential"]},
        "L4": {"tree": ["referral_id", "root", "parent", "depth", "day", "source", "receiver"],
               "depths": ["depth", "n"]},
        "R1": {"members": ["person_id", "name", "quarters", "with_one", "share"],
               "forecasts": ["person_id", "name", "origin", "mean", "low", "high", "mass", "y"],
               "calibration": ["expected", "received", "promised", "hits", "n"],
               "next": ["person_id", "name", "mean", "low", "high"]},
        "R2": {"members": ["person_id", "name", "origin", "last_year", "expected_year", "actual_year", "low", "high",
                           "y", "top"]},
        "R4": {"members": ["person_id", "name", "n", "new", "share"]},
        "R6": {"members": ["person_id", "name", "openings", "answered", "share", "given", "received"]},
        "R13": {"members": ["person_id", "name", "group_id", "year", "received", "ponds", "diversity", "effective",
                            "rate", "next_year", "exposure"]},
        "R14": {"nodes": ["person_id", "name", "group_id", "betweenness", "received", "given", "sources",
                          "second_degree"], "edges": ["group_id", "source_id", "receiver_id", "n"]},
        "S2": {"members": ["person_id", "name", "sources1", "years1", "further1", "rate1", "sources0", "years0",
                           "further0", "rate0"]},
        "S3": {"curves": ["arm", "day", "again", "at_risk"]},
    }  # fmt: skip
    for claim, wanted in columns.items():
        data = results[claim].data
        for name, names in wanted.items():
            assert list(data[name].columns) == names, (claim, name)
        assert list(data["wrong"].columns) == ["name", "value", "low", "high", "low99", "high99", "why"]
        assert {"referral_id", "arm"} <= set(data["rows"].columns)
        assert len(data["rows"])


def test_the_estimates_are_the_documented_ones(results) -> None:
    for claim, result in results.items():
        assert {e.name for e in result.estimates} <= set(registry[claim].estimates)
        if result.verdict != "not recorded":
            assert result.estimates[0].name == next(iter(registry[claim].estimates))


def test_results_print_as_plain_json(results) -> None:
    for result in results.values():
        printed = json.loads(json.dumps(result.to_json(), allow_nan=False))
        assert printed["store_version"] == 4
        assert printed["source"]["author"]


def test_the_verdict_is_taken_at_the_last_quarters_end_and_the_estimate_at_the_as_of_date(base) -> None:
    result = analyse(base, Scope(as_of=date(2026, 5, 20)), ["L1"])[0]
    assert (result.as_of, result.lock_as_of) == (date(2026, 5, 20), date(2026, 4, 1))
    at_lock = analyse(base, Scope(as_of=date(2026, 4, 1)), ["L1"])[0]
    assert result.lock_estimate == at_lock.estimates[0]
    assert at_lock.lock_estimate is None
    assert (result.verdict, result.need_more) == (at_lock.verdict, at_lock.need_more)


def test_q_is_of_the_whole_family_whatever_was_asked_for(base) -> None:
    alone, together = analyse(base, Scope(), ["L1"])[0], analyse(base, Scope())[0]
    assert alone.estimates[0] == together.estimates[0]
    log = prepare(base)
    now = moment(log, log.default_day, DEFAULT)
    assert now.q == family_q({c: m.p for c, m in now.measured.items() if c not in DEFAULT.under_test})
    assert alone.estimates[0].q == now.q["L1"]
    assert len(now.q) >= 3


def test_a_method_under_test_gives_no_verdict_and_weighs_on_nobody_elses(base, results) -> None:
    """It could make no discovery, so the others are not corrected for it: their q is the same as without it."""
    assert {results[c].verdict for c in DEFAULT.under_test} <= {"method under test", "not recorded"}
    assert all(e.q is None for c in DEFAULT.under_test for e in results[c].estimates)
    log = prepare(base)
    passed = moment(log, log.default_day, replace(DEFAULT, under_test=()))
    now = moment(log, log.default_day, DEFAULT)
    assert set(now.q) < set(passed.q)
    assert now.verdicts["L1"] == decide(now.measured["L1"], now.q["L1"])


def test_an_unknown_claim_is_refused_by_name(base) -> None:
    with pytest.raises(UsageError, match="Z9"):
        analyse(base, Scope(), ["L1", "Z9"])


def test_the_as_of_date_cannot_lie_past_what_was_imported(base) -> None:
    assert analyse(base, Scope(as_of=date(2030, 1, 1)), ["L1"])[0].as_of == base.imported_on + timedelta(days=1)


def test_a_chosen_start_is_said_not_to_move_the_claims(base) -> None:
    plain, from_2025 = (
        analyse(base, Scope(), ["L1"])[0],
        analyse(base, Scope(start=date(2025, 1, 1)), ["L1"])[0],
    )
    assert from_2025.estimates == plain.estimates
    assert OWN_WINDOWS in from_2025.warnings
    assert OWN_WINDOWS not in plain.warnings


JUNE = date(2026, 6, 30)


def networked_chapter(share: float, seed: int = 1, until: date = JUNE, begins: date | None = None):
    """30 members, 20 referrals a year each, all of them `share` networked; presence recorded from
    `begins`."""
    rng = np.random.default_rng(seed)
    rows, last = [], to_day(until)
    for m in range(30):
        for _ in range(60):
            day = int(last - rng.integers(0, 1095))
            present = None if begins and day < to_day(begins) else bool(rng.random() > share)
            rows.append(referral(day, f"p{rng.integers(30):02d}x", f"m{m:02d}", present=present))
    rows.append(referral(last, "p00x", "m00", present=False))
    return frames(rows, [(f"m{m:02d}", last - 2000, None) for m in range(30)])


def test_a_finding_of_two_consecutive_quarters_is_confirmed() -> None:
    steady = analyse(networked_chapter(0.8), Scope(), ["L1"])[0]
    assert (steady.verdict, steady.detail, steady.confirmed) == ("supported", "clearly large enough", True)


def test_a_first_finding_is_not_yet_confirmed() -> None:
    """Presence is recorded since February: at the end of March the gates fail or just pass, in June they are
    passed."""
    fresh = analyse(networked_chapter(0.8, begins=date(2026, 4, 1)), Scope(as_of=date(2026, 7, 1)), ["L1"])[0]
    assert (fresh.verdict, fresh.confirmed) == ("supported", False)


def test_the_mirror_image_is_contradicted() -> None:
    assert analyse(networked_chapter(0.2), Scope(), ["L1"])[0].verdict == "contradicted"


def test_recording_that_began_after_the_lock_is_said() -> None:
    """The last quarter's end knows of no presence; today's estimate does."""
    chapter = networked_chapter(0.8, until=date(2026, 5, 30), begins=date(2026, 4, 1))
    result = analyse(chapter, Scope(), ["L1"])[0]
    assert result.verdict == "not recorded"
    assert BEGAN_LATER in result.warnings
    assert result.estimates[0].value > 0.7


def test_what_is_not_recorded_is_named_with_the_way_to_start() -> None:
    empty = networked_chapter(0.8)
    empty = replace(
        empty, referrals=empty.referrals.assign(present=pd.array([pd.NA] * len(empty.referrals), "boolean"))
    )
    result = analyse(empty, Scope(), ["L1"])[0]
    assert (result.verdict, result.estimates) == ("not recorded", ())
    assert "present?" in result.warnings[0]


def test_a_log_without_rows_asks_for_one(base) -> None:
    result = analyse(replace(base, referrals=base.referrals.iloc[:0]), Scope(), ["T1"])[0]
    assert (result.verdict, result.warnings, result.as_of) == ("not enough data", (NO_ROWS,), None)


def test_a_member_list_of_other_people_leaves_nothing_to_claim_and_breaks_nothing(base) -> None:
    strangers = replace(base, memberships=base.memberships.assign(person_id="stranger"))
    found = {r.claim: r for r in analyse(strangers, Scope())}
    assert {found[c].verdict for c in ("L1", "L9", "S1", "T1")} == {"not enough data"}
    assert found["L5"].estimates[0].value is not None  # a close rate does not ask for membership


def test_how_the_field_came_to_be_known_is_printed(base) -> None:
    labelled = replace(base, referrals=base.referrals.assign(presence_basis="labelled"))
    assert analyse(labelled, Scope(), ["L1"])[0].basis == {"receiver_present": "labelled"}
    assert analyse(base, Scope(), ["L1"])[0].basis == {"receiver_present": "recorded"}


def test_the_drift_may_be_taken_from_a_wider_log(base) -> None:
    small = prepare(base)
    day = small.default_day
    wide = prepare(make_world("base", seed=4, members=60).frames())
    own, borrowed = (registry["T1"].measure(small, day, wider=w) for w in (None, wide))
    by_name = [{e.name: e for e in m.estimates} for m in (own, borrowed)]
    same, trend = "yearly_ratio_same_person", "drift_ratio"
    assert (by_name[0][same].value, by_name[0][same].se) == (by_name[1][same].value, by_name[1][same].se)
    assert by_name[1][trend].se < by_name[0][trend].se


def test_tenure_without_enough_newcomers_is_not_enough_data() -> None:
    start = to_day(date(2020, 1, 1))
    rng = np.random.default_rng(2)
    rows = [referral(int(start + rng.integers(0, 2000)), "x", f"m{i % 20}") for i in range(2000)]
    chapter = frames(rows, [(f"m{i}", start - 900 - 90 * i, None) for i in range(20)])
    m = registry["T1"].measure(prepare(chapter), start + 1990)
    v = decide(m, under_test=False)
    assert v.verdict == "not enough data"
    assert "newcomers" in v.detail
    assert m.estimates[1].value is not None  # the same-person figure is still shown


def test_a_setting_that_is_misspelt_is_refused() -> None:
    with pytest.raises(TypeError):
        from_mapping({"horizon_dayz": 180})
