"""Storing thanks, touches, attendance, period totals and assessments: what is new, what is known, what is added to it.

As for referrals (data.matching), the k-th occurrence in the file pairs with the k-th in the store, so that overlapping
exports do not double and repeats inside one file do not fold:
    content  every field the same: the larger count stays
    key      thanks and touches: the same but for fields that one of the two leaves empty, which are filled in;
             the others: their natural key, and the newer file updates the stored row
An empty cell never erases.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from dataclasses import dataclass

from data import matching
from data.draft import STAGING
from data.engines.duckdb import Connection
from data.staging import FRAME_ROWS, NAMES

_IDS = {
    "from": "from_id",
    "to": "to_id",
    "name": "person_id",
    "assessor": "assessor_id",
    "source": "source_id",
}
_CAST = {"tier": "integer", "amount": "decimal(18, 2)", "tyfcb": "decimal(18, 2)"}
_TALLIES = (
    *("p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "tyfcb", "currency"),
    *("ceu", "testimonials", "official_score"),
)


@dataclass(frozen=True)
class Kind:
    """A canonical table and its frame of the same name. `key` columns say which row it is, `detail` what is said of it;
    `newer`: whether a newer file may change a detail, or only fill one that is empty."""

    table: str
    key: tuple[str, ...]
    detail: tuple[str, ...]
    newer: bool
    id: str | None = None  # the column of the row's id, if it has one, and the letter that its ids begin with
    letter: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.key, *self.detail)

    def rules(self) -> matching.Rules:
        filled = " and ".join(f"(stored.{c} is null or new.{c} is null or stored.{c} = new.{c})" for c in self.detail)
        return {
            "content": (self.columns, "true", "true", "true"),
            "key": (self.key, "true", "true", "true" if self.newer else filled),
        }


KINDS = (
    Kind(
        "thanks",
        ("group_id", "given_on", "period_from", "period_to", "from_id", "to_id", "amount"),
        ("currency", "tier", "counterpart_group"),
        newer=False, id="thank_id", letter="t",
    ),
    Kind(
        "touches",
        ("group_id", "happened_on", "period_from", "period_to", "from_id", "to_id", "kind", "quantity"),
        ("purpose", "outcome", "counterpart_group"),
        newer=False, id="touch_id", letter="k",
    ),
    Kind("attendance", ("group_id", "person_id", "meeting_on"), ("status",), newer=True),
    Kind("snapshots", ("group_id", "person_id", "row_label", "period_from", "period_to"), _TALLIES, newer=True),
    Kind(
        "assessments",
        ("assessed_on", "assessor_id", "source_id"),
        (*(f"q{i:02d}" for i in range(1, 14)), "comfort", "perceived_value"),
        newer=True, id="assessment_id", letter="a",
    ),
)  # fmt: skip


def store(con: Connection, kind: Kind, draft: int, import_id: int, *, by_hand: bool = False) -> dict[str, int]:
    """Match, update and insert a draft's rows of one kind. Returns counts as data.people.store_members does.

    by_hand: the rows were entered, not exported: one fills no blank of another that is not the same.

    Leaves the temp tables arriving, matched, changed and fresh, as data.importing's referrals do.
    """
    _arrive(con, kind, draft)
    spots = "where group_id in (select group_id from arriving)" if "group_id" in kind.key else ""
    con.execute(
        f"create or replace temp table pool as select rowid as stored_id, {kind.table}.* from {kind.table} {spots}"
    )
    rules = kind.rules()
    if by_hand and not kind.newer:
        del rules["key"]
    con.execute("create or replace temp table matched (row_id bigint, stored_id bigint, rule varchar)")
    matching.pair(con, rules)
    updated = _update(con, kind, import_id)
    _insert(con, kind, import_id)
    if "group_id" in kind.key:
        con.execute("""insert into touched select group_id from fresh
          union select group_id from pool inner join changed using (stored_id)""")
    rows, there = con.execute("select (select count(*) from arriving), (select count(*) from matched)").fetchall()[0]
    return {"rows": rows, "loaded": rows - there, "updated": updated, "already_there": there - updated}


def _arrive(con: Connection, kind: Kind, draft: int) -> None:
    """`arriving`: the staged rows with ids instead of names, numbered in the order they came."""
    named = NAMES[kind.table]
    plain = ", ".join(
        f"cast(staged.{c} as {_CAST[c]}) as {c}" if c in _CAST else f"staged.{c}"
        for c in STAGING[kind.table]
        if c not in (*named, "row_no", "group")
    )
    people = ", ".join(f"{_IDS[c]}_who.person_id as {_IDS[c]}" for c in named)
    joins = " ".join(
        f'left join who as {_IDS[c]}_who on {_IDS[c]}_who.name = staged."{c}" '
        f"and {_IDS[c]}_who.group_id = spot.group_id"
        for c in named
    )
    con.execute(
        f"""create or replace temp table arrived as
      select staged.draft * {FRAME_ROWS} + pos as row_id, row_no, spot.group_id, {people}, {plain}
      from stage_{kind.table} as staged
      inner join stage_groups as spot on spot.draft = staged.draft and spot.name is not distinct from staged."group"
      {joins} where staged.draft = ?""",
        [draft],
    )
    con.execute("create or replace temp view arriving as from arrived")


def _update(con: Connection, kind: Kind, import_id: int) -> int:
    merged = {c: f"coalesce(new.{c}, stored.{c})" for c in kind.detail}
    listed = ", ".join(f"{sql} as {c}" for c, sql in merged.items())
    differs = " or ".join(f"{sql} is distinct from stored.{c}" for c, sql in merged.items())
    con.execute(f"""create or replace temp table changed as
      select stored.stored_id, new.row_no, {listed}
      from matched inner join arriving as new using (row_id) inner join pool as stored using (stored_id)
      where rule <> 'content' and ({differs})""")
    plain = ", ".join(f"{c} = new.{c}" for c in kind.detail)
    con.execute(
        f"""update {kind.table} set {plain}, import_id = ?, row_no = new.row_no
      from changed as new where {kind.table}.rowid = new.stored_id""",
        [import_id],
    )
    return int(con.execute("select count(*) from changed").fetchall()[0][0])


def _insert(con: Connection, kind: Kind, import_id: int) -> None:
    last = 0
    if kind.id:
        sql = f"select coalesce(max(cast(substr({kind.id}, 2) as bigint)), 0) from {kind.table}"
        last = con.execute(sql).fetchall()[0][0]
    con.execute(
        """create or replace temp table numbered as
      select row_id, printf('%s%07d', ?, ? + row_number() over (order by row_id)) as id
      from arriving where row_id not in (select row_id from matched)""",
        [kind.letter, last],
    )
    con.execute("create or replace temp view fresh as from arriving inner join numbered using (row_id)")
    into, given = (f"{kind.id}, ", "id, ") if kind.id else ("", "")
    listed = ", ".join(kind.columns)
    con.execute(
        f"""insert into {kind.table} ({into}{listed}, import_id, row_no)
      select {given}{listed}, ?, row_no from fresh order by row_id""",
        [import_id],
    )
