"""The coverage calendar: which weeks each kind of record speaks for, a row a group and kind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.quality import Quality
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

ROW = 34  # pixels
DENSE = 110  # weeks from which the gaps between them would hide them
KINDS = {
    "referrals": "referrals",
    "thanks": "thanks for business",
    "one_to_one": "one-to-ones",
    "visitor": "visitors",
    "education": "education",
    "attendance": "attendance",
    "snapshots": "PALMS totals",
    "assessments": "assessments",
}


@drawn
def calendar(view: Quality, groups: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """groups: group_id → name. None where nothing is covered."""
    if view.weeks.empty:
        return None
    many = view.weeks["group_id"].nunique() > 1
    weeks = pd.date_range(view.weeks["week"].min(), view.weeks["week"].max(), freq="7D")
    rows: dict[tuple[str, bytes], list[str]] = {}  # kinds of one group that are covered alike share a row
    for (group, kind), mine in view.weeks.groupby(["group_id", "record_kind"], sort=True):
        line = np.full(len(weeks), np.nan)
        line[weeks.get_indexer(mine["week"])] = mine["share"]
        rows.setdefault((str(group), line.tobytes()), []).append(str(kind))
    share = np.array([np.frombuffer(line) for _, line in rows])
    labels = [_row(group, kinds, groups, view, many=many) for (group, _), kinds in rows.items()]
    figure = canvas(of, ROW * len(rows) + 80)
    figure.add_trace(
        go.Heatmap(
            x=weeks,
            y=labels,
            z=share,
            zmin=0,
            zmax=1,
            xgap=1 if len(weeks) <= DENSE else 0,
            ygap=6,
            showscale=False,
            colorscale=[[0, faded(of.wrong, 0.25)], [0.001, faded(of.first, 0.3)], [1, of.first]],
            hovertemplate="%{y}, week of %{x|%d %b %Y}: %{z:.0%} of its days<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelposition="outside")
    figure.update_layout(margin={"l": 10})
    figure.update_yaxes(automargin=True)
    return Drawing(figure, sentence(view, groups, locale), "Which weeks the imports speak for")


def _row(group: str, kinds: list[str], groups: Mapping[str, str], view: Quality, *, many: bool) -> str:
    """The kinds of a row: all of the group, or their names, the first three of them."""
    if len(kinds) == (view.spans["group_id"] == group).sum() > 1:
        said = "every kind of record"
    else:
        named = [KINDS.get(kind, kind.replace("_", " ")) for kind in kinds]
        said = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
    return f"{name(groups.get(group, group))}: {said}" if many else said


def _label(group: str, kind: str, groups: Mapping[str, str], *, many: bool) -> str:
    what = KINDS.get(kind, kind.replace("_", " "))
    return f"{name(groups.get(group, group))}: {what}" if many else what


def sentence(view: Quality, groups: Mapping[str, str], locale: str = formats.DEFAULT) -> str:
    """What the calendar shows: the kinds with missing weeks, or that none is missing."""
    holes = view.spans[view.spans["gaps"] > 0]
    if holes.empty:
        return "No day is missing between the first and the last import of any kind of record."
    many = view.spans["group_id"].nunique() > 1
    said = [
        f"{_label(row.group_id, row.record_kind, groups, many=many)} lack {formats.count(row.gaps, 'day', locale)}"
        for row in holes.sort_values("gaps", ascending=False).head(3).itertuples()
    ]
    more = len(holes) - len(said)
    return f"Between first and last import, {', '.join(said)}{f', and {more} more kinds' if more else ''}."
