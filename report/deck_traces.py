"""A figure's traces as panels: which axes they share, and their points, lines and bars."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from report import deck_axes, deck_text
from report.deck_axes import Axis
from report.deck_colour import parsed
from report.deck_figure import Bars, Error, Mark, Panel, Series, each, listed

NAN = math.nan


def pairs(figure: Any) -> list[tuple[str, str]]:
    return list(dict.fromkeys(_axes_of(trace) for trace in figure.data))


def _axes_of(trace: Any) -> tuple[str, str]:
    return trace.xaxis or "x", trace.yaxis or "y"


def _axis_layout(figure: Any, key: str) -> Any:
    return figure.layout[f"{key[0]}axis{key[1:]}"]


def mine(figure: Any, pair: tuple[str, str]) -> list[Any]:
    return [trace for trace in figure.data if _axes_of(trace) == pair]


def panel_of(figure: Any, pair: tuple[str, str]) -> Panel:
    traces = mine(figure, pair)
    bars = [t for t in traces if t.type == "bar"]
    flat = bool(bars) and bars[0].orientation == "h"
    axes = [
        deck_axes.read(
            _axis_layout(figure, key), key[0],
            [v for t in figure.data if key in _axes_of(t) for v in _extent(t, key[0])],
            from_zero=bool(bars) and (key[0] == "x") == flat,
        )
        for key in pair
    ]  # fmt: skip
    axes = [replace(axis, domain=_domain(figure, key)) for axis, key in zip(axes, pair, strict=True)]
    panel = Panel(axes[0], axes[1])
    if traces and len(bars) == len(traces) and (made := _by_category(figure, bars, panel, flat=flat)):
        return made
    series = [s for t in traces if t.type != "heatmap" for s in _series(t, panel)]
    return replace(panel, series=tuple(_joined(series)))


def _domain(figure: Any, key: str) -> tuple[float, float]:
    layout = _axis_layout(figure, key)
    if layout.overlaying:
        layout = _axis_layout(figure, layout.overlaying)
    return tuple(layout.domain or (0.0, 1.0))


def _extent(trace: Any, letter: str) -> list[Any]:
    """Everything of a trace that lies on an axis: values, ends of intervals and of bars."""
    values = listed(trace[letter])
    if trace.type == "heatmap":
        numbers = [deck_axes.number(v) for v in values] if not any(isinstance(v, str) for v in values) else []
        return [*values, *([min(numbers) - 0.5, max(numbers) + 0.5] if numbers else [])]
    error = trace[f"error_{letter}"]
    if error.array is not None and not any(isinstance(v, str) for v in values):
        up = listed(error.array)
        down = listed(error.arrayminus) or up
        numbers = [deck_axes.number(v) for v in values]
        ends = [n + u for n, u in zip(numbers, up, strict=False)] + [n - d for n, d in zip(numbers, down, strict=False)]
        return [*values, *ends]
    if trace.type == "bar":
        if (letter == "x") == (trace.orientation == "h"):
            base = each(trace.base, len(values))
            return [*values, *((b or 0) + v for b, v in zip(base, values, strict=True) if v is not None)]
        if not any(isinstance(v, str) for v in values):
            numbers = [deck_axes.number(v) for v in values]
            return [*values, *([min(numbers) - 0.5, max(numbers) + 0.5] if numbers else [])]
    return values


def _errors(trace: Any, count: int) -> tuple[Error, ...]:
    made = []
    for letter in "xy":
        error = trace[f"error_{letter}"]
        if error.array is None or error.visible is False:
            continue
        up = listed(error.array)
        down = listed(error.arrayminus) if error.arrayminus is not None else up
        plus, minus = (tuple(float(v or 0) for v in each(ends, count)) for ends in (up, down))
        made.append(Error(plus, minus, error.color or line_colour(trace), error.thickness or 2, letter == "x"))
    return tuple(made)


def line_colour(trace: Any) -> str:
    if trace.type == "bar":
        return str(trace.marker.color)
    return str(trace.line.color or (trace.marker.color if isinstance(trace.marker.color, str) else "") or "")


def _series(trace: Any, panel: Panel) -> list[Series]:
    """A trace as points; a bar beside other marks becomes an interval from where it begins."""
    if trace.type == "bar":
        return [_thick(trace, panel)]
    if trace.fill in ("toself", "tonext") and not trace.line.width:
        return []
    mode = trace.mode or "lines+markers"
    pairs = list(zip(listed(trace.x), listed(trace.y), strict=False))  # Plotly draws as many as both have
    if "markers" not in mode:
        pairs = _unbroken(pairs)
    x, y = _placed([panel.x.number(v) for v, _ in pairs]), [panel.y.number(v) for _, v in pairs]
    opacity = 1.0 if trace.opacity is None else trace.opacity
    marks = tuple(_marks(trace, len(x), opacity)) if "markers" in mode else ()
    errors = _errors(trace, len(x))
    if marks and all(m.symbol.startswith("line-ns") for m in marks):
        errors, marks = (*errors, _upright(marks[0], len(x))), ()
    if trace.line.shape == "hv" and "lines" in mode:
        x, y = _stepped(x, y)
    lined = "lines" in mode and trace.fill not in ("toself", "tonext")
    width = (2.0 if trace.line.width is None else trace.line.width) if lined else 0.0
    return [Series(str(trace.name or ""), tuple(x), tuple(y), line_colour(trace), width, trace.line.dash, opacity,
                   marks, errors)]  # fmt: skip


def _unbroken(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Without a gap where the line goes on from the very point at which it stopped."""
    made: list[tuple[Any, Any]] = []
    for at, point in enumerate(pairs):
        before, after = pairs[at - 1] if at else None, pairs[at + 1] if at + 1 < len(pairs) else None
        if (point == (None, None) and before == after) or (made and point == made[-1]):
            continue
        made.append(point)
    return made


def _placed(x: list[float]) -> list[float]:
    """A gap keeps the place before it: a blank among the places makes some programs count 1, 2, 3 instead."""
    made: list[float] = []
    for at in x:
        made.append(at if math.isfinite(at) else made[-1] if made else 0.0)
    return made


def _marks(trace: Any, count: int, opacity: float) -> Iterable[Mark]:
    m = trace.marker
    see = opacity * (1.0 if m.opacity is None or isinstance(m.opacity, list | tuple) else m.opacity)
    fields = [each(v, count) for v in (m.symbol, m.size, m.color, m.line.color, m.line.width)]
    made = [Mark(str(symbol or "circle"), float(size or 6), _see(colour, see), str(edge or ""), float(wide or 0))
            for symbol, size, colour, edge, wide in zip(*fields, strict=True)]  # fmt: skip
    return made[:1] if len(set(made)) == 1 else made


def _upright(mark: Mark, count: int) -> Error:
    """A stroke across a row, which PowerPoint has no mark for."""
    half = (mark.size * 0.7,) * count
    return Error(half, half, mark.edge or mark.colour, max(1.5, mark.edge_width), across=False, pixels=True)


def _see(colour: Any, opacity: float) -> str:
    found = parsed(colour)
    if found is None or opacity >= 1:
        return str(colour or "")
    red, green, blue = (int(found[0][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{found[1] * opacity:g})"


def _stepped(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    across, up = x[:1], y[:1]
    for at, value in zip(x[1:], y[1:], strict=True):
        across += [at, at]
        up += [up[-1], value]
    return across, up


def _thick(trace: Any, panel: Panel) -> Series:
    """Bars that do not stand alone, as strokes from where each begins to where it ends."""
    flat = trace.orientation == "h"
    x, y = [panel.x.number(v) for v in listed(trace.x)], [panel.y.number(v) for v in listed(trace.y)]
    along, across = (x, y) if flat else (y, x)
    ends: list[float] = []
    places: list[float] = []
    for base, value, place in zip(each(trace.base, len(along)), along, across, strict=True):
        ends += [base or 0.0, (base or 0.0) + value, (base or 0.0) + value]
        places += [place] * 3
    colour = next((str(c) for c in each(trace.marker.color, len(along)) if c), "")
    wide = next((float(w) for w in each(trace.width, 1) if w), 0.8)
    gone = [NAN if at % 3 == 2 else value for at, value in enumerate(places if flat else ends)]
    return Series(str(trace.name or ""), tuple(ends if flat else places), tuple(gone), colour, -wide)


def _joined(series: list[Series]) -> list[Series]:
    """Lines of one dress as one series, a gap between each and the next: fifty series would be no chart to edit."""
    made: list[Series] = []
    for one in series:
        last = made[-1] if made else None
        plain = not one.errors and len(one.marks) < 2
        if last and last.x and one.x and plain and not last.errors and _dress(one) == _dress(last):
            made[-1] = replace(last, x=(*last.x, last.x[-1], *one.x), y=(*last.y, NAN, *one.y))
        else:
            made.append(one)
    return made


def _dress(one: Series) -> tuple:
    return one.name, one.colour, one.width, one.dash, one.opacity, one.marks


def _by_category(figure: Any, traces: list[Any], panel: Panel, *, flat: bool) -> Panel | None:
    """Bars as a chart by category; None where they do not begin at zero or do not stand evenly."""
    along = panel.y if flat else panel.x
    letter = "y" if flat else "x"
    places = sorted({along.number(v) for t in traces for v in listed(t[letter])})
    bases = [b for t in traces for b in each(t.base, 1) if b]
    if not places or bases or any(p != round(p) for p in places) or places[-1] - places[0] > 80 or along.log:
        return None
    slots = [float(p) for p in range(int(places[0]), int(places[-1]) + 1)]
    said = dict(along.ticks)
    named = all(p in said for p in slots)
    bars = [_bars(t, slots, along, letter) for t in traces]
    apart = all(sum(not math.isnan(b.values[i]) for b in bars) <= 1 for i in range(len(slots)))
    width = next((w for t in traces for w in each(t.width, 1) if w), None)
    gap = 1 - float(width) if width else float(figure.layout.bargap or 0.2)
    mode = figure.layout.barmode
    axis = replace(along, low=slots[0] - 0.5, high=slots[-1] + 0.5, grid=False)
    if named:
        axis = replace(axis, ticks=())
    return replace(
        panel, x=panel.x if flat else axis, y=axis if flat else panel.y, bars=tuple(bars), flat=flat, named=named,
        stacked=mode in ("stack", "relative"),
        over=mode == "overlay" or apart, gap=gap,
        categories=tuple(deck_text.plain(said[p]) if named else f"{p:g}" for p in slots),
    )  # fmt: skip


def _bars(trace: Any, slots: list[float], along: Axis, letter: str) -> Bars:
    values = listed(trace["x" if letter == "y" else "y"])
    count = len(values)
    at = {along.number(v): i for i, v in enumerate(listed(trace[letter]))}
    colours, shapes = each(trace.marker.color, count), each(trace.marker.pattern.shape, count)
    errors, texts = _errors(trace, count), each(trace.text, count)

    def spread(items: Iterable[Any], empty: Any) -> tuple:
        held = list(items)
        return tuple(empty if slot not in at or held[at[slot]] is None else held[at[slot]] for slot in slots)

    error = errors[0] if errors else None
    if error:
        error = replace(error, plus=spread(error.plus, 0.0), minus=spread(error.minus, 0.0))
    return Bars(
        str(trace.name or ""), spread([float(v) if v is not None else None for v in values], NAN), spread(colours, ""),
        spread(shapes, ""), spread(texts, "") if trace.text is not None else (), error,
    )  # fmt: skip
