"""Members side by side in a contrast: their shares over the chapter's, and their own differences with a range."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.contrast_members import differences
from analysis.result import Result
from charts import marks, words
from charts.arms import FEWEST, Arms, Clickable
from charts.chapter_members import short_names
from charts.contrast_list import Foot, listed
from charts.drawn import drawn
from charts.theme import Look, canvas, corner, faded, name

MOST = 36  # members in the list, those with most referrals; the table has all
STACKED, TALL = 16, 14  # px a dot in a column, and dots above which they move closer
STEPS = 40  # columns of dots from 0 to 1


@drawn
def dots(
    result: Result, of: Look, locale: str = formats.DEFAULT, chosen: frozenset[str] = frozenset()
) -> Clickable | None:
    """L1: one dot a member, the larger, the more referrals, stacked over the chapter's own interval."""
    members = marks.kept(result.data.get("members"), "person_id", "name", "share", "n")
    e = words.deciding(result)
    if len(members) < 2 or e is None or e.value is None:
        return None
    members = members.sort_values("share", kind="stable")
    column = (members["share"] * STEPS).round()
    height = members.groupby(column).cumcount()
    tallest = max(int(height.max()), 3)
    small = min(1.0, TALL / tallest)  # of hundreds of members each gets a smaller dot, and the figure stays a figure
    figure = canvas(of, round(96 + STACKED * (tallest * small + 2)))
    said = [
        f"{name(row.name)}: {formats.percent(row.share, locale)} of {formats.count(row.n, 'referral', locale)}"
        for row in members[["name", "share", "n"]].itertuples(index=False)
    ]
    lit = members["person_id"].astype(str).isin(chosen)
    figure.add_trace(
        go.Scatter(
            x=column / STEPS, y=1 + height, mode="markers", text=said, hovertemplate="%{text}<extra></extra>",
            customdata=[f"receiver:{person}" for person in members["person_id"]],
            marker={"color": of.first, "size": (7 + 7 * (members["n"] / members["n"].max()) ** 0.5) * max(small, 0.5),
                    "opacity": [1.0 if on else 0.6 for on in lit],
                    "line": {"color": of.ink, "width": [2 if on else 0 for on in lit]}},
        )
    )  # fmt: skip
    if not formats.missing(e.low95):
        figure.add_trace(
            go.Scatter(
                x=[e.low95, e.high95], y=[1 - 1 / small] * 2, mode="lines", hoverinfo="skip",
                line={"color": faded(of.first, 0.4), "width": 9},
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[e.value], y=[1 - 1 / small], mode="markers",
            hovertemplate=f"all: {formats.percent(e.value, locale)}<extra></extra>",
            marker={"symbol": "diamond", "size": 13, "color": of.first, "line": {"color": of.ground, "width": 1.5}},
        )
    )  # fmt: skip
    marks.level(figure, 0.5, of, axis="x")
    figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(visible=False, range=[-0.8 / small, tallest + 1 + 0.8 / small])
    corner(figure, "● a member, larger with more referrals · ◆ all, 95 %", of.soft)
    most, few = int((members["share"] > 0.5).sum()), int((members["n"] < FEWEST).sum())
    poor = f"; {formats.number(few, locale)} of them with fewer than {FEWEST} referrals" if few else ""
    return Clickable(
        figure,
        f"{formats.number(most, locale)} of {formats.count(len(members), 'member', locale)} receive most of their "
        f"referrals while somewhere else{poor}. All together: {formats.percent(e.value, locale)}, 95 %: "
        f"{formats.span(e.low95, e.high95, formats.percent, locale)}.",
        f"Most referrals come in absence for {formats.number(most, locale)} of "
        f"{formats.count(len(members), 'member', locale)}{poor}",
    )


@drawn
def forest(
    result: Result, arms: Arms, of: Look, locale: str = formats.DEFAULT, chosen: frozenset[str] = frozenset()
) -> Clickable | None:
    """Each receiver's own difference of close rates, drawn to the others, with its range; the chapter's below."""
    members = result.data.get("members", pd.DataFrame())
    e = words.deciding(result)
    if e is None or not {"n1", "n0", "won1", "won0"} <= set(members.columns):
        return None
    table = differences(members, FEWEST)
    if len(table) < 2:
        return None
    rows = table[(table["n1"] + table["n0"]).rank(ascending=False, method="first") <= MOST]
    rows = rows.assign(text=rows["name"], said=[_told(row, arms, locale) for row in rows.itertuples()],
                       mark=[f"receiver:{person}" for person in rows["person_id"]])  # fmt: skip
    whole = Foot(
        "All", e.value, e.low95, e.high95,
        f"all, within receiver: {formats.points(e.value, locale)} "
        f"({formats.span(e.low95, e.high95, formats.points, locale)})", of.ink,
    )  # fmt: skip
    lit = frozenset(f"receiver:{person}" for person in chosen)
    figure = listed(rows, [whole], of, short_names, lit)
    marks.level(figure, 0.0, of, axis="x")
    ends = [*rows["shrunk_low"], *rows["shrunk_high"], *rows["value"].clip(-0.6, 0.6), e.low95 or 0, e.high95 or 0]
    reach = [min(ends) - 0.03, max(ends) + 0.03]
    step = 0.2 if reach[1] - reach[0] > 0.55 else 0.1
    ticks = [round(k * step, 1) for k in range(-5, 6) if reach[0] <= k * step <= reach[1]]
    figure.update_xaxes(range=reach, tickvals=ticks,
                        ticktext=[formats.signed(100 * t, locale) for t in ticks],
                        title={"text": f"points more won for {arms.one}"})  # fmt: skip
    corner(figure, "○ own · ● drawn to all, 95 %", of.soft, x=1)
    apart = int((table["shrunk_low"] > 0).sum() + (table["shrunk_high"] < 0).sum())
    stand = f"of {formats.count(len(table), 'receiver', locale)} with {FEWEST} or more of each kind"
    lead = (
        f"{'None' if not apart else formats.number(apart, locale)} {stand} {'stands' if apart < 2 else 'stand'} clear "
    )
    hidden = f" The {MOST} with most referrals are drawn." if len(table) > MOST else ""
    return Clickable(
        figure,
        f"{lead}of no difference between {arms.one} and {arms.zero}. Each is drawn to the others as far as luck would "
        f"explain its distance.{hidden}",
    )


def _told(row: object, arms: Arms, locale: str) -> str:
    """ "Ann: +12 points (−3 to +25); networked 5 of 9, linear 4 of 10"."""
    drawn = formats.points(row.shrunk, locale)  # type: ignore[attr-defined]
    span = formats.span(row.shrunk_low, row.shrunk_high, formats.points, locale)  # type: ignore[attr-defined]
    return (
        f"{name(row.name)}: {drawn} ({span})<br>{arms.one} {row.won1:.0f} of {row.n1:.0f}, "  # type: ignore[attr-defined]
        f"{arms.zero} {row.won0:.0f} of {row.n0:.0f}"  # type: ignore[attr-defined]
    )


def table(result: Result, arms: Arms) -> pd.DataFrame:
    """Every receiver with either kind, with the drawn difference where there is one."""
    members = result.data.get("members", pd.DataFrame())
    if members.empty:
        return pd.DataFrame()
    drawn = differences(members, FEWEST)[["person_id", "value", "low", "high", "shrunk", "shrunk_low", "shrunk_high"]]
    out = members[["person_id", "name", "n1", "won1", "n0", "won0"]].merge(drawn, how="left", on="person_id")
    return out.drop(columns="person_id").set_axis(
        ["Receiver", arms.one.capitalize(), "won", arms.zero.capitalize(), "won ", "Difference", "95 % from", "to",
         "Drawn to all", "95 % from ", "to "], axis=1)  # fmt: skip
