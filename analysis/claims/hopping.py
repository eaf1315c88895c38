"""Does joining yet another group cost the same person referrals, at the same time in the group?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Gate, Measured, event_gates, with_wrong
from analysis.claims.tenure import NO_LIST, ONE_PERSON
from analysis.estimators import Codes, contrast
from analysis.intervals import NOTHING, Figure, Floats
from analysis.panel import Fit, NotIdentifiedError, fe_poisson
from analysis.population import Log, Mask, View, month_start
from analysis.settings import Settings
from analysis.tenure_panel import Cells, cells, leaving_odds

MONTHS = (6, 12, 24)  # edges of the bins of time in the group
LEAVING_DAYS, HALF_YEAR_DAYS = 31, 183
WINDOW = 24  # months on either side of a move that the chart shows


def spell_numbers(view: View) -> tuple[Codes, Mask]:
    """By spell of the view: how many spells of the person began before it; and whether it follows a move away from a
    group that closed (then, and ever after, the move was not the person's choice)."""
    spells = view.spells
    order = np.lexsort((spells["group_id"].to_numpy(dtype=object).astype(str), spells["joined"].to_numpy(),
                        spells["person_id"].to_numpy(dtype=object).astype(str)))  # fmt: skip
    person, left = spells["person_id"].to_numpy()[order], spells["left"].to_numpy()[order]
    joined, closed = spells["joined"].to_numpy()[order], _closed(view)[order]
    number, forced = np.zeros(len(order), dtype=np.int64), np.zeros(len(order), dtype=bool)
    for i in range(1, len(order)):
        if person[i] == person[i - 1]:
            number[i] = number[i - 1] + 1
            forced[i] = forced[i - 1] or (closed[i - 1] and left[i - 1] <= joined[i] + LEAVING_DAYS)
    out, out_forced = np.empty_like(number), np.empty_like(forced)
    out[order], out_forced[order] = number, forced
    return out, out_forced


def _closed(view: View) -> Mask:
    """Spells whose group lost that share of its members within a month of their end."""
    spells, out = view.spells, np.zeros(len(view.spells), dtype=bool)
    for mine in spells.groupby("group_id", sort=True).indices.values():
        joined, left = spells["joined"].to_numpy()[mine], spells["left"].to_numpy()[mine]
        for position, day in zip(mine, left, strict=True):
            if day < view.day:
                there = (joined <= day - LEAVING_DAYS) & (left > day - LEAVING_DAYS)
                gone = there & (left <= day + LEAVING_DAYS)
                many = gone.sum() > 1  # a single member who leaves does not close a group
                out[position] = many and gone.sum() >= view.settings.capital_first_group_closed * there.sum()
    return out


class Hopping(Claim):
    """T2: referrals received in a further group over those in the group before, same person, same time in the group.

    data: "curve" (move: months since re-joining, −24 … 24; value, low, high: against the first half-year of the first
    membership, same people), "companion" (group: moved or stayed; people, months, received, rate), "members"
    (person_id, name, groups, months, received), "rows", "wrong".
    """

    id = "T2"
    title = "Every move to another group starts you again from less"
    work = "3 Common Delusions About Referral Sources"
    grade = "A"
    needs = ("joined",)
    unit = "member-months"
    estimates: ClassVar = {
        "ratio_per_group": "referrals received per further group joined, same person at the same time in the group",
        "ratio_without_last_half_year": "the same without the six months before each move",
        "ratio_before_after": "the misleading way: the same person before and after a move, whatever the time in the "
        "group",
        "moved_early_ratio": "receipts in months 13 to 36 of those who moved within their first year, over those who "
        "stayed; all still members of some group after a year",
        "moving_odds": "odds of moving after a half-year one standard deviation below one's own pace",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if view.log.receiver:
            return Measured(self.id, view.day, unrecorded=(ONE_PERSON,), warnings=view.warnings)
        if len(view.rows) and not view.spells["dated"].any():
            return Measured(self.id, view.day, unrecorded=(NO_LIST,), warnings=view.warnings)
        settings, panel = view.settings, cells(view)
        number, forced = spell_numbers(view)
        keep = ~forced[panel.spell]
        same = fit(panel, number, keep)
        figure = same.figure() if same else NOTHING
        kept = _kept(same, keep)
        movers, n = _movers(panel, number, kept), int(kept.sum())
        events = int(panel.received[kept & np.isin(panel.person, movers)].sum())
        counted = {"member_months": n, "members": len(np.unique(panel.person[kept])), "movers": len(movers),
                   "events": events}  # fmt: skip
        shorter = keep & ~_last_months(view, panel, number)
        second = fit(panel, number, shorter)
        without = second.figure() if second else NOTHING
        odds, moves = leaving_odds(view, panel, _moved_on(view, number))
        naive = fit(panel, number, keep, tenure=False)
        crude = naive.figure() if naive else NOTHING
        estimates = [figure.estimate("ratio_per_group", "ratio", 0.0, counted),
                     without.estimate("ratio_without_last_half_year", "ratio", 0.0,
                                      {"member_months": int(shorter.sum())}),
                     crude.estimate("ratio_before_after", "ratio", 0.0, counted)]  # fmt: skip
        data = {"wrong": _wrong(crude)}
        if detail:
            companion, ratio = landmark(view)
            estimates.append(
                ratio.estimate("moved_early_ratio", "ratio", 0.0, {"members": int(companion["people"].sum())})
            )
            told = Figure(float("nan") if odds is None else odds, float("nan"), 1.0, "identity", 0.0, 0)
            estimates.append(told.estimate("moving_odds", "odds ratio", None, {"moves": moves}))
            data |= {"companion": companion, "curve": curve(panel, number, keep),
                     "members": _members(view, panel, kept), "rows": _rows(view, panel, kept)}  # fmt: skip
        recent = kept & (panel.month >= panel.month.max(initial=0) - 11)
        delta = float(np.log(settings.margin_ratio))
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=delta, estimates=tuple(estimates), direction=-1,
            gates=_gates(figure, len(movers), events, n, settings), n=n, unit=self.unit,
            per_month=float(recent.sum()) / 12, cluster_unit="people who have changed groups",
            basis={"joined": "recorded"}, warnings=_caveats(view, odds, moves, int((~keep).sum())), data=data,
            withheld=_withheld(without, delta, odds, settings),
        )  # fmt: skip


def fit(panel: Cells, number: Codes, keep: Mask, *, tenure: bool = True) -> Fit | None:
    """Person effects; coefficient 0 is per further spell. tenure=False leaves out the time in the group."""
    middle = panel.tenure[keep] * 12
    bins = [((middle >= low) & (middle < high)).astype(float) for low, high in zip(MONTHS, (*MONTHS[1:], np.inf),
                                                                                   strict=True)]  # fmt: skip
    year = panel.month[keep] // 12
    years = [(year == y).astype(float) for y in np.unique(year)[1:]]
    time = [*bins, panel.tenure[keep]] if tenure else []
    design = np.column_stack([number[panel.spell[keep]].astype(float), *time, *years, panel.season[keep]])
    try:
        return fe_poisson(panel.received[keep], design, panel.person[keep], panel.exposure[keep])
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return None


def _kept(same: Fit | None, keep: Mask) -> Mask:
    out = np.zeros(len(keep), dtype=bool)
    if same:
        out[np.flatnonzero(keep)[same.kept]] = True
    return out


def _movers(panel: Cells, number: Codes, kept: Mask) -> Codes:
    """People seen in more than one spell: they alone tell what a move does."""
    seen = pd.Series(number[panel.spell[kept]]).groupby(panel.person[kept]).nunique()
    return np.asarray(seen.index[seen > 1], dtype=np.int64)


def _moved_on(view: View, number: Codes) -> Mask:
    """Spells that another one of the same person follows by the view's day."""
    spells = view.spells
    last = pd.Series(number).groupby(spells["person_id"].to_numpy()).transform("max").to_numpy()
    return np.asarray(number < last)


def _last_months(view: View, panel: Cells, number: Codes) -> Mask:
    """Cells of the six months before the end of a spell that another one follows."""
    end = view.spells["left"].to_numpy()[panel.spell]
    return np.asarray(_moved_on(view, number)[panel.spell] & (month_start(panel.month + 1) > end - HALF_YEAR_DAYS))


def _withheld(without: Figure, delta: float, odds: float | None, settings: Settings) -> dict[str, str]:
    """Who moves after a poor half-year makes the old group look worse than it was: both answers that this could have
    brought about have to hold without those months."""
    if odds is None or odds <= settings.tenure_leaving_odds:
        return {}
    why = "people here move after a poor half-year, and without those months it does not hold"
    (low95, high95), (low99, _) = without.bounds(0.95), without.bounds(0.99)
    out = {}
    if not low99 > 0:
        out["contradicted"] = why
    if not (-delta < low95 and high95 < delta):
        out["no difference that matters"] = why
    return out


def _gates(figure: Figure, movers: int, events: int, n: int, settings: Settings) -> tuple[Gate, ...]:
    least = settings.capital_movers
    more = int(np.ceil((settings.capital_mover_events - events) * n / events)) if events else None
    return (*event_gates(figure, events, None, n, settings),
            Gate("people with two groups or more", movers, least, clusters=max(0, least - movers)),
            Gate("referrals received by them", events, settings.capital_mover_events, more))  # fmt: skip


def _caveats(view: View, odds: float | None, moves: int, forced: int) -> tuple[str, ...]:
    said = view.warnings
    if odds is not None:
        said += (f"The odds of moving on are {odds:.1f} times as high after a half-year one standard deviation below "
                 f"the own pace ({moves} moves).",)  # fmt: skip
    if forced:
        said += (f"{forced} member-months after the closing of a group are left out: such a move is nobody's choice.",)
    return said


def landmark(view: View) -> tuple[pd.DataFrame, Figure]:
    """Those still members of something a year after first joining anywhere: moved within that year or stayed, and what
    they received in months 13 to 36. Classified by what was known at the landmark, not by what they did later."""
    spells = view.spells[view.spells["dated"]].sort_values(["person_id", "joined"], kind="stable")
    first = spells.groupby("person_id", sort=True)["joined"].min()
    mark = (first + 365).reindex(spells["person_id"]).to_numpy()
    joined, left = spells["joined"].to_numpy(), spells["left"].to_numpy()
    there = pd.Series((joined <= mark) & (left > mark)).groupby(spells["person_id"].to_numpy()).any()
    moved = pd.Series((joined <= mark) & (joined > mark - 365)).groupby(spells["person_id"].to_numpy()).any()
    ids = np.array(first.index[there.reindex(first.index).to_numpy()], dtype=object)
    start = first.reindex(ids).to_numpy() + 365
    rows, days = view.rows, pd.Series(0.0, index=ids)
    inside = spells["person_id"].isin(ids).to_numpy()
    person = spells["person_id"].to_numpy()[inside]
    low = pd.Series(start, index=ids).reindex(person).to_numpy(dtype=np.int64)
    begin, end = np.maximum(joined[inside], low), np.minimum(np.minimum(left[inside], low + 730), view.day)
    seen = view.log.covered_days(spells["group_id"].to_numpy(dtype=object)[inside], begin, np.maximum(begin, end))
    days = days.add(pd.Series(seen.astype(float)).groupby(person).sum(), fill_value=0.0).reindex(ids)
    since = pd.Series(start, index=ids).reindex(rows["receiver_id"]).to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        counts = (view.given >= since) & (view.given < since + 730) & (view.spell_of_row >= 0)
    received = rows["receiver_id"][counts].value_counts().reindex(ids).fillna(0.0)
    hop = moved.reindex(ids).to_numpy(dtype=bool)
    months, got = days.to_numpy() / 30.4375, received.to_numpy(dtype=float)
    ratio = contrast(got * hop, months * hop, got * ~hop, months * ~hop, kind="ratio") if len(ids) else NOTHING
    table = pd.DataFrame([(name, int(arm.sum()), float(months[arm].sum()), int(got[arm].sum()))
                          for name, arm in (("moved", hop), ("stayed", ~hop))],
                         columns=["group", "people", "months", "received"])  # fmt: skip
    return table.assign(rate=table["received"] / table["months"].replace(0.0, np.nan)), ratio


def curve(panel: Cells, number: Codes, keep: Mask) -> pd.DataFrame:
    """Receipts a month by half-years in the group, in the first membership and in later ones, same people.

    spell: first or later; month: middle of the half-year; value, low, high against the first half-year of the first.
    """
    later = number[panel.spell] > 0
    half = np.minimum(np.floor(panel.tenure * 2).astype(np.int64), WINDOW // 6)
    out = [("first", 3, 1.0, 1.0, 1.0)]
    cell = half + later * 10
    movers = np.isin(panel.person, _movers(panel, number, keep))
    use = keep & movers
    levels = [c for c in np.unique(cell[use]) if c != 0]
    if not use.any() or not levels or not (cell[use] == 0).any():
        return pd.DataFrame(columns=["spell", "month", "value", "low", "high"])
    design = np.column_stack([*((cell[use] == c).astype(float) for c in levels), panel.season[use]])
    try:
        found = fe_poisson(panel.received[use], design, panel.person[use], panel.exposure[use])
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return pd.DataFrame(columns=["spell", "month", "value", "low", "high"])
    for k, c in enumerate(levels):
        figure = found.figure(k)
        low, high = np.exp(figure.bounds(0.95))
        out.append(("later" if c >= 10 else "first", int(c % 10) * 6 + 3, float(np.exp(figure.theta)), low, high))
    return pd.DataFrame(out, columns=["spell", "month", "value", "low", "high"])


def _members(view: View, panel: Cells, kept: Mask) -> pd.DataFrame:
    ids = view.spells["person_id"].to_numpy(dtype=object)[panel.spell[kept]]
    frame = pd.DataFrame({"person_id": ids, "spell": panel.spell[kept], "received": panel.received[kept]})
    out = frame.groupby("person_id", sort=True).agg(groups=("spell", "nunique"), months=("spell", "size"),
                                                    received=("received", "sum")).reset_index()  # fmt: skip
    out.insert(1, "name", [view.log.names.get(i, i) for i in out["person_id"]])
    return out.astype({"received": int})


def _rows(view: View, panel: Cells, kept: Mask) -> pd.DataFrame:
    behind = panel.cell_of_row >= 0
    behind[behind] = kept[panel.cell_of_row[behind]]
    return pd.DataFrame({"referral_id": view.rows["referral_id"][behind].to_numpy(), "arm": 1})


def _wrong(crude: Figure) -> pd.DataFrame:
    if not crude.usable:
        return with_wrong([])
    why = "Whoever has just joined receives little anywhere: a newcomer is compared with an established member."
    at95, at99 = np.exp(crude.bounds(0.95)), np.exp(crude.bounds(0.99))
    values: Floats = np.exp(np.array([crude.theta]))
    return with_wrong([("before and after the move", float(values[0]), (float(at95[0]), float(at95[1])),
                        (float(at99[0]), float(at99[1])), why)])  # fmt: skip
