"""edit and template as a user types them: each action one version, undone to the same bytes."""

# ruff: noqa: E501 what a user types reads better whole

import json
from pathlib import Path

import pytest

from data.queries import fingerprint
from data.store import Workspace
from tests.test_cli import run

LOG = """Date,From,To,Prospect,Status
2025-03-04,Ann Ash,Bob Birch,Acme,open
2025-03-11,Cy Cedar,Bob Birch,Bolt,
"""
REFERRAL = ("edit", "add", "referral", "--given", "2025-04-04", "--from", "Ann Ash", "--to", "Bob Birch")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    assert run("import", tmp_path / "log.csv", "--workspace", tmp_path / "w").exit_code == 0
    return tmp_path / "w"


def state(folder: Path) -> str:
    with Workspace(folder).reader() as reader:
        return fingerprint(reader)


CHANGES = {
    "referral": ((*REFERRAL, "--present", "no", "--via", "r0000001", "--status", "won", "--closed", "2025-05-01",
                  "--amount", "99.5", "--currency", "EUR"), ["r0000003"]),
    "touch": (("edit", "add", "touch", "--on", "2025-04-05", "--from", "Bob Birch", "--to", "Ann Ash", "--kind", "help"),
              ["k0000001"]),
    "assessment": (("edit", "add", "assessment", "--assessor", "Bob Birch", "--source", "Ann Ash", "--yes", "q01",
                    "--yes", "q02", "--no", "q13", "--comfort", "7", "--value", "3"), ["a0000001"]),
    "set": (("edit", "set", "r0000001", "status=won", "closed=2025-04-01", "amount=1200", "currency=EUR", "present=yes",
             "prospect="), []),
    "delete": (("edit", "delete", "r0000001", "r0000002"), []),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_an_action_is_one_version_and_undo_gives_the_same_bytes(folder: Path, change: str) -> None:
    words, ids = CHANGES[change]
    before = state(folder)
    done = run(*words, "--workspace", folder, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"store_version": 2, "ids": ids, "notes": []}
    changed = state(folder)
    assert changed != before
    assert run("undo", "--workspace", folder).exit_code == 0
    assert state(folder) == before
    assert run("redo", "--workspace", folder).exit_code == 0
    assert state(folder) == changed


def test_a_workspace_can_begin_with_an_entry(tmp_path: Path) -> None:
    done = run(*REFERRAL, "--group", "Harbour", "--workspace", tmp_path / "new")
    assert (done.exit_code, done.stdout) == (0, "Now at version 1: r0000001.\n")
    other = run(*REFERRAL, "--prospect", "X", "--group", "Elsewhere", "--workspace", tmp_path / "new")
    assert other.exit_code == 2
    assert "There is no group 'Elsewhere' here. Known: Harbour." in other.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((*REFERRAL[:-1], "ann ash"), 1, "This cannot be saved: Ann Ash cannot be on both sides."),
        ((*REFERRAL[:4], "2925-04-04", *REFERRAL[5:]), 1, "2925-04-04 is still to come."),
        (("edit", "set", "r0000001", "status"), 2, "'status' does not say a field and its value. Write it as status=won."),
        (("edit", "set", "r0000001", "colour=red"), 2, "There is no field 'colour' here."),
        (("edit", "set", "r9", "status=won"), 2, "There is no row 'r9' in the log."),
        (("edit", "delete", "r9"), 2, "There is no row 'r9' in the log."),
        (("edit", "add", "assessment", "--assessor", "A", "--source", "B", "--yes", "q01", "--no", "q01"), 2,
         "q01 is answered with yes and with no."),
        (("template", "--out", "log.csv"), 2, "Let its name end in .xlsx."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence_and_changes_nothing(
    folder: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*words, "--workspace", folder)
    assert (done.exit_code, said in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert Workspace(folder).version == 1


def test_the_template_holds_the_members_and_loads_what_is_filled_in(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("Name,Joined\nBob Birch,2020-01-15\n", encoding="utf-8")
    run("import", tmp_path / "members.csv", "--workspace", folder)
    done = run("template", "--out", tmp_path / "log.xlsx", "--workspace", folder)
    assert done.exit_code == 0, done.output
    answer = json.loads(run("import", tmp_path / "log.xlsx", "--workspace", folder, "--json").stdout)
    assert [(file["layout"], file["rows_read"], file["already_there"]) for file in answer["files"]] == [
        ("referral_log", 0, 0), ("member_list", 1, 1), ("touch_list", 0, 0), ("assessment_list", 0, 0)
    ]  # fmt: skip
    assert run("template", "--out", tmp_path / "empty.xlsx", "--workspace", tmp_path / "none").exit_code == 0
    assert not (tmp_path / "none").exists()
