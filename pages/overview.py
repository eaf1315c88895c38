"""Overview: the period in figures, its months, what changed, who fell silent, what rests on few, what to look at."""

import streamlit as st

from charts import overview_wall as wall
from pages import _overview, _shell, _states
from service import period

frame = _shell.frame()
if frame.blank:
    st.title("Net Effect", anchor=False)
    st.markdown("What a referral network really yields, net of luck.")
    _states.empty()
    st.stop()
whole, view = period.views(frame.session, frame.scope)
st.title(wall.headline(view, frame.locale), anchor=False)
st.markdown(wall.subline(view, frame.locale))
if view.empty:
    _states.no_events()
    st.stop()
_overview.kpis(frame, view)
_overview.trend(frame, whole, view)
left, right = st.columns(2)
with left:
    _overview.changed(frame, view)
with right:
    _overview.silent(frame, view)
_overview.concentrated(frame, view)
_overview.next_steps(frame)
