"""A short tour for whoever is new: a strip on each of its pages that says what the page answers, and leads on."""

from __future__ import annotations

import streamlit as st

import service
from service import tour

# Title of the page → its file, and what a leader finds there.
STOPS = {
    "Overview": ("overview.py", "What came in, what changed and whether that is more than luck, and who has fallen "
                 "silent. A click on a mark narrows the page; a chip above it takes that back."),
    "Findings": ("findings.py", "Well-known claims about referrals, tested on this log: what holds, what does not, and "
                 "how much more data would tell. “How is this computed” stands on every card."),
    "Members": ("members.py", "A scorecard for each member with the cheapest next step, and who has received little. "
                "Choose a row to open a member."),
    "Giving and network": ("network.py", "Who has never met: the list for next week. Below it, who gives to whom; "
                           "each figure leads to its rows, with file and line."),
    "Data": ("data.py", "Bring your own exports or log here. You see what would load before anything is stored, and "
             "every import can be undone."),
}  # fmt: skip
_ENDED = "tour_ended"


def strip(title: str, session: service.Session) -> None:
    """On the pages of the tour, until it is ended."""
    if title not in STOPS or session.is_empty or st.session_state.get(_ENDED) or tour.ended(session):
        return
    titles = list(STOPS)
    at = titles.index(title)
    with st.container(border=True, key="tour"):
        st.markdown(f"**A short tour, {at + 1} of {len(titles)}.** {STOPS[title][1]}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if following := titles[at + 1 : at + 2]:
                st.page_link(STOPS[following[0]][0], label=f"Next: {following[0]}", icon=":material/arrow_forward:",
                             width="content")  # fmt: skip
            st.button("End the tour", icon=":material/close:", key="end_tour", type="tertiary", on_click=_end,
                      args=(session,))  # fmt: skip


def _end(session: service.Session) -> None:
    st.session_state[_ENDED] = True
    tour.end(session)
