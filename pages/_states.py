"""What a page shows when it has nothing to show: why, and what to do."""

from __future__ import annotations

import streamlit as st

import service


def empty() -> None:
    """A page about dated referrals in a workspace without any."""
    session: service.Session = st.session_state["frame"].session
    if not session.is_empty:
        undated()
        return
    if not session.may("editor"):
        st.info("Nothing is imported into this workspace yet.", icon=":material/hourglass_empty:")
        return
    with st.container(border=True, key="empty"):
        st.subheader("No referral is imported yet", anchor=False)
        st.markdown(
            "Bring your BNI Connect reports as they come, or the referral log that you keep, with columns such as "
            "date, from, to, status and amount, and a member list if you have one. Nothing leaves this computer."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Import your log", type="primary", icon=":material/upload:", key="empty_import"):
                st.switch_page("data.py")
            if session.is_local and st.button(
                "Look at a sample chapter", icon=":material/science:", key="empty_sample"
            ):
                service.add_sample()
                st.rerun()


def undated() -> None:
    """Something is imported, but no dated referral: period totals, or slips of long periods."""
    with st.container(border=True, key="undated"):
        st.subheader("No referral with a day is imported yet", anchor=False)
        st.markdown(
            "What you imported tells of whole periods or of other things than referrals; the page **The chapter** "
            "shows what it says. This page needs referrals with their day: a Slips Audit Report a week, or a "
            "log of your own."
        )
        with st.container(horizontal=True):
            if st.button("The chapter", type="primary", icon=":material/groups:", key="undated_chapter"):
                st.switch_page("chapter.py")
            if st.button("Import more", icon=":material/upload:", key="undated_import"):
                st.switch_page("data.py")


def no_events() -> None:
    st.info(
        "No referral falls into this selection. Widen the period or choose another group.",
        icon=":material/filter_alt_off:",
    )
