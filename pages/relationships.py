"""Relationships: What was invested in each relationship before something was asked of it."""

import streamlit as st

st.title("Relationships", anchor=False)
