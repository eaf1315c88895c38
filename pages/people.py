"""People: who is one person, who is a customer, who was in the room, and what is held on somebody."""

import streamlit as st

from pages import _people, _saving, _shell, _states

frame = _shell.frame()
st.title("Who is who", anchor=False)
st.markdown(
    "Exports spell one name in many ways and leave out who is a customer and who was in the room. Say it here, a few "
    "minutes at a time; every save is one version and can be undone."
)
_saving.said()
if frame.session.is_empty:
    _states.empty()
    st.stop()
if frame.session.is_sample:
    st.info("This is the sample: look around. Your own data can be changed here.", icon=":material/science:")
_states.only_looks(frame.session)
_people.PARTS[_people.choose()](frame)
