"""Members assess their outside sources: thirteen questions, comfort, and the value that the source sees in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample.knobs import Knobs
from sample.membership import Spells, stream
from sample.roll import inside

if TYPE_CHECKING:
    from sample.tables import World

ITEMS = 13
MOST = 7  # yes to that many is "most of them"
DEEP = 0.45  # share of assessments with most of them
WAVES = 3
APART = 200  # days from one wave to the next
EFFECT = 180  # days after an assessment in which a deep relationship brings more
MIDDLE = 5.5


@dataclass(frozen=True)
class Plan:
    """What is true of every outside source before anything happens. source: (n,), the rest (n, waves).

    value: 0–10. day: of each assessment, −1 for none. deep: whether it will have most of the thirteen.
    """

    value: np.ndarray
    day: np.ndarray
    deep: np.ndarray


def sources_each(k: Knobs) -> int:
    return k.customers + k.partners + k.personals + k.silent


def values(k: Knobs, seed: int, count: int) -> np.ndarray:
    """(sources,) the value that each sees in the relationship, 0–10."""
    drawn = stream(seed, "worth").normal(MIDDLE, 2.4, count)
    return np.clip(np.round(drawn), 0, 10)


def plan(k: Knobs, spell: Spells, *, people: int, window: tuple[int, int], seed: int) -> Plan:
    """Who is assessed when. Spells lie by person and day; a source is assessed in its receiver's first spell there."""
    each = sources_each(k)
    lo, hi = np.full(people, 0), np.full(people, 0)
    inside_window = np.flatnonzero(np.minimum(spell.left, window[1]) > np.maximum(spell.joined, window[0]))
    person, at = np.unique(spell.person[inside_window], return_index=True)
    row = inside_window[at]
    lo[person], hi[person] = np.maximum(spell.joined[row], window[0]), np.minimum(spell.left[row], window[1])
    lo, hi = np.repeat(lo, each)[:, None], np.repeat(hi, each)[:, None]
    rng, count = stream(seed, "assess"), people * each
    first = rng.random(count)[:, None] * 0.7
    day = lo + np.floor(first * (hi - lo)).astype(np.int64) + APART * np.arange(WAVES)
    chosen = rng.random(count)[:, None] < k.rated
    return Plan(
        values(k, seed, count), np.where(chosen & (day < hi), day, -1), rng.random((count, WAVES)) < DEEP
    )  # fmt: skip


def assessments(world: World) -> pd.DataFrame:
    """group, assessor, source (indices), day, q01 … q13, comfort, perceived_value; by day."""
    k, seed = world.knobs, world.seed
    people = world.cast
    n, each = len(people), sources_each(k)
    made = plan(k, world.spell, people=n, window=(world.first, world.last + 1), seed=seed)
    source, wave = np.nonzero(made.day >= 0)
    index = np.full(n + n * each, -1)
    index[world.origin] = np.arange(len(world.origin))
    halo = k.rating_halo * people.receive
    style = k.rating_style * stream(seed, "level").standard_normal(n)
    table = pd.DataFrame({
        "source": index[n + source], "assessor": index[source // each], "group": people.group[source // each],
        "day": made.day[source, wave], "value": made.value[source], "deep": made.deep[source, wave],
        "level": (style + halo)[source // each], "halo": halo[source // each],
    })  # fmt: skip
    table = _asked_twice(k, table[(table["source"] >= 0) & (table["assessor"] >= 0)], seed, world.last)
    table = table[inside(world, table["group"].to_numpy(), table["day"].to_numpy())]
    table = table.sort_values(["day", "source"], kind="stable", ignore_index=True)
    return _answers(world, table)


def _asked_twice(k: Knobs, table: pd.DataFrame, seed: int, last: int) -> pd.DataFrame:
    """Some are asked again within 90 days, when nothing has changed but the mood."""
    rng = stream(seed, "again")
    later = table["day"] + rng.integers(30, 85, len(table))
    again = table.assign(day=later)[(rng.random(len(table)) < k.rated_again) & (later <= last)]
    return pd.concat([table, again], ignore_index=True)


def _answers(world: World, table: pd.DataFrame) -> pd.DataFrame:
    k, rng, n = world.knobs, stream(world.seed, "answers"), len(table)
    if k.rating_echo:
        past = _referred_in_year(world, table)
        score = np.clip(np.round(4 + k.rating_echo * past + rng.normal(0, 1.5, n)), 0, ITEMS).astype(np.int64)
        true = 4 + k.rating_echo * past
    else:
        score = np.where(table["deep"], MOST + rng.binomial(6, 0.45, n), rng.binomial(6, 0.55, n))
        true = table["value"].to_numpy()
    easy = rng.random((n, ITEMS)) + np.linspace(0.6, 0.0, ITEMS)  # people know one another before they give
    rank = (-easy).argsort(axis=1).argsort(axis=1)
    yes = rank < score[:, None]
    items = {f"q{i + 1:02d}": yes[:, i] for i in range(ITEMS)}
    comfort = np.clip(np.round(true + table["level"] + rng.normal(0, k.rating_noise, n)), 0, 10)
    seen = np.clip(np.round(table["value"] + table["halo"] + rng.normal(0, 0.3 * k.rating_noise, n)), 0, 10)
    return table[["group", "assessor", "source", "day"]].assign(**items, comfort=comfort, perceived_value=seen)


def _referred_in_year(world: World, table: pd.DataFrame) -> np.ndarray:
    wide = 10**6  # days and people stay below a million
    key = np.sort((world.person[:, 0].astype(np.int64) * wide + world.person[:, 1]) * wide + world.day)
    here = (table["source"].to_numpy() * wide + table["assessor"].to_numpy()) * wide + table["day"].to_numpy()
    return np.searchsorted(key, here) - np.searchsorted(key, here - 365)
