"""Naming a file's columns by hand: the rows as read, a proposal with its reasons, and what the choice makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

import formats
from errors import NetEffectError
from formats import plain
from pages._shell import Frame

LEAVE_OUT = "(leave out)"
KINDS = {
    "referral_log": "a referral: who gave it, who received it, when",
    "member_list": "a member: name, profession, joined, left",
}
# Our columns in words; what is not here is called what it is called.
COLUMNS = {
    "given_on": "day given",
    "source": "who gave it",
    "source_kind": "kind of source (customer, partner …)",
    "receiver": "who received it",
    "group": "group",
    "prospect": "who was referred",
    "receiver_present": "was the receiver present",
    "asked": "was it asked for",
    "via": "earlier referral it came of",
    "tier": "inside or outside",
    "closed_on": "day closed",
    "ref": "number of the row",
    "name": "whole name",
    "first_name": "first name",
    "last_name": "last name",
    "joined_on": "day joined",
    "left_on": "day left",
    "renews_on": "renewal day",
    "happened_on": "day",
    "assessed_on": "day",
    "one_to_ones": "one-to-ones",
    "tyfcb": "thanks for closed business",
    "ceu": "education units",
    "slip_type": "kind of slip",
    "official_score": "score",
}
THEIRS, CELLS, READ_AS, WHY = "Your column", "First cells", "Read as", "Why"
Use = Callable[[str, dict[str, str], Any], None]  # (layout, their header → our column, the mapper)


def mapping(frame: Frame, name: str, make: Callable[[str | None], Any], use: Use) -> None:
    """The whole mapping of one file. make: a layout, or None for the likeliest → its mapper. use: take the choice."""
    key = f"map_{st.session_state['import_run']}_{name}"
    first = make(None)
    if first is None:
        st.caption("There is no row in it that could be mapped.")
        return
    layout = first.proposal.layout
    if layout in KINDS:
        layout = st.radio(
            "A row is",
            list(KINDS),
            index=list(KINDS).index(layout),
            format_func=KINDS.__getitem__,
            key=f"{key}_kind",
        )
    mapper = first if layout == first.proposal.layout else make(layout)
    as_read(mapper, name)
    choices = editor(mapper, f"{key}_{layout}")
    typed(frame, mapper, choices, name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Remember it as",
            value=name.rsplit("/", 1)[-1].rsplit(".", 1)[0][:60],
            key=f"{key}_name",
            help="The next file with these headers is read by itself. Leave it empty to map this file alone.",
            width=280,
        )
        if st.button("Use these columns", type="primary", key=f"{key}_use", icon=":material/check:"):
            if wanted.strip():
                st.session_state.setdefault("import_learn", {})[name] = (wanted.strip(), mapper, choices)
            use(layout, mapper.chosen(choices), mapper)
            st.rerun()


def as_read(mapper: Any, name: str) -> None:
    """The first rows, before anything is made of them."""
    headers = [column.header for column in mapper.proposal.columns]
    rows = [[cell or "" for cell in row[: len(headers)]] for row in mapper.head()]
    st.caption(f"The first rows of {plain(name)} as read; headers in row {mapper.proposal.header_row}.")
    named = [header or f"column {i + 1}" for i, header in enumerate(headers)]
    shown = pd.DataFrame([row + [""] * (len(headers) - len(row)) for row in rows], columns=named)
    st.dataframe(shown, hide_index=True, alt=f"The first rows of {name} as read")


def editor(mapper: Any, key: str) -> dict[str, str]:
    """The grid of columns; returns their header → our column, "" = leave out."""
    columns = [column for column in mapper.proposal.columns if column.header]
    table = pd.DataFrame(
        {
            THEIRS: [column.header for column in columns],
            READ_AS: [column.target or LEAVE_OUT for column in columns],
            CELLS: [" · ".join(column.cells) for column in columns],
            WHY: [column.reason for column in columns],
        }
    )
    chosen = st.data_editor(
        table,
        hide_index=True,
        key=f"{key}_grid",
        disabled=[THEIRS, CELLS, WHY],
        column_config={
            READ_AS: st.column_config.SelectboxColumn(
                options=[LEAVE_OUT, *mapper.proposal.targets], required=True, format_func=in_words
            ),
            WHY: st.column_config.TextColumn(width="large"),
        },
    )
    return {
        theirs: "" if ours == LEAVE_OUT else ours for theirs, ours in zip(chosen[THEIRS], chosen[READ_AS], strict=True)
    }


def in_words(column: str) -> str:
    return COLUMNS.get(column, column.replace("_", " "))


def typed(frame: Frame, mapper: Any, choices: dict[str, str], name: str) -> None:
    """What the choice makes of the first rows, typed, and how many rows would fail."""
    try:
        made = mapper.typed(choices)
    except NetEffectError as error:
        st.error(plain(error), icon=":material/error:")
        return
    fine = made.rows_read - made.rows_failed
    st.markdown(
        f"**As it would load**: {formats.number(fine, frame.locale)} of "
        f"{formats.count(made.rows_read, 'row', frame.locale)}"
    )
    for question in made.questions:
        st.caption(f":material/help: {plain(question.text)} It is asked in the next step.")
    for table, rows in made.frames.items():
        if len(rows) and not made.questions:
            st.dataframe(
                rows.rename(columns=in_words), hide_index=True, alt=f"The first {table} of {name} as they would load"
            )
    for reject in made.failed[:3]:
        st.caption(f":material/block: Row {reject.row_no}, {plain(str(reject.column))}: {plain(reject.reason)}")
