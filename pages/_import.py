"""Import with a look beforehand: what was recognised, what must be asked, every row that will not load."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

import formats
import service
from errors import NetEffectError
from formats import plain
from pages import _drafts, _mapping, _questions
from pages._shell import Frame

SKIP = _mapping.LEAVE_OUT
COLUMN = _questions.COLUMN


def importer(frame: Frame) -> None:
    """The whole way of a file: choose, answer, look, import."""
    run = st.session_state.setdefault("import_run", 0)  # a new key empties the uploader after an import
    uploads = st.file_uploader(
        "Exports as they come: logs, member lists, BNI Connect reports, all weeks at once, or a ZIP of them",
        accept_multiple_files=True,
        key=f"upload_{run}",
        help="CSV, XLSX, XLS, XLSB, ODS or ZIP, columns in any order. Files stay on this computer.",
    )
    said(st.session_state.get("import_outcome"), frame.locale)
    if not uploads:
        return
    files = [(upload.name, upload.getvalue()) for upload in uploads]
    try:
        preview = previewed(frame.session, files)
    except NetEffectError as error:
        st.error(f"**{plain(error.title)}.** {plain(error)}", icon=":material/error:")
        return
    for name, error in preview.errors:
        if name in preview.unknown:
            unknown(frame, preview, name)
        else:
            st.error(f"**{plain(name)}: {plain(error.title)}.** {plain(error)}", icon=":material/error:")
    layouts = {draft.name: draft.layout for draft in preview.drafts}
    _questions.ask(preview.questions, [name for name, _ in files], layouts)
    _drafts.drafts(frame, preview, lambda name: by_hand(frame, preview, name))
    button(frame, preview)


def unknown(frame: Frame, preview: service.Preview, name: str) -> None:
    """A file that no layout knows is mapped by hand."""
    with st.container(border=True, key=f"unknown_{name}"):
        st.markdown(f"**{plain(name)}** is no export that is known here. Say what its columns are.")
        by_hand(frame, preview, name)


def by_hand(frame: Frame, preview: service.Preview, name: str) -> None:
    """The mapping of one file; what is chosen becomes its answers."""

    def make(layout: str | None) -> Any:
        answers = dict(given().get(name, {}))
        return frame.session.mapper(
            preview, name, service.Answers(**(answers | ({"layout": layout} if layout else {})))
        )

    def use(layout: str, chosen: dict[str, str], _: Any) -> None:
        answers = st.session_state["import_answers"]
        for key in [key for key in answers if key[0] == name and key[1].startswith(COLUMN)]:
            del answers[key]
        answers[(name, "layout")] = layout
        answers.update({(name, COLUMN + theirs): ours or SKIP for theirs, ours in chosen.items()})

    _mapping.mapping(frame, name, make, use)


def previewed(session: service.Session, files: list[tuple[str, bytes]]) -> service.Preview:
    """The preview of these files under the present answers; read again only when one of them changes."""
    answers = given()
    key = (
        [(name, hash(content)) for name, content in files],
        repr(sorted(answers.items())),
        session.target.version,
    )
    kept = st.session_state.get("import_preview")
    if kept and kept[0] == key:
        return kept[1]
    before = kept[1] if kept else None
    with st.spinner("Reading …"):
        preview = session.preview(files, {name: service.Answers(**a) for name, a in answers.items()}, before)
    if before:
        before.drop()
    st.session_state["import_preview"] = (key, preview)
    return preview


def given() -> dict[str, dict[str, Any]]:
    """What was answered so far, by file, as the fields of an Answers."""
    answers: dict[str, dict[str, Any]] = {}
    for (file, question), value in st.session_state.setdefault("import_answers", {}).items():
        of = answers.setdefault(file, {})
        if question.startswith(COLUMN):
            of.setdefault("mapping", {})[question.removeprefix(COLUMN)] = "" if value == SKIP else value
        else:
            of[question] = value
    return answers


def button(frame: Frame, preview: service.Preview) -> None:
    n = sum(n for draft in preview.drafts for n in draft.frames.counts().values())
    strict = st.toggle("Refuse a file whole when one of its rows will not load", key="import_strict")
    ready = preview.ready and n > 0
    label = f"Import {formats.count(n, 'row', frame.locale)}" if n else "Import"
    if st.button(label, type="primary", disabled=not ready, icon=":material/upload:", key="import_now"):
        commit(frame, preview, strict)
    if not ready and preview.questions:
        st.caption("Answer the questions above first. Nothing is stored yet.")


def commit(frame: Frame, preview: service.Preview, strict: bool) -> None:
    try:
        with st.spinner("Importing …"):
            outcome = frame.session.commit(preview, strict=strict)
    except service.QuestionsOpen as still:
        keep_read(preview)
        st.session_state["import_asked"].update({_questions.about(q): q for q in still.questions})
        st.rerun()
    except NetEffectError as error:
        keep_read(preview)
        st.error(f"**{plain(error.title)}.** {plain(error)}", icon=":material/error:")
        return
    remember(frame)
    for key in ("import_preview", "import_asked", "import_answers", "import_learn", "look_at"):
        st.session_state.pop(key, None)
    st.session_state["import_outcome"] = outcome
    st.session_state["import_run"] += 1
    st.rerun()


def keep_read(preview: service.Preview) -> None:
    """After an import that failed the copies of the files are gone; what was read of them is not."""
    st.session_state["import_preview"] = (None, preview)


def remember(frame: Frame) -> None:
    """Keep the layouts that were named while mapping, now that their files are in."""
    for name, (wanted, mapper, choices) in st.session_state.get("import_learn", {}).items():
        answers = service.Answers(**given().get(name, {}))
        try:
            frame.session.learn(mapper.learned(wanted, {**mapper.chosen(choices), **answers.mapping}, answers))
        except NetEffectError as error:
            st.toast(f"The columns of {plain(name)} are not remembered: {plain(error)}", icon=":material/warning:")


def said(outcome: Any, locale: str) -> None:
    """What the last import did, file by file; of many files first what they brought together."""
    if outcome is None:
        return
    files = [(file.name, became(file, locale)) for file in outcome.files]
    lead = "Imported." if outcome.changed else "Nothing new: all of this was there already."
    if len(files) > _drafts.MANY:
        loaded: Counter[str] = Counter()
        for file in outcome.files:
            loaded.update(file.loaded)
        new = ", ".join(formats.count(n, _drafts.NOUNS.get(t, "row"), locale) for t, n in loaded.items() if n)
        lost = sum(len(file.rejected) for file in outcome.files)
        words = [f"{formats.count(len(files), 'file', locale)}: {new or 'no row is new'}"]
        words += [f"{formats.count(lost, 'row', locale)} not loaded"] if lost else []
        st.success(f"**{lead}** {', '.join(words)}.", icon=":material/check_circle:")
        st.dataframe(pd.DataFrame(files, columns=["File", "What became of it"]), hide_index=True,
                     alt="What became of each file")  # fmt: skip
    else:
        lines = [f"- {plain(name)}: {words}" for name, words in files]
        st.success("\n".join([f"**{lead}**", *lines]), icon=":material/check_circle:")
    if outcome.changed:
        with st.container(horizontal=True):
            st.page_link("overview.py", label="See the overview", icon=":material/arrow_forward:")
            st.page_link("chapter.py", label="See the chapter", icon=":material/arrow_forward:")


def became(file: Any, locale: str) -> str:
    """What became of one file's rows."""
    parts = [formats.count(n, _drafts.NOUNS.get(t, "row"), locale) + " loaded" for t, n in file.loaded.items() if n]
    parts += [f"{formats.number(file.updated, locale)} updated"] if file.updated else []
    parts += [f"{formats.number(file.already_there, locale)} already there"] if file.already_there else []
    parts += [f"{formats.number(len(file.rejected), locale)} not loaded"] if file.rejected else []
    return ", ".join(parts) or "nothing new"
