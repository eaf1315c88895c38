"""The thirteen points as a profile: the chapter's shares with their ranges, and one relationship beside them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.relationships_points import Profile
from analysis.tidying import CHECKLIST
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded

# Few letters for the axis; the page's table has the whole words.
SHORT = {
    "q01": "in good hands", "q02": "known for a year", "q03": "can explain", "q04": "know families",
    "q05": "offered to help", "q06": "five goals", "q07": "can ring late", "q08": "ask with ease",
    "q09": "a pleasure", "q10": "dates in diary", "q11": "glad for them", "q12": "come to mind",
    "q13": "talk frankly",
}  # fmt: skip
ROW = 27
ANSWERS = {1.0: ("yes", "circle"), 0.0: ("no", "x")}


@drawn
def profile(found: Profile, of: Look, locale: str = formats.DEFAULT, one: pd.DataFrame | None = None,
            who: str = "") -> Drawing:  # fmt: skip
    """Each point's share of yes; of one person's assessments his own share, of one relationship yes, no or open."""
    points = found.points
    y = list(range(len(points) - 1, -1, -1))
    figure = canvas(of, ROW * len(points) + 90)
    gaps: list[float | None] = []
    rows: list[float | None] = []
    for place, low, high in zip(y, points["low95"], points["high95"], strict=True):
        gaps += [low, high, None]
        rows += [place, place, None]
    figure.add_trace(go.Scatter(x=gaps, y=rows, mode="lines", hoverinfo="skip",
                                line={"color": faded(of.first, 0.4), "width": 6}))  # fmt: skip
    said = [_said(r.point, r.yes, r.n, r.share, r.low95, r.high95, locale) for r in points.itertuples()]
    figure.add_trace(go.Scatter(x=points["share"], y=y, mode="markers", customdata=said,
                                hovertemplate="%{customdata}<extra></extra>",
                                marker={"color": of.first, "size": 10,
                                        "line": {"color": of.ground, "width": 1}}))  # fmt: skip
    told = [f'<span style="color:{of.first}">● the chapter, 95 %</span>']
    if one is not None and len(one):
        told.append(_one(figure, one, y, of))
    figure.update_yaxes(tickvals=y, ticktext=[SHORT[p] for p in points["point"]], showgrid=False,
                        range=[-0.7, len(points) - 0.3])  # fmt: skip
    figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", nticks=5, title="of the relationships, said to be true")
    figure.add_annotation(x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=4,
                          showarrow=False, text="   ".join(told), font={"size": 12})  # fmt: skip
    return Drawing(figure, sentence(found, locale, one, who))


def _said(point: str, yes: int, n: int, share: float, low: float, high: float, locale: str) -> str:
    if not n:
        return f"{SHORT[point]}: not answered"
    text = f"{SHORT[point]}: {formats.number(yes, locale)} of {formats.number(n, locale)}"
    return text if formats.missing(low) else f"{text} (95 %: {formats.span(low, high, formats.percent, locale)})"


def _one(figure: go.Figure, one: pd.DataFrame, y: list[int], of: Look) -> str:
    """The chosen relationship or person over the chapter's dots; returns its entry of the key."""
    if len(one) > 1:
        mean = one[list(CHECKLIST)].mean()
        figure.add_trace(go.Scatter(x=mean, y=y, mode="markers", hovertemplate="%{x:.0%}<extra></extra>",
                                    marker={"symbol": "diamond-open", "color": of.second, "size": 11,
                                            "line": {"width": 2}}))  # fmt: skip
        return f'<span style="color:{of.second}">◇ this person’s {len(one)}</span>'
    answers = one.iloc[0]
    for value, (_, symbol) in ANSWERS.items():
        at = [place for place, point in zip(y, CHECKLIST, strict=True) if answers[point] == value]
        figure.add_trace(go.Scatter(x=[value] * len(at), y=at, mode="markers", hoverinfo="skip",
                                    marker={"symbol": symbol, "color": of.second, "size": 10}))  # fmt: skip
    return f'<span style="color:{of.second}">● yes  ✕ no, here</span>'


def sentence(found: Profile, locale: str = formats.DEFAULT, one: pd.DataFrame | None = None, who: str = "") -> str:
    """The points that are most and least often true, with n; of one relationship how many are."""
    n = formats.count(len(found.latest), "relationship", locale)
    by = formats.count(found.assessors, "person", locale, "people")
    if one is not None and len(one) == 1:
        answers = one.iloc[0][list(CHECKLIST)].astype(float)
        open_ = int(answers.isna().sum())
        rest = f", {formats.number(open_, locale)} open" if open_ else ""
        return f"{who}: {int(answers.sum())} of 13 points are true{rest}; {_middle(found, locale)} ({n})"
    known = found.points[found.points["n"] > 0].sort_values("share")
    least, most = SHORT[known["point"].iloc[0]], SHORT[known["point"].iloc[-1]]
    if who and one is not None and len(one):
        true = formats.number(float(one[list(CHECKLIST)].sum(axis=1).median()), locale, 1)
        rated = formats.count(len(one), "source", locale)
        return f"{who} has rated {rated}: {true} points are true of the middle one; {_middle(found, locale)} ({n})"
    extremes = f"“{most}” is true most often, “{least}” least"
    return f"{extremes}; {_middle(found, locale)} ({n}, rated by {by})"


def _middle(found: Profile, locale: str) -> str:
    if formats.missing(found.middle):
        return "no relationship has all thirteen answered"
    middle = formats.number(found.middle, locale, 0 if found.middle % 1 == 0 else 1)
    return f"the chapter’s middle relationship has {middle}"


def table(found: Profile, words: Mapping[str, str]) -> pd.DataFrame:
    """Every point in its whole words."""
    p = found.points
    return pd.DataFrame({
        "Point": [words[q] for q in p["point"]], "Yes": p["yes"], "Answered": p["n"], "Share": p["share"],
        "95 % from": p["low95"], "to": p["high95"],
    })  # fmt: skip


def relationships_table(found: Profile) -> pd.DataFrame:
    """The last assessment of each relationship, by name."""
    rows = found.latest
    answers = rows[list(CHECKLIST)]
    return pd.DataFrame({
        "Rated by": rows["assessor"], "Source": rows["source"], "Points true": answers.sum(axis=1).astype(int),
        "Open": answers.isna().sum(axis=1), "Comfort": rows["comfort"], "Perceived value": rows["perceived_value"],
    })  # fmt: skip
