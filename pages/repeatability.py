"""Repeatability: the coming quarter as a range, how earlier ranges turned out, new sources, steady or in bursts."""

import streamlit as st

from charts import repeatability as words
from formats import plain
from pages import _repeatability, _shell, _states

frame = _shell.frame()
if frame.blank:
    st.title("Repeatability", anchor=False)
    st.markdown("What can be counted on: the next quarter as a range, and how well such ranges have held.")
    _states.empty()
    st.stop()
view = _repeatability.view(frame)
if view.empty:
    st.title("Repeatability", anchor=False)
    _states.no_events()
    st.stop()
st.title(plain(words.headline(view, _repeatability.who(frame, view), frame.locale)), anchor=False)
st.markdown(plain(words.subline(view, frame.locale)))
_repeatability.notes(frame, view)
_repeatability.total(frame, view)
_repeatability.members(frame, view)
left, right = st.columns(2)
with left:
    _repeatability.pace(frame, view)
with right:
    _repeatability.waves(frame, view)
    _repeatability.sources(frame, view)
_repeatability.findings(frame)
