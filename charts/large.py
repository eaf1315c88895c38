"""A figure for a wall: the same marks and words, larger."""

from __future__ import annotations

import plotly.graph_objects as go

from charts.theme import Drawing

HEIGHT = 430.0  # pixels that a slide leaves a figure on a small projector
LEAST, MOST = 0.8, 1.6


def large(drawing: Drawing) -> Drawing:
    """Texts, marks, lines and distances grow alike; a tall figure shrinks a little instead."""
    figure = go.Figure(drawing.figure)
    height = float(figure.layout.height or 320)
    k = min(MOST, max(LEAST, HEIGHT / height))
    figure.update_layout(height=height * k, font_size=13 * k, hoverlabel_font_size=13 * k)
    margin = figure.layout.margin
    sides = {side: (margin[side] if margin[side] is not None else usual) * k
             for side, usual in (("l", 8), ("r", 8), ("t", 28), ("b", 8))}  # fmt: skip
    figure.update_layout(margin=sides)
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        axis.tickfont.size = (axis.tickfont.size or 12) * k
        axis.title.font.size = (axis.title.font.size or 12) * k
    for note in figure.layout.annotations:
        note.font.size = (note.font.size or 12) * k
        note.xshift, note.yshift = (note.xshift or 0) * k, (note.yshift or 0) * k
    for trace in figure.data:
        _grown(trace, k)
    return Drawing(figure, drawing.sentence, drawing.heading)


def _grown(trace: go.Scatter, k: float) -> None:
    if trace.type == "scatter":
        if trace.line.width is not None:
            trace.line.width *= k
        size = trace.marker.size
        if size is not None:
            trace.marker.size = size * k if isinstance(size, int | float) else [s * k for s in size]
        for error in (trace.error_x, trace.error_y):
            if error.thickness is not None:
                error.thickness *= k
    if trace.type == "bar" and trace.text is not None:
        trace.textfont.size = 12 * k
