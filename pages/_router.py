"""What every page stands in: navigation, the sample chip, the scope bar. The first thing that any visitor runs."""

import sys
from pathlib import Path

import streamlit as st

if (root := str(Path(__file__).resolve().parent.parent)) not in sys.path:
    sys.path.insert(0, root)  # when the router is run by itself, as tests do

from pages import _shell

PAGES = (
    st.Page(
        "overview.py",
        title="Overview",
        icon=":material/insights:",
        default=True,
        help="Referrals, won, value, close rate and active sources by month, beside the period before.",
    ),
    st.Page(
        "presence.py",
        title="Linear and networked",
        icon=":material/sensor_occupied:",
        help="Referrals given while you are in the room against those given while you are somewhere else.",
    ),
    st.Page(
        "sources.py",
        title="Customers and partners",
        icon=":material/handshake:",
        help="Referrals of customers against those of professional partners, in count and in money.",
    ),
    st.Page(
        "tenure.py",
        title="Tenure and results",
        icon=":material/timeline:",
        help="What staying in the group does for the same people, net of who leaves.",
    ),
    st.Page(
        "data.py",
        title="Data",
        icon=":material/database:",
        help="Import a log or a member list, see what was loaded, undo, and take tables with you.",
    ),
)

HERE = Path(__file__).parent
# Files of our own: an emoji or a material symbol as the icon would be fetched from another host.
st.set_page_config(page_title="Net Effect", page_icon=str(HERE / "mark.svg"), layout="wide")
st.logo(str(HERE / "wordmark.svg"), size="medium")
page = st.navigation(PAGES, position="top")
_shell.open_page(on_data=page.title == "Data")
page.run()
