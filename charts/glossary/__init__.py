"""Every word and figure of the pages, explained once: for the help beside a figure, the glossary page and the docs.

A theme a module, each with TERMS by key; a page's help names keys, so no explanation is written twice.
"""

from __future__ import annotations

from charts.glossary import chapter, contrasts, core, members, network, overview, patterns
from charts.glossary.term import Term

__all__ = ["SECTIONS", "TERMS", "Term", "computed", "meaning"]

SECTIONS: dict[str, dict[str, Term]] = {
    "Words": core.WORDS,
    "Figures": core.FIGURES,
    "Overview": overview.TERMS,
    "The chapter": chapter.TERMS,
    "Contrasts": contrasts.TERMS,
    "Giving, network and power teams": network.TERMS,
    "Repeatability and new sources": patterns.TERMS,
    "Members and relationships": members.TERMS,
}
TERMS: dict[str, Term] = {key: term for terms in SECTIONS.values() for key, term in terms.items()}


def meaning(key: str) -> str:
    """One sentence, for a tooltip. Raises KeyError for a term that is not there."""
    return TERMS[key].means


def computed(key: str) -> str:
    """Meaning and arithmetic, for a figure's help."""
    term = TERMS[key]
    return f"{term.means} {term.computed}".strip()
