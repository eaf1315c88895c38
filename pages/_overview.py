"""The overview's cards: the wall of figures, the trend, what changed, who fell silent, what rests on few, what next."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from analysis import overview_change, overview_share, overview_silence
from analysis.overview import Kpi, Overview
from analysis.overview_log import parted
from charts import findings
from charts import overview as months
from charts import overview_change as changes
from charts import overview_share as shares
from charts import overview_silence as silences
from charts import overview_wall as wall
from charts.summary import tally
from formats import plain
from pages import _filters
from pages._cards import PERCENT, brief, card, chart, closed, early
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import table

NEXT = 6  # findings that the overview names; the board has all


def kpis(frame: Frame, view: Overview) -> None:
    with st.grid(4 if len(view.currencies) < 2 else 3, min_column_width=150, key="kpis"):
        for kpi in view.kpis:
            metric(frame, view, kpi)
    said, example = wall.missing(view)
    if said:
        st.caption(f":material/info: {plain(said)}")
    if example:
        st.code(example, language="toml")
    for note in view.notes:
        st.caption(f":material/info: {plain(note)}")


def metric(frame: Frame, view: Overview, kpi: Kpi) -> None:
    change = wall.compared(view, kpi, frame.locale)
    trend = [math.nan if v is None else v for v in kpi.trend]  # a gap stays a gap
    said = wall.others_range(kpi, frame.locale)
    with st.container(border=True, height="stretch") if said else nullcontext():
        st.metric(
            plain(wall.label(view, kpi, frame.locale)),
            plain(wall.value(kpi, frame.locale)),
            change.text,
            delta_color="off",  # more is not better by itself, and a change is not yet a finding
            delta_arrow={"up": "up", "down": "down", "none": "off"}[change.way],  # type: ignore[arg-type]
            delta_description=change.beside or None,
            help=wall.help_of(view, kpi, frame.locale),
            border=not said,
            height="content" if said else "stretch",
            chart_data=trend if len(trend) > 1 else None,
        )
        if said:
            st.caption(plain(said))


def follow(frame: Frame) -> None:
    """A click inside a card narrows the whole page, not the card alone."""
    if _filters.read() != frame.scope.filters:
        st.rerun()


@st.fragment
def trend(frame: Frame, whole: Overview, view: Overview) -> None:
    """The months of one measure; the choice is part of the URL and redraws only this card."""
    follow(frame)
    measures = {m.column: m for m in months.measures(whole)}
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
        shown = months.trend(whole, measure, frame.look, frame.locale, parted(frame.scope)[1])
        st.subheader(plain(shown.sentence), anchor=False)
        chart(shown, "chart_trend", clicks=True)
        st.caption("A click on a month narrows the page to it.")
        how("trend", measure.column if measure.currency is None else "value", "gap", *_reference(whole))
        table("By month, as a table", "months", lambda: months.table(whole, frame.locale), "The same figures by month",
              Month=st.column_config.DateColumn(format="MMM YYYY"))  # fmt: skip
        rows_of(frame, "overview", view.rows.get(measure.column, view.rows["won"]))


def _reference(view: Overview) -> list[str]:
    return {"others": ["others_mean"], "goal": ["goal"]}.get(view.compare, [])


@st.fragment
def changed(frame: Frame, view: Overview) -> None:
    """Contributions to the change since the earlier period, which add up to it."""
    follow(frame)
    with st.container(border=True, key="card_changed"):
        by = st.radio("What changed, by", list(changes.BY), key="by", bind="query-params", horizontal=True,
                      format_func=changes.BY.__getitem__)  # fmt: skip
        what = _measure(view)
        scope, chosen = parted(frame.scope)
        found = frame.session.view(
            overview_change.build, replace(scope, compare=overview_change.earlier(scope)), view.ground, chosen,
            by if by in changes.BY else "source", what, frame.session.method(),
        )  # fmt: skip
        if found.missing:
            st.subheader("What changed, and who drove it?", anchor="changed")
            st.badge("Not to be told here", icon=":material/question_mark:", color="gray")
            st.markdown(plain(changes.MISSING[found.missing]))
            return
        names = frame.session.names()
        drawing = changes.change(found, names, frame.look, frame.locale)
        st.subheader(plain(drawing.sentence), anchor="changed")
        if len(found.parts):
            chart(drawing, f"chart_changed_{found.by}", clicks=True)
        st.caption(plain(changes.periods(found, frame.locale)))
        how("changed", "contribution", "luck_range", "usual_move")
        table("All contributions, as a table", "contributions", lambda: changes.table(found, names),
              "Each one's part of the change")  # fmt: skip


def _measure(view: Overview) -> str:
    """Referrals, or one of the currencies."""
    offered = [overview_change.REFERRALS, *view.currencies]
    if len(offered) < 2:
        return offered[0]
    word = months.money_word(view)
    said = {what: f"{word}, {what}" for what in view.currencies} | {overview_change.REFERRALS: "Referrals"}
    chosen = st.radio("of", offered, key="of", bind="query-params", horizontal=True, label_visibility="collapsed",
                      format_func=said.__getitem__)  # fmt: skip
    return chosen if chosen in offered else offered[0]


@st.fragment
def silent(frame: Frame, view: Overview) -> None:
    """Who used to give regularly and has fallen silent, or gives less, by their own pace."""
    follow(frame)
    scope = parted(frame.scope)[0]
    found = frame.session.view(overview_silence.build, scope, view.ground, frame.session.method())
    names = frame.session.names()
    if not found.regular:
        early("silent", "Has a source fallen silent?", "No source has given on four or more occasions in the last two "
              "years, so none has a pace that a silence could be measured by.", "Too few referrals")  # fmt: skip
        return
    with card("silent", silences.sentence(found, frame.locale)):
        if len(found.table):
            chart(silences.silence(found, names, frame.look, frame.locale), "chart_silent", clicks=True)
        st.caption(plain(silences.note(found, frame.locale)))
        how("silent", "silence", "gives_less")
        if len(found.table):
            table("All of them, as a table", "silent", lambda: silences.table(found, names), "Sources fallen silent",
                  marks=[f"source:{source}" for source in found.table.source],
                  **{"Chance by luck": PERCENT, "Last referral": st.column_config.DateColumn(),
                     "Expected": st.column_config.NumberColumn(format="%.1f")})  # fmt: skip
            rows_of(frame, "silent", [i for ids in found.table.ids for i in ids])


@st.fragment
def concentrated(frame: Frame, view: Overview) -> None:
    """What rests on few sources, in count and in money."""
    follow(frame)
    scope, chosen = parted(frame.scope)
    found = frame.session.view(overview_share.build, scope, view.ground, chosen, frame.session.method())
    if not found:
        closed("concentration", "Does it rest on few sources?", "No referral of this period names its source. A column "
               "with who gave it brings this.")  # fmt: skip
        return
    names = frame.session.names()
    drawing = shares.share(found, names, frame.look, frame.locale)
    with card("concentration", drawing.sentence):
        chart(drawing, "chart_concentration", clicks=True)
        for note in shares.notes(found, frame.locale):
            st.caption(plain(note))
        if len(found) < 2:
            st.caption("No money is recorded in this period: shares are of referrals alone.")
        how("concentration", "concentration", "without_largest")
        table("Every source, as a table", "concentration", lambda: shares.table(found, names), "Each source's share",
              Share=PERCENT)  # fmt: skip


def next_steps(frame: Frame) -> None:
    """The findings to look at next: what is answered, then what is nearest to an answer."""
    results = frame.session.results(frame.scope)
    st.header(plain(tally(results)), anchor=False)
    with st.grid(3, min_column_width=280, key="findings"):
        for result in findings.in_order(results)[:NEXT]:
            brief(frame, result, key="next")
    st.page_link("findings.py", label=f"All {len(results)} findings", icon=":material/fact_check:")
