"""What each format promises: nothing from elsewhere, nothing that runs, nothing half-written, and it can be stopped."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from base64 import b64encode
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import service
from charts.theme import LIGHT
from errors import UsageError
from report import build, cells, html, job, pdf, workbook
from report import content as contents
from report.model import Content, Section, Table
from tests.report.conftest import COMPANY

SCOPE = service.Scope()
FEW = ("overview", "claim:L1")


def content(*sections: Section, title: str = "Title") -> Content:
    return Content(title, "Harbour", date(2026, 7, 1), 3, "its own", False, sections)


def test_the_page_carries_its_own_rules_and_only_its_own_scripts_may_run(chapter: service.Session) -> None:
    page = build.make(chapter, build.Order("html", SCOPE, FEW)).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]  # type: ignore[index]
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = {f"'sha256-{b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts}
    assert "default-src 'none'" in policy
    assert len(scripts) == 2
    assert set(re.findall(r"'sha256-[^']+'", policy)) == hashes
    head = page.split("<script>")[0]
    assert not re.search(r"(src|href)=[\"'](?!#)", head)


def test_paper_has_no_hatching_and_nothing_that_stays_folded(chapter: service.Session) -> None:
    """A printing browser writes each hatched bar as an image of its own."""
    made = contents.content(chapter, SCOPE, ("claim:T2", "claim:R4", "claim:L1"), LIGHT)
    screen, paper = html.text(made), html.text(made, paper=True)
    hatched = [d for s in made.sections for d in s.drawings for t in d.figure.data
               if t.type == "bar" and t.marker.pattern.shape]  # fmt: skip
    assert hatched
    assert '"shape":"/"' in screen
    assert '"shape":"/"' not in paper
    assert [d for d in hatched for t in d.figure.data if t.type == "bar" and t.marker.pattern.shape]  # as it was
    assert "<details" in screen
    assert "<details" not in paper
    assert re.findall(r"<h2>(.*?)</h2>", screen) == re.findall(r"<h2>(.*?)</h2>", paper)


def test_names_from_files_are_text_and_nothing_else() -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    frame = pd.DataFrame({evil: [evil, "a\x00b"]})
    page = html.text(
        content(
            Section("k", evil, evil, (evil, "\ud800 half"), (), (Table("t", evil, frame),), (evil,), evil), title=evil
        )
    )
    shown = page.split("<body>")[1].split('<script type="application/json"')[0]
    assert "<script" not in shown
    assert "<img" not in shown
    assert page.encode()
    assert "\x00" not in page


def test_a_style_sheet_holds_no_name_that_ends_it() -> None:
    made = content()
    page = html.text(Content(made.title, 'x"}</style><b>', made.made_on, 1, "", False, ()))
    style = page.split("<style>")[1].split("</style>")[0]
    assert "<b>" not in style
    assert style.count("{") == style.count("}")


def test_the_workbook_has_numbers_dates_and_no_formula() -> None:
    frame = pd.DataFrame({
        "Name": ["=1+1", "@SUM(A1)", COMPANY], "Count": [1, 2, 3], "Rate": [0.125, np.nan, np.inf],
        "Given": pd.to_datetime(["2026-01-31", None, "2026-02-01"]), "Outside share": [0.5, 0.25, 1.0],
    })  # fmt: skip
    raw = workbook.table_bytes(frame, "A [table]: with / everything? and a very long title", [("Scope", "=2+2")])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    assert sheet.sheet_names == ["About", "A table with everything and a v"]
    assert sheet.get_sheet_by_index(0).to_python()[1] == ["Scope", "=2+2"]
    rows = sheet.get_sheet_by_index(1).to_python()
    assert rows[0] == ["Name", "Count", "Rate", "Given", "Outside share"]
    assert rows[1] == ["'=1+1", 1.0, 0.125, date(2026, 1, 31), 0.5]
    assert rows[2] == ["'@SUM(A1)", 2.0, "", "", 0.25]
    assert rows[3] == [COMPANY, 3.0, "inf", date(2026, 2, 1), 1.0]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
    assert not any("<f>" in xml for xml in sheets)
    assert 'state="frozen"' in sheets[1]
    assert "<autoFilter" in sheets[1]


def test_sheet_names_are_short_and_differ() -> None:
    long = "The very same long title of a table"
    found = workbook.names([long, long.upper(), "History", "", "a/b"])
    assert all(0 < len(name) <= 31 for name in found)
    assert len({name.casefold() for name in found}) == 5
    assert "history" not in {name.casefold() for name in found}


@pytest.mark.parametrize(("value", "how", "said"), [
    (1234, "whole", "1,234"), (0.1234, "percent", "12 %"), (0.01234, "number", "0.012"), (12.345, "number", "12.35"),
    (pd.Timestamp("2026-02-01"), "month", "Feb 2026"), (date(2026, 2, 1), "date", "1 Feb 2026"), (np.nan, "number", ""),
    (None, "text", ""), (True, "text", "yes"),
])  # fmt: skip
def test_cells_are_written_as_people_read_them(value: object, how: str, said: str) -> None:
    assert cells.written(value, how, "en_GB") == said


def test_naughty_names_break_no_format(hostile: service.Session) -> None:
    page = build.make(hostile, build.Order("html", SCOPE)).decode()
    assert page.count("<script") == 3
    names = CalamineWorkbook.from_filelike(io.BytesIO(build.make(hostile, build.Order("xlsx", SCOPE)))).sheet_names
    assert {"About", "Findings"} <= set(names)
    assert build.make(hostile, build.Order("json", SCOPE)).startswith(b"[")


def test_a_report_that_is_stopped_leaves_no_file(chapter: service.Session, tmp_path: Path) -> None:
    def stop(part: float, what: str) -> None:
        if part > 0.1:
            raise KeyboardInterrupt

    out = tmp_path / "report.html"
    out.write_text("the one before")
    with pytest.raises(KeyboardInterrupt):
        build.write(chapter, build.Order("html", SCOPE, FEW), out, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert out.read_text() == "the one before"


def test_a_job_ends_with_the_file_or_with_a_reason(chapter: service.Session) -> None:
    made = wait(job.start(chapter, build.Order("json", SCOPE)))
    assert made.made
    assert made.made.startswith(b"[")
    refused = wait(job.start(chapter, build.Order("html", SCOPE, ("claim:X9",))))
    assert refused.made is None
    assert "X9" in refused.failed


def test_a_cancelled_job_stops_and_the_next_one_runs(chapter: service.Session) -> None:
    with job._ONE:  # somebody else's report is under way
        waiting = job.start(chapter, build.Order("json", SCOPE))
        waiting.cancel()
        assert wait(waiting).failed == "Cancelled."
    assert wait(job.start(chapter, build.Order("json", SCOPE))).made


def test_a_job_ends_by_itself(chapter: service.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "SECONDS", -1.0)
    assert "too long" in wait(job.start(chapter, build.Order("html", SCOPE, FEW))).failed


def test_a_job_is_for_whom_it_was_made(chapter: service.Session) -> None:
    made = wait(job.start(chapter, build.Order("json", SCOPE)))
    assert made.of(chapter)
    assert not made.of(service.Session(chapter.workspace, service.Viewer("somebody else")))


def wait(started: job.Job) -> job.Job:
    for thread in threading.enumerate():
        if thread.name == "report":
            thread.join(120)
    assert started.done
    return started


def test_pdf_without_a_browser_says_what_to_do(chapter: service.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: None)
    with pytest.raises(pdf.NoBrowserError, match=r"Install one.*HTML report"):
        build.make(chapter, build.Order("pdf", SCOPE, FEW))


def test_a_browser_that_does_not_print_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pdf.VARIABLE, "/bin/true")
    with pytest.raises(pdf.NoBrowserError, match="did not print"):
        pdf.make("<p>")


def test_an_unknown_format_is_refused(chapter: service.Session) -> None:
    with pytest.raises(UsageError, match="no format"):
        build.make(chapter, build.Order("docx", SCOPE))


def test_an_empty_workspace_has_nothing_to_report(tmp_path: Path) -> None:
    for kind in ("html", "json", "xlsx"):
        with pytest.raises(UsageError, match="nothing to report"):
            build.make(service.open_workspace(tmp_path), build.Order(kind, SCOPE))
