"""The lists that a user works through: spellings, kinds of source, presence, one person's data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

import formats
from formats import plain
from pages import _states
from pages._saving import save
from pages._shell import Frame
from service import people

UNKNOWN = "not known"
KINDS = {"customer": "customer", "partner": "professional partner", "personal": "friend or family", "inbound": "nobody"}
ANSWERS = {"yes": True, "no": False, UNKNOWN: None}
MANY = 300  # rows in a grid
NO_PROXY = "none"


def choose() -> str:
    """Which list; in the URL, so that a link opens it."""
    chosen = st.radio(
        "List", list(PARTS), key="list", bind="query-params", horizontal=True, label_visibility="collapsed"
    )
    return chosen if chosen in PARTS else next(iter(PARTS))


def fixed(frame: Frame) -> bool:
    """Nothing can be changed: the sample, or a viewer who only looks."""
    return frame.session.is_sample or not frame.session.may("editor")


def spellings(frame: Frame) -> None:
    """Suggested merges: ticked is merged, the rest can be kept apart for good."""
    found = people.suggestions(frame.session)
    if not found:
        st.markdown("No two spellings look like one person.")
        return
    st.markdown(
        f"{formats.count(len(found), 'pair', frame.locale)} may be one person. Ticked are those that are near certain: "
        "nearly the same name, something that speaks for it and nothing against. Nothing is merged by itself."
    )
    table = pd.DataFrame(
        {
            "Same": [s.ticked for s in found],
            "Keep": [s.keep.name for s in found],
            "Spelling": [s.drop.name for s in found],
            "Alike": [s.likeness * 100 for s in found],
            "Speaks for it": ["; ".join(s.evidence) for s in found],
            "Against": ["; ".join(s.against) for s in found],
            "Rows": [f"{s.keep.rows} and {s.drop.rows}" for s in found],
        }
    )
    edited = st.data_editor(
        table,
        hide_index=True,
        key=f"spellings_{frame.session.version}",
        disabled=[c for c in table if c != "Same"] + (["Same"] if fixed(frame) else []),
        column_config={"Alike": st.column_config.NumberColumn(format="%.0f %%")},
    )
    chosen = edited["Same"].astype(bool)
    pairs = [(s.keep.person_id, s.drop.person_id) for s, same in zip(found, chosen, strict=True) if same]
    others = [(s.keep.person_id, s.drop.person_id) for s, same in zip(found, chosen, strict=True) if not same]
    with st.container(horizontal=True):
        if st.button(
            f"Merge {formats.count(len(pairs), 'pair', frame.locale)}", type="primary", key="merge",
            icon=":material/merge:", disabled=fixed(frame) or not pairs,
        ):  # fmt: skip
            save(lambda: people.merge(frame.session, pairs), "Merged. Undo is on the Data page.")
        if st.button(
            f"Keep {formats.count(len(others), 'pair', frame.locale)} apart", key="apart", icon=":material/call_split:",
            disabled=fixed(frame) or not others,
        ):  # fmt: skip
            save(lambda: people.keep_apart(frame.session, others), "They will not be suggested again.")


def kinds(frame: Frame) -> None:
    """What kind of source somebody is, relation by relation; most referrals first, so that few answers settle much."""
    table = people.relations(frame.session)
    table = table[(table.unknown > 0) | table.kind.notna()].head(MANY).reset_index(drop=True)
    if table.empty:
        st.markdown("Of every referral it is known what kind of source it came from.")
        return
    unknown, total = int(table.unknown.sum()), int(table.referrals.sum())
    st.markdown(
        f"{formats.number(unknown, frame.locale)} of the {formats.number(total, frame.locale)} referrals below lack "
        "their kind of source. Sorted by how much an answer settles. With the keyboard: Enter, first letter, Enter, ↓."
    )
    shown = pd.DataFrame(
        {
            "Source": table.source,
            "Refers to": table.receiver,
            "Referrals": table.referrals,
            "Not known of": table.unknown,
            "The source is a": table.kind.map(KINDS).fillna(UNKNOWN),
        }
    )
    edited = st.data_editor(
        shown,
        hide_index=True,
        key=f"kinds_{frame.session.version}",
        disabled=True if fixed(frame) else [c for c in shown if c != "The source is a"],
        column_config={
            "The source is a": st.column_config.SelectboxColumn(options=[*KINDS.values(), UNKNOWN], required=True)
        },
    )
    back = {word: kind for kind, word in KINDS.items()}
    now, before = edited["The source is a"], shown["The source is a"]
    labels = [(table.source_id[i], table.receiver_id[i], back.get(now[i])) for i in table.index if now[i] != before[i]]
    if st.button(
        f"Save {formats.count(len(labels), 'label', frame.locale)}", type="primary", key="save_kinds",
        icon=":material/save:", disabled=fixed(frame) or not labels,
    ):  # fmt: skip
        save(lambda: people.label(frame.session, labels), "Saved.")


def presence(frame: Frame) -> None:
    """Was the receiver there? Row by row, or a rule that stands in and is named as a proxy wherever it is used."""
    table = people.presence(frame.session)
    if table.empty:
        st.markdown("Of every dated referral a file says whether the receiver was there.")
        return
    proxies(frame, table)
    rows = table.head(MANY).reset_index(drop=True)
    words = {value: word for word, value in ANSWERS.items()}
    known = [words[None if pd.isna(v) else bool(v)] for v in rows.receiver_present]
    shown = pd.DataFrame(
        {
            "Given": rows.given_on.dt.date,
            "From": rows.source,
            "To": rows.receiver,
            "Receiver was there": known,
            "Known by": rows.presence_basis.map({"labelled": "you", "proxy": "proxy"}).fillna(""),
        }
    )
    st.markdown(
        f"The newest {formats.count(len(rows), 'referral', frame.locale)} of "
        f"{formats.number(len(table), frame.locale)} of which no file says it."
    )
    edited = st.data_editor(
        shown,
        hide_index=True,
        key=f"presence_{frame.session.version}",
        disabled=True if fixed(frame) else [c for c in shown if c != "Receiver was there"],
        column_config={"Receiver was there": st.column_config.SelectboxColumn(options=list(ANSWERS), required=True)},
    )
    now = edited["Receiver was there"]
    answers = [(rows.referral_id[i], ANSWERS[now[i]]) for i in rows.index if now[i] != known[i]]
    if st.button(
        f"Save {formats.count(len(answers), 'answer', frame.locale)}", type="primary", key="save_presence",
        icon=":material/save:", disabled=fixed(frame) or not answers,
    ):  # fmt: skip
        save(lambda: people.set_presence(frame.session, answers), "Saved.")


def proxies(frame: Frame, table: pd.DataFrame) -> None:
    """The rule in force, off by default."""
    now = int((table.presence_basis == "proxy").sum())
    with st.expander(
        f"A rule instead: stands in for {formats.count(now, 'referral', frame.locale)}" if now else "A rule instead",
        icon=":material/rule:",
    ):
        st.markdown(
            "A rule is a guess about many rows at once. What it says is called a **proxy** on every page and in every "
            "export that uses it; a label of yours goes before it."
        )
        options: Sequence[str] = [NO_PROXY, *people.PROXIES]
        rule = st.radio(
            "Take the receiver as having been there when the referral was",
            options,
            index=None,
            format_func=lambda r: people.PROXIES.get(r, "no rule: leave it unknown"),
            key="proxy",
        )
        if st.button("Apply the rule", key="apply_proxy", disabled=fixed(frame) or rule is None):
            save(lambda: people.proxy(frame.session, None if rule == NO_PROXY else rule), "Applied.")


def one(frame: Frame) -> None:
    """Everything that is held on one person, to hand over or to erase."""
    known = people.persons(frame.session)
    names = dict(zip(known.person_id, known.name, strict=True))
    who = st.selectbox("Person", list(names), index=None, format_func=names.__getitem__, key="person", width=320)
    if who is None:
        return
    row = known[known.person_id == who].iloc[0]
    st.markdown(
        f"{plain(row['name'])}: {plain(', '.join(row.groups) or 'no group')}"
        f"{plain('; ' + ', '.join(row.professions)) if len(row.professions) else ''}; "
        f"{formats.count(int(row['rows']), 'row', frame.locale)}."
    )
    if _states.only_looks(frame.session, "admin", "Taking out or erasing all that is held on a person"):
        return
    st.download_button(
        "Download all that is held",
        data=lambda: people.dossier(frame.session, who),
        file_name=f"{who}.zip",
        mime="application/zip",
        icon=":material/download:",
        key="dossier",
        on_click="ignore",
    )
    with st.expander("Erase this person", icon=":material/person_remove:"):
        st.markdown(
            "The name goes from every version, table and uploaded original that is kept; the counts stay under a name "
            "that says nothing. **This cannot be undone.**"
        )
        pseudonym = st.toggle("Replace the name only; keep profession, prospects and assessments", key="pseudonym")
        sure = st.checkbox("I am sure", key=f"sure_{who}")
        if st.button("Erase", key="erase", icon=":material/delete_forever:", disabled=fixed(frame) or not sure):
            save(lambda: people.erase(frame.session, who, pseudonym=pseudonym), "Erased.")


PARTS: dict[str, Callable[[Frame], None]] = {
    "Same person?": spellings,
    "Customer or partner?": kinds,
    "In the room?": presence,
    "One person": one,
}
