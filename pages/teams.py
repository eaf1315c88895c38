"""Power teams: Which professions feed which."""

import streamlit as st

st.title("Power teams", anchor=False)
