"""A claim over several groups: the funnel, every group drawn to the mean, and what a further group may expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.groups import ByGroup
from charts import words
from charts.chapter_members import short_names
from charts.contrast_list import Foot, listed
from charts.drawn import drawn
from charts.marks import ratio_axis
from charts.theme import Drawing, Look, canvas, corner, faded, name

MOST = 40  # groups in the list; the table has all
WHAT = {
    "L1": "Share of referrals given in absence",
    "L4": "Referrals that a networked one led to",
    "L5": "Won, networked less linear",
    "L9": "Later referrals of sources begun in absence, against the others",
    "S1": "Members whose top two partners beat all customers",
    "S2": "Later referrals of a partner, against a customer’s",
    "S3": "Refers again within a year, partners less customers",
    "S4": "Won, partners’ less customers’ referrals",
    "S5": "Received from those one gave to, against from others",
    "T1": "Received with each further year, the same people",
    "R1": "Quarters of a member that brought something",
    "R2": "Received by the strongest, against what was expected of them",
    "R4": "Referrals from a source that is new",
    "R6": "Referrals that are answered within a year",
    "R7": "Received after giving more, less what came before it",
    "R8": "The same, from those one did not give to",
    "R13": "Next year’s receipts with each further tenth of diversity",
    "R14": "Received at second hand by who stands between others",
    "D3": "Asks that are met, after more given than taken less otherwise",
    "D4": "Referrals of a source with most of the thirteen, against others’",
    "D5": "Referrals of a pair after a year together, against before",
    "Q1": "New relationships that refer within 90 days",
    "Q2": "How much sooner a source refers per point of value",
    "Q3": "How often the higher rating refers sooner",
}  # fmt: skip
ALMOST = 0.95
FAR = (0.05, 20.0)  # ranges beyond may leave the axis
TICKS = 4  # on an axis, so that a telephone shows them apart
FUNNEL = ((0.998, "dot"), (0.95, "dash"))


def unit_of(by: ByGroup) -> words.Unit:
    return words.CLAIMS[by.claim].unit


def sentence(by: ByGroup, locale: str = formats.DEFAULT) -> str:
    """What a further group may expect."""
    write = unit_of(by).write
    assert by.further is not None
    span = formats.span(*by.further, write, locale).replace(" to ", " and ", 1)
    return f"A further group like these {len(by.entered)}: between {span}"


def lines(by: ByGroup, locale: str = formats.DEFAULT) -> list[str]:
    """The mean, how far groups differ, where a further one would lie, and what does not enter."""
    unit = unit_of(by)
    value, low, high = by.average()
    k = len(by.entered)
    said = [f"Mean over {formats.number(k, locale)} groups: {unit.write(value, locale)} "
            f"(95 %: {formats.span(low, high, unit.write, locale)})."]  # fmt: skip
    said += [_differ(by, locale), often(by, locale)]
    out = len(by.outside(0.95))
    lie = "No group lies" if not out else f"{formats.count(out, 'group', locale)} {'lies' if out == 1 else 'lie'}"
    said.append(f"{lie} outside the 95 % funnel, where chance alone puts about one in twenty.")
    if absent := len(by.table) - k:
        have = (
            "has too few members for a figure of its own"
            if absent == 1
            else "have too few members for one of their own"
        )
        said.append(f"{formats.count(absent, 'further group', locale)} {have}.")
    if by.claim == "T1":
        said.append("The calendar’s own drift is not taken off here: it is common to all groups.")
    return said


def _differ(by: ByGroup, locale: str) -> str:
    assert by.mean is not None
    if by.mean.tau2 <= 0:
        return "The groups differ no more than chance alone would make them."
    spread = by.spread()
    if by.scale == "ratio":
        size = f"a factor of {formats.number(spread, locale, 2)}"
    else:
        size = f"{formats.number(spread * 100, locale, 1)} points"
    return (
        f"Their true figures differ by about {size} (one standard deviation); "
        f"{formats.percent(by.mean.i2, locale)} of what is seen between them is more than chance."
    )


def often(by: ByGroup, locale: str = formats.DEFAULT) -> str:
    """In how many of ten groups like these the figure would lie on the side of no effect where most do."""
    assert by.beyond is not None
    above = by.beyond >= 0.5
    chance = by.beyond if above else 1 - by.beyond
    often = "In nearly all groups" if chance > ALMOST else f"In about {formats.of_base(chance, 10, locale)} groups"
    return f"{often} like these it would lie {'above' if above else 'below'} “{unit_of(by).null_word}”."


@drawn
def funnel(by: ByGroup, names: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Each group's own figure against how exactly it is known; the lines are where alike groups would lie."""
    unit, rows = unit_of(by), by.entered
    exact = 1 / rows["se"]
    grid = np.linspace(exact.min() * 0.85, exact.max() * 1.05, 60)
    figure = canvas(of, 340)
    for level, dash in FUNNEL:
        low, high = by.funnel(level, 1 / grid)
        for ends in (low, high):
            figure.add_trace(
                go.Scatter(x=grid, y=ends, mode="lines", hoverinfo="skip",
                           line={"color": of.wrong, "dash": dash, "width": 1.3})
            )  # fmt: skip
    middle = by.average()[0]
    figure.add_trace(go.Scatter(x=[grid[0], grid[-1]], y=[middle] * 2, mode="lines", hoverinfo="skip",
                                line={"color": of.first, "width": 1.5}))  # fmt: skip
    out = set(by.outside(0.95)["group_id"])
    apart = rows["group_id"].isin(out)
    figure.add_trace(
        go.Scatter(
            x=exact, y=rows["value"], mode="markers",
            text=[_told(row, by, names, locale) for row in rows.itertuples()], hovertemplate="%{text}<extra></extra>",
            marker={"size": 10, "color": [of.second if a else of.first for a in apart],
                    "symbol": ["diamond" if a else "circle" for a in apart],
                    "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    high_up = exact > grid.mean()
    for row, x, right in zip(rows[apart].itertuples(), exact[apart], high_up[apart], strict=True):
        figure.add_annotation(
            x=x, y=np.log10(row.value) if by.scale == "ratio" else row.value, showarrow=False, yshift=12,
            text=name(names.get(row.group_id, row.group_id)), xanchor="right" if right else "left",
            font={"size": 12, "color": of.second},
        )  # fmt: skip
    ends = np.concatenate(by.funnel(0.95, 1 / grid[[0, -1]]))
    _own_axis(figure, by, [*rows["value"], *ends], "y", locale)
    ticks = [grid[0] + share * (grid[-1] - grid[0]) for share in (0.12, 0.5, 0.88)]
    figure.update_xaxes(tickvals=ticks, ticktext=[_reach(by, 1 / t, locale) for t in ticks], range=[grid[0], grid[-1]],
                        title={"text": "a group’s own 95 % range, narrower →"})  # fmt: skip
    corner(figure, "— mean · - - 95 % · ··· 99.8 %, were all alike", of.soft)
    title = (
        "No group lies beyond what chance alone would make"
        if not out
        else f"{formats.count(len(out), 'group', locale)} of {formats.number(len(rows), locale)} "
        f"{'lies' if len(out) == 1 else 'lie'} outside the 95 % funnel"
    )
    return Drawing(figure, f"{title}; the mean is {unit.write(middle, locale)}. {WHAT[by.claim]}.", title)


def _reach(by: ByGroup, se: float, locale: str) -> str:
    """Half of a 95 % range at the mean, as a reader would say it."""
    low, high = by.funnel(0.95, np.array([se]))
    if by.scale == "ratio":
        factor = float(np.sqrt(high[0] / low[0]))
        return f"× or ÷ {formats.number(factor, locale, 2 if factor < 1.2 else 1)}"
    return f"± {formats.number(float(high[0] - low[0]) * 50, locale)} points"


@drawn
def shrunken(by: ByGroup, names: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Every group by name, drawn to the mean as far as its own error makes it uncertain; a further group below."""
    unit = unit_of(by)
    rows = by.entered.assign(text=[names.get(g, g) for g in by.entered["group_id"]])
    rows = rows.sort_values("text", key=lambda t: t.str.casefold(), kind="stable").head(MOST)
    rows = rows.assign(said=[_told(row, by, names, locale) for row in rows.itertuples()], mark="")
    value, low, high = by.average()
    assert by.further is not None
    feet: Sequence[Foot] = (
        Foot("Mean", value, low, high, f"mean over groups: {unit.write(value, locale)}", of.ink),
        Foot("A further group", None, *by.further, sentence(by, locale), of.third),
    )
    figure = listed(rows, feet, of, short_names)
    figure.add_shape(type="line", x0=by.null, x1=by.null, y0=0, y1=1, yref="paper", layer="below",
                     line={"color": of.wrong, "width": 1, "dash": "dot"})  # fmt: skip
    figure.add_shape(type="rect", x0=by.further[0], x1=by.further[1], y0=0, y1=1, yref="paper", layer="below",
                     fillcolor=faded(of.third, 0.1), line_width=0)  # fmt: skip
    _own_axis(figure, by, [*rows["shrunk_low"], *rows["shrunk_high"], *by.further, by.null], "x", locale)
    corner(figure, "○ own · ● drawn to the mean, 95 %", of.soft, x=1)
    figure.update_xaxes(title={"text": f"dotted: {unit.null_word}"})
    return Drawing(
        figure,
        f"{len(by.entered)} groups by name, each drawn to the mean with its range; {sentence(by, locale).lower()}.",
        "Every group by name, drawn to the mean as far as its own figure is uncertain",
    )


def _own_axis(figure: go.Figure, by: ByGroup, values: Sequence[float], axis: str, locale: str) -> None:
    seen = [float(v) for v in values if np.isfinite(v)]
    update = figure.update_yaxes if axis == "y" else figure.update_xaxes
    if by.scale == "ratio":
        update(**_factors(by, [v for v in seen if FAR[0] < v < FAR[1]], locale))
        return
    low, high = min(seen), max(seen)
    pad = 0.06 * (high - low)
    low, high = max(low - pad, 0.0) if by.scale == "share" else low - pad, high + pad
    if by.scale == "share":
        update(range=[low, min(high, 1.0)], tickformat=".0%", nticks=6)
        return
    step = next((s for s in (0.02, 0.05, 0.1, 0.2) if (high - low) / s <= TICKS), 0.5)
    ticks = [round(k * step, 3) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
    update(range=[low, high], tickvals=ticks, ticktext=[formats.signed(100 * t, locale) for t in ticks])


def _factors(by: ByGroup, values: Sequence[float], locale: str) -> dict:
    """An axis on which twice and half are equally far; of yearly changes one that shows a few per cent."""
    if unit_of(by).write is not formats.yearly:
        return ratio_axis(values, locale)
    low, high = min([*values, 1.0]), max([*values, 1.0])
    pad = 0.08 * np.log10(high / low)
    step = next((s for s in (0.02, 0.05, 0.1, 0.2) if (high - low) / s <= TICKS), 0.5)
    ticks = [1 + k * step for k in range(-int((1 - low) / step), int((high - 1) / step) + 1)]
    return {"type": "log", "range": [np.log10(low) - pad, np.log10(high) + pad], "tickvals": ticks,
            "ticktext": [formats.yearly(t, locale) for t in ticks]}  # fmt: skip


def _told(row: object, by: ByGroup, names: Mapping[str, str], locale: str) -> str:
    unit, r = unit_of(by), row
    own = f"{unit.write(r.value, locale)} ({formats.span(r.low95, r.high95, unit.write, locale)})"  # type: ignore[attr-defined]
    drawn = f"{unit.write(r.shrunk, locale)} ({formats.span(r.shrunk_low, r.shrunk_high, unit.write, locale)})"  # type: ignore[attr-defined]
    n = formats.count(r.members, "member", locale)  # type: ignore[attr-defined]
    return f"{name(names.get(r.group_id, r.group_id))}: own {own}<br>drawn to the mean {drawn}<br>{n}"  # type: ignore[attr-defined]


def table(by: ByGroup, names: Mapping[str, str]) -> pd.DataFrame:
    """Every group by name, those too that do not enter and why."""
    out = by.table.assign(Group=[names.get(g, g) for g in by.table["group_id"]])
    out = out.sort_values("Group", key=lambda t: t.str.casefold(), kind="stable")
    columns = {"Group": "Group", "members": "Members", "n": "n", "unit": "of", "shrunk": "Drawn to the mean",
               "shrunk_low": "95 % from", "shrunk_high": "to", "value": "Own figure", "low95": "own 95 % from",
               "high95": "own to", "top": "Chance of the highest quarter", "why": "Not in the mean: why"}  # fmt: skip
    return out[list(columns)].rename(columns=columns)
