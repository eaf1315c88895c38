"""net-effect as a user types it: exit codes, JSON, and that nothing changes unless it says so."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

LOG = """Date,Referred by,To,Prospect,Source type,Present?,Status,Closed on,Value
2025-03-04,Ann Ash,Bob Birch,Acme,customer,no,won,2025-04-01,1200.50
2025-03-11,Cy Cedar,Bob Birch,Bolt,partner,yes,open,,
2025-13-45,Cy Cedar,Bob Birch,Crux,partner,yes,open,,
2025-03-18,Ann Ash,Bob Birch,Dune,customer,no,won,2025-04-02,-5
"""
MEMBERS = """Name,Profession,Group,Joined,Left
Bob Birch,Roofer,Harbour,2020-01-15,
Cy Cedar,Lawyer,Harbour,2019-05-01,2025-06-30
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    log, members = tmp_path / "log.csv", tmp_path / "members.csv"
    log.write_text(LOG, encoding="utf-8")
    members.write_text(MEMBERS, encoding="utf-8")
    return log, members


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def load(folder: Path, *arguments: object) -> Result:
    return run("import", *arguments, "--workspace", folder, "--json")


def test_a_missing_currency_is_a_question_and_changes_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = load(tmp_path / "w", files[0])
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert [q["id"] for q in answer["files"][0]["questions"]] == ["currency"]
    assert "--currency" in answer["files"][0]["questions"][0]["flag"]
    assert answer["store_version"] is None
    assert run("history", "--workspace", tmp_path / "w").stdout == ""


def test_good_rows_load_and_bad_rows_are_named_with_their_place(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = load(tmp_path / "w", *files, "--currency", "EUR")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    log = answer["files"][0]
    assert (log["rows_read"], log["loaded"]["referrals"], log["already_there"]) == (4, 2, 0)
    assert [(r["row"], r["column"], r["value"]) for r in log["rejected"]] == [
        (4, "Date", "2025-13-45"),
        (5, "Value", "-5"),
    ]
    assert all(r["reason"] for r in log["rejected"])
    assert answer["files"][1]["loaded"] == {"memberships": 2}
    assert answer["store_version"] == 1
    exported = run("export", "referrals", "--workspace", tmp_path / "w").stdout.splitlines()
    assert len(exported) == 3
    assert "1200.50" in exported[1]
    rejects = run("export", "rejects", "--workspace", tmp_path / "w").stdout
    assert "2025-13-45" in rejects


def test_the_same_file_again_is_already_there(files: tuple[Path, Path], tmp_path: Path) -> None:
    load(tmp_path / "w", *files, "--currency", "EUR")
    again = load(tmp_path / "w", *files, "--currency", "EUR")
    assert again.exit_code == 0
    answer = json.loads(again.stdout)
    assert answer["store_version"] == 1
    assert answer["files"][0]["loaded"] == {}
    assert answer["files"][0]["already_there"] == 2


def test_strict_refuses_the_file_whole(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = load(tmp_path / "w", files[0], "--currency", "EUR", "--strict")
    assert result.exit_code == 1
    assert run("history", "--workspace", tmp_path / "w").stdout == ""


def test_a_dry_run_says_what_would_load_and_stores_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = load(tmp_path / "w", files[0], "--currency", "EUR", "--dry-run")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["files"][0]["would_load"] == {"referrals": 2}
    assert run("history", "--workspace", tmp_path / "w").stdout == ""


def test_undecidable_dates_are_asked_and_answered_by_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("Date,From,To\n03/04/2025,Ann,Bob\n", encoding="utf-8")
    second.write_text("Date,From,To\n05/06/2025,Ann,Bob\n", encoding="utf-8")
    assert load(tmp_path / "w", first, second).exit_code == 3
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"a.csv": {"date_order": "dmy"}, "b.csv": {"date_order": "mdy"}}), encoding="utf-8")
    assert load(tmp_path / "w", first, second, "--answers", answers).exit_code == 0
    exported = run("export", "referrals", "--workspace", tmp_path / "w").stdout
    assert "2025-04-03" in exported
    assert "2025-05-06" in exported


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
        ("twice.csv", b"Date,From,From,To\n2025-01-02,Ann,Amy,Bob\n", "From"),
        ("nothing.csv", b"Colour,Size\nred,5\n", "Colour"),
    ],
)
def test_a_file_that_cannot_be_loaded_says_why(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = load(tmp_path / "w", file)
    assert result.exit_code in (1, 3)
    said = json.loads(result.stdout)["files"][0]
    sentence = said.get("error", {}).get("message", "") + " ".join(q["text"] for q in said["questions"])
    assert word.casefold() in sentence.casefold()
    assert run("history", "--workspace", tmp_path / "w").stdout == ""


def test_undo_and_redo_step_through_the_versions(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "w"
    load(folder, files[0], "--currency", "EUR")
    before = run("export", "memberships", "--workspace", folder).stdout
    load(folder, files[1])
    after = run("export", "memberships", "--workspace", folder).stdout
    assert before != after
    assert run("undo", "--workspace", folder).exit_code == 0
    assert run("export", "memberships", "--workspace", folder).stdout == before
    assert run("redo", "--workspace", folder).exit_code == 0
    assert run("export", "memberships", "--workspace", folder).stdout == after
    assert run("doctor", "--workspace", folder).exit_code == 0


def test_analyse_says_what_it_cannot_know(files: tuple[Path, Path], tmp_path: Path) -> None:
    load(tmp_path / "w", *files, "--currency", "EUR")
    result = run("analyse", "L1", "--workspace", tmp_path / "w", "--json")
    assert result.exit_code == 0
    (claim,) = json.loads(result.stdout)
    assert (claim["claim"], claim["verdict"]) == ("L1", "not enough data")
    assert claim["as_of"] == "2025-04-02"  # the day after the last event


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyse", "Z9"),
        ("analyse", "--group", "Nowhere"),
        ("export", "secrets"),
        ("analyse", "--receiver", "Nobody"),
    ],
)
def test_a_name_that_is_not_there_is_a_usage_error(
    files: tuple[Path, Path], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    load(tmp_path / "w", *files, "--currency", "EUR")
    result = run(*arguments, "--workspace", tmp_path / "w")
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_peek_describes_a_file_and_prints_its_table(files: tuple[Path, Path]) -> None:
    seen = json.loads(run("peek", files[0]).stdout)
    assert seen["container"] == "csv"
    assert run("peek", files[0], "--csv").stdout.splitlines()[0] == LOG.splitlines()[0]


def test_sample_files_come_with_their_truth(tmp_path: Path) -> None:
    result = run("sample", "--world", "base", "--members", 20, "--months", 36, "--files", tmp_path / "files")
    assert result.exit_code == 0, result.stderr
    assert json.loads((tmp_path / "files" / "truth.json").read_text(encoding="utf-8"))
    assert len(list((tmp_path / "files").iterdir())) >= 3


def test_a_folder_stands_for_the_files_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "weeks"
    folder.mkdir()
    for week in (1, 2):
        (folder / f"week{week}.csv").write_text(f"Date,From,To\n2026-03-0{week},Ann Ash,Bo Birch\n", encoding="utf-8")
    (folder / ".hidden").write_text("no table", encoding="utf-8")
    done = run("import", folder, "--workspace", tmp_path / "w", "--json")
    assert done.exit_code == 0
    assert [file["path"] for file in json.loads(done.stdout)["files"]] == ["week1.csv", "week2.csv"]


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("import", tmp_path / "empty", "--workspace", tmp_path / "w")
    assert done.exit_code == 2
    assert "no file in the folder empty" in " ".join(done.stderr.split())


def test_a_mapping_is_remembered_for_the_next_file_with_its_headers(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("Wann war es,Wer,Wem denn\n2026-01-25,Ann Ash,Ben Birch\n", encoding="utf-8")
    second.write_text("Wann war es,Wer,Wem denn\n2026-02-25,Cy Cedar,Ben Birch\n", encoding="utf-8")
    named = ("--map", "Wann war es=given_on", "--map", "Wer=source", "--map", "Wem denn=receiver")
    assert run("import", second, "--workspace", tmp_path / "other").exit_code == 1
    done = run("import", first, "--workspace", tmp_path / "w", *named, "--remember", "our sheet")
    assert done.exit_code == 0, done.output
    again = load(tmp_path / "w", second)
    assert again.exit_code == 0
    (file,) = json.loads(again.stdout)["files"]
    assert file["loaded"]["referrals"] == 1
    assert (tmp_path / "w" / "layouts" / "our sheet.toml").read_text(encoding="utf-8").startswith("layout = ")
