"""Meeting and referring together: what a pair does, and one member's partners by what goes which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis import chapter_intervals as intervals
from analysis.chapter_exchange import ELSEWHERE, Exchange, Share

BOTH, GAVE, GOT, NEVER = "both", "gave", "got", "never"


@dataclass(frozen=True)
class Combined:
    """Unordered pairs of the members in the exchange: how many met and referred, and the share that referred (either
    way) among those who met and those who did not; intervals over members."""

    met_referred: int
    met_only: int
    referred_only: int
    neither: int
    of_met: Share
    of_unmet: Share


def combined(e: Exchange) -> Combined | None:
    """None where no meeting, or no referral between members, is recorded."""
    pairs = _pairs(e)
    if pairs.empty or not pairs["met"].any() or not pairs["referred"].any():
        return None
    met, referred = (pairs[side].to_numpy(bool) for side in ("met", "referred"))
    return Combined(
        int((met & referred).sum()), int((met & ~referred).sum()), int((~met & referred).sum()),
        int((~met & ~referred).sum()), _share(pairs[met]), _share(pairs[~met]),
    )  # fmt: skip


def _pairs(e: Exchange) -> pd.DataFrame:
    inner = e.cells[(e.cells["giver"] != ELSEWHERE) & (e.cells["taker"] != ELSEWHERE)]
    there: dict[tuple[str, str], tuple[bool, bool]] = {}
    for a, b, n, m in inner[["giver", "taker", "referrals", "one_to_ones"]].itertuples(index=False):
        key = (min(a, b), max(a, b))
        met, referred = there.get(key, (False, False))
        there[key] = met or m > 0, referred or n > 0
    rows = [(a, b, *there.get((a, b), (False, False))) for a, b in combinations(sorted(e.order), 2)]
    return pd.DataFrame(rows, columns=["a", "b", "met", "referred"])


def _share(pairs: pd.DataFrame) -> Share:
    if pairs.empty:
        return Share(float("nan"), float("nan"), float("nan"), 0, 0)
    people, codes = np.unique(np.concatenate([pairs["a"], pairs["b"]]).astype(str), return_inverse=True)
    figure = intervals.among_members(pairs["referred"].to_numpy(float), codes[: len(pairs)], codes[len(pairs) :])
    low, high = intervals.bounds(figure, len(people))
    return Share(float(figure.theta), low, high, len(pairs), len(people))


def partners(e: Exchange, person: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Everybody beside one member: person_id (ELSEWHERE: all who are no members), name, gave, got, met, ids, kind (both
    | gave | got | never, from the member's side); most first, then by name,
    those outside last."""
    cells = e.cells
    gave, got = cells[cells["giver"] == person].set_index("taker"), cells[cells["taker"] == person].set_index("giver")
    others = [p for p in e.order if p != person]
    if ELSEWHERE in gave.index or ELSEWHERE in got.index:
        others.append(ELSEWHERE)
    table = pd.DataFrame({"person_id": others, "name": [names.get(p, "outside the chapter") for p in others]})
    for column, part, count in (("gave", gave, "referrals"), ("got", got, "referrals"), ("met", gave, "one_to_ones")):
        table[column] = table["person_id"].map(part[count]).fillna(0).astype(int)
    table["ids"] = [[*gave["ids"].get(p, []), *got["ids"].get(p, [])] for p in others]
    one, other = table["gave"] > 0, table["got"] > 0
    table["kind"] = np.select([one & other, one, other], [BOTH, GAVE, GOT], NEVER)
    keys = {"apart": table["person_id"] == ELSEWHERE, "all": table["gave"] + table["got"]}
    table = table.assign(**keys).sort_values(["apart", "all", "met", "name"], ascending=[True, False, False, True],
                                             kind="stable")  # fmt: skip
    return table.drop(columns=list(keys)).reset_index(drop=True)


def by_volume(e: Exchange) -> list[str]:
    """Members, those with most given and received among members first; ties by the exchange's order."""
    inner = e.cells[(e.cells["giver"] != ELSEWHERE) & (e.cells["taker"] != ELSEWHERE)]
    volume = inner.groupby("giver")["referrals"].sum().add(inner.groupby("taker")["referrals"].sum(), fill_value=0)
    return sorted(e.order, key=lambda p: -float(volume.get(p, 0)))
