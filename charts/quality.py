"""The coverage calendar: which weeks each kind of record speaks for, a row a group and kind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.quality import Quality
from charts.theme import Drawing, Look, canvas, faded, name

ROW = 30  # pixels
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


def calendar(view: Quality, groups: Mapping[str, str], of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """groups: group_id → name. None where nothing is covered."""
    if view.weeks.empty:
        return None
    many = view.weeks["group_id"].nunique() > 1
    rows = list(view.spans[["group_id", "record_kind"]].itertuples(index=False))
    weeks = pd.date_range(view.weeks["week"].min(), view.weeks["week"].max(), freq="7D")
    share = np.full((len(rows), len(weeks)), np.nan)
    for i, (group, kind) in enumerate(rows):
        mine = view.weeks[(view.weeks["group_id"] == group) & (view.weeks["record_kind"] == kind)]
        share[i, weeks.get_indexer(mine["week"])] = mine["share"]
    labels = [_label(group, kind, groups, many=many) for group, kind in rows]
    figure = canvas(of, ROW * len(rows) + 70)
    figure.add_trace(
        go.Heatmap(
            x=weeks,
            y=labels,
            z=share,
            zmin=0,
            zmax=1,
            xgap=1,
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
