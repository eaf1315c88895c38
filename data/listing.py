"""Lists that a user works through: persons with what is known of them, relations and referrals that lack a label.

`groups` is what the viewer may see: None = every group, () = none.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import pandas as pd

from data.queries import Groups
from data.reader import Reader
from data.suggest import Known

PERSONS = {
    "person_id": "str", "name": "str", "groups": "object", "professions": "object", "first_on": "datetime64[us]",
    "last_on": "datetime64[us]", "rows": "Int64",
}  # fmt: skip
RELATIONS = {
    "source_id": "str", "receiver_id": "str", "source": "str", "receiver": "str", "kind": "str", "referrals": "Int64",
    "unknown": "Int64", "won": "Int64", "last_on": "datetime64[us]",
}  # fmt: skip
PRESENCE = {
    "referral_id": "str", "given_on": "datetime64[us]", "source": "str", "receiver": "str", "tier": "Int64",
    "receiver_present": "boolean", "presence_basis": "str", "meeting": "boolean",
}  # fmt: skip
_SEEN = "($groups is null or list_contains($groups, group_id))"
_EVERY_ROW = f"""
  select source_id as person_id, group_id, given_on as day from referrals where {_SEEN}
  union all select receiver_id, group_id, given_on from referrals where {_SEEN}
  union all select from_id, group_id, given_on from thanks where {_SEEN}
  union all select to_id, group_id, given_on from thanks where {_SEEN}
  union all select from_id, group_id, happened_on from touches where {_SEEN}
  union all select to_id, group_id, happened_on from touches where {_SEEN}
  union all select person_id, group_id, meeting_on from attendance where {_SEEN}
  union all select person_id, group_id, period_to from snapshots where {_SEEN}
  union all select person_id, group_id, joined_on from memberships where {_SEEN}"""


def persons(reader: Reader, groups: Groups) -> pd.DataFrame:
    """PERSONS: everybody who appears, with groups and professions as lists, first and last day, and rows; by name."""
    sql = f"""with seen as ({_EVERY_ROW})
      select people.person_id, people.name, groups, coalesce(professions, []) as professions, first_on, last_on, "rows"
      from people inner join (
        select person_id, list_sort(list(distinct groups.name)) as groups, min(day) as first_on, max(day) as last_on,
          count(*) as "rows"
        from seen inner join groups using (group_id) where person_id is not null group by person_id
      ) using (person_id)
      left join (
        select person_id, list_sort(list(distinct profession)) as professions from memberships
        where {_SEEN} and profession is not null group by person_id
      ) using (person_id)
      order by lower(people.name), person_id"""
    return reader.frame(sql, _bound(groups))[list(PERSONS)].astype(PERSONS)


def known(reader: Reader, groups: Groups) -> tuple[list[Known], set[frozenset[str]]]:
    """The persons as suggestions take them, and the pairs that the user keeps apart."""
    found = [
        Known(
            row.person_id,
            row.name,
            frozenset(row.groups),
            frozenset(row.professions),
            None if pd.isna(row.first_on) else row.first_on.date(),
            None if pd.isna(row.last_on) else row.last_on.date(),
            int(row.rows),
        )
        for row in persons(reader, groups).itertuples()
    ]
    apart = reader.rows("select person_id, other_id from kept_apart")
    return found, {frozenset(pair) for pair in apart}


def relations(reader: Reader, groups: Groups) -> pd.DataFrame:
    """RELATIONS: who referred to whom. unknown = referrals whose kind of source is not known; most unknown first."""
    sql = f"""select relations.source_id, relations.receiver_id, source.name as source, receiver.name as receiver,
        relations.kind, referrals, unknown, won, last_on
      from relations inner join (
        select source_id, receiver_id, count(*) as referrals,
          count(*) filter (source_kind is null) as unknown,
          count(*) filter (status = 'won') as won, max(coalesce(given_on, period_to)) as last_on
        from referrals where {_SEEN} group by 1, 2
      ) as counted using (source_id, receiver_id)
      inner join people as source on source.person_id = relations.source_id
      inner join people as receiver on receiver.person_id = relations.receiver_id
      order by unknown desc, referrals desc, source, receiver, 1, 2"""
    return reader.frame(sql, _bound(groups))[list(RELATIONS)].astype(RELATIONS)


def presence(reader: Reader, groups: Groups) -> pd.DataFrame:
    """PRESENCE: dated referrals of which no file says whether the receiver was there; meeting = given on a day on which
    the group met (null where no meeting is known). Newest first."""
    sql = f"""with met as (select distinct group_id, meeting_on from attendance)
      select referral_id, given_on, source.name as source, receiver.name as receiver, tier, receiver_present,
        presence_basis,
        case when referrals.group_id in (select group_id from met)
          then (referrals.group_id, given_on) in (select (group_id, meeting_on) from met) end as meeting
      from referrals
      left join people as source on source.person_id = source_id
      left join people as receiver on receiver.person_id = receiver_id
      where {_SEEN} and given_on is not null and presence_basis <> 'recorded'
      order by given_on desc, referral_id"""
    return reader.frame(sql, _bound(groups))[list(PRESENCE)].astype(PRESENCE)


def _bound(groups: Groups) -> dict[str, list[str] | None]:
    return {"groups": None if groups is None else list(groups)}
