"""Cohorts by year of joining, followed down the years of membership; and how many of those who join stay."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.contrast_cohorts import FEWEST, Cohorts
from charts import marks
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded

ROW = 58  # px
FAINT, FULL = 0.16, 0.62  # of a cell's colour


@drawn
def grid(c: Cohorts, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A row a year of joining, a column a year of membership; in each cell the rate, its range and how many people."""
    table = c.table
    if table.empty:
        return None
    cohorts, years = sorted(table["cohort"].unique()), sorted(table["tenure_year"].unique())
    rates = table.pivot_table(index="cohort", columns="tenure_year", values="rate").reindex(cohorts, columns=years)
    figure = canvas(of, ROW * len(cohorts) + 64)
    figure.add_trace(
        go.Heatmap(
            z=rates.where(_known(table, cohorts, years)), x=years, y=list(range(len(cohorts), 0, -1)), hoverinfo="skip",
            colorscale=[[0, of.ground], [1, of.first]], zmin=0, zmax=float(table["rate"].max()) / FULL, showscale=False,
            xgap=3, ygap=3,
        )
    )  # fmt: skip
    for row in table.itertuples():
        few = row.members < FEWEST
        span = "" if formats.missing(row.low) else (
            f'<br><span style="font-size:10px">{formats.number(row.low, locale, 1)}–'
            f"{formats.number(row.high, locale, 1)}</span>"
        )  # fmt: skip
        rate = formats.number(row.rate, locale, 2 if row.rate < 1 else 1)
        figure.add_annotation(
            x=row.tenure_year, y=len(cohorts) - cohorts.index(row.cohort), showarrow=False,
            text=f'{rate if few else f"<b>{rate}</b>"}{span}<br><span style="font-size:10px">n {row.members}</span>',
            font={"size": 12, "color": of.soft if few else of.ink},
            hovertext=f"joined {_cohort(row.cohort, bool(row.earlier))}, year {row.tenure_year + 1}: "
            f"{formats.number(row.received, locale)} referrals in {formats.number(row.months, locale)} member-months",
        )  # fmt: skip
    early = dict(zip(table["cohort"], table["earlier"], strict=True))
    figure.update_yaxes(tickvals=list(range(len(cohorts), 0, -1)), showgrid=False,
                        ticktext=[_cohort(k, bool(early[k])) for k in cohorts])  # fmt: skip
    figure.update_xaxes(
        tickvals=years, ticktext=[f"year {y + 1}" if not k else f"{y + 1}" for k, y in enumerate(years)]
    )
    corner(figure, "received a month · 95 % · n people", of.soft)
    return Drawing(figure, sentence(c, locale))


def _known(table: pd.DataFrame, cohorts: list, years: list) -> pd.DataFrame:
    """Cells with enough people to be coloured: fewer stand on the bare ground."""
    enough = table.assign(enough=table["members"] >= FEWEST)
    return (
        enough.pivot_table(index="cohort", columns="tenure_year", values="enough", aggfunc="max")
        .reindex(cohorts, columns=years)
        .eq(True)
    )


def _cohort(year: int, earlier: bool) -> str:
    return f"to {year}" if earlier else str(year)


def sentence(c: Cohorts, locale: str = formats.DEFAULT) -> str:
    """Newcomers' first years beside one another: the plainest sight of whether the newcomers change."""
    first = c.table[(c.table["tenure_year"] == 0) & (c.table["members"] >= FEWEST)].sort_values("cohort")
    joined = f"{formats.count(int(c.joined['members'].sum()), 'member', locale)} by year of joining"
    if len(first) < 2:
        return f"{joined}: too few newcomers a year to compare their first years."
    old, new = first.iloc[0], first.iloc[-1]
    apart = old["low"] > new["high"] or new["low"] > old["high"]
    rates = [formats.number(each["rate"], locale, 2) for each in (new, old)]
    said = (
        f"In their first year those who joined in {int(new['cohort'])} received {rates[0]} a month, "
        f"those of {int(old['cohort'])} {rates[1]}"
    )
    return f"{said}." if apart else f"{said}: their ranges overlap."


@drawn
def staying(c: Cohorts, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Of those who join, how many are still there after each year; the numbers seen in that year stand below."""
    frame = c.staying
    if frame.empty:
        return None
    years, share = [0, *frame["years"]], [1.0, *frame["share"]]
    figure = canvas(of, 250)
    figure.add_trace(
        go.Bar(
            x=years, y=share, width=0.7, customdata=[formats.percent(s, locale) for s in share],
            hovertemplate="%{customdata} still there after %{x} years<extra></extra>",
            marker={"color": faded(of.first, 0.75), "cornerradius": 3},
            error_y=marks.error(frame["share"], frame["low"], frame["high"], of.ink) | {"thickness": 2},
        )
    )  # fmt: skip
    bar = figure.data[0]
    bar.error_y.array, bar.error_y.arrayminus = [0.0, *bar.error_y.array], [0.0, *bar.error_y.arrayminus]
    for year, value in zip(years, share, strict=True):
        figure.add_annotation(x=year, y=0, yanchor="bottom", yshift=4, showarrow=False, font={"color": of.ground},
                              text=formats.number(100 * value, locale))  # fmt: skip
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", tickvals=[0, 0.5, 1])
    figure.update_xaxes(tickvals=years, ticktext=[f"{y}" for y in years])
    seen = [formats.number(n, locale) for n in frame["seen"]]
    marks.below(figure, list(frame["years"]), seen, of, "↑ memberships seen in the year before")
    corner(figure, "of those who join, still members after … years", of.soft)
    return Drawing(figure, staying_sentence(frame, locale))


def staying_sentence(frame: pd.DataFrame, locale: str = formats.DEFAULT) -> str:
    """ "Of 100 who join, 83 are still there after a year and 41 after 4 years."."""
    one, last = frame.iloc[0], frame[frame["seen"] >= FEWEST].tail(1)
    said = f"Of 100 who join, {formats.number(100 * one['share'], locale)} are still there after a year"
    if len(last) and int(last["years"].iloc[0]) > 1:
        far = last.iloc[0]
        said += f" and {formats.number(100 * far['share'], locale)} after {int(far['years'])}"
    left = formats.count(int(frame["left"].sum()), "member", locale)
    return f"{said}. {left[0].upper()}{left[1:]} left on the way: only those who stayed make up the later years."
