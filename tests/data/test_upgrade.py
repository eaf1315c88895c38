"""Workspaces of earlier releases: opened, brought up to date as a version of their own, and never half changed."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from store_builders import NOON, log, rows, slips, store

from data import queries
from data.engines.duckdb import MARTS
from data.reader import release
from data.store import Workspace
from errors import WorkspaceError

FORMAT_1 = Path(__file__).parent / "fixtures" / "store_format_1.sql"
# What is in the old store, and what a release later must still find there.
HELD = {
    "people": [("p0000001", "Ann"), ("p0000002", "Bob"), ("p0000003", "Kim")],
    "memberships": [
        ("p0000001", "g0001", "Baker", date(2025, 1, 15), None, None, 1, 2),
        ("p0000002", "g0001", None, None, None, None, 1, 3),
    ],
    "groups": [("g0001", "Alpha", None, None, "EUR", True)],
    "coverage": [("g0001", "referrals", date(2026, 1, 10), date(2026, 2, 3), 2)],
    "relations": [("p0000001", "p0000002", None, date(2026, 1, 10)), ("p0000002", "p0000003", None, date(2026, 2, 3))],
    "chain": [
        ("g0001", "r0000002", "r0000001", "r0000001", 1, date(2026, 2, 3), date(2026, 1, 10), date(2026, 1, 10)),
    ],
    "settings": [("currency", "EUR")],
}


def old(folder: Path, versions: int = 1) -> Workspace:
    """A workspace of `versions` versions whose files are of store format 1: the last is the fixture, before it is
    what was there when the fixture was empty."""
    folder.mkdir(parents=True)
    lines = [f"v{versions:06d}.duckdb"]
    for version in range(versions + 1):
        with duckdb.connect(str(folder / f"v{version:06d}.duckdb")) as con:
            con.execute(FORMAT_1.read_text(encoding="utf-8"))
            if version < versions:
                con.execute("delete from referrals; delete from coverage; delete from imports; delete from settings")
        action = "import" if version else "create"
        lines.append(
            f'{{"version": {version}, "at": "2026-03-0{version + 1}T09:00:00+00:00", "action": "{action}", '
            f'"what": "Version {version}."}}'
        )
    (folder / "CURRENT").write_text("\n".join(lines) + "\n")
    return Workspace(folder, clock=lambda: NOON)


def told(workspace: Workspace) -> list[tuple[int, str, bool]]:
    return [(entry.version, entry.what, entry.current) for entry in workspace.history()]


def test_what_was_held_is_held(tmp_path: Path) -> None:
    workspace = old(tmp_path / "old")
    assert {table: rows(workspace, f"select * from {table} order by all nulls last") for table in HELD} == HELD
    assert rows(workspace, """select referral_id, via_referral_id, amount, source_kind, source_kind_basis, import_id,
        row_no from referrals order by 1""") == [
        ("r0000001", None, Decimal("10.50"), "member", "recorded", 2, 2),
        ("r0000002", "r0000001", None, "member", "recorded", 2, 3),
    ]  # fmt: skip
    assert told(workspace) == [
        (0, "Version 0.", False),
        (1, "Version 1.", False),
        (2, "Upgraded the store.", True),
    ]
    assert all(finding.level == "ok" for finding in workspace.doctor())


def test_an_upgraded_store_is_made_as_a_new_one_is(tmp_path: Path) -> None:
    """The same tables with the same columns, types and constraints; the marts hold what a new build of them holds."""
    shape = """select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
      where table_schema = 'main' order by table_name, ordinal_position"""
    workspace = old(tmp_path / "old")
    assert rows(workspace, shape) == rows(store(tmp_path, log({})), shape)
    before = {mart: rows(workspace, f"select * from {mart} order by all") for mart in MARTS}
    workspace.import_drafts([log({"given_on": "2026-02-20"}, sha256="new")])
    workspace.undo()
    assert {mart: rows(workspace, f"select * from {mart} order by all") for mart in MARTS} == before
    assert len(before["member_month"]) == 4


def test_an_import_goes_on_where_the_old_release_stopped(tmp_path: Path) -> None:
    workspace = old(tmp_path / "old")
    known = log({"prospect": "X", "ref": "1"}, sha256="again")
    touch = {"happened_on": "2026-01-05", "kind": "one_to_one", "from": "Ann", "to": "Bob", "quantity": 1.0}
    first, second = workspace.import_drafts([known, slips(touches=[touch])]).files
    assert (first.loaded, first.already_there, second.loaded) == ({"referrals": 0}, 1, {"touches": 1})
    assert rows(workspace, "select import_id, group_id from touches") == [(4, "g0001")]


def test_a_change_that_does_not_read_first_upgrades_as_well(tmp_path: Path) -> None:
    workspace = old(tmp_path / "old")
    assert workspace.set_settings({"currency": "USD"}) == 2
    assert told(workspace)[-1] == (2, "Set currency.", True)
    assert workspace.settings() == {"currency": "USD"}
    assert workspace.undo() == 1
    assert workspace.settings() == {"currency": "EUR"}


def test_undo_and_redo_walk_over_upgrades(tmp_path: Path) -> None:
    """An upgrade is no step: undo goes to what was there before it, which is upgraded in its turn; redo comes back."""
    workspace = old(tmp_path / "old", versions=2)
    count = "select count(*) from referrals"
    assert rows(workspace, count) == [(2,)]
    workspace.import_drafts([log({"given_on": "2026-05-05"}, sha256="new")])
    assert (workspace.undo(), rows(workspace, count)) == (3, [(2,)])
    assert (workspace.undo(), rows(workspace, count)) == (1, [(0,)])
    assert told(workspace) == [
        (0, "Version 0.", False), (1, "Version 1.", False), (5, "Upgraded the store.", True), (2, "Version 2.", False),
        (3, "Upgraded the store.", False), (4, "Imported log.csv: 1 referral added.", False),
    ]  # fmt: skip
    assert (workspace.undo(), rows(workspace, count)) == (0, [(0,)])
    with pytest.raises(WorkspaceError, match=r"There is nothing to undo."):
        workspace.undo()
    assert [workspace.redo(), workspace.redo(), workspace.redo()] == [5, 3, 4]
    assert rows(workspace, count) == [(3,)]


def test_readers_that_come_together_upgrade_once(tmp_path: Path) -> None:
    workspace = old(tmp_path / "old")
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(len(queries.frames(workspace.reader(), None)["referrals"])))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 4
    assert workspace.version == 2


@pytest.fixture
def closed_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds an old workspace and may only be read."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting a disk needs root")
    old(folder / "old")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder
    release(folder)
    subprocess.run(["umount", str(folder)], check=True)


def test_where_we_may_not_write_a_sentence_says_so(closed_disk: Path) -> None:
    workspace = Workspace(closed_disk / "old")
    with pytest.raises(WorkspaceError) as error:
        workspace.reader()
    assert str(error.value) == (
        f"{workspace.path / 'v000001.duckdb'} was made by an earlier Net Effect: store format 1, not 4. It cannot be "
        f"upgraded: We may not write to the workspace {workspace.path}. Nothing was changed. Check its permissions, or "
        "choose another folder."
    )
    assert [finding.text for finding in workspace.doctor() if finding.level == "warning"][-1] == (
        f"{workspace.path / 'v000001.duckdb'} was made by an earlier Net Effect: store format 1, not 4. It is upgraded "
        "when it is next opened."
    )


def test_a_store_of_a_later_format_is_not_written(tmp_path: Path) -> None:
    workspace = old(tmp_path / "old")
    with duckdb.connect(str(workspace.path / "v000001.duckdb")) as con:
        con.execute("update store_format set format = 99")
    with pytest.raises(WorkspaceError, match=r"The store has format 99, we write 4. Update Net Effect to change it."):
        workspace.set_settings({"currency": "USD"})
    assert workspace.version == 1
