"""New sources: curves to the first and third referral, what quick ones gave later, ratings, who was never asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.newsources import Later, NewSources, Times
from analysis.newsources_asked import Asked
from analysis.population import to_date
from charts import curves, marks
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, label, name

DAYS = (0, 30, 90, 180, 365)
MOST = 40  # receivers in a figure; the table has all
ROW = 20  # px a receiver
ARMS = {"quick": "within {days} days", "slower": "later in the first year", "silent": "none in the first year"}
DOTS = 600  # drawn at most; the table has all
NARROW = 0.24  # of a row's height that its dots are spread over


def headline(view: NewSources, locale: str = formats.DEFAULT) -> str:
    """The page's title: how many of a hundred new relationships have referred after three months and a year."""
    t = view.times
    last = None if t is None else _furthest(t)
    if t is None or last is None:
        return "How soon a new source refers cannot be told yet"
    share = formats.of_base(float(last["value"]), 100, locale)
    within = "a year" if last["day"] == DAYS[-1] else f"{last['day']} days"
    if t.basis == "first":
        return f"{share} sources refer again within {within} of their first referral"
    return f"{share} new relationships bring a referral within {within}"


def subline(view: NewSources, locale: str = formats.DEFAULT) -> str:
    t = view.times
    if t is None:
        return ""
    n = formats.count(len(t.pairs), "relationship" if t.basis == "met" else "source", locale)
    of = formats.count(t.members, "member", locale)
    last = _furthest(t)
    spread = "" if last is None else f" (95 %: {formats.span(last['low'], last['high'], formats.percent, locale)})"
    met = int((t.pairs["basis"] == "membership").sum())
    if t.basis == "first":
        return (
            f"{n} of {of}{spread} · nobody recorded when the two met, so the clock starts at the first referral and "
            "cannot say how long that one took"
        )
    contact = formats.number(len(t.pairs) - met, locale)
    return (
        f"{n} of {of}{spread} · the clock starts when both were members ({formats.number(met, locale)}) or at the "
        f"first recorded contact ({contact})"
    )


def _mark(t: Times, which: str, day: int) -> pd.Series | None:
    found = t.marks[(t.marks["which"] == which) & (t.marks["day"] == day)]
    return None if found.empty else found.iloc[0]


def _furthest(t: Times) -> pd.Series | None:
    """The last mark of the first curve to which enough are followed."""
    found = t.marks[t.marks["which"] == _leading(t)]
    return None if found.empty else found.iloc[-1]


@drawn
def until(t: Times, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Both curves with the marks' intervals and how many are still followed."""
    words = {"first": "a first", "second": "a second", "third": "a third"}
    made = [
        curves.curve(words[which], colour, dash, t.curves[t.curves["which"] == which], "value")
        for which, colour, dash in (
            ("first", of.first, "solid"), ("second", of.first, "solid"), ("third", of.second, "dash"),
        )
        if len(t.curves[t.curves["which"] == which]) > 1
    ]  # fmt: skip
    if not made:
        return None
    figure = curves.cumulative(made, "referred", of, DAYS)
    figure.update_annotations(selector={"text": words["third"]}, yanchor="bottom", yshift=8)  # clear of the axis
    for which, colour in ((_leading(t), of.first), ("third", of.second)):
        at = t.marks[t.marks["which"] == which]
        said = [f"{words[which]} by day {r.day}: {formats.percent(r.value, locale, 1)} (95 %: "
                f"{formats.span(r.low, r.high, formats.percent, locale)})" for r in at.itertuples()]  # fmt: skip
        marks.whiskers(figure, at["day"], at["value"], at["low"], at["high"], said, colour, of, size=9)
    top = max([float(t.curves["value"].max()), *t.marks["high"].dropna(), 0.02])
    figure.update_yaxes(range=[0, top * 1.12])
    figure.update_xaxes(range=[0, DAYS[-1] + 5])
    return Drawing(figure, until_sentence(t, locale))


def _leading(t: Times) -> str:
    return "first" if t.basis == "met" else "second"


def until_sentence(t: Times, locale: str = formats.DEFAULT) -> str:
    """Of new relationships how many have referred by when, and how many go on."""
    near, far, on = _mark(t, _leading(t), DAYS[2]), _mark(t, _leading(t), DAYS[-1]), _mark(t, "third", DAYS[-1])
    if near is None:
        n = formats.count(len(t.pairs), "relationship", locale)
        return f"{n}: too few are followed for three months to say how long it takes."
    what = "a first referral" if t.basis == "met" else "a second referral"
    said = f"{_percent(near, locale)} bring {what} within {near['day']} days"
    if far is not None:
        said += f", {_percent(far, locale)} within a year"
    if on is not None:
        said += f"; {_percent(on, locale)} a third within a year"
    return said + "."


def _percent(mark: pd.Series, locale: str) -> str:
    return formats.percent(mark["value"], locale, 1 if mark["value"] < 0.095 else 0)


def soon_sentence(t: Times, locale: str = formats.DEFAULT) -> str:
    """That it can happen at once is a count."""
    if t.basis != "met":
        return ""
    n = formats.number(t.soon, locale)
    return f"{n} of {formats.count(len(t.pairs), 'relationship', locale)} brought one within their first 30 days."


@drawn
def after(later: Later, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Referrals a year after the first year, by how that year began: a dot a relationship, the mean with its range."""
    arms = later.arms[later.arms["pairs"] > 0].reset_index(drop=True)
    if arms.empty or not later.arms["referrals"].sum():
        return None
    figure = canvas(of, 96 * len(arms) + 40)
    places = {arm: len(arms) - 1.0 - k for k, arm in enumerate(arms["arm"])}
    if "silent" in places:  # a row without dots
        places["silent"] += 0.12
    dots = later.dots.sort_values(["source_id", "first"], kind="stable").head(DOTS)
    spread = np.random.default_rng(1).uniform(-NARROW, NARROW, len(dots)) - 0.1
    said = [f"{name(r.source)} to {name(r.receiver)}: first after {formats.count(int(r.first), 'day', locale)}, then "
            f"{formats.number(r.rate, locale, 1)} a year over {formats.number(r.years, locale, 1)} years"
            for r in dots.itertuples()]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=dots["rate"], y=dots["arm"].map(places) + spread, mode="markers",
            customdata=[f"source:{s}" for s in dots["source_id"]], hovertext=said,
            hovertemplate="%{hovertext}<extra></extra>", marker={"color": of.first, "size": 6, "opacity": 0.3},
        )
    )  # fmt: skip
    for row in arms.itertuples():
        y = places[row.arm] + 0.26
        if np.isfinite(row.low):
            figure.add_trace(go.Scatter(x=[row.low, row.high], y=[y, y], mode="lines", hoverinfo="skip",
                                        line={"color": faded(of.second, 0.5), "width": 7}))  # fmt: skip
        figure.add_trace(go.Scatter(x=[row.rate], y=[y], mode="markers", hoverinfo="skip",
                                    marker={"color": of.second, "size": 11, "symbol": "diamond",
                                            "line": {"color": of.ground, "width": 1}}))  # fmt: skip
        text = ARMS[row.arm].format(days=later.days)
        label(figure, 0, places[row.arm] + 0.44, f"{text}: {formats.number(row.rate, locale, 2)} "
              f"({formats.count(int(row.pairs), 'relationship', locale)})", of.ink, xref="paper", xanchor="left",
              yanchor="middle")  # fmt: skip
    top = max(float(dots["rate"].quantile(0.98)) if len(dots) else 0.0, float(arms["high"].max()), 1.0)
    figure.update_xaxes(range=[-0.06 * top, top * 1.05], title="referrals a year, after the first year", nticks=6,
                        showgrid=True)  # fmt: skip
    figure.update_yaxes(visible=False, range=[0.22 if "silent" in places else -0.5,
                                              len(arms) - 0.4])  # fmt: skip
    marks.key(figure, [("◆ mean with its range", of.second), ("● a relationship", of.first)])
    return Drawing(figure, after_sentence(later, locale))


def after_sentence(later: Later, locale: str = formats.DEFAULT) -> str:
    arms = later.arms.set_index("arm")
    quick, slow = arms.loc["quick"], arms.loc["slower"]

    def told(row: pd.Series) -> str:
        spread = "" if not np.isfinite(row["low"]) else (
            f" (95 %: {formats.span(row['low'], row['high'], _rate, locale)})")  # fmt: skip
        return f"{_rate(row['rate'], locale)} referrals a year{spread}"

    if quick["pairs"] < formats.SMALL_N or slow["pairs"] < formats.SMALL_N:
        few = formats.count(int(min(quick["pairs"], slow["pairs"])), "relationship", locale)
        return f"What quick sources give later cannot be told yet: of one kind only {few} followed past a year."
    more, less = quick["low"] > slow["high"], quick["high"] < slow["low"]
    lead = ("Quick sources give more later too" if more else "Quick sources give less later" if less else
            "Quick and slow sources do not clearly differ later")  # fmt: skip
    return (
        f"{lead}: whoever referred within {later.days} days gave {told(quick)} after the first year, whoever began "
        f"later in it {told(slow)}."
    )


def _rate(value: float, locale: str = formats.DEFAULT) -> str:
    return formats.number(value, locale, 1 if value >= 0.95 else 2)


def asked_sentence(found: Asked, locale: str = formats.DEFAULT) -> str:
    """How many of the sources of the last year were ever asked."""
    of = int((found.pairs["referrals"] > 0).sum()) if len(found.pairs) else 0
    if not of:
        return "No source referred in the last year"
    never = int(found.members["never"].sum())
    said = (
        f"{formats.number(never, locale)} of {formats.count(of, 'source', locale)} of the last year were never asked "
        "where they stand"
    )
    low, high = found.figure.bounds(0.95)
    if not np.isfinite(low):
        return said
    share = formats.percent(found.figure.theta, locale)
    return f"{said}; {share} were (95 %: {formats.span(low, high, formats.percent, locale)})"


def asked_how(found: Asked, locale: str = formats.DEFAULT) -> str:
    since = "" if found.since is None else f", recorded since {formats.day(to_date(found.since), locale)}"
    return (
        f"Asked: {formats.count(found.questions, 'question', locale)} where a source stands and "
        f"{formats.count(found.assessments, 'assessment', locale)}{since}. A source that refers two members counts for "
        "each."
    )


@drawn
def asked(found: Asked, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """By receiver, in the order of the names: sources of the last year that were asked and that were not."""
    shown = found.members.head(MOST)
    if shown.empty:
        return None
    y = list(range(len(shown)))
    figure = canvas(of, ROW * len(shown) + 70, barmode="stack", bargap=0.3)
    ids = [f"receiver:{p}" for p in shown["person_id"]]
    for column, colour, text, pattern in (("asked", of.first, "asked", ""), ("never", of.wrong, "never asked", "/")):
        said = [f"{name(n)}: {formats.count(int(k), 'source', locale)} {text}"
                for n, k in zip(shown["name"], shown[column], strict=True)]  # fmt: skip
        figure.add_trace(
            go.Bar(
                x=shown[column], y=y, orientation="h", customdata=ids, hovertext=said,
                hovertemplate="%{hovertext}<extra></extra>",
                marker={"color": faded(colour, 0.85), "pattern": {"shape": pattern, "fillmode": "overlay",
                                                                  "fgcolor": of.ground, "size": 5}},
            )
        )  # fmt: skip
    figure.update_yaxes(tickvals=y, ticktext=short_names(list(shown["name"])), range=[len(shown) - 0.4, -0.6],
                        showgrid=False)  # fmt: skip
    figure.update_xaxes(rangemode="tozero", nticks=6, showgrid=True)
    marks.key(figure, [("■ asked", of.first), ("▨ never asked", of.soft)], wide=30)
    return Drawing(figure, asked_sentence(found, locale) + ".")
