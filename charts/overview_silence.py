"""Sources that have fallen silent or give less: each one's referrals in time, and the silence since the last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.overview_silence import SILENT, Silence
from analysis.population import to_date
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

MOST = 6
ROW = 62  # px: a name, a line on it, and its referrals
NOBODY = "No regular source has been silent for longer than is usual for it"


@drawn
def silence(s: Silence, names: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """A row a source: a dot for each referral, a bar for the silence since the last, named above it."""
    shown = s.table.head(MOST)
    figure = canvas(of, ROW * len(shown) + 34, margin={"l": 8, "r": 8, "t": 4, "b": 8})
    end = _date(s.last)
    for place, row in enumerate(shown.itertuples()):
        y = len(shown) - 1 - place
        colour = of.second if row.state == SILENT else of.third
        figure.add_shape(type="line", x0=_date(s.first), x1=end, y0=y - 0.22, y1=y - 0.22, layer="below",
                         line={"color": of.line, "width": 1})  # fmt: skip
        if row.state == SILENT:
            figure.add_shape(type="rect", x0=_date(row.last), x1=end, y0=y - 0.3, y1=y - 0.14, line={"width": 0},
                             fillcolor=faded(colour, 0.45))  # fmt: skip
        days = [_date(day) for day in row.days]
        figure.add_trace(
            go.Scatter(
                x=days, y=[y - 0.22] * len(days), mode="markers", customdata=[f"source:{row.source}"] * len(days),
                text=[f"{name(names.get(row.source, '?'))}: {formats.day(d.date(), locale)}" for d in days],
                hovertemplate="%{text}<extra></extra>",
                marker={"size": 9, "color": of.first, "symbol": "circle" if row.state == SILENT else "diamond",
                        "line": {"color": of.ground, "width": 1}},
                selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
            )
        )  # fmt: skip
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=y + 0.22, align="left", showarrow=False,
            text=f"<b>{name(names.get(row.source, 'somebody unknown'))}</b><br>{says(row, locale)}",
            font={"size": 12.5, "color": of.ink},
        )  # fmt: skip
    figure.update_xaxes(range=[_date(s.first), end], nticks=4, tickformat="%b %y", showgrid=False)
    figure.update_yaxes(visible=False, range=[-0.55, len(shown) - 0.45])
    return Drawing(figure, sentence(s, locale))


def _date(day: float) -> datetime:
    return datetime.combine(to_date(int(day)), datetime.min.time())


def says(row, locale: str = formats.DEFAULT) -> str:
    """ "silent 95 days, usually 18; by luck 1 in 50"."""
    luck = f"by luck {odds(row.chance, locale)}"
    if row.state == SILENT:
        usual = formats.number(row.usual, locale)
        return f"silent {formats.count(row.silent, 'day', locale)}, usually {usual}; {luck}"
    expected = formats.number(row.expected, locale, 0 if row.expected >= 9.5 else 1)
    return f"half-year: {formats.number(row.recent, locale)}, usual {expected}; {luck}"


def odds(chance: float, locale: str = formats.DEFAULT) -> str:
    """A small chance as "1 in 40"."""
    if chance < 0.0005:
        return f"under 1 in {formats.number(2000, locale)}"
    one_in = 1 / chance
    return f"1 in {formats.number(one_in if one_in < 20 else round(one_in, -1), locale)}"


def sentence(s: Silence, locale: str = formats.DEFAULT) -> str:
    """How many are listed, of how many, and how many luck alone would list."""
    of_all = f"of {formats.count(s.regular, 'regular source', locale)}"
    luck = f"luck alone would list up to {formats.number(s.by_luck, locale)}"
    if s.table.empty:
        return f"{NOBODY} ({of_all.removeprefix('of ')})."
    silent = int((s.table.state == SILENT).sum())
    less = len(s.table) - silent
    said = [f"{formats.number(silent, locale)} silent for longer than usual"] if silent else []
    said += [f"{formats.number(less, locale)} giving less"] if less else []
    few = ". Too few to say more than their names" if s.regular < formats.SMALL_N else ""
    return f"{' and '.join(said)}, {of_all}; {luck}{few}."


def note(s: Silence, locale: str = formats.DEFAULT) -> str:
    """Of when it speaks, what a click does, and who is not listed."""
    said = f"As of {formats.day(to_date(s.last - 1), locale)}, whatever the period."
    if len(s.table):
        said += " A click on a dot narrows the page to that source."
    if s.left:
        who = "1 more has left the group and is" if s.left == 1 else f"{s.left} more have left the group and are"
        said += f" {who} not listed."
    return said


def table(s: Silence, names: Mapping[str, str]) -> pd.DataFrame:
    t = s.table
    return pd.DataFrame(
        {
            "Source": [names.get(source, "somebody unknown") for source in t.source],
            "What": ["silent" if state == SILENT else "gives less" for state in t.state],
            "Chance by luck": t.chance,
            "Last referral": [pd.Timestamp(to_date(day)) for day in t["last"]],
            "Days silent": t.silent,
            "Usual gap, days": t.usual,
            "Occasions": t.n,
            "Last half-year": t.recent,
            "Expected": t.expected,
        }
    )
