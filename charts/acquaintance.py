"""How long it takes (D5, Q1): two authors disagree, and both stand on the same months since two people met."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import curves, marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, label

MONTH = 30.4375  # days
LAST = 36  # months drawn; the last age is open-ended
DAYS = (0, 30, 90, 180, 365)
QUARTER, YEAR = 90, 365
WRAP = 28  # letters beside a mark


def year(result: Result, quick: Result | None, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """D5: both authors on the same months, and the ratio."""
    drawn = [together(result, quick, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


def quick(result: Result, slow: Result | None, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """Q1: the share that has referred by day, the share within 90 days, and both authors on the same months."""
    drawn = [first_referrals(result, of, locale), interval(result, of, locale), together(slow, result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def first_referrals(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Steps upwards with the marks' intervals, how many are still followed, and the tempting ways as crosses."""
    frame = marks.kept(result.data.get("curve"), "day", "value")
    if frame.empty:
        return None
    made = curves.curve("all new acquaintances", of.first, "solid", frame, "value")
    figure = curves.cumulative([made], "have referred", of, DAYS)
    at = _marks(result)
    said = [f"day {r.day:.0f}: {formats.percent(r.value, locale)}" for r in at.itertuples()]
    marks.whiskers(figure, at["day"], at["value"], at["low"], at["high"], said, of.first, of, size=9)
    wrong = marks.kept(result.data.get("wrong"), "name", "value").head(2)
    for row in wrong.itertuples():
        _tempting(figure, row.name, float(row.value), of, locale)
    top = max([float(frame["value"].max()), *at["high"].dropna(), *wrong["value"]])
    figure.update_yaxes(range=[0, top * 1.12])
    figure.update_xaxes(range=[0, YEAR + 5])  # room for the last interval
    told = ", ".join(f"{formats.percent(r.value, locale)} within {r.day:.0f} days" for r in at.itertuples())
    return Drawing(figure, f"Of all new acquaintances a first referral came from {told or 'few'}.")


def _tempting(figure: go.Figure, way: str, share: float, of: Look, locale: str) -> None:
    """A cross where a tempting way would put the share within 90 days."""
    none = pd.Series([np.nan])
    said = [f"{way}: {formats.percent(share, locale)}"]
    marks.whiskers(figure, [QUARTER], pd.Series([share]), none, none, said, of.wrong, of, size=9, symbol="x")
    text = "<br>".join(textwrap.wrap(f"tempting: {way}", WRAP))
    label(figure, QUARTER, share, text, of.soft, xanchor="left", xshift=8, yanchor="bottom", yshift=-8, align="left")


def _marks(result: Result) -> pd.DataFrame:
    return marks.kept(result.data.get("marks"), "day", "value", "low", "high")


@drawn
def together(
    slow: Result | None, fast: Result | None, of: Look, locale: str = formats.DEFAULT
) -> Drawing | None:  # fmt: skip
    """Months since two people met: above who has referred at all, below how often the same two refer, by age. The
    lower half stands alone where the other claim has no curve."""
    ages = marks.kept(slow.data.get("curve") if slow else None, "months", "from", "value")
    met = marks.kept(fast.data.get("curve") if fast else None, "day", "value")
    ages, met = (ages if len(ages) > 1 else ages.head(0)), met[met["day"] <= YEAR]
    if ages.empty:
        return None
    both = len(met) > 0
    figure = canvas(of, 470 if both else 330)
    said = []
    if fast is not None and both:
        _upper(figure, met, _marks(fast), of, locale)
        said.append(_quick_sentence(fast, locale))
    _lower(figure, ages, of, locale, both=both)
    said.append(_slow_sentence(slow, ages, locale))
    figure.update_xaxes(range=[0, LAST], tickvals=[0, 3, 6, 12, 24, 36], title="months since two people met")
    for day, text in ((QUARTER, "3 months"), (YEAR, "a year")):
        figure.add_shape(type="line", x0=day / MONTH, x1=day / MONTH, y0=0, y1=1, yref="paper", layer="below",
                         line={"color": of.wrong, "width": 1, "dash": "dash"})  # fmt: skip
        figure.add_annotation(x=day / MONTH, y=1, yref="paper", text=text, showarrow=False,
                              yanchor="bottom",
                              font={"size": 11, "color": of.soft})  # fmt: skip
    heading = " ".join([*said, "Two authors disagree: both stand on the same months."]) if both else ""
    return Drawing(figure, " ".join(said), heading)


def _upper(figure: go.Figure, met: pd.DataFrame, at: pd.DataFrame, of: Look, locale: str) -> None:
    figure.add_trace(
        go.Scatter(x=met["day"] / MONTH, y=met["value"], mode="lines", xaxis="x", yaxis="y2", hoverinfo="skip",
                   line={"shape": "hv", "color": of.second, "width": 2.5})
    )  # fmt: skip
    said = [f"day {r.day:.0f}: {formats.percent(r.value, locale)} have referred" for r in at.itertuples()]
    figure.add_trace(
        go.Scatter(x=at["day"] / MONTH, y=at["value"], mode="markers", yaxis="y2", customdata=said,
                   hovertemplate="%{customdata}<extra></extra>", marker={"color": of.second, "size": 9},
                   error_y=marks.error(at["value"], at["low"], at["high"], of.second))
    )  # fmt: skip
    top = max([float(met["value"].max()), *at["high"].dropna()]) * 1.15
    across = {"domain": [0.6, 1.0], "range": [0, top], "tickformat": ".0%", "nticks": 4, "fixedrange": True}
    figure.update_layout(yaxis2=across)
    label(figure, LAST, met["value"].iloc[-1], "have referred at all", of.second, yref="y2", xanchor="right")


def _lower(figure: go.Figure, ages: pd.DataFrame, of: Look, locale: str, *, both: bool) -> None:
    starts = ages["from"].astype(float)
    ends = np.append(starts.to_numpy()[1:], LAST)
    middle = (starts + ends) / 2
    said = [f"{r.months} months: {formats.times(r.value, locale)} the first, "
            f"{formats.count(int(r.referrals), 'referral', locale)}" for r in ages.itertuples()]  # fmt: skip
    x = [v for pair in zip(starts, ends, strict=True) for v in (*pair, None)]
    y = [v for value in ages["value"] for v in (value, value, None)]
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", hoverinfo="skip", line={"color": of.first, "width": 3}))
    marks.whiskers(figure, middle, ages["value"], ages["low"], ages["high"], said, of.first, of)
    figure.update_layout(yaxis={**marks.ratio_axis(ages["value"], locale), "domain": [0.0, 0.44 if both else 1.0]})
    figure.add_shape(type="line", x0=0, x1=LAST, y0=1, y1=1, layer="below",
                     line={"color": of.wrong, "width": 1, "dash": "dot"})  # fmt: skip
    figure.add_annotation(x=1, xref="paper", xanchor="right", y=0.46 if both else 1, yref="paper", yanchor="bottom",
                          text="how often the same two refer", showarrow=False,
                          font={"size": 12, "color": of.first})  # fmt: skip


def _quick_sentence(fast: Result, locale: str) -> str:
    e = words.deciding(fast)
    within = formats.percent(e.value, locale) if e else "Some"
    return f"{within} of new acquaintances refer within three months."


def _slow_sentence(slow: Result | None, ages: pd.DataFrame, locale: str) -> str:
    e = words.deciding(slow) if slow else None
    if e is None:
        last = ages["value"].iloc[-1]
        return f"After two years the same two refer {formats.times(last, locale)} as often as in their first months."
    return (
        f"After a year of knowing one another the same two refer {formats.times(e.value, locale)} as often as before."
    )
