"""The chapter page's cards: each says in a sentence what its figure shows, and has its table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

import formats
from analysis.chapter import Chapter
from analysis.chapter_money import WON
from analysis.chapter_rates import MEASURES
from charts import chapter as words
from charts import chapter_members, chapter_money, chapter_pairs
from charts import chapter_tables as tables
from charts.theme import Drawing
from formats import plain
from pages._cards import PERCENT, card, chart, closed
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import table


def drawn(key: str, drawing: Drawing, said: str, *terms: str) -> None:
    """The figure under its sentence, what to mind about it, and how it is computed."""
    chart(drawing, f"chart_{key}")
    st.caption(plain(said))
    how(key, *terms)


def wall(frame: Frame, view: Chapter) -> None:
    found = words.figures(view, frame.locale)
    with st.grid(len(found) if len(found) < 5 else 3, min_column_width=150, key="chapter_wall"):
        for figure in found:
            st.metric(
                plain(figure.label),
                plain(figure.value),
                delta_description=plain(figure.beside) or None,
                help=plain(figure.help),
                border=True,
                height="stretch",
            )
    for note in view.notes:
        st.caption(f":material/info: {plain(note)}")


@st.fragment
def members(frame: Frame, view: Chapter) -> None:
    """Rates by member; the measure is part of the URL and redraws only this card."""
    have = [m for m in MEASURES if m in view.rates]
    if not have:
        closed("members", "Members’ rates are not known",
               "Import PALMS, or a Slips Audit with the days that it speaks for.")  # fmt: skip
        return
    with st.container(border=True, key="card_members"):
        first = words.leading(view)
        usual = first.measure if first else have[0]
        chosen = st.radio("Show for each member", have, have.index(usual), key="rate", bind="query-params",
                          horizontal=True, format_func=words.LABELS.__getitem__)  # fmt: skip
        shown = view.rates[chosen if chosen in have else usual]
        drawing = chapter_members.rates(shown, frame.look, frame.locale)
        st.subheader(plain(drawing.sentence), anchor=False)
        drawn("members", drawing, words.rates_how(shown, frame.locale), "member_rate", "exposure", "shrunken")
        if len(shown.members) > chapter_members.MOST:
            st.caption(f"The first {chapter_members.MOST} of {len(shown.members)} members; the table has all.")
        table("Members, as a table", f"members_{shown.measure}", lambda: tables.rates_table(shown),
              "Every member’s count, weeks and rate")  # fmt: skip


def tiers(frame: Frame, view: Chapter) -> None:
    if view.tiers is None:
        closed("tiers", "Inside or outside?", "No record says whether the giver buys himself (tier 1) or introduces "
               "somebody. The Slips Audit and PALMS say it.")  # fmt: skip
        return
    drawing = chapter_pairs.tiers(view.tiers, frame.look, frame.locale)
    with card("tiers", drawing.sentence):
        drawn("tiers", drawing, "Each dot a giver, the larger, the more referrals. Members are the sample, not "
              "referrals: the interval says what other members like these would give.",
              "inside_outside", "inside", "outside")  # fmt: skip
        if view.tiers.unknown:
            st.caption(f"{view.tiers.unknown} referrals have no tier and are left out.")
        table("Inside and outside by member", "tiers", lambda: tables.tiers_table(view), "Tiers by member",
              **{"Outside share": PERCENT})  # fmt: skip
        if view.tiers.ids:
            rows_of(frame, "tiers", list(view.tiers.ids))


def flows(frame: Frame, view: Chapter) -> None:
    if view.flows is None:
        closed("flows", "What crosses to other chapters?", "No record names another chapter. The Slips Audit does, "
               "in its column Detail.")  # fmt: skip
        return
    drawing = chapter_pairs.flows(view.flows, frame.look, frame.locale)
    with card("flows", drawing.sentence):
        drawn("flows", drawing, "By the other chapter that a slip names. A slip between two people who are both "
              "known as members here has no side and is listed in the table as unclear.", "other_chapters")  # fmt: skip
        table("Other chapters, as a table", "flows", lambda: tables.flows_table(view), "Referrals by other chapter")
        rows_of(frame, "flows", [i for ids in view.flows.counterparts["ids"] for i in ids])


def money(frame: Frame, view: Chapter) -> None:
    if not view.money:
        closed("money", "What was it worth?", "No amount is recorded. The Slips Audit holds each thank-you for closed "
               "business; in your own log the columns status, closed on and amount do.")  # fmt: skip
        return
    for position, m in enumerate(view.money):
        key = f"money_{m.basis}_{m.currency or 'unnamed'}"
        with card(key if position else "money", chapter_money.money_sentence(m, frame.locale)):
            for part, draw in (("totals", chapter_money.totals), ("slips", chapter_money.slips)):
                if drawing := draw(m, frame.look, frame.locale):
                    if part == "slips":
                        st.markdown(f"**{plain(drawing.sentence)}**")
                    chart(drawing, f"chart_{key}_{part}")
            st.caption(plain(f"{formats.period(m.start, m.end, frame.locale)}. {words.money_help(m)}"))
            how(key, "money_by_giver", "won" if m.basis == WON else "tyfcb")
            if not m.currency:
                st.caption("The files name no currency; choose one on the Data page.")
            table("By member", key, lambda m=m: tables.money_table(m), "Closed business by member")


def tenure(frame: Frame, view: Chapter) -> None:
    if view.tenure is None:
        closed("tenure", "Does it grow with the years?", "No joining date is known. Membership Length, or a member "
               "list with the column “joined”, brings it.")  # fmt: skip
        return
    drawing = chapter_members.tenure(view.tenure, frame.look, frame.locale)
    with card("tenure", drawing.sentence):
        drawn("tenure", drawing, "A description of who is here, not of what staying does: those for whom it did not "
              "work have left.", "tenure_and_rate", "interval")  # fmt: skip
        st.page_link("tenure.py", label="What staying does for the same people", icon=":material/arrow_forward:")
        table("Tenure, as a table", "tenure", lambda: tables.tenure_table(view), "Tenure and rate by member")


def attendance(frame: Frame, view: Chapter) -> None:
    if view.attendance is None:
        closed("attendance", "Who is there?", "No attendance is recorded. PALMS holds it, as a summary or meeting by "
               "meeting.")  # fmt: skip
        return
    drawing = chapter_members.attendance(view.attendance, frame.look, frame.locale)
    with card("attendance", drawing.sentence):
        drawn("attendance", drawing, "Present, late and substituted count as there; medical leave does not.",
              "attendance", "palms")  # fmt: skip
        table("Attendance, as a table", "attendance", lambda: tables.attendance_table(view), "Attendance by member",
              **{"There": PERCENT, "95 % from": PERCENT, "to": PERCENT})  # fmt: skip


def cards(frame: Frame, view: Chapter) -> None:
    """What is recorded first, side by side; what is not recorded after it, small."""
    members_high = view.members / 10 + 1  # a figure with a line a member
    parts = ((bool(view.rates), members, members_high), (bool(view.money), money, 4),
             (view.tiers is not None, tiers, 3), (view.flows is not None, flows, 4),
             (view.tenure is not None, tenure, 3), (view.attendance is not None, attendance, members_high))  # fmt: skip
    columns, heights = st.columns(2), [0.0, 0.0]
    for draw, height in ((draw, height) for recorded, draw, height in parts if recorded):
        shorter = heights.index(min(heights))  # so that neither column is left empty far down
        heights[shorter] += height
        with columns[shorter]:
            draw(frame, view)
    st.page_link("network.py", label="Who refers to whom, and who never met: Giving and network", icon=":material/hub:")
    missing = [draw for recorded, draw, _ in parts if not recorded]
    if missing:
        with st.grid(3, min_column_width=280, key="not_recorded"):
            for draw in missing:
                draw(frame, view)


def checks(frame: Frame, view: Chapter) -> None:
    """What does not agree; absent where there is nothing to compare."""
    parts: list[tuple[str, str, str, Callable[[], pd.DataFrame]]] = []
    if len(view.entered):
        parts.append((tables.entered_sentence(view), "Who entered them", "entered", lambda: tables.entered_table(view)))
    if view.checks is not None and view.checks.compared:
        parts.append(
            (
                tables.slips_sentence(view),
                "PALMS against slips",
                "palms_against_slips",
                lambda: tables.against_table(view),
            )
        )
    if view.checks is not None and len(view.checks.totals):
        parts.append((tables.totals_sentence(view), "Total rows", "totals", lambda: tables.totals_table(view)))
    if not parts:
        return
    with card("checks", "How far the records agree"):
        st.markdown("Shown and never mended: no figure above uses a total row, and nothing is counted twice.")
        for sentence, title, key, make in parts:
            st.markdown(plain(sentence))
            if len(made := make()):
                table(title, key, lambda made=made: made, sentence)
        how("checks", "agreement")


def unlocks(frame: Frame, view: Chapter) -> None:
    """What each export brings, and what is still to be had."""
    missing = view.unlocks[view.unlocks["have"] != "yes"]
    here = view.unlocks.loc[view.unlocks["have"] == "yes", "title"]
    title = f"{formats.count(len(missing), 'kind', frame.locale)} of record would open more"
    with card("unlocks", title if len(missing) else "Every kind of record is here"):
        if len(here):
            st.markdown(f":material/check_circle: Here already: {plain(', '.join(here))}.")
        with st.grid(3, min_column_width=260, key="unlocks_grid"):
            for row in missing.itertuples():
                with st.container(border=True, height="stretch"):
                    st.markdown(f"**{plain(row.opens)}**")
                    part = " (in part here)" if row.have == "in part" else ""
                    st.markdown(plain(f"{row.title}{part}"))
                    st.caption(plain(row.where))
        table("What each export unlocks, as a table", "unlocks", lambda: tables.unlocks_table(view),
              "Each kind of export, whether it is here, and what it opens")  # fmt: skip
