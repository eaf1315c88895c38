"""Tenure and results: what staying does for the same people, net of who leaves and of the group's own trend."""

import streamlit as st

from charts import hopping, tenure
from pages import _contrasts, _shell, _states

LABEL = "Time in the group"
LEAD = (
    "The steep line that everybody draws compares whoever is there each year: it shows who stays, not what staying "
    "does. So the same people are followed from year to year, and the group’s own trend is taken off."
)

frame = _shell.frame()
if frame.blank:
    st.title(LABEL, anchor=False)
    st.markdown(LEAD)
    _states.empty()
    st.stop()
found = _contrasts.results(frame, ["T1", "T2"])
titled = _contrasts.head(frame, [found["T1"]], LABEL, LEAD)
joined = _contrasts.cohorts(frame, found["T1"])
left, right = st.columns(2)
with left:
    _contrasts.claim(frame, found["T1"], tenure.page(frame.look, frame.locale), titled=titled)
with right:
    _contrasts.staying(frame, joined)
    _contrasts.by_joining(frame, joined)
_contrasts.claim(frame, found["T2"], hopping.page(frame.look, frame.locale))
_contrasts.by_group(frame, ("T1",))
