"""What the files cannot say, asked: once for all files that lack the same, one by one where the user wants it so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from formats import plain
from pages import _mapping, _periods

CHOICES = {
    "dmy": "day first: 31/12/2026",
    "mdy": "month first: 12/31/2026",
    "ymd": "year first: 2026/12/31",
    "referral_log": "a referral log: one row a referral",
    "member_list": "a member list: one row a membership",
    ".": "a point: 1,234.50",
    ",": "a comma: 1.234,50",
}
# Asked once where several files lack it: the question for all of them. The first two are the same whatever the export.
TOGETHER = {
    "currency": "In which currency are the amounts of these {n} files?",
    "group": "Which group are these {n} files of?",
    "date_order": "In which order do these {n} files write a date?",
    "decimal": "Which is the decimal mark of these {n} files?",
    "receiver": "Whose log are these {n} files?",
}
ANY_EXPORT = ("currency", "group")
COLUMN = "column:"  # marks the answer that says what one of their columns is
FEW = 4  # choices that are all shown; more go into a menu
NAMED = 3  # files that are named in a question for several


def ask(questions: Iterable[Any], uploads: Sequence[str], layouts: Mapping[str, str]) -> None:
    """Each question as a widget; an answered one stays, so that the answer can be changed.

    layouts: file → its layout. Files of an archive are known by the archive's name and their own.
    """
    asked = st.session_state.setdefault("import_asked", {})
    now = {about(question): question for question in questions}
    asked.update(now)
    here = [
        question
        for key, question in asked.items()
        if any(question.file in ("", name) or question.file.startswith(f"{name}/") for name in uploads)
        and (key in now or said(question) or question.id == "group")  # the group is asked when all else is said
    ]
    if not here:
        return
    with st.container(border=True, key="questions"):
        files = {question.file for question in here}
        st.markdown(f"**Your {'file' if len(files) == 1 else 'files'} cannot say this; please do**")
        if periods := [question for question in here if question.id == "period"]:
            _periods.grid(periods, st.session_state["import_run"])
        for group in alike([question for question in here if question.id != "period"], layouts):
            together(group) if len(group) > 1 else alone(group[0])


def alike(questions: Iterable[Any], layouts: Mapping[str, str]) -> list[list[Any]]:
    """The questions, those together that one answer may settle."""
    groups: dict[Any, list[Any]] = {}
    for question in questions:
        key: Any = about(question)
        if question.id in TOGETHER:
            key = (question.id, question.choices, question.id in ANY_EXPORT or layouts.get(question.file))
        groups.setdefault(key, []).append(question)
    return list(groups.values())


def together(group: Sequence[Any]) -> None:
    """One question for several files."""
    first, files = group[0], [question.file for question in group]
    key = f"{st.session_state['import_run']}_{first.id}_{len(files)}_{first.file}"
    apart = st.session_state.get(f"apart_{key}", False)
    if not apart:
        widget(TOGETHER[first.id].format(n=len(files)), group, f"answer_{key}")
        more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
        st.caption(plain(f"{', '.join(files[:NAMED])}{more}. In the first: {first.text}"))
    else:
        for question in group:
            alone(question)
    st.checkbox("Answer for each file by itself", key=f"apart_{key}")


def alone(question: Any) -> None:
    label = f"{question.file}: {question.text}" if question.file else question.text
    key = f"answer_{st.session_state['import_run']}_{'_'.join(about(question))}"
    widget(label, [question], key)


def about(question: Any) -> tuple[str, str, str]:
    """The file and what is asked of it: of one column several questions may be open."""
    return question.file, question.id, question.header or question.target or ""


def said(question: Any) -> str | None:
    """The answer given so far."""
    answers = st.session_state["import_answers"]
    if question.id != "mapping":
        return answers.get((question.file, question.id))
    if question.header:
        return answers.get((question.file, COLUMN + question.header))
    return next((c for c in question.choices if answers.get((question.file, COLUMN + c)) == question.target), None)


def widget(label: str, questions: Sequence[Any], key: str) -> None:
    """The field for an answer; what was answered before stands in it."""
    given = {said(question) for question in questions}
    before = given.pop() if len(given) == 1 else None
    how: dict[str, Any] = {"key": key, "on_change": answered, "args": (questions, key)}
    choices = list(questions[0].choices)
    words = _mapping.in_words if questions[0].header else said_as  # columns of ours, else what a file or we say
    if not choices:
        st.text_input(plain(label), value=before or "", **how)
        return
    index = choices.index(before) if before in choices else None
    if len(choices) <= FEW:
        st.radio(plain(label), choices, index=index, format_func=words, **how)
        return
    st.markdown(plain(label))  # a menu is narrower than its question
    st.selectbox(
        plain(label),
        choices if index is not None or before is None else [*choices, before],
        index=index if index is not None or before is None else len(choices),
        format_func=words,
        accept_new_options=True,
        placeholder="Choose, or type another",
        label_visibility="collapsed",
        width=320,
        **how,
    )


def answered(questions: Sequence[Any], key: str) -> None:
    """Keep an answer beyond its widget: the files are looked at again before the widget is drawn again."""
    value = st.session_state.get(key)
    answers = st.session_state["import_answers"]
    for question in questions if value else ():
        if question.id != "mapping":
            answers[(question.file, question.id)] = value
        elif question.header:
            answers[(question.file, COLUMN + question.header)] = value
        else:
            if before := said(question):
                del answers[(question.file, COLUMN + before)]
            answers[(question.file, COLUMN + value)] = question.target


def said_as(choice: str) -> str:
    return CHOICES.get(choice) or plain(choice)
