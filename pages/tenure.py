"""Tenure and results: what staying does for the same people, net of who leaves and of the group's own trend."""

import streamlit as st

from charts import tenure
from pages import _cards, _shell, _states

frame = _shell.frame()
st.title("Time in the group", anchor=False)
st.markdown(
    "The steep line that everybody draws compares whoever is there each year: it shows who stays, not what staying "
    "does. So the same people are followed from year to year, and the group’s own trend is taken off."
)
if frame.blank:
    _states.empty()
    st.stop()
result = frame.session.result(frame.scope, "T1")
_cards.card(frame, result, tenure.drawings)
