"""Who was asked where he stands, and who never was: the sources of the last year, and those met without a referral.

Asked means a contact of the kind "standing" from the receiver to the source, or the receiver's assessment of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators import share
from analysis.intervals import Figure
from analysis.population import View

PAIR = ["source_id", "receiver_id"]
ALONE = 5  # of one receiver's sources, how many are next


@dataclass(frozen=True)
class Asked:
    """pairs: source_id, source, kind (earliest known, None), receiver_id, receiver, referrals in the last 365 days,
    last (day, NA without any in the log), asked (day of the latest time, NA = never), next: to be asked first.

    members: person_id, name, asked, never: of those with a referral. figure: share of these that were ever asked,
    receivers as the sample. recorded: anybody was ever asked, by a question or by an assessment; questions,
    assessments: how many; since: first covered or recorded day.
    """

    pairs: pd.DataFrame
    members: pd.DataFrame
    figure: Figure
    recorded: bool
    questions: int
    assessments: int
    since: int | None

    @property
    def never(self) -> pd.DataFrame:
        """Those never asked: first who is next, then by receiver and source."""
        out = self.pairs[self.pairs["asked"].isna()]
        return out.sort_values(["next", "receiver", "source"], ascending=[False, True, True], kind="stable")


def asked(view: View, wanted: Mapping[str, set[str]]) -> Asked:
    """Of the receivers who are members now. wanted: ids of sources and receivers asked for, empty = all."""
    questions = view.touches[view.touches["kind"] == "standing"]
    questions = questions.rename(columns={"from_id": "receiver_id", "to_id": "source_id"})
    ratings = view.assessments.rename(columns={"assessor_id": "receiver_id"})
    spoken = pd.concat([questions[[*PAIR, "day"]], ratings[[*PAIR, "day"]]], ignore_index=True).dropna()
    last_asked = spoken.groupby(PAIR)["day"].max()
    pairs = _sources(view)
    for column, key in (("source_id", "source"), ("receiver_id", "receiver")):
        if wanted[key]:
            pairs = pairs[pairs[column].isin(wanted[key])]
    pairs = pairs.reset_index(drop=True)
    pairs["asked"] = last_asked.reindex(pd.MultiIndex.from_frame(pairs[PAIR])).to_numpy()
    names = view.log.names
    for column in ("source", "receiver"):
        pairs[column] = [names.get(i, i) for i in pairs[f"{column}_id"]]
    pairs["kind"] = pairs["source_id"].map(dict(view.earliest_kind))
    pairs = _next(pairs).sort_values(["receiver", "source"], kind="stable").reset_index(drop=True)
    active = pairs[pairs["referrals"] > 0]
    tally = active.assign(was=active["asked"].notna()).groupby(["receiver_id", "receiver"])["was"].agg(["sum", "size"])
    tally = tally.reset_index().set_axis(["person_id", "name", "asked", "of"], axis=1)
    members = tally.assign(never=tally["of"] - tally["asked"]).drop(columns="of")
    covered = [low for spans in view.log.covers.get("standing", {}).values() for low, _ in spans]
    days = [*covered, *spoken["day"]]
    return Asked(
        pairs, members.sort_values("name", kind="stable").reset_index(drop=True), _share(view, active), len(spoken) > 0,
        len(questions), len(ratings), int(min(days)) if days else None,
    )  # fmt: skip


def _share(view: View, active: pd.DataFrame) -> Figure:
    """Of one receiver each source is a cluster of its own."""
    codes = active["source_id" if view.log.receiver else "receiver_id"].factorize(sort=True)[0]
    n = int(codes.max(initial=-1)) + 1
    return share(np.bincount(codes, active["asked"].notna().astype(float), n), np.bincount(codes, minlength=n) * 1.0)


def _sources(view: View) -> pd.DataFrame:
    """source_id, receiver_id, referrals in the last year, last: who gave in it, and outsiders met or rated."""
    here = view.spells[(view.spells["left"] >= view.day) | ~view.spells["group_id"].isin(view.log.listed)]
    receivers = {view.log.receiver} if view.log.receiver else set(here["person_id"])
    rows = view.rows[~view.rows["source_id"].str.startswith("?")]
    recent = rows["given"] >= view.day - view.settings.window_days
    gave = rows.assign(recent=recent).groupby(PAIR).agg(referrals=("recent", "sum"), last=("given", "max"))
    met = view.touches[["from_id", "to_id"]].dropna()
    known = pd.concat([
        met.set_axis(["receiver_id", "source_id"], axis=1), met.set_axis(["source_id", "receiver_id"], axis=1),
        view.assessments[["assessor_id", "source_id"]].set_axis(["receiver_id", "source_id"], axis=1),
    ]).drop_duplicates()  # fmt: skip
    members = view.members | receivers
    known = known[~known["source_id"].isin(members)].assign(referrals=0, last=pd.NA)
    gave = gave.reset_index()
    # Whoever referred once and no more is known and silent: he stays on the list without a referral this year.
    out = pd.concat([gave.astype({"last": "Int64"}), known.astype({"last": "Int64"})]).drop_duplicates(PAIR)
    return out[out["receiver_id"].isin(receivers)].astype({"referrals": int})


def _next(pairs: pd.DataFrame) -> pd.DataFrame:
    """For each receiver the never-asked source that refers most, then most lately; of one receiver the first five."""
    open_ = pairs[pairs["asked"].isna()].assign(last=lambda t: t["last"].fillna(-1))
    open_ = open_.sort_values(["referrals", "last", "source"], ascending=[False, False, True], kind="stable")
    most = ALONE if pairs["receiver_id"].nunique() == 1 else 1
    chosen = open_.groupby("receiver_id", sort=False).head(most).index
    return pairs.assign(next=pairs.index.isin(chosen))
