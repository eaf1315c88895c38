"""Every page on everything that users bring: no exception, no error, never blank, no figure without its how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import service
from data.draft import Draft
from sample.exports import write_exports
from sample.world import World, make_world
from tests.browser.every_page import PAGES

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "_router.py"
FILES = [f"{page or 'overview'}.py" for page in PAGES]
SAID = ("title", "header", "subheader", "markdown", "caption", "metric", "info", "warning")
BNI = ("slips_audit", "palms")


def drafts(world: World) -> dict[str, Draft]:
    return {draft.layout: draft for draft in service.world_drafts(world)}


def exported(path: Path) -> None:
    """What BNI Connect writes, read as the files that they are."""
    world = make_world("harbour", seed=6, members=12, months=5)
    written = write_exports(world, path.with_name("files"), layouts=BNI)
    session = service.open_workspace(path)
    answers = {one.path.name: service.Answers(**one.answers) for one in written}
    session.commit(session.preview([one.path for one in written], answers))


def kept_by_hand(path: Path) -> None:
    service.Workspace(path).import_drafts([drafts(make_world("base", seed=1, members=14, months=24))["referral_log"]])


def of_one(path: Path, *, listed: bool) -> None:
    """One person's receipts; with the member list, a group of one."""
    made = drafts(make_world("base", seed=1, members=14, months=24))
    log = made["referral_log"].frames["referrals"]
    busiest = log["receiver"].mode()[0]
    made["referral_log"].frames["referrals"] = log[log["receiver"] == busiest].reset_index(drop=True)
    people = made["member_list"].frames["members"]
    made["member_list"].frames["members"] = people[people["name"] == busiest].reset_index(drop=True)
    chosen = [made["referral_log"], *([made["member_list"]] if listed else [])]
    service.Workspace(path).import_drafts([replace(draft, covers={}) for draft in chosen])


WORKSPACES: dict[str, Callable[[Path], object]] = {
    "sample": lambda path: service.write_sample(make_world("harbour", seed=2, members=14, months=20), path),
    "BNI exports alone": exported,
    "a log kept by hand": kept_by_hand,
    "one receiver": lambda path: of_one(path, listed=False),
    "one member": lambda path: of_one(path, listed=True),
    "nothing": lambda path: None,
    "gaps": lambda path: service.write_sample(make_world("gap", seed=2, members=10, months=24, groups=1), path),
    "twelve groups": lambda path: service.write_sample(
        make_world("base", seed=2, members=7, months=14, groups=12), path
    ),
}


def unexplained(block: Any, *, explained: bool = False) -> list[str]:
    """Charts in a card that does not say how they are computed, or in none, and metrics without help."""
    found = []
    for part in block.children.values():
        if hasattr(part, "children"):
            card = getattr(getattr(part.proto, "flex_container", None), "border", False)
            found += unexplained(part, explained=_says_how(part) if card else explained)
        elif part.type == "plotly_chart" and not explained:
            found.append(part.proto.alt)
        elif part.type == "metric" and not part.proto.help:
            found.append(part.label)
    return found


def _says_how(card: Any) -> bool:
    """Whether a popover or an expander in it is called so."""
    inner = [part for part in card.children.values() if hasattr(part, "children")]
    labels = [getattr(getattr(part.proto, "popover", part.proto), "label", "") for part in inner]
    return "How is this computed" in labels or any(_says_how(part) for part in inner)


@pytest.mark.parametrize("name", WORKSPACES)
def test_every_page_says_something_and_how_it_is_computed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WORKSPACES[name](tmp_path / "home")
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    at = AppTest.from_file(str(ROUTER), default_timeout=120)
    at.run()
    for file in FILES:
        at.switch_page(file).run()
        assert not at.exception, (file, at.exception[0].value)
        assert not at.error, (file, at.error[0].value)
        assert at.title[0].value, file
        words = " ".join(str(getattr(part, "value", "")) for kind in SAID for part in at.get(kind))
        assert len(words) > 100, (file, words)
        assert unexplained(at.main) == [], file


@pytest.mark.parametrize("name", ["sample", "BNI exports alone"])
def test_no_page_shows_a_name_when_names_are_masked(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WORKSPACES[name](tmp_path / "home")
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    people = set(service.open_workspace(tmp_path / "home").names().values())
    assert len(people) > 10
    at = AppTest.from_file(str(ROUTER), default_timeout=120)
    at.query_params["mask"] = "1"
    at.run()
    for file in FILES:
        at.query_params["mask"] = "1"
        at.switch_page(file).run()
        assert not at.exception, (file, at.exception[0].value)
        drawn = " ".join(str(element.proto) for element in at.main if hasattr(element, "proto"))
        assert [person for person in people if person in drawn] == [], file
