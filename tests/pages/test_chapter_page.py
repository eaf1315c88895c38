"""The chapter's page from what each export alone holds: never blank, nothing invented, each missing part says so."""

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
from data.draft import Draft, staging_frame
from pages import _tables

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = ("Ann Ash", "Ben Birch", "Cy Cedar", "Dora Dale", "Ed Elm", "Flo Fern", "Gus Gum")
WEEKS = pd.date_range("2026-01-07", periods=12, freq="7D")
FIRST, LAST = date(2026, 1, 7), date(2026, 3, 25)
CARDS = ("members", "tiers", "tenure", "money", "flows", "attendance", "unlocks")
Open = Callable[..., AppTest]


def draft(layout: str, covers: Mapping[str, tuple[date, date]], **frames: Sequence[Mapping[str, Any]]) -> Draft:
    """Rows of one export as its layout would hand them over."""
    made = {}
    for table, rows in frames.items():
        columns = {key: [row.get(key) for row in rows] for row in rows for key in row}
        made[table] = staging_frame(table, {"row_no": range(2, len(rows) + 2), **columns}, len(rows))
    return Draft(name=f"{layout}.xls", sheet="", sha256=f"{layout}-{frames!r}", container="spreadsheetml",
                 layout=layout, rows_read=sum(map(len, frames.values())), frames=made, covers=dict(covers))  # fmt: skip


def slips(people: Sequence[str] = MEMBERS, weeks: Sequence[pd.Timestamp] = tuple(WEEKS)) -> Draft:
    dice = random.Random(1)
    referrals, touches, thanks = [], [], []
    for week in weeks:
        for giver in people:
            other = dice.choice([p for p in people if p != giver] or ["Zed Yew"])
            away = dice.random() < 0.2 or other == "Zed Yew"
            referrals.append({"given_on": week, "source": giver, "receiver": "Zed Yew" if away else other,
                              "source_kind": "member", "tier": dice.choice([1, 2]), "group": "Harbour",
                              "counterpart_group": "Mill, North" if away else None})  # fmt: skip
            if dice.random() < 0.5 and other != "Zed Yew":
                touches.append({"happened_on": week, "from": giver, "to": other, "kind": "one_to_one",
                                "group": "Harbour"})  # fmt: skip
        thanks.append({"given_on": week, "to": people[0], "amount": str(100 * dice.randint(1, 90)),
                       "currency": "EUR", "group": "Harbour"})  # fmt: skip
    span = (weeks[0].date(), weeks[-1].date())
    covers = dict.fromkeys(("referrals", "thanks", "one_to_one", "visitor", "education"), span)
    return draft("slips_audit", covers, referrals=referrals, touches=touches, thanks=thanks)


def palms(people: Sequence[str] = MEMBERS) -> Draft:
    period = {"period_from": pd.Timestamp(FIRST), "period_to": pd.Timestamp(LAST), "group": "Harbour"}
    rows: list[dict[str, Any]] = [
        {"name": name, "p": 9.0, "a": 1.0, "l": 0.0, "m": 1.0, "s": 1.0, "rgi": float(k), "rgo": 6.0, "rri": 3.0,
         "rro": 3.0, "visitors": 0.0, "one_to_ones": 5.0, "tyfcb": str(1000 * k), "currency": "EUR", **period}
        for k, name in enumerate(people)
    ]  # fmt: skip
    rows.append({"row_label": "Total", "rgi": 99.0, **period})
    return draft("palms", {"snapshots": (FIRST, LAST)}, snapshots=rows)


def members() -> Draft:
    return draft("membership_length", {}, members=[
        {"name": name, "joined_on": pd.Timestamp(2026 - k, 1, 1), "group": "Harbour"} for k, name in enumerate(MEMBERS)
    ])  # fmt: skip


def hand_kept() -> Draft:
    rows = [{"given_on": week, "source": f"Customer {k % 4}", "receiver": MEMBERS[k % 3], "source_kind": "customer",
             "status": "won", "closed_on": week, "amount": "250", "currency": "EUR", "group": "Harbour"}
            for k, week in enumerate(WEEKS)]  # fmt: skip
    return draft("referral_log", {}, referrals=rows)


EXPORTS: dict[str, Callable[[], list[Draft]]] = {
    "bni": lambda: [slips(), palms(), members()],
    "palms": lambda: [palms()],
    "slips": lambda: [slips()],
    "log": lambda: [hand_kept()],
    "gaps": lambda: [slips(weeks=tuple(WEEKS[:3])), slips(weeks=tuple(WEEKS[9:]))],
    "one member": lambda: [palms(MEMBERS[:1])],
    "empty": lambda: [],
}


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("chapters")
    for name, make in EXPORTS.items():
        if drafts := make():
            service.Workspace(folder / name).import_drafts(drafts)
    return {name: folder / name for name in EXPORTS}


@pytest.fixture
def page(chapters: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_one(workspace: str, **url: str) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(chapters[workspace]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60)
        for key, value in url.items():
            at.query_params[key] = value
        return at.run().switch_page("chapter.py").run()

    return open_one


def words(at: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "subheader", "markdown", "caption") for e in at.get(kind)]
    return "\n".join(str(part) for part in parts).replace("\\", "")


def unrecorded(at: AppTest) -> int:
    return sum("Not recorded here" in e.value for e in at.markdown)


@pytest.mark.parametrize("workspace", EXPORTS)
def test_the_page_draws_whatever_is_there_and_is_never_blank(page: Open, workspace: str) -> None:
    at = page(workspace)
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert len(words(at)) > 200
    assert "nan" not in words(at).lower().split()


@pytest.mark.parametrize("workspace", [name for name in EXPORTS if name != "empty"])
def test_every_card_is_there_drawn_or_saying_what_it_lacks(page: Open, workspace: str) -> None:
    at = page(workspace)
    assert [card for card in CARDS if not at.get_by_key(f"card_{card}")] == []


def test_bni_exports_alone_open_every_card(page: Open) -> None:
    at = page("bni")
    assert unrecorded(at) == 0
    assert len(at.get("plotly_chart")) == 7
    assert all(len(c.proto.alt) > 30 for c in at.get("plotly_chart"))
    assert {m.label.replace("\\", "") for m in at.metric} == {
        "Referrals a week", "One-to-ones a week", "Visitors a week", "Outside referrals", "Attendance",
        "Closed business"}  # fmt: skip
    assert "differs from the sum of its members" in words(at)


def test_palms_alone_have_rates_but_neither_flows_nor_tenure(page: Open) -> None:
    at = page("palms")
    assert "A member gives 0.75 referrals a week" in words(at)
    assert unrecorded(at) == 2  # flows, tenure


def test_a_hand_kept_log_speaks_of_what_is_received_and_of_won_business(page: Open) -> None:
    at = page("log")
    assert "receives" in at.title[0].value
    assert at.radio(key="rate").value == "received"
    assert {m.label.replace("\\", "") for m in at.metric} == {"Referrals a week", "Won business"}
    assert "There is no list of members" in words(at)


def test_weeks_that_were_not_imported_are_not_weeks_without_a_referral(page: Open) -> None:
    # Each member gave six, on the 30 days that imports cover and not on the 78 that went by.
    assert page("gaps").metric[0].value.replace("\\", "") == "1.4"


def test_a_single_member_is_told_with_the_interval_of_his_own_count(page: Open) -> None:
    assert "A member gives 0.50 referrals a week (95 %: 0.18 to 1.1; 1 member, 12 member-weeks)." in words(
        page("one member")
    )


def test_an_empty_workspace_offers_the_import(page: Open) -> None:
    assert page("empty").button(key="empty_import")


def test_the_measure_of_the_members_is_chosen_in_place(page: Open) -> None:
    at = page("bni")
    at = at.radio(key="rate").set_value("one_to_ones").run()
    assert not at.exception
    assert "holds" in words(at)


def test_a_period_without_records_says_what_to_do(page: Open) -> None:
    at = page("bni", period="custom", **{"from": "2020-01-01", "to": "2020-02-01"})
    assert not at.exception
    assert len(words(at)) > 100


def test_a_table_as_csv_runs_no_formula_and_keeps_its_numbers() -> None:
    frame = pd.DataFrame({"Member": ["=1+1", "@x", "Ann", "-3"], "=Count": [-1, 2, 3, 4]})
    text = _tables.csv(frame).decode("utf-8-sig")
    assert text.splitlines() == ["Member,'=Count", "'=1+1,-1", "'@x,2", "Ann,3", "'-3,4"]
