"""The relationships page's cards: the accounts, one of them over time, early asks, the thirteen points, ratings."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import relationships_bank, relationships_points
from analysis.relationships_bank import Bank
from analysis.relationships_points import Profile
from charts import findings
from charts import relationships as words
from charts import relationships_points as point_words
from formats import plain
from pages import _address
from pages._cards import PERCENT, card, chart, claim, closed
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import show, table
from service.entries import POINTS

PERSON, WITH = "member", "with"  # the address's parameters: ids
NOBODY = "nobody"
SHARES = {"Share": PERCENT, "95 % from": PERCENT, "to": PERCENT}
CLAIMS = ("D3", "D4", "Q2", "Q3")


def bank_of(frame: Frame) -> Bank | None:
    return frame.session.view(relationships_bank.build, frame.scope.unfiltered())


def profile_of(frame: Frame) -> Profile | None:
    return frame.session.view(relationships_points.build, frame.scope.unfiltered())


def names_of(bank: Bank | None, profile: Profile | None) -> dict[str, str]:
    """Name by id, of everybody with an account or an assessment."""
    names = dict(bank.names) if bank else {}
    if profile is not None:
        rows = profile.latest
        names |= dict(zip(rows["assessor_id"], rows["assessor"], strict=True))
        names |= dict(zip(rows["source_id"], rows["source"], strict=True))
    return names


def menus(bank: Bank | None, profile: Profile | None) -> tuple[str | None, str | None]:
    """A person and one other; the address holds their ids."""
    names = names_of(bank, profile)
    mine: dict[str, None] = dict.fromkeys(relationships_bank.people(bank)) if bank else {}
    if profile is not None:
        mine |= dict.fromkeys(profile.latest["assessor_id"])
    with st.container(horizontal=True, vertical_alignment="bottom", key="relationship_menus"):
        one = menu("Relationships of", PERSON, sorted(mine, key=lambda p: (names[p], p)), names, "Everybody")
        if one is None:
            return None, None
        others = set(relationships_bank.partners(bank, one)) if bank else set()
        others |= set(profile.of(one, None)["source_id"]) if profile is not None else set()
        return one, menu("with", WITH, sorted(others, key=lambda p: (names[p], p)), names, "Everybody")


def menu(label: str, parameter: str, people: list[str], names: dict[str, str], nobody: str) -> str | None:
    wanted = _address.value_of(parameter)
    key = f"relationship_{parameter}"
    st.session_state[key] = wanted if wanted in people else NOBODY
    chosen = st.selectbox(label, [NOBODY, *people], key=key, width=260, format_func=lambda p: names.get(p, nobody),
                          on_change=_address.follow, args=(parameter, key, NOBODY))  # fmt: skip
    return chosen if chosen in people else None


def who(bank: Bank | None, profile: Profile | None, person: str, other: str | None) -> str:
    """The chosen relationship in words."""
    names = names_of(bank, profile)
    return f"{names.get(person, '')} and {names.get(other, '')}" if other else names.get(person, "")


def accounts(frame: Frame, bank: Bank | None) -> None:
    """All balances, and those to pay into first."""
    if bank is None or not (bank.asked or bank.helped):
        closed("accounts", "What lies in each account?", "No help, introduction, testimonial or ask is recorded. Keep "
               "them on the Log page, or in a list with the columns date, from, to and kind.")  # fmt: skip
        return
    drawing = words.spread(bank, frame.look, frame.locale)
    with card("accounts", words.accounts_sentence(bank, frame.locale)):
        chart(drawing, "chart_accounts")
        missing = [
            what
            for there, what in ((bank.asked, "ask"), (bank.helped, "help, introduction or testimonial"))
            if not there
        ]
        if missing:
            st.caption(f"No {missing[0]} is recorded: the balances are known in part.")
        if len(made := words.overdrawn_table(bank)):
            st.markdown("**Pay in before asking again:**")
            show(made, "overdrawn", "The accounts that are most overdrawn",
                 marks=opening(bank.accounts.loc[made.index]))  # fmt: skip
            st.caption("Choose a row to see the account over time, from both sides.")
        table("Every account, the most overdrawn first", "accounts", lambda: words.accounts_table(bank),
              "Deposits, asks and balance of every account", marks=opening(bank.accounts))  # fmt: skip
        how("accounts", "bank", "deposit", "withdrawal")


def opening(accounts: pd.DataFrame) -> list[str]:
    """What a row of each of these accounts opens: the two people’s page."""
    return [f"{PERSON}:{a}|{WITH}:{b}" for a, b in zip(accounts["from_id"], accounts["to_id"], strict=True)]


def early(frame: Frame, bank: Bank | None) -> None:
    if bank is None or bank.early is None:
        closed("early", "Who asks before giving?", "No ask is recorded. Enter one on the Log page whenever somebody "
               "asks for a referral or a favour, also when nothing comes of it.")  # fmt: skip
        return
    found = bank.early
    with card("early", words.early_sentence(found, frame.locale)):
        if drawing := words.early(found, frame.look, frame.locale):
            chart(drawing, "chart_early")
            table("Asks by asker", "early", lambda: words.early_table(found), "Asks, and those before any deposit")
        if said := words.skipped_sentence(found, frame.locale):
            st.caption(plain(said))
        how("early", "before_investing", "deposit")


def one_account(frame: Frame, bank: Bank | None, person: str, other: str | None) -> None:
    """The account of a person, with one other in both directions."""
    if bank is None or person not in bank.names:
        return
    ways = [(person, other)] + ([(other, person)] if other else [])
    for column, (owner, partner) in zip(st.columns(len(ways)), ways, strict=True):
        found = relationships_bank.account(bank, str(owner), partner)
        with_ = bank.names.get(str(partner), "") if partner else "everybody"
        title = f"Account of {bank.names.get(str(owner), '')} with {with_}"
        drawing = words.over_time(found, bank, frame.look, title, frame.locale)
        key = "account" if owner == person else "account_back"
        with column, card(key, drawing.sentence):
            if found.deposits or found.asks:
                chart(drawing, f"chart_{key}")
            else:
                st.caption("Nothing was put in or taken out since the log began.")
            if found.ids:
                rows_of(frame, key, list(found.ids))
            how(key, "bank", "deposit", "withdrawal")
    if other is None and len(made := words.own_table(bank, person, frame.locale)):
        with card("own", f"{bank.names[person]}’s accounts, the most overdrawn first"):
            mine = bank.accounts[bank.accounts["from_id"] == person]
            show(made, "own", "Balance, deposits and asks with each other person", marks=opening(mine))


def points(frame: Frame, profile: Profile | None, person: str | None, other: str | None, who: str) -> None:
    if profile is None:
        closed("points", "Which of the thirteen points are true?", "No assessment is recorded. Answer the thirteen "
               "points on the Log page for each source, yes or no, and again after half a year.")  # fmt: skip
        return
    one = profile.of(person, other) if person else None
    drawing = point_words.profile(profile, frame.look, frame.locale, one, who)
    with card("points", drawing.sentence):
        chart(drawing, "chart_points")
        if person and one is not None and one.empty:
            st.caption("No assessment of this relationship is recorded; the dots are the chapter’s.")
        table("The points in whole words", "points", lambda: point_words.table(profile, POINTS), "Each point’s share",
              **SHARES)  # fmt: skip
        table("Every relationship that was assessed", "assessed", lambda: point_words.relationships_table(profile),
              "The last assessment of each relationship")  # fmt: skip
        how("points", "thirteen_points", "interval")


def what_followed(frame: Frame) -> None:
    """The four claims about investing and rating, each with its verdict."""
    st.subheader("What followed", anchor="followed")
    results = frame.session.results(frame.scope, CLAIMS)
    draw = partial(findings.drawn, of=frame.look, locale=frame.locale, results=results)
    for column, mine in zip(st.columns(2), (results[::2], results[1::2]), strict=True):
        with column:
            for result in mine:
                claim(frame, result, draw, clicks=False)
