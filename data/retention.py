"""What a workspace forgets after a time: versions that undo could reach, copies of uploaded files, people who left.

The rule stands in retention.toml in the workspace's folder, each line left out where nothing is to be forgotten:

    versions_months = 24    # versions older than this are deleted; the current one never is
    originals_months = 12   # copies of uploaded files
    people_months = 36      # people whose last membership ended so long ago, and whom no later row names
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from data import versions
from data.engines.duckdb import sentences
from data.reader import Reader, release
from errors import WorkspaceError

FILE = "retention.toml"
_ERASED = "Erased person %"
# Who left every group before the day, and whom nothing names from that day on.
_GONE = """
  with named as (
    select unnest([source_id, receiver_id]) as person_id, coalesce(given_on, period_to) as day from referrals
    union all select unnest([from_id, to_id]), coalesce(given_on, period_to) from thanks
    union all select unnest([from_id, to_id]), coalesce(happened_on, period_to) from touches
    union all select unnest([assessor_id, source_id]), assessed_on from assessments
    union all select person_id, meeting_on from attendance
    union all select person_id, period_to from snapshots
  )
  select person_id from people
  where name not like ?
    and person_id in (select person_id from memberships group by person_id
      having bool_and(left_on is not null) and max(left_on) < ?)
    and person_id not in (select person_id from named where person_id is not null and (day is null or day >= ?))
  order by person_id"""


@dataclass(frozen=True)
class Rule:
    """Months after which each is forgotten; None = never."""

    versions_months: int | None = None
    originals_months: int | None = None
    people_months: int | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) is not None for one in fields(self))


@dataclass(frozen=True)
class Due:
    """What a rule would forget now: version numbers, file names, person ids."""

    versions: tuple[int, ...] = ()
    originals: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def parse(said: Mapping[str, object]) -> Rule:
    """Raises WorkspaceError for what is no rule."""
    known = {one.name for one in fields(Rule)}
    for key, value in said.items():
        if key not in known:
            raise WorkspaceError(f"{FILE} says {key!r}, which is not known.", f"Known: {', '.join(sorted(known))}.")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise WorkspaceError(f"{FILE}: {key} must be a whole number of months, 1 or more.")
    return Rule(**said)  # type: ignore[arg-type]


def read(folder: Path) -> Rule:
    """The workspace's rule; one that forgets nothing where there is no file.

    Raises:
        WorkspaceError: the file cannot be read, or says what is no rule.
    """
    try:
        return parse(tomllib.loads((folder / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Rule()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WorkspaceError(f"{FILE} cannot be read ({error}).", "Mend it, or delete it.") from error


def before(today: date, months: int) -> date:
    """The first day that is kept."""
    at = today.year * 12 + today.month - 1 - months
    year, month = at // 12, at % 12 + 1
    for day in range(today.day, 27, -1):
        with suppress(ValueError):
            return date(year, month, day)
    return date(year, month, today.day)


def due(folder: Path, rule: Rule, today: date) -> Due:
    """What the rule would forget today; nothing is changed."""
    with sentences(f"the workspace {folder}"):
        line = versions.read(folder)
        if line.current is None:
            return Due()
        old: tuple[int, ...] = ()
        if rule.versions_months is not None:
            first = before(today, rule.versions_months)
            old = tuple(e.version for e in line.entries if not e.pruned and e.version != line.current
                        and datetime.fromisoformat(e.at).date() < first)  # fmt: skip
        files: tuple[str, ...] = ()
        if rule.originals_months is not None:
            first = before(today, rule.originals_months)
            files = tuple(p.name for p in sorted((folder / "originals").glob("*"))
                          if datetime.fromtimestamp(p.stat().st_mtime, UTC).date() < first)  # fmt: skip
        people: tuple[str, ...] = ()
        if rule.people_months is not None:
            first = before(today, rule.people_months)
            with Reader(folder / versions.file_name(line.current), line.current) as reader:
                people = tuple(one for (one,) in reader.rows(_GONE, [_ERASED, first, first]))
        return Due(old, files, people)


def forget(folder: Path, found: Due) -> None:
    """Delete versions and originals that are due; people are erased by data.privacy, one by one."""
    with sentences(f"the workspace {folder}", unchanged=False), versions.locked(folder):
        line = versions.read(folder)
        gone = set(found.versions) - {line.current}
        if gone:
            entries = tuple(replace(e, pruned=e.pruned or e.version in gone) for e in line.entries)
            line = replace(line, entries=entries)
            versions.write(folder, line)
            release(folder)
            versions.clean(folder, line)
        for name in found.originals:
            (folder / "originals" / name).unlink(missing_ok=True)
