"""Present: findings, pages and members as a story, one sentence a slide."""

import streamlit as st

from pages import _present, _shell, _states

frame = _shell.frame()
if frame.session.is_empty:
    st.title("Present", anchor=False)
    _states.empty()
    st.stop()
story = _present.chosen(frame)
at = _present.asked()
if at is not None:
    _present.show(frame, story, at)
else:
    _present.compose(frame, story)
