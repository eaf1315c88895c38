"""Cards: the box with its title, its closed states, a chart, and a finding in full or in short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

import formats
from analysis.result import Result
from charts import glossary, words
from charts.arms import Clickable
from charts.theme import Drawing
from formats import plain
from pages import _filters
from pages._rows import rows_behind
from pages._shell import Frame

Draw = Callable[[Result], Sequence[Drawing | None]]
PERCENT = st.column_config.NumberColumn(format="percent")
# One button on the chart: the picture as PNG, made by the reader's own browser.
PLOTLY: dict[str, Any] = {"displaylogo": False, "responsive": True, "modeBarButtons": [["toImage"]]}
SCALE = 2  # pixels of the PNG for each of the page's


@contextmanager
def card(key: str, title: str) -> Iterator[None]:
    """A box under its title."""
    with st.container(border=True, key=f"card_{key}"):
        st.subheader(plain(title), anchor=key)
        yield


def closed(key: str, title: str, why: str, badge: str = "Not recorded here",
           icon: str = ":material/question_mark:") -> None:  # fmt: skip
    """A card that has nothing to show: what is missing, and what brings it."""
    with card(key, title):
        st.badge(badge, icon=icon, color="gray")
        st.markdown(plain(why))


def early(key: str, title: str, why: str, badge: str = "Too early to tell") -> None:
    """A card whose records are here, but too few or for too short a time."""
    closed(key, title, why, badge, ":material/hourglass_empty:")


# --- a finding --------------------------------------------------------------------------------------------------------


def claim(
    frame: Frame, result: Result, draw: Draw, *, titled: bool = False, clicks: bool = True,
    more: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """A finding's whole card, whatever its state.

    titled: its sentence is the page's title already; clicks: its marks narrow the page; more: what stands under its
    figures.
    """
    with st.container(border=True, key=f"card_{result.claim}"):
        badges(result)
        if not titled:
            st.subheader(plain(words.headline(result, frame.locale)), anchor=result.claim.lower())
        if words.deciding(result) is None:
            for sentence in result.warnings or (words.how_to_record(result),):
                st.markdown(plain(sentence))
        else:
            for line in said(frame, result):
                st.markdown(plain(line))
            progress(result)
            drawings(result.claim, draw(result), clicks=clicks)
            wrong(result)
            for warning in result.warnings:
                st.caption(f":material/warning: {plain(warning)}")
        if more:
            more()
        footer(frame, result)
        rows_behind(frame, result)
        explain(frame, result)


def brief(frame: Frame, result: Result, *, key: str = "brief", leave: Callable[[], None] | None = None) -> None:
    """A finding in a few lines: verdict, sentence, interval and n, what it would take.

    leave: the way to the whole of it; without, a link to its card on the page Findings.
    """
    with st.container(border=True, key=f"{key}_{result.claim}", height="stretch"):
        badges(result)
        st.markdown(f"**{plain(words.headline(result, frame.locale))}**")
        if words.deciding(result) is None:
            st.caption(plain(words.how_to_record(result) or next(iter(result.warnings), "")))
        for line in said(frame, result) if words.deciding(result) is not None else ():
            st.caption(plain(line))
        progress(result)
        st.space("stretch")
        if leave:
            leave()
        else:
            to_finding(result)


def cited(frame: Frame, result: Result) -> None:
    """Whose claim it is and of what grade, and the link to its card."""
    footer(frame, result)
    to_finding(result)


def to_finding(result: Result) -> None:
    st.page_link("findings.py", label="The finding with all its figures", icon=":material/arrow_forward:",
                 query_params={"claim": result.claim})  # fmt: skip


def badges(result: Result) -> None:
    shown = words.verdict(result)
    with st.container(horizontal=True):
        st.badge(words.verdict_line(result), icon=shown.icon, color=shown.colour)  # type: ignore[arg-type]
        if line := words.proxy_line(result):
            st.badge(line, icon=":material/rule:", color="orange")


def said(frame: Frame, result: Result) -> list[str]:
    """Interval and n, why there is no finding, what it would take."""
    lines = (
        words.interval_line(result, frame.locale),
        words.caveat(result),
        words.need_more(result, frame.locale),
    )
    return [line for line in lines if line]


def progress(result: Result) -> None:
    if (way := words.progress(result)) is not None and result.verdict == "not enough data":
        st.progress(way, text=f"{way:.0%} of the way")


def drawings(key: str, drawn: Sequence[Drawing | None], *, clicks: bool) -> None:
    """The figures of a finding; the first stands right under its sentence."""
    for position, drawing in enumerate(d for d in drawn if d is not None):
        mine = clicks and isinstance(drawing, Clickable)
        if position or mine:
            lead, _, rest = (drawing.heading or drawing.sentence).partition(". ")
            st.markdown(f"**{plain(lead)}**" + (f"  \n{plain(rest)}" if rest else ""))
        chart(drawing, f"chart_{key}_{position}", clicks=mine)
        if mine:
            st.caption("Click a member to narrow the figures that are no verdicts to what that member receives.",
                       help=glossary.computed("drawn_to_all"))  # fmt: skip


def chart(drawing: Drawing, key: str, *, clicks: bool = False) -> None:
    """A figure in our own template: Streamlit's would put its colours over the ones that carry meaning.

    clicks: its marks carry `customdata` "field:value"; a click narrows the page to it (pages._filters).
    """
    config = {**PLOTLY, "toImageButtonOptions": {"format": "png", "scale": SCALE, "filename": f"net-effect-{key}"}}
    choose: dict[str, Any] = {}
    if clicks:
        choose = {"on_select": partial(_filters.clicked, key), "selection_mode": "points"}
    st.plotly_chart(drawing.figure, theme=None, key=key, config=config, alt=drawing.sentence, **choose)


def wrong(result: Result) -> None:
    """Why the tempting reading misleads."""
    frame = result.data.get("wrong", pd.DataFrame())
    for row in frame.head(2).itertuples():
        st.caption(f":material/visibility_off: Greyed, {plain(row.name)}: {plain(row.why)}")


def footer(frame: Frame, result: Result) -> None:
    parts = [plain(words.source(result)), plain(words.grade(result))]
    if result.lock_as_of:
        parts.append(f"verdict as of {formats.day(result.lock_as_of, frame.locale)}")
    if line := words.method_line(result):
        parts.append(plain(line))
    st.caption(" · ".join(part for part in parts if part))


@st.fragment
def explain(frame: Frame, result: Result) -> None:
    """Every figure of the finding with both intervals; the one place that shows p and q."""
    box = st.expander("How is this computed", icon=":material/calculate:", key=f"how_{result.claim}", on_change="rerun")
    if not box.open:
        return
    with box:
        st.markdown(plain(result.title))
        for field, basis in result.basis.items():
            st.caption(f"{plain(field)}: {plain(basis)}")
        rows = [
            {
                "estimate": e.name.replace("_", " "),
                "value": e.value,
                "95 % from": e.low95,
                "to": e.high95,
                "99 % from": e.low99,
                "to ": e.high99,
                "unit": e.unit,
                "p": e.p,
                "q": e.q,
                "n": ", ".join(words.counts(e, frame.locale)),
            }
            for e in result.estimates
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Every estimate of this claim")
        st.caption(
            "A verdict needs the 99 % interval and a false-discovery rate of 2 % over all claims, and is given "
            "once a quarter, so that looking often does not make chance look like a finding."
        )
