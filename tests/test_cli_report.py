"""net-effect report as a user types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

import service
from cli import main
from report import build, story
from sample.world import make_world


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two workspaces, and a folder that is none."""
    clients = tmp_path_factory.mktemp("clients")
    for seed, name in enumerate(("ash", "birch"), 1):
        service.write_sample(make_world("base", seed=seed, members=16, months=24), clients / name)
    (clients / "notes").mkdir()
    return clients


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["report", *(str(a) for a in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_one_workspace_one_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "report.html"
    result = run("--workspace", folder / "ash", "--format", "html", "--out", out, "--items", "overview,claim:L1")
    assert result.exit_code == 0
    assert out.read_text(encoding="utf-8").count("<section") == 2
    assert "Written to" in result.stderr


def test_json_is_what_analyse_prints(folder: Path, tmp_path: Path) -> None:
    run("--workspace", folder / "ash", "--format", "json", "--out", tmp_path / "r.json", "--as-of", "2026-01-01")
    printed = CliRunner().invoke(
        main, ["analyse", "--workspace", str(folder / "ash"), "--as-of", "2026-01-01", "--json"]
    )
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == json.loads(printed.stdout)


def test_every_workspace_of_a_folder(folder: Path, tmp_path: Path) -> None:
    result = run("--all", folder, "--format", "json", "--out", tmp_path)
    assert result.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"ash.json", "birch.json"}
    assert "birch (2 of 2)" in result.stderr


def test_masked_files_of_a_folder_are_numbered(folder: Path, tmp_path: Path) -> None:
    run("--all", folder, "--format", "xlsx", "--mask", "--out", tmp_path, "--items", "claim:L1")
    assert {path.name for path in tmp_path.iterdir()} == {"report-01.xlsx", "report-02.xlsx"}
    about = CalamineWorkbook.from_path(tmp_path / "report-01.xlsx").get_sheet_by_name("About").to_python()
    assert ["Names", "masked, amounts rounded to two figures"] in about
    assert ["Scope", "Group A"] in about


def test_a_group_is_named_as_the_user_knows_it_even_for_a_masked_report(folder: Path, tmp_path: Path) -> None:
    name = service.open_workspace(folder / "ash").groups().name.iloc[0]
    result = run("--workspace", folder / "ash", "--format", "html", "--mask", "--group", name, "--out",
                 tmp_path / "r.html", "--items", "overview")  # fmt: skip
    assert result.exit_code == 0
    assert name not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_story_is_left_behind_by_its_name(folder: Path, tmp_path: Path) -> None:
    session = service.open_workspace(folder / "ash")
    kept = story.save(session, story.Story("abcd1234", "First hour", (story.Item("claim:L1", "Mine"),
                                                                      story.Item("overview"))))  # fmt: skip
    try:
        arguments = ("--workspace", folder / "ash", "--format", "html", "--out", tmp_path / "r.html", "--story")
        assert run(*arguments, "first HOUR").exit_code == 0
        page = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert page.count("<section") == 2
        assert "<h1>First hour</h1>" in page
        assert page.index("<h2>Mine</h2>") < page.index('id="s2"')
        assert run(*arguments, "abcd1234", "--mask").exit_code == 0
        assert "Mine" not in (tmp_path / "r.html").read_text(encoding="utf-8").split("<main>")[1].split("</main>")[0]
        nowhere = run(*arguments, "Second hour")
        assert nowhere.exit_code == 2
        assert "no story 'Second hour'" in nowhere.stderr
        assert run(*arguments, "usual", "--items", "overview").exit_code == 2
    finally:
        kept.unlink()


def test_ctrl_c_leaves_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "make", stopped)
    result = run("--workspace", folder / "ash", "--format", "html", "--out", tmp_path / "r.html")
    assert result.exit_code == 130
    assert "Stopped" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (["--items", "claim:X9"], 2, "no claim 'X9'"), (["--group", "Nowhere"], 2, "no group"),
    (["--receiver", "Nobody Here"], 2, "Nobody named"),
])  # fmt: skip
def test_what_is_not_there_is_refused(folder: Path, tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    result = run("--workspace", folder / "ash", "--format", "html", "--out", tmp_path / "r.html", *arguments)
    assert result.exit_code == code
    assert says in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_workspaces_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    assert run("--all", tmp_path, "--format", "json", "--out", tmp_path / "o").exit_code == 2
    assert run("--workspace", tmp_path / "none", "--format", "json", "--out", tmp_path / "o").exit_code == 2
