"""Meeting and referring in one matrix, and what goes between whole groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

import formats
from analysis.chapter_exchange import Exchange
from analysis.exchange_met import Combined
from analysis.network_graph import GROUP, Graph
from charts.chapter_members import short_names
from charts.chapter_pairs import COUNTED, MOST, NOBODY, Chosen, clickable, framed, grid_of, square
from charts.drawn import drawn
from charts.network_figures import span
from charts.theme import Drawing, Look, faded, on

NEITHER, MET, REFERRED, BOTH = range(4)


@drawn
def together(e: Exchange, c: Combined, names: Mapping[str, str], of: Look, locale: str = formats.DEFAULT,
             chosen: Chosen = NOBODY) -> Drawing:  # fmt: skip
    """A cell by whether the row's member referred to the column's, and whether the two met one-to-one."""
    order = list(e.order[:MOST])
    given, met = (grid_of(e.cells, order, what) for what in ("referrals", "one_to_ones"))
    kind = np.where(given > 0, np.where(met > 0, BOTH, REFERRED), np.where(met > 0, MET, NEITHER))
    labels = short_names([names.get(p, p) for p in order], 15)
    figure = square(labels, len(order), of)
    said = [[f"{a} to {b}: {given[i, j]:.0f} given, met {met[i, j]:.0f} times" for j, b in enumerate(labels)]
            for i, a in enumerate(labels)]  # fmt: skip
    colours = (of.ground, faded(of.third, 0.3), of.second, of.first)
    steps = [[(k + side) / 4, colours[k]] for k in range(4) for side in (0, 1)]
    figure.add_trace(
        go.Heatmap(z=kind, x=list(range(len(order))), y=list(range(len(order))), zmin=-0.5, zmax=3.5, colorscale=steps,
                   showscale=False, xgap=1, ygap=1, customdata=said, hovertemplate="%{customdata}<extra></extra>")
    )  # fmt: skip
    _signs(figure, kind, of, small=len(order) > COUNTED)
    clickable(figure, given, order, labels)
    framed(figure, order, chosen, of)
    head = [("● gave and met", of.first), ("× gave, not met", of.second), ("○ met, gave nothing", of.third)]
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=0, yref="paper", yanchor="top", yshift=-4, showarrow=False, align="left",
        text="   ".join(f'<span style="color:{colour}">{text}</span>' for text, colour in head), font={"size": 11},
    )  # fmt: skip
    return Drawing(figure, together_sentence(c, locale))


def _signs(figure: go.Figure, kind: np.ndarray, of: Look, *, small: bool) -> None:
    """A sign in each coloured cell, so that colour is not alone."""
    for which, symbol, colour in (
        (BOTH, "circle", of.ground),
        (REFERRED, "x", of.ground),
        (MET, "circle-open", of.third),
    ):
        at = np.argwhere(kind == which)
        figure.add_trace(go.Scatter(x=at[:, 1], y=at[:, 0], mode="markers", hoverinfo="skip",
                                    marker={"symbol": symbol, "size": 4 if small else 6, "color": colour}))  # fmt: skip


def together_sentence(c: Combined, locale: str = formats.DEFAULT) -> str:
    """How many of the pairs that met refer, beside those that did not."""
    met, unmet = (f"{formats.percent(s.value, locale)} ({span(s, locale)}; {formats.count(s.n, 'pair', locale)})"
                  for s in (c.of_met, c.of_unmet))  # fmt: skip
    if not c.of_unmet.n:
        return f"Every pair met one-to-one; {met} of them refer to one another."
    return f"Of pairs that met one-to-one, {met} refer; of those that did not, {unmet}."


@drawn
def groups(g: Graph, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Whole groups against one another, where there are too many members for one matrix."""
    nodes = g.nodes[g.nodes["kind"] == GROUP]
    keys = list(nodes["id"])
    grid = grid_of(g.edges.assign(referrals=g.edges["n"]), keys, "referrals")
    labels = short_names(list(nodes["name"]), 18)
    figure = square(labels, len(keys), of)
    figure.update_layout(height=30 * len(keys) + 190)
    at = [(int(i), int(j)) for i, j in np.argwhere(grid > 0)]
    top = float(max(1.0, grid.max(initial=0.0)))
    figure.add_trace(go.Heatmap(z=np.sqrt(grid), zmin=0, zmax=float(np.sqrt(top)), xgap=1, ygap=1, showscale=False,
                                colorscale=[[0, of.ground], [1, of.first]], hoverinfo="skip"))  # fmt: skip
    figure.add_trace(
        go.Scatter(x=[j for _, j in at], y=[i for i, _ in at], mode="text", hoverinfo="skip",
                   text=[f"{grid[i, j]:.0f}" for i, j in at],
                   textfont={"size": 11, "color": [on(of, np.sqrt(grid[i, j] / top)) for i, j in at]})
    )  # fmt: skip
    return Drawing(figure, groups_sentence(g, grid, locale))


def groups_sentence(g: Graph, grid: np.ndarray, locale: str = formats.DEFAULT) -> str:
    n = len(grid)
    used, ways = int((grid > 0).sum()), n * (n - 1)
    went = formats.count(int(grid.sum()), "referral", locale)
    return (
        f"{went} went from one of these {formats.number(n, locale)} groups to another, on "
        f"{formats.number(used, locale)} of {formats.number(ways, locale)} possible ways "
        f"({formats.count(g.members, 'member', locale)})."
    )
