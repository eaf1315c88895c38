"""The members page's cards: the list, one scorecard, renewals, who may be about to leave, the rubric."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis import members_leaving, members_person, members_roll, rubric
from analysis.members_leaving import Leaving
from analysis.members_person import Person
from analysis.members_roll import Roll
from charts import members as words
from charts import members_leaving as leaving_words
from charts import members_person as person_words
from charts import members_score
from formats import plain
from pages import _address
from pages._cards import PERCENT, card, chart, closed
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import show, table

PERSON = "member"  # the address's parameter: an id
NOBODY = "nobody"
SHARES = {"Another by luck": st.column_config.NumberColumn(format="percent", help="Term “Another light by luck”")}


def roll_of(frame: Frame) -> Roll | None:
    """The members by the rubric of the address; the menus stand side by side."""
    known = list(rubric.keys())
    with st.container(horizontal=True, vertical_alignment="bottom", key="members_menus"):
        names = {key: rubric.load(key).name for key in known}
        chosen = st.radio("Rubric", list(names.values()), key="rubric", bind="query-params", horizontal=True)
        key = next((k for k, name in names.items() if name == chosen), known[0])
        made = frame.session.view(members_roll.build, frame.scope.unfiltered(), key)
        if made is not None:
            member_menu(made)
    return made


def nothing() -> None:
    """Something is imported, but nothing about members in the rubric's months."""
    closed("scores", "Nothing is recorded about members in these months", "PALMS (the chapter summary), or a register "
           "of meetings with a Slips Audit, opens the scorecards; a member list says who belongs to the "
           "chapter.")  # fmt: skip


def member_menu(roll: Roll) -> None:
    """One member's scorecard; the address holds the id."""
    people = dict(zip(roll.members["person_id"], roll.members["name"], strict=True))
    st.session_state["scorecard_of"] = chosen_of(roll) or NOBODY
    st.selectbox("Scorecard of", [NOBODY, *people], key="scorecard_of", width=280,
                 format_func=lambda p: people.get(p, "All members"),
                 on_change=_address.follow, args=(PERSON, "scorecard_of", NOBODY))  # fmt: skip


def chosen_of(roll: Roll) -> str | None:
    wanted = _address.value_of(PERSON)
    return wanted if wanted in set(roll.members["person_id"]) else None


def everybody(frame: Frame, roll: Roll) -> None:
    """The list: each member's score in a figure, and all of it as a table."""
    drawing = members_score.scores(roll, frame.look, frame.locale)
    with card("scores", words.luck_sentence(roll, frame.locale)):
        chart(drawing, f"chart_scores_{roll.rubric.key}")
        st.caption("Sign: the score by the records. Thin bar: what is not recorded leaves open. Wide bar: where 80 of "
                   "100 half-years at the same pace would end. By name, not by score.")  # fmt: skip
        if len(roll.members) > members_score.MOST:
            st.caption(f"The first {members_score.MOST} of {len(roll.members)} members by name; the table has all.")
        for said in (words.unknown_sentence(roll, frame.locale), words.currency_sentence(roll)):
            if said:
                st.caption(f":material/help: {plain(said)}")
        groups = dict(zip(*(frame.session.groups()[c] for c in ("group_id", "name")), strict=True))
        st.markdown("**Every member**: choose a row for the scorecard.")
        show(words.members_table(roll, frame.locale, groups), f"members_{roll.rubric.key}", "Every member’s light, "
             "score, weeks, given and received", marks=opening(roll.members), **SHARES)  # fmt: skip
        how("scores", "light", "luck_light", "exposure", "shrunken", "official_score")


def opening(people: pd.DataFrame) -> list[str]:
    """What a row of each of these people opens."""
    return [f"{PERSON}:{one}" for one in people["person_id"]]


def thresholds(frame: Frame, roll: Roll) -> None:
    """The rubric in print."""
    with card("rubric", f"The {roll.rubric.name} rubric"):
        st.markdown(plain(f"{roll.rubric.about} {words.bands(roll.rubric, frame.locale)}"))
        st.caption(plain(f"{words.full_marks(roll.rubric, frame.locale)} {words.SIMULATION}"))
        table("Its lines and thresholds", f"rubric_{roll.rubric.key}",
              lambda: words.rubric_table(roll.rubric, frame.locale), "Every line of the rubric")  # fmt: skip
        how("rubric", "rubric", "exposure")


def renewals(frame: Frame, found: Leaving | None) -> None:
    if found is None or found.renewals is None:
        closed("renewals", "Whose renewal is due?", "No day of renewal is recorded. BNI Connect’s Membership Dues "
               "Report brings it, or a member list with the column “renews on”.")  # fmt: skip
        return
    with card("renewals", leaving_words.renewals_sentence(found, frame.locale)):
        if len(found.renewals):
            show(leaving_words.renewals_table(found, frame.locale), "renewals", "Who and when")
        how("renewals", "renewal")


def leaving(frame: Frame, found: Leaving | None) -> None:
    if found is None or found.now is None:
        closed("leaving", "Who may be about to leave?", "This needs a member list and half a year of referrals with "
               "their days: a Slips Audit a week, or your own log.")  # fmt: skip
        return
    with card("leaving", leaving_words.now_sentence(found, frame.locale)):
        made = leaving_words.now_table(found, frame.locale)
        if len(made):
            show(made, "leaving", "Who received little, and what is missing", marks=opening(found.now))
            st.caption("Of the last half-year: referrals received, what the middle member received, weeks since the "
                       "last one, and how many of the other members ever referred to them.")  # fmt: skip
        if not found.listed:
            st.caption("Nobody’s leaving is recorded, so the rule cannot be held against those who left: a member list "
                       "with the column “left on” would allow it.")  # fmt: skip
        else:
            st.markdown(plain(leaving_words.evidence_sentence(found, frame.locale)))
            if drawing := leaving_words.evidence(found, frame.look, frame.locale):
                chart(drawing, "chart_leaving")
                table("Signs and leavings, as a table", "signs", lambda: leaving_words.evidence_table(found),
                      "Who left with each sign and without it",
                      Share=PERCENT, **{"95 % from": PERCENT, "to": PERCENT})  # fmt: skip
        how("leaving", "leaving_rule")


def leaving_of(frame: Frame) -> Leaving | None:
    return frame.session.view(members_leaving.build, frame.scope.unfiltered())


def scorecard(frame: Frame, roll: Roll, person: str) -> None:
    """One member, and the way back to all."""
    mine = frame.session.view(members_person.build, frame.scope.unfiltered(), person)
    row = roll.of(person).iloc[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        for light in dict.fromkeys((row["light"], row["light_high"])):
            shown = words.LIGHTS[light]
            st.badge(
                shown.word if row["light"] == row["light_high"] else f"maybe {shown.word.casefold()}",
                icon=shown.icon,
                color=shown.colour,
            )  # type: ignore[arg-type]
        if mine is not None:
            st.caption(plain(person_words.tenure_sentence(mine, frame.locale)), width="content")
        st.button("All members", icon=":material/arrow_back:", key="all_members", type="tertiary",
                  on_click=_address.put, args=(PERSON, ()))  # fmt: skip
    first, second = st.columns(2)
    with first:
        score(frame, roll, person)
    with second:
        exchange(frame, roll, person, mine)
        if mine is not None:
            partners(frame, mine)
        money(frame, roll, mine)


def whole(frame: Frame) -> None:
    """That the receiver and the filters of the bar do not narrow this page."""
    if frame.scope.receiver or frame.scope.filters:
        st.caption("This page is about the whole chapter: neither the choice of one receiver nor a filter narrows it.")


def score(frame: Frame, roll: Roll, person: str) -> None:
    row = roll.of(person).iloc[0]
    drawing = members_score.points(roll, person, frame.look, frame.locale)
    with card("score", drawing.sentence):
        chart(drawing, f"chart_points_{roll.rubric.key}")
        if row["official"] == row["official"]:
            st.info(plain(words.official_sentence(row, frame.locale)), icon=":material/verified:")
        light = words.light(row["light"], row["light_high"])
        st.markdown(plain(words.chance_sentence(row["chance"], light, frame.locale)))
        st.markdown(f":material/trending_up: {plain(words.step_sentence(roll, person, frame.locale))}")
        st.markdown(f":material/event_upcoming: {plain(words.falling_sentence(roll, person, frame.locale))}")
        table("Points and thresholds", f"points_{roll.rubric.key}",
              lambda: words.lines_table(roll, person, frame.locale),
              "Every line’s count, points and thresholds")  # fmt: skip
        st.caption(words.SIMULATION)
        how("score", "rubric", "light", "luck_light", "next_step", "falling_out", "official_score")


def exchange(frame: Frame, roll: Roll, person: str, mine: Person | None) -> None:
    drawing = person_words.exchange(roll, person, frame.look, frame.locale)
    with card("exchange", drawing.sentence if drawing else person_words.counts_sentence(roll, person, frame.locale)):
        if drawing:
            chart(drawing, "chart_exchange")
        else:
            st.caption("A rate needs weeks of exposure: PALMS or a register of meetings brings them.")
        if mine is not None:
            st.markdown(plain(person_words.tiers_sentence(mine, frame.locale)))
            if mine.ids:
                rows_of(frame, "scorecard", list(mine.ids))
        how("exchange", "shrunken", "inside", "outside", "interval")


def partners(frame: Frame, mine: Person) -> None:
    if mine.partners.empty:
        closed("partners", "With whom?", "No record of these months names the other side. The Slips Audit does.")
        return
    with card("partners", person_words.partners_sentence(mine, frame.locale)):
        table(
            "Partners, by name",
            "partners",
            lambda: person_words.partners_table(mine),
            "Gave, received and met, by name",
        )


def money(frame: Frame, roll: Roll, mine: Person | None) -> None:
    """Turnover received beside the dues that the reader types."""
    if mine is None or mine.money is None:
        closed("return", "What did the membership bring?", "No record says what this member earned: BNI’s exports "
               "thank the giver and hide who thanks. In your own log the columns status, closed on and amount "
               "do.")  # fmt: skip
        return
    if not mine.money:
        with card("return", "Nothing won is recorded for this member in these months"):
            st.caption(plain(person_words.waiting_sentence(mine, frame.locale)))
        return
    for position, part in enumerate(mine.money):
        with card(f"return{position or ''}", person_words.money_sentence(part, mine.start, mine.end, frame.locale)):
            st.caption(plain(person_words.waiting_sentence(mine, frame.locale)))
            if not position:
                dues = st.number_input("Dues a year, in the same currency", min_value=0.0, value=None, step=50.0,
                                       key="dues", bind="query-params", width=240, placeholder="not recorded: type it",
                                       help="No export holds what a membership costs. It stays in this link "
                                            "only.")  # fmt: skip
                if dues:
                    drawn = person_words.return_drawing(part, dues, mine.start, mine.end, frame.look, frame.locale)
                    chart(drawn, "chart_return")
                    st.caption(plain(drawn.sentence))
            how(f"return{position}", "own_return")
