"""A table under a figure: closed until it is wanted, sortable, and taken along as CSV in one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

import service


@st.fragment
def table(title: str, key: str, make: Callable[[], pd.DataFrame], alt: str, **columns: Any) -> None:
    """A box that makes its table when it opens. columns: Streamlit's column settings by name."""
    box = st.expander(title, icon=":material/table_rows:", key=f"table_{key}", on_change="rerun")
    if box.open:
        with box:
            show(make(), key, alt, **columns)


def show(frame: pd.DataFrame, key: str, alt: str, **columns: Any) -> None:
    """The table and its download."""
    if frame.empty:
        st.markdown("Nothing to list.")
        return
    st.dataframe(frame, hide_index=True, alt=alt, column_config=columns, key=f"frame_{key}")
    st.download_button(
        "CSV",
        data=lambda: csv(frame),
        file_name=f"{key}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv_{key}",
        on_click="ignore",
        help="This table as a file. Names and amounts are in it.",
    )


def csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with its mark, so that a spreadsheet reads the names; a text that it would run as a formula is quoted."""
    return service.inert(frame).to_csv(index=False).encode("utf-8-sig")
