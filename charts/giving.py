"""Giving and what follows (R7, R8): month by month around a receipt, and direct beside roundabout returns."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Estimate, Result
from charts import marks, words
from charts.drawn import drawn
from charts.interval import ROW, interval, reference, row_of
from charts.interval import axis as fit
from charts.theme import Drawing, Look, canvas, faded

STEPS = [-0.5, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.5, 1.0]


def leads(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R7: elasticities around a month, and their difference."""
    drawn = [event(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


def others(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """R8: direct and roundabout return side by side, the months around, and the difference."""
    drawn = [both_ways(result, of, locale), event(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def event(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Bars from zero: what twice the giving in each month around goes with. The months after are the alarm."""
    frame = marks.kept(result.data.get("event"), "offset", "value", "low", "high").sort_values("offset")
    if frame.empty:
        return None
    figure = canvas(of, 320, bargap=0.25)
    before = frame["offset"] < 0
    colours = [faded(of.first, 0.85) if early else faded(of.wrong, 0.7) for early in before]
    said = [f"{_when(int(r.offset))}: {formats.yearly(2**r.value, locale)} ({formats.yearly(2**r.low, locale)} to "
            f"{formats.yearly(2**r.high, locale)})" for r in frame.itertuples()]  # fmt: skip
    figure.add_trace(
        go.Bar(
            x=frame["offset"], y=frame["value"], customdata=said, hovertemplate="%{customdata}<extra></extra>",
            marker={"color": colours, "cornerradius": 2},
            error_y={**marks.error(frame["value"], frame["low"], frame["high"], of.soft), "thickness": 1.5},
        )
    )  # fmt: skip
    top = float(max(frame["high"].max(), -frame["low"].min(), 0.1)) * 1.1
    shown = [s for s in STEPS if abs(math.log2(1 + s)) <= top]
    shown = shown if len(shown) <= 7 else [s for s in shown if s in (-0.5, -0.3, -0.2, 0.0, 0.2, 0.5, 1.0)]
    figure.update_yaxes(
        range=[-top, top], tickvals=[math.log2(1 + s) for s in shown], zeroline=True, zerolinecolor=of.soft,
        ticktext=[formats.yearly(1 + s, locale) if s else "0" for s in shown],
    )  # fmt: skip
    figure.update_xaxes(tickvals=[-6, -3, 0, 3, 6], title="months between giving and receiving",
                        ticktext=["6 before", "3", "same", "3", "6 after"])  # fmt: skip
    marks.key(
        figure,
        [
            ("■ giving before receiving", of.first),
            ("■ in that month or after", of.soft),
            ("received, with twice the giving", of.soft),
        ],
    )
    return Drawing(figure, _event_sentence(result, locale))


def _when(offset: int) -> str:
    months = formats.count(abs(offset), "month")
    return "same month" if not offset else f"giving {months} {'before' if offset < 0 else 'after'}"


def _event_sentence(result: Result, locale: str) -> str:
    tail = "_others" if result.claim == "R8" else ""
    lag, lead = (words.estimate(result, f"{side}{tail}") for side in ("lag", "lead"))
    if lag is None or lead is None:
        return "Referrals received against what the same member gave in the months around, one bar a month."
    said = [formats.yearly(2 ** (e.value or 0.0), locale) + _spread(e, locale) for e in (lag, lead)]
    return (
        f"Twice the giving in the half-year before goes with {said[0]} received; in the half-year after, which cannot "
        f"have brought it, with {said[1]}. Only the difference speaks for a return."
    )


def _spread(e: Estimate, locale: str) -> str:
    if formats.missing(e.low95) or formats.missing(e.high95):
        return ""
    return f" ({formats.yearly(2 ** (e.low95 or 0.0), locale)} to {formats.yearly(2 ** (e.high95 or 0.0), locale)})"


@drawn
def both_ways(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Two ratios on one axis: what comes from others, and what the same person returns soon after."""
    general, direct = words.deciding(result), words.estimate(result, "direct_return_ratio")
    if general is None or direct is None or direct.value is None:
        return None
    rows = [
        ("From others, twice the giving", _doubled(general), of.first),
        ("From the same person, within 90 days", direct, of.second),
    ]
    unit, figure = words.RATIO, canvas(of, ROW * 2 + 64)
    reference(figure, unit, of, -0.4, 1.2)
    for place, (text, e, colour) in enumerate(rows):
        row_of(figure, e.value or 1.0, (e.low95, e.high95), (e.low99, e.high99), 0.4 - place, text, colour, unit, of,
               locale)  # fmt: skip
    figure.update_yaxes(visible=False, range=[-1.15, 1.2])
    ends = pd.DataFrame({"value": [direct.value], "low": [direct.low95], "high": [direct.high95]})
    fit(figure, unit, rows[0][1], ends, pd.DataFrame(), locale)
    return Drawing(figure, _both_sentence(result, rows[0][1], direct, locale))


def _doubled(e: Estimate) -> Estimate:
    """An elasticity as the ratio that twice the giving goes with."""
    ends = {
        key: None if formats.missing(getattr(e, key)) else 2 ** getattr(e, key)
        for key in ("value", "low95", "high95", "low99", "high99")
    }
    return Estimate(e.name, unit="ratio", n=e.n, **ends)


def _both_sentence(result: Result, general: Estimate, direct: Estimate, locale: str) -> str:
    said = (
        f"Twice the giving goes with {formats.times(general.value, locale)} as many referrals from others; the same "
        f"person returns one within 90 days {formats.times(direct.value, locale)} as often as the group’s calendar "
        f"would have it."
    )
    share, expected = (words.estimate(result, f"share_from_others{tail}") for tail in ("", "_expected"))
    if share is None or expected is None:
        return said
    return (
        f"{said} {formats.percent(share.value, locale)} of what came after giving came from others, "
        f"{formats.percent(expected.value, locale)} would if nobody took notice of who gave."
    )
