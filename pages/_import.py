"""Import with a look beforehand: what was recognised, what must be asked, every row that will not load."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

import formats
import service
from errors import NetEffectError
from formats import plain
from pages import _mapping, _periods
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
CHOICES = {
    "dmy": "day first: 31/12/2026",
    "mdy": "month first: 12/31/2026",
    "ymd": "year first: 2026/12/31",
    "referral_log": "a referral log: one row a referral",
    "member_list": "a member list: one row a membership",
    ".": "a point: 1,234.50",
    ",": "a comma: 1.234,50",
}
SKIP = _mapping.LEAVE_OUT
COLUMN = "column:"  # marks the answer that says what one of their columns is
FEW = 4  # choices that are all shown; more go into a menu


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
    ask(preview.questions, [name for name, _ in files])
    for draft in preview.drafts:
        shown(frame, preview, draft)
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


def answered(file: str, question: str, key: str) -> None:
    """Keep an answer beyond its widget: the file is read again before the widget is drawn again."""
    if value := st.session_state.get(key):
        st.session_state["import_answers"][(file, question)] = value


def answer_to(file: str, question: str) -> dict[str, Any]:
    """What makes a widget an answer: its key, and that its value is kept."""
    key = f"answer_{st.session_state['import_run']}_{file}_{question}"
    return {"key": key, "on_change": answered, "args": (file, question, key)}


def ask(questions: Iterable[Any], files: Iterable[str]) -> None:
    """Each question as a widget; an answered one stays, so that the answer can be changed."""
    asked = st.session_state.setdefault("import_asked", {})
    asked.update({(question.file, question.id): question for question in questions})
    shown_here = [question for (file, _), question in asked.items() if file in {*files, ""}]
    if not shown_here:
        return
    with st.container(border=True, key="questions"):
        st.markdown("**Your file cannot say this; please do**")
        if periods := [question for question in shown_here if question.id == "period"]:
            _periods.grid(periods, st.session_state["import_run"])
        for question in (q for q in shown_here if q.id != "period"):
            label = plain(f"{question.file}: {question.text}" if question.file else question.text)
            how = answer_to(question.file, question.id)
            if not question.choices:
                st.text_input(label, **how)
            elif len(question.choices) <= FEW:
                st.radio(label, list(question.choices), index=None, format_func=said_as, **how)
            else:
                st.selectbox(
                    label,
                    list(question.choices),
                    index=None,
                    format_func=said_as,
                    accept_new_options=True,
                    placeholder="Choose, or type another",
                    width=320,
                    **how,
                )


def said_as(choice: str) -> str:
    return CHOICES.get(choice) or plain(choice)


def shown(frame: Frame, preview: service.Preview, draft: Any) -> None:
    """One recognised table: rows that will load, the columns as understood, the rows that will not load."""
    n, locale = sum(len(rows) for rows in draft.frames.values()), frame.locale
    with st.container(border=True):
        sheet = f" · sheet {draft.sheet}" if draft.sheet else ""
        st.markdown(f"**{plain(draft.name + sheet)}**, read as a {plain(service.title_of(draft.layout))}")
        will = ", ".join(
            formats.count(len(rows), NOUNS.get(table, "row"), locale) for table, rows in draft.frames.items()
        )
        with st.container(horizontal=True):
            st.badge(f"{plain(will)} will load", icon=":material/check:", color="green" if n else "gray")
            if draft.rejects:
                st.badge(
                    f"{formats.count(len({r.row_no for r in draft.rejects}), 'row', locale)} will not",
                    icon=":material/block:",
                    color="orange",
                )
        for note in draft.notes:
            st.caption(plain(note))
        if draft.rejects:
            st.dataframe(
                rejects(draft.name, draft.rejects),
                hide_index=True,
                alt=f"Rows of {draft.name} that will not load, with the reason",
            )
        columns(frame, preview, draft)


def columns(frame: Frame, preview: service.Preview, draft: Any) -> None:
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
            by_hand(frame, preview, draft.name)
            return
        st.dataframe(
            pd.DataFrame([{"Your column": theirs, "Read as": ours or SKIP} for theirs, ours in draft.mapping.items()]),
            hide_index=True,
            alt="Your columns and what they are read as",
        )


def rejects(name: str, rejected: Iterable[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"File": name, "Row": r.row_no, "Column": r.column, "Value": r.value, "Reason": r.reason} for r in rejected]
    )


def button(frame: Frame, preview: service.Preview) -> None:
    n = sum(len(rows) for draft in preview.drafts for rows in draft.frames.values())
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
        st.session_state.pop("import_preview", None)  # its files are gone: they are read again
        st.session_state["import_asked"].update({(q.file, q.id): q for q in still.questions})
        st.rerun()
    except NetEffectError as error:
        st.session_state.pop("import_preview", None)
        st.error(f"**{plain(error.title)}.** {plain(error)}", icon=":material/error:")
        return
    remember(frame)
    for key in ("import_preview", "import_asked", "import_answers", "import_learn"):
        st.session_state.pop(key, None)
    st.session_state["import_outcome"] = outcome
    st.session_state["import_run"] += 1
    st.rerun()


def remember(frame: Frame) -> None:
    """Keep the layouts that were named while mapping, now that their files are in."""
    for name, (wanted, mapper, choices) in st.session_state.get("import_learn", {}).items():
        answers = service.Answers(**given().get(name, {}))
        try:
            frame.session.learn(mapper.learned(wanted, mapper.chosen(choices), answers))
        except NetEffectError as error:
            st.toast(f"The columns of {plain(name)} are not remembered: {plain(error)}", icon=":material/warning:")


def said(outcome: Any, locale: str) -> None:
    """What the last import did."""
    if outcome is None:
        return
    lines = []
    for file in outcome.files:
        parts = [formats.count(n, NOUNS.get(t, "row"), locale) + " loaded" for t, n in file.loaded.items() if n]
        parts += [f"{formats.number(file.updated, locale)} updated"] if file.updated else []
        parts += [f"{formats.number(file.already_there, locale)} already there"] if file.already_there else []
        parts += [f"{formats.number(len(file.rejected), locale)} not loaded"] if file.rejected else []
        lines.append(f"- {plain(file.name)}: {', '.join(parts) or 'nothing new'}")
    lead = "Imported." if outcome.changed else "Nothing new: all of this was there already."
    st.success("\n".join([f"**{lead}**", *lines]), icon=":material/check_circle:")
