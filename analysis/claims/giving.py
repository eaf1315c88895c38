"""What comes back to those who give: referrals in the months after, from anybody or from others than they gave to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Gate, Measured, event_gates, with_wrong
from analysis.claims.others import direct_returns, from_others, share_from_others
from analysis.estimators import Codes, compact
from analysis.intervals import NOTHING, Figure, Floats
from analysis.lag_lead import REACH, Windows, elasticity, given_by_cell, lag_lead, lag_of, month_fit, of_members
from analysis.panel import Fit, NotIdentifiedError, pooled_poisson
from analysis.population import Log, Mask, View
from analysis.settings import Settings

ONE_PERSON = (
    "Giving and receiving go up and down together for the whole group. What comes after giving can be told only "
    "from several people's months side by side: choose the whole group to see it."
)
NO_GIVING = (
    "Nobody here both gives and receives: the log holds no referral given by one of its receivers. Log what "
    "members pass to one another, with the giver's name in the column “source”."
)
NOT_ALONE = "receiving may lead to giving, which hides it; a contradiction would need the plain lag to be near nought"


@dataclass(frozen=True)
class Giving:
    """One entry a usable member-month. received: the outcome; before, after: referrals given in the six months on
    either side; unit: spell; person: its member."""

    windows: Windows
    received: Floats
    given: Floats
    before: Floats
    after: Floats
    unit: Codes
    person: Codes
    month: Codes
    exposure: Floats

    def fit(self) -> Fit | None:
        try:
            return lag_lead(self.received, self.before, self.after, self.unit, self.month, self.exposure,
                            cluster=self.person)  # fmt: skip
        except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
            return None


def giving(view: View, rows: Mask | None = None) -> Giving:
    """The member-months of the view; rows: the receipts that count as the outcome (all, without any)."""
    found = of_members(view)
    panel, at = found.panel, found.at
    behind = panel.cell_of_row if rows is None else panel.cell_of_row[rows]
    received = np.bincount(behind[behind >= 0], minlength=len(panel.spell)).astype(float)
    given = given_by_cell(view, panel)
    return Giving(found, received[at], given[at], found.total(given, -REACH, -1), found.total(given, 1, REACH),
                  panel.spell[at], panel.person[at], panel.month[at], panel.exposure[at])  # fmt: skip


class GivingLeads(Claim):
    """R7: elasticity of referrals received to own giving in the six months before, less that to giving in the six
    months after (same member, calendar months taken out).

    data: "event" (offset −6 … 6 in months, value, low, high: elasticity of receipts at t to giving at t + offset, all
    offsets at once), "members" (person_id, name, months, given, received), "rows", "wrong".
    """

    id = "R7"
    title = "Pass business on, and more comes to you afterwards"
    work = "Great Referrals Aren't Accidents"
    grade = "A"
    needs = ("source",)
    unit = "member-months"
    estimates: ClassVar = {
        "lag_minus_lead": "elasticity of referrals received to those given in the six months before, less that to "
        "those given in the six months after",
        "lag": "elasticity to giving in the six months before, beside the months after",
        "lead": "elasticity to giving in the six months after: the alarm for busy people being busy",
        "plain_lag": "the misleading way: elasticity to giving in the six months before, alone",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        cells = giving(view)
        refused = refusal(view, self.id, cells)
        return refused or measure(view, self, cells, None, detail)


class ReturnsFromOthers(Claim):
    """R8: as R7 with only those receipts that come from people to whom nothing was given in the half-years around.

    data: as R7, and "others" (person_id, name, receipts, others, expected: receipts in the half-year after giving, how
    many came from members not given to, and how many would if sources took no notice).
    """

    id = "R8"
    title = "What you give comes back from somebody else"
    work = "Great Referrals Aren't Accidents"
    grade = "A"
    needs = ("source",)
    unit = "member-months"
    estimates: ClassVar = {
        "lag_minus_lead_others": "elasticity of referrals received from people not given to in the six months before "
        "and after, to own giving in the six months before less that after",
        "direct_return_ratio": "referrals returned by the same person within 90 days of one given, over those that the "
        "group's calendar would put there",
        "lag_others": "elasticity to giving in the six months before, beside the months after",
        "lead_others": "elasticity to giving in the six months after",
        "plain_lag_others": "the misleading way: elasticity to giving in the six months before, alone",
        "share_from_others": "of the referrals that members received in the half-year after giving, the share from "
        "members they had not given to",
        "share_from_others_expected": "the same if sources took no notice of who had given to them",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        rows = from_others(view)
        cells = giving(view, rows)
        refused = refusal(view, self.id, cells)
        if refused:
            return refused
        measured = measure(view, self, cells, rows, detail)
        direct = direct_returns(view)
        also = "and directly too" if direct.bounds(0.99)[0] > 0 else None
        n = {"members": direct.clusters}
        estimates = [measured.estimates[0], direct.estimate("direct_return_ratio", "ratio", 0.0, n),
                     *measured.estimates[1:]]  # fmt: skip
        data = dict(measured.data)
        if detail:
            shares, frame = share_from_others(view)
            estimates += shares
            data["others"] = frame
        return replace(measured, estimates=tuple(estimates), adds=also, data=data)


def refusal(view: View, claim: str, cells: Giving) -> Measured | None:
    if view.log.receiver:
        return Measured(claim, view.day, unrecorded=(ONE_PERSON,), warnings=view.warnings)
    rows = view.group_rows
    if len(rows) and not rows["source_id"].isin(set(rows["receiver_id"]) | view.members).any():
        return Measured(claim, view.day, unrecorded=(NO_GIVING,), warnings=view.warnings)
    return None


def measure(view: View, claim: Claim, cells: Giving, rows: Mask | None, detail: bool) -> Measured:
    settings, fit = view.settings, cells.fit()
    figure = elasticity(fit) if fit else NOTHING
    kept = fit.kept if fit else np.zeros(len(cells.received), dtype=bool)
    n, events = int(kept.sum()), int(cells.received[kept].sum())
    counted = {"member_months": n, "members": len(np.unique(cells.person[kept])), "events": events}
    plain = _plain(cells)
    names = list(claim.estimates)
    estimates = [figure.estimate(names[0], "elasticity", 0.0, counted)]
    tail = [name for name in names if name.split("_")[0] in ("lag", "lead", "plain")][1:]
    lag, lead = (lag_of(fit), elasticity(fit, 1)) if fit else (NOTHING, NOTHING)
    estimates += [f.estimate(name, "elasticity", 0.0, counted)
                  for name, f in zip(tail, (lag, lead, plain), strict=True)]  # fmt: skip
    data = {"wrong": _wrong(cells, plain)}
    if detail:
        data |= _frames(view, cells, kept, rows)
    recent = kept & (cells.month >= cells.month.max(initial=0) - 11)
    low, high = plain.bounds(0.95)
    delta = settings.capital_elasticity
    withheld = {} if -delta < low and high < delta else {"contradicted": NOT_ALONE}
    return Measured(
        claim.id, view.day, figure, theta0=0.0, delta=delta, estimates=tuple(estimates),
        gates=_gates(figure, cells, kept, n, events, settings), n=n, unit=claim.unit,
        per_month=float(recent.sum()) / 12, basis={"source": "recorded"}, warnings=view.warnings, data=data,
        withheld=withheld,
    )  # fmt: skip


def _gates(figure: Figure, cells: Giving, kept: Mask, n: int, events: int, settings: Settings) -> tuple[Gate, ...]:
    members, calendar = len(np.unique(cells.person[kept])), len(np.unique(cells.month[kept]))
    least = settings.capital_lag_receipts
    more = int(np.ceil((least - events) * n / events)) if events else None
    return (
        *event_gates(figure, events, None, n, settings),
        Gate("members", members, settings.capital_lag_members, clusters=max(0, settings.capital_lag_members - members)),
        Gate("months with half a year on either side", calendar, settings.capital_lag_months),
        Gate("referrals received in them", events, least, more),
    )


def _plain(cells: Giving) -> Figure:
    try:
        return elasticity(month_fit(cells.received, np.log1p(cells.before), cells.unit, cells.month, cells.exposure,
                                    cluster=cells.person))  # fmt: skip
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return NOTHING


def _frames(view: View, cells: Giving, kept: Mask, rows: Mask | None) -> Mapping[str, pd.DataFrame]:
    panel = cells.windows.panel
    ids = view.spells["person_id"].to_numpy(dtype=object)[panel.spell[cells.windows.at]]
    members = pd.DataFrame({"person_id": ids[kept], "given": cells.given[kept], "received": cells.received[kept]})
    table = members.groupby("person_id", sort=True).agg(months=("given", "size"), given=("given", "sum"),
                                                        received=("received", "sum")).reset_index()  # fmt: skip
    table.insert(1, "name", [view.log.names.get(i, i) for i in table["person_id"]])
    used = np.zeros(len(panel.spell), dtype=bool)
    used[cells.windows.at[kept]] = True
    behind = panel.cell_of_row >= 0
    behind[behind] = used[panel.cell_of_row[behind]]
    if rows is not None:
        behind &= rows
    shown = pd.DataFrame({"referral_id": view.rows["referral_id"][behind].to_numpy(), "arm": 1})
    return {"event": _event(view, cells), "members": table.astype({"given": int, "received": int}), "rows": shown}


def _event(view: View, cells: Giving) -> pd.DataFrame:
    """Elasticity to giving at every month around, all at once."""
    offsets = np.arange(-REACH, REACH + 1)
    given = given_by_cell(view, cells.windows.panel)
    x = np.log1p(given[cells.windows.around])
    out = pd.DataFrame({"offset": offsets, "value": np.nan, "low": np.nan, "high": np.nan})
    try:
        fit = month_fit(cells.received, x, cells.unit, cells.month, cells.exposure, cluster=cells.person)
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return out
    for k in range(len(offsets)):
        figure = elasticity(fit, k)
        out.loc[k, ["value", "low", "high"]] = [figure.theta, *figure.bounds(0.95)]
    return out


def _wrong(cells: Giving, plain: Figure) -> pd.DataFrame:
    rows = []
    for name, figure, why in (
        ("members who give more against members who give less", _between(cells),
         "Whoever is well connected and active gives more and receives more; the one need not bring the other."),
        ("giving before, without a look at the months after", plain,
         "In a busy half-year people give and receive more: giving then predicts last month as well as next month."),
    ):  # fmt: skip
        if figure.usable:
            rows.append((name, figure.theta, figure.bounds(0.95), figure.bounds(0.99), why))
    return with_wrong(rows)


def _between(cells: Giving) -> Figure:
    """Elasticity of a member's monthly receipts to his monthly giving, one line a member."""
    person, count = compact(cells.person)
    if count < 3:
        return NOTHING
    time = np.bincount(person, cells.exposure, count)
    x = np.log1p(np.bincount(person, cells.given, count) / time * 12)
    try:
        fit = pooled_poisson(np.bincount(person, cells.received, count), np.column_stack([x, np.ones(count)]), time,
                             np.arange(count))  # fmt: skip
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return NOTHING
    return elasticity(fit)
