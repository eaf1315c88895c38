"""Who with whom: the give/receive matrix, inside against outside, and what crosses to other chapters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.chapter_exchange import ELSEWHERE, Exchange, Flows, Share, Tiers
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, label, name, on

MOST = 60  # members in one matrix
COUNTED = 34  # members up to which a cell carries its count
CELL = 16  # px
OTHERS = "all outside"
CHAPTERS = 10
Chosen = tuple[Sequence[str], Sequence[str]]  # givers, takers
NOBODY: Chosen = ((), ())


@drawn
def matrix(e: Exchange, names: Mapping[str, str], of: Look, what: str, locale: str = formats.DEFAULT,
           chosen: Chosen = NOBODY) -> Drawing:  # fmt: skip
    """Givers down, takers across; the more, the darker. what: referrals | one_to_ones. chosen: givers and takers whose
    cells are framed. A cell with referrals carries its two people as filters, for whoever clicks it."""
    order = list(e.order[:MOST])
    outside = what == "referrals" and bool(((e.cells["giver"] == ELSEWHERE) | (e.cells["taker"] == ELSEWHERE)).any())
    keys = [*order, ELSEWHERE] if outside else order
    grid = grid_of(e.cells, keys, what)
    labels = short_names([names.get(p, p) for p in order], 15) + ([OTHERS] if outside else [])
    inner = grid[: len(order), : len(order)]
    top = float(max(1.0, inner.max(initial=0.0)))
    figure = square(labels, len(order), of)
    figure.add_trace(_cells(grid, labels, top, of, what))
    if len(keys) <= COUNTED:
        _counts(figure, grid, top, of)
    if what == "referrals":
        clickable(figure, inner, order, labels)
        framed(figure, order, chosen, of)
    return Drawing(figure, matrix_sentence(e, inner, len(order), what, names, locale))


def grid_of(cells: pd.DataFrame, keys: Sequence[str], what: str) -> np.ndarray:
    """The column `what` of the cells, givers down and takers across, in the order of the keys."""
    place = {p: i for i, p in enumerate(keys)}
    grid = np.zeros((len(keys), len(keys)))
    for giver, taker, n in cells[["giver", "taker", what]].itertuples(index=False):
        if giver in place and taker in place:
            grid[place[giver], place[taker]] += n
    return grid


def square(labels: Sequence[str], own: int, of: Look) -> go.Figure:
    """An empty square of names, the first `own` of them greyed where one would meet himself."""
    figure = canvas(of, CELL * len(labels) + 150, margin={"l": 8, "r": 8, "t": 8, "b": 24})
    figure.update_layout(shapes=[  # at once: one by one each is checked against all before it
        {"type": "rect", "x0": i - 0.5, "x1": i + 0.5, "y0": i - 0.5, "y1": i + 0.5, "line": {"width": 0},
         "fillcolor": of.line} for i in range(own)])  # fmt: skip
    size = {"size": 11 if len(labels) <= 16 else 10}
    every = 1 if len(labels) <= COUNTED else 2  # columns stand in the order of the rows, which are all named
    places = list(range(len(labels)))
    figure.update_yaxes(autorange="reversed", tickvals=places, ticktext=list(labels), showgrid=False, tickfont=size)
    figure.update_xaxes(
        side="top", tickangle=-90, tickvals=places[::every], ticktext=list(labels)[::every], showgrid=False,
        tickfont={"size": size["size"] - (len(labels) > 16)},
    )  # fmt: skip
    return figure


def clickable(figure: go.Figure, inner: np.ndarray, order: Sequence[str], labels: Sequence[str]) -> None:
    """Unseen marks on the cells: a heat map cannot be clicked."""
    at = [(int(i), int(j)) for i, j in np.argwhere(inner > 0)]
    figure.add_trace(
        go.Scatter(
            x=[j for _, j in at], y=[i for i, _ in at], mode="markers",
            customdata=[f"source:{order[i]}|receiver:{order[j]}" for i, j in at],
            text=[f"{labels[i]} gave {labels[j]}: {inner[i, j]:.0f}" for i, j in at],
            hovertemplate="%{text}<extra></extra>", marker={"symbol": "square", "size": CELL, "opacity": 0},
            selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
        )
    )  # fmt: skip


def framed(figure: go.Figure, order: Sequence[str], chosen: Chosen, of: Look) -> None:
    """A frame around the cells of chosen givers and takers; the whole row or column where only one side is chosen."""
    end = len(order) - 0.5
    givers, takers = ([(order.index(p) - 0.5, order.index(p) + 0.5) for p in people if p in order] for people in chosen)
    if not givers and not takers:
        return
    for y0, y1 in givers or [(-0.5, end)]:
        for x0, x1 in takers or [(-0.5, end)]:
            figure.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": of.second, "width": 2.5})


def _cells(grid: np.ndarray, labels: list[str], top: float, of: Look, what: str) -> go.Heatmap:
    colour = of.first if what == "referrals" else of.third
    word = "gave" if what == "referrals" else "met"
    said = [[f"{a} {word} {b}: {n:.0f}" for b, n in zip(labels, row, strict=True)]
            for a, row in zip(labels, grid, strict=True)]  # fmt: skip
    place = list(range(len(labels)))
    # Steps of even lightness: one referral must be told from none, and many from a few.
    return go.Heatmap(
        z=np.sqrt(grid), x=place, y=place, customdata=said, hovertemplate="%{customdata}<extra></extra>",
        zmin=0, zmax=float(np.sqrt(top)), colorscale=[[0, of.ground], [1, colour]], showscale=False, xgap=1, ygap=1,
    )  # fmt: skip


def _counts(figure: go.Figure, grid: np.ndarray, top: float, of: Look) -> None:
    at = [(int(i), int(j)) for i, j in np.argwhere(grid > 0)]
    figure.add_trace(
        go.Scatter(
            x=[j for _, j in at], y=[i for i, _ in at], mode="text", hoverinfo="skip",
            text=[f"{grid[i, j]:.0f}" for i, j in at],
            textfont={"size": 10 if len(grid) <= 24 else 9,
                      "color": [on(of, np.sqrt(grid[i, j] / top)) for i, j in at]},
        )
    )  # fmt: skip


def matrix_sentence(e: Exchange, inner: np.ndarray, n: int, what: str, names: Mapping[str, str],
                    locale: str = formats.DEFAULT) -> str:  # fmt: skip
    """How much of the matrix is filled, and its busiest pair."""
    possible = n * (n - 1)
    if what == "one_to_ones":
        met, pairs = int((np.triu(inner, 1) > 0).sum()), possible // 2
        return f"{formats.number(met, locale)} of {formats.count(pairs, 'pair', locale)} met one-to-one in this period."
    filled = int((inner > 0).sum())
    said = f"Of {formats.number(possible, locale)} ways to refer among {formats.count(n, 'member', locale)}, "
    said += f"{formats.number(filled, locale)} were used"
    inside = e.cells[(e.cells["giver"] != ELSEWHERE) & (e.cells["taker"] != ELSEWHERE)]
    if inside.empty or not inside["referrals"].max():
        return said + "."
    best = inside.sort_values(["referrals", "giver", "taker"], ascending=[False, True, True], kind="stable").iloc[0]
    giver, taker = (names.get(best[side], "somebody") for side in ("giver", "taker"))
    times = formats.count(int(best["referrals"]), "referral", locale)
    return f"{said}; most from {giver} to {taker} ({times})."


@drawn
def tiers(t: Tiers, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """The outside share with its interval, each giver a dot: the larger, the more he gave."""
    m = t.members
    figure = canvas(of, 190)
    n = m["inside"] + m["outside"]
    outside = 1 - m["share"]
    column = (outside * 40).round()
    height = m.groupby(column).cumcount()
    step = min(0.14, 0.9 / max(1, int(height.max())))
    said = [f"{name(who)}: {formats.percent(v, locale)} outside, of {formats.count(int(k), 'referral', locale)}"
            for who, v, k in zip(m["name"], outside, n, strict=True)]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=column / 40, y=1.0 + height * step, mode="markers", customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": 6 + 6 * (n / n.max()) ** 0.5, "opacity": 0.55},
        )
    )  # fmt: skip
    value, (low, high) = 1 - t.inside.value, (1 - t.inside.high95, 1 - t.inside.low95)
    if not formats.missing(low):
        figure.add_trace(go.Scatter(x=[low, high], y=[0.4, 0.4], mode="lines", hoverinfo="skip", opacity=0.35,
                                    line={"color": of.first, "width": 9}))  # fmt: skip
    figure.add_trace(go.Scatter(x=[value], y=[0.4], mode="markers", hoverinfo="skip",
                                marker={"color": of.first, "size": 12}))  # fmt: skip
    label(figure, value, 0.4, f"chapter {formats.percent(value, locale)}", of.ink, yshift=-18)
    corner(figure, "all for themselves", of.soft)
    corner(figure, "all for others", of.soft, x=1)
    figure.update_yaxes(visible=False, range=[-0.1, 2.1])
    figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", nticks=5)
    return Drawing(figure, tiers_sentence(t, locale))


def tiers_sentence(t: Tiers, locale: str = formats.DEFAULT) -> str:
    outside = 1 - t.inside.value
    said = f"{formats.of_base(outside, 10, locale)} referrals go to somebody outside, the others the giver buys himself"
    return f"{said} ({_span(t.inside, locale)})."


def _span(share: Share, locale: str, *, complement: bool = True) -> str:
    n = f"{formats.count(share.n, 'referral', locale)}, {formats.count(share.clusters, 'member', locale)}"
    low, high = (1 - share.high95, 1 - share.low95) if complement else (share.low95, share.high95)
    if formats.missing(low):
        return f"{n}: too few members for an interval"
    return f"95 %: {formats.span(low, high, formats.percent, locale)}; {n}"


@drawn
def flows(f: Flows, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """What came in from each other chapter to the left, what went out to it to the right."""
    shown = _top(f.counterparts)
    y = list(range(len(shown) - 1, -1, -1))
    figure = canvas(of, 30 * len(shown) + 84, barmode="relative")
    for column, sign, colour in (("into", -1, of.second), ("out", 1, of.first)):
        figure.add_trace(
            go.Bar(
                x=sign * shown[column], y=y, orientation="h", width=0.62, marker={"color": colour},
                text=[str(v) if v else "" for v in shown[column]], textposition="outside", cliponaxis=False,
                customdata=[f"{name(n)}: {v} {'received' if sign < 0 else 'given'}"
                            for n, v in zip(shown["name"], shown[column], strict=True)],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    reach = float(max(1, shown[["into", "out"]].to_numpy().max(initial=0))) * 1.25
    figure.add_vline(x=0, line={"color": of.soft, "width": 1})
    figure.update_xaxes(range=[-reach, reach], visible=False)
    figure.update_yaxes(tickvals=y, ticktext=short_names([chapter_name(n) for n in shown["name"]], 22), showgrid=False)
    corner(figure, "◀ received from", of.second)
    corner(figure, "given to ▶", of.first, x=1)
    return Drawing(figure, flows_sentence(f, locale))


def flows_sentence(f: Flows, locale: str = formats.DEFAULT) -> str:
    c = f.counterparts
    first = chapter_name(str(c["name"].iloc[0]))
    sides = f"{formats.number(int(c['into'].sum()), locale)} came in, {formats.number(int(c['out'].sum()), locale)} "
    said = f"{formats.percent(f.crossing.value, locale)} of referrals cross to or from another chapter "
    return f"{said}({_span(f.crossing, locale, complement=False)}): {sides}went out, most with {first}."


def chapter_name(text: str) -> str:
    """Without region and country: "Harbour, North, Utopia" is Harbour."""
    return text.partition(",")[0].strip() or text


def _top(table: pd.DataFrame) -> pd.DataFrame:
    """The busiest counterparts, the rest as one."""
    if len(table) <= CHAPTERS:
        return table
    head, rest = table.head(CHAPTERS - 1), table.iloc[CHAPTERS - 1 :]
    last = {**rest[["into", "out", "unclear", "total"]].sum().to_dict(), "name": f"{len(rest)} other chapters"}
    return pd.concat([head, pd.DataFrame([last])], ignore_index=True)
