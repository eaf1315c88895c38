"""What the user changes in the store: who is one person, what a relation is, whether the receiver was present.

Each function works in a transaction on a copy and returns the history's sentence and counts, or None if nothing
changed. The sentences name nobody: the history outlives the store's tables.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from collections.abc import Sequence

from data import linking
from data.engines.duckdb import Connection
from data.importing import count_of
from errors import UsageError

Change = tuple[str, dict[str, int]] | None
KINDS = ("customer", "partner", "personal", "inbound")  # that somebody is a member follows from memberships
BASES = ("labelled", "proxy")
BY_USER = "the user"
# Where persons stand in the tables whose rows belong to a group.
_PLACES = {
    "referrals": ("source_id", "receiver_id"),
    "thanks": ("from_id", "to_id"),
    "touches": ("from_id", "to_id"),
    "attendance": ("person_id",),
    "snapshots": ("person_id",),
    "memberships": ("person_id",),
}


def merge(con: Connection, pairs: Sequence[tuple[str, str]]) -> Change:
    """Make each pair (keep, drop) one person, who keeps the first's name and has the spellings and rows of both.

    Raises UsageError for a person that is not there, or is one already.
    """
    _begin(con)
    heirs: dict[str, str] = {}
    for first, drop in pairs:
        keep = first
        while keep in heirs:
            keep = heirs[keep]
        _check_persons(con, keep, drop)
        _touch(con, keep, drop)
        _move(con, drop, keep)
        con.execute("update assessments set assessor_id = ? where assessor_id = ?", [keep, drop])
        con.execute("update assessments set source_id = ? where source_id = ?", [keep, drop])
        con.execute("update aliases set person_id = ?, decided_by = ? where person_id = ?", [keep, BY_USER, drop])
        con.execute("delete from people where person_id = ?", [drop])
        _fold_spells(con, keep)
        _fold_relations(con, keep, drop)
        _fold_apart(con, keep, drop)
        heirs[drop] = keep
    if not heirs:
        return None
    linking.settle(con)
    return f"Merged {count_of(len(heirs), 'person')} into others.", {"merged": len(heirs)}


def split(con: Connection, person_id: str, group_id: str) -> Change:
    """Make the person of one group a person of his own, of the same name: two namesakes that spelling had made one.

    Rows of the group, and its later imports, are the new person's. Raises UsageError if the person has no row there.
    """
    _begin(con)
    _check_persons(con, person_id)
    _touch(con, person_id)
    if not con.execute("select 1 from touched where group_id = ?", [group_id]).fetchall():
        raise UsageError(f"The person {person_id} has no row in the group {group_id}.")
    ((last,),) = con.execute("select max(cast(substr(person_id, 2) as bigint)) from people").fetchall()
    new = f"p{last + 1:07d}"
    con.execute("insert into people select ?, name from people where person_id = ?", [new, person_id])
    con.execute(
        "update aliases set person_id = ?, decided_by = ? where person_id = ? and group_id = ?",
        [new, BY_USER, person_id, group_id],
    )
    con.execute(
        """insert into aliases select alias, $group, $new, $by from aliases
      where person_id = $old and group_id is null
        and alias not in (select alias from aliases where group_id = $group)""",
        {"group": group_id, "new": new, "by": BY_USER, "old": person_id},
    )
    _move(con, person_id, new, group_id)
    _part_relations(con, person_id, new)
    con.execute("insert into kept_apart values (?, ?, ?)", [person_id, new, BY_USER])
    linking.settle(con)
    return "Told two namesakes apart.", {"people": 1}


def keep_apart(con: Connection, pairs: Sequence[tuple[str, str]]) -> Change:
    """Record that each pair is two persons, so that they are not suggested as one again."""
    added = 0
    for pair in pairs:
        _check_persons(con, *pair)
        found = con.execute("select 1 from kept_apart where person_id = ? and other_id = ?", sorted(pair)).fetchall()
        if not found:
            con.execute("insert into kept_apart values (?, ?, ?)", [*sorted(pair), BY_USER])
            added += 1
    return (f"Kept {count_of(added, 'pair')} of persons apart.", {"kept_apart": added}) if added else None


def set_kinds(con: Connection, labels: Sequence[tuple[str, str, str | None]]) -> Change:
    """Label relations (source, receiver, kind), or take a label back (None).

    A label is the kind of the relation's referrals, now and later, where neither a file nor a membership says it.
    Raises UsageError for a kind that is none of KINDS or a relation that is not there.
    """
    _begin(con)
    changed = 0
    for source_id, receiver_id, kind in labels:
        if kind is not None and kind not in KINDS:
            raise UsageError(f"There is no kind of source called {kind!r}.", f"Choose from {', '.join(KINDS)}.")
        found = con.execute(
            "select kind from relations where source_id = ? and receiver_id = ?", [source_id, receiver_id]
        ).fetchall()
        if not found:
            raise UsageError(f"{source_id} has never referred to {receiver_id}.")
        if found != [(kind,)]:
            con.execute(
                "update relations set kind = ? where source_id = ? and receiver_id = ?", [kind, source_id, receiver_id]
            )
            con.execute(
                "insert into touched select distinct group_id from referrals where source_id = ? and receiver_id = ?",
                [source_id, receiver_id],
            )
            changed += 1
    if not changed:
        return None
    linking.settle(con)
    return f"Labelled {count_of(changed, 'relation')}.", {"labelled": changed}


def set_presence(con: Connection, referral_ids: Sequence[str], value: bool | None, basis: str) -> Change:
    """Say of referrals whether the receiver was present (None = not known), on which basis: BASES.

    What a file recorded stays. Raises UsageError for a basis that is none, or a referral that is not there.
    """
    if basis not in BASES:
        raise UsageError(f"There is no basis called {basis!r}.", f"Choose from {', '.join(BASES)}.")
    wanted = {"ids": list(dict.fromkeys(referral_ids))}
    ((there,),) = con.execute(
        "select count(*) from referrals where list_contains($ids, referral_id)", wanted
    ).fetchall()
    if there != len(wanted["ids"]):
        raise UsageError(f"{len(wanted['ids']) - there} of the referrals named are not in the store.")
    new = {"value": value, "basis": basis if value is not None else "none"}
    changes = """list_contains($ids, referral_id) and presence_basis <> 'recorded'
      and (receiver_present is distinct from $value or presence_basis <> $basis)"""
    _begin(con)
    con.execute(f"insert into touched select distinct group_id from referrals where {changes}", wanted | new)
    ((count,),) = con.execute(f"select count(*) from referrals where {changes}", wanted | new).fetchall()
    if not count:
        return None
    con.execute(
        f"update referrals set receiver_present = $value, presence_basis = $basis where {changes}", wanted | new
    )
    linking.settle(con)
    return f"Said of {count_of(count, 'referral')} whether the receiver was present.", {basis: int(count)}


def _begin(con: Connection) -> None:
    con.execute("create or replace temp table touched (group_id varchar)")


def _touch(con: Connection, *persons: str) -> None:
    for table, columns in _PLACES.items():
        anywhere = " or ".join(f"list_contains($ids, {column})" for column in columns)
        con.execute(
            f"insert into touched select distinct group_id from {table} where {anywhere}", {"ids": list(persons)}
        )


def _check_persons(con: Connection, *persons: str) -> None:
    if len(set(persons)) < len(persons):
        raise UsageError(f"{persons[0]} is one person already.")
    for person in persons:
        if not con.execute("select 1 from people where person_id = ?", [person]).fetchall():
            raise UsageError(f"There is no person {person!r}.")


def _move(con: Connection, old: str, new: str, group_id: str | None = None) -> None:
    """Make the rows of one person another's: all of them, or those of one group."""
    for table, columns in _PLACES.items():
        for column in columns:
            con.execute(
                f"update {table} set {column} = $new where {column} = $old and ($group is null or group_id = $group)",
                {"new": new, "old": old, "group": group_id},
            )
    con.execute(
        """update filed set said = $new where said = $old and "column" in ('source_id', 'receiver_id')
        and ($group is null or referral_id in (select referral_id from referrals where group_id = $group))""",
        {"new": new, "old": old, "group": group_id},
    )


def _fold_spells(con: Connection, person_id: str) -> None:
    """One spell a group and start; one without dates is none beside one with."""
    con.execute(
        """create or replace temp table folded as
      select person_id, group_id, arg_min(profession, import_id) filter (profession is not null) as profession,
        joined_on, max(left_on) as left_on, max(renews_on) as renews_on, min(import_id) as import_id,
        arg_min(row_no, import_id) as row_no
      from (select * replace (coalesce(joined_on, case when left_on is null
          then max(joined_on) over (partition by group_id) end) as joined_on) from memberships where person_id = ?)
      group by person_id, group_id, joined_on""",
        [person_id],
    )
    con.execute("delete from memberships where person_id = ?", [person_id])
    con.execute("insert into memberships by name select * from folded order by group_id, joined_on nulls first")


def _fold_relations(con: Connection, keep: str, drop: str) -> None:
    """One relation a pair: the kept person's label goes first, the earliest day counts."""
    con.execute(
        """create or replace temp table folded as
      select case source_id when $drop then $keep else source_id end as source_id,
        case receiver_id when $drop then $keep else receiver_id end as receiver_id,
        coalesce(max(kind) filter (source_id <> $drop and receiver_id <> $drop), max(kind)) as kind,
        min(first_known_on) as first_known_on
      from relations where source_id in ($keep, $drop) or receiver_id in ($keep, $drop) group by 1, 2""",
        {"keep": keep, "drop": drop},
    )
    con.execute(
        "delete from relations where source_id in ($keep, $drop) or receiver_id in ($keep, $drop)",
        {"keep": keep, "drop": drop},
    )
    con.execute("insert into relations by name select * from folded order by source_id, receiver_id")


def _part_relations(con: Connection, old: str, new: str) -> None:
    """The new person's relations with the labels that the old one's had; those that nothing is left of go."""
    both = {"old": old, "new": new}
    con.execute(
        """insert into relations
      select case source_id when $old then $new else source_id end,
        case receiver_id when $old then $new else receiver_id end, kind, null
      from relations where source_id = $old or receiver_id = $old""",
        both,
    )
    con.execute(
        """delete from relations where (source_id in ($old, $new) or receiver_id in ($old, $new))
        and (source_id, receiver_id) not in (select (source_id, receiver_id) from (
          select source_id, receiver_id from referrals union select source_id, assessor_id from assessments)
          where source_id is not null and receiver_id is not null)""",
        both,
    )
    con.execute(
        "update relations set first_known_on = null where source_id in ($old, $new) or receiver_id in ($old, $new)",
        both,
    )


def _fold_apart(con: Connection, keep: str, drop: str) -> None:
    con.execute(
        """create or replace temp table folded as
      select least(one, other) as person_id, greatest(one, other) as other_id, min(decided_by) as decided_by from (
        select case person_id when $drop then $keep else person_id end as one,
          case other_id when $drop then $keep else other_id end as other, decided_by
        from kept_apart where person_id in ($keep, $drop) or other_id in ($keep, $drop))
      where one <> other group by 1, 2""",
        {"keep": keep, "drop": drop},
    )
    con.execute(
        "delete from kept_apart where person_id in ($keep, $drop) or other_id in ($keep, $drop)",
        {"keep": keep, "drop": drop},
    )
    con.execute("insert into kept_apart by name select * from folded order by person_id, other_id")
