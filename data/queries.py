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
    "counterpart_group": "str", "period_from": "Int64", "period_to": "Int64", "presence_basis": "str",
    "source_kind_basis": "str",
}  # fmt: skip
MEMBERSHIPS = {
    "person_id": "str", "group_id": "str", "profession": "str", "joined": "Int64", "left": "Int64", "renews": "Int64",
}  # fmt: skip
_PERIOD = {"period_from": "Int64", "period_to": "Int64"}
THANKS = {
    "thank_id": "str", "group_id": "str", "given": "Int64", **_PERIOD, "from_id": "str", "to_id": "str",
    "amount": "float64", "currency": "str", "tier": "Int64", "counterpart_group": "str",
}  # fmt: skip
TOUCHES = {
    "touch_id": "str", "group_id": "str", "happened": "Int64", **_PERIOD, "from_id": "str", "to_id": "str",
    "kind": "str", "purpose": "str", "outcome": "str", "quantity": "float64", "counterpart_group": "str",
}  # fmt: skip
ATTENDANCE = {"group_id": "str", "person_id": "str", "meeting": "Int64", "status": "str"}
_TALLIES = (
    "p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "tyfcb", "ceu", "testimonials",
    "official_score",
)  # fmt: skip
SNAPSHOTS = {
    "group_id": "str", "person_id": "str", "row_label": "str", **_PERIOD, **dict.fromkeys(_TALLIES, "float64"),
    "currency": "str",
}  # fmt: skip
_MARKS = (*(f"q{i:02d}" for i in range(1, 14)), "comfort", "perceived_value")
ASSESSMENTS = {
    "assessment_id": "str", "assessed": "Int64", "assessor_id": "str", "source_id": "str",
    **{mark: "boolean" if mark.startswith("q") else "float64" for mark in _MARKS},
}  # fmt: skip
MATRIX = {"group_id": "str", "giver_id": "str", "receiver_id": "str", "referrals": "Int64", "one_to_ones": "Int64"}
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
SIZES = {
    "group_id": "str", "referrals": "Int64", "first_month": "datetime64[us]", "last_month": "datetime64[us]",
}  # fmt: skip
MONTHLY = {
    "month": "datetime64[us]", "referrals": "Int64", "covered_days": "Int64", "days": "Int64", "groups": "Int64",
}  # fmt: skip


_SEEN = "($groups is null or list_contains($groups, {0}group_id))"
_MINE = _SEEN.format("") + " and ($receiver is null or receiver_id = $receiver)"


# Ratings belong to no group: they are seen with the one who rates, as a member or receiver of a group that is seen.
_RATERS = f"""($groups is null or assessor_id in (
    select person_id from memberships where {_SEEN.format("")}
    union select receiver_id from referrals where {_SEEN.format("")}))"""


def _day(column: str, name: str) -> str:
    return f"date_diff('day', date '1970-01-01', {column}) as {name}"


_SPAN = f"{_day('period_from', 'period_from')}, {_day('period_to', 'period_to')}"
_EVERYBODY = " union ".join(
    f"select {column} as person_id from {table} where {_RATERS if table == 'assessments' else _SEEN.format('')}"
    for table, columns in {
        "referrals": ("source_id", "receiver_id"), "memberships": ("person_id",), "thanks": ("from_id", "to_id"),
        "touches": ("from_id", "to_id"), "attendance": ("person_id",), "snapshots": ("person_id",),
        "assessments": ("assessor_id", "source_id"),
    }.items()
    for column in columns
)  # fmt: skip
# frame → (its rows in SQL, its columns)
_FRAMES = {
    "referrals": (
        f"""select referral_id, group_id, {_day("given_on", "given")}, source_id, receiver_id, source_kind, prospect,
        receiver_present as present, asked, tier, via_referral_id, status, {_day("closed_on", "closed")},
        cast(amount as double) as amount, currency, counterpart_group, {_SPAN}, presence_basis, source_kind_basis
      from referrals where {_SEEN.format("")} order by referral_id""",
        REFERRALS,
    ),
    "memberships": (
        f"""select person_id, group_id, profession, {_day("joined_on", "joined")}, {_day("left_on", '"left"')},
        {_day("renews_on", "renews")}
      from memberships where {_SEEN.format("")}
      order by group_id, person_id, joined_on nulls first, left_on, profession""",
        MEMBERSHIPS,
    ),
    "people": (
        f"select person_id, name from people where person_id in ({_EVERYBODY}) order by person_id",
        PEOPLE,
    ),
    "coverage": (
        f"""select group_id, record_kind, {_day("start_on", "start")}, {_day("end_on", '"end"')}
      from covered where {_SEEN.format("")} order by group_id, record_kind, start_on""",
        COVERAGE,
    ),
    "thanks": (
        f"""select thank_id, group_id, {_day("given_on", "given")}, {_SPAN}, from_id, to_id,
        cast(amount as double) as amount, currency, tier, counterpart_group
      from thanks where {_SEEN.format("")} order by thank_id""",
        THANKS,
    ),
    "touches": (
        f"""select touch_id, group_id, {_day("happened_on", "happened")}, {_SPAN}, from_id, to_id, kind, purpose,
        outcome, quantity, counterpart_group
      from touches where {_SEEN.format("")} order by touch_id""",
        TOUCHES,
    ),
    "attendance": (
        f"""select group_id, person_id, {_day("meeting_on", "meeting")}, status
      from attendance where {_SEEN.format("")} order by group_id, meeting_on, person_id, status""",
        ATTENDANCE,
    ),
    "snapshots": (
        f"""select group_id, person_id, row_label, {_SPAN}, {", ".join(_TALLIES)}, currency
      from snapshots where {_SEEN.format("")}
      order by group_id, snapshots.period_from, snapshots.period_to, person_id nulls last, row_label, import_id,
        row_no""",
        SNAPSHOTS,
    ),
    "assessments": (
        f"""select assessment_id, {_day("assessed_on", "assessed")}, assessor_id, source_id, {", ".join(_MARKS)}
      from assessments where {_RATERS} order by assessment_id""",
        ASSESSMENTS,
    ),
}


def frames(reader: Reader, groups: Groups) -> dict[str, pd.DataFrame]:
    """The frames of analysis.result.Frames; days are Int64 since 1970-01-01, the ends of periods inclusive.

    People are those who appear in the other frames: a name outside the viewer's groups does not leave the store.
    """
    bound = _seen(groups)
    return {name: _typed(reader, sql, bound, dtypes) for name, (sql, dtypes) in _FRAMES.items()}


def matrix(reader: Reader, groups: Groups) -> pd.DataFrame:
    """Who gave to whom (MATRIX): referrals from giver to receiver, and the one-to-ones of the two, in either order.

    A one-to-one that both entered is one: a day has at most one, of a period the larger of the two counts stands.
    """
    sql = f"""with entered as (
        select group_id, happened_on, period_from, period_to, from_id, least(from_id, to_id) as one_id,
          greatest(from_id, to_id) as other_id, sum(coalesce(quantity, 1)) as entered
        from touches where kind = 'one_to_one' and from_id <> to_id and {_SEEN.format("")}
        group by group_id, happened_on, period_from, period_to, from_id, to_id
      ), met as (
        select group_id, one_id, other_id, max(case when happened_on is null then entered else 1 end) as met
        from entered group by group_id, happened_on, period_from, period_to, one_id, other_id
      ), cells as (
        select group_id, source_id as giver_id, receiver_id, count(*) as referrals, 0 as one_to_ones
        from referrals where source_id is not null and receiver_id is not null and {_SEEN.format("")} group by all
        union all select group_id, one_id, other_id, 0, met from met
        union all select group_id, other_id, one_id, 0, met from met
      )
      select group_id, giver_id, receiver_id, cast(sum(referrals) as bigint) as referrals,
        cast(sum(one_to_ones) as bigint) as one_to_ones
      from cells group by group_id, giver_id, receiver_id order by group_id, giver_id, receiver_id"""
    return _typed(reader, sql, _seen(groups), MATRIX)


def imported_on(reader: Reader) -> date:
    """The local day of the latest import; of a store without one, the beginning of time."""
    ((day,),) = reader.rows('select cast(max("at") as date) from imports')
    return day or date.min


def groups(reader: Reader, groups: Groups) -> pd.DataFrame:
    """group_id, name, currency of the home groups that may be seen: those whose records the workspace keeps."""
    sql = f"select group_id, name, currency from groups where home and {_SEEN.format('')} order by group_id"
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


def sizes(reader: Reader, groups: Groups) -> pd.DataFrame:
    """How much each group has, from the marts (SIZES): no row of the log is read."""
    sql = f"""select group_id, cast(sum(referrals) as bigint) as referrals, min(month) as first_month,
      max(month) as last_month
    from group_month where {_SEEN.format("")} group by 1 order by 1"""
    return _typed(reader, sql, _seen(groups), SIZES)


def monthly(reader: Reader, groups: Groups) -> pd.DataFrame:
    """All groups together by month, from the marts (MONTHLY); `covered_days` and `days` are sums over groups."""
    sql = f"""select month, cast(sum(referrals) as bigint) as referrals,
      cast(sum(covered_days) as bigint) as covered_days, cast(sum(days) as bigint) as days,
      count(*) filter (covered_days > 0) as groups
    from group_month where {_SEEN.format("")} group by 1 order by 1"""
    return _typed(reader, sql, _seen(groups), MONTHLY)


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
