"""Which days a file speaks for: what answers are understood, what a file's name offers, and when a rule is applied."""

import datetime as dt

import pytest
from bni_builders import PALMS, one, slips, write_report
from file_builders import draft
from hypothesis import given
from hypothesis import strategies as st

from data.draft import Answers
from data.layouts import periods
from errors import UsageError

REFERRAL = ("Ada Larch", "Ben Maple", "Referral", "Tier 1 (inside)")
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("answer", "period"),
    [
        ("2026-06-03", (dt.date(2026, 6, 3), dt.date(2026, 6, 3), True)),
        ("2026-01-01:2026-06-30", (dt.date(2026, 1, 1), dt.date(2026, 6, 30), False)),
        ("2026-06-03:2026-06-03", (dt.date(2026, 6, 3), dt.date(2026, 6, 3), False)),
    ],
)
def test_an_answer_is_a_day_or_a_period(answer, period):
    assert periods.parse(answer) == period and periods.parse(answer).text == answer


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("June", "'June' is not a period."),
        ("2026-02-30", "'2026-02-30' is not a period."),
        ("03/06/2026", "'03/06/2026' is not a period."),
        ("name-month", "'name-month' is not a period."),
        ("2026-06-30:2026-01-01", "The period '2026-06-30:2026-01-01' ends before it starts."),
    ],
)
def test_an_answer_that_is_neither_is_refused_in_words(tmp_path, answer, problem):
    with pytest.raises(UsageError, match="period") as refused:
        slips(tmp_path, REFERRAL, period=answer)
    assert refused.value.message == problem and refused.value.hint


@given(DAYS, DAYS)
def test_every_period_reads_back(one_day, other):
    first, last = sorted((one_day, other))
    assert periods.parse(f"{first}:{last}")[:2] == (first, last)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("Slips_Audit_Report_08-25-2025_2-26_PM.xls", {"mdy": dt.date(2025, 8, 25)}),
        ("Slips_Audit_Report_25-08-2025_2-26_PM (1).xls", {"dmy": dt.date(2025, 8, 25)}),
        ("Slips_06-03-2026_9-15_AM.xls", {"mdy": dt.date(2026, 6, 3), "dmy": dt.date(2026, 3, 6)}),
        ("archive.zip/week 2026-06-03.xls", {"ymd": dt.date(2026, 6, 3)}),
        ("2026_06_03.csv", {"ymd": dt.date(2026, 6, 3)}),
        ("report 13-13-2026.xls", {}),
        ("2026-06-03.zip/audit.xls", {}),  # the archive's stamp is not the file's
        ("report1751274900000.csv", {}),
    ],
)
def test_the_day_in_a_files_name_under_each_order(name, days):
    assert periods.stamps(name) == days


@given(DAYS)
def test_a_stamped_day_is_among_its_readings(day):
    assert day in periods.stamps(f"Slips_{day:%m-%d-%Y}_2-26_PM.xls").values() or day.year < 2000
    assert day in periods.stamps(f"Slips_{day:%d-%m-%Y}.xls").values() or day.year < 2000


NAMED = "Slips_Audit_Report_08-25-2025_2-26_PM.xls"


def test_a_rule_is_applied_once_chosen_and_is_always_said(tmp_path):
    day = slips(tmp_path, REFERRAL, name=NAMED, period="name-day")
    assert day.frames["referrals"].given_on.dt.date.tolist() == [dt.date(2025, 8, 25)]
    assert day.covers["referrals"] == (dt.date(2025, 8, 19), dt.date(2025, 8, 25))
    assert (day.period_rule, day.answers.period) == ("name-day", "2025-08-25")
    assert day.notes[-1] == (
        "Where the file itself does not say its period, 2025-08-25 is taken: the day stamped in its name, as you chose."
    )
    week = slips(tmp_path, REFERRAL, name=NAMED, period="name-week")
    assert week.frames["referrals"].given_on.isna().all()
    assert week.covers["referrals"] == (dt.date(2025, 8, 19), dt.date(2025, 8, 25))


def test_a_rule_that_the_workspace_remembers_holds_for_its_layout_alone(tmp_path):
    remembered = {"slips_audit.period": "name-day"}
    draft_ = slips(tmp_path, REFERRAL, name=NAMED, period="", settings=remembered)
    assert not draft_.questions and draft_.notes[-1].endswith("as this workspace remembers.")
    path = write_report(tmp_path / "PALMS_08-25-2025.xls", [PALMS, ["Ada", "Larch", *[1] * 11, "1.00", 1, 1]])
    assert [q.id for q in one(path, remembered, currency="EUR").questions] == ["period"]


def test_a_rule_never_goes_against_the_file(tmp_path):
    draft_ = slips(tmp_path, REFERRAL, name=NAMED, title="Slips Audit Report for 2025-08-20", period="name-day")
    assert draft_.frames["referrals"].given_on.dt.day.tolist() == [20]
    assert not any("was not used" in note for note in draft_.notes)


def test_a_name_that_fits_two_orders_or_has_no_day_is_asked(tmp_path):
    name = "Slips_Audit_Report_06-03-2026_9-15_AM.xls"
    (order,) = slips(tmp_path, REFERRAL, name=name, period="name-day").questions
    assert (order.id, order.choices, order.flag) == ("date_order", ("mdy", "dmy"), "--date-order mdy")
    assert order.text.endswith("3 June 2026 or 6 March 2026?")
    told = slips(tmp_path, REFERRAL, name=name, period="name-day", date_order="dmy")
    assert told.frames["referrals"].given_on.dt.month.tolist() == [3]
    (day,) = slips(tmp_path, REFERRAL, name="audit.xls", period="name-day").questions
    assert day.id == "period" and "(Its name, audit.xls, carries no day.)" in day.text


def test_a_rule_also_serves_a_hand_kept_log_without_dates(tmp_path):
    (tmp_path / "log.csv").write_text("x")
    found = draft(tmp_path, "From,To\nAda,Ben\n", Answers(period="name-week"))
    assert {q.id for q in found.questions} & {"mapping", "period"} and found.period_rule == "name-week"
