"""Letters: a page a member, the meeting's agenda, a page about a client; each made when it is asked for."""

from __future__ import annotations

import streamlit as st

from pages import _address
from pages._shell import Frame
from report import letters as written

PAGE = "text/html"


def letters(frame: Frame) -> None:
    session, scope = frame.session, frame.scope
    with st.container(border=True, key="letters"):
        st.subheader("Letters and the agenda of the meeting", anchor="letters")
        st.markdown("One page each, ready to print; the same figures as on the pages, with what is not known said.")
        people = written.members(session.chapter(scope))
        with st.container(horizontal=True):
            take("agenda", "Ten-minute agenda", lambda: written.agenda(session, scope, frame.locale),
                 "What changed, who to thank, who to meet, what to decide.")  # fmt: skip
            if not session.overview(scope).empty:
                take("one_pager", "Page about this selection", lambda: written.one_pager(session, scope, frame.locale),
                     "For a client: choose the receiver above.")  # fmt: skip
            st.download_button(
                "All members, as a zip", data=lambda: written.all_members(session, scope, frame.locale),
                file_name="net-effect-letters.zip", mime="application/zip", icon=":material/folder_zip:",
                key="letters_all", on_click="ignore", help="A letter for each member of the chapter.",
                disabled=not people,
            )  # fmt: skip
        if people:
            one(frame, people)


def one(frame: Frame, people: dict[str, str]) -> None:
    """The letter of one member."""
    wanted = _address.value_of("member")
    st.session_state["letter_of"] = wanted if wanted in people else next(iter(people))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.selectbox("Letter for", list(people), key="letter_of", format_func=lambda p: people.get(p, "?"),
                           on_change=_address.follow, args=("member", "letter_of"), width=280)  # fmt: skip
        take("letter", "Letter", lambda: written.member(frame.session, frame.scope, who, frame.locale), "One page.")


def take(key: str, title: str, make: object, what: str) -> None:
    st.download_button(title, data=make, file_name=f"net-effect-{key.replace('_', '-')}.html", mime=PAGE,  # type: ignore[arg-type]
                       icon=":material/description:", key=f"letters_{key}", on_click="ignore", help=what)  # fmt: skip
