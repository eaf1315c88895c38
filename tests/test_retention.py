"""What is forgotten after a time: versions, copies of files, people who left; never the current version."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import service
from cli import main
from data import retention as rules
from data.store import Workspace
from errors import WorkspaceError
from service import retention
from service.retention import Due, Rule

TODAY = date(2026, 7, 15)
HEADER = "Date,From,To,Group,Present?,Status,Closed on\n"
MEMBERS = "Name,Group,Joined,Left\nAnn Ash,North,2019-01-01,2021-05-01\nBob Birch,North,2019-01-01,\n" \
          "Cy Cedar,North,2019-01-01,2021-05-01\n"  # fmt: skip


@pytest.fixture
def session(tmp_path: Path) -> service.Session:
    """Ann and Cy left in May 2021; a referral of 2025 still names Cy."""
    made = service.open_workspace(tmp_path / "workspace")
    rows = ["2020-03-05,Ann Ash,Bob Birch,North,no,won,2020-03-20\n", "2025-03-05,Cy Cedar,Bob Birch,North,no,,\n"]
    made.commit(made.preview([("members.csv", MEMBERS.encode())]))
    made.commit(made.preview([("log.csv", (HEADER + "".join(rows)).encode())]))
    return made


def dated(session: service.Session, *days: str) -> None:
    """Give the versions other days, oldest first."""
    path = session.workspace.path / "CURRENT"
    lines = path.read_text().splitlines()
    for place, day in enumerate(days, 1):
        at = lines[place].partition('"at": "')[2].partition('"')[0]
        lines[place] = lines[place].replace(at, f"{day}T12:00:00+00:00")
    path.write_text("\n".join(lines) + "\n")


def person(session: service.Session, name: str) -> str:
    return next(i for i, n in session.names().items() if n == name)


def test_only_people_who_left_long_ago_and_whom_nothing_names_since(session: service.Session) -> None:
    ann = person(session, "Ann Ash")
    assert retention.due(session, Rule(people_months=36), TODAY) == Due(people=(ann,))
    assert retention.due(session, Rule(people_months=63), TODAY).people == ()  # she left 62 months before
    assert retention.due(session, Rule(people_months=12), date(2027, 7, 15)).people != ()


def test_an_old_version_goes_and_the_current_one_stays_whatever_its_age(session: service.Session) -> None:
    dated(session, "2020-01-01", "2021-01-01", "2022-01-01")
    assert retention.due(session, Rule(versions_months=24), TODAY) == Due(versions=(0, 1))
    assert retention.apply(session, Rule(versions_months=24), TODAY) == retention.Done(versions=2)
    assert [e.version for e in session.history() if e.kept] == [2]
    assert sorted(p.name for p in session.workspace.path.glob("v*")) == ["v000002.duckdb"]
    assert len(session.frames(service.Scope()).referrals) == 2
    with pytest.raises(WorkspaceError, match="nothing to undo"):
        session.undo()


def test_copies_of_files_go_by_their_age(session: service.Session) -> None:
    files = sorted((session.workspace.path / "originals").iterdir())
    assert len(files) == 2
    os.utime(files[0], (0, datetime(2025, 7, 14, tzinfo=UTC).timestamp()))
    os.utime(files[1], (0, datetime(2025, 7, 15, tzinfo=UTC).timestamp()))
    assert retention.apply(session, Rule(originals_months=12), TODAY) == retention.Done(originals=1)
    assert [p.name for p in (session.workspace.path / "originals").iterdir()] == [files[1].name]


def test_whoever_left_is_gone_from_every_file_and_the_counts_stay(session: service.Session) -> None:
    assert retention.apply(session, Rule(people_months=36), TODAY).people == 1
    assert "Ann Ash" not in session.names().values()
    assert len(session.frames(service.Scope()).referrals) == 2
    held = b"".join(p.read_bytes() for p in session.workspace.path.rglob("*") if p.is_file())
    assert b"Ann Ash" not in held
    assert b"Cy Cedar" in held
    assert retention.apply(session, Rule(people_months=36), TODAY) == retention.Done()  # nobody twice


def test_the_rule_in_the_workspace_is_applied_by_an_import(session: service.Session) -> None:
    (session.workspace.path / rules.FILE).write_text("people_months = 36\n")
    more = HEADER + "2026-01-05,Bob Birch,Cy Cedar,North,no,,\n"
    outcome = session.commit(session.preview([("more.csv", more.encode())]))
    assert outcome.version == session.version
    assert "Ann Ash" not in session.names().values()
    assert len(session.frames(service.Scope()).referrals) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [("people = 3", "not known"), ("people_months = 0", "1 or more"), ("people_months = true", "whole number"),
     ("people_months = '3'", "whole number"), ("= 3", "cannot be read")],
)  # fmt: skip
def test_a_rule_that_is_none_is_said_before_anything_is_stored(session: service.Session, text: str, words: str) -> None:
    (session.workspace.path / rules.FILE).write_text(text)
    preview = session.preview([("more.csv", (HEADER + "2026-01-05,Bob Birch,Cy Cedar,North,no,,\n").encode())])
    with pytest.raises(WorkspaceError, match=words):
        session.commit(preview)
    assert session.version == 2


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 7, 15), 12, date(2025, 7, 15)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 5), 1, date(2025, 12, 5)),
    ],
)
def test_months_are_months_of_the_calendar(day: date, months: int, first: date) -> None:
    assert rules.before(day, months) == first


def test_on_the_command_line_it_can_be_looked_at_first(session: service.Session) -> None:
    folder = ["--workspace", str(session.workspace.path)]
    run = CliRunner()
    assert run.invoke(main, ["forget", *folder]).exit_code == 2  # no rule anywhere
    asked = ["forget", *folder, "--people", "36"]
    assert run.invoke(main, [*asked, "--dry-run"]).output == "Would forget 0 versions, 0 originals, 1 person.\n"
    assert "Ann Ash" in session.names().values()
    assert run.invoke(main, asked).output == "Forgot 0 versions, 0 originals, 1 person.\n"
    assert "Ann Ash" not in service.open_workspace(session.workspace.path).names().values()


def test_doctor_repairs_on_the_command_line(session: service.Session) -> None:
    path = session.workspace.path
    (path / "CURRENT").write_text("nonsense\n")
    folder = ["--workspace", str(path)]
    run = CliRunner()
    assert run.invoke(main, ["doctor", *folder]).exit_code == 1
    done = run.invoke(main, ["doctor", "--repair", *folder])
    assert done.exit_code == 0
    assert "repair: CURRENT names version 2 again" in done.output
    assert Workspace(path).version == 2
