"""Drafts' rows stand before SQL as they are, and names become ids, before anything is compared with the store.

Nothing is copied: the statements read the Arrow columns that the importer left, words of few values as codes.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from data.draft import STAGING, Draft, Reject
from data.engines.duckdb import Connection
from data.frames import plain_schema

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


_BATCH = 122_880  # rows that DuckDB takes at a time, so that every core has some


def stage(con: Connection, drafts: Sequence[Draft]) -> dict[tuple[int, str], list[Reject]]:
    """Make `stage_…`, a view a frame, of all drafts: their rows with `draft`, which one, and `pos`, the place in it.

    Returns the rejects of what the canonical tables cannot hold, by draft and frame; those rows are left out.
    """
    late: dict[tuple[int, str], list[Reject]] = {}
    for table in STAGING:
        rows = _together(table, drafts)
        for column, unfit, reason in _UNFIT.get(table, ()) if rows.num_rows else ():
            _show(con, table, rows)
            found = con.execute(f"""select draft, pos, row_no, cast("{column}" as varchar) from stage_{table}
              where {unfit} order by draft, pos""").fetchall()
            for i, _, row_no, value in found:
                late.setdefault((i, table), []).append(Reject(row_no, column, value, reason))
            rows = _without(rows, {(i, pos) for i, pos, *_ in found})
        _show(con, table, rows)
    return late


def filled(drafts: Sequence[Draft], tables: Sequence[str]) -> list[str]:
    """Those of the frames that hold a row in any draft; the first where none does, as a statement needs one."""
    held = {table for draft in drafts for table, count in draft.frames.counts().items() if count}
    return [table for table in tables if table in held] or [tables[0]]


def _together(table: str, drafts: Sequence[Draft]) -> pa.Table:
    """The rows of one frame of all drafts. Columns that are codes in some drafts and text in others become text."""
    parts = []
    for i, draft in enumerate(drafts):
        if table in draft.frames and draft.frames.counts()[table]:
            rows = draft.frames.table(table)
            count = rows.num_rows
            parts.append(rows.append_column("pos", pa.array(np.arange(count))).append_column(
                "draft", pa.array(np.full(count, i, dtype=np.int32))))  # fmt: skip
    plain = pa.schema([*plain_schema(table), ("pos", pa.int64()), ("draft", pa.int32())])
    if not parts:
        return plain.empty_table()
    if any(part.schema != parts[0].schema for part in parts):
        parts = [part.cast(plain) for part in parts]
    return pa.concat_tables(parts)


def _without(rows: pa.Table, unfit: set[tuple[int, int]]) -> pa.Table:
    """The rows but those at the given (draft, pos), numbered anew: ids are given out by `pos`."""
    if not unfit:
        return rows
    places = rows["draft"].to_numpy() * np.int64(FRAME_ROWS) + rows["pos"].to_numpy()
    rows = rows.filter(pa.array(~np.isin(places, [i * FRAME_ROWS + pos for i, pos in unfit])))
    drafts = rows["draft"].to_numpy()
    pos = np.arange(len(drafts)) - np.searchsorted(drafts, drafts)
    return rows.set_column(rows.schema.get_field_index("pos"), "pos", pa.array(pos))


def _show(con: Connection, table: str, rows: pa.Table) -> None:
    """`stage_…`: a view of the rows as they stand in memory."""
    con.register(f"stage_{table}", pa.Table.from_batches(rows.to_batches(max_chunksize=_BATCH), rows.schema))


def incoming(con: Connection) -> None:
    """`incoming`: the staged referral rows with ids instead of names, numbered in the order they came."""
    con.execute(f"""create or replace temp view incoming as
      select staged.draft * {FRAME_ROWS} + pos as row_id, staged.draft, row_no, nullif(trim(ref), '') as ref,
        spot.group_id, given_on, period_from, period_to, giver.person_id as source_id, taker.person_id as receiver_id,
        source_kind, prospect, receiver_present, asked, cast(tier as integer) as tier,
        nullif(trim(via), '') as via, heat, status, closed_on, cast(amount as decimal(18, 2)) as amount, currency,
        counterpart_group
      from stage_referrals as staged
      inner join stage_groups as spot on spot.draft = staged.draft and spot.name is not distinct from staged."group"
      left join who as giver on giver.name = staged.source and giver.group_id = spot.group_id
      left join who as taker on taker.name = staged.receiver and taker.group_id = spot.group_id""")
