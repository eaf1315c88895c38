"""Whose name is it: spellings become persons, group names become groups, member lists become spells.

Everything here works inside an import's transaction, on the temp tables that data.importing stages:
    stage_…  a table a frame: the drafts' rows; `draft` = which draft, `pos` = the row's place in its frame
"""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.draft import Draft, Question
from data.engines.duckdb import Connection
from data.staging import EVENTS, FRAME_ROWS, NAMES, filled
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

    A row without a group belongs to the draft's answered group, else to the only home group there is (in the store or
    in these files), else, where there is none at all, to a new group "My group". With several home groups it is a
    question. Home groups are those whose records are kept: a group that is only named by a member row beside events,
    as where somebody's counterpart belongs, is none. Returns one note for each draft ("" = nothing to say).
    """
    con.execute("create temp table stage_groups (draft integer, name varchar, group_id varchar)")
    named = _named_groups(con, drafts)
    spelled = {(i, name): name if name is not None else _said(drafts[i], i, named) for i, name in named}
    known = dict(con.execute("select name_key(name), group_id from groups order by group_id").fetchall())
    homes = {group_id for (group_id,) in con.execute("select group_id from groups where home").fetchall()}
    keys = _keys(con, [ONLY_GROUP, *(name for name in spelled.values() if name is not None)])
    notes = [""] * len(drafts)
    _adopt_name(con, drafts, named, known, homes, notes)
    _found_groups(con, [name for name in spelled.values() if name is not None], keys, known)
    homes |= {known[keys[name]] for key, name in spelled.items() if name is not None and named[key]}
    homeless = sorted({i for (i, _), name in spelled.items() if name is None})
    if homeless and len(homes) > 1:
        listed = con.execute("select name, group_id from groups order by group_id").fetchall()
        names = [name for name, group_id in listed if group_id in homes]
        raise QuestionsOpen([_which_group(drafts[i].name, names) for i in homeless])
    if homeless and not homes:
        _found_groups(con, [ONLY_GROUP], keys, known)
        homes.add(known[keys[ONLY_GROUP]])
        for i in homeless:
            notes[i] = f"The file names no group; its rows were put in “{ONLY_GROUP}”."
    only = next(iter(homes)) if len(homes) == 1 else None
    rows = [(i, name, known[keys[said]] if said is not None else only) for (i, name), said in spelled.items()]
    if rows:
        of, names, ids = map(list, zip(*rows, strict=True))
        con.execute("insert into stage_groups select unnest(?::integer[]), unnest(?::varchar[]), unnest(?::varchar[])",
                    [of, names, ids])  # fmt: skip
        con.execute("update groups set home = true where list_contains(?, group_id)", [sorted(homes)])
    return notes


def _said(draft: Draft, i: int, named: Mapping[tuple[int, str | None], bool]) -> str | None:
    """The group of a draft's rows that name none: the answered one, or for members beside events those events' own."""
    beside = [name for (of, name), home in named.items() if of == i and home and name is not None]
    return draft.answers.group or (beside[0] if len(beside) == 1 and not named[i, None] else None)


def _named_groups(con: Connection, drafts: Sequence[Draft]) -> dict[tuple[int, str | None], bool]:
    """Every (draft, group name or null) → whether the draft keeps that group's records, in order of appearance."""
    events = " union all ".join(f'select draft, "group", pos from stage_{table}' for table in filled(drafts, EVENTS))
    found = con.execute(f"""with events as ({events})
      select draft, "group", bool_or(home) from (
        select draft, "group", pos, true as home from events
        union all select draft, "group", pos, draft not in (select draft from events) from stage_members)
      group by draft, "group" order by draft, 3 desc, min(pos)""").fetchall()
    named = {(int(i), name): bool(home) for i, name, home in found}
    for i, draft in enumerate(drafts):  # a file that speaks for a period in which nothing took place
        if any(draft.covers.values()) and not any(home for (of, _), home in named.items() if of == i):
            named[i, None] = True
    return dict(sorted(named.items(), key=lambda item: item[0][0]))


def _adopt_name(
    con: Connection,
    drafts: Sequence[Draft],
    named: Mapping[tuple[int, str | None], bool],
    known: dict[str, str],
    homes: set[str],
    notes: list[str],
) -> None:
    """Give "My group" the name that a file brings, if half of the people (of the shorter list) are the same.

    So it does not matter whether the export that names the chapter comes first or last.
    """
    keys = _keys(con, [ONLY_GROUP, *(name for _, name in named if name is not None)])
    nameless = keys[ONLY_GROUP]
    brought = {keys[name]: (i, name) for (i, name), home in named.items() if home and name is not None}
    if homes != {known.get(nameless)} or len(brought) != 1 or next(iter(brought)) in known:
        return
    ((folded, (i, name)),) = brought.items()
    listed = " union ".join(
        f'select name_key("{column}") as alias from stage_{table} where draft = {i}'
        for table in filled(drafts, tuple(NAMES))
        for column in NAMES[table]
    )
    ((same, shorter),) = con.execute(
        f"""with here as (select alias from ({listed}) where alias is not null),
        there as (select distinct alias from aliases)
      select (select count(*) from here inner join there using (alias)),
        least((select count(*) from here), (select count(*) from there))"""
    ).fetchall()
    if 2 * same >= shorter > 0:
        con.execute("update groups set name = trim(?) where group_id = ?", [name, known[nameless]])
        known[folded] = known.pop(nameless)
        notes[i] = f"The group “{ONLY_GROUP}” is called “{name.strip()}” from now on, as this file names it."


def _which_group(file: str, names: list[str]) -> Question:
    return Question(
        id="group",
        text=f"Which group do the rows of {file} belong to?",
        choices=tuple(names),
        flag="--group NAME",
        file=file,
    )


def _keys(con: Connection, names: Sequence[str]) -> dict[str, str]:
    """What each name is compared by."""
    return dict(con.execute("select name, name_key(name) from (select unnest(?) as name)", [list(names)]).fetchall())


def _found_groups(con: Connection, names: Sequence[str], keys: Mapping[str, str], known: dict[str, str]) -> None:
    """Make a group of every name that `known` (key → group_id) lacks, in their order; the first spelling names it."""
    ((last,),) = con.execute("select coalesce(max(cast(substr(group_id, 2) as integer)), 0) from groups").fetchall()
    new: dict[str, str] = {}
    for name in names:
        if keys[name] not in known:
            known[keys[name]] = group_id = f"g{last + len(new) + 1:04d}"
            new[group_id] = name
    if new:
        con.execute("""insert into groups (group_id, name, home)
          select group_id, trim(name), false from (select unnest(?) as group_id, unnest(?) as name)""",
                    [list(new), list(new.values())])  # fmt: skip


def resolve_people(con: Connection, drafts: Sequence[Draft]) -> int:
    """Fill `who`(name, group_id, person_id) for every name in the staged rows; a new name becomes a person.

    A spelling that was decided for one group goes before one that holds everywhere. New ids follow the first
    appearance: draft by draft, frame by frame, row by row, the source before the receiver. Returns how many persons
    are new.
    """
    named = " union all ".join(
        f'select "{column}" as name, "group", draft, (draft * 8 + {frame}) * {FRAME_ROWS} + pos * 2 + {side} as place '
        f"from stage_{table}"
        for frame, (table, columns) in enumerate(NAMES.items())
        if table in filled(drafts, tuple(NAMES))
        for side, column in enumerate(columns)
    )
    con.execute(f"""create temp table spellings as
      select named.name, group_id, min(place) as place from ({named}) as named
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
    (an end, a profession, a start) is written to it; an empty cell never erases. A row without any date says only that
    somebody is a member: it is no spell beside one with dates.
    """
    con.execute(
        """create or replace temp table listing as
      select person_id, stage_groups.group_id, profession, left_on, renews_on, row_no, pos,
        coalesce(joined_on, case when left_on is null
          then max(joined_on) over (partition by person_id, stage_groups.group_id) end) as joined_on
      from stage_members
      inner join stage_groups on stage_groups.draft = stage_members.draft
        and stage_groups.name is not distinct from stage_members."group"
      inner join who on who.name = stage_members.name and who.group_id = stage_groups.group_id
      where stage_members.draft = ?""",
        [draft],
    )
    con.execute("""create or replace temp table listed as
      select row_number() over (order by min(pos)) as row_id, person_id, group_id, joined_on,
        arg_max(profession, pos) filter (profession is not null) as profession,
        max(left_on) as left_on, max(renews_on) as renews_on, min(row_no) as row_no, count(*) as times
      from listing group by person_id, group_id, joined_on""")
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
        coalesce(listed.renews_on, stored.renews_on) as renews_on, listed.row_id, listed.row_no, stored.group_id
      from same_spell inner join listed using (row_id) inner join memberships as stored on stored.rowid = spell_id
      where coalesce(listed.joined_on, stored.joined_on) is distinct from stored.joined_on
        or coalesce(listed.left_on, stored.left_on) is distinct from stored.left_on
        or coalesce(listed.profession, stored.profession) is distinct from stored.profession
        or coalesce(listed.renews_on, stored.renews_on) is distinct from stored.renews_on""")
    con.execute(
        """update memberships set joined_on = new.joined_on, left_on = new.left_on, profession = new.profession,
        renews_on = new.renews_on, import_id = ?, row_no = new.row_no
      from changed_spells as new where memberships.rowid = new.spell_id""",
        [import_id],
    )
    con.execute(
        """insert into memberships
      select person_id, group_id, profession, joined_on, left_on, renews_on, ?, row_no from listed
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
