"""The contrast pages in every situation: a title that is a finding where there is one, and never a blank card."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import service
from data.draft import Draft, staging_frame
from sample.world import make_world

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("presence.py", "sources.py", "tenure.py")
WEEKS = pd.date_range("2025-01-07", periods=52, freq="7D")
Open = Callable[..., AppTest]


def draft(layout: str, **frames: Sequence[dict[str, Any]]) -> Draft:
    made = {}
    for table, rows in frames.items():
        columns = {key: [row.get(key) for row in rows] for row in rows for key in row}
        made[table] = staging_frame(table, {"row_no": range(2, len(rows) + 2), **columns}, len(rows))
    span = (date(2025, 1, 1), date(2026, 1, 1))
    return Draft(name=f"{layout}.xls", sheet="", sha256=f"{layout}-{len(frames)}", container="csv", layout=layout,
                 rows_read=sum(map(len, frames.values())), frames=made, covers={"referrals": span})  # fmt: skip


def slips(*people: str) -> list[Draft]:
    """BNI slips alone: members only, without presence, without outcome."""
    rows = [{"given_on": week, "source": people[k % len(people)], "receiver": people[(k + 1) % len(people)],
             "source_kind": "member", "tier": 1 + k % 2, "group": "Harbour"}
            for k, week in enumerate(WEEKS)]  # fmt: skip
    return [draft("slips_audit", referrals=rows)]


def hand_kept(*people: str) -> list[Draft]:
    """A log of one's own: customers and partners, won or open; no presence."""
    rows = [{"given_on": week, "source": f"Source {k % 7}", "receiver": people[k % len(people)],
             "source_kind": "customer" if k % 7 < 4 else "partner", "status": "won" if k % 3 else "open",
             "closed_on": week + pd.Timedelta(days=20) if k % 3 else None,
             "amount": str(100 + 40 * k) if k % 3 else None,
             "currency": "EUR" if k % 3 else None, "group": "Harbour"}
            for k, week in enumerate(WEEKS)]  # fmt: skip
    return [draft("referral_log", referrals=rows)]


WORLDS: dict[str, dict[str, Any]] = {
    "chapter": {"name": "harbour", "seed": 4, "members": 24, "months": 48, "records": ()},
    "twelve groups": {"name": "harbour", "groups": 12, "members": 14, "months": 24, "seed": 5, "records": ()},
    "gaps": {"name": "gap", "seed": 1, "members": 15},
}
FILES = {
    "bni slips alone": lambda: slips("Ann Ash", "Ben Birch", "Cleo Cedar", "Dan Doe"),
    "own log": lambda: hand_kept("Ann Ash", "Ben Birch"),
    "one member": lambda: hand_kept("Ann Ash"),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("contrasts")
    for name, knobs in WORLDS.items():
        service.Workspace(folder / name).import_drafts(service.world_drafts(make_world(**knobs)))
    for name, make in FILES.items():
        service.Workspace(folder / name).import_drafts(make())
    return {name: folder / name for name in (*WORLDS, *FILES)}


@pytest.fixture
def page(homes: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_one(name: str, workspace: str, **url: Any) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(homes[workspace]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=120)
        for key, value in url.items():
            at.query_params[key] = value
        return at.run().switch_page(name).run()

    return open_one


def words(at: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "subheader", "markdown", "caption") for e in at.get(kind)]
    return "\n".join(str(part) for part in parts).replace("\\", "")


def alts(at: AppTest) -> list[str]:
    return [chart.proto.alt for chart in at.get("plotly_chart")]


@pytest.mark.parametrize("workspace", [*WORLDS, *FILES])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_draws_whatever_is_there(page: Open, name: str, workspace: str) -> None:
    at = page(name, workspace)
    assert not at.exception
    assert not at.error
    text = words(at)
    assert len(text) > 300
    assert "nan" not in text.lower().split()
    assert not re.search(r"\bNone\b(?! of)", text)
    assert all(len(alt) > 30 and alt.rstrip().endswith((".", "?")) for alt in alts(at))


def test_the_title_is_the_finding_and_is_not_said_twice(page: Open) -> None:
    at = page("sources.py", "chapter")
    title = at.title[0].value.replace("\\", "")
    assert title == "Customers and professional partners" or title.startswith("Partners’ referrals close")
    assert title not in [s.value.replace("\\", "") for s in at.subheader]


def test_without_a_finding_the_title_says_what_the_page_is_about(page: Open) -> None:
    assert page("tenure.py", "own log").title[0].value == "Time in the group"


def test_presence_that_is_not_recorded_says_how_to_begin(page: Open) -> None:
    at = page("presence.py", "bni slips alone")
    text = words(at)
    assert text.count("Not recorded here") >= 4
    assert "present?" in text
    assert not at.get("plotly_chart")


def test_one_member_is_shown_without_a_list_of_members(page: Open) -> None:
    said = " ".join(alts(page("sources.py", "one member")))
    assert "stand clear" not in said
    assert "median" in words(page("sources.py", "one member")) or "worth" in said


def test_a_click_narrows_what_is_no_verdict_and_nothing_else(page: Open, homes: dict[str, Path]) -> None:
    frames = service.Session(service.Workspace(homes["chapter"])).frames(service.Scope())
    busiest = frames.referrals["receiver_id"].mode()[0]
    whole, narrowed = page("sources.py", "chapter"), page("sources.py", "chapter", filter=f"receiver:{busiest}")
    assert not narrowed.exception

    def of(at: AppTest, key: str) -> str:
        chart = next(c for c in at.get("plotly_chart") if c.key and c.key.endswith(key))
        return chart.proto.alt

    for key in ("chart_time_to_close", "chart_count_and_money", "chart_won_amounts"):
        assert of(whole, key) != of(narrowed, key)
    assert of(whole, "chart_S4_0") == of(narrowed, "chart_S4_0")
    assert "verdicts are always about the whole log" in words(narrowed)


def test_marks_of_members_carry_what_a_click_narrows_to(page: Open) -> None:
    at = page("presence.py", "chapter")
    clickable = [c for c in at.get("plotly_chart") if "receiver:" in c.proto.spec]
    assert len(clickable) >= 2
    assert all("p0" in c.proto.spec for c in clickable)


def test_three_groups_or_more_are_compared_and_never_ranked(page: Open) -> None:
    at = page("presence.py", "twelve groups")
    text = words(at)
    assert "A further group like these" in text
    assert "stands beside it and decides nothing" in text
    assert at.radio(key="by_group").options
    assert any("funnel" in alt or "what chance alone would make" in alt for alt in alts(at))
    names = [alt for alt in alts(at) if "groups by name" in alt]
    assert names


def test_another_claim_over_groups_is_in_the_address(page: Open) -> None:
    at = page("presence.py", "twelve groups", by_group="Won, networked less linear")
    assert not at.exception
    assert at.radio(key="by_group").value == "L5"


def test_one_chapter_has_no_section_on_groups(page: Open) -> None:
    assert "further group" not in words(page("presence.py", "chapter"))


def test_cohorts_show_how_many_people_each_cell_has(page: Open) -> None:
    at = page("tenure.py", "chapter")
    spec = next(c.proto.spec for c in at.get("plotly_chart") if "received a month · 95 %" in c.proto.spec)
    assert "n " in spec
    assert "Of 100 who join" in words(at)


def test_an_opened_finding_says_what_a_further_group_may_expect(page: Open) -> None:
    at = page("findings.py", "twelve groups", claim="L1")
    assert not at.exception
    assert "A further group like these 12" in words(at)
    assert "further group" not in words(page("findings.py", "chapter", claim="L1")).lower()
