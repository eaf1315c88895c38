"""Circles and go-betweens (R13, R14): what the year after brought, by last year's diversity and betweenness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Estimate, Result
from charts import marks, words
from charts.brokers import network
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, name
from charts.wording.kinds import closely

YEAR = 12  # months: the rate of the frame is a month's


def ponds(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R13: the year after against its own level, by diversity; and the ratio."""
    drawn = [by_diversity(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


def gatekeepers(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R14: the year after by betweenness, the ratio, who stands between whom."""
    drawn = [by_betweenness(result, of, locale), interval(result, of, locale), network(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def by_diversity(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A dot a member and year: what came over what the own level promised."""
    e = words.deciding(result)
    frame = marks.kept(result.data.get("members"), "name", "diversity", "rate", "next_year", "exposure")
    promised = YEAR * frame["rate"].astype(float) * frame["exposure"].astype(float)
    frame = frame.assign(promised=promised)[promised > 0]
    if e is None or len(frame) < 3:
        return None
    came = frame["next_year"] / frame["promised"]
    told = [f"{name(n)}: diversity {d:.2f}, received {y:.0f}, {p:.1f} at the own level"
            for n, d, y, p in zip(frame["name"], frame["diversity"], frame["next_year"], frame["promised"],
                                  strict=True)]  # fmt: skip
    level = float(frame["next_year"].sum() / frame["promised"].sum())
    figure = _dose(frame["diversity"], came, frame["promised"], told, _Wedge(e, 0.1, level), of)
    figure.update_xaxes(title="diversity of circles last year (0 to 1)", tickformat=".1f", nticks=6)
    ticks = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0]
    figure.update_yaxes(tickvals=ticks, ticktext=[marks.times(t, locale) if t else "0" for t in ticks])
    marks.level(figure, 1.0, of)
    marks.key(figure, [("● a member’s year after, own level = 1×", of.first), ("— at equal levels, 95 %", of.ink)])
    said = (
        f"For members of the same level, each tenth more diversity goes with {closely(e.value, locale)} as many "
        f"referrals the year after{_spread(e, locale, closely)}; {formats.count(len(frame), 'member-year', locale)}."
    )
    return Drawing(figure, said)


@drawn
def by_betweenness(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A dot a member as counted, and the line with received, given and sources held equal."""
    e = words.deciding(result)
    frame = marks.kept(result.data.get("nodes"), "name", "betweenness", "second_degree")
    between = frame["betweenness"].astype(float)
    if e is None or len(frame) < 3 or not between.std() > 0:
        return None
    told = [f"{name(r.name)}: {r.second_degree:.0f} from beyond, betweenness {r.betweenness:.0f}"
            for r in frame[["name", "second_degree", "betweenness"]].itertuples(index=False)]  # fmt: skip
    steps = (between - between.mean()) / between.std()
    level = float(frame["second_degree"].mean())
    figure = _dose(steps, frame["second_degree"], pd.Series(1.0, index=frame.index), told, _Wedge(e, 1.0, level), of)
    figure.update_xaxes(title="betweenness last year (standard deviations)", nticks=6)
    marks.key(figure, [("● a member, as counted", of.first), ("— all else equal, 95 %", of.ink)])
    said = (
        f"Referrals from beyond the own circle in the year after: {formats.times(e.value, locale)} as many for each "
        f"step up in standing between others{_spread(e, locale)}, members who received and gave as much compared."
    )
    return Drawing(figure, said)


class _Wedge:
    """The estimate as a line: a ratio for each step of x, through `level` at the mean of x."""

    def __init__(self, e: Estimate, step: float, level: float) -> None:
        self.e, self.step, self.level = e, step, level

    def at(self, x: np.ndarray, middle: float, ratio: float | None) -> np.ndarray:
        return self.level * np.power(float(ratio or 1.0), (x - middle) / self.step)


def _dose(
    x: pd.Series, y: pd.Series, weight: pd.Series, told: Sequence[str], wedge: _Wedge, of: Look
) -> go.Figure:  # fmt: skip
    """Dots, the larger the more stands behind them, and the fitted line with its interval. y from zero."""
    figure = canvas(of, 330)
    e, middle = wedge.e, float(np.average(x.astype(float), weights=weight.astype(float)))
    across = np.linspace(float(x.min()), float(x.max()), 30)
    if not formats.missing(e.low95) and not formats.missing(e.high95):
        ends = np.stack([wedge.at(across, middle, e.low95), wedge.at(across, middle, e.high95)])
        marks.band(figure, across, ends.min(axis=0), ends.max(axis=0), of.soft, of)
    figure.add_trace(
        go.Scatter(
            x=list(x), y=list(y), mode="markers", customdata=list(told), hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": list(5 + 7 * (weight / weight.max()) ** 0.5), "opacity": 0.55,
                    "line": {"width": 0}},
        )
    )  # fmt: skip
    marks.line(figure, across, wedge.at(across, middle, e.value), of.ink)
    top = max(float(y.quantile(0.97)), wedge.level * 1.5) * 1.08
    figure.update_yaxes(range=[-0.04 * top, top], nticks=5)
    return figure


def _spread(e: Estimate, locale: str, write: Callable[..., str] = formats.times) -> str:
    if formats.missing(e.low95) or formats.missing(e.high95):
        return ""
    return f" (95 %: {formats.span(e.low95, e.high95, write, locale)})"
