"""Giving and network: Who gives to whom, who never met, and what runs through whom."""

import streamlit as st

st.title("Giving and network", anchor=False)
