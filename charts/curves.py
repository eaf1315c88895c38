"""Chance of an event by day, what is still open counted as open, with the numbers still followed under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

import formats
from charts import marks
from charts.theme import Look, canvas, faded, label

CURVE_DAYS = 365
QUARTERLY = (0, 90, 180, 270, 365)
ROW = 16  # px a row of numbers
NARROW = 60  # days


@dataclass(frozen=True)
class Curve:
    """frame: day, value, and at_risk, low and high where they are known; in the order of the days."""

    text: str
    colour: str
    dash: str
    frame: pd.DataFrame


def curve(text: str, colour: str, dash: str, frame: pd.DataFrame, value: str) -> Curve:
    """A part of a claim's frame, cut after a year."""
    part = frame[frame["day"] <= CURVE_DAYS].dropna(subset=[value]).sort_values("day")
    return Curve(text, colour, dash, part.rename(columns={value: "value"}))


def cumulative(curves: Sequence[Curve], event: str, of: Look, days: Sequence[int] = QUARTERLY) -> go.Figure:
    """Steps upwards; a curve ends where too few are followed, which may be before the year is over."""
    followed = [c for c in curves if "at_risk" in c.frame]
    foot = 30 + ROW * (len(followed) + 1) if followed else 30
    figure = canvas(of, 290 + foot, margin={"l": 8, "r": 28, "t": 8, "b": foot})
    for c in curves:
        if {"low", "high"} <= set(c.frame) and c.frame["low"].notna().any():
            held = c.frame.dropna(subset=["low", "high"])
            marks.band(figure, held["day"], held["low"], held["high"], c.colour, of)
        told = f"day %{{x}}: %{{y:.1%}} {event} ({c.text})<extra></extra>"
        stroke = {"shape": "hv", "color": c.colour, "dash": c.dash, "width": 2.5}
        figure.add_trace(go.Scatter(x=c.frame.day, y=c.frame.value, mode="lines", line=stroke, hovertemplate=told,
                                    name=c.text))  # fmt: skip
    for place, c in enumerate(followed):
        _at_risk(figure, c, days, -34 - ROW * place)
    if followed:
        _foot(figure, of, -34 - ROW * len(followed))
    if len(curves) > 2:
        marks.key(figure, [(c.text, c.colour) for c in curves])
    elif len(curves) == 2:
        _at_the_ends(figure, curves, of)
    figure.update_xaxes(
        range=[0, CURVE_DAYS],
        tickvals=list(days),
        ticklabeloverflow="allow",
        ticktext=[*map(str, days[:-1]), f"{days[-1]} days"],
    )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure


def said(curves: Sequence[Curve], locale: str = formats.DEFAULT) -> str:
    """Where each curve ends: "45 % by day 365 (partners), …"."""
    ends = [(c, c.frame.iloc[-1]) for c in curves]
    return ", ".join(f"{formats.percent(end.value, locale)} by day {int(end.day)} ({c.text})" for c, end in ends)


def _at_the_ends(figure: go.Figure, curves: Sequence[Curve], of: Look) -> None:
    """The name of each curve at its end, the higher one above it, the lower one below."""
    ends = [c.frame.iloc[-1] for c in curves]
    highest, lowest = (f((e.value for e in ends), default=0) for f in (max, min))
    close = highest * 0.88 < lowest
    for c, end in zip(curves, ends, strict=True):
        top = end.value == highest
        label(
            figure, end.day, end.value, c.text, c.colour, xanchor="right", yanchor="bottom" if top else "top",
            yshift=4 if top else -36 if close else -10,
            bgcolor=faded(of.ground, 0.8),
        )  # fmt: skip


def _at_risk(figure: go.Figure, c: Curve, days: Sequence[int], shift: int) -> None:
    roomy = days if days[1] >= NARROW else days[1:]  # numbers of four digits must not run into one another
    for mark in (m for m in roomy if m <= c.frame.day.max()):
        n = int(c.frame.at_risk[c.frame.day <= mark].iloc[-1])
        anchor = {0: "left", days[-1]: "right"}.get(mark, "center")
        figure.add_annotation(
            x=mark, y=0, yref="paper", yshift=shift, text=f"{n}", showarrow=False, xanchor=anchor,
            hovertext=f"{c.text}: still followed on day {mark}", font={"size": 11, "color": c.colour},
        )  # fmt: skip


def _foot(figure: go.Figure, of: Look, shift: int) -> None:
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=0, yref="paper", yshift=shift, showarrow=False,
        text="↑ still followed on that day", font={"size": 11, "color": of.soft},
    )  # fmt: skip
