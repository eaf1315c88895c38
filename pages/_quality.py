"""The parts of the Quality page: unknown fields, the coverage calendar, the imports and what they left out."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import formats
from analysis.claims import registry
from analysis.scope import Scope
from charts import quality as charts
from formats import plain
from pages import _cards, _tables
from pages._help import how
from pages._shell import Frame
from service import quality


def unknown(frame: Frame) -> None:
    """What is not filled in, and which findings that holds back; the most held back first."""
    table = quality.of(frame.session, Scope()).unknown
    open_ = table[(table.missing > 0) & (table.rows > 0)].copy()
    with st.container(border=True, key="unknown"):
        st.subheader("Not recorded", anchor=False)
        if open_.empty:
            st.markdown("Every referral says everything that the findings need.")
            return
        open_["held"] = open_.holds_back.map(len)
        open_ = open_.sort_values(["held", "share"], ascending=False)
        worst = open_.iloc[0]
        if worst.held:
            st.markdown(
                f"Most is gained by recording **{plain(worst.what)}**: it is missing in "
                f"{formats.percent(worst.share, frame.locale)} of {formats.number(worst.rows, frame.locale)} referrals."
            )
        shown = pd.DataFrame(
            {
                "What": open_.what,
                "Missing": open_.share * 100,
                "Referrals without it": open_.missing,
                "of": open_.rows,
                "Findings that need it": open_.held,
                "They are": open_.holds_back.map(lambda ids: "; ".join(registry[claim].title for claim in ids)),
            }
        )
        _tables.show(
            shown,
            "unknown_fields",
            "Fields that are not filled in, and the findings that need them",
            Missing=st.column_config.ProgressColumn(min_value=0, max_value=100, format="%.0f %%"),
        )


def coverage(frame: Frame) -> None:
    """The calendar of what the imports speak for."""
    view = quality.of(frame.session, Scope())
    known = frame.session.groups()
    names = dict(zip(known.group_id, known.name, strict=True))
    with st.container(border=True, key="coverage"):
        st.subheader("Weeks that the imports speak for", anchor=False)
        drawing = charts.calendar(view, names, frame.look, frame.locale)
        if drawing is None:
            st.markdown("No import speaks for any week yet.")
            return
        st.markdown(plain(drawing.sentence))
        _cards.chart(drawing, "coverage_calendar")
        how("coverage", "coverage", "gap")


def imports(frame: Frame) -> None:
    """Every import with its counts, and the rows that did not load, to mend and bring again; for who may see all."""
    if frame.session.viewer.groups is not None:
        return
    table = quality.imports(frame.session)
    with st.container(border=True, key="imports"):
        st.subheader("Imports", anchor=False)
        shown = table.rename(
            columns={
                "at": "When", "path": "File", "sheet": "Sheet", "layout": "Read as", "rows_read": "Rows read",
                "rows_loaded": "Loaded", "rows_updated": "Updated", "rows_already_there": "Already there",
                "rows_rejected": "Not loaded",
            }
        )  # fmt: skip
        _tables.show(
            shown.drop(columns="import_id"),
            "imports",
            "Every import with its counts",
            When=st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        )
        left = table[table.rows_rejected > 0]
        if not left.empty:
            rejected(frame, left)


def rejected(frame: Frame, table: pd.DataFrame) -> None:
    """The rows of one import that did not load, with the reason, and as a file under their own header."""
    names = {
        row.import_id: f"{row.path}, {formats.count(row.rows_rejected, 'row', frame.locale)}"
        for row in table.itertuples()
    }
    chosen = st.selectbox("Rows that did not load", list(names), format_func=names.__getitem__, key="rejected")
    if chosen is None:
        return
    rows = quality.rejects(frame.session, int(chosen))
    st.dataframe(
        rows.rename(columns={"row_no": "Row", "column": "Column", "value": "Value", "reason": "Reason"}),
        hide_index=True,
        alt="Rows that did not load, with the reason",
    )
    content = quality.rejected_file(frame.session, int(chosen))
    if content is None:
        st.caption("The original of this file is not kept, so the rows cannot be written again under its header.")
        return
    st.download_button(
        "Download just these rows",
        data=content,
        file_name="not loaded.csv",
        mime="text/csv",
        icon=":material/download:",
        key="download_rejected",
        on_click="ignore",
        help="Mend them in a spreadsheet and import the file: only they are added.",
    )
