"""Rows of the log corrected or deleted where they stand; what follows from them is worked out anew.

Each function works in a transaction on a copy, on the temp table `touched`(group_id), to which it adds the groups whose
marts must be rebuilt. A corrected row keeps its import and row number.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from data.draft import ENTERED
from data.engines.duckdb import Connection
from data.entry_fields import DAY, FIELDS, PARTIES, EntryRefusedError, Row, faults, read
from errors import UsageError

# What an id begins with → its table and column.
IDS = {"r": ("referrals", "referral_id"), "k": ("touches", "touch_id"), "a": ("assessments", "assessment_id")}
# Our fields that the tables call otherwise.
COLUMNS = {"source": "source_id", "receiver": "receiver_id", "from": "from_id", "to": "to_id",
           "assessor": "assessor_id", "via": "via_referral_id"}  # fmt: skip
MINE = f"select import_id from imports where container = '{ENTERED}'"
DAYS = f"""
  select group_id, 'referrals' as kind, given_on as day, import_id from referrals where import_id in ({MINE})
  union all select group_id, kind, happened_on, import_id from touches where import_id in ({MINE})"""


def _stored(con: Connection, row_id: str) -> tuple[str, str, Row]:
    """The table of a row, its id column and the row, people by name under our field names.

    Raises:
        UsageError: there is no such row.
    """
    table, column = IDS.get(row_id[:1], ("referrals", "referral_id"))
    names = ", ".join(f'(select name from people where person_id = {COLUMNS[p]}) as "{p}"' for p in PARTIES[table])
    cursor = con.execute(f"select {table}.*, {names} from {table} where {column} = ?", [row_id])
    columns = [entry[0] for entry in cursor.description or ()]
    found = cursor.fetchall()
    if not found:
        raise UsageError(f"There is no row {row_id!r} in the log.", "Referrals are r…, contacts k…, assessments a….")
    return table, column, dict(zip(columns, found[0], strict=True))


def correct(con: Connection, row_id: str, given: Mapping[str, Any], today: date) -> tuple[str, list[str]]:
    """Change fields of one row. Returns its id and the fields that changed (none: it stood so already)."""
    table, column, old = _stored(con, row_id)
    if "via_referral_id" in old:
        old["via"] = old["via_referral_id"]
    new = {name: value for name, value in read(table, given).items() if value != old.get(name)}
    if not new:
        return row_id, []
    before = {name: old.get(name) for name in FIELDS[table]}
    before[DAY[table]] = before[DAY[table]] or old.get("period_from")  # only its period may be known
    whole = {**before, **new}
    fill_currency(con, table, whole, _name_of(con, old.get("group_id")))
    new |= {"currency": whole["currency"]} if whole.get("currency") != old.get("currency") else {}
    stood = {str(fault) for fault in faults(table, before, today)}
    for fault in faults(table, whole, today):
        if str(fault) not in stood:  # what a file left out hinders no correction of something else
            raise fault
    if new.get("via"):
        check_earlier(con, new["via"], whole["given_on"], row_id)
    values = dict(_values(con, new, old, table))
    if table == "referrals":
        _file_said(con, row_id, values)
    con.execute(
        f"update {table} set {', '.join(f'{name} = ?' for name in values)} where {column} = ?",
        [*values.values(), row_id],
    )
    if "source_kind" in new:
        con.execute("delete from implied_kinds where referral_id = ?", [row_id])
    both = con.execute(
        f"select {', '.join(COLUMNS[p] for p in PARTIES[table])} from {table} where {column} = ?", [row_id]
    ).fetchall()
    if both[0][0] is not None and both[0][0] == both[0][1]:
        raise EntryRefusedError("The two who are named are one person.", "Name two persons.")
    _loosen(con, table, old, both[0])
    return row_id, sorted(new)


# What a file said, where that is not what stands in the row.
_SAID = {
    "source_kind": """case when source_kind_basis = 'recorded' and referral_id not in (
        select referral_id from implied_kinds) then source_kind end""",
    "receiver_present": "case when presence_basis = 'recorded' then receiver_present end",
}


def _file_said(con: Connection, row_id: str, columns: Iterable[str]) -> None:
    """Keep what the file said of these columns: its next edition still knows the row, and corrects nothing back."""
    for column in set(columns) - {"presence_basis", "source_kind_basis", "via_referral_id"}:
        con.execute(
            f"""insert into filed select referral_id, $column, cast({_SAID.get(column, column)} as varchar)
            from referrals where referral_id = $id and import_id not in ({MINE})
              and not exists (select 1 from filed where referral_id = $id and "column" = $column)""",
            {"id": row_id, "column": column},
        )


def _values(con: Connection, new: Row, old: Row, table: str) -> Iterable[tuple[str, Any]]:
    """Column → value of what changes. What nobody recorded before is the user's label; of a source's kind the label
    belongs to the relation, so a row's own counts as recorded."""
    for name, value in new.items():
        if name in PARTIES[table] and value is not None:
            yield COLUMNS[name], _person(con, value, old.get("group_id"))
        else:
            yield COLUMNS.get(name, name), value
        if name == "receiver_present":
            known = "recorded" if old["presence_basis"] == "recorded" else "labelled"
            yield "presence_basis", "none" if value is None else known
        if name == "source_kind":
            yield "source_kind_basis", "none" if value is None else "recorded"
        if name == "via" and value is None:
            yield "via", None
        if name == DAY[table] and table != "assessments":
            yield from (("period_from", None), ("period_to", None))


def _person(con: Connection, name: str, group_id: str | None) -> str:
    """Who a name means in a group, as for an import: a new name is a new person."""
    found = con.execute(
        """select person_id from aliases where alias = name_key($name) and (group_id = $group or group_id is null)
        order by group_id nulls last limit 1""",
        {"name": name, "group": group_id},
    ).fetchall()
    if found:
        return str(found[0][0])
    ((last,),) = con.execute("select coalesce(max(cast(substr(person_id, 2) as bigint)), 0) from people").fetchall()
    person_id = f"p{last + 1:07d}"
    con.execute("insert into people values (?, ?)", [person_id, name])
    con.execute("insert into aliases values (name_key(?), null, ?, 'same name')", [name, person_id])
    return person_id


def _name_of(con: Connection, group_id: str | None) -> str | None:
    found = con.execute("select name from groups where group_id = ?", [group_id]).fetchall()
    return found[0][0] if found else None


def delete(con: Connection, row_id: str) -> None:
    table, column, old = _stored(con, row_id)
    con.execute(f"delete from {table} where {column} = ?", [row_id])
    if table == "referrals":
        con.execute("delete from implied_kinds where referral_id = ?", [row_id])
        con.execute("delete from filed where referral_id = ?", [row_id])
        con.execute("insert into touched select group_id from referrals where via_referral_id = ?", [row_id])
        con.execute("update referrals set via_referral_id = null, via = nullif(via, $id) where via_referral_id = $id",
                    {"id": row_id})  # fmt: skip
    _loosen(con, table, old, (None, None))


def _loosen(con: Connection, table: str, old: Row, now: tuple[str | None, str | None]) -> None:
    """Have the relations of those who were and are named worked out anew, and the marts of the groups concerned."""
    if old.get("group_id"):
        con.execute("insert into touched values (?)", [old["group_id"]])
    was = tuple(old[COLUMNS[party]] for party in PARTIES[table])
    for one, other in {was, now}:
        pair = {"one": one, "other": other}
        both = "in (($one, $other), ($other, $one))"
        mine = f"(source_id, receiver_id) {both}"
        con.execute(
            f"""insert into touched select group_id from referrals where {mine}
              union select group_id from touches where (from_id, to_id) {both}""",
            pair,
        )
        con.execute(f"update relations set first_known_on = null where {mine}", pair)
        con.execute(
            f"""delete from relations where {mine} and kind is null and (source_id, receiver_id) not in (
              select (source_id, receiver_id) from referrals where source_id is not null and receiver_id is not null
              union select (source_id, assessor_id) from assessments
                where source_id is not null and assessor_id is not null)""",
            pair,
        )


def cover(con: Connection) -> None:
    """Let what the log kept here covers follow its rows: one may have gone, or have another day."""
    con.execute(
        f"""delete from coverage where import_id in ({MINE}) and record_kind <> 'assessments'
          and group_id in (select group_id from touched)"""
    )
    con.execute(
        f"""insert into coverage select group_id, kind, min(day), max(day), max(import_id) from ({DAYS})
        where day is not null and group_id in (select group_id from touched) group by group_id, kind
        order by group_id, kind"""
    )
    # An assessment names no group: a stretch is cut where no assessment is left.
    con.execute(
        f"""create or replace temp table rated as select min(assessed_on) as first_on, max(assessed_on) as last_on
        from assessments where import_id in ({MINE})"""
    )
    mine = f"import_id in ({MINE}) and record_kind = 'assessments'"
    con.execute(
        f"""insert into touched select group_id from coverage cross join rated
        where {mine} and (first_on is null or "from" < first_on or "to" > last_on)"""
    )
    con.execute(f"""delete from coverage where {mine} and not coalesce((
        select "from" <= last_on and "to" >= first_on from rated), false)""")
    con.execute(
        f"""update coverage set "from" = greatest("from", first_on), "to" = least("to", last_on)
        from rated where {mine}"""
    )


def fill_currency(con: Connection, table: str, row: Row, group: str | None) -> None:
    """An amount without a currency is in the group's own."""
    if table == "referrals" and row.get("amount") is not None and row.get("currency") is None:
        found = con.execute(
            """select distinct currency from groups where home and ($group is null or name_key(name) = name_key($group))
              and currency is not null""",
            {"group": group},
        ).fetchall()
        row["currency"] = found[0][0] if len(found) == 1 else None


def check_earlier(con: Connection, via: str, day: date, child: str | None = None) -> None:
    """Refuse an earlier referral that is not there, or is not earlier: a chain never closes on itself."""
    found = con.execute("select coalesce(given_on, period_from) from referrals where referral_id = ?", [via]).fetchall()
    if not found:
        raise UsageError(f"There is no referral {via!r}.", "Name the earlier referral by its id, such as r0000012.")
    given = found[0][0]
    if given is not None and (given > day or (given == day and child is not None and via >= child)):
        raise EntryRefusedError(f"via: {via} was given on {given}, which is not earlier.")
