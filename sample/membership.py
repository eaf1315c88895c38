"""Who the members are, when they join, leave and come back. All days are integers since 1970-01-01."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample.knobs import Knobs

EPOCH = date(1970, 1, 1).toordinal()
YEAR = 365.25
MONTH = 30.4375
JOINS_PER_MEMBER = 1 / 40  # joins a month that keep a chapter near its size over a log of five years


def stream(seed: int, name: str) -> np.random.Generator:
    """A PCG64 of its own for every part of a world, so that a twin differs from its null in one part only."""
    key = int.from_bytes(name.encode()[:8].ljust(8, b"\0"), "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))


def month_start(last: date, back: int) -> int:
    """First day of the month that lies `back` whole months before the month after `last`'s."""
    index = last.year * 12 + last.month - back
    return date(index // 12, index % 12 + 1, 1).toordinal() - EPOCH


def whole_month(last: date) -> bool:
    return last.day == calendar.monthrange(last.year, last.month)[1]


@dataclass(frozen=True)
class Cast:
    """Everybody who ever was a member, one entry a person: traits on the log or logit scale, trade ±1."""

    group: np.ndarray
    first_join: np.ndarray
    give: np.ndarray
    receive: np.ndarray
    away: np.ndarray
    close_receiver: np.ndarray
    close_giver: np.ndarray
    trade: np.ndarray

    def __len__(self) -> int:
        return len(self.group)


@dataclass(frozen=True)
class Spells:
    """One entry a spell: person, group, first day, day of leaving (exclusive; NEVER if still there)."""

    person: np.ndarray
    group: np.ndarray
    joined: np.ndarray
    left: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: np.ndarray) -> Spells:
        return Spells(self.person[rows], self.group[rows], self.joined[rows], self.left[rows])


NEVER = 2**31


def cast(k: Knobs, seed: int, start: int, last: int) -> Cast:
    """People who join between burn-in and the last day, a Poisson process of constant rate a group."""
    rng = stream(seed, "join")
    begin = start - round(k.burn_in * MONTH)
    joins = [
        np.sort(rng.integers(begin, last + 1, rng.poisson(k.members * JOINS_PER_MEMBER * (last - begin) / MONTH)))
        for _ in range(k.groups)
    ]
    group = np.repeat(np.arange(k.groups), [len(j) for j in joins])
    n = len(group)
    rng = stream(seed, "traits")
    z = rng.standard_normal((6, n))
    receive = k.corr * z[0] + np.sqrt(1 - k.corr**2) * z[1]
    return Cast(
        group, np.concatenate(joins), k.sd_give * z[0], k.sd_receive * receive, k.sd_away * z[2],
        k.sd_close_receiver * z[3], k.sd_close_giver * z[4], np.where(z[5] > 0, 1.0, -1.0),
    )  # fmt: skip


def _durations(k: Knobs, receive: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Days until leaving: one monthly chance in the first year, another after it, in a frail world lower for
    those who receive more (it depends on their trait only, never on what they happened to receive)."""
    first, later = (
        -np.log1p(-1 / (1 + np.exp(-(base - k.frailty * receive)))) for base in (k.leave_first_year, k.leave_later)
    )
    e = rng.standard_exponential(len(receive))
    months = np.where(e < 12 * first, e / first, 12 + (e - 12 * first) / later)
    return np.maximum(1, np.floor(months * MONTH)).astype(np.int64)


def spells(k: Knobs, people: Cast, seed: int, last: int) -> Spells:
    """All spells of all people, up to three each, ordered by group, then by person and day."""
    rng = stream(seed, "leave")
    who, joined = np.arange(len(people)), people.first_join
    parts = []
    for _ in range(3):
        left = np.full(len(who), NEVER) if k.shock else joined + _durations(k, people.receive[who], rng)
        left[left > last] = NEVER
        parts.append((who, joined, left))
        gap = rng.integers(92, 540, len(who))  # well over the month within which a gap is only a late renewal
        back = (rng.random(len(who)) < k.rejoin) & (left + gap <= last)
        who, joined = who[back], (left + gap)[back]
    person, joined, left = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((joined, person))
    made = Spells(person[order], people.group[person[order]], joined[order], left[order])
    return _moved(k, made, seed) if k.move and k.groups > 1 else made


def _moved(k: Knobs, spell: Spells, seed: int) -> Spells:
    """Some who come back join another group, wherever they were before."""
    rng, group = stream(seed, "move"), spell.group.copy()
    goes, step = rng.random(len(spell)) < k.move, rng.integers(1, k.groups, len(spell))
    for i in range(1, len(spell)):
        if spell.person[i] == spell.person[i - 1]:
            group[i] = (group[i - 1] + step[i]) % k.groups if goes[i] else group[i - 1]
    return Spells(spell.person, group, spell.joined, spell.left)


def hops(spell: Spells) -> np.ndarray:
    """(spells,) how often the person had changed groups before the spell."""
    same = np.concatenate([[False], spell.person[1:] == spell.person[:-1]])
    changed = same & np.concatenate([[False], spell.group[1:] != spell.group[:-1]])
    total = np.cumsum(changed)
    start = np.maximum.accumulate(np.where(same, 0, np.arange(len(spell))))
    return np.asarray(total - total[start])
