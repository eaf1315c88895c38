"""One import: staged frames become canonical rows and marts, inside the store's one transaction.

Set-based throughout: a draft's frame is handed to DuckDB as it is and everything after that is SQL.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from data import covering, events, linking, matching, people, staging
from data.draft import ENTERED, Draft, Reject
from data.engines.duckdb import Connection, build_marts
from data.people import QuestionsOpen
from errors import FileRefusedError


@dataclass
class FileOutcome:
    """What became of one table of one file: rows_read = rows_loaded + updated + already_there + rejected.

    `loaded` counts the new rows of each canonical table: one row of a file may bring several, or rows of several.
    """

    name: str
    sheet: str
    sha256: str
    container: str
    layout: str
    rows_read: int
    loaded: dict[str, int] = field(default_factory=dict)  # canonical table → rows
    rows_loaded: int = 0
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
    added = {"people": people.resolve_people(con, drafts)}
    added["groups"] = con.execute("select count(*) from groups").fetchall()[0][0] - groups
    staging.incoming(con)
    covering.listen(con, drafts)
    outcomes = []
    for i, draft in enumerate(drafts):
        outcome = outcome_of(draft, notes=[notes[i]] if notes[i] else [])
        refused = {table: rejects for (of, table), rejects in late.items() if of == i}
        outcome.rejected += [reject for rejects in refused.values() for reject in rejects]
        outcome.notes += covering.refuse_twice(con, i, draft)
        import_id = con.execute("select coalesce(max(import_id), 0) + 1 from imports").fetchall()[0][0]
        _keep(con, i, draft, import_id, outcome, refused)
        covering.refuse_again(con, draft, outcome.rows_loaded)
        for table, count in outcome.loaded.items():
            added[table] = added.get(table, 0) + count
        added["coverage"] = added.get("coverage", 0) + covering.cover(con, i, draft, import_id)
        _record(con, draft, outcome, import_id, at)
        outcomes.append(outcome)
    added["updated"] = sum(outcome.updated for outcome in outcomes)
    added["rejects"] = sum(len(outcome.rejected) for outcome in outcomes)
    added = {name: count for name, count in added.items() if count}
    if added:
        linking.imply_kinds(con)
        linking.apply_labels(con)
        linking.resolve_via(con, outcomes)
        linking.relate(con)
        build_marts(con)
    return outcomes, added


def _keep(
    con: Connection,
    i: int,
    draft: Draft,
    import_id: int,
    outcome: FileOutcome,
    refused: Mapping[str, Sequence[Reject]],
) -> None:
    """Store a draft's frames but for the rows `refused`, and count what became of the file's rows in `outcome`.

    Where a row of the file may bring several, it is new if anything that came of it is; the members that events name
    count only where a row brought nothing else.
    """
    staged = {table: count - len(refused.get(table, ())) for table, count in draft.frames.counts().items()}
    frames = [table for table, count in staged.items() if count]
    several = len(frames) > 1 or any(_repeats(draft.frames.column(table, "row_no")) for table in frames)
    con.execute("create or replace temp table fates (member boolean, row_no bigint, fate integer)")
    sums = {"loaded": 0, "updated": 0, "already_there": 0}
    for table, canonical, keep, fates in _KEEPERS:
        if table not in frames:
            continue
        counts = keep(con, i, import_id, draft.container == ENTERED)
        if counts["rows"] != staged[table]:  # whatever the cause: better no import than one that lost rows
            raise RuntimeError(f"{draft.name}: {staged[table]} rows staged, {counts['rows']} stored or matched.")
        outcome.loaded[canonical] = counts["loaded"]
        sums = {what: count + counts[what] for what, count in sums.items()}
        if several:
            con.execute(f"insert into fates select {table == 'members'}, {fates}")
    if several:
        told = con.execute("""select fate, count(*) from (
            select row_no, coalesce(max(fate) filter (not member), max(fate)) as fate from fates group by row_no)
          group by fate""")
        by_fate = dict(told.fetchall())
        sums = {"loaded": by_fate.get(3, 0), "updated": by_fate.get(2, 0), "already_there": by_fate.get(1, 0)}
    outcome.rows_loaded, outcome.updated, outcome.already_there = sums.values()


def _repeats(numbers: pa.Array | pa.ChunkedArray) -> bool:
    """Whether a number stands in two rows; rows in the order of their numbers, as files give them, are quickly told."""
    found = numbers.to_numpy()
    return not bool((found[1:] > found[:-1]).all()) and len(np.unique(found)) < len(found)


def _store_referrals(con: Connection, draft: int, import_id: int, by_hand: bool) -> dict[str, int]:
    """Match, update and insert one draft's referrals. Returns counts {"rows", "loaded", "updated", "already_there"}."""
    last = _last_id(con)
    matching.match(con, draft, by_hand=by_hand)
    known = con.execute("select count(*) from pool").fetchall()[0][0]
    updated = matching.update(con, import_id) if known else 0
    if known:  # numbered apart from the wide rows: a window would carry every column through its sort
        con.execute(f"""create or replace temp table numbered as
          select row_id, {last} + row_number() over (order by row_id) as number
          from arriving where row_id not in (select row_id from matched)""")
        con.execute("create or replace temp view fresh as from arriving inner join numbered using (row_id)")
    else:
        first = draft * staging.FRAME_ROWS - last - 1
        con.execute(f"create or replace temp view fresh as select *, row_id - {first} as number from arriving")
    ((loaded,),) = con.execute(
        """insert into referrals
      select printf('r%07d', number), ref, group_id, given_on, period_from, period_to, source_id, receiver_id,
        source_kind, case when source_kind is null then 'none' else 'recorded' end, prospect, receiver_present,
        case when receiver_present is null then 'none' else 'recorded' end, asked, tier, via, null, heat, status,
        closed_on, amount, currency, counterpart_group, ?, row_no
      from fresh""",
        [import_id],
    ).fetchall()
    groups = "fresh" if known else f"spoken where draft = {draft} and kind = 'referrals'"
    con.execute(f"insert into touched select distinct group_id from {groups}")
    ((there,),) = con.execute("select count(*) from matched").fetchall()
    return {"rows": loaded + there, "loaded": loaded, "updated": updated, "already_there": there - updated}


def _last_id(con: Connection) -> int:
    """The highest number that a referral's id holds."""
    sql = "select coalesce(max(cast(substr(referral_id, 2) as bigint)), 0) from referrals"
    return int(con.execute(sql).fetchall()[0][0])


def _record(con: Connection, draft: Draft, outcome: FileOutcome, import_id: int, at: datetime) -> None:
    sha256, sheet, layout, answers = identity(draft)
    con.execute(
        "insert into imports values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [import_id, at, draft.name, sheet, sha256, draft.container, layout, draft.rows_read,
         outcome.rows_loaded, outcome.updated, outcome.already_there, len(outcome.rejected), answers],
    )  # fmt: skip
    if outcome.rejected:
        frame = pd.DataFrame([vars(reject) for reject in outcome.rejected])
        text = {name: pa.string() for name in ("column", "value", "reason", "raw")}
        schema = pa.schema([("row_no", pa.int32()), *text.items()])
        con.register("refused", pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
        con.execute('insert into rejects select ?, row_no, "column", value, reason, raw from refused', [import_id])
        con.unregister("refused")


def _keeper(kind: events.Kind) -> Callable[[Connection, int, int, bool], dict[str, int]]:
    return lambda con, draft, import_id, by_hand: events.store(con, kind, draft, import_id, by_hand=by_hand)


# What became of each row of a frame, from the temp tables that its keeper leaves: 3 = new, 2 = updated, 1 = there.
_FATE = """row_no, case when row_id in (select row_id from fresh) then 3
    when row_id in (select row_id from matched inner join changed using (stored_id)) then 2 else 1 end
  from arriving"""
_SPELL_FATE = """listing.row_no, case when row_id not in (select row_id from same_spell) then 3
    when row_id in (select row_id from changed_spells) then 2 else 1 end
  from listing inner join listed on listed.person_id = listing.person_id and listed.group_id = listing.group_id
    and listed.joined_on is not distinct from listing.joined_on"""
# staging frame, canonical table, who stores it, and its fates
_KEEPERS: tuple[tuple[str, str, Callable[[Connection, int, int, bool], dict[str, int]], str], ...] = (
    ("referrals", "referrals", _store_referrals, _FATE),
    *((kind.table, kind.table, _keeper(kind), _FATE) for kind in events.KINDS),
    (
        "members",
        "memberships",
        lambda con, draft, import_id, _: people.store_members(con, draft, import_id),
        _SPELL_FATE,
    ),
)


_NOUNS = {
    "referrals": "referral",
    "thanks": "thank-you",
    "touches": "contact",
    "attendance": "attendance mark",
    "snapshots": "period total",
    "assessments": "assessment",
    "memberships": "membership",
}


def sentence(outcomes: Sequence[FileOutcome], added: Mapping[str, int]) -> str:
    """What an import did, for the history: "Imported log.csv: 1,200 referrals added, 3 rows updated." """
    names = list(dict.fromkeys(outcome.name for outcome in outcomes))
    files = names[0] if len(names) == 1 else f"{len(names)} files ({', '.join(names)})"
    new = [count_of(added[table], noun) for table, noun in _NOUNS.items() if added.get(table)]
    parts = [f"{', '.join(new[:-1])}{' and ' if new[:-1] else ''}{new[-1]} added"] if new else []
    there = sum(outcome.already_there for outcome in outcomes)
    rejected = sum(len(outcome.rejected) for outcome in outcomes)
    parts += [
        f"{count_of(count, 'row')} {what}"
        for count, what in (
            (added.get("updated"), "updated"),
            (there, "already there"),
            (rejected, "rejected"),
        )
        if count
    ]
    quiet = "no rows, but the days that it covers" if added.get("coverage") else "settings remembered"
    return f"Imported {files}: {', '.join(parts) or quiet}."


def count_of(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
