"""A wheel of names: places on a circle, names that point outwards, and lines that are wide at the giver.

A wide end and a pointed one show the direction without arrow heads, which would cover one another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts.theme import Look, canvas, faded

HEIGHT = 500
REACH = 1.68  # of the radius, so that names have room on a telephone
LETTERS = 11  # of a name
BEND, APART = 0.62, 0.07  # how far lines give way to the middle, and the two of a pair to one another
POINTS = 9  # along a line
Place = tuple[float, float]


def places(angles: np.ndarray) -> np.ndarray:
    """x, y for angles in radians, clockwise from the top."""
    return np.stack([np.sin(angles), np.cos(angles)], axis=1)


def wheel(of: Look) -> go.Figure:
    figure = canvas(of, HEIGHT, margin={"l": 0, "r": 0, "t": 8, "b": 0})
    figure.update_xaxes(visible=False, range=[-REACH, REACH])
    figure.update_yaxes(visible=False, range=[-REACH, REACH], scaleanchor="x", scaleratio=1)
    return figure


def labels(figure: go.Figure, angles: np.ndarray, texts: Sequence[str], colours: Sequence[str], gap: float = 9) -> None:
    """Names outside the circle, along its spokes, so that sixty do not touch."""
    size = 10.5 if len(texts) <= 40 else 9.5
    made = []
    for angle, (x, y), text, colour in zip(angles, places(angles), texts, colours, strict=True):
        lean = np.degrees(angle) - 90  # clockwise from lying flat
        right = x >= 0
        # The box around leaning text is anchored at a corner; half a line is taken off to centre it on its spoke.
        half = size * 0.62
        made.append({
            "x": x, "y": y, "text": text, "showarrow": False, "textangle": lean if right else lean - 180,
            "xanchor": "left" if right else "right", "yanchor": "bottom" if y >= 0 else "top",
            "xshift": x * gap - np.sign(x) * abs(y) * half, "yshift": y * gap - (1 if y >= 0 else -1) * abs(x) * half,
            "font": {"size": size, "color": colour}, "borderpad": 0, "borderwidth": 0,
        })  # fmt: skip
    figure.layout.annotations = [*figure.layout.annotations, *made]  # at once: each one added copies all before it


def lines(figure: go.Figure, ends: Sequence[tuple[Place, Place]], widths: Sequence[float], colour: str,
          opacity: float, *, bend: float = BEND) -> None:  # fmt: skip
    """Filled slivers from giver to taker. widths: at the giver's end, in radii."""
    x: list[float | None] = []
    y: list[float | None] = []
    for (giver, taker), width in zip(ends, widths, strict=True):
        outline = _sliver(np.array(giver), np.array(taker), width, bend)
        x += [*outline[:, 0].round(3), None]
        y += [*outline[:, 1].round(3), None]
    if x:
        figure.add_trace(
            go.Scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=faded(colour, opacity), line={"width": 0},
                       hoverinfo="skip")
        )  # fmt: skip


def _sliver(giver: np.ndarray, taker: np.ndarray, width: float, bend: float) -> np.ndarray:
    along = taker - giver
    length = float(np.hypot(*along)) or 1.0
    aside = np.array([-along[1], along[0]]) / length
    knee = (giver + taker) / 2 * (1 - bend) + aside * APART * length
    t = np.linspace(0, 1, POINTS)[:, None]
    middle = (1 - t) ** 2 * giver + 2 * t * (1 - t) * knee + t**2 * taker
    slope = 2 * (1 - t) * (knee - giver) + 2 * t * (taker - knee)
    normal = np.stack([-slope[:, 1], slope[:, 0]], axis=1) / np.maximum(np.linalg.norm(slope, axis=1), 1e-9)[:, None]
    half = normal * (width / 2 * (1 - 0.88 * t))
    return np.concatenate([middle + half, (middle - half)[::-1]])


def knots(
    figure: go.Figure, at: np.ndarray, told: Sequence[str], of: Look, opens: Sequence[str] = (), **marker: object
) -> None:  # fmt: skip
    """told: what a dot says when it is pointed at; opens: the person whom a click on it opens, "" for none."""
    figure.add_trace(
        go.Scatter(
            x=at[:, 0], y=at[:, 1], mode="markers", text=list(told), hovertemplate="%{text}<extra></extra>",
            customdata=[f"member:{one}" if one else "" for one in opens] or None,
            marker={"line": {"color": of.ground, "width": 1.5}, "opacity": 1, **marker},
        )
    )  # fmt: skip
