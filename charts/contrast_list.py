"""A list in which nobody is ranked by a raw figure: each drawn value with its range, the own one hollow beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts import marks
from charts.theme import Look, canvas, faded

ROW = 21  # px
FOOT = 1.4  # rows between the list and what stands under it


@dataclass(frozen=True)
class Foot:
    """What stands under the list: the whole, or what may be expected of another one."""

    text: str
    value: float | None  # None: a range without a middle
    low: float | None
    high: float | None
    said: str
    colour: str


def listed(rows: pd.DataFrame, feet: Sequence[Foot], of: Look, named: Callable[[Sequence[str]], list[str]],
           lit: frozenset[str] = frozenset()) -> go.Figure:  # fmt: skip
    """rows, from the top: text, shrunk, shrunk_low, shrunk_high, value, said, mark (what a click narrows to).

    named: makes labels that fit; lit: marks to which the page is narrowed already.
    """
    places = list(range(len(rows), 0, -1))
    below = [-FOOT * k - 0.5 for k in range(len(feet))]
    figure = canvas(of, round(ROW * (len(rows) + FOOT * len(feet) + 1)) + 74)
    shines = [mark in lit for mark in rows["mark"]]
    figure.add_trace(
        go.Scatter(
            x=rows["value"], y=places, mode="markers", hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 7, "color": of.soft, "line": {"width": 1.2}},
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=rows["shrunk"], y=places, mode="markers", text=rows["said"], customdata=rows["mark"],
            hovertemplate="%{text}<extra></extra>",
            error_x=marks.error(rows["shrunk"], rows["shrunk_low"], rows["shrunk_high"], of.first),
            marker={"size": [12 if s else 8 for s in shines], "color": of.first,
                    "line": {"color": [of.ink if s else of.ground for s in shines],
                             "width": [2 if s else 1 for s in shines]}},
        )
    )  # fmt: skip
    for foot, place in zip(feet, below, strict=True):
        _foot(figure, foot, place, of)
    figure.update_yaxes(
        tickvals=[*places, *below], showgrid=False, range=[min([*below, 0.5]) - 0.7, len(rows) + 0.7],
        ticktext=[*named(list(rows["text"])), *(f"<b>{foot.text}</b>" for foot in feet)],
    )  # fmt: skip
    return figure


def _foot(figure: go.Figure, foot: Foot, place: float, of: Look) -> None:
    ends = (foot.low, foot.high)
    if None not in ends:
        figure.add_trace(
            go.Scatter(
                x=list(ends), y=[place, place], mode="lines", hoverinfo="skip",
                line={"color": faded(foot.colour, 0.5), "width": 9},
            )
        )  # fmt: skip
    middle = foot.value if foot.value is not None else sum(end or 0.0 for end in ends) / 2
    figure.add_trace(
        go.Scatter(
            x=[middle], y=[place], mode="markers", text=[foot.said], hovertemplate="%{text}<extra></extra>",
            marker={"symbol": "diamond", "size": 12, "color": foot.colour, "opacity": float(foot.value is not None),
                    "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
