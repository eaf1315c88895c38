"""Every claim, and every word and figure, for the docs: from the same registry and sentences that the pages use.

python -m charts.reference claims > docs/claims.md
python -m charts.reference glossary > docs/glossary.md
"""

from __future__ import annotations

import sys

from analysis.claims import registry
from analysis.settings import DEFAULT
from charts import glossary
from charts.wording import CLAIMS
from charts.wording.themes import NOT_BUILT, THEMES, UNTESTABLE
from charts.words import GRADES

NEEDS = {
    "present": "whether the receiver was there", "kind": "the kind of source", "status": "what became of a referral",
    "closed": "when it closed", "joined": "when members joined", "via": "which earlier referral it came through",
    "known": "since when two people know one another", "asks": "asks, with their outcome",
    "assessments": "assessments by the thirteen points", "comfort": "comfort ratings", "source": "who gave",
    "perceived_value": "ratings of perceived value",
}  # fmt: skip


def words() -> str:
    """The glossary as a page."""
    parts = [
        "# What each word and figure means",
        "Made by `python -m charts.reference glossary` from what the pages show behind “How is this computed”. "
        "[What each figure means](methods.md) explains intervals and verdicts.",
    ]
    for title, terms in glossary.SECTIONS.items():
        listed = sorted(terms.values(), key=lambda term: term.name.casefold())
        parts.append(f"## {title}\n\n" + "\n".join(_term(term) for term in listed))
    return "\n\n".join(parts) + "\n"


def _term(term: glossary.Term) -> str:
    wrong = f" *Wrong way:* {term.wrong}" if term.wrong else ""
    return f"- **{term.name}.** " + " ".join(filter(None, (term.means, term.computed))) + wrong


def claims() -> str:
    """All claims as a page."""
    parts = [
        "# Every claim",
        "Made by `python -m charts.reference claims` from what the program uses. [What each figure means](methods.md) "
        "explains intervals and verdicts; [how they were checked](worlds.md) shows the simulated worlds.",
    ]
    for theme in THEMES:
        parts.append(f"## {theme.title}\n\n{theme.asks}")
        parts += [_claim(claim) for claim in theme.claims if claim in registry]
    untold = "\n".join(f"- {line}" for line in UNTESTABLE)
    parts.append(f"## What no referral log can tell\n\n{untold}")
    paper = "\n".join(f"- {line}" for theme in THEMES for line in NOT_BUILT[theme.key])
    parts.append(f"## Not built yet\n\n{paper}")
    return "\n\n".join(parts) + "\n"


def _claim(name: str) -> str:
    claim, wording = registry[name], CLAIMS[name]
    needs = ", ".join(NEEDS.get(need, need) for need in claim.needs) or "the log alone"
    rows = "\n".join(f"| `{key}` | {what} |" for key, what in claim.estimates.items())
    tested = " Its method is still under test: figures, no verdict." if name in DEFAULT.under_test else ""
    return (
        f"### {name}: {claim.title}\n\n"
        f"{wording.question} After {claim.author}, “{claim.work}”. Grade {claim.grade}: {GRADES[claim.grade[:1]]}. "
        f"Needs: {needs}.{tested}\n\n| estimate | what it is |\n|---|---|\n{rows}"
    )


PAGES = {"claims": claims, "glossary": words}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
