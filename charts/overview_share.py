"""How much rests on few sources: one bar of a hundred per cent a measure, with and without its largest amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.overview_change import REFERRALS
from analysis.overview_share import Share
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

ROW = 96  # px: a name, a bar, two lines under it


@drawn
def share(shares: Sequence[Share], names: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """First source, the next two, the rest; the line on the first is the range of its share."""
    rows = [(s, _name(s, locale), True) for s in shares]
    for s in shares:
        if s.without_largest is not None and s.largest is not None:
            part = formats.percent(s.largest, locale)
            where = next(i for i, row in enumerate(rows) if row[0] is s)
            rows.insert(where + 1, (s.without_largest, f"… without the largest amount ({part} of it)", False))
    figure = canvas(of, ROW * len(rows) + 20, barmode="stack", margin={"l": 8, "r": 8, "t": 4, "b": 4})
    for place, (s, text, whole) in enumerate(rows):
        _row(figure, len(rows) - 1 - place, s, text, whole, names, of, locale)
    figure.update_xaxes(range=[0, 1], visible=False)
    figure.update_yaxes(visible=False, range=[-0.62, len(rows) - 0.42])
    return Drawing(figure, sentence(shares, locale))


def _row(
    figure: go.Figure, y: int, s: Share, text: str, whole: bool, names: Mapping[str, str], of: Look, locale: str
) -> None:  # fmt: skip
    colour = of.first if whole else of.wrong
    firsts = [names.get(source, "somebody unknown") for source in s.sources.source[:3]]
    named = 1 - s.unnamed
    next_two, rest = max(0.0, s.first3 - s.first), max(0.0, named - s.first3)
    segments = (
        (s.first, 1.0, f"{name(firsts[0])}: {formats.percent(s.first, locale)}", f"source:{s.sources.source[0]}"),
        (next_two, 0.5, f"{' and '.join(name(n) for n in firsts[1:])}: {formats.percent(next_two, locale)}", None),
        (rest, 0.22, f"all others: {formats.percent(rest, locale)}", None),
        (s.unnamed, 0.0, f"source not recorded: {formats.percent(s.unnamed, locale)}", None),
    )
    for width, opacity, said, click in segments:
        if width <= 0:
            continue
        figure.add_trace(
            go.Bar(
                x=[width], y=[y], orientation="h", width=0.24, customdata=[click] if click else None,
                text=[said], textposition="none", hovertemplate="%{text}<extra></extra>",
                marker={"color": faded(colour, opacity), "line": {"color": of.wrong if not opacity else of.ground,
                                                                    "width": 1}},
                selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
            )
        )  # fmt: skip
    if s.low95 is not None and s.high95 is not None:
        for colour, width in ((of.ground, 7), (of.ink, 3)):  # a halo, so that it stands out on any colour
            figure.add_trace(go.Scatter(x=[s.low95, s.high95], y=[y, y], mode="lines", hoverinfo="skip",
                                        line={"color": colour, "width": width}))  # fmt: skip
    figure.add_annotation(x=0, xref="paper", xanchor="left", y=y + 0.27, text=name_long(text), showarrow=False,
                          font={"size": 13, "color": of.ink if whole else of.soft})  # fmt: skip
    figure.add_annotation(x=0, xref="paper", xanchor="left", y=y - 0.33, text=_under(s, whole, locale), align="left",
                          showarrow=False, font={"size": 12, "color": of.soft})  # fmt: skip


def name_long(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _name(s: Share, locale: str) -> str:
    if s.what == REFERRALS:
        return f"Referrals, n = {formats.number(s.n, locale)}"
    total = formats.money(s.total, s.what, locale, short=True)
    return f"Value, {total}, n = {formats.number(s.n, locale)}"


def _under(s: Share, whole: bool, locale: str) -> str:
    first = f"the first {formats.percent(s.first, locale)}"
    if whole and s.low95 is not None:
        first += f" (95 %: {formats.span(s.low95, s.high95, formats.percent, locale)})"
    elif whole and s.luck is not None:
        first += f" (among equals {formats.percent(s.luck, locale)})"
    three = f"the first three {formats.percent(s.first3, locale)}"
    return f"{first}, {three}<br>{_half(s, locale)}"


def _half(s: Share, locale: str) -> str:
    of_all = f"of {formats.count(len(s.sources), 'source', locale)}"
    return f"half comes from {formats.number(s.half, locale)} {of_all}" if s.half else f"half is named by none {of_all}"


def sentence(shares: Sequence[Share], locale: str = formats.DEFAULT) -> str:
    """ "One source is 38 % of the value, 21 % without the largest amount; half of the referrals come from 9 of 61"."""
    count = next((s for s in shares if s.what == REFERRALS), None)
    money = next((s for s in shares if s.what != REFERRALS), None)
    lead = money or count
    if lead is None:
        return "No source is recorded."
    small = formats.small(lead.n, "won referral" if money else "referral", locale)
    said = f"One source is {formats.percent(lead.first, locale)} of {'the value' if money else 'the referrals'}"
    if money and money.without_largest is not None and (money.largest or 0) >= 0.05:
        said += f", the first is {formats.percent(money.without_largest.first, locale)} without the largest amount"
    if count is not None and count.half:
        of_all = formats.count(len(count.sources), "source", locale)
        said += f"; half of the referrals come from {formats.number(count.half, locale)} of {of_all}"
    return f"{said}{f' ({small})' if small else ''}."


def notes(shares: Sequence[Share], locale: str = formats.DEFAULT) -> list[str]:
    """What is not known about it, and what chance makes of equals."""
    said = []
    for s in shares:
        if s.no_amount:
            noun = formats.count(s.no_amount, "won referral", locale)
            said.append(f"{noun} of this period name no amount and are in no share of the value.")
            break
    for s in shares:
        if s.luck is not None:
            equals = formats.percent(s.luck, locale)
            said.append(f"Of as many sources that all give alike, the first would have {equals} of the referrals.")
        if s.unnamed >= 0.005:
            what = "the referrals" if s.what == REFERRALS else "the value"
            said.append(f"{formats.percent(s.unnamed, locale)} of {what} name no source.")
    return said


def table(shares: Sequence[Share], names: Mapping[str, str]) -> pd.DataFrame:
    """Each source's share of the referrals, then of each currency."""
    parts = []
    for s in shares:
        what = "Referrals" if s.what == REFERRALS else f"Value ({s.what})"
        who = [names.get(source, "somebody unknown") for source in s.sources.source]
        table = {"Measure": what, "Source": who, "Amount": s.sources.amount, "n": s.sources.n, "Share": s.sources.share}
        parts.append(pd.DataFrame(table))
    return pd.concat(parts, ignore_index=True)
