"""Every claim in words, for docs/claims.md: from the same registry and sentences that the pages use.

python -m charts.reference > docs/claims.md
"""

from __future__ import annotations

import sys

from analysis.claims import registry
from analysis.settings import DEFAULT
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


def markdown() -> str:
    """The whole page."""
    parts = [
        "# Every claim",
        "Made by `python -m charts.reference` from what the program uses. [What each figure means](methods.md) "
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


if __name__ == "__main__":
    sys.stdout.write(markdown())
