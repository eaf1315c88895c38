"""The board of findings: compact cards by theme, one of them opened, and what the board cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from analysis import groups
from analysis.result import Result
from charts import findings, words
from charts.wording.themes import NOT_BUILT, THEMES, UNTESTABLE, Theme
from formats import plain
from pages import _cards, _contrasts, _sensitivity
from pages._shell import Frame

__all__ = ["THEMES", "board", "choose", "one", "opened", "untold"]

CLAIM = "claim"  # the opened card, in the URL
ABREAST = 3
ALL = "all"


def opened(results: Sequence[Result]) -> Result | None:
    """The claim that the link names, if there is one of that name."""
    wanted = st.query_params.get(CLAIM)
    return next((result for result in results if result.claim == wanted), None)


def choose(results: Sequence[Result]) -> list[Result]:
    """All cards, or those of one verdict."""
    given = {result.verdict for result in results}
    kinds = [verdict for verdict in words.VERDICTS if verdict in given]
    chosen = st.radio(
        "Show",
        [ALL, *kinds],
        key="verdict",
        bind="query-params",
        horizontal=True,
        label_visibility="collapsed",
        # A link carries the label: nothing in it may change.
        format_func=lambda kind: "All" if kind == ALL else words.VERDICTS[kind].word,
    )
    return findings.in_order([result for result in results if chosen in (ALL, result.verdict)])


def board(frame: Frame, theme: Theme, results: Sequence[Result]) -> None:
    """A theme's cards, three abreast; a theme without cards is left out."""
    if not results:
        return
    st.subheader(theme.title, anchor=theme.key, help=theme.asks)
    for start in range(0, len(results), ABREAST):
        for column, result in zip(st.columns(ABREAST), results[start : start + ABREAST], strict=False):
            with column:
                compact(frame, result)


def compact(frame: Frame, result: Result) -> None:
    """A card of the board; the rest is one click away."""
    _cards.brief(frame, result, leave=lambda: opener(result))


def opener(result: Result) -> None:
    if st.button("Open", key=f"open_{result.claim}", icon=":material/open_in_full:", type="tertiary"):
        st.query_params[CLAIM] = result.claim
        st.rerun()


def one(frame: Frame, result: Result, results: Sequence[Result]) -> None:
    """One claim with its charts, its sensitivity, its members and rows, and the way back."""
    theme = next(theme for theme in THEMES if result.claim in theme.claims)
    if st.button("All findings", icon=":material/arrow_back:", key="all_findings", type="tertiary"):
        del st.query_params[CLAIM]
        st.rerun()
    st.title(theme.title, anchor=False)
    st.markdown(plain(theme.asks))
    draw = partial(findings.drawn, of=frame.look, locale=frame.locale, results=results)
    _cards.claim(frame, result, draw, clicks=False)
    if result.claim in groups.COMPARED and words.deciding(result) is not None:
        _contrasts.by_group(frame, [result.claim])
    _sensitivity.box(frame, result)


def untold() -> None:
    """What no log can test, and which claims are still on paper: listed, not hidden."""
    with st.expander("What no referral log can tell", icon=":material/visibility_off:"):
        st.markdown("\n".join(f"- {line}" for line in UNTESTABLE))
    with st.expander("Not built yet", icon=":material/construction:"):
        for theme in THEMES:
            st.markdown(f"**{theme.title}**")
            st.markdown("\n".join(f"- {line}" for line in NOT_BUILT[theme.key]))
