"""Every invented export goes into one workspace by the command line: what each brings, what each asks, and whom it
names.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

import service
from cli import main

pytestmark = pytest.mark.shared

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
ROUTER = Path(__file__).resolve().parents[1] / "pages" / "_router.py"
HALF_YEAR = {"period": "2026-01-01:2026-06-30"}
EUR, ADA = {"currency": "EUR"}, {"receiver": "Ada Larch"}


@dataclass(frozen=True)
class Export:
    """What a file holds: its layout, the rows read, the new rows by table where it comes in the order below, how many
    rows only add to known ones; and what must be answered, with the question's id where that is another word."""

    name: str
    layout: str
    read: int
    loaded: Mapping[str, int]
    updated: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] | None = None

    @property
    def questions(self) -> list[str]:
        return sorted(self.answers if self.asks is None else self.asks)


# The lists come first, then what took place, then totals of the same half year, then the logs of single members.
EXPORTS = (
    Export("membership_length.xls", "membership_length", 8, {"memberships": 9}),
    Export("chapter_roster.xls", "roster", 8, {}, updated=8),
    Export("membership_dues_stacked.xls", "dues", 9, {"memberships": 1}, updated=8),
    Export("palms_attendance_wide.xls", "attendance", 8, {"attendance": 28}),
    Export("Slips_Audit_Report_06-03-2026_9-15_AM.xls", "slips_audit", 11,
           {"referrals": 4, "thanks": 3, "touches": 4, "memberships": 2}, answers={"date_order": "dmy", **EUR}),
    Export("palms_summary_with_header.xls", "palms", 8, {"snapshots": 11}, answers=EUR),
    Export("chapter_visitor_report.csv", "visitors", 5, {"touches": 5}, answers={"date_order": "dmy"}),
    Export("traffic_lights_india_pdf_text.txt", "traffic_lights", 8, {}, updated=8, answers={"currency": "INR"}),
    Export("palms_de.csv", "palms", 8, {}, updated=8, answers={**HALF_YEAR, **EUR}),
    Export("r2y_thai.csv", "r2y", 8, {"memberships": 8}, updated=8, answers=HALF_YEAR),
    Export("pagisto_de.csv", "pagisto", 8, {}, updated=8, answers={**HALF_YEAR, **EUR}),
    Export("affinity_introductions_two_tables.csv", "affinity", 1, {"referrals": 1}),
    Export("pipedrive-deals.csv", "pipedrive", 2, {"referrals": 2}, answers={**HALF_YEAR, **ADA},
           asks=("mapping", "receiver")),
    Export("referral_rock_referrals.csv", "referral_rock", 2, {"referrals": 2}, answers={**ADA, **EUR}),
    Export("report1751274900000_salesforce.csv", "salesforce", 4, {"referrals": 4}, answers=ADA),
    Export("cliogrow_matter_revenue.csv", "clio_grow", 1, {"referrals": 1}, answers={**ADA, **EUR}),
    Export("hubspot-crm-exports-all-contacts-2026-06-30.csv", "hubspot_contacts", 5, {"referrals": 5}),
    Export("hubspot-crm-exports-all-deals-2026-06-30.csv", "hubspot_deals", 3, {"referrals": 3}, answers=EUR),
)  # fmt: skip
CHAPTER = EXPORTS[:7]  # what one chapter's own system wrote of one chapter
MEMBERS = ["Ada Larch", "Ben Maple", "Cléo Nettle", "Dirk van Oakes", "Eve O’Pine", "Finn Quince-Rowan", "Gia Sage",
           "Hugo Teak"]  # fmt: skip


def load(workspace: Path, *names: str, answers: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, Any]:
    """The command's JSON, and its exit code under "code"."""
    more: list[str] = []
    if answers is not None:
        said = workspace.parent / "answers.json"
        said.write_text(json.dumps(answers), encoding="utf-8")
        more = ["--answers", str(said)]
    files = [str(SAMPLES / name) for name in names]
    result = CliRunner().invoke(main, ["import", *files, "--workspace", str(workspace), "--json", *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return {**json.loads(result.stdout), "code": result.exit_code}


def table(workspace: Path, name: str) -> pd.DataFrame:
    out = io.StringIO()
    service.open_workspace(workspace).export_table(name, out)
    out.seek(0)
    return pd.read_csv(out, dtype=str)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """All of them in one workspace, one after another, and what the command said of each."""
    workspace = tmp_path_factory.mktemp("samples") / "home"
    said = [load(workspace, export.name, answers={export.name: export.answers}) for export in EXPORTS]
    return workspace, said


def test_the_table_names_every_sample() -> None:
    assert {export.name for export in EXPORTS} == {p.name for p in SAMPLES.iterdir()} - {"README.md"}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_what_a_file_lacks_is_asked_and_nothing_is_stored_before(export: Export, tmp_path: Path) -> None:
    said = load(tmp_path / "home", export.name)
    (file,) = said["files"]
    assert sorted(question["id"] for question in file["questions"]) == export.questions
    if export.questions:
        assert said["code"] == 3
        assert said["store_version"] is None
        assert service.open_workspace(tmp_path / "home").is_empty
    else:
        assert said["code"] == 0
        assert said["store_version"] == 1


def test_every_file_brings_what_the_table_says(imported: tuple[Path, list[dict[str, Any]]]) -> None:
    for export, said in zip(EXPORTS, imported[1], strict=True):
        (file,) = said["files"]
        loaded = {name: rows for name, rows in file["loaded"].items() if rows}
        assert said["code"] == 0, export.name
        assert (export.name, file["layout"], file["rows_read"]) == (export.name, export.layout, export.read)
        assert (export.name, loaded, file["updated"]) == (export.name, export.loaded, export.updated)
        assert file["rejected"] == [], export.name
    assert [said["store_version"] for said in imported[1]] == list(range(1, len(EXPORTS) + 1))


def test_every_file_again_makes_no_version(imported: tuple[Path, list[dict[str, Any]]]) -> None:
    workspace, _ = imported
    for export in EXPORTS:
        said = load(workspace, export.name, answers={export.name: export.answers})
        assert said["code"] == 0
        assert said["store_version"] == len(EXPORTS), export.name
        assert not any(file["loaded"] or file["updated"] for file in said["files"]), export.name


def test_each_member_is_one_person_and_the_group_is_one(imported: tuple[Path, list[dict[str, Any]]]) -> None:
    workspace, _ = imported
    people, groups = table(workspace, "people"), table(workspace, "groups")
    assert people.name[people.name.isin(MEMBERS)].tolist() == MEMBERS
    assert not [name for name in people.name if name not in MEMBERS and name.split()[-1] in " ".join(MEMBERS)]
    assert groups[groups.home == "true"].name.tolist() == ["Sample"]
    assert groups[groups.home == "false"].name.tolist() == ["Dahlia", "Canna"]
    homes = set(table(workspace, "coverage").group_id)
    assert homes == set(groups[groups.home == "true"].group_id)


def test_all_files_of_a_chapter_at_once_make_the_same_tables(tmp_path: Path) -> None:
    answers = {export.name: export.answers for export in CHAPTER}
    together, apart = tmp_path / "together", tmp_path / "apart"
    said = load(together, *(export.name for export in CHAPTER), answers=answers)
    assert (said["code"], said["store_version"]) == (0, 1)
    for export in CHAPTER:
        load(apart, export.name, answers=answers)
    for name in ("people", "groups", "memberships", "referrals", "thanks", "touches", "attendance", "snapshots"):
        pd.testing.assert_frame_equal(table(together, name), table(apart, name))


@pytest.mark.parametrize("page", ["overview.py", "chapter.py", "findings.py", "people.py", "quality.py", "data.py"])
def test_every_page_draws_on_it(
    imported: tuple[Path, list[dict[str, Any]]], page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(imported[0]))
    at = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    at = at if page == "overview.py" else at.switch_page(page).run()
    assert not at.exception
    assert at.title
