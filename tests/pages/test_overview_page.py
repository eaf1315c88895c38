"""The overview in every state: its cards, its links, what a click narrows, and what stands beside the figures."""

from __future__ import annotations

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

Open = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
CARDS = ("trend", "card_changed", "card_silent", "card_concentration")
FIGURES = ["Referrals", "Won", "Value", "Close rate", "Active sources", "Members", "Seat value", "Per member"]


def words(at: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "subheader", "markdown", "caption") for e in at.get(kind)]
    return "\n".join(str(part) for part in parts).replace("\\", "").replace("\u2060", "")


def labels(at: AppTest) -> list[str]:
    return [m.label.replace("\\", "").split(",")[0].split(" (")[0] for m in at.metric]


def metric(at: AppTest, name: str) -> str:
    return next(m.value for m in at.metric if m.label.startswith(name)).replace("\\", "")


def draft(
    layout: str, covers: Mapping[str, tuple[date, date]], name: str = "", **frames: Sequence[Mapping[str, Any]]
) -> Draft:
    """Rows of one export as its layout would hand them over."""
    made = {}
    for table, rows in frames.items():
        columns = {key: [row.get(key) for row in rows] for row in rows for key in row}
        made[table] = staging_frame(table, {"row_no": range(2, len(rows) + 2), **columns}, len(rows))
    return Draft(name=f"{layout}{name}.csv", sheet="", sha256=f"{layout}{name}-{frames!r}", container="csv",
                 layout=layout, rows_read=sum(map(len, frames.values())), frames=made, covers=dict(covers))  # fmt: skip


WEEKS = list(pd.date_range("2026-01-05", periods=24, freq="7D"))


def rows(currencies: tuple[str, ...] = ("EUR",), receivers: int = 4, *, won: bool = True) -> list[dict[str, Any]]:
    made = []
    for k, week in enumerate(WEEKS):
        row = {"given_on": week, "source": f"Giver {k % 7}", "receiver": f"Member {k % receivers}",
               "source_kind": "customer", "group": "Harbour"}  # fmt: skip
        if won:
            row |= {
                "status": "won",
                "closed_on": week,
                "amount": str(100 + k),
                "currency": currencies[k % len(currencies)],
            }
        made.append(row)
    return made


def log(given: Sequence[Mapping[str, Any]], name: str = "") -> Draft:
    return draft("referral_log", {"referrals": (given[0]["given_on"].date(), given[-1]["given_on"].date())}, name,
                 referrals=given)  # fmt: skip


def bni() -> list[Draft]:
    """BNI exports alone: referrals without a status, thanks that hide who earned, a member list."""
    span = (WEEKS[0].date(), WEEKS[-1].date())
    thanks = [{"given_on": week, "to": f"Giver {k % 7}", "amount": "1000", "currency": "EUR", "group": "Harbour"}
              for k, week in enumerate(WEEKS)]  # fmt: skip
    listed = [{"name": f"Member {k}", "joined_on": pd.Timestamp(2020, 1, 1), "group": "Harbour"} for k in range(5)]
    return [draft("slips_audit", {"referrals": span, "thanks": span}, referrals=rows(won=False), thanks=thanks),
            draft("membership_length", {}, members=listed)]  # fmt: skip


STATES: dict[str, Callable[[], list[Draft]]] = {
    "bni": bni,
    "several currencies": lambda: [log(rows(("EUR", "USD", "GBP")))],
    "one member": lambda: [log(rows(receivers=1))],
    "no money": lambda: [log(rows(won=False))],
    "gaps": lambda: [log(rows()[:8], "1"), log(rows()[17:], "2")],
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("overview")
    for name, make in STATES.items():
        service.Workspace(folder / name).import_drafts(make())
    service.write_sample(make_world("base", seed=2, groups=4, members=12, months=30), folder / "region")
    return {name: folder / name for name in (*STATES, "region")}


@pytest.fixture
def page(states: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_one(state: str, **url: str | list[str]) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(states[state]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60)
        for key, value in url.items():
            at.query_params[key] = value
        return at.run()

    return open_one


@pytest.mark.parametrize("state", [*STATES, "region"])
def test_every_card_is_there_in_every_state(page: Open, state: str) -> None:
    at = page(state)
    assert not at.exception
    assert not at.error
    assert [card for card in CARDS if not at.get_by_key(card)] == []
    assert "nan" not in words(at).lower().split()
    assert all(len(c.proto.alt) > 30 for c in at.get("plotly_chart"))


@pytest.mark.parametrize("workspace", ["sample", "own", "no list", "one receiver"])
def test_the_shared_workspaces_draw_every_card(open_page: Open, workspace: str) -> None:
    at = open_page("overview.py", workspace)
    assert not at.exception
    assert [card for card in CARDS if not at.get_by_key(card)] == []


def test_the_wall_has_eight_figures_with_help_from_the_glossary(open_page: Open) -> None:
    at = open_page("overview.py")
    assert labels(at) == FIGURES
    assert all(m.proto.help for m in at.metric)
    assert at.metric[0].proto.delta_description.startswith("was ")


def test_without_a_member_list_a_seat_has_no_value(open_page: Open) -> None:
    at = open_page("overview.py", "no list")
    assert [metric(at, name) for name in ("Members", "Seat value", "Per member")] == ["not recorded"] * 3


def test_bni_exports_count_thanks_as_closed_business(page: Open) -> None:
    at = page("bni")
    assert labels(at) == [label if label != "Value" else "Closed business" for label in FIGURES]
    assert metric(at, "Closed business") == "€24K"
    assert metric(at, "Won") == "not recorded"
    assert metric(at, "Members") == "5"


def test_currencies_stay_apart_on_the_wall_and_in_what_changed(page: Open) -> None:
    at = page("several currencies")
    assert sum(label == "Value" for label in labels(at)) == 3
    assert at.radio(key="of").options == ["Referrals", "Value, EUR", "Value, GBP", "Value, USD"]


def test_no_money_is_said_and_is_no_zero(page: Open) -> None:
    at = page("no money")
    assert metric(at, "Value") == "not recorded"
    assert "No money is recorded in this period" in words(at)


def test_a_gap_is_said_and_nothing_is_compared_across_it(page: Open) -> None:
    text = words(page("gaps", period="Last 3 months"))
    assert "No import covers 1 of the 3 months shown" in text
    assert "Not to be told here" in text
    assert "imported in part" in text


def test_a_month_narrows_the_figures_and_compares_with_the_month_before(open_page: Open) -> None:
    everything = open_page("overview.py")
    month = service.current().overview(Scope()).months.month.iloc[-3]
    at = open_page("overview.py", filter=f"month:{month:%Y-%m}")
    assert not at.exception
    assert int(metric(at, "Referrals")) == service.current().overview(Scope()).months.referrals.iloc[-3]
    then = int(at.metric[0].proto.delta_description.replace("was ", ""))
    assert then == service.current().overview(Scope()).months.referrals.iloc[-4]
    assert at.subheader[0].value == everything.subheader[0].value  # the trend still shows all its months


def test_the_rows_behind_are_those_of_the_narrowed_page(open_page: Open) -> None:
    at = open_page("overview.py")
    month = service.current().overview(Scope()).months.month.iloc[-3]
    at = open_page("overview.py", filter=f"month:{month:%Y-%m}")
    n = metric(at, "Referrals")
    assert at.get_by_key("rows_overview").label == f"Rows behind it ({n})"


def test_a_kind_narrows_both_sides_of_the_comparison(open_page: Open) -> None:
    whole = open_page("overview.py")
    at = open_page("overview.py", filter="kind:customer")
    assert not at.exception
    assert 0 < int(metric(at, "Referrals")) < int(metric(whole, "Referrals"))
    before = [int(a.metric[0].proto.delta_description.replace("was ", "").replace(",", "")) for a in (at, whole)]
    assert 0 < before[0] < before[1]
    assert service.current().overview(Scope()).as_of is not None


def test_a_filter_that_nothing_has_says_so(open_page: Open) -> None:
    at = open_page("overview.py", filter="source:nobody")
    assert not at.exception
    assert "No referral falls into this selection" in "".join(e.value for e in at.info)


@pytest.mark.parametrize("by", ["who gave", "who received", "kind of source"])
def test_what_changed_is_split_by_what_the_address_says(open_page: Open, by: str) -> None:
    at = open_page("overview.py", by=by)
    assert not at.exception
    assert "than before" in words(at)


def test_other_groups_stand_beside_the_chosen_one_with_their_number(page: Open) -> None:
    group = page("region").multiselect(key="groups").options and service.current().groups().group_id.iloc[0]
    at = page("region", group=str(group), compare="other groups")
    assert not at.exception
    assert at.metric[0].proto.delta_description.startswith("others ")
    assert at.metric[0].proto.delta_description.endswith("n = 3")
    assert "the mean of 3 other groups" in words(at)
    assert "others, 95 %: " in words(at)


def test_without_a_goal_the_page_says_how_to_set_one(open_page: Open) -> None:
    at = open_page("overview.py", compare="our goal")
    assert not at.exception
    assert "No goal is set" in words(at)
    assert "[goals]" in at.code[0].value
    assert at.metric[0].proto.delta_description == ""


def test_a_goal_stands_beside_the_figures_and_changes_no_verdict(
    states: dict[str, Path], page: Open, tmp_path: Path
) -> None:
    file = states["one member"] / "method.toml"
    file.write_text("[goals]\nreferrals_per_month = 4.0\nvalue_per_month = 1000\n", encoding="utf-8")
    try:
        at = page("one member", compare="our goal")
        assert not at.exception
        assert at.metric[0].proto.delta_description.startswith("goal 2")  # 24 weeks of 4 a month
        assert not any(result.method for result in service.current().results(Scope()))
    finally:
        file.unlink()


def test_the_next_findings_are_at_most_six_and_lead_to_their_cards(open_page: Open) -> None:
    at = open_page("overview.py")
    links = [link.proto for link in at.get("page_link")]
    claims = [link.query_string for link in links if "claim=" in link.query_string]
    assert len(claims) == 6
    assert len(set(claims)) == 6
    assert any(link.label.startswith("All ") for link in links)
