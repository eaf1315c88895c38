"""The dashboard on a marts folder: the pages show what they show of the workspace, and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import service
from sample.world import make_world
from service import marts, organisation

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "_router.py"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("body")
    service.write_sample(make_world("base", seed=4, members=8, months=14, groups=3), root / "workspace")
    marts.export(root / "workspace", root / "canonical")
    marts.build(root / "canonical", root / "marts")
    return root


def shown(path: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(service.HOME_VARIABLE, str(path))
    at = AppTest.from_file(str(ROUTER), default_timeout=120).run()
    at = at if page == "overview.py" else at.switch_page(page).run()
    assert not at.exception
    return at


def test_the_overview_is_the_workspaces(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (shown(home / name, "overview.py", monkeypatch) for name in ("workspace", "marts"))
    assert one.title[0].value == other.title[0].value
    assert [metric.value for metric in one.metric] == [metric.value for metric in other.metric]


@pytest.mark.parametrize("page", ["data.py", "log.py", "findings.py"])
def test_pages_open_and_offer_no_change(home: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shown(home / "marts", page, monkeypatch)
    assert not at.file_uploader
    assert [button.label for button in at.button if "import" in button.label.casefold()] == []


def test_all_groups_are_shown_where_they_are_too_many(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisation, "MOST", 10)
    assert "referrals in 3 groups" in shown(home / "marts", "overview.py", monkeypatch).title[0].value
