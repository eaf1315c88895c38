"""Customers and professional partners, in count and in money, because the two disagree in practice."""

from functools import partial

import streamlit as st

from analysis.contrast_outcomes import KIND
from charts import sources
from pages import _cards, _contrasts, _shell, _states

LABEL = "Customers and professional partners"
LEAD = (
    "**Customer**: has bought from the receiver. **Professional partner**: a business person who refers repeatedly, a "
    "fellow member or somebody outside. Count and money stand side by side, since they often disagree."
)

frame = _shell.frame()
if frame.blank:
    st.title(LABEL, anchor=False)
    st.markdown(LEAD)
    _states.empty()
    st.stop()
found = _contrasts.results(frame, ["S4", "S1", "S2", "S3"])
titled = _contrasts.head(frame, [found["S4"], found["S1"]], LABEL, LEAD)
lit = _contrasts.chosen(frame)
became = _contrasts.outcomes(frame, KIND, found["S4"])
left, right = st.columns(2)
with left:
    _contrasts.claim(frame, found["S4"], sources.page_close(frame.look, frame.locale, lit), titled=titled,
                     arms=sources.KINDS)  # fmt: skip
    _contrasts.won_amounts(frame, became, sources.KINDS)
with right:
    _contrasts.count_and_money(frame, became, sources.KINDS)
    _contrasts.time_to_close(frame, became, sources.KINDS)
    _contrasts.claim(frame, found["S1"], sources.page_top_two(frame.look, frame.locale), titled=titled)
st.subheader("In the long run", anchor="further")
for column, claim in zip(st.columns(2), ("S2", "S3"), strict=True):
    with column:
        _cards.brief(frame, found[claim], key="card", leave=partial(_cards.cited, frame, found[claim]))
_contrasts.by_group(frame, ("S4", "S2", "S3"))
