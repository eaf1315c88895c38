"""The cards of the page on new sources."""

from __future__ import annotations

import streamlit as st

from analysis import newsources
from analysis.newsources import NewSources
from charts import newsources as words
from charts import newsources_rated as ratings
from charts import newsources_tables as tables
from formats import plain
from pages._cards import PERCENT, brief, card, chart, closed, early
from pages._help import how
from pages._shell import Frame
from pages._tables import show, table

CLAIMS = ("Q1", "D5", "Q2", "Q3")
SHARES = {"Share": PERCENT, "95 % from": PERCENT, "to": PERCENT}


def view(frame: Frame) -> NewSources:
    """The filters go along by themselves: they choose relationships and never hide the referral a clock waits for."""
    scope = frame.scope
    return frame.session.view(newsources.build, scope.unfiltered(), frame.session.method(), scope.filters)


def notes(frame: Frame, view: NewSources) -> None:
    if view.idle:
        st.caption(":material/info: Filters on source and receiver narrow this page; the others do not, because they "
                   "would hide the referral that a clock waits for.")  # fmt: skip
    if frame.scope.start:
        st.caption(":material/info: Clocks run over the whole log; the chosen start does not bound them.")


def asked(frame: Frame, view: NewSources) -> None:
    found = view.asked
    if found is None or found.pairs.empty:
        closed("asked", "Who was never asked?", "No present member has a source yet. Import referrals with their "
               "giver, or enter contacts on the page Log.")  # fmt: skip
        return
    if not found.recorded:
        with card("asked", "Who was asked where they stand?"):
            st.badge("Not recorded here", icon=":material/question_mark:", color="gray")
            st.markdown(
                "No such question is recorded, which does not say that nobody asked. On the page Log, enter a contact "
                "“Asked where we stand” after each such talk, or an assessment of the source."
            )
            st.markdown("**To begin with**, each member’s most active source:")
            show(tables.never(found, next_only=True), "ask_first", "Sources to ask first")
        return
    with card("asked", words.asked_sentence(found, frame.locale)):
        left, right = st.columns(2)
        with left:
            st.markdown("**The list for next week**, each member’s most active source that was never asked:")
            show(tables.never(found, next_only=True), "ask_next_week", "Sources to ask next week")
            st.caption(plain(words.asked_how(found, frame.locale)))
            how("asked", "never_asked", "interval")
            table("All that were never asked", "never_asked", lambda: tables.never(found, next_only=False),
                  "Every source without a question where it stands")  # fmt: skip
        with right:
            if drawing := words.asked(found, frame.look, frame.locale):
                chart(drawing, "chart_asked", clicks=True)


def times(frame: Frame, view: NewSources) -> None:
    found = view.times
    drawing = words.until(found, frame.look, frame.locale) if found else None
    if found and drawing is None:
        early("times", "How long to the first referral?", words.until_sentence(found, frame.locale))
        return
    if found is None or drawing is None:
        closed("times", "How long to the first referral?", "It takes referrals with their giver and day. A member list "
               "with joining dates, one-to-ones or assessments say when two people met.")  # fmt: skip
        return
    with card("times", drawing.sentence):
        chart(drawing, "chart_times")
        if line := words.soon_sentence(found, frame.locale):
            st.markdown(plain(line))
        how("times", "time_to_first" if found.basis == "met" else "since_first_referral", "interval")
        table("Shares by day, as a table", "times", lambda: tables.curve(found), "Shares by day with ranges", **SHARES)
        table("Relationships that have referred", "referred", lambda: tables.pairs(found),
              "Each relationship that has referred, with its days")  # fmt: skip


def later(frame: Frame, view: NewSources) -> None:
    found = view.later
    drawing = words.after(found, frame.look, frame.locale) if found else None
    if found and drawing is None:
        early("later", "What do quick sources give later?", "No relationship has been followed for more "
                             "than a year yet, or none has brought anything after it.")  # fmt: skip
        return
    if found is None or drawing is None:
        closed("later", "What do quick sources give later?", "It needs to be known when two people met (joining dates, "
               "one-to-ones, assessments), and relationships that are followed for more than a year.")  # fmt: skip
        return
    with card("later", drawing.sentence):
        chart(drawing, "chart_later", clicks=True)
        st.caption("People who suit one another refer sooner and more: this does not say that speed brings more.")
        how("later", "quick_and_slow", "interval")
        table("Quick and slow, as a table", "arms", lambda: tables.arms(found), "What each kind gave after a year")
        table("Who gave within the first days", "quick", lambda: tables.quick(found), "Quick relationships by name")


@st.fragment
def rated(frame: Frame, view: NewSources) -> None:
    """By what was rated; the choice is part of the URL and redraws only this card."""
    found = view.rated
    if not found:
        closed("rated", "Do low raters ever refer?", "No source is rated yet. On the page Log, enter an assessment: 0 "
               "to 10 for how comfortable the source is with referring, and for the value that it sees.")  # fmt: skip
        return
    with st.container(border=True, key="card_rated"):
        have = [name for name in ratings.FIELDS if name in found]
        chosen = have[0]
        if len(have) > 1:
            picked = st.radio("What was rated", have, key="rating", bind="query-params", horizontal=True,
                              format_func=ratings.FIELDS.__getitem__)  # fmt: skip
            chosen = picked if picked in have else have[0]
        drawing = ratings.rated(found[chosen], chosen, frame.look, frame.locale)
        if drawing is None:
            st.markdown("Every rated source had referred in the year before: nobody’s first referral is still to come.")
            return
        st.subheader(plain(drawing.sentence), anchor=False)
        chart(drawing, "chart_rated", clicks=True)
        how("rated", "low_rating", "interval")
        table("By rating, as a table", f"bands_{chosen}", lambda: tables.bands(found[chosen]),
              "Share that referred by rating", **SHARES)  # fmt: skip


def low(frame: Frame, view: NewSources) -> None:
    if not view.rated:
        return
    name, found = next(iter(view.rated.items()))
    with card("low", ratings.low_sentence(found, frame.locale)):
        st.markdown(plain(f"{ratings.FIELDS[name]}, by the latest rating. A low number is a reason to ask, not to drop "
                          "somebody."))  # fmt: skip
        if found.silent:
            st.markdown("**Low raters that have never referred:**")
            show(tables.low(found, silent=True), f"silent_{name}", "Low raters without a referral")
        how("low", "low_rating")
        table("Low raters by name", f"low_{name}", lambda: tables.low(found), "Sources rated 0 to 3")


def findings(frame: Frame) -> None:
    """What the claims on new sources say of the whole log, and the way to each."""
    found = frame.session.results(frame.scope, list(CLAIMS))
    st.subheader("What the findings say", anchor=False)
    with st.grid(4, min_column_width=240, key="newsources_findings"):
        for result in found:
            brief(frame, result)
