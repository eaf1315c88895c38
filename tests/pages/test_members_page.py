"""The members page: whatever is imported, nothing invented; the address holds ids and never a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import service
from data.draft import Draft
from sample.world import make_world
from tests.pages.test_chapter_page import EXPORTS, draft, words

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]
DAY = pd.Timestamp("2026-03-25")  # the last day of the exports


def renewing() -> list[Draft]:
    """PALMS and slips, the dues of two members and an uploaded score."""
    rows = [{"name": "Ann Ash", "renews_on": pd.Timestamp("2026-04-01"), "group": "Harbour"},
            {"name": "Ben Birch", "renews_on": pd.Timestamp("2026-09-01"), "group": "Harbour"}]  # fmt: skip
    scored = {"name": "Ann Ash", "official_score": 75.0, "group": "Harbour",
              "period_from": pd.Timestamp("2025-10-01"), "period_to": pd.Timestamp("2026-02-28")}  # fmt: skip
    return [*EXPORTS["bni"](), draft("dues", {}, members=rows), draft("traffic_lights", {}, snapshots=[scored])]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("members")
    for name, make in {**EXPORTS, "renewing": renewing}.items():
        if drafts := make():
            service.Workspace(folder / name).import_drafts(drafts)
    world = make_world("harbour", seed=1, members=16, months=30)
    service.write_sample(world, folder / "world")
    return {name: folder / name for name in (*EXPORTS, "renewing", "world")}


@pytest.fixture
def page(homes: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_one(workspace: str, name: str = "members.py", **url: str) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(homes[workspace]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=120)
        at = at.run().switch_page(name)
        for key, value in url.items():
            at.query_params[key] = value
        return at.run()

    return open_one


def id_of(homes: dict[str, Path], workspace: str, name: str) -> str:
    names = service.open_workspace(homes[workspace]).names()
    return next(person for person, known in names.items() if known == name)


@pytest.mark.parametrize("workspace", [*EXPORTS, "renewing", "world"])
def test_the_page_draws_whatever_is_there(page: Open, workspace: str) -> None:
    at = page(workspace)
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert len(words(at)) > 150
    assert "nan" not in words(at).lower().split()


@pytest.mark.parametrize("workspace", [name for name in EXPORTS if name != "empty"])
def test_every_card_is_there_drawn_or_saying_what_it_lacks(page: Open, workspace: str) -> None:
    at = page(workspace)
    assert [card for card in ("scores", "leaving", "renewals", "rubric") if not at.get_by_key(f"card_{card}")] == []


def test_palms_alone_give_scores_as_ranges(page: Open) -> None:
    at = page("palms")
    assert at.title[0].value.startswith("7 members")
    assert "Not recorded for anybody: Education" in words(at)
    assert "Sponsor of a new member" in words(at)


def test_a_hand_kept_log_has_no_weeks_and_so_no_light(page: Open) -> None:
    at = page("log")
    assert at.title[0].value.replace("\\", "") == "3 members: 3 open between two lights"
    assert "Nothing that luck could change is recorded" in words(at)


def test_an_empty_workspace_offers_the_import(page: Open) -> None:
    assert page("empty").button(key="empty_import")


def test_renewals_of_the_next_ninety_days_are_listed(page: Open) -> None:
    at = page("renewing")
    assert "1 membership falls due in the 90 days from 26 Mar 2026" in words(at)
    listed = [d.value for d in at.dataframe if "In days" in d.value.columns]
    assert listed[0][["Member", "In days"]].to_numpy().tolist() == [["Ann Ash", 6]]


def test_a_scorecard_is_opened_by_id_and_the_address_holds_no_name(page: Open, homes: dict[str, Path]) -> None:
    ann = id_of(homes, "renewing", "Ann Ash")
    at = page("renewing", member=ann)
    assert not at.exception
    assert at.title[0].value.startswith("Ann Ash is ")
    assert "Official score: 75, as uploaded, for Oct 2025" in at.info[0].value.replace("\\", "")
    assert "simulation" in words(at)
    at = page("renewing")
    at = at.selectbox(key="scorecard_of").set_value(ann).run()
    assert at.title[0].value.startswith("Ann Ash is ")
    assert ann in str(at.query_params["member"])
    assert "Ash" not in str(dict(at.query_params))
    at = at.button(key="all_members").click().run()
    assert at.title[0].value.startswith("7 members")


def test_a_person_who_is_not_there_is_everybody(page: Open) -> None:
    at = page("palms", member="p9999999")
    assert not at.exception
    assert at.title[0].value.startswith("7 members")


def test_the_rubric_is_part_of_the_address(page: Open) -> None:
    at = page("palms", rubric="UK 2012")
    assert "The UK 2012 rubric" in words(at)
    assert "Trainings" in words(at)


def test_every_scorecard_of_a_world_draws(page: Open, homes: dict[str, Path]) -> None:
    session = service.open_workspace(homes["world"])
    frames = session.frames(service.Scope())
    present = frames.memberships[frames.memberships["left"].isna()]["person_id"].head(4)
    for person in present:
        at = page("world", member=str(person), dues="900")
        assert not at.exception
        assert at.get_by_key("card_score")
        assert "for each 1 of dues" in words(at) or "Nothing won is recorded" in words(at)


def test_without_dues_no_return_is_claimed(page: Open, homes: dict[str, Path]) -> None:
    person = id_of(homes, "log", "Ann Ash")
    at = page("log", member=person)
    assert at.number_input(key="dues").value is None
    assert "for each 1 of dues" not in words(at)
    at = at.number_input(key="dues").set_value(500.0).run()
    assert "of €500 a year as you typed them" in words(at)


def test_bni_exports_hide_what_a_member_earned(page: Open, homes: dict[str, Path]) -> None:
    at = page("bni", member=id_of(homes, "bni", "Ann Ash"))
    assert "hide who thanks" in words(at)


@pytest.mark.parametrize("workspace", ["own", "no list", "one receiver"])
@pytest.mark.parametrize("name", ["members.py", "relationships.py"])
def test_logs_of_other_kinds_draw_too(open_page: Open, workspace: str, name: str) -> None:
    at = open_page(name, workspace)
    assert not at.exception
    assert not at.error
    assert at.title[0].value


def test_a_receiver_in_the_scope_narrows_no_scorecard(page: Open, homes: dict[str, Path]) -> None:
    at = page("bni", receiver=id_of(homes, "bni", "Ann Ash"))
    assert at.title[0].value.startswith("7 members")
    assert "neither the choice of one receiver nor a filter narrows it" in words(at)


@pytest.mark.parametrize("workspace", [*EXPORTS, "world"])
def test_relationships_draw_whatever_is_there(page: Open, workspace: str) -> None:
    at = page(workspace, "relationships.py")
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert "nan" not in words(at).lower().split()
    if workspace != "empty":
        assert [card for card in ("accounts", "early", "points") if not at.get_by_key(f"card_{card}")] == []


def test_bni_exports_alone_close_the_bank_and_say_how_to_start(page: Open) -> None:
    said = words(page("bni", "relationships.py"))
    assert "No help, introduction, testimonial or ask is recorded" in said
    assert "No assessment is recorded" in said


def test_one_relationship_in_both_directions(page: Open, homes: dict[str, Path]) -> None:
    from analysis import relationships_bank

    session = service.open_workspace(homes["world"])
    bank = session.view(relationships_bank.build, service.Scope())
    assert bank is not None
    first = bank.accounts.iloc[0]
    at = page("world", "relationships.py", **{"member": first["from_id"], "with": first["to_id"]})
    assert not at.exception
    assert at.get_by_key("card_account")
    assert at.get_by_key("card_account_back")
    assert first["from_name"] in at.title[0].value.replace("\\", "")
    at = page("world", "relationships.py", member=first["from_id"])
    assert at.get_by_key("card_own")
