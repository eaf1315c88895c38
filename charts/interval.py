"""One estimate with its interval, the zone that does not matter, and the tempting wrong way greyed below it."""

from __future__ import annotations

import math
import textwrap

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Estimate, Result
from charts import words
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

ROW = 58  # pixels a row
WIDEST = 48  # letters of a row's text in a line, so that a telephone shows all of it


@drawn
def interval(
    result: Result, of: Look, locale: str = formats.DEFAULT, *, size: str = "n", noun: str = "referral"
) -> Drawing | None:
    """The deciding estimate against "no effect"; of a share one dot a member above it, where the result has them.

    size: the column of the members that holds what their share is taken of; noun: what that is.
    """
    e, wording = words.deciding(result), words.CLAIMS.get(result.claim)
    if e is None or e.value is None or wording is None:
        return None
    unit = wording.unit
    wrong = result.data.get("wrong", pd.DataFrame())
    wrong = wrong.dropna(subset=["value"]).head(2) if len(wrong) else wrong
    members = _members(result, unit, size)
    rows = 1 + len(wrong) + bool(len(members))
    figure = canvas(of, ROW * rows + 64)
    top = 1 + bool(len(members)) * 0.9
    reference(figure, unit, of, -len(wrong) + 0.6, top + 0.2)
    if len(members):
        _dots(figure, members, noun, of, locale)
    row_of(figure, e.value, (e.low95, e.high95), (e.low99, e.high99), 0.9, "This log", of.first, unit, of, locale)
    for position, row in enumerate(wrong.itertuples()):
        ends = (getattr(row, "low", None), getattr(row, "high", None))
        row_of(
            figure, row.value, ends, (None, None), -0.1 - position, f"Tempting: {row.name}", of.wrong, unit, of, locale
        )
    figure.update_yaxes(visible=False, range=[-len(wrong) + 0.45, top + 0.65])
    axis(figure, unit, e, wrong, members, locale)
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11, "color": of.soft},
        text=_legend(unit),
    )
    lead = words.headline(result, locale)
    said = f"{lead}{'' if lead.endswith('?') else '.'} {words.interval_line(result, locale)}."
    return Drawing(figure, said + _wrong_sentence(wrong, unit, locale), "The answer beside the tempting ones")


def _members(result: Result, unit: words.Unit, size: str) -> pd.DataFrame:
    """name, share, n of each member whose share is known; empty where the claim is of no share."""
    frame = result.data.get("members", pd.DataFrame())
    if not unit.natural or not {"name", "share", size} <= set(frame.columns):
        return pd.DataFrame()
    return frame[["name", "share"]].assign(n=frame[size]).dropna(subset=["share"])


def _legend(unit: words.Unit) -> str:
    zone = " · shaded: too small to matter" if unit.margin[0] < unit.margin[1] else ""
    return f"dotted: {unit.null_word}{zone}"


def _wrong_sentence(wrong: pd.DataFrame, unit: words.Unit, locale: str) -> str:
    if not len(wrong):
        return ""
    row = wrong.iloc[0]
    return f" The tempting way, {row['name']}, would say {unit.write(row['value'], locale)}."


def reference(figure: go.Figure, unit: words.Unit, of: Look, low: float, high: float) -> None:
    figure.add_shape(
        type="rect",
        x0=unit.margin[0],
        x1=unit.margin[1],
        y0=low,
        y1=high,
        layer="below",
        fillcolor=faded(of.wrong, 0.14),
        line_width=0,
    )
    figure.add_shape(
        type="line",
        x0=unit.null,
        x1=unit.null,
        y0=low,
        y1=high,
        layer="below",
        line={"color": of.wrong, "width": 1, "dash": "dot"},
    )


def row_of(
    figure: go.Figure,
    value: float,
    inner: tuple,
    outer: tuple,
    y: float,
    text: str,
    colour: str,
    unit: words.Unit,
    of: Look,
    locale: str,
) -> None:
    for ends, width, opacity in ((outer, 2, 0.7), (inner, 9, 0.35)):
        if not any(formats.missing(end) for end in ends):
            figure.add_trace(
                go.Scatter(
                    x=list(ends),
                    y=[y, y],
                    mode="lines",
                    hoverinfo="skip",
                    line={"color": colour, "width": width},
                    opacity=opacity,
                )
            )
    said = unit.write(value, locale)
    figure.add_trace(
        go.Scatter(
            x=[value],
            y=[y],
            mode="markers",
            name=text,
            customdata=[said],
            marker={"color": colour, "size": 12, "line": {"color": of.ground, "width": 1.5}},
            hovertemplate=f"{text}: %{{customdata}}<extra></extra>",
        )
    )
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=y,
        yanchor="bottom",
        yshift=9,
        showarrow=False,
        align="left",
        text=_wrapped(text, said),
        font={"size": 12, "color": of.ink if colour == of.first else of.soft},
    )


def _wrapped(text: str, said: str) -> str:
    lines = textwrap.wrap(text, WIDEST)
    apart = "  " if len(lines[-1]) + len(said) + 2 <= WIDEST else "<br>"
    return "<br>".join(lines) + f"{apart}<b>{said}</b>"


def _dots(figure: go.Figure, members: pd.DataFrame, noun: str, of: Look, locale: str) -> None:
    """One dot a member, stacked where they would hide one another; the larger, the more referrals."""
    ordered = members.sort_values("share")
    column = (ordered["share"] * 40).round()
    height = ordered.groupby(column).cumcount()
    step = min(0.11, 0.75 / max(1, height.max()))
    size = 5 + 5 * (ordered["n"] / ordered["n"].max()) ** 0.5
    said = [
        f"{name(row.name)}: {formats.percent(row.share, locale)} of {formats.count(row.n, noun, locale)}"
        for row in ordered[["name", "share", "n"]].itertuples(index=False)
    ]
    figure.add_trace(
        go.Scatter(
            x=column / 40,
            y=1.42 + height * step,
            mode="markers",
            customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": size, "opacity": 0.5, "line": {"width": 0}},
        )
    )


def axis(
    figure: go.Figure, unit: words.Unit, e: Estimate, wrong: pd.DataFrame, members: pd.DataFrame, locale: str
) -> None:
    """An axis that holds everything drawn and always the zone that does not matter."""
    drawn = [e.value, e.low95, e.high95, e.low99, e.high99, *unit.margin]
    for column in ("value", "low", "high"):
        drawn += list(wrong[column]) if column in wrong else []
    values = [float(v) for v in drawn if v is not None and math.isfinite(v)]
    low, high = min(values), max(values)
    if unit.axis == "share":
        low, high = (0.0, 1.0) if len(members) else (max(0.0, low - 0.05), min(1.0, high + 0.05))
        figure.update_xaxes(range=[low - 0.02, high + 0.02], tickformat=".0%", nticks=5)
    elif unit.axis == "ratio":
        low, high = max(low, 0.05), min(high, 20)
        pad = 0.06 * (math.log10(high) - math.log10(low))
        at = _inside(low, high)
        figure.update_xaxes(
            type="log",
            range=[math.log10(low) - pad, math.log10(high) + pad],
            tickvals=at,
            ticktext=[_ratio(t, unit, locale) for t in at],
        )
        for shape in figure.layout.annotations:
            if shape.xref != "paper":
                shape.x = math.log10(shape.x)
    else:
        pad = 0.08 * (high - low)
        figure.update_xaxes(range=[low - pad, high + pad], nticks=6, **_ticks(low, high, unit, locale))


_RATIOS = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
_MIDDLE = [0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 6.0]  # where all of it lies within tenfold
_CLOSE = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 1.8]  # or within twice


def _inside(low: float, high: float) -> list[float]:
    """Ratios for the ticks of an axis: few enough to stand beside one another on a telephone."""
    steps = _CLOSE if high / low < 2 else _MIDDLE if high / low < 10 else _RATIOS
    kept = [t for t in steps if low * 0.98 <= t <= high * 1.02] or [1.0]
    if len(kept) <= 6 or 1.0 not in kept:
        return kept[:6]
    return [t for k, t in enumerate(kept) if k % 2 == kept.index(1.0) % 2]


def _ratio(value: float, unit: words.Unit, locale: str) -> str:
    """A ratio at an axis in as few signs as say it: "1.4×", "+40 %"."""
    if unit.write is formats.yearly:
        return unit.write(value, locale)
    return formats.number(value, locale, 2 if value < 0.1 else 1 if value % 1 else 0) + "×"


def _ticks(low: float, high: float, unit: words.Unit, locale: str) -> dict[str, list]:
    if unit.axis == "doubling":  # the axis runs in powers of two, its ticks say what they come to
        at = [math.log2(t) for t in _inside(2**low, 2**high)]
        return {"tickvals": at, "ticktext": [_ratio(2**t, words.RATIO, locale) for t in at]}
    step = next((s for s in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if (high - low) / s <= 5), 5.0)
    at = [round(k * step, 4) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    if unit.axis == "difference":
        return {"tickvals": at, "ticktext": [unit.write(t, locale).rpartition(" ")[0] for t in at]}
    return {"tickvals": at, "ticktext": [unit.write(t, locale) for t in at]}
