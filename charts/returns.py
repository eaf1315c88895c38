"""What comes back from the same person (R6): of ten openings, and what members give beside what they receive."""

from __future__ import annotations

import math

import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, corner, faded, name

TEN = 10


def drawings(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    drawn = (
        of_ten(result, of, locale),
        interval(result, of, locale, size="openings", noun="referral"),
        balance(result, of, locale),
    )
    return [drawing for drawing in drawn if drawing]


@drawn
def of_ten(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Ten fields from nought, as many of them filled as are answered; the interval under them, the claim's line across
    them."""
    e, wording = words.deciding(result), words.CLAIMS.get(result.claim)
    if e is None or e.value is None or wording is None:
        return None
    figure = canvas(of, 130, margin={"l": 8, "r": 8, "t": 28, "b": 24})
    value = TEN * e.value
    for k in range(TEN):
        _field(figure, k, k + 1, faded(of.wrong, 0.18))
        if value > k:
            _field(figure, k, min(k + 1, value), of.first)
    figure.add_trace(
        go.Scatter(x=[value], y=[0.5], mode="markers", marker={"size": 1, "color": of.first}, hovertemplate=
                   f"{formats.of_base(e.value, TEN, locale)} answered<extra></extra>")
    )  # fmt: skip
    if not formats.missing(e.low95) and not formats.missing(e.high95):
        ends = [TEN * (e.low95 or 0.0), TEN * (e.high95 or 0.0)]
        figure.add_trace(go.Scatter(x=ends, y=[-0.22, -0.22], mode="lines", line={"color": of.first, "width": 6},
                                    opacity=0.5, hoverinfo="skip"))  # fmt: skip
    marks.level(figure, TEN * wording.unit.null, of, axis="x")
    figure.update_yaxes(visible=False, range=[-0.5, 1.1])
    figure.update_xaxes(range=[-0.05, TEN + 0.05], tickvals=[0, 2, 4, 6, 8, 10])
    corner(figure, "of ten referrals that open an exchange, answered", of.soft)
    spread = words.spread(wording.unit, e, locale)
    return Drawing(
        figure,
        f"Of ten referrals that were not themselves an answer, {formats.number(value, locale)} were answered by the "
        f"same person within a year (95 %: {spread}).",
    )


def _field(figure: go.Figure, start: float, end: float, colour: str) -> None:
    figure.add_shape(
        type="rect", x0=start + 0.06, x1=max(start + 0.06, end - 0.06 * (end == math.ceil(end))), y0=0, y1=1,
        fillcolor=colour, line_width=0,
    )  # fmt: skip


@drawn
def balance(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A dot a member: given across, received up; between the lines both are about the same."""
    frame = marks.kept(result.data.get("members"), "name", "given", "received")
    frame = frame[(frame["given"] > 0) | (frame["received"] > 0)]
    if frame.empty:
        return None
    top = float(max(frame["given"].max(), frame["received"].max())) * 1.06
    figure = canvas(of, 320)
    marks.band(figure, [0, top], [0, top * 0.8], [0, top * 1.25], of.wrong, of)
    marks.line(figure, [0, top], [0, top], of.wrong, "dot", width=1.5)
    said = [f"{name(r.name)}: gave {r.given:.0f}, received {r.received:.0f}"
            for r in frame[["name", "given", "received"]].itertuples(index=False)]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=frame["given"], y=frame["received"], mode="markers", customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "size": 9, "opacity": 0.7, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    figure.update_xaxes(range=[-top * 0.02, top], title="given to members", nticks=6)
    figure.update_yaxes(range=[-top * 0.02, top], nticks=6)
    corner(figure, "received from members · shaded: about in balance", of.soft)
    even = frame["given"].between(frame["received"] * 0.8, frame["received"] * 1.25)
    return Drawing(
        figure,
        f"{formats.number(int(even.sum()), locale)} of {formats.count(len(frame), 'member', locale)} gave about as "
        f"many referrals as they received (0.8 to 1.25 times).",
    )
