"""Giving and network, and power teams, from what each export holds: never blank, chips, ids in the address, rows."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import service
from data.draft import Draft

sys.path.insert(0, str(Path(__file__).resolve().parent))
from test_chapter_page import (
    FIRST,
    LAST,
    MEMBERS,
    ROOT,
    WEEKS,
    draft,
    hand_kept,
    members,
    palms,
    slips,
    unrecorded,
    words,
)

TRADES = ("Electrician", "Plumber", "Roofer", "Tax adviser", "Notary", "Caterer", "Painter")
NETWORK = ("never_met", "matrix", "returns", "between", "R8", "R13", "R14", "L4")
Open = Callable[..., AppTest]


def trades(people: Sequence[str] = MEMBERS, group: str = "Harbour") -> Draft:
    return draft("member_list", {}, members=[
        {"name": name, "profession": TRADES[k % len(TRADES)], "group": group} for k, name in enumerate(people)
    ])  # fmt: skip


def of_periods() -> Draft:
    """Slips that know only the period that they are of, as a report over some weeks prints them."""
    rows: list[dict[str, Any]] = [
        {"period_from": pd.Timestamp(FIRST), "period_to": pd.Timestamp(LAST), "source": giver, "receiver": taker,
         "source_kind": "member", "tier": 1, "group": "Harbour"}
        for k, giver in enumerate(MEMBERS) for taker in (MEMBERS[k - 1], MEMBERS[k - 2])
    ]  # fmt: skip
    return draft("slips_audit", {"referrals": (FIRST, LAST)}, referrals=rows)


def groups(count: int = 12, size: int = 6) -> list[Draft]:
    made = []
    for g in range(count):
        people = [f"Member {g:02d} {k}" for k in range(size)]
        other = f"Member {(g + 1) % count:02d} 0"
        steps = zip(WEEKS, people, [*people[1:], other], strict=False)
        rows = [{"given_on": week, "source": one, "receiver": two, "source_kind": "member", "group": f"Group {g:02d}"}
                for week, one, two in steps]  # fmt: skip
        made += [draft("referral_log", {"referrals": (FIRST, LAST)}, referrals=rows), trades(people, f"Group {g:02d}")]
    return made


EXPORTS: dict[str, Callable[[], list[Draft]]] = {
    "bni": lambda: [slips(), palms(), members()],
    "bni with trades": lambda: [slips(), palms(), trades()],
    "periods": lambda: [of_periods(), palms()],
    "palms": lambda: [palms()],
    "log": lambda: [hand_kept()],
    "gaps": lambda: [slips(weeks=tuple(WEEKS[:3])), slips(weeks=tuple(WEEKS[9:]))],
    "one member": lambda: [palms(MEMBERS[:1])],
    "groups": groups,
    "empty": lambda: [],
}


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("networks")
    for name, make in EXPORTS.items():
        if drafts := make():
            service.Workspace(folder / name).import_drafts(drafts)
    return {name: folder / name for name in EXPORTS}


@pytest.fixture
def page(chapters: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_one(name: str, workspace: str, **url: Any) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(chapters[workspace]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=120)
        for key, value in url.items():
            at.query_params[key] = value
        return at.run().switch_page(f"{name}.py").run()

    return open_one


def ids(chapters: dict[str, Path], workspace: str = "bni") -> dict[str, str]:
    session = service.open_workspace(chapters[workspace])
    return {name: person for person, name in session.names().items()}


@pytest.mark.parametrize("workspace", EXPORTS)
@pytest.mark.parametrize("name", ["network", "teams"])
def test_the_page_draws_whatever_is_there_and_is_never_blank(page: Open, name: str, workspace: str) -> None:
    at = page(name, workspace)
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert len(words(at)) > 150
    assert "nan" not in words(at).lower().replace("(", " ").split()


@pytest.mark.parametrize("workspace", ["sample", "own", "empty", "no list", "one receiver"])
@pytest.mark.parametrize("name", ["network", "teams"])
def test_the_usual_workspaces(open_page: Open, name: str, workspace: str) -> None:
    at = open_page(f"{name}.py", workspace)
    assert not at.exception
    assert at.title[0].value


def test_every_card_is_there_drawn_or_saying_what_it_lacks(page: Open) -> None:
    at = page("network", "bni")
    assert [card for card in NETWORK if not at.get_by_key(f"card_{card}")] == []
    assert at.get_by_key("card_member")
    assert at.get_by_key("card_whole")


def test_palms_alone_say_what_would_open_the_page(page: Open) -> None:
    at = page("network", "palms")
    assert unrecorded(at) >= 4
    assert "PALMS counts, but does not say with whom" in words(at)


def test_slips_of_periods_alone_still_show_who_gives_to_whom(page: Open) -> None:
    at = page("network", "periods")
    assert "7 of 7 members hang together by referrals" in at.title[0].value
    assert at.get_by_key("card_whole")


def test_the_list_for_next_week_has_each_member_once(page: Open) -> None:
    at = page("network", "bni")
    shown = next(d.value for d in at.dataframe if "Why" in d.value.columns)
    people = [*shown["Member"], *shown["with"]]
    assert people
    assert len(people) == len(set(people))


def test_the_member_of_the_address_is_an_id_and_leads_to_list_and_rows(page: Open, chapters: dict[str, Path]) -> None:
    ann = ids(chapters)["Ann Ash"]
    at = page("network", "bni", member=ann)
    shown = next(d.value for d in at.dataframe if "Way" in d.value.columns)
    assert shown["Gave"].sum() == 12
    assert at.get_by_key("rows_member").label.startswith("Rows behind it (2")
    assert any(e.value.startswith("Ann Ash gave to") for e in at.subheader)


def test_a_member_that_nobody_knows_is_no_error(page: Open) -> None:
    assert not page("network", "bni", member="p9999999").exception


def test_choosing_a_member_writes_the_id_to_the_address(page: Open, chapters: dict[str, Path]) -> None:
    at = page("network", "bni")
    ben = ids(chapters)["Ben Birch"]
    at = at.selectbox(key="ring_of").set_value(ben).run()
    assert at.query_params["member"] == ben
    assert any(e.value.startswith("Ben Birch gave to") for e in at.subheader)


def test_the_whole_matrix_stays_and_a_chosen_pair_leads_to_its_rows(page: Open, chapters: dict[str, Path]) -> None:
    known = ids(chapters)
    at = page("network", "bni", filter=[f"source:{known['Ann Ash']}", f"receiver:{known['Ben Birch']}"])
    assert not at.exception
    whole = page("network", "bni")
    matrix = [next(e.value for e in a.subheader if "ways to refer" in e.value) for a in (at, whole)]
    assert matrix[0] == matrix[1]
    assert at.get_by_key("rows_matrix").label.startswith("Rows behind it (")
    assert {b.label for b in at.button} >= {"From Ann Ash", "To Ben Birch"}


def test_a_click_on_a_cell_sets_both_people_and_a_second_one_takes_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages import _address, _filters

    held = {"filter": ["source:p9", "tier:1"]}
    monkeypatch.setattr(_address, "values_of", lambda name: held[name])
    monkeypatch.setattr(_address, "put", held.__setitem__)
    click = {"selection": {"points": [{"customdata": "source:p1|receiver:p2"}]}}
    monkeypatch.setattr(_filters, "st", SimpleNamespace(session_state={"k": click}))
    _filters.clicked("k")
    assert held["filter"] == ["receiver:p2", "source:p1", "tier:1"]
    _filters.clicked("k")
    assert held["filter"] == ["tier:1"]


def test_a_chosen_row_narrows_or_opens_and_a_second_choice_takes_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages import _address, _filters

    held: dict[str, list[str]] = {"filter": ["tier:1"]}
    monkeypatch.setattr(_address, "values_of", lambda name: held[name])
    monkeypatch.setattr(_address, "put", held.__setitem__)
    state: dict = {"k": {"selection": {"rows": [1]}}}
    monkeypatch.setattr(_filters, "st", SimpleNamespace(session_state=state))
    marks = ["source:p1", "source:p2"]
    _filters.row_clicked("k", marks)
    assert held == {"filter": ["source:p2", "tier:1"]}
    assert (_filters.followed(), _filters.followed()) == (True, False)
    state["k"] = {"selection": {"rows": []}}
    _filters.row_clicked("k", marks)
    assert held == {"filter": ["tier:1"]}
    state["k"] = {"selection": {"rows": [0]}}
    _filters.row_clicked("k", ["member:p7|with:p8"])
    assert held == {"filter": ["tier:1"], "member": ["p7"], "with": ["p8"]}


def test_twelve_groups_are_drawn_as_groups(page: Open) -> None:
    at = page("network", "groups")
    assert "12 groups to another" in words(at)
    assert "each point is a whole group" in words(at)
    assert re.search(r"goes from Group \d\d to Group \d\d", words(at))


def test_professions_open_the_power_teams(page: Open) -> None:
    at = page("teams", "bni with trades")
    assert unrecorded(at) == 1  # circles: too few members
    assert "serves the same clients" in words(at)
    assert [c for c in ("spheres", "leading", "silent", "professions", "seats") if not at.get_by_key(f"card_{c}")] == []


def test_without_professions_it_says_what_brings_them(page: Open) -> None:
    assert "No member’s profession is recorded" in words(page("teams", "bni"))


def test_the_chapter_page_leads_to_the_network(page: Open) -> None:
    at = page("chapter", "bni")
    assert not at.exception
    with pytest.raises(KeyError):
        at.get_by_key("card_matrix")
    assert any("Giving and network" in link.proto.label for link in at.get("page_link"))
