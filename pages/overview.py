"""Overview: the period in five figures, its months, and what the log says about the well-known claims."""

import streamlit as st

from charts import overview as drawing
from pages import _overview, _shell, _states

frame = _shell.frame()
if frame.blank:
    st.title("Net Effect", anchor=False)
    st.markdown("What a referral network really yields, net of luck.")
    _states.empty()
    st.stop()
view = frame.session.overview(frame.scope)
st.title(drawing.headline(view, frame.locale), anchor=False)
st.markdown(drawing.subline(view, frame.locale))
if view.empty:
    _states.no_events()
    st.stop()
_overview.kpis(frame, view)
_overview.trend(frame, view)
_overview.findings(frame)
