"""The log: what took place is entered, corrected and finished here, or in a workbook that is filled in elsewhere."""

import streamlit as st

from pages import _log, _log_grid, _saving, _shell, _states

frame = _shell.frame()
st.title("The log", anchor=False)
st.markdown("Write it down while you know it: what happened, who was there, what came of it. Every save can be undone.")
if _states.only_looks(frame.session):
    _log_grid.grid(frame)
    st.stop()
if frame.session.is_sample:
    st.info("This is the sample: look around. Your own log can be kept here.", icon=":material/science:")
if frame.session.is_empty:
    st.markdown("Nothing is written down yet. Begin with a form, or take the workbook and fill it in.")
    _log.offline(frame)
_saving.said()
_log.PARTS[_log.choose()](frame)
if not frame.session.is_empty:
    _log.offline(frame)
