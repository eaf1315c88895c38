"""The overview of a scope with what it is compared with beside it: one assembly, so that page and report agree."""

from __future__ import annotations

from dataclasses import replace

from analysis import overview, overview_beside
from analysis.overview import Overview
from analysis.overview_log import Ground, parted
from analysis.scope import Scope
from service.session import Session


def views(session: Session, scope: Scope) -> tuple[Overview, Overview]:
    """The period by month, and what of it the figures are about: the same unless months were chosen."""
    narrowed, chosen = parted(scope)
    method, ground = session.method(), ground_of(session, scope)
    whole = session.view(overview.build, narrowed, ground, (), method)
    shown = session.view(overview.build, narrowed, ground, chosen, method) if chosen else whole
    shown = _beside(session, narrowed, shown)
    return (_beside(session, narrowed, whole) if chosen else shown), shown


def ground_of(session: Session, scope: Scope) -> Ground | None:
    """When the log ends, whatever the scope is narrowed to."""
    whole = replace(scope, filters=(), receiver=None, start=None, end=None, compare="previous")
    return session.overview(whole).ground


def _beside(session: Session, scope: Scope, view: Overview) -> Overview:
    """The view with other groups or the goal beside it, where that was chosen."""
    method = session.method()
    if view.window is None or view.ground is None or scope.compare not in ("others", "goal"):
        return view
    if scope.compare == "goal":
        narrowed = bool(scope.groups or scope.receiver or scope.filters)
        return overview_beside.with_goal(view, method, narrowed=narrowed)
    theirs, why = overview_beside.others_scope(scope)
    if why:
        return overview_beside.with_others(view, overview_beside.Others(0, missing=why))
    others = session.view(overview_beside.build, theirs, scope.groups, view.ground, view.window.spans,
                          overview_beside.month_spans(view), method)  # fmt: skip
    return overview_beside.with_others(view, others)
