"""The log's rows behind a figure, in one click: each with its file and line."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import formats
from analysis.result import Result
from pages._shell import Frame

PAGE = 200
COLUMNS = {
    "given_on": st.column_config.DateColumn("Given"),
    "source": "From",
    "receiver": "To",
    "source_kind": "Source is",
    "receiver_present": "Receiver present",
    "status": "Status",
    "closed_on": st.column_config.DateColumn("Closed"),
    "amount": st.column_config.NumberColumn("Amount", format="localized"),
    "currency": "Currency",
    "prospect": "Prospect",
    "file": "File",
    "row_no": st.column_config.NumberColumn("Row", format="%d"),
}


def rows_behind(frame: Frame, result: Result) -> None:
    """The referrals behind a claim."""
    known = result.data.get("rows", pd.DataFrame())
    if len(known):
        rows_of(frame, result.claim, list(known["referral_id"]))


@st.fragment
def rows_of(frame: Frame, key: str, ids: list[str]) -> None:
    """A closed box costs nothing: the rows are fetched when it opens, and then only this box runs."""
    n = len(ids)
    box = st.expander(
        f"Rows behind it ({formats.number(n, frame.locale)})",
        icon=":material/table_rows:",
        key=f"rows_{key}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        page = 1
        if n > PAGE:
            page = st.number_input("Page", 1, -(-n // PAGE), key=f"rows_page_{key}", width=120)
        offset = (int(page) - 1) * PAGE
        rows = frame.session.rows(frame.scope, ids, PAGE, offset)
        rows["receiver_present"] = rows["receiver_present"].map({True: "yes", False: "no"})  # empty stays empty
        st.dataframe(
            rows,
            hide_index=True,
            column_config=COLUMNS,
            column_order=[c for c in COLUMNS if c in rows],
            alt=f"The referrals behind {key}, with file and row",
        )
        last = min(n, offset + PAGE)
        st.caption(f"Rows {offset + 1} to {last} of {formats.number(n, frame.locale)}, as they stand in your files.")
