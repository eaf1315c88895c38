"""The cards of the page on repeatability."""

from __future__ import annotations

import streamlit as st

from analysis import repeatability
from analysis.repeatability import Repeatability
from charts import repeatability as words
from charts import repeatability_pace as paces
from charts import repeatability_tables as tables
from formats import plain
from pages import _address
from pages._cards import brief, card, chart, closed, early
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import table

NOBODY = "nobody"
CLAIMS = ("R1", "R2", "R4")


def view(frame: Frame) -> Repeatability:
    """The filters go along by themselves: they choose people and sources, and never what time is covered."""
    scope = frame.scope
    return frame.session.view(repeatability.build, scope.unfiltered(), frame.session.method(), scope.filters)


def who(frame: Frame, view: Repeatability) -> str:
    """Of whom the page speaks."""
    if not view.people:
        return "the chapter" if view.listed else "the people of this log"
    names = frame.session.names()
    return names.get(view.people[0], "this member") if len(view.people) == 1 else "the chosen members"


def notes(frame: Frame, view: Repeatability) -> None:
    if view.idle:
        st.caption(":material/info: A forecast needs every month and every outcome: filters on month or status do not "
                   "narrow this page.")  # fmt: skip
    if frame.scope.start:
        st.caption(":material/info: Each range looks back over twelve months; the chosen start does not bound it.")
    if not view.listed:
        st.caption(
            ":material/info: There is no list of members: everybody counts from the first to the last record, and "
            "whoever has fallen silent is taken for gone. A list with the columns name, joined and left mends that."
        )


def total(frame: Frame, view: Repeatability) -> None:
    found = view.received
    drawing = words.total(found, words.REFERRALS, frame.look, frame.locale) if found else None
    if found is None or drawing is None:
        early("total", "How sure is next quarter?", "A range needs the twelve months before the quarter, each wholly "
              "imported. Import what is missing: the page Quality shows which times are here.")  # fmt: skip
        return
    with card("total", drawing.sentence):
        chart(drawing, "chart_total")
        how("total", "coming_quarter", "earlier_ranges")
        table("Quarters, as a table", "quarters", lambda: tables.quarters(found, frame.locale),
              "Each quarter, what came and its range")  # fmt: skip
        rows_of(frame, "repeatability", list(view.ids))


def members(frame: Frame, view: Repeatability) -> None:
    if view.members.empty:
        early("fan", "What can each member expect?", "A member’s range needs six months of membership within twelve "
              "wholly imported ones, and a list of members (name, joined, left) that says who is here.")  # fmt: skip
        return
    left, right = st.columns(2)
    with left:
        drawing = words.members(view, frame.look, frame.locale)
        with card("fan", drawing.sentence):
            chart(drawing, "chart_fan", clicks=True)
            st.caption(plain("Ordered by what each can expect, drawn towards the group as far as luck would explain "
                             "the difference. Click a member to see only him."))  # fmt: skip
            if len(view.members) > words.MOST:
                st.caption(f"The first {words.MOST} of {len(view.members)} members; the table has all.")
            if view.untold:
                st.caption(f"Without a range, because here for less than six whole months: {view.untold}.")
            how("fan", "member_range", "earlier_ranges")
            table("Members, as a table", "ranges", lambda: tables.members(view), "Each member’s range and its basis")
    with right:
        one(frame, view)
        trust(frame, view)


@st.fragment
def one(frame: Frame, view: Repeatability) -> None:
    """One member's quarters; the choice is an id in the address."""
    people = tables.people(view)
    wanted = _address.value_of("member")
    usual = view.people[0] if len(view.people) == 1 else next(iter(people))
    shown = wanted if wanted in people else usual if usual in people else next(iter(people))
    with st.container(border=True, key="card_own"):
        st.session_state["own_quarters"] = shown
        st.selectbox("One member’s quarters", list(people), key="own_quarters", format_func=people.__getitem__,
                     on_change=_address.follow, args=("member", "own_quarters"), width=320)  # fmt: skip
        drawing = words.own(view, shown, frame.look, frame.locale)
        if drawing is None:
            st.markdown("No quarter of this member was forecast yet.")
            return
        st.subheader(plain(drawing.sentence), anchor=False)
        chart(drawing, "chart_own")
        how("own", "coming_quarter", "member_range", "earlier_ranges")
        table("Quarters of this member, as a table", "own", lambda: tables.own(view, shown, frame.locale),
              "Each quarter of the member, what came and its range")  # fmt: skip


def trust(frame: Frame, view: Repeatability) -> None:
    drawing = words.trust(view, frame.look, frame.locale)
    if drawing is None:
        early("trust", "Have members’ ranges held?", "To be judged, a range needs a quarter that has passed, with "
              "twelve imported months before it: more months of the same log.")  # fmt: skip
        return
    with card("trust", drawing.sentence):
        chart(drawing, "chart_trust")
        how("trust", "earlier_ranges", "interval")


def sources(frame: Frame, view: Repeatability) -> None:
    found = view.sources
    if found is None:
        closed("new_sources", "How many new sources each quarter?", "Who gave the referrals is not recorded for enough "
               "of them. Fill the column “from” (or “source”) of your log.")  # fmt: skip
        return
    drawing = words.total(found, words.SOURCES, frame.look, frame.locale)
    if drawing is None:
        early("new_sources", "How many new sources each quarter?", "To tell a new source from an old one takes the "
              "twelve months before it, wholly imported; a range takes twelve more.")  # fmt: skip
        return
    with card("new_sources", words.sources_sentence(found, frame.locale)):
        st.markdown(plain(drawing.sentence))
        chart(drawing, "chart_new_sources")
        if view.unknown > 0:
            st.caption(plain(words.unknown_sentence(view, frame.locale)))
        how("new_sources", "first_time_source", "coming_quarter")
        table("First-time sources by quarter", "first_time", lambda: tables.quarters(found, frame.locale),
              "Each quarter, how many first-time sources came and their range")  # fmt: skip
        st.page_link("newsources.py", label="How long a new source takes", icon=":material/arrow_forward:")


def pace(frame: Frame, view: Repeatability) -> None:
    found = view.pace
    if found is None:
        early("pace", "Steady, or in bursts?", "Evenness needs a member who was here, and whose group was imported, "
              "for twelve whole months.")  # fmt: skip
        return
    drawing = paces.members(found, frame.look, frame.locale)
    with card("pace", paces.pooled_sentence(found, frame.locale)):
        st.markdown(plain(drawing.sentence))
        chart(drawing, "chart_pace", clicks=True)
        how("pace", "evenness")
        table("Members’ evenness, as a table", "pace", lambda: tables.pace(found), "How evenly each member receives")


def waves(frame: Frame, view: Repeatability) -> None:
    drawing = paces.months(view.pace, frame.look, frame.locale) if view.pace else None
    if drawing is None:
        early("waves", "Does the chapter rise and fall together?", "It takes twelve wholly imported months and a list "
              "of members.")  # fmt: skip
        return
    with card("waves", drawing.sentence):
        chart(drawing, "chart_waves")
        how("waves", "common_waves")


def findings(frame: Frame) -> None:
    """What the claims on repeatability say of the whole log, and the way to each."""
    found = frame.session.results(frame.scope, list(CLAIMS))
    st.subheader("What the findings say", anchor=False)
    with st.grid(3, min_column_width=260, key="repeatability_findings"):
        for result in found:
            brief(frame, result)
