"""Figures inside a file that stands alone: the library's text once, each figure as data."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs
from plotly.utils import PlotlyJSONEncoder

from charts.theme import Look, template

# What a click on a page narrows to: ids that lead nowhere in a file, and that nobody outside should hold.
_CLICK = re.compile(r"(?:source|receiver):[\w-]+")


@lru_cache(maxsize=1)
def library() -> str:
    """The drawing library as JavaScript, to stand once in a file."""
    return str(get_plotlyjs())


def data(figures: list[go.Figure], of: Look) -> str:
    """All figures as one JSON text: {"template", "figures": [{"data", "layout"}]}; safe inside a script element."""
    made = {"template": template(of).to_plotly_json(), "figures": [_bare(figure) for figure in figures]}
    text = _CLICK.sub("", json.dumps(made, cls=PlotlyJSONEncoder, separators=(",", ":")))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def plain(figure: go.Figure) -> go.Figure:
    """For paper: hatched bars hollow. A printing browser writes a hatching as an image, once for every bar."""
    hatched = [trace for trace in figure.data if trace.type == "bar" and trace.marker.pattern.shape]
    if not hatched:
        return figure
    figure = go.Figure(figure)
    for trace in figure.select_traces({"type": "bar"}):
        marker = trace.marker
        if marker.pattern.shape:
            trace.marker = {
                "color": "rgba(0,0,0,0)",
                "line": {"color": marker.color or marker.line.color, "width": 1.2},
            }
    return figure


def _bare(figure: go.Figure) -> dict[str, Any]:
    """Without the template, which all share, and without what only a click on a page reads."""
    made = figure.to_dict()
    made.get("layout", {}).pop("template", None)
    for trace in made["data"]:
        if "customdata" not in f"{trace.get('hovertemplate')}{trace.get('texttemplate')}":
            trace.pop("customdata", None)
    return {"data": made["data"], "layout": made.get("layout", {})}
