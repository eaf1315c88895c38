"""What the rest of the house asks of a version. Every answer has fixed columns and dtypes, empty or not.

`groups` is what the viewer may see, applied in SQL and not afterwards: None = every group, () = none.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from data.reader import Reader

Groups = tuple[str, ...] | None

REFERRALS = {
    "referral_id": "str", "group_id": "str", "given": "Int64", "source_id": "str", "receiver_id": "str",
    "source_kind": "str", "prospect": "str", "present": "boolean", "asked": "boolean", "tier": "Int64",
    "via_referral_id": "str", "status": "str", "closed": "Int64", "amount": "float64", "currency": "str",
    "counterpart_group": "str",
}  # fmt: skip
MEMBERSHIPS = {"person_id": "str", "group_id": "str", "profession": "str", "joined": "Int64", "left": "Int64"}
PEOPLE = {"person_id": "str", "name": "str"}
COVERAGE = {"group_id": "str", "record_kind": "str", "start": "Int64", "end": "Int64"}
EVENT_ROWS = {
    "referral_id": "str", "given_on": "datetime64[us]", "source": "str", "receiver": "str", "source_kind": "str",
    "receiver_present": "boolean", "status": "str", "closed_on": "datetime64[us]", "amount": "float64",
    "currency": "str", "prospect": "str", "group": "str", "file": "str", "sheet": "str", "row_no": "Int64",
}  # fmt: skip
MONTHS = {
    "group_id": "str", "month": "datetime64[us]", "days": "Int64", "covered_days": "Int64", "referrals": "Int64",
    "won": "Int64", "lost": "Int64", "still_open": "Int64", "linear": "Int64", "networked": "Int64",
    "active_sources": "Int64", "active_receivers": "Int64",
}  # fmt: skip
VALUES = {
    "group_id": "str", "month": "datetime64[us]", "currency": "str", "won_with_amount": "Int64", "value": "float64",
}  # fmt: skip

_SEEN = "($groups is null or list_contains($groups, {0}group_id))"
_MINE = _SEEN.format("") + " and ($receiver is null or receiver_id = $receiver)"


def frames(reader: Reader, groups: Groups) -> dict[str, pd.DataFrame]:
    """The frames of analysis.result.Frames: referrals, memberships, people, coverage; days are Int64 since 1970-01-01.

    People are those who appear in the other frames: a name outside the viewer's groups does not leave the store.
    """
    mine, bound = _SEEN.format(""), _seen(groups)
    referrals = f"""select referral_id, group_id, date_diff('day', date '1970-01-01', given_on) as given,
        source_id, receiver_id, source_kind, prospect, receiver_present as present, asked, tier, via_referral_id,
        status, date_diff('day', date '1970-01-01', closed_on) as closed, cast(amount as double) as amount, currency,
        counterpart_group
      from referrals where {mine} order by referral_id"""
    memberships = f"""select person_id, group_id, profession, date_diff('day', date '1970-01-01', joined_on) as joined,
        date_diff('day', date '1970-01-01', left_on) as "left"
      from memberships where {mine}
      order by group_id, person_id, joined_on nulls first, left_on"""
    people = f"""select person_id, name from people where person_id in (
        select source_id from referrals where {mine} union select receiver_id from referrals where {mine}
        union select person_id from memberships where {mine})
      order by person_id"""
    coverage = f"""select group_id, record_kind, date_diff('day', date '1970-01-01', start_on) as start,
        date_diff('day', date '1970-01-01', end_on) as "end"
      from covered where {mine}
      order by group_id, record_kind, start_on"""
    return {
        "referrals": _typed(reader, referrals, bound, REFERRALS),
        "memberships": _typed(reader, memberships, bound, MEMBERSHIPS),
        "people": _typed(reader, people, bound, PEOPLE),
        "coverage": _typed(reader, coverage, bound, COVERAGE),
    }


def imported_on(reader: Reader) -> date:
    """The local day of the latest import; of a store without one, the beginning of time."""
    ((day,),) = reader.rows('select cast(max("at") as date) from imports')
    return day or date.min


def groups(reader: Reader, groups: Groups) -> pd.DataFrame:
    """group_id, name, currency of the groups that may be seen."""
    sql = f"select group_id, name, currency from groups where {_SEEN.format('')} order by group_id"
    return _typed(reader, sql, _seen(groups), {"group_id": "str", "name": "str", "currency": "str"})


def receivers(reader: Reader, groups: Groups) -> pd.DataFrame:
    """person_id, name, n (referrals received in these groups), most first."""
    sql = f"""select person_id, name, n from people inner join (
        select receiver_id, count(*) as n from referrals where {_SEEN.format("")} group by receiver_id
      ) on receiver_id = person_id order by n desc, name, person_id"""
    return _typed(reader, sql, _seen(groups), {**PEOPLE, "n": "Int64"})


def event_rows(
    reader: Reader,
    ids: Sequence[str] | None,
    groups: Groups,
    limit: int = 200,
    offset: int = 0,
    *,
    receiver: str | None = None,
) -> pd.DataFrame:
    """The referrals behind a figure, newest first, with names and the file, sheet and row they came from (EVENT_ROWS).

    ids = None: all that may be seen. Ids that may not be seen are left out.
    """
    sql = f"""select referral_id, given_on, source.name as source, receiver.name as receiver, source_kind,
        receiver_present, status, closed_on, cast(amount as double) as amount, referrals.currency, prospect,
        groups.name as "group", imports.path as file, imports.sheet, row_no
      from referrals
      left join people as source on source.person_id = source_id
      left join people as receiver on receiver.person_id = receiver_id
      left join groups using (group_id)
      left join imports using (import_id)
      where {_MINE} and ($ids is null or referral_id in (select unnest($ids)))
      order by given_on desc nulls last, referral_id limit $limit offset $offset"""
    bound = {
        **_seen(groups),
        "receiver": receiver,
        "ids": None if ids is None else list(ids),
        "limit": limit,
        "offset": offset,
    }
    return _typed(reader, sql, bound, EVENT_ROWS)


def month_table(reader: Reader, groups: Groups) -> pd.DataFrame:
    """The group_month mart (MONTHS): one row a group and month, from the first month covered to the last."""
    listed = ", ".join(MONTHS)
    return _typed(
        reader,
        f"select {listed} from group_month where {_SEEN.format('')} order by 1, 2",
        _seen(groups),
        MONTHS,
    )


def value_table(reader: Reader, groups: Groups) -> pd.DataFrame:
    """The group_month_value mart (VALUES): won business by month given, one row a currency."""
    listed = ", ".join(VALUES)
    sql = f"select {listed} from group_month_value where {_SEEN.format('')} order by 1, 2, 3"
    return _typed(reader, sql, _seen(groups), VALUES)


def fingerprint(reader: Reader) -> str:
    """SHA-256 over every table but `imports`: equal for stores that hold the same, whenever they were made."""
    digest = hashlib.sha256()
    for table in reader.tables():
        if table != "imports":
            digest.update(f"{table}\n{reader.csv(table)}".encode())
    return digest.hexdigest()


def _seen(groups: Groups) -> dict[str, Any]:
    return {"groups": None if groups is None else list(groups)}


def _typed(reader: Reader, sql: str, params: dict[str, Any], dtypes: dict[str, str]) -> pd.DataFrame:
    """Run, and cast: DuckDB chooses int32, Int32 or float64 by whether a null is in the answer."""
    return reader.frame(sql, params)[list(dtypes)].astype(dtypes)
