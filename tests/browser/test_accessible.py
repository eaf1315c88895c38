"""Every page in both themes against the rules of WCAG that a machine can check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.every_page import PAGES, heading, settled

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
# In the widgets that Streamlit draws itself, out of our reach; each with the part of the page that it is about.
NOT_OURS = {
    "target-size": ('role="spinbutton"',),  # day, month and year of a date field
    "svg-img-alt": ("metric_chart_",),  # the sparkline of a metric, which says its figures in words above it
}


def grave(found: Any) -> list[str]:
    """The violations that count, each as rule, help and the first places."""
    out = []
    for violation in found.response["violations"]:
        places = [node["html"][:160] for node in violation["nodes"]]
        theirs = NOT_OURS.get(violation["id"], ())
        ours = [place for place in places if not any(part in place for part in theirs)]
        if violation["impact"] in GRAVE and ours:
            out.append(f"{violation['id']}: {violation['help']}: {ours[:3]}")
    return out


@pytest.mark.parametrize("path", PAGES)
def test_no_serious_violation_in_either_theme(server: Any, visit: Callable, path: str) -> None:
    watched = visit(f"{server.url}/{path}", color_scheme="light")
    page = watched.page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        heading(page, PAGES[path])
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        settled(page)
        page.wait_for_timeout(1_000)  # colours fade from one theme to the other
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert (scheme, grave(found)) == (scheme, [])
    assert watched.errors == []
