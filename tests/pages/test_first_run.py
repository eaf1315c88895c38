"""The first ten minutes: three ways out of an empty workspace, and a tour that leads on until it is ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import service
from pages import _tour
from service import tour

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _no_mark_is_left(workspaces: dict[str, Path]):
    yield
    for path in workspaces.values():
        for mark in (path / tour.FOLDER).glob("*"):
            mark.unlink()
        if (path / tour.FOLDER).exists():
            (path / tour.FOLDER).rmdir()


def strips(at: AppTest) -> list[str]:
    return [m.value for m in at.markdown if m.value.startswith("**A short tour")]


def test_an_empty_workspace_offers_import_workbook_and_sample(open_page: Open) -> None:
    at = open_page("overview.py", "empty")
    assert {"empty_import", "empty_sample"} <= {button.key for button in at.button}
    assert [button.label for button in at.get("download_button")] == ["Get the workbook"]
    assert "Write it down here" in {link.label for link in at.get("page_link")}
    assert strips(at) == []  # there is nothing to be shown around yet


def test_each_stop_leads_to_the_next_and_other_pages_have_none(open_page: Open) -> None:
    files = [file for file, _ in _tour.STOPS.values()]
    for place, file in enumerate(files, start=1):
        at = open_page(file)
        assert strips(at)[0].startswith(f"**A short tour, {place} of {len(files)}.**")
        following = {link.label: link.proto.page for link in at.get("page_link") if link.label.startswith("Next: ")}
        assert list(following) == [f"Next: {title}" for title in list(_tour.STOPS)[place : place + 1]]
    assert strips(open_page("tenure.py")) == []


def test_an_ended_tour_stays_away_in_its_workspace_alone(open_page: Open) -> None:
    at = open_page("members.py")
    at.button(key="end_tour").click().run()
    assert strips(at) == []
    assert strips(open_page("members.py")) == []  # a new visit
    assert strips(open_page("members.py", "no list"))


def test_the_samples_tour_is_the_own_workspaces_and_leaves_no_name(open_page: Open, workspaces: dict) -> None:
    open_page("overview.py", "sample").button(key="end_tour").click().run()
    marks = list((workspaces["sample"] / tour.FOLDER).iterdir())
    assert [len(mark.name) for mark in marks] == [16]
    assert marks[0].read_bytes() == b""
    assert service.current().is_empty is False  # the sample is still what is shown
    assert service.current().is_sample


def test_another_viewer_has_a_tour_of_ones_own(tmp_path: Path) -> None:
    one, other = (service.open_workspace(tmp_path / "home", service.Viewer(name)) for name in ("a@x.org", "b@x.org"))
    tour.end(one)
    assert (tour.ended(one), tour.ended(other)) == (True, False)
