"""What a page shows when it has nothing to show: why, and what to do."""

from __future__ import annotations

import streamlit as st

import service


def empty() -> None:
    """A workspace without an import."""
    with st.container(border=True, key="empty"):
        st.subheader("No referral is imported yet", anchor=False)
        st.markdown(
            "Bring the referral log that you keep, as CSV, XLSX, XLS or ODS, with columns such as date, from, to, "
            "status and amount, and a member list if you have one. Nothing leaves this computer."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Import your log", type="primary", icon=":material/upload:", key="empty_import"):
                st.switch_page("data.py")
            if st.button("Look at a sample chapter", icon=":material/science:", key="empty_sample"):
                service.add_sample()
                st.rerun()


def no_events() -> None:
    st.info(
        "No referral falls into this selection. Widen the period or choose another group.",
        icon=":material/filter_alt_off:",
    )
