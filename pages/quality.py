"""Quality: how far the data can be trusted, and what to mend first."""

import streamlit as st

from pages import _quality, _shell, _states

frame = _shell.frame()
st.title("How far to trust it", anchor=False)
st.markdown("What was read and what was not, which weeks are missing, and what nobody recorded. Unknown is not zero.")
if frame.session.is_empty:
    _states.empty()
    st.stop()
_quality.unknown(frame)
_quality.coverage(frame)
_quality.imports(frame)
