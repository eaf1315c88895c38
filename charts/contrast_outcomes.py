"""What became of two kinds of referrals: days to a win, how the parts compare in count and money, single amounts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.contrast_outcomes import Outcomes
from charts.arms import Arms, curves_of
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded

HALF_YEAR = 180
DOTS = 700  # amounts drawn an arm; with more, every so-manieth in their order
LARGE = 0.2  # of an arm's money in one referral: that is said
GOLDEN = 0.618034
WHAT = {"referrals": "the referrals", "won": "those won", "money": "their money"}


@drawn
def closing(o: Outcomes, arms: Arms, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Share won by day of either kind, with its range and the numbers still followed."""
    drawing = curves_of(o.curves, arms, "cif", "won", of, locale)
    if drawing is None:
        return None
    said = []
    for k in (1, 0):
        part = o.curves[(o.curves["arm"] == k) & (o.curves["day"] <= HALF_YEAR)]
        if len(part) and int(part["day"].iloc[-1]) == HALF_YEAR:
            said.append((arms.of(k), part.iloc[-1]))
    if len(said) < 2:
        return drawing
    (first, one), (second, zero) = said
    lead = (
        f"Won within half a year: {first} {formats.percent(one['cif'], locale)}, "
        f"{second} {formats.percent(zero['cif'], locale)}"
    )
    half = [_median_day(o.curves, k) for k in (1, 0)]
    pace = ""
    if None not in half:
        pace = f" Half of these wins come within {half[0]} days ({first}) and {half[1]} days ({second})."
    return Drawing(drawing.figure, f"{lead}.{pace} {drawing.sentence}", f"{lead}.{pace}")


def _median_day(curves: pd.DataFrame, arm: int) -> int | None:
    """The day by which half of an arm's wins of the first half-year have come."""
    part = curves[(curves["arm"] == arm) & (curves["day"] <= HALF_YEAR)]
    end = part["cif"].max()
    return int(part.loc[part["cif"] >= end / 2, "day"].iloc[0]) if end > 0 else None


@drawn
def parts(o: Outcomes, arms: Arms, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Count and money of the two arms as parts of a whole, each with the range of the part."""
    table = o.parts
    if table.empty:
        return None
    rows = list(range(len(table), 0, -1))
    figure = canvas(of, 62 * len(table) + 46, barmode="stack", bargap=0.5)
    currency = str(o.money["currency"].iloc[0] or "") if len(o.money) else ""
    told = [[_amount(row.what, value, currency, locale) for row in table.itertuples() for value in (getattr(row, arm),)]
            for arm in ("one", "zero")]  # fmt: skip
    for values, texts, colour, arm, anchor in (
        (table["share"], told[0], of.first, arms.one, "start"),
        (1 - table["share"], told[1], of.second, arms.zero, "end"),
    ):
        figure.add_trace(
            go.Bar(
                x=values, y=rows, orientation="h", text=texts, textposition="inside", insidetextanchor=anchor,
                textangle=0, insidetextfont={"color": of.ground}, hovertemplate=f"%{{text}} {arm}<extra></extra>",
                marker={"color": colour},
            )
        )  # fmt: skip
    for row, y in zip(table.itertuples(), rows, strict=True):
        ends = (row.low, row.high)
        if not any(formats.missing(end) for end in ends):
            for colour, width in ((of.ground, 6), (of.ink, 3)):
                figure.add_shape(
                    type="line", x0=row.low, x1=row.high, y0=y, y1=y, line={"color": colour, "width": width}
                )
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=y, yanchor="bottom", yshift=17, showarrow=False, align="left",
            text=f"{row.what.capitalize()}: <b>{formats.percent(row.share, locale)}</b> {arms.one}"
            + ("" if formats.missing(row.low) else f" ({formats.span(row.low, row.high, formats.percent, locale)})"),
            font={"size": 12, "color": of.ink},
        )  # fmt: skip
    figure.update_xaxes(range=[0, 1], visible=False)
    figure.update_yaxes(visible=False, range=[0.55, len(table) + 0.85])
    corner(figure, arms.one, of.first)
    corner(figure, arms.zero, of.second, x=1)
    figure.update_layout(margin={"t": 34})
    return Drawing(figure, parts_sentence(table, arms, locale))


def _amount(what: str, value: float, currency: str, locale: str) -> str:
    return formats.money(value, currency, locale, short=True) if what == "money" else formats.number(value, locale)


def parts_sentence(table: pd.DataFrame, arms: Arms, locale: str = formats.DEFAULT) -> str:
    share = dict(zip(table["what"], table["share"], strict=True))
    said = [f"{formats.percent(share[what], locale)} of {word}" for what, word in WHAT.items() if what in share]
    line = f"{arms.one.capitalize()} bring {', '.join(said[:-1])}{' and ' if len(said) > 1 else ''}{said[-1]}."
    if {"referrals", "money"} <= set(share) and (share["referrals"] - 0.5) * (share["money"] - 0.5) < 0:
        more = (arms.one, arms.zero) if share["referrals"] > 0.5 else (arms.zero, arms.one)
        return f"Count and money disagree: more referrals come from {more[0]}, more money from {more[1]}. {line}"
    return line


@drawn
def amounts(o: Outcomes, arms: Arms, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Every won amount on a scale on which ten times is always as far, with quartiles, median and its range."""
    table = o.money[o.money["n"] > 0] if len(o.money) else o.money
    if table.empty:
        return None
    figure = canvas(of, 130 * len(table) + 60)
    currency = str(table["currency"].iloc[0] or "")
    for place, row in zip(range(len(table), 0, -1), table.itertuples(), strict=True):
        colour = of.first if row.arm == 1 else of.second
        _dots(figure, o.amounts.loc[o.amounts["arm"] == row.arm, "amount"], place, colour, currency, locale)
        _box(figure, row, place, colour, of)
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=place, yanchor="bottom", yshift=30, showarrow=False, align="left",
            text=f"<b>{arms.of(row.arm)}</b>  {formats.number(row.n, locale)} won<br>median "
            f"<b>{formats.money(row.median, currency, locale)}</b>{_range(row, currency, locale)}",
            font={"size": 12, "color": of.ink},
        )  # fmt: skip
    _money_axis(figure, o.amounts["amount"], currency, locale)
    figure.update_yaxes(visible=False, range=[0.45, len(table) + 0.62])
    corner(figure, "● a won referral · bar: middle half · ◆ median", of.soft)
    return Drawing(figure, amounts_sentence(table, arms, currency, locale))


def _dots(figure: go.Figure, values: pd.Series, place: int, colour: str, currency: str, locale: str) -> None:
    ordered = np.sort(values.to_numpy(float))
    ordered = ordered[:: max(1, math.ceil(len(ordered) / DOTS))]
    away = (np.arange(len(ordered)) * GOLDEN) % 1 - 0.5  # evenly spread, and the same every time
    figure.add_trace(
        go.Scatter(
            x=ordered, y=place - 0.12 + 0.4 * away, mode="markers",
            text=[formats.money(v, currency, locale) for v in ordered], hovertemplate="%{text}<extra></extra>",
            marker={"color": colour, "size": 5, "opacity": 0.3, "line": {"width": 0}},
        )
    )  # fmt: skip


def _box(figure: go.Figure, row: object, place: int, colour: str, of: Look) -> None:
    y = place - 0.12
    r = row  # a row of Outcomes.money
    for ends, width, ink in (((r.low50, r.high50), 12, faded(colour, 0.55)), ((r.low, r.high), 5, of.ink)):  # type: ignore[attr-defined]
        if not any(formats.missing(end) for end in ends):
            figure.add_trace(
                go.Scatter(x=list(ends), y=[y, y], mode="lines", hoverinfo="skip", line={"color": ink, "width": width})
            )
    figure.add_trace(
        go.Scatter(
            x=[r.median], y=[y], mode="markers", hoverinfo="skip",  # type: ignore[attr-defined]
            marker={"symbol": "diamond", "size": 12, "color": colour, "line": {"color": of.ground, "width": 1.5}},
        )
    )  # fmt: skip


def _range(row: object, currency: str, locale: str) -> str:
    low, high = row.low, row.high  # type: ignore[attr-defined]
    if formats.missing(low) or formats.missing(high):
        return ""
    return f" ({formats.money(low, currency, locale)} to {formats.money(high, currency, locale)})"


def _money_axis(figure: go.Figure, values: pd.Series, currency: str, locale: str) -> None:
    low, high = math.log10(float(values.min())), math.log10(float(values.max()))
    pad = 0.04 * max(high - low, 1.0)
    powers = range(math.floor(low), math.ceil(high) + 1)
    steps = [1, 3] if high - low < 2 else [1]
    ticks = [step * 10.0**p for p in powers for step in steps if low - pad <= math.log10(step * 10.0**p) <= high + pad]
    figure.update_xaxes(
        type="log", range=[low - pad, high + pad], tickvals=ticks, showgrid=True,
        ticktext=[formats.money(t, currency, locale, short=True) for t in ticks],
    )  # fmt: skip


def amounts_sentence(table: pd.DataFrame, arms: Arms, currency: str, locale: str = formats.DEFAULT) -> str:
    rows = {int(row.arm): row for row in table.itertuples()}
    if len(rows) < 2:
        (only,) = rows.values()
        said = f"Only {arms.of(only.arm)} have amounts: the median is {formats.money(only.median, currency, locale)}."
    else:
        ends = [(r.low, r.high) for r in (rows[1], rows[0])]
        known = not any(formats.missing(end) for pair in ends for end in pair)
        apart = known and (ends[0][0] > ends[1][1] or ends[1][0] > ends[0][1])
        more, less = (1, 0) if rows[1].median >= rows[0].median else (0, 1)
        values = [f"{arms.of(k)} {formats.money(rows[k].median, currency, locale)}" for k in (more, less)]
        lead = "worth more" if apart else "worth about as much either way, as far as can be told"
        said = f"The usual won referral is {lead}: {values[0]}, {values[1]}."
    for row in rows.values():
        if row.sum and row.largest / row.sum > LARGE:
            part = formats.percent(row.largest / row.sum, locale)
            said += f" One single referral is {part} of the money of {arms.of(row.arm)}."
    return said
