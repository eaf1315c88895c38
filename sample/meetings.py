"""Weekly meetings and who came: P present, A absent, L late, M medical, S with a substitute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample.membership import stream
from sample.roll import MEETING_DAY, inside, trait

if TYPE_CHECKING:
    from sample.tables import World

STATUS = np.array(["P", "L", "S", "M", "A"], dtype=object)
CAME = ("P", "L")


def days(world: World) -> np.ndarray:
    """Every meeting day of the log's window."""
    weekday = MEETING_DAY if world.knobs.meeting_weekday is None else world.knobs.meeting_weekday
    first = world.first + (weekday - (world.first + 3)) % 7  # 1970-01-01 was a Thursday, weekday 3
    return np.arange(first, world.last + 1, 7)


def attendance(world: World) -> pd.DataFrame:
    """group, person (indices), day, status: one row a member and meeting, by group, day and person.

    Who was there when somebody referred to him at a meeting was there: P or L.
    """
    spell, day = world.spell, days(world)
    row, when = np.nonzero((spell.joined[:, None] <= day) & (day < spell.left[:, None]))
    keep = inside(world, spell.group[row], day[when])
    row, when = row[keep], when[keep]
    reliable = trait(world, "reliable", 0.6)[row]
    u = stream(world.seed, "palms").random(len(row))
    present = 1 / (1 + np.exp(-(2.0 + reliable)))
    # What is left of one is shared out among late, substitute, medical and absent.
    steps = present[:, None] + (1 - present)[:, None] * np.array([0.22, 0.5, 0.62])
    status = STATUS[np.where(u < present, 0, 1 + (u[:, None] >= steps).sum(axis=1))]
    out = pd.DataFrame({"group": spell.group[row], "person": world.spell_person[row], "day": day[when],
                        "status": status})  # fmt: skip
    met = set(zip(world.person[~world.events.away, 1].tolist(), world.day[~world.events.away].tolist(), strict=True))
    there = np.fromiter((pair in met for pair in zip(out["person"], out["day"], strict=True)), bool, len(out))
    out.loc[there & ~out["status"].isin(CAME), "status"] = "P"
    return out.sort_values(["group", "day", "person"], kind="stable", ignore_index=True)
