"""docs/claims.md and docs/glossary.md say what the program does: they are made from the registry and the glossary."""

from pathlib import Path

import pytest

from analysis.claims import registry
from charts import glossary
from charts.reference import NEEDS, PAGES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_program_says(page: str) -> None:
    written = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    assert written == PAGES[page](), f"run: python -m charts.reference {page} > docs/{page}.md"


def test_every_need_is_said_in_words() -> None:
    assert {need for claim in registry.values() for need in claim.needs} <= set(NEEDS)


def test_no_term_is_explained_twice() -> None:
    keys = [key for terms in glossary.SECTIONS.values() for key in terms]
    names = [term.name.casefold() for terms in glossary.SECTIONS.values() for term in terms.values()]
    assert len(keys) == len(set(keys)) == len(glossary.TERMS)
    assert sorted(names) == sorted(set(names))


def test_every_term_is_a_sentence() -> None:
    for term in glossary.TERMS.values():
        for text in filter(None, (term.means, term.computed, term.wrong)):
            assert text[0].isupper() or text[0].isdigit(), term.name
            assert text.rstrip().endswith((".", "?", "!", ")")), term.name
