"""Deposits and withdrawals between members: help, introductions, testimonials, and asks that are met or not."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from sample.membership import stream
from sample.process import MEMBER
from sample.roll import acts, inside, partners, table, trait

if TYPE_CHECKING:
    from sample.tables import World

DEPOSITS = ("help", "introduction", "testimonial")
DONE, DECLINED = "done", "declined"
YEAR_BACK = 365  # days over which a balance is drawn up
CIRCLE = 2.0  # how much deposits and asks keep to a few (sd of the taste of a pair)
ANSWER = 60  # days within which an ask is met, if it is
Days = dict[tuple[int, int], list[int]]


def favours(world: World) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What was given unasked, the asks, and the favours done on an ask.

    The chance that an ask is met is higher by `diff_balance` where the asker has given more than he asked for in the
    year before. Likeable people give more and are met more often whatever the balance. A pair's asks lie far enough
    apart, and nothing is given unasked in the time after one, that what is done on an ask can be told from the rest.
    """
    rng, k = stream(world.seed, "favours"), world.knobs
    liked = trait(world, "liked", 1.0)
    row, day = acts(world, rng, k.deposit_rate, np.exp(k.likeable * liked - k.likeable**2 / 2))
    ask_row, ask_day = acts(world, rng, k.ask_rate, np.ones(len(world.spell)))
    rows, days, n = np.concatenate([row, ask_row]), np.concatenate([day, ask_day]), len(row)
    to = partners(world, rng, rows, days, taste=CIRCLE, mutual=False)
    kind = np.array(DEPOSITS, dtype=object)[rng.choice(3, n, p=[0.5, 0.3, 0.2])]
    given = table(world, row, day, to[:n], kind=kind)
    asked = table(world, ask_row, ask_day, to[n:], kind="ask", purpose="favour")
    base = np.clip(expit(logit(k.ask_met) + k.likeable * liked[ask_row]), 0.03, 0.97 - max(k.diff_balance, 0.0))
    asked = _apart(asked.assign(chance=base, wait=rng.integers(1, ANSWER - 4, len(asked)), u=rng.random(len(asked))))
    given = _unasked(given[given["receiver"] >= 0], asked)
    met = _met(world, given, asked)
    done = asked[met].assign(source=asked["receiver"], receiver=asked["source"], kind="help", purpose="asked for")
    done = done.assign(day=done["day"] + done["wait"])
    asked = asked.assign(outcome=np.where(met, DONE, DECLINED))
    private = ["chance", "wait", "u"]
    seen = inside(world, done["group"].to_numpy(), done["day"].to_numpy())
    return given, asked.drop(columns=private), done[seen].drop(columns=private)


def _apart(asked: pd.DataFrame) -> pd.DataFrame:
    """The asks without those that came soon after another of the same pair; by day."""
    last: dict[tuple[int, int], int] = {}
    keep = []
    for source, receiver, day in zip(asked["source"], asked["receiver"], asked["day"], strict=True):
        ok = receiver >= 0 and day - last.get((source, receiver), -(10**6)) > ANSWER + 1
        if ok:
            last[source, receiver] = day
        keep.append(ok)
    return asked[np.array(keep, dtype=bool)].reset_index(drop=True)


def _unasked(given: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The deposits without those that would pass for an answer to an ask."""
    asks = _by_pair(asked["receiver"], asked["source"], asked["day"])
    free = [
        not any(0 <= day - ask <= ANSWER for ask in asks.get((source, receiver), ()))
        for source, receiver, day in zip(given["source"], given["receiver"], given["day"], strict=True)
    ]
    return given[np.array(free, dtype=bool)]


def _met(world: World, given: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
    """(asks,) whether each is met. One after another: a favour done on an ask is a deposit of who did it."""
    put_in = _by_pair(given["source"], given["receiver"], given["day"])
    fellow = world.events.kind == MEMBER
    for source, receiver, day in zip(*world.person[fellow].T.tolist(), world.day[fellow].tolist(), strict=True):
        put_in[source, receiver].append(day)
    taken = _by_pair(asked["source"], asked["receiver"], asked["day"])
    out = []
    columns = (asked[c].tolist() for c in ("source", "receiver", "day", "chance", "wait", "u"))
    for source, receiver, day, chance, wait, u in zip(*columns, strict=True):
        pair = (source, receiver)
        balance = _in_year(put_in.get(pair, []), day) - _in_year(taken[pair], day)
        out.append(u < chance + world.knobs.diff_balance * (balance > 0))
        if out[-1]:
            put_in[receiver, source].append(day + wait)
    return np.array(out, dtype=bool)


def _by_pair(source: pd.Series, receiver: pd.Series, day: pd.Series) -> Days:
    found: Days = defaultdict(list)
    for s, r, d in zip(source.tolist(), receiver.tolist(), day.tolist(), strict=True):
        found[s, r].append(d)
    return found


def _in_year(days: list[int], day: int) -> int:
    return sum(day - YEAR_BACK <= d < day for d in days)
