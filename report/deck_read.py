"""Reading a Plotly figure: its traces, its shapes and its notes, into a Picture."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from charts.theme import LIGHT
from report import deck_text
from report.deck_axes import Axis
from report.deck_colour import between
from report.deck_figure import (
    LETTER,
    ROW,
    Area,
    Label,
    Panel,
    Picture,
    each,
    height_of,
    listed,
)
from report.deck_traces import line_colour, mine, pairs, panel_of

NAN = math.nan


def picture(figure: Any, width: float) -> Picture:
    """A figure laid out `width` pixels wide, as the browser would lay it out."""
    panels = {pair: panel_of(figure, pair) for pair in pairs(figure)}
    box = _box(figure, list(panels.values()), width)
    made = Picture(width, height_of(figure), box, tuple(panels.values()))
    under: list[Area] = []
    over: list[Area] = []
    for panel in made.panels:
        under += _grid(figure, made, panel)
    for pair, panel in panels.items():
        under += [area for area in _filled(figure, made, pair, panel) if area.outlines]
    for shape in figure.layout.shapes:
        area = _shape(shape, made, _of(panels, shape))
        if area.outlines:
            (under if shape.layer == "below" or area.closed else over).append(area)
    labels = [label for panel in made.panels for label in _at_axes(made, panel)]
    for pair, panel in panels.items():
        labels += _written(figure, made, pair, panel)
    labels += [_note(note, made, _of(panels, note)) for note in figure.layout.annotations if note.text]
    return replace(made, under=tuple(under), over=tuple(over), labels=tuple(labels))


# --- the plot's room, and what stands at the axes ------------------------------------------------------------------


def _box(figure: Any, panels: list[Panel], width: float) -> tuple[float, float, float, float]:
    """Where the plot lies: the margins grow until the words at the axes have room."""
    margin = figure.layout.margin
    left, right, top, bottom = (
        float(side if side is not None else usual)
        for side, usual in ((margin.l, 8), (margin.r, 8), (margin.t, 28), (margin.b, 8))
    )
    for panel in panels:
        words = list(panel.categories) if panel.flat and panel.named else [text for _, text in panel.y.ticks]
        if (panel.y.visible and words and panel.y.domain[0] <= 0.001) or (
            panel.y.visible and words and panel.x.domain[0] <= 0.001
        ):
            needed = max(_across(text) for text in words) * panel.y.size / LETTER + 10 + (ROW if panel.y.title else 0)
            left = max(left, min(needed, width * 0.42))
        if panel.x.visible and not panel.x.top and panel.y.domain[0] <= 0.001:
            tall = max((text.count("<br>") + 1 for _, text in panel.x.ticks), default=1)
            bottom = max(bottom, 8 + ROW * tall + (ROW + 4 if panel.x.title else 0))
        if panel.x.visible and panel.x.top:
            longest = max((_across(text) for _, text in panel.x.ticks), default=0) * panel.x.size / LETTER
            top = max(top, 8 + longest if panel.x.turned else 30)
        if panel.x.visible and panel.x.ticks and not panel.x.turned:
            place, text = panel.x.ticks[-1]
            right = max(right, _across(text) / 2 - (1 - panel.x.place(place)) * width * 0.6)
    return left, top, width - right, float(height_of(figure)) - bottom


def _across(text: str) -> float:
    return max(deck_text.width("".join(run.text for run in line), LETTER) for line in deck_text.lines_of(text))


def _grid(figure: Any, made: Picture, panel: Panel) -> list[Area]:
    """Lines at the ticks that PowerPoint cannot draw by itself."""
    lines = []
    left, top, right, bottom = made.frame(panel)
    for axis, upright in ((panel.x, True), (panel.y, False)):
        own = axis.unit is not None
        if not axis.visible or not axis.grid or own:
            continue
        for place, _ in axis.ticks:
            x, y = made.spot(panel, place if upright else panel.x.low, panel.y.low if upright else place)
            ends = ((x, top), (x, bottom)) if upright else ((left, y), (right, y))
            lines.append(ends)
    return [Area(tuple(lines), "", edge=LIGHT.line, edge_width=1, closed=False)] if lines else []


def _at_axes(made: Picture, panel: Panel) -> list[Label]:
    """The words at ticks that the chart does not write by itself, and the axes' titles."""
    left, top, right, bottom = made.frame(panel)
    soft = LIGHT.soft
    labels = []
    if panel.x.visible:
        if panel.x.unit is None:
            for place, text in panel.x.ticks:
                at = made.spot(panel, place, panel.y.low)[0]
                edge = (at, top - 4) if panel.x.top else (at, bottom + 5)
                turned = panel.x.turned
                hold = ("bottom" if panel.x.top else "top") if not turned else "middle"
                if turned:
                    edge = (at, edge[1] + (-1 if panel.x.top else 1) * _across(text) / 2 * panel.x.size / LETTER)
                labels.append(Label(*edge, deck_text.lines_of(text), "center", hold, panel.x.size, soft, turned))
        if panel.x.title:
            tall = max((text.count("<br>") + 1 for _, text in panel.x.ticks), default=1)
            labels.append(Label((left + right) / 2, bottom + 6 + ROW * tall, deck_text.lines_of(panel.x.title),
                                "center", "top", LETTER, soft))  # fmt: skip
    if panel.y.visible:
        if panel.y.unit is None:
            for place, text in panel.y.ticks:
                at = made.spot(panel, panel.x.low, place)[1]
                labels.append(Label(left - 6, at, deck_text.lines_of(text), "right", "middle", panel.y.size, soft))
        if panel.y.title:
            labels.append(Label(8, (top + bottom) / 2, deck_text.lines_of(panel.y.title), "center", "middle", LETTER,
                                soft, -90))  # fmt: skip
    return labels


# --- areas, shapes, notes ------------------------------------------------------------------------------------------


def _filled(figure: Any, made: Picture, pair: tuple[str, str], panel: Panel) -> list[Area]:
    """Bands around lines, and the cells of a heat map by colour."""
    areas = []
    before: list[tuple[float, float]] = []
    for trace in mine(figure, pair):
        if trace.type == "heatmap":
            areas += _cells(trace, made, panel)
        if trace.type not in ("scatter", "scattergl"):
            continue
        points = [(panel.x.own(x), panel.y.own(y)) for x, y in zip(listed(trace.x), listed(trace.y), strict=False)]
        spots = [made.spot(panel, x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]
        outline = spots
        if trace.fill == "tonexty" and before:
            outline = [*spots, *before[::-1]]
        elif trace.fill == "tozeroy" and spots:
            ground = made.spot(panel, 0.0, max(0.0, panel.y.low))[1]
            outline = [*spots, (spots[-1][0], ground), (spots[0][0], ground)]
        if trace.fill not in (None, "none") and len(outline) > 2:
            areas.append(Area((tuple(outline),), str(trace.fillcolor or line_colour(trace)),
                              1.0 if trace.opacity is None else trace.opacity))  # fmt: skip
        before = spots
    return [clipped(area, made.frame(panel)) for area in areas]


def clipped(area: Area, frame: tuple[float, float, float, float]) -> Area:
    """What of filled outlines lies within the plot."""
    left, top, right, bottom = frame
    outlines = [list(outline) for outline in area.outlines]
    for axis, limit, keep in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        outlines = [_cut(outline, axis, limit, keep) for outline in outlines]
    return replace(area, outlines=tuple(tuple(outline) for outline in outlines if len(outline) > 2))


def _cut(outline: list[tuple[float, float]], axis: int, limit: float, keep: int) -> list[tuple[float, float]]:
    """An outline's part on one side of a line (Sutherland and Hodgman)."""
    made: list[tuple[float, float]] = []
    for start, end in zip([*outline[-1:], *outline[:-1]], outline, strict=True):
        inside = [(point[axis] - limit) * keep >= 0 for point in (start, end)]
        if inside[0] != inside[1]:
            share = (limit - start[axis]) / (end[axis] - start[axis])
            made.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
        if inside[1]:
            made.append(end)
    return made


def _cells(trace: Any, made: Picture, panel: Panel) -> list[Area]:
    """Cells as one outline a colour: a matrix of forty-five members has two thousand."""
    table = [listed(row) for row in listed(trace.z)]
    flat = [float(v) for row in table for v in row if v is not None and not math.isnan(float(v))]
    if not flat:
        return []
    low = min(flat) if trace.zmin is None else trace.zmin
    high = max(flat) if trace.zmax is None else trace.zmax
    scale = [(float(at), str(colour)) for at, colour in trace.colorscale]
    xs, ys = ([panel_axis.own(v) for v in listed(values)] or list(range(size)) for panel_axis, values, size in
              ((panel.x, trace.x, len(table[0])), (panel.y, trace.y, len(table))))  # fmt: skip
    by_colour: dict[str, list] = {}
    for y, row in zip(ys, table, strict=True):
        for x, value in zip(xs, row, strict=True):
            if value is None or math.isnan(float(value)):
                continue
            share = 0.0 if high == low else min(1.0, max(0.0, (float(value) - low) / (high - low)))
            colour = between(scale, round(share * 24) / 24)
            by_colour.setdefault(colour, []).append(_cell(made, panel, x, y, trace.xgap or 0, trace.ygap or 0))
    return [Area(tuple(cells), colour) for colour, cells in by_colour.items()]


def _cell(made: Picture, panel: Panel, x: float, y: float, across: float, up: float) -> tuple:
    (x0, y0), (x1, y1) = made.spot(panel, x - 0.5, y - 0.5), made.spot(panel, x + 0.5, y + 0.5)
    x0, x1, y0, y1 = min(x0, x1) + across / 2, max(x0, x1) - across / 2, min(y0, y1) + up / 2, max(y0, y1) - up / 2
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _written(figure: Any, made: Picture, pair: tuple[str, str], panel: Panel) -> list[Label]:
    """Texts at the points of a trace."""
    labels = []
    for trace in mine(figure, pair):
        if trace.type == "heatmap" and trace.texttemplate and trace.text is not None:
            for y, row in zip(listed(trace.y), listed(trace.text), strict=True):
                for x, text in zip(listed(trace.x), listed(row), strict=True):
                    at = made.spot(panel, panel.x.own(x), panel.y.own(y))
                    labels.append(Label(*at, deck_text.lines_of(str(text or ""))))
        if trace.type not in ("scatter", "scattergl") or "text" not in (trace.mode or "") or trace.text is None:
            continue
        count = len(listed(trace.x))
        for x, y, text, where in zip(listed(trace.x), listed(trace.y), each(trace.text, count),
                                     each(trace.textposition, count), strict=True):  # fmt: skip
            at = made.spot(panel, panel.x.own(x), panel.y.own(y))
            if text and all(map(math.isfinite, at)):
                labels.append(_beside(at, str(text), str(where or "middle center"), trace.textfont))
    return labels


def _beside(at: tuple[float, float], text: str, where: str, font: Any) -> Label:
    hold, _, anchor = where.partition(" ")
    x = at[0] + {"left": -7, "right": 7}.get(anchor, 0)
    y = at[1] + {"top": -6, "bottom": 6}.get(hold, 0)
    colour = font.color if isinstance(font.color, str) else ""
    size = font.size if isinstance(font.size, int | float) else LETTER
    return Label(x, y, deck_text.lines_of(text), {"left": "right", "right": "left"}.get(anchor, "center"),
                 {"top": "bottom", "bottom": "top"}.get(hold, "middle"), size, colour)  # fmt: skip


def _of(panels: dict[tuple[str, str], Panel], item: Any) -> Panel:
    """The panel whose axes a shape or note names."""
    x, y = item.xref or "x", item.yref or "y"
    refs = [ref.removesuffix(" domain") for ref in (x, y)]
    for pair, panel in panels.items():
        if all(ref in (own, "paper") for ref, own in zip(refs, pair, strict=True)):
            return panel
    first = next(iter(panels.values()))
    return next((p for pair, p in panels.items() if refs[0] in pair or refs[1] in pair), first)


def _x(made: Picture, panel: Panel, ref: str | None, value: Any, *, own: bool) -> float:
    left, _, right, _ = made.box if ref == "paper" else made.frame(panel)
    if ref == "paper" or str(ref).endswith("domain"):
        return left + float(value) * (right - left)
    return made.spot(panel, _in(panel.x, value, own=own), panel.y.low)[0]


def _y(made: Picture, panel: Panel, ref: str | None, value: Any, *, own: bool) -> float:
    _, top, _, bottom = made.box if ref == "paper" else made.frame(panel)
    if ref == "paper" or str(ref).endswith("domain"):
        return bottom - float(value) * (bottom - top)
    return made.spot(panel, panel.x.low, _in(panel.y, value, own=own))[1]


def _in(axis: Axis, value: Any, *, own: bool) -> float:
    """own: the value is in the axis's own measure already, as a note's is on a log axis."""
    return axis.number(value) if own else axis.own(value)


def _shape(shape: Any, made: Picture, panel: Panel) -> Area:
    xs = [_x(made, panel, shape.xref, v, own=False) for v in (shape.x0, shape.x1)]
    ys = [_y(made, panel, shape.yref, v, own=False) for v in (shape.y0, shape.y1)]
    line = shape.line
    edge = (str(line.color or ""), 2.0 if line.width is None else float(line.width), line.dash)
    opacity = 1.0 if shape.opacity is None else shape.opacity
    if shape.type == "line":
        return Area((((xs[0], ys[0]), (xs[1], ys[1])),), "", opacity, *edge, closed=False)
    corners: tuple[tuple[float, float], ...] = ((xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1]))
    if shape.type == "circle":
        middle, radius = ((xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2), ((xs[1] - xs[0]) / 2, (ys[1] - ys[0]) / 2)
        turns = [math.tau * k / 48 for k in range(48)]
        corners = tuple((middle[0] + radius[0] * math.cos(t), middle[1] + radius[1] * math.sin(t)) for t in turns)
    edged = edge if line.color else ("", 0.0, None)
    return clipped(Area((corners,), str(shape.fillcolor or ""), opacity, *edged), _limits(shape, made, panel))


def _limits(shape: Any, made: Picture, panel: Panel) -> tuple[float, float, float, float]:
    """A shape that is placed by an axis ends with the plot; one placed on the paper may leave it."""
    left, top, right, bottom = made.frame(panel)
    if str(shape.xref).startswith("paper"):
        left, right = 0.0, made.width
    if str(shape.yref).startswith("paper"):
        top, bottom = 0.0, made.height
    return left, top, right, bottom


def _note(note: Any, made: Picture, panel: Panel) -> Label:
    shown = bool(note.showarrow)
    x = _x(made, panel, note.xref, note.x, own=True) + (note.xshift or 0) + ((note.ax or 0) if shown else 0)
    y = _y(made, panel, note.yref, note.y, own=True) - (note.yshift or 0) + ((note.ay or 0) if shown else 0)
    anchor = note.xanchor if note.xanchor not in (None, "auto") else _auto(note.x if note.xref == "paper" else None)
    hold = note.yanchor if note.yanchor not in (None, "auto") else _auto_y(note.y if note.yref == "paper" else None)
    return Label(x, y, deck_text.lines_of(str(note.text)), anchor, hold, note.font.size or LETTER,
                 str(note.font.color or ""), float(note.textangle or 0), str(note.bgcolor or ""))  # fmt: skip


def _auto(at: float | None) -> str:
    return "center" if at is None or 1 / 3 < at < 2 / 3 else "left" if at <= 1 / 3 else "right"


def _auto_y(at: float | None) -> str:
    return "middle" if at is None or 1 / 3 < at < 2 / 3 else "bottom" if at <= 1 / 3 else "top"
