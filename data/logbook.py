"""What the log kept here shows for correcting: the latest referrals, contacts and assessments, and who may be named.

`groups` is what the viewer may see: None = every group, () = none.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import pandas as pd

from data.draft import ENTERED
from data.queries import Groups
from data.reader import Reader

LATEST = {
    "referral_id": "str", "group": "str", "given_on": "datetime64[us]", "source": "str", "receiver": "str",
    "receiver_present": "boolean", "asked": "boolean", "prospect": "str", "source_kind": "str", "status": "str",
    "closed_on": "datetime64[us]", "amount": "float64", "currency": "str", "via": "str", "entered": "bool",
}  # fmt: skip
ENTERED_ROWS = {
    "row_id": "str", "day": "datetime64[us]", "kind": "str", "one": "str", "other": "str", "said": "str",
}  # fmt: skip
ROLL = {
    "name": "str", "profession": "str", "joined_on": "datetime64[us]", "left_on": "datetime64[us]", "group": "str",
}  # fmt: skip
_SEEN = "($groups is null or list_contains($groups, {0}group_id))"


def latest(reader: Reader, groups: Groups, limit: int, *, open_only: bool = False) -> pd.DataFrame:
    """LATEST: dated referrals, the newest first; of the same day the last entered first. open_only: those whose end is
    not known."""
    sql = f"""select referral_id, groups.name as "group", given_on, source.name as source, receiver.name as receiver,
        receiver_present, asked, prospect, case when source_kind_basis = 'recorded' then source_kind end as source_kind,
        status, closed_on, cast(amount as double) as amount, referrals.currency, via_referral_id as via,
        import_id in (select import_id from imports where container = '{ENTERED}') as entered
      from referrals inner join groups using (group_id)
      left join people as source on source.person_id = source_id
      left join people as receiver on receiver.person_id = receiver_id
      where {_SEEN.format("referrals.")} and given_on is not null
        and (not $open_only or coalesce(status, 'open') = 'open')
      order by given_on desc, referral_id desc limit $limit"""
    found = reader.frame(sql, _bound(groups) | {"limit": limit, "open_only": open_only})
    return found[list(LATEST)].astype(LATEST)


def entered(reader: Reader, groups: Groups, limit: int) -> pd.DataFrame:
    """ENTERED_ROWS: contacts and assessments that were entered by hand, the last entered first."""
    mine = f"import_id in (select import_id from imports where container = '{ENTERED}')"
    sql = f"""with found as (
        select touch_id as row_id, happened_on as day, kind, from_id as one_id, to_id as other_id,
          coalesce(purpose, outcome) as said, import_id, row_no from touches where {mine} and {_SEEN.format("")}
        union all
        select assessment_id, assessed_on, 'assessment', assessor_id, source_id, null, import_id, row_no
        from assessments where {mine} and $groups is null
      )
      select row_id, day, kind, one.name as one, other.name as other, said from found
      left join people as one on one.person_id = one_id left join people as other on other.person_id = other_id
      order by import_id desc, row_no desc limit $limit"""
    found = reader.frame(sql, _bound(groups) | {"limit": limit})
    return found[list(ENTERED_ROWS)].astype(ENTERED_ROWS)


def last_named(reader: Reader, groups: Groups) -> dict[str, str]:
    """Who was named last in an entry, by role (receiver, from, assessor): the next one likely begins with them."""
    roles = {
        "receiver": ("referrals", "receiver_id", _SEEN.format("")),
        "from": ("touches", "from_id", _SEEN.format("")),
        "assessor": ("assessments", "assessor_id", "$groups is null"),
    }
    sql = " union all ".join(
        f"""select '{role}', name from (select arg_max({column}, (import_id, row_no)) as person_id from {table}
          where import_id in (select import_id from imports where container = '{ENTERED}') and {seen})
        inner join people using (person_id)"""
        for role, (table, column, seen) in roles.items()
    )
    return dict(reader.rows(sql, _bound(groups)))


def roll(reader: Reader, groups: Groups) -> pd.DataFrame:
    """ROLL: the members of the home groups, one row a spell, by name."""
    sql = f"""select people.name, profession, joined_on, left_on, groups.name as "group" from memberships
      inner join people using (person_id) inner join groups using (group_id)
      where home and {_SEEN.format("memberships.")} order by lower(people.name), joined_on nulls first"""
    return reader.frame(sql, _bound(groups))[list(ROLL)].astype(ROLL)


def _bound(groups: Groups) -> dict[str, object]:
    return {"groups": None if groups is None else list(groups)}
