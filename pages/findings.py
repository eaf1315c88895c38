"""Findings: every headline claim on this log, in six themes; one opened with all that stands behind it."""

import streamlit as st

from charts import summary
from pages import _findings, _shell, _states

frame = _shell.frame()
if frame.blank:
    st.title("Findings", anchor=False)
    _states.empty()
    st.stop()
results = frame.session.results(frame.scope)
opened = _findings.opened(results)
if opened:
    _findings.one(frame, opened, results)
    st.stop()
st.title(summary.tally(results), anchor=False)
st.markdown("Each card tests one well-known claim about referrals on this log. None of them says what caused what.")
shown = _findings.choose(results)
for theme in _findings.THEMES:
    _findings.board(frame, theme, [result for result in shown if result.claim in theme.claims])
_findings.untold()
