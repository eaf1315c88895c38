"""Tenure and results: the same people by year of membership, whoever is there greyed beside it, and who left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, corner, faded, label

RATIOS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]


def drawings(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    drawn = (curve(result, of, locale), interval(result, of, locale), attrition(result, of, locale))
    return [drawing for drawing in drawn if drawing]


def page(of: Look, locale: str) -> Callable[[Result], list[Drawing]]:
    """On its own page, where who stays has a card of its own."""

    def draw(result: Result) -> list[Drawing]:
        return [drawing for drawing in (curve(result, of, locale), interval(result, of, locale)) if drawing]

    return draw


@drawn
def curve(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Received by year of membership, against the first year: the same people, and whoever is there greyed."""
    frame = result.data.get("curve", pd.DataFrame())
    if frame.empty or frame["same"].notna().sum() < 2:
        return None
    frame = frame.sort_values("tenure_year")
    same = "the same people, net of the group’s drift" if bool(frame["net"].any()) else "the same people"
    figure = canvas(of, 330)
    band = frame.dropna(subset=["low", "high"])
    figure.add_trace(
        go.Scatter(
            x=[*band.tenure_year, *band.tenure_year[::-1]],
            y=[*band.high, *band.low[::-1]],
            fill="toself",
            fillcolor=faded(of.first, of.band),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    )
    _line(figure, frame, "cross_section", of.wrong, "dash", "whoever is there that year", of)
    _line(figure, frame, "same", of.first, "solid", same, of)
    drawn = frame[["same", "cross_section"]].to_numpy(dtype=float)
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    # A ratio's axis: twice and half are equally far. A very wide band may leave the frame, the lines may not.
    ends = np.log10([min(drawn.min() / 1.5, 0.5), max(drawn.max() * 1.5, 2.0)])
    figure.update_yaxes(type="log", range=list(ends), tickvals=RATIOS, ticktext=[f"{r:g}×" for r in RATIOS])
    figure.update_xaxes(tickvals=list(frame.tenure_year), ticktext=_years(frame.tenure_year))
    corner(figure, "referrals received, first year = 1×", of.soft)
    return Drawing(figure, _sentence(result, locale))


def _line(figure: go.Figure, frame: pd.DataFrame, column: str, colour: str, dash: str, text: str, of: Look) -> None:
    part = frame.dropna(subset=[column])
    if part.empty:
        return
    told = f"year %{{customdata}}: %{{y:.2f}}× the first year ({text})<extra></extra>"
    figure.add_trace(
        go.Scatter(
            x=part.tenure_year,
            y=part[column],
            mode="lines+markers",
            name=text,
            marker={"size": 6},
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate=told,
            customdata=[int(y) + 1 for y in part.tenure_year],
        )
    )
    other = frame["cross_section" if column == "same" else "same"].dropna()
    above = part[column].iloc[-1] >= (other.iloc[-1] if len(other) else 0)
    label(
        figure,
        part.tenure_year.iloc[-1],
        np.log10(part[column].iloc[-1]),
        text,
        colour,
        xanchor="right",
        yanchor="bottom" if above else "top",
        yshift=8 if above else -8,
        bgcolor=faded(of.ground, 0.8),  # a wobbling line may run behind its own label
    )


def _years(years: pd.Series) -> list[str]:
    """Year 0 of the frame is the first year of membership."""
    return [f"year {int(y) + 1}" if i == 0 else f"{int(y) + 1}" for i, y in enumerate(years)]


def _sentence(result: Result, locale: str) -> str:
    said = []
    for key, text in (
        ("yearly_ratio_cross_section", "whoever is there"),
        ("yearly_ratio_same_person", "the same people"),
        ("yearly_ratio_net_of_drift", "the same people net of the group’s own drift"),
    ):
        if found := words.estimate(result, key):
            said.append(f"{formats.yearly(found.value, locale)} ({text})")
    return (
        "Change in referrals received for each further year: " + ", ".join(said) + "."
        if said
        else (words.headline(result, locale) + ".")
    )


@drawn
def attrition(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """How many entered each year of membership, and how many left in it: who the later years are made of."""
    frame = marks.kept(result.data.get("attrition"), "tenure_year", "entered", "left")
    if frame.empty:
        return None
    frame = frame.sort_values("tenure_year")
    figure = canvas(of, 170, barmode="stack", bargap=0.25)
    rest = (frame.entered - frame.left).clip(lower=0)
    for values, colour, text, pattern in (
        (rest, of.first, "stayed or are in it now", ""),
        (frame.left, of.second, "left in that year", "/"),
    ):
        figure.add_trace(
            go.Bar(
                x=frame.tenure_year,
                y=values,
                name=text,
                hovertemplate=f"%{{y}} {text}<extra></extra>",
                marker={
                    "color": faded(colour, 0.75),
                    "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": of.ground},
                },
            )
        )
    figure.update_xaxes(tickvals=list(frame.tenure_year), ticktext=_years(frame.tenure_year))
    figure.update_yaxes(nticks=4)
    corner(figure, "members who reached that year", of.first)
    corner(figure, "left in it", of.second, x=1)
    first, last = frame.iloc[0], frame.iloc[-1]
    seen, reached = formats.count(first.entered, "member", locale), formats.number(last.entered, locale)
    sentence = (
        f"{seen} were seen in year {int(first.tenure_year) + 1}, {reached} reached year {int(last.tenure_year) + 1}"
    )
    return Drawing(figure, f"{sentence}; {formats.number(frame.left.sum(), locale)} left on the way.")
