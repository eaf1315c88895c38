"""The pages on repeatability and new sources: what each state draws, what is missing, clicks, links."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import service
from analysis.scope import Scope
from data.draft import Draft, staging_frame
from sample.world import make_world

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("repeatability.py", "newsources.py")
MEMBERS = ("Ann Ash", "Ben Birch", "Cy Cedar", "Dora Dale", "Ed Elm", "Flo Fern", "Gus Gum")
WEEKS = pd.date_range("2023-01-04", periods=156, freq="7D")
CARDS = {"repeatability.py": ("total", "fan", "pace", "waves", "new_sources"),
         "newsources.py": ("asked", "times", "later", "rated")}  # fmt: skip
Open = Callable[..., AppTest]


def draft(layout: str, covers: Mapping[str, tuple[date, date]], **frames: Sequence[Mapping[str, Any]]) -> Draft:
    made = {}
    for table, rows in frames.items():
        columns = {key: [row.get(key) for row in rows] for row in rows for key in row}
        made[table] = staging_frame(table, {"row_no": range(2, len(rows) + 2), **columns}, len(rows))
    return Draft(name=f"{layout}.xls", sheet="", sha256=f"{layout}-{frames!r}", container="spreadsheetml",
                 layout=layout, rows_read=sum(map(len, frames.values())), frames=made, covers=dict(covers))  # fmt: skip


def slips(weeks: Sequence[pd.Timestamp], people: Sequence[str] = MEMBERS) -> Draft:
    dice = random.Random(1)
    referrals, touches = [], []
    for week in weeks:
        for giver in people:
            other = dice.choice([p for p in people if p != giver] or ["Zed Yew"])
            referrals.append({"given_on": week, "source": giver, "receiver": other, "source_kind": "member",
                              "tier": 2, "group": "Harbour"})  # fmt: skip
            touches.append({"happened_on": week, "from": giver, "to": other, "kind": "one_to_one", "group": "Harbour"})
    span = (weeks[0].date(), weeks[-1].date())
    return draft("slips_audit", dict.fromkeys(("referrals", "one_to_one"), span), referrals=referrals, touches=touches)


def palms(people: Sequence[str] = MEMBERS) -> Draft:
    period = {"period_from": WEEKS[0], "period_to": WEEKS[20], "group": "Harbour"}
    rows = [{"name": p, "p": 9.0, "a": 1.0, "rgi": 3.0, "rgo": 6.0, "rri": 3.0, "rro": 3.0, **period} for p in people]
    return draft("palms", {"snapshots": (WEEKS[0].date(), WEEKS[20].date())}, snapshots=rows)


def listed(people: Sequence[str] = MEMBERS) -> Draft:
    return draft("membership_length", {}, members=[
        {"name": p, "joined_on": pd.Timestamp(2023, 1 + k, 1), "group": "Harbour"} for k, p in enumerate(people)
    ])  # fmt: skip


def hand_kept(people: Sequence[str] = MEMBERS[:3]) -> Draft:
    dice = random.Random(2)
    rows = [{"given_on": week, "source": f"Customer {dice.randrange(4 + k // 4)}", "receiver": people[k % len(people)],
             "source_kind": "customer", "group": "Harbour"} for k, week in enumerate(WEEKS)]  # fmt: skip
    return draft("referral_log", {}, referrals=rows)


WORKSPACES: dict[str, Callable[[], list[Draft]]] = {
    "bni": lambda: [slips(WEEKS), palms(), listed()],
    "palms": lambda: [palms()],
    "short": lambda: [slips(WEEKS[:12]), listed()],
    "log": lambda: [hand_kept()],
    "one": lambda: [hand_kept(MEMBERS[:1])],
    "gaps": lambda: [slips(WEEKS[:40]), slips(WEEKS[90:]), listed()],
    "one member": lambda: [slips(WEEKS, MEMBERS[:1]), listed(MEMBERS[:1])],
    "many": lambda: service.world_drafts(make_world("members-only", seed=2, groups=12, members=6, months=30)),
    "empty": lambda: [],
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("patterns")
    for name, make in WORKSPACES.items():
        if drafts := make():
            service.Workspace(folder / name).import_drafts(drafts)
    return {name: folder / name for name in WORKSPACES}


@pytest.fixture
def page(places: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_one(name: str, workspace: str, **url: str) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(places[workspace]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=90)
        for key, value in url.items():
            at.query_params[key] = value
        return at.run().switch_page(name).run()

    return open_one


def words(at: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "subheader", "markdown", "caption") for e in at.get(kind)]
    return "\n".join(str(part) for part in parts).replace("\\", "")


def charts(at: AppTest) -> list[str]:
    return [chart.proto.alt for chart in at.get("plotly_chart")]


@pytest.mark.parametrize("workspace", WORKSPACES)
@pytest.mark.parametrize("name", PAGES)
def test_each_page_draws_whatever_is_there_or_says_what_it_lacks(page: Open, name: str, workspace: str) -> None:
    at = page(name, workspace)
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert len(words(at)) > 150
    assert "nan" not in words(at).lower().replace("(", " ").split()
    assert all(len(said) > 30 for said in charts(at))
    if workspace not in ("palms", "empty"):
        assert [card for card in CARDS[name] if not at.get_by_key(f"card_{card}")] == []


@pytest.mark.parametrize("workspace", ["sample", "no list", "one receiver"])
@pytest.mark.parametrize("name", PAGES)
def test_the_sample_and_a_hand_kept_log_open_both_pages(open_page: Open, name: str, workspace: str) -> None:
    at = open_page(name, workspace)
    assert not at.exception
    assert charts(at)


def test_bni_exports_bring_ranges_for_the_chapter_and_each_member(page: Open) -> None:
    at = page("repeatability.py", "bni")
    assert at.title[0].value.startswith("This quarter should bring the chapter")
    assert at.title[0].value.endswith("of them so far")
    assert len(charts(at)) == 7
    assert "earlier ranges" in words(at)
    assert "7 members can count on at least one referral" in words(at)


def test_bni_exports_name_no_question_and_the_card_says_how_to_begin(page: Open) -> None:
    at = page("newsources.py", "bni")
    text = words(at)
    assert "does not say that nobody asked" in text
    assert "Asked where we stand" in text
    assert list(at.dataframe[0].value["Member"]) == list(MEMBERS)
    assert "No source is rated yet" in text


def test_period_totals_alone_lead_to_the_chapter(page: Open) -> None:
    for name in PAGES:
        assert "No referral with a day is imported yet" in words(page(name, "palms"))


def test_twelve_weeks_are_too_short_and_say_what_brings_more(page: Open) -> None:
    at = page("repeatability.py", "short")
    text = words(at)
    assert at.title[0].value == "What the next quarter brings cannot be told yet"
    assert "A range needs the twelve months before the quarter" in text
    assert text.count("Too early to tell") == 5
    assert "Not recorded here" not in text.partition("What the findings say")[0]


def test_without_a_list_the_page_says_who_counts_as_there(page: Open) -> None:
    at = page("repeatability.py", "log")
    assert "the people of this log" in at.title[0].value
    assert "everybody counts from the first to the last record" in words(at)


def test_when_nobody_knows_when_two_met_the_clock_starts_at_the_first_referral(page: Open) -> None:
    at = page("newsources.py", "log")
    assert "sources refer again within" in at.title[0].value
    assert at.title[0].value.endswith("of their first referral")
    assert "nobody recorded when the two met" in words(at)
    assert "What do quick sources give later" in words(at)


def test_weeks_that_nobody_imported_are_left_out_of_every_range(page: Open) -> None:
    """Forty weeks of 2023 and the last year and a quarter: no quarter in between is counted."""
    at = page("repeatability.py", "gaps")
    assert not at.exception
    at.session_state["table_quarters"] = True
    quarters = at.run().dataframe[0].value["Quarter"].tolist()
    assert not [q for q in quarters if q.startswith(("Oct 2023", "Jan 2024", "Apr 2024", "Jul 2024"))]


def test_a_member_is_an_id_in_the_address(page: Open) -> None:
    at = page("repeatability.py", "bni")
    someone = at.selectbox(key="own_quarters").options[3]
    at.selectbox(key="own_quarters").select(someone).run()
    chosen = at.query_params["member"]
    chosen = chosen if isinstance(chosen, str) else chosen[0]
    names = service.current().names()
    assert names[chosen] == someone
    again = page("repeatability.py", "bni", member=chosen)
    assert again.selectbox(key="own_quarters").value == chosen
    assert page("repeatability.py", "bni", member="p999").selectbox(key="own_quarters").value != "p999"


def test_a_click_on_a_member_narrows_the_page_to_him_and_stands_as_a_chip(page: Open) -> None:
    at = page("repeatability.py", "bni")
    before = at.title[0].value
    person = next(iter(service.current().receivers(Scope()).person_id))
    at = page("repeatability.py", "bni", filter=f"receiver:{person}")
    name = service.current().names()[person]
    assert name in at.title[0].value
    assert at.title[0].value != before
    assert at.button(key=f"chip_receiver_{person}")


def test_a_filter_that_would_hide_months_is_named_and_does_not_narrow(page: Open) -> None:
    at = page("repeatability.py", "bni", filter="month:2024-05")
    assert "filters on month or status do not narrow" in words(at)
    assert at.title[0].value == page("repeatability.py", "bni").title[0].value
    at = page("newsources.py", "bni", filter="month:2024-05")
    assert "would hide the referral that a clock waits for" in words(at)


def test_rows_behind_the_range_have_file_and_line(page: Open) -> None:
    at = page("repeatability.py", "bni")
    at.session_state["rows_repeatability"] = True
    rows = at.run().dataframe[0].value
    assert {"file", "row_no"} <= set(rows.columns)
    assert len(rows) > 0


def test_each_finding_is_one_click_away(page: Open) -> None:
    for name, claims in (("repeatability.py", ("R1", "R2", "R4")), ("newsources.py", ("Q1", "D5", "Q2", "Q3"))):
        at = page(name, "bni")
        assert [c for c in claims if not at.get_by_key(f"brief_{c}")] == []
