"""BNI Connect's other reports and their cousins: columns by label, periods from the banner or the user, and what a
file does not say stays null.
"""

import datetime as dt
from pathlib import Path

import pytest
from bni_builders import PALMS, counts, one, records, write_report, write_text
from file_builders import TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

from data.draft import Answers
from data.layouts import bni, effective, recognise
from data.layouts.banner import chapter_name
from data.readers import read
from errors import FileRefusedError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "samples"
HALF = (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
SPAN = {"period": "2026-01-01:2026-06-30"}
EUR = {"currency": "EUR"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "answers", "layout", "rows_read", "loaded", "covers"),
    [
        ("Slips_Audit_Report_06-03-2026_9-15_AM.xls", {**EUR, "date_order": "dmy"}, "slips_audit", 11,
         {"referrals": 4, "thanks": 3, "touches": 4, "members": 10}, "one_to_one"),
        ("palms_summary_with_header.xls", EUR, "palms", 8, {"snapshots": 11}, "snapshots"),
        ("palms_de.csv", {**EUR, **SPAN}, "palms", 8, {"snapshots": 8}, "snapshots"),
        ("palms_attendance_wide.xls", {}, "attendance", 8, {"attendance": 28, "members": 8}, "attendance"),
        ("membership_length.xls", {}, "membership_length", 8, {"members": 9}, None),
        ("chapter_roster.xls", {}, "roster", 8, {"members": 8}, None),
        ("chapter_roster.xls", {"period": "2026-06-30"}, "roster", 8, {"members": 8, "snapshots": 8}, "snapshots"),
        ("membership_dues_stacked.xls", {}, "dues", 9, {"members": 9}, None),
        ("chapter_visitor_report.csv", {"date_order": "dmy"}, "visitors", 5, {"touches": 5}, "visitor"),
        ("traffic_lights_india_pdf_text.txt", {"currency": "INR"}, "traffic_lights", 8, {"snapshots": 8}, "snapshots"),
        ("r2y_thai.csv", SPAN, "r2y", 8, {"snapshots": 8, "members": 8}, "snapshots"),
        ("pagisto_de.csv", {**EUR, **SPAN}, "pagisto", 8, {"snapshots": 8}, "snapshots"),
    ],
)  # fmt: skip
def test_every_sample_loads_once_it_is_answered(name, answers, layout, rows_read, loaded, covers):
    draft = one(SHARED / name, **answers)
    assert (draft.layout, draft.rows_read, counts(draft)) == (layout, rows_read, loaded)
    assert not draft.rejects and not draft.questions and (covers is None or covers in draft.covers)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Slips_Audit_Report_06-03-2026_9-15_AM.xls", ["date_order", "currency"]),
        ("palms_summary_with_header.xls", ["currency"]),
        ("palms_de.csv", ["period", "currency"]),
        ("palms_attendance_wide.xls", []),
        ("membership_length.xls", []),
        ("chapter_roster.xls", []),
        ("membership_dues_stacked.xls", []),
        ("chapter_visitor_report.csv", ["date_order"]),
        ("traffic_lights_india_pdf_text.txt", ["currency"]),
        ("r2y_thai.csv", ["period"]),
        ("pagisto_de.csv", ["currency", "period"]),
    ],
)
def test_every_sample_asks_exactly_what_it_lacks(name, asked):
    draft = one(SHARED / name)
    assert [question.id for question in draft.questions] == asked
    assert all(question.file == name and question.flag.startswith("--") for question in draft.questions)


@pytest.mark.shared
def test_key_values_of_the_samples():
    summary = one(SHARED / "palms_summary_with_header.xls", **EUR)
    assert summary.covers == {"snapshots": HALF}
    assert records(summary, "snapshots")[0] == {
        "name": "Ada Larch", "group": "Sample", "period_from": "2026-01-01", "period_to": "2026-06-30", "p": 23.0,
        "a": 1.0, "l": 0.0, "m": 1.0, "s": 1.0, "rgi": 3.0, "rgo": 3.0, "rri": 18.0, "rro": 3.0, "visitors": 2.0,
        "one_to_ones": 42.0, "tyfcb": "1265.54", "currency": "EUR", "ceu": 64.0, "testimonials": 0.0,
    }  # fmt: skip
    assert [r.get("row_label") for r in records(summary, "snapshots")[8:]] == ["Visitors", "BNI", "Total"]
    assert summary.notes == [
        "The row Total (row 24) is not the sum of the rows above it: RGI +3, TYFCB +1,500.00. The rows are used, the "
        "total is only kept."
    ]
    lights = one(SHARED / "traffic_lights_india_pdf_text.txt", currency="INR")
    assert lights.covers == {"snapshots": HALF}
    assert records(lights, "snapshots")[5] == {
        "name": "Finn Quince-Rowan", "group": "Sample", "period_from": "2026-01-01", "period_to": "2026-06-30",
        "p": 23.0, "a": 1.0, "l": 3.0, "m": 1.0, "s": 1.0, "visitors": 1.0, "tyfcb": "2330606.00", "currency": "INR",
        "testimonials": 2.0, "official_score": 40.0,
    }  # fmt: skip
    thai = one(SHARED / "r2y_thai.csv", **SPAN)
    assert records(thai, "snapshots")[0]["tyfcb"] == "12655.00" and records(thai, "snapshots")[0]["currency"] == "THB"
    assert records(thai, "members")[3] == {"name": "Dirk van Oakes", "group": "Sample", "joined_on": "2024-07-09"}


# --- PALMS summary ------------------------------------------------------------------------------------------------

ROW = ["Ada", "Larch", 20, 1, 2, 0, 3, 4, 5, 6, 7, 1, 8, "235036.00", 2, 0]


def palms(folder, *rows, banner=(), header=PALMS, **answers):
    path = write_report(folder / "palms.xls", [*banner, header, *rows])
    return one(path, **{**EUR, **answers})


def test_a_summary_with_neither_banner_nor_answer_asks_for_its_period(tmp_path):
    (question,) = palms(tmp_path, ROW).questions
    assert (question.id, question.choices, question.free, question.flag) == ("period", (), True, "--period FROM:TO")
    path = write_report(tmp_path / "Chapter_Summary_07-02-2026.xls", [PALMS, ROW])
    assert one(path, **EUR).questions[0].choices == (
        "2026-06-01:2026-06-30", "2026-01-01:2026-06-30", "2026-01-01:2026-01-31", "2025-08-01:2026-01-31",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("banner", "answers"),
    [
        ([["From:", None, None, None, "2026-01-01"], ["To:", None, "2026-06-30"]], {}),
        ([["From:", 46023], ["To:", 46203]], {}),  # Excel's day numbers
        ([["From: 01/01/2026"], ["To: 30/06/2026"]], {}),  # the one proves the order of the other
        ([["Von:", "1. Januar 2026"], ["Bis:", "30. Juni 2026"]], {}),
        ([["從:", "2026-01-01"], ["至:", "2026-06-30"]], {}),
        ([["From:", "01/01/2026"], ["To:", "06/07/2026"]], {"date_order": "dmy"}),
        ([["Run At", "2026-07-02"]], SPAN),
    ],
)
def test_the_period_is_from_and_to_and_never_run_at(tmp_path, banner, answers):
    draft = palms(tmp_path, ROW, banner=[["Chapter Summary PALMS Report"], *banner], **answers)
    last = dt.date(2026, 7, 6) if "date_order" in answers else HALF[1]
    assert draft.covers == {"snapshots": (HALF[0], last)} and not draft.questions
    assert palms(tmp_path, ROW, banner=[["Run At", "2026-07-02"]]).questions[0].id == "period"


def test_the_chapter_of_the_banner_is_the_group_unless_the_user_names_one(tmp_path):
    banner = [["Chapter", None, "X"], ["Chapter:", None, None, "BNI  Sample, East, Freedonia"]]
    assert palms(tmp_path, ROW, banner=banner, **SPAN).frames["snapshots"].group.tolist() == ["Sample"]
    said = palms(tmp_path, ROW, banner=banner, group="Mine", **SPAN)
    assert said.frames["snapshots"].group.tolist() == [None] and said.answers.group == "Mine"
    assert "The file names the chapter Sample; its rows are taken as Mine's, as you said." in said.notes
    path = write_report(tmp_path / "p.xls", [*banner, PALMS, ROW])
    assert one(path, {"palms.group": "Other"}, **EUR, **SPAN).answers.group is None


@pytest.mark.parametrize(
    "labels",
    [
        "First Name,Last Name,P,A,L,M,S,RGI,RGO,RRI,RRO,V,1-2-1,TYFCB,CEU,T",
        "Vorname,Nachname,P,A,L,M,S,G (Eigenbedarf),G (extern),R (Eigenbedarf),R (extern),Besucher,121,U,CTE,T",
        "Prénom,Nom,P,A,L,M,S,RDI,RDE,RRI,RRE,Invités,TAT,MPB,UEG,Témoignages",
        "Nome,Sobrenome,P,A,L,M,S,RDI,RDE,RRI,RRE,Convidados,1-a-1,OPNF/ONF,UEG,Testemunhos",
        "Nome,Apelido,P,A,L,M,S,RDI,RDE,RRI,RRE,Convidados,1-a-1,ONF,UEG,Testemunhos",
        "名,姓,P,A,L,M,S,内与,外与,内受,外受,來賓,1-2-1,TYFCB,CEU,T",
    ],
)
def test_headers_in_every_language_mean_the_same(tmp_path, labels):
    draft = palms(tmp_path, ROW, header=labels.split(","), **SPAN)
    assert draft.layout == "palms"
    assert records(draft, "snapshots") == [
        {"name": "Ada Larch", "period_from": "2026-01-01", "period_to": "2026-06-30", "p": 20.0, "a": 1.0, "l": 2.0,
         "m": 0.0, "s": 3.0, "rgi": 4.0, "rgo": 5.0, "rri": 6.0, "rro": 7.0, "visitors": 1.0, "one_to_ones": 8.0,
         "tyfcb": "235036.00", "currency": "EUR", "ceu": 2.0, "testimonials": 0.0},
    ]  # fmt: skip


def test_chinese_names_and_pseudo_rows(tmp_path):
    header = ["姓", "名", *PALMS[2:]]
    rows = [["林", "美 玲", *ROW[2:]], ["來賓", "", *ROW[2:]], ["BNI", "", *ROW[2:]], ["總數", "", *ROW[2:]]]
    draft = palms(tmp_path, *rows, header=header, **SPAN)
    frame = draft.frames["snapshots"]
    assert frame.name.tolist() == ["林美玲", None, None, None]
    assert frame.row_label.tolist() == [None, "Visitors", "BNI", "Total"] and draft.rows_read == 1


def test_custom_is_no_testimonial_and_spacer_columns_do_not_matter(tmp_path):
    header = ["First Name", None, "Last Name", "P", "A", None, "L", "M", "S", None, None, "RGI", "Custom"]
    draft = palms(tmp_path, ["Ada", None, "Larch", 20, 1, None, 2, 0, 3, None, None, 4, 9], header=header, **SPAN)
    (row,) = records(draft, "snapshots")
    assert (row["name"], row["s"], row["rgi"], "testimonials" in row) == ("Ada Larch", 3.0, 4.0, False)
    assert "This column was left out: 'Custom'." in draft.notes


def test_rows_that_cannot_be_read_are_kept_aside(tmp_path):
    rows = [[*ROW[:2], "many", *ROW[3:]], ["", "", *ROW[2:]], [*ROW[:2], -1, *ROW[3:]], ["Ben", "Maple"], ROW]
    draft = palms(tmp_path, *rows, **SPAN)
    assert [(r.row_no, r.column, r.reason) for r in draft.rejects] == [
        (2, "P", "'many' is not a number"),
        (3, None, "the row names nobody"),
        (4, "P", "there cannot be fewer than none: -1"),
        (5, None, "the row holds no figure"),
    ]
    assert draft.rows_read == 5 and len(draft.frames["snapshots"]) == 1


def test_two_reports_on_one_sheet_are_refused(tmp_path):
    banner = [["Chapter Summary PALMS Report 1"], ["From:", "2026-01-01"], ["To:", "2026-06-30"]]
    second = [["Chapter Summary PALMS Report 2"], ["From:", "2026-07-01"], ["To:", "2026-07-31"]]
    with pytest.raises(FileRefusedError, match=r"holds more than one report on one sheet.* in row 6") as refused:
        palms(tmp_path, ROW, *second, PALMS, ROW, banner=banner)
    assert refused.value.hint == "Put each report into a file of its own, as it was exported."


def test_the_user_may_name_the_layout_and_its_columns(tmp_path):
    text = "Who,Here,Away,Points,Business\nAda Larch,20,1,85,12.50\n"
    mapping = {"Who": "name", "Here": "p", "Away": "a", "Points": "official_score", "Business": "tyfcb"}
    answers = Answers(layout="palms", currency="EUR", mapping=mapping, **SPAN)
    (draft,) = recognise(read(write_text(tmp_path / "x.csv", text)), answers, {}, today=TODAY)
    assert records(draft, "snapshots")[0] == {
        "name": "Ada Larch", "period_from": "2026-01-01", "period_to": "2026-06-30", "p": 20.0, "a": 1.0,
        "official_score": 85.0, "tyfcb": "12.50", "currency": "EUR",
    }  # fmt: skip


def test_a_label_over_two_filled_columns_is_asked(tmp_path):
    draft = palms(tmp_path, [*ROW, 3], header=[*PALMS, "Visitors"], **SPAN)
    (question,) = draft.questions
    assert (question.id, question.target, question.choices) == ("mapping", "visitors", ("V", "Visitors"))
    assert question.flag == "--map 'V=visitors'"


def test_amounts_are_exact_text(tmp_path):
    amounts = ["1.856610963E+10", "2,60,000.00", "Rs. 1400", "(1,200)", "-", "0.10"]
    draft = palms(tmp_path, *([f"N{i}", "X", *ROW[2:13], a, *ROW[14:]] for i, a in enumerate(amounts)), **SPAN,
                  currency="INR")  # fmt: skip
    assert draft.frames["snapshots"].tyfcb.tolist() == [
        "18566109630.00", "260000.00", "1400.00", "-1200.00", None, "0.10",
    ]  # fmt: skip


# --- what they share ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BNI Dahlia, East Region, Freedonia", "Dahlia"),
        ("Dahlia, East Region", "Dahlia"),
        (" bni  Oak  Tree ", "Oak Tree"),
        ("BNI", "BNI"),
        ("Bnine", "Bnine"),
        ("", None),
    ],
)
def test_a_chapter_is_named_without_bni(text, name):
    assert chapter_name(text) == name


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("53.0", 53.0), ("1.856610963E+10", 18566109630.0), ("1,06,74,768", 10674768.0), ("1.234", 1234.0),
        ("1,234", 1234.0), ("1,234.50", 1234.5), ("1.234,5", 1234.5), ("1,5", 1.5), ("1 234", 1234.0), ("0", 0.0),
        ("-3", -3.0), ("0.125", 0.125), ("", None), ("-", None), ("many", None), ("1,23,4", None), ("1e999", None),
    ],
)  # fmt: skip
def test_counts_as_reports_write_them(text, number):
    assert bni.count(text) == number


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "’"]))
def test_a_grouped_count_is_that_count(number, mark):
    assert bni.count(f"{number:,}".replace(",", mark)) == number


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader_of_counts_or_chapters(text):
    assert bni.count(text) is None or isinstance(bni.count(text), float)
    assert chapter_name(text) != ""


def test_a_layouts_own_setting_goes_before_the_plain_one():
    remembered = {"date_order": "mdy", "palms.date_order": "dmy", "r2y.currency": "THB", "currency": "EUR"}
    assert effective(remembered, "palms") == {"date_order": "dmy", "currency": "EUR"}
