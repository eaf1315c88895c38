"""A Save: one change as one version, the page anew, and its answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from errors import NetEffectError
from formats import plain

STANDS = 15  # seconds


def save(work: Callable[[], Any], done: str) -> None:
    """Do the work and draw the page anew; what cannot be saved becomes a sentence, with nothing lost.

    work: what it returns may have notes, sentences to be said with `done`.
    """
    try:
        saved = work()
    except NetEffectError as error:
        st.error(f"**{plain(error.title)}.** {plain(error)}", icon=":material/error:")
        return
    # Said by the next run: what this one draws may be dropped before it is sent.
    st.session_state["saved"] = time.monotonic(), done, tuple(getattr(saved, "notes", ()))
    st.rerun()


def said() -> None:
    """What the last Save had to say, for some seconds: leaving a field may have the page drawn once more at once."""
    saved_at, done, notes = st.session_state.get("saved", (-STANDS, "", ()))
    if time.monotonic() - saved_at >= STANDS:
        return
    st.success(done, icon=":material/check_circle:")
    for note in notes:
        st.info(plain(note), icon=":material/info:")
