"""Drafts' frames become temp tables, and names become ids, before anything is compared with the store."""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from data.draft import STAGING, Draft, Reject
from data.engines.duckdb import Connection

_ARROW = {
    "int64": pa.int64(),
    "object": pa.string(),
    "float64": pa.float64(),
    "datetime64[us]": pa.timestamp("us"),
    "boolean": pa.bool_(),
    "Int64": pa.int64(),
}
_SQL = {
    pa.int64(): "bigint",
    pa.int32(): "integer",
    pa.string(): "varchar",
    pa.float64(): "double",
    pa.timestamp("us"): "date",
    pa.bool_(): "boolean",
}
_WIDE = "{0} is not null and coalesce(abs(try_cast({0} as decimal(18, 2))) >= 1e12, true)"
_AMOUNT = "The amount is no number below a million million."
# frame → (column, what is wrong with it, as a sentence) of rows that the canonical tables cannot hold
_UNFIT = {
    "referrals": [("amount", _WIDE.format("amount"), _AMOUNT)],
    "members": [("name", "name is null", "The row names nobody.")],
    "thanks": [("amount", _WIDE.format("amount"), _AMOUNT)],
    "touches": [("kind", "kind is null", "The row does not say what took place.")],
    "attendance": [
        ("name", "name is null", "The row names nobody."),
        ("meeting_on", "meeting_on is null", "The row has no day."),
        ("status", "status is null", "The row does not say whether the member was there."),
    ],
    "snapshots": [("tyfcb", _WIDE.format("tyfcb"), _AMOUNT)],
}
# What people are called in the frames, in the order in which a row names them.
NAMES = {
    "referrals": ("source", "receiver"),
    "thanks": ("from", "to"),
    "touches": ("from", "to"),
    "attendance": ("name",),
    "snapshots": ("name",),
    "assessments": ("assessor", "source"),
    "members": ("name",),
}
EVENTS = tuple(table for table in NAMES if table != "members")
FRAME_ROWS = 8589934592  # more than a frame can have: what keeps drafts and frames apart in one number


def stage(con: Connection, drafts: Sequence[Draft]) -> dict[tuple[int, str], list[Reject]]:
    """Make `stage_…`, a table a frame, of all drafts. Returns the rejects of what the canonical tables cannot hold, by
    draft and frame."""
    for table, columns in STAGING.items():
        fields = [
            *((name, _ARROW[kind]) for name, kind in columns.items()),
            ("pos", pa.int64()),
            ("draft", pa.int32()),
        ]
        schema = pa.schema(fields)
        # Columns spelled out: DuckDB 2.0.0 loses sight of 122,880 rows or more inserted into a table that the same
        # transaction made by "create table … as" without rows.
        made = ", ".join(f'"{name}" {_SQL[kind]}' for name, kind in fields)
        con.execute(f"create temp table stage_{table} ({made})")
        listed = ", ".join(f'cast("{name}" as {_SQL[kind]})' for name, kind in fields)
        for i, draft in enumerate(drafts):
            if (frame := draft.frames.get(table)) is None or frame.empty:
                continue
            numbered = frame.reindex(columns=list(columns)).assign(pos=range(len(frame)), draft=i)
            con.register("staging", pa.Table.from_pandas(numbered, schema=schema, preserve_index=False))
            con.execute(f"insert into stage_{table} select {listed} from staging")
            con.unregister("staging")
    late: dict[tuple[int, str], list[Reject]] = {}
    for table, faults in _UNFIT.items():
        for column, unfit, reason in faults:
            found = con.execute(
                f"""select draft, row_no, cast("{column}" as varchar) from stage_{table} where {unfit}
                order by draft, pos"""
            )
            for i, row_no, value in found.fetchall():
                late.setdefault((i, table), []).append(Reject(row_no, column, value, reason))
            con.execute(f"delete from stage_{table} where {unfit}")
    return late


def incoming(con: Connection) -> None:
    """`incoming`: the staged referral rows with ids instead of names, numbered in the order they came."""
    con.execute(f"""create temp table incoming as
      select staged.draft * {FRAME_ROWS} + pos as row_id, staged.draft, row_no, nullif(trim(ref), '') as ref,
        spot.group_id, given_on, period_from, period_to, giver.person_id as source_id, taker.person_id as receiver_id,
        source_kind, prospect, receiver_present, asked, cast(tier as integer) as tier,
        nullif(trim(via), '') as via, heat, status, closed_on, cast(amount as decimal(18, 2)) as amount, currency,
        counterpart_group
      from stage_referrals as staged
      inner join stage_groups as spot on spot.draft = staged.draft and spot.name is not distinct from staged."group"
      left join who as giver on giver.name = staged.source and giver.group_id = spot.group_id
      left join who as taker on taker.name = staged.receiver and taker.group_id = spot.group_id""")
