"""Reports and letters: Deck, page, workbook and PDF; a letter a member; the agenda of the meeting."""

import streamlit as st

st.title("Reports and letters", anchor=False)
