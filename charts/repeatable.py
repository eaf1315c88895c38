"""Can one count on it (R1, R2, R4): the coming quarter, forecasts against what came, last year against the next."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks, words
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, corner, faded, name

MOST = 40  # members in a figure
ROW = 19  # px a member


def quarters(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R1: a dot a member above the group's share, the coming quarter a member, forecasts against what came."""
    drawn = (
        interval(result, of, locale, size="quarters", noun="quarter"),
        coming(result, of, locale),
        calibration(result, of, locale),
    )
    return [drawing for drawing in drawn if drawing]


@drawn
def coming(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """The range of each member's next quarter, from nought."""
    frame = marks.kept(result.data.get("next"), "name", "mean", "low", "high")
    if frame.empty:
        return None
    shown = frame.sort_values(["mean", "name"], ascending=[False, True], kind="stable").head(MOST)
    rows = list(range(len(shown)))
    figure = canvas(of, ROW * len(shown) + 70)
    said = [f"{name(r.name)}: {r.low:.0f} to {r.high:.0f}, about {formats.number(r.mean, locale)}"
            for r in shown[["name", "mean", "low", "high"]].itertuples(index=False)]  # fmt: skip
    figure.add_trace(
        go.Bar(
            x=shown["high"] - shown["low"], base=shown["low"], y=rows, orientation="h", customdata=said, width=0.5,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": faded(of.first, of.band * 1.8), "cornerradius": 4},
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=shown["mean"], y=rows, mode="markers", customdata=said, hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": 8, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    figure.update_yaxes(tickvals=rows, ticktext=short_names(list(shown["name"])), range=[len(shown) - 0.4, -0.6],
                        showgrid=False)  # fmt: skip
    figure.update_xaxes(range=[-0.3, float(shown["high"].max()) * 1.03], nticks=6, showgrid=True)
    corner(figure, "referrals in the coming quarter", of.soft)
    sure = int((frame["low"] >= 1).sum())
    return Drawing(
        figure,
        f"The coming quarter, member by member: {formats.number(sure, locale)} of "
        f"{formats.count(len(frame), 'member', locale)} can expect at least one referral. Each bar should hold "
        f"what comes for 8 of 10.",
    )


@drawn
def calibration(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """What was forecast against what came: a dot a member and quarter, and the mean of each fifth of the forecasts."""
    dots = marks.kept(result.data.get("forecasts"), "mean", "y", "name")
    fifths = marks.kept(result.data.get("calibration"), "expected", "received", "promised", "hits", "n")
    if dots.empty or fifths.empty:
        return None
    top = float(max(dots["mean"].quantile(0.99), dots["y"].quantile(0.99), fifths["expected"].max())) * 1.05
    figure = canvas(of, 320)
    marks.line(figure, [0, top], [0, top], of.wrong, "dot", width=1.5)
    said = [f"{name(r.name)}: forecast {r.mean:.1f}, received {r.y:.0f}"
            for r in dots[["name", "mean", "y"]].itertuples(index=False)]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=dots["mean"], y=dots["y"], mode="markers", customdata=said, hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": 5, "opacity": 0.3},
        )
    )  # fmt: skip
    told = [f"forecast {r.expected:.1f}, received {r.received:.1f} on average; {r.hits:.0%} inside their range, "
            f"{r.promised:.0%} promised" for r in fifths.itertuples()]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=fifths["expected"], y=fifths["received"], mode="markers", customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.ink, "size": 11, "symbol": "diamond", "line": {"color": of.ground, "width": 1.5}},
        )
    )  # fmt: skip
    marks.key(figure, [("● a member’s quarter", of.first), ("◆ mean of a fifth", of.ink), ("··· as forecast", of.soft)])
    figure.update_xaxes(range=[0, top], title="forecast", nticks=6)
    figure.update_yaxes(range=[-0.3, top], nticks=5)
    return Drawing(figure, _calibrated(result, fifths, locale))


def _calibrated(result: Result, fifths: pd.DataFrame, locale: str) -> str:
    n = fifths["n"].sum()
    hits, promised = ((fifths[c] * fifths["n"]).sum() / n for c in ("hits", "promised"))
    said = (
        f"{formats.percent(hits, locale)} of {formats.count(int(n), 'member-quarter', locale)} fell inside the range "
        f"forecast for them, {formats.percent(promised, locale)} would if the forecast were exact"
    )
    trust = words.estimate(result, "calibration")
    if trust is None or formats.missing(trust.low95):
        return said + "."
    return f"{said} (difference 95 %: {formats.span(trust.low95, trust.high95, formats.points, locale)})."


def levels(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R2: last year against the year after, and the ratio to the forecast."""
    drawn = [shrinkage(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def shrinkage(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A dot a member, his quarters averaged; the line of the forecast, which lies nearer to the group's level than the
    greyed one of "as last year"."""
    columns = ["last_year", "expected_year", "actual_year"]
    frame = marks.kept(result.data.get("members"), "person_id", "name", "top", *columns)
    if len(frame) < 3 or frame["last_year"].nunique() < 2:
        return None
    each = frame.groupby(["person_id", "name"])[[*columns, "top"]].mean().reset_index()
    slope, start = np.polyfit(frame["last_year"].astype(float), frame["expected_year"].astype(float), 1)
    figure = canvas(of, 340)
    across = np.array([0.0, float(each["last_year"].max()) * 1.05])
    marks.line(figure, across, across, of.wrong, "dash", width=2)
    marks.line(figure, across, start + slope * across, of.ink, width=2.5)
    best = each["top"] >= 0.5
    for mine, colour, text in ((~best, of.soft, "the others"), (best, of.first, "last year’s best third")):
        part = each[mine]
        said = [f"{name(r.name)}: {formats.number(r.last_year, locale)} in one year, at a pace of "
                f"{formats.number(r.actual_year, locale)} after it"
                for r in part[["name", "last_year", "actual_year"]].itertuples(index=False)]  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=part["last_year"], y=part["actual_year"], mode="markers", name=text, customdata=said,
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": colour, "size": 9, "opacity": 0.75, "line": {"color": of.ground, "width": 1}},
            )
        )  # fmt: skip
    marks.key(figure, [("● best third", of.first), ("● the others", of.soft), ("— forecast", of.ink),
                       ("- - as last year", of.wrong)])  # fmt: skip
    figure.update_xaxes(range=list(across), title="received in a year", nticks=6)
    figure.update_yaxes(rangemode="tozero", title="pace in the quarter after, a year’s worth", nticks=5)
    means = each.loc[best, columns].mean() if best.any() else each[columns].mean()
    return Drawing(
        figure,
        f"{'Last year’s best third' if best.any() else 'Members'} had received "
        f"{formats.number(means['last_year'], locale)} a year each; {formats.number(means['expected_year'], locale)} "
        f"were forecast for the quarters after, {formats.number(means['actual_year'], locale)} came.",
    )


def new_sources(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R4: the share with a dot a member, and new beside known sources for each of them."""
    drawn = [interval(result, of, locale), _new_and_known(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def _new_and_known(result: Result, of: Look, locale: str) -> Drawing | None:
    frame = marks.kept(result.data.get("members"), "name", "n", "new")
    if frame.empty:
        return None
    shown = frame.sort_values(["n", "name"], ascending=[False, True], kind="stable").head(MOST)
    rows = list(range(len(shown)))
    figure = canvas(of, ROW * len(shown) + 60, barmode="stack", bargap=0.3)
    for values, colour, text, pattern in (
        (shown["new"], of.first, "from somebody new", ""),
        (shown["n"] - shown["new"], of.wrong, "from known sources", "/"),
    ):
        figure.add_trace(
            go.Bar(
                x=values, y=rows, orientation="h", name=text, customdata=[name(n) for n in shown["name"]],
                hovertemplate=f"%{{customdata}}: %{{x}} {text}<extra></extra>",
                marker={"color": faded(colour, 0.85), "pattern": {"shape": pattern, "fillmode": "overlay",
                                                                  "fgcolor": of.ground, "size": 5}},
            )
        )  # fmt: skip
    figure.update_yaxes(tickvals=rows, ticktext=short_names(list(shown["name"])), range=[len(shown) - 0.4, -0.6],
                        showgrid=False)  # fmt: skip
    figure.update_xaxes(rangemode="tozero", nticks=6)
    marks.key(figure, [("■ from somebody new", of.first), ("▨ from known sources", of.soft)], wide=30)
    some = int((frame["new"] > 0).sum())
    return Drawing(
        figure,
        f"In the last year {formats.number(frame['new'].sum(), locale)} of "
        f"{formats.count(int(frame['n'].sum()), 'referral', locale)} came from somebody who had sent that member "
        f"none in the year before; {formats.number(some, locale)} of {formats.count(len(frame), 'member', locale)} "
        f"received some.",
    )
