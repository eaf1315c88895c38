"""One import: staged frames become canonical rows and marts, inside the store's one transaction.

Set-based throughout: a draft's frame is handed to DuckDB as it is and everything after that is SQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from data import linking, matching, people, staging
from data.draft import Draft, Reject
from data.engines.duckdb import Connection, build_marts
from data.people import QuestionsOpen
from errors import FileRefusedError


@dataclass
class FileOutcome:
    """What became of one table of one file: rows_read = loaded + updated + already_there + rejected."""

    name: str
    sheet: str
    sha256: str
    container: str
    layout: str
    rows_read: int
    loaded: dict[str, int] = field(default_factory=dict)  # canonical table → rows
    updated: int = 0
    already_there: int = 0
    rejected: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class ImportOutcome:
    """version = the current version after the call; changed = whether this call made it."""

    version: int | None
    changed: bool
    files: list[FileOutcome]


def check(drafts: Sequence[Draft], *, strict: bool) -> None:
    """Raise QuestionsOpen if a draft still asks something, FileRefusedError if `strict` and a row would not load."""
    questions = [question for draft in drafts for question in draft.questions]
    if questions:
        raise QuestionsOpen(questions)
    for draft in drafts if strict else ():
        refuse(draft.name, draft.rows_read, draft.rejects)


def refuse(name: str, rows_read: int, rejects: Sequence[Reject]) -> None:
    """What a strict import does with a file that has a row that would not load."""
    if rejects:
        raise FileRefusedError(
            f"{len(rejects):,} of {rows_read:,} rows of {name} cannot be loaded, and the import is strict: nothing was "
            f"changed. The first: row {rejects[0].row_no}, {rejects[0].reason}",
            "Correct the rows, or import without --strict to load the others.",
        )


def known(rows: Callable[..., list[tuple[Any, ...]]]) -> dict[tuple[str, ...], int]:
    """Every table of every file imported before → how many of its rows are there. `rows` runs a query."""
    found = rows("""select sha256, sheet, layout, answers, max(rows_loaded + rows_updated + rows_already_there)
      from imports group by all""")
    return {(sha, sheet or "", layout, answers): there for sha, sheet, layout, answers, there in found}


def identity(draft: Draft) -> tuple[str, str, str, str]:
    """The same file, sheet, layout and answers again is the same import."""
    return draft.sha256, draft.sheet or "", draft.layout, json.dumps(draft.answers.to_json(), sort_keys=True)


def outcome_of(draft: Draft, already_there: int = 0, notes: Sequence[str] = ()) -> FileOutcome:
    return FileOutcome(
        draft.name, draft.sheet or "", draft.sha256, draft.container, draft.layout, draft.rows_read,
        already_there=already_there, rejected=list(draft.rejects), notes=[*draft.notes, *notes],
    )  # fmt: skip


def load(con: Connection, drafts: Sequence[Draft], at: datetime) -> tuple[list[FileOutcome], dict[str, int]]:
    """Store the drafts. Returns one outcome a draft, and what is new by name (empty = nothing changed).

    Raises QuestionsOpen where a row's group cannot be known. `at` is naive local time: the day of the import.
    """
    con.execute("create temp table touched (group_id varchar)")
    late = staging.stage(con, drafts)
    groups = con.execute("select count(*) from groups").fetchall()[0][0]
    notes = people.resolve_groups(con, drafts)
    added = {"people": people.resolve_people(con)}
    added["groups"] = con.execute("select count(*) from groups").fetchall()[0][0] - groups
    staging.incoming(con)
    outcomes = []
    for i, draft in enumerate(drafts):
        outcome = outcome_of(draft, notes=[notes[i]] if notes[i] else [])
        outcome.rejected += late.get(i, [])
        import_id = con.execute("select coalesce(max(import_id), 0) + 1 from imports").fetchall()[0][0]
        for frame, table, keep in _KEEPERS:
            if frame in draft.frames and len(draft.frames[frame]):
                counts = keep(con, i, import_id)
                staged = len(draft.frames[frame]) - (len(late.get(i, [])) if frame == "referrals" else 0)
                if counts["rows"] != staged:  # whatever the cause: better no import than one that lost rows
                    raise RuntimeError(f"{draft.name}: {staged} rows staged, {counts['rows']} stored or matched.")
                outcome.loaded[table] = counts["loaded"]
                outcome.updated += counts["updated"]
                outcome.already_there += counts["already_there"]
                added[table] = added.get(table, 0) + counts["loaded"]
        added["coverage"] = added.get("coverage", 0) + _cover(con, i, import_id, draft.answers.period)
        _record(con, draft, outcome, import_id, at)
        outcomes.append(outcome)
    added["updated"] = sum(outcome.updated for outcome in outcomes)
    added = {name: count for name, count in added.items() if count}
    if added:
        linking.imply_kinds(con)
        linking.resolve_via(con, outcomes)
        linking.relate(con)
        build_marts(con)
        _prove_marts(con)
    return outcomes, added


def _store_referrals(con: Connection, draft: int, import_id: int) -> dict[str, int]:
    """Match, update and insert one draft's referrals. Returns counts {"rows", "loaded", "updated", "already_there"}."""
    matching.match(con, draft)
    updated = matching.update(con, import_id)
    (last,) = con.execute("select coalesce(max(cast(substr(referral_id, 2) as bigint)), 0) from referrals").fetchall()[
        0
    ]
    # Numbered apart from the wide rows: a window would carry every column through its sort.
    con.execute(
        """create or replace temp table fresh as
      select row_id, printf('r%07d', ? + row_number() over (order by row_id)) as referral_id
      from arriving where row_id not in (select row_id from matched)""",
        [last],
    )
    con.execute(
        """insert into referrals
      select referral_id, ref, group_id, given_on, period_from, period_to, source_id, receiver_id, source_kind,
        case when source_kind is null then 'none' else 'recorded' end, prospect, receiver_present,
        case when receiver_present is null then 'none' else 'recorded' end, asked, tier, via, null, heat, status,
        closed_on, amount, currency, null, ?, row_no
      from arriving inner join fresh using (row_id)""",
        [import_id],
    )
    con.execute("insert into touched select distinct group_id from arriving inner join fresh using (row_id)")
    rows, there = con.execute("select (select count(*) from arriving), (select count(*) from matched)").fetchall()[0]
    return {"rows": rows, "loaded": rows - there, "updated": updated, "already_there": there - updated}


def _cover(con: Connection, draft: int, import_id: int, period: str | None) -> int:
    """Record what this import's referrals speak for, a group: the file's own period, else first to last day in it.

    Returns how many groups' coverage grew: a span inside one that is known already is not recorded again.
    """
    start, _, end = (period or "").partition(":")
    con.execute(
        """create or replace temp table spans as
      select group_id, least(min(coalesce(given_on, period_from)), $start) as start_on,
        greatest(max(coalesce(given_on, period_to)), $end) as end_on
      from incoming where draft = $draft group by group_id""",
        {
            "draft": draft,
            "start": date.fromisoformat(start) if start else None,
            "end": date.fromisoformat(end) if end else None,
        },
    )
    fresh = """from spans where start_on is not null and end_on is not null and not exists (
        select 1 from coverage where coverage.group_id = spans.group_id and record_kind = 'referrals'
          and "from" <= start_on and "to" >= end_on)"""
    (count,) = con.execute(f"select count(*) {fresh}").fetchall()[0]
    con.execute(f"insert into touched select group_id {fresh}")
    con.execute(
        f"insert into coverage select group_id, 'referrals', start_on, end_on, ? {fresh} order by group_id",
        [import_id],
    )
    return int(count)


def _record(con: Connection, draft: Draft, outcome: FileOutcome, import_id: int, at: datetime) -> None:
    sha256, sheet, layout, answers = identity(draft)
    con.execute(
        "insert into imports values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [import_id, at, draft.name, sheet, sha256, draft.container, layout, draft.rows_read,
         sum(outcome.loaded.values()), outcome.updated, outcome.already_there, len(outcome.rejected), answers],
    )  # fmt: skip
    if outcome.rejected:
        frame = pd.DataFrame([vars(reject) for reject in outcome.rejected])
        text = {name: pa.string() for name in ("column", "value", "reason", "raw")}
        schema = pa.schema([("row_no", pa.int32()), *text.items()])
        con.register("refused", pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
        con.execute('insert into rejects select ?, row_no, "column", value, reason, raw from refused', [import_id])
        con.unregister("refused")


def _prove_marts(con: Connection) -> None:
    """The cubes hold as many referrals as the log, or the import is not kept."""
    logged, counted = con.execute("""select
      (select count(*) from referrals where given_on is not null and receiver_id is not null
        and group_id in (select group_id from touched)),
      (select coalesce(sum(referrals), 0) from recv_cube where group_id in (select group_id from touched))
      """).fetchall()[0]
    if logged != counted:
        raise RuntimeError(f"{logged} dated referrals are stored, the marts count {counted}.")


# staging frame → canonical table and who stores it
_KEEPERS = (
    ("referrals", "referrals", _store_referrals),
    ("members", "memberships", people.store_members),
)
