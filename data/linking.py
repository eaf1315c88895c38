"""What follows from the rows once they are stored: kinds implied by membership, chains, relations, currencies.

Each function works on the groups listed in the temp table `touched`, and gives the same whatever the order of imports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from data.engines.duckdb import Connection, build_marts


class Noted(Protocol):
    notes: list[str]


def imply_kinds(con: Connection) -> None:
    """A source that was a member of the group on the day is a member, where no file says what he was.

    Worked out anew for the touched groups, so that a member list that comes later, or is corrected, counts as well.
    Labels are taken back first, as they stand behind memberships: apply_labels() puts them where they still belong.
    """
    con.execute("""update referrals set source_kind = null, source_kind_basis = 'none'
      where group_id in (select group_id from touched) and source_kind_basis = 'labelled'""")
    con.execute("""create or replace temp table implied as
      select distinct referrals.referral_id from referrals
      inner join memberships on memberships.person_id = referrals.source_id
        and memberships.group_id = referrals.group_id
        and (joined_on is null or joined_on <= coalesce(given_on, period_from))
        and (left_on is null or left_on > coalesce(given_on, period_to))
      where referrals.group_id in (select group_id from touched)
        and (source_kind is null or referral_id in (select referral_id from implied_kinds))""")
    con.execute("""update referrals set source_kind = null, source_kind_basis = 'none'
      where group_id in (select group_id from touched) and referral_id in (select referral_id from implied_kinds)
        and referral_id not in (select referral_id from implied)""")
    con.execute("""update referrals set source_kind = 'member', source_kind_basis = 'recorded'
      where source_kind is null and referral_id in (select referral_id from implied)""")
    con.execute("""delete from implied_kinds where referral_id in (
        select referral_id from referrals where group_id in (select group_id from touched))""")
    con.execute("insert into implied_kinds select referral_id from implied order by referral_id")


def apply_labels(con: Connection) -> None:
    """What the user said of a relation is the kind of its referrals, where neither a file nor a membership says it."""
    con.execute("""update referrals set source_kind = kind, source_kind_basis = 'labelled'
      from relations
      where relations.source_id = referrals.source_id and relations.receiver_id = referrals.receiver_id
        and kind is not null and source_kind is null and group_id in (select group_id from touched)""")


def settle(con: Connection) -> None:
    """Everything here that follows from rows alone, and the marts: what a change of stored rows ends with."""
    imply_kinds(con)
    apply_labels(con)
    relate(con)
    build_marts(con)


def resolve_via(con: Connection, outcomes: Sequence[Noted]) -> None:
    """Find the earlier referral that a row says it came by: by its ref or our id, else the only one with a prospect of
    that name.

    Earlier = given before, or the same day and stored before; so a chain never closes on itself. What an import
    could not find stays open, and a later import may bring it.
    """
    con.execute("""create or replace temp table parents as
      with child as (
        select referral_id, group_id, coalesce(given_on, period_from) as day, via, name_key(via) as via_key
        from referrals
        where via is not null and via_referral_id is null and group_id in (select group_id from touched)
      ), parent as (
        select referral_id, group_id, coalesce(given_on, period_from) as day, ref, prospect from referrals
        where group_id in (select group_id from child)
      ), named as (
        select referral_id, group_id, day, ref from parent
        union all select referral_id, group_id, day, referral_id from parent
        where referral_id in (select via from child)
      ), by_ref as (
        select child.referral_id, min(parent.referral_id) as parent_id, 1 as found from child
        inner join named as parent on parent.group_id = child.group_id and parent.ref = child.via
          and (parent.day < child.day or (parent.day = child.day and parent.referral_id < child.referral_id))
        group by child.referral_id
      ), by_name as (
        select child.referral_id, min(parent.referral_id) as parent_id, count(*) as found from child
        inner join parent on parent.group_id = child.group_id and name_key(parent.prospect) = child.via_key
          and (parent.day < child.day or (parent.day = child.day and parent.referral_id < child.referral_id))
        group by child.referral_id
      )
      select referral_id, coalesce(by_ref.parent_id, by_name.parent_id) as parent_id
      from by_ref full join by_name using (referral_id)
      where by_ref.parent_id is not null or by_name.found = 1""")
    con.execute("""update referrals set via_referral_id = parent_id from parents
      where referrals.referral_id = parents.referral_id""")
    lost = con.execute("""select import_id, count(*), min(via) from referrals
      where via is not null and via_referral_id is null group by import_id""").fetchall()
    (last,) = con.execute("select max(import_id) from imports").fetchall()[0]
    for import_id, count, example in lost:
        if (i := import_id - last + len(outcomes) - 1) >= 0:
            outcomes[i].notes.append(
                f"{count:,} {'row names' if count == 1 else 'rows name'} an earlier referral that cannot be found "
                f"in the log, or not as a single one (such as “{example}”); the link is left empty."
            )


def relate(con: Connection) -> None:
    """One relation a pair that referred or was rated, with the first day known; and a group's currency where none was
    set: its most frequent.

    The first day is that of the earliest trace: a referral, an assessment, or a touch in either direction.
    """
    con.execute("""create or replace temp table pairs as
      with pair as (
        select source_id, receiver_id, min(day) as first_on from (
          select source_id, receiver_id, coalesce(given_on, period_from) as day from referrals
          where source_id is not null and receiver_id is not null and group_id in (select group_id from touched)
          union all
          select source_id, assessor_id, assessed_on from assessments
          where source_id is not null and assessor_id is not null)
        group by source_id, receiver_id
      ), trace as (
        select least(from_id, to_id) as one_id, greatest(from_id, to_id) as other_id,
          min(coalesce(happened_on, period_from)) as touched_on
        from touches where from_id <> to_id and group_id in (select group_id from touched) group by 1, 2
      )
      select source_id, receiver_id, least(first_on, touched_on) as first_on
      from pair left join trace
        on one_id = least(source_id, receiver_id) and other_id = greatest(source_id, receiver_id)""")
    con.execute("""update relations set first_known_on = first_on from pairs
      where pairs.source_id = relations.source_id and pairs.receiver_id = relations.receiver_id
        and (first_known_on is null or first_on < first_known_on)""")
    con.execute("""insert into relations select source_id, receiver_id, null, first_on from pairs
      anti join relations using (source_id, receiver_id) order by source_id, receiver_id""")
    con.execute("""update groups set currency = used.currency from (
        select group_id, arg_max(currency, (n, currency)) as currency from (
          select group_id, currency, count(*) as n from (
            select group_id, currency from referrals union all select group_id, currency from thanks
            union all select group_id, currency from snapshots)
          where currency is not null group by all)
        group by group_id
      ) as used where used.group_id = groups.group_id and groups.currency is null""")
