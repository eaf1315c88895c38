"""Moving from one group to another (T2): first and later memberships of the same people, laid over one another."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

import formats
from analysis.result import Result
from charts import marks, words
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas

ROOM = 2.5  # times the highest or lowest value that its interval may stretch the axis
HALVES = [0, 6, 12, 18, 24, 30]


def drawings(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    drawn = [aligned(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


def page(of: Look, locale: str) -> Callable[[Result], list[Drawing]]:
    return lambda result: drawings(result, of, locale)


@drawn
def aligned(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Receipts by time in the group, the first membership and what came after a move, against the first half-year."""
    frame = marks.kept(result.data.get("curve"), "spell", "month", "value")
    parts = {spell: part.sort_values("month") for spell, part in frame.groupby("spell")}
    if not {"first", "later"} <= set(parts):
        return None
    figure = canvas(of, 320)
    looks = (("first", of.second, "dash", "first group"), ("later", of.first, "solid", "after moving"))
    for spell, colour, dash, text in looks:
        part = parts[spell]
        held = part.dropna(subset=["low", "high"])
        marks.band(figure, held["month"], held["low"], held["high"], colour, of)
        marks.line(figure, part["month"], part["value"], colour, dash, text=text, told=f"{text}: %{{y:.2f}}×")
    named = [(f"{'—' if dash == 'solid' else '- -'} {text}", colour) for _, colour, dash, text in looks]
    marks.key(figure, [*named, ("first half-year = 1×", of.soft)])
    ticks = ["joining", *map(str, HALVES[1:-1]), "30 months"]
    figure.update_xaxes(range=[0, 30], tickvals=HALVES, ticktext=ticks, ticklabeloverflow="allow")
    ends = [frame["low"].clip(lower=frame["value"].min() / ROOM), frame["high"].clip(upper=frame["value"].max() * ROOM)]
    figure.update_yaxes(**marks.ratio_axis(pd.concat([frame["value"], *ends]).dropna(), locale))
    marks.level(figure, 1.0, of)
    return Drawing(figure, _sentence(result, parts, locale))


def _sentence(result: Result, parts: dict[str, pd.DataFrame], locale: str) -> str:
    begin, end = (parts["later"]["value"].iloc[k] for k in (0, -1))
    stayed = parts["first"]["value"].iloc[-1]
    said = (
        f"After moving, the same people begin at {formats.times(begin, locale)} what their first half-year in their "
        f"first group brought, and stand at {formats.times(end, locale)} two years on, against "
        f"{formats.times(stayed, locale)} in the first group."
    )
    counted = words.deciding(result)
    movers = counted.n.get("movers") if counted else None
    return said + (f" {formats.count(movers, 'person', locale, plural='people')} moved." if movers else "")
