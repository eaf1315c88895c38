"""No claim gives verdicts unless the counts that are kept allow it, and none that they allow is held back."""

import json
from pathlib import Path

import pytest

from analysis.claims import registry
from analysis.settings import DEFAULT
from sample.acceptance import version_of
from sample.acceptance_page import misses, page
from sample.trial import CELLS

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def cells() -> dict:
    """The counts of those cells whose world, claims and settings are still the ones that were counted."""
    kept, known = json.loads((DOCS / "worlds.json").read_text(encoding="utf-8"))["cells"], {c.key: c for c in CELLS}
    return {key: value for key, value in kept.items() if key in known and value["version"] == version_of(known[key])}


@pytest.mark.parametrize("claim", list(registry))
def test_a_claim_gives_verdicts_where_the_counts_allow_it_and_only_there(cells: dict, claim: str) -> None:
    assert (misses(claim, cells) == []) == (claim not in DEFAULT.under_test), misses(claim, cells)


def test_the_page_is_that_of_the_counts(cells: dict) -> None:
    assert (DOCS / "worlds.md").read_text(encoding="utf-8") == page(cells)
