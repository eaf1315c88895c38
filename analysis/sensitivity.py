"""A claim's deciding estimate under other choices: does the answer hang on one of them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from analysis.claims.registry import registry
from analysis.engine import as_of_day
from analysis.population import prepare
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings

COLUMNS = ("choice", "value", "low95", "high95", "n")
_HORIZONS = (90, 365)  # days to a win
_WINDOWS = (182, 730)  # days looked back
MEMBERS = 3  # the largest receivers, left out one at a time


def sensitivity(frames: Frames, scope: Scope, claim: str, settings: Settings = DEFAULT) -> pd.DataFrame:
    """One row a choice (COLUMNS): as computed, other horizons and windows, without the largest win, without each of
    the members who received most. n is the estimate's first count. Rows of choices that change nothing are left out.

    Raises KeyError for a claim that is not in the registry.
    """
    mine = replace(frames, receiver=scope.receiver or frames.receiver)
    day = as_of_day(prepare(mine, settings), scope)
    rows: list[tuple[str, float | None, float | None, float | None, int]] = []
    for choice, changed, chosen in ((("As computed", mine, settings)), *_others(mine, settings)):
        if day is None:
            break
        measured = registry[claim].measure(changed, day, chosen)
        if not measured.estimates:
            continue
        e = measured.estimates[0]
        row = (choice, e.value, e.low95, e.high95, next(iter(e.n.values()), 0))
        if not rows or row[1:] != rows[0][1:]:
            rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _others(frames: Frames, settings: Settings) -> Iterator[tuple[str, Frames, Settings]]:
    for days in _HORIZONS:
        yield f"Won within {days} days", frames, replace(settings, horizon_days=days)
    for days in _WINDOWS:
        yield f"Looking back {days} days", frames, replace(settings, window_days=days)
    log = frames.referrals
    if log["amount"].notna().any():
        yield "Without the largest win", _without(frames, log["amount"].fillna(-1).ne(log["amount"].max())), settings
    names = frames.people.set_index("person_id")["name"]
    for person in log["receiver_id"].value_counts().index[:MEMBERS] if frames.receiver is None else ():
        yield f"Without {names.get(person, person)}", _without(frames, log["receiver_id"].ne(person)), settings


def _without(frames: Frames, keep: pd.Series) -> Frames:
    return replace(frames, referrals=frames.referrals[keep])
