"""Customers and professional partners: the charts of S4 and S1."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts.arms import Arms, count_and_money, curves, slopes
from charts.contrast_members import forest
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, faded, name

KINDS = Arms("partners", "customers")
MOST_ROWS = 36  # receivers drawn, those with most; the sentence counts all


def close(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """S4: the difference, time to close with open referrals counted, slopes, and count beside money."""
    drawn = (
        interval(result, of, locale),
        curves(result, KINDS, "cif", "won", of, locale),
        slopes(result, KINDS, of, locale),
        count_and_money(result, KINDS, of, locale),
    )
    return [drawing for drawing in drawn if drawing]


def top_two(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """S1: the share of receivers, and one pair of bars a receiver, in count and in money."""
    drawn = [interval(result, of, locale)]
    frame = result.data.get("receivers", pd.DataFrame())
    if len(frame):
        drawn.append(_pairs(frame, "top_two", "customers", "good referrals", of, locale))
        if "top_two_value" in frame and frame[["top_two_value", "customers_value"]].fillna(0).to_numpy().sum() > 0:
            drawn.append(_pairs(frame, "top_two_value", "customers_value", "money", of, locale))
    return [drawing for drawing in drawn if drawing]


def page_close(of: Look, locale: str, chosen: frozenset[str]) -> Callable[[Result], list[Drawing]]:
    """S4 on its own page: the answer, each receiver's slope, and each receiver's own difference with its range."""

    def draw(result: Result) -> list[Drawing]:
        drawn = (interval(result, of, locale), slopes(result, KINDS, of, locale, chosen=chosen),
                 forest(result, KINDS, of, locale, chosen))  # fmt: skip
        return [drawing for drawing in drawn if drawing]

    return draw


def page_top_two(of: Look, locale: str) -> Callable[[Result], list[Drawing]]:
    return lambda result: top_two(result, of, locale)


@drawn
def _pairs(frame: pd.DataFrame, one: str, zero: str, what: str, of: Look, locale: str) -> Drawing:
    """Customers to the left, last year's top two to the right of one line, the receivers in order of the gap."""
    frame = frame.fillna({one: 0, zero: 0})
    most = (frame[one] + frame[zero]).rank(ascending=False, method="first") <= MOST_ROWS
    ordered = frame.assign(gap=frame[one] - frame[zero])[most].sort_values("gap", kind="stable")
    figure = canvas(of, 22 * len(ordered) + 60, barmode="overlay", bargap=0.3)
    named = [name(n) for n in ordered["name"]]
    rows = list(range(len(ordered)))
    picked = ordered["picks"] if "picks" in ordered else [""] * len(ordered)
    for column, sign, colour, text in (
        (zero, -1, of.second, "all customers"),
        (one, 1, of.first, "top two"),
    ):
        said = [
            f"{n}: {formats.number(v, locale)} from {text}" + (f" ({name(p)})" if sign > 0 and p else "")
            for n, v, p in zip(named, ordered[column], picked, strict=True)
        ]
        figure.add_trace(
            go.Bar(
                x=sign * ordered[column],
                y=rows,
                orientation="h",
                name=text,
                customdata=said,
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": faded(colour, 0.85)},
            )
        )
        figure.add_annotation(
            x=0,
            y=1,
            yref="paper",
            yshift=20,
            xanchor="left" if sign > 0 else "right",
            xshift=6 * sign,
            showarrow=False,
            text=text,
            font={"size": 12, "color": colour},
        )
    widest = max(float(ordered[[one, zero]].max().max()), 1.0)
    step = _step(widest)
    ticks = [sign * k * step for sign in (-1, 1) for k in range(1, int(widest // step) + 1)] + [0]
    figure.update_xaxes(
        range=[-widest * 1.08, widest * 1.08],
        tickvals=ticks,
        ticktext=[formats.money(abs(t), None, locale, short=True) for t in ticks],
        zeroline=True,
    )
    figure.update_yaxes(tickvals=rows, ticktext=named, showgrid=False)
    ahead, behind = int((frame[one] > frame[zero]).sum()), int((frame[one] < frame[zero]).sum())
    return Drawing(
        figure,
        f"In {what}, last year’s top two partners are ahead of all customers "
        f"for {formats.count(ahead, 'member', locale)}, behind for {behind}.",
    )


def _step(widest: float) -> float:
    """A round step that goes once or twice into the widest bar."""
    power = 10.0 ** math.floor(math.log10(widest))
    return next((max(1.0, k * power) for k in (0.5, 1.0, 2.0) if widest / (k * power) <= 2.5), 5 * power)
