"""A finding as a card: verdict, sentence, interval and n, what it would take to know, charts, rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

import formats
from analysis.result import Result
from charts import words
from charts.theme import Drawing, Look
from formats import plain
from pages import _filters
from pages._rows import rows_behind
from pages._shell import Frame

Draw = Callable[[Result, Look, str], Sequence[Drawing]]
# One button on the chart: the picture as PNG, made by the reader's own browser.
PLOTLY: dict[str, Any] = {"displaylogo": False, "responsive": True, "modeBarButtons": [["toImage"]]}
SCALE = 2  # pixels of the PNG for each of the page's


def card(frame: Frame, result: Result, draw: Draw) -> None:
    """One claim's card, whatever its state."""
    with st.container(border=True, key=f"card_{result.claim}"):
        shown = words.verdict(result)
        with st.container(horizontal=True):
            st.badge(words.verdict_line(result), icon=shown.icon, color=shown.colour)  # type: ignore[arg-type]
            if line := words.proxy_line(result):
                st.badge(line, icon=":material/rule:", color="orange")
        st.subheader(plain(words.headline(result, frame.locale)), anchor=result.claim.lower())
        if words.deciding(result) is None:
            for sentence in result.warnings or (words.how_to_record(result),):
                st.markdown(plain(sentence))
        else:
            figures(frame, result, draw)
        footer(frame, result)
        rows_behind(frame, result)
        explain(frame, result)


def figures(frame: Frame, result: Result, draw: Draw) -> None:
    if line := words.interval_line(result, frame.locale):
        st.markdown(plain(line))
    if caveat := words.caveat(result):
        st.markdown(plain(caveat))
    if needed := words.need_more(result, frame.locale):
        st.markdown(plain(needed))
    if (way := words.progress(result)) is not None and result.verdict == "not enough data":
        st.progress(way, text=f"{way:.0%} of the way")
    drawings = list(draw(result, frame.look, frame.locale))
    for position, drawing in enumerate(drawings):
        if position:
            lead, _, rest = (drawing.heading or drawing.sentence).partition(". ")
            st.markdown(f"**{plain(lead)}**" + (f"  \n{plain(rest)}" if rest else ""))
        chart(drawing, f"chart_{result.claim}_{position}")
    wrong(result)
    for warning in result.warnings:
        st.caption(f":material/warning: {plain(warning)}")


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
    """Every figure of the claim with both intervals; the one place that shows p and q."""
    box = st.expander("How this is computed", icon=":material/calculate:", key=f"how_{result.claim}", on_change="rerun")
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
