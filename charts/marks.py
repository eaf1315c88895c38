"""Marks that many charts share: a key in one line, points with their intervals, bands, and an axis of ratios."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from charts.theme import Look, faded

RATIOS = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]
CLOSE = [0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0]
LINE = 17  # px a line of the key
WIDE = 50  # letters of it that a telephone shows in a line


def key(figure: go.Figure, parts: Sequence[tuple[str, str]], wide: int = WIDE) -> None:
    """Above the plot what each colour is, (text, colour) each, in as few lines as a telephone allows.

    wide: letters in a line, fewer where names to the left of the plot take room.
    """
    lines: list[list[tuple[str, str]]] = [[]]
    for part in parts:
        if lines[-1] and sum(len(text) + 3 for text, _ in [*lines[-1], part]) > wide:
            lines.append([])
        lines[-1].append(part)
    text = "<br>".join(
        "   ".join(f'<span style="color:{colour}">{said}</span>' for said, colour in line) for line in lines
    )
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=6, align="left",
        showarrow=False, text=text, font={"size": 12},
    )  # fmt: skip
    figure.update_layout(margin={"t": 12 + LINE * len(lines)})


def whiskers(
    figure: go.Figure, x: Sequence, value: pd.Series, low: pd.Series, high: pd.Series, said: Sequence[str],
    colour: str, of: Look, *, size: float = 10, symbol: str = "circle", text: str = "", axes: str = "",
) -> None:  # fmt: skip
    """Points with their intervals, one `said` each for whoever points at it. axes: "2" for the second pair of axes."""
    figure.add_trace(
        go.Scatter(
            x=list(x), y=list(value), mode="markers", name=text, customdata=list(said), xaxis=f"x{axes}",
            yaxis=f"y{axes}", hovertemplate="%{customdata}<extra></extra>",
            error_y=error(value, low, high, colour),
            marker={"color": colour, "size": size, "symbol": symbol, "line": {"color": of.ground, "width": 1.5}},
        )
    )  # fmt: skip


def error(value: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict:
    """An interval around each value; where it is unknown or without end, none is drawn."""
    up, down = (np.asarray(pd.Series(v, dtype=float)) for v in (high - value, value - low))
    known = np.isfinite(up) & np.isfinite(down)
    return {
        "type": "data", "symmetric": False, "array": np.where(known, up, 0.0),
        "arrayminus": np.where(known, down, 0.0), "color": faded(colour, 0.5), "thickness": 4, "width": 0,
    }  # fmt: skip


def band(figure: go.Figure, x: Iterable, low: Iterable, high: Iterable, colour: str, of: Look, axes: str = "") -> None:
    """The interval of a line."""
    across, floor, roof = list(x), list(low), list(high)
    figure.add_trace(
        go.Scatter(
            x=[*across, *across[::-1]], y=[*roof, *floor[::-1]], fill="toself", fillcolor=faded(colour, of.band),
            line={"width": 0}, mode="lines", hoverinfo="skip", xaxis=f"x{axes}", yaxis=f"y{axes}",
        )
    )  # fmt: skip


def line(
    figure: go.Figure, x: Iterable, y: Iterable, colour: str, dash: str = "solid", *, width: float = 2.5,
    text: str = "", told: str = "", axes: str = "",
) -> None:  # fmt: skip
    """A line without marks. told: what to say at a point, as Plotly's hover template; nothing without."""
    figure.add_trace(
        go.Scatter(
            x=list(x), y=list(y), mode="lines", name=text, xaxis=f"x{axes}", yaxis=f"y{axes}",
            line={"color": colour, "dash": dash, "width": width},
            hoverinfo=None if told else "skip", hovertemplate=f"{told}<extra></extra>" if told else None,
        )
    )  # fmt: skip


def pair(figure: go.Figure, zero: float, one: float, said: str, of: Look, *, mark: str = "", lit: bool = False) -> None:
    """A thin line from a member's value in arm 0 to the one in arm 1: upwards in the first colour.

    mark: what a click on it narrows to ("receiver:…"); lit: it is narrowed to that already.
    """
    figure.add_trace(
        go.Scatter(
            x=[0, 1], y=[zero, one], mode="lines+markers", opacity=1.0 if lit else 0.35, text=[said] * 2,
            customdata=[mark] * 2,
            line={"color": of.first if one > zero else of.second, "width": 3 if lit else 1},
            marker={"size": 9 if lit else 5}, hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip


def level(figure: go.Figure, at: float, of: Look, *, axis: str = "y") -> None:
    """A dotted line across the plot where there is no effect."""
    across = {"x0": 0, "x1": 1, "xref": "paper", "y0": at, "y1": at, "yref": axis}
    down = {"y0": 0, "y1": 1, "yref": "paper", "x0": at, "x1": at, "xref": axis}
    where = across if axis.startswith("y") else down
    figure.add_shape(type="line", layer="below", line={"color": of.wrong, "width": 1, "dash": "dot"}, **where)


def ratio_axis(values: Iterable[float], locale: str = formats.DEFAULT) -> dict:
    """An axis on which twice and half are equally far, around the values; intervals may leave it."""
    seen = [v for v in values if v and math.isfinite(v) and v > 0]
    low, high = min([*seen, 0.8]) / 1.25, max([*seen, 1.25]) * 1.25
    ticks = CLOSE if high / low < 5 else RATIOS
    return {
        "type": "log", "range": [math.log10(low), math.log10(high)], "tickvals": ticks,
        "ticktext": [times(t, locale) for t in ticks],
    }  # fmt: skip


def times(ratio: float, locale: str = formats.DEFAULT) -> str:
    """A ratio in as few signs as an axis needs: "0.5×", "2×"."""
    return formats.number(ratio, locale, 2 if ratio < 0.1 else 0 if float(ratio).is_integer() else 1) + "×"


def below(figure: go.Figure, x: Sequence, texts: Sequence[str], of: Look, what: str) -> None:
    """A row of counts under the axis, and what they count."""
    for at, text in zip(x, texts, strict=True):
        figure.add_annotation(
            x=at, y=0, yref="paper", yanchor="top", yshift=-20, text=text, showarrow=False,
            font={"size": 11, "color": of.soft},
        )  # fmt: skip
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=0, yref="paper", yanchor="top", yshift=-36, text=what, showarrow=False,
        font={"size": 11, "color": of.soft},
    )  # fmt: skip
    figure.update_layout(margin={"b": 58})


def kept(frame: pd.DataFrame | None, *columns: str) -> pd.DataFrame:
    """The rows of a frame in which the columns are known; none where the frame does not have them."""
    if frame is None or not set(columns) <= set(frame.columns):
        return pd.DataFrame(columns=list(columns))
    return frame.dropna(subset=list(columns)).reset_index(drop=True)
