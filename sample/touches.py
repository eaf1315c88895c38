"""What members do for one another besides referring: meet, invite, learn, help, ask, say where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample import favours, ratings, shaping
from sample.dynamics import spell_at
from sample.membership import stream
from sample.process import MEMBER
from sample.roll import OUTSIDERS, Beyond, acts, inside, partners, plain, table, trait

if TYPE_CHECKING:
    from sample.tables import World

ABROAD = 0.12  # one-to-ones with members of other chapters
TWICE = 0.1  # one-to-ones that both sides entered


def visitors_of(world: World) -> tuple[np.ndarray, np.ndarray]:
    """(spell row of the inviter, day) of every visitor."""
    return acts(world, stream(world.seed, "visitors"), world.knobs.visit_rate, np.ones(len(world.spell)))


def touches(world: World, beyond: Beyond) -> pd.DataFrame:
    """group, day, source, receiver (−1: nobody), kind, purpose, outcome, quantity, counterpart; by day."""
    parts = [
        _one_to_ones(world, beyond),
        _visits(world, beyond),
        _education(world),
        *favours.favours(world),
        _standing(world),
        _first_meetings(world),
    ]
    out = pd.concat([p for p in parts if len(p)], ignore_index=True) if any(map(len, parts)) else parts[0]
    out = plain(out, "kind", "purpose", "outcome", "counterpart")
    return out.sort_values("day", kind="stable", ignore_index=True)


def _one_to_ones(world: World, beyond: Beyond) -> pd.DataFrame:
    """Two members meet; now and then one of them is of another chapter, now and then both enter it."""
    rng = stream(world.seed, "meet")
    row, day = acts(world, rng, world.knobs.meet_rate / 2, np.exp(trait(world, "social", 0.5)))
    to = partners(world, rng, row, day, taste=1.0)
    away = rng.random(len(row)) < ABROAD
    outsider = rng.integers(0, OUTSIDERS, len(row))
    to = np.where(away, beyond.outsider(world.spell.group[row], outsider), to)
    frame = table(world, row, day, to, kind="one_to_one")
    frame["counterpart"] = [beyond.chapter[t - beyond.first] if t >= beyond.first else None for t in to.tolist()]
    frame = frame[frame["receiver"] >= 0]
    again = frame[(rng.random(len(frame)) < TWICE) & frame["counterpart"].isna()]
    other = again.assign(source=again["receiver"], receiver=again["source"])
    return pd.concat([frame, other], ignore_index=True)


def _visits(world: World, beyond: Beyond) -> pd.DataFrame:
    row, day = visitors_of(world)
    return table(world, row, day, beyond.first_visitor + np.arange(len(row)), kind="visitor")


def _education(world: World) -> pd.DataFrame:
    rng = stream(world.seed, "learn")
    row, day = acts(world, rng, world.knobs.learn_rate, np.exp(trait(world, "curious", 0.5)))
    return table(world, row, day, -1, kind="education", quantity=rng.integers(1, 7, len(row)).astype(float))


def _standing(world: World) -> pd.DataFrame:
    """Members ask their sources where they stand."""
    rng = stream(world.seed, "standing")
    row, day = acts(world, rng, world.knobs.standing_rate, np.ones(len(world.spell)))
    known: dict[int, list[int]] = {}
    for source, receiver, kind in world.known:
        if kind != MEMBER:
            known.setdefault(receiver, []).append(source)
    to = [
        pool[int(u * len(pool))] if (pool := known.get(person)) else -1
        for person, u in zip(world.spell_person[row].tolist(), rng.random(len(row)), strict=True)
    ]
    frame = table(world, row, day, np.array(to, dtype=np.int64), kind="standing")
    return frame[frame["receiver"] >= 0]


def _first_meetings(world: World) -> pd.DataFrame:
    """When a member met an outside source, where the world has such days and somebody wrote them down."""
    k = world.knobs
    person = np.flatnonzero(world.origin >= world.cast_size)
    source = world.origin[person] - world.cast_size
    day = shaping.first_meetings(k, world.cast, world.seed)[source] if k.met_months else np.full(len(source), -1)
    index = np.full(world.cast_size, -1)
    members = np.flatnonzero(world.origin < world.cast_size)
    index[world.origin[members]] = members
    owner = source // ratings.sources_each(k)
    at = spell_at(world.spell, owner, day)
    told = stream(world.seed, "told").random(len(world.cast) * ratings.sources_each(k))[source] < k.start_recorded
    keep = (at >= 0) & (day >= world.first) & (day <= world.last) & told & (index[owner] >= 0)
    keep[keep] = inside(world, world.spell.group[at[keep]], day[keep])
    return table(world, at[keep], day[keep], person[keep], kind="one_to_one", purpose="first meeting")
