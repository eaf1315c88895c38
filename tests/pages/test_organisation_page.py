"""A workspace that is too large to read row by row: all groups by month, then the pages on a few of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import service
from analysis.organisation import build
from analysis.scope import Scope
from sample.world import make_world
from service import organisation

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "_router.py"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("region") / "home"
    service.write_sample(make_world("base", seed=4, members=8, months=14, groups=3), path)
    return path


@pytest.fixture
def small_most(monkeypatch: pytest.MonkeyPatch, region: Path) -> int:
    """So small a limit that one group of the region may be read, and two may not."""
    sizes = organisation.sizes(service.open_workspace(region))
    most = int(sizes["referrals"].max())
    monkeypatch.setattr(organisation, "MOST", most)
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(region))
    return most


def opened(page: str = "", **url: str) -> AppTest:
    at = AppTest.from_file(str(ROUTER), default_timeout=60)
    for name, value in url.items():
        at.query_params[name] = value
    at.run()
    return at.switch_page(page).run() if page else at


def test_the_sizes_are_the_logs(region: Path) -> None:
    session = service.open_workspace(region)
    sizes = organisation.sizes(session)
    rows = session.frames(Scope()).referrals
    assert dict(zip(sizes["group_id"], sizes["referrals"], strict=True)) == rows.groupby("group_id").size().to_dict()
    assert list(sizes["name"]) == sorted(sizes["name"])


def test_no_row_is_read_and_the_page_offers_the_groups(small_most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the log was read row by row")

    monkeypatch.setattr(service.Session, "frames", never)
    at = opened()
    assert not at.exception
    assert "referrals in 3 groups" in at.title[0].value
    assert len(at.get("plotly_chart")) == 1
    assert at.button(key="organisation_show").disabled
    assert not opened("findings.py").exception


def test_a_link_that_names_a_group_opens_the_page(small_most: int, region: Path) -> None:
    group = organisation.sizes(service.open_workspace(region))["group_id"][0]
    at = opened(group=group)
    assert not at.exception
    assert "referrals in 3 groups" not in at.title[0].value
    assert len(at.metric) >= 5


def test_a_viewer_of_one_group_is_told_of_that_group_alone(region: Path) -> None:
    group = organisation.sizes(service.open_workspace(region))["group_id"][0]
    session = service.open_workspace(region, service.Viewer("leader", frozenset({group})))
    assert list(organisation.sizes(session)["group_id"]) == [group]
    view = organisation.view(session)
    assert view.groups == 1
    assert view.months["groups"].max() == 1


def test_a_month_that_is_hardly_covered_is_a_gap() -> None:
    months = pd.DataFrame({
        "month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "referrals": [62, 1], "covered_days": [62, 10],
        "days": [62, 56], "groups": [2, 1],
    })  # fmt: skip
    sizes = pd.DataFrame({"group_id": ["a", "b"], "referrals": [40, 23]})
    view = build(months, sizes)
    assert view.referrals == 63
    assert view.months["rate"][0] == pytest.approx(30.4375)
    assert pd.isna(view.months["rate"][1])
    assert view.latest == pytest.approx(30.4375)
