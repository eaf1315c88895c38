"""Renewals, and the rule for who may be about to leave, held against a chapter whose story is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from analysis import members_leaving
from analysis.members_leaving import HALF_YEAR, Leaving
from analysis.population import to_date
from analysis.result import Frames
from analysis.scope import Scope
from tests.analysis.chapter_builders import chapter_frames, palms, slip

HALVES = 6
AS_OF = HALVES * HALF_YEAR
BUSY = [f"b{i:02d}" for i in range(12)]


def chapter(quiet: int = 10) -> Frames:
    """Twelve busy members receive four a half-year and stay; quiet ones receive nothing, and two leave after each of
    the first five half-years; "z" is quiet and there for the last half-year."""
    slips = [slip(BUSY[(i + 1) % 12], who, half * HALF_YEAR + day)
             for half in range(HALVES) for i, who in enumerate(BUSY) for day in (10, 60, 110, 160)]  # fmt: skip
    slips.append(slip("b01", "b00", AS_OF - 1))
    members = [(who, -1000, None) for who in BUSY] + [("z", AS_OF - HALF_YEAR, None)]
    members += [(f"q{i}", -1000, HALF_YEAR * (i % 5 + 1) + 50) for i in range(quiet)]
    return chapter_frames(slips, members=members, cover=[("referrals", 0, AS_OF)])


def build(frames: Frames, scope: Scope | None = None) -> Leaving:
    found = members_leaving.build(frames, scope or Scope())
    assert found is not None
    return found


def test_every_half_year_is_sorted_by_the_sign_and_followed() -> None:
    found = build(chapter())
    assert [s.key for s in found.signs] == ["received"]  # the others do not differ, or are not recorded
    sign = found.signs[0]
    assert sign.n == (10 + 8 + 6 + 4 + 2, 5 * 12)
    assert sign.left == (10, 0)
    assert sign.share == (1 / 3, 0)
    assert sign.clear
    assert sign.high95[1] > 0.05  # none of sixty half-years is twelve members, who do not stand for all
    assert (found.leavers, found.half_years, found.members) == (10, 90, 22)
    assert found.since == to_date(0)


def test_below_ten_leavings_no_sign_is_judged() -> None:
    found = build(chapter(quiet=9))
    assert found.leavers == 9
    assert found.signs == ()
    assert found.listed


def test_the_list_says_what_has_not_been_received() -> None:
    now = build(chapter()).now
    assert now is not None
    row = now.iloc[0]
    assert now["person_id"].tolist() == ["z"]
    assert (row["received_n"], row["usual"], row["givers"], row["others"]) == (0, 4, 0, 12)
    assert np.isnan(row["weeks"])
    assert bool(row["first_year"])
    assert row["attendance"] is None


def test_whoever_left_is_in_no_list_of_today() -> None:
    # On day 2·182 four quiet members are gone and six are there for half a year: all of those are listed.
    now = build(chapter(), Scope(as_of=to_date(2 * HALF_YEAR))).now
    assert now is not None
    assert now["person_id"].tolist() == [f"q{i}" for i in (1, 2, 3, 4, 6, 7, 8, 9)]


def test_an_outcome_that_is_not_known_yet_is_not_counted_as_staying() -> None:
    found = build(chapter(), Scope(as_of=to_date(AS_OF - HALF_YEAR)))
    assert (found.half_years, found.leavers) == (90 - 14, 8)  # of the last half-year nobody is followed to its end


def test_a_half_year_that_no_import_covers_is_left_out() -> None:
    frames = chapter()
    cover = pd.DataFrame(
        [("g1", "referrals", 0, 200), ("g1", "referrals", 400, AS_OF)], columns=frames.coverage.columns
    )
    found = build(replace(frames, coverage=cover))
    assert found.half_years < build(frames).half_years


def test_renewals_of_the_next_ninety_days_by_day() -> None:
    frames = chapter()
    due = {"b00": AS_OF + 89, "b01": AS_OF, "b02": AS_OF + 90, "b03": AS_OF - 1, "q0": AS_OF + 5}
    renews = frames.memberships["person_id"].map(due).astype("Int64")
    found = build(replace(frames, memberships=frames.memberships.assign(renews=renews)))
    assert found.renewals is not None
    assert found.renewals[["person_id", "days"]].to_numpy().tolist() == [["b01", 0], ["b00", 89]]  # q0 has left


def test_no_recorded_renewal_is_unknown_and_not_none_due() -> None:
    assert build(chapter()).renewals is None


def test_period_totals_alone_know_renewals_and_no_history() -> None:
    frames = chapter_frames(snapshots=[palms("a", 0, 30, (4,), rgi=1)], members=[("a", -10, None)])
    renews = pd.array([40], dtype="Int64")
    found = build(replace(frames, memberships=frames.memberships.assign(renews=renews)))
    assert found.as_of == date(1970, 2, 1)
    assert found.renewals is not None
    assert found.renewals["days"].tolist() == [9]
    assert found.now is None


def test_nothing_at_all() -> None:
    assert members_leaving.build(chapter_frames(), Scope()) is None
