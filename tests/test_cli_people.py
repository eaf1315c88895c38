"""merge, label, erase and person as a user types them: each change one version, each undone to the same bytes."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from data.queries import fingerprint
from data.store import Workspace
from tests.test_cli import run

LOG = """Date,From,To,Tier,Group
2025-03-04,Katherine Larch,Bob Birch,1,Harbour
2025-03-11,Katharine Larch,Bob Birch,1,Harbour
2025-03-12,Cy Cedar,Bob Birch,2,Harbour
2025-03-19,Cy Cedar,Katherine Larch,2,Harbour
2025-04-02,Bob Birch,Dee Dogwood,1,Lakeside
2025-04-03,"=1+1 Elm",Dee Dogwood,1,Lakeside
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    assert run("import", tmp_path / "log.csv", "--workspace", tmp_path / "w").exit_code == 0
    return tmp_path / "w"


def state(folder: Path) -> str:
    with Workspace(folder).reader() as reader:
        return fingerprint(reader)


CHANGES = [
    ("merge", "Katherine Larch", "Katharine Larch"),
    ("merge", "--ticked"),
    ("merge", "Katherine Larch", "Katharine Larch", "--apart"),
    ("merge", "Bob Birch", "--split", "Lakeside"),
    ("label", "Cy Cedar", "Bob Birch", "partner"),
    ("label", "--proxy", "tier"),
]


@pytest.mark.parametrize("change", CHANGES, ids=" ".join)
def test_a_change_is_one_version_and_undo_gives_the_same_bytes(folder: Path, change: tuple[str, ...]) -> None:
    before = state(folder)
    done = run(*change, "--workspace", folder, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"store_version": 2}
    changed = state(folder)
    assert changed != before
    assert run("undo", "--workspace", folder).exit_code == 0
    assert state(folder) == before
    assert run("redo", "--workspace", folder).exit_code == 0
    assert state(folder) == changed


def test_suggestions_come_with_their_evidence_and_a_refused_one_does_not_come_again(folder: Path) -> None:
    (only,) = json.loads(run("merge", "--workspace", folder, "--json").stdout)
    assert (only["keep_name"], only["drop_name"]) == ("Katherine Larch", "Katharine Larch")
    assert only["ticked"]
    assert only["for"] == ["both in Harbour"]
    run("merge", only["keep"], only["drop"], "--apart", "--workspace", folder)
    assert json.loads(run("merge", "--workspace", folder, "--json").stdout) == []


def test_a_label_and_a_proxy_are_named_as_what_they_are(folder: Path) -> None:
    run("label", "Cy Cedar", "Bob Birch", "customer", "--workspace", folder)
    run("label", "--proxy", "tier", "--workspace", folder)
    with Workspace(folder).reader() as reader:
        rows = reader.rows(
            """select source_kind, source_kind_basis, receiver_present, presence_basis from referrals
              order by referral_id"""
        )
    assert rows[2] == ("customer", "labelled", False, "proxy")
    assert rows[0][2:] == (True, "proxy")
    run("label", "--present", "r0000003", "--workspace", folder)
    run("label", "--proxy", "none", "--workspace", folder)
    with Workspace(folder).reader() as reader:
        rows = reader.rows("select receiver_present, presence_basis from referrals order by referral_id")
    assert rows[2] == (True, "labelled")
    assert {row for i, row in enumerate(rows) if i != 2} == {(None, "none")}


def test_a_name_that_nobody_or_several_have_is_a_sentence(folder: Path) -> None:
    assert "nobody called 'Zed'" in run("erase", "Zed", "--workspace", folder, "--yes").stderr
    run("merge", "Bob Birch", "--split", "Lakeside", "--workspace", folder)
    said = " ".join(run("erase", "Bob Birch", "--workspace", folder, "--yes").stderr.split())
    assert "several called 'Bob Birch'" in said
    assert "Lakeside" in said


def test_everything_about_one_person_is_written_and_inert(folder: Path, tmp_path: Path) -> None:
    done = run("person", "Dee Dogwood", "--workspace", folder, "--out", tmp_path / "dee.zip")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(io.BytesIO((tmp_path / "dee.zip").read_bytes())) as archive:
        assert {"people.csv", "referrals.csv", "aliases.csv"} <= set(archive.namelist())
        assert archive.read("referrals.csv").decode().count("\r\n") == 3


def test_erasing_says_what_was_done_and_the_name_is_gone(folder: Path) -> None:
    done = run("erase", "Cy Cedar", "--workspace", folder, "--yes")
    assert done.exit_code == 0, done.output
    assert "1 uploaded original deleted" in done.stdout
    assert "nobody called" in run("person", "Cy Cedar", "--workspace", folder, "--out", folder / "x.zip").stderr
    for path in folder.rglob("*"):
        assert not path.is_file() or b"cy cedar" not in path.read_bytes().lower()
