"""Findings as JSON: what the command line prints and what a report of that format holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis import groups
from analysis.result import Result
from analysis.scope import Scope
from analysis.verdict import NOT_RECORDED
from service import organisation
from service.session import Session


def findings(session: Session, scope: Scope, claims: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Each result of the scope with what a further group may expect (`across_groups`; None with fewer than three
    groups). claims: only these; None = all."""
    results = session.results(scope, claims)
    over = _across(session, scope, results)
    return [result.to_json() | {"across_groups": over.get(result.claim)} for result in results]


def _across(session: Session, scope: Scope, results: Sequence[Result]) -> dict[str, Any]:
    if any(result.computed_from == "marts" for result in results):
        spreads = organisation.findings(session, scope).spreads
        return {claim: by.to_json() for claim, by in spreads.items()}
    recorded = tuple(result.claim for result in results if result.verdict != NOT_RECORDED)
    found = session.view(groups.build, scope.unfiltered(), session.method(), recorded)
    return {claim: by.to_json() for claim, by in found.claims.items()}
