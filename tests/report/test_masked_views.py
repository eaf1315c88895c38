"""A masked view has the open one's figures, to the digit; money alone is rounded, and what tells a joining coarse."""

from __future__ import annotations

import importlib
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import service
from analysis.population import to_day
from analysis.result import Frames
from service import masking

SCOPE = service.Scope()
FACTOR = 1.75  # every amount by so much: what grows with it is money
TELLS_JOINING = (".joined", ".renews", ".years", "[joined]", "[left]", "[renews]", "[years]", "[weeks]", "[first_year]")
# Drawn by chance in the order of the names, which is another order under pseudonyms.
DRAWN = ("[chance]", "[luck_low]", "[luck_high]")
Leaf = tuple[str, float]

# What is asked beside the frames and the scope, as the pages ask it.
VIEWS: dict[str, Callable[[service.Session], tuple[Any, ...]]] = {
    "overview": lambda _: (),
    "chapter": lambda _: (),
    "open_referrals": lambda _: (),
    "overview_share": lambda session: (session.overview(SCOPE).ground, (), session.method()),
    "overview_change": lambda session: (session.overview(SCOPE).ground, (), "source", "EUR"),
    "overview_silence": lambda session: (session.overview(SCOPE).ground, session.method()),
    "teams": lambda _: (),
    "teams_circles": lambda _: (),
    "members_roll": lambda _: (),
    "members_leaving": lambda _: (),
    "members_person": lambda session: (sorted(session.names().items(), key=lambda one: one[1])[0][0],),
    "network_graph": lambda _: (),
    "network_money": lambda _: (),
    "network_returns": lambda _: (),
    "network_between": lambda _: (),
    "newsources": lambda session: (session.method(), ()),
    "repeatability": lambda session: (session.method(), ()),
    "relationships_bank": lambda _: (),
    "relationships_points": lambda _: (),
    "contrast_outcomes": lambda session: ("room", to_day(session.overview(SCOPE).as_of), session.method()),
    "contrast_outcomes kind": lambda session: ("kind", to_day(session.overview(SCOPE).as_of), session.method()),
    "contrast_cohorts": lambda session: (to_day(session.overview(SCOPE).as_of), session.method()),
}


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Every number in a result, under where it stands; not what it keeps of the rows themselves."""
    if isinstance(value, pd.DataFrame):
        for name in value:
            yield from leaves(value[name].tolist(), f"{path}[{name}]")
    elif isinstance(value, np.ndarray | pd.Series):
        yield from leaves(value.tolist(), path)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}" if isinstance(key, str) and key.islower() else path)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part, path)
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            if f.name not in ("tally", "records"):
                yield from leaves(getattr(value, f.name), f"{path}.{f.name}")
    elif isinstance(value, int | float | np.number) and not isinstance(value, bool):
        yield path, float(value)


def grown(exact: Frames) -> Frames:
    return replace(
        exact,
        referrals=exact.referrals.assign(amount=exact.referrals["amount"] * FACTOR),
        thanks=exact.thanks.assign(amount=exact.thanks["amount"] * FACTOR),
        snapshots=exact.snapshots.assign(tyfcb=exact.snapshots["tyfcb"] * FACTOR),
    )


def by_place(found: list[Leaf]) -> dict[str, list[float]]:
    """Sorted: another order of names is another order of rows."""
    places = defaultdict(list)
    for place, number in found:
        places[place].append(-math.inf if math.isnan(number) else number)
    return {place: sorted(numbers) for place, numbers in places.items()}


def shown(number: float, larger: float) -> float:
    """A figure as a masked view must show it: rounded where it is money."""
    money = number != 0 and math.isfinite(number) and math.isclose(larger, number * FACTOR, rel_tol=1e-6)
    return float(masking.rounded(pd.Series([number])).iloc[0]) if money else number


@pytest.mark.parametrize("name", VIEWS)
def test_a_masked_view_has_the_open_ones_figures_and_no_exact_amount(chapter: service.Session, name: str) -> None:
    build = importlib.import_module(f"analysis.{name.split(maxsplit=1)[0]}").build
    more = VIEWS[name](chapter)
    frames = chapter.frames(SCOPE)
    exact, larger = list(leaves(build(frames, SCOPE, *more))), list(leaves(build(grown(frames), SCOPE, *more)))
    assert [place for place, _ in exact] == [place for place, _ in larger]
    expected = by_place(
        [(place, shown(number, other)) for (place, number), (_, other) in zip(exact, larger, strict=True)]
    )
    masked = chapter.hiding()
    found = by_place(list(leaves(masked.view(build, SCOPE, *VIEWS[name](masked) if name != "members_person" else
                                             (chapter.other_ids()[more[0]],)))))  # fmt: skip
    assert set(found) == set(expected)
    for place in found:
        if place.endswith(DRAWN):
            assert found[place] == pytest.approx(expected[place], rel=0.1, abs=0.1), place
        elif not place.endswith(TELLS_JOINING):
            assert found[place] == pytest.approx(expected[place], rel=1e-9), place


def test_the_test_sees_money(chapter: service.Session) -> None:
    """It would notice an exact amount: there are many, and they are found by growing with their rows."""
    build = importlib.import_module("analysis.chapter").build
    frames = chapter.frames(SCOPE)
    pairs = zip(leaves(build(frames, SCOPE)), leaves(build(grown(frames), SCOPE)), strict=True)
    assert sum(shown(number, other) != number for (_, number), (_, other) in pairs) > 20
