"""Linear and networked: given while the receiver was in the room, or while he was somewhere else."""

import streamlit as st

from analysis.contrast_outcomes import ROOM
from charts import presence
from pages import _contrasts, _shell, _states

LABEL = "In the room, or somewhere else"
LEAD = (
    "**Linear**: a referral given while the receiver was present, mostly on asking. **Networked**: given while the "
    "receiver was absent. Each claim is tested on this log; none says what caused what."
)

frame = _shell.frame()
if frame.blank:
    st.title(LABEL, anchor=False)
    st.markdown(LEAD)
    _states.empty()
    st.stop()
found = _contrasts.results(frame, ["L1", "L5", "L9"])
titled = _contrasts.head(frame, [found["L1"], found["L5"]], LABEL, LEAD)
lit = _contrasts.chosen(frame)
became = _contrasts.outcomes(frame, ROOM, found["L5"])
left, right = st.columns(2)
with left:
    _contrasts.claim(frame, found["L1"], presence.page_share(frame.look, frame.locale, lit), titled=titled)
    _contrasts.time_to_close(frame, became, presence.REFERRALS)
    _contrasts.claim(frame, found["L9"], presence.page_sources(frame.look, frame.locale))
with right:
    _contrasts.claim(frame, found["L5"], presence.page_close(frame.look, frame.locale, lit), titled=titled,
                     arms=presence.REFERRALS)  # fmt: skip
    _contrasts.won_amounts(frame, became, presence.REFERRALS)
_contrasts.by_group(frame, ("L1", "L5", "L9"))
