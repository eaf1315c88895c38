"""Fishing in many ponds: does receiving from many different circles bring more the year after?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis import diversity, forecast
from analysis.claims.base import Claim, Gate, Measured, event_gates, with_wrong
from analysis.claims.repeatable import WHOLE_GROUP
from analysis.estimators import Codes
from analysis.intervals import NOTHING, Figure, Floats
from analysis.population import Log, View
from analysis.result import Estimate
from analysis.years import YEAR, landmark, log_ratio

NO_PONDS = (
    "Which circle each referral came from is not recorded here: all sources look alike. Name the giver's group where "
    "it is another one, or add a column “source type” (customer, member, partner, personal or inbound)."
)
TENTH = 0.1


@dataclass(frozen=True)
class MemberYears:
    """One entry a member and year with enough receipts: y of the following year, exposure (years), diversity (chance
    that two receipts are of different ponds), ponds (how many), rate (shrunk, a month), group dummies, rows behind."""

    person: np.ndarray
    group: np.ndarray
    year: Codes
    y: Floats
    exposure: Floats
    diversity: Floats
    ponds: Floats
    rate: Floats
    received: Floats
    rows: np.ndarray

    @property
    def member(self) -> Codes:
        return np.unique(self.person.astype(str), return_inverse=True)[1].astype(np.int64)

    @property
    def dummies(self) -> Floats:
        """Intercept, and one column for every further group."""
        return np.column_stack([np.ones(len(self.y)), *(self.group == g for g in np.unique(self.group)[1:])]).astype(
            float
        )


class Ponds(Claim):
    """R13: next year's receipts per further tenth of last year's diversity of ponds, own level held equal.

    A pond is the source's group (the one named as the other group, or the one whose member the source is), and for a
    source without a group its kind: customers, partners, personal, inbound. The earliest of several years is the first
    that is covered; years end one before the day, two before it, and so on.

    data: members (person_id, name, group_id, year = years before the day at which the diversity was taken, received,
    ponds, diversity, effective (number of equally common ponds), rate, next_year, exposure), rows (arm 1), wrong.
    """

    id = "R13"
    title = "Those who receive from many different circles receive more the year after"
    work = "Great Referrals Aren't Accidents"
    grade = "P"
    needs = ("kind",)
    unit = "member-years"
    estimates: ClassVar = {
        "ratio_per_tenth": "receipts of the following year per further tenth of diversity (chance that two referrals "
        "come from different circles), members of the same level of receipts compared",
        "ratio_per_tenth_raw": "the same with nothing held equal",
        "ratio_per_pond": "the misleading way: per further circle counted, which grows with the number of referrals",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(WHOLE_GROUP,), warnings=view.warnings)
        pond = ponds(view)
        if len(view.rows) and len(np.unique(pond[pond >= 0])) < 2:
            return Measured(self.id, view.day, unrecorded=(NO_PONDS,), warnings=view.warnings)
        settings, found = view.settings, _member_years(view, pond)
        n, events = len(found.y), int(found.y.sum())
        figure = _ratio(found, found.diversity / TENTH, np.log(found.rate))
        counted_ponds = _ratio(found, found.ponds, None)
        counted = {"member_years": n, "members": len(np.unique(found.person)), "events": events}
        estimates: list[Estimate] = [figure.estimate("ratio_per_tenth", "ratio", 0.0, counted)]
        data = {"wrong": _wrong(counted_ponds)}
        if detail:
            raw = _ratio(found, found.diversity / TENTH, None)
            estimates += [raw.estimate("ratio_per_tenth_raw", "ratio", 0.0, counted),
                          counted_ponds.estimate("ratio_per_pond", "ratio", 0.0, counted)]  # fmt: skip
            data |= {"members": _frame(view, found)}
            data["rows"] = pd.DataFrame({"referral_id": view.rows["referral_id"].to_numpy()[found.rows], "arm": 1})
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_per_pond)),
            estimates=tuple(estimates),
            gates=(*event_gates(figure, events, None, n, settings), Gate("member-years", n, settings.gate_clusters)),
            n=n, unit=self.unit, per_month=float((found.year == 1).sum()) / 12, basis={"kind": "recorded"},
            warnings=view.warnings, data=data,
        )  # fmt: skip


def ponds(view: View) -> Codes:
    """By row of the view: code of the circle that the source belongs to; −1 unknown."""
    rows = view.rows
    seen = rows[["source_id", "group_id", "given"]].reset_index(names="row").rename(columns={"source_id": "person_id"})
    both = seen.merge(view.log.spells, on="person_id", suffixes=("", "_of"))
    both = both[(both["joined"] <= both["given"]) & (both["given"] < both["left"])]
    both = both.assign(other=both["group_id"] != both["group_id_of"]).sort_values(["row", "other", "group_id_of"])
    home = both.drop_duplicates("row").set_index("row")["group_id_of"].reindex(range(len(rows))).to_numpy(dtype=object)
    named, kind = rows["counterpart"].to_numpy(dtype=object), rows["kind"].to_numpy(dtype=object)
    name = [_pond(c, h, k) for c, h, k in zip(named, home, kind, strict=True)]
    return pd.factorize(pd.Series(name, dtype=object), sort=True)[0].astype(np.int64)


def _pond(other: object, group: object, kind: object) -> str | None:
    """The other group that the file names, else the group whose member the source is, else its kind."""
    if isinstance(other, str):
        return f"other {other}"
    if isinstance(group, str):
        return f"group {group}"
    return f"kind {kind}" if isinstance(kind, str) else None


def _member_years(view: View, pond: Codes) -> MemberYears:
    first = min((spans[0][0] for spans in view.log.cover.values() if spans), default=view.day)
    parts, rows = [], []
    for year in range(1, max(0, (view.day - first) // YEAR)):
        of = landmark(view, view.day - year * YEAR)
        received = of.count(of.before)
        seen = of.observed & (of.months_before > 0)
        prior = forecast.prior(received[seen], of.months_before[seen]) if seen.any() else None
        if prior is None:
            continue
        held = (of.before >= 0) & (pond >= 0)
        counts = np.zeros((len(of.person), int(pond.max(initial=0)) + 1))
        np.add.at(counts, (of.before[held], pond[held]), 1.0)
        enters = np.flatnonzero(seen & (counts.sum(axis=1) >= view.settings.gate_pond_receipts))
        rate = (prior.a + received) / (prior.b + of.months_before)
        parts.append(pd.DataFrame({
            "person": of.person[enters], "group": of.group[enters], "year": year, "y": of.count(of.after)[enters],
            "exposure": of.years_after[enters], "diversity": [diversity.simpson(counts[i]) for i in enters],
            "ponds": (counts[enters] > 0).sum(axis=1), "rate": rate[enters],
            "received": received[enters]}))  # fmt: skip
        rows.append(np.flatnonzero(np.isin(of.after, enters)))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
        columns=["person", "group", "year", "y", "exposure", "diversity", "ponds", "rate", "received"])  # fmt: skip
    columns = {name: table[name].to_numpy() for name in ("person", "group")}
    floats = {name: table[name].to_numpy(dtype=float) for name in
              ("y", "exposure", "diversity", "ponds", "rate", "received")}  # fmt: skip
    behind = np.unique(np.concatenate([*rows, np.empty(0, np.int64)])).astype(np.int64)
    return MemberYears(**columns, year=table["year"].to_numpy(dtype=np.int64), **floats, rows=behind)


def _ratio(found: MemberYears, x: Floats, held: Floats | None) -> Figure:
    if len(x) < 3 or np.ptp(x) == 0:
        return NOTHING
    level = np.empty((len(x), 0)) if held is None else held[:, None]
    return log_ratio(found.y, np.column_stack([x, level, found.dummies]), found.exposure, found.member)


def _frame(view: View, found: MemberYears) -> pd.DataFrame:
    return pd.DataFrame({
        "person_id": found.person, "name": [view.log.names.get(p, p) for p in found.person], "group_id": found.group,
        "year": found.year, "received": found.received, "ponds": found.ponds, "diversity": found.diversity,
        "effective": diversity.effective_number(found.diversity),
        "rate": found.rate, "next_year": found.y, "exposure": found.exposure})  # fmt: skip


def _wrong(ponds_counted: Figure) -> pd.DataFrame:
    if not ponds_counted.usable:
        return with_wrong([])
    (low, high), (low99, high99) = np.exp(ponds_counted.bounds(0.95)), np.exp(ponds_counted.bounds(0.99))
    why = "Who receives more meets more circles by the number of referrals alone, and receives more next year too."
    return with_wrong([("circles counted", float(np.exp(ponds_counted.theta)), (float(low), float(high)),
                        (float(low99), float(high99)), why)])  # fmt: skip
