"""Steady or in bursts: the chapter's months beside what levels alone would give, and each member's evenness."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.repeatability_pace import EVEN, Pace
from charts import marks
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.repeatability import MOST, ROW, YEAR, whole
from charts.theme import Drawing, Look, canvas, faded, name

VERDICTS = {"steady": "as evenly as chance", "bursts": "in bursts", "open": "cannot be told yet"}


def _ratio(value: float, locale: str = formats.DEFAULT) -> str:
    return formats.times(value, locale)


@drawn
def months(pace: Pace, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Each month of the chapter; the band is where 95 of 100 would lie by chance around the members' own levels."""
    rows = pace.months
    if len(rows) < YEAR:
        return None
    figure = canvas(of, 300)
    marks.band(figure, rows["month"], rows["low"], rows["high"], of.wrong, of)
    marks.line(figure, rows["month"], rows["expected"], of.wrong, "dot", width=1.5)
    out = ~rows["y"].between(rows["low"], rows["high"])
    for mine, colour, symbol in ((~out, of.first, "circle"), (out, of.second, "diamond")):
        part = rows[mine]
        said = [f"{_month(int(r.month), locale)}: {whole(r.y, locale)}, {whole(r.low, locale)} to "
                f"{whole(r.high, locale)} by levels alone" for r in part.itertuples()]  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=part["month"], y=part["y"], mode="markers", customdata=said,
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": colour, "size": 8, "symbol": symbol, "line": {"color": of.ground, "width": 1}},
            )
        )  # fmt: skip
    marks.key(figure, [("● a month", of.first), ("◆ beyond chance", of.second), ("▒ by levels alone", of.soft)])
    first, last = int(rows["month"].min()), int(rows["month"].max())
    years = [m for m in range(first, last + 1) if m % YEAR == 0] or [first]
    figure.update_xaxes(range=[first - 1, last + 1.5], tickvals=years, ticktext=[str(1970 + m // YEAR) for m in years],
                        ticklabeloverflow="allow")  # fmt: skip
    figure.update_yaxes(range=[0, float(max(rows["y"].max(), rows["high"].max())) * 1.08], nticks=5)
    return Drawing(figure, months_sentence(pace, locale))


def _month(month: int, locale: str) -> str:
    return formats.month(pd.Timestamp(1970 + month // YEAR, month % YEAR + 1, 1).date(), locale)


def months_sentence(pace: Pace, locale: str = formats.DEFAULT) -> str:
    """The chapter as a whole: do its months rise and fall together?"""
    spread = formats.span(pace.low95, pace.high95, _ratio, locale)
    n = formats.count(len(pace.months), "month", locale)
    tail = f"{_ratio(pace.ratio, locale)} as unevenly as members’ levels alone would give (95 %: {spread}; {n})"
    if pace.low95 > EVEN[1]:
        return f"The chapter has its ups and downs together: its months vary {tail}."
    if pace.high95 < EVEN[1]:
        return f"The chapter’s months are as even as its members’ levels: they vary {tail}."
    return f"Whether the chapter has common ups and downs cannot be told yet: its months vary {tail}."


def pooled_sentence(pace: Pace, locale: str = formats.DEFAULT) -> str:
    """The members among themselves, one at a time left out."""
    if not pace.figure.usable:
        return "Too few months to say how evenly members receive."
    value, (low, high) = math.exp(pace.figure.theta), map(math.exp, pace.figure.bounds(0.95))
    said = (
        f"a member’s months vary {_ratio(value, locale)} as much as chance around his own level "
        f"(95 %: {formats.span(low, high, _ratio, locale)}; {formats.count(pace.figure.clusters, 'member', locale)})"
    )
    if EVEN[0] < low and high < EVEN[1]:
        return f"Referrals come steadily: {said}."
    if low > EVEN[1]:
        return f"Referrals come in bursts: {said}."
    return f"Whether referrals come steadily or in bursts cannot be told yet: {said}."


@drawn
def members(pace: Pace, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Present members by name, each with his range; a click narrows to the member."""
    shown = present(pace).head(MOST)
    y = list(range(len(shown)))
    figure = canvas(of, ROW * len(shown) + 84)
    figure.add_vrect(x0=1, x1=EVEN[1], fillcolor=faded(of.wrong, 0.16), line_width=0, layer="below")
    figure.add_vline(x=1, line={"color": of.wrong, "width": 1, "dash": "dot"}, layer="below")
    across: list[float | None] = []
    rows: list[float | None] = []
    for place, low, high in zip(y, shown["low95"], shown["high95"], strict=True):
        across += [low, high, None]
        rows += [place, place, None]
    figure.add_trace(go.Scatter(x=across, y=rows, mode="lines", hoverinfo="skip", opacity=of.band * 1.8,
                                line={"color": of.first, "width": 6}))  # fmt: skip
    said = [f"{name(r.name)}: {_ratio(r.ratio, locale)} (95 %: {_ratio(r.low95, locale)} to {_ratio(r.high95, locale)})"
            f", {VERDICTS[r.verdict]}; {formats.count(int(r.received), 'referral', locale)} in "
            f"{formats.count(int(r.months), 'month', locale)}"
            for r in shown[["name", "ratio", "low95", "high95", "verdict", "received", "months"]]
            .itertuples(index=False)]  # fmt: skip
    burst = shown["verdict"] == "bursts"
    figure.add_trace(
        go.Scatter(
            x=shown["ratio"], y=y, mode="markers", customdata=[f"receiver:{p}" for p in shown["person_id"]],
            hovertext=said, hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": [of.second if b else of.first for b in burst], "size": 9,
                    "symbol": ["diamond" if b else "circle" for b in burst],
                    "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    marks.key(figure, [("● drawn to the group", of.first), ("◆ in bursts", of.second), ("▒ like chance", of.soft)],
              wide=36)  # fmt: skip
    top = max(2.0, float(shown["high95"].max()))
    ticks = [t for t in (1, 1.25, 1.5, 2, 3, 4, 6, 8, 12) if t <= top * 1.05]
    figure.update_xaxes(range=[0.9, top * 1.05], tickvals=ticks, showgrid=True,
                        ticktext=[f"{formats.number(t, locale, 0 if float(t).is_integer() else 2 if t == 1.25 else 1)}×"
                                  for t in ticks])  # fmt: skip
    figure.update_yaxes(tickvals=y, ticktext=short_names(list(shown["name"])), range=[len(shown) - 0.4, -0.6],
                        showgrid=False)  # fmt: skip
    return Drawing(figure, members_sentence(pace, locale))


def present(pace: Pace) -> pd.DataFrame:
    """The members of today by name; everybody where none is known to be there."""
    here = pace.members[pace.members["here"]]
    rows = here if len(here) else pace.members
    return rows.sort_values("name", kind="stable").reset_index(drop=True)


def members_sentence(pace: Pace, locale: str = formats.DEFAULT) -> str:
    shown = present(pace)
    if len(shown) == 1:
        row = shown.iloc[0]
        spread = formats.span(row["low95"], row["high95"], _ratio, locale)
        what = {"steady": "as evenly as chance allows", "bursts": "in bursts", "open": "evenly or not: open yet"}
        return f"{row['name']} receives {what[row['verdict']]}: {_ratio(row['ratio'], locale)} chance (95 %: {spread})."
    rows = shown["verdict"]
    steady, bursts, open_ = (int((rows == k).sum()) for k in ("steady", "bursts", "open"))
    parts = []
    if steady:
        parts.append(f"{whole(steady, locale)} receive as evenly as chance allows")
    if bursts:
        parts.append(f"{whole(bursts, locale)} receive in bursts")
    if open_:
        parts.append(f"of {whole(open_, locale)} it cannot be told yet")
    return f"Of {formats.count(len(rows), 'member', locale)} {', '.join(parts)}."
