"""What is well and what is not in a workspace folder."""

# ruff: noqa: S608 every name put into a statement is ours; values are parameters

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from data import versions
from data.reader import OlderFormatError, Reader
from data.versions import Entry
from errors import WorkspaceError

_REPAIR = "`net-effect doctor --repair` points to the newest version that is whole; `net-effect undo` goes back one."
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
}


@dataclass(frozen=True)
class Finding:
    level: str  # ok | warning | error
    text: str


def examine(folder: Path) -> list[Finding]:
    """What there is to say of the folder, the pointer, every version that should be there, and what is in it."""
    if versions.lost(folder):
        return [Finding("error", f"The file CURRENT of {folder} is missing, its versions are not. {_REPAIR}")]
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
        if fault := versions.fault(folder, entry) or changed(folder, entry):
            findings.append(Finding(level, f"{fault} {_REPAIR if level == 'error' else 'Undo cannot reach it.'}"))
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
    if not any(finding.level == "error" for finding in findings):
        findings += _content(folder, line.current)
    return findings


def changed(folder: Path, entry: Entry) -> str | None:
    """Whether the bytes of a version are others than those that were written, as a sentence, or None."""
    path = folder / versions.file_name(entry.version)
    if entry.sha256 is None or versions.digest(path) == entry.sha256:
        return None
    return f"The file {path.name} of {folder} is damaged: its checksum is not the one that was recorded."


def mend(folder: Path) -> list[str]:
    """Make CURRENT name a version that is whole; returns what was done. Only call it holding the lock."""
    done = []
    try:
        line = versions.Line() if versions.lost(folder) else versions.read(folder)
    except WorkspaceError:
        line = versions.Line()
    if line.current is None:
        whole = [n for n in versions.stored(folder) if not _broken(folder, n)]
        if not any(whole):
            return []
        line = versions.found_again(folder, whole)
        done.append(f"CURRENT names version {line.current} again; its history begins anew.")
    else:
        bad = [e for e in line.entries if not e.pruned and _faulty(folder, e)]
        line = replace(line, entries=tuple(replace(e, pruned=True) if e in bad else e for e in line.entries))
        if line.entry().pruned:
            if (last := line.before() or line.after()) is None:
                return ["No version is whole: restore the folder from a backup."]
            done.append(f"CURRENT names version {last.version}, the nearest that is whole, not {line.current}.")
            line = replace(line, current=last.version)
        done += [f"Version {e.version} is damaged or missing, and can no longer be undone or redone to." for e in bad]
    wanted = {versions.file_name(e.version) for e in line.entries if not e.pruned}
    for path in [folder / versions.file_name(n) for n in versions.stored(folder)]:
        if path.name not in wanted and done:
            path.rename(path.with_name(f"damaged-{path.name}"))
            done.append(f"{path.name} is put aside as damaged-{path.name}.")
    if done:
        versions.write(folder, line)
    return done


def _faulty(folder: Path, entry: Entry) -> bool:
    return bool(versions.fault(folder, entry) or changed(folder, entry) or _broken(folder, entry.version))


def _broken(folder: Path, version: int) -> bool:
    """Whether a version does not open as a store."""
    try:
        with Reader(folder / versions.file_name(version), version) as reader:
            reader.rows("select count(*) from referrals")
    except OlderFormatError:
        return False
    except WorkspaceError:
        return True
    return False


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
