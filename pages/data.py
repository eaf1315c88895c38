"""Data: import with a look beforehand, the history with undo and redo, and every table to take along."""

import streamlit as st

from pages import _data, _import, _shell, _states

frame = _shell.frame()
st.title("Your data", anchor=False)
if frame.session.may("editor"):
    st.markdown("Nothing is stored before you have seen what would load, and every import can be undone.")
    with st.container(border=True, key="importer"):
        st.subheader("Import", anchor=False)
        _import.importer(frame)
else:
    _states.only_looks(frame.session, what="Importing, undoing or changing anything")
first, second = st.columns(2)
with first, st.container(border=True, key="history"):
    st.subheader("History", anchor=False)
    _data.history(frame)
with second, st.container(border=True, key="tables"):
    st.subheader("Tables", anchor=False)
    _data.tables(frame)
_data.learned(frame)
