"""A world's referrals as a chapter's own system holds them: only members give, some to and from other chapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample.membership import stream
from sample.process import MEMBER, PARTNER
from sample.roll import OUTSIDERS, Beyond, acts, plain

if TYPE_CHECKING:
    from sample.tables import World

FOREIGN = 0.5  # share of partners who are members of another chapter
OUTWARD = 0.25  # referrals to other chapters ÷ referrals inside
WON = 0.35
WAIT = 60.0  # mean days to a win


def referrals(world: World, beyond: Beyond) -> pd.DataFrame:
    """group, source, receiver (indices), day, tier, counterpart (chapter or None), won_on (−1), cents; by day.

    Tier 1 stays inside the chapter. Tier 2 came from a partner who is a member elsewhere, or went to one.
    """
    kind, person = world.events.kind, world.person
    foreign = stream(world.seed, "foreign").random(len(world.person_names)) < FOREIGN
    chapter = np.array(beyond.chapter, dtype=object)
    home = pd.DataFrame({
        "group": world.group, "source": person[:, 0], "receiver": person[:, 1], "day": world.day,
        "tier": np.where(kind == MEMBER, 1, 2),
        "counterpart": np.where(kind == MEMBER, None, chapter[person[:, 0] % len(chapter)]),
        "won_on": np.where(world.outcomes.cents >= 0, world.outcomes.closed, -1), "cents": world.outcomes.cents,
    })[(kind == MEMBER) | ((kind == PARTNER) & foreign[person[:, 0]])]  # fmt: skip
    both = plain(pd.concat([home, _outward(world, beyond)], ignore_index=True), "counterpart")
    return both.sort_values("day", kind="stable", ignore_index=True)


def _outward(world: World, beyond: Beyond) -> pd.DataFrame:
    """What members refer to members of other chapters, and what came of it."""
    rng, k = stream(world.seed, "outward"), world.knobs
    row, day = acts(world, rng, OUTWARD * k.base_rate * k.share_member, np.ones(len(world.spell)))
    n, group = len(row), world.spell.group[row]
    to = beyond.outsider(group, rng.integers(0, OUTSIDERS, n))
    won = day + np.floor(rng.standard_gamma(2, n) * WAIT / 2).astype(np.int64)
    won[(rng.random(n) >= WON) | (won > world.last)] = -1
    cents = np.round(100 * k.amount_professional * np.exp(k.sd_amount * rng.standard_normal(n))).astype(np.int64)
    return pd.DataFrame({
        "group": group, "source": world.spell_person[row], "receiver": to, "day": day, "tier": 2,
        "counterpart": [beyond.chapter[i] for i in (to - beyond.first).tolist()], "won_on": won,
        "cents": np.where(won < 0, -1, np.maximum(100, cents)),
    })  # fmt: skip
