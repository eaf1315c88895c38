"""The trend of a period, with what it is compared with dashed behind it; months without an import are gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.overview import Overview
from analysis.overview_rows import THANKS
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded


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
    word = money_word(overview)
    money = [Measure(f"value_{c}", f"{word} ({c})" if many else word, formats.money, c) for c in overview.currencies]
    return [
        Measure("referrals", "Referrals", formats.number),
        Measure("won", "Won", formats.number),
        *money,
        Measure("close_rate", "Close rate", formats.percent),
        Measure("active_sources", "Active sources", formats.number),
    ]


def money_word(overview: Overview) -> str:
    return "Closed business" if overview.basis == THANKS else "Value"


@drawn
def trend(
    overview: Overview, measure: Measure, of: Look, locale: str = formats.DEFAULT, chosen: tuple[str, ...] = ()
) -> Drawing:
    """One measure by month, now solid and the comparison dashed; a part month is a hollow mark.

    chosen: months ("YYYY-MM") that the page is narrowed to. A click on a mark narrows to its month.
    """
    months = overview.months
    now, before = months[measure.column].astype(float), months[f"before_{measure.column}"].astype(float)
    x = [formats.month(m.date(), locale) for m in months.month]
    ids = [f"month:{m:%Y-%m}" for m in months.month]
    said, was = _said(overview, "", measure, locale), _said(overview, "before_", measure, locale)
    figure = canvas(of, 300, hoverdistance=40)
    figure.add_trace(
        go.Scatter(
            x=x, y=before, mode="lines", name="before", connectgaps=False,
            line={"color": of.wrong, "dash": "dash", "width": 2}, text=was,
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    hollow = [of.ground if state == "partial" else of.first for state in months.state]
    figure.add_trace(
        go.Scatter(
            x=x, y=now, mode="lines+markers", name="now", connectgaps=False, customdata=ids,
            line={"color": of.first, "width": 2.5},
            marker={"size": 9, "color": hollow, "line": {"color": of.first, "width": 2}},
            selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
            text=[f"{one}<br>{then}" for one, then in zip(said, was, strict=True)],
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    for place in months.index[months.state == "gap"]:
        _block(figure, place, faded(of.line, 0.5))
        figure.add_annotation(x=place, y=0.5, yref="paper", text="not imported", textangle=-90, showarrow=False,
                              font={"size": 11, "color": of.soft})  # fmt: skip
    for place, month in enumerate(ids):
        if month.removeprefix("month:") in chosen:
            _block(figure, place, faded(of.first, of.band))
    _axes(figure, measure, of, overview, x, locale)
    return Drawing(figure, sentence(overview, measure, locale))


def _block(figure: go.Figure, place: int, colour: str) -> None:
    figure.add_vrect(x0=place - 0.5, x1=place + 0.5, fillcolor=colour, layer="below", line_width=0)


def _axes(figure: go.Figure, measure: Measure, of: Look, overview: Overview, x: list[str], locale: str) -> None:
    figure.update_xaxes(tickvals=x[:: max(1, round(len(x) / 4))], showspikes=False, range=[-0.5, len(x) - 0.5])
    figure.update_yaxes(rangemode="tozero", tickformat=".0%" if measure.write is formats.percent else "~s", nticks=5)
    window = overview.window
    if window is None:
        return
    corner(figure, f"━ {formats.period(window.start, window.end, locale)}", of.first)
    if overview.months[f"before_{measure.column}"].notna().any():
        corner(figure, f"╌ {beside(overview, locale)}", of.soft, x=1)


def beside(overview: Overview, locale: str = formats.DEFAULT) -> str:
    """What stands beside the figures, in as few words as a key needs."""
    if overview.compare == "others":
        return f"mean of {formats.count(overview.groups, 'other group', locale)}"
    if overview.compare == "goal":
        return "our goal"
    before = overview.before
    return formats.period(before.start, before.end, locale) if before is not None else ""


def _said(overview: Overview, prefix: str, measure: Measure, locale: str) -> list[str]:
    months, said = overview.months, []
    dated = not prefix or overview.compare not in ("others", "goal")
    for month, state, value in zip(
        months[f"{prefix}month"], months[f"{prefix}state"], months[f"{prefix}{measure.column}"], strict=True
    ):
        text = "not imported" if state == "gap" else measure.say(value, locale)
        part = " (part)" if state == "partial" and text != formats.NONE else ""
        who = formats.month(month.date(), locale) if dated else beside(overview, locale)
        said.append(f"{who}: {text}{part}")
    return said


def sentence(overview: Overview, measure: Measure, locale: str = formats.DEFAULT) -> str:
    """What the trend shows: the total, what it is compared with, and what is missing."""
    k = overview.kpi("value", measure.currency) if measure.currency else overview.kpi(measure.column)
    window, before = overview.window, overview.before
    if k.value is None or window is None:
        return f"{measure.label}: no import covers this period."
    said = f"{measure.label} {formats.period(window.start, window.end, locale)}: {measure.say(k.value, locale)}"
    if k.before is not None and overview.compare in ("others", "goal"):
        size = " of this size" if overview.compare == "others" else ""
        said += f", {beside(overview, locale)}{size} {measure.say(k.before, locale)}"
    elif k.before is not None and before is not None and before.complete:
        said += f", before {measure.say(k.before, locale)} ({formats.period(before.start, before.seen, locale)})"
    gaps = int((overview.months.state == "gap").sum())
    return said + (f"; {formats.count(gaps, 'month')} not imported." if gaps else ".")


def table(overview: Overview, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """The months as a table of numbers, newest first, each measure beside what it is compared with."""
    months = overview.months
    word = {"others": "others", "goal": "goal"}.get(overview.compare, "before")
    shown: dict[str, object] = {
        "Month": months.month,
        "Imports cover": [f"{c} of {d} days" for c, d in zip(months.covered_days, months.days, strict=True)],
    }
    for measure in measures(overview):
        shown[measure.label] = months[measure.column]
        shown[f"{measure.label}, {word}"] = months[f"before_{measure.column}"]
    return pd.DataFrame(shown).iloc[::-1].reset_index(drop=True)
