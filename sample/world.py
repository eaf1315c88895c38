"""One seeded world: an invented chapter, its members, sources and referral log, and the truth behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from sample import lastyear, leaving, names, outcome, process, shaping, truth
from sample.knobs import Knobs
from sample.membership import EPOCH, Spells, cast, month_start, spells, stream, whole_month
from sample.process import MEMBER, SILENT, Events, Sources
from sample.recipes import WORLDS, knobs_of
from sample.tables import World

__all__ = ["WORLDS", "World", "make_world"]


def make_world(name: str = "base", seed: int = 1, members: int | None = None, months: int | None = None,
               end: date = date(2026, 6, 30), **changes: Any) -> World:  # fmt: skip
    """Make the named world (see `sample.knobs.WORLDS`), the same for the same arguments on any machine.

    members and months override the world's own size; `end` is the last day of the log and must end a month;
    `changes` are further knobs. Raises UsageError for an unknown world or knob and ValueError for a bad end.
    """
    if not whole_month(end):
        raise ValueError("A world ends with a whole month.")
    k = knobs_of(name, members=members, months=months, **changes)
    last = end.toordinal() - EPOCH
    first = month_start(end, k.months)
    people = cast(k, seed, first, last)
    spell = spells(k, people, seed, last)
    sources = process.outside_sources(k, people, seed)
    events = process.referrals(k, people, spell, sources, window=(first, last + 1), seed=seed)
    events = shaping.apply(k, people, spell, events, window=(first, last + 1), seed=seed)
    spell, events = leaving.by_outcome(k, spell, events, window=(first, last + 1), seed=seed)
    covered = _covered(k, end)
    events = process.thin_further(k, events.take(_inside(events, covered)), seed)
    events = _in_log_order(k, events, spell, first, seed)
    return World(
        name=name, seed=seed, knobs=k, truth=truth.of_world(name, seed, k), first=first, last=last,
        covered=covered, events=events, group=events.group,
        outcomes=outcome.decide(k, people, sources, events, last=last, seed=seed),
        parent=outcome.parents(events, lastyear.at_second_hand(k, spell, events, (first, last + 1)), seed),
        **_named(k, spell, sources, events, first=first, seed=seed),
    )  # fmt: skip


def _covered(k: Knobs, end: date) -> list[list[tuple[int, int]]]:
    """Per group the months that were imported, joined into half-open stretches of days."""
    edge = [month_start(end, k.months - m) for m in range(k.months + 1)]
    out = []
    for g in range(k.groups):
        late = k.late[g % len(k.late)] if k.late else 0
        have = [m for m in range(k.months) if m >= late and m not in k.gaps]
        breaks = [i for i, m in enumerate(have) if i == 0 or have[i - 1] != m - 1] + [len(have)]
        out.append([(edge[have[a]], edge[have[b - 1] + 1]) for a, b in pairwise(breaks)])
    return out


def _inside(events: Events, covered: list[list[tuple[int, int]]]) -> np.ndarray:
    group, ok = events.group, np.zeros(len(events), dtype=bool)
    for g, spans in enumerate(covered):
        for start, stop in spans:
            ok |= (group == g) & (events.time >= start) & (events.time < stop)
    return ok


def _named(k: Knobs, spell: Spells, sources: Sources, events: Events, *, first: int, seed: int) -> dict[str, Any]:
    """Who appears: members of the log's time, whoever referred, customers who never did; with names."""
    n = int(spell.person.max()) + 1
    seen = np.unique(spell.person[spell.left > first])
    spell = spell.take(np.isin(spell.person, seen))
    ever = np.zeros(n + len(sources), dtype=bool)
    ever[seen] = True
    ever[events.source] = True
    told = np.full(len(sources), True) if k.all_known else sources.rate < SILENT
    silent = np.flatnonzero(ever[:n][sources.receiver] & told & ~ever[n:])
    ever[n + silent] = True
    number = np.cumsum(ever) - 1
    rng = stream(seed, "people")
    titles = names.people(int(ever.sum()), rng, k.script)
    profession = dict(zip(seen.tolist(), names.professions(len(seen), rng), strict=True))
    pairs = np.unique(np.stack([events.source, events.receiver, events.kind], axis=1), axis=0)
    quiet = np.stack([n + silent, sources.receiver[silent], sources.kind[silent]], axis=1)
    known = np.concatenate([pairs, quiet])
    return {
        "person": np.stack([number[events.source], number[events.receiver]], axis=1),
        "spell": spell,
        "spell_person": number[spell.person],
        "professions": [profession[p] for p in spell.person.tolist()],
        "person_names": titles,
        "origin": np.flatnonzero(ever),
        "known": [(int(number[s]), int(number[r]), int(kind)) for s, r, kind in known],
    }


def _in_log_order(k: Knobs, events: Events, spell: Spells, first: int, seed: int) -> Events:
    """Rows by day, after part of what members hand over to one another was dated on the last meeting."""
    time = events.time
    if k.meeting_weekday is not None:
        chance = np.where(events.away, 0.35, 0.8) * (events.kind == MEMBER)
        day = np.floor(time)
        met = day - (day.astype(np.int64) + 3 - k.meeting_weekday) % 7  # 1970-01-01 was a Thursday, weekday 3
        # Nobody hands over before joining. Spells lie by person and day: one search finds the giver's.
        key, wide = spell.person * 10**6 + spell.joined, events.source * 10**6 + day.astype(np.int64)
        giver_joined = spell.joined[np.maximum(np.searchsorted(key, wide, side="right") - 1, 0)]
        moved = stream(seed, "meeting").random(len(time)) < chance
        moved &= met >= np.maximum(np.maximum(events.joined, giver_joined), first)
        time = np.where(moved, met, time)
    order = np.argsort(np.floor(time), kind="stable")
    return replace(events.take(order), time=time[order])
