"""Reports: choose a format, have it made beside the page, take it along."""

from __future__ import annotations

import streamlit as st

import formats
from charts.wording.themes import THEMES
from errors import NetEffectError
from formats import plain
from pages import _address
from pages._shell import Frame
from report import build, job, pdf
from report import story as stories
from report.kinds import KINDS

JOB = "report_job"  # one a visitor
STORY = "story"  # in the address: a key of PARTS, or of a story
PARTS = {"all": "The overview, all findings, the chapter", "findings": "Findings only", "chapter": "The chapter only"}


def reports(frame: Frame) -> None:
    """The choice, and what is under way or done."""
    with st.container(border=True, key="report"):
        st.subheader("A report to take along", anchor="report")
        kind = st.radio("Format", list(KINDS), list(KINDS).index("html"), key="format", bind="query-params",
                        horizontal=True, format_func=lambda k: KINDS[k].title)  # fmt: skip
        story = chosen(frame)
        st.markdown(plain(KINDS[kind].use))
        st.caption(plain(f"About: {frame.session.subtitle(frame.scope)}. {_names(frame)}"))
        without = kind == "pdf" and pdf.browser() is None
        if without:
            st.info("Printing needs Chromium, Chrome or Edge on the computer that runs this. Take the page instead, "
                    "and print it from your browser.", icon=":material/print:")  # fmt: skip
        making(frame, order(frame, kind, story), stopped=without)


def _names(frame: Frame) -> str:
    if frame.session.masked:
        return "Names are masked and amounts rounded."
    return "Names and amounts are in it: “Mask names” above takes them out."


def chosen(frame: Frame) -> str:
    """What goes in: a part of the pages, or a story as it was composed. The address holds the key alone."""
    known = {**PARTS, stories.USUAL: "The usual story, as it is presented", **_stories(frame)}
    wanted = _address.value_of(STORY)
    st.session_state["report_story"] = wanted if wanted in known else next(iter(known))
    return str(st.selectbox("What goes in", list(known), key="report_story", format_func=known.__getitem__, width=360,
                            on_change=_address.follow, args=(STORY, "report_story", next(iter(known)))))  # fmt: skip


def _stories(frame: Frame) -> dict[str, str]:
    """Stories by key; by number where names are masked, since a title may name somebody."""
    kept = stories.kept(frame.session)
    return {one.key: f"Story {nth}" if frame.session.masked else f"Story: {one.title}"
            for nth, one in enumerate(kept, 1)}  # fmt: skip


def order(frame: Frame, kind: str, story: str) -> build.Order:
    """What a choice stands for."""
    if story in PARTS:
        return build.Order(kind, frame.scope, items(story), locale=frame.locale)
    told = stories.get(frame.session, frame.scope, story)
    return build.Order(kind, frame.scope, story=told, locale=frame.locale)


def items(part: str) -> tuple[str, ...] | None:
    """What one of PARTS stands for, as report.content knows it."""
    if part == "findings":
        return tuple(f"claim:{claim}" for theme in THEMES for claim in theme.claims)
    return ("chapter",) if part == "chapter" else None


def making(frame: Frame, order: build.Order, *, stopped: bool) -> None:
    """The button, or the work's state; the page itself never waits for it."""
    current: job.Job | None = st.session_state.get(JOB)
    if current is not None and not current.of(frame.session):  # somebody else, or another workspace, by now
        current.cancel()
        current = None
    if current is None or current.done:
        ready = current is not None and current.made is not None
        if ready:
            finished(current)
        if st.button("Make another" if ready else "Make it", type="secondary" if ready else "primary",
                     icon=":material/description:", key="make", disabled=stopped):  # fmt: skip
            try:
                st.session_state[JOB] = job.start(frame.session, order)
            except NetEffectError as error:
                st.error(plain(str(error)))
            st.rerun()
        if current is not None and not ready:
            st.warning(plain(current.failed), icon=":material/info:")
        return
    under_way(current)


@st.fragment(run_every=0.7)
def under_way(current: job.Job) -> None:
    """Redraws by itself until the work ends."""
    if current.done:
        st.rerun(scope="app")
    st.progress(min(1.0, current.part), text=plain(f"{KINDS[current.kind].title}: {current.what}"))
    if st.button("Cancel", icon=":material/close:", key="cancel"):
        current.cancel()


def finished(current: job.Job) -> None:
    """What was made, to be taken along."""
    made = current.made or b""
    st.download_button(
        f"Download {KINDS[current.kind].title}",
        data=made,
        type="primary",
        file_name=current.name,
        mime=KINDS[current.kind].mime,
        icon=":material/download:",
        key="download",
        on_click="ignore",
    )
    masked = " Names are masked in it." if "-masked" in current.name else ""
    st.caption(plain(f"{current.name}, {formats.number(len(made) / 1024)} kB.{masked}"))
