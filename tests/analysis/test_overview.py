"""The overview's rules: gaps are not zeros, a running period is compared like with like, currencies stay apart."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.overview import build
from analysis.periods import shift
from analysis.result import Frames
from analysis.scope import Scope

EPOCH = date(1970, 1, 1)


def day(d: date | None) -> int | None:
    return None if d is None else (d - EPOCH).days


def log(*rows: tuple, coverage: list[tuple[date, date]] | None = None, imported: date = date(2027, 1, 1)) -> Frames:
    """Rows: given, source, and optionally status, closed, amount, currency, receiver."""
    filled = [(*row, *(None, None, None, None, "p1")[len(row) - 2 :]) for row in rows]
    frame = pd.DataFrame(
        filled, columns=["given", "source_id", "status", "closed", "amount", "currency", "receiver_id"]
    )
    for column in ("given", "closed"):
        frame[column] = pd.array([day(d) for d in frame[column]], dtype="Int64")
    frame["amount"] = frame["amount"].astype(float)
    frame["referral_id"] = [f"r{i}" for i in range(len(frame))]
    frame["group_id"] = "g1"
    spans = coverage or []
    covered = pd.DataFrame({"group_id": "g1", "record_kind": "referrals", "start": [day(a) for a, _ in spans],
                            "end": [day(b) for _, b in spans]})  # fmt: skip
    return Frames(frame, pd.DataFrame(), pd.DataFrame(), covered, imported)


def monthly(first: date, months: int, each: int = 2) -> list[tuple]:
    """So many referrals on the 10th of each month, and one on the last day of the last."""
    rows = []
    for k in range(months):
        start = date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 10)
        rows += [(start, f"s{i}") for i in range(each)]
    return rows


def test_without_a_choice_the_last_twelve_months_stand_beside_the_twelve_before() -> None:
    rows = monthly(date(2024, 7, 1), 24)
    frames = log(*rows, (date(2026, 6, 30), "s0"), coverage=[(date(2024, 7, 1), date(2026, 7, 1))])
    view = build(frames, Scope())
    assert (view.window.start, view.window.end, view.window.partial) == (
        date(2025, 7, 1),
        date(2026, 7, 1),
        False,
    )
    assert (view.before.start, view.before.end) == (date(2024, 7, 1), date(2025, 7, 1))
    assert (view.kpi("referrals").value, view.kpi("referrals").before) == (25, 24)
    assert view.as_of == date(2026, 7, 1)


def test_a_running_period_is_compared_with_the_same_part_of_the_earlier_one() -> None:
    rows = [
        (date(2025, 1, 5), "a"),
        (date(2025, 3, 20), "a"),
        (date(2026, 1, 5), "a"),
        (date(2026, 3, 10), "b"),
    ]
    frames = log(*rows, coverage=[(date(2025, 1, 1), date(2026, 3, 11))])
    view = build(frames, Scope(start=date(2026, 1, 1), end=date(2027, 1, 1), compare="last_year"))
    assert view.window.partial
    assert view.before.seen == date(2025, 3, 11)
    assert (view.kpi("referrals").value, view.kpi("referrals").before) == (2, 1)
    assert list(view.months.state) == ["full", "full", "partial", *["gap"] * 9]


def test_a_month_that_no_import_covers_is_a_gap_and_not_a_zero() -> None:
    rows = [(date(2026, 1, 15), "a"), (date(2026, 3, 15), "a"), (date(2026, 3, 31), "a")]
    spans = [(date(2026, 1, 1), date(2026, 2, 1)), (date(2026, 3, 1), date(2026, 4, 1))]
    view = build(log(*rows, coverage=spans), Scope(start=date(2026, 1, 1), end=date(2026, 4, 1)))
    assert list(view.months.state) == ["full", "gap", "full"]
    assert np.isnan(view.months.referrals[1])
    assert view.kpi("referrals").trend == (1.0, None, 2.0)
    assert not view.window.complete
    assert "1 of the 3 months" in view.notes[0]


def test_a_covered_month_without_referrals_is_a_zero() -> None:
    rows = [(date(2026, 1, 15), "a"), (date(2026, 3, 31), "a")]
    view = build(log(*rows, coverage=[(date(2026, 1, 1), date(2026, 4, 1))]),
                 Scope(start=date(2026, 1, 1), end=date(2026, 4, 1)))  # fmt: skip
    assert list(view.months.referrals) == [1, 0, 1]


def test_nothing_is_known_before_the_log_begins() -> None:
    frames = log(*monthly(date(2026, 1, 1), 6), coverage=[(date(2026, 1, 1), date(2026, 7, 1))])
    view = build(frames, Scope())
    assert view.window.start == date(2026, 1, 1)
    assert view.kpi("referrals").before is None


def test_currencies_are_never_added_together() -> None:
    rows = [
        (date(2026, 1, 5), "a", "won", date(2026, 1, 20), 100.0, "EUR"),
        (date(2026, 1, 6), "a", "won", date(2026, 2, 20), 250.0, "EUR"),
        (date(2026, 1, 7), "b", "won", date(2026, 2, 21), 70.0, "USD"),
        (date(2026, 1, 8), "b", "open", None, 9999.0, "USD"),
    ]
    view = build(log(*rows), Scope(start=date(2026, 1, 1), end=date(2026, 3, 1)))
    assert view.currencies == ("EUR", "USD")
    assert view.kpi("value", "EUR").value == 350
    assert view.kpi("value", "USD").value == 70
    assert view.kpi("value", "EUR").largest == 250
    assert list(view.months.value_EUR) == [100, 250]


def test_the_close_rate_counts_mature_referrals_only() -> None:
    start = date(2025, 1, 1)
    rows = [
        (start, "a", "won", start + timedelta(180), None, None, "p1"),
        (start, "b", "won", start + timedelta(181), None, None, "p2"),
        (start, "c", "lost", start + timedelta(9), None, None, "p2"),
        (date(2025, 7, 15), "d", "won", date(2025, 7, 16), None, None, "p1"),
    ]
    k = build(log(*rows), Scope(start=start, end=date(2025, 8, 1))).kpi("close_rate")
    assert (k.value, k.n) == (pytest.approx(1 / 3), 3)
    assert k.low95 < 1 / 3 < k.high95


def test_what_closes_after_the_as_of_date_is_not_known_yet() -> None:
    rows = [(date(2026, 1, 5), "a", "won", date(2026, 2, 20), 100.0, "EUR"), (date(2026, 2, 25), "b")]
    view = build(log(*rows), Scope(start=date(2026, 1, 1), end=date(2026, 3, 1), as_of=date(2026, 2, 10)))
    assert (view.kpi("referrals").value, view.kpi("won").value) == (1, 0)


def test_a_referral_to_oneself_is_none() -> None:
    view = build(log((date(2026, 1, 5), "p1"), (date(2026, 1, 6), "a")), Scope())
    assert view.kpi("referrals").value == 1


def test_without_a_dated_referral_there_is_nothing_to_show() -> None:
    assert build(log((None, "a")), Scope()).empty
    assert build(log(), Scope()).empty


def test_active_sources_are_counted_once() -> None:
    rows = [(date(2026, 1, d), s) for d, s in ((2, "a"), (9, "a"), (10, "b"))]
    assert build(log(*rows), Scope()).kpi("active_sources").value == 2


@pytest.mark.parametrize(
    ("d", "months", "expected"),
    [
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
    ],
)
def test_months_are_calendar_months(d: date, months: int, expected: date) -> None:
    assert shift(d, months) == expected
