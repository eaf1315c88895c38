"""Does the answer hang on a choice? The estimate again under others, computed when the box is opened."""

from __future__ import annotations

import streamlit as st

from analysis.result import Result
from charts.choices import choices
from formats import plain
from pages._cards import chart
from pages._help import how
from pages._shell import Frame


@st.fragment
def box(frame: Frame, result: Result) -> None:
    """A closed box computes nothing."""
    opened = st.expander(
        "Does it hang on one choice?", icon=":material/tune:", key=f"sensitivity_{result.claim}", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        with st.spinner("Computing …"):
            table = frame.session.sensitivity(frame.scope, result.claim)
        if len(table) < 2:
            st.markdown("No other choice changes the figure.")
            return
        drawing = choices(result, table, frame.look, frame.locale)
        if drawing:
            st.markdown(plain(drawing.sentence))
            chart(drawing, f"choices_{result.claim}")
            how(f"choices_{result.claim}", "other_choices")
