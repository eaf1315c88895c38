"""Who stands between whom (R14): the largest group's referrals as a net, go-betweens larger."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, name

MOST = 60  # members in one net
NAMED = 4


@drawn
def network(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Circles by betweenness, lines by referrals of last year; whoever is most between others is named."""
    nodes = marks.kept(result.data.get("nodes"), "person_id", "name", "betweenness")
    edges = marks.kept(result.data.get("edges"), "source_id", "receiver_id", "n")
    if "group_id" in nodes and len(nodes):
        nodes = nodes[nodes["group_id"] == nodes["group_id"].value_counts(sort=True).index[0]]
    nodes = nodes.sort_values(["betweenness", "person_id"], ascending=[False, True]).head(MOST).reset_index(drop=True)
    at = pd.Series(np.arange(len(nodes)), index=nodes["person_id"])
    edges = edges[edges["source_id"].isin(at.index) & edges["receiver_id"].isin(at.index)]
    if len(nodes) < 3 or edges.empty:
        return None
    ends = np.stack([at[edges["source_id"]].to_numpy(), at[edges["receiver_id"]].to_numpy()], axis=1)
    place = rings(len(nodes), ends)
    figure = canvas(of, 420, margin={"l": 8, "r": 8, "b": 8})
    _lines(figure, place, ends, of)
    _circles(figure, place, nodes, of)
    figure.update_xaxes(visible=False, range=[-1.15, 1.15])
    figure.update_yaxes(visible=False, range=[-1.15, 1.15])
    top = [str(n) for n in nodes["name"].head(3)]
    first = " and ".join([", ".join(top[:2]), top[2]])
    said = f"{first} stand between most others among {formats.count(len(nodes), 'member', locale)} of last year"
    return Drawing(figure, f"{said}. The larger a circle, the more referral paths run through that member.")


def rings(n: int, ends: np.ndarray) -> np.ndarray:
    """Places of n members, the most between others first: three rings from within, evenly spaced, in each the order in
    which its members lie behind those they refer and are referred by."""
    place = np.full((n, 2), np.nan)
    inner = np.arange(min(NAMED, n))
    middle = np.arange(len(inner), len(inner) + (n - len(inner)) * 2 // 5)
    outer = np.arange(len(inner) + len(middle), n)
    for ring, radius in ((inner, 0.3), (middle, 0.66), (outer, 1.0)):
        if not len(ring):
            continue
        order = np.argsort([_turn(int(k), place, ends) for k in ring], kind="stable")
        turn = 2 * np.pi * (np.arange(len(ring)) + 0.5) / len(ring)
        place[ring[order]] = radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return place


def _turn(member: int, place: np.ndarray, ends: np.ndarray) -> float:
    """The direction in which a member's partners lie, of those who have their place already."""
    partners = np.concatenate([ends[ends[:, 0] == member, 1], ends[ends[:, 1] == member, 0]])
    known = place[partners][np.isfinite(place[partners, 0])] if len(partners) else np.empty((0, 2))
    if not len(known):
        return 0.0
    x, y = known.sum(axis=0)
    return float(np.arctan2(y, x) % (2 * np.pi))


def _lines(figure: go.Figure, place: np.ndarray, ends: np.ndarray, of: Look) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b in ends:
        x += [place[a, 0], place[b, 0], None]
        y += [place[a, 1], place[b, 1], None]
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", hoverinfo="skip", opacity=0.45,
                                line={"color": of.wrong, "width": 1}))  # fmt: skip


def _circles(figure: go.Figure, place: np.ndarray, nodes: pd.DataFrame, of: Look) -> None:
    share = nodes["betweenness"].astype(float) / max(float(nodes["betweenness"].max()), 1e-9)
    leading = np.arange(len(nodes)) < NAMED
    said = [f"{name(n)}: betweenness {b:.0f}" for n, b in zip(nodes["name"], nodes["betweenness"], strict=True)]
    figure.add_trace(
        go.Scatter(
            x=place[:, 0], y=place[:, 1], mode="markers", customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": [of.first if lead else of.third for lead in leading], "opacity": 0.9,
                    "size": list(np.maximum(7 + 19 * share**0.5, np.where(leading, 20.0, 0.0))),
                    "line": {"color": of.ground, "width": 1.5}},
        )
    )  # fmt: skip
    named = short_names(list(nodes["name"].head(NAMED)), 22)
    for k in range(len(named)):
        figure.add_annotation(x=place[k, 0], y=place[k, 1], text=f"<b>{k + 1}</b>", showarrow=False,
                              font={"size": 12, "color": of.ground})  # fmt: skip
    marks.key(figure, [(f"{k + 1} {text}", of.first) for k, text in enumerate(named)])
