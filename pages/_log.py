"""The forms of the log, made for a telephone held in one hand: little to type, and most of it filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

import formats
from formats import plain
from pages import _log_grid, _states
from pages._saving import save
from pages._shell import Frame
from service import entries, people

WIDTH = 560  # pixels: a form is read from top to bottom
OPEN = "Not known"  # an answer of its own: unknown stays visible, and can be gone back to
YES_NO = {"Yes": True, "No": False, OPEN: None}
NOT_GIVEN = "not given"
MARKS: Sequence[Any] = [NOT_GIVEN, *range(entries.SCALE[0], entries.SCALE[1] + 1)]
EARLIER = 300  # referrals offered as the earlier one, or as the one that came to an end


def choose() -> str:
    """Which form; in the URL, so that a bookmark on a telephone opens it."""
    chosen = st.radio(
        "What", list(PARTS), key="entry", bind="query-params", horizontal=True, label_visibility="collapsed"
    )
    return chosen if chosen in PARTS else next(iter(PARTS))


def offline(frame: Frame) -> None:
    """The workbook to fill in, and the way back in."""
    with st.container(border=True, key="offline", width=WIDTH), st.container(horizontal=True):
        st.markdown("**The same as a workbook**, with lists to choose from: fill it in anywhere, then bring it back.")
        _states.workbook(frame.session, "template")
        if st.button("Bring it back", key="bring_back", icon=":material/upload:"):
            st.switch_page("data.py")


def referral(frame: Frame) -> None:
    """Who gave, who received, and what no export says: was the receiver there, and had he asked?"""
    names, last = _names(frame), _last(frame)
    with _form(frame, "referral") as key:
        fields = {
            "given_on": _day("Given on", key),
            "source": _who(
                "Who gave it",
                names,
                key("source"),
                help="Leave it empty where nobody did, and choose “Found us” below.",
            ),
            "receiver": _who("Who received it", names, key("receiver"), last.get("receiver")),
            "receiver_present": _yes_no("Was the receiver there?", key("present")),
            "asked": _yes_no("Had the receiver asked for it?", key("asked")),
            "prospect": st.text_input("Who was referred", key=key("prospect"), placeholder="A name or a company"),
            "source_kind": _word("The giver is", entries.KINDS, key("kind")),
            "via": _earlier(frame, key),
        }
        group = _group(frame, key)
        if _button("Save the referral", frame, key):
            if fields["source"] is None and fields["source_kind"] != "inbound":
                st.error("Say who gave it. If nobody did, choose “Found us”.", icon=":material/error:")
                return
            save(lambda: entries.add(frame.session, "referrals", fields, group=group), "The referral is in the log.")


def contact(frame: Frame) -> None:
    """Help, meetings, introductions, asks: what was put into a relationship and taken out of it."""
    names, last = _names(frame), _last(frame)
    with _form(frame, "contact") as key:
        fields = {
            "kind": _word("What happened", entries.CONTACTS, key("what")),
            "from": _who("Who helped, met, wrote or asked", names, key("from"), last.get("from")),
            "to": _who("With whom", names, key("with")),
            "happened_on": _day("When", key),
            "purpose": st.text_input("What for", key=key("purpose"), placeholder="A word or two"),
        }
        group = _group(frame, key)
        if _button("Save the contact", frame, key):
            save(lambda: entries.add(frame.session, "touches", fields, group=group), "The contact is in the log.")


def assessment(frame: Frame) -> None:
    """Thirteen statements on somebody who refers, or might; what is left open stays unknown."""
    names, last = _names(frame), _last(frame)
    with _form(frame, "assessment") as key:
        fields = {
            "assessor": _who("Who assesses", names, key("assessor"), last.get("assessor")),
            "source": _who("Whom", names, key("assessed")),
            "assessed_on": _day("When", key),
        }
        st.caption("Leave open what you cannot say.")
        fields |= {q: _yes_no(words, key(q)) for q, words in entries.POINTS.items()}
        fields |= {
            "comfort": _mark("How easily would you send them somebody?", key("comfort")),
            "perceived_value": _mark("How much do they get out of knowing you?", key("value")),
        }
        group = _group(frame, key)
        if _button("Save the assessment", frame, key):
            work = lambda: entries.add(frame.session, "assessments", fields, group=group)  # noqa: E731
            save(work, "The assessment is in the log.")


def outcome(frame: Frame) -> None:
    """An open referral comes to its end."""
    open_ = pd.DataFrame() if frame.session.is_empty else entries.latest(frame.session, EARLIER, open_only=True)
    if open_.empty:
        st.markdown("No referral is open.")
        return
    with _form(frame, "outcome") as key:
        which = _referral("Which referral", open_, frame.locale, key("which"))
        status = st.radio("It was", ["Won", "Lost"], index=None, key=key("status"), horizontal=True)
        closed = _day("When", key)
        amount = st.number_input("What it brought", min_value=0.0, value=None, step=100.0, key=key("amount"),
                                 placeholder="Only if it was won")  # fmt: skip
        known = [c for c in frame.session.groups().currency.dropna().unique() if c in entries.CURRENCIES]
        currency = st.selectbox("Currency", entries.CURRENCIES, key=key("currency"),
                                index=entries.CURRENCIES.index(known[0]) if known else None)  # fmt: skip
        if _button("Save the outcome", frame, key):
            if which is None or status is None:
                st.error("Say which referral, and whether it was won or lost.", icon=":material/error:")
                return
            fields: dict[str, Any] = {"status": status.lower(), "closed_on": closed}
            if status == "Won" and amount is not None:
                fields |= {"amount": amount, "currency": currency}
            save(lambda: entries.correct(frame.session, [(which, fields)]), "The outcome is in the log.")


# --- what forms are made of ---------------------------------------------------------------------------------------


class _form:  # noqa: N801 used as `with _form(…) as key`
    """A form whose fields are fresh after every Save; gives the function that names their keys."""

    def __init__(self, frame: Frame, name: str) -> None:
        self.name, self.version = name, frame.session.version
        self.form = st.form(name, width=WIDTH, enter_to_submit=False)

    def __enter__(self) -> Callable[[str], str]:
        self.form.__enter__()
        return lambda field: f"{self.name}_{field}_{self.version}"

    def __exit__(self, *error: Any) -> None:
        self.form.__exit__(*error)


def _button(label: str, frame: Frame, key: Callable[[str], str]) -> bool:
    return st.form_submit_button(
        label, type="primary", icon=":material/save:", key=key("save"), disabled=frame.session.is_sample
    )


def _names(frame: Frame) -> list[str]:
    return [] if frame.session.is_empty else sorted(set(people.persons(frame.session).name), key=str.casefold)


def _last(frame: Frame) -> dict[str, str]:
    return {} if frame.session.is_empty else entries.last_named(frame.session)


def _group(frame: Frame, key: Callable[[str], str]) -> str | None:
    """Asked only where there is a choice, or where the first group gets its name; last, as it rarely matters."""
    if frame.session.is_empty:
        return st.text_input("Your group", key=key("group"), placeholder="Its name, if you like") or None
    names = list(frame.session.groups().name)
    return st.selectbox("Group", names, index=None, key=key("group")) if len(names) > 1 else None


def _day(label: str, key: Callable[[str], str]) -> Any:
    return st.date_input(label, value="today", max_value=date.today(), key=key("day"), format="YYYY-MM-DD")


def _who(label: str, names: Sequence[str], key: str, default: str | None = None, **more: Any) -> str | None:
    """A name from the log, or a new one as typed."""
    index = list(names).index(default) if default in names else None
    return st.selectbox(label, names, index=index, key=key, accept_new_options=True,
                        placeholder="Choose or type a name", **more)  # fmt: skip


def _yes_no(label: str, key: str) -> bool | None:
    """Yes, no, or left open."""
    return YES_NO[st.radio(plain(label), list(YES_NO), index=list(YES_NO).index(OPEN), key=key, horizontal=True)]


def _word(label: str, words: Mapping[str, str], key: str) -> str | None:
    return st.selectbox(label, list(words), index=None, key=key, format_func=words.__getitem__, placeholder="Choose")


def _mark(label: str, key: str) -> int | None:
    chosen = st.select_slider(label, MARKS, key=key)
    return None if chosen == NOT_GIVEN else int(chosen)


def _earlier(frame: Frame, key: Callable[[str], str]) -> str | None:
    known = pd.DataFrame() if frame.session.is_empty else entries.latest(frame.session, EARLIER)
    if known.empty:
        return None
    return _referral("It came out of an earlier referral", known, frame.locale, key("via"), "None")


def _referral(label: str, known: pd.DataFrame, locale: str, key: str, none: str = "Choose") -> str | None:
    """One of these referrals by its day, persons and prospect."""
    words = pd.Series(
        [
            " · ".join(part for part in (formats.day(r.given_on.date(), locale), _pair(r), _text(r.prospect)) if part)
            for r in known.itertuples()
        ],
        index=known.referral_id,
        dtype="str",
    )
    words = words.where(~words.duplicated(keep=False), words + " (" + words.index + ")")
    return st.selectbox(label, list(words.index), index=None, key=key, format_func=words.__getitem__, placeholder=none)


def _pair(row: Any) -> str:
    return f"{_text(row.source) or '?'} → {_text(row.receiver) or '?'}"


def _text(value: Any) -> str:
    return "" if formats.missing(value) else str(value)


PARTS: dict[str, Callable[[Frame], None]] = {
    "Referral": referral,
    "Contact": contact,
    "Assessment": assessment,
    "Outcome": outcome,
    "Correct": _log_grid.grid,
}
