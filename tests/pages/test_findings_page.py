"""The board of findings: every claim once, one opened by link, what is not there said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from analysis.claims import registry
from charts.wording.themes import NOT_BUILT, THEMES
from tests.pages.test_pages import alts, words

Open = Callable[..., AppTest]


def on_the_board(at: AppTest) -> list[str]:
    def stands(claim: str) -> bool:
        try:
            return bool(at.get_by_key(f"brief_{claim}"))
        except KeyError:
            return False

    return [claim for claim in registry if stands(claim)]


def test_every_claim_stands_on_the_board_once(open_page: Open) -> None:
    at = open_page("findings.py")
    assert not at.exception
    assert on_the_board(at) == list(registry)
    assert sorted(claim for theme in THEMES for claim in theme.claims if claim in registry) == sorted(registry)


def test_the_choice_shows_one_kind_of_verdict(open_page: Open) -> None:
    at = open_page("findings.py", "one receiver")
    at.radio(key="verdict").set_value("not recorded").run()
    assert not at.exception
    assert 0 < len(on_the_board(at)) < len(registry)


@pytest.mark.parametrize("claim", list(registry))
def test_a_link_opens_one_claim_with_its_card(open_page: Open, claim: str) -> None:
    at = open_page("findings.py", claim=claim)
    assert not at.exception
    assert at.get_by_key(f"card_{claim}")
    assert at.button(key="all_findings")
    assert all(len(alt) > 30 for alt in alts(at))


def test_a_link_to_no_claim_shows_the_board(open_page: Open) -> None:
    assert open_page("findings.py", claim="X9").get_by_key("brief_L1")


def test_what_no_log_can_tell_and_what_is_not_built_are_listed(open_page: Open) -> None:
    text = words(open_page("findings.py"))
    assert "sincere" in text
    assert NOT_BUILT["capital"][0] in text
