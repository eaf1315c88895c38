"""Tiny builders for store tests: a draft from the rows that the rule is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from data.draft import Answers, Draft, Question, Reject, staging_frame
from data.store import Workspace

DEFAULT = {"given_on": "2026-01-10", "source": "Ann", "receiver": "Bob", "group": "Alpha"}
DATES = (
    "given_on", "period_from", "period_to", "closed_on", "joined_on", "left_on", "renews_on", "happened_on",
    "meeting_on", "assessed_on",
)  # fmt: skip
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def _frame(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {"row_no": [row.get("row_no", i + 2) for i, row in enumerate(rows)]}
    for name in {name for row in rows for name in row} - {"row_no"}:
        values = [row.get(name) for row in rows]
        columns[name] = [pd.Timestamp(v) if v else pd.NaT for v in values] if name in DATES else values
    return staging_frame(table, columns, len(rows))


def log(
    *rows: dict[str, Any],
    name: str = "log.csv",
    sha256: str | None = None,
    rejects: list[Reject] | None = None,
    questions: list[Question] | None = None,
    original: Path | None = None,
    **answers: str,
) -> Draft:
    """A draft of referral rows; a row says what differs from DEFAULT. Its hash follows its content."""
    full = [{**DEFAULT, **row} for row in rows]
    digest = sha256 or hashlib.sha256(f"{name}{full}".encode()).hexdigest()
    frames = {"referrals": _frame("referrals", full)}
    return Draft(
        name, "", digest, "csv", "referral_log", len(rows) + len(rejects or []), frames, rejects or [],
        questions or [], answers=Answers(**answers), original=original,
    )  # fmt: skip


def members(*rows: dict[str, Any], name: str = "members.csv", **answers: str) -> Draft:
    full = [{"group": "Alpha", **row} for row in rows]
    digest = hashlib.sha256(f"{name}{full}".encode()).hexdigest()
    frames = {"members": _frame("members", full)}
    return Draft(name, "", digest, "csv", "member_list", len(rows), frames, answers=Answers(**answers))


def slips(
    *,
    name: str = "slips.xls",
    sha256: str | None = None,
    layout: str = "slips_audit",
    covers: dict[str, tuple[str, str] | None] | None = None,
    rejects: list[Reject] | None = None,
    answers: dict[str, str] | None = None,
    **frames: list[dict[str, Any]],
) -> Draft:
    """A draft of several frames, rows as they are; `row_no` counts through the frames unless a row says its own."""
    number = 1
    made = {}
    for table, rows in frames.items():
        full = [{"row_no": (number := number + 1), **row} for row in rows]
        made[table] = _frame(table, full)
    digest = sha256 or hashlib.sha256(f"{name}{frames}".encode()).hexdigest()
    read = len({row for frame in made.values() for row in frame["row_no"]}) + len(rejects or [])
    days = {k: v and (date.fromisoformat(v[0]), date.fromisoformat(v[1])) for k, v in (covers or {}).items()}
    return Draft(
        name, "Report", digest, "spreadsheetml", layout, read, made, rejects or [], answers=Answers(**answers or {}),
        covers=days,
    )  # fmt: skip


def store(folder: Path, *drafts: Draft) -> Workspace:
    """A workspace into which each draft was imported on its own, at a fixed moment."""
    workspace = Workspace(folder / "workspace", clock=lambda: NOON)
    for draft in drafts:
        workspace.import_drafts([draft])
    return workspace


def rows(workspace: Workspace, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
    with workspace.reader() as reader:
        return reader.rows(sql, params)
