"""The canonical tables as Parquet, the marts built from them, and the marts folder opened as a workspace."""

# ruff: noqa: E501 tables of rows read better whole

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from store_builders import log, members, slips, store

import service
from cli import main
from data import building, canonical, queries
from data.building import Built
from data.engines.duckdb import MARTS
from data.engines.parquet import Embedded
from data.folder import Folder
from data.store import Workspace
from errors import UsageError, WorkspaceError
from service import organisation
from service.access import Grant, NotAllowedError, Place
from service.places import granted, open_workspace

ALPHA = [
    {"given_on": f"2026-0{month}-1{day}", "status": "won", "closed_on": "2026-09-01", "receiver_present": day % 2 == 0, "amount": f"{month}{day}.10",
     "currency": "EUR", "prospect": f"{month}{day}", "ref": f"{month}{day}", **({"via": "11"} if (month, day) == (3, 2) else {})}
    for month in range(1, 5) for day in range(4)
]  # fmt: skip
BETA = [{**row, "group": "Beta", "source": "Kim", "receiver": "Ann"} for row in ALPHA[:6]]
TOUCHES = [{"happened_on": "2026-02-03", "kind": "one_to_one", "from": "Ann", "to": "Bob", "quantity": 1.5,
            "group": "Alpha"}]  # fmt: skip
TOTALS = [{"name": "Ann", "period_from": "2026-01-01", "period_to": "2026-06-30", "p": 18.0, "a": 2.0, "rgi": 5.5,
           "group": "Alpha"}]  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    crew = members({"name": "Ann", "joined_on": "2025-12-15"}, {"name": "Bob"}, {"name": "Kim", "group": "Beta"})
    workspace = Workspace(tmp_path_factory.mktemp("template") / "workspace")
    workspace.import_drafts([crew, log(*ALPHA), slips(touches=TOUCHES, snapshots=TOTALS)])
    workspace.import_drafts([log(*BETA)])
    return workspace.path


@pytest.fixture
def workspace(tmp_path: Path, template: Path) -> Workspace:
    shutil.copytree(template, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def built(workspace: Workspace, root: Path) -> Built:
    canonical.export(workspace, root / "canonical")
    with Embedded(root / "marts") as engine:
        return building.build(root / "canonical", root / "marts", engine)


def stamps(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}


def same(one: Workspace, other: Workspace, groups: tuple[str, ...] | None = None) -> None:
    """Every table and every frame of the one is the other's."""
    with one.reader() as first, other.reader() as second:
        assert first.tables() == second.tables()
        for table in first.tables():
            assert first.csv(table) == second.csv(table), table
        frames = queries.frames(second, groups)
        for name, frame in queries.frames(first, groups).items():
            pd.testing.assert_frame_equal(frame, frames[name])


class TestCanonical:
    def test_events_lie_by_group_and_month(self, tmp_path: Path, workspace: Workspace) -> None:
        canonical.export(workspace, tmp_path / "canonical")
        referrals = {
            name.rpartition("/")[0] for name in stamps(tmp_path / "canonical") if name.startswith("referrals/")
        }
        assert referrals == {
            *(f"referrals/part=g0001/month=2026-0{month}" for month in range(1, 5)),
            *(f"referrals/part=g0002/month=2026-0{month}" for month in range(1, 3)),
        }

    def test_the_same_again_writes_nothing(self, tmp_path: Path, workspace: Workspace) -> None:
        first = canonical.export(workspace, tmp_path / "canonical")
        before = stamps(tmp_path / "canonical"), (tmp_path / "canonical" / canonical.MANIFEST).read_bytes()
        second = canonical.export(workspace, tmp_path / "canonical")
        assert (first.new, second.new, second.rows) == (first.units, 0, first.rows)
        assert (stamps(tmp_path / "canonical"), (tmp_path / "canonical" / canonical.MANIFEST).read_bytes()) == before

    def test_a_row_without_any_date_is_kept(self, tmp_path: Path) -> None:
        period = {"given_on": None, "source": "Ann", "receiver": "Bob"}
        workspace = store(
            tmp_path, slips(referrals=[{**period, "period_from": "2026-02-01", "period_to": "2026-03-31"}])
        )
        built(workspace, tmp_path)
        same(workspace, Folder(tmp_path / "marts"))

    def test_a_folder_that_holds_none_says_so(self, tmp_path: Path) -> None:
        with Embedded(tmp_path / "marts") as engine, pytest.raises(WorkspaceError, match="no canonical tables in"):
            building.build(tmp_path, tmp_path / "marts", engine)

    def test_it_may_not_lie_in_the_workspace(self, workspace: Workspace) -> None:
        with pytest.raises(UsageError, match="side by side"):
            canonical.export(workspace, workspace.path / "canonical")


class TestBuilding:
    def test_the_marts_are_the_workspaces(self, tmp_path: Path, workspace: Workspace) -> None:
        assert built(workspace, tmp_path).version == 1
        with Folder(tmp_path / "marts").reader() as reader:
            assert [mart for mart in MARTS if not reader.rows(f"select 1 from {mart}")] == []
        same(workspace, Folder(tmp_path / "marts"))
        same(workspace, Folder(tmp_path / "marts"), ("g0002",))

    def test_again_there_is_nothing_to_do(self, tmp_path: Path, workspace: Workspace) -> None:
        first = built(workspace, tmp_path)
        before = stamps(tmp_path / "marts")
        assert built(workspace, tmp_path) == Built(1, first.units, {}, changed=False)
        assert stamps(tmp_path / "marts") == before

    def test_a_new_month_of_one_group_is_all_that_is_built(self, tmp_path: Path, workspace: Workspace) -> None:
        """A mart that follows from one month is built for that month, another for the group; other groups for none."""
        built(workspace, tmp_path)
        before = stamps(tmp_path / "marts")
        workspace.import_drafts([log({"given_on": "2026-05-03", "group": "Beta", "source": "Kim"})])
        then = built(workspace, tmp_path)
        assert then.built == {
            **dict.fromkeys(("recv_cube", "src_cube", "pair_cube", "group_month_value"), ("g0002/2026-05",)),
            **dict.fromkeys(("covered", "gap_tab", "chain", "group_month", "member_month"), ("g0002",)),
        }
        assert {name: at for name, at in stamps(tmp_path / "marts").items() if name in before} == before
        same(workspace, Folder(tmp_path / "marts"))

    def test_a_group_that_is_gone_is_gone(self, tmp_path: Path, workspace: Workspace) -> None:
        built(workspace, tmp_path)
        workspace.undo()
        built(workspace, tmp_path)
        same(workspace, Folder(tmp_path / "marts"))

    def test_a_file_that_was_lost_is_built_again(self, tmp_path: Path, workspace: Workspace) -> None:
        built(workspace, tmp_path)
        shutil.rmtree(tmp_path / "marts" / "gap_tab" / "part=g0001")
        assert "missing" in Folder(tmp_path / "marts").doctor()[0].text
        assert built(workspace, tmp_path).built == {"gap_tab": ("g0001",)}
        same(workspace, Folder(tmp_path / "marts"))

    def test_where_there_are_many_groups_they_share_parts(
        self, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(canonical, "MOST_GROUPS", 1)
        built(workspace, tmp_path)
        assert all(part.startswith("h") for part in canonical.read(tmp_path / "canonical").parts.values())
        same(workspace, Folder(tmp_path / "marts"), ("g0002",))

    def test_parts_are_worked_on_a_few_at_a_time(
        self, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However few rows are worked on at once, the cells are the same."""
        monkeypatch.setattr("data.engines.parquet.BATCH_ROWS", 1)
        built(workspace, tmp_path)
        same(workspace, Folder(tmp_path / "marts"))

    def test_a_reader_is_not_disturbed_by_the_next_version(self, tmp_path: Path, workspace: Workspace) -> None:
        built(workspace, tmp_path)
        with Folder(tmp_path / "marts").reader() as reader:
            before = reader.csv("recv_cube"), reader.csv("referrals")
            workspace.import_drafts([log({**ALPHA[0], "prospect": "new", "ref": "new"})])
            assert built(workspace, tmp_path).version == 2
            assert (reader.csv("recv_cube"), reader.csv("referrals")) == before
        same(workspace, Folder(tmp_path / "marts"))


class TestOpened:
    def test_it_is_read_and_not_changed(self, tmp_path: Path, workspace: Workspace) -> None:
        built(workspace, tmp_path)
        folder = Folder(tmp_path / "marts")
        before = stamps(tmp_path)
        for change in (lambda: folder.import_drafts([log({})]), folder.undo, folder.redo,
                       lambda: folder.set_settings({"currency": "EUR"})):  # fmt: skip
            with pytest.raises(WorkspaceError, match="it is read, not changed"):
                change()
        assert stamps(tmp_path) == before
        session = open_workspace(tmp_path / "marts")
        assert (session.viewer.role, session.version, len(session.history())) == ("viewer", 1, 1)
        with pytest.raises(NotAllowedError):
            session.edit("edit", lambda con: None)

    def test_a_leader_sees_the_own_group_and_opens_no_other_file(self, tmp_path: Path, workspace: Workspace) -> None:
        """With the other group's files away, what a leader asks for is there; what all of them are asked for is not."""
        built(workspace, tmp_path)
        grant = Grant(Place("body", "Body", tmp_path / "marts"), "editor", ("Beta",), masked=False)
        expected = queries.frames(workspace.reader(), ("g0002",))
        session = granted(grant, "Leader")
        for path in (*tmp_path.glob("canonical/*/part=g0001"), *tmp_path.glob("marts/*/part=g0001")):
            shutil.rmtree(path)
        assert (session.viewer.role, session.viewer.groups) == ("viewer", {"g0002"})
        assert list(session.groups().name) == ["Beta"]
        frames = session.frames(service.Scope())
        for name, frame in expected.items():
            pd.testing.assert_frame_equal(getattr(frames, name), frame)
        with pytest.raises(WorkspaceError):
            queries.frames(session.workspace.reader(), None)

    def test_pooled_parameters_come_from_the_whole(
        self, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From all groups, or from a draw of them that is the same for every viewer."""
        built(workspace, tmp_path)
        grant = Grant(Place("body", "Body", tmp_path / "marts"), "viewer", ("Beta",), masked=False)
        assert organisation.region(granted(grant, "Leader")) is None
        monkeypatch.setattr(organisation, "MOST", 10)
        monkeypatch.setattr(organisation, "POOLED", 16)
        drawn = {organisation.region(one) for one in (granted(grant, "Leader"), open_workspace(tmp_path / "marts"))}
        assert drawn in ({("g0001",)}, {("g0002",)})

    def test_what_another_release_built_says_so(self, tmp_path: Path, workspace: Workspace) -> None:
        built(workspace, tmp_path)
        manifest = tmp_path / "marts" / "marts-000001.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "store": 1}))
        with pytest.raises(WorkspaceError, match="store format 1, not"):
            Folder(tmp_path / "marts").reader()
        assert built(workspace, tmp_path).version == 2
        same(workspace, Folder(tmp_path / "marts"))

    def test_all_groups_by_month(self, tmp_path: Path, workspace: Workspace) -> None:
        built(workspace, tmp_path)
        one, other = (organisation.view(open_workspace(path)) for path in (workspace.path, tmp_path / "marts"))
        assert repr(one) == repr(other)


class TestCommand:
    def run(self, *arguments: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, ["marts", *map(str, arguments)])
        return done.exit_code, done.stdout, done.stderr

    def test_export_and_build_in_one(self, tmp_path: Path, workspace: Workspace) -> None:
        places = ("--input", tmp_path / "canonical", "--output", tmp_path / "marts")
        code, out, _ = self.run("--workspace", workspace.path, *places, "--json")
        said = json.loads(out)
        assert (code, said["changed"], said["built"]["covered"]) == (0, True, 2)
        assert said["exported"]["new"] == said["exported"]["units"] > 0
        same(workspace, Folder(tmp_path / "marts"))
        code, out, _ = self.run(*places, "--json")
        assert (code, json.loads(out)) == (
            0, {"version": 1, "changed": False, "units": said["units"], "built": {}, "exported": None}
        )  # fmt: skip

    def test_a_master_is_sparks(self, tmp_path: Path) -> None:
        places = ("--input", tmp_path / "canonical", "--output", tmp_path / "marts")
        assert self.run(*places, "--master", "spark://127.0.0.1:7077")[0] == 2
        assert self.run(*places, "--conf", "nonsense", "--engine", "spark")[0] == 2
        code, _, err = self.run(*places)
        assert code == 1
        assert "There are no canonical tables" in err
