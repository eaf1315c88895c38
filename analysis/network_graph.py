"""The net of referrals: who gave to whom as one wheel, members who exchange side by side, other chapters as one each.

Every node has its place on the wheel from the start, so that the same people stand where they stood last time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from analysis import chapter_exchange, chapter_meetings, chapter_members, chapter_rows
from analysis.chapter_exchange import ELSEWHERE, MOST, Exchange
from analysis.chapter_members import Members
from analysis.chapter_rows import Records
from analysis.population import to_date
from analysis.result import Frames
from analysis.scope import Scope

PERSON, GROUP, CHAPTER, OUTSIDE = "member", "group", "chapter", "outside"
CHAPTERS = 8  # other chapters on the wheel, the busiest; the rest stand together
REST, NOBODY = "chapter:", "outside:"


@dataclass(frozen=True)
class Graph:
    """nodes: id, kind (member | group | chapter | outside), name, gave, got, angle (radians, clockwise from the top),
    in the order of the wheel. edges: giver, taker (ids), n, ids (of the rows); no loops. by_group: nodes are whole
    groups, because there are more members than can be read. members: how many there are; linked: how many of them hang
    together in the largest part; alone: how many have no referral to or from a fellow member; left_out: members without
    a place.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    by_group: bool
    members: int
    linked: int
    alone: int
    left_out: int


@dataclass(frozen=True)
class Network:
    """Of one scope, half-open: exchange (see chapter_exchange) and graph; None where no row names both sides."""

    start: date | None = None
    end: date | None = None
    members: int = 0
    referrals: int = 0  # between two members
    exchange: Exchange | None = field(default=None, repr=False, compare=False)
    graph: Graph | None = field(default=None, repr=False, compare=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def empty(self) -> bool:
        return self.start is None


def build(frames: Frames, scope: Scope, groups: tuple[tuple[str, str], ...] = ()) -> Network:
    """The net of a scope; frames hold the scope's groups only. groups: id and name of each."""
    records = chapter_rows.build(frames, scope)
    if records is None:
        return Network()
    members = chapter_members.build(frames, records)
    met = chapter_meetings.meetings(records)
    e = chapter_exchange.exchange(records, members, met)
    people = members.people.drop_duplicates("person_id")
    rows = between_members(records, members)
    return Network(
        to_date(records.start), to_date(records.end), len(people), len(rows), e,
        graph(records, members, e, dict(groups)) if e is not None and len(rows) else None,
        dict(zip(people["person_id"], people["name"], strict=True)),
    )  # fmt: skip


def between_members(records: Records, members: Members) -> pd.DataFrame:
    """The window's referrals of which both sides are members, each once."""
    r = chapter_exchange.given(records, members)
    return r[r["source_id"].isin(members.ids) & r["receiver_id"].isin(members.ids)].reset_index(drop=True)


def graph(records: Records, members: Members, e: Exchange, groups: Mapping[str, str]) -> Graph:
    """Members on the wheel in the order of the exchange; whole groups where there are several with too many members."""
    people = members.people.drop_duplicates("person_id")
    by_group = len(people) > MOST and len(records.home) > 1
    rows = chapter_exchange.given(records, members)
    sides = {c: _side(rows, c, people, by_group) for c in ("source_id", "receiver_id")}
    ties = rows.assign(giver=sides["source_id"], taker=sides["receiver_id"])
    ties = _busiest_chapters(ties)
    own = sorted(people["group_id"].unique()) if by_group else [p for p in e.order[:MOST] if p]
    away = {node for side in ("giver", "taker") for node in ties[side] if node.startswith((REST, NOBODY))}
    order = [*own, *sorted(away, key=_last)]
    ties = ties[ties["giver"].isin(order) & ties["taker"].isin(order) & (ties["giver"] != ties["taker"])]
    edges = ties.groupby(["giver", "taker"], sort=True).agg(n=("referral_id", "size"), ids=("referral_id", list))
    edges = edges.reset_index().sort_values(["n", "giver", "taker"], ascending=[True, True, True], kind="stable")
    linked, alone = _parts(between_members(records, members), len(people))
    left_out = 0 if by_group else max(0, len(people) - len(own))
    nodes = _nodes(order, edges, {**records.names, **groups}, records.home)
    return Graph(nodes, edges.reset_index(drop=True), by_group, len(people), linked, alone, left_out)


def _side(rows: pd.DataFrame, column: str, people: pd.DataFrame, by_group: bool) -> pd.Series:
    """Each row's node on one side: the member (or his group), else the other chapter that the row names, else
    outside."""
    person = rows[column].fillna(ELSEWHERE).astype(str)
    home = dict(zip(people["person_id"], people["group_id"] if by_group else people["person_id"], strict=True))
    away = (REST + rows["counterpart"]).where(rows["counterpart"].notna(), NOBODY)
    return person.map(home).where(person.isin(home.keys()), away).astype(str)


def _busiest_chapters(ties: pd.DataFrame) -> pd.DataFrame:
    """Other chapters beyond the busiest CHAPTERS become one."""
    away = pd.concat([ties["giver"], ties["taker"]])
    count = away[away.str.startswith(REST)].value_counts(sort=False).sort_index()
    small = count.sort_values(ascending=False, kind="stable").index[CHAPTERS:]
    return ties.assign(**{side: ties[side].where(~ties[side].isin(small), REST) for side in ("giver", "taker")})


def _last(node: str) -> tuple[bool, bool, str]:
    """Other chapters by name, those together after them, everybody else outside at the end."""
    return node == NOBODY, node == REST, node


def _nodes(order: list[str], edges: pd.DataFrame, names: Mapping[str, str], home: Sequence[str]) -> pd.DataFrame:
    kinds = [OUTSIDE if n == NOBODY else CHAPTER if n.startswith(REST) else GROUP if n in home else PERSON
             for n in order]  # fmt: skip
    called = [names.get(n, n.partition(":")[2] if ":" in n else n) for n in order]
    gave, got = (edges.groupby(side)["n"].sum() for side in ("giver", "taker"))
    table = pd.DataFrame({"id": order, "kind": kinds, "name": called})
    for column, sums in (("gave", gave), ("got", got)):
        table[column] = table["id"].map(sums).fillna(0).astype(int)
    inner = table["kind"].isin([PERSON, GROUP]).to_numpy()
    gap = 1.0 if (~inner).any() and inner.any() else 0.0  # an empty seat on either side of those outside
    place = np.arange(len(table)) + np.where(inner, 0.0, gap)
    table["angle"] = 2 * np.pi * (place + 0.5) / (len(table) + 2 * gap)
    return table


def _parts(rows: pd.DataFrame, members: int) -> tuple[int, int]:
    """Members in the largest part that hangs together, and members without any tie."""
    if rows.empty:
        return 0, members
    codes = np.unique(np.concatenate([rows["source_id"].astype(str), rows["receiver_id"].astype(str)]),
                      return_inverse=True)[1]  # fmt: skip
    n, half = int(codes.max()) + 1, len(rows)
    ties = coo_matrix((np.ones(half), (codes[:half], codes[half:])), shape=(n, n))
    part = connected_components(ties, directed=False)[1]
    return int(np.bincount(part).max()), members - n
