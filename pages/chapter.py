"""The chapter: what its exports alone say about members, pairs, other chapters and money."""

import streamlit as st

from charts import chapter as words
from formats import plain
from pages import _chapter, _shell, _states

frame = _shell.frame()
if frame.session.is_empty:
    st.title("The chapter", anchor=False)
    _states.empty()
    st.stop()
view = frame.session.chapter(frame.scope)
if view.empty:
    st.title("The chapter", anchor=False)
    _states.no_events()
    _chapter.unlocks(frame, view)
    st.stop()
st.title(plain(words.headline(view, frame.locale)), anchor=False)
st.markdown(plain(words.subline(view, frame.locale)))
if frame.scope.receiver:
    st.caption("This page is about the whole chapter: the choice of one receiver does not narrow it.")
_chapter.wall(frame, view)
_chapter.cards(frame, view)
_chapter.checks(frame, view)
_chapter.unlocks(frame, view)
