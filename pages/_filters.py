"""A click on a mark narrows the page; what it narrows to stands as a chip that takes it back.

A chart's marks carry `customdata` "field:value" (fields of analysis.scope.FILTERS), or two of them with "|" between;
rows of a table have the same. A mark whose field is in OPENS opens that person instead. The chips are the same for all
pages, are part of the address, and never narrow a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import streamlit as st

import formats
import service
from analysis.scope import FILTERS, UNKNOWN, Filter, Scope
from formats import plain
from pages import _address

OPENS = ("member", "with")  # parameters of the address: whom a page is about
KINDS = {"customer": "customers", "member": "fellow members", "partner": "professional partners",
         "personal": "friends and family", "inbound": "nobody: the business came by itself"}  # fmt: skip
_FOLLOWED = "row_followed"
LABELS = {"source": "From", "receiver": "To", "kind": "From", "room": "", "tier": "Tier", "status": "", "month": ""}


def read() -> tuple[Filter, ...]:
    """The filters of the address, in one order, without those of unknown fields."""
    pairs = (text.partition(":") for text in _address.values_of("filter"))
    return tuple(sorted({(field, value) for field, _, value in pairs if field in FILTERS and value}))


def add(field: str, value: str) -> None:
    _write({*read(), (field, value)})


def remove(field: str, value: str) -> None:
    _write(set(read()) - {(field, value)})


def toggle(field: str, value: str) -> None:
    """What a click on a mark does: narrow to it, or take the narrowing back."""
    (remove if (field, value) in read() else add)(field, value)


def _write(filters: Iterable[Filter]) -> None:
    _address.put("filter", [f"{field}:{value}" for field, value in sorted(filters)])


def clicked(key: str) -> None:
    """As a chart's on_select: the mark that was clicked."""
    for point in _selection(key).get("points", [])[:1]:
        data = point.get("customdata")
        follow(str(data[0] if isinstance(data, list | tuple) and data else data or ""))


def row_clicked(key: str, marks: Sequence[str]) -> None:
    """As a table's on_select: the mark of the row that was chosen, or taken back."""
    st.session_state[_FOLLOWED] = True
    rows = _selection(key).get("rows", [])
    for row in rows[:1]:
        follow(marks[row])
    if not rows:
        _write(set(read()) - {(field, value) for mark in marks for field, value in _named(mark)})


def followed() -> bool:
    """Whether a row was chosen since this was last asked: a fragment must then run the whole page."""
    return bool(st.session_state.pop(_FOLLOWED, False))


def _selection(key: str) -> Any:
    state: Any = st.session_state.get(key) or {}
    return state.get("selection") or {}


def follow(mark: str) -> None:
    """Narrow to what a mark stands for, or take that back; or open whom it names."""
    named = _named(mark)
    for field, value in named:
        if field in OPENS:
            _address.put(field, [value])
    wanted = {(field, value) for field, value in named if field in FILTERS}
    if len(wanted) > 1:  # a cell stands for two: in place of what their fields had
        fields = {field for field, _ in wanted}
        there = {one for one in read() if one[0] in fields}
        _write((set(read()) - there) | (set() if wanted == there else wanted))
    for field, value in wanted if len(wanted) == 1 else ():
        toggle(field, value)


def _named(mark: str) -> list[Filter]:
    return [(field, value) for field, _, value in (part.partition(":") for part in mark.split("|")) if value]


def chips(session: service.Session, scope: Scope, locale: str) -> None:
    """Under the scope bar: each filter in words, a click takes it back."""
    filters = scope.filters
    if not filters:
        return
    names = session.names(scope.groups)
    with st.container(horizontal=True, vertical_alignment="center", key="chips"):
        st.caption("Only")
        for field, value in filters:
            st.button(
                plain(in_words(field, value, names, locale)),
                icon=":material/close:",
                key=f"chip_{field}_{value}",
                help="Take this filter away",
                on_click=remove,
                args=(field, value),
            )
        if len(filters) > 1:
            st.button("Clear all", key="chips_clear", type="tertiary", on_click=_write, args=((),))
        st.caption("Figures are narrowed to this; verdicts are always about the whole log.")


def in_words(field: str, value: str, names: dict[str, str], locale: str) -> str:
    """ "From Ann Ash", "Linear", "Mar 2026"."""
    if value == UNKNOWN:
        text = "not recorded"
        return f"{LABELS[field] or field.capitalize()} {text}"
    if field in ("source", "receiver"):
        text = names.get(value, "somebody unknown")
    elif field == "kind":
        text = KINDS.get(value, value)
    elif field == "month":
        text = _month(value, locale)
    else:
        text = value
    text = f"{LABELS[field]} {text}".strip()
    return text[:1].upper() + text[1:]


def _month(value: str, locale: str) -> str:
    try:
        return formats.month(date.fromisoformat(f"{value}-01"), locale)
    except ValueError:
        return value
