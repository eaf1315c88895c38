"""Customers and professional partners, in count and in money, because the two disagree in practice."""

import streamlit as st

from charts import sources
from pages import _cards, _shell, _states

frame = _shell.frame()
st.title("Customers and professional partners", anchor=False)
st.markdown(
    "**Customer**: has bought from the receiver. **Professional partner**: a business person who refers repeatedly, a "
    "fellow member or somebody outside. Count and money stand side by side, since they often disagree."
)
if frame.blank:
    _states.empty()
    st.stop()
results = {result.claim: result for result in frame.session.results(frame.scope, ["S4", "S1"])}
first, second = st.columns(2)
with first:
    _cards.card(frame, results["S4"], sources.close)
with second:
    _cards.card(frame, results["S1"], sources.top_two)
