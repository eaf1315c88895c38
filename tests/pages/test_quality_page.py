"""The Quality page: what is missing, what is covered, and the rows that did not load, to mend and bring again."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import service
from service import quality

ROOT = Path(__file__).resolve().parents[2]
LOG = """Our log
Date,From,To,Status
2025-03-04,Ann Ash,Bob Birch,open
2025-13-45,Cy Cedar,"Bob, Birch",open
31.31.2025,Cy Cedar,Bob Birch,open
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    session = service.current()
    session.commit(session.preview([("log.csv", LOG.encode())]))
    at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60).run()
    return at.switch_page("quality.py").run()


def test_the_page_says_what_recording_would_bring_most(page: AppTest) -> None:
    assert not page.exception
    text = "\n".join(str(e.value) for e in page.get("markdown"))
    assert "Most is gained by recording" in text
    fields = page.dataframe[0].value
    assert "whether the receiver was there" in fields["What"].tolist()


def test_rejected_rows_come_back_under_their_own_header_and_load_once_mended(page: AppTest) -> None:
    session = service.current()
    table = quality.imports(session)
    assert table[["rows_read", "rows_loaded", "rows_rejected"]].values.tolist() == [[3, 1, 2]]
    content = quality.rejected_file(session, int(table.import_id[0]))
    assert content is not None
    text = content.decode("utf-8-sig")
    assert text.splitlines() == [
        "Date,From,To,Status",
        '2025-13-45,Cy Cedar,"Bob, Birch",open',
        "31.31.2025,Cy Cedar,Bob Birch,open",
    ]
    mended = text.replace("2025-13-45", "2025-12-05").replace("31.31.2025", "2025-11-30")
    outcome = session.commit(session.preview([("mended.csv", mended.encode())]))
    assert outcome.files[0].loaded["referrals"] == 2


def test_without_the_original_nothing_is_offered(page: AppTest) -> None:
    session = service.current()
    for file in (session.workspace.path / "originals").iterdir():
        file.unlink()
    assert quality.rejected_file(session, int(quality.imports(session).import_id[0])) is None
    page.run()
    assert not page.exception
    assert "not kept" in "\n".join(str(e.value) for e in page.get("caption"))


@pytest.mark.parametrize("workspace", ["empty", "sample"])
def test_it_draws_where_there_is_nothing_and_on_the_sample(
    workspace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    if workspace == "sample":
        service.add_sample()
    at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60).run()
    at = at.switch_page("quality.py").run()
    assert not at.exception
    assert at.title[0].value
