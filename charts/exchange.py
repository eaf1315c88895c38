"""Giving first (S5): pairs of members by whether one had given, and whether the other referred in the year after."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas

COLUMNS = ("one had given", "had not")


def drawings(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    drawn = [quadrant(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def quadrant(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Four fields: gave before or not, across; received after or not, down. Above, the darker, the more of its column
    came back."""
    frame = marks.kept(result.data.get("quadrant"), "gave", "returned", "pairs", "referrals")
    pairs = frame.pivot_table(index="returned", columns="gave", values="pairs", aggfunc="sum").reindex(
        index=[0, 1], columns=[1, 0], fill_value=0
    )
    pairs = pairs.fillna(0.0)
    if frame.empty or (pairs.sum() == 0).any():
        return None
    share = pairs / pairs.sum()
    deep = pd.DataFrame([[0.12, 0.12], share.loc[1] / max(float(share.loc[1].max()), 1e-9)])
    texts = [[_field(frame, pairs, gave, returned, locale) for gave in (1, 0)] for returned in (0, 1)]
    figure = canvas(of, 260, margin={"l": 8, "r": 8, "t": 30, "b": 8})
    figure.add_trace(
        go.Heatmap(
            z=deep.to_numpy(), x=[0, 1], y=[0, 1], xgap=4, ygap=4, showscale=False, zmin=0, zmax=2.0,
            colorscale=[[0, of.ground], [1, of.first]], customdata=texts, hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    for i, returned in enumerate((0, 1)):
        for j, gave in enumerate((1, 0)):
            text = f"<b>{formats.percent(share.loc[returned, gave], locale)}</b><br>{texts[i][j]}"
            figure.add_annotation(x=j, y=i, text=text, showarrow=False, font={"size": 13, "color": of.ink})
    figure.update_xaxes(side="top", tickvals=[0, 1], ticktext=list(COLUMNS))
    figure.update_yaxes(tickvals=[1, 0], ticktext=["referred<br>after", "did not"], showgrid=False)
    return Drawing(figure, _sentence(pairs, locale))


def _field(frame: pd.DataFrame, pairs: pd.DataFrame, gave: int, returned: int, locale: str) -> str:
    n = int(frame.loc[(frame["gave"] == gave) & (frame["returned"] == returned), "referrals"].sum())
    said = formats.count(int(pairs.loc[returned, gave]), "pair", locale)
    return f"{said}<br>{formats.count(n, 'referral', locale)}" if n else said


def _sentence(pairs: pd.DataFrame, locale: str) -> str:
    said = [
        f"{formats.number(pairs.loc[1, gave], locale)} of {formats.number(pairs[gave].sum(), locale)} pairs "
        f"({formats.percent(pairs.loc[1, gave] / pairs[gave].sum(), locale)})"
        for gave in (1, 0)
    ]
    return f"Where one had given, the other referred in the year after in {said[0]}; where not, in {said[1]}."
