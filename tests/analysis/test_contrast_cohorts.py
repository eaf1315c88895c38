"""Cohorts by year of joining and who stays: rates over covered member-months, small n without a range."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from builders import frames, referral

from analysis.contrast_cohorts import build, staying
from analysis.population import prepare, to_day
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT
from analysis.tenure_panel import attrition

START, END = to_day(date(2023, 1, 1)), to_day(date(2025, 1, 1))


def log() -> Frames:
    """Six who joined on 1 January 2023, one of whom leaves after a year; one who joins a year later. The first of each
    receives one referral a month in 2023 …"""
    rows = [referral(to_day(date(2023, month, 10)), "s", f"m{k}") for month in range(1, 13) for k in range(6)]
    rows += [referral(to_day(date(2024, month, 10)), "s", "late") for month in range(1, 7)]
    members = [(f"m{k}", START, None if k else to_day(date(2024, 1, 1))) for k in range(6)]
    members.append(("late", to_day(date(2024, 1, 1)), None))
    return frames(rows, members, coverage=[("g1", START, END)])


def test_a_cell_is_referrals_over_covered_member_months() -> None:
    made = build(log(), Scope(), END, DEFAULT)
    table = made.table.set_index(["cohort", "tenure_year"])
    assert table.loc[(2023, 0), "members"] == 6
    assert table.loc[(2023, 0), "received"] == 72
    assert table.loc[(2023, 0), "rate"] == pytest.approx(72 / (6 * 365 / 30.4375))
    assert table.loc[(2023, 1), ["members", "received"]].tolist() == [5, 0]
    assert table.loc[(2024, 0), ["members", "received"]].tolist() == [1, 6]
    assert np.isnan(table.loc[(2024, 0), "low"])
    assert made.joined.set_index("cohort")["members"].to_dict() == {2023: 6, 2024: 1}
    assert not made.table["earlier"].any()


def test_who_stays_is_the_claims_own_share_with_a_range_around_it() -> None:
    view = prepare(log()).at(END)
    ours, theirs = staying(view, 5), attrition(view, 5)
    assert ours["share"].tolist() == pytest.approx(theirs["staying"].tolist())
    assert ours["seen"].tolist() == theirs["entered"].tolist()
    assert ours["left"].tolist() == theirs["left"].tolist()
    one = ours.iloc[0]
    assert one["share"] == pytest.approx(6 / 7)
    # Greenwood on the log-log scale, by hand: 1/(7·6), reach 1.96·√(1/42)/|ln(6/7)| = 1.9619
    assert (one["low"], one["high"]) == pytest.approx(
        ((6 / 7) ** np.exp(1.961872), (6 / 7) ** np.exp(-1.961872)), rel=1e-4
    )


def test_without_joining_dates_or_for_one_person_there_is_nothing() -> None:
    bare = frames([referral(START + 5, "s", "a"), referral(START + 90, "s", "a")], coverage=[("g1", START, END)])
    assert build(bare, Scope(), END, DEFAULT).empty
    assert build(log(), Scope(receiver="m1"), END, DEFAULT).empty
    assert build(log(), Scope(), None, DEFAULT).empty
