"""How a figure is computed, from the one glossary."""

from __future__ import annotations

import streamlit as st

from charts import glossary
from formats import plain


def how(key: str, *terms: str) -> None:
    """A small button that opens the terms behind a card. key: the card's own, unique on the page."""
    with st.popover("How is this computed", icon=":material/calculate:", type="tertiary", key=f"how_{key}"):
        for name in terms:
            entry(glossary.TERMS[name])


def entry(term: glossary.Term) -> None:
    st.markdown(f"**{plain(term.name)}.** {plain(term.means)} {plain(term.computed)}")
    if term.wrong:
        st.caption(f":material/visibility_off: {plain(term.wrong)}")
