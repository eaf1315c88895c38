"""What was recognised, before anything is stored: file by file, or many files as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

import formats
import service
from formats import plain
from pages._mapping import LEAVE_OUT, in_words
from pages._shell import Frame

NOUNS = {
    "referrals": "referral",
    "members": "membership",
    "memberships": "membership",
    "thanks": "thank-you",
    "touches": "contact",
    "attendance": "attendance",
    "snapshots": "period total",
    "assessments": "assessment",
}
MANY = 6  # tables of files above which they stand in one table
ByHand = Callable[[str], None]  # draws the mapping of the file of that name


def drafts(frame: Frame, preview: service.Preview, by_hand: ByHand) -> None:
    """All that was recognised. Where there is much of it, in full only what will not load, and what is asked for."""
    found = preview.drafts
    if len(found) <= MANY:
        for draft in found:
            shown(frame, preview, draft, by_hand)
        return
    st.dataframe(
        summary(found, frame.locale),
        hide_index=True,
        alt="Each file: what it is read as, what will load and what will not, and what to know of it",
        column_config={"To know": st.column_config.TextColumn(width="large")},
    )
    for draft in (one for one in found if one.rejects):
        shown(frame, preview, draft, by_hand)
    titles = {title_of(found, draft): draft for draft in found if not draft.rejects}
    chosen = st.selectbox("Look at one of them", list(titles), index=None, placeholder="Choose a file", key="look_at")
    if chosen:
        shown(frame, preview, titles[chosen], by_hand)


def summary(found: Sequence[Any], locale: str) -> pd.DataFrame:
    """A row a file."""
    rows = [
        {
            "File": title_of(found, draft),
            "Read as": service.title_of(draft.layout),
            "Will load": will_load(draft, locale),
            "Will not": len({reject.row_no for reject in draft.rejects}),
            "To know": " ".join(draft.notes),
        }
        for draft in found
    ]
    return pd.DataFrame(rows)


def title_of(found: Sequence[Any], draft: Any) -> str:
    """The file's name, and the sheet's where it has several tables."""
    several = draft.sheet and sum(other.name == draft.name for other in found) > 1
    return f"{draft.name} · sheet {draft.sheet}" if several else draft.name


def will_load(draft: Any, locale: str) -> str:
    rows = [(n, NOUNS.get(table, "row")) for table, n in draft.frames.counts().items() if n]
    return ", ".join(formats.count(n, noun, locale) for n, noun in rows) or "nothing"


def shown(frame: Frame, preview: service.Preview, draft: Any, by_hand: ByHand) -> None:
    """One recognised table: rows that will load, the columns as understood, the rows that will not load."""
    n, locale = sum(draft.frames.counts().values()), frame.locale
    with st.container(border=True):
        title = plain(title_of(preview.drafts, draft))
        st.markdown(f"**{title}**, read as a {plain(service.title_of(draft.layout))}")
        with st.container(horizontal=True):
            st.badge(
                f"{plain(will_load(draft, locale))} will load", icon=":material/check:", color="green" if n else "gray"
            )
            if draft.rejects:
                st.badge(
                    f"{formats.count(len({r.row_no for r in draft.rejects}), 'row', locale)} will not",
                    icon=":material/block:",
                    color="orange",
                )
        if draft.notes:
            st.caption("  \n".join(plain(note) for note in draft.notes))
        if draft.rejects:
            st.dataframe(
                rejects(draft.name, draft.rejects),
                hide_index=True,
                alt=f"Rows of {draft.name} that will not load, with the reason",
            )
        columns(preview, draft, by_hand)


def columns(preview: service.Preview, draft: Any, by_hand: ByHand) -> None:
    """The mapping, and a way to correct it."""
    box = st.expander(
        f"Columns as understood ({len(draft.mapping)})",
        icon=":material/view_column:",
        key=f"columns_{draft.name}_{draft.sheet}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        if draft.name in preview.raws:
            by_hand(draft.name)
            return
        understood = [(theirs, in_words(ours) if ours else LEAVE_OUT) for theirs, ours in draft.mapping.items()]
        st.dataframe(
            pd.DataFrame(understood, columns=["Your column", "Read as"]),
            hide_index=True,
            alt="Your columns and what they are read as",
        )


def rejects(name: str, rejected: Iterable[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"File": name, "Row": r.row_no, "Column": r.column, "Value": r.value, "Reason": r.reason} for r in rejected]
    )
