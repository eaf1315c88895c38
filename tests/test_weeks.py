"""A year of weekly exports that do not say their day: as a folder, as an archive, again, and corrected."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

import service
from cli import main
from sample.exports import Written, write_exports
from sample.files import Style
from sample.world import make_world

ROUTER = Path(__file__).resolve().parents[1] / "pages" / "_router.py"
YEAR = 52


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> list[Written]:
    """Fifty-two Slips Audit files in a folder of their own, as the system writes them, without a banner."""
    world = make_world("base", seed=3, members=12, months=13)
    folder = tmp_path_factory.mktemp("year") / "weeks"
    written = write_exports(world, folder, layouts=["slips_audit"], style=Style(container="xml", banner=False))
    for late in written[YEAR:]:
        late.path.unlink()
    return written[:YEAR]


def answers_of(weeks: Sequence[Written]) -> dict[str, dict[str, str]]:
    return {week.path.name: dict(week.answers) for week in weeks}


def load(workspace: Path, *files: Path, answers: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON and what stood on stderr."""
    said = workspace.parent / "answers.json"
    said.write_text(json.dumps(answers or {}), encoding="utf-8")
    arguments = ["import", *map(str, files), "--workspace", str(workspace), "--answers", str(said), "--json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout or "{}"), result.stderr


@pytest.fixture(scope="module")
def year(weeks: list[Written], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The workspace after the folder was imported, and what the command said."""
    workspace = tmp_path_factory.mktemp("home") / "home"
    code, said, _ = load(workspace, weeks[0].path.parent, answers=answers_of(weeks))
    assert code == 0
    return workspace, said


def test_a_folder_is_one_version_with_every_slip(weeks: list[Written], year: tuple[Path, dict[str, Any]]) -> None:
    _, said = year
    assert said["store_version"] == 1
    assert [file["path"] for file in said["files"]] == sorted(week.path.name for week in weeks)
    for table in ("referrals", "thanks", "touches"):
        held = sum(len(week.holds[table]) for week in weeks)
        assert sum(file["loaded"].get(table, 0) for file in said["files"]) == held > 0
    assert not any(file["rejected"] for file in said["files"])


def test_the_same_as_an_archive_is_nothing_new(
    weeks: list[Written], year: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        for week in weeks:
            archive.write(week.path, f"Slips/{week.path.name}")
    code, said, unused = load(year[0], tmp_path / "year.zip", answers=answers_of(weeks))
    assert (code, said["store_version"], unused) == (0, 1, "")
    assert len(said["files"]) == YEAR
    assert not any(file["loaded"] or file["updated"] for file in said["files"])


def corrected(week: Written, folder: Path) -> Path:
    """The week exported again after one more slip was handed in, word for word like its last."""
    text = week.path.read_text(encoding="utf-8")
    last = text.rindex("<Row")
    row = text[last : text.index("</Row>", last) + len("</Row>")]
    path = folder / f"again {week.path.name}"
    path.write_text(text[:last] + row + text[last:], encoding="utf-8")
    return path


def test_a_corrected_week_brings_only_the_difference(
    weeks: list[Written], year: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    week = next(one for one in weeks if len(one.holds["referrals"]) > 1)
    again = corrected(week, tmp_path)
    code, said, _ = load(year[0], again, answers={again.name: dict(week.answers)})
    (file,) = said["files"]
    assert (code, said["store_version"]) == (0, 2)
    assert sum(file["loaded"].values()) == 1
    assert file["already_there"] == file["rows_read"] - 1
    assert service.open_workspace(year[0]).undo() == 1


def test_answers_that_cannot_be_are_refused_in_a_sentence(weeks: list[Written], tmp_path: Path) -> None:
    (week,) = weeks[:1]
    for period, hint in {"2026-13-45": "is not a period", "2026-06-30:2026-06-01": "ends before it starts"}.items():
        code, said, words = load(tmp_path / "home", week.path, answers={week.path.name: {"period": period}})
        assert code == 1
        assert hint in str(said) + words
    code, _, words = load(tmp_path / "home", week.path, answers={week.path.name: {"day": "2026-06-03"}})
    assert code == 2
    assert "There is no answer called day" in words
    code, _, words = load(tmp_path / "home", week.path, answers={"Slips.xls": dict(week.answers)})
    assert code == 3
    assert "none of these files is called Slips.xls" in words
    assert service.open_workspace(tmp_path / "home").is_empty


def test_weeks_of_one_day_are_noticed(weeks: list[Written], tmp_path: Path) -> None:
    one, other = weeks[:2]
    code, said, _ = load(tmp_path / "home", one.path, other.path, answers={"*": dict(one.answers)})
    first, second = (" ".join(file["notes"]) for file in said["files"])
    assert code == 0
    assert "the same days" not in first
    assert f"the same days as {one.path.name}" in second


def test_the_pages_grid_reads_all_names_at_once(
    weeks: list[Written], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    at = AppTest.from_file(str(ROUTER), default_timeout=120).run().switch_page("data.py").run()
    days = {}
    for week in weeks[:8]:
        day = date.fromisoformat(week.answers["period"])
        days[name := f"Slips_Audit_Report_{day:%d-%m-%Y}_9-15_AM.xls"] = day
        at.file_uploader[0].upload(name, week.path.read_bytes())
    at = at.run()
    assert at.button(key="import_now").disabled
    labels = {button.label: button for button in at.button}
    assert "Read the names month first" in labels
    at = labels["Read the names day first"].click().run()
    for box in [box for box in at.selectbox if "currency" in box.label]:
        at = next(one for one in at.selectbox if one.key == box.key).select("EUR").run()
    assert not at.exception
    at = at.button(key="import_now").click().run()
    assert not at.exception
    rows = service.current()
    with rows.reader() as reader:
        found = reader.rows("select distinct given_on from referrals union select distinct happened_on from touches")
    assert {day for (day,) in found} <= set(days.values())
    assert len(found) > 4
