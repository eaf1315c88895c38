"""The People page: what is suggested, labelled and erased there, each one version; the sample stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import service
from service import people

ROOT = Path(__file__).resolve().parents[2]
LOG = """Date,From,To,Tier,Group
2025-03-04,Katherine Larch,Bob Birch,1,Harbour
2025-03-11,Katharine Larch,Bob Birch,1,Harbour
2025-03-12,Cy Cedar,Bob Birch,2,Harbour
2025-03-19,Cy Cedar,Katherine Larch,2,Harbour
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    session = service.current()
    session.commit(session.preview([("log.csv", LOG.encode())]))
    at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60).run()
    return at.switch_page("people.py").run()


def words(at: AppTest) -> str:
    return "\n".join(str(e.value) for kind in ("title", "markdown", "info", "error") for e in at.get(kind))


def part(at: AppTest, name: str) -> AppTest:
    at.radio(key="list").set_value(name).run()
    assert not at.exception
    return at


def test_a_ticked_suggestion_is_merged_as_one_version(page: AppTest) -> None:
    assert not page.exception
    grid = page.dataframe[0].value
    assert grid[["Same", "Keep", "Spelling", "Speaks for it"]].values.tolist() == [
        [True, "Katherine Larch", "Katharine Larch", "both in Harbour"]
    ]
    page.button(key="merge").click().run()
    assert not page.exception
    assert service.current().version == 2
    assert len(people.persons(service.current())) == 3
    assert "No two spellings" in words(page)


def test_relations_without_a_kind_are_listed_most_referrals_first(page: AppTest) -> None:
    at = part(page, "Customer or partner?")
    grid = at.dataframe[0].value
    assert set(grid["The source is a"]) == {"not known"}
    assert grid["Not known of"].is_monotonic_decreasing
    assert at.button(key="save_kinds").disabled


def test_a_rule_is_called_a_proxy_and_can_be_taken_back(page: AppTest) -> None:
    at = part(page, "In the room?")
    at.radio(key="proxy").set_value("tier").run()
    at.button(key="apply_proxy").click().run()
    assert not at.exception
    table = people.presence(service.current())
    assert set(table.presence_basis) == {"proxy"}
    assert service.current().result(service.Scope(), "L1").basis in ({}, {"receiver_present": "proxy"})
    at.radio(key="proxy").set_value("none").run()
    at.button(key="apply_proxy").click().run()
    assert set(people.presence(service.current()).presence_basis) == {"none"}


def test_erasing_asks_first(page: AppTest) -> None:
    at = part(page, "One person")
    who = people.find(service.current(), "Cy Cedar")
    at.selectbox(key="person").select(who).run()
    assert at.button(key="erase").disabled
    at.checkbox(key=f"sure_{who}").check().run()
    at.button(key="erase").click().run()
    assert not at.exception
    assert "Cy Cedar" not in people.persons(service.current()).name.tolist()


def test_the_sample_is_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    service.add_sample()
    at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60).run()
    at = at.switch_page("people.py").run()
    assert "This is the sample" in words(at)
    for name in ("Same person?", "Customer or partner?", "In the room?", "One person"):
        at = part(at, name)
        assert all(button.disabled for button in at.button if button.key in {"merge", "apart", "save_kinds", "erase"})
