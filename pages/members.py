"""Members: a scorecard each by the chosen rubric, renewals due, and who may be about to leave."""

import streamlit as st

from charts import members as words
from formats import plain
from pages import _members, _shell, _states

frame = _shell.frame()
if frame.session.is_empty:
    st.title("Members", anchor=False)
    _states.empty()
    st.stop()
title = st.empty()
roll = _members.roll_of(frame)
if roll is None:
    title.title("Members", anchor=False)
    _members.nothing()
    st.stop()
person = _members.chosen_of(roll)
title.title(plain(words.title(roll, person, frame.locale)), anchor=False)
st.caption(plain(words.subline(roll, frame.locale)))
_members.whole(frame)
if person:
    _members.scorecard(frame, roll, person)
    _members.thresholds(frame, roll)
    st.stop()
found = _members.leaving_of(frame)
_members.everybody(frame, roll)
first, second = st.columns(2)
with first:
    _members.leaving(frame, found)
with second:
    _members.renewals(frame, found)
    _members.thresholds(frame, roll)
