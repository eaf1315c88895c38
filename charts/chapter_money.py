"""Closed business: what the largest slip does to the total, and every slip on a scale on which one can see them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

import formats
from analysis.chapter_money import WON, Money
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded, label, name


@drawn
def totals(m: Money, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Two bars from zero: the total, and the total without its largest slip."""
    if m.largest is None or m.without_largest is None:
        return None
    figure = canvas(of, 120)
    rows = (("all slips", m.total, of.first), ("without the largest", m.without_largest, of.wrong))
    for place, (words, value, colour) in enumerate(rows):
        said = formats.money(value, m.currency, locale, short=True)
        figure.add_trace(go.Bar(x=[max(0.0, value)], y=[1 - place], orientation="h", width=0.56,
                                marker={"color": colour}, customdata=[f"{words}: {said}"],
                                hovertemplate="%{customdata}<extra></extra>"))  # fmt: skip
        label(figure, max(0.0, value), 1 - place, f"<b>{name(said)}</b>", of.ink, xanchor="left", xshift=6)
    figure.update_yaxes(tickvals=[1, 0], ticktext=[r[0] for r in rows], showgrid=False)
    figure.update_xaxes(visible=False, range=[0, max(m.total, 1.0) * 1.28])
    return Drawing(figure, money_sentence(m, locale))


def money_sentence(m: Money, locale: str = formats.DEFAULT) -> str:
    """The total, what one slip makes of it, the median."""
    total = formats.money(m.total, m.currency, locale, short=True)
    what = "of won referrals" if m.basis == WON else "of closed business"
    if m.largest is None or m.without_largest is None:
        return f"{total} {what}; single slips are not known, so one giant among them cannot be told."
    share = formats.percent(m.largest / m.total, locale) if m.total > 0 else formats.NONE
    rest = formats.money(m.without_largest, m.currency, locale, short=True)
    said = f"{total} {what} in {formats.count(m.n, 'slip', locale)}; the largest alone is {share} of it, without it "
    return f"{said}{rest}."


@drawn
def slips(m: Money, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Each slip on a logarithmic axis, the median with its interval."""
    amounts = m.amounts["amount"].to_numpy(float)
    if m.median is None or len(amounts) < 2:
        return None
    figure = canvas(of, 190)
    place = np.round(np.log10(amounts) * 14) / 14
    stacked = m.amounts.groupby(place).cumcount().to_numpy()
    step = min(0.12, 1.4 / max(1, int(stacked.max())))
    said = [formats.money(a, m.currency, locale) for a in amounts]
    figure.add_trace(
        go.Scatter(
            x=amounts, y=0.6 + stacked * step, mode="markers", customdata=said,
            hovertemplate="%{customdata}<extra></extra>", marker={"color": of.first, "size": 7, "opacity": 0.5},
        )
    )  # fmt: skip
    if m.median_low95 is not None and m.median_high95 is not None:
        figure.add_trace(go.Scatter(x=[m.median_low95, m.median_high95], y=[0.2, 0.2], mode="lines", hoverinfo="skip",
                                    line={"color": of.second, "width": 9}, opacity=0.4))  # fmt: skip
    figure.add_trace(go.Scatter(x=[m.median], y=[0.2], mode="markers", hoverinfo="skip",
                                marker={"color": of.second, "size": 12, "symbol": "diamond"}))  # fmt: skip
    figure.add_vline(x=m.median, line={"color": faded(of.second, 0.6), "width": 1, "dash": "dot"})
    label(figure, np.log10(m.median), 0.2, f"median {name(formats.money(m.median, m.currency, locale, short=True))}",
          of.ink, yshift=-18)  # fmt: skip
    corner(figure, "each dot a slip; every gridline ten times the one before", of.soft)
    low, high = int(np.floor(np.log10(amounts.min()))), int(np.ceil(np.log10(amounts.max())))
    ticks = [10.0**k for k in range(low, high + 1)]
    figure.update_xaxes(type="log", range=[np.log10(amounts.min()) - 0.15, np.log10(amounts.max()) + 0.15],
                        tickvals=ticks, ticktext=[formats.money(t, m.currency, locale, short=True) for t in ticks],
                        showgrid=True)  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.25, 2.1])
    return Drawing(figure, slips_sentence(m, locale))


def slips_sentence(m: Money, locale: str = formats.DEFAULT) -> str:
    median = formats.money(m.median, m.currency, locale, short=True)
    spread = "too few members for an interval"
    if m.median_low95 is not None and m.median_high95 is not None:
        ends = (formats.money(v, m.currency, locale, short=True) for v in (m.median_low95, m.median_high95))
        spread = f"95 %: {' to '.join(ends)}"
    said = f"Half of the slips are below {median} ({spread}; {formats.count(m.n, 'slip', locale)})"
    if m.n and m.n >= 10 and m.top_tenth:
        return f"{said}; the largest tenth of them holds {formats.percent(m.top_tenth, locale)} of the money."
    return f"{said}."
