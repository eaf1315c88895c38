"""A Plotly figure as what a slide is made of: panels that become charts, and what lies around them.

Nothing is computed anew: every number is the figure's own. Lengths are the figure's pixels, from its upper left corner.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from report import deck_text
from report.deck_axes import Axis

KNOWN = ("scatter", "scattergl", "bar", "heatmap")
LETTER, ROW = 12, 17  # pixels of a tick's text, of its line
Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Error:
    """Ends of intervals, as lengths from the value. across: along the x axis.

    pixels: the lengths are pixels.
    """

    plus: Numbers
    minus: Numbers
    colour: str
    width: float
    across: bool
    pixels: bool = False


@dataclass(frozen=True)
class Mark:
    symbol: str
    size: float
    colour: str
    edge: str = ""
    edge_width: float = 0.0


@dataclass(frozen=True)
class Series:
    """Points of a line or marks of a chart; NaN parts one line from the next. marks: one for all, or one a point.

    width: pixels of the line; below zero, steps of the upright axis, as a lying bar's is.
    """

    name: str
    x: Numbers
    y: Numbers
    colour: str = ""
    width: float = 0.0
    dash: str | None = None
    opacity: float = 1.0
    marks: tuple[Mark, ...] = ()
    errors: tuple[Error, ...] = ()


@dataclass(frozen=True)
class Bars:
    """Bars by category. colours and patterns: one a category. texts: written at the bar's end."""

    name: str
    values: Numbers
    colours: tuple[str, ...]
    patterns: tuple[str, ...]
    texts: tuple[str, ...] = ()
    error: Error | None = None


@dataclass(frozen=True)
class Panel:
    """One pair of axes. Either bars by category, or series of points."""

    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    bars: tuple[Bars, ...] = ()
    categories: tuple[str, ...] = ()
    named: bool = True  # the categories' words can stand at the chart's own axis
    flat: bool = False  # bars lie
    stacked: bool = False
    over: bool = False  # bars lie over one another
    gap: float = 0.3


@dataclass(frozen=True)
class Area:
    """A filled outline (or several of one colour), in pixels."""

    outlines: tuple[tuple[tuple[float, float], ...], ...]
    colour: str
    opacity: float = 1.0
    edge: str = ""
    edge_width: float = 0.0
    dash: str | None = None
    closed: bool = True


@dataclass(frozen=True)
class Label:
    """Text at a point. x, y: pixels; anchor: left | center | right; hold: top | middle | bottom of it stands at y."""

    x: float
    y: float
    lines: tuple[tuple[deck_text.Run, ...], ...]
    anchor: str = "center"
    hold: str = "middle"
    size: float = LETTER
    colour: str = ""
    turned: float = 0.0
    ground: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure, taken apart. box: the plot's left, top, right and bottom."""

    width: float
    height: float
    box: tuple[float, float, float, float]
    panels: tuple[Panel, ...]
    under: tuple[Area, ...] = ()
    labels: tuple[Label, ...] = ()
    over: tuple[Area, ...] = field(default=())

    def spot(self, panel: Panel, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point in the panel's axes' own measure."""
        left, top, right, bottom = self.frame(panel)
        return left + panel.x.place(x) * (right - left), bottom - panel.y.place(y) * (bottom - top)

    def frame(self, panel: Panel) -> tuple[float, float, float, float]:
        left, top, right, bottom = self.box
        across, down = right - left, bottom - top
        (x0, x1), (y0, y1) = panel.x.domain, panel.y.domain
        return left + x0 * across, bottom - y1 * down, left + x1 * across, bottom - y0 * down


def can_draw(figure: Any) -> bool:
    """Whether every trace is of a kind that a slide can show."""
    return bool(figure.data) and all(trace.type in KNOWN for trace in figure.data)


def height_of(figure: Any) -> float:
    return float(figure.layout.height or 360)


def listed(values: Any) -> list[Any]:
    """A trace's array as a list of what it holds."""
    if values is None:
        return []
    if isinstance(values, dict) and "bdata" in values:  # as a figure that was copied or read back holds its arrays
        made = np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.dtype(values["dtype"]))
        return (
            made.reshape([int(n) for n in str(values["shape"]).split(",")]).tolist()
            if "shape" in values
            else made.tolist()
        )
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        return list(values)
    return values.tolist() if hasattr(values, "tolist") else list(values)


def each(value: Any, count: int) -> list[Any]:
    """One for every point."""
    many = isinstance(value, list | tuple | np.ndarray | dict)
    return (listed(value) + [None] * count)[:count] if many else [value] * count


def as_table(figure: Any) -> pd.DataFrame:
    """What a figure of another kind holds, in rows: its traces' arrays side by side."""
    columns: dict[str, list[Any]] = {}
    for at, trace in enumerate(figure.data):
        for key, value in trace.to_plotly_json().items():
            if key in ("labels", "values", "x", "y", "z", "parents", "r", "theta") and value is not None:
                columns[f"{trace.name or at + 1} {key}"] = listed(trace[key])
    longest = max(map(len, columns.values()), default=0)
    return pd.DataFrame({key: each(values, longest) for key, values in columns.items()})
