"""The log as a grid: the latest referrals to correct, contacts and assessments to take out, one Save for all of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

import formats
from pages._saving import save
from pages._shell import Frame
from service import entries

LATEST = 100
OUT = "Delete"
ANSWERS = {True: "yes", False: "no"}
# Our field → its heading, and its words where a list of words stands there.
FIELDS: dict[str, tuple[str, dict[Any, str] | None]] = {
    "given_on": ("Given on", None),
    "source": ("From", None),
    "receiver": ("To", None),
    "receiver_present": ("Receiver there", ANSWERS),
    "asked": ("Asked for", ANSWERS),
    "prospect": ("Prospect", None),
    "source_kind": ("The giver is", dict(entries.KINDS)),
    "status": ("Status", dict(entries.STATUSES)),
    "closed_on": ("Closed on", None),
    "amount": ("Amount", None),
    "currency": ("Currency", None),
}
_DAYS = ("given_on", "closed_on")


def grid(frame: Frame) -> None:
    """The latest referrals, every cell to be changed; below them what else was entered here."""
    if frame.session.is_empty:
        st.markdown("There is nothing to correct yet.")
        return
    fixed, looks = frame.session.is_sample, not frame.session.may("editor")
    known = entries.latest(frame.session, LATEST)
    shown = words(known)
    if looks:
        st.dataframe(shown.drop(columns=OUT), hide_index=True, alt="The newest referrals", column_config=_columns())
        return
    st.markdown(
        f"The newest {formats.count(len(known), 'referral', frame.locale)}. Change any cell; undo, on the Data "
        "page, brings back what stood there."
    )
    edited = st.data_editor(
        shown, hide_index=True, key=f"latest_{frame.session.version}", disabled=fixed, column_config=_columns(),
        alt="The newest referrals", placeholder="",
    )  # fmt: skip
    corrections, gone = changes(known.referral_id, shown, edited)
    gone += _others(frame, fixed=fixed)
    many = len(corrections) + len(gone)
    if st.button(
        f"Save {formats.count(many, 'change', frame.locale)}", type="primary", key="save_log", icon=":material/save:",
        disabled=fixed or not many,
    ):  # fmt: skip
        save(lambda: entries.correct(frame.session, corrections, gone), "Saved.")


def words(known: pd.DataFrame) -> pd.DataFrame:
    """The referrals as the grid shows them."""
    table = pd.DataFrame({OUT: [False] * len(known)})
    for field, (heading, list_) in FIELDS.items():
        column = known[field]
        if field in _DAYS:
            table[heading] = [None if pd.isna(day) else day.date() for day in column]
        elif field == "amount":
            table[heading] = column
        else:
            said = [None if pd.isna(value) else value for value in column]
            table[heading] = pd.Series([said if list_ is None else list_.get(said) for said in said], dtype="object")
    return table


def changes(
    ids: pd.Series, before: pd.DataFrame, after: pd.DataFrame
) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
    """What was changed, as (id, fields) and the ids to delete; a row to delete is not corrected first."""
    corrections: list[tuple[str, dict[str, Any]]] = []
    gone: list[str] = []
    for place, row_id in enumerate(ids):
        if bool(after[OUT].iloc[place]):
            gone.append(str(row_id))
            continue
        fields = {}
        for field, (heading, list_) in FIELDS.items():
            was, now = _value(before[heading].iloc[place]), _value(after[heading].iloc[place])
            if was != now:
                back = {word: value for value, word in (list_ or {}).items()}
                fields[field] = back[now] if list_ is not None and now is not None else now
        if fields:
            corrections.append((str(row_id), fields))
    return corrections, gone


def _value(cell: Any) -> Any:
    """A cell as it is compared: empty is None, a day is a day."""
    if cell is None or formats.missing(cell) or cell == "":
        return None
    return cell.date() if isinstance(cell, pd.Timestamp) else cell


def _columns() -> dict[str, Any]:
    """How each column is edited."""
    columns: dict[str, Any] = {OUT: st.column_config.CheckboxColumn(width="small")}
    for field, (heading, list_) in FIELDS.items():
        if field in _DAYS:
            columns[heading] = st.column_config.DateColumn(format="YYYY-MM-DD")
        elif field == "amount":
            columns[heading] = st.column_config.NumberColumn(min_value=0, format="localized")
        elif list_ is not None:
            columns[heading] = st.column_config.SelectboxColumn(options=list(list_.values()))
        elif field == "currency":
            columns[heading] = st.column_config.SelectboxColumn(options=list(entries.CURRENCIES))
    return columns


def _others(frame: Frame, *, fixed: bool) -> list[str]:
    """Contacts and assessments entered here: the ids of those that are ticked for deletion."""
    known = entries.entered(frame.session, LATEST)
    if known.empty:
        return []
    st.markdown("Contacts and assessments that were entered here.")
    named = entries.CONTACTS | {"assessment": "Assessment"}
    shown = pd.DataFrame(
        {
            OUT: [False] * len(known),
            "Day": known.day.dt.date,
            "What": known.kind.map(named),
            "From": known.one,
            "With": known.other,
            "What for": known.said,
        }
    )
    edited = st.data_editor(
        shown, hide_index=True, key=f"entered_{frame.session.version}",
        disabled=True if fixed else [c for c in shown if c != OUT], alt="Contacts and assessments entered here",
        placeholder="",
    )  # fmt: skip
    return known.row_id[edited[OUT].astype(bool)].tolist()
