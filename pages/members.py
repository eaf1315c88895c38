"""Members: A scorecard for each member, who is at risk of leaving, whose renewal is due."""

import streamlit as st

st.title("Members", anchor=False)
