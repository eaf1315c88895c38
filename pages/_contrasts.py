"""The cards of the contrast pages: claims with marks that can be clicked, what became of both kinds, several groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from analysis import contrast_cohorts, contrast_outcomes, groups
from analysis.contrast_cohorts import Cohorts
from analysis.contrast_outcomes import Outcomes
from analysis.population import to_day
from analysis.recorded import HOW_TO
from analysis.result import Result
from charts import contrast_cohorts as cohort_charts
from charts import contrast_groups as group_charts
from charts import contrast_members, words
from charts import contrast_outcomes as outcome_charts
from charts.arms import Arms
from charts.theme import Drawing
from formats import plain
from pages import _cards, _help, _tables
from pages._cards import PERCENT, card, closed, early
from pages._shell import Frame


def results(frame: Frame, claims: Sequence[str]) -> dict[str, Result]:
    return {result.claim: result for result in frame.session.results(frame.scope, list(claims))}


def head(frame: Frame, found: Sequence[Result], label: str, lead: str) -> str:
    """The page's title is its first finding, else what it is about. Returns the claim that gave it."""
    first = next((result for result in found if result.verdict in words.FINDINGS), None)
    st.title(plain(words.headline(first, frame.locale)) if first else label, anchor=False)
    st.markdown(lead)
    return first.claim if first else ""


def chosen(frame: Frame) -> frozenset[str]:
    """Receivers to whom the page is narrowed."""
    return frozenset(value for field, value in frame.scope.filters if field == "receiver")


def claim(frame: Frame, result: Result, draw: _cards.Draw, *, titled: str = "", arms: Arms | None = None) -> None:
    """A finding's card. titled: the claim that is the page's title; arms: of a comparison within receivers."""
    more = partial(member_table, result, arms) if arms and len(result.data.get("members", ())) else None
    _cards.claim(frame, result, draw, titled=result.claim == titled, more=more)


# --- what became of them ----------------------------------------------------------------------------------------------


def outcomes(frame: Frame, contrast: str, result: Result) -> Outcomes:
    """Narrowed to what was clicked, but for the outcome itself: the share won among the won is no finding."""
    scope = replace(frame.scope, filters=tuple(f for f in frame.scope.filters if f[0] != "status"))
    day = to_day(result.as_of) if result.as_of else None
    return frame.session.view(contrast_outcomes.build, scope, contrast, day, frame.session.method())


def lacking(o: Outcomes, key: str, title: str) -> bool:
    """Draw the closed card where there is nothing to show, and say so."""
    if o.missing:
        closed(key, title, " ".join(HOW_TO[field] for field in o.missing))
    elif o.empty:
        closed(key, title, "Nothing that can be compared falls into this selection. Widen the period, take a filter "
               "away, or choose everyone.", "Nothing here")  # fmt: skip
    return bool(o.missing) or o.empty


def outcome(frame: Frame, o: Outcomes, arms: Arms, key: str, title: str, draw: Callable[..., Drawing | None],
            without: str, term: str) -> None:  # fmt: skip
    """One figure about what became of both kinds; without: what is missing if there is none."""
    if lacking(o, key, title):
        return
    drawing = draw(o, arms, frame.look, frame.locale)
    if drawing is None:
        closed(key, title, without)
        return
    lead, _, rest = (drawing.heading or drawing.sentence).partition(". ")
    with card(key, lead.removesuffix(".")):
        if rest:
            st.markdown(plain(rest))
        _cards.chart(drawing, f"chart_{key}")
        for note in o.notes if term == "won_amounts" else ():
            st.caption(f":material/warning: {plain(note)}")
        _help.how(key, term)


def time_to_close(frame: Frame, o: Outcomes, arms: Arms) -> None:
    outcome(frame, o, arms, "time_to_close", "How soon do they close?", outcome_charts.closing,
            HOW_TO["closed"], "time_to_close")  # fmt: skip


def won_amounts(frame: Frame, o: Outcomes, arms: Arms) -> None:
    outcome(frame, o, arms, "won_amounts", "What is a won referral worth?", outcome_charts.amounts,
            "No amount of a won referral is recorded here. Add the columns amount and currency to the log.",
            "won_amounts")  # fmt: skip


def count_and_money(frame: Frame, o: Outcomes, arms: Arms) -> None:
    outcome(frame, o, arms, "count_and_money", "Who brings how much?", outcome_charts.parts,
            f"No referral here is old enough to judge: each has {frame.session.method().horizon_days} days to close.",
            "parts_of_all")  # fmt: skip


def member_table(result: Result, arms: Arms) -> None:
    columns = ("Difference", "95 % from", "to", "Drawn to all", "95 % from ", "to ")
    _tables.table("Receivers, as a table", f"members_{result.claim}", lambda: contrast_members.table(result, arms),
                  "Every receiver’s two close rates", **dict.fromkeys(columns, PERCENT))  # fmt: skip


# --- years of membership ----------------------------------------------------------------------------------------------


def cohorts(frame: Frame, result: Result) -> Cohorts:
    day = to_day(result.as_of) if result.as_of else None
    return frame.session.view(contrast_cohorts.build, frame.scope, day, frame.session.method())


def years(frame: Frame, c: Cohorts, key: str, title: str, draw: Callable[..., Drawing | None], term: str) -> None:
    """Cohorts or stayers; absent records are the claim's to explain."""
    drawing = draw(c, frame.look, frame.locale) if not c.empty else None
    if drawing is None:
        closed(key, title, "This takes the days on which members joined, of more than one member.")
        return
    with card(key, drawing.sentence.partition(". ")[0].removesuffix(".")):
        if rest := drawing.sentence.partition(". ")[2]:
            st.markdown(plain(rest))
        _cards.chart(drawing, f"chart_{key}")
        _help.how(key, term)


def staying(frame: Frame, c: Cohorts) -> None:
    years(frame, c, "staying", "Who stays?", cohort_charts.staying, "staying")


def by_joining(frame: Frame, c: Cohorts) -> None:
    years(frame, c, "cohorts", "Do later newcomers fare otherwise?", cohort_charts.grid, "cohorts")


# --- several groups ---------------------------------------------------------------------------------------------------


def by_group(frame: Frame, claims: Sequence[str]) -> None:
    """The claims over the scope's groups; absent with fewer than three."""
    known = frame.session.groups()
    shown = set(frame.scope.groups) or set(known["group_id"])
    if len(shown) < groups.LEAST or frame.scope.receiver:
        return
    found = frame.session.view(groups.build, frame.scope.unfiltered(), frame.session.method(), tuple(claims)).claims
    have = [name for name in claims if name in found and found[name].mean is not None]
    st.subheader("By group", anchor="groups")
    if not have:
        early("groups", "Groups cannot be compared yet", "It takes three groups or more, each with enough members for "
              "a figure of its own.", "Not enough yet")  # fmt: skip
        return
    one_of(frame, have, dict(zip(known["group_id"], known["name"], strict=True)))


@st.fragment
def one_of(frame: Frame, have: list[str], names: dict[str, str]) -> None:
    """One claim's groups; which is part of the URL and redraws only this card."""
    with st.container(border=True, key="card_groups"):
        shown = have[0]
        if len(have) > 1:
            picked = st.radio("Compare groups by", have, key="by_group", bind="query-params",
                              format_func=group_charts.WHAT.__getitem__)  # fmt: skip
            shown = picked if picked in have else have[0]
        view = frame.session.view(groups.build, frame.scope.unfiltered(), frame.session.method(), tuple(have))
        by = view.claims[shown]
        st.subheader(plain(group_charts.sentence(by, frame.locale)), anchor=False)
        st.markdown("  \n".join(plain(line) for line in group_charts.lines(by, frame.locale)))
        st.caption("Groups are not ranked: they stand by name. The verdict pools the members of all groups; this "
                   "stands beside it and decides nothing.")  # fmt: skip
        for column, draw in zip(st.columns(2), (group_charts.funnel, group_charts.shrunken), strict=True):
            with column:
                drawing = draw(by, names, frame.look, frame.locale)
                st.markdown(f"**{plain(drawing.heading)}**")
                _cards.chart(drawing, f"chart_groups_{draw.__name__}")
        _help.how("groups", "across_groups", "funnel", "drawn_to_all")
        _tables.table(
            "Groups, as a table",
            f"groups_{shown}",
            lambda: group_charts.table(by, names),
            "Every group’s figure, drawn to the mean and its own",
            **{"Chance of the highest quarter": PERCENT},
        )
