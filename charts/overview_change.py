"""Who drove a change: signed bars from zero, the largest first and the rest as one, which add up to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.overview_change import REFERRALS, Drivers, collected
from analysis.scope import UNKNOWN
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded, name

BY = {"source": "who gave", "receiver": "who received", "kind": "kind of source"}
ONE = {"source": "source", "receiver": "receiver", "kind": "kind of source"}
KINDS = {"customer": "Customers", "member": "Fellow members", "partner": "Professional partners",
         "personal": "Friends and family", "inbound": "Nobody: it came by itself"}  # fmt: skip
MOST = 7
ROW = 46  # px: a name and its bar
MISSING = {
    "before": "Nothing is imported of the earlier period, so there is nothing to compare with. Import older files, or "
    "choose a shorter period.",
    "gaps": "One of the two periods is imported in part only: what seems a change could be the missing days.",
}


@drawn
def change(d: Drivers, names: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """A row a part: its name above its bar, behind it the usual ups and downs of somebody with as many."""
    shown, rest = collected(d, MOST)
    rows: list[tuple[str, Any, str | None]] = [
        (part(d, row.id, names), row, f"{d.by}:{row.id}") for row in shown.itertuples()
    ]
    if rest is not None:
        many = f"{formats.number(rest['n'], locale)} others together"
        rows.append((many, rest, None))
    figure = canvas(of, ROW * len(rows) + 56, barmode="overlay")
    for place, (text, row, click) in enumerate(rows):
        _row(figure, len(rows) - 1 - place, text, row, click, d, of, locale)
    # The band of all others together is the widest: it may leave the picture, or no single bar could be seen.
    reach = [row.reach for _, row, click in rows if click and not formats.missing(row.reach)]
    most = max([*reach, *(abs(row.change) for _, row, _ in rows), 1.0])
    figure.add_vline(x=0, line={"color": of.soft, "width": 1})
    figure.update_xaxes(range=[-1.2 * most, 1.2 * most], tickformat="~s", nticks=5, showgrid=True)
    figure.update_yaxes(visible=False, range=[-0.5, len(rows) - 0.4])
    if d.what == REFERRALS:
        corner(figure, "▬ usual ups and downs", of.soft)
    return Drawing(figure, sentence(d, names, locale))


def _row(
    figure: go.Figure, y: int, text: str, row, click: str | None, d: Drivers, of: Look, locale: str
) -> None:  # fmt: skip
    if not formats.missing(row.reach):
        figure.add_shape(type="rect", x0=-row.reach, x1=row.reach, y0=y - 0.3, y1=y + 0.14, layer="below",
                         line={"width": 0}, fillcolor=faded(of.wrong, 0.22))  # fmt: skip
    colour = of.wrong if click is None else of.first if row.change >= 0 else of.second
    said = f"{name(text)}: {amount(d, row.before, locale)} → {amount(d, row.now, locale)}"
    figure.add_trace(
        go.Bar(
            x=[row.change], y=[y - 0.08], orientation="h", width=0.3, customdata=[click] if click else None,
            text=[said], textposition="none", hovertemplate="%{text}<extra></extra>",
            marker={"color": colour}, selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        )
    )  # fmt: skip
    figure.add_annotation(x=0, xref="paper", xanchor="left", y=y + 0.36, text=name(text), showarrow=False,
                          font={"size": 13, "color": of.ink})  # fmt: skip
    figure.add_annotation(x=1, xref="paper", xanchor="right", y=y + 0.36, font={"size": 13, "color": of.ink},
                          text=f"<b>{signed(d, row.change, locale)}</b>", showarrow=False)  # fmt: skip


def part(d: Drivers, key: object, names: Mapping[str, str]) -> str:
    if key == UNKNOWN:
        return "Not recorded"
    if d.by == "kind":
        return KINDS.get(str(key), str(key))
    return names.get(str(key), "somebody unknown")


def amount(d: Drivers, value: float, locale: str) -> str:
    if d.what == REFERRALS:
        return formats.number(value, locale)
    return formats.money(value, d.what, locale, short=True)


def signed(d: Drivers, value: float, locale: str) -> str:
    text = amount(d, value, locale)
    return f"+{text}" if value > 0 else text


def sentence(d: Drivers, names: Mapping[str, str], locale: str = formats.DEFAULT) -> str:
    """The change, the part that moved most, and whether luck alone gives as much."""
    noun = "referrals" if d.what == REFERRALS else "won"
    head = f"{amount(d, abs(d.change), locale)} {'more' if d.change > 0 else 'less' if noun == 'won' else 'fewer'}"
    said = f"{head} {noun} than before" if d.change else f"As {'many' if noun == 'referrals' else 'much'} as before"
    if d.luck is None:
        return f"{said}; too few of {formats.count(d.sources, 'source', locale)} moved to tell it from luck."
    luck = amount(d, d.luck, locale)
    way = "more than luck alone gives" if d.beyond else "within what luck alone gives"
    return f"{said}: {way} (up to {luck} either way, {formats.count(d.sources, 'source', locale)})."


def periods(d: Drivers, locale: str = formats.DEFAULT) -> str:
    """Both totals with their periods; how to read the bars."""
    if d.window is None or d.before is None:
        return ""
    now = f"{amount(d, d.now_total, locale)} in {formats.period(d.window.start, d.window.seen, locale)}"
    then = f"{amount(d, d.before_total, locale)} in {formats.period(d.before.start, d.before.seen, locale)}"
    return f"{now}, {then}. All bars together are the difference."


def table(d: Drivers, names: Mapping[str, str]) -> pd.DataFrame:
    """Every part, the largest change first."""
    p = d.parts
    return pd.DataFrame(
        {ONE[d.by].capitalize(): [part(d, key, names) for key in p.id], "Now": p.now, "Before": p.before,
         "Change": p.change, "Usual, up or down": p.reach}
    )  # fmt: skip
