"""Whose name is it: spellings become persons, group names become groups, member lists become spells.

Everything here works inside an import's transaction, on the temp tables that data.importing stages:
    stage_referrals, stage_members  the drafts' rows; `draft` = which draft, `pos` = the row's place in it
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from collections.abc import Sequence

from data.draft import Draft, Question
from data.engines.duckdb import Connection
from errors import NetEffectError

ONLY_GROUP = "My group"


class QuestionsOpen(NetEffectError):  # noqa: N818 the outcome is a question, not a failure
    """Something that only the user can answer, asked before anything is stored."""

    title = "A question first"

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = tuple(questions)
        super().__init__(" ".join(q.text for q in self.questions), "Answer, and import again. Nothing was changed.")


def resolve_groups(con: Connection, drafts: Sequence[Draft]) -> list[str]:
    """Fill `stage_groups`(draft, name, group_id) for every (draft, group name or null) and create groups that are new.

    A row without a group belongs to the draft's answered group, else to the only group there is (in the store or in
    these files), else, where there is none at all, to a new group "My group". With several groups it is a question.
    Returns one note for each draft ("" = nothing to say).
    """
    con.execute("create temp table stage_groups (draft integer, name varchar, group_id varchar)")
    named = con.execute("""select draft, "group", min(pos) from (
        select draft, "group", pos from stage_referrals union all select draft, "group", pos from stage_members)
        group by draft, "group" order by draft, 3""").fetchall()
    spelled = {(i, name): name if name is not None else drafts[i].answers.group for i, name, _ in named}
    known = dict(con.execute("select name_key(name), group_id from groups order by group_id").fetchall())
    notes = [""] * len(drafts)
    for name in spelled.values():
        if name is not None and (key := _key(con, name)) not in known:
            known[key] = _new_group(con, name)
    homeless = sorted({i for (i, _), name in spelled.items() if name is None})
    if homeless and len(known) > 1:
        names = [name for (name,) in con.execute("select name from groups order by group_id").fetchall()]
        raise QuestionsOpen([_which_group(drafts[i].name, names) for i in homeless])
    if homeless and not known:
        known[_key(con, ONLY_GROUP)] = _new_group(con, ONLY_GROUP)
        for i in homeless:
            notes[i] = f"The file names no group; its rows were put in “{ONLY_GROUP}”."
    only = next(iter(known.values())) if len(known) == 1 else None
    rows = [(i, name, known[_key(con, said)] if said is not None else only) for (i, name), said in spelled.items()]
    if rows:
        con.executemany("insert into stage_groups values (?, ?, ?)", rows)
    return notes


def _which_group(file: str, names: list[str]) -> Question:
    return Question(
        id="group",
        text=f"Which group do the rows of {file} belong to?",
        choices=tuple(names),
        flag="--group NAME",
        file=file,
    )


def _key(con: Connection, name: str) -> str:
    return str(con.execute("select name_key(?)", [name]).fetchall()[0][0])


def _new_group(con: Connection, name: str) -> str:
    (last,) = con.execute("select coalesce(max(cast(substr(group_id, 2) as integer)), 0) from groups").fetchall()[0]
    group_id = f"g{last + 1:04d}"
    con.execute("insert into groups (group_id, name) values (?, trim(?))", [group_id, name])
    return group_id


def resolve_people(con: Connection) -> int:
    """Fill `who`(name, group_id, person_id) for every name in the staged rows; a new name becomes a person.

    A spelling that was decided for one group goes before one that holds everywhere. New ids follow the first
    appearance: draft by draft, row by row, the source before the receiver. Returns how many persons are new.
    """
    con.execute("""create temp table spellings as
      select named.name, group_id, min(place) as place from (
        select source as name, "group", draft, draft * 8589934592 + pos * 2 as place from stage_referrals
        union all select receiver, "group", draft, draft * 8589934592 + pos * 2 + 1 from stage_referrals
        union all select name, "group", draft, draft * 8589934592 + pos * 2 from stage_members) as named
      inner join stage_groups on stage_groups.draft = named.draft
        and stage_groups.name is not distinct from named."group"
      where named.name is not null
      group by all""")
    con.execute("""create temp table keyed as
      select spelling.name, spelling.group_id, spelling.place, key,
        coalesce(here.person_id, anywhere.person_id) as person_id
      from (select *, name_key(name) as key from spellings) as spelling
      left join aliases as here on here.alias = key and here.group_id = spelling.group_id
      left join aliases as anywhere on anywhere.alias = key and anywhere.group_id is null""")
    (last,) = con.execute("select coalesce(max(cast(substr(person_id, 2) as bigint)), 0) from people").fetchall()[0]
    con.execute(
        """create temp table newcomers as
      select key, arg_min(trim(name), place) as name,
        printf('p%07d', ? + row_number() over (order by min(place))) as person_id
      from keyed where person_id is null group by key""",
        [last],
    )
    con.execute("insert into people select person_id, name from newcomers order by person_id")
    con.execute("insert into aliases select key, null, person_id, 'same name' from newcomers order by person_id")
    con.execute("""create temp table who as
      select keyed.name, group_id, coalesce(keyed.person_id, newcomers.person_id) as person_id
      from keyed left join newcomers using (key)""")
    (count,) = con.execute("select count(*) from newcomers").fetchall()[0]
    return int(count)


# Which stored spell a listed one is, first rule first: the same start; a start that only the list knows, or only
# the store.
_SAME_SPELL = (
    "listed.joined_on is not distinct from stored.joined_on",
    "stored.joined_on is null and (stored.left_on is null or stored.left_on > listed.joined_on)",
    "listed.joined_on is null"
    " and (listed.left_on is null or stored.left_on is null or listed.left_on = stored.left_on)",
)


def store_members(con: Connection, draft: int, import_id: int) -> dict[str, int]:
    """Store a draft's member rows. Returns counts {"rows", "loaded", "updated", "already_there"}.

    A spell is one person, one group, one start: listed again it is already there, and what the newer list knows more of
    (an end, a profession, a start) is written to it; an empty cell never erases.
    """
    con.execute(
        """create or replace temp table listed as
      select row_number() over (order by min(pos)) as row_id, person_id, stage_groups.group_id, joined_on,
        arg_max(profession, pos) filter (profession is not null) as profession,
        max(left_on) as left_on, min(row_no) as row_no, count(*) as times
      from stage_members
      inner join stage_groups on stage_groups.draft = stage_members.draft
        and stage_groups.name is not distinct from stage_members."group"
      inner join who on who.name = stage_members.name and who.group_id = stage_groups.group_id
      where stage_members.draft = ?
      group by person_id, stage_groups.group_id, joined_on""",
        [draft],
    )
    con.execute("create or replace temp table same_spell (row_id bigint, spell_id bigint, how integer)")
    for how, rule in enumerate(_SAME_SPELL):
        con.execute(f"""insert into same_spell
          select row_id, spell_id, {how} from (
            select row_id, stored.rowid as spell_id,
              row_number() over (partition by row_id order by stored.joined_on desc nulls first, stored.rowid) as pick,
              row_number() over (partition by stored.rowid order by row_id) as claim
            from listed inner join memberships as stored
              on stored.person_id = listed.person_id and stored.group_id = listed.group_id and {rule}
            where row_id not in (select row_id from same_spell)
              and stored.rowid not in (select spell_id from same_spell))
          where pick = 1 and claim = 1""")
    con.execute("""create or replace temp table changed_spells as
      select spell_id, coalesce(listed.joined_on, stored.joined_on) as joined_on,
        coalesce(listed.left_on, stored.left_on) as left_on,
        coalesce(listed.profession, stored.profession) as profession,
        listed.row_no, stored.group_id
      from same_spell inner join listed using (row_id) inner join memberships as stored on stored.rowid = spell_id
      where coalesce(listed.joined_on, stored.joined_on) is distinct from stored.joined_on
        or coalesce(listed.left_on, stored.left_on) is distinct from stored.left_on
        or coalesce(listed.profession, stored.profession) is distinct from stored.profession""")
    con.execute(
        """update memberships set joined_on = new.joined_on, left_on = new.left_on, profession = new.profession,
        import_id = ?, row_no = new.row_no
      from changed_spells as new where memberships.rowid = new.spell_id""",
        [import_id],
    )
    con.execute(
        """insert into memberships
      select person_id, group_id, profession, joined_on, left_on, ?, row_no from listed
      where row_id not in (select row_id from same_spell) order by row_id""",
        [import_id],
    )
    con.execute("""insert into touched select group_id from changed_spells
      union select group_id from listed where row_id not in (select row_id from same_spell)""")
    rows, loaded, updated = con.execute("""select
      (select coalesce(sum(times), 0) from listed),
      (select count(*) from listed where row_id not in (select row_id from same_spell)),
      (select count(*) from changed_spells)""").fetchall()[0]
    return {"rows": rows, "loaded": loaded, "updated": updated, "already_there": rows - loaded - updated}
