"""What the claims need of a log that is too large to read row by row: counts by pair of source and receiver, from the
marts alone.

Here it is only decided which referrals count and where; every estimate is made of the counts elsewhere. Days are
integers since 1970-01-01. The settings that choose windows and horizons come with each question.
"""

# ruff: noqa: S608 every name put into a statement is ours; what comes from elsewhere is a number, a date or a parameter

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pandas as pd

from data import aggregates_followed
from data.aggregates_followed import DAY_0, KIND, PRESENT, won
from data.engines.duckdb import Connection
from data.queries import COVERAGE, MEMBERSHIPS, Groups
from data.reader import Reader

SECONDS = 3600.0  # that all questions together may take: an organisation's log is read whole
_MONTH = f"(year({DAY_0} + given) - 1970) * 12 + month({DAY_0} + given) - 1"
ARMS = {"present": "present", "kind": "least(kind, 1)"}  # 1, 0, −1: belongs to neither, −2: unknown
_OUTCOME = """case when status = 'won' then 3 when status = 'lost' then 2 when status = 'open' then 1
  when status is null then 0 else 4 end"""
REPEATED = ("referral_id", "group_id", "source_id", "receiver_id", "given", "tier", "prospect")
_MINE = "group_id in (select group_id from chosen)"
# The referrals that count: dated, not to oneself, each once.
_ROWS = f"""select group_id, receiver_id, source_id, source_kind, receiver_present, given_on, status,
    closed_on - given_on as closed_after, 1 as referrals
  from referrals
  where given_on is not null and receiver_id is not null and {_MINE}
    and source_id is distinct from receiver_id and referral_id not in (select referral_id from left_out)"""
# Groups' ends: the last day of anything that happened, by the kinds of record that the store holds.
_ENDS = {
    "thanks": ("group_id", "given_on", "true"),
    "touches": ("group_id", "happened_on", "kind is not null"),
    "attendance": ("group_id", "meeting_on", "person_id is not null"),
}


@contextmanager
def opened(reader: Reader, groups: Groups) -> Iterator[Aggregates]:
    """The marts of these groups (None = all), with room for what is worked out on the way."""
    with reader.work(SECONDS, () if groups is None else {"groups": list(groups)}) as con:
        yield Aggregates(con, set(reader.tables()), groups)


class Aggregates:
    """Counts of one version of the store. `stand` chooses the day that everything after it is seen from."""

    def __init__(self, con: Connection, tables: set[str], groups: Groups) -> None:
        self._con, self._tables, self._day = con, tables, 0
        self.holds_rows = "referrals" in tables  # a marts folder does not
        self._log = "referrals" if self.holds_rows else "recv_cube"
        seen = "true" if groups is None else "group_id in (select unnest($groups))"
        con.execute(
            f"""create temp table chosen as select group_id, cast(row_number() over (order by group_id) - 1 as integer)
              as code from (select group_id from {self._log} union select group_id from spells) where {seen}""",
            {} if groups is None else {"groups": list(groups)},
        )
        con.execute("create temp table left_out (referral_id varchar)")
        con.execute(f"create temp view listed_rows as {_ROWS if self.holds_rows else self._pairs()}")
        everybody = "people" if "people" in tables else (
            "(select receiver_id as person_id from listed_rows union "
            "select source_id from listed_rows where source_id is not null)")  # fmt: skip
        con.execute(f"""create temp table ids as
          select person_id, cast(row_number() over (order by person_id) - 1 as integer) as code from {everybody}""")

    def count(self) -> None:
        """Take stock: from here on nothing more can be left out. `heard` holds the log in numbers: g, r and s are the
        codes of group, receiver and source in the byte order of their ids, an unknown source has one of its own after
        all of them; given is the day, took the days to closing."""
        self._con.execute(f"""create temp table heard as
          select chosen.code as g, r.code as r,
            cast(coalesce(s.code, (select count(*) from ids) + row_number() over ()) as integer) as s,
            cast({PRESENT} as tinyint) as present, cast({KIND} as tinyint) as kind,
            cast(given_on - {DAY_0} as integer) as given, cast({_OUTCOME} as tinyint) as outcome,
            cast(case when closed_after < -1 then -1 when closed_after > 30000 then 30000 else closed_after end
              as smallint) as took, cast(referrals as integer) as n
          from listed_rows inner join chosen using (group_id) inner join ids as r on r.person_id = receiver_id
          left join ids as s on s.person_id = source_id""")

    def _pairs(self) -> str:
        """The log from the cubes alone. What only the cube of receivers has came from nobody known."""
        key = "group_id, receiver_id, source_kind, receiver_present, currency, given_on, status, closed_after"
        total = f"select coalesce(sum(referrals), 0) from {{0}} where {_MINE}"
        ((every,),), ((known,),) = (self._con.execute(total.format(cube)).fetchall()
                                    for cube in ("recv_cube", "pair_cube"))  # fmt: skip
        pairs = f"""select {key}, source_id, referrals from pair_cube
          where {_MINE} and source_id <> receiver_id"""
        if every == known:
            return pairs
        self._con.execute(f"""create temp table nameless as
          with net as (
            select {key}, sum(n) as n from (
              select {key}, referrals as n from recv_cube where {_MINE}
              union all select {key}, -referrals from pair_cube where {_MINE})
            group by {key} having sum(n) > 0)
          select {key}, cast(null as varchar) as source_id, 1 as referrals
          from net, unnest(range(cast(n as bigint)))""")
        return f"{pairs} union all select {key}, source_id, referrals from nameless"

    # --- what does not depend on the day ------------------------------------------------------------------------

    def memberships(self) -> pd.DataFrame:
        """As the claims read them (person_id, group_id, joined, left); from the spells where that is all there is."""
        table = "memberships" if "memberships" in self._tables else "spells"
        found = self._frame(f"""select person_id, group_id, joined_on - {DAY_0} as joined, left_on - {DAY_0} as "left"
          from {table} where {_MINE} order by 2, 1, 3 nulls first, 4""")
        names = ("person_id", "group_id", "joined", "left")
        return found.astype({name: MEMBERSHIPS[name] for name in names})

    def coverage(self) -> pd.DataFrame:
        found = self._frame(f"""select group_id, record_kind, start_on - {DAY_0} as start, end_on - {DAY_0} as "end"
          from covered where {_MINE} order by 1, 2, 3""")
        return found.astype(COVERAGE)

    def span(self, until: date) -> pd.DataFrame:
        """group_id, given: the first and the last day of a referral, up to `until`, as two rows a group."""
        return self._frame(f"""with ends as (select group_id, min(given_on) as a, max(given_on) as b from listed_rows
            where given_on <= {_literal(until)} group by 1)
          select group_id, a - {DAY_0} as given from ends
          union all select group_id, b - {DAY_0} from ends order by 1, 2""")

    def last_days(self, until: date) -> pd.DataFrame:
        """group_id, day: the largest day of any event up to `until`."""
        closed = "closed_on" if self.holds_rows else "given_on + closed_after"
        parts = [
            f"select group_id, {day} as day from {self._log} where given_on is not null" for day in ("given_on", closed)
        ]
        parts += [f"select {group}, {day} from {table} where {which}"
                  for table, (group, day, which) in _ENDS.items() if table in self._tables]  # fmt: skip
        if {"assessments", "memberships"} <= self._tables:
            parts.append("""select homes.group_id, assessed_on from assessments inner join (
              select person_id, group_id from memberships union select distinct receiver_id, group_id from listed_rows
              ) as homes on assessor_id = homes.person_id where source_id is not null and assessor_id <> source_id""")
        return self._frame(f"""select group_id, max(day) - {DAY_0} as day from ({" union all ".join(parts)})
          where day <= {_literal(until)} and {_MINE} group by 1 order by 1""")

    def dropped(self) -> dict[str, int]:
        """Referrals that cannot count: those to oneself or nobody; without a day, where the store holds the log."""
        if not self.holds_rows:
            own = f"select coalesce(sum(referrals), 0), 0 from pair_cube where source_id = receiver_id and {_MINE}"
        else:
            own = f"""select
                count(*) filter (given_on is not null and (receiver_id is null or source_id = receiver_id)),
              count(*) filter (given_on is null) from referrals where {_MINE}"""
        ((itself, undated),) = self._con.execute(own).fetchall()
        return {"undated": int(undated), "self": int(itself)}

    def copied(self) -> pd.DataFrame:
        """Rows of a giver, receiver and day that more than one group logged (REPEATED); none without the log itself."""
        return self._repeated("""source_id is not null and receiver_id in (
              select receiver_id from listed_rows group by 1 having min(group_id) <> max(group_id))
          window same as (partition by source_id, receiver_id, given_on)
          qualify min(group_id) over same <> max(group_id) over same""")

    def repeated(self) -> pd.DataFrame:
        """Rows of a giver, receiver and prospect of which there are several (REPEATED); none without the log itself."""
        alike = "hash(source_id, receiver_id, replace(lower(replace(prospect, ' ', '')), 'ß', 'ss'))"
        return self._repeated(f"""prospect is not null and source_id is not null and {alike} in (
          select {alike} from referrals where prospect is not null and source_id is not null and {_MINE}
          group by 1 having count(*) > 1)""")

    def _repeated(self, which: str) -> pd.DataFrame:
        if not self.holds_rows:
            return pd.DataFrame({name: pd.Series(dtype="str") for name in REPEATED})
        return self._frame(f"""select referral_id, group_id, source_id, receiver_id, given_on - {DAY_0} as given, tier,
            prospect from referrals
          where given_on is not null and source_id <> receiver_id and {_MINE}
            and referral_id not in (select referral_id from left_out) and {which}""")

    def leave_out(self, referral_ids: pd.Series) -> None:
        """These do not count."""
        self._hand("handed_ids", pd.DataFrame({"referral_id": referral_ids.astype("str")}))
        self._con.execute("insert into left_out select referral_id from handed_ids")

    def bases(self) -> dict[str, frozenset[str]]:
        """How presence and kind came to be known, where the store holds the log itself."""
        if not self.holds_rows:
            return {}
        return {column: frozenset(word for (word,) in self._con.execute(
                    f"select distinct {column} from referrals where {_MINE}").fetchall() if word)
                for column in ("presence_basis", "source_kind_basis")}  # fmt: skip

    # --- as of a day ----------------------------------------------------------------------------------------------

    def stand(self, day: int, spells: pd.DataFrame, listed: frozenset[str], cover: pd.DataFrame) -> None:
        """See everything as it stood on that day (exclusive). spells: person_id, group_id, joined, left; a group that
        is not `listed` has everybody as a member from the first to the last record. cover: group_id, start, end."""
        self._day = day
        self._con.execute(f"""create or replace temp view seen as select g, r, s, present, kind, given, n,
            case when given + took >= {day} then 1 else outcome end as outcome,
            case when given + took < {day} then took end as took
          from heard where given < {day}""")
        self._hand("handed", spells[spells["joined"] < day][["person_id", "group_id", "joined", "left"]])
        self._hand("listed", pd.DataFrame({"group_id": pd.Series(sorted(listed), dtype="str")}))
        self._hand("handed_cover", cover)
        self._con.execute("""create or replace temp table cover as select code as g, cast(start as integer) as low,
          cast("end" as integer) as high from handed_cover inner join chosen using (group_id)""")
        self._con.execute("""create or replace temp table stays as
          select ids.code as r, chosen.code as g, cast(joined as integer) as joined, cast("left" as integer) as until
          from handed inner join ids using (person_id) inner join chosen using (group_id)
          union all
          select r, g, min(given), max(given) + 1 from seen
          where g in (select code from chosen where group_id not in (select group_id from listed)) group by 1, 2""")

    def months(self) -> pd.DataFrame:
        """group_id, month (since January 1970), rows and how many of them lack each field."""
        return self._frame(f"""with counted as (
            select g, {_MONTH} as month, sum(n) as rows, sum(n) filter (present = -2) as present,
              sum(n) filter (kind = -2) as kind, sum(n) filter (outcome = 0) as status
            from seen group by 1, 2)
          select group_id, cast(month as bigint) as month, cast(rows as bigint) as rows,
            {", ".join(f"cast(coalesce({name}, 0) as bigint) as {name}" for name in ("present", "kind", "status"))}
          from counted inner join chosen on code = g order by 1, 2""")

    def since(self, starts: Mapping[str, Mapping[str, int]]) -> None:
        """From which day on each field counts as recorded: field → group → day; a missing group never."""
        every = sorted({group for of in starts.values() for group in of})
        frame = pd.DataFrame({"group_id": pd.Series(every, dtype="str")})
        for name, of in starts.items():
            frame[name] = pd.array([of.get(group) for group in every], dtype="Int64")
        self._hand("handed_starts", frame)
        days = ", ".join(f'cast("{name}" as integer) as {name}_on' for name in starts)
        self._con.execute(f"""create or replace temp table starts as select code as g, {days}
          from handed_starts inner join chosen using (group_id)""")

    def kinds_of_receivers(self) -> dict[str, bool]:
        """both: some receiver has had customers and partners; members: some source is a member of a group.

        Leaves the table both_kinds behind, the receivers of the first.
        """
        self._con.execute("""create or replace temp table both_kinds as select r from seen where kind >= 0
          group by 1 having max(kind) > 0 and min(kind) = 0""")
        ((both,),) = self._con.execute("select count(*) > 0 from both_kinds").fetchall()
        ((members,),) = self._con.execute("""select exists (select 1 from seen where kind = 2) or
          exists (select 1 from seen where s in (select code from known_members))""").fetchall()
        return {"both": bool(both), "members": bool(members)}

    def members(self, people: frozenset[str]) -> None:
        self._hand("handed_members", pd.DataFrame({"person_id": pd.Series(sorted(people), dtype="str")}))
        self._con.execute(
            "create temp table known_members as select code from ids semi join handed_members using (person_id)"
        )

    def presence(self, window: int) -> pd.DataFrame:
        """Referrals of the last `window` days, received as a member where presence is recorded, by group, receiver and
        source (codes): away, known, missing."""
        return self._entries(
            f"""select seen.g, seen.r, s, sum(n) filter (present = 1) as away, sum(n) filter (present >= 0) as known,
              sum(n) filter (present = -2) as missing
            from seen inner join starts on starts.g = seen.g
            where given >= {self._day - window} and given >= present_on and exists (select 1 from stays
              where stays.r = seen.r and stays.g = seen.g and joined <= given and given < until)
            group by 1, 2, 3""",
            "away", "known", "missing",
        )  # fmt: skip

    def closing(self, field: str, horizon: int) -> pd.DataFrame:
        """Mature referrals by group, receiver, source and arm: known (outcome), won (within the horizon), silent (no
        outcome), undated (won on an unknown day), recent (given in the last year of those), won_ever."""
        both = "and seen.r in (select r from both_kinds)" if field == "kind" else ""
        return self._entries(
            f"""select seen.g, seen.r, s, {ARMS[field]} as arm, sum(n) filter (outcome <> 0) as known,
              sum(n) filter ({won(horizon)}) as won, sum(n) filter (outcome = 0) as silent,
              sum(n) filter (outcome = 3 and took is null) as undated,
              sum(n) filter (outcome <> 0 and given >= {self._day - horizon - 365}) as recent,
              sum(n) filter (outcome = 3) as won_ever
            from seen inner join starts on starts.g = seen.g
            where given < {self._day - horizon} and given >= {field}_on and given >= status_on {both}
            group by 1, 2, 3, 4""",
            "arm", "known", "won", "silent", "undated", "recent", "won_ever",
        )  # fmt: skip

    def followed(self, field: str, horizon: int, years: int, good: str) -> pd.DataFrame:
        """Pairs whose first referral, among those where `field` and the outcome are recorded and covered, came while
        the receiver was a member, by group (of that first), receiver and source:

        first (day); presence of the first and kind of the source (1, 0, −1, −2: see ARMS); exposure: covered days after
        it, to maturity, the spell's end or `years` days; further: good referrals in them; maybe: of unknown outcome and
        not good; followed, unknown: all of them, and those of unknown outcome; mature, recent: as in `closing`, of all
        the pair's referrals; ever_away.
        """
        found = aggregates_followed.counts(self._con, self._day, field=field, horizon=horizon, years=years, good=good,
                                           rows=self.holds_rows)  # fmt: skip
        return self._entries(found, *aggregates_followed.COLUMNS)

    def _entries(self, counts: str, *columns: str) -> pd.DataFrame:
        """Counts with the codes of group, receiver and source."""
        listed = ", ".join(f"cast(coalesce({name}, 0) as integer) as {name}" for name in columns)
        return self._frame(f"""select g as "group", cast(r as bigint) as receiver, cast(s as bigint) as source, {listed}
          from ({counts}) as counted""")

    def codes(self) -> list[str]:
        """Group ids in the order of their codes."""
        return [group for (group,) in self._con.execute("select group_id from chosen order by code").fetchall()]

    def _hand(self, name: str, frame: pd.DataFrame) -> None:
        """A small table of the caller's own, for statements to join."""
        self._con.register("handed_over", frame)
        self._con.execute(f"create or replace temp table {name} as select * from handed_over")
        self._con.unregister("handed_over")

    def _frame(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        return self._con.execute(sql, params or {}).df()


def _literal(day: date) -> str:
    return f"date '{day.isoformat()}'"
