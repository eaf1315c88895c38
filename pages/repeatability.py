"""Repeatability: Next quarter as a range, new sources, and whether results come steadily or in bursts."""

import streamlit as st

st.title("Repeatability", anchor=False)
