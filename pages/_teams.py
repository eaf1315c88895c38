"""Power teams: the cards."""

from __future__ import annotations

import streamlit as st

from analysis import teams_circles
from analysis.teams import Teams
from charts import teams as words
from charts import teams_tables as tables
from formats import plain
from pages._cards import PERCENT, card, chart, closed
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import show, table

RATES = {
    "Drawn to the chapter": st.column_config.NumberColumn(help="Referrals a year for a pair of seats, without luck."),
}


def unknown(view: Teams | None) -> None:
    """No profession, or nobody who gives to a fellow member."""
    if view is None:
        closed("teams", "Which professions feed which?", "No referral between two members is recorded in this "
               "selection. The Slips Audit names both sides; so does a log whose “from” and “to” are "
               "members.")  # fmt: skip
        return
    closed("teams", "Which professions feed which?", "No member’s profession is recorded. A member list with a column "
           "“profession” brings it; while names are masked, professions are too, because one seat each is a "
           "name.")  # fmt: skip


def spheres(frame: Frame, view: Teams) -> None:
    """Pairs that serve the same clients beside the others, and sphere against sphere."""
    drawing = words.spheres(view, frame.look, frame.locale)
    if drawing is None:
        closed("spheres", "Do those who serve the same clients refer more?", "No two members’ professions are known to "
               "serve the same clients, or all of them do. A member list that groups professions, such as "
               "“Construction > Electrician”, tells.")  # fmt: skip
        return
    with card("spheres", drawing.sentence):
        chart(drawing, "chart_spheres")
        st.caption(
            "A description of who is here: friends may join together, and this does not say what made them refer."
        )
        shown = words.sphere_matrix(view, frame.look, frame.locale)
        st.markdown(f"**{plain(shown.sentence)}**")
        chart(shown, "chart_sphere_matrix")
        st.caption("A row gives, a column receives; behind each name how many members. The stronger the "
                   "colour, the more for a pair of seats and year; the number is the count of referrals.")  # fmt: skip
        table("Contact spheres, as a table", "spheres", lambda: tables.rates_table(view.spheres),
              "Referrals for a pair of seats and year, by contact sphere", **RATES)  # fmt: skip
        how("spheres", "sphere", "team_rate")


def leading(frame: Frame, view: Teams) -> None:
    drawing = words.leading(view, frame.look, frame.locale)
    with card("leading", drawing.sentence):
        if drawing.figure.data[0].y:
            chart(drawing, "chart_leading")
        table("All pairs of professions, as a table", "leading", lambda: tables.rates_table(view.pairs),
              "Referrals for a pair of seats and year, by profession", **RATES)  # fmt: skip
        rows_of(frame, "leading", words.rows(view))
        how("leading", "team_rate")


def silent(frame: Frame, view: Teams) -> None:
    with card("silent", tables.silent_sentence(view, frame.locale)):
        if len(view.silent):
            show(tables.silent_table(view).head(10), "silent_first", "Pairs that serve the same clients and are silent",
                 **{"None by luck alone": PERCENT})  # fmt: skip
            st.caption("Expected: what pairs of the same sphere exchanged over as long. An observation: it does not "
                       "say why, nor that it ought to be otherwise.")  # fmt: skip
        if len(view.silent) > 10:
            table("All of them", "silent", lambda: tables.silent_table(view), "Every silent pair",
                  **{"None by luck alone": PERCENT})  # fmt: skip
        how("silent", "silent_pair")


def matrix(frame: Frame, view: Teams) -> None:
    drawing = words.matrix(view, frame.look, frame.locale)
    with card("professions", drawing.sentence):
        chart(drawing, "chart_professions")
        st.caption("A row gives, a column receives; those of one contact sphere stand together. The stronger the "
                   "colour, the higher the rate; the table above has the counts.")  # fmt: skip
        if len(view.professions) > words.MATRIX:
            st.caption(f"The {words.MATRIX} professions with most referrals; the table above has all.")
        how("professions", "team_rate")


def circles(frame: Frame) -> None:
    """What the referrals themselves show, whatever the professions are called."""
    found = frame.session.view(teams_circles.build, frame.scope)
    if found is None:
        closed("circles", "Which circles do the referrals show?", "This needs 8 to 60 members who refer to one "
               "another; choose one group where there are more.")  # fmt: skip
        return
    drawing = words.circles(found, frame.look, frame.locale)
    with card("circles", drawing.sentence):
        chart(drawing, "chart_circles")
        if found.beyond_chance:
            show(tables.circles_table(found), "circles", "Every member’s circle")
        else:
            table("What the search finds, which may be chance", "circles", lambda: tables.circles_table(found),
                  "Every member’s circle")  # fmt: skip
        how("circles", "circles_found")


def seats(frame: Frame, view: Teams) -> None:
    """What is here, and with several groups what one lacks that the others have."""
    groups = frame.session.groups()
    with card("seats", tables.seats_sentence(view, frame.locale)):
        if len(view.missing):
            names = dict(zip(groups.group_id, groups.name, strict=True))
            table("What a group has not, though most have", "missing", lambda: tables.missing_table(view, names),
                  "Professions that a group lacks and most others have")  # fmt: skip
        table("Professions and whom they serve", "seats", lambda: tables.seats_table(view),
              "Every profession with its contact sphere")  # fmt: skip
        how("seats", "sphere")
