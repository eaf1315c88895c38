"""Do the people you gave to last year refer more to you this year than those you did not give to?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Gate, Measured, event_gates, with_wrong
from analysis.claims.giving import NO_GIVING
from analysis.estimators import Codes, contrast, pairs
from analysis.intervals import NOTHING, Figure, Floats, two_way
from analysis.panel import NotIdentifiedError, fe_poisson, fe_poisson_by
from analysis.population import Log, Mask, View
from analysis.result import Estimate
from analysis.settings import Settings

HALF = 0.5  # added to a partner's other referrals, so that one who referred nobody else still counts for something
AFFINITY = (
    "People whose trades suit one another refer each other whether or not anybody returns a favour: that too is part "
    "of what this predicts. Whether giving is returned is the question of the claim about whom it comes back from."
)


@dataclass(frozen=True)
class Partners:
    """One entry an ordered pair of two members of a group on the landmark day: `to` receives, `by` refers.

    to, by: codes of ids; returned: by → to in the year after; gave, returned_before: to → by and by → to in the year
    before; gave_after: to → by in the year after; elsewhere: what by referred to others in the year after; exposure:
    covered days of the year after in which both were there.
    """

    ids: np.ndarray
    to: Codes
    by: Codes
    returned: Floats
    gave: Floats
    gave_after: Floats
    returned_before: Floats
    elsewhere: Floats
    exposure: Floats

    @property
    def weight(self) -> Floats:
        return (self.elsewhere + HALF) * self.exposure


def partners(view: View) -> Partners:
    """Pairs of groups whose year before the landmark is covered for most of its days."""
    settings, rows = view.settings, view.group_rows
    mark, year = view.day - settings.window_days, settings.window_days
    spells = view.spells[(view.spells["joined"] <= mark) & (view.spells["left"] > mark)]
    ids = np.unique(np.concatenate([spells["person_id"], rows["source_id"], rows["receiver_id"]]).astype(str))
    person = np.searchsorted(ids, spells["person_id"].to_numpy(dtype=object).astype(str))
    left, parts = spells["left"].to_numpy(), []
    for group, mine in spells.groupby("group_id", sort=True).indices.items():
        if covered(view, group, mark - year, mark) < settings.gate_spell_days:
            continue
        one, other = np.divmod(np.arange(len(mine) ** 2), len(mine))
        one, other = mine[one], mine[other]
        end = np.minimum(np.minimum(left[one], left[other]), view.day)
        keep = person[one] != person[other]
        if view.log.receiver:
            keep &= ids[person[one]] == view.log.receiver
        one, other, end = one[keep], other[keep], end[keep]
        where = np.full(len(one), group, dtype=object)
        days = view.log.covered_days(where, np.full(len(one), mark), np.maximum(end, mark))
        parts.append((person[one], person[other], days.astype(float)))
    to, by, exposure = (np.concatenate(p) for p in zip(*parts, strict=True)) if parts else _nobody()
    keep = exposure > 0
    to, by, exposure = to[keep], by[keep], exposure[keep]
    source, receiver = (np.searchsorted(ids, rows[c].to_numpy(dtype=object).astype(str))
                        for c in ("source_id", "receiver_id"))  # fmt: skip
    given = rows["given"].to_numpy()
    after, before = given >= mark, (given >= mark - year) & (given < mark)
    n = max(len(ids), 1)

    def flow(giver: Codes, taker: Codes, when: Mask) -> Floats:
        values, counts = np.unique(source[when] * n + receiver[when], return_counts=True)
        wanted = giver * n + taker
        at = np.minimum(np.searchsorted(values, wanted), max(len(values) - 1, 0))
        return np.where(values[at] == wanted, counts[at], 0).astype(float) if len(values) else np.zeros(len(wanted))

    returned = flow(by, to, after)
    elsewhere = np.bincount(source[after], minlength=n)[by] - returned
    return Partners(ids, to, by, returned, flow(to, by, before), flow(to, by, after), flow(by, to, before), elsewhere,
                    exposure)  # fmt: skip


def covered(view: View, group: str, start: int, end: int) -> int:
    """Covered days of [start, end) of one group."""
    return int(view.log.covered_days(np.array([group], dtype=object), np.array([start]), np.array([end]))[0])


def _nobody() -> tuple[Codes, Codes, Floats]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)


class Exchange(Claim):
    """S5: referrals from members one gave to in the year before a landmark, over those from members one did not.

    data: "quadrant" (gave, returned, pairs, referrals: pairs by whether one gave before and was referred to after),
    "members" (person_id, name, partners given to, referrals from them and from others, and the exposure-adjusted
    rates), "rows" (arm 1: from a member given to), "wrong".
    """

    id = "S5"
    title = "Those you refer business to become your best sources"
    work = "Customers Are Not Your Best Source of Referrals"
    grade = "P"
    needs = ("source",)
    unit = "member-to-member referrals"
    estimates: ClassVar = {
        "return_ratio": "referrals of the following year from members to whom one had given in the year before, over "
        "those from members to whom one had not; same receiver, in proportion to what each refers to others",
        "return_ratio_beside_past": "the same among partners who had referred equally much before: new exchange",
        "same_year_ratio": "the misleading way: given and received in the same year, over everybody",
        "same_year_correlation": "how closely what pairs give one way goes with what they give the other way in a year",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        rows, settings = view.group_rows, view.settings
        if len(rows) and not rows["source_id"].isin(set(view.spells["person_id"])).any():
            return Measured(self.id, view.day, unrecorded=(NO_GIVING,), warnings=view.warnings)
        found = partners(view)
        gave = (found.gave > 0).astype(float)
        figure, kept = fit(view, found, gave[:, None])
        events = [int(found.returned[kept & (gave == k)].sum()) for k in (1, 0)]
        n = {"referrals": sum(events), "members": len(np.unique(found.to[kept])), "pairs": int(kept.sum()),
             "events": sum(events)}  # fmt: skip
        estimates = [figure.estimate("return_ratio", "ratio", 0.0, n)]
        same = _same_year(found)
        data = {"wrong": _wrong(same)}
        if detail:
            estimates += self._secondary(view, found, gave, same, n)
            data |= {"quadrant": _quadrant(found, gave), "members": _members(view, found, gave),
                     "rows": _rows(view, found, gave, kept)}  # fmt: skip
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
            estimates=tuple(estimates), gates=_gates(view, figure, events, settings), n=sum(events), unit=self.unit,
            per_month=sum(events) / 12, cluster_unit="sources" if view.log.receiver else "members",
            basis={"source": "recorded"}, warnings=(AFFINITY, *view.warnings), data=data,
        )  # fmt: skip

    @staticmethod
    def _secondary(view: View, found: Partners, gave: Floats, same: Figure, n: dict[str, int]) -> list[Estimate]:
        beside = fit(view, found, np.column_stack([gave, np.log1p(found.returned_before)]))[0]
        r = Figure(_correlation(found), float("nan"), 1.0, "identity", 0.0, 0)
        return [
            beside.estimate("return_ratio_beside_past", "ratio", 0.0, n),
            same.estimate("same_year_ratio", "ratio", 0.0, n),
            r.estimate("same_year_correlation", "correlation", None, {"pairs": len(found.to)}),
        ]


def fit(view: View, found: Partners, x: Floats) -> tuple[Figure, Mask]:
    """Poisson with an effect of each receiver, clustered by both partners; of one receiver, by his sources."""
    nothing = NOTHING, np.zeros(len(found.to), dtype=bool)
    if not len(found.to):
        return nothing
    try:
        if view.log.receiver:
            one = fe_poisson(found.returned, x, found.to, found.weight, found.by)
            figure = one.figure()
            return replace(figure, left_out={"source": figure.left_out["member"]}), one.kept
        clusters = [found.to, found.by, pairs(found.to, found.by)]
        fits = fe_poisson_by(found.returned, x, found.to, found.weight, clusters)
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return nothing
    a, b, ab = (f.figure() for f in fits)
    return two_way((a, b, ab)), fits[0].kept


def _gates(view: View, figure: Figure, events: list[int], settings: Settings) -> tuple[Gate, ...]:
    mark = view.day - settings.window_days
    groups = sorted(set(view.spells["group_id"]))
    days = max((covered(view, g, mark - settings.window_days, mark) for g in groups), default=0)
    return (*event_gates(figure, sum(events), min(events), sum(events), settings),
            Gate("covered days of the year before last", days, settings.gate_spell_days))  # fmt: skip


def _same_year(found: Partners) -> Figure:
    """Rate of by → to where to gave to by in the same year, over the rate where he did not, over everybody."""
    if not len(found.to):
        return NOTHING
    n = len(found.ids)
    mutual = found.gave_after > 0

    def by(values: Floats, arm: Mask) -> Floats:
        return np.bincount(found.to[arm], values[arm], n)

    return contrast(by(found.returned, mutual), by(found.exposure, mutual), by(found.returned, ~mutual),
                    by(found.exposure, ~mutual), kind="ratio")  # fmt: skip


def _correlation(found: Partners) -> float:
    x, y = found.returned, found.gave_after
    return float(np.corrcoef(x, y)[0, 1]) if len(x) > 2 and x.std() > 0 and y.std() > 0 else float("nan")


def _quadrant(found: Partners, gave: Floats) -> pd.DataFrame:
    """gave (0, 1), returned (0, 1), pairs, referrals, rate a year and pair."""
    frame = pd.DataFrame({"gave": gave.astype(int), "returned": (found.returned > 0).astype(int),
                          "n": found.returned, "years": found.exposure / 365.25})  # fmt: skip
    out = frame.groupby(["gave", "returned"], sort=True).agg(pairs=("n", "size"), referrals=("n", "sum"),
                                                             years=("years", "sum")).reset_index()  # fmt: skip
    return out.astype({"referrals": int})


def _members(view: View, found: Partners, gave: Floats) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": found.ids[found.to], "gave": gave, "n": found.returned,
                          "years": found.exposure / 365.25})  # fmt: skip
    out = pd.DataFrame({"person_id": np.unique(frame["person_id"])}).set_index("person_id")
    for k in (1, 0):
        mine = frame[frame["gave"] == k].groupby("person_id")
        out[f"partners{k}"], out[f"received{k}"] = mine.size(), mine["n"].sum()
        out[f"rate{k}"] = mine["n"].sum() / mine["years"].sum()
    for k in (1, 0):
        out[[f"partners{k}", f"received{k}"]] = out[[f"partners{k}", f"received{k}"]].fillna(0).astype(int)
    out.insert(0, "name", [view.log.names.get(i, i) for i in out.index])
    return out.reset_index()


def _rows(view: View, found: Partners, gave: Floats, kept: Mask) -> pd.DataFrame:
    n, rows = max(len(found.ids), 1), view.group_rows[view.group_rows["given"] >= view.day - view.settings.window_days]
    key, arm = (found.by * n + found.to)[kept], gave[kept]
    order = np.argsort(key)
    source, receiver = (np.searchsorted(found.ids, rows[c].to_numpy(dtype=object).astype(str))
                        for c in ("source_id", "receiver_id"))  # fmt: skip
    wanted = source * n + receiver
    at = np.minimum(np.searchsorted(key[order], wanted), max(len(key) - 1, 0))
    hit = key[order][at] == wanted if len(key) else np.zeros(len(rows), dtype=bool)
    return pd.DataFrame({"referral_id": rows["referral_id"].to_numpy()[hit], "arm": arm[order][at[hit]].astype(int)})


def _wrong(same: Figure) -> pd.DataFrame:
    if not same.usable:
        return with_wrong([])
    why = "Busy members and trades that suit one another exchange much both ways in any year; nothing need be returned."
    at95, at99 = np.exp(same.bounds(0.95)), np.exp(same.bounds(0.99))
    return with_wrong([("given and received in the same year", float(np.exp(same.theta)),
                        (float(at95[0]), float(at95[1])), (float(at99[0]), float(at99[1])), why)])  # fmt: skip
