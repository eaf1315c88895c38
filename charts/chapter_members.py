"""Members side by side: a dot with its interval each, the chapter's line behind them; tenure beside results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.chapter_rates import Attendance, Rates, Tenure
from charts.chapter import NOUNS, rate
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded, name

ROW, CLOSE = 19, 15  # px a member, and where there are many
MANY = 40
MOST = 60  # members in a figure; the table has all


def short_names(names: Sequence[str], longest: int = 17) -> list[str]:
    """Names that leave room for the figure: whole where they fit, else first name and initial, made unique."""
    given = [" ".join(str(n).split()) for n in names]
    cut = [n if len(n) <= longest else _initial(n, longest) for n in given]
    again = Counter(cut)
    made: list[str] = []
    for text in cut:
        copies = made.count(text) if again[text] > 1 else 0
        made.append(text)
        if copies:
            made[-1] = f"{text} {copies + 1}"
    return [name(text) for text in made]


def _initial(full: str, longest: int) -> str:
    first, _, rest = full.partition(" ")
    text = f"{first} {rest.rpartition(' ')[2][:1]}." if rest else full
    return text if len(text) <= longest else text[: longest - 1] + "…"


@drawn
def rates(r: Rates, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Each member's rate and interval beside the chapter's."""
    shown = r.members.head(MOST)
    figure = _forest(shown, "rate", of, lambda v: rate(v, locale), (r.rate, r.low95, r.high95))
    if r.shrunk:
        figure.add_trace(
            go.Scatter(
                x=shown["raw"],
                y=_places(shown),
                mode="markers",
                hoverinfo="skip",
                marker={"symbol": "line-ns-open", "size": 8, "color": of.soft, "line": {"width": 1.5}},
            )
        )
        corner(figure, f"chapter {rate(r.rate, locale)} · ● drawn to it · | as counted", of.soft)
    else:
        corner(figure, f"chapter {rate(r.rate, locale)}", of.soft)
    highs = shown["high95"]
    band = 0.0 if formats.missing(r.high95) else r.high95
    # One member with a week or two must not press all the others against the axis.
    top = max(min(float(highs.max()), 2 * float(highs.quantile(0.8))), float(shown["rate"].max()), band)
    figure.update_xaxes(range=[0, top * 1.03], nticks=6)
    return Drawing(figure, rates_sentence(r, locale))


def rates_sentence(r: Rates, locale: str = formats.DEFAULT) -> str:
    """The chapter's rate, its interval, n, and how many members stand apart beyond luck."""
    noun, _, does = NOUNS[r.measure]
    n = formats.count(len(r.members), "member", locale)
    weeks = f"{formats.number(float(r.members['weeks'].sum()), locale)} member-weeks"
    said = f"A member {does} {rate(r.rate, locale)} {noun}s a week"
    if formats.missing(r.low95):
        return f"{said} ({n}, {weeks}: too few members for an interval)."
    said += f" (95 %: {formats.span(r.low95, r.high95, rate, locale)}; {n}, {weeks})"
    if len(r.members) < 2:
        return f"{said}."
    above = int((r.members["low95"] > r.rate).sum())
    below = int((r.members["high95"] < r.rate).sum())
    if not above + below:
        return f"{said}. No member differs from that by more than luck explains."
    return f"{said}. {above} stand above it and {below} below it by more than luck explains."


@drawn
def attendance(a: Attendance, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Each member's share of meetings attended, with what so few meetings leave open."""
    shown = a.members.head(MOST)
    figure = _forest(shown, "share", of, lambda v: formats.percent(v, locale), (a.share, a.low95, a.high95))
    corner(figure, f"chapter {formats.percent(a.share, locale)}", of.soft)
    low = max(0.0, float(shown["low95"].min()) - 0.03)
    figure.update_xaxes(range=[low, 1.02], tickformat=".0%", nticks=6)
    n = formats.number(float(a.members["meetings"].sum()), locale)
    spread = ""
    if not formats.missing(a.low95):
        spread = f" (95 %: {formats.span(a.low95, a.high95, formats.percent, locale)})"
    said = (
        f"Members were there, late or substituted at {formats.percent(a.share, locale)} of their meetings{spread}; "
        f"{formats.count(len(a.members), 'member', locale)}, {n} member-meetings."
    )
    return Drawing(figure, said)


def _places(shown: pd.DataFrame) -> list[int]:
    return list(range(len(shown) - 1, -1, -1))


def _forest(
    shown: pd.DataFrame,
    column: str,
    of: Look,
    write: Callable[[float], str],
    chapter: tuple[float, float, float],
) -> go.Figure:
    """A row a member, the best on top; the chapter's value is a line with its interval as a band."""
    names, y = short_names(list(shown["name"])), _places(shown)
    value, low, high = chapter
    figure = canvas(of, (ROW if len(shown) <= MANY else CLOSE) * len(shown) + 80)
    if not formats.missing(low):
        figure.add_vrect(x0=low, x1=high, fillcolor=faded(of.wrong, 0.18), line_width=0, layer="below")
    figure.add_vline(x=value, line={"color": of.wrong, "width": 1, "dash": "dot"}, layer="below")
    gap: list[float | None] = []
    rows: list[float | None] = []
    for place, start, end in zip(y, shown["low95"], shown["high95"], strict=True):
        gap += [start, end, None]
        rows += [place, place, None]
    figure.add_trace(
        go.Scatter(
            x=gap, y=rows, mode="lines", hoverinfo="skip", line={"color": of.first, "width": 5}, opacity=of.band * 1.8
        )
    )
    said = [
        f"{name(n)}: {write(v)} (95 %: {write(a)} to {write(b)})"
        for n, v, a, b in zip(shown["name"], shown[column], shown["low95"], shown["high95"], strict=True)
    ]
    figure.add_trace(
        go.Scatter(
            x=shown[column],
            y=y,
            mode="markers",
            customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": 8, "line": {"color": of.ground, "width": 1}},
        )
    )
    figure.update_yaxes(tickvals=y, ticktext=names, range=[-0.8, len(shown) - 0.2], showgrid=False,
                        tickfont={"size": 12 if len(shown) <= MANY else 10})  # fmt: skip
    return figure


@drawn
def tenure(t: Tenure, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Years in the chapter against what is received a week: points with their intervals, and no line through them."""
    p = t.points
    figure = canvas(of, 300)
    said = [
        f"{name(row.name_)}: {formats.number(row.years, locale, 1)} years, {rate(row.rate, locale)} a week"
        for row in p.rename(columns={"name": "name_"})[["name_", "years", "rate"]].itertuples(index=False)
    ]
    figure.add_trace(
        go.Scatter(
            x=p["years"],
            y=p["rate"],
            mode="markers",
            customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            error_y={
                "type": "data",
                "symmetric": False,
                "array": p["high95"] - p["rate"],
                "arrayminus": p["rate"] - p["low95"],
                "color": faded(of.first, 0.35),
                "thickness": 2,
                "width": 0,
            },
            marker={"color": of.first, "size": 8, "line": {"color": of.ground, "width": 1}},
        )
    )
    top = float(max(p["high95"].quantile(0.9), p["rate"].max()))
    figure.update_yaxes(range=[0, top * 1.05], nticks=5)
    figure.update_xaxes(title="years since joining", rangemode="tozero", nticks=8, showgrid=False)
    corner(figure, "referrals received a week, 95 %", of.soft)
    return Drawing(figure, tenure_sentence(t, locale))


def tenure_sentence(t: Tenure, locale: str = formats.DEFAULT) -> str:
    n = formats.count(len(t.points), "member", locale)
    if np.isnan(t.rho):
        return f"Tenure is known of {n}: too few to say whether it goes together with receiving."
    span = formats.span(t.low95, t.high95, lambda v, at: formats.signed(v, at, 2), locale)
    if t.low95 > 0:
        said = "Members who have been here longer receive more"
    elif t.high95 < 0:
        said = "Members who have been here longer receive less"
    else:
        said = "Tenure and receiving do not clearly go together"
    rho = formats.signed(t.rho, locale, 2)
    return f"{said}: rank correlation {rho} (95 %: {span}; {n}). Whoever left is not among them."
