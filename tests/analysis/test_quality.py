"""Coverage by week and unknown fields, on frames small enough to count by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.quality import build
from sample.world import make_world


@pytest.fixture(scope="module")
def frames():
    return make_world("base", seed=1, members=12, months=12).frames()


def test_missing_cells_are_counted_among_the_rows_that_could_have_them(frames) -> None:
    log = frames.referrals.copy()
    log.loc[:9, "present"] = pd.NA
    table = build(replace(frames, referrals=log)).unknown.set_index("field")
    assert table.loc["present", "missing"] == log["present"].isna().sum() >= 10
    assert table.loc["present", "rows"] == len(log)
    assert "L1" in table.loc["present", "holds_back"]
    won = log["status"].eq("won")
    assert table.loc["amount", "rows"] == won.sum()
    assert table.loc["amount", "missing"] == log.loc[won, "amount"].isna().sum()


def test_a_gap_between_imports_is_counted_in_days_and_in_weeks(frames) -> None:
    monday = 4 + 7 * 2000
    spans = [("g0001", "referrals", monday, monday + 14), ("g0001", "referrals", monday + 21, monday + 24)]
    coverage = pd.DataFrame(spans, columns=["group_id", "record_kind", "start", "end"]).astype(
        {"start": "Int64", "end": "Int64"}
    )
    view = build(replace(frames, coverage=coverage))
    assert view.spans[["start", "end", "days", "gaps"]].values.tolist() == [[monday, monday + 24, 17, 7]]
    assert view.weeks["share"].tolist() == [1.0, 1.0, 0.0, 1.0]
    assert view.weeks["week"].iloc[0].day_name() == "Monday"


def test_overlapping_imports_are_counted_once(frames) -> None:
    spans = [("g0001", "thanks", 100, 120), ("g0001", "thanks", 110, 130)]
    coverage = pd.DataFrame(spans, columns=["group_id", "record_kind", "start", "end"])
    assert build(replace(frames, coverage=coverage)).spans[["days", "gaps"]].values.tolist() == [[30, 0]]


def test_nothing_imported_is_no_calendar(frames) -> None:
    view = build(replace(frames, coverage=frames.coverage.head(0), referrals=frames.referrals.head(0)))
    assert view.weeks.empty
    assert set(view.unknown["rows"]) == {0}
