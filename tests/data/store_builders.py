"""Tiny builders for store tests: a draft from the rows that the rule is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from data.draft import Answers, Draft, Question, Reject, staging_frame
from data.store import Workspace

DEFAULT = {"given_on": "2026-01-10", "source": "Ann", "receiver": "Bob", "group": "Alpha"}
DATES = ("given_on", "period_from", "period_to", "closed_on", "joined_on", "left_on")
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


def store(folder: Path, *drafts: Draft) -> Workspace:
    """A workspace into which each draft was imported on its own, at a fixed moment."""
    workspace = Workspace(folder / "workspace", clock=lambda: NOON)
    for draft in drafts:
        workspace.import_drafts([draft])
    return workspace


def rows(workspace: Workspace, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
    with workspace.reader() as reader:
        return reader.rows(sql, params)
