"""Power teams: which professions feed which, inside and outside contact spheres, and which pairs are silent."""

import streamlit as st

from analysis import teams
from charts import teams as words
from formats import plain
from pages import _shell, _states, _teams

frame = _shell.frame()
if frame.session.is_empty:
    st.title("Power teams", anchor=False)
    _states.empty()
    st.stop()
view = frame.session.view(teams.build, frame.scope)
st.title(plain(words.headline(view, frame.locale)), anchor=False)
if view is None or not view.known:
    _teams.unknown(view)
    _teams.circles(frame)
    st.stop()
st.markdown(plain(words.subline(view, frame.locale)))
if frame.scope.receiver:
    st.caption("This page is about all members: the choice of one receiver does not narrow it.")
_teams.spheres(frame, view)
_teams.leading(frame, view)
_teams.silent(frame, view)
_teams.matrix(frame, view)
_teams.circles(frame)
_teams.seats(frame, view)
