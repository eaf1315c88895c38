"""Reports and letters: what is taken along, in which format, with or without names."""

import streamlit as st

from pages import _letters, _reports, _shell, _states

frame = _shell.frame()
st.title("Take it along", anchor=False)
st.markdown("The same findings as on the pages, for the meeting, for a client, or for your own spreadsheet.")
if frame.session.is_empty:
    _states.empty()
    st.stop()
_reports.reports(frame)
_letters.letters(frame)
