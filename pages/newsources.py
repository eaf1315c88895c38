"""New sources: how long to the first and the third referral, what quick ones gave later, ratings, who was asked."""

import streamlit as st

from charts import newsources as words
from formats import plain
from pages import _newsources, _shell, _states

frame = _shell.frame()
if frame.blank:
    st.title("New sources", anchor=False)
    st.markdown("How long a new source takes to refer, and whom to ask where they stand.")
    _states.empty()
    st.stop()
view = _newsources.view(frame)
if view.empty:
    st.title("New sources", anchor=False)
    _states.no_events()
    st.stop()
st.title(plain(words.headline(view, frame.locale)), anchor=False)
if line := words.subline(view, frame.locale):
    st.markdown(plain(line))
_newsources.notes(frame, view)
_newsources.asked(frame, view)
left, right = st.columns(2)
with left:
    _newsources.times(frame, view)
    _newsources.rated(frame, view)
with right:
    _newsources.later(frame, view)
    _newsources.low(frame, view)
_newsources.findings(frame)
