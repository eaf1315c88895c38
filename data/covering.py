"""Which days an import speaks for, by group and kind of record, and what would count twice because two files do.

The kinds are the tables' names, and for touches the kind of the touch (one_to_one, visitor, education …).
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from data.draft import Draft
from data.engines.duckdb import Connection
from data.staging import filled
from errors import FileRefusedError

# frame → (kind of record, first day, last day), in SQL
_SPOKEN = {
    "referrals": ("'referrals'", "coalesce(given_on, period_from)", "coalesce(given_on, period_to)"),
    "thanks": ("'thanks'", "coalesce(given_on, period_from)", "coalesce(given_on, period_to)"),
    "touches": ("kind", "coalesce(happened_on, period_from)", "coalesce(happened_on, period_to)"),
    "attendance": ("'attendance'", "meeting_on", "meeting_on"),
    "snapshots": ("'snapshots'", "period_from", "period_to"),
    "assessments": ("'assessments'", "assessed_on", "assessed_on"),
}
# Tables whose rows have a day or only a period, and which column is the day. Period totals are never added.
_EVENTS = {"referrals": "given_on", "thanks": "given_on", "touches": "happened_on"}
_WORDS = {"one_to_one": "one-to-ones", "visitor": "visitors", "education": "education credits"}


def listen(con: Connection, drafts: Sequence[Draft]) -> None:
    """`spoken`: first and last day by draft, group and kind of record in the staged rows."""
    rows = " union all ".join(
        f"""select staged.draft, group_id, {kind} as kind, min({first}) as first_on, max({last}) as last_on
        from stage_{table} as staged inner join stage_groups as spot
          on spot.draft = staged.draft and spot.name is not distinct from staged."group" group by all"""
        for table in filled(drafts, tuple(_SPOKEN))
        for kind, first, last in (_SPOKEN[table],)
    )
    con.execute(f"create temp table spoken as {rows}")


def cover(con: Connection, i: int, draft: Draft, import_id: int) -> int:
    """Record what the draft speaks for: the file's own period where it has one, else first to last day in it.

    Returns how many stretches (group, kind) are new: one inside a stretch that is known already is not recorded again.
    """
    kinds = [kind for (kind,) in con.execute("select distinct kind from spoken where draft = ?", [i]).fetchall()]
    answered = _period(draft.answers.period)
    spans = {kind: span for kind in (*kinds, *draft.covers) if (span := draft.covers.get(kind) or answered)}
    con.execute("create or replace temp table explicit (kind varchar, start_on date, end_on date)")
    if spans:
        con.executemany("insert into explicit values (?, ?, ?)", [(kind, *span) for kind, span in spans.items()])
    con.execute(
        """create or replace temp table spans as
      with mine as (
        select group_id, kind, first_on, last_on from spoken where draft = $draft
      ), spots as (
        select group_id from mine
        union select group_id from stage_groups where draft = $draft and not exists (select 1 from mine)
      ), said as (
        select group_id, kind, first_on, last_on from mine
        union all select group_id, kind, start_on, end_on from explicit cross join spots
      )
      select group_id, kind, min(first_on) as start_on, max(last_on) as end_on from said group by group_id, kind""",
        {"draft": i},
    )
    fresh = """from spans where start_on is not null and end_on is not null and not exists (
        select 1 from coverage where coverage.group_id = spans.group_id and record_kind = spans.kind
          and "from" <= start_on and "to" >= end_on)"""
    (count,) = con.execute(f"select count(*) {fresh}").fetchall()[0]
    con.execute(f"insert into touched select distinct group_id {fresh}")
    con.execute(
        f"insert into coverage select group_id, kind, start_on, end_on, ? {fresh} order by group_id, kind", [import_id]
    )
    return int(count)


def _period(answer: str | None) -> tuple[date, date] | None:
    """FROM:TO as days; None for an answer of another shape, which the layout has already put into the rows."""
    start, _, end = (answer or "").partition(":")
    with suppress(ValueError):
        return date.fromisoformat(start), date.fromisoformat(end)
    return None


# How two sets of rows of one kind may count the same thing twice: (rows here have a day, rows there have one, and …)
_CLASHES = (
    (False, False, """old.period_from <= new.period_to and new.period_from <= old.period_to
      and (old.period_from <> new.period_from or old.period_to <> new.period_to)"""),
    (False, True, "old.day between new.period_from and new.period_to"),
    (True, False, "new.day between old.period_from and old.period_to"),
)  # fmt: skip


def refuse_twice(con: Connection, i: int, draft: Draft) -> list[str]:
    """Raise FileRefusedError if rows of the draft that have only a period would count twice beside stored ones.

    That is: another period that overlaps this one without being the same; or days inside the period, from an export of
    the same layout. Days from another layout may be other records: a note says so. Returns the notes.
    """
    notes = []
    for table, day in _EVENTS.items():
        kind = _SPOKEN[table][0]
        if not draft.frames.counts().get(table) or not _periods(con, table, day, i):
            continue
        con.execute(f"""create or replace temp table new_days as
          select distinct group_id, {kind} as kind, {day} as day, period_from, period_to from stage_{table} as staged
          inner join stage_groups as spot on spot.draft = staged.draft and spot.name is not distinct from staged."group"
          where staged.draft = {i} and coalesce({day}, period_from) is not null""")
        con.execute(f"""create or replace temp table old_days as
          select group_id, {kind} as kind, {day} as day, period_from, period_to, min(import_id) as import_id
          from {table} where group_id in (select group_id from new_days) and coalesce({day}, period_from) is not null
          group by all""")
        for day_here, day_there, condition in _CLASHES:
            found = con.execute(
                f"""select new.kind, coalesce(new.day, new.period_from), coalesce(new.day, new.period_to),
                  coalesce(old.day, old.period_from), coalesce(old.day, old.period_to), path, layout
                from new_days as new inner join old_days as old on old.group_id = new.group_id and old.kind = new.kind
                  and {condition}
                inner join imports using (import_id)
                where (new.day is not null) = ? and (old.day is not null) = ?
                order by layout <> ?, 2, 4, path limit 1""",
                [day_here, day_there, draft.layout],
            ).fetchall()
            for kind_found, *days, path, layout in found:
                words = _WORDS.get(kind_found, kind_found.replace("_", " "))
                here, there = (f"{a}" if a == b else f"{a} to {b}" for a, b in (days[:2], days[2:]))
                both = f"{words} of {here}, and {path} holds {words} of {there}"
                if day_here == day_there or layout == draft.layout:
                    raise FileRefusedError(
                        f"{draft.name} holds {both}: what took place in both would count twice. Nothing was changed.",
                        f"Undo the import of {path}, or export only the days that are missing.",
                    )
                notes.append(f"It holds {both}: what stands in both files counts twice.")
    return notes


def _periods(con: Connection, table: str, day: str, i: int) -> bool:
    """Whether the store holds such rows, and it or the draft any with only a period."""
    only = f"where {day} is null and period_from is not null"
    ((found,),) = con.execute(f"""select exists (select 1 from {table}) and (exists (select 1 from {table} {only})
        or exists (select 1 from stage_{table} {only} and draft = {i}))""").fetchall()
    return bool(found)


def refuse_again(con: Connection, draft: Draft, loaded: int) -> None:
    """Raise FileRefusedError if a file that was imported before for another day or period brought its rows again."""
    earlier = con.execute(
        "select answers, rows_rejected from imports where sha256 = ? and sheet = ? and layout = ?",
        [draft.sha256, draft.sheet or "", draft.layout],
    ).fetchall()
    for answers, rejected in earlier:
        before = json.loads(answers).get("period")
        if before and before != draft.answers.period and loaded > rejected:
            raise FileRefusedError(
                f"{draft.name} was imported before for {before}: for {draft.answers.period or 'other days'} its rows "
                "would count twice. Nothing was changed.",
                "Undo that import first if its day or period was wrong.",
            )
