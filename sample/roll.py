"""What the further records of a world share: who is there on a day, acts in time, partners, and the people beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample import names
from sample.membership import MONTH, stream

if TYPE_CHECKING:
    from sample.tables import World

OUTSIDERS = 12  # members of other chapters that a chapter deals with
OTHER_CHAPTERS = 3
MEETING_DAY = 3  # Thursday, where the world does not say


def inside(world: World, group: np.ndarray, day: np.ndarray) -> np.ndarray:
    """(n,) whether the group's records of that day were imported."""
    ok = np.zeros(len(day), dtype=bool)
    for g, spans in enumerate(world.covered):
        for start, stop in spans:
            ok |= (group == g) & (day >= start) & (day < stop)
    return ok


def spans_of(world: World) -> tuple[np.ndarray, np.ndarray]:
    """First day and day after the last of every spell inside the log's window."""
    return np.maximum(world.spell.joined, world.first), np.minimum(world.spell.left, world.last + 1)


def acts(world: World, rng: np.random.Generator, rate: float, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(spell row, day) of what members do `rate` times a month, times `weight` of their spell, in order of days."""
    lo, hi = spans_of(world)
    count = rng.poisson(np.where(hi > lo, rate * weight * (hi - lo) / MONTH, 0.0))
    row = np.repeat(np.arange(len(lo)), count)
    day = lo[row] + np.floor(rng.random(len(row)) * (hi - lo)[row]).astype(np.int64)
    keep = inside(world, world.spell.group[row], day)
    row, day = row[keep], day[keep]
    order = np.argsort(day, kind="stable")
    return row[order], day[order]


def partners(
    world: World, rng: np.random.Generator, row: np.ndarray, day: np.ndarray, *, taste: float, mutual: bool = True
) -> np.ndarray:  # fmt: skip
    """(n,) the fellow member with whom each act is done, as a person's index; −1 where nobody else was there.

    taste: how much a member prefers some over others (sd of a lasting score); mutual: those prefer him as much.
    """
    out, spell = np.full(len(row), -1), world.spell
    for group in np.unique(spell.group[row]):
        mine, at = np.flatnonzero(spell.group == group), np.flatnonzero(spell.group[row] == group)
        ids, seat = np.unique(world.spell_person[mine], return_inverse=True)
        liking = rng.normal(0, taste / np.sqrt(2), (len(ids), len(ids)))
        liking = liking + liking.T if mutual else liking * np.sqrt(2)
        me = world.spell_person[row[at]]
        score = liking[np.searchsorted(ids, me)][:, seat] + rng.gumbel(size=(len(at), len(mine)))
        there = (spell.joined[mine] <= day[at, None]) & (day[at, None] < spell.left[mine])
        score[~there | (world.spell_person[mine] == me[:, None])] = -np.inf
        best = score.argmax(axis=1)
        found = np.isfinite(score[np.arange(len(at)), best])
        out[at[found]] = world.spell_person[mine[best[found]]]
    return out


def table(world: World, row: np.ndarray, day: np.ndarray, to: np.ndarray | int, **columns: object) -> pd.DataFrame:
    empty = {"purpose": None, "outcome": None, "quantity": np.nan, "counterpart": None}
    frame = pd.DataFrame({"group": world.spell.group[row], "day": day, "source": world.spell_person[row]})
    return frame.assign(receiver=to, **{**empty, **columns})


def plain(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The columns as objects with None for nothing, whatever pandas took them for."""
    return frame.assign(**{c: frame[c].astype(object).where(frame[c].notna(), None) for c in columns})


def trait(world: World, name: str, sd: float) -> np.ndarray:
    """(spells,) a normal trait of the person, the same in every spell."""
    values = sd * stream(world.seed, name).standard_normal(len(world.person_names))
    return values[world.spell_person]


@dataclass(frozen=True)
class Beyond:
    """People whom only the further records name, numbered after the world's own: members of other chapters, visitors.

    chapter: (outsiders,) the name of each one's chapter. first: index of the first outsider; visitors come after.
    """

    first: int
    names: list[str]
    chapter: list[str]

    def outsider(self, group: np.ndarray, pick: np.ndarray) -> np.ndarray:
        """Index of the `pick`-th outsider whom a group deals with."""
        return self.first + group * OUTSIDERS + pick

    @property
    def first_visitor(self) -> int:
        return self.first + len(self.chapter)


def beyond(world: World, visitors: int) -> Beyond:
    rng, k = stream(world.seed, "beyond"), world.knobs
    n = k.groups * OUTSIDERS
    taken = {*world.person_names, *(p for p in world.prospects if p)}
    free = [x for x in names.people(n + visitors + len(taken), rng, k.script) if x not in taken]
    titles = names.chapters(k.groups + OTHER_CHAPTERS)[k.groups :]
    chapter = [titles[int(i)] for i in rng.integers(0, OTHER_CHAPTERS, n)]
    return Beyond(len(world.person_names), free[: n + visitors], chapter)
