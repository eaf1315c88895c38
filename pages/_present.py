"""A story composed, and shown full screen. Which story, and which slide, stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from charts import large, words
from charts.wording.themes import THEMES
from formats import plain
from pages import _present_keys
from pages._cards import PLOTLY
from pages._shell import Frame
from report import story as stories
from report.content import ITEMS
from report.model import Section
from report.story import Item, Slide, Story

STORY, SLIDE = "story", "slide"
MADE = "present_slides"  # the slides of one visitor's story, as long as nothing about it changes
PAGES = {"overview": "The overview", "chapter": "The chapter, every card", "chapter:never_met": "Who never met",
         "agenda": "Ten minutes: what to decide"}  # fmt: skip
COLOURS = {shown.word: shown.colour for shown in words.VERDICTS.values()}
ICONS = {shown.word: shown.icon for shown in words.VERDICTS.values()}


def chosen(frame: Frame) -> Story:
    """The story that the address names, the usual one without."""
    return stories.get(frame.session, frame.scope, st.query_params.get(STORY))


def asked() -> int | None:
    """The slide that the address names, from 1; None where none is shown."""
    text = st.query_params.get(SLIDE, "")
    return int(text) if text.isdecimal() and len(text) < 5 else None


def _go(slide: int | None) -> None:
    if slide is None:
        st.query_params.pop(SLIDE, None)
    else:
        st.query_params[SLIDE] = str(slide)


def _slides(frame: Frame, story: Story) -> list[Slide]:
    key = (frame.session.workspace.path, frame.session.version, frame.session.masked, frame.session.viewer,
           frame.session.method(), frame.scope, story, frame.look.name, frame.locale)  # fmt: skip
    kept = st.session_state.get(MADE)
    if kept is None or kept[0] != key:
        kept = (key, stories.slides(frame.session, frame.scope, story, frame.look, frame.locale))
        st.session_state[MADE] = kept
    return kept[1]


# --- shown ---------------------------------------------------------------------------------------------------------

# The slide lies over the page; what is under it is taken away, so that neither the Tab key nor a reader finds it.
COVER = """<style>
.st-key-slide { position: fixed; inset: 0; z-index: 2147483000; overflow: auto; padding: 3.2vh 4.5vw 2vh;
  background: GROUND; display: flex; flex-direction: column; gap: 1.2vh; }
.st-key-slide h1 { font-size: clamp(1.7rem, 3.9vw, 3.9rem); line-height: 1.12; padding: 0; text-wrap: balance; }
.st-key-slide_words p, .st-key-slide_words li { font-size: clamp(1.05rem, 1.75vw, 1.7rem); line-height: 1.4; }
.st-key-slide > :has(> .st-key-slide_foot) { margin-top: auto; }
.st-key-bar, .st-key-chips { display: none; }
</style>"""


def show(frame: Frame, story: Story, at: int) -> None:
    """One finding over the whole window."""
    with st.container(key="slide"):
        st.html(COVER.replace("GROUND", frame.look.ground))
        with st.spinner("Making the slides …"):
            slides = _slides(frame, story)
        at = max(1, min(at, len(slides))) if slides else 0
        _present_keys.listen(at, len(slides), _go)
        if not slides:
            st.title("This story has no slide yet", anchor=False)
        else:
            _slide(slides[at - 1].section)
        _foot(frame, slides, at)


def _slide(section: Section) -> None:
    if section.badge:
        _badge(section.badge)
    st.title(plain(section.heading), anchor=False)
    if section.own:
        st.markdown(f"**{plain(section.title)}**")
    drawing = next(iter(section.drawings), None)
    if drawing is not None:
        shown = large.large(drawing)
        st.plotly_chart(shown.figure, theme=None, key="slide_chart", config={**PLOTLY, "displayModeBar": False},
                        alt=drawing.sentence)  # fmt: skip
    with st.container(key="slide_words"):
        if section.note:
            st.markdown("  \n".join(plain(line) for line in section.note.splitlines()))
        _lines(section.lines, short=drawing is not None)
        if drawing is None and section.tables:
            st.dataframe(section.tables[0].frame, hide_index=True, alt=section.tables[0].title)


def _badge(badge: str) -> None:
    word = badge.partition(" · ")[0]
    st.badge(badge, icon=ICONS.get(word), color=COLOURS.get(word, "gray"))  # type: ignore[arg-type]


def _lines(lines: Sequence[str], *, short: bool) -> None:
    """Beside a chart only what qualifies the sentence: the interval with its n, and one caveat."""
    for line in lines[: 2 if short else None]:
        st.markdown(plain(line))


def _foot(frame: Frame, slides: Sequence[Slide], at: int) -> None:
    """Where one is, what it rests on, and the way on for a mouse or a finger."""
    with st.container(key="slide_foot"):
        about, turn = st.columns([3, 2], vertical_alignment="center")
        masked = " · names masked" if frame.session.masked else ""
        source = slides[at - 1].section.footer if slides else ""
        said = " · ".join(part for part in (frame.session.subtitle(frame.scope), source) if part)
        about.caption(plain(f"{at} of {len(slides)} · {said}{masked}"))
        with turn, st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Back", icon=":material/arrow_back:", key="slide_previous", disabled=at <= 1,
                      on_click=_go, args=(at - 1,))  # fmt: skip
            st.button("Next", icon=":material/arrow_forward:", key="slide_next", disabled=at >= len(slides),
                      on_click=_go, args=(at + 1,))  # fmt: skip
            st.button("Leave", icon=":material/close:", key="slide_leave", on_click=_go, args=(None,))


# --- composed ------------------------------------------------------------------------------------------------------


def compose(frame: Frame, story: Story) -> None:
    """The list of what is shown, in order, and the way to show it."""
    mine = story.key != stories.USUAL
    own = mine and not frame.session.masked
    st.title(plain(story.title if own or not mine else "A story of your own"), anchor=False)
    st.markdown("One finding a slide, its sentence as the title. Arrow keys, Space and a clicker turn the slides, "
                "Esc leaves, F fills the screen. The address of a slide opens it again.")  # fmt: skip
    _menu(frame, story)
    may = stories.may_change(frame.session)
    if mine and not own:
        st.info("Your own titles and notes are hidden while names are masked: they may name somebody.",
                icon=":material/visibility_off:")  # fmt: skip
    labels = choices(frame)
    for place, item in enumerate(story.items):
        _row(frame, story, place, item, labels, may=mine and may)
    if not story.items:
        st.info("Nothing is in this story yet. Add findings, pages or members below.", icon=":material/playlist_add:")
    if may:
        _more(frame, story, labels, mine=mine)


def _menu(frame: Frame, story: Story) -> None:
    known = {stories.USUAL: "The usual story", **{s.key: s.title for s in stories.kept(frame.session)}}
    if frame.session.masked:
        known = {key: f"Story {nth}" if nth else title for nth, (key, title) in enumerate(known.items())}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Present", type="primary", icon=":material/slideshow:", key="present", on_click=_go, args=(1,),
                  disabled=not story.items)  # fmt: skip
        st.page_link("reports.py", label="Take it along", icon=":material/download:", query_params={STORY: story.key},
                     disabled=not story.items)  # fmt: skip
        if len(known) > 1:
            st.session_state["story_menu"] = story.key
            st.selectbox("Story", list(known), key="story_menu", format_func=known.__getitem__, width=300,
                         on_change=_chosen)  # fmt: skip


def _chosen() -> None:
    _named(st.session_state["story_menu"])


def _named(key: str) -> None:
    if key == stories.USUAL:
        st.query_params.pop(STORY, None)
    else:
        st.query_params[STORY] = key


def choices(frame: Frame) -> dict[str, str]:
    """Everything that can be an item, with its words."""
    session, scope = frame.session, frame.scope
    dated = not session.overview(scope).empty
    said = dict(PAGES) if dated else {what: text for what, text in PAGES.items() if what != "overview"}
    said |= {kind: kind.capitalize() for kind in ITEMS if kind not in {*said, "claim", "member", "overview"}}
    if dated:
        results = {r.claim: r for r in session.results(scope)}
        order = [claim for theme in THEMES for claim in theme.claims if claim in results]
        said |= {f"claim:{claim}": words.headline(results[claim], frame.locale) for claim in order}
    people = sorted(session.chapter(scope).names.items(), key=lambda pair: (pair[1], pair[0]))
    return said | {f"member:{person}": f"Member: {name}" for person, name in people}


def _row(frame: Frame, story: Story, place: int, item: Item, labels: dict[str, str], *, may: bool) -> None:
    """One item: its number, its sentence, up and down, its own words."""
    shown = Item(item.what) if frame.session.masked else item
    with (
        st.container(border=True, key=f"item_{place}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.markdown(f"**{place + 1}.** {plain(shown.title or labels.get(item.what, 'This is not here any more'))}",
                    width="stretch")  # fmt: skip
        if not may:
            return
        change = partial(_changed, frame)
        st.button("Up", icon=":material/arrow_upward:", key=f"up_{place}", disabled=place == 0,
                  on_click=change, args=(stories.moved(story, place, -1),))  # fmt: skip
        st.button("Down", icon=":material/arrow_downward:", key=f"down_{place}",
                  disabled=place == len(story.items) - 1,
                  on_click=change, args=(stories.moved(story, place, 1),))  # fmt: skip
        with st.popover("Title and note", icon=":material/edit_note:", key=f"words_{place}"):
            _words(frame, story, place, item, labels)
        st.button("Remove", icon=":material/close:", key=f"remove_{place}", on_click=change,
                  args=(stories.without(story, place),))  # fmt: skip


def _words(frame: Frame, story: Story, place: int, item: Item, labels: dict[str, str]) -> None:
    with st.form(f"own_{story.key}_{place}", border=False):
        title = st.text_input(
            "Title",
            item.title,
            max_chars=stories.LONGEST_TITLE,
            placeholder=labels.get(item.what, ""),
            key=f"title_{story.key}_{place}_{item.what}",
        )
        note = st.text_area("Note, shown on the slide", item.note, max_chars=stories.LONGEST_NOTE,
                            key=f"note_{story.key}_{place}_{item.what}")  # fmt: skip
        if st.form_submit_button("Save", type="primary"):
            _changed(frame, stories.worded(story, place, title, note))
            st.rerun()


def _changed(frame: Frame, story: Story) -> None:
    stories.save(frame.session, story)
    _named(story.key)


def _more(frame: Frame, story: Story, labels: dict[str, str], *, mine: bool) -> None:
    """What changes the story as a whole."""
    if not mine:
        st.button("Make it my own", icon=":material/content_copy:", key="copy_story", on_click=_changed,
                  args=(frame, stories.copied(story, "My story")),
                  help="A copy that you can put in order, shorten and title.")  # fmt: skip
        return
    with st.form("add_item", border=False, clear_on_submit=True):
        what = st.selectbox("Add a finding, a page or a member", list(labels), index=None, key="add_what",
                            format_func=lambda key: labels.get(key, key), placeholder="Choose …")  # fmt: skip
        if st.form_submit_button("Add", icon=":material/add:") and what:
            _changed(frame, stories.added(story, what))
            st.rerun()
    with st.expander("Name and place of this story", icon=":material/edit:"):
        with st.form("rename_story", border=False):
            title = st.text_input("Name", story.title, max_chars=stories.LONGEST_TITLE, key=f"name_{story.key}")
            if st.form_submit_button("Save"):
                _changed(frame, stories.renamed(story, title))
                st.rerun()
        place = f"{stories.FOLDER}/{story.key}.toml"
        st.caption(plain(f"Kept in the workspace’s folder as {place}; whoever may open all of the workspace sees it. "
                         "Members stand in it by number. Names that you write into titles and notes are yours to "
                         "take out."))  # fmt: skip
        st.button("Delete this story", icon=":material/delete:", key="delete_story", on_click=_deleted,
                  args=(frame, story))  # fmt: skip


def _deleted(frame: Frame, story: Story) -> None:
    stories.forget(frame.session, story)
    _named(stories.USUAL)
