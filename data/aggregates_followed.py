"""Sources followed from their first referral to a receiver: the counts behind what comes after it."""

# ruff: noqa: S608 every name put into a statement is ours; what comes from elsewhere is a number

from __future__ import annotations

from data.engines.duckdb import Connection

DAY_0 = "date '1970-01-01'"
PRESENT = "case receiver_present when false then 1 when true then 0 else -2 end"
KIND = """case when source_kind = 'member' then 2 when source_kind = 'partner' then 1
  when source_kind = 'customer' then 0 when source_kind is null then -2 else -1 end"""
SILENT = "(outcome = 0 or (outcome = 3 and took is null))"  # the outcome is not known, or not when it came
COLUMNS = (
    "first", "presence", "kind", "exposure", "further", "maybe", "followed", "unknown", "mature", "recent", "ever_away",
)  # fmt: skip
_GOOD = {"any": "true", "not_lost": "outcome <> 2"}
_WIDE = 1 << 26  # room for a group and a presence below a day


def won(horizon: int) -> str:
    return f"outcome = 3 and took between 0 and {horizon}"


def counts(con: Connection, day: int, *, field: str, horizon: int, years: int, good: str, rows: bool) -> str:
    """The statement that gives COLUMNS by g, r, s of every pair (see Aggregates.followed), over tables made here.

    rows: the log itself is there, to settle which of several referrals of one day was the first.
    """
    is_good = f"coalesce({won(horizon) if good == 'won' else _GOOD[good]}, false)"
    ripe = day - horizon
    _first_of_pairs(con, field, rows)
    _first_kinds(con, rows)
    con.execute(f"""create or replace temp table met as
      select firsts.r, firsts.s, firsts.g, first, presence, least({ripe}, until, first + {1 + years}) as until
      from firsts
      inner join stays on stays.r = firsts.r and stays.g = firsts.g and joined <= first and first < until""")
    return f"""with watched as (
          select r, s, sum(greatest(0, least(until, high) - greatest(first + 1, low))) as exposure
          from met inner join cover on cover.g = met.g group by 1, 2
        ), told as (
          select r, s, sum(n) filter (later and good) as further,
            sum(n) filter (later and silent and not good) as maybe, sum(n) filter (later) as followed,
            sum(n) filter (later and silent) as unknown,
            sum(n) filter (given < {ripe}) as mature,
            sum(n) filter (given < {ripe} and given >= {ripe - 365}) as recent, max(present) as away
          from (
            select seen.r, seen.s, n, given, present, {SILENT} as silent, {is_good} as good,
              given > first and given < until as later
            from seen inner join met on met.r = seen.r and met.s = seen.s)
          group by 1, 2)
        select met.g, met.r, met.s, met.first, presence, coalesce(kinds.kind, -2) as kind, exposure, further, maybe,
          followed, unknown, mature, recent, cast(away = 1 as integer) as ever_away
        from met inner join watched on watched.r = met.r and watched.s = met.s
        inner join told on told.r = met.r and told.s = met.s left join kinds on kinds.s = met.s"""


def _first_of_pairs(con: Connection, field: str, rows: bool) -> None:
    """The table firsts: by pair the day of its first referral that is recorded and covered, its group and presence.

    Of several on that day the one with the smallest id counts: the ids are looked up only where it matters.
    """
    con.execute(f"""create or replace temp table firsts as
      with packed as (
        select seen.r, s, cast(given as bigint) as given, cast(seen.g as bigint) * 4 + present + 2 as what from seen
        inner join starts on starts.g = seen.g
        where given >= {field}_on and given >= status_on and exists (select 1 from cover
          where cover.g = seen.g and low <= given and given < high)
      ), ends as (
        select r, s, min(given * {_WIDE} + what) as least, min(given * {_WIDE} + {_WIDE} - 1 - what) as most
        from packed group by 1, 2)
      select r, s, cast(least // {_WIDE} as integer) as first, cast(least % {_WIDE} // 4 as integer) as g,
        least % 4 - 2 as presence, least % {_WIDE} + most % {_WIDE} <> {_WIDE} - 1 as tied from ends""")
    _untie(con, rows, "firsts", f"""select firsts.r, firsts.s, arg_min(chosen.code, referral_id) as g,
        arg_min({PRESENT}, referral_id) as presence
      from firsts inner join ids as rr on rr.code = firsts.r inner join ids as ss on ss.code = firsts.s
      inner join referrals on receiver_id = rr.person_id and source_id = ss.person_id
        and given_on = {DAY_0} + firsts.first
      inner join chosen using (group_id) inner join starts on starts.g = chosen.code
      where tied and referral_id not in (select referral_id from left_out)
        and firsts.first >= {field}_on and firsts.first >= status_on and exists (select 1 from cover
          where cover.g = chosen.code and low <= firsts.first and firsts.first < high)
      group by 1, 2""", "r", "s", "g", "presence")  # fmt: skip


def _first_kinds(con: Connection, rows: bool) -> None:
    """The table kinds: by source its kind at the earliest referral that names one."""
    con.execute("""create or replace temp table kinds as
      with ends as (
        select s, min(given * 8 + least(kind, 1) + 2) as least, min(given * 8 + 5 - least(kind, 1)) as most
        from seen where kind > -2 group by 1)
      select s, least // 8 as first, cast(least % 8 - 2 as integer) as kind, least % 8 + most % 8 <> 7 as tied
      from ends""")
    _untie(con, rows, "kinds", f"""select kinds.s, arg_min(least({KIND}, 1), referral_id) as kind
      from kinds inner join ids on ids.code = kinds.s
      inner join referrals on source_id = person_id and given_on = {DAY_0} + cast(kinds.first as integer)
      where tied and source_kind is not null and receiver_id is not null and source_id <> receiver_id
        and group_id in (select group_id from chosen)
        and referral_id not in (select referral_id from left_out)
      group by 1""", "s", "kind")  # fmt: skip


def _untie(con: Connection, rows: bool, table: str, found: str, *columns: str) -> None:
    """Settle what the counts leave open by the log's own rows, where there are any."""
    ((tied,),) = con.execute(f"select count(*) filter (tied) from {table}").fetchall()
    if not tied or not rows:
        return
    keys = [name for name in columns if name in ("r", "s")]
    rest = ", ".join(f"{name} = settled.{name}" for name in columns if name not in keys)
    where = " and ".join(f"{table}.{name} = settled.{name}" for name in keys)
    con.execute(f"create or replace temp table settled as {found}")
    con.execute(f"update {table} set {rest} from settled where {where}")
