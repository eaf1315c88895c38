"""Which rows of a new file are in the store already, so that overlapping exports do not double and repeats do not fold.

The rules run in order; each pairs what the earlier ones left, the k-th occurrence in the file with the k-th in the
store:
    ref      the file's own id for the row: its natural key
    content  every field the same: counted with multiplicity, so that the larger count stays
    key      same group, day or period, source, receiver and prospect: the newer file updates the stored row
    blank    the same without a prospect, if the newer row only fills blanks or moves an open referral on: less than
             that could be a second referral of the same day
What is left is new. A row never pairs with another row of its own file. A row that was entered by hand is no export's
word on an earlier one: of the rules only content holds for it.
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from data.engines.duckdb import Connection

KEY = ("group_id", "given_on", "period_from", "period_to", "source_id", "receiver_id", "prospect_key")
DETAIL = (
    "source_kind",
    "receiver_present",
    "asked",
    "via",
    "tier",
    "heat",
    "status",
    "closed_on",
    "amount",
    "currency",
    "counterpart_group",
)
# rule → (columns that must agree, which file rows, which stored rows, a further condition on the pair)
Rules = dict[str, tuple[tuple[str, ...], str, str, str]]
_NOTHING_LOST = " and ".join(
    f"(stored.{c} is null or new.{c} is null or stored.{c} = new.{c}"
    + (" or stored.status = 'open')" if c in ("status", "amount", "currency") else ")")  # an estimate may change
    for c in DETAIL
)
RULES: Rules = {
    "ref": (("group_id", "ref"), "ref is not null", "ref is not null", "true"),
    # A row with an id of its own is no row with another id; it may be one that came without ids before.
    "content+": ((*KEY, *DETAIL), "ref is not null", "ref is null", "true"),
    "content": ((*KEY, *DETAIL), "ref is null", "true", "true"),
    "key+": (KEY, "ref is not null and prospect_key is not null", "ref is null", "true"),
    "key": (KEY, "ref is null and prospect_key is not null", "true", "true"),
    "blank": (
        KEY,
        "prospect_key is null",
        "prospect_key is null",
        f"(stored.ref is null or new.ref is null) and {_NOTHING_LOST}",
    ),
}


def match(con: Connection, draft: int, *, by_hand: bool = False) -> None:
    """Fill `matched`(row_id, stored_id, rule) for the rows of `incoming` of this draft; stored_id is a referral_id.

    Leaves `arriving`, the draft's rows, and `pool`, the stored rows that could be among them: of the same group, and of
    the same days, of the same id, or corrected since. What was implied, labelled or corrected is no file's word: it
    does not make the row of a file look like another. Where the pool is empty nothing is copied and nothing compared.
    """
    con.execute("create or replace temp table matched (row_id bigint, stored_id varchar, rule varchar)")
    con.execute("create or replace temp table changed (stored_id varchar)")
    new = f"(select * from incoming where draft = {draft})"
    con.execute(f"""create or replace temp table pool as
      with new as (
        select distinct group_id, nullif(trim(ref), '') as ref, coalesce(given_on, period_from) as day
        from stage_referrals as staged inner join stage_groups as spot
          on spot.draft = staged.draft and spot.name is not distinct from staged."group"
        where staged.draft = {draft} and exists (select 1 from referrals))
      select stored.* replace (
          case when implied_kinds.referral_id is null and source_kind_basis = 'recorded' then source_kind end
            as source_kind,
          case when presence_basis = 'recorded' then receiver_present end as receiver_present),
        stored.referral_id as stored_id, name_key(prospect) as prospect_key
      from (select referrals.* from referrals
        where group_id in (select group_id from new)
          and (coalesce(given_on, period_from) between (select min(day) from new) and (select max(day) from new)
            or coalesce(given_on, period_from) is null or ref in (select ref from new)
            or referral_id in (select referral_id from filed))) as stored
      left join implied_kinds on implied_kinds.referral_id = stored.referral_id""")
    if con.execute("select count(*) from pool").fetchall() == [(0,)]:
        con.execute(f"create or replace temp view arriving as from {new}")
        return
    _as_filed(con)
    con.execute(f"create or replace temp table arrived as select *, name_key(prospect) as prospect_key from {new}")
    con.execute("create or replace temp view arriving as from arrived")
    has_refs = con.execute("select bool_or(ref is not null) from arriving").fetchall() == [(True,)]
    without = {name: rule for name, rule in RULES.items() if "ref is not null" not in rule[1]}
    pair(con, {"content": RULES["content"]} if by_hand else RULES if has_refs else without)


def _as_filed(con: Connection) -> None:
    """Have `pool` say what the files said where the user has corrected it since."""
    for column in _corrected(con, "pool"):
        also = ", prospect_key = name_key(said)" if column == "prospect" else ""
        con.execute(f"""update pool set {column} = said{also} from filed
          where filed.referral_id = pool.stored_id and "column" = '{column}'""")


def _keep_corrections(con: Connection) -> None:
    """Let a correction stand in `changed` as long as the file says what it said before; its new word goes before."""
    for column in _corrected(con, "changed"):
        con.execute(f"""delete from filed using changed where filed.referral_id = changed.stored_id
          and "column" = '{column}' and cast(changed.{column} as varchar) is distinct from said""")
        stated = {"source_kind": ", kind_stated = false", "receiver_present": ", presence_stated = false"}
        con.execute(f"""update changed set {column} = referrals.{column}{stated.get(column, "")} from referrals
          inner join filed on filed.referral_id = referrals.referral_id and "column" = '{column}'
          where referrals.referral_id = changed.stored_id""")


def _corrected(con: Connection, table: str) -> list[str]:
    """The columns that the user has corrected in rows of a temp table."""
    found = con.execute(f"""select distinct "column" from filed
      where referral_id in (select stored_id from {table}) order by 1""")
    return [column for (column,) in found.fetchall()]


def pair(con: Connection, rules: Rules) -> None:
    """Fill `matched`(row_id, stored_id, rule): rows of `arriving` with rows of `pool`, by the rules in their order."""
    for rule, (columns, new_where, stored_where, also) in rules.items():
        listed = ", ".join(columns)
        same = " and ".join(f"new.{c} is not distinct from stored.{c}" for c in columns)
        con.execute(f"""insert into matched
          with new as (
            select *, row_number() over (partition by {listed} order by row_id) as k from arriving
            where {new_where} and row_id not in (select row_id from matched)
          ), stored as (
            select *, row_number() over (partition by {listed} order by stored_id) as k from pool
            where {stored_where} and stored_id not in (select stored_id from matched)
          )
          select new.row_id, stored.stored_id, '{rule}'
          from new inner join stored on new.k = stored.k and {same} where {also}""")


def update(con: Connection, import_id: int) -> int:
    """Write what the newer file knows to the rows it matched; an empty cell never erases. Returns how many changed."""
    fields = ["ref", "given_on", "period_from", "period_to", "source_id", "receiver_id", "prospect", *DETAIL]
    merged = {c: f"coalesce(new.{c}, stored.{c})" for c in fields}
    merged["closed_on"] = (
        "case when new.status = 'open' then new.closed_on else coalesce(new.closed_on, stored.closed_on) end"
    )
    merged["prospect"] = (
        "case when new.prospect_key is not distinct from stored.prospect_key then stored.prospect "
        "else coalesce(new.prospect, stored.prospect) end"
    )
    listed = ", ".join(f"{sql} as {c}" for c, sql in merged.items())
    differs = " or ".join(f"{sql} is distinct from stored.{c}" for c, sql in merged.items())
    con.execute(f"""create or replace temp table changed as
      select stored.stored_id, stored.group_id, new.row_no, new.source_kind is not null as kind_stated,
        new.receiver_present is not null as presence_stated, {listed}
      from matched inner join arriving as new using (row_id) inner join pool as stored using (stored_id)
      where rule <> 'content' and ({differs})""")
    _keep_corrections(con)
    plain = ", ".join(f"{c} = new.{c}" for c in fields if c not in ("source_kind", "receiver_present"))
    con.execute(
        f"""update referrals set {plain},
        source_kind = case when kind_stated then new.source_kind else referrals.source_kind end,
        source_kind_basis = case when kind_stated then 'recorded' else source_kind_basis end,
        receiver_present = case when presence_stated then new.receiver_present else referrals.receiver_present end,
        presence_basis = case when presence_stated then 'recorded' else presence_basis end,
        via_referral_id = case when new.via is not distinct from referrals.via then via_referral_id end,
        import_id = ?, row_no = new.row_no
      from changed as new where referrals.referral_id = new.stored_id""",
        [import_id],
    )
    con.execute("delete from implied_kinds where referral_id in (select stored_id from changed where kind_stated)")
    con.execute("insert into touched select distinct group_id from changed")
    return int(con.execute("select count(*) from changed").fetchall()[0][0])
