"""docs/claims.md says what the program does: it is made from the registry."""

from pathlib import Path

from analysis.claims import registry
from charts.reference import NEEDS, markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "claims.md"


def test_the_page_is_the_registrys_own() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run: python -m charts.reference > docs/claims.md"


def test_every_need_is_said_in_words() -> None:
    assert {need for claim in registry.values() for need in claim.needs} <= set(NEEDS)
