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


def _bare(figure: go.Figure) -> dict[str, Any]:
    """Without the template, which all share, and without what only a click on a page reads."""
    made = figure.to_dict()
    made.get("layout", {}).pop("template", None)
    for trace in made["data"]:
        if "customdata" not in f"{trace.get('hovertemplate')}{trace.get('texttemplate')}":
            trace.pop("customdata", None)
    return {"data": made["data"], "layout": made.get("layout", {})}
