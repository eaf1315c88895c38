"""Instead of a page where the selection is too large to read row by row: all groups, and the choice of some."""

from __future__ import annotations

import streamlit as st

from charts import organisation as drawing
from formats import plain
from pages import _address
from pages._cards import chart
from pages._shell import Frame
from service import organisation

COLUMNS = {
    "name": "Group",
    "referrals": st.column_config.NumberColumn("Referrals", format="localized"),
    "first_month": st.column_config.DateColumn("From", format="MMM YYYY"),
    "last_month": st.column_config.DateColumn("To", format="MMM YYYY"),
}


def choose(frame: Frame) -> None:
    view = organisation.view(frame.session)
    st.title(drawing.headline(view, frame.locale), anchor=False)
    st.markdown(drawing.subline(organisation.MOST, frame.locale))
    shown = drawing.months(view, frame.look, frame.locale)
    with st.container(border=True, key="organisation"):
        st.subheader(plain(shown.sentence), anchor=False)
        chart(shown, "chart_organisation")
    sizes = organisation.sizes(frame.session)
    st.subheader("Which groups?", anchor=False)
    event = st.dataframe(
        sizes, hide_index=True, column_config=COLUMNS, column_order=list(COLUMNS), key="organisation_groups",
        on_select="rerun", selection_mode="multi-row", alt="Every group with its referrals and months",
    )  # fmt: skip
    ids = [str(sizes["group_id"].iloc[row]) for row in event["selection"]["rows"]]
    enough = bool(ids) and not organisation.too_large(frame.session, ids)
    if ids and not enough:
        st.warning("These are too many together. Choose fewer.", icon=":material/filter_alt:")
    if st.button("Show these groups", type="primary", icon=":material/arrow_forward:", disabled=not enough,
                 key="organisation_show"):  # fmt: skip
        _address.put("group", ids)
        st.rerun()
