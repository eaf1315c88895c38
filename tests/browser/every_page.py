"""Every page of the dashboard and a word of its title, for the tests that go through all of them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

PAGES = {
    "": "referrals", "findings": "hold|settled", "members": ".", "network": ".", "data": "Your data",
    "presence": ".", "sources": ".", "tenure": ".", "chapter": "member|chapter", "relationships": ".",
    "newsources": ".", "repeatability": ".", "teams": ".", "present": ".", "reports": ".", "people": "Who is who",
    "log": "The log", "quality": "How far to trust it", "glossary": "What each word and figure means",
}  # fmt: skip


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1).filter(has_text=re.compile(text))).to_be_visible()


def settled(page: Page) -> None:
    """Nothing runs any more."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
