"""Reports and letters, and what every page shows while names are masked."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

import service
from charts import words
from report import story

Open = Callable[..., AppTest]
PAGES = ("overview.py", "findings.py", "chapter.py", "presence.py", "sources.py", "tenure.py", "members.py",
         "network.py", "newsources.py", "repeatability.py", "relationships.py", "teams.py", "present.py",
         "reports.py")  # fmt: skip

EXAMPLES = {"Electrician"}  # professions that a page names in a sentence of its own


def said(at: AppTest) -> str:
    """Every text of a page, its charts' words and its tables."""
    parts = [str(getattr(e, "value", "")) for kind in ("title", "subheader", "markdown", "caption", "metric", "info")
             for e in at.get(kind)]  # fmt: skip
    parts += [e.proto.SerializeToString().decode("utf-8", "replace") for e in at.get("plotly_chart")]
    parts += [e.label for e in at.get("metric")] + [str(e.options) for e in at.get("selectbox")]
    return "\n".join(parts)


@pytest.fixture
def names(workspaces: dict[str, Path]) -> set[str]:
    session = service.open_workspace(workspaces["own"])
    frames = session.frames(service.Scope())
    return {*frames.people["name"], *frames.memberships["profession"].dropna(), *session.groups()["name"]}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_a_name_while_names_are_masked(open_page: Open, names: set[str], page: str) -> None:
    at = open_page(page, mask="1")
    assert not at.exception
    text = said(at)
    assert {name for name in names - EXAMPLES if name in text} == set()
    assert "Group A" in text


def test_the_masked_page_says_what_the_open_one_says(open_page: Open) -> None:
    shown = [[h.value for h in open_page("presence.py", **url).subheader if "€" not in h.value]
             for url in ({}, {"mask": "1"})]  # fmt: skip
    assert shown[0] == shown[1]
    assert len(shown[0]) > 2


@pytest.mark.parametrize("page", ["data.py", "people.py", "log.py", "quality.py"])
def test_pages_about_the_records_stay_closed_and_open_again(open_page: Open, page: str) -> None:
    at = open_page(page, mask="1")
    assert not at.exception
    assert any("Names are masked" in box.value for box in at.info)
    assert not at.dataframe
    at.button(key="show_names").click().run()
    assert not any("Names are masked" in box.value for box in at.info)
    assert "mask" not in at.query_params


def test_the_switch_is_part_of_the_address(open_page: Open) -> None:
    at = open_page("findings.py")
    at.toggle(key="mask_names").set_value(True).run()
    assert "".join(at.query_params["mask"]) == "1"
    assert any("Group A" in caption.value for caption in at.caption)


def made(at: AppTest) -> AppTest:
    """Wait until the work beside the page ends."""
    for _ in range(600):
        if at.session_state["report_job"].done:
            return at.run()
        time.sleep(0.1)
    raise AssertionError("the report did not end")


def test_a_report_is_made_beside_the_page_and_taken_along(open_page: Open, workspaces: dict[str, Path]) -> None:
    at = open_page("reports.py", format="Results (JSON)")
    at.button(key="make").click().run()
    made(at)
    assert not at.exception
    job = at.session_state["report_job"]
    assert job.name.endswith(".json")
    result = service.open_workspace(workspaces["own"]).result(service.Scope(), "L1")
    assert words.headline(result)
    assert f'"value": {result.estimates[0].value!r}'.encode() in job.made
    assert any(job.name in caption.value.replace("\\", "") for caption in at.caption)


def test_a_story_is_taken_along_by_its_key(open_page: Open, workspaces: dict[str, Path]) -> None:
    session = service.open_workspace(workspaces["own"])
    kept = story.save(session, story.Story("abcd1234", "Ann’s hour", (story.Item("claim:L1", "Ann’s own title"),)))
    try:
        at = open_page("reports.py", format="Workbook (XLSX)")
        at.query_params["story"] = "abcd1234"
        at.run()
        assert at.selectbox(key="report_story").value == "abcd1234"
        assert "Story: Ann’s hour" in at.selectbox(key="report_story").options
        at.button(key="make").click().run()
        made(at)
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(at.session_state["report_job"].made))
        head, *rows = sheets.get_sheet_by_name("Findings").to_python()
        assert [dict(zip(head, row, strict=True))["Own title"] for row in rows] == ["Ann’s own title"]
        at.query_params["mask"] = "1"
        at.run()
        assert not [text for text in at.selectbox(key="report_story").options if "Ann" in text]
        at.selectbox(key="report_story").select("chapter").run()
        assert "".join(at.query_params["story"]) == "chapter"  # a key, never a title
    finally:
        kept.unlink()


def test_the_mask_of_the_page_is_the_mask_of_the_file(open_page: Open, names: set[str]) -> None:
    at = open_page("reports.py", mask="1", format="Workbook (XLSX)", story="chapter")
    at.button(key="make").click().run()
    made(at)
    job = at.session_state["report_job"]
    assert job.name.endswith("-masked.xlsx")
    assert any("Names are masked in it" in caption.value for caption in at.caption)


def test_an_empty_workspace_offers_the_way_in(open_page: Open) -> None:
    at = open_page("reports.py", workspace="empty")
    assert not at.exception
    assert [b.key for b in at.button if b.key == "make"] == []
