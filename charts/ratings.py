"""Numbers that foretell (Q2, Q3): first referrals by thirds of a rating, who referred by rating, ratings repeated."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.intervals import wilson
from analysis.result import Result
from charts import curves, marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, corner

THIRDS = {1: ("lower third", "dot"), 2: ("middle third", "dash"), 3: ("upper third", "solid")}
SCALE = 10


def value(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """Q2: first referrals by thirds of the rating, and the ratio a point."""
    drawn = [by_thirds(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def by_thirds(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    frame = marks.kept(result.data.get("curves"), "arm", "day", "value")
    thirds = marks.kept(result.data.get("thirds"), "third", "low", "high", "sources").set_index("third")
    colours = {1: of.second, 2: of.soft, 3: of.first}
    made = []
    for arm, (text, dash) in THIRDS.items():
        part = frame[frame["arm"].astype(int) == arm] if len(frame) else frame
        if len(part) and arm in thirds.index:
            ends = sorted({f"{abs(thirds.loc[arm, end]):g}" for end in ("low", "high")}, key=float)
            told = f"{text}, {' to '.join(ends)}"
            made.append(curves.curve(told, colours[arm], dash, part, "value"))
    if len(made) < 2:
        return None
    figure = curves.cumulative(made, "have referred", of)
    if len(made) == 2:
        marks.key(figure, [(c.text, c.colour) for c in made])
    days = marks.kept(result.data.get("thirds"), "third", "value")
    said = f"Sources that had referred, by third of the rating: {curves.said(made, locale)}."
    if len(days) == 3:
        low, high = days["value"].iloc[0], days["value"].iloc[-1]
        said += (f" In the first year the lower third goes {formats.number(low, locale)} days without a referral on "
                 f"average, the upper third {formats.number(high, locale)}.")  # fmt: skip
    return Drawing(figure, said)


def foretold(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """Q3: who referred by rating, how often the higher rated begins first, ratings and their repeats."""
    drawn = [by_rating(result, of, locale), interval(result, of, locale), retest(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def by_rating(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Share that referred within the horizon by rating, the larger the more ratings; intervals as if all ratings were
    independent, which makes them rather too narrow."""
    frame = marks.kept(result.data.get("calibration"), "rating", "ratings", "referred", "share")
    frame = frame[frame["ratings"] > 0].sort_values("rating")
    if len(frame) < 2:
        return None
    ends = [wilson(float(r.referred), float(r.ratings), 0.95) for r in frame.itertuples()]
    low, high = (pd.Series([e[k] for e in ends], index=frame.index) for k in (0, 1))
    figure = canvas(of, 320)
    said = [f"rated {r.rating:g}: {r.referred:.0f} of {formats.count(int(r.ratings), 'source', locale)} referred"
            for r in frame.itertuples()]  # fmt: skip
    marks.whiskers(figure, frame["rating"], frame["share"], low, high, said, of.first, of, size=10)
    top = float(max(frame["share"].max(), high.quantile(0.8)))
    figure.update_yaxes(range=[0, min(1.02, top * 1.15)], tickformat=".0%", nticks=5)
    figure.update_xaxes(range=[-0.5, SCALE + 0.5], dtick=1)
    marks.below(figure, frame["rating"], [formats.number(n, locale) for n in frame["ratings"]], of,
                "rating from 0 to 10, and how many sources had it")  # fmt: skip
    corner(figure, "referred in half a year, with simple 95 % ranges", of.soft)
    upper, lower = frame[frame["rating"] >= 7], frame[frame["rating"] <= 3]
    return Drawing(figure, _rating_sentence(lower, upper, locale))


def _rating_sentence(lower: pd.DataFrame, upper: pd.DataFrame, locale: str) -> str:
    def told(part: pd.DataFrame) -> str:
        n, k = part["ratings"].sum(), part["referred"].sum()
        return f"{formats.number(k, locale)} of {formats.number(n, locale)}" if n else "none"

    return (
        f"Of the sources rated 7 or higher, {told(upper)} referred within half a year; of those rated 3 or lower, "
        f"{told(lower)}."
    )


@drawn
def retest(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A rating against its repeat within 90 days: on the line both are the same; the larger, the more often."""
    frame = marks.kept(result.data.get("retest"), "first", "second")
    if frame.empty:
        return None
    pairs = frame.groupby(["first", "second"]).size().reset_index(name="n")
    figure = canvas(of, 320)
    marks.line(figure, [0, SCALE], [0, SCALE], of.wrong, "dot", width=1.5)
    figure.add_trace(
        go.Scatter(
            x=pairs["first"], y=pairs["second"], mode="markers",
            customdata=[f"{r.first:g}, then {r.second:g}: {r.n} times" for r in pairs.itertuples()],
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "opacity": 0.65, "size": list(5 + 14 * (pairs["n"] / pairs["n"].max()) ** 0.5),
                    "line": {"width": 0}},
        )
    )  # fmt: skip
    figure.update_xaxes(range=[-0.6, SCALE + 0.6], dtick=2, title="first rating")
    figure.update_yaxes(range=[-0.6, SCALE + 0.6], dtick=2)
    corner(figure, "the same source rated again within 90 days", of.soft)
    near = float(((frame["first"] - frame["second"]).abs() <= 1).mean())
    said = (
        f"{formats.percent(near, locale)} of {formats.count(len(frame), 'repeated rating', locale)} lie within one "
        f"point of the first"
    )
    icc = words.estimate(result, "reliability")
    told = ""
    if icc and icc.low95 is not None and icc.high95 is not None:
        ends = " to ".join(formats.number(v, locale, 2) for v in (icc.low95, icc.high95))
        told = f"; agreement {formats.number(icc.value, locale, 2)} (95 %: {ends}; 1 is perfect, 0.5 is asked for)"
    return Drawing(figure, f"{said}{told}.")
