"""A table under a figure: closed until it is wanted, sortable, and taken along as CSV or XLSX in one click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

import formats
import service
from pages import _filters, _shell
from pages._shell import Frame
from report import workbook
from report.kinds import KINDS


@st.fragment
def table(title: str, key: str, make: Callable[[], pd.DataFrame], alt: str, *, marks: Sequence[str] = (),
          **columns: Any) -> None:  # fmt: skip
    """A box that makes its table when it opens. columns: Streamlit's column settings by name; marks: as in show."""
    if _filters.followed():  # a choice reaches beyond this box
        st.rerun()
    box = st.expander(title, icon=":material/table_rows:", key=f"table_{key}", on_change="rerun")
    if box.open:
        with box:
            show(make(), key, alt, marks=marks, **columns)


def show(frame: pd.DataFrame, key: str, alt: str, *, marks: Sequence[str] = (), **columns: Any) -> None:
    """The table and its download. marks: what each row stands for (pages._filters); choosing one follows it."""
    if frame.empty:
        st.markdown("Nothing to list.")
        return
    choose: dict[str, Any] = {"key": f"frame_{key}"}
    if marks:  # another list begins with no row chosen
        choose["key"] += f"_{crc32(' '.join(marks).encode())}"
        choose |= {"on_select": partial(_filters.row_clicked, choose["key"], marks), "selection_mode": "single-row"}
    st.dataframe(frame, hide_index=True, alt=alt, column_config=columns, **choose)
    shown = _shell.frame()
    names = "Names are masked and amounts rounded." if shown.session.masked else "Names and amounts are in it."
    with st.container(horizontal=True, key=f"take_{key}"):
        st.download_button(
            "CSV",
            data=lambda: csv(frame),
            file_name=f"{key}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"csv_{key}",
            on_click="ignore",
            help=f"This table as a file. {names}",
        )
        st.download_button(
            "XLSX",
            data=lambda: workbook.table_bytes(frame, alt, about(shown)),
            file_name=f"{key}.xlsx",
            mime=KINDS["xlsx"].mime,
            icon=":material/download:",
            key=f"xlsx_{key}",
            on_click="ignore",
            help=f"This table as a workbook, with a sheet that says what it is about. {names}",
        )


def about(shown: Frame) -> list[tuple[str, str]]:
    """What a file on its way out must say of itself."""
    session = shown.session
    return [
        ("Scope", session.subtitle(shown.scope)),
        ("Made on", formats.day(date.today(), shown.locale)),
        ("Store version", str(session.version)),
        ("Names", "masked, amounts rounded to two figures" if session.masked else "as recorded"),
    ]


def csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with its mark, so that a spreadsheet reads the names; a text that it would run as a formula is quoted."""
    return service.inert(frame).to_csv(index=False).encode("utf-8-sig")
