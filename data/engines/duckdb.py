"""The embedded engine: hardened DuckDB connections, the canonical schema, and the marts built in place."""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from errors import WorkspaceError

Connection = duckdb.DuckDBPyConnection
DATA = Path(__file__).resolve().parent.parent
FORMAT = 4  # of the store; an earlier one is upgraded by migrations/, a later one refused, not guessed at

# In building order: the later ones read the earlier ones.
MARTS = (
    "covered", "spells", "recv_cube", "src_cube", "pair_cube", "gap_tab", "chain",
    "group_month", "group_month_value", "member_month", "snapshot_rates",
)  # fmt: skip
# Nearly as long as the log itself: in a store they are counted when somebody asks, in a marts folder they are files.
VIEWS = ("recv_cube", "src_cube", "pair_cube", "gap_tab")
# Marts that hold nothing where there is nothing of this, and would read the whole log to find it out.
NEEDS = {"member_month": "spells", "chain": "referrals where via_referral_id is not null"}
# What a name is compared by: case, width of blanks, composed accents and the shape of an apostrophe or hyphen, which
# the program that wrote the file chose, do not make another person. The two letters that lower() leaves apart from
# their capitals' folding are folded by hand, so that STRAUSS is Strauß.
NAME_KEY = r"""create or replace temp macro name_key(text) as
  translate(replace(lower(nfc_normalize(trim(regexp_replace(text, '[\s\p{Z}]+', ' ', 'g')))), 'ß', 'ss'), 'ς’‘ʼ´`‐‑',
    'σ''''''''''--')"""

_FULL = (
    "no space left",
    "disk full",
    "not enough space",
    "file too large",
    "disk quota",
    "failed to offload",
)
_READ_ONLY = ("permission denied", "read-only file system", "operation not permitted")
_DAMAGED = (
    "not a valid duckdb",
    "read enough bytes",
    "corrupt",
    "checksum",
    "serialization",
    "magic bytes",
    "parquet file",
)


def connect(path: Path, *, scratch: Path, read_only: bool) -> Connection:
    """A hardened connection to the file at `path`; `scratch` takes what does not fit in memory.

    No file but the database itself and those under `scratch` can be reached from SQL, no extension loaded, and none of
    this changed back. The memory limit is NET_EFFECT_MEMORY_LIMIT, "2GB" if unset.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("NET_EFFECT_MEMORY_LIMIT", "2GB"),
        "temp_directory": str(scratch),
        "default_block_size": 65536,  # a chapter's store is a fifth the size of the default's
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,  # a misspelt table must not become a Python variable
    }
    con = duckdb.connect(str(path), read_only=read_only, config=config)
    # Two connections of one process to one file share an instance, whose settings are locked already.
    if con.execute("select current_setting('lock_configuration')").fetchall() == [(False,)]:
        con.execute("set enable_progress_bar = false")  # it would write between the lines of --json
        # The order matters: each step forbids what the one before still needs.
        con.execute(f"set allowed_directories = ['{str(scratch).replace(chr(39), chr(39) * 2)}']")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
    con.execute(NAME_KEY)
    return con


@contextmanager
def sentences(what: str, *, unchanged: bool = True) -> Iterator[None]:
    """Turn the engine's and the system's errors into WorkspaceError; anything that is our own bug passes through.

    `what` names the thing at hand ("the workspace /home/…"); `unchanged` adds that nothing was changed.
    """
    try:
        yield
    except (duckdb.Error, OSError) as error:
        text = str(error).casefold()
        kept = "Nothing was changed." if unchanged else ""
        if any(sign in text for sign in _FULL):
            raise WorkspaceError(
                f"The disk that holds {what} is full. {kept}", "Free some space and try again."
            ) from error
        if any(sign in text for sign in _READ_ONLY):
            raise WorkspaceError(
                f"We may not write to {what}. {kept}", "Check its permissions, or choose another folder."
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise WorkspaceError(
                f"There was not enough memory for {what}. {kept}",
                "Raise NET_EFFECT_MEMORY_LIMIT, or import less at a time.",
            ) from error
        if isinstance(error, duckdb.IOException | duckdb.SerializationException) or any(s in text for s in _DAMAGED):
            raise WorkspaceError(
                f"A file of {what} is damaged or cannot be read.",
                "`net-effect doctor` says which; `net-effect undo` goes back.",
            ) from error
        if isinstance(error, OSError):
            raise WorkspaceError(f"We could not use {what}: {error.strerror or error}. {kept}") from error
        raise


def create_schema(con: Connection) -> None:
    """The canonical tables and the marts, all empty."""
    con.execute((DATA / "schema.sql").read_text(encoding="utf-8"))
    for mart in MARTS:
        con.execute(_definition(mart, "with no data"))


def format_of(con: Connection) -> int:
    """The format of the store that `con` has open."""
    ((found,),) = con.execute("select format from store_format").fetchall()
    return int(found)


def upgrade(con: Connection) -> bool:
    """Bring a store of an earlier format to FORMAT, step by step, and build every mart anew as this release has it.

    Returns whether it was of an earlier format; raises WorkspaceError if it is of a later one. Needs a transaction of
    its own.
    """
    if (found := format_of(con)) > FORMAT:
        raise WorkspaceError(f"The store has format {found}, we write {FORMAT}.", "Update Net Effect to change it.")
    if found == FORMAT:
        return False
    for step in range(found + 1, FORMAT + 1):
        con.execute((DATA / "migrations" / f"{step:04d}.sql").read_text(encoding="utf-8"))
        con.execute("update store_format set format = ?", [step])
    for mart in MARTS:
        con.execute(_definition(mart))
    return True


def _definition(mart: str, content: str = "") -> str:
    if mart in VIEWS:
        return f"create or replace view {mart} as {mart_sql(mart)}"
    return f"create or replace table {mart} as from ({mart_sql(mart)}) {content}"


def mart_sql(mart: str) -> str:
    """The one SELECT that defines a mart, over canonical tables, `months` and earlier marts."""
    return (DATA / "marts" / f"{mart}.sql").read_text(encoding="utf-8")


def build_marts(con: Connection) -> None:
    """Rebuild every mart for the groups listed in the temp table `touched` (group_id), and the calendar they lie on."""
    con.execute("""insert into months
      with ends as (
        select min("from") as first_on, max("to") as last_on from coverage
      )
      select cast(day as date), cast(day + interval 1 month as date)
      from (select unnest(generate_series(date_trunc('month', first_on), last_on, interval 1 month)) as day from ends)
      where cast(day as date) not in (select month from months)""")
    for mart in (one for one in MARTS if one not in VIEWS):
        con.execute(f"delete from {mart} where group_id in (select group_id from touched)")
        if mart in NEEDS and not _any_touched(con, NEEDS[mart]):
            continue
        con.execute(
            f"insert into {mart} select * from ({mart_sql(mart)}) where group_id in (select group_id from touched)"
        )


def _any_touched(con: Connection, rows: str) -> bool:
    """Whether a touched group has any of these rows."""
    found = con.execute(f"""select 1 from (select group_id from {rows})
      where group_id in (select group_id from touched) limit 1""").fetchall()
    return bool(found)
