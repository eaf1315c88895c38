"""Versions, undo, crashes, full disks, two writers, and what a reader may and may not do."""

# ruff: noqa: E501 tables of cells read better whole
# ruff: noqa: RUF043 the dots of a sentence match themselves

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from store_builders import NOON, log, members, rows, store

from data import queries, versions
from data.health import Finding
from data.reader import Reader, asked_while, release
from data.store import HistoryEntry, Workspace
from errors import UsageError, WorkspaceError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def monthly(month: int, **row):
    return log({"given_on": f"2026-{month:02d}-10", **row}, name=f"{month}.csv")


def given(workspace: Workspace) -> list[int]:
    return [month for (month,) in rows(workspace, "select month(given_on) from referrals order by 1")]


def files(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.path.iterdir() if path.name != "LOCK")


class TestVersions:
    def test_an_import_is_a_version_and_the_pointer_names_it(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path / "new" / "workspace")
        assert (workspace.exists, workspace.version, workspace.settings(), workspace.history()) == (False, None, {}, [])
        outcome = workspace.import_drafts([monthly(1), monthly(2)])
        assert (outcome.version, outcome.changed, workspace.version, workspace.exists) == (1, True, 1, True)
        assert (workspace.path / "CURRENT").read_text().splitlines()[0] == "v000001.duckdb"
        assert files(workspace) == ["CURRENT", "v000000.duckdb", "v000001.duckdb"]

    def test_an_empty_workspace_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(
            WorkspaceError, match="There is nothing in the workspace .* yet. Import a referral log first."
        ):
            Workspace(tmp_path).reader()
        with pytest.raises(WorkspaceError, match="There is nothing in the workspace"):
            Workspace(tmp_path / "none").undo()
        assert not (tmp_path / "none").exists()

    def test_an_import_of_nothing_leaves_no_version(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        assert workspace.import_drafts([]).version is None
        assert workspace.import_drafts([log()]).version is None
        assert (workspace.version, files(workspace)) == (None, [])

    def test_undo_and_redo_walk_the_line_to_the_empty_store_and_back(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1), monthly(2))
        assert (workspace.undo(), given(workspace)) == (1, [1])
        assert (workspace.undo(), given(workspace)) == (0, [])
        with pytest.raises(WorkspaceError, match="There is nothing to undo."):
            workspace.undo()
        assert (workspace.redo(), workspace.redo(), given(workspace)) == (1, 2, [1, 2])
        with pytest.raises(WorkspaceError, match="There is nothing to redo."):
            workspace.redo()

    def test_what_was_undone_can_be_imported_again(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))
        workspace.undo()
        assert workspace.import_drafts([monthly(1)]).files[0].loaded == {"referrals": 1}

    def test_an_import_after_undo_drops_the_redo_line_and_never_its_number(self, tmp_path: Path) -> None:
        """Version numbers are cache keys: none is ever given to other content."""
        workspace = store(tmp_path, monthly(1), monthly(2))
        workspace.undo()
        assert workspace.import_drafts([monthly(3)]).version == 3
        assert given(workspace) == [1, 3]
        assert files(workspace) == ["CURRENT", "v000000.duckdb", "v000001.duckdb", "v000003.duckdb"]
        with pytest.raises(WorkspaceError, match="nothing to redo"):
            workspace.redo()

    def test_history_tells_every_version_in_a_sentence(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"prospect": "X"}, {"prospect": "Y"}, name="jan.csv"))
        workspace.import_drafts(
            [log({"prospect": "X", "status": "won"}, {"prospect": "Y"}, name="feb.csv"), members({"name": "Bob"})],
            answers={"currency": "EUR"}, actor="kim",
        )  # fmt: skip
        workspace.set_settings({"date_order": "dmy"})
        workspace.undo()
        assert workspace.history() == [
            HistoryEntry(0, NOON, "create", "An empty workspace.", {}, False, True, "local"),
            HistoryEntry(1, NOON, "import", "Imported jan.csv: 2 referrals added.",
                         {"people": 2, "groups": 1, "referrals": 2, "coverage": 1}, False, True, "local"),
            HistoryEntry(2, NOON, "import", "Imported 2 files (feb.csv, members.csv): 1 membership added, 1 row updated, "
                         "1 row already there.", {"memberships": 1, "updated": 1, "settings": 1}, True, True, "kim"),
            HistoryEntry(3, NOON, "settings", "Set date_order.", {"settings": 1}, False, True, "local"),
        ]  # fmt: skip

    def test_settings_are_versions_and_repeat_none(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))
        assert workspace.set_settings({"currency": "EUR"}) == 2
        assert workspace.set_settings({"currency": "EUR"}) == 2
        assert workspace.settings() == {"currency": "EUR"}
        assert workspace.import_drafts([monthly(1)], answers={"currency": "USD"}).version == 3
        assert (workspace.settings(), given(workspace)) == ({"currency": "USD"}, [1])
        workspace.undo()
        assert workspace.settings() == {"currency": "EUR"}

    def test_ten_versions_and_one_a_quarter_are_kept(self, tmp_path: Path) -> None:
        """Of 15 monthly imports from January 2025: the last ten, and the last of each earlier quarter."""
        at = [datetime(2025, 1, 15, tzinfo=UTC)]
        workspace = Workspace(tmp_path, clock=lambda: at[0])
        for number in range(15):
            at[0] = datetime(2025 + number // 12, number % 12 + 1, 15, tzinfo=UTC)
            workspace.import_drafts([log({"given_on": f"2024-01-{number + 1:02d}"})])
        kept = [entry.version for entry in workspace.history() if entry.kept]
        assert kept == [3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
        assert files(workspace) == ["CURRENT", *(f"v{version:06d}.duckdb" for version in kept)]
        for expected in reversed(kept[:-1]):  # undo steps over what is gone
            assert workspace.undo() == expected
        assert rows(workspace, "select count(*) from referrals") == [(3,)]

    def test_originals_are_kept_by_content_once(self, tmp_path: Path) -> None:
        original = tmp_path / "upload"
        original.write_bytes(b"a,b\n")
        workspace = store(tmp_path, log({}, name="Jan 1.CSV", sha256="aa", original=original))
        workspace.import_drafts([log({}, {}, name="other.csv", sha256="aa", original=original, group="Alpha")])
        assert [(p.name, p.read_bytes()) for p in (workspace.path / "originals").iterdir()] == [("aa.csv", b"a,b\n")]
        workspace.set_settings({"keep_originals": "no"})
        workspace.import_drafts([log({"given_on": "2026-05-05"}, sha256="bb", original=original)])
        assert [p.name for p in (workspace.path / "originals").iterdir()] == ["aa.csv"]

    def test_any_folder_name_will_do(self, tmp_path: Path) -> None:
        workspace = store(tmp_path / "Ann's “log” 50 % ; été", monthly(1), monthly(2))
        assert (given(workspace), workspace.undo(), given(workspace)) == ([1, 2], 1, [1])


class TestDamage:
    """Whatever happens to a file: a sentence that names it and the way out, and never half an answer."""

    def test_a_vanished_version(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1), monthly(2))
        (workspace.path / "v000002.duckdb").unlink()
        with pytest.raises(WorkspaceError, match=r"v000002.duckdb of .* is missing. .*undo"):
            workspace.reader()
        with pytest.raises(WorkspaceError, match=r"v000002.duckdb of .* is missing. .*undo"):
            workspace.import_drafts([monthly(3)])
        with pytest.raises(WorkspaceError, match=r"v000002.duckdb of .* is missing. Nothing was changed. .*undo"):
            workspace.set_settings({"currency": "EUR"})
        assert (workspace.undo(), given(workspace)) == (1, [1])
        with pytest.raises(WorkspaceError, match=r"v000002.duckdb of .* is missing. Nothing was changed."):
            workspace.redo()
        assert workspace.version == 1

    def test_a_truncated_version(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1), monthly(2))
        path = workspace.path / "v000002.duckdb"
        os.truncate(path, path.stat().st_size // 2)
        for use in (workspace.reader, workspace.settings, lambda: workspace.import_drafts([monthly(3)])):
            with pytest.raises(
                WorkspaceError, match=r"v000002.duckdb of .* is damaged: it has [\d,]+ bytes, not [\d,]+."
            ):
                use()
        assert (workspace.undo(), given(workspace)) == (1, [1])

    def test_a_version_of_the_right_size_with_the_wrong_bytes(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))
        path = workspace.path / "v000001.duckdb"
        path.write_bytes(b"\0" * path.stat().st_size)
        with pytest.raises(WorkspaceError, match="A file of the workspace .* is damaged"):
            workspace.reader()
        assert [finding.level for finding in workspace.doctor()] == ["ok", "error"]

    @pytest.mark.parametrize("text", ["", "nonsense\n", "../../etc/passwd\n", "v000001.duckdb\x00"])
    def test_a_damaged_pointer(self, tmp_path: Path, text: str) -> None:
        workspace = store(tmp_path, monthly(1))
        (workspace.path / "CURRENT").write_text(text)
        with pytest.raises(WorkspaceError, match="The file CURRENT in .* is damaged."):
            _ = workspace.version
        with pytest.raises(WorkspaceError, match="CURRENT"):
            workspace.import_drafts([monthly(2)])
        assert files(workspace) == ["CURRENT", "v000000.duckdb", "v000001.duckdb"]
        assert workspace.doctor()[0].level == "error"

    def test_a_pointer_without_its_history_still_opens(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))
        (workspace.path / "CURRENT").write_text("v000001.duckdb\n")
        assert given(workspace) == [1]
        assert workspace.import_drafts([monthly(2)]).version == 2
        assert [entry.what for entry in workspace.history()] == [
            "Made before this history begins.",
            "Imported 2.csv: 1 referral added.",
        ]

    def test_a_store_of_a_later_format_is_refused(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))
        path = workspace.path / "v000001.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute("update store_format set format = 99")
        (workspace.path / "CURRENT").write_text("v000001.duckdb\n")
        with pytest.raises(WorkspaceError, match="store format 99, we read 4. Update Net Effect"):
            workspace.reader()

    def test_doctor_says_what_is_well_and_what_is_not(self, tmp_path: Path) -> None:
        assert Workspace(tmp_path / "none").doctor() == [
            Finding("ok", f"There is no workspace in {tmp_path / 'none'} yet.")
        ]
        workspace = store(tmp_path, monthly(1), monthly(2), monthly(3))
        holds = Finding(
            "ok", "Version 3 opens and holds 3 referrals, 2 people, 0 memberships, 1 group, 3 imports, 0 rejects."
        )
        assert workspace.doctor()[1:] == [holds]
        (workspace.path / "v000001.duckdb").unlink()
        (workspace.path / "building.duckdb").touch()
        assert workspace.doctor()[1:] == [
            Finding("warning", f"The file v000001.duckdb of {workspace.path} is missing. Undo cannot reach it."),
            Finding(
                "warning", "Left over from an import that did not end: building.duckdb. The next import removes it."
            ),
            holds,
        ]


class TestFolder:
    @pytest.fixture
    def small_disk(self, tmp_path: Path) -> Iterator[Path]:
        """A disk of 3 MB of its own."""
        folder = tmp_path / "disk"
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("mounting a small disk needs root; the size limit below tests the same way out")
        yield folder
        release(folder)
        subprocess.run(["umount", str(folder)], check=True)

    def test_a_disk_that_fills_up_loses_nothing(self, small_disk: Path) -> None:
        workspace = store(small_disk, monthly(1))
        before = (workspace.path / "CURRENT").read_bytes()
        noise = random.Random(1)
        big = log(*({"prospect": noise.randbytes(40).hex()} for _ in range(60_000)), name="big.csv")
        with pytest.raises(WorkspaceError, match="The disk that holds the workspace .* is full. Nothing was changed."):
            workspace.import_drafts([big])
        assert (workspace.path / "CURRENT").read_bytes() == before
        assert files(workspace) == ["CURRENT", "v000000.duckdb", "v000001.duckdb"]
        assert given(workspace) == [1]

    def test_a_disk_that_is_full_from_the_start(self, small_disk: Path) -> None:
        workspace = store(small_disk, monthly(1))
        with (small_disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(b"\1" * 4096)
        for use in (
            lambda: workspace.import_drafts([monthly(2)]),
            lambda: Workspace(small_disk / "other").import_drafts([monthly(2)]),
        ):
            with pytest.raises(WorkspaceError, match="is full. Nothing was changed. Free some space"):
                use()
        assert given(workspace) == [1]

    def test_a_file_size_limit_is_a_full_disk(self, tmp_path: Path) -> None:
        resource = pytest.importorskip("resource", reason="this system has no file size limit")
        workspace = store(tmp_path, monthly(1))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(WorkspaceError, match="is full. Nothing was changed."):
                workspace.import_drafts([monthly(2)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, handler)
        assert (workspace.version, given(workspace)) == (1, [1])

    def test_a_read_only_folder_can_be_read_and_says_why_not_written(self, tmp_path: Path, small_disk: Path) -> None:
        workspace = store(small_disk, monthly(1))
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        assert given(workspace) == [1]
        for use in (
            lambda: workspace.import_drafts([monthly(2)]),
            workspace.undo,
            lambda: workspace.set_settings({"a": "b"}),
        ):
            with pytest.raises(
                WorkspaceError, match="We may not write to the workspace .*. Nothing was changed. Check its perm"
            ):
                use()

    def test_a_path_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(WorkspaceError, match="We could not use the workspace .*file: File exists"):
            Workspace(tmp_path / "file").import_drafts([monthly(1)])
        assert Workspace(tmp_path / "file").version is None


WRITER = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]
from store_builders import log
from data.store import Workspace
print("ready", flush=True)
sys.stdin.readline()
rows = ({{"prospect": f"P {{i}}", "given_on": "2026-02-10"}} for i in range(int(sys.argv[2])))
Workspace(sys.argv[1]).import_drafts([log(*rows, name=sys.argv[3])])
print("done", flush=True)
"""


class Writer:
    """A real process that imports `count` rows when told to start."""

    def __init__(self, workspace: Workspace, count: int, name: str = "w.csv") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(workspace.path), str(count), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def start(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> int:
        self.process.kill()
        return self.process.wait()


class TestCrash:
    @pytest.mark.parametrize("seed", range(6))
    def test_kill_9_in_the_middle_leaves_the_old_version_or_the_new_one_whole(self, tmp_path: Path, seed: int) -> None:
        """At a random moment of a real import: afterwards all of it is there or none, and the next import works."""
        workspace = store(tmp_path, monthly(1))
        writer = Writer(workspace, 20_000)
        writer.start()
        while not (workspace.path / "building.duckdb").exists() and writer.process.poll() is None:
            time.sleep(0.001)
        time.sleep(random.Random(seed).uniform(0, 0.8))
        assert writer.kill() in (-signal.SIGKILL, 0)  # killed at work, or just done: never failed of itself
        version = workspace.version
        stored = {1: 1, 2: 20_001}[version]
        assert rows(workspace, "select count(*) from referrals") == [(stored,)]
        assert rows(workspace, "select sum(referrals) from recv_cube") == [(stored,)]
        outcome = workspace.import_drafts([monthly(3)])
        assert outcome.changed
        assert rows(workspace, "select count(*) from referrals") == [(stored + 1,)]
        assert not [name for name in files(workspace) if name.startswith(("building", "CURRENT."))]
        assert all(f.level == "ok" for f in workspace.doctor())

    def test_killed_just_before_the_pointer_moves(self, tmp_path: Path) -> None:
        """The new file stands whole, CURRENT does not name it: it never happened, and it is swept away."""
        workspace = store(tmp_path, monthly(1))
        shutil.copy(workspace.path / "v000001.duckdb", workspace.path / "v000002.duckdb")
        (workspace.path / "CURRENT.new").write_text("v000002.duckdb\n")
        assert (workspace.version, len(workspace.history())) == (1, 2)
        with pytest.raises(WorkspaceError, match="nothing to redo"):
            workspace.redo()
        assert workspace.import_drafts([monthly(2)]).version == 2
        assert given(workspace) == [1, 2]

    def test_two_processes_wait_for_each_other(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path / "workspace")
        writers = [Writer(workspace, 3_000, name) for name in ("one.csv", "two.csv")]
        for writer in writers:
            writer.start()
        for writer in writers:
            assert writer.process.stdout is not None
            assert writer.process.stdout.read() == "done\n"
            assert writer.process.wait() == 0
        # The rows are the same, so whoever came second found them all there.
        assert rows(workspace, "select count(*) from referrals") == [(3_000,)]
        assert workspace.version == 1

    def test_who_waits_too_long_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        workspace = store(tmp_path, monthly(1))
        monkeypatch.setattr(versions, "LOCK_SECONDS", 0.2)
        with (
            versions.locked(workspace.path),
            pytest.raises(WorkspaceError, match="Another import into .* has been running"),
        ):
            threaded(lambda: workspace.import_drafts([monthly(2)]))
        assert workspace.import_drafts([monthly(2)]).version == 2


def threaded(work):
    """Run in another thread; raise what it raised."""
    result: list[BaseException | None] = []

    def run() -> None:
        try:
            work()
            result.append(None)
        except BaseException as error:  # noqa: BLE001 raised again below
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if result[0] is not None:
        raise result[0]


class TestReader:
    def test_a_reader_keeps_its_version_while_others_import(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))
        with workspace.reader() as old:
            workspace.import_drafts([monthly(2)])
            assert (old.version, old.rows("select count(*) from referrals")) == (1, [(1,)])
            with workspace.reader() as new:
                assert (new.version, new.rows("select count(*) from referrals")) == (2, [(2,)])

    def test_threads_share_a_version(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log(*({"prospect": str(i)} for i in range(500))))
        seen: list[int] = []

        def ask() -> None:
            with workspace.reader() as reader:
                seen.extend(
                    reader.rows("select count(*) from referrals where prospect <> ?", [str(i)])[0][0] for i in range(40)
                )

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [499] * 320

    def test_a_workspace_made_anew_in_the_same_place_is_not_the_old_one(self, tmp_path: Path) -> None:
        for month in (1, 2):
            workspace = store(tmp_path, monthly(month))
            assert (workspace.version, given(workspace)) == (1, [month])
            shutil.rmtree(workspace.path)

    @pytest.mark.parametrize(
        "sql",
        [
            "delete from referrals",
            "create table mine (a integer)",
            "select * from read_csv('/etc/passwd')",
            "select * from read_text('CURRENT')",
            "select * from glob('/*')",
            "copy referrals to '/tmp/net-effect-leak.csv'",
            "attach '/tmp/net-effect-leak.duckdb'",
            "install httpfs",
            "load httpfs",
            "set enable_external_access = true",
            "set memory_limit = '1TB'",
            "select * from somewhere_in_python",
        ],
    )
    def test_what_sql_cannot_do(self, tmp_path: Path, sql: str) -> None:
        """Not even SQL of our own can write, reach another file or variable, load code or unlock itself."""
        somewhere_in_python = store(tmp_path, monthly(1))
        with somewhere_in_python.reader() as reader, pytest.raises((duckdb.Error, WorkspaceError)):
            reader.rows(sql)
        assert given(somewhere_in_python) == [1]
        assert not list(Path("/tmp").glob("net-effect-leak*"))

    def test_a_question_that_takes_too_long_is_stopped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        workspace = store(tmp_path, monthly(1))
        monkeypatch.setattr("data.reader.QUERY_SECONDS", 0.2)
        with workspace.reader() as reader:
            with pytest.raises(WorkspaceError, match="took longer than .* seconds"):
                reader.rows(
                    "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 11"
                )
            assert reader.rows("select 1") == [(1,)]

    def test_a_question_that_nobody_waits_for_is_stopped(self, tmp_path: Path) -> None:
        """A visitor closed the page: its query gives the processor back at once."""
        workspace = store(tmp_path, monthly(1))
        left = threading.Event()

        def ask() -> None:
            asked_while(lambda: not left.is_set())
            threading.Timer(0.3, left.set).start()
            with workspace.reader() as reader:
                reader.rows(
                    "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 11"
                )

        with pytest.raises(WorkspaceError, match="no longer there"):
            threaded(ask)
        assert given(workspace) == [1]

    def test_memory_and_spill_are_bounded(self, tmp_path: Path) -> None:
        with store(tmp_path, monthly(1)).reader() as reader:
            ((memory, spill),) = reader.rows(
                "select current_setting('memory_limit'), current_setting('temp_directory')"
            )
        assert memory == "1.8 GiB"
        assert Path(spill).name.startswith(f"net-effect-{os.getpid()}-")

    def test_tables_are_what_the_user_brought_and_the_marts(self, tmp_path: Path) -> None:
        with store(tmp_path, monthly(1)).reader() as reader:
            assert reader.tables() == [
                "aliases", "assessments", "attendance", "chain", "coverage", "covered", "gap_tab", "group_month",
                "group_month_value", "groups", "imports", "kept_apart", "member_month", "memberships", "pair_cube", "people",
                "recv_cube", "referrals", "rejects", "relations", "settings", "snapshot_rates", "snapshots", "spells", "src_cube", "thanks", "touches",
            ]  # fmt: skip


class TestExport:
    def test_the_bytes_are_ordered_exact_and_safe_to_open(self, tmp_path: Path) -> None:
        """Two decimals, ISO dates, quoted as RFC 4180 says; text that a spreadsheet would run is neutralised, numbers not."""
        workspace = store(tmp_path, log(
            {"source": "=cmd|'/c calc'!A1", "receiver": "+Bob", "prospect": '-2+3, "x"', "status": "won", "amount": "1234.5",
             "currency": "EUR", "closed_on": "2026-02-01", "receiver_present": True},
            {"source": "@Ann", "receiver": "Bo-b", "prospect": "\ttab"},
        ))  # fmt: skip
        with workspace.reader() as reader:
            assert reader.csv("people") == (
                "person_id,name\r\np0000001,'=cmd|'/c calc'!A1\r\np0000002,'+Bob\r\np0000003,'@Ann\r\np0000004,Bo-b\r\n"
            )
            assert reader.csv("referrals") == (
                "referral_id,ref,group_id,given_on,period_from,period_to,source_id,receiver_id,source_kind,source_kind_basis,"
                "prospect,receiver_present,presence_basis,asked,tier,via,via_referral_id,heat,status,closed_on,amount,currency,"
                "counterpart_group,import_id,row_no\r\n"
                'r0000001,,g0001,2026-01-10,,,p0000001,p0000002,,none,"\'-2+3, ""x""",true,recorded,,,,,,won,2026-02-01,1234.50,'
                "EUR,,1,2\r\n"
                "r0000002,,g0001,2026-01-10,,,p0000003,p0000004,,none,'\ttab,,none,,,,,,,,,,,1,3\r\n"
            )
            assert reader.export_csv("people", tmp_path / "people.csv") == 4
            assert (tmp_path / "people.csv").read_bytes().decode() == reader.csv("people")

    def test_negative_numbers_stay_numbers(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, monthly(1))

        def thank(con):
            con.execute(
                "insert into thanks values ('t1', 'g0001', '2026-01-01', null, null, null, null, -12.5, 'EUR', 1, null, 1, 2)"
            )
            return "Thanked.", {"thanks": 1}

        workspace._change("edit", "local", thank)
        with workspace.reader() as reader:
            assert reader.csv("thanks").splitlines()[1] == "t1,g0001,2026-01-01,,,,,-12.50,EUR,1,,1,2"

    def test_every_table_has_its_own_columns_in_order(self, tmp_path: Path) -> None:
        with store(tmp_path, monthly(1)).reader() as reader:
            for table in reader.tables():
                assert reader.csv(table).splitlines()[0] == ",".join(reader.columns(table)), table

    def test_groups_that_may_not_be_seen_are_left_out(self, tmp_path: Path) -> None:
        with store(tmp_path, log({}, {"group": "Beta"})).reader() as reader:
            assert reader.csv("covered", ("g0002",)) == (
                "group_id,record_kind,start_on,end_on\r\ng0002,referrals,2026-01-10,2026-01-11\r\n"
            )
            assert reader.csv("covered", ()) == "group_id,record_kind,start_on,end_on\r\n"
            with pytest.raises(UsageError, match="cannot be narrowed"):
                reader.csv("people", ("g0002",))

    def test_an_unknown_table_is_a_usage_error(self, tmp_path: Path) -> None:
        with store(tmp_path, monthly(1)).reader() as reader:
            for name in ("nothing", "implied_kinds", 'people"; drop table people; --', "../people"):
                with pytest.raises(UsageError, match="There is no table"):
                    reader.csv(name)

    def test_the_same_content_gives_the_same_bytes_whatever_the_way_there(self, tmp_path: Path) -> None:
        """One file, or the same rows in two overlapping files: the same people, rows and marts."""
        week = [{"given_on": f"2026-01-{day:02d}", "prospect": f"P{day}", "row_no": day} for day in range(1, 15)]
        one, two = store(tmp_path / "one", log(*week)), store(tmp_path / "two", log(*week[:9]), log(*week))
        for table in ("people", "groups", "recv_cube", "src_cube", "pair_cube", "gap_tab", "group_month", "covered"):
            with one.reader() as first, two.reader() as second:
                assert first.csv(table) == second.csv(table), table

    def test_the_fingerprint_knows_content_from_circumstance(self, tmp_path: Path) -> None:
        later = Workspace(tmp_path / "b", clock=lambda: NOON + timedelta(days=3))
        later.import_drafts([monthly(1)])
        prints = []
        for workspace in (store(tmp_path / "a", monthly(1)), later, store(tmp_path / "c", monthly(1, source="Eve"))):
            with workspace.reader() as reader:
                prints.append(queries.fingerprint(reader))
        assert prints[0] == prints[1] != prints[2]


def test_the_pointer_file_is_one_line_of_json_a_version(tmp_path: Path) -> None:
    """The format on disk, since other releases must read it."""
    workspace = store(tmp_path, monthly(1))
    first, *entries = (workspace.path / "CURRENT").read_text().splitlines()
    content = (workspace.path / "v000001.duckdb").read_bytes()
    assert first == "v000001.duckdb"
    assert json.loads(entries[1]) == {
        "version": 1, "at": "2026-07-01T12:00:00+00:00", "action": "import", "what": "Imported 1.csv: 1 referral added.",
        "added": {"people": 2, "groups": 1, "referrals": 1, "coverage": 1}, "actor": "local",
        "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    assert isinstance(workspace.reader(), Reader)
