"""The overview's parts: the wall of figures, the trend with its table, the findings in one line each."""

from __future__ import annotations

import math

import streamlit as st

import formats
from analysis.overview import Kpi, Overview
from charts import overview as drawing
from charts import words
from charts.summary import tally
from formats import plain
from pages._cards import chart
from pages._shell import Frame

LABELS = {
    "referrals": "Referrals",
    "won": "Won",
    "value": "Value",
    "close_rate": "Close rate",
    "active_sources": "Active sources",
}
HELP = {
    "referrals": "Referrals received, by the day on which they were given.",
    "won": "Referrals won, by the day on which they closed.",
    "value": "Amounts of the won referrals, by the day on which they closed. Currencies are never added together.",
    "close_rate": "Won within 180 days, among the period’s referrals that are at least 180 days old: younger ones "
    "have not had their time yet.",
    "active_sources": "Different people or firms that gave at least one referral.",
}
PAGES = {
    "L1": "presence.py",
    "L5": "presence.py",
    "L9": "presence.py",
    "S4": "sources.py",
    "S1": "sources.py",
    "T1": "tenure.py",
}


def kpis(frame: Frame, view: Overview) -> None:
    with st.grid(5 if len(view.currencies) < 2 else 3, min_column_width=150, key="kpis"):
        for kpi in view.kpis:
            metric(frame, view, kpi)
    for note in view.notes:
        st.caption(f":material/info: {plain(note)}")


def metric(frame: Frame, view: Overview, kpi: Kpi) -> None:
    label = LABELS[kpi.name]
    if kpi.currency and len(view.currencies) > 1:
        label = f"{label} ({kpi.currency})"
    if kpi.n is not None and kpi.recorded:
        label = f"{label}, n = {formats.number(kpi.n, frame.locale)}"
    change = drawing.compared(view, kpi, frame.locale)
    st.metric(
        label,
        plain(drawing.value(kpi, frame.locale)),
        change.text,
        delta_color="off",  # more is not better by itself, and a change is not yet a finding
        delta_arrow={"up": "up", "down": "down", "none": "off"}[change.way],  # type: ignore[arg-type]
        delta_description=change.beside or None,
        help=HELP[kpi.name] + drawing.fine_print(kpi, frame.locale),
        border=True,
        height="stretch",
        chart_data=[math.nan if v is None else v for v in kpi.trend] or None,  # a gap stays a gap
    )


@st.fragment
def trend(frame: Frame, view: Overview) -> None:
    """The months of one measure; the choice is part of the URL and redraws only this card."""
    measures = {m.column: m for m in drawing.measures(view)}
    with st.container(border=True, key="trend"):
        chosen = st.radio(
            "Show by month",
            list(measures),
            key="measure",
            bind="query-params",
            horizontal=True,
            format_func=lambda c: measures[c].label,
        )
        measure = measures.get(chosen or "referrals", measures["referrals"])
        shown = drawing.trend(view, measure, frame.look, frame.locale)
        st.subheader(plain(shown.sentence), anchor=False)
        chart(shown, "chart_trend")
        box = st.expander("By month, as a table", icon=":material/table_rows:", key="months", on_change="rerun")
        if box.open:
            with box:
                st.dataframe(
                    drawing.table(view, frame.locale),
                    hide_index=True,
                    alt="The same figures by month",
                    column_config={"Month": st.column_config.DateColumn(format="MMM YYYY")},
                )


def findings(frame: Frame) -> None:
    """Every claim as verdict and sentence, with the way to its page."""
    results = frame.session.results(frame.scope, list(PAGES))
    st.header(plain(tally(results)), anchor=False)
    with st.grid(3, min_column_width=280, key="findings"):
        for result in results:
            with st.container(border=True, height="stretch"):
                shown = words.verdict(result)
                st.badge(words.verdict_line(result), icon=shown.icon, color=shown.colour)  # type: ignore[arg-type]
                st.markdown(f"**{plain(words.headline(result, frame.locale))}**")
                if line := words.interval_line(result, frame.locale):
                    st.caption(plain(line))
                st.page_link(PAGES[result.claim], label="See the figures", icon=":material/arrow_forward:")
