"""Giving and network: the page's headline, one member's ring, and the whole net on a wheel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

import formats
from analysis.exchange_met import BOTH, GAVE, GOT, NEVER
from analysis.network_graph import CHAPTER, GROUP, NOBODY, OUTSIDE, PERSON, Graph, Network
from charts import marks
from charts import network_wheel as wheel
from charts.chapter_members import short_names
from charts.chapter_pairs import chapter_name
from charts.drawn import drawn
from charts.theme import Drawing, Look, name

LINES = 110  # drawn at most; thinner ones are left out, and it says so
MOST = 60  # names on one wheel
SYMBOLS = {PERSON: "circle", GROUP: "circle", CHAPTER: "square", OUTSIDE: "diamond"}
WAYS = {BOTH: "both ways", GAVE: "gave only", GOT: "got only", NEVER: "nothing yet"}


def headline(net: Network, locale: str = formats.DEFAULT) -> str:
    """The page's title as a finding."""
    if net.graph is None:
        return "Giving and network"
    g = net.graph
    rest = g.members - g.linked
    said = (
        f"{formats.number(g.linked, locale)} of {formats.count(g.members, 'member', locale)} hang together by referrals"
    )
    return f"{said}, {formats.number(rest, locale)} {'stands' if rest == 1 else 'stand'} apart" if rest else said


def subline(net: Network, locale: str = formats.DEFAULT) -> str:
    if net.start is None or net.end is None:
        return ""
    n = f"{formats.count(net.referrals, 'referral', locale)} from one member to another"
    return f"{formats.period(net.start, net.end, locale)} · {n}"


@drawn
def ego(table: pd.DataFrame, who: str, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """One member in the middle, everybody else around: both ways first, then given to, nothing yet, received from.

    table: as exchange_met.partners; those outside the chapter are not in the ring.
    """
    inner = table[table["person_id"] != ""].head(MOST)
    ring = pd.concat([inner[inner["kind"] == kind] for kind in (BOTH, GAVE, NEVER, GOT)], ignore_index=True)
    figure = wheel.wheel(of)
    angles = 2 * np.pi * (np.arange(len(ring)) + 0.5) / max(1, len(ring))
    at = wheel.places(angles)
    top = max(1, int(ring[["gave", "got"]].to_numpy().max(initial=1)))
    for column, colour in (("gave", of.first), ("got", of.second)):
        some = np.flatnonzero(ring[column] > 0)
        ends = [((0.0, 0.0), tuple(at[i])) if column == "gave" else (tuple(at[i]), (0.0, 0.0)) for i in some]
        wheel.lines(figure, ends, [_width(ring[column].iloc[i], top) for i in some], colour, 0.75, bend=0.0)
    colour_of = {BOTH: of.third, GAVE: of.first, GOT: of.second, NEVER: of.wrong}
    shapes = {BOTH: "circle", GAVE: "triangle-up", GOT: "square", NEVER: "circle-open"}
    told = [_told(row, who, locale) for row in ring.itertuples()]
    wheel.knots(figure, at, told, of, list(ring["person_id"]), color=[colour_of[k] for k in ring["kind"]], size=10,
                symbol=[shapes[k] for k in ring["kind"]])  # fmt: skip
    wheel.knots(figure, np.zeros((1, 2)), [name(who)], of, color=of.ink, size=16)
    wheel.labels(figure, angles, short_names(list(ring["name"]), wheel.LETTERS),
                 [of.soft if k == NEVER else of.ink for k in ring["kind"]])  # fmt: skip
    count = ring["kind"].value_counts()
    signs = {BOTH: "●", GAVE: "▲", GOT: "■", NEVER: "○"}
    marks.key(figure, [(f"{signs[k]} {WAYS[k]} {int(count.get(k, 0))}", colour_of[k] if k != NEVER else of.soft)
                       for k in (BOTH, GAVE, GOT, NEVER)], wide=60)  # fmt: skip
    return Drawing(figure, ego_sentence(table, who, locale))


def ego_sentence(table: pd.DataFrame, who: str, locale: str = formats.DEFAULT) -> str:
    inner = table[table["person_id"] != ""]
    kinds = inner["kind"].value_counts()
    both, gave, got, never = (int(kinds.get(k, 0)) for k in (BOTH, GAVE, GOT, NEVER))
    said = (
        f"{who} gave to {formats.count(both + gave, 'member', locale)} and got from "
        f"{formats.number(both + got, locale)}, with {formats.number(both, locale)} of them both ways"
    )
    rest = f"{formats.number(never, locale)} of {formats.number(len(inner), locale)}"
    return f"{said}; nothing yet between {who} and {rest}."


def labelled(names: Mapping[str, str]) -> dict[str, str]:
    """Members by name, each label once: two of one name get their ids."""
    again = {n for n, k in Counter(names.values()).items() if k > 1}
    named = sorted(names.items(), key=lambda item: (item[1], item[0]))
    return {person: f"{text} ({person})" if text in again else text for person, text in named}


def _told(row: Any, who: str, locale: str) -> str:
    gave, got, met = (int(v) for v in (row.gave, row.got, row.met))
    said = f"{name(row.name)}: got {formats.count(gave, 'referral', locale)}, gave {got}"
    return f"{said}, met {formats.count(met, 'time', locale)}"


def _width(n: float, top: float, widest: float = 0.11) -> float:
    return 0.014 + (widest - 0.014) * float(np.sqrt(n / top))


@drawn
def whole(g: Graph, of: Look, locale: str = formats.DEFAULT, *, chosen: str = "", outside: bool = False) -> Drawing:
    """Everybody on one wheel. chosen: a node whose lines stand out; outside: draw those of no chapter too."""
    nodes = g.nodes if outside else g.nodes[g.nodes["kind"] != OUTSIDE].reset_index(drop=True)
    edges = g.edges[g.edges["giver"].isin(nodes["id"]) & g.edges["taker"].isin(nodes["id"])]
    least = threshold(edges["n"].to_numpy(int))
    figure = wheel.wheel(of)
    angles = nodes["angle"].to_numpy(float)
    at = {node: tuple(place) for node, place in zip(nodes["id"], wheel.places(angles), strict=True)}
    top = float(edges["n"].max()) if len(edges) else 1.0
    shown = edges[edges["n"] >= least]
    mine = (shown["giver"] == chosen) | (shown["taker"] == chosen)
    for part, colour, opacity in _layers(shown, mine, chosen, of):
        ends = [(at[a], at[b]) for a, b in zip(part["giver"], part["taker"], strict=True)]
        wheel.lines(figure, ends, [_width(n, top, 0.06) for n in part["n"]], colour, opacity)
    size = 8 + 10 * np.sqrt((nodes["gave"] + nodes["got"]) / max(1, (nodes["gave"] + nodes["got"]).max()))
    paint = {PERSON: of.ink, GROUP: of.ink, CHAPTER: of.third, OUTSIDE: of.wrong}
    colours = [of.second if n == chosen else paint[k] for n, k in zip(nodes["id"], nodes["kind"], strict=True)]
    wheel.knots(figure, wheel.places(angles), _nodes_told(nodes, locale), of,
                [n if k == PERSON else "" for n, k in zip(nodes["id"], nodes["kind"], strict=True)],
                size=list(size), color=colours, symbol=[SYMBOLS[k] for k in nodes["kind"]])  # fmt: skip
    wheel.labels(figure, angles, short_names([node_name(r) for r in nodes.itertuples()], wheel.LETTERS),
                 [of.second if n == chosen else of.ink if k in (PERSON, GROUP) else of.soft
                  for n, k in zip(nodes["id"], nodes["kind"], strict=True)], gap=13)  # fmt: skip
    return Drawing(figure, whole_sentence(g, edges, least, locale))


def threshold(n: np.ndarray) -> int:
    """The fewest referrals that a line must stand for, so that no more than LINES are drawn."""
    if len(n) <= LINES:
        return 1
    return int(np.sort(n)[::-1][LINES]) + 1 if np.sort(n)[::-1][LINES] < n.max() else int(n.max())


def _layers(shown: pd.DataFrame, mine: pd.Series, chosen: str, of: Look) -> list[tuple[pd.DataFrame, str, float]]:
    if not mine.any():  # the strong over the weak, so that they can be followed where many cross
        steps = shown["n"].quantile([0.5, 0.85]).to_list()
        strength = (shown["n"] > steps[0]).astype(int) + (shown["n"] > steps[1]).astype(int)
        return [(shown[strength == k], of.first, opacity) for k, opacity in enumerate((0.3, 0.55, 0.95))]
    own = shown[mine]
    return [(shown[~mine], of.wrong, 0.2), (own[own["giver"] == chosen], of.first, 0.85),
            (own[own["taker"] == chosen], of.second, 0.85)]  # fmt: skip


def _nodes_told(nodes: pd.DataFrame, locale: str) -> list[str]:
    return [f"{name(node_name(r))}: gave {formats.number(r.gave, locale)}, got {formats.number(r.got, locale)}"
            for r in nodes.itertuples()]  # fmt: skip


def node_name(row: Any) -> str:
    """What a node is called: a person or group by name, a chapter without its region."""
    kind, text = row.kind, str(row.name)
    if kind == OUTSIDE:
        return "outside"
    return (chapter_name(text) if text else "other chapters") if kind == CHAPTER else text


def whole_sentence(g: Graph, edges: pd.DataFrame, least: int, locale: str = formats.DEFAULT) -> str:
    """The strongest line, and what the wheel leaves out."""
    if edges.empty:
        return "No referral between two of those on the wheel in this period."
    called = {r.id: node_name(r) for r in g.nodes.itertuples()}
    best = edges.sort_values(["n", "giver", "taker"], ascending=[False, True, True], kind="stable").iloc[0]
    said = (
        f"The widest of {formats.count(len(edges), 'line', locale)} goes from {called[best['giver']]} to "
        f"{called[best['taker']]} ({formats.count(int(best['n']), 'referral', locale)})"
    )
    thin = int((edges["n"] < least).sum())
    if thin:
        said += (
            f"; {formats.number(thin, locale)} with fewer than {formats.count(least, 'referral', locale)} are not drawn"
        )
    return said + "."


def whole_how(g: Graph, locale: str = formats.DEFAULT) -> str:
    """How to read the wheel."""
    said = "A line is wide at the giver and runs to a point at the receiver; the wider, the more. "
    if g.by_group:
        return said + (
            f"{formats.count(g.members, 'member', locale)} are too many to tell apart, so each point is a whole group; "
            "referrals inside a group are not drawn. Choose one group above to see its members."
        )
    said += "Members who exchange with the same people stand side by side; other chapters are one point each."
    if g.left_out:
        said += f" The {MOST} members who exchange most are shown; {formats.number(g.left_out, locale)} more are not."
    return said


def ties_table(g: Graph, *, outside: bool = False) -> pd.DataFrame:
    """Every line of the wheel as a row, most first; outside: those of no chapter too."""
    called: Mapping[str, str] = {r.id: node_name(r) for r in g.nodes.itertuples()}
    edges = g.edges if outside else g.edges[(g.edges["giver"] != NOBODY) & (g.edges["taker"] != NOBODY)]
    table = pd.DataFrame({"From": edges["giver"].map(called), "To": edges["taker"].map(called),
                          "Referrals": edges["n"]})  # fmt: skip
    order = table.sort_values(["Referrals", "From", "To"], ascending=[False, True, True], kind="stable")
    return order.reset_index(drop=True)


def partners_table(table: pd.DataFrame) -> pd.DataFrame:
    """One member's list: with whom, how many each way, meetings, and which way it goes."""
    way = table["kind"].map(WAYS)
    return pd.DataFrame({"With": table["name"], "Gave": table["gave"], "Got": table["got"], "Met": table["met"],
                         "Way": way}).reset_index(drop=True)  # fmt: skip
