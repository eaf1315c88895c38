"""The workbook to fill in: what is in it, and that it comes back whole, without a question. And lists of its kind."""

# ruff: noqa: E501 tables of cells read better whole

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from file_builders import TODAY, drafts, write_csv, write_xlsx
from store_builders import members, rows, store

from data import logbook
from data.draft import Answers
from data.layouts import recognise
from data.layouts.assessment_list import NAME as ASSESSMENTS
from data.layouts.touch_list import NAME as CONTACTS
from data.logwords import POINTS
from data.readers import read
from data.template import SHEETS, workbook

HEADINGS = {name: [column.heading for column in columns] for name, columns in SHEETS.items()}
DAY = dt.date(2026, 3, 4)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """One row a sheet under the template's own headings, dates as real date cells."""
    lines = {
        "Referrals": [DAY, "Ann", "Bob", "no", "yes", "Acme", "Friend or family", None, "Won", dt.date(2026, 4, 1),
                      1200.5, "EUR"],
        "Members": ["Bob", "Roofer", dt.date(2020, 1, 15), None, "Harbour"],
        "Contacts": [DAY, "Bob", "Ann", "Asked for a referral or a favour", "a van", "declined"],
        "Assessments": [DAY, "Bob", "Ann", *["yes"] * 7, *["no"] * 5, None, 7, 3.5],
    }  # fmt: skip
    sheets = {"About": [["Net Effect: a log to fill in"]]}
    return write_xlsx(tmp_path / "log.xlsx", sheets | {name: [HEADINGS[name], line] for name, line in lines.items()})


def test_a_filled_workbook_loads_all_sheets_without_a_question(filled: Path, tmp_path: Path) -> None:
    found = drafts(filled)
    assert [(d.layout, d.rows_read, d.questions, d.rejects) for d in found] == [
        ("referral_log", 1, [], []), ("member_list", 1, [], []), (CONTACTS, 1, [], []), (ASSESSMENTS, 1, [], [])
    ]  # fmt: skip
    workspace = store(tmp_path)
    assert [(f.rows_loaded, f.sheet) for f in workspace.import_drafts(found).files] == [(1, n) for n in HEADINGS]
    assert rows(workspace, """select given_on, receiver_present, asked, prospect, source_kind, status, closed_on,
      cast(amount as varchar), currency from referrals""") == [
        (DAY, False, True, "Acme", "personal", "won", dt.date(2026, 4, 1), "1200.50", "EUR")
    ]  # fmt: skip
    assert rows(workspace, "select happened_on, kind, purpose, outcome from touches") == [
        (DAY, "ask", "a van", "declined")
    ]
    marks = ", ".join(POINTS)
    assert rows(workspace, f"select {marks}, comfort, perceived_value from assessments") == [
        (*[True] * 7, *[False] * 5, None, 7.0, 3.5)
    ]
    assert rows(workspace, "select name, home from groups") == [("Harbour", True)]
    again = workspace.import_drafts(drafts(filled))
    assert (again.changed, [f.already_there for f in again.files]) == (False, [1] * 4)


def test_the_empty_workbook_has_headings_lists_and_notes_and_no_rows(tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(workbook())
    raw = read(tmp_path / "empty.xlsx")
    assert [sheet.name for sheet in raw.sheets] == ["About", *HEADINGS]
    assert [(s.row(1)[: len(HEADINGS[s.name])], s.height) for s in raw.sheets[1:]] == [
        (headings, 1) for headings in HEADINGS.values()
    ]
    found = recognise(raw, Answers(), {}, today=TODAY)
    assert [(d.layout, d.rows_read, d.questions) for d in found] == [
        ("referral_log", 0, []), ("member_list", 0, []), (CONTACTS, 0, []), (ASSESSMENTS, 0, [])
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "empty.xlsx") as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{i}.xml").decode() for i in range(2, 6)]
        notes = archive.read("xl/comments1.xml").decode()
    assert ["One-to-one,Help given" in sheet for sheet in sheets] == [False, False, True, False]
    assert sheets[0].count("Members!$A$2") == 2
    assert sheets[3].count('"yes,no"') == len(POINTS)
    assert all('state="frozen"' in sheet for sheet in sheets)
    assert "Was the receiver in the room" in notes


def test_members_of_the_workspace_stand_in_it_and_come_back_as_known(tmp_path: Path) -> None:
    workspace = store(
        tmp_path,
        members(
            {"name": "Ann", "profession": "Baker", "joined_on": "2020-01-05", "left_on": "2024-02-29"}, {"name": "=1+1"}
        ),
    )
    with workspace.reader() as reader:
        content = workbook(logbook.roll(reader, None))
    (tmp_path / "log.xlsx").write_bytes(content)
    (draft,) = (d for d in drafts(tmp_path / "log.xlsx") if d.layout == "member_list")
    assert draft.frames["members"][["name", "profession", "joined_on", "left_on", "group"]].astype(
        object
    ).values.tolist() == [
        ["=1+1", None, pd.NaT, pd.NaT, "Alpha"],
        ["Ann", "Baker", pd.Timestamp(2020, 1, 5), pd.Timestamp(2024, 2, 29), "Alpha"],
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "<f>" not in archive.read("xl/worksheets/sheet3.xml").decode()  # a name never becomes a formula
    assert [f.already_there for f in workspace.import_drafts(drafts(tmp_path / "log.xlsx")).files] == [0, 2, 0, 0]


class TestLists:
    def test_contacts_in_plain_words(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "c.csv", [
            ["Date", "From", "With whom", "Kind of contact", "Notes"],
            ["2026-03-04", "Ann", "Bob", "1-2-1", ""],
            ["2026-03-05", "Bob", "Ann", "Help given", "with the stall"],
            ["2026-03-06", "Bob", "Ann", "singing", ""],
            ["", "Bob", "Ann", "help", ""],
            ["2027-03-06", "Bob", "Ann", "help", ""],
            ["2026-03-07", "Bob", "", "help", ""],
            ["2026-03-08", "Bob", "BOB", "ask", ""],
            ["2026-03-09", "Bob", "Ann", "", "?"],
        ])  # fmt: skip
        (draft,) = drafts(path)
        assert draft.layout == CONTACTS
        assert draft.frames["touches"][["row_no", "kind", "purpose"]].values.tolist() == [
            [2, "one_to_one", None], [3, "help", "with the stall"]
        ]  # fmt: skip
        assert [(r.row_no, r.reason.split(":")[0][:45]) for r in draft.rejects] == [
            (4, "'singing' is none of 'One-to-one', 'Help give"), (5, "there is no date"), (6, "the date is in the future"),
            (7, "the row does not name two persons"), (8, "the row names one person twice"),
            (9, "the row does not say what happened"),
        ]  # fmt: skip

    def test_assessments_by_points_or_by_their_columns_names(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", [
            ["Assessed on", "Assessor", "Source", "q01", "q02", "Comfort (0-10)"],
            ["2026-03-04", "Bob", "Ann", "y", "n", "7,5"],
            ["2026-03-04", "Bob", "Cy", "", "", ""],
            ["2026-03-04", "Bob", "Dee", "y", "", "11"],
        ])  # fmt: skip
        (draft,) = drafts(path)
        assert draft.layout == ASSESSMENTS
        assert draft.frames["assessments"][["source", "q01", "q02", "comfort"]].values.tolist() == [
            ["Ann", True, False, 7.5]
        ]
        assert [(r.row_no, r.reason) for r in draft.rejects] == [
            (3, "no point of the assessment is answered"), (4, "'11' is no mark from 0 to 10")
        ]  # fmt: skip
