"""Attendance, tenure, roster, dues, visitors, traffic lights and the cousins of other countries."""

import datetime as dt

import pytest
from bni_builders import one, records, write_report, write_text
from file_builders import write_xlsx

from data.layouts import roster

EUR = {"currency": "EUR"}


# --- attendance ---------------------------------------------------------------------------------------------------


def attendance(folder, header, *rows, first="2025-12-01", last="2026-01-31", **answers):
    banner = [["From:", None, first], ["To:", None, last]] if first else []
    return one(write_report(folder / "a.xls", [["PALMS"], *banner, [], header, *rows]), **answers)


@pytest.mark.parametrize(
    "headings",
    [
        ("Dec 18", "Jan 15"),
        ("18 Dez", "15. Jan"),
        ("12月18日", "1月15日"),
        ("18/12", "15/01"),
        ("18.12.2025", "15.01.2026"),
    ],
)
def test_the_year_of_a_meeting_is_the_one_between_from_and_to(tmp_path, headings):
    draft = attendance(tmp_path, ["First Name", "Last Name", "", *headings], ["Ada", "Larch", "", "P", "l"],
                       ["Ben", "Maple", "", "", " "], ["Total", "", "", "1", "1"])  # fmt: skip
    assert records(draft, "attendance") == [
        {"name": "Ada Larch", "meeting_on": "2025-12-18", "status": "P"},
        {"name": "Ada Larch", "meeting_on": "2026-01-15", "status": "L"},
    ]
    assert [m["name"] for m in records(draft, "members")] == ["Ada Larch", "Ben Maple"] and draft.rows_read == 2
    assert draft.covers == {"attendance": (dt.date(2025, 12, 1), dt.date(2026, 1, 31))} and not draft.rejects


def test_attendance_without_from_and_to_asks_for_them(tmp_path):
    head, row = ["First Name", "Last Name", "Apr 01", "Apr 08"], ["Ada", "Larch", "P", "X"]
    draft = attendance(tmp_path, head, row, first="")
    assert [q.id for q in draft.questions] == ["period"] and draft.frames["attendance"].meeting_on.isna().all()
    answered = attendance(tmp_path, head, row, ["Ben", "Maple", "P", "A"], first="", period="2026-04-01:2026-04-30")
    assert [(r.row_no, r.column, r.reason) for r in answered.rejects] == [
        (4, "Apr 08", "'X' is none of P, A, L, M and S")
    ]
    assert len(answered.frames["attendance"]) == 2 and len(answered.frames["members"]) == 1
    wrong = attendance(tmp_path, head, row, first="", period="2026-05-01:2026-05-31")
    assert "'Apr 01' does not lie between" in wrong.questions[0].text


def test_headings_that_fit_two_orders_are_asked(tmp_path):
    draft = attendance(tmp_path, ["First Name", "Last Name", "01/04", "01/05"], ["Ada", "Larch", "P", "A"],
                       first="2026-01-01", last="2026-12-31")  # fmt: skip
    assert [q.id for q in draft.questions] == ["date_order"]


def test_a_remark_under_a_report_is_nobody(tmp_path):
    head = ["First Name", "Last Name", "Apr 01", "Apr 08"]
    draft = attendance(tmp_path, head, ["Ada", "Larch", "P", "A"], ["(c) the network"], first="2026-04-01")
    assert [m["name"] for m in records(draft, "members")] == ["Ada Larch"] and draft.rows_read == 1
    assert "Left out as a remark under the table: row 7." in draft.notes


# --- members ------------------------------------------------------------------------------------------------------

LENGTH = ["First Name", "Last Name", "Cumulative Length", "Cumulative Start Date", "Recent Length", "Recent Start date"]


def test_who_came_back_has_two_spells_and_the_first_ends_on_no_known_day(tmp_path):
    rows = [["Ada", "Larch", "9 years (6 months)", "2017-01-18", "2 years (5 months)", "2024-02-07"],
            ["Ben", "Maple", "0 years (4 months)", "2026-02-01", "0 years (4 months)", "2026-02-01"],
            ["Cleo", "Nettle", "", "", "", "2025-03-01"],
            ["Dirk", "Oakes", "", "2025-03-01", "", "2024-03-01"]]  # fmt: skip
    draft = one(write_report(tmp_path / "m.xls", [["Membership Length Report"], LENGTH, *rows]))
    frame = draft.frames["members"]
    assert list(zip(frame.row_no, frame.name, frame.joined_on.dt.date.astype(str), strict=True)) == [
        (3, "Ada Larch", "2017-01-18"), (3, "Ada Larch", "2024-02-07"), (4, "Ben Maple", "2026-02-01"),
        (5, "Cleo Nettle", "2025-03-01"),
    ]  # fmt: skip
    assert frame.left_on.isna().all() and "Left and came back: row 3." in draft.notes[1]
    assert [(r.row_no, r.reason) for r in draft.rejects] == [(6, "the recent start lies before the first one")]


@pytest.mark.parametrize(
    ("classification", "profession"),
    [
        ("Accounting Services > Bookkeeper > Bookkeeper", "Bookkeeper"),
        ("Legal & Accounting >  Attorney > Estate", "Attorney > Estate"),
        ("Finance & Insurance > Mortgage Broker", "Mortgage Broker"),
        ("Print", "Print"),
        (" > ", None),
    ],
)
def test_the_profession_in_a_classification(classification, profession):
    assert roster.profession(classification) == profession


ROSTER = [["Member Name", None, "Company Name", "Classification", "Phone"], [*[None] * 5, "G", "R", "V", "121", "Late",
          "Absence"], ["Ada Larch", None, "Larch & Co", "Trades > Baker", "1", 9, 0, 1, 13, 2, 1]]  # fmt: skip


def test_ninety_days_of_a_roster_need_their_last_day(tmp_path):
    path = write_report(tmp_path / "r.xls", [["Chapter Roster Report"], *ROSTER])
    without = one(path)
    assert records(without, "members") == [{"name": "Ada Larch", "profession": "Baker"}] and not without.questions
    assert "snapshots" not in without.frames and any("ninety-day counts were left out" in n for n in without.notes)
    draft = one(path, period="2026-06-30")
    assert records(draft, "snapshots") == [
        {"name": "Ada Larch", "period_from": "2026-04-02", "period_to": "2026-06-30", "a": 1.0, "l": 2.0,
         "visitors": 1.0, "one_to_ones": 13.0}
    ]  # fmt: skip


def test_a_list_with_the_day_of_joining_is_no_roster_export(tmp_path):
    rows = [["Member Name", "Classification", "Company Name", "Joined"], ["Ada Larch", "Baker", "X", "2024-01-31"]]
    assert one(write_xlsx(tmp_path / "m.xlsx", {"Members": rows})).layout == "member_list"


DUES = ["Member Name", None, "Industry", "Membership Status", "Due Date", "Start Date"]


def dues(folder, dropped="Dropped Members"):
    shifted = [None, *DUES]
    rows = [
        ["Chapter ► Membership Dues Report"], [], DUES, ["Ada", None, "Baking", "Active", "2027-05-01", "2019-03-06"],
        ["Ben", None, "Print", "Void", "2027-05-01", "2019-03-06"], [], ["New Members"], shifted,
        [None, "Cleo", None, "Print", "Pending", "2027-05-01", "2026-02-11"], [], ["Late Members Since"], DUES, [],
        [dropped], DUES, ["Dirk", None, "Print", "Dropped", "2025-05-01", "2018-01-01"],
    ]  # fmt: skip
    return one(write_report(folder / "d.xls", rows))


def test_stacked_tables_each_with_its_own_columns(tmp_path):
    draft = dues(tmp_path)
    assert (draft.layout, draft.rows_read) == ("dues", 4)
    assert records(draft, "members") == [
        {"name": "Ada", "joined_on": "2019-03-06", "renews_on": "2027-05-01"},
        {"name": "Cleo", "joined_on": "2026-02-11", "renews_on": "2027-05-01"},
        {"name": "Dirk", "joined_on": "2018-01-01", "renews_on": "2025-05-01"},
    ]
    assert [(r.row_no, r.value, r.reason) for r in draft.rejects] == [
        (5, "Void", "the membership is void: it never was")
    ]
    assert draft.notes == [
        "This column was left out: 'Industry'.",
        "Dropped or expired, on a day that the file does not say: Dirk. They count as members until their last day is "
        "entered.",
    ]


def test_a_day_in_the_title_of_the_dropped_is_when_they_left(tmp_path):
    draft = dues(tmp_path, "Dropped Members Since 2026-01-15")
    assert records(draft, "members")[2]["left_on"] == "2026-01-15"
    assert "Dropped since 2026-01-15, taken as the day on which they left (it may be later): Dirk." in draft.notes
    (question,) = dues(tmp_path, "Dropped Members Since 01/02/2026").questions
    assert question.id == "date_order" and "1 February 2026 or 2 January 2026" in question.text


# --- visitors, traffic lights, cousins ----------------------------------------------------------------------------


def test_a_visit_is_a_touch_from_the_host_to_the_visitor(tmp_path):
    text = ("First Name,Last Name,Email,Visit Date,Invited By,Type\n"
            "Zoe,Pine,z@example.org,2026-06-03,Ada  Larch,Guest\n"
            "Yan,Elm,,2026-06-10,BNI,\nXia,Oak,,,Ada Larch,Guest\n,,,2026-06-10,,Guest\n")  # fmt: skip
    draft = one(write_text(tmp_path / "v.csv", text))
    visit = {"kind": "visitor", "happened_on": "2026-06-03"}
    assert records(draft, "touches") == [
        {**visit, "from": "Ada Larch", "to": "Zoe Pine", "outcome": "Guest"},
        {**visit, "happened_on": "2026-06-10", "to": "Yan Elm"},
    ]
    assert [(r.row_no, r.reason) for r in draft.rejects] == [
        (4, "there is no day of the visit"),
        (5, "the row names nobody"),
    ]
    assert draft.covers == {"visitor": None} and "This column was left out: 'Email'." in draft.notes


def test_traffic_lights_as_a_table(tmp_path):
    rows = [["MEMBER TRAFFIC LIGHTS OF BNI OAK CHAPTER FOR JUL-25 TO DEC-25"], ["Name", "P", "TYFCB", "Total Score"],
            ["Ada Larch", 24, "1,06,74,768", 85], ["Ben Maple", 20, "-", 30], ["Cleo", 20, "-", ""]]  # fmt: skip
    draft = one(write_report(tmp_path / "t.xls", rows), currency="INR")
    days = {"group": "Oak", "period_from": "2025-07-01", "period_to": "2025-12-31"}
    assert records(draft, "snapshots") == [
        {"name": "Ada Larch", **days, "p": 24.0, "tyfcb": "10674768.00", "currency": "INR", "official_score": 85.0},
        {"name": "Ben Maple", **days, "p": 20.0, "official_score": 30.0},
    ]
    assert [r.row_no for r in draft.rejects] == [5]


def test_a_line_of_text_that_does_not_come_apart_is_kept_aside(tmp_path):
    text = ("First Name Last Name P A L M S TYFCB Total Score\nAda Larch 23 1 0 1 1 1,26,554 90\n"
            "Ben Maple 24 2 0 0 0 95\nPage 1 of 1\nMEMBER TRAFFIC LIGHTS OF OAK CHAPTER FOR JUN-26\n")  # fmt: skip
    draft = one(write_text(tmp_path / "t.txt", text), currency="INR")
    assert draft.covers == {"snapshots": (dt.date(2026, 6, 1), dt.date(2026, 6, 30))}
    assert [r["name"] for r in records(draft, "snapshots")] == ["Ada Larch"]
    (reject,) = draft.rejects
    assert (reject.row_no, reject.value) == (3, "Ben Maple 24 2 0 0 0 95") and draft.rows_read == 2


PAGISTO = "Datum;Mitglied;Abwesenheit;Umsatzdanke;Besucher;121s;Punkte\n"


def test_weekly_figures_are_of_the_week_that_ends_on_their_day(tmp_path):
    path = write_text(tmp_path / "p.csv", PAGISTO + "17.06.2026;Ada;0;1.265,54;2;1;52\n24.06.2026;Ada;1;0,00;0;1;50\n")
    draft = one(path, **EUR)
    frame = draft.frames["snapshots"]
    assert frame.period_from.dt.day.tolist() == [11, 18] and frame.period_to.dt.day.tolist() == [17, 24]
    assert frame.official_score.tolist() == [52.0, 50.0] and frame.tyfcb.tolist() == ["1265.54", "0.00"]
    assert draft.covers == {"snapshots": (dt.date(2026, 6, 11), dt.date(2026, 6, 24))}
    year = one(path, **EUR, period="2026-01-01:2026-06-30").frames["snapshots"]
    assert year.period_from.dt.day_of_year.tolist() == [1, 1] and year.period_to.dt.day.tolist() == [17, 24]


def test_figures_that_cannot_be_one_weeks_are_asked_about(tmp_path):
    path = write_text(tmp_path / "p.csv", PAGISTO + "24.06.2026;Ada;4;1265,54;2;42;52\n")
    (question,) = one(path, **EUR).questions
    assert (question.id, question.free) == ("period", True) and "absent 4 times" in question.text
    assert question.choices == ("2026-06-01:2026-06-24", "2026-01-01:2026-06-24")


def test_brackets_behind_a_name_are_a_chapter_only_where_they_say_bni(tmp_path):
    text = 'Member,Visitor,TYFCB_THB,OneToOne,BNI Days\nAda Larch (BNI Oak),1,"1,000",2,10\nBen Maple (Benny),1,0,2,\n'
    draft = one(write_text(tmp_path / "r.csv", text), period="2026-06-30")
    assert [(r["name"], r.get("group")) for r in records(draft, "snapshots")] == [
        ("Ada Larch", "Oak"),
        ("Ben Maple (Benny)", None),
    ]
    assert records(draft, "members") == [{"name": "Ada Larch", "group": "Oak", "joined_on": "2026-06-20"}]
    text = "Member,Visitor,OneToOne,BNI Days\nAda Larch (Oak),1,2,10\nBen Maple (Oak),1,2,\n"
    draft = one(write_text(tmp_path / "all.csv", text), period="2026-06-30")
    assert [(r["name"], r["group"]) for r in records(draft, "snapshots")] == [
        ("Ada Larch", "Oak"),
        ("Ben Maple", "Oak"),
    ]
