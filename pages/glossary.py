"""Glossary: every word and every figure of the pages, and how it is computed."""

import streamlit as st

from charts import glossary
from pages import _help

st.title("What each word and figure means", anchor=False)
st.markdown("The same sentences stand behind “How is this computed” on every page.")
wanted = st.text_input("Look for", key="term", bind="query-params", placeholder="close rate, tier, gap …", width=320)
found = False
for title, terms in glossary.SECTIONS.items():
    shown = [t for t in terms.values() if wanted.casefold().strip() in f"{t.name} {t.means} {t.computed}".casefold()]
    if shown:
        found = True
        st.subheader(title, anchor=title.casefold())
        for term in sorted(shown, key=lambda t: t.name.casefold()):
            _help.entry(term)
if not found:
    st.info("No word like this is used on the pages. Try a shorter one.", icon=":material/search_off:")
