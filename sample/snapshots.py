"""Monthly PALMS summaries, added up from the world's own meetings, slips, thanks and touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sample.membership import stream

if TYPE_CHECKING:
    from sample.records import Records

COUNTS = ["p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "ceu", "testimonials"]
PSEUDO = ("Visitors", "BNI", "Total")


def snapshots(records: Records) -> pd.DataFrame:
    """group, person (−1 for a pseudo row), row_label, period_from, period_to (days, both inclusive), counts, cents.

    One row a member and month, then Visitors (its P is the number of meetings), BNI (business with people who are
    no members) and Total, which is never less than the sum and mostly a little more.
    """
    rows = _members(records)
    tallies = pd.concat(list(_tallies(records)), ignore_index=True)
    wide = tallies.pivot_table(index=["group", "month", "person"], columns="what", values="n", aggfunc="sum")
    out = rows.merge(wide.reset_index(), how="left", on=["group", "month", "person"])
    out = out.reindex(columns=[*rows.columns, *COUNTS, "cents"])
    out[[*COUNTS, "cents"]] = out[[*COUNTS, "cents"]].fillna(0.0)
    whole = wide.groupby(["group", "month"]).sum().reindex(columns=[*COUNTS, "cents"]).fillna(0.0)
    whole = rows[["group", "month"]].drop_duplicates().merge(whole.reset_index(), how="left").fillna(0.0)
    out = pd.concat([out.assign(row_label=None), _pseudo(records, whole)], ignore_index=True)
    out["place"] = out["row_label"].map({label: i for i, label in enumerate(PSEUDO, 1)}).fillna(0)
    out = out.sort_values(["group", "month", "place", "person"], kind="stable", ignore_index=True)
    start = out["month"].to_numpy().astype("datetime64[M]")
    first, after = (edge.astype("datetime64[D]").astype(np.int64) for edge in (start, start + 1))
    return out.assign(period_from=first, period_to=after - 1).drop(columns=["place", "month"])


def month_of(day: np.ndarray | pd.Series) -> np.ndarray:
    return np.asarray(day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _members(records: Records) -> pd.DataFrame:
    """Every member of every month that was imported."""
    world, spell = records.world, records.world.spell
    parts = []
    for group, spans in enumerate(world.covered):
        mine = np.flatnonzero(spell.group == group)
        for start, stop in spans:
            months = np.arange(month_of(np.array([start]))[0], month_of(np.array([stop - 1]))[0] + 1)
            first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
            after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
            m, i = np.nonzero((spell.joined[mine] < after[:, None]) & (spell.left[mine] > first[:, None]))
            parts.append(pd.DataFrame({"group": group, "month": months[m], "person": world.spell_person[mine[i]]}))
    return pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)


def _tallies(records: Records) -> list[pd.DataFrame]:
    """group, month, person, what, n."""
    seen, slips, thanks, touches = records.attendance, records.slips, records.thanks, records.touches
    inside, meets = slips["tier"] == 1, touches["kind"] == "one_to_one"
    credit = touches[touches["kind"] == "education"]
    return [
        _tally(seen, "person", seen["status"].str.lower()),
        _tally(slips, "source", np.where(inside, "rgi", "rgo")),
        _tally(slips, "receiver", np.where(inside, "rri", "rro")),
        _tally(touches[meets], "source", "one_to_ones"),
        _tally(touches[meets], "receiver", "one_to_ones"),
        _tally(touches[touches["kind"] == "visitor"], "source", "visitors"),
        _tally(touches[touches["kind"] == "testimonial"], "source", "testimonials"),
        _tally(credit, "source", "ceu", credit["quantity"]),
        _tally(thanks, "receiver", "cents", thanks["cents"]),
    ]


def _tally(rows: pd.DataFrame, who: str, what: object, n: pd.Series | float = 1.0) -> pd.DataFrame:
    return pd.DataFrame({"group": rows["group"], "month": month_of(rows["day"]), "person": rows[who]}).assign(
        what=what, n=n
    )


def _pseudo(records: Records, sums: pd.DataFrame) -> pd.DataFrame:
    """The three rows that are no member. sums: everything that was recorded, for people on the list or not."""
    rng = stream(records.world.seed, "pseudo")
    held = records.attendance.assign(month=month_of(records.attendance["day"]))
    held = held.groupby(["group", "month"])["day"].nunique().rename("held").reset_index()
    meetings = sums[["group", "month"]].merge(held, how="left")["held"].fillna(0.0)
    zero = sums.assign(**dict.fromkeys([*COUNTS, "cents"], 0.0))
    extra = rng.integers(0, 3, (len(sums), 3)).astype(float)
    other = np.round(100 * np.exp(rng.normal(6.5, 1.0, len(sums))))
    total = sums.assign(
        rgi=sums["rgi"] + extra[:, 0], rgo=sums["rgo"] + extra[:, 1], one_to_ones=sums["one_to_ones"] + extra[:, 2],
        cents=sums["cents"] + other + 100 * extra[:, 0],
    )  # fmt: skip
    rows = (zero.assign(p=meetings), zero.assign(cents=other), total)
    return pd.concat([r.assign(row_label=label) for r, label in zip(rows, PSEUDO, strict=True)]).assign(person=-1)
