"""One referral leads to another (L4): what a hundred end up as, and the largest chains of this log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Estimate, Result
from charts import marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, corner, faded, label, name

HUNDRED = 100
STEPS = 4  # bars at most
NODES, TREES = 36, 4  # drawn at most
ROW = 20  # px a leaf


def drawings(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """What a hundred lead to, the interval, the largest chains."""
    drawn = [multiplier(result, of, locale), interval(_same_scale(result), of, locale), trees(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


def _same_scale(result: Result) -> Result:
    """Without tempting ways that count something else: the longest chain is no number per referral."""
    wrong = result.data.get("wrong", pd.DataFrame())
    kept = wrong.dropna(subset=["low"]) if "low" in wrong else wrong
    return replace(result, data={**result.data, "wrong": kept})


@drawn
def multiplier(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Bars from zero: a hundred, what they lead to, what those lead to; each with its interval."""
    e = words.estimate(result, "children_per_referral")
    if e is None or e.value is None:
        return None
    steps = [k for k in range(STEPS) if k < 2 or HUNDRED * e.value**k >= 1]
    sizes = [HUNDRED * e.value**k for k in steps]
    texts = ["networked referrals", "which lead to", *["and those to"] * (len(steps) - 2)]
    figure = canvas(of, 40 * len(steps) + 50, bargap=0.3)
    errors = _errors(e, steps, of)
    figure.add_trace(
        go.Bar(
            x=sizes, y=steps, orientation="h", error_x=errors, hoverinfo="skip",
            marker={"color": [faded(of.wrong if k == 0 else of.first, 0.85) for k in steps], "cornerradius": 3},
        )
    )  # fmt: skip
    for k, size in zip(steps, sizes, strict=True):
        end = size + (errors["array"][k] if errors else 0.0)
        label(figure, end, k, formats.number(size, locale), of.ink, xanchor="left", xshift=6)
    figure.update_yaxes(tickvals=steps, ticktext=texts, autorange="reversed", showgrid=False)
    figure.update_xaxes(
        visible=False,
        range=[0, max(s + (errors["array"][k] if errors else 0.0) for k, s in zip(steps, sizes, strict=True)) * 1.15],
    )
    corner(figure, "within half a year each", of.soft)
    return Drawing(figure, _sentence(result, e, locale))


def _errors(e: Estimate, steps: list[int], of: Look) -> dict:
    if formats.missing(e.low95) or formats.missing(e.high95) or e.value is None:
        return {}
    at = [(HUNDRED * (e.low95 or 0.0) ** k, HUNDRED * e.value**k, HUNDRED * (e.high95 or 0.0) ** k) for k in steps]
    up, down = [high - mid for _, mid, high in at], [mid - low for low, mid, _ in at]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 2, "width": 0,
            "color": of.soft}  # fmt: skip


def _sentence(result: Result, e: Estimate, locale: str) -> str:
    said = (
        f"Of {HUNDRED} networked referrals come {formats.number(HUNDRED * (e.value or 0.0), locale)} further ones "
        f"within half a year"
    )
    total = words.estimate(result, "multiplier")
    if total is None or total.value is None:
        return f"{said}, and each of those leads to as many again."
    spread = ""
    if not formats.missing(total.low95) and not formats.missing(total.high95):
        low, high = (formats.number(HUNDRED * (v or 0.0), locale) for v in (total.low95, total.high95))
        spread = f" (95 %: {low} to {high})"
    return f"{said}; with what those lead to in turn, {formats.number(HUNDRED * total.value, locale)} in all{spread}."


@drawn
def trees(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """The largest chains, a step to the right for each referral that came from the one before."""
    tree = marks.kept(result.data.get("tree"), "referral_id", "root", "depth")
    depths = marks.kept(result.data.get("depths"), "depth", "n")
    if tree.empty or depths.empty:
        return None
    chosen = _largest(tree)
    rows = _rows(chosen)
    figure = canvas(of, max(150, int(ROW * (max(rows.values()) + 2)) + 30))
    place = {r.referral_id: (int(r.depth), rows[r.referral_id]) for r in chosen.itertuples()}
    lines: list[tuple[float | None, float | None]] = []
    for r in chosen.itertuples():
        if r.parent in place:
            (x0, y0), (x1, y1) = place[r.parent], place[r.referral_id]
            lines += [(x0, y0), (x0 + 0.5, y1), (x1, y1), (None, None)]
    figure.add_trace(go.Scatter(x=[x for x, _ in lines], y=[y for _, y in lines], mode="lines", hoverinfo="skip",
                                line={"color": of.wrong, "width": 1.5, "shape": "spline"}))  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in place.values()], y=[y for _, y in place.values()], mode="markers",
            customdata=[f"{name(r.source)} to {name(r.receiver)}" for r in chosen.itertuples()],
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": 10, "line": {"color": of.ground, "width": 1.5}},
        )
    )  # fmt: skip
    for r in chosen[chosen["depth"] == 0].itertuples():
        x, y = place[r.referral_id]
        label(
            figure, x, y, f"{name(r.source)} to {name(r.receiver)}", of.ink, xanchor="left", yanchor="bottom", yshift=5
        )
    deepest = int(chosen["depth"].max())
    figure.update_yaxes(visible=False, range=[max(rows.values()) + 0.7, -1.2])
    figure.update_xaxes(
        range=[-0.2, max(deepest, 2) + 0.4], tickvals=list(range(deepest + 1)),
        ticktext=["first", *(f"step {k}" for k in range(1, deepest + 1))],
    )  # fmt: skip
    return Drawing(figure, _tree_sentence(depths, locale), "The largest chains. Most referrals start none.")


def _largest(tree: pd.DataFrame) -> pd.DataFrame:
    """The largest chains that fit into one figure; the first rows of the largest where not even that one does."""
    sizes = tree.groupby("root").size().sort_values(ascending=False, kind="stable").head(TREES)
    roots = [root for root, total in sizes.cumsum().items() if total <= NODES]
    chosen = tree[tree["root"].isin(roots or [sizes.index[0]])]
    order = {root: place for place, root in enumerate(sizes.index)}
    ordered = chosen.assign(order=chosen["root"].map(order)).sort_values(["order", "depth", "day"], kind="stable")
    return ordered.head(NODES).reset_index(drop=True)


def _rows(chosen: pd.DataFrame) -> Mapping[str, float]:
    """A row for each end of a chain; whoever leads to several stands beside the first of them."""
    children: dict[str, list[str]] = {}
    for r in chosen.itertuples():
        if r.depth > 0:
            children.setdefault(r.parent, []).append(r.referral_id)
    out: dict[str, float] = {}
    free = 0.0
    for root in chosen.loc[chosen["depth"] == 0, "referral_id"]:
        waiting = [root]
        while waiting:
            now = waiting.pop()
            below = children.get(now, [])
            out[now] = free
            free += not below
            waiting += reversed(below)
        free += 1.2  # room for the next chain's name
    return out


def _tree_sentence(depths: pd.DataFrame, locale: str) -> str:
    total, later = int(depths["n"].sum()), int(depths.loc[depths["depth"] > 0, "n"].sum())
    longest = int(depths["depth"].max())
    return (
        f"{formats.number(later, locale)} of {formats.count(total, 'referral', locale)} came from an earlier one; the "
        f"longest chain took {formats.count(longest, 'step', locale)}."
    )
