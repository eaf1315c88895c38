"""The claims that counts can answer, judged as they are of rows; the others say that they are closed at this size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from analysis.claims.base import Claim
from analysis.claims.registry import registry
from analysis.engine import Moment, as_of_day, empty, judged, result_of
from analysis.from_marts import closing, followed, shares, spread
from analysis.from_marts.tables import Found, Standing, Tables, read
from analysis.groups import ByGroup
from analysis.population import quarter_start, to_date
from analysis.result import Result
from analysis.scope import Scope
from analysis.settings import Settings
from analysis.verdict import CLOSED

COUNTED: Mapping[str, Callable[[Standing], Found]] = {
    "L1": shares.networked_share,
    "L5": partial(closing.closing, kind=closing.NETWORKED),
    "L9": followed.networked_sources,
    "S2": followed.further_referrals,
    "S4": partial(closing.closing, kind=closing.PARTNERS),
}
WHY_CLOSED = (
    "This claim is not computed at this size: it needs the log row by row. Choose fewer groups and it is there."
)
FAMILY = (
    "The false-discovery rate is over the claims that are computed at this size: {claims}. The others are closed here."
)


@dataclass(frozen=True)
class Findings:
    """results: in the registry's order, those left closed among them. spreads: over groups, by claim that has one, as
    of the same day. groups: how many were looked at."""

    results: tuple[Result, ...]
    spreads: Mapping[str, ByGroup]
    groups: int


def analyse(tables: Tables, scope: Scope, settings: Settings, imported_on: date, version: int | None) -> Findings:
    """Every claim of the registry on these tables: at the as-of date, judged at the last quarter's end and confirmed
    by the one before, all three from counts alone."""
    log = read(tables, settings, imported_on)
    day = as_of_day(log, scope)
    if day is None:
        return Findings(tuple(empty(claim, scope, version) for claim in registry.values()), {}, 0)
    lock = quarter_start(day)
    days = dict.fromkeys((day, lock, quarter_start(lock - 1)))
    moments, spreads = {}, {}
    for each in days:
        at = Standing(tables, log, each)
        measured = {}
        for name, measure in COUNTED.items():
            found = measure(at)
            measured[name] = found.measured
            if each == day and (over := spread.of(found, tables.codes(), settings)):
                spreads[name] = over
        moments[each] = judged(log, each, settings, measured)
    now, at_lock, before = (moments[each] for each in (day, lock, quarter_start(lock - 1)))
    bases, family = tables.bases(), FAMILY.format(claims=", ".join(COUNTED))
    results = []
    for name, claim in registry.items():
        if name not in COUNTED:
            results.append(left_closed(claim, scope, version, now))
            continue
        made = result_of(claim, bases, scope, version, now=now, lock=at_lock, before=before)
        results.append(replace(made, warnings=(*made.warnings, family), computed_from="marts"))
    return Findings(tuple(results), spreads, len(log.last_event))


def left_closed(claim: Claim, scope: Scope, version: int | None, now: Moment) -> Result:
    """What is said of a claim that counts cannot answer: no figure, and why."""
    return Result(
        claim=claim.id, title=claim.title, source={"author": claim.author, "title": claim.work}, grade=claim.grade,
        scope=scope.to_json(), as_of=to_date(now.day), lock_as_of=None, store_version=version, estimates=(),
        verdict=CLOSED, warnings=(WHY_CLOSED,), computed_from=None,
    )  # fmt: skip
