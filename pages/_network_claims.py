"""Giving and network: what comes back, who stands between, chains and ponds."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analysis import network_between, network_money, network_returns
from analysis.result import Result
from charts import chains, circles, giving, network_figures
from charts import words as claims
from charts.theme import Drawing, Look
from formats import plain
from pages._cards import PERCENT, badges, card, chart, closed, to_finding
from pages._help import how
from pages._shell import Frame
from pages._tables import table

Draw = Callable[[Result, Look, str], Drawing | None]
CLAIMS = ("R8", "R14", "L4", "R13")


def cards(frame: Frame) -> None:
    """Two abreast: first what the rows say at once, then what the findings say."""
    left, right = st.columns(2)
    with left:
        returns(frame)
    with right:
        between(frame)
    results = {result.claim: result for result in frame.session.results(frame.scope, CLAIMS)}
    left, right = st.columns(2)
    with left:
        claim(frame, results["R8"], giving.both_ways, "generalised")
        claim(frame, results["R13"], circles.by_diversity, "ponds")
    with right:
        money(frame)
        claim(frame, results["L4"], chains.multiplier, "chain")
        claim(frame, results["R14"], circles.by_betweenness, "between")


def returns(frame: Frame) -> None:
    found = frame.session.view(network_returns.build, frame.scope.unfiltered())
    if found is None:
        closed("returns", "Does it come back from the same person?", "No referral between two members is recorded. "
               "The Slips Audit names both sides.")  # fmt: skip
        return
    drawing = network_figures.returns(found, frame.look, frame.locale)
    with card("returns", drawing.sentence):
        chart(drawing, "chart_returns")
        st.caption("Grey: what random arrangements give in which everybody gives and receives as many as here. Two "
                   "trades that suit one another refer both ways without any favour.")  # fmt: skip
        how("returns", "both_ways")


def between(frame: Frame) -> None:
    found = frame.session.view(network_between.build, frame.scope.unfiltered())
    if found is None:
        closed("between", "Who stands between others?", "Too few members are known to refer to one another. The Slips "
               "Audit names both sides.")  # fmt: skip
        return
    drawing = network_figures.between(found, frame.look, frame.locale)
    with card("between", drawing.sentence):
        chart(drawing, "chart_between")
        table("Everybody, as a table", "between", lambda: network_figures.between_table(found),
              "How many ways lead through each member",
              **{"On so many ways": PERCENT, "95 % from": PERCENT, "to": PERCENT, "As counted": PERCENT})  # fmt: skip
        how("between", "between")


def money(frame: Frame) -> None:
    """Each currency by itself."""
    for m in frame.session.view(network_money.build, frame.scope.unfiltered()):
        drawing = network_figures.money(m, frame.look, frame.locale)
        key = f"chains_{m.currency or 'unnamed'}"
        with card(key, drawing.sentence):
            chart(drawing, f"chart_{key}")
            st.caption(plain(network_figures.money_how(m, frame.locale)))
            table("By step, as a table", key, lambda m=m: network_figures.money_table(m), "Money by step of the chain")
            how(key, "chain")


def claim(frame: Frame, result: Result, draw: Draw, term: str) -> None:
    """A finding in short: its verdict, sentence and one figure; the whole of it is one click away."""
    drawing = draw(result, frame.look, frame.locale)
    if drawing is None and claims.deciding(result) is None:
        closed(result.claim, result.title, claims.how_to_record(result))
        return
    with card(result.claim, claims.headline(result, frame.locale)):
        badges(result)
        if line := claims.interval_line(result, frame.locale):
            st.caption(plain(line))
        if drawing is not None:
            chart(drawing, f"chart_{result.claim}")
            st.caption(plain(drawing.sentence))
        how(result.claim, term)
        to_finding(result)
