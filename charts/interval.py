"""One estimate with its interval, the zone that does not matter, and the tempting wrong way greyed below it."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Estimate, Result
from charts import words
from charts.theme import Drawing, Look, canvas, faded, name

ROW = 58  # pixels a row


def interval(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """The deciding estimate against "no effect"; one dot a member above it where the result has them (L1)."""
    e, wording = words.deciding(result), words.CLAIMS.get(result.claim)
    if e is None or e.value is None or wording is None:
        return None
    unit = wording.unit
    wrong = result.data.get("wrong", pd.DataFrame())
    wrong = wrong.dropna(subset=["value"]).head(2) if len(wrong) else wrong
    members = result.data.get("members", pd.DataFrame()) if unit is words.SHARE else pd.DataFrame()
    members = members.dropna(subset=["share"]) if "share" in members else members.head(0)
    rows = 1 + len(wrong) + bool(len(members))
    figure = canvas(of, ROW * rows + 64)
    top = 1 + bool(len(members)) * 0.9
    _reference(figure, unit, of, -len(wrong) + 0.6, top + 0.2)
    if len(members):
        _dots(figure, members, of, locale)
    _row(figure, e.value, (e.low95, e.high95), (e.low99, e.high99), 0.9, "This log", of.first, unit, of, locale)
    for position, row in enumerate(wrong.itertuples()):
        ends = (getattr(row, "low", None), getattr(row, "high", None))
        _row(
            figure, row.value, ends, (None, None), -0.1 - position, f"Tempting: {row.name}", of.wrong, unit, of, locale
        )
    figure.update_yaxes(visible=False, range=[-len(wrong) + 0.45, top + 0.65])
    _axis(figure, unit, e, wrong, members, locale)
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11, "color": of.soft},
        text=f"dotted: {unit.null_word} · shaded: too small a difference to matter",
    )
    said = f"{words.headline(result, locale)}. {words.interval_line(result, locale)}."
    return Drawing(figure, said + _wrong_sentence(wrong, unit, locale), "The answer beside the tempting ones")


def _wrong_sentence(wrong: pd.DataFrame, unit: words.Unit, locale: str) -> str:
    if not len(wrong):
        return ""
    row = wrong.iloc[0]
    return f" The tempting way, {row['name']}, would say {unit.write(row['value'], locale)}."


def _reference(figure: go.Figure, unit: words.Unit, of: Look, low: float, high: float) -> None:
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


def _row(
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
        y=y + 0.36,
        showarrow=False,
        align="left",
        text=f"{text}  <b>{said}</b>",
        font={"size": 12, "color": of.ink if colour == of.first else of.soft},
    )


def _dots(figure: go.Figure, members: pd.DataFrame, of: Look, locale: str) -> None:
    """One dot a member, stacked where they would hide one another; the larger, the more referrals."""
    ordered = members.sort_values("share")
    column = (ordered["share"] * 40).round()
    height = ordered.groupby(column).cumcount()
    step = min(0.11, 0.75 / max(1, height.max()))
    size = 5 + 5 * (ordered["n"] / ordered["n"].max()) ** 0.5
    said = [
        f"{name(row.name)}: {formats.percent(row.share, locale)} of {formats.count(row.n, 'referral', locale)}"
        for row in ordered[["name", "share", "n"]].itertuples(index=False)
    ]
    figure.add_trace(
        go.Scatter(
            x=column / 40,
            y=1.42 + height * step,
            mode="markers",
            customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": size, "opacity": 0.5},
        )
    )


def _axis(
    figure: go.Figure, unit: words.Unit, e: Estimate, wrong: pd.DataFrame, members: pd.DataFrame, locale: str
) -> None:
    """An axis that holds everything drawn and always the zone that does not matter."""
    drawn = [e.value, e.low95, e.high95, e.low99, e.high99, *unit.margin]
    for column in ("value", "low", "high"):
        drawn += list(wrong[column]) if column in wrong else []
    values = [float(v) for v in drawn if v is not None and math.isfinite(v)]
    low, high = min(values), max(values)
    if unit is words.SHARE:
        low, high = (0.0, 1.0) if len(members) else (max(0.0, low - 0.05), min(1.0, high + 0.05))
        figure.update_xaxes(range=[low - 0.02, high + 0.02], tickformat=".0%", nticks=5)
    elif unit is words.DIFFERENCE:
        pad = 0.08 * (high - low)
        figure.update_xaxes(range=[low - pad, high + pad], nticks=6, **_ticks(low, high, unit, locale))
    else:
        low, high = max(low, 0.05), min(high, 20)
        pad = 0.06 * (math.log10(high) - math.log10(low))
        at = [t for t in _ratio_ticks(unit, high / low) if low * 0.98 <= t <= high * 1.02] or [1.0]
        figure.update_xaxes(
            type="log",
            range=[math.log10(low) - pad, math.log10(high) + pad],
            tickvals=at,
            ticktext=[unit.write(t, locale).replace(" times", "×") for t in at],
        )
        for shape in figure.layout.annotations:
            if shape.xref != "paper":
                shape.x = math.log10(shape.x)


def _ratio_ticks(unit: words.Unit, spread: float) -> list[float]:
    """Few enough to stand beside one another on a telephone. spread: the axis' highest over its lowest value."""
    if unit is words.YEARLY:
        return [0.8, 0.9, 1.0, 1.1, 1.2, 1.3] if spread < 2 else [0.2, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0]
    return [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]


def _ticks(low: float, high: float, unit: words.Unit, locale: str) -> dict[str, list]:
    step = next((s for s in (0.02, 0.05, 0.1, 0.2) if (high - low) / s <= 5), 0.5)
    at = [round(k * step, 4) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return {"tickvals": at, "ticktext": [unit.write(t, locale).rpartition(" ")[0] for t in at]}
