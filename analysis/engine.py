"""All claims on one scope: measured at the as-of date, judged at the last quarter's end, confirmed by two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analysis.claims.base import Claim, Measured
from analysis.claims.registry import registry
from analysis.population import Log, prepare, quarter_start, to_date, to_day
from analysis.result import Estimate, Frames, Result
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings
from analysis.verdict import FINDINGS, NOT_RECORDED, Verdict, decide, family
from errors import UsageError

NO_ROWS = "There are no dated referrals here yet. Import a log with the columns date, source and receiver."
OWN_WINDOWS = (
    "Claims look back from the as-of date over windows of their own; the chosen start bounds the overview, not them."
)
BEGAN_LATER = "Recording began after the last quarter's end; the first verdict comes with the next one."
LAGGING = (
    "The log of one group ends more than a month before the others': everything is seen as of that day. "
    "Import its newest rows, or choose the groups one by one."
)
_BASIS = {"present": ("receiver_present", "presence_basis"), "kind": ("source_kind", "source_kind_basis"),
          "joined": ("joined_on", None)}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """The whole family on one date, with every claim's q and verdict."""

    day: int
    measured: Mapping[str, Measured]
    q: Mapping[str, float]
    verdicts: Mapping[str, Verdict]
    lagging: bool = False


def analyse(
    frames: Frames, scope: Scope, claims: Sequence[str] | None = None, store_version: int | None = None,
    *, settings: Settings = DEFAULT, wider: Frames | None = None,
) -> list[Result]:  # fmt: skip
    """Results of the claims asked for (all, without any), in the registry's order.

    The family of the q values is always the whole registry. wider: rows of further groups from which pooled
    parameters (the chapter's drift) may be taken. Raises UsageError for a claim that is not in the registry.
    """
    unknown = [c for c in claims or () if c not in registry]
    if unknown:
        raise UsageError(f"There is no claim called {unknown[0]}.", f"Claims are {', '.join(registry)}.")
    asked = [c for c in registry if claims is None or c in claims]
    log = prepare(replace(frames, receiver=scope.receiver or frames.receiver), settings)
    region = prepare(wider, settings) if wider is not None else None
    day = as_of_day(log, scope)
    if day is None:
        return [empty(registry[c], scope, store_version) for c in asked]
    lock = quarter_start(day)
    now = moment(log, day, settings, asked, region)
    at_lock = now if lock == day else moment(log, lock, settings, (), region)
    judged = [c for c in registry if c not in settings.under_test]  # the quarter before only confirms verdicts
    before = moment(log, quarter_start(lock - 1), settings, (), region, judged)
    bases = bases_of(frames)
    return [result_of(registry[c], bases, scope, store_version, now=now, lock=at_lock, before=before) for c in asked]


def as_of_day(log: Log, scope: Scope) -> int | None:
    """The as-of day (exclusive): the day after the last event, or the scope's own, which cannot lie past what
    the imports have seen; a period that ends earlier is looked at as it stood at its end."""
    default = log.default_day
    if default is None:
        return None
    day = min(to_day(scope.as_of), max(default, log.imported_on + 1)) if scope.as_of else default
    return min(day, to_day(scope.end)) if scope.end else day


def moment(
    log: Log, day: int, settings: Settings, detailed: Sequence[str] = (), wider: Log | None = None,
    claims: Sequence[str] = tuple(registry),
) -> Moment:  # fmt: skip
    """The claims (all, by default) on one day (exclusive); secondary estimates and chart frames for the detailed."""
    measured = {
        name: registry[name].measure(log, day, settings, detail=name in detailed, wider=wider) for name in claims
    }
    return judged(log, day, settings, measured)


def judged(log: Log, day: int, settings: Settings, measured: Mapping[str, Measured]) -> Moment:
    """What was measured on that day, with every q and verdict."""
    q = family(measured, settings)
    verdicts = {name: decide(m, q.get(name), settings) for name, m in measured.items()}
    ends = log.last_event.values()
    return Moment(day, measured, q, verdicts, lagging=max(ends) - min(ends) > 31 and day == log.default_day)


def result_of(
    claim: Claim, bases: Mapping[str, Iterable[str]], scope: Scope, version: int | None, *, now: Moment,
    lock: Moment, before: Moment,
) -> Result:  # fmt: skip
    """A claim's result. bases: as of `bases_of`."""
    measured, verdict = now.measured[claim.id], lock.verdicts[claim.id]
    estimates = _with_q(measured, now.q.get(claim.id))
    locked = _with_q(lock.measured[claim.id], lock.q.get(claim.id))
    same_day = lock.day == now.day
    said = (*measured.unrecorded, *measured.warnings)
    if verdict.verdict == NOT_RECORDED and not measured.unrecorded:
        said = (BEGAN_LATER, *said)
    said += (OWN_WINDOWS,) * (scope.start is not None) + (LAGGING,) * now.lagging
    confirmed = verdict.verdict in FINDINGS and before.verdicts[claim.id].verdict == verdict.verdict
    return Result(
        claim=claim.id, title=claim.title, source={"author": claim.author, "title": claim.work},
        grade=claim.grade, scope=scope.to_json(), as_of=to_date(now.day), lock_as_of=to_date(lock.day),
        store_version=version,
        estimates=estimates, verdict=verdict.verdict, detail=verdict.detail, confirmed=confirmed,
        fragile=verdict.fragile, need_more=verdict.need_more,
        lock_estimate=locked[0] if locked and not same_day else None,
        basis=_basis(bases, measured.basis), warnings=tuple(dict.fromkeys(said)), data=measured.data,
    )  # fmt: skip


def _with_q(measured: Measured, q: float | None) -> tuple[Estimate, ...]:
    if not measured.estimates:
        return ()
    return (replace(measured.estimates[0], q=q), *measured.estimates[1:])


def bases_of(frames: Frames) -> dict[str, frozenset[str]]:
    """By column that says so, how its field came to be known: recorded, labelled, by a proxy."""
    columns = [column for _, column in _BASIS.values() if column is not None and column in frames.referrals]
    return {column: frozenset(frames.referrals[column].dropna()) for column in columns}


def _basis(bases: Mapping[str, Iterable[str]], basis: Mapping[str, str]) -> dict[str, str]:
    """How the deciding field came to be known; a proxy is named wherever it is used."""
    out = {}
    for field, how in basis.items():
        name, column = _BASIS.get(field, (field, None))
        if column is not None and column in bases:
            found = set(bases[column]) - {"none"}
            how = " and ".join(sorted(found)) or how  # noqa: PLW2901 - the file's own word replaces ours
        out[name] = how
    return out


def empty(claim: Claim, scope: Scope, version: int | None) -> Result:
    """A claim's result where nothing is dated."""
    as_of: date | None = scope.as_of
    return Result(
        claim=claim.id, title=claim.title, source={"author": claim.author, "title": claim.work},
        grade=claim.grade, scope=scope.to_json(), as_of=as_of, lock_as_of=None, store_version=version,
        estimates=(),
        verdict="not enough data", warnings=(NO_ROWS,),
    )  # fmt: skip
