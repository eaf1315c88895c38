"""The days that a folder of exports lacks, asked in one grid; the day in a file's name is offered, never taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

import formats

RULE = "name-day"  # the answer that takes the day in the name, now and for the next files
FILE, OFFER, FIRST, LAST = "File", "Day in its name", "Meeting day, or first day", "Last day, if several"


def grid(questions: Sequence[Any], run: int) -> None:
    """One grid for every question about a period; what is typed becomes the file's answer."""
    version = st.session_state.setdefault("import_grid", 0)
    key = f"periods_{run}_{version}_{len(questions)}"
    base = st.session_state.setdefault(f"{key}_base", table(questions))
    st.markdown(
        f"**Which days {'does this file' if len(questions) == 1 else 'do these files'} cover?** "
        "The day of the meeting, or the first and the last day. The files do not say it."
    )
    offered(questions)
    st.data_editor(
        base,
        key=key,
        hide_index=True,
        disabled=[FILE, OFFER],
        on_change=typed,
        args=(key, base),
        column_config={
            FILE: st.column_config.TextColumn(width="medium"),  # on a telephone the day beside it must be in sight
            OFFER: st.column_config.TextColumn(help="When the file was made, as its name says: not always the meeting"),
            FIRST: st.column_config.DateColumn(format="D MMM YYYY"),
            LAST: st.column_config.DateColumn(format="D MMM YYYY"),
        },
    )


def table(questions: Sequence[Any]) -> pd.DataFrame:
    """The grid with the answers given so far."""
    rows = []
    for question in questions:
        said = st.session_state["import_answers"].get((question.file, "period"), "")
        first, _, last = ("", "", "") if said == RULE else said.partition(":")
        rows.append(
            {
                FILE: question.file,
                FIRST: date.fromisoformat(first) if first else None,
                LAST: date.fromisoformat(last) if last else None,
                OFFER: " or ".join(written(choice) for choice in question.choices),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype({FIRST: "datetime64[s]", LAST: "datetime64[s]"})


def written(choice: str) -> str:
    """A day or a period as the columns beside it write theirs."""
    return " – ".join(formats.day(date.fromisoformat(day)) for day in choice.split(":"))


def offered(questions: Sequence[Any]) -> None:
    """A button for each way to take the days in the names, where every file's name offers one."""
    ways = readings(questions)
    if not ways:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for place, (label, way) in enumerate(ways.items()):
            if st.button(label, key=f"take_{place}", icon=":material/event:"):
                always = len(ways) == 1 and st.session_state.get("period_always")
                for question in questions:
                    choice = RULE if always else question.choices[way]
                    st.session_state["import_answers"][(question.file, "period")] = choice
                st.session_state["import_grid"] += 1
                st.rerun()
        if len(ways) == 1:
            st.checkbox("and do so for the next files like these", key="period_always")


def readings(questions: Sequence[Any]) -> dict[str, int]:
    """What a button may fill in, and which of a question's choices that is.

    A day in a name that may be read two ways is offered month first, then day first; totals of a period are offered as
    the month and the six months before it.
    """
    counts = {len(question.choices) for question in questions}
    spans = {":" in choice for question in questions for choice in question.choices}
    if 0 in counts or len(spans) != 1:
        return {}
    if spans == {True}:
        return {"The month before each": 0, "The six months before each": 1} if counts == {2} else {}
    if counts == {1}:
        return {"Take the day in each name": 0}
    return {"Read the names month first": 0, "Read the names day first": -1}


def typed(key: str, base: pd.DataFrame) -> None:
    """Keep what stands in the grid: the file is read again before the grid is drawn again."""
    for row, changes in st.session_state[key]["edited_rows"].items():
        now = {**base.loc[int(row)].to_dict(), **changes}
        first, last = (day_of(now[name]) for name in (FIRST, LAST))
        answer = (str(base.loc[int(row), FILE]), "period")
        if first:
            st.session_state["import_answers"][answer] = f"{first}:{last}" if last and last != first else first
        else:
            st.session_state["import_answers"].pop(answer, None)


def day_of(value: Any) -> str | None:
    """The ISO day of a cell: the editor gives back text, the table a timestamp."""
    return None if value is None or pd.isna(value) else str(value)[:10]
