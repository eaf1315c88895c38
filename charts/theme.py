"""One look for every chart, light and dark: ground, ink, and colours that tell apart without colour vision.

The colours are Okabe and Ito's, in the order in which they keep 3:1 against the ground as thin marks; on the dark
ground they are lifted. Colour never stands alone: arms also differ by dash, marker and a label at the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, sans-serif'


BLACK, WHITE = "#000000", "#FFFFFF"
EVEN = 0.179  # the luminance on which both read alike


@dataclass(frozen=True)
class Look:
    """Colours by what they mean. `first` and `second` are the two arms; `wrong` is the tempting wrong way."""

    name: str
    ink: str
    soft: str
    line: str
    ground: str
    first: str
    second: str
    third: str
    fourth: str
    wrong: str
    band: float  # opacity of an interval's band


LIGHT = Look(
    "light", "#1C2430", "#566070", "#E3E7EC", "#FBFBFA", "#0072B2", "#D55E00", "#00896A", "#B0578A", "#87909E", 0.18
)
DARK = Look(
    "dark", "#E8EBEF", "#A9B3C0", "#2C343F", "#12161C", "#56B4E9", "#F08A3C", "#2FBF95", "#E3A3C6", "#7E8997", 0.26
)


class Canvas(go.Figure):
    """A figure that is taken apart once when it is finished, instead of copied whole each time that it is shown."""

    _finished: dict[str, Any] | None = None

    def finish(self) -> None:
        """Nothing is added from here on."""
        self._finished = super().to_dict()

    def to_dict(self) -> dict[str, Any]:
        """What Plotly draws; of a finished figure the same object each time, to be read alone."""
        if self._finished is not None:
            return self._finished
        made: dict[str, Any] = super().to_dict()
        return made


@dataclass(frozen=True)
class Drawing:
    """A figure and the sentence that says what it shows: its alternative text, and its heading unless it has one."""

    figure: go.Figure
    sentence: str
    heading: str = ""


def look(name: str | None) -> Look:
    return DARK if name == "dark" else LIGHT


def template(of: Look) -> go.layout.Template:
    axis = {
        "gridcolor": of.line,
        "linecolor": of.line,
        "zerolinecolor": of.line,
        "ticks": "",
        "automargin": True,
        "title": {"font": {"size": 12, "color": of.soft}, "standoff": 8},
        "tickfont": {"size": 12, "color": of.soft},
        "tickangle": 0,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": of.ink},
            "colorway": [of.first, of.second, of.third, of.fourth, of.soft],
            "paper_bgcolor": of.ground,
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": {**axis, "showgrid": False, "zeroline": False},
            "yaxis": {**axis, "zeroline": False},
            "hoverlabel": {
                "bgcolor": of.ground,
                "bordercolor": of.line,
                "font": {"color": of.ink, "size": 13},
            },
            "hovermode": "closest",
            "showlegend": False,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "separators": ".,",
        }
    )


_TEMPLATES = {of.name: template(of) for of in (LIGHT, DARK)}


def canvas(of: Look, height: int, **layout: object) -> Canvas:
    """An empty figure in our look; zooming is off, because a page scrolls under a finger."""
    fixed = {"xaxis": {"fixedrange": True}, "yaxis": {"fixedrange": True}}
    return Canvas(layout={"template": _TEMPLATES[of.name], "height": height, "dragmode": False, **fixed, **layout})


def faded(colour: str, opacity: float) -> str:
    """The colour as rgba, for bands."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def on(of: Look, share: float) -> str:
    """Black or white, whichever reads better (4.5:1 at least) on a cell that lies this share of the way from the ground
    to the first colour."""
    light = 0.0
    for at, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722)):  # relative luminance, as WCAG has it
        ground, first = (int(colour[at : at + 2], 16) / 255 for colour in (of.ground, of.first))
        part = ground + (first - ground) * min(max(share, 0.0), 1.0)
        light += weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return BLACK if light > EVEN else WHITE


def label(figure: go.Figure, x: object, y: object, text: str, colour: str, **where: object) -> None:
    """A label at the mark instead of a legend."""
    figure.add_annotation(x=x, y=y, text=text, showarrow=False, font={"size": 12, "color": colour}, **where)


def corner(figure: go.Figure, text: str, colour: str, *, x: float = 0.0) -> None:
    """A line above the plot, from its left edge or from x of its width; at 1 it ends at the right edge."""
    figure.add_annotation(
        x=x,
        xref="paper",
        y=1,
        yref="paper",
        yshift=20,
        showarrow=False,
        text=text,
        xanchor="right" if x == 1 else "left",
        font={"size": 12, "color": colour},
    )


def name(text: object) -> str:
    """A person's name for a figure: Plotly reads a subset of HTML in labels, so none may come from a file."""
    short = " ".join(str(text).split())
    short = short if len(short) <= 28 else short[:27] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
