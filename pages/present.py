"""Present: Findings, pages and members as a story, one sentence a slide."""

import streamlit as st

st.title("Present", anchor=False)
