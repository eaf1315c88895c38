"""What a page shows when it has nothing to show: why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

import service
from service import entries


def empty() -> None:
    """A page about dated referrals in a workspace without any."""
    session: service.Session = st.session_state["frame"].session
    if not session.is_empty:
        undated()
        return
    if not session.may("editor"):
        st.info("Nothing is imported into this workspace yet.", icon=":material/hourglass_empty:")
        return
    st.subheader("No referral is imported yet", anchor=False)
    with st.grid(3, min_column_width=240, key="empty"):
        with _way(
            "You have exports or a log",
            "BNI Connect’s reports as they come, or a list with columns such as date, from, to, status and amount; a "
            "member list beside it helps. Nothing leaves this computer.",
        ):
            if st.button("Import your log", type="primary", icon=":material/upload:", key="empty_import"):
                st.switch_page("data.py")
        with _way(
            "You begin today",
            "A workbook with the right columns and lists to choose from, to fill in anywhere. Or write the first "
            "referral down here.",
        ):
            workbook(session, "empty_workbook")
            st.page_link("log.py", label="Write it down here", icon=":material/edit_note:")
        if session.is_local:
            with _way(
                "You want to look around first",
                "An invented chapter with five years of referrals, so that every page has something to show. Your own "
                "log takes its place.",
            ):
                if st.button("Look at a sample chapter", icon=":material/science:", key="empty_sample"):
                    with st.spinner("Making the sample …"):
                        service.add_sample()
                    st.rerun()


@contextmanager
def _way(title: str, words: str) -> Iterator[None]:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{title}**")
        st.markdown(words)
        st.space("stretch")
        yield


def workbook(session: service.Session, key: str) -> None:
    """The log as a workbook to fill in, made when it is asked for."""
    st.download_button(
        "Get the workbook",
        data=lambda: entries.workbook(session),
        file_name="net-effect-log.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )


def only_looks(session: service.Session, role: str = "editor", what: str = "Changing anything here") -> bool:
    """Whether the viewer's role stops short of that one, which is then said."""
    if session.may(role):
        return False
    st.info(
        f"You are here as **{session.viewer.role}**. {what} needs the role **{role}**; whoever runs this dashboard "
        "can give it to you.",
        icon=":material/lock:",
    )
    return True


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
            may = st.session_state["frame"].session.may("editor")
            if may and st.button("Import more", icon=":material/upload:", key="undated_import"):
                st.switch_page("data.py")


def no_events() -> None:
    st.info(
        "No referral falls into this selection. Widen the period or choose another group.",
        icon=":material/filter_alt_off:",
    )
