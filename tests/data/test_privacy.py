"""Erasing a person: no version, original, note or free block of a file holds the name afterwards, and counts stay."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from data import layouts, readers
from data.draft import Answers
from data.privacy import dossier, erase
from data.store import Workspace
from errors import UsageError

LOG = """Date,From,To,Prospect,Source type,Status,Notes
2025-03-04,Zebulon Quarterman,Bob Birch,Acme,partner,open,
2025-03-11,Cy Cedar,Zebulon Quarterman,Bolt,partner,open,
2025-03-12,Cy Cedar,Bob Birch,zebulon  QUARTERMAN,partner,open,
2025-13-45,"Quarterman, Zebulon",Bob Birch,Crux,partner,open,
"""
OTHER = "Date,From,To\n2025-04-01,Ann Ash,Bob Birch\n"
MEMBERS = "Name,Profession,Group,Joined\nZebulon Quarterman,Roofer,Harbour,2020-01-15\n"


def load(workspace: Workspace, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    drafts = layouts.recognise(readers.read(folder / name), Answers(group="Harbour"), workspace.settings())
    workspace.import_drafts(drafts)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "w")
    load(made, tmp_path, "log.csv", LOG)
    load(made, tmp_path, "Zebulon Quarterman.csv", MEMBERS)
    load(made, tmp_path, "other.csv", OTHER)
    return made


def person(workspace: Workspace, name: str) -> str:
    with workspace.reader() as reader:
        ((found,),) = reader.rows("select person_id from people where name = ?", [name])
    return str(found)


def holding(folder: Path, words: Iterable[str]) -> list[str]:
    """The files in the folder with one of the words anywhere in their bytes or their name."""
    wanted = [word.casefold().encode() for word in words]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(word in path.read_bytes().lower() + path.name.lower().encode() for word in wanted)
    ]


def test_the_name_is_there_before(workspace: Workspace) -> None:
    assert len(holding(workspace.path, ["quarterman"])) >= 5


def test_after_erasing_nothing_that_is_kept_holds_the_name(workspace: Workspace) -> None:
    done = erase(workspace.path, person(workspace, "Zebulon Quarterman"))
    assert holding(workspace.path, ["quarterman", "zebulon"]) == []
    assert len(done.originals) == 2
    assert {p.suffix for p in (workspace.path / "originals").iterdir()} == {".csv"}
    assert done.version == workspace.version


def test_counts_stay_and_details_go(workspace: Workspace) -> None:
    before = counts(workspace)
    done = erase(workspace.path, person(workspace, "Zebulon Quarterman"))
    assert counts(workspace) == before
    with workspace.reader() as reader:
        assert reader.rows("select name from people where name = ?", [done.name]) == [(done.name,)]
        assert reader.rows("select profession from memberships") == [(None,)]
        held = dossier(reader, person(workspace, done.name))
        assert set(held["referrals"]["prospect"].isna()) == {True}


def test_undo_leads_to_versions_without_the_name(workspace: Workspace) -> None:
    erase(workspace.path, person(workspace, "Zebulon Quarterman"))
    for _ in range(3):
        workspace.undo()
        assert holding(workspace.path, ["quarterman"]) == []
    assert [f.level for f in workspace.doctor() if f.level == "error"] == []


def test_a_pseudonym_keeps_the_details(workspace: Workspace) -> None:
    erase(workspace.path, person(workspace, "Zebulon Quarterman"), pseudonym=True)
    assert holding(workspace.path, ["quarterman"]) == []
    with workspace.reader() as reader:
        assert reader.rows("select profession from memberships") == [("Roofer",)]
        assert ("Acme",) in reader.rows("select prospect from referrals")


def test_erasing_again_is_harmless_and_nobody_is_a_sentence(workspace: Workspace) -> None:
    who = person(workspace, "Zebulon Quarterman")
    first = erase(workspace.path, who)
    again = erase(workspace.path, who)
    assert again.name == first.name
    with pytest.raises(UsageError, match="p0009999"):
        erase(workspace.path, "p0009999")


def test_the_dossier_holds_every_row_about_one_person(workspace: Workspace) -> None:
    with workspace.reader() as reader:
        held = dossier(reader, person(workspace, "Zebulon Quarterman"))
    assert len(held["referrals"]) == 2
    assert len(held["memberships"]) == 1
    assert len(held["rejects"]) == 1


def counts(workspace: Workspace) -> dict[str, int]:
    with workspace.reader() as reader:
        return {
            table: reader.rows(f'select count(*) from "{table}"')[0][0]
            for table in ("people", "referrals", "memberships", "imports", "rejects")
        }
