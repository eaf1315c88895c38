"""Linear and networked: given while the receiver was in the room, or while he was somewhere else."""

import streamlit as st

from charts import presence
from pages import _cards, _shell, _states

frame = _shell.frame()
st.title("In the room, or somewhere else", anchor=False)
st.markdown(
    "**Linear**: a referral given while the receiver was present, mostly on asking. **Networked**: given while the "
    "receiver was absent. Each card tests one well-known claim on this log; none says what caused what."
)
if frame.blank:
    _states.empty()
    st.stop()
results = {result.claim: result for result in frame.session.results(frame.scope, ["L1", "L5", "L9"])}
first, second = st.columns(2)
with first:
    _cards.card(frame, results["L1"], presence.share)
    _cards.card(frame, results["L9"], presence.sources)
with second:
    _cards.card(frame, results["L5"], presence.close)
