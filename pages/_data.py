"""The workspace's history and its tables."""

from __future__ import annotations

import io

import pandas as pd
import streamlit as st

from errors import NetEffectError
from formats import plain
from pages._shell import Frame


def history(frame: Frame) -> None:
    """Every version, the newest first, and one step back or forward."""
    entries = frame.session.history()
    if not entries:
        st.markdown("Nothing was imported into your own workspace yet.")
        return
    if frame.session.may("editor"):
        with st.container(horizontal=True):
            step("Undo", frame, ":material/undo:")
            step("Redo", frame, ":material/redo:")
    table = pd.DataFrame(
        [
            {
                "": "now" if e.current else "",
                "Version": e.version,
                "When": e.at,
                "Who": e.actor,
                "What": e.what,
                "Rows": ", ".join(f"{table} +{n:,}" for table, n in e.added.items()),
            }
            for e in entries
        ]
    )
    st.dataframe(
        table.sort_values("Version", ascending=False),
        hide_index=True,
        alt="Versions of the workspace, newest first",
        column_config={
            "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            "Version": st.column_config.NumberColumn(width="small"),
            "": st.column_config.TextColumn(width="small"),
        },
    )


def step(label: str, frame: Frame, icon: str) -> None:
    if not st.button(label, icon=icon, key=label.lower()):
        return
    try:
        frame.session.undo() if label == "Undo" else frame.session.redo()
    except NetEffectError as error:
        st.warning(plain(error), icon=":material/info:")
        return
    st.session_state.pop("import_outcome", None)
    st.rerun()


def tables(frame: Frame) -> None:
    """Any table as CSV. The file is made when it is asked for, not on every run."""
    if frame.blank:
        st.markdown("The tables appear here after the first import.")
        return
    names = frame.session.tables()
    name = st.selectbox("Table", names, index=names.index("referrals") if "referrals" in names else 0, key="table")
    st.download_button(
        f"Download {name}.csv",
        data=lambda: exported(frame, name),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key="download_table",
        on_click="ignore",
    )
    st.caption("Names and amounts are in it: keep it as carefully as the log itself.")


def exported(frame: Frame, name: str) -> bytes:
    out = io.StringIO()
    frame.session.export_table(name, out)
    return out.getvalue().encode()


def learned(frame: Frame) -> None:
    """The layouts that this workspace has learned, to take along or to forget; nothing where there are none."""
    known = frame.session.learned()
    if not known:
        return
    st.subheader("Files that you taught it to read", anchor=False)
    for layout in known:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(layout.name)}**: {plain(', '.join(layout.headers))}")
            st.download_button(
                "Download",
                data=frame.session.layout_text(layout),
                file_name=f"{layout.name}.toml",
                mime="application/toml",
                icon=":material/download:",
                key=f"layout_{layout.name}",
                on_click="ignore",
            )
            if frame.session.may("editor") and st.button(
                "Forget", key=f"forget_{layout.name}", icon=":material/delete:"
            ):
                frame.session.forget(layout.name)
                st.rerun()
