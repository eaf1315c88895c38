"""New sources: How long a new source takes to the first and third referral, and who was never asked."""

import streamlit as st

st.title("New sources", anchor=False)
