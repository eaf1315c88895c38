"""Every page draws in every state, and says what it must say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import service
from analysis.scope import Scope

PAGES = ("overview.py", "presence.py", "sources.py", "tenure.py", "data.py")
CLAIMS = {"presence.py": ("L1", "L5", "L9"), "sources.py": ("S4", "S1", "S2", "S3"), "tenure.py": ("T1", "T2")}
Open = Callable[..., AppTest]


def words(at: AppTest) -> str:
    """Everything that is written on the page, without the backslashes that keep Markdown from reading it."""
    parts = [e.value for kind in ("title", "header", "subheader", "markdown", "caption") for e in at.get(kind)]
    return "\n".join(str(part) for part in parts).replace("\\", "")


def alts(at: AppTest) -> list[str]:
    return [chart.proto.alt for chart in at.get("plotly_chart")]


@pytest.mark.parametrize("workspace", ["sample", "own", "empty", "no list", "one receiver"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_draws_in_every_workspace_and_is_never_blank(open_page: Open, page: str, workspace: str) -> None:
    at = open_page(page, workspace)
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert len(words(at)) > 100


@pytest.mark.parametrize("page", PAGES)
def test_the_sample_always_says_so_and_offers_the_way_to_ones_own_data(open_page: Open, page: str) -> None:
    at = open_page(page, "sample")
    assert "Sample data" in words(at)
    keys = {button.key for button in at.button}
    assert ("remove_sample" if page == "data.py" else "import_your_log") in keys


def test_ones_own_data_are_not_called_a_sample(open_page: Open) -> None:
    at = open_page("overview.py", "own")
    assert "Sample data" not in words(at)


@pytest.mark.parametrize("page", [p for p in PAGES if p != "data.py"])
def test_an_empty_workspace_offers_the_import(open_page: Open, page: str) -> None:
    at = open_page(page, "empty")
    assert "No referral is imported yet" in words(at)
    assert at.button(key="empty_import")


@pytest.mark.parametrize(("page", "claims"), CLAIMS.items())
def test_a_card_has_verdict_interval_n_source_and_grade(open_page: Open, page: str, claims: tuple[str, ...]) -> None:
    at = open_page(page)
    text = words(at)
    assert [card for card in claims if at.get_by_key(f"card_{card}")] == list(claims)
    assert text.count("Grade ") == len(claims)
    assert text.count("95 %: ") >= 1
    assert " referrals" in text or " member months" in text
    assert text.count("Misner, “") == len(claims)


@pytest.mark.parametrize("page", CLAIMS)
def test_every_chart_says_in_words_what_it_shows(open_page: Open, page: str) -> None:
    said = alts(open_page(page))
    assert said
    assert all(len(alt) > 30 and alt.rstrip().endswith((".", "?")) for alt in said)


def test_the_tempting_way_stands_greyed_beside_the_figure(open_page: Open) -> None:
    assert "Greyed, " in words(open_page("tenure.py"))


def test_a_closed_box_of_rows_fetches_nothing_and_an_open_one_shows_file_and_row(open_page: Open) -> None:
    at = open_page("presence.py")
    assert not at.dataframe
    at.session_state["rows_L1"] = True
    at.run()
    rows = at.dataframe[0].value
    assert {"file", "row_no", "source", "receiver", "given_on"} <= set(rows.columns)
    assert 0 < len(rows) <= 200
    assert rows["file"].notna().all()
    assert (rows["row_no"] >= 1).all()


def test_the_url_opens_the_same_view(open_page: Open) -> None:
    at = open_page("overview.py", "own", period="Last 3 months", compare="a year earlier")
    assert at.selectbox(key="period").value == "3m"
    assert at.selectbox(key="compare").value == "last_year"
    referrals = at.metric[0].value
    assert referrals != open_page("overview.py", "own").metric[0].value


def test_what_a_url_asks_for_is_checked(open_page: Open) -> None:
    at = open_page("overview.py", "own", period="nonsense", compare="../../etc", receiver="p9999999", group="g9")
    assert not at.exception
    assert at.metric[0].value == open_page("overview.py", "own").metric[0].value


def test_one_receiver_can_be_looked_at_alone(open_page: Open) -> None:
    everyone = open_page("overview.py", "own")
    before = everyone.metric[0].value.replace(",", "")
    someone = service.current().receivers(Scope()).person_id[0]
    at = everyone.selectbox(key="received_by").set_value(someone).run()
    assert not at.exception
    assert 0 < int(at.metric[0].value) < int(before)
    assert "received by" in words(at)


def test_the_scope_stays_when_the_page_changes(open_page: Open) -> None:
    at = open_page("presence.py", "own", period="Last 6 months")
    assert at.selectbox(key="period").value == "6m"
    at.switch_page("sources.py").run()
    assert at.selectbox(key="period").value == "6m"


def test_without_a_member_list_tenure_says_how_to_bring_one(open_page: Open) -> None:
    at = open_page("tenure.py", "no list")
    text = words(at)
    assert "Not recorded here" in text
    assert "member list" in text


def test_the_months_are_also_a_table(open_page: Open) -> None:
    at = open_page("overview.py")
    at.session_state["table_months"] = True
    at.run()
    table = at.dataframe[0].value
    assert {"Month", "Imports cover", "Referrals", "Referrals, before"} <= set(table.columns)
