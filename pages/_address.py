"""What of the address (URL) is ids: groups, one receiver, filters, and whether names are masked.

A widget that Streamlit binds to the URL writes its label there, and a label may be a person's name. These write ids
instead, and each change is one step for the browser's Back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

PERSONS = ("receiver", "filter", "member")  # that hold persons' ids
CARRIED = ("group", "receiver", "filter", "mask", "member")
_KEPT, _PAGE = "address_kept", "address_page"


def restore(page: str) -> None:
    """Carry the ids to another page: Streamlit drops what is not a widget's when the reader opens one.

    Not when the reader went Back or followed a link with ids of its own: then the address is what is asked for.
    """
    moved = st.session_state.get(_PAGE) not in (None, page)
    back = getattr(get_script_run_ctx(), "is_history_navigation", False)
    named = any(name in st.query_params for name in CARRIED)
    if moved and not back and not named:
        st.query_params.update(st.session_state.get(_KEPT, {}))  # at once: each message is a step for Back
    st.session_state[_PAGE] = page
    st.session_state[_KEPT] = {name: values_of(name) for name in CARRIED if values_of(name)}


def values_of(name: str) -> list[str]:
    return list(dict.fromkeys(st.query_params.get_all(name)))


def value_of(name: str) -> str | None:
    return next(iter(values_of(name)), None)


def put(name: str, values: Sequence[str]) -> None:
    """Write a parameter, or take it away; and what is carried to the next page with it."""
    if values:
        st.query_params[name] = list(values)
    elif name in st.query_params:
        del st.query_params[name]
    kept = {**st.session_state.get(_KEPT, {}), name: list(values)}
    st.session_state[_KEPT] = {key: had for key, had in kept.items() if had}


def follow(name: str, key: str, usual: Any = None) -> None:
    """As a widget's on_change: what was chosen goes to the address."""
    chosen = st.session_state[key]
    chosen = chosen if isinstance(chosen, list) else [chosen]
    put(name, [str(value) for value in chosen if value not in (None, usual)])
