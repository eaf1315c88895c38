"""Giving and network: the cards of pairs, of one member and of the whole net."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

import formats
from analysis import exchange_met, network_graph
from analysis.network_graph import Network
from charts import chapter, chapter_pairs, chapter_tables, network_matrix
from charts import network as words
from formats import plain
from pages import _address, _cards
from pages._cards import card, closed
from pages._help import how
from pages._rows import rows_of
from pages._shell import Frame
from pages._tables import show, table

PEOPLE = ("source", "receiver")
SHOWN = {"referrals": "Referrals", "one_to_ones": "One-to-ones", "together": "Both together"}
MEMBER = "member"  # whose ring is shown, in the address


def net(frame: Frame) -> Network:
    """The net without the chosen givers and receivers: they are framed in it, so that the others stay in sight."""
    filters = tuple(one for one in frame.scope.filters if one[0] not in PEOPLE)
    known = frame.session.groups()
    groups = tuple(zip(known.group_id, known.name, strict=True))
    return frame.session.view(network_graph.build, replace(frame.scope, filters=filters), groups)


def chosen(frame: Frame) -> chapter_pairs.Chosen:
    """Givers and receivers of the chips."""
    given, got = ([value for field, value in frame.scope.filters if field == side] for side in PEOPLE)
    return given, got


def never_met(frame: Frame) -> None:
    view = frame.session.chapter(frame.scope.unfiltered())
    found = view.never_met
    if found is None:
        closed("never_met", "Who has never met?", "No one-to-one is recorded with both names. The Slips Audit holds "
               "them; PALMS only counts them.")  # fmt: skip
        return
    with card("never_met", chapter.never_met_sentence(found, frame.locale)):
        if found.pairs.empty:
            return
        st.markdown("**The list for next week**, each member once:")
        show(chapter_tables.meet_table(view, next_only=True), "next_week", "Pairs to meet next week")
        st.caption(plain(chapter.meet_how(found, frame.locale)))
        table(f"All {formats.count(len(found.pairs), 'pair', frame.locale)} that never met", "never_met",
              lambda: chapter_tables.meet_table(view, next_only=False), "Every pair without a one-to-one")  # fmt: skip
        how("never_met", "never_met", "one_to_one", "sphere")


def matrix(frame: Frame, n: Network) -> None:
    """Who gave to whom and who met whom; a click on a cell narrows to its two people."""
    e = n.exchange
    if e is None:
        closed("matrix", "Who refers to whom?", "PALMS counts, but does not say with whom. The Slips Audit does: one "
               "file a week or period opens this page and the list of pairs that never met.")  # fmt: skip
        return
    if n.graph is not None and n.graph.by_group:
        drawing = network_matrix.groups(n.graph, frame.look, frame.locale)
        with card("matrix", drawing.sentence):
            _cards.chart(drawing, "chart_matrix")
            st.caption("Choose one group above to see who refers to whom inside it.")
            how("matrix", "matrix")
        return
    both = exchange_met.combined(e)
    have = [k for k in ("referrals", "one_to_ones") if e.cells[k].sum() > 0] + ["together"] * (both is not None)
    with st.container(border=True, key="card_matrix"):
        picked = st.radio("Show between members", have, key="matrix", bind="query-params", horizontal=True,
                          format_func=SHOWN.__getitem__)  # fmt: skip
        what = picked if picked in have else have[0]
        if what == "together" and both is not None:
            drawing = network_matrix.together(e, both, n.names, frame.look, frame.locale, chosen(frame))
        else:
            drawing = chapter_pairs.matrix(e, n.names, frame.look, what, frame.locale, chosen(frame))
        st.subheader(plain(drawing.sentence), anchor=False)
        _cards.chart(drawing, f"chart_matrix_{what}", clicks=True)
        st.caption("A row is who gave, a column who received. Click a cell for the referrals behind it.")
        picked_rows(frame, n)
        pair_tables(frame)
        how("matrix", "matrix", "met_and_referred", "one_sided")


def picked_rows(frame: Frame, n: Network) -> None:
    """The rows of the framed cells, where a giver or receiver is chosen."""
    givers, takers = chosen(frame)
    if n.exchange is None or not (givers or takers):
        return
    cells = n.exchange.cells
    kept = (cells["giver"].isin(givers) | (not givers)) & (cells["taker"].isin(takers) | (not takers))
    st.caption("The chosen cells are framed; the others stay in sight.")
    rows_of(frame, "matrix", [i for ids in cells.loc[kept, "ids"] for i in ids])


def pair_tables(frame: Frame) -> None:
    view = frame.session.chapter(frame.scope.unfiltered())
    table("Pairs that are one-sided", "uneven", lambda: chapter_tables.uneven_table(view),
          "Pairs by how uneven they are",
          **{"By luck alone": st.column_config.TextColumn(help=chapter.UNEVEN_HELP)})  # fmt: skip
    table("Given and received inside the chapter", "balance", lambda: chapter_tables.balance_table(view),
          "What each member gave and got")  # fmt: skip


def one_member(frame: Frame, n: Network) -> None:
    """One member's ring beside the ranked list, and the rows behind."""
    if n.graph is None or n.exchange is None:
        return
    order = exchange_met.by_volume(n.exchange)
    labels = words.labelled(n.names)
    with st.container(border=True, key="card_member"):
        who = choose(order, labels)
        e = n.exchange
        found = frame.session.kept(("partners", frame.scope, who), lambda: exchange_met.partners(e, who, n.names))
        drawing = words.ego(found, n.names.get(who, who), frame.look, frame.locale)
        st.subheader(plain(drawing.sentence), anchor="member")
        ring, ranked = st.columns([6, 5])
        with ring:
            _cards.chart(drawing, "chart_ring", clicks=True)
        with ranked:
            show(words.partners_table(found), "partners", "With whom the chosen member exchanges, most first",
                 marks=[f"{MEMBER}:{p}" if p in labels else "" for p in found["person_id"]])  # fmt: skip
        st.caption("Click a dot, here or in the wheel below, or choose a row: the ring is then that member’s.")
        rows_of(frame, "member", [i for ids in found["ids"] for i in ids])
        how("member", "ring")


def choose(order: list[str], labels: dict[str, str]) -> str:
    """The member of the address, else whoever exchanges most. The address holds an id, never a name."""
    wanted = _address.value_of(MEMBER)
    st.session_state["ring_of"] = wanted if wanted in labels else order[0]
    picked = st.selectbox("One member’s exchanges", list(labels), key="ring_of", width=320,
                          format_func=lambda p: labels.get(p, p), on_change=_address.follow,
                          args=(MEMBER, "ring_of"))  # fmt: skip
    return picked if picked in labels else order[0]


def whole(frame: Frame, n: Network) -> None:
    """Everybody at once; after the ring, because it answers fewer questions."""
    g = n.graph
    if g is None:
        closed("whole", "How does it all hang together?", "No referral names a member on both sides. The Slips Audit "
               "does, and so does a log whose “from” and “to” are both members.")  # fmt: skip
        return
    with st.container(border=True, key="card_whole"):
        outside = st.toggle("Show those of no chapter too", key="outside", bind="query-params")
        who = _address.value_of(MEMBER) or ""
        drawing = words.whole(g, frame.look, frame.locale, chosen=who, outside=bool(outside))
        st.subheader(plain(drawing.sentence), anchor="whole")
        wheel, ranked = st.columns([6, 5])
        with wheel:
            _cards.chart(drawing, "chart_whole", clicks=True)
        with ranked:
            show(words.ties_table(g, outside=bool(outside)), "lines", "Who referred to whom, the strongest first")
        st.caption(plain(words.whole_how(g, frame.locale)))
        how("whole", "wheel")
