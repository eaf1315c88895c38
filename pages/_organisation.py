"""Instead of a page where the selection is too large to read row by row: all groups, and the choice of some; on the
page Findings what counts alone can answer."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis.groups import ByGroup
from charts import contrast_groups, summary, words
from charts import organisation as drawing
from charts.findings import in_order
from formats import plain
from pages import _address, _cards
from pages._cards import chart
from pages._help import how
from pages._shell import Frame
from service import organisation

ABREAST = 3
COLUMNS = {
    "name": "Group",
    "referrals": st.column_config.NumberColumn("Referrals", format="localized"),
    "first_month": st.column_config.DateColumn("From", format="MMM YYYY"),
    "last_month": st.column_config.DateColumn("To", format="MMM YYYY"),
}


def instead(frame: Frame, title: str) -> None:
    if title == "Findings":
        findings(frame)
    else:
        choose(frame)


def findings(frame: Frame) -> None:
    """The claims that counts can answer, what a further group may expect by each, and which are closed."""
    with st.spinner("Counting over the whole log …"):
        found = organisation.findings(frame.session, frame.scope)
    results = [result for result in found.results if result.computed_from]
    st.title(summary.tally(results), anchor=False)
    st.markdown(drawing.of_groups(found.groups, frame.locale))
    for start in range(0, len(results), ABREAST):
        shown = in_order(results)[start : start + ABREAST]
        for column, result in zip(st.columns(ABREAST), shown, strict=False):
            with column:
                _cards.brief(frame, result, leave=partial(further, frame, found.spreads.get(result.claim)))
    _groups(frame, {claim: by for claim, by in found.spreads.items() if by.mean is not None})
    closed = [result for result in found.results if not result.computed_from]
    if closed:
        with st.expander("Not computed at this size", icon=":material/select_all:"):
            st.markdown(plain(closed[0].warnings[0]))
            st.markdown("\n".join(f"- {plain(words.headline(result, frame.locale))}" for result in closed))
    for warning in dict.fromkeys(line for result in results for line in result.warnings):
        st.caption(f":material/warning: {plain(warning)}")


def further(frame: Frame, by: ByGroup | None) -> None:
    """Where a further group would lie: at this size it says more than how certain the mean is."""
    if by is None or by.mean is None:
        st.caption("Groups cannot be compared by this: fewer than three have a figure of their own.")
        return
    st.caption(plain(f"{contrast_groups.sentence(by, frame.locale)}."))
    st.caption(plain(contrast_groups.often(by, frame.locale)))


def _groups(frame: Frame, spreads: dict[str, ByGroup]) -> None:
    if not spreads:
        return
    known = frame.session.groups()
    names = dict(zip(known["group_id"], known["name"], strict=True))
    st.subheader("How far groups differ", anchor="groups")
    with st.container(border=True, key="card_groups"):
        picked = st.radio("Compare groups by", list(spreads), key="by_group", bind="query-params",
                          format_func=contrast_groups.WHAT.__getitem__)  # fmt: skip
        by = spreads[picked if picked in spreads else next(iter(spreads))]
        shown = contrast_groups.funnel(by, names, frame.look, frame.locale)
        st.markdown(f"**{plain(shown.heading or shown.sentence)}**")
        st.markdown("  \n".join(plain(line) for line in contrast_groups.lines(by, frame.locale)))
        chart(shown, "chart_groups_funnel")
        how("groups", "across_groups", "funnel")


def choose(frame: Frame) -> None:
    view = organisation.view(frame.session)
    st.title(drawing.headline(view, frame.locale), anchor=False)
    st.markdown(drawing.subline(organisation.MOST, frame.locale))
    shown = drawing.months(view, frame.look, frame.locale)
    with st.container(border=True, key="organisation"):
        st.subheader(plain(shown.sentence), anchor=False)
        chart(shown, "chart_organisation")
        how("organisation", "referrals", "gap")
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
