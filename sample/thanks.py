"""Thanks for closed business: the receiver of a referral that was won thanks the member who gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample.membership import stream
from sample.roll import inside

if TYPE_CHECKING:
    from sample.tables import World

LATEST = 10  # days after closing within which thanks are said


def thanks(world: World, slips: pd.DataFrame) -> pd.DataFrame:
    """group, day, source (who thanks), receiver (who is thanked), cents, tier, counterpart (the thanker's chapter).

    What a member of another chapter gave is thanked for in that chapter's records, and is not here.
    """
    wait = stream(world.seed, "thanks").integers(0, LATEST + 1, len(slips))
    day = slips["won_on"].to_numpy() + wait
    ours = (slips["tier"] == 1) | (slips["receiver"] >= len(world.person_names))
    said = ours & (slips["won_on"] >= 0) & (day <= world.last) & inside(world, slips["group"].to_numpy(), day)
    out = slips[said].assign(day=day[said], source=slips["receiver"], receiver=slips["source"])
    columns = ["group", "day", "source", "receiver", "cents", "tier", "counterpart"]
    return out[columns].sort_values("day", kind="stable", ignore_index=True)


def text(cents: np.ndarray | pd.Series) -> list[str]:
    return [f"{c // 100}.{c % 100:02d}" for c in np.asarray(cents).tolist()]
