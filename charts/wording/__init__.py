"""The sentences of every claim, by its id: one module a theme."""

from __future__ import annotations

from charts.wording import capital, headline, repeatable
from charts.wording.kinds import DIFFERENCE, RATIO, SHARE, YEARLY, Unit, Wording

CLAIMS: dict[str, Wording] = {**headline.CLAIMS, **repeatable.CLAIMS, **capital.CLAIMS}

__all__ = ["CLAIMS", "DIFFERENCE", "RATIO", "SHARE", "YEARLY", "Unit", "Wording"]
