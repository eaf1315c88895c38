"""Every naughty string goes import → store → page → export as the same inert text, and no formula leaves this program
as one.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from naughty import FORMULA, PAYLOADS, as_name, as_text, inert, rows_of, strings, write
from streamlit.testing.v1 import AppTest

import service
from data.readers import read
from formats import plain
from pages import _tables
from service import people, quality

pytestmark = pytest.mark.shared

ROUTER = Path(__file__).resolve().parents[1] / "pages" / "_router.py"
NONCHARACTER = "\ufffe"  # no XML can hold it: a workbook has it as _xFFFE_, and so it stays


def exported(session: service.Session, name: str) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    session.export_table(name, out)
    out.seek(0)
    return list(csv.DictReader(out))


def imported(folder: Path, path: Path) -> service.Session:
    session = service.open_workspace(folder)
    preview = session.preview([path])
    assert not preview.errors
    assert not preview.questions
    assert not any(draft.rejects for draft in preview.drafts)
    session.commit(preview)
    return session


@pytest.fixture(scope="module", params=["csv", "xlsx"])
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[service.Session, list[str]]:
    texts = [text for text in strings() if request.param == "csv" or text != NONCHARACTER]
    folder = tmp_path_factory.mktemp("naughty")
    return imported(folder / "home", write(folder / f"log.{request.param}", rows_of(texts))), texts


def spelled(texts: Sequence[str], ids: Sequence[str]) -> dict[str, str | None]:
    """Each person (or group) by its first spelling: the others fold onto it."""
    first: dict[str, str | None] = {}
    for text, one in zip(texts, ids, strict=True):
        first.setdefault(one, as_name(text))
    return first


def test_every_string_comes_out_as_the_same_inert_text(log: tuple[service.Session, list[str]]) -> None:
    session, texts = log
    rows = sorted(exported(session, "referrals"), key=lambda row: int(row["row_no"]))
    assert [row["prospect"] for row in rows] == [inert(as_text(text)) for text in texts]
    names = {row["person_id"]: row["name"] for row in exported(session, "people")}
    givers = [row["source_id"] for row in rows]
    assert [bool(one) for one in givers] == [as_name(text) is not None for text in texts]
    first = spelled(texts, givers)
    assert {one: names[one] for one in set(givers) - {""}} == {one: inert(name) for one, name in first.items() if one}
    keys = {name.casefold() for text in texts if (name := as_name(text))}
    assert len(set(givers) - {""}) > 0.98 * len(keys)


def test_every_string_is_a_group(tmp_path: Path) -> None:
    texts = [text for text in strings() if as_name(text)]
    session = imported(tmp_path / "home", write(tmp_path / "groups.csv", rows_of(texts, group=None)))
    rows = sorted(exported(session, "referrals"), key=lambda row: int(row["row_no"]))
    names = {row["group_id"]: row["name"] for row in exported(session, "groups")}
    first = spelled(texts, [row["group_id"] for row in rows])
    assert names == {one: inert(name) for one, name in first.items()}


def test_no_table_that_is_written_holds_a_formula(log: tuple[service.Session, list[str]]) -> None:
    session, _ = log
    for name in session.tables():
        for row in exported(session, name):
            for column, cell in row.items():
                number = column not in {"prospect", "name", "alias", "via", "value", "raw", "source_id"}
                assert number or not FORMULA.match(cell), (name, column, cell)


@pytest.fixture
def formulas(tmp_path: Path) -> service.Session:
    """A log in which formulas are names, prospects and, in a row that does not load, everything."""
    texts = PAYLOADS.read_text(encoding="utf-8").splitlines()
    rows = rows_of(texts)
    rows += [["31/31/2026", text, text, text, "open", text, "Harbour"] for text in texts]
    session = service.open_workspace(tmp_path / "home")
    session.commit(session.preview([write(tmp_path / "log.csv", rows)]))
    return session


def test_what_is_held_on_a_person_runs_nowhere(formulas: service.Session) -> None:
    held = people.persons(formulas)
    one = held[held.name.str.startswith("=cmd|'/C")].iloc[0]
    with zipfile.ZipFile(io.BytesIO(people.dossier(formulas, one.person_id))) as archive:
        cells = [cell for name in archive.namelist() for row in csv.reader(io.StringIO(archive.read(name).decode()))
                 for cell in row]  # fmt: skip
    assert f"'{one['name']}" in cells
    assert not [cell for cell in cells if FORMULA.match(cell)]


def test_rows_that_did_not_load_run_nowhere(formulas: service.Session) -> None:
    content = quality.rejected_file(formulas, 1)
    assert content is not None
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(PAYLOADS.read_text(encoding="utf-8").splitlines())
    assert not [cell for row in rows for cell in row if FORMULA.match(cell)]


def test_a_table_taken_from_a_page_runs_nowhere(formulas: service.Session) -> None:
    rows = formulas.rows(service.Scope(), [row["referral_id"] for row in exported(formulas, "referrals")])
    cells = [cell for row in csv.reader(io.StringIO(_tables.csv(rows).decode("utf-8-sig"))) for cell in row]
    assert sum(cell.startswith("'=") for cell in cells) >= 4
    assert not [cell for cell in cells if FORMULA.match(cell)]


def test_a_formula_in_a_workbook_is_its_value_and_never_its_text(tmp_path: Path) -> None:
    """The log's workbook is for people to fill in: every text in it stays text."""
    path = write(tmp_path / "log.xlsx", rows_of(strings()[-6:]))
    (sheet,) = read(path).sheets
    assert sheet.row(3)[1] == strings()[-5]
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_pages_show_them_as_text(log: tuple[service.Session, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    session, texts = log
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(session.workspace.path))
    names = [name for text in texts if (name := as_name(text)) and len(name) > 3 and plain(name) != name]
    for page in ("people.py", "sources.py", "chapter.py", "quality.py", "data.py"):
        at = AppTest.from_file(str(ROUTER), default_timeout=120).run().switch_page(page).run()
        assert not at.exception, page
        shown = [str(element.value) for kind in ("markdown", "caption", "info", "warning") for element in at.get(kind)]
        for name in names:
            assert not [text for text in shown if name in text and plain(name) not in text], (page, name)
