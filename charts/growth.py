"""Growth by shape (L3): months as they were, an exponential and a straight line through them."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas

MONTH = "%B %Y"


def drawings(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """The months, the months again on an axis on which an exponential is straight, and the shape's interval."""
    months = _months(result)
    drawn = [interval(result, of, locale)]
    if len(months) > 1:
        drawn = [_plain(result, months, of, locale), _doubling(months, of, locale), *drawn]
    return [drawing for drawing in drawn if drawing]


def _months(result: Result) -> pd.DataFrame:
    """month (date), and per member and month networked, linear and both fitted curves."""
    frame = marks.kept(result.data.get("months"), "month", "exposure", "networked", "linear")
    frame = frame[frame["exposure"] > 0].sort_values("month")
    counts = frame[["networked", "linear", "line", "exponential"]] if len(frame) else pd.DataFrame()
    each = counts.astype(float).div(frame["exposure"], axis=0)
    return each.assign(month=pd.to_datetime(frame["month"].astype("int64"), unit="D"))


@drawn
def _plain(result: Result, months: pd.DataFrame, of: Look, locale: str) -> Drawing:
    figure = canvas(of, 320)
    _draw(figure, months, of)
    figure.update_yaxes(rangemode="tozero", nticks=5)
    said = f"Referrals a member and month over {formats.count(len(months), 'month', locale)}"
    fold, double = (words.estimate(result, key) for key in ("fold_change", "doubling_time"))
    if fold:
        spread = formats.span(fold.low95, fold.high95, formats.times, locale) if fold.low95 else ""
        said += f": at the end {formats.times(fold.value, locale)} as many in absence as at the beginning"
        said += f" (95 %: {spread})" if spread else ""
    if double and double.value and double.value < 100:
        said += f", which as an exponential would double in {formats.number(double.value, locale, 1)} years"
    return Drawing(figure, said + ".")


@drawn
def _doubling(months: pd.DataFrame, of: Look, locale: str) -> Drawing | None:
    """The same on an axis on which every step doubles; months without a referral have no place on it."""
    above = months[["networked", "linear"]].to_numpy(dtype=float)
    above = above[above > 0]
    if not len(above) or months["exponential"].isna().all():
        return None
    figure = canvas(of, 280)
    counts = months.drop(columns="month")
    _draw(figure, counts.where(counts > 0).assign(month=months["month"]), of)
    low, high = above.min() / 1.2, above.max() * 1.2
    steps = [2.0**k for k in range(math.floor(math.log2(low)), math.ceil(math.log2(high)) + 1)]
    ticks = [formats.number(s, locale, 0 if s >= 1 else 1 if s == 0.5 else 2) for s in steps]
    figure.update_yaxes(type="log", range=[math.log10(low), math.log10(high)], tickvals=steps, ticktext=ticks)
    first, last = months["exponential"].iloc[0], months["exponential"].iloc[-1]
    said = (
        f"Where every step up is a doubling, an exponential runs straight but for the seasons: here it goes from "
        f"{formats.number(first, locale, 2)} to {formats.number(last, locale, 2)} referrals a member and month."
    )
    return Drawing(
        figure,
        said,
        "The same where every step up is a doubling. An exponential runs straight here, but for the seasons.",
    )


def _draw(figure: go.Figure, months: pd.DataFrame, of: Look) -> None:
    for column, colour, symbol, text in (
        ("linear", of.soft, "circle-open", "in the room"),
        ("networked", of.first, "circle", "in absence"),
    ):
        said = [f"{day:{MONTH}}: {each:.2f} a member, {text}" for day, each in zip(months["month"], months[column],
                                                                                   strict=True)]  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=months["month"], y=months[column], mode="markers", name=text, customdata=said,
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": colour, "size": 6, "symbol": symbol, "opacity": 0.75},
            )
        )  # fmt: skip
    marks.line(figure, months["month"], months["exponential"], of.third, text="exponential")
    marks.line(figure, months["month"], months["line"], of.second, "dash", text="straight line")
    marks.key(figure, [("● in absence", of.first), ("○ in the room", of.soft), ("— exponential", of.third),
                       ("- - straight line", of.second), ("referrals a member and month", of.soft)])  # fmt: skip
    figure.update_xaxes(nticks=6)
