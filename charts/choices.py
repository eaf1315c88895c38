"""One estimate under several choices: a row each, the chosen one on top."""

from __future__ import annotations

import pandas as pd

import formats
from analysis.result import Result
from charts import words
from charts.drawn import drawn
from charts.interval import ROW, axis, reference, row_of
from charts.theme import Drawing, Look, canvas, name


@drawn
def choices(result: Result, table: pd.DataFrame, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """table: choice, value, low95, high95, n, as computed first (analysis.sensitivity)."""
    e, wording = words.deciding(result), words.CLAIMS.get(result.claim)
    table = table.dropna(subset=["value"])
    if e is None or wording is None or table.empty:
        return None
    unit, figure = wording.unit, canvas(of, ROW * len(table) + 64)
    reference(figure, unit, of, -len(table) + 0.6, 1.2)
    for position, row in enumerate(table.itertuples()):
        colour = of.second if position else of.first
        text = name(str(row.choice))
        row_of(figure, row.value, (row.low95, row.high95), (None, None), 0.4 - position, text, colour, unit, of, locale)
    figure.update_yaxes(visible=False, range=[-len(table) + 0.85, 1.2])
    ends = table.rename(columns={"low95": "low", "high95": "high"})
    axis(figure, unit, e, ends, pd.DataFrame(), locale)
    low, high = table["value"].min(), table["value"].max()
    said = (
        f"Under {formats.count(len(table) - 1, 'other choice', locale)} the figure lies between "
        f"{unit.write(low, locale)} and {unit.write(high, locale)}; as computed it is "
        f"{unit.write(table['value'].iloc[0], locale)}."
    )
    return Drawing(figure, said, "The same under other choices")
