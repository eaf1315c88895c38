"""The log that is kept here: referrals, contacts and assessments entered, corrected and deleted by hand.

What is entered takes the way of an import, with an import of its own (container "entered", path PATH) whose rows are
numbered on from one to the next, so that a figure leads back to it. A correction changes the row where it stands and
names itself in the history; the sentences name nobody.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from data import corrections, importing, linking
from data.corrections import COLUMNS, DAYS, IDS, MINE
from data.draft import ENTERED, Answers, Draft, staging_frame
from data.engines.duckdb import Connection
from data.entry_fields import DAY, FIELDS, PARTIES, EntryRefusedError, Row, check, read
from data.frames import Frames
from data.importing import count_of

PATH, LAYOUT = "entered here", "log"
Change = tuple[str, dict[str, int]] | None
_NOUNS = {"referrals": "referral", "touches": "contact", "assessments": "assessment"}
_LISTED = 5  # ids named in a sentence


@dataclass(frozen=True)
class Batch:
    """One Save. add: (table, fields) by row; group: the group of what is added, None = the only one; correct: (id,
    fields to change); delete: ids. Fields are those of data.entry_fields.FIELDS, as text or typed."""

    add: Sequence[tuple[str, Mapping[str, Any]]] = ()
    group: str | None = None
    correct: Sequence[tuple[str, Mapping[str, Any]]] = ()
    delete: Sequence[str] = ()


@dataclass
class Saved:
    """What a Save did: the ids of the rows that it added, and what the user should know."""

    ids: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def save(con: Connection, batch: Batch, at: datetime) -> tuple[Change, Saved]:
    """Do all of a batch, in a transaction on a copy. `at` is naive local time; its day is today.

    Raises:
        EntryRefusedError: something that cannot be so, or that is in the log already.
        UsageError: a field, a row or an earlier referral that is not there.
        QuestionsOpen: there are several groups, and none was said.
    """
    saved, counts, said = Saved(), {}, []
    if batch.add:
        added = _add(con, batch, at, saved)
        counts.update(added)
        new = [count_of(added[table], noun) for table, noun in _NOUNS.items() if added.get(table)]
        said.append(f"Entered {', '.join(new)}." if new else f"Changed {count_of(added['updated'], 'assessment')}.")
    con.execute("create or replace temp table touched (group_id varchar)")
    changed = {
        row: names for row, names in (corrections.correct(con, *one, at.date()) for one in batch.correct) if names
    }
    if changed:
        said.append(_corrected(changed))
        counts["corrected"] = len(changed)
    for row in dict.fromkeys(batch.delete):
        corrections.delete(con, row)
    if gone := list(dict.fromkeys(batch.delete)):
        said.append(f"Deleted {_list(gone)}.")
        counts["deleted"] = len(gone)
    if changed or gone:
        corrections.cover(con)
        linking.settle(con)
    return ((" ".join(said), counts) if said else None), saved


def _list(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(ids[:_LISTED]) + more


def _corrected(changed: Mapping[str, Sequence[str]]) -> str:
    if len(changed) > _LISTED:
        return f"Corrected {count_of(len(changed), 'row')}: {_list(list(changed))}."
    said = [f"{row} ({', '.join(names)})" for row, names in changed.items()]
    return f"Corrected {', '.join(said)}."


def _add(con: Connection, batch: Batch, at: datetime, saved: Saved) -> dict[str, int]:
    """Stage the rows as a draft and load it; refuse what would leave no trace."""
    rows = [(table, read(table, given)) for table, given in batch.add]
    for table, row in rows:
        corrections.fill_currency(con, table, row, batch.group)
        check(table, row, at.date())
        if table == "referrals" and row.get("via"):
            corrections.check_earlier(con, row["via"], row["given_on"])
    ((before,),) = con.execute(
        "select coalesce(sum(rows_read), 0) from imports where container = ?", [ENTERED]
    ).fetchall()
    first = int(before) + 1
    draft = Draft(
        PATH, "", hashlib.sha256(f"{at} {first} {rows}".encode()).hexdigest(), ENTERED, LAYOUT, len(rows),
        Frames({table: _frame(table, rows, first) for table in dict.fromkeys(table for table, _ in rows)}),
        answers=Answers(group=batch.group), covers=_spans(con, batch.group),
    )  # fmt: skip
    (outcome,), added = importing.load(con, [draft], at)
    if not (outcome.rows_loaded or outcome.updated):
        raise EntryRefusedError(
            "That is in the log already, word for word.", "If it took place twice, name the prospect or the purpose."
        )
    saved.notes += outcome.notes
    if outcome.already_there:
        saved.notes.append(f"{count_of(outcome.already_there, 'row')} stood in the log already.")
    ((last,),) = con.execute("select max(import_id) from imports").fetchall()
    for table, column in IDS.values():
        one, other = (COLUMNS[party] for party in PARTIES[table])
        found = con.execute(
            f"select {column}, {one} = {other} from {table} where import_id = ? order by row_no", [last]
        ).fetchall()
        if any(same for _, same in found):  # two spellings of one person
            raise EntryRefusedError("The two who are named are one person.", "Name two persons.")
        saved.ids += [row for row, _ in found]
    return added


def _frame(table: str, rows: Sequence[tuple[str, Row]], first: int) -> pd.DataFrame:
    """The staging frame of one table; row numbers count on through all of them."""
    mine = [(first + i, row) for i, (of, row) in enumerate(rows) if of == table]
    columns: dict[str, list[Any]] = {"row_no": [number for number, _ in mine]}
    for name in FIELDS[table]:
        values = [row.get(name) for _, row in mine]
        if name in (DAY[table], "closed_on"):
            columns[name] = [pd.NaT if v is None else pd.Timestamp(v) for v in values]
        elif name == "amount":
            columns[name] = [None if v is None else str(v) for v in values]
        else:
            columns[name] = values
    return staging_frame(table, columns, len(mine))


def _spans(con: Connection, group: str | None) -> dict[str, tuple[date, date] | None]:
    """What the log kept here covers so far, by kind: it goes on from its first entry to the one that is added."""
    found = con.execute(
        f"""select kind, min(day), max(day) from (
          select group_id, kind, day from ({DAYS})
          union all select group_id, record_kind, unnest(["from", "to"]) from coverage
            where record_kind = 'assessments' and import_id in ({MINE}))
        inner join groups using (group_id)
        where home and day is not null and ($group is null or name_key(name) = name_key($group)) group by kind""",
        {"group": group},
    ).fetchall()
    return {kind: (first, last) for kind, first, last in found}
