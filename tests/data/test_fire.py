"""kill -9 at random moments of everything that changes a workspace; writers and readers in many processes at once.

NET_EFFECT_KILLS says how many times (60; `NET_EFFECT_KILLS=300 python3 start.py test tests/data/test_fire.py`).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from store_builders import log, store

from data import queries, versions
from data.reader import Reader, release
from data.store import Workspace

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process to kill it")

KILLS = int(os.environ.get("NET_EFFECT_KILLS", "60"))
ROWS = 200  # of an import, as in fire_child
CHANGES = ("import", "merge", "label", "edit", "undo", "redo")


class Doer:
    """The process that forks one child a request."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("fire_child.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.took: dict[str, float] = {}

    def start(self, action: str, path: Path, number: int) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"action": action, "path": str(path), "number": number}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def ended(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def whole(self, action: str, path: Path, number: int) -> int:
        """Let it run to its end, and remember how long that took."""
        began = time.monotonic()
        self.start(action, path, number)
        code = self.ended()
        self.took[action] = time.monotonic() - began
        return code

    def killed(self, action: str, path: Path, number: int, moment: float) -> int:
        """Kill it after that share of its usual time."""
        child = self.start(action, path, number)
        time.sleep(moment * self.took[action])
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        return self.ended()


@pytest.fixture
def doer() -> Iterator[Doer]:
    made = Doer()
    yield made
    made.process.kill()
    made.process.wait()


def filled(folder: Path) -> Workspace:
    rows = [
        {"prospect": f"P {i}", "source": f"Giver {i % 12}", "given_on": f"2026-01-{i % 28 + 1:02d}"} for i in range(60)
    ]
    return store(folder, log(*rows), log({"given_on": "2026-02-10"}, name="two.csv"))


def before_it(workspace: Workspace) -> bool:
    """Whether there is a version to step back to that holds something."""
    history = workspace.history()
    now = next(place for place, entry in enumerate(history) if entry.current)
    return any(entry.kept and entry.version for entry in history[:now])


def content(workspace: Workspace) -> str:
    with workspace.reader() as reader:
        return queries.fingerprint(reader)


def test_killed_at_any_moment_the_old_version_or_the_new_one_is_there_whole(tmp_path: Path, doer: Doer) -> None:
    """The old one is the same to the byte of its tables; the new one is what the same change made without a kill."""
    chance = random.Random(8)
    workspace = filled(tmp_path)
    seen = {"old": 0, "new": 0}
    for number, action in enumerate(CHANGES):
        assert doer.whole(action, workspace.path, number) == 0, action
    for number in range(100, 100 + KILLS):
        action = CHANGES[number % len(CHANGES)]
        if action in ("undo", "redo") and not before_it(workspace):
            assert doer.whole("import", workspace.path, 1000 + number) == 0
        if action == "redo":
            workspace.undo()
        old, before = workspace.version, content(workspace)
        files = {path.name: versions.digest(path) for path in workspace.path.glob("v*.duckdb")}
        code = doer.killed(action, workspace.path, number, chance.uniform(0, 1.2))
        assert code in (0, -signal.SIGKILL), action  # killed at work, or just done: never failed of itself
        now = workspace.version
        seen["old" if now == old else "new"] += 1
        if now == old:
            assert content(workspace) == before, action
        else:
            with workspace.reader() as reader:
                added = {"import": ROWS, "edit": 1}.get(action, 0)
                if action in ("import", "edit", "merge", "label"):
                    with Reader(workspace.path / versions.file_name(old), old) as then:
                        sql = "select count(*), (select sum(referrals) from recv_cube) from referrals"
                        assert [n + added for n in then.rows(sql)[0]] == list(reader.rows(sql)[0]), action
        assert {n: versions.digest(workspace.path / n) for n in files if (workspace.path / n).exists()}.items() <= (
            files.items()
        ), "a version that was published is never written again"
        assert [f.text for f in workspace.doctor() if f.level == "error"] == []
        release(workspace.path)
    assert workspace.import_drafts([log({"given_on": "2026-06-01"}, name="after.csv")]).changed
    assert not [p.name for p in workspace.path.iterdir() if p.name.startswith(("building", "CURRENT."))]
    assert all(seen.values()), seen  # else the kills came all too early or all too late


def test_killed_while_somebody_is_erased_everything_opens_and_the_next_try_ends_it(tmp_path: Path, doer: Doer) -> None:
    chance = random.Random(3)
    workspace = filled(tmp_path)
    assert doer.whole("erase", workspace.path, 0) == 0
    for number in range(max(4, KILLS // 10)):
        if number % 5 == 4:  # somebody must be left
            assert doer.whole("import", workspace.path, number) == 0
        before = len(workspace.history())
        code = doer.killed("erase", workspace.path, number, chance.uniform(0, 1.1))
        assert code in (0, -signal.SIGKILL)
        release(workspace.path)
        assert [f.text for f in workspace.doctor() if f.level == "error"] == []
        if code:
            assert doer.whole("erase", workspace.path, number) == 0
        assert len(workspace.history()) > before
        release(workspace.path)


def test_two_import_and_ten_read_and_nothing_is_lost(tmp_path: Path) -> None:
    """Each writer brings six files; readers open, count and close all the while. No error, no row twice, none lost."""
    workspace = filled(tmp_path)
    release(workspace.path)
    writers, stop = [Doer(), Doer()], tmp_path / "stop"
    reading = subprocess.Popen(
        [sys.executable, "-c", READERS, str(workspace.path), str(stop)], stdout=subprocess.PIPE, text=True
    )
    assert reading.stdout is not None
    assert reading.stdout.readline() == "reading\n"
    for number in range(6):
        for place, writer in enumerate(writers):
            writer.start("import", workspace.path, 10 * number + place)
        assert [writer.ended() for writer in writers] == [0, 0]
    stop.touch()
    out = reading.stdout.read()
    assert reading.wait(60) == 0
    assert json.loads(out)["errors"] == []
    assert json.loads(out)["reads"] > 20
    for writer in writers:
        writer.process.kill()
        writer.process.wait()
    with workspace.reader() as reader:
        assert reader.rows("select count(*), count(distinct referral_id) from referrals") == [(61 + 12 * ROWS,) * 2]
    assert workspace.version == 2 + 12


READERS = f"""
import json, os, sys
from pathlib import Path
sys.path[:0] = [{str(Path(__file__).resolve().parents[2])!r}]
from data.store import Workspace
path, stop = Path(sys.argv[1]), Path(sys.argv[2])
pipes = []
for _ in range(10):
    inn, out = os.pipe()
    if os.fork() == 0:
        errors, last, reads = [], 0, 0
        while not stop.exists():
            try:
                with Workspace(path).reader() as reader:
                    ((n, m),) = reader.rows("select count(*), (select sum(referrals) from recv_cube) from referrals")
                reads += 1
                if n != m or n < last:
                    errors.append(f"{{last}} then {{n}} rows, {{m}} in the month table")
                last = n
            except Exception as error:
                errors.append(repr(error))
        os.write(out, json.dumps([errors[:5], reads]).encode())
        os._exit(0)
    os.close(out)
    pipes.append(inn)
print("reading", flush=True)
found = [json.loads(os.read(p, 65536)) for p in pipes]
print(json.dumps({{"errors": [e for one in found for e in one[0]], "reads": sum(one[1] for one in found)}}))
"""


class TestPointer:
    """A pointer that is gone costs no data, and the next import does not start afresh beside them."""

    def test_a_vanished_pointer_is_written_anew(self, tmp_path: Path) -> None:
        workspace = filled(tmp_path)
        before = content(workspace)
        (workspace.path / "CURRENT").unlink()
        assert [f.level for f in workspace.doctor()] == ["error"]
        assert (Workspace(workspace.path).version, content(workspace)) == (2, before)
        (workspace.path / "CURRENT").unlink()
        assert workspace.import_drafts([log({"given_on": "2026-03-10"}, name="three.csv")]).version == 3
        with workspace.reader() as reader:
            assert reader.rows("select count(*) from referrals") == [(62,)]
        assert [workspace.undo(), workspace.undo()] == [2, 1]

    def test_a_damaged_pointer_is_mended_on_request(self, tmp_path: Path) -> None:
        workspace = filled(tmp_path)
        (workspace.path / "CURRENT").write_bytes(b"\xff\xfe nonsense")
        assert "--repair" in workspace.doctor()[0].text
        assert workspace.repair() == ["CURRENT names version 2 again; its history begins anew."]
        assert [f.level for f in workspace.doctor() if f.level != "ok"] == []
        assert workspace.repair() == []

    @pytest.mark.parametrize("harm", ["cut", "bit", "gone"])
    def test_a_damaged_version_is_put_aside_and_the_one_before_it_is_current(self, tmp_path: Path, harm: str) -> None:
        """Also one byte among hundreds of thousands: the checksum knows it."""
        workspace = filled(tmp_path)
        release(workspace.path)
        path = workspace.path / "v000002.duckdb"
        if harm == "gone":
            path.unlink()
        else:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data[: len(data) // 2] if harm == "cut" else data)
        assert "error" in [f.level for f in workspace.doctor()]
        done = workspace.repair()
        assert done[0] == "CURRENT names version 1, the nearest that is whole, not 2."
        assert workspace.version == 1
        assert [f.level for f in workspace.doctor() if f.level == "error"] == []
        assert (workspace.path / "damaged-v000002.duckdb").exists() == (harm != "gone")
        assert workspace.import_drafts([log({"given_on": "2026-02-10"}, name="two.csv")]).version == 3
        assert (workspace.path / "damaged-v000002.duckdb").exists() == (harm != "gone")

    def test_what_is_whole_is_left_alone(self, tmp_path: Path) -> None:
        workspace = filled(tmp_path)
        before = (workspace.path / "CURRENT").read_bytes()
        assert (workspace.repair(), Workspace(tmp_path / "none").repair()) == ([], [])
        assert (workspace.path / "CURRENT").read_bytes() == before

    def test_a_backup_is_a_copy_of_the_folder(self, tmp_path: Path) -> None:
        workspace = filled(tmp_path)
        shutil.copytree(workspace.path, tmp_path / "backup")
        copy = Workspace(tmp_path / "backup")
        assert content(copy) == content(workspace)
        assert [f.level for f in copy.doctor() if f.level != "ok"] == []
