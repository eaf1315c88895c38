"""The overview as a section: the period's figures, its months, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

import formats
from analysis.overview import Kpi, Overview
from analysis.scope import Scope
from charts import overview as months
from charts import overview_wall as wall
from charts.theme import Look
from report.model import Section, Table
from report.plain import unescaped
from service import Session, period


def sections(session: Session, scope: Scope, _: str, look: Look, locale: str) -> list[Section]:
    return [section(session, scope, look, locale)]


def section(session: Session, scope: Scope, look: Look, locale: str = formats.DEFAULT) -> Section:
    view = period.views(session, scope)[1]
    if view.empty:
        return Section("overview", "No referral falls into this selection")
    drawn = [m for m in months.measures(view) if m.column in ("referrals", "won")]
    said = [unescaped(wall.subline(view, locale)), *(_line(view, kpi, locale) for kpi in view.kpis),
            wall.missing(view)[0], *view.notes]  # fmt: skip
    how = {wall.label(view, replace(k, n=None), locale): unescaped(wall.help_of(view, k, locale)) for k in view.kpis}
    return Section(
        key="overview",
        title=unescaped(wall.headline(view, locale)),
        lines=tuple(line for line in said if line),
        drawings=tuple(months.trend(view, measure, look, locale) for measure in drawn),
        tables=(
            Table("overview", "The period’s figures", figures(view, locale)),
            Table("months", "By month", months.table(view, locale)),
        ),
        how=tuple(f"{name}: {text}" for name, text in how.items()),
        footer=f"As of {formats.day(view.as_of, locale)}" if view.as_of else "",
    )


def _line(view: Overview, kpi: Kpi, locale: str) -> str:
    """ "Close rate, n = 240: 31 % (+4 points, before 27 %). 95 %: 25 to 37 %."."""
    change = wall.compared(view, kpi, locale)
    beside = ", ".join(part for part in (change.text, change.beside) if part)
    said = f"{wall.label(view, kpi, locale)}: {wall.value(kpi, locale)}{f' ({beside})' if beside else ''}."
    return f"{said}{unescaped(wall.fine_print(kpi, locale))}"


def figures(view: Overview, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """One row a figure, beside what it is compared with."""
    rows = [
        {"Figure": wall.label(view, replace(k, n=None), locale), "Value": k.value, "Compared with": k.before,
         "95 % from": k.low95, "95 % to": k.high95, "n": k.n, "Currency": k.currency or ""}
        for k in view.kpis
    ]  # fmt: skip
    numbers = dict.fromkeys(("Value", "Compared with", "95 % from", "95 % to", "n"), "float64")
    return pd.DataFrame(rows).astype(numbers)
