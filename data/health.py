"""What is well and what is not in a workspace folder."""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from data import versions
from data.reader import OlderFormatError, Reader
from errors import WorkspaceError

_COUNTED = {
    "referrals": "referral", "people": "person", "memberships": "membership", "groups": "group", "imports": "import",
    "rejects": "reject",
}  # fmt: skip
_NAMING = {
    "thanks": "from_id, to_id", "touches": "from_id, to_id", "attendance": "person_id", "snapshots": "person_id",
    "assessments": "assessor_id, source_id",
}  # fmt: skip
_LOOSE = {
    "referrals name a person that is not there": """select count(*) from referrals where source_id not in
        (select person_id from people) or receiver_id not in (select person_id from people)""",
    "referrals name a group that is not there": """select count(*) from referrals where group_id not in
        (select group_id from groups)""",
    "referrals share their id with another": "select count(*) - count(distinct referral_id) from referrals",
    "referrals name an import that is not there": """select count(*) from referrals where import_id not in
        (select import_id from imports)""",
    "memberships name a person that is not there": """select count(*) from memberships where person_id not in
        (select person_id from people)""",
    **{
        f"{table} name a person that is not there": f"""select count(*) from (select unnest([{columns}]) as person_id
          from {table}) where person_id not in (select person_id from people)"""
        for table, columns in _NAMING.items()
    },
    "rows of the month table disagree with the referrals": """select abs(
        (select coalesce(sum(referrals), 0) from recv_cube) - (select count(*) from referrals
          where given_on is not null and receiver_id is not null))""",
}


@dataclass(frozen=True)
class Finding:
    level: str  # ok | warning | error
    text: str


def examine(folder: Path) -> list[Finding]:
    """What there is to say of the folder, the pointer, every version that should be there, and what is in it."""
    try:
        line = versions.read(folder)
    except WorkspaceError as error:
        return [Finding("error", str(error))]
    if line.current is None:
        return [Finding("ok", f"There is no workspace in {folder} yet.")]
    findings = [_room(folder)]
    if not os.access(folder, os.W_OK):
        findings.append(Finding("warning", f"We may not write to {folder}: it can be read, not imported into."))
    wanted = [entry for entry in line.entries if not entry.pruned]
    for entry in wanted:
        level = "error" if entry.version == line.current else "warning"
        if fault := versions.fault(folder, entry):
            way = (
                " `net-effect undo` goes back to the version before it."
                if level == "error"
                else " Undo cannot reach it."
            )
            findings.append(Finding(level, fault + way))
    known = {versions.file_name(entry.version) for entry in wanted}
    left = [
        p.name
        for p in folder.iterdir()
        if (versions.number(p) is not None and p.name not in known) or p.name.startswith(versions.BUILDING)
    ]
    if left:
        listed = ", ".join(sorted(left))
        text = f"Left over from an import that did not end: {listed}. The next import removes it."
        findings.append(Finding("warning", text))
    if versions.fault(folder, line.entry()) is None:
        findings += _content(folder, line.current)
    return findings


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    need = 3 * max((p.stat().st_size for p in folder.glob("v*.duckdb")), default=0)
    level = "warning" if free < need else "ok"
    return Finding(
        level,
        f"{free / 1e9:,.1f} GB are free on the disk; an import may need {need / 1e9:,.2f} GB for a while.",
    )


def _content(folder: Path, version: int) -> list[Finding]:
    try:
        with Reader(folder / versions.file_name(version), version) as reader:
            findings = [
                Finding("error", f"{count:,} {what}.")
                for what, sql in _LOOSE.items()
                if (count := reader.rows(sql)[0][0])
            ]
            counts = reader.rows("select " + ", ".join(f"(select count(*) from {t})" for t in _COUNTED))[0]
    except OlderFormatError as older:
        return [Finding("warning", f"{older.message} It is upgraded when it is next opened.")]
    except WorkspaceError as error:
        return [Finding("error", str(error))]
    words = zip(counts, _COUNTED.items(), strict=True)
    listed = ", ".join(f"{count:,} {one if count == 1 else many}" for count, (many, one) in words)
    return [*findings, Finding("ok", f"Version {version} opens and holds {listed}.")]
