"""The trend of a period with the compared period dashed behind it; months without an import are gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.overview import Kpi, Overview
from charts.theme import Drawing, Look, canvas, corner


@dataclass(frozen=True)
class Measure:
    """A column of the overview's months and how its values are written."""

    column: str
    label: str
    write: Callable[..., str]
    currency: str | None = None

    def say(self, value: float, locale: str) -> str:
        if self.currency:
            return formats.money(value, self.currency, locale, short=True)
        return self.write(value, locale)


def measures(overview: Overview) -> list[Measure]:
    """What can be drawn by month, in the order of the cards."""
    many = len(overview.currencies) > 1
    money = [Measure(f"value_{c}", f"Value ({c})" if many else "Value", formats.money, c) for c in overview.currencies]
    return [
        Measure("referrals", "Referrals", formats.number),
        Measure("won", "Won", formats.number),
        *money,
        Measure("close_rate", "Close rate", formats.percent),
        Measure("active_sources", "Active sources", formats.number),
    ]


def trend(overview: Overview, measure: Measure, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """One measure by month, now solid and before dashed; a part month is a hollow mark."""
    months = overview.months
    now, before = months[measure.column].astype(float), months[f"before_{measure.column}"].astype(float)
    x = [formats.month(m.date(), locale) for m in months.month]
    figure = canvas(of, 300, hovermode="x unified")
    figure.add_trace(
        go.Scatter(
            x=x,
            y=before,
            mode="lines",
            name="before",
            connectgaps=False,
            line={"color": of.wrong, "dash": "dash", "width": 2},
            customdata=_said(months, "before_", measure, locale),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    hollow = [of.ground if state == "partial" else of.first for state in months.state]
    figure.add_trace(
        go.Scatter(
            x=x,
            y=now,
            mode="lines+markers",
            name="now",
            connectgaps=False,
            line={"color": of.first, "width": 2.5},
            marker={"size": 8, "color": hollow, "line": {"color": of.first, "width": 2}},
            customdata=_said(months, "", measure, locale),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    for place in months.index[months.state == "gap"]:
        figure.add_vrect(x0=place - 0.5, x1=place + 0.5, fillcolor=of.line, opacity=0.5, layer="below", line_width=0)
        figure.add_annotation(
            x=place,
            y=0.5,
            yref="paper",
            text="not imported",
            textangle=-90,
            showarrow=False,
            font={"size": 11, "color": of.soft},
        )
    _axes(figure, measure, of, overview, x, locale)
    return Drawing(figure, sentence(overview, measure, locale))


def _axes(figure: go.Figure, measure: Measure, of: Look, overview: Overview, x: list[str], locale: str) -> None:
    figure.update_xaxes(tickvals=x[:: max(1, round(len(x) / 4))], showspikes=False, range=[-0.5, len(x) - 0.5])
    figure.update_yaxes(rangemode="tozero", tickformat=".0%" if measure.write is formats.percent else "~s", nticks=5)
    window, before = overview.window, overview.before
    if window is None or before is None:
        return
    corner(figure, f"━ {formats.period(window.start, window.end, locale)}", of.first)
    corner(figure, f"╌ {formats.period(before.start, before.end, locale)}", of.soft, x=1)


def _said(months: pd.DataFrame, prefix: str, measure: Measure, locale: str) -> list[str]:
    said = []
    for month, state, value in zip(
        months[f"{prefix}month"], months[f"{prefix}state"], months[f"{prefix}{measure.column}"], strict=True
    ):
        text = "not imported" if state == "gap" else measure.say(value, locale)
        said.append(f"{formats.month(month.date(), locale)}: {text}{' (part)' if state == 'partial' else ''}")
    return said


def sentence(overview: Overview, measure: Measure, locale: str = formats.DEFAULT) -> str:
    """What the trend shows: the total, what it is compared with, and what is missing."""
    k = overview.kpi("value", measure.currency) if measure.currency else overview.kpi(measure.column)
    window, before = overview.window, overview.before
    if k.value is None or window is None:
        return f"{measure.label}: no import covers this period."
    said = f"{measure.label} {formats.period(window.start, window.end, locale)}: {measure.say(k.value, locale)}"
    if k.before is not None and before is not None and before.complete:
        said += f", before {measure.say(k.before, locale)} ({formats.period(before.start, before.seen, locale)})"
    gaps = int((overview.months.state == "gap").sum())
    return said + (f"; {formats.count(gaps, 'month')} not imported." if gaps else ".")


def table(overview: Overview, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """The months as a table of numbers, newest first, each measure beside the earlier month's."""
    months = overview.months
    shown: dict[str, object] = {
        "Month": months.month,
        "Imports cover": [f"{c} of {d} days" for c, d in zip(months.covered_days, months.days, strict=True)],
    }
    for measure in measures(overview):
        shown[measure.label] = months[measure.column]
        shown[f"{measure.label}, before"] = months[f"before_{measure.column}"]
    return pd.DataFrame(shown).iloc[::-1].reset_index(drop=True)


def value(kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """The figure on its card, in its unit."""
    if not kpi.recorded:
        return "not recorded"
    if kpi.name == "value":
        return formats.money(kpi.value, kpi.currency, locale, short=True)
    return (formats.percent if kpi.name == "close_rate" else formats.number)(kpi.value, locale)


@dataclass(frozen=True)
class Change:
    """A card's change against the earlier period, and what stands beside it. way: up | down | none."""

    text: str | None
    way: str
    beside: str


def compared(overview: Overview, kpi: Kpi, locale: str = formats.DEFAULT) -> Change:
    """The change, only where the two periods are alike; why not, where they are not."""
    before = overview.before
    alike = overview.window is not None and overview.window.complete and before is not None and before.complete
    was = f"before {value_before(kpi, locale)}"
    if kpi.value is None:
        return Change(None, "none", "")
    if kpi.before is None or before is None:
        return Change(None, "none", "nothing imported before")
    change = kpi.value - kpi.before
    if kpi.name == "close_rate":
        few = formats.small(min(kpi.n or 0, kpi.n_before or 0), "mature referral", locale)
        return Change(None, "none", few) if few else Change(formats.points(change, locale), _way(round(change, 3)), was)
    if not alike:
        return Change(None, "none", f"{was}, {before.covered} of {before.days} days imported")
    share = change / kpi.before if kpi.before else 0.0
    text = f"{formats.signed(share * 100, locale)} %" if abs(share) >= 0.005 else formats.signed(change, locale)
    return Change(text, _way(change), was)


def _way(change: float) -> str:
    return "up" if change > 0 else "down" if change < 0 else "none"


def value_before(kpi: Kpi, locale: str) -> str:
    return value(replace(kpi, value=kpi.before), locale)


def fine_print(kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """What a card's help adds: the interval, or the one amount that carries the sum."""
    if kpi.name == "close_rate" and kpi.low95 is not None and kpi.n and kpi.n >= formats.SMALL_N:
        return f" 95 %: {formats.span(kpi.low95, kpi.high95, formats.percent, locale)}."
    if kpi.name == "value" and kpi.value and kpi.largest and kpi.largest > 0.2 * kpi.value:
        rest = formats.plain(formats.money(kpi.value - kpi.largest, kpi.currency, locale))
        return f" One single referral is {formats.percent(kpi.largest / kpi.value, locale)} of it; without it {rest}."
    return ""


def headline(overview: Overview, locale: str = formats.DEFAULT) -> str:
    """The period in one sentence, as the page's title."""
    if overview.window is None or overview.kpi("referrals").value is None:
        return "No import covers this period"
    referrals = overview.kpi("referrals")
    said = formats.count(referrals.value, "referral", locale)
    window, before = overview.window, overview.before
    if referrals.before and window.complete and before is not None and before.complete:
        change = round((referrals.value - referrals.before) / referrals.before * 100)  # type: ignore[operator]
        way = f"{abs(change)} % {'more' if change > 0 else 'fewer'} than before" if change else "as many as before"
        said += f", {way}"
    money = [
        formats.money(k.value, k.currency, locale, short=True) for k in overview.kpis if k.name == "value" and k.value
    ]
    return formats.plain(said + (f"; {' and '.join(money)} won" if money else ""))


def subline(overview: Overview, locale: str = formats.DEFAULT) -> str:
    """Both periods, and what is partial about them."""
    window, before = overview.window, overview.before
    if window is None or before is None or overview.as_of is None:
        return ""
    said = f"**{formats.period(window.start, window.end, locale)}**"
    if window.partial:
        last = formats.day(overview.as_of - timedelta(days=1), locale)
        said += f", known to {last} and compared like with like"
    return said + f" · before: {formats.period(before.start, before.seen, locale)}"
